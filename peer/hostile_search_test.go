package peer

import (
	"bufio"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"copi.local/peer/wire"
	"copi.local/store"
)

// answers answers every search of b by what act writes.
func (s *stranger) answers(act func(out network.Stream, q *wire.Search)) {
	s.host.SetStreamHandler(searchProtocol, func(out network.Stream) {
		m, err := wire.ReadFrame(bufio.NewReader(out))
		if q, ok := m.(*wire.Search); err == nil && ok {
			act(out, q)
			_ = out.Close()
		}
	})
}

// found is what the stranger honestly found of its own.
func (s *stranger) found(titles ...string) *wire.Found {
	s.t.Helper()
	first, err := wire.FirstEpoch(s.key, wire.Hash{1})
	if err != nil {
		s.t.Fatal(err)
	}
	f := &wire.Found{Origin: wire.Sum(first.Statement), Epochs: []wire.SignedEpoch{first}}
	h := wire.Head{Origin: f.Origin, Epoch: 1, Seq: 1000, Count: 1, Inst: [8]byte{1}, Made: wire.Date{Day: 20_000}}
	b, err := h.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	f.Head = wire.SignedHead{Head: b, Sig: wire.SignHead(s.key, b)}
	for i, title := range titles {
		f.Cards = append(f.Cards, s.card(f, &wire.Card{ID: wire.ID{byte(i + 1)}, Seq: uint64(i + 1), Kind: "offer", Title: title}))
	}
	return f
}

func (s *stranger) card(f *wire.Found, c *wire.Card) wire.SignedCard {
	s.t.Helper()
	b, err := c.Encode()
	if err != nil {
		s.t.Fatal(err)
	}
	return wire.SignedCard{Card: b, Sig: wire.SignCard(s.key, f.Origin, 1, b)}
}

// What proves itself is refused all the same when it is told twice, or is what
// the asker holds itself.
func TestAnAnswerSaysWhatWasAsked(t *testing.T) {
	f := newStranger(t).found("Tondeuse")
	l := &listener{asked: &wire.Search{Words: "tondeuse", Limit: wire.MaxFound}, seen: map[wire.Hash]bool{}}
	if err := l.take(f); err != nil || len(l.found) != 1 {
		t.Fatalf("an honest answer: %v, %d found", err, len(l.found))
	}
	if err := l.take(f); Judge(err) != Suspend {
		t.Errorf("the same origin twice: %v", err)
	}
	l = &listener{asked: &wire.Search{Words: "tondeuse", Limit: wire.MaxFound, Without: []wire.Hash{f.Origin}}, seen: map[wire.Hash]bool{}}
	if err := l.take(f); Judge(err) != Suspend || len(l.found) != 0 {
		t.Errorf("an origin that was left out: %v, %d found", err, len(l.found))
	}
}

// Who answers a search with what does not prove itself, or without end, is shut
// out for it, and nothing of its answer is shown; who is slow is only left.
func TestHostileAnswers(t *testing.T) {
	all := &wire.FoundAll{}
	for name, c := range map[string]struct {
		act   func(s *stranger, out network.Stream)
		shown int
		fault bool
	}{
		"an honest answer": {func(s *stranger, out network.Stream) {
			_ = wire.WriteFrame(out, s.found("Tondeuse", "Tondeuse neuve"))
			_ = wire.WriteFrame(out, all)
		}, 2, false},
		"a word changed on the way": {func(s *stranger, out network.Stream) {
			f := s.found("Tondeuse")
			f.Cards[0].Card[len(f.Cards[0].Card)-1] ^= 1
			_ = wire.WriteFrame(out, f)
			_ = wire.WriteFrame(out, all)
		}, 0, true},
		"a card of another epoch": {func(s *stranger, out network.Stream) {
			f := s.found("Tondeuse")
			f.Cards[0].Sig = wire.SignCard(s.key, f.Origin, 2, f.Cards[0].Card)
			_ = wire.WriteFrame(out, f)
			_ = wire.WriteFrame(out, all)
		}, 0, true},
		"in another's name": {func(s *stranger, out network.Stream) {
			f := s.found("Tondeuse")
			f.Origin = wire.Hash{7}
			_ = wire.WriteFrame(out, f)
			_ = wire.WriteFrame(out, all)
		}, 0, true},
		"another kind than asked for": {func(s *stranger, out network.Stream) {
			f := s.found("Tondeuse")
			f.Cards[0] = s.card(f, &wire.Card{ID: wire.ID{9}, Seq: 9, Kind: "event", Title: "Tondeuse"})
			_ = wire.WriteFrame(out, f)
			_ = wire.WriteFrame(out, all)
		}, 0, true},
		"a good part, then a forged one": {func(s *stranger, out network.Stream) {
			_ = wire.WriteFrame(out, s.found("Tondeuse"))
			f := newStranger(s.t).found("Tondeuse")
			f.Cards[0].Sig[0] ^= 1
			_ = wire.WriteFrame(out, f)
		}, 0, true},
		"the same origin for ever": {func(s *stranger, out network.Stream) {
			for f := s.found("Tondeuse"); wire.WriteFrame(out, f) == nil; {
				continue
			}
		}, 0, true},
		"frames nobody knows, for ever": {func(_ *stranger, out network.Stream) {
			for {
				if _, err := out.Write([]byte{0x05, 0xa1, 0x19, 0x03, 0xe8, 0xa0}); err != nil {
					return
				}
			}
		}, 0, true},
		"a frame too large": {func(_ *stranger, out network.Stream) { _, _ = out.Write([]byte{0xff, 0xff, 0xff, 0x7f}) }, 0, true},
		"a question instead": {func(_ *stranger, out network.Stream) {
			_ = wire.WriteFrame(out, &wire.Search{Words: "et vous", Limit: 1})
		}, 0, true},
		"a cut":   {func(_ *stranger, out network.Stream) { _ = out.Reset() }, 0, false},
		"nothing": {func(_ *stranger, out network.Stream) { <-time.After(2 * time.Second) }, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			b, s := newTestBox(t, "Altillac"), newStranger(t)
			if name == "nothing" {
				b.beyond.within = 300 * time.Millisecond
			} else {
				b.beyond.within = 30 * time.Second // the machine may be slow
			}
			b.trust(s)
			s.answers(func(out network.Stream, _ *wire.Search) { c.act(s, out) })
			got, err := b.SearchBeyond(t.Context(), Search{Words: "tondeuse", Kinds: []string{"offer"}})
			if err != nil || len(got.Found) != c.shown {
				t.Errorf("%+v shown: %v", got.Found, err)
			}
			if faults := b.linkTo(s).Faults; (faults > 0) != c.fault {
				t.Errorf("%d faults counted", faults)
			}
		})
	}
}

// Who asks what is no question, or nothing, gets no answer and no fault counts
// against who only hangs up; a stranger is not even heard.
func TestHostileQuestions(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	b.put(store.NewID(), "Tondeuse")
	if out, err := newStranger(t).open(b, searchProtocol); err == nil {
		_ = wire.WriteFrame(out, &wire.Search{Words: "tondeuse", Limit: 1})
		if _, err := wire.ReadFrame(bufio.NewReader(out)); err == nil {
			t.Error("a stranger was answered")
		}
	}
	b.trust(s)
	eventually(t, "the stranger is let in", func() bool {
		b.clock.Add(time.Second) // each try takes of its share
		out, err := s.open(b, searchProtocol)
		if err != nil {
			return false
		}
		defer func() { _ = out.Reset() }() // a link has few
		_ = wire.WriteFrame(out, &wire.Search{Words: "tondeuse", Limit: 1})
		m, err := wire.ReadFrame(bufio.NewReader(out))
		_, found := m.(*wire.Found)
		return err == nil && found
	})
	if out, err := s.open(b, searchProtocol); err == nil {
		_ = out.Close()
	}
	eventually(t, "an answer for a question is a fault", func() bool {
		if out, err := s.open(b, searchProtocol); err == nil { // while those before are counted, it is hung up unread
			_ = wire.WriteFrame(out, &wire.FoundAll{})
			_, _ = wire.ReadFrame(bufio.NewReader(out))
		}
		return b.linkTo(s).Faults > 0
	})
}
