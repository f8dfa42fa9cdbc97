package mdns

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// hall is the network of a village hall.
var hall = link{index: 2, prefixes: []netip.Prefix{prefix("192.168.1.5/24"), prefix("2001:db8::5/64")}}

// old is a network without IPv6.
var old = link{index: 3, prefixes: []netip.Prefix{prefix("10.0.0.5/8")}}

var (
	phone    = netip.MustParseAddrPort("192.168.1.20:5353")
	resolver = netip.MustParseAddrPort("192.168.1.20:40000")
)

func ask(name string, qtype, class uint16) *dns.Msg {
	m := new(dns.Msg)
	m.Id = 77
	m.Question = []dns.Question{{Name: name, Qtype: qtype, Qclass: class}}
	return m
}

// texts writes records as their data; "!" marks the cache-flush bit, "short" a
// shorter life than usual.
func texts(rrs []dns.RR) string {
	var out []string
	for _, rr := range rrs {
		h := rr.Header()
		value := "?"
		if addr, ok := addressOf(rr); ok {
			value = addr.String()
		} else if nsec, ok := rr.(*dns.NSEC); ok {
			value = "only"
			for _, t := range nsec.TypeBitMap {
				value += "+" + dns.TypeToString[t]
			}
		}
		if h.Class&cacheFlush != 0 {
			value += "!"
		}
		if h.Ttl != hostTTL {
			value += " short"
		}
		out = append(out, value)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestAnswer(t *testing.T) {
	const qu = dns.ClassINET | cacheFlush
	known := func(m *dns.Msg, ttl uint32) *dns.Msg {
		m.Answer = hall.records("copi.local.", dns.TypeA, ttl, dns.ClassINET)
		return m
	}
	for _, row := range []struct {
		name           string
		q              *dns.Msg
		link           link
		from           netip.AddrPort
		direct         bool
		answer, extra  string
		unicast, group bool
	}{
		{"A of everybody", ask("copi.local.", dns.TypeA, dns.ClassINET), hall, phone, false, "192.168.1.5!", "2001:db8::5!", false, true},
		{"AAAA", ask("copi.local.", dns.TypeAAAA, dns.ClassINET), hall, phone, false, "2001:db8::5!", "192.168.1.5!", false, true},
		{"ANY", ask("copi.local.", dns.TypeANY, dns.ClassINET), hall, phone, false, "192.168.1.5!, 2001:db8::5!", "", false, true},
		{"class ANY", ask("copi.local.", dns.TypeA, dns.ClassANY), hall, phone, false, "192.168.1.5!", "2001:db8::5!", false, true},
		{"upper case", ask("CoPi.Local.", dns.TypeA, dns.ClassINET), hall, phone, false, "192.168.1.5!", "2001:db8::5!", false, true},
		{"reply to me, please", ask("copi.local.", dns.TypeA, qu), hall, phone, false, "192.168.1.5!", "2001:db8::5!", true, false},
		{"sent to the box", ask("copi.local.", dns.TypeA, dns.ClassINET), hall, phone, true, "192.168.1.5!", "2001:db8::5!", true, false},
		{"ordinary resolver", ask("copi.local.", dns.TypeA, dns.ClassINET), hall, resolver, false, "192.168.1.5 short", "2001:db8::5 short", true, false},
		{"ordinary resolver, to the box", ask("copi.local.", dns.TypeA, dns.ClassINET), hall, resolver, true, "192.168.1.5 short", "2001:db8::5 short", true, false},
		{"no IPv6 here", ask("copi.local.", dns.TypeAAAA, dns.ClassINET), old, phone, false, "only+A!", "10.0.0.5!", false, true},
		{"A where there is no IPv6", ask("copi.local.", dns.TypeA, dns.ClassINET), old, phone, false, "10.0.0.5!", "only+A!", false, true},
		{"no such type", ask("copi.local.", dns.TypeHTTPS, dns.ClassINET), hall, phone, false, "only+A+AAAA!", "192.168.1.5!, 2001:db8::5!", false, true},
		{"another name", ask("copi-2.local.", dns.TypeA, dns.ClassINET), hall, phone, false, "", "", false, false},
		{"another class", ask("copi.local.", dns.TypeA, dns.ClassCHAOS), hall, phone, false, "", "", false, false},
		{"a response", response(), hall, phone, false, "", "", false, false},
		{"known already", known(ask("copi.local.", dns.TypeA, dns.ClassINET), 100), hall, phone, false, "", "", false, false},
		{"known, but fading", known(ask("copi.local.", dns.TypeA, dns.ClassINET), 59), hall, phone, false, "192.168.1.5!", "2001:db8::5!", false, true},
		{"no question", new(dns.Msg), hall, phone, false, "", "", false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			unicast, group := answer(row.q, "copi.local.", row.link, row.from, row.direct)
			if (unicast != nil) != row.unicast || (group != nil) != row.group {
				t.Fatalf("unicast %v, to everybody %v", unicast, group)
			}
			m := unicast
			if m == nil {
				m = group
			}
			if m == nil {
				return
			}
			if got := texts(m.Answer); got != row.answer {
				t.Errorf("answer %q, want %q", got, row.answer)
			}
			if got := texts(m.Extra); got != row.extra {
				t.Errorf("additional %q, want %q", got, row.extra)
			}
			if !m.Response || !m.Authoritative || m.Rcode != 0 {
				t.Errorf("header %+v", m.MsgHdr)
			}
			if group != nil && (m.Id != 0 || len(m.Question) > 0) {
				t.Error("a message to everybody has an id or a question")
			}
			if row.from == resolver && (m.Id != 77 || len(m.Question) != 1) {
				t.Error("an ordinary resolver needs its id and its question back")
			}
			if _, err := m.Pack(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestLinkOf(t *testing.T) {
	ipnet := func(s string) net.Addr {
		ip, n, err := net.ParseCIDR(s)
		if err != nil {
			t.Fatal(err)
		}
		n.IP = ip
		return n
	}
	l, ok := linkOf(1, []net.Addr{ipnet("192.168.1.5/24"), ipnet("fe80::1/64"), ipnet("2001:db8::5/64")})
	if !ok || !slices.Equal(l.prefixes, hall.prefixes) {
		t.Errorf("with a global address: %v", l)
	}
	l, _ = linkOf(1, []net.Addr{ipnet("10.0.0.5/8"), ipnet("fe80::1/64")})
	if len(l.prefixes) != 2 {
		t.Errorf("with a link-local one only: %v", l)
	}
	if _, ok := linkOf(1, nil); ok {
		t.Error("a link without addresses")
	}
	for addr, want := range map[string]bool{
		"192.168.1.77": true, "192.168.2.77": false, "fe80::9%eth0": true, "2001:db8::77": true, "2001:db8:1::1": false, "::ffff:192.168.1.3": true,
	} {
		if got := hall.holds(netip.MustParseAddr(addr)); got != want {
			t.Errorf("holds %s: %t", addr, got)
		}
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("a", 63)
	for _, row := range []struct {
		label string
		n     int
		want  string
	}{{"copi", 1, "copi.local."}, {"copi", 2, "copi-2.local."}, {"copi", 13, "copi-13.local."}, {long, 2, long[:61] + "-2.local."}} {
		if got := hostName(row.label, row.n); got != row.want {
			t.Errorf("%s %d: %s", row.label, row.n, got)
		}
	}
	for _, bad := range []string{"", "Copi", "-copi", "copi-", "co pi", "co.pi", "é", long + "a"} {
		if checkLabel(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if err := checkLabel("saint-aubin-2"); err != nil {
		t.Error(err)
	}
	village := strings.Repeat("é", 31)
	if got := numbered(village, 2); got != strings.Repeat("é", 29)+" (2)" {
		t.Errorf("numbered: %q", got)
	}
	for _, name := range []string{"CoPi Évry. (2)", `a\b"c@d;e`, "Saint-Aubin"} {
		label, err := instanceLabel(name)
		if err != nil {
			t.Fatal(err)
		}
		m := ask(label+"._http._tcp.local.", dns.TypeSRV, dns.ClassINET)
		data, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		var back dns.Msg
		if err := back.Unpack(data); err != nil || back.Question[0].Name != label+"._http._tcp.local." {
			t.Errorf("%q is compared with %q: %v", label, back.Question[0].Name, err)
		}
	}
}

func TestServiceCheck(t *testing.T) {
	good := Service{Type: "_http._tcp", Name: "CoPi", Port: 80, Text: []string{"path=/"}}
	if err := good.check(); err != nil {
		t.Error(err)
	}
	good.Name = strings.Repeat("é", 40)
	if err := good.check(); err != nil {
		t.Errorf("a long name is not cut: %v", err)
	}
	for _, bad := range []Service{
		{Type: "_http._tcp", Name: "CoPi"},
		{Type: "_http._tcp", Name: "", Port: 80},
		{Type: "_http._tcp", Name: "CoPi", Port: 80, Text: []string{strings.Repeat("x", 256)}},
	} {
		if bad.check() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}
