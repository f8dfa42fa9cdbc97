package listing_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// region puts cards of this box and of two neighbours, and says whose is which.
func region(t testing.TB, db *store.DB) (key string) {
	t.Helper()
	some(t, db, 200)
	put(t, db, weekly("loto", storetest.Now.AddDate(0, 0, -30), 9), weekly("bal", storetest.Now.AddDate(0, 0, -90), 5))
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		for i := range 2 {
			o := listing.Origin{Key: [32]byte{byte(i + 1)}, Name: "Voisine", Commune: "19007", SeenAt: tx.Now}
			id, err := listing.SetOrigin(tx, o)
			if err != nil {
				return err
			}
			key = listing.OriginName(&o)
			var cards []listing.Card
			for j := range 60 {
				c := card([]string{"loto bal", "marché", "fête"}[j%3], []string{"bal", "école"}[j%2])
				c.Kind = []string{listing.KindEvent, listing.KindPlace}[j%2]
				if c.Kind == listing.KindEvent {
					c.StartsAt = storetest.Now.Add(time.Duration(j-30) * 24 * time.Hour)
				}
				cards = append(cards, c)
			}
			if err := listing.PutForeign(tx, id, cards); err != nil {
				return err
			}
		}
		return nil
	})
	return key
}

// TestOverviewCountsWhatFindFinds holds every number of an overview against the
// same search with that filter more.
func TestOverviewCountsWhatFindFinds(t *testing.T) {
	db, _ := storetest.Open(t)
	key := region(t, db)
	today := storetest.Now.Truncate(24 * time.Hour)
	at := listing.At(45, 2)
	rapid.Check(t, func(t *rapid.T) {
		q := listing.Query{
			Q:      rapid.SampledFrom([]string{"", "loto", "marche", "fete ecole"}).Draw(t, "q"),
			Tag:    rapid.SampledFrom([]string{"", "bal"}).Draw(t, "tag"),
			Kind:   rapid.SampledFrom([]string{"", "event", "place"}).Draw(t, "kind"),
			Origin: rapid.SampledFrom([]string{"", "own", "neighbours", key}).Draw(t, "origin"),
			Near:   &at,
		}
		if rapid.Bool().Draw(t, "near") {
			q.RadiusKM = 60
		}
		err := db.View(store.As(t.Context(), visitor), func(tx *store.Tx) error {
			f, err := listing.Overview(tx, q, listing.Glance{Today: today, Rings: []float64{20, 40}, Cards: 3, Tags: 5})
			if err != nil {
				return err
			}
			same := func(what string, n int64, change func(*listing.Query)) {
				with := q
				change(&with)
				if want, err := listing.Count(tx, with); err != nil || n != want {
					t.Fatalf("%+v: %s %d, want %d (%v)", q, what, n, want, err)
				}
			}
			same("total", f.Total, func(*listing.Query) {})
			for _, g := range f.Groups {
				same(g.Kind, g.N, func(q *listing.Query) { q.Kind = g.Kind })
				if len(g.Cards) != int(min(g.N, 3)) || !slices.IsSortedFunc(g.Cards, ownFirst) {
					t.Fatalf("%+v: the first of %s: %d", q, g.Kind, len(g.Cards))
				}
			}
			for _, c := range f.Communes {
				same(c.Name, c.N, func(q *listing.Query) { q.Commune = c.Name })
			}
			same("upcoming", f.Upcoming, func(q *listing.Query) { q.From = today })
			same("before", f.Before, func(q *listing.Query) { q.To = today })
			if q.Origin == "" {
				same("own", f.Own, func(q *listing.Query) { q.Origin = listing.FromHere })
				same("neighbours", f.Neighbours, func(q *listing.Query) { q.Origin = listing.FromNeighbours })
			}
			for _, ring := range f.Rings {
				if q.RadiusKM == 0 {
					same("ring", ring.N, func(q *listing.Query) { q.RadiusKM = ring.KM })
				}
			}
			for _, tag := range f.Tags {
				if q.Tag == "" {
					same(tag.Name, tag.N, func(q *listing.Query) { q.Tag = tag.Key })
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func ownFirst(a, b listing.Card) int {
	rank := map[bool]int{true: 0, false: 1}
	return rank[a.Origin == nil] - rank[b.Origin == nil]
}

// OwnFirst is the same set as any other order, own cards before the others,
// whatever the size of a page.
func TestOwnCardsComeFirst(t *testing.T) {
	db, _ := storetest.Open(t)
	region(t, db)
	rapid.Check(t, func(t *rapid.T) {
		q := listing.Query{
			Q: rapid.SampledFrom([]string{"", "loto", "marche"}).Draw(t, "q"), Order: listing.OwnFirst,
			Limit: rapid.IntRange(1, 90).Draw(t, "limit"),
		}
		if rapid.Bool().Draw(t, "dated") {
			q.From = storetest.Now
		}
		var all []listing.Card
		var total int64
		err := db.View(t.Context(), func(tx *store.Tx) error {
			for {
				res, err := listing.Find(tx, q)
				if err != nil {
					return err
				}
				if len(res.Cards) > q.Limit {
					t.Fatalf("a page of %d, asked for %d", len(res.Cards), q.Limit)
				}
				all, total = append(all, res.Cards...), res.Total
				if q.Cursor = res.Next; q.Cursor == "" {
					return nil
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(all)) != total || !slices.IsSortedFunc(all, ownFirst) {
			t.Fatalf("%+v: %d of %d, sorted %v", q, len(all), total, slices.IsSortedFunc(all, ownFirst))
		}
		if total == 0 || all[0].Origin != nil || all[len(all)-1].Origin == nil {
			t.Fatalf("%+v: one half is missing", q)
		}
	})
}
