package peer

import (
	"context"
	"log/slog"
	"net/netip"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/grandcat/zeroconf"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/store"
	"copi.local/store/listing"
)

// Service is the mDNS service type under which boxes announce themselves.
const Service = "_copi._udp"

// How discovery looks around: for so long, so often, and for how long a box
// that was seen stays listed.
const (
	browseFor   = 5 * time.Second
	browseEvery = 5 * time.Minute
	browseSoon  = 20 * time.Second // while an operator is pairing
	seenFor     = 15 * time.Minute
	maxSeen     = 64 // boxes listed; a network with more is an attack
)

// Keys of the TXT record; see Node.Announce.
const (
	txtPeer   = "peer="
	txtOrigin = "origin="
	txtName   = "name="
)

// Found is a box seen on the local network. All it says is its own claim.
type Found struct {
	Peer    string // its key
	Origin  string // its origin id, shortened; empty when it does not say
	Name    string // the commune it says it is
	Addrs   []string
	Linked  bool // it is a neighbour already
	Seen    time.Time
	Pairing bool // a pairing with it is under way
}

// sightings are the boxes seen on the local network.
type sightings struct {
	clock    store.Clock
	loopback bool // tests: boxes on this machine count

	mu   sync.Mutex // guards seen
	seen map[libp2p.ID]Found
}

// list is what was seen lately, by name.
func (s *sightings) list() []Found {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	var out []Found
	for id, f := range s.seen {
		if now.Sub(f.Seen) > seenFor {
			delete(s.seen, id)
			continue
		}
		out = append(out, f)
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Name+out[i].Peer < out[j].Name+out[j].Peer
	})
	return out
}

// at lists where a box was seen lately.
func (s *sightings) at(id libp2p.ID) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.seen[id]
	if !ok || s.clock.Now().Sub(f.Seen) > seenFor {
		return nil
	}
	return f.Addrs
}

// note takes one announcement; it tells whether it is a box, not us.
func (s *sightings) note(self libp2p.ID, e *zeroconf.ServiceEntry) (libp2p.ID, bool) {
	id, f, ok := readEntry(e, s.loopback)
	if !ok || id == self {
		return "", false
	}
	f.Seen = s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.seen[id]; !known && len(s.seen) >= maxSeen {
		return "", false
	}
	s.seen[id] = f
	return id, true
}

// readEntry reads an announcement; whatever is odd in it is left out.
func readEntry(e *zeroconf.ServiceEntry, loopback bool) (id libp2p.ID, f Found, ok bool) {
	for _, txt := range e.Text {
		if v, is := strings.CutPrefix(txt, txtPeer); is {
			var err error
			if id, err = libp2p.Decode(v); err != nil {
				return "", f, false
			}
			f.Peer = id.String()
		}
		if v, is := strings.CutPrefix(txt, txtOrigin); is {
			f.Origin = printable(v, 16)
		}
		if v, is := strings.CutPrefix(txt, txtName); is {
			f.Name = printable(v, 80)
		}
	}
	var ips []netip.Addr
	for _, ip := range append(e.AddrIPv4, e.AddrIPv6...) {
		if a, ok := netip.AddrFromSlice(ip); ok {
			ips = append(ips, a.Unmap())
		}
	}
	for _, ip := range ips {
		if ip.IsLoopback() && !loopback || ip.IsLinkLocalUnicast() || !ip.IsValid() || ip.IsUnspecified() ||
			ip.IsMulticast() || e.Port < 1 || e.Port > 65535 || len(f.Addrs) >= maxAddresses {
			continue
		}
		f.Addrs = append(f.Addrs, target{host: ip.String(), port: uint16(e.Port)}.String())
	}
	return id, f, id != "" && len(f.Addrs) > 0
}

// printable is s cut to n characters, without what could disturb a page or a
// terminal.
func printable(s string, n int) string {
	s = listing.Plain(strings.ToValidUTF8(s, ""))
	out := make([]rune, 0, min(n, len(s)))
	for _, r := range s {
		if len(out) == n {
			break
		}
		if r >= ' ' && r != '\uFFFD' {
			out = append(out, r)
		}
	}
	return strings.TrimSpace(string(out))
}

// browse looks around again and again until ctx ends, more often while soon
// says so. A network without multicast is no reason to fail: typed addresses
// always work.
func (s *sightings) browse(ctx context.Context, log *slog.Logger, self libp2p.ID, soon <-chan struct{}, hurry func() bool, found func(libp2p.ID)) {
	for ctx.Err() == nil {
		if err := s.look(ctx, self, found); err != nil && ctx.Err() == nil {
			log.Warn("local network cannot be searched", "err", err)
		}
		pause := browseEvery
		if hurry() {
			pause = browseSoon
		}
		select {
		case <-ctx.Done():
		case <-soon:
		case <-s.clock.After(pause):
		}
	}
}

// look asks the network once and listens for a while.
func (s *sightings) look(ctx context.Context, self libp2p.ID, found func(libp2p.ID)) error {
	ctx, cancel := context.WithTimeout(ctx, browseFor)
	defer cancel()
	resolver, err := zeroconf.NewResolver()
	if err != nil {
		return err
	}
	entries := make(chan *zeroconf.ServiceEntry)
	if err = resolver.Browse(ctx, Service, "local.", entries); err != nil {
		cancel()
	}
	for e := range entries { // closed when ctx ends
		if id, ok := s.note(self, e); ok {
			found(id)
		}
	}
	return err
}
