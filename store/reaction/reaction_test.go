package reaction_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/reaction"
	"copi.local/store/storetest"
)

var (
	ana = store.Actor{ID: "ana", Role: store.Resident}
	bob = store.Actor{ID: "bob", Role: store.Resident}
)

func put(t testing.TB, db *store.DB, change ...func(*listing.Card)) store.Ref {
	t.Helper()
	c := listing.Card{Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindEvent, Title: "Loto", Audience: listing.Public}
	for _, f := range change {
		f(&c)
	}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return listing.Put(tx, c, nil) })
	return c.Ref
}

// of is what somebody sees; -1 for nothing.
func of(t testing.TB, db *store.DB, who store.Actor, ref store.Ref) (c reaction.Count) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		got, ok, err := reaction.Of(tx, ref)
		if c = got; !ok {
			c.N = -1
		}
		return err
	})
	return c
}

func like(ref store.Ref) func(*store.Tx) error {
	return func(tx *store.Tx) error { return reaction.Like(tx, ref) }
}

func TestOneEachTakenBackAsEasily(t *testing.T) {
	db, _ := storetest.Open(t, reaction.Personal)
	ref := put(t, db)
	for range 2 {
		storetest.Update(t, db, ana, like(ref))
	}
	storetest.Update(t, db, bob, like(ref))
	if c := of(t, db, ana, ref); c != (reaction.Count{N: 2, Mine: true}) {
		t.Errorf("hers: %+v", c)
	}
	if c := of(t, db, store.Actor{}, ref); c != (reaction.Count{N: 2}) {
		t.Errorf("a visitor's: %+v", c)
	}
	for range 2 {
		storetest.Update(t, db, ana, func(tx *store.Tx) error { return reaction.Unlike(tx, ref) })
	}
	if c := of(t, db, ana, ref); c != (reaction.Count{N: 1}) {
		t.Errorf("taken back: %+v", c)
	}
	if err := db.Update(t.Context(), like(ref)); store.KindOf(err) != store.Unauthenticated {
		t.Errorf("a visitor: %v", err)
	}
}

func TestOnlyWhatIsPublicAndOursIsLiked(t *testing.T) {
	db, _ := storetest.Open(t, reaction.Personal)
	inner := put(t, db, func(c *listing.Card) { c.Audience = listing.Members })
	hidden := put(t, db)
	storetest.Update(t, db, ana, like(hidden))
	storetest.Update(t, db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error { return listing.Hide(tx, hidden, true) })
	next := store.Ref{ID: store.NewID()}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		origin, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{7}, Name: "Altillac", SeenAt: tx.Now})
		if err != nil {
			return err
		}
		return listing.PutForeign(tx, origin, []listing.Card{{Ref: next, Kind: listing.KindEvent, Title: "Foire", UpdatedAt: tx.Now}})
	})
	for name, ref := range map[string]store.Ref{"for residents": inner, "hidden": hidden, "a neighbour's": next, "nothing": {Module: "agenda", ID: store.NewID()}} {
		err := db.Update(store.As(t.Context(), bob), like(ref))
		if store.KindOf(err) != store.NotFound || of(t, db, bob, ref).N != -1 {
			t.Errorf("%s: %v, %+v", name, err, of(t, db, bob, ref))
		}
	}
}

func TestWhoWantsToSeeNoneSeesNone(t *testing.T) {
	db, _ := storetest.Open(t, reaction.Personal)
	ref := put(t, db)
	storetest.Update(t, db, bob, like(ref))
	for _, hide := range []bool{true, false} {
		storetest.Update(t, db, ana, func(tx *store.Tx) error { return reaction.Hide(tx, hide) })
		if c := of(t, db, ana, ref); (c.N == -1) != hide {
			t.Errorf("hidden %v: %+v", hide, c)
		}
	}
}

// TestLikesOrderNothing: the list is the same before and after.
func TestLikesOrderNothing(t *testing.T) {
	db, _ := storetest.Open(t, reaction.Personal)
	for range 5 {
		put(t, db)
	}
	order := func() (ids []string) {
		storetest.View(t, db, bob, func(tx *store.Tx) error {
			res, err := listing.Find(tx, listing.Query{Limit: 10})
			for _, c := range res.Cards {
				ids = append(ids, c.Ref.ID)
			}
			return err
		})
		return ids
	}
	before := order()
	storetest.Update(t, db, bob, like(store.Ref{Module: "agenda", ID: before[4]}))
	for i, id := range order() {
		if id != before[i] {
			t.Errorf("place %d changed", i)
		}
	}
}

func TestReactionsToWhatIsGoneAreForgotten(t *testing.T) {
	db, clock := storetest.Open(t, reaction.Personal)
	kept, gone := put(t, db), put(t, db)
	for _, ref := range []store.Ref{kept, gone} {
		storetest.Update(t, db, bob, like(ref))
	}
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return listing.Withdraw(tx, gone) })
	for range 32 {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error { return reaction.Jobs[0].Run(tx) })
		clock.Add(time.Hour)
	}
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		data, err := reaction.Personal.Export(tx, bob.ID)
		if h, ok := data.(reaction.Holding); !ok || len(h.Liked) != 1 || h.Liked[0] != kept.String() {
			t.Errorf("%+v", data)
		}
		return err
	})
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return reaction.Hide(tx, true) })
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return reaction.Personal.Erase(tx, bob.ID, store.KeepUnnamed) })
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		if data, err := reaction.Personal.Export(tx, bob.ID); data != nil || err != nil {
			t.Errorf("after leaving: %+v %v", data, err)
		}
		return nil
	})
}
