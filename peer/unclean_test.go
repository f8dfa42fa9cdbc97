package peer

import (
	"context"
	"log/slog"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// reopen opens b's log on a copy of its database without publishing.
func (b *box) reopen(t testing.TB, copied string) {
	t.Helper()
	db, err := store.Open(t.Context(), copied, store.Options{Clock: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b.db, b.replica = db, NewReplica(db)
	if b.log, err = OpenLog(t.Context(), db, b.keys, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
}

// TestLostTailIsTakenBack: what an unclean stop took is asked for before the
// first publication, comes back with the operator's word, and what had been
// withdrawn since does not come to life again, at home or elsewhere.
func TestLostTailIsTakenBack(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	kept, withdrawn, erased := a.put(t, "", "Bal"), a.put(t, "", "Retiré"), a.put(t, "", "Effacé")
	a.publish(t)
	b.mustPull(t, a)
	old := a.copied(t) // while running
	lost := a.put(t, "", "Loto")
	a.withdraw(t, withdrawn)
	storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Erase(tx, store.Ref{Module: "agenda", ID: erased})
	})
	a.publish(t)
	b.mustPull(t, a)

	a.reopen(t, old)
	if !a.log.Unclean() {
		t.Fatal("an unclean stop is not known as one")
	}
	a.mustPull(t, b)
	if a.doubt(t) != neighbour.Older {
		t.Fatalf("doubt %q, though b holds what was lost", a.doubt(t))
	}
	if published, err := a.log.Publish(t.Context()); published || err != nil {
		t.Fatalf("published over the question: %v", err)
	}
	a.proceed(t)
	a.publish(t)
	for _, id := range []string{withdrawn, erased} {
		err := a.db.Update(t.Context(), func(tx *store.Tx) error { // what would sign it anew
			return listing.Hide(tx, store.Ref{Module: "agenda", ID: id}, true)
		})
		if store.KindOf(err) != store.NotFound {
			t.Errorf("%s is still listed at home: %v", id, err)
		}
	}
	a.publish(t)
	b.mustPull(t, a)
	if got := b.titles(t, a); len(got) != 2 || got[kept] == "" || got[lost] == "" {
		t.Errorf("b shows %v", got)
	}
	if got := a.titles(t, a); got[withdrawn] != "" || got[erased] != "" {
		t.Errorf("at home %v", got)
	}
	if a.log.Unclean() {
		t.Error("still unclean after a publication")
	}
}

// TestUncleanUntilAsked: a box that stops again before it could ask begins anew
// as after an unclean stop.
func TestUncleanUntilAsked(t *testing.T) {
	a := newBox(t, "a")
	a.put(t, "", "Bal")
	a.publish(t)
	a.reopen(t, a.copied(t))
	a.stop(t)
	a.reopen(t, a.copied(t))
	if !a.log.Unclean() {
		t.Error("what was lost will never be asked for")
	}
	a.publish(t)
	a.stop(t)
	if a.reopen(t, a.copied(t)); a.log.Unclean() {
		t.Error("asked for after a clean stop")
	}
}

// TestNewsAfterAnUncleanStopIsTold: a neighbour that was told more of the
// have-feed than the disk kept hears of everything that comes after.
func TestNewsAfterAnUncleanStopIsTold(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	old := a.copied(t)
	for range 5 {
		a.put(t, "", "Perdu")
		a.publish(t)
	}
	told, err := a.replica.Haves(t.Context(), "b", 0, a.asks(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	a.cutPower(t, old)
	news, err := a.replica.Haves(t.Context(), "b", told.Rev, a.asks(t.Context()))
	if err != nil || len(news.Entries) != 1 {
		t.Errorf("after rev %d b is told %+v, %v", told.Rev, news, err)
	}
}

// TestAnUncleanStartAsksNeighboursFirst, over the wire: the box says nothing
// before its neighbour could say what it holds.
func TestAnUncleanStartAsksNeighboursFirst(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	a.put(store.NewID(), "Bal du village")
	eventually(t, "the first event", func() bool { return len(b.shown("bal")) == 1 })
	path := t.TempDir() + "/copi.db"
	if err := a.db.CopyTo(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	a.put(store.NewID(), "Loto perdu")
	eventually(t, "the second event", func() bool { return len(b.shown("loto")) == 1 })
	a.kill()
	db, err := store.Open(t.Context(), path, store.Options{Clock: a.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	again := startTestBox(t, db, a.clock, a.id)
	eventually(t, "the question", func() bool {
		q, err := again.Question(t.Context())
		return err == nil && q.Doubt == neighbour.Older && len(q.Lost) == 1
	})
	var own neighbour.Log
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		own, err = neighbour.OwnLog(tx)
		return err
	})
	h, err := wire.DecodeHead(own.Head.Bytes)
	if err != nil || h.Seq >= jump {
		t.Errorf("published number %d before the answer, %v", own.Seq, err)
	}
	eventually(t, "the log is open", func() bool { return again.Continue(t.Context()) == nil })
	eventually(t, "both events on the neighbour, in the new epoch", func() bool {
		held, _ := b.held(again)
		return len(b.shown("loto")) == 1 && len(b.shown("bal")) == 1 && held > 0
	})
}

// Before the own log is open no neighbour is let in: it would be told of less
// than it was told before the power cut.
func TestTheLogIsOpenBeforeNeighboursAreLetIn(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	a.kill()
	n, err := New(Options{DB: a.db, Identity: a.id, Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler), Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan bool, 8)
	n.opt.Recovery = func(context.Context) (wire.Hash, bool, error) {
		asked <- n.gate.lets(b.id.id)
		return sheetHash("any"), true, nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	if <-asked {
		t.Error("neighbours are let in first")
	}
	eventually(t, "neighbours are let in", func() bool { return n.gate.lets(b.id.id) })
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A box that is stopped before it has begun stops without a fault.
func TestARunThatIsOverBeforeItBegan(t *testing.T) {
	b := newTestBox(t, "Cajarc")
	b.kill()
	n, err := New(Options{DB: b.db, Identity: b.id, Listen: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler), Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	n.opt.Recovery = func(context.Context) (wire.Hash, bool, error) { return sheetHash("any"), true, nil }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := n.Run(ctx); err != nil {
		t.Error(err)
	}
}

// TestAFeedThatWentBackIsReadAnew: the disk of a neighbour may have lost what it
// told, and that is no fault of its.
func TestAFeedThatWentBackIsReadAnew(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	sc := s.script("Bal")
	sc.seq = 200
	s.serve(sc, sc.answer(t))
	b.trust(s)
	eventually(t, "the feed is read", func() bool { return b.linkTo(s).FeedRev == 200 })
	short := *sc
	short.seq = 100
	s.serve(&short, short.answer(t))
	if err := s.host.Network().ClosePeer(b.id.id); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is read anew", func() bool { return b.linkTo(s).FeedRev == 100 })
	if l := b.linkTo(s); l.Faults != 0 || !b.gate.lets(s.id.id) {
		t.Errorf("taken for a fault: %+v", l)
	}
}
