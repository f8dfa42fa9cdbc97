package peer

import (
	"bufio"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// names makes a card of a stranger's name a picture of a hash and a length.
func (b *testBox) names(s *stranger, hash wire.Hash, size int64) (neighbour.Log, neighbour.Mention) {
	b.t.Helper()
	m := neighbour.Mention{ID: neighbour.ID{1}, Role: neighbour.RolePicture, Hash: hash, Bytes: size}
	var l neighbour.Log
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		if l, err = neighbour.AddLog(tx, s.origin(), false); err != nil {
			return err
		}
		m.Log = l.ID
		return neighbour.Pictured(tx, l, m.ID, []neighbour.Mention{m})
	})
	return l, m
}

// gives answers every get stream of b by what act writes.
func (s *stranger) gives(act func(out network.Stream, get *wire.Get)) {
	s.host.SetStreamHandler(getProtocol, func(out network.Stream) {
		in := bufio.NewReader(out)
		for {
			m, err := wire.ReadFrame(in)
			if err != nil {
				return
			}
			if get, ok := m.(*wire.Get); ok {
				act(out, get)
			}
		}
	})
}

// send writes content in pieces, from an offset on.
func send(out network.Stream, hash wire.Hash, content []byte, offset uint64) {
	for offset < uint64(len(content)) {
		end := min(offset+wire.MaxPiece, uint64(len(content)))
		p := &wire.Piece{Hash: hash, Offset: offset, Total: uint64(len(content)), Bytes: content[offset:end]}
		if wire.WriteFrame(out, p) != nil {
			return
		}
		offset = end
	}
}

// static is n bytes that are no others.
func static(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i) ^ byte(i>>8) ^ byte(i>>16)
	}
	return b
}

// Whoever gives something else than was asked for is shut out for it, and what
// it gave is not kept; whoever is silent or slow is only left.
func TestHostileGivers(t *testing.T) {
	good := static(300_000)
	hash := wire.Sum(good)
	bad := append(static(299_999), 0)
	for name, c := range map[string]struct {
		act   func(network.Stream, *wire.Get)
		fault bool
	}{
		"other bytes": {func(out network.Stream, _ *wire.Get) { send(out, hash, bad, 0) }, true},
		"a piece of something else": {func(out network.Stream, _ *wire.Get) {
			send(out, wire.Hash{7}, good, 0)
		}, true},
		"a piece from the middle": {func(out network.Stream, _ *wire.Get) { send(out, hash, good, 1000) }, true},
		"the same piece for ever": {func(out network.Stream, _ *wire.Get) {
			for wire.WriteFrame(out, &wire.Piece{Hash: hash, Total: uint64(len(good)), Bytes: good[:1000]}) == nil {
				continue
			}
		}, true},
		"a miss in the middle": {func(out network.Stream, _ *wire.Get) {
			_ = wire.WriteFrame(out, &wire.Piece{Hash: hash, Total: uint64(len(good)), Bytes: good[:1000]})
			_ = wire.WriteFrame(out, &wire.Miss{Hash: hash})
		}, true},
		"a frame too large":  {func(out network.Stream, _ *wire.Get) { _, _ = out.Write([]byte{0xff, 0xff, 0xff, 0x7f}) }, true},
		"a question instead": {func(out network.Stream, get *wire.Get) { _ = wire.WriteFrame(out, get) }, true},
		"another length than the card says": {func(out network.Stream, _ *wire.Get) {
			send(out, hash, static(2<<20), 0)
		}, false},
		"a miss": {func(out network.Stream, _ *wire.Get) { _ = wire.WriteFrame(out, &wire.Miss{Hash: hash}) }, false},
		"a cut":  {func(out network.Stream, _ *wire.Get) { _ = out.Reset() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			b, s := newTestBox(t, "Altillac"), newStranger(t)
			b.trust(s)
			l, m := b.names(s, hash, int64(len(good)))
			s.gives(c.act)
			if err := b.fetch(t.Context(), l, []neighbour.Mention{m}, 0, ""); store.KindOf(err) != store.Busy {
				t.Errorf("fetched, or: %v", err)
			}
			if b.heldBytes() != 0 || b.gives(hash) != nil {
				t.Error("something is kept")
			}
			if faults := b.linkTo(s).Faults; (faults > 0) != c.fault {
				t.Errorf("%d faults counted", faults)
			}
		})
	}
}

// A giver that drips is given up by the whole time it takes, not only by the
// silence between two pieces.
func TestADrippingGiverIsGivenUp(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	b.patience = 300 * time.Millisecond
	b.trust(s)
	good := static(2000)
	l, m := b.names(s, wire.Sum(good), int64(len(good)))
	s.gives(func(out network.Stream, _ *wire.Get) {
		for i := range good {
			p := &wire.Piece{Hash: m.Hash, Offset: uint64(i), Total: uint64(len(good)), Bytes: good[i : i+1]}
			if wire.WriteFrame(out, p) != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	begun := time.Now()
	err := b.fetch(t.Context(), l, []neighbour.Mention{m}, 0, "")
	if err == nil || time.Since(begun) > 15*time.Second {
		t.Errorf("given up after %v: %v", time.Since(begun), err)
	}
	if b.shelf.holds(m.Hash) {
		t.Error("nobody else may fetch it now")
	}
	if faults := b.linkTo(s).Faults; faults != 0 {
		t.Errorf("slow is no fault, %d counted", faults)
	}
}

// What came before a cut is not sent again, and what several sessions gave
// wrongly is nobody's fault: it begins anew.
func TestACutIsResumed(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	b.trust(s)
	good := static(900_000)
	hash := wire.Sum(good)
	l, m := b.names(s, hash, int64(len(good)))
	var offsets []uint64
	s.gives(func(out network.Stream, get *wire.Get) {
		offsets = append(offsets, get.Offset)
		switch len(offsets) {
		case 1: // half of it
			for at := uint64(0); at < 4*wire.MaxPiece; at += wire.MaxPiece {
				_ = wire.WriteFrame(out, &wire.Piece{Hash: hash, Offset: at, Total: uint64(len(good)), Bytes: good[at : at+wire.MaxPiece]})
			}
			_ = out.CloseWrite()
		case 2: // the rest, wrongly
			send(out, hash, make([]byte, len(good)), get.Offset)
		default:
			send(out, hash, good, get.Offset)
		}
	})
	for range 3 {
		_ = b.fetch(t.Context(), l, []neighbour.Mention{m}, 0, "")
	}
	if len(offsets) != 3 || offsets[0] != 0 || offsets[1] != 4*wire.MaxPiece || offsets[2] != 0 {
		t.Errorf("asked from %v", offsets)
	}
	if got := b.gives(hash); wire.Sum(got) != hash {
		t.Errorf("%d bytes in the end", len(got))
	}
	if faults := b.linkTo(s).Faults; faults != 0 {
		t.Errorf("%d faults", faults)
	}
}

// However many questions a link asks, it gets what its rate allows and holds no
// more streams than its share, and the box goes on for others.
func TestStormsOfQuestionsAreHeldToTheRate(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	b.share = func() *share { return newShare(b.db.Clock(), 200_000) }
	b.trust(s)
	var hashes []wire.Hash
	for i := range wire.MaxHashes {
		hashes = append(hashes, wire.Sum([]byte{byte(i)}))
	}
	answers := make(chan int, 100)
	open := 0
	for range 20 {
		out, err := s.open(b, getProtocol)
		if err != nil {
			continue
		}
		open++
		go func() {
			n, in := 0, bufio.NewReader(out)
			for wire.WriteFrame(out, &wire.Get{Hashes: hashes, TTL: wire.MaxTTL}) == nil {
				if _, err := wire.ReadFrame(in); err != nil {
					break
				}
				n++
			}
			answers <- n
		}()
	}
	time.Sleep(time.Second)
	_ = s.host.Close()
	total := 0
	for range open {
		total += <-answers
	}
	// A second allows 200 look-ups, each answered by a Miss; twice that leaves room.
	if total == 0 || total > 400 {
		t.Errorf("%d answers in a second", total)
	}
}

// What people ask for is bounded: whoever comes while all places are taken is
// told to come back.
func TestAskingIsBounded(t *testing.T) {
	b := newTestBox(t, "Altillac")
	for range maxFetches {
		b.fetches <- struct{}{}
	}
	if err := b.Fetch(t.Context(), store.NewID()); store.KindOf(err) != store.Busy {
		t.Errorf("one more: %v", err)
	}
	<-b.fetches
	if err := b.Fetch(t.Context(), store.NewID()); store.KindOf(err) != store.NotFound {
		t.Errorf("of no card: %v", err)
	}
}
