package appliance_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// modules lists every module under store and what it may import beside store
// itself. Looser links are store.Ref. A new module is added here first.
var modules = map[string][]string{
	"listing":    {},
	"account":    {"listing"},
	"agenda":     {"listing", "account", "photo", "notify"},
	"assembly":   {"listing", "account", "directory", "group", "notify", "vote", "vote/tally"},
	"ads":        {"listing", "category", "directory", "photo", "notify", "moderation"},
	"booking":    {"listing", "account", "agenda", "directory", "photo", "notify"},
	"directory":  {"listing", "account", "category", "photo", "notify"},
	"category":   {"listing"},
	"photo":      {"listing"},
	"notify":     {"listing"},
	"hotspot":    {},
	"group":      {"listing", "account", "directory", "notify"},
	"discussion": {"listing", "account", "directory", "group", "message", "moderation", "notify", "photo"},
	"intake":     {"listing", "agenda", "directory", "category"},
	"moderation": {"listing", "account", "notify"},
	"mutualaid":  {"listing", "account", "directory", "notify"},
	"neighbour":  {"listing"},
	"message":    {"listing", "account", "directory", "notify", "moderation"},
	"petition":   {"listing", "directory", "notify"},
	"reaction":   {"listing", "discussion"},
	"vote":       {"listing", "account", "group", "notify"},
	"timebank":   {"listing", "account", "directory", "notify", "neighbour"},
}

// leaves are packages below a module that import nothing of ours but what is
// shared: decoders that are fuzzed.
var leaves = []string{"intake/format", "photo/picture", "vote/tally"}

// shared are packages any module and leaf may import; they import nothing of
// ours.
var shared = []string{"calendar", "amount", "contact", "durable", "invitation"}

// layers lists what each room may import of ours; a room with a trailing slash
// stands for all packages below it.
var layers = map[string][]string{
	"cmd/":       {"cmd/internal/", "appliance", "appliance/", "images", "images/", "store", "store/"},
	"appliance":  {"ui", "peer", "peer/", "store", "store/", "appliance/"},
	"appliance/": {"store", "store/", "appliance/"},
	"ui":         {"store", "store/", "ui/"},
	"ui/":        {"store", "store/", "ui/"},
	"peer":       {"store", "store/", "peer/"},
	// the file of a bundle, what is in it in which order: not what it means here
	"peer/bundle": {"store", "peer/wire"},
	"peer/":       {},
	"images":      {"images/"},
	"images/":     {"images", "images/", "appliance/slot"},
	"store":       {"store/durable"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestImportsGoOneWay(t *testing.T) {
	for _, p := range ours(t) {
		room := strings.TrimPrefix(p.ImportPath, "copi.local/")
		allowed := allowedImports(t, room)
		for _, imp := range p.Imports {
			dep, ok := strings.CutPrefix(imp, "copi.local/")
			if ok && !matches(dep, allowed) {
				t.Errorf("%s imports %s; it may import only %v", room, dep, allowed)
			}
		}
	}
}

// allowedImports is the list for a room: its module's, or its layer's.
func allowedImports(t *testing.T, room string) []string {
	t.Helper()
	if module, ok := strings.CutPrefix(room, "store/"); ok {
		if module == "storetest" {
			return []string{"store"}
		}
		if slices.Contains(shared, module) {
			return nil
		}
		if slices.Contains(leaves, module) {
			return below(shared)
		}
		deps, known := modules[module]
		if !known {
			t.Errorf("store/%s is not in the list of modules", module)
		}
		allowed := []string{"store"}
		for _, d := range deps {
			allowed = append(allowed, "store/"+d)
		}
		allowed = append(allowed, below(shared)...)
		for _, leaf := range leaves {
			if path.Dir(leaf) == module {
				allowed = append(allowed, "store/"+leaf)
			}
		}
		return allowed
	}
	if allowed, ok := layers[room]; ok {
		return allowed
	}
	for dir := room; dir != "."; {
		dir = path.Dir(dir)
		if allowed, ok := layers[dir+"/"]; ok {
			return allowed
		}
	}
	t.Errorf("%s stands in no known layer", room)
	return nil
}

// below are packages of store by their whole names.
func below(names []string) (out []string) {
	for _, n := range names {
		out = append(out, "store/"+n)
	}
	return out
}

func matches(dep string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		return dep == a || strings.HasSuffix(a, "/") && strings.HasPrefix(dep, a)
	})
}

func TestTopLevelIsTheOwners(t *testing.T) {
	fixed := []string{
		"cmd", "appliance", "store", "ui", "peer", "images", "go.mod", "go.sum", "Makefile", "LICENSE",
		"README.md", "ARCHITECTURE.md", "CHANGELOG.md", ".ci", ".golangci.yml", ".gitignore",
	}
	out := run(t, "git", "ls-files")
	for _, f := range strings.Fields(out) {
		if top, _, _ := strings.Cut(f, "/"); !slices.Contains(fixed, top) {
			t.Errorf("%s: the top level is fixed by the project's owner", f)
		}
	}
}

// createTable finds the tables a migration makes, virtual ones too.
var createTable = regexp.MustCompile(`(?i)CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)`)

// tableUse finds tables in SQL strings of Go code. Package store has tables of
// its own, which begin with its name.
var tableUse = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+(` + moduleAlternatives() + `)_\w+`)

func moduleAlternatives() string {
	names := []string{"store"}
	for m := range modules {
		names = append(names, m)
	}
	slices.Sort(names)
	return strings.Join(names, "|")
}

func TestTablesBelongToTheirModule(t *testing.T) {
	root := root(t)
	files, err := filepath.Glob(filepath.Join(root, "store/migrations/*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations found", err)
	}
	for _, file := range files {
		for _, m := range createTable.FindAllStringSubmatch(read(t, file), -1) {
			if noun, _, _ := strings.Cut(m[1], "_"); noun != "store" && modules[noun] == nil {
				t.Errorf("%s: table %s belongs to no module", filepath.Base(file), m[1])
			}
		}
	}
	for _, file := range goFiles(t) {
		module, inStore := strings.CutPrefix(path.Dir(file), "store/")
		if path.Dir(file) == "store" {
			module, inStore = "store", true
		}
		for _, m := range tableUse.FindAllStringSubmatch(read(t, filepath.Join(root, file)), -1) {
			if !inStore || module != m[1] {
				t.Errorf("%s uses %q: only store/%s may", file, m[0], m[1])
			}
		}
	}
}

func TestEveryModuleHasItsPlaces(t *testing.T) {
	root := root(t)
	for module := range modules {
		for _, place := range []string{
			"store/migrations/*_" + module + ".sql", "store/" + module + "/sql.go", "store/" + module + "/*_test.go",
			"ui/" + module + ".go", "ui/templates/" + module + "/*.html", "ui/locales/fr/" + module + ".json",
			"ui/locales/en/" + module + ".json",
		} {
			if found, _ := filepath.Glob(filepath.Join(root, place)); len(found) == 0 {
				t.Errorf("module %s has no %s", module, place)
			}
		}
	}
}

// goFiles lists the Go files of the repository that are not tests.
func goFiles(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, f := range strings.Fields(run(t, "git", "ls-files", "*.go")) {
		if !strings.HasSuffix(f, "_test.go") {
			out = append(out, f)
		}
	}
	return out
}

func ours(t *testing.T) []pkg {
	t.Helper()
	dec := json.NewDecoder(bytes.NewBufferString(run(t, "go", "list", "-json=ImportPath,Imports", "./...")))
	var out []pkg
	for {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return string(out)
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
