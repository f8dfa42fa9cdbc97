package peer

import (
	"log/slog"
	"net"
	"strconv"
	"testing"

	"copi.local/store/storetest"
)

// ":4001" is all interfaces, whatever kind of address a neighbour calls.
func TestAllInterfacesAreBothKinds(t *testing.T) {
	db, _ := storetest.Open(t)
	n, err := New(Options{DB: db, Identity: newStranger(t).id, Listen: ":0", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, host := range []string{"127.0.0.1", "::1"} {
		if host == "::1" && !haveIPv6() {
			continue
		}
		c, err := net.Dial("tcp", net.JoinHostPort(host, strconv.Itoa(n.Port())))
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		_ = c.Close()
	}
}
