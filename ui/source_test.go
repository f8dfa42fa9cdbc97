package ui

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
)

// TestTheHallIsNotOneSource: every phone in the hall has an address of the same
// IPv6 network. One of them must not use up the tries of all, nor have a
// thousand sources because it takes a thousand addresses.
func TestTheHallIsNotOneSource(t *testing.T) {
	b := newBox(t)
	var got string
	b.add(GET, "/essai", func(r *request) error {
		got = r.source()
		return errNoPage
	})
	from := func(remote string) string {
		b.ask(GET, "/essai", "", nil, func(r *http.Request) {
			box := &net.TCPAddr{IP: net.ParseIP("2001:db8:1:2::53"), Port: 80}
			*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(box)))
			r.RemoteAddr = remote
			r.Header.Set("X-Forwarded-For", "203.0.113.9") // anybody may write that
			r.Header.Set("X-Real-Ip", "203.0.113.9")
			r.Header.Set("Forwarded", "for=203.0.113.9")
		})
		return got
	}
	for _, network := range []string{"2001:db8:1:2::%x", "fe80::%x"} {
		seen := map[string]bool{}
		for i := range 2000 {
			seen[from(fmt.Sprintf("["+network+"]:40000", 0x1000+i))] = true
		}
		if len(seen) < 40 || len(seen) > 64 {
			t.Errorf(network+": %d sources", 0, len(seen))
		}
	}
	if from("[2001:db8:1:2::77]:40000") != from("[2001:db8:1:2::77]:50000") {
		t.Error("a phone has another source with each connection")
	}
	if from("[fe80::77%eth0]:1") != from("[fe80::77%wlan0]:1") {
		t.Error("the zone makes another source")
	}
	seen := map[string]bool{}
	for i := range 100 {
		seen[from(fmt.Sprintf("[2001:db8:9:9::%x]:40000", i+1))] = true
	}
	if len(seen) != 1 {
		t.Errorf("a network elsewhere has %d sources", len(seen))
	}
	for remote, want := range map[string]string{"192.168.1.31:1": "192.168.1.31", "[::ffff:192.168.1.31]:1": "192.168.1.31"} {
		if s := from(remote); s != want {
			t.Errorf("%s is %q", remote, s)
		}
	}
}
