package peer

import (
	"strings"
	"testing"

	"copi.local/store"
)

func TestParseTarget(t *testing.T) {
	const id = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN"
	for text, want := range map[string]string{
		"192.168.1.20":                             "192.168.1.20:4001",
		"192.168.1.20:5000":                        "192.168.1.20:5000",
		"2001:db8::1":                              "[2001:db8::1]:4001",
		"[2001:db8::1]":                            "[2001:db8::1]:4001",
		"[2001:db8::1]:5000":                       "[2001:db8::1]:5000",
		"boite.example":                            "boite.example:4001",
		"boite.example:80":                         "boite.example:80",
		"/ip4/192.168.1.20/tcp/4001":               "192.168.1.20:4001",
		"/dns4/boite.example/tcp/1/p2p/" + id:      "boite.example:1",
		"":                                         "",
		"boîte.example":                            "",
		"http://boite.example":                     "",
		"boite.example:":                           "",
		"boite.example:0":                          "",
		"boite.example:65536":                      "",
		"boite.example/../..":                      "",
		"/ip4/192.168.1.20":                        "",
		"/ip4/192.168.1.20/udp/4001/quic-v1":       "",
		"/unix/etc/passwd":                         "",
		"/ip4/192.168.1.20/tcp/1/p2p/12D3Koo":      "",
		strings.Repeat("a", 300):                   "",
		"\x00":                                     "",
		"/ip4/1.2.3.4/tcp/1/p2p-circuit/p2p/" + id: "",
	} {
		got, err := parseTarget(text)
		switch {
		case want == "" && err == nil:
			t.Errorf("parseTarget(%q) = %v, want an error", text, got)
		case want == "" && store.KindOf(err) != store.Invalid:
			t.Errorf("parseTarget(%q): kind %v, want invalid", text, store.KindOf(err))
		case want != "" && err != nil:
			t.Errorf("parseTarget(%q): %v", text, err)
		case want != "" && got.String() != want:
			t.Errorf("parseTarget(%q) = %s, want %s", text, got, want)
		case strings.HasSuffix(text, id) && got.peer.String() != id && err == nil:
			t.Errorf("parseTarget(%q) forgot the key", text)
		}
	}
}
