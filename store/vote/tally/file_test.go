package tally

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// published is the file of a vote, its options named by letters.
func published(t interface{ Fatal(...any) }, r Rule, roll int, ballots []Ballot, draw Draw) []byte {
	result, err := Count(r, roll, 0, ballots, draw)
	if err != nil {
		t.Fatal(err)
	}
	f := File{Title: string(r.Method), Rule: r, Roll: roll, Ballots: ballots, Draw: draw, Result: result}
	for o := range r.Options {
		f.Options = append(f.Options, string(rune('A'+o)))
	}
	b, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAPublishedFileIsCountedAgain(t *testing.T) {
	for _, r := range everyRule() {
		t.Run(string(r.Method)+r.Variant, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				ballots, draw := anyBallots(t, r, 6), drawFor(t, r.Options)
				first := published(t, r, 12, ballots, draw)
				if _, err := Recount(first); err != nil {
					t.Fatalf("%v\n%s", err, first)
				}
				if again := published(t, r, 12, rapid.Permutation(ballots).Draw(t, "shuffled"), draw); !bytes.Equal(first, again) {
					t.Fatalf("the file tells who voted when:\n%s%s", first, again)
				}
			})
		})
	}
}

func TestAFileThatWasTamperedWith(t *testing.T) {
	file := published(t, yesOrNo, 60, heap(21, yes, 18, no), Draw{})
	for _, change := range [][2]string{
		{`"adopted"`, `"refused"`}, {`"counts":[21,18]`, `"counts":[22,17]`}, {`{"values":[0,1]},`, ""}, {Format, "copi-tally/2"}, {`"rule":`, `"rule`},
	} {
		bad := bytes.Replace(file, []byte(change[0]), []byte(change[1]), 1)
		if _, err := Recount(bad); !errors.Is(err, ErrFile) || bytes.Equal(bad, file) {
			t.Errorf("%s: %v", change, err)
		}
	}
	bad := bytes.Replace(file, []byte(`{"values":[0,1]}`), []byte(`{"values":[1,1]}`), 1)
	if _, err := Recount(bad); !errors.Is(err, ErrPick) {
		t.Error(err)
	}
	if len(Hash(file)) != 64 || Hash(file) == Hash(bad) {
		t.Error(Hash(file))
	}
}

func TestSO1_APublishedLotteryIsDrawnAgain(t *testing.T) {
	roll := []string{"m01", "m02", "m03", "m04"}
	l := &Lottery{RollHash: RollHash(roll), Seed: "loto 07-12", Roll: roll, Seats: 2, Order: Sortition("loto 07-12", roll)}
	b, err := File{Title: "Jury", Lottery: l}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Recount(b); err != nil {
		t.Error(err)
	}
	l.Seats = 5
	b, _ = File{Title: "Jury", Lottery: l}.Encode()
	if _, err := Recount(b); !errors.Is(err, ErrFile) {
		t.Error("more seats than people passed", err)
	}
	l.Seats = 2
	slices.Reverse(l.Order)
	b, _ = File{Title: "Jury", Lottery: l}.Encode()
	if _, err := Recount(b); !errors.Is(err, ErrFile) {
		t.Error("another order passed", err)
	}
	l.Order, l.Roll = Sortition(l.Seed, roll[:3]), roll[:3]
	b, _ = File{Title: "Jury", Lottery: l}.Encode()
	if _, err := Recount(b); !errors.Is(err, ErrFile) {
		t.Error("another roll passed", err)
	}
}
