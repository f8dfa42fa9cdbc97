package peer

import (
	"bufio"
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// ownTime is a clock of a share: work takes what a test says, and a wait is
// over at once and has lasted as long as was asked for.
type ownTime struct {
	store.Clock
	mu     sync.Mutex // guards all below
	ran    time.Duration
	waited time.Duration
	costs  time.Duration // of each look at the clock
	stuck  chan struct{} // closed when a wait begins that never ends; nil: waits end
}

func (c *ownTime) Running() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ran += c.costs
	return c.ran
}

func (c *ownTime) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stuck != nil {
		select {
		case <-c.stuck:
		default:
			close(c.stuck)
		}
		return nil
	}
	c.ran, c.waited = c.ran+d, c.waited+d
	over := make(chan time.Time, 1)
	over <- time.Time{}
	return over
}

func (c *ownTime) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ran += d
}

// near tells whether a duration is another, but for the rounding of rates.
func near(got, want time.Duration) bool { return (got - want).Abs() < time.Millisecond }

func TestPaceHoldsToTheRate(t *testing.T) {
	c := &ownTime{}
	p := newPace(c, 1000, time.Second, 500)
	take := func(n int64) {
		t.Helper()
		if err := p.take(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	if take(500); c.waited != 0 {
		t.Errorf("what may go at once waited %v", c.waited)
	}
	if take(1); !near(c.waited, time.Millisecond) {
		t.Errorf("one more waited %v", c.waited)
	}
	for range 100 {
		take(100)
	}
	if !near(c.waited, 10*time.Second+time.Millisecond) {
		t.Errorf("10,000 more waited %v in all", c.waited)
	}
	c.pass(time.Hour) // pays everything off, and no more than that
	before := c.waited
	if take(500); c.waited != before {
		t.Errorf("after a pause it waited %v", c.waited-before)
	}
	if take(100); !near(c.waited-before, 100*time.Millisecond) {
		t.Errorf("an hour of silence saved up: %v", c.waited-before)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c.stuck = make(chan struct{})
	if err := p.take(ctx, 10_000); !errors.Is(err, context.Canceled) {
		t.Errorf("a wait that nobody waits for: %v", err)
	}
}

// Ten seconds of work a minute; what is free does not count, nor what failed.
func TestShareOfChecking(t *testing.T) {
	c := &ownTime{}
	s := newShare(c, linkRate)
	work := func(d time.Duration, free bool, fault error) {
		t.Helper()
		err := s.check(t.Context(), free, func() error { c.pass(d); return fault })
		if !errors.Is(err, fault) {
			t.Fatal(err)
		}
	}
	work(time.Hour, true, nil)
	work(time.Hour, false, store.E(store.Forbidden, "err.neighbour.quota"))
	for range 100 {
		work(100*time.Millisecond, false, nil)
	}
	if c.waited != 0 {
		t.Errorf("ten seconds of work waited %v", c.waited)
	}
	for range 600 { // a minute of work takes six
		work(100*time.Millisecond, false, nil)
	}
	if c.waited < 4*time.Minute || c.waited > 6*time.Minute {
		t.Errorf("a minute of work waited %v", c.waited)
	}
}

// What a link's work waits for is not the link's doing.
func TestShareLeavesWaitingOut(t *testing.T) {
	c := &ownTime{}
	s := newShare(c, linkRate)
	work := func(waits time.Duration) {
		t.Helper()
		if err := s.checkBut(t.Context(), false, func() (time.Duration, error) { c.pass(9*time.Second + waits); return waits, nil }); err != nil {
			t.Fatal(err)
		}
	}
	work(3 * time.Minute)
	if c.waited != 0 {
		t.Errorf("nine seconds of work and three minutes behind others waited %v", c.waited)
	}
	work(0)
	if !near(c.waited, 39*time.Second) { // a sixth of the nine seconds since was paid off
		t.Errorf("six and a half seconds too much waited %v, want 39 s", c.waited)
	}
}

func TestWholeLogsAtFullSpeedOnceADay(t *testing.T) {
	c := &ownTime{}
	s := newShare(c, linkRate)
	if !s.atFullSpeed(wire.Hash{1}) || !s.atFullSpeed(wire.Hash{2}) {
		t.Error("a first sync is held to the rate")
	}
	c.pass(wholeEach - time.Second)
	if s.atFullSpeed(wire.Hash{1}) {
		t.Error("twice a day")
	}
	if c.pass(time.Second); !s.atFullSpeed(wire.Hash{1}) || s.atFullSpeed(wire.Hash{1}) {
		t.Error("not once the next day")
	}
}

// timed gives the box's links shares of a clock of their own; strangers are
// told apart by their key.
func (b *testBox) timed(s *stranger, c *ownTime) {
	c.Clock = b.db.Clock()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shares[s.id.id] = newShare(c, linkRate)
}

// A linked box that makes us check all the time is heard no more once its share
// is used up; an honest neighbour beside it notices nothing, and little is held.
func TestALinkThatMakesUsCheckAllTheTimeIsHeldToItsShare(t *testing.T) {
	for name, act := range map[string]func(sc *script, n int) wire.Message{
		"offers of one thing without end": func(sc *script, _ int) wire.Message {
			return &wire.Have{Rev: sc.seq, Entries: []wire.HaveEntry{{Origin: sc.origin, Epoch: 1, Seq: sc.seq}}}
		},
		"empty news": func(sc *script, n int) wire.Message {
			return &wire.Have{Rev: sc.seq + uint64(n), Entries: []wire.HaveEntry{}}
		},
		"proofs of nothing": func(sc *script, _ int) wire.Message {
			return &wire.Trail{Heads: map[wire.Hash][]wire.SignedHead{sc.origin: {}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			honest, b, s := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newStranger(t)
			link(t, honest, b)
			c := &ownTime{costs: 50 * time.Millisecond, stuck: make(chan struct{})}
			b.timed(s, c)
			before, bytes := runtime.NumGoroutine(), heap()
			sc := s.script("Annonce")
			s.serve(sc, func(out network.Stream, want *wire.Want) {
				sc.answer(t)(out, want)
				for n := 1; wire.WriteFrame(out, act(sc, n)) == nil; n++ {
					continue
				}
			})
			b.trust(s)
			select {
			case <-c.stuck:
			case <-time.After(time.Minute):
				t.Fatal("it is never made to wait")
			}
			id := store.NewID()
			honest.put(id, "Bal du village")
			soon(t, 2*time.Second, "the honest neighbour's event", func() bool { return len(b.shown("bal")) == 1 })
			eventually(t, "few goroutines", func() bool { return runtime.NumGoroutine()-before < 100 })
			if grown := heap() - bytes; grown > 16<<20 {
				t.Errorf("%d MB are held", grown>>20)
			}
			if faults := b.linkTo(s).Faults; faults != 0 {
				t.Errorf("%d faults: much is no fault", faults)
			}
		})
	}
}

// A neighbour that asks for one log again and again gets it whole once, and
// then at its rate; an honest one beside it has its own.
func TestAskingForOneLogAgainAndAgainIsHeldToTheRate(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	b.fill(500)
	c := &ownTime{}
	b.timed(s, c)
	b.trust(s)
	own, err := b.introduce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rounds := func(n int) (sent int64) {
		t.Helper()
		out, err := s.open(b, syncProtocol)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = out.Reset() }()
		from := bufio.NewReader(out)
		in := func() wire.Message {
			m, err := wire.ReadFrame(from)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		_ = wire.WriteFrame(out, &wire.Hello{Version: 1, Scope: wire.Scope{Hops: 1}})
		for range n {
			_ = wire.WriteFrame(out, &wire.Want{Origin: own.Origin, Epoch: 1})
			for done := false; !done; {
				switch m := in().(type) {
				case *wire.Batch:
					sent += int64(len(m.Zstd))
				case *wire.Tip:
					done = true
				}
			}
		}
		return sent
	}
	once := rounds(1)
	if c.waited != 0 {
		t.Errorf("the first sync was held up %v", c.waited)
	}
	sent := rounds(30)
	if want := time.Duration(float64(sent-unpaced) / linkRate * float64(time.Second)); c.waited < want-time.Second {
		t.Errorf("%d bytes after the first %d waited %v, want %v", sent, once, c.waited, want)
	}
}

// The work of a first sync does not count, however large; that of what comes
// after does.
func TestAFirstSyncIsNotHeldToTheRate(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	a.replica.batch = 10 // many batches of few cards
	a.fill(400)
	c := &ownTime{Clock: b.db.Clock(), costs: 2 * time.Second}
	b.mu.Lock()
	b.share = func() *share { return newShare(c, linkRate) }
	b.mu.Unlock()
	eventually(t, "all is published", func() bool { return a.published() > 400 })
	link(t, a, b)
	eventually(t, "the first sync", func() bool { return len(b.shown("annonce")) > 0 })
	waited := func() time.Duration {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.waited
	}
	if w := waited(); w != 0 {
		t.Errorf("the first sync was held up %v", w)
	}
	a.fill(400)
	eventually(t, "the work of what comes after counts", func() bool { return waited() > 0 })
}

// published is how many records the box's own log has.
func (b *testBox) published() (n uint64) {
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		own, err := neighbour.OwnLog(tx)
		n = own.Size
		return err
	})
	return n
}
