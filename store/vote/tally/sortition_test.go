package tally

import (
	"fmt"
	"strings"
	"testing"
)

func TestSO1_AnybodyCanDrawAgain(t *testing.T) {
	const seed = "2027-03-28|urne salle des fetes|loto 07-12-23-31-44"
	var roll []string
	for i := range 10 {
		roll = append(roll, fmt.Sprintf("m%02d", i+1))
	}
	got := Sortition(seed, roll)
	same(t, "drawn and reserves", got[:5], []string{"m07", "m02", "m09", "m06", "m04"})
	for id, start := range map[string]string{"m07": "1f961285", "m02": "52dc4959", "m09": "a1d7535b"} {
		if h := SortitionHash(seed, id); !strings.HasPrefix(h, start) {
			t.Errorf("%s: %s", id, h)
		}
	}
	// As sha256sum says of the ten lines.
	const rollHash = "6cb387833c65e1c4ee6c2505b72b0eb25d5104753073005b77c42ff86a522045"
	same(t, "hash of the roll", RollHash([]string{"m02", "m01", "m03", "m10", "m04", "m05", "m09", "m06", "m08", "m07"}), rollHash)
}

func TestTheDrawOfOptionsFollowsItsSeed(t *testing.T) {
	a, err := Draw{Seed: "dés de la fête: 3-5-1"}.places(4)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Draw{Order: lot("dés de la fête: 3-5-1", 4)}.places(4)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "places", a, b)
}
