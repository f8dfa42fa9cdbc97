//go:build nightly

package peer

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutant is this package with one condition left out or turned round.
type mutant struct{ file, code, instead string }

var mutants = []mutant{
	{"replica.go", "return want.After < l.Floor", "return false"},
	{"replica.go", "case want.Epoch != l.Epoch, ok && began.generation != l.Generation:", "case false:"},
	{"replica.go", "&& !l.Frozen &&", "&&"},
	{"swap.go", "if uint64(len(entries)) != head.Count || digest(entries) != head.Digest {", "if false {"},
	{"swap.go", "if live > neighbour.Quota(route.Hops) {", "if live < 0 && live > neighbour.Quota(route.Hops) {"},
	{"swap.go", "neighbour.Swap(tx, &l, s, head.Floor)", "neighbour.Swap(tx, &l, s, 0)"},
	{"swap.go", "if head.Epoch == l.Epoch && head.Seq == l.Seq && !bytes.Equal(tip.Head.Head, l.Head.Bytes) {", "if false && bytes.Equal(nil, nil) {"},
	{"swap.go", "if !l.Before(head.Epoch, head.Seq) || head.Epoch == l.Epoch && head.Floor < l.Floor {", "if false {"},
	{"swap.go", "if !repaired(held, tip.Epochs) {", "if false {"},
	{"swap.go", "} else if erased {", "} else if false {"},
	{"apply.go", "blame = s.Relist && s.From == p.peer", "blame = true"},
	{"apply.go", "if c.Seq <= after || c.Seq > b.UpTo {", "if c.Seq > b.UpTo {"},
	{"apply.go", "p.want.Relist = l.Epoch != e.Epoch || l.Relist", "p.want.Relist = l.Relist"},
	{"apply.go", "head, err := wire.VerifyHead(epoch.BoxKey[:], tip.Head)", "head, err := wire.DecodeHead(tip.Head.Head)"},
	{"apply.go", "if err := neighbour.Distrust(tx, l); err != nil {", "if err := error(nil); err != nil {"},
	{"apply.go", "p.restarts > maxRestarts", "false"},
	{"apply.go", "if b.More && len(records) == 0 {", "if false {"},
	{"apply.go", "case b.UpTo < after:", "case false:"},
	{"apply.go", "if s.Cards+len(records) > quota+neighbour.MaxTombstones {", "if quota < 0 {"},
	{"apply.go", "case l.Frozen && e.Epoch <= l.Epoch && e.Seq <= l.Seq+jump/2:", "case false:"},
	{"publish.go", "skip = jump", "skip = 0"},
	{"publish.go", "weekly = l.unclean || own.Epoch == 0", "weekly = own.Epoch == 0"},
	{"publish.go", "if err != nil || p.Doubt != neighbour.NoDoubt {", "if err != nil {"},
	{"publish.go", "case l.keys.Machine == p.Machine, l.keys.Machine == wire.Hash{}:", "case true:"},
	{"publish.go", "if err != nil || floor <= e.own.Floor {", "if err != nil || true {"},
	{"renew.go", "if err := stayGone(tx, own, s); err != nil {", "if err := error(nil); err != nil {"},
	{"renew.go", "if first = 1; ret.Epoch > uint64(len(chain)) {", "if first = 1; ret.Epoch > 1<<40 {"},
	{"giveback.go", "if uint64(len(entries)) != head.Count || digest(entries) != head.Digest {", "if len(entries) < 0 {"},
	{"giveback.go", "if !own.Before(head.Epoch, head.Seq) {", "if false {"},
	{"epochs.go", "case byRecovery(chain[n]) == byRecovery(held[n]):", "case false:"},
	{"epochs.go", "case byRecovery(held[n]):", "case false:"},
}

// judges are the tests that need no network.
const judges = "Hostile|Replay|Strangers|PowerCut|Relist|LostTail|Unclean|News|Batches|Cards|Restored|PartOf|Claim|AnotherMachine|" +
	"Epoch|TwoBoxes|Proofs|Recovery|Stolen|Quota|Blocked|Travels|Receipt|Erased|Churn|Crash|TestModel"

// TestNightlyMutants: none of the conditions on which the exchange rests can be
// left out without a test failing.
func TestNightlyMutants(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutants {
		t.Run(m.file+" "+m.code, func(t *testing.T) {
			source, err := os.ReadFile(m.file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Count(string(source), m.code) == 0 {
				t.Fatal("the code has changed: mend the list")
			}
			changed, overlay := filepath.Join(t.TempDir(), m.file), filepath.Join(t.TempDir(), "overlay.json")
			list, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(dir, m.file): changed}})
			if err != nil {
				t.Fatal(err)
			}
			for path, b := range map[string][]byte{changed: []byte(strings.Replace(string(source), m.code, m.instead, 1)), overlay: list} {
				if err := os.WriteFile(path, b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			out, err := exec.CommandContext(t.Context(), "go", "test", "-overlay", overlay, "-vet=off", "-count=1", "-failfast",
				"-run", judges, "-rapid.checks=60", "-rapid.nofailfile", ".").CombinedOutput()
			switch {
			case err == nil:
				t.Error("the mutant survives")
			case !strings.Contains(string(out), "--- FAIL"):
				t.Fatalf("the mutant was not tried:\n%s", out)
			}
		})
	}
}
