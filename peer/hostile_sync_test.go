package peer

import (
	"bufio"
	"crypto/ed25519"
	"runtime"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// origin is the stranger's own, as its E(1) says.
func (s *stranger) origin() wire.Hash { return s.hello(wire.Hash{1}).Origin }

// trust links b with a stranger, as if two operators had been fooled.
func (b *testBox) trust(s *stranger) {
	b.t.Helper()
	addr, err := hostPort(s.host.Addrs()[0])
	if err != nil {
		b.t.Fatal(err)
	}
	at, err := parseTarget(addr)
	if err != nil {
		b.t.Fatal(err)
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{
			Peer: s.id.PeerID(), Origin: s.origin(), Name: "Traîtreville", State: neighbour.Paired, Addresses: []string{at.multiaddr()},
		})
	})
	if err := b.reload(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// linkTo reads what b keeps of the link with a stranger.
func (b *testBox) linkTo(s *stranger) (l neighbour.Link) {
	b.t.Helper()
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		l, err = neighbour.LinkByPeer(tx, s.id.PeerID())
		return err
	})
	return l
}

// script is a log as a stranger would like it to be.
type script struct {
	origin wire.Hash
	epochs []wire.SignedEpoch
	key    ed25519.PrivateKey // that signs the head
	seq    uint64
	titles []string
}

func (s *stranger) script(titles ...string) *script {
	hello := s.hello(wire.Hash{1})
	return &script{origin: hello.Origin, epochs: hello.Epochs, key: s.key, seq: 100, titles: titles}
}

// frames is what answers a Want: one batch and the tip.
func (sc *script) frames(t testing.TB) (*wire.Batch, *wire.Tip) {
	t.Helper()
	var records []wire.Record
	var entries []wire.Entry
	for i, title := range sc.titles {
		c := &wire.Card{ID: wire.ID{1, byte(i)}, Seq: uint64(i + 1), Kind: "offer", Title: title}
		b, err := c.Encode()
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, wire.Record{Card: b, Sig: wire.SignCard(sc.key, sc.origin, 1, b)})
		entries = append(entries, wire.Entry{ID: c.ID, Seq: c.Seq, Hash: wire.Sum(b)})
	}
	head := &wire.Head{Origin: sc.origin, Epoch: 1, Seq: sc.seq, Count: uint64(len(entries)), Digest: wire.Digest(entries)}
	b, err := head.Encode()
	if err != nil {
		t.Fatal(err)
	}
	packed, _ := wire.PackRecords(records)
	return &wire.Batch{Origin: sc.origin, Epoch: 1, UpTo: sc.seq, Relist: true, Zstd: packed},
		&wire.Tip{Origin: sc.origin, Epochs: sc.epochs, Head: wire.SignedHead{Head: b, Sig: wire.SignHead(sc.key, b)}}
}

// serve answers every sync stream of b: Hello, a Have of seq, then what answer
// says to each Want.
func (s *stranger) serve(sc *script, answer func(out network.Stream, want *wire.Want)) {
	s.host.SetStreamHandler(syncProtocol, func(out network.Stream) {
		defer func() { _ = out.Close() }()
		in := bufio.NewReader(out)
		if _, err := wire.ReadFrame(in); err != nil {
			return
		}
		_ = wire.WriteFrame(out, &wire.Hello{Version: 1, Scope: wire.Scope{Hops: 1}, Feed: [8]byte{7}, Rev: sc.seq})
		_ = wire.WriteFrame(out, &wire.Have{Rev: sc.seq, Entries: []wire.HaveEntry{{Origin: sc.origin, Epoch: 1, Seq: sc.seq}}})
		for {
			m, err := wire.ReadFrame(in)
			if err != nil {
				return
			}
			if want, ok := m.(*wire.Want); ok {
				answer(out, want)
			}
		}
	})
}

// Whoever breaks a rule is shut out, nothing of it is shown, and an honest
// neighbour beside it notices nothing.
func TestRuleBreakersAreShutOut(t *testing.T) {
	for name, act := range map[string]func(t *testing.T, s *stranger, honest *testBox) (*script, func(network.Stream, *wire.Want)){
		"a frame too large": func(_ *testing.T, s *stranger, _ *testBox) (*script, func(network.Stream, *wire.Want)) {
			return s.script("Faux"), func(out network.Stream, _ *wire.Want) { _, _ = out.Write([]byte{0xff, 0xff, 0xff, 0x7f}) }
		},
		"bytes that are no message": func(_ *testing.T, s *stranger, _ *testBox) (*script, func(network.Stream, *wire.Want)) {
			return s.script("Faux"), func(out network.Stream, _ *wire.Want) { _, _ = out.Write([]byte{3, 0xff, 0xff, 0xff}) }
		},
		"a head signed by another key": func(t *testing.T, s *stranger, _ *testBox) (*script, func(network.Stream, *wire.Want)) {
			sc := s.script("Faux")
			sc.key = newStranger(t).key
			return sc, sc.answer(t)
		},
		"a batch nobody asked for": func(t *testing.T, s *stranger, honest *testBox) (*script, func(network.Stream, *wire.Want)) {
			sc := s.script("Faux")
			return sc, func(out network.Stream, _ *wire.Want) {
				batch, tip := sc.frames(t)
				_ = wire.WriteFrame(out, batch)
				_ = wire.WriteFrame(out, tip)
				_ = wire.WriteFrame(out, batch)
			}
		},
		"a question instead of an answer": func(t *testing.T, s *stranger, _ *testBox) (*script, func(network.Stream, *wire.Want)) {
			return s.script("Faux"), func(out network.Stream, want *wire.Want) { _ = wire.WriteFrame(out, want) }
		},
		"offers without end": func(t *testing.T, s *stranger, _ *testBox) (*script, func(network.Stream, *wire.Want)) {
			return s.script("Faux"), func(out network.Stream, _ *wire.Want) {
				for rev := uint64(101); rev < 200; rev++ {
					have := &wire.Have{Rev: rev, Entries: make([]wire.HaveEntry, wire.MaxHave)}
					for i := range have.Entries {
						have.Entries[i] = wire.HaveEntry{Origin: wire.Sum([]byte{byte(i), byte(i >> 8), byte(rev)}), Epoch: 1, Seq: 1}
					}
					if wire.WriteFrame(out, have) != nil {
						return
					}
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			honest, b, s := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newStranger(t)
			link(t, honest, b)
			sc, answer := act(t, s, honest)
			s.serve(sc, answer)
			b.trust(s)
			eventually(t, "the rule breaker is shut out", func() bool { return b.linkTo(s).Faults > 0 && !b.gate.lets(s.id.id) })
			honest.put(store.NewID(), "Bal du village")
			soon(t, 2*time.Second, "the honest neighbour's event", func() bool { return len(b.shown("bal")) == 1 })
			if l := b.shown("faux"); len(l) > 0 && name != "a batch nobody asked for" {
				t.Errorf("shown: %+v", l)
			}
			if b.linkTo(s).State != neighbour.Paired {
				t.Error("blocked for good after one fault")
			}
		})
	}
}

// A neighbour speaks for itself alone: what it offers in another's name is not
// even asked for, and does not hold the other up.
func TestForeignOriginsAreNotAskedFor(t *testing.T) {
	honest, b, s := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newStranger(t)
	link(t, honest, b)
	sc := s.script("Faux")
	hello, err := honest.introduce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sc.origin, sc.epochs, sc.seq = hello.Origin, hello.Epochs, 1<<40
	s.serve(sc, func(out network.Stream, want *wire.Want) {
		t.Error("the box asks a stranger for its neighbour's log")
		sc.answer(t)(out, want)
	})
	b.trust(s)
	eventually(t, "the stranger was heard", func() bool { return b.linkTo(s).FeedRev == sc.seq })
	honest.put(store.NewID(), "Bal du village")
	soon(t, 2*time.Second, "the honest neighbour's event", func() bool { return len(b.shown("bal")) == 1 })
	if l := b.shown("faux"); len(l) > 0 {
		t.Errorf("shown: %+v", l)
	}
}

// answer sends a script honestly.
func (sc *script) answer(t testing.TB) func(network.Stream, *wire.Want) {
	return func(out network.Stream, _ *wire.Want) {
		batch, tip := sc.frames(t)
		_ = wire.WriteFrame(out, batch)
		_ = wire.WriteFrame(out, tip)
	}
}

func TestThirdFaultBlocksUntilAnOperatorLooks(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	b.trust(s)
	for range maxFaults {
		if b.linkTo(s).State == neighbour.Blocked {
			t.Fatal("blocked too early")
		}
		b.judge(s.id.id, "test", 0, wire.ErrForm)
	}
	if l := b.linkTo(s); l.State != neighbour.Blocked {
		t.Errorf("after %d faults: %s", l.Faults, l.State)
	}
	if err := b.Unblock(t.Context(), s.id.PeerID()); err != nil {
		t.Fatal(err)
	}
	if l := b.linkTo(s); l.State != neighbour.Paired || l.Faults != 0 || !b.gate.lets(s.id.id) {
		t.Errorf("after the operator looked: %+v", l)
	}
}

// A head that is older than what is held changes nothing, however it is
// offered.
func TestOldHeadsAreRefused(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	old, new := s.script("Ancienne annonce"), s.script("Nouvelle annonce")
	new.seq = 200
	s.serve(new, new.answer(t))
	b.trust(s)
	eventually(t, "the newer log", func() bool { return len(b.shown("nouvelle")) == 1 })
	lie := *old
	lie.seq = 300 // what it claims to have
	replayed := make(chan struct{}, 8)
	s.serve(&lie, func(out network.Stream, want *wire.Want) {
		old.answer(t)(out, want)
		replayed <- struct{}{}
	})
	if err := s.host.Network().ClosePeer(b.id.id); err != nil {
		t.Fatal(err)
	}
	<-replayed
	time.Sleep(100 * time.Millisecond)
	if len(b.shown("nouvelle")) != 1 || len(b.shown("ancienne")) != 0 {
		t.Error("an old head was taken")
	}
}

// Streams without end, questions without end and a reader that never reads
// hold a bounded number of goroutines and bytes, and leave none behind.
func TestStreamsWithoutEnd(t *testing.T) {
	honest, b, s := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newStranger(t)
	link(t, honest, b)
	b.fill(2000)
	b.trust(s)
	before, bytes := runtime.NumGoroutine(), heap()
	opened := 0
	for range 1000 {
		stream, err := s.open(b, syncProtocol)
		if err != nil {
			break
		}
		opened++
		_ = stream.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
		_ = wire.WriteFrame(stream, &wire.Hello{Version: 1, Scope: wire.Scope{Hops: 1}})
		own, err := b.introduce(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 20 { // and never reads an answer
			_ = wire.WriteFrame(stream, &wire.Want{Origin: own.Origin, Epoch: 1})
		}
	}
	honest.put(store.NewID(), "Bal du village")
	soon(t, 4*time.Second, "the honest neighbour's event", func() bool { return len(b.shown("bal")) == 1 })
	// SQLite's driver has one for each statement under way: wait for a quiet moment.
	eventually(t, "few goroutines for all these streams", func() bool { return runtime.NumGoroutine()-before < 200 })
	if grown := heap() - bytes; grown > 16<<20 {
		t.Errorf("%d MB held for %d streams", grown>>20, opened)
	}
	if err := s.host.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= before })
}

// heap is what the process holds after a collection.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Whoever asks on and on without waiting for an answer is shut out: what it
// asks is read, and does not pile up in this box's memory.
func TestQuestionsWithoutEnd(t *testing.T) {
	for proto, question := range map[protocol.ID]wire.Message{
		syncProtocol: &wire.Trail{Heads: map[wire.Hash][]wire.SignedHead{{1}: {}}},
		getProtocol:  &wire.Get{Hashes: []wire.Hash{{1}}},
	} {
		t.Run(string(proto), func(t *testing.T) {
			b, s := newTestBox(t, "Altillac"), newStranger(t)
			b.share = func() *share { return newShare(b.db.Clock(), 1000) } // answers take a while
			b.trust(s)
			out, err := s.open(b, proto)
			if err != nil {
				t.Fatal(err)
			}
			if proto == syncProtocol {
				_ = wire.WriteFrame(out, &wire.Hello{Version: 1, Scope: wire.Scope{Hops: 1}})
			}
			go func() {
				for wire.WriteFrame(out, question) == nil {
					continue
				}
			}()
			eventually(t, "it is shut out", func() bool { return b.linkTo(s).Faults > 0 })
		})
	}
}
