package hotspot

import (
	"hash/fnv"
	"net"
	"net/netip"
	"sync"
	"time"
)

// The addresses of the box's own Wi-Fi. They are short to type and rare in
// halls' routers. The pool bounds how many leases there can be.
var (
	Network = netip.MustParsePrefix("10.7.7.0/24")
	Address = netip.MustParseAddr("10.7.7.1")
)

const (
	poolFirst = 10
	poolSize  = 200
)

// How long an address belongs to a phone, is kept for one it was offered to,
// and is left alone when a phone found it taken.
const (
	leaseTime  = time.Hour
	offerTime  = time.Minute
	refuseTime = 10 * time.Minute
)

// leases says which phone has which address. They are in memory alone: an
// address follows from the phone's hardware address, so that it is the same
// after a restart, and no list of the village's phones lies on the card. Where
// two phones would get the same one, the second finds it in use and declines it
// (RFC 2131 §3.1).
type leases struct {
	running func() time.Duration // of the box; see store.Clock

	mu     sync.Mutex // guards byAddr
	byAddr map[netip.Addr]lease
}

type lease struct {
	hardware string // of the phone; empty: the address is in somebody else's use
	until    time.Duration
	given    bool // and not just offered
}

func newLeases(running func() time.Duration) *leases {
	return &leases{running: running, byAddr: make(map[netip.Addr]lease)}
}

// inPool tells whether an address is one that phones get.
func inPool(a netip.Addr) bool {
	if !a.Is4() || !Network.Contains(a) {
		return false
	}
	last := int(a.As4()[3])
	return last >= poolFirst && last < poolFirst+poolSize
}

// poolAddr is the i-th address of the pool, counted around.
func poolAddr(i int) netip.Addr {
	b := Network.Addr().As4()
	b[3] = byte(poolFirst + i%poolSize)
	return netip.AddrFrom4(b)
}

// offer finds an address for a phone and keeps it for a minute: the one it has,
// the one it asks for, the one that is its own by its hardware address, or the
// next free one. ok is false when all are taken.
func (l *leases) offer(hw net.HardwareAddr, wanted netip.Addr) (a netip.Addr, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.running()
	if a, ok := l.of(string(hw), now); ok {
		return a, true
	}
	if !inPool(wanted) || !l.free(wanted, now) {
		h := fnv.New32a()
		_, _ = h.Write(hw) // never fails
		own, i := int(h.Sum32()%poolSize), 0
		for ; i < poolSize && !l.free(poolAddr(own+i), now); i++ {
		}
		if i == poolSize {
			return a, false
		}
		wanted = poolAddr(own + i)
	}
	l.byAddr[wanted] = lease{hardware: string(hw), until: now + offerTime}
	return wanted, true
}

// of is the address a phone has or was offered.
func (l *leases) of(hardware string, now time.Duration) (netip.Addr, bool) {
	for a, le := range l.byAddr {
		if le.hardware == hardware && now < le.until {
			return a, true
		}
	}
	return netip.Addr{}, false
}

func (l *leases) free(a netip.Addr, now time.Duration) bool {
	le, known := l.byAddr[a]
	return !known || now >= le.until
}

// give lets a phone have an address it asks for; false when that is no address
// of ours, or another phone's. One nobody has is given: the box may have been
// started again since.
func (l *leases) give(hw net.HardwareAddr, a netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.running()
	if !inPool(a) || !l.free(a, now) && l.byAddr[a].hardware != string(hw) {
		return false
	}
	if other, ok := l.of(string(hw), now); ok && other != a {
		delete(l.byAddr, other)
	}
	l.byAddr[a] = lease{hardware: string(hw), until: now + leaseTime, given: true}
	return true
}

// release takes back what a phone gives up, or was offered and did not take.
func (l *leases) release(hw net.HardwareAddr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a, ok := l.of(string(hw), l.running()); ok {
		delete(l.byAddr, a)
	}
}

// decline leaves an address alone for a while that a phone was given and found
// to be somebody's.
func (l *leases) decline(hw net.HardwareAddr, a netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byAddr[a].hardware == string(hw) {
		l.byAddr[a] = lease{until: l.running() + refuseTime}
	}
}

// holder is the hardware address of the phone that has an address; empty when
// the box does not know.
func (l *leases) holder(a netip.Addr) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if le := l.byAddr[a]; le.given && l.running() < le.until {
		return le.hardware
	}
	return ""
}

// count is how many phones have an address.
func (l *leases) count() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.running()
	for _, le := range l.byAddr {
		if le.given && le.hardware != "" && now < le.until {
			n++
		}
	}
	return n
}
