package peer

import (
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/metrics"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"copi.local/store"
)

// traffic counts the bytes on the streams of linked boxes, in memory alone and
// for the civil day: nothing of it is written. libp2p tells it as it would tell
// a program that draws rates; the rates are left out, since they need a timer.
type traffic struct {
	clock store.Clock
	zone  *time.Location
	knows func(libp2p.ID) bool // who is linked: nobody else is counted

	mu    sync.Mutex // guards the rest
	day   time.Time  // the bytes are of
	first bool       // this run began on that day
	bytes map[libp2p.ID]metrics.Stats
}

func newTraffic(clock store.Clock, zone *time.Location, knows func(libp2p.ID) bool) *traffic {
	if zone == nil {
		zone = time.UTC
	}
	t := &traffic{clock: clock, zone: zone, knows: knows, bytes: map[libp2p.ID]metrics.Stats{}}
	t.day, t.first = t.today(), true
	return t
}

func (t *traffic) today() time.Time {
	y, m, d := t.clock.Now().In(t.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.zone)
}

// turn begins a new day when there is one; t.mu is held.
func (t *traffic) turn() {
	if day := t.today(); !day.Equal(t.day) {
		t.day, t.first = day, false
		clear(t.bytes)
	}
}

func (t *traffic) add(id libp2p.ID, in, out int64) {
	if !t.knows(id) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn()
	sum := t.bytes[id]
	sum.TotalIn, sum.TotalOut = sum.TotalIn+in, sum.TotalOut+out
	t.bytes[id] = sum
}

// of is what was exchanged with a box today, in bytes, and whether that is only
// since this run began.
func (t *traffic) of(id libp2p.ID) (in, out int64, sinceStart bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn()
	return t.bytes[id].TotalIn, t.bytes[id].TotalOut, t.first
}

// LogSentMessageStream counts bytes that left.
func (t *traffic) LogSentMessageStream(n int64, _ protocol.ID, id libp2p.ID) { t.add(id, 0, n) }

// LogRecvMessageStream counts bytes that came.
func (t *traffic) LogRecvMessageStream(n int64, _ protocol.ID, id libp2p.ID) { t.add(id, n, 0) }

// GetBandwidthForPeer is what was exchanged with a box today.
func (t *traffic) GetBandwidthForPeer(id libp2p.ID) metrics.Stats {
	in, out, _ := t.of(id)
	return metrics.Stats{TotalIn: in, TotalOut: out}
}

// The rest of metrics.Reporter, which nobody asks for here.

// LogSentMessage does nothing: the streams are counted.
func (*traffic) LogSentMessage(int64) {}

// LogRecvMessage does nothing: the streams are counted.
func (*traffic) LogRecvMessage(int64) {}

// GetBandwidthForProtocol is nothing.
func (*traffic) GetBandwidthForProtocol(protocol.ID) metrics.Stats { return metrics.Stats{} }

// GetBandwidthTotals is nothing.
func (*traffic) GetBandwidthTotals() metrics.Stats { return metrics.Stats{} }

// GetBandwidthByPeer is nothing.
func (*traffic) GetBandwidthByPeer() map[libp2p.ID]metrics.Stats { return nil }

// GetBandwidthByProtocol is nothing.
func (*traffic) GetBandwidthByProtocol() map[protocol.ID]metrics.Stats { return nil }

// Reset does nothing: a day ends by itself.
func (*traffic) Reset() {}

// TrimIdle does nothing: there are few links.
func (*traffic) TrimIdle(time.Time) {}
