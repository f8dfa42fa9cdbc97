//go:build node

package tally

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// countInNode has the script of the recount page count a file of vectors.
func countInNode(t *testing.T, file string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "node", "testdata/recount.mjs", "../../../ui/static/recount.js", file).CombinedOutput()
	return string(out), err
}

// TestVectorsInAnotherLanguage has the recount page count every vector, in
// node; `make vectors` runs it. What it counts with was written from the rules
// of the methods, not from this package.
func TestVectorsInAnotherLanguage(t *testing.T) {
	if out, err := countInNode(t, vectorFile); err != nil || !strings.Contains(out, " vectors counted again") {
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
	if out, err := countInNode(t, spoiled); err == nil {
		t.Errorf("a spoiled vector passed:\n%s", out)
	}
}

// TestVectorsOfAnyHeap has both count 4,000 heaps nobody wrote down, other ones
// in each run.
func TestVectorsOfAnyHeap(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var all []vector
	for len(all) < 4000 {
		for _, r := range everyRule() {
			ballots := make([]Ballot, random.IntN(25))
			for i := range ballots {
				ballots[i] = someBallot(random, r)
			}
			draw := Draw{Seed: fmt.Sprint(random.Uint32())}
			if random.IntN(3) == 0 {
				draw = Draw{}
			}
			all = append(all, vector{fmt.Sprint(len(all)), true, bytes.TrimSpace(published(t, r, 30, ballots, draw))})
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "vectors.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := countInNode(t, file); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
