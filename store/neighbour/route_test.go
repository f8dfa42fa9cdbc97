package neighbour_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

func scopeOf(t testing.TB, tx *store.Tx) uint64 {
	t.Helper()
	p, err := neighbour.PublisherOf(tx)
	if err != nil {
		t.Fatal(err)
	}
	return p.Scope
}

// vouches makes a log of from that vouches for others.
func vouches(t testing.TB, tx *store.Tx, from neighbour.Hash, others ...neighbour.Hash) {
	t.Helper()
	l, err := neighbour.LogOf(tx, from)
	if store.KindOf(err) == store.NotFound {
		l, err = neighbour.AddLog(tx, from, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	var claims []neighbour.Claim
	for _, o := range others {
		claims = append(claims, neighbour.Claim{ID: neighbour.ID{from[0], o[0]}, Kind: neighbour.Vouch, About: o})
	}
	if _, err := neighbour.SetClaims(tx, l, nil, nil, claims); err != nil {
		t.Fatal(err)
	}
}

func TestRoutesFollowVouchesUpToTheLimit(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b, c, d, e := neighbour.Hash{1}, neighbour.Hash{2}, neighbour.Hash{3}, neighbour.Hash{4}, neighbour.Hash{5}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		vouches(t, tx, a, b)
		vouches(t, tx, b, c, a)
		vouches(t, tx, c, d)
		vouches(t, tx, d, e)
		return neighbour.SaveLink(tx, neighbour.Link{Peer: "a", Origin: a, State: neighbour.Paired})
	})
	hops := func() (out [6]uint64) {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			list, err := neighbour.Routes(tx)
			for _, r := range list {
				out[r.Origin[0]] = r.Hops
			}
			return err
		})
		return out
	}
	check := func(what string, want [6]uint64, change func(tx *store.Tx) error) {
		t.Helper()
		storetest.Update(t, db, store.Actor{}, change)
		if got := hops(); got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	nothing := func(*store.Tx) error { return nil }
	check("three hops", [6]uint64{1: 1, 2: 2, 3: 3}, nothing)
	check("a limit of four", [6]uint64{1: 1, 2: 2, 3: 3, 4: 4}, func(tx *store.Tx) error { return neighbour.SetHopLimit(tx, 4) })
	check("b shut out", [6]uint64{1: 1}, func(tx *store.Tx) error { return neighbour.ShutOut(tx, b, "b") })
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := neighbour.LogOf(tx, b); store.KindOf(err) != store.NotFound {
			t.Errorf("what was held of b stays: %v", err)
		}
		return nil
	})
	check("b let in again, with nothing of it here", [6]uint64{1: 1, 2: 2}, func(tx *store.Tx) error { return neighbour.LetIn(tx, b) })
	check("linked with e, whose way does not lead back", [6]uint64{1: 1, 2: 2, 5: 1}, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{Peer: "e", Origin: e, State: neighbour.Paired})
	})
	check("the link with a blocked", [6]uint64{5: 1}, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{Peer: "a", Origin: a, State: neighbour.Blocked})
	})
}

// A cursor counts for the scope it was read under.
func TestNewOriginsMakeFeedsBeReadAgain(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := neighbour.Hash{1}, neighbour.Hash{2}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		if err := neighbour.SaveLink(tx, neighbour.Link{Peer: "a", Origin: a, State: neighbour.Paired}); err != nil {
			return err
		}
		before := scopeOf(t, tx)
		if err := neighbour.SetCursor(tx, "a", [8]byte{7}, 42, before); err != nil {
			return err
		}
		vouches(t, tx, a, b)
		if err := neighbour.Reckon(tx); err != nil {
			return err
		}
		if scopeOf(t, tx) == before {
			t.Error("a vouch does not change the scope")
		}
		if err := neighbour.SetCursor(tx, "a", [8]byte{7}, 43, before); err != nil {
			return err
		}
		l, err := neighbour.LinkByPeer(tx, "a")
		if l.FeedRev != 0 {
			t.Errorf("the feed is read from %d, so b is never offered again", l.FeedRev)
		}
		return err
	})
}

// A made-up crowd fills no disk: so many vouches of one origin count, and so
// many origins are carried.
func TestVouchesWithoutEndAreBounded(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		if err := neighbour.SetHopLimit(tx, 8); err != nil {
			return err
		}
		crowd := func(of byte, n int) (out []neighbour.Hash) {
			for i := range n {
				out = append(out, neighbour.Hash{0xff, of, byte(i), byte(i >> 8)})
			}
			return out
		}
		put := func(from neighbour.Hash, of byte, n int) {
			l, err := neighbour.AddLog(tx, from, false)
			if err != nil {
				t.Fatal(err)
			}
			var claims []neighbour.Claim
			for i, o := range crowd(of, n) {
				claims = append(claims, neighbour.Claim{ID: neighbour.ID{of, byte(i >> 8), byte(i)}, Kind: neighbour.Vouch, About: o})
			}
			if _, err := neighbour.SetClaims(tx, l, nil, nil, claims); err != nil {
				t.Fatal(err)
			}
		}
		put(neighbour.Hash{1}, 1, 11_000) // as many as its log may hold
		if err := neighbour.SaveLink(tx, neighbour.Link{Peer: "1", Origin: neighbour.Hash{1}, State: neighbour.Paired}); err != nil {
			return err
		}
		if list, err := neighbour.Routes(tx); err != nil || len(list) != 1+neighbour.MaxVouches {
			t.Errorf("%d origins (%v) for one that vouches for 11,000", len(list), err)
		}
		for i, o := range crowd(1, 10) {
			put(o, byte(10+i), neighbour.MaxVouches)
		}
		if err := neighbour.Reckon(tx); err != nil {
			return err
		}
		list, err := neighbour.Routes(tx)
		if len(list) != neighbour.MaxOrigins {
			t.Errorf("%d origins are carried", len(list))
		}
		return err
	})
}
