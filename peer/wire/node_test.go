//go:build node

package wire

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestVectorsInNode: a reader written apart, in another language, agrees with
// us on every golden vector, and notices one that was tampered with. It needs
// node; `make vectors` runs it.
func TestVectorsInNode(t *testing.T) {
	run := func(file string) (string, error) {
		out, err := exec.CommandContext(t.Context(), "node", "../testdata/reader.mjs", file).CombinedOutput() //nolint:gosec // our own files
		return string(out), err
	}
	if out, err := run(vectorFile); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	spoiled := filepath.Join(t.TempDir(), "vectors.json")
	text := strings.Replace(string(b), `"sig": "`, `"sig": "00`, 2)
	if err := os.WriteFile(spoiled, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := run(spoiled); err == nil {
		t.Errorf("two spoiled signatures passed:\n%s", out)
	}
}
