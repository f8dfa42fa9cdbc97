package peer

import (
	"context"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// runs lets a box run for some days and look at its leases.
func (b *box) runs(t *testing.T, days int) {
	t.Helper()
	b.clock.Add(time.Duration(days) * 24 * time.Hour)
	storetest.Update(t, b.db, store.Actor{}, neighbour.ApplyLeases)
}

// leaseOf is what became of the lease of a's log at b, and how many of a's
// cards b shows, how many of them as not confirmed.
func (b *box) leaseOf(t *testing.T, a *box) (lease neighbour.Lease, shown, stale int) {
	t.Helper()
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Walk(tx, listing.Query{}, func(c listing.Card) error {
			if c.Origin != nil && c.Origin.Key == a.log.Origin() {
				shown++
				if c.Origin.Stale {
					stale++
				}
			}
			return nil
		})
	})
	return b.held(t, a).Lease, shown, stale
}

func (b *box) wantLease(t *testing.T, a *box, when string, lease neighbour.Lease, shown, stale int) {
	t.Helper()
	gotLease, gotShown, gotStale := b.leaseOf(t, a)
	if gotLease != lease || gotShown != shown || gotStale != stale {
		t.Errorf("%s: lease %q, %d cards shown, %d of them as not confirmed; want %q, %d, %d",
			when, gotLease, gotShown, gotStale, lease, shown, stale)
	}
}

// leased is a box that holds a card of another.
func leased(t *testing.T) (a, b *box, id string) {
	t.Helper()
	a, b = newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	id = a.put(t, "", "Bal")
	a.publish(t)
	b.mustPull(t, a)
	return a, b, id
}

func TestLeaseEndsByRunningTime(t *testing.T) {
	a, b, _ := leased(t)
	b.runs(t, 89)
	b.wantLease(t, a, "after 89 days", neighbour.Fresh, 1, 0)
	b.runs(t, 1)
	b.wantLease(t, a, "after 90 days", neighbour.Stale, 1, 1)
	b.runs(t, 89)
	b.wantLease(t, a, "after 179 days", neighbour.Stale, 1, 1)
	b.runs(t, 1)
	b.wantLease(t, a, "after 180 days", neighbour.Lapsed, 0, 0)
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		for _, table := range []string{"neighbour_records", "neighbour_mentions", "neighbour_stagings"} {
			n, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM "+table+" WHERE log_id = ?", b.held(t, a).ID)
			if err != nil || n != 0 {
				t.Errorf("%d rows of %s are left: %v", n, table, err)
			}
		}
		return nil
	})
	// With a clock nobody trusts it is the same: running time is no time of day.
	a, b, _ = leased(t)
	b.clock.SetQuality(store.ClockNone)
	b.runs(t, 180)
	b.wantLease(t, a, "after 180 days at once, without a clock", neighbour.Lapsed, 0, 0)
}

// A box that was off, or whose clock was put right, has not run.
func TestABoxThatWasOffForAYearRemovesNothing(t *testing.T) {
	a, b, _ := leased(t)
	b.runs(t, 80)
	b.clock.Set(b.clock.Now().Add(365 * 24 * time.Hour))
	b.runs(t, 9)
	b.wantLease(t, a, "after 89 days of running", neighbour.Fresh, 1, 0)
	b.start(t) // without Close, as after kill -9
	b.runs(t, 1)
	b.wantLease(t, a, "a day later", neighbour.Stale, 1, 1)
}

// Any newer head confirms, also the weekly one that changes nothing, also by
// way of another box; that another box still has the same one does not.
func TestAHeadConfirmsTheLease(t *testing.T) {
	a, b, _ := leased(t)
	c := newBox(t, "c")
	pair(t, a, c)
	pair(t, b, c)
	c.mustPull(t, a)
	b.runs(t, 100)
	_ = b.pull(t.Context(), &stream{from: a})
	_ = b.pull(t.Context(), &stream{from: c})
	b.wantLease(t, a, "told of the same head by both", neighbour.Stale, 1, 1)
	a.clock.Add(7 * 24 * time.Hour)
	a.publish(t)
	c.mustPull(t, a)
	if n := b.mustPull(t, c); n != 0 {
		t.Errorf("%d cards came with the weekly head", n)
	}
	b.wantLease(t, a, "after the weekly head, by way of c", neighbour.Fresh, 1, 0)
	b.runs(t, 89)
	b.wantLease(t, a, "89 days later", neighbour.Fresh, 1, 0)
	b.runs(t, 1)
	b.wantLease(t, a, "90 days later", neighbour.Stale, 1, 1)
}

// What lapsed is not brought back by a box with an older copy (FE-3), is offered
// and given to nobody, and comes back whole with what the origin says next.
func TestALapsedOriginComesBackByItself(t *testing.T) {
	a, b, id := leased(t)
	c := newBox(t, "c")
	pair(t, a, c)
	pair(t, b, c)
	c.mustPull(t, a)
	b.mustPull(t, c)
	head := b.held(t, a)
	a.withdraw(t, id)
	other := a.put(t, "", "Loto")
	b.runs(t, 180)
	confirmed := b.held(t, a).ConfirmedAt
	if n := b.mustPull(t, c); n != 0 {
		t.Errorf("%d cards came from a box with an older copy", n)
	}
	if at := b.held(t, a).ConfirmedAt; !at.Equal(confirmed) {
		t.Errorf("an older copy confirms what lapsed, at %v", at)
	}
	b.wantLease(t, a, "after c synced", neighbour.Lapsed, 0, 0)
	have, err := b.replica.Haves(t.Context(), "c", 0, b.asks(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range have.Entries {
		if e.Origin == a.log.Origin() {
			t.Error("what is not here is offered")
		}
	}
	want := &wire.Want{Origin: head.Origin, Epoch: head.Epoch}
	if _, _, err := b.replica.Serve().Answer(t.Context(), want); store.KindOf(err) != store.NotFound {
		t.Errorf("what is not here is given: %v", err)
	}
	a.publish(t)
	b.mustPull(t, a)
	b.wantLease(t, a, "after a spoke", neighbour.Fresh, 1, 0)
	if got := b.titles(t, a); got[other] != "Loto" {
		t.Errorf("b shows %v", got)
	}
	if l := b.held(t, a); l.Changed != head.Changed {
		t.Errorf("coming back counts as %d changed cards", l.Changed-head.Changed)
	}
}

// With the cards of a lapsed origin its vouches go, and what was carried along
// them; they come back with it.
func TestALapsedOriginVouchesForNobody(t *testing.T) {
	a, b, _ := leased(t)
	far := newBox(t, "far")
	pair(t, a, far)
	storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.Say(tx, neighbour.Vouch, far.log.Origin(), "far")
	})
	a.publish(t)
	b.mustPull(t, a)
	carried := func() bool {
		var err error
		storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
			_, err = neighbour.RouteOf(tx, far.log.Origin())
			return nil
		})
		return err == nil
	}
	if !carried() {
		t.Fatal("the vouch does not count")
	}
	if b.runs(t, 180); carried() {
		t.Error("the vouch of a lapsed origin counts")
	}
	a.put(t, "", "Loto")
	a.publish(t)
	if b.mustPull(t, a); !carried() {
		t.Error("the vouch did not come back")
	}
}

// headOf is the number of the last head b holds of a box.
func (b *testBox) headOf(of *testBox) (seq uint64) {
	b.t.Helper()
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, of.origin())
		seq = l.Seq
		return err
	})
	return seq
}

// Everything that stands behind the cards goes too, and comes again. The box
// looks each hour of its own, and writes nothing when nothing is due.
func TestALapsedOriginTakesItsBytesAlong(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	id := store.NewID()
	a.put(id, "Bal du village")
	a.hang(id, 3)
	link(t, a, b)
	thumb := func() bool { _, here := b.behindOf(id); return here[neighbour.RoleThumb] == 1 }
	eventually(t, "the small picture", thumb)
	eventually(t, "the last head", func() bool { return b.headOf(a) == a.headOf(a) }) // a later one would begin the lease anew
	b.clock.Add(neighbour.StaleAfter + time.Hour)
	if err := b.endLeases(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !thumb() || len(b.shown("nombreux")) != 1 {
		t.Error("something went after 90 days")
	}
	links, err := b.Links(t.Context())
	if err != nil || len(links) != 1 || !links[0].Stale || links[0].Lapsed {
		t.Errorf("the link is %+v: %v", links, err)
	}
	changed := b.db.Changed()
	if err := b.endLeases(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-changed:
		t.Error("something was written although nothing was due")
	default:
	}
	b.clock.Add(neighbour.LapseAfter)
	if err := b.endLeases(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "nothing is here", func() bool {
		all, _ := b.behindOf(id)
		return len(all) == 0 && b.onShelf() == 0 && b.heldBytes() == 0 && len(b.shown("nombreux")) == 0
	})
	if links, err = b.Links(t.Context()); err != nil || links[0].Stale || !links[0].Lapsed {
		t.Errorf("the link is %+v: %v", links, err)
	}
	a.put(store.NewID(), "Loto")
	eventually(t, "all of it is back", thumb)
}

// The first look comes after a while: a box that was put back from a copy meets
// its neighbours first.
func TestLeasesAreNotEndedAtTheStart(t *testing.T) {
	a, b, _ := leased(t)
	b.clock.Add(neighbour.LapseAfter)
	asked := make(chan time.Duration)
	n := &Node{db: b.db, clock: waits{b.clock, asked}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { n.leasing(ctx); close(done) }()
	if d := <-asked; d != leaseEvery {
		t.Errorf("it waits %v", d)
	}
	b.wantLease(t, a, "at the start", neighbour.Fresh, 1, 0)
	cancel()
	<-done
}

// waits is a clock that tells how long is waited, for ever.
type waits struct {
	store.Clock
	asked chan time.Duration
}

func (w waits) After(d time.Duration) <-chan time.Time {
	w.asked <- d
	return nil
}
