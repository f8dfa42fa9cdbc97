package tally

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

const vectorFile = "testdata/vectors.json"

var update = flag.Bool("update", false, "write new vectors; never change those of a release")

// vector is one published file and whether counting it again finds what it
// announces.
type vector struct {
	Name string          `json:"name"`
	Same bool            `json:"same"`
	File json.RawMessage `json:"file"`
}

// vectorsWritten are files of every method: the cases people know by heart,
// heaps of all sorts of ballots, and some that were tampered with.
func vectorsWritten(t *testing.T) (out []vector) {
	add := func(name string, file []byte) {
		out = append(out, vector{name, true, bytes.TrimSpace(file)})
	}
	ofOptions := func(r Rule, n int) Rule { r.Options = n; return r }
	graders := Rule{Method: Judgment, Grades: 5}
	add("DE-1", published(t, yesOrNo, 60, heap(21, yes, 18, no, 9, Ballot{Blank: true}, 2, Ballot{Spoilt: true}), Draw{}))
	add("MJ-1", published(t, ofOptions(graders, 3), 21, graded([]int{2, 4, 5, 6, 4}, []int{1, 5, 8, 5, 2}, []int{4, 3, 5, 3, 6}), Draw{}))
	add("MJ-2", published(t, ofOptions(graders, 2), 20, graded([]int{4, 4, 3, 5, 4}, []int{0, 1, 13, 5, 1}), Draw{}))
	add("MJ-4", published(t, ofOptions(graders, 2), 7, graded([]int{1, 1, 1, 1, 3}, []int{1, 1, 1, 2, 2}), Draw{}))
	add("MJ-8", published(t, ofOptions(graders, 5), 10, graded([]int{2, 2, 2, 2, 2}, []int{2, 1, 1, 1, 5}, []int{2, 1, 1, 2, 4}, []int{2, 1, 5, 0, 2}, []int{2, 2, 2, 2, 2}), Draw{}))
	add("RK-1, Schulze", published(t, Rule{Method: Schulze, Options: 5}, 45, schulze45, Draw{}))
	add("RK-1, runoff without a draw", published(t, Rule{Method: Runoff, Options: 5}, 45, schulze45, Draw{}))
	add("RK-1, runoff with one", published(t, Rule{Method: Runoff, Options: 5}, 45, schulze45, Draw{Seed: "loto 07-12"}))
	add("RK-2", published(t, Rule{Method: Schulze, Options: 3}, 21, ranking("ABC", 9, "ABC", 7, "BCA", 5, "CAB"), Draw{}))
	add("RK-4", published(t, Rule{Method: STV, Options: 5, Seats: 3, Truncated: true}, 20, ranking("OPCSW", 4, "O", 2, "PO", 8, "CS", 4, "CW", 1, "S", 1, "W"), Draw{}))
	random := rand.New(rand.NewPCG(33, 1))
	for _, r := range everyRule() {
		for i := range 12 {
			ballots := make([]Ballot, random.IntN(30))
			for b := range ballots {
				ballots[b] = someBallot(random, r)
			}
			draw := Draw{}
			if i%3 > 0 {
				draw = Draw{Seed: fmt.Sprintf("tirage %d, à l'école", i)}
			}
			if i%3 > 1 {
				draw = Draw{Order: random.Perm(r.Options)}
			}
			quorate := r
			if i%4 == 3 {
				quorate.QuorumNum, quorate.QuorumDen, quorate.QuorumAtLeast = 1, 3, i > 5
			}
			add(fmt.Sprintf("%s %s %d", r.Method, r.Variant, i), published(t, quorate, 30+i, ballots, draw))
		}
	}
	return append(out, tamperedVectors(t, out[0])...)
}

// someBallot is any ballot the rule allows.
func someBallot(random *rand.Rand, r Rule) Ballot {
	for {
		b := Ballot{Values: make([]int, r.Options)}
		switch random.IntN(20) {
		case 0:
			return Ballot{Blank: true}
		case 1:
			return Ballot{Spoilt: true}
		}
		for o := range b.Values {
			b.Values[o] = random.IntN(max(r.Grades, r.MaxScore+1, min(r.Dots, 4), 2))
		}
		if r.Ranked() {
			for place, o := range random.Perm(r.Options) {
				b.Values[o] = place + 1
				if r.Truncated && place > 0 && random.IntN(4) == 0 {
					b.Values[o] = 0
				}
				if r.Equal && random.IntN(3) == 0 {
					b.Values[o] = 1
				}
			}
			b = r.Tidy(b)
		}
		if r.Check(b) == nil {
			return b
		}
	}
}

// tamperedVectors announce what is not so, and a sortition that is and one that
// is not.
func tamperedVectors(t *testing.T, honest vector) []vector {
	out := []vector{
		{"another outcome", false, bytes.Replace(honest.File, []byte(`"adopted"`), []byte(`"refused"`), 1)},
		{"a ballot less", false, bytes.Replace(honest.File, []byte(`{"values":[0,1]},`), nil, 1)},
		{"another number in the table", false, bytes.Replace(honest.File, []byte(`"counts":[21,18]`), []byte(`"counts":[20,19]`), 1)},
	}
	roll := []string{"m01", "m02", "m03", "é04", "z05", "m10"}
	for _, seed := range []string{"2027-03-28|urne", "2027-03-29|urne"} {
		l := &Lottery{RollHash: RollHash(roll), Seed: seed, Roll: roll, Seats: 2, Order: Sortition("2027-03-28|urne", roll)}
		b, err := File{Title: "SO-1", Lottery: l}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, vector{"sortition", seed == "2027-03-28|urne", bytes.TrimSpace(b)})
	}
	return out
}

func TestVectorsAreWhatWeWrite(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("[\n")
	for i, v := range vectorsWritten(t) {
		line, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			b.WriteString(",\n")
		}
		b.Write(line)
	}
	b.WriteString("\n]\n")
	if *update {
		if err := os.WriteFile(vectorFile, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(golden, b.Bytes()) {
		t.Error("what is published changed; files of closed votes could no longer be counted again")
	}
}

// TestVectorsAreCountedAgain reads what was once published.
func TestVectorsAreCountedAgain(t *testing.T) {
	golden, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(golden, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) < 250 {
		t.Errorf("only %d vectors", len(all))
	}
	for _, v := range all {
		if _, err := Recount(v.File); (err == nil) != v.Same {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
}
