package peer

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// link pairs two boxes as two operators would.
func link(t testing.TB, a, b *testBox) {
	t.Helper()
	b.OpenDoor()
	if _, err := a.StartPairing(t.Context(), b.Addrs()[0]); err != nil {
		t.Fatal(err)
	}
	pa, pb := a.await(PairingCompare), b.await(PairingCompare)
	if pa.Digits != pb.Digits {
		t.Fatalf("digits %s and %s", pa.Digits, pb.Digits)
	}
	for _, err := range []error{a.Confirm(pa.ID), b.Confirm(pb.ID)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	a.await(PairingDone)
	b.await(PairingDone)
}

// put publishes or changes an event.
func (b *testBox) put(id, title string, change ...func(*listing.Card)) {
	b.t.Helper()
	c := listing.Card{
		Ref: store.Ref{Module: "agenda", ID: id}, Kind: listing.KindEvent, Title: title, Audience: listing.Public,
		StartsAt: storetest.Now.Add(48 * time.Hour), EndsAt: storetest.Now.Add(50 * time.Hour),
	}
	for _, f := range change {
		f(&c)
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Put(tx, c, listing.Body{"description": "Venez nombreux."})
	})
}

// shown finds the neighbours' cards a search for q answers.
func (b *testBox) shown(q string) []listing.Card {
	b.t.Helper()
	var res listing.Result
	err := b.db.View(b.t.Context(), func(tx *store.Tx) (err error) {
		res, err = listing.Find(tx, listing.Query{Q: q})
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return res.Cards
}

// soon waits until ok comes true and logs how long that took: how long it may
// take is for a quiet machine, not for CI.
func soon(t testing.TB, want time.Duration, what string, ok func() bool) {
	t.Helper()
	begun := time.Now()
	eventually(t, what, ok)
	t.Logf("%s took %v, on a quiet machine at most %v", what, time.Since(begun).Round(time.Millisecond), want)
}

func TestWhatABoxPublishesItsNeighbourShows(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	id := store.NewID()
	a.put(id, "Bal du village")
	soon(t, 2*time.Second, "the event on the neighbour", func() bool { return len(b.shown("bal")) == 1 })
	if c := b.shown("bal")[0]; c.Origin == nil || c.Origin.Name != "Cajarc" {
		t.Errorf("shown as %+v", c)
	}
	a.put(id, "Grand bal du village")
	soon(t, 2*time.Second, "the edit", func() bool { return len(b.shown("grand")) == 1 })
	a.put(id, "Grand bal du village", func(c *listing.Card) { c.Cancelled = true })
	soon(t, 2*time.Second, "the cancellation", func() bool { l := b.shown("grand"); return len(l) == 1 && l[0].Cancelled })
	storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Withdraw(tx, store.Ref{Module: "agenda", ID: id})
	})
	soon(t, 2*time.Second, "the withdrawal", func() bool { return len(b.shown("grand")) == 0 })

	b.put(store.NewID(), "Marché d'Altillac")
	soon(t, 2*time.Second, "the other way round", func() bool { return len(a.shown("marche")) == 1 })
}

func TestMembersOnlyStaysAtHome(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	a.put(store.NewID(), "Réunion secrète", func(c *listing.Card) { c.Audience = listing.Members })
	a.put(store.NewID(), "Bal du village")
	soon(t, 2*time.Second, "the public one", func() bool { return len(b.shown("bal")) == 1 })
	if l := b.shown("secrete"); len(l) > 0 {
		t.Errorf("a neighbour shows %+v", l)
	}
}

func TestBlockedNeighboursAreForgotten(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	a.put(store.NewID(), "Bal du village")
	soon(t, 2*time.Second, "the event", func() bool { return len(b.shown("bal")) == 1 })
	if err := b.Block(t.Context(), a.PeerID()); err != nil {
		t.Fatal(err)
	}
	if l := b.shown("bal"); len(l) > 0 {
		t.Errorf("still shown: %+v", l)
	}
	eventually(t, "the connection ended", func() bool { return len(b.host.Network().ConnsToPeer(a.id.id)) == 0 })
	a.put(store.NewID(), "Loto")
	if err := b.Unblock(t.Context(), a.PeerID()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "everything is back", func() bool { return len(b.shown("bal")) == 1 && len(b.shown("loto")) == 1 })
}

// An idle link sends no application bytes.
func TestIdleLinksAreSilent(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	a.put(store.NewID(), "Bal du village")
	soon(t, 2*time.Second, "the event", func() bool { return len(b.shown("bal")) == 1 })
	quiet := func() (frames uint64) { return a.frames.Load() + b.frames.Load() }
	time.Sleep(time.Second) // receipts
	before := quiet()
	time.Sleep(2 * time.Second)
	if n := quiet() - before; n > 0 {
		t.Errorf("%d frames on an idle link", n)
	}
}

// fill publishes n cards.
func (b *testBox) fill(n int) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		for i := range n {
			c := listing.Card{
				Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindOffer, Audience: listing.Public,
				Title: fmt.Sprintf("Annonce numéro %d", i),
			}
			if err := listing.Put(tx, c, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *testBox) held(of *testBox) (cards int, staged int) {
	b.t.Helper()
	err := b.db.View(context.Background(), func(tx *store.Tx) error {
		link, err := neighbour.LinkByPeer(tx, of.PeerID())
		if err != nil {
			return err
		}
		l, err := neighbour.LogOf(tx, link.Origin)
		if store.KindOf(err) == store.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if s, err := neighbour.StagingOf(tx, l); err == nil {
			staged = s.Cards
		}
		live, err := neighbour.Live(tx, l)
		cards = len(live)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return cards, staged
}

// restart opens another node on b's database and key, after b was ended.
func (b *testBox) restart() *testBox {
	b.t.Helper()
	return startTestBox(b.t, b.db, b.clock, b.id)
}

// A box that is killed in the middle of a first sync gets nothing twice.
func TestFirstSyncGoesOnWhereItWasCut(t *testing.T) {
	const cards = 5000
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	a.fill(cards)
	eventually(t, "everything signed", func() bool {
		var seq uint64
		storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) error {
			own, err := neighbour.OwnLog(tx)
			seq = own.Size
			return err
		})
		return seq == cards+1 // and the profile
	})
	link(t, a, b)
	eventually(t, "some of it arrived", func() bool { _, staged := b.held(a); return staged > 1000 })
	b.kill()
	got, staged := b.held(a)
	if got > 0 || staged >= cards {
		t.Fatalf("%d shown, %d staged: the kill came too late", got, staged)
	}
	eventually(t, "the line is down", func() bool { return len(a.host.Network().ConnsToPeer(b.id.id)) == 0 })
	before := a.records.Load()
	b = b.restart()
	eventually(t, "the rest", func() bool { got, _ := b.held(a); return got == cards+1 })
	if again := a.records.Load() - before; again > uint64(cards+1-staged) {
		t.Errorf("%d cards were staged, %d were sent after the restart: %d twice", staged, again, int(again)+staged-cards-1)
	}
	t.Logf("%d before the kill, %d after", staged, a.records.Load()-before)
}

// A box learns how much of its log a neighbour holds.
func TestReceiptsComeBack(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	a.put(store.NewID(), "Bal du village")
	eventually(t, "the receipt", func() bool {
		var covered, own uint64
		storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) error {
			l, err := neighbour.LinkByPeer(tx, b.PeerID())
			if err != nil {
				return err
			}
			o, err := neighbour.OwnLog(tx)
			covered, own = l.CoveredSeq, o.Seq
			return err
		})
		return covered > 0 && covered == own && len(b.shown("bal")) == 1
	})
}

func TestPauses(t *testing.T) {
	for failed, want := range map[int]time.Duration{
		0: pollEvery, 1: firstPause, 2: 2 * firstPause, 5: 16 * firstPause, 15: longestPause, 1000: longestPause,
	} {
		for range 50 {
			if d := pause(failed); d < want*8/10 || d > want*12/10 {
				t.Errorf("after %d failed calls: %v, want about %v", failed, d, want)
			}
		}
	}
}

// With more neighbours than places they take turns: an idle session makes room.
func TestNeighboursTakeTurns(t *testing.T) {
	b := newTestBox(t, "Altillac")
	b.places = make(chan struct{}, 1)
	a, c := newTestBox(t, "Cajarc"), newTestBox(t, "Capdenac")
	link(t, a, b)
	a.put(store.NewID(), "Bal du village")
	eventually(t, "the first neighbour's event", func() bool { return len(b.shown("bal")) == 1 })
	eventually(t, "the first session is idle", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.callers[a.id.id].idle
	})
	c.put(store.NewID(), "Loto")
	link(t, c, b)
	eventually(t, "the second neighbour's event", func() bool { return len(b.shown("loto")) == 1 })
}

// A session is idle, and may end for the sake of another, only once the
// neighbour told what it has: between its Hello and its first Have, nothing
// asked for is not nothing to ask for.
func TestASessionIsNotIdleBeforeTheFirstOffer(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	greeted, offer := make(chan struct{}, 8), make(chan struct{})
	s.host.SetStreamHandler(syncProtocol, func(out network.Stream) {
		in := bufio.NewReader(out)
		if _, err := wire.ReadFrame(in); err != nil {
			return
		}
		_ = wire.WriteFrame(out, &wire.Hello{Version: 1, Scope: wire.Scope{Hops: 1}, Feed: [8]byte{7}, Rev: 5})
		greeted <- struct{}{}
		<-offer
		_ = wire.WriteFrame(out, &wire.Have{Rev: 5, Entries: []wire.HaveEntry{}})
		_, _ = wire.ReadFrame(in) // until the other hangs up
	})
	b.trust(s)
	idle := func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		c := b.callers[s.id.id]
		return c != nil && c.idle
	}
	<-greeted
	for range 100 {
		if idle() {
			t.Fatal("idle before the neighbour told what it has")
		}
		time.Sleep(time.Millisecond)
	}
	close(offer)
	eventually(t, "the session is idle", idle)
}

// Two boxes that have not met for long have a moment at which both call,
// however long each has waited, within the longest pause.
func TestBoxesMeetAtACommonMoment(t *testing.T) {
	start := time.Date(2026, 11, 27, 3, 7, 41, 0, time.UTC)
	calls := func(failed int) map[time.Time]bool {
		clock := storetest.NewClock()
		clock.Set(start.Add(time.Duration(failed) * 71 * time.Second))
		n := &Node{clock: clock}
		at := map[time.Time]bool{}
		for end := start.Add(longestPause + time.Hour); clock.Now().Before(end); {
			wait, meet := n.untilCall(failed)
			clock.Add(wait)
			if meet {
				at[clock.Now()] = true
			}
		}
		return at
	}
	for _, failed := range []int{11, 12, 13, 14, 15, 40} {
		others := calls(12)
		if !slices.ContainsFunc(slices.Collect(maps.Keys(calls(failed))), func(at time.Time) bool { return others[at] }) {
			t.Errorf("after %d and 12 failed calls they never meet", failed)
		}
	}
	n := &Node{clock: storetest.NewClock()}
	for _, failed := range []int{0, 1, 5} {
		if wait, meet := n.untilCall(failed); meet || wait > 2*pollEvery {
			t.Errorf("after %d failed calls: %v, %t", failed, wait, meet)
		}
	}
}
