package appliance

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/sec"
	basichost "github.com/libp2p/go-libp2p/p2p/host/basic"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	yamux "github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/net/upgrader"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"copi.local/peer"
	"copi.local/peer/wire"
)

// tap is a linked box that keeps every byte it is told.
type tap struct {
	t    *testing.T
	host *basichost.BasicHost
	heap *heap
}

// heap is all that left a box, by where it went out.
type heap struct {
	pieces []piece
}

type piece struct {
	where string
	bytes []byte
}

func (h *heap) add(where string, b []byte) { h.pieces = append(h.pieces, piece{where, b}) }

func newTap(t *testing.T, h *heap) *tap {
	t.Helper()
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := libp2p.IDFromPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	book, err := pstoremem.NewPeerstore()
	if err != nil {
		t.Fatal(err)
	}
	if err := book.AddPrivKey(id, key); err != nil {
		t.Fatal(err)
	}
	bus := eventbus.NewBus()
	net, err := swarm.NewSwarm(id, book, bus)
	if err != nil {
		t.Fatal(err)
	}
	host, err := basichost.NewHost(net, &basichost.HostOpts{EventBus: bus, DisableSignedPeerRecord: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	muxers := []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: yamux.DefaultTransport}}
	secure, err := noise.New(noise.ID, key, muxers)
	if err != nil {
		t.Fatal(err)
	}
	up, err := upgrader.New([]sec.SecureTransport{secure}, muxers, nil, &network.NullResourceManager{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := tcp.NewTCPTransport(up, &network.NullResourceManager{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := net.AddTransport(transport); err != nil {
		t.Fatal(err)
	}
	host.Start()
	return &tap{t, host, h}
}

// stream is one conversation; every byte that comes is kept.
type stream struct {
	*tap
	network.Stream

	in   *bufio.Reader
	came bytes.Buffer
}

func (p *tap) open(of *peer.Node, proto protocol.ID) *stream {
	p.t.Helper()
	id, err := libp2p.Decode(of.PeerID())
	if err != nil {
		p.t.Fatal(err)
	}
	at, err := net.ResolveTCPAddr("tcp", of.Addrs()[0])
	if err != nil {
		p.t.Fatal(err)
	}
	addr, err := manet.FromNetAddr(at)
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), 30*time.Second)
	defer cancel()
	if err := p.host.Connect(ctx, libp2p.AddrInfo{ID: id, Addrs: []ma.Multiaddr{addr}}); err != nil {
		p.t.Fatal(err)
	}
	out, err := p.host.NewStream(ctx, id, proto)
	if err != nil {
		p.t.Fatal(err)
	}
	s := &stream{tap: p, Stream: out}
	s.in = bufio.NewReader(io.TeeReader(out, &s.came))
	return s
}

// say writes a message.
func (s *stream) say(m wire.Message) {
	s.t.Helper()
	if err := wire.WriteFrame(s, m); err != nil {
		s.t.Fatal(err)
	}
}

// hear reads the next message, and keeps what is packed in it as well.
func (s *stream) hear() wire.Message {
	s.t.Helper()
	_ = s.SetReadDeadline(time.Now().Add(60 * time.Second))
	m, err := wire.ReadFrame(s.in)
	if err != nil {
		s.t.Fatalf("%s: %v", s.Protocol(), err)
	}
	s.heap.unpack(s.t, string(s.Protocol()), m)
	return m
}

// done keeps the bytes as they came and ends the conversation.
func (s *stream) done() {
	s.heap.add(string(s.Protocol())+", as it came", bytes.Clone(s.came.Bytes()))
	_ = s.Reset()
}

// unpack keeps what a message holds compressed.
func (h *heap) unpack(t *testing.T, where string, m wire.Message) {
	t.Helper()
	switch m := m.(type) {
	case *wire.Batch:
		records, err := wire.UnpackRecords(m.Zstd)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			h.add(where+", a card", r.Card)
		}
	case *wire.Bodies:
		bodies, err := m.Unpack()
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bodies {
			h.add(where+", a body", b)
		}
	}
}

// log reads a whole log and all that stands behind its cards; it answers how
// many cards came.
func (p *tap) log(of *peer.Node, origin wire.Hash) (cards int) {
	p.t.Helper()
	s := p.open(of, "/copi/sync/1.0.0")
	s.say(&wire.Hello{Version: 1, Scope: wire.Scope{Hops: 3}})
	var hashes []wire.Hash
	for {
		switch m := s.hear().(type) {
		case *wire.Have:
			for _, e := range m.Entries {
				if e.Origin == origin {
					s.say(&wire.Trail{Heads: map[wire.Hash][]wire.SignedHead{origin: {}}})
					s.say(&wire.Want{Origin: origin, Epoch: e.Epoch, Relist: true})
				}
			}
		case *wire.Batch:
			hashes = append(hashes, bodiesOf(p.t, m)...)
			records, _ := wire.UnpackRecords(m.Zstd)
			cards += len(records)
		case *wire.Tip:
			s.done()
			p.bodies(of, hashes)
			return cards
		}
	}
}

// bodiesOf lists the bodies the cards of a batch name.
func bodiesOf(t *testing.T, m *wire.Batch) (out []wire.Hash) {
	t.Helper()
	records, err := wire.UnpackRecords(m.Zstd)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		c, err := wire.DecodeCard(r.Card)
		if err != nil {
			t.Fatal(err)
		}
		if c.Body != (wire.Hash{}) {
			out = append(out, c.Body)
		}
	}
	return out
}

// bodies asks for bodies.
func (p *tap) bodies(of *peer.Node, hashes []wire.Hash) {
	p.t.Helper()
	for len(hashes) > 0 {
		n := min(len(hashes), wire.MaxHashes)
		s := p.open(of, "/copi/get/1.0.0")
		s.say(&wire.Get{Hashes: hashes[:n]})
		for answered := 0; answered < n; {
			switch m := s.hear().(type) {
			case *wire.Piece:
				if m.Last() {
					answered++
				}
			case *wire.Miss:
				answered++
			}
		}
		s.done()
		hashes = hashes[n:]
	}
}

// search asks and answers how many cards came.
func (p *tap) search(of *peer.Node, q *wire.Search) (cards int) {
	p.t.Helper()
	q.Limit = wire.MaxFound
	s := p.open(of, "/copi/search/1.0.0")
	s.say(q)
	for {
		switch m := s.hear().(type) {
		case *wire.Found:
			cards += len(m.Cards)
		case *wire.FoundAll, *wire.Bye:
			s.done()
			return cards
		}
	}
}
