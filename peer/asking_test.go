package peer

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// shows makes b show a card of a stranger's log that names a body.
func (b *testBox) shows(s *stranger, body []byte) (id string) {
	b.t.Helper()
	id = store.NewID()
	raw, err := store.ParseID(id)
	if err != nil {
		b.t.Fatal(err)
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.AddLog(tx, s.origin(), false)
		if err != nil {
			return err
		}
		l.Epoch, l.Seq, l.Head = 1, 1, neighbour.Head{Bytes: []byte{1}, Sig: []byte{1}}
		if l.Listed, err = listing.SetOrigin(tx, listing.Origin{Key: l.Origin, Name: "Cajarc", SeenAt: tx.Now}); err != nil {
			return err
		}
		card := listing.Card{Ref: store.Ref{ID: id}, Kind: listing.KindOffer, Title: "Tondeuse à prêter"}
		if err := listing.PutForeign(tx, l.Listed, []listing.Card{card}); err != nil {
			return err
		}
		if err := neighbour.SetHead(tx, &l); err != nil {
			return err
		}
		return neighbour.Mentioned(tx, l, raw, wire.Sum(body), int64(len(body)))
	})
	return id
}

// Two hundred readers of one card are one question to its box; what came is
// then here (FE-6).
func TestFE6_TwoHundredReadersAreOneQuestion(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	body, err := wire.EncodeBody(map[string]any{"description": "Thermique."})
	if err != nil {
		t.Fatal(err)
	}
	b.trust(s)
	id := b.shows(s, body)
	var questions atomic.Int32
	answer := make(chan struct{})
	s.gives(func(out network.Stream, get *wire.Get) {
		questions.Add(1)
		<-answer
		send(out, get.Hashes[0], body, 0)
	})
	const readers = 200
	errs := make(chan error, readers)
	for range readers {
		go func() { errs <- b.Fetch(t.Context(), id) }()
	}
	eventually(t, "the question", func() bool { return questions.Load() > 0 })
	close(answer)
	for range readers {
		if err := <-errs; err != nil {
			t.Errorf("a reader gets: %v", err)
		}
	}
	if err := b.Fetch(t.Context(), id); err != nil || questions.Load() != 1 {
		t.Errorf("%d questions, then: %v", questions.Load(), err)
	}
	if l := b.shown("thermique"); len(l) != 1 {
		t.Error("the text is not here")
	}
}

// What a box has not got is not asked for again for ten minutes, unless a
// neighbour is met meanwhile (FE-6).
func TestFE6_AskedForInVainOnceInTenMinutes(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	b.trust(s)
	id := b.shows(s, []byte("nobody has it"))
	var questions atomic.Int32
	s.gives(func(out network.Stream, get *wire.Get) {
		questions.Add(1)
		_ = wire.WriteFrame(out, &wire.Miss{Hash: get.Hashes[0]})
	})
	ask := func(when string, want int32) {
		t.Helper()
		if err := b.Fetch(t.Context(), id); store.KindOf(err) != store.Busy || questions.Load() != want {
			t.Errorf("%s: asked %d times, want %d; %v", when, questions.Load(), want, err)
		}
	}
	ask("at first", 1)
	ask("at once again", 1)
	b.clock.Add(askedFor - time.Second)
	ask("nearly ten minutes later", 1)
	b.clock.Add(2 * time.Second)
	ask("ten minutes later", 2)
	b.asked.again()
	ask("after a neighbour was met", 3)
}

// A reader waits three seconds for a box that is slow, or off, and what was
// asked for goes on coming (FE-5).
func TestFE5_AReaderWaitsThreeSecondsAtMost(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	body, err := wire.EncodeBody(map[string]any{"description": "Thermique."})
	if err != nil {
		t.Fatal(err)
	}
	b.trust(s)
	id := b.shows(s, body)
	asked, answer := make(chan struct{}), make(chan struct{})
	s.gives(func(out network.Stream, get *wire.Get) {
		close(asked)
		<-answer
		send(out, get.Hashes[0], body, 0)
	})
	ctx, leave := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { first <- b.Fetch(ctx, id) }()
	<-asked
	leave() // the first reader leaves: the others still wait
	<-first
	var told *store.Error
	err = b.Fetch(t.Context(), id)
	if told, _ = err.(*store.Error); told == nil || told.Key != "err.neighbour.on_its_way" || told.Kind != store.Busy { //nolint:errorlint // as Fetch gives it
		t.Errorf("a reader of a slow box gets: %v", err)
	}
	close(answer)
	eventually(t, "the text comes all the same", func() bool { return len(b.shown("thermique")) == 1 })
}
