//go:build node

package tally

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestVectorsInAnotherLanguage has the recount page count every vector, in
// node; `make vectors` runs it. What it counts with was written from the rules
// of the methods, not from this package.
func TestVectorsInAnotherLanguage(t *testing.T) {
	count := func(file string) (string, error) {
		out, err := exec.CommandContext(t.Context(), "node", "testdata/recount.mjs", "../../../ui/static/recount.js", file).CombinedOutput()
		return string(out), err
	}
	if out, err := count(vectorFile); err != nil || !strings.Contains(out, " vectors counted again") {
		t.Errorf("%v\n%s", err, out)
	}
	golden, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	spoiled := filepath.Join(t.TempDir(), "vectors.json")
	if err := os.WriteFile(spoiled, bytes.Replace(golden, []byte(`"grade":2`), []byte(`"grade":3`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := count(spoiled); err == nil {
		t.Errorf("a spoiled vector passed:\n%s", out)
	}
}
