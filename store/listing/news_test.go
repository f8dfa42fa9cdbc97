package listing

import (
	"math"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

func TestTouchedCardsComeOnceInTheOrderOfTheirChanges(t *testing.T) {
	db, clock := storetest.Open(t)
	put := func(id, title string, a Audience) {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			return Put(tx, Card{Ref: store.Ref{Module: "agenda", ID: id}, Kind: KindEvent, Title: title, Audience: a}, nil)
		})
	}
	var m Mark
	touched := func(limit int) string {
		var titles []string
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			cards, err := Touched(tx, m, limit)
			for _, c := range cards {
				titles = append(titles, c.Title)
				m = c.Mark()
			}
			return err
		})
		return strings.Join(titles, " ")
	}
	want := func(when string, limit int, titles string) {
		t.Helper()
		if got := touched(limit); got != titles {
			t.Errorf("%s: %q, want %q", when, got, titles)
		}
	}
	a, b := store.NewID(), store.NewID()
	put(a, "un", Public)
	put(b, "deux", Members)
	want("in the same second", 10, "")
	clock.Add(time.Second)
	want("one at a time", 1, "un")
	want("also what visitors do not see", 1, "deux")
	want("no more", 10, "")
	put(a, "trois", Public)
	clock.Add(time.Second)
	want("changed", 10, "trois")
	m = Mark{At: clock.Now().Unix(), Card: math.MaxInt64}
	want("from the future", 10, "")
}

func TestNewsAreReadAlongAnIndex(t *testing.T) {
	db, _ := storetest.Open(t)
	fill(t, db, 50)
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		for name, c := range map[string]struct {
			query string
			args  []any
			want  string
		}{
			"own":        {sqlTouched, []any{0, 0, 1, 10}, "listing_cards_touched (updated_at"},
			"neighbours": {sqlArrived, []any{0, 10}, "SEARCH c USING INTEGER PRIMARY KEY (rowid>?)"},
			"zones":      {sqlZonesOfCard, []any{1}, "listing_zone_cards_card"},
		} {
			plan, err := planOf(tx, c.query, c.args...)
			if err != nil {
				return err
			}
			if !strings.Contains(plan, c.want) || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s: %s", name, plan)
			}
		}
		return nil
	})
}
