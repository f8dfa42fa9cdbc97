package listing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var (
	visitor   = store.Actor{}
	resident  = store.Actor{ID: "resident", Role: store.Resident}
	moderator = store.Actor{ID: "moderator", Role: store.Moderator}
)

// card is a public event that a test completes.
func card(title string, tags ...string) listing.Card {
	return listing.Card{
		Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindEvent,
		Title: title, Tags: tags, Audience: listing.Public,
	}
}

// put stores cards and fails the test on an error.
func put(t testing.TB, db *store.DB, cards ...listing.Card) {
	t.Helper()
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		for _, c := range cards {
			if err := listing.Put(tx, c, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

func find(t testing.TB, db *store.DB, who store.Actor, q listing.Query) (res listing.Result) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		res, err = listing.Find(tx, q)
		return err
	})
	return res
}

func titles(res listing.Result) []string {
	out := make([]string, 0, len(res.Cards))
	for _, c := range res.Cards {
		out = append(out, c.Title)
	}
	return out
}

func TestPutChangeWithdraw(t *testing.T) {
	db, _ := storetest.Open(t)
	c := card("Bal des pompiers")
	c.StartsAt = storetest.Now.Add(time.Hour)
	c.Price = &listing.Price{Amount: 500, Unit: "EUR"}
	put(t, db, c)
	res := find(t, db, visitor, listing.Query{})
	if res.Total != 1 || len(res.Cards) != 1 {
		t.Fatalf("%d cards, total %d, want 1", len(res.Cards), res.Total)
	}
	got := res.Cards[0]
	if got.Ref != c.Ref || !got.StartsAt.Equal(c.StartsAt) || *got.Price != *c.Price || got.Origin != nil || len(got.Code) != 3 {
		t.Errorf("read back %+v", got)
	}
	c.Title = "Bal de la Saint-Jean"
	put(t, db, c)
	if res := find(t, db, visitor, listing.Query{Q: "pompiers"}); res.Total != 0 {
		t.Error("the old title is still found")
	}
	if res := find(t, db, visitor, listing.Query{Q: "saint jean"}); !slices.Equal(titles(res), []string{c.Title}) {
		t.Errorf("found %q", titles(res))
	}
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.Withdraw(tx, c.Ref) })
	if res := find(t, db, visitor, listing.Query{}); res.Total != 0 || len(res.Cards) != 0 {
		t.Error("still listed after Withdraw")
	}
	put(t, db, c)
	if back := find(t, db, visitor, listing.Query{}).Cards[0]; back.Code != got.Code {
		t.Errorf("code %s came back as %s", got.Code, back.Code)
	}
}

func TestChangesTellWhatLeaves(t *testing.T) {
	db, _ := storetest.Open(t)
	pub, priv := card("Public"), card("Entre nous")
	priv.Audience = listing.Members
	put(t, db, pub, priv)
	changes := func(after int64) (out []listing.Change) {
		storetest.View(t, db, visitor, func(tx *store.Tx) (err error) {
			out, err = listing.Changes(tx, after, 100)
			return err
		})
		return out
	}
	all := changes(0)
	if len(all) != 1 || all[0].ID != pub.Ref.ID || all[0].Gone {
		t.Fatalf("changes %+v, want the public card alone", all)
	}
	steps := []struct {
		name string
		do   func(tx *store.Tx) error
		gone bool
	}{
		{"hide", func(tx *store.Tx) error { return listing.Hide(tx, pub.Ref, true) }, true},
		{"show", func(tx *store.Tx) error { return listing.Hide(tx, pub.Ref, false) }, false},
		{"for members only", func(tx *store.Tx) error {
			c := pub
			c.Audience = listing.Members
			return listing.Put(tx, c, nil)
		}, true},
		{"public again", func(tx *store.Tx) error { return listing.Put(tx, pub, nil) }, false},
		{"erase", func(tx *store.Tx) error { return listing.Erase(tx, pub.Ref) }, true},
	}
	rev := all[0].Rev
	for _, s := range steps {
		storetest.Update(t, db, moderator, s.do)
		got := changes(rev)
		if len(got) != 1 || got[0].Gone != s.gone || got[0].ID != pub.Ref.ID || got[0].Rev <= rev {
			t.Fatalf("%s: %+v, want gone = %v", s.name, got, s.gone)
		}
		rev = got[0].Rev
	}
	if last := changes(0); !last[0].Erased {
		t.Error("an erased card is told as withdrawn")
	}
}

func TestForeignCards(t *testing.T) {
	db, _ := storetest.Open(t)
	theirs := card("Foire d'Altillac")
	theirs.UpdatedAt = storetest.Now
	var origin int64
	storetest.Update(t, db, visitor, func(tx *store.Tx) (err error) {
		origin, err = listing.SetOrigin(tx, listing.Origin{Key: [32]byte{1}, Name: "Altillac", Commune: "19007", SeenAt: tx.Now})
		if err != nil {
			return err
		}
		for range 2 { // again and again: the same rows
			if err := listing.PutForeign(tx, origin, []listing.Card{theirs}); err != nil {
				return err
			}
		}
		return nil
	})
	res := find(t, db, visitor, listing.Query{Q: "foire"})
	if res.Total != 1 || res.Cards[0].Origin == nil || res.Cards[0].Origin.Name != "Altillac" || res.Cards[0].Code != "" {
		t.Fatalf("found %+v", res)
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		if ch, err := listing.Changes(tx, 0, 10); err != nil || len(ch) != 0 {
			t.Errorf("a neighbour's card would be published as ours: %v %v", ch, err)
		}
		return nil
	})
	id, err := store.ParseID(theirs.Ref.ID)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, db, visitor, func(tx *store.Tx) error {
		return listing.DropForeign(tx, origin, [][10]byte{id, id})
	})
	if res := find(t, db, visitor, listing.Query{}); res.Total != 0 {
		t.Error("still there after DropForeign")
	}
	storetest.Update(t, db, visitor, func(tx *store.Tx) error {
		if err := listing.PutForeign(tx, origin, []listing.Card{theirs}); err != nil {
			return err
		}
		return listing.DropOrigin(tx, origin)
	})
	if res := find(t, db, visitor, listing.Query{}); res.Total != 0 {
		t.Error("still there after DropOrigin")
	}
}

func TestLimitAboveMaximumIsRefused(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		for _, q := range []listing.Query{
			{Limit: listing.MaxLimit + 1},
			{Limit: -1},
			{Cursor: "n"},
			{Cursor: "n1.0x"},
			{RadiusKM: 5},
			{Near: &listing.Point{Lat: 91e5}},
			{Order: "oldest"},
			{Order: listing.Best},
		} {
			if _, err := listing.Find(tx, q); store.KindOf(err) != store.Invalid {
				t.Errorf("%+v: %v, want invalid", q, err)
			}
		}
		return nil
	})
}

func TestCheckKeepsCardsOnTheWire(t *testing.T) {
	long := func(n int) string { return fmt.Sprintf("%0*d", n, 7) }
	for name, c := range map[string]listing.Card{
		"no title":     card(""),
		"blank title":  card(" \t"),
		"long title":   card(long(141)),
		"many bytes":   card(string(slices.Repeat([]rune{'€'}, 134))),
		"nine tags":    card("x", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"),
		"long tag":     card("x", long(33)),
		"empty tag":    card("x", "#"),
		"line break":   card("x", "a\nb"),
		"broken title": card("caf\xe9"),
		"end before": func() listing.Card {
			c := card("x")
			c.StartsAt, c.EndsAt = storetest.Now, storetest.Now.Add(-1)
			return c
		}(),
		"end alone":     func() listing.Card { c := card("x"); c.EndsAt = storetest.Now; return c }(),
		"unknown unit":  func() listing.Card { c := card("x"); c.Price = &listing.Price{Unit: "BTC"}; return c }(),
		"nowhere":       func() listing.Card { c := card("x"); c.Position = &listing.Point{Lat: 91e5}; return c }(),
		"unreadable id": func() listing.Card { c := card("x"); c.Ref.ID = "1"; return c }(),
		"much too long": func() listing.Card {
			c := card("x")
			c.StartsAt, c.EndsAt = storetest.Now, storetest.Now.AddDate(2, 0, 0)
			return c
		}(),
		"commune of many": func() listing.Card { c := card("x"); c.Commune = long(13); return c }(),
	} {
		if err := c.Check(); store.KindOf(err) != store.Invalid && err == nil {
			t.Errorf("%s: %v, want invalid", name, err)
		}
	}
	c := card(string(slices.Repeat([]rune{'é'}, 140)), "a", "b", "c", "d", "e", "f", "g", "h")
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}

// TestHereStaysOnThisBox: a card for everybody here is found by visitors and
// has nothing a neighbour is told, also when it was public before.
func TestHereStaysOnThisBox(t *testing.T) {
	db, _ := storetest.Open(t)
	never, before := card("Marie Durand, plombière"), card("Paul Petit, menuisier")
	never.Audience = listing.Here
	put(t, db, never, before)
	before.Audience = listing.Here
	put(t, db, before)
	if got := find(t, db, visitor, listing.Query{Q: "plombière"}); got.Total != 1 || got.Cards[0].Audience != listing.Here || got.Cards[0].Code != "" {
		t.Errorf("a visitor finds %+v", got.Cards)
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		changes, err := listing.Changes(tx, 0, 10)
		if len(changes) != 1 || changes[0].ID != before.Ref.ID || !changes[0].Gone {
			t.Errorf("neighbours are told %+v", changes)
		}
		return err
	})
}
