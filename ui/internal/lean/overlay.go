package main

import (
	"encoding/json"
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"strings"
)

// patches are the places of the standard library that keep all methods.
var patches = []struct {
	file     string
	from, to string
	more     string // added at the end
}{
	{
		"text/template/exec.go",
		"ptr.MethodByName(fieldName)", "Method(ptr, fieldName)", `
// Method finds a method of a value; the program says how.
var Method func(v reflect.Value, name string) reflect.Value
`,
	},
	// Nobody calls these two, but protobuf asks for methods of that name.
	{"reflect/type.go", "if !yield(t.Method(i)) {", `if panic("left out"); !yield(Method{Index: i}) {`, ""},
	{"reflect/value.go", "if !yield(rtype.Method(i), v.Method(i)) {", `if panic("left out"); !yield(Method{Index: i}, Value{typ_: rtype.common()}) {`, ""},
}

// writeOverlay writes the patched files and the list of them that `go build
// -overlay` reads, and gives its path.
func writeOverlay(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	replace := map[string]string{}
	for _, p := range patches {
		original := filepath.Join(build.Default.GOROOT, "src", filepath.FromSlash(p.file))
		b, err := os.ReadFile(original)
		if err != nil {
			return "", err
		}
		text := string(b)
		if n := strings.Count(text, p.from); n != 1 {
			return "", fmt.Errorf("%s has %q %d times", p.file, p.from, n)
		}
		name := filepath.Join(dir, strings.ReplaceAll(p.file, "/", "_"))
		text = strings.Replace(text, p.from, p.to, 1) + p.more
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil { //nolint:gosec // the Makefile says where
			return "", err
		}
		replace[original] = name
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o600)
}
