package peer

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net"
	"testing"

	"github.com/grandcat/zeroconf"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/store/storetest"
)

const somePeer = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"

func entry(change func(*zeroconf.ServiceEntry)) *zeroconf.ServiceEntry {
	e := zeroconf.NewServiceEntry("CoPi Cajarc", Service, "local.")
	e.Port, e.Text = 4001, []string{"peer=" + somePeer, "origin=abcdef123456", "name=Cajarc"}
	e.AddrIPv4 = []net.IP{net.IPv4(192, 168, 1, 9)}
	change(e)
	return e
}

func TestAnnouncementsAreJudged(t *testing.T) {
	for name, row := range map[string]struct {
		change func(*zeroconf.ServiceEntry)
		want   string // name and addresses, empty when it is no box
	}{
		"a box":              {func(*zeroconf.ServiceEntry) {}, "Cajarc [192.168.1.9:4001]"},
		"no key":             {func(e *zeroconf.ServiceEntry) { e.Text = e.Text[1:] }, ""},
		"a key that is none": {func(e *zeroconf.ServiceEntry) { e.Text[0] = "peer=moi" }, ""},
		"loopback only":      {func(e *zeroconf.ServiceEntry) { e.AddrIPv4 = []net.IP{net.IPv4(127, 0, 0, 1)} }, ""},
		"loopback too": {
			func(e *zeroconf.ServiceEntry) { e.AddrIPv4 = append(e.AddrIPv4, net.IPv4(127, 0, 0, 1)) },
			"Cajarc [192.168.1.9:4001]",
		},
		"no port":     {func(e *zeroconf.ServiceEntry) { e.Port = 0 }, ""},
		"no name":     {func(e *zeroconf.ServiceEntry) { e.Text = e.Text[:2] }, " [192.168.1.9:4001]"},
		"a nasty one": {func(e *zeroconf.ServiceEntry) { e.Text[2] = "name=Ca\x1b[2Jjarc\u202e\n" }, "Ca[2Jjarc [192.168.1.9:4001]"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if _, f, ok := readEntry(entry(row.change), false); ok {
				got = fmt.Sprint(f.Name, " ", f.Addrs)
			}
			if got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

func TestSightingsAreBoundedAndAge(t *testing.T) {
	clock := storetest.NewClock()
	s := &sightings{clock: clock, seen: map[libp2p.ID]Found{}}
	for range 3 * maxSeen {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		id, err := NewIdentity(key)
		if err != nil {
			t.Fatal(err)
		}
		s.note("", entry(func(e *zeroconf.ServiceEntry) { e.Text[0] = "peer=" + id.PeerID() }))
	}
	if n := len(s.list()); n != maxSeen {
		t.Errorf("%d boxes listed, want %d", n, maxSeen)
	}
	clock.Add(seenFor + 1)
	if n := len(s.list()); n != 0 {
		t.Errorf("%d boxes listed long after", n)
	}
}

func TestOwnAnnouncementIsNotABox(t *testing.T) {
	self, err := libp2p.Decode(somePeer)
	if err != nil {
		t.Fatal(err)
	}
	s := &sightings{clock: storetest.NewClock(), seen: map[libp2p.ID]Found{}}
	if _, ok := s.note(self, entry(func(*zeroconf.ServiceEntry) {})); ok || len(s.list()) > 0 {
		t.Error("a box met itself")
	}
}
