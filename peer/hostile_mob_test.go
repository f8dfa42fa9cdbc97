package peer

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// hostileBoxes, in the environment, makes this test program a process of linked
// boxes that mean harm: what they hold themselves is not counted.
const hostileBoxes = "COPI_TEST_HOSTILE_BOXES"

// mobSize is how many hostile boxes there are in a plain run: more than sessions
// that used to be open at once. All fifty come at night.
var mobSize = 10

// order is what the process of hostile boxes is told.
type order struct {
	Victim contact
	N      int
	Act    string
	Bodies []wire.Hash // that the victim gives

	work sync.WaitGroup // what the boxes do
}

// acts is what a hostile box does from the moment it is linked until its stream
// ends, again and again. It tells when it has begun.
var acts = map[string]func(s *stranger, o *order, begun func()){
	// Asks for the whole log on as many streams as it gets, and reads a byte a second.
	"reads the log a byte a second": func(s *stranger, o *order, begun func()) {
		s.eachStream(o, syncProtocol, func(out network.Stream) {
			_ = wire.WriteFrame(out, &wire.Hello{Version: 1, Scope: wire.Scope{Hops: 1}})
			for range 8 {
				_ = wire.WriteFrame(out, &wire.Want{Origin: o.Victim.Origin, Epoch: 1, Relist: true})
			}
			begun()
			s.dawdle(out)
		})
	},
	"reads bodies a byte a second": func(s *stranger, o *order, begun func()) {
		s.eachStream(o, getProtocol, func(out network.Stream) {
			for range maxGets {
				_ = wire.WriteFrame(out, &wire.Get{Hashes: o.Bodies})
			}
			begun()
			s.dawdle(out)
		})
	},
	"asks on and on and reads nothing": func(s *stranger, o *order, begun func()) {
		protocols := []protocol.ID{syncProtocol, getProtocol, searchProtocol}
		s.eachStream(o, protocols[rand.IntN(len(protocols))], func(out network.Stream) {
			_ = wire.WriteFrame(out, &wire.Hello{Version: 1, Scope: wire.Scope{Hops: 1}})
			begun()
			for wire.WriteFrame(out, &wire.Want{Origin: o.Victim.Origin, Epoch: 1}) == nil {
				continue
			}
		})
	},
	"opens streams and says nothing": func(s *stranger, o *order, begun func()) {
		protocols := []protocol.ID{syncProtocol, getProtocol, searchProtocol}
		s.eachStream(o, protocols[rand.IntN(len(protocols))], func(out network.Stream) {
			begun()
			_, _ = io.Copy(io.Discard, out)
		})
	},
	"begins to name a protocol and leaves it": func(s *stranger, o *order, begun func()) {
		s.eachStream(o, "", func(out network.Stream) {
			_, _ = io.WriteString(out, "\x13/multistream/1.0.0\n\x14/copi/sy")
			begun()
			_, _ = io.Copy(io.Discard, out)
		})
	},
	"begins a frame and leaves it": func(s *stranger, o *order, begun func()) {
		s.eachStream(o, syncProtocol, func(out network.Stream) {
			_, _ = out.Write([]byte{0xff, 0xff, 0x0f, 0xa1})
			begun()
			_, _ = io.Copy(io.Discard, out)
		})
	},
}

// dawdle reads a byte a second until the stream ends.
func (s *stranger) dawdle(out network.Stream) {
	for one := make([]byte, 1); ; s.rest(time.Second) {
		if _, err := out.Read(one); err != nil {
			return
		}
	}
}

func (s *stranger) rest(d time.Duration) {
	select {
	case <-s.t.Context().Done():
	case <-time.After(d):
	}
}

// eachStream opens as many streams as one link may hold and some more, and each
// again when it ends. Without a protocol none is named.
func (s *stranger) eachStream(o *order, proto protocol.ID, act func(network.Stream)) {
	for range 2 * maxStreams {
		o.work.Go(func() {
			for s.t.Context().Err() == nil {
				if out, err := s.reach(o.Victim, proto); err == nil {
					act(out)
					_ = out.Reset()
				}
				s.rest(100 * time.Millisecond)
			}
		})
	}
}

// reach calls a box of another process and opens a stream.
func (s *stranger) reach(c contact, proto protocol.ID) (network.Stream, error) {
	id, err := libp2p.Decode(c.Peer)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	addrs := resolve(ctx, c.Addrs)
	s.gate.setDial(id, addrs)
	s.host.Peerstore().AddAddrs(id, addrs, time.Hour)
	if err := s.host.Connect(ctx, libp2p.AddrInfo{ID: id}); err != nil {
		return nil, err
	}
	if proto == "" {
		return s.host.Network().NewStream(ctx, id)
	}
	return s.host.NewStream(ctx, id, proto)
}

// TestMobProcess is the other process of TestMobOfNeighbours.
func TestMobProcess(t *testing.T) {
	if os.Getenv(hostileBoxes) == "" {
		t.Skip("for another test")
	}
	in := bufio.NewReader(os.Stdin)
	var o order
	if line, err := in.ReadBytes('\n'); err != nil || json.Unmarshal(line, &o) != nil {
		t.Fatal("nobody to harm")
	}
	t.Cleanup(o.work.Wait) // once the hosts are closed
	mob := make([]*stranger, o.N)
	for i := range mob {
		mob[i] = newStranger(t)
		addr, err := hostPort(mob[i].host.Addrs()[0])
		if err != nil {
			t.Fatal(err)
		}
		line, err := json.Marshal(contact{mob[i].id.PeerID(), mob[i].origin(), []string{addr}})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(contactMark + string(line))
	}
	_, _ = in.ReadString('\n') // until all are linked
	begun := make(chan struct{}, 1000)
	for _, s := range mob {
		acts[o.Act](s, &o, func() {
			select {
			case begun <- struct{}{}:
			default:
			}
		})
	}
	for range o.N {
		<-begun
	}
	fmt.Println(contactMark + "begun")
	_, _ = in.ReadString('\n') // until the test has seen enough
}

// mob is a process of hostile boxes that are linked with one.
type mob struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// raise links b with hostile boxes of another process, and returns when each of
// them has begun its act.
func (b *testBox) raise(t *testing.T, o *order) *mob {
	t.Helper()
	o.Victim = b.contact()
	m := &mob{t: t, cmd: exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-test.run", "^TestMobProcess$", "-test.timeout", "20m")}
	m.cmd.Stderr = t.Output()
	m.cmd.Env = append(os.Environ(), hostileBoxes+"=1")
	out, err := m.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	m.out = bufio.NewScanner(out)
	if m.in, err = m.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(m.in).Encode(o); err != nil {
		t.Fatal(err)
	}
	for range o.N {
		var c contact
		if err := json.Unmarshal([]byte(m.next()), &c); err != nil {
			t.Fatal(err)
		}
		b.knows(c)
	}
	_, _ = io.WriteString(m.in, "\n")
	if m.next() != "begun" {
		t.Fatal("the hostile boxes ended")
	}
	return m
}

// next is what the process says next.
func (m *mob) next() string {
	m.t.Helper()
	for m.out.Scan() {
		if text, ok := strings.CutPrefix(m.out.Text(), contactMark); ok {
			return text
		}
	}
	m.t.Fatal("the hostile boxes ended")
	return ""
}

// leave ends the process.
func (m *mob) leave() {
	m.t.Helper()
	_ = m.in.Close()
	for m.out.Scan() { // to its end
		if text := m.out.Text(); !strings.HasPrefix(text, "PASS") {
			m.t.Log(text)
		}
	}
	if err := m.cmd.Wait(); err != nil {
		m.t.Error(err)
	}
}

// noise publishes n cards that zstd cannot make smaller, each with a body.
func (b *testBox) noise(n int) (bodies []wire.Hash) {
	b.t.Helper()
	word := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('a' + rand.IntN(26))
		}
		return "x" + string(b[1:]) // no word that a test looks for
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		for i := range n {
			c := listing.Card{
				Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindOffer, Audience: listing.Public,
				Title: word(100), Tags: []string{word(30), word(30), word(30), word(30)},
			}
			var body listing.Body
			if i < wire.MaxHashes {
				body = listing.Body{"description": word(30_000)}
			}
			if err := listing.Put(tx, c, body); err != nil {
				return err
			}
		}
		return nil
	})
	eventually(b.t, "all of it is signed", func() bool {
		var size uint64
		storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
			own, err := neighbour.OwnLog(tx)
			if err != nil {
				return err
			}
			size = own.Size
			live, err := neighbour.Live(tx, own)
			bodies = nil
			for _, r := range live {
				if c, err := wire.DecodeCard(r.Card); err == nil && c.BodyLen > 0 {
					bodies = append(bodies, c.Body)
				}
			}
			return err
		})
		return size == uint64(n)+1 // and the profile
	})
	return bodies
}

// Hostile boxes, all linked, hold little of this one's memory, let an honest
// neighbour's news pass, and leave no goroutine behind. What else they do than
// this is tried at night.
func TestMobOfNeighbours(t *testing.T) { suffer(t, "reads the log a byte a second") }

func suffer(t *testing.T, act string) {
	honest, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	bodies := b.noise(2000)
	link(t, honest, b)
	b.put(store.NewID(), "Marché")
	eventually(t, "the neighbour knows the box", func() bool { return len(honest.shown("marche")) == 1 })
	goroutines, bytes, whole := runtime.NumGoroutine(), heap(), atRest(t)
	m := b.raise(t, &order{N: mobSize, Act: act, Bodies: bodies})
	time.Sleep(2 * time.Second) // the streams fill
	honest.put(store.NewID(), "Bal du village")
	soon(t, 2*time.Second, "the honest neighbour's event", func() bool { return len(b.shown("bal")) == 1 })
	held := runtime.NumGoroutine() - goroutines
	grown, rss := heap()-bytes, atRest(t)-whole
	t.Logf("%d boxes: %.1f MB of heap, %.1f MB resident, %d goroutines more", mobSize, mb(grown), mb(rss), held)
	if grown > 32<<20 {
		t.Errorf("%.1f MB held", mb(grown))
	}
	late := newTestBox(t, "Capdenac")
	late.put(store.NewID(), "Loto")
	linkedAt := time.Now()
	link(t, late, b)
	eventually(t, "the event of a neighbour that came later", func() bool { return len(b.shown("loto")) == 1 })
	t.Logf("another neighbour's link and event took %v", time.Since(linkedAt).Round(time.Millisecond))
	late.kill()
	m.leave()
	eventually(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= goroutines+3*mobSize }) // callers of boxes that are gone
}

func mb(n int64) float64 { return float64(n) / (1 << 20) }
