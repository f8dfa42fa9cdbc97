package ui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestAC2_TheArticleThatChangedIsShown(t *testing.T) {
	before := "Ce qui suit engage.\n\n# Article 1\nBonjour à tous.\n\n# Article 4\nSoyons aimables entre voisins et voisines.\n- un\n- deux\n\n# Article 5\nFin."
	after := strings.Replace(before, "aimables entre", "aimables et francs entre", 1)
	list := articlesChanged(before, after)
	if len(list) != 1 || list[0].Heading != "Article 4" || len(list[0].Changes) != 4 {
		t.Fatalf("%+v", list)
	}
	in := list[0].Changes[1]
	if in.Kind != "in" || !slices.Equal(in.Parts, []part{{"Soyons aimables", false}, {"et francs", true}, {"entre voisins et voisines.", false}}) {
		t.Errorf("%+v", in)
	}
	if list = articlesChanged(before, before); len(list) != 0 {
		t.Errorf("equal texts differ: %+v", list)
	}
	list = articlesChanged(before, strings.Replace(before, "# Article 5\nFin.", "# Article 6\nAutre chose ici.", 1))
	if len(list) != 2 || list[1].Heading != "Article 6" || list[0].Changes[len(list[0].Changes)-1].Text == "" {
		t.Errorf("an article replaced: %+v", list)
	}
}

// TestComparingLosesNothing: both texts can be read out of their comparison.
func TestComparingLosesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	text := func() (list []string) {
		for range rng.IntN(30) {
			list = append(list, fmt.Sprint(rng.IntN(6)))
		}
		return list
	}
	for range 2000 {
		a, b := text(), text()
		var out, in []string
		for _, c := range pairWords(compare(a, b)) {
			if c.Kind != "in" {
				out = append(out, c.Text)
			}
			if c.Kind != "out" {
				in = append(in, c.Text)
			}
		}
		if !slices.Equal(out, a) || !slices.Equal(in, b) {
			t.Fatalf("%v and %v: %v and %v", a, b, out, in)
		}
	}
	long := strings.Repeat("a\n", 9000)
	if list := articlesChanged(long, "b\n"+long+"c\n"); len(list) != 1 {
		t.Errorf("%d articles", len(list))
	}
	if list := articlesChanged(strings.Repeat("a\nb\n", 1500), strings.Repeat("c\nd\n", 1500)); len(list) != 1 || len(list[0].Changes) != 6000 {
		t.Error("a long text replaced is not shown whole")
	}
}
