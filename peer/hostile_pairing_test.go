package peer

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"copi.local/peer/wire"
)

// stranger is a bare libp2p host that speaks our protocols as it likes.
type stranger struct {
	t    testing.TB
	key  ed25519.PrivateKey
	id   *Identity
	gate *gate
	host host.Host
}

func newStranger(t testing.TB) *stranger {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := NewIdentity(key)
	if err != nil {
		t.Fatal(err)
	}
	listen, err := listenAddrs("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := newGate()
	g.setOpen(true)
	h, err := newHost(id, g, nil, listen, "stranger", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return &stranger{t, key, id, g, h}
}

// connect calls a box.
func (s *stranger) connect(b *testBox) error {
	g := s.host.Network()
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Second)
	defer cancel()
	addrs := b.host.Addrs()
	s.gate.setDial(b.id.id, addrs)
	s.host.Peerstore().AddAddrs(b.id.id, addrs, time.Hour)
	if len(g.ConnsToPeer(b.id.id)) > 0 {
		return nil
	}
	return s.host.Connect(ctx, libp2p.AddrInfo{ID: b.id.id})
}

// open connects and opens a stream.
func (s *stranger) open(b *testBox, proto protocol.ID) (network.Stream, error) {
	if err := s.connect(b); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Second)
	defer cancel()
	return s.host.NewStream(ctx, b.id.id, proto)
}

// hello is an honest introduction of the stranger.
func (s *stranger) hello(promise wire.Hash) *wire.PairHello {
	e, err := wire.FirstEpoch(s.key, wire.Hash{1})
	if err != nil {
		s.t.Fatal(err)
	}
	return &wire.PairHello{Version: 1, Promise: promise, Origin: wire.Sum(e.Statement), Epochs: []wire.SignedEpoch{e}, Name: "Altillac"}
}

// say sends messages and reads the answers until the stream ends or the count
// is reached.
func say(s network.Stream, replies int, messages ...wire.Message) []wire.Message {
	_ = s.SetReadDeadline(time.Now().Add(3 * time.Second))
	for _, m := range messages {
		_ = wire.WriteFrame(s, m)
	}
	in := bufio.NewReader(s)
	var got []wire.Message
	for len(got) < replies {
		m, err := wire.ReadFrame(in)
		if err != nil {
			return got
		}
		got = append(got, m)
	}
	return got
}

func TestStrangersAreShutOut(t *testing.T) {
	b := newTestBox(t, "Cajarc")
	s := newStranger(t)
	for _, proto := range []protocol.ID{pairProtocol, syncProtocol, "/ipfs/id/1.0.0"} {
		if stream, err := s.open(b, proto); err == nil {
			if _, err := stream.Read(make([]byte, 1)); err == nil {
				t.Errorf("a stranger speaks %s", proto)
			}
		}
	}
	if n := len(b.host.Network().Conns()); n > 0 {
		t.Errorf("%d connections of strangers", n)
	}
}

func TestAnUnansweredPairingTellsNothing(t *testing.T) {
	number := wire.Sum([]byte("number"))
	for name, talk := range map[string]func(s *stranger, b *testBox, stream network.Stream) []wire.Message{
		"another number than promised": func(s *stranger, b *testBox, stream network.Stream) []wire.Message {
			return say(stream, 2, s.hello(commitment(true, s.id.id, b.id.id, number)), &wire.PairReveal{Number: wire.Sum([]byte("other"))})
		},
		"the box's own promise back": func(s *stranger, b *testBox, stream network.Stream) []wire.Message {
			return say(stream, 2, s.hello(wire.Sum([]byte("whatever"))), &wire.PairReveal{Number: number})
		},
		"a promise made to another box": func(s *stranger, b *testBox, stream network.Stream) []wire.Message {
			return say(stream, 2, s.hello(commitment(true, s.id.id, s.id.id, number)), &wire.PairReveal{Number: number})
		},
		"another origin's statements": func(s *stranger, b *testBox, stream network.Stream) []wire.Message {
			other := newStranger(s.t)
			hello := other.hello(commitment(true, s.id.id, b.id.id, number))
			return say(stream, 2, hello, &wire.PairReveal{Number: number})
		},
		"a yes before the digits": func(s *stranger, b *testBox, stream network.Stream) []wire.Message {
			return say(stream, 2, s.hello(commitment(true, s.id.id, b.id.id, number)), &wire.PairAnswer{Answer: wire.PairYes})
		},
		"a number first": func(s *stranger, b *testBox, stream network.Stream) []wire.Message {
			return say(stream, 2, &wire.PairReveal{Number: number})
		},
		"a message of sync": func(s *stranger, b *testBox, stream network.Stream) []wire.Message {
			return say(stream, 2, &wire.Hello{Version: 1, Scope: wire.Scope{Hops: 1}})
		},
		"a frame that never ends": func(s *stranger, b *testBox, stream network.Stream) []wire.Message {
			_, _ = stream.Write([]byte{0xff, 0xff, 0xff, 0xff, 0x7f})
			return say(stream, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, s := newTestBox(t, "Cajarc"), newStranger(t)
			b.OpenDoor()
			stream, err := s.open(b, pairProtocol)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range talk(s, b, stream) {
				if _, ok := m.(*wire.PairReveal); ok {
					t.Error("the box gave its number away")
				}
			}
			if p := b.await(PairingFailed); p.Digits != "" {
				t.Errorf("the operator saw digits: %+v", p)
			}
		})
	}
}

// Somebody in between may try three times, then the operator must open the
// door again.
func TestTriesAreCounted(t *testing.T) {
	b := newTestBox(t, "Cajarc")
	b.OpenDoor()
	for try := range maxTries {
		s := newStranger(t)
		number := wire.Sum([]byte{byte(try)})
		stream, err := s.open(b, pairProtocol)
		if err != nil {
			t.Fatalf("try %d: %v", try, err)
		}
		got := say(stream, 2, s.hello(commitment(true, s.id.id, b.id.id, number)), &wire.PairReveal{Number: number})
		if len(got) != 2 {
			t.Fatalf("try %d: %d answers", try, len(got))
		}
		b.await(PairingCompare)
		_ = stream.Reset() // these digits do not suit
		b.await(PairingFailed)
	}
	if b.DoorOpen() {
		t.Error("the door is still open")
	}
	if _, err := newStranger(t).open(b, pairProtocol); err == nil {
		t.Error("a fourth try got in")
	}
}

func TestFloodOfPairings(t *testing.T) {
	b := newTestBox(t, "Cajarc")
	b.OpenDoor()
	var answers []wire.Message
	for range 6 { // strangers that say nothing more, or ask again and again
		s := newStranger(t)
		for range 3 {
			stream, err := s.open(b, pairProtocol)
			if err != nil {
				continue
			}
			_ = wire.WriteFrame(stream, s.hello(wire.Hash{1}))
			_ = stream.SetReadDeadline(time.Now().Add(time.Second))
			if m, err := wire.ReadFrame(bufio.NewReader(stream)); err == nil {
				answers = append(answers, m)
			}
		}
	}
	under, busy := 0, 0
	for _, p := range b.Pairings() {
		if p.State == PairingCalling {
			under++
		}
	}
	for _, m := range answers {
		if a, ok := m.(*wire.PairAnswer); ok && a.Answer == wire.PairBusy {
			busy++
		}
	}
	if under != 1 || busy < 5 {
		t.Errorf("%d pairings under way, %d told to wait", under, busy)
	}
}

func TestBothOperatorsCallAtOnce(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	a.OpenDoor()
	b.OpenDoor()
	errs := make(chan error, 2)
	go func() { _, err := a.StartPairing(context.Background(), b.Addrs()[0]); errs <- err }()
	go func() { _, err := b.StartPairing(context.Background(), a.Addrs()[0]); errs <- err }()
	<-errs
	<-errs
	compare := func(x *testBox) (digits []string) {
		for _, p := range x.Pairings() {
			if p.State == PairingCompare {
				digits = append(digits, p.Digits)
			}
		}
		return digits
	}
	eventually(t, "one pairing, the same on both", func() bool {
		da, db := compare(a), compare(b)
		return len(da) == 1 && len(db) == 1 && da[0] == db[0]
	})
}

func TestRefusalIsHeard(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	b.OpenDoor()
	id, err := a.StartPairing(t.Context(), b.Addrs()[0])
	if err != nil {
		t.Fatal(err)
	}
	a.await(PairingCompare)
	if err := a.Confirm(id); err != nil {
		t.Fatal(err)
	}
	a.await(PairingWaiting)
	if err := b.Refuse(b.await(PairingCompare).ID); err != nil {
		t.Fatal(err)
	}
	a.await(PairingRefused)
	b.await(PairingRefused)
	if err := a.Confirm(id); err == nil {
		t.Error("a pairing that is over took an answer")
	}
}
