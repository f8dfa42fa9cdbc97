package hotspot

import (
	"testing"

	"github.com/miekg/dns"
)

func TestNamesAreTheBoxOrNothing(t *testing.T) {
	own := func() []string { return []string{"192.168.1.20", "copi", "copi.local", "copi.lan", "mairie.lan"} }
	portal, discreet := &resolver{own: own, portal: true}, &resolver{own: own}
	const there, bare, gone = "there", "bare", "gone"
	for _, c := range []struct {
		name             string
		qtype            uint16
		portal, discreet string
	}{
		{"copi.lan.", dns.TypeA, there, there},
		{"CoPi.LAN.", dns.TypeA, there, there},
		{"mairie.lan.", dns.TypeA, there, there},
		{"copi.local.", dns.TypeA, there, there},
		{"copi.", dns.TypeA, there, there},
		{"copi.lan.", dns.TypeANY, there, there},
		{"copi.lan.", dns.TypeAAAA, bare, bare},
		{"copi.lan.", dns.TypeHTTPS, bare, bare},
		{"captive.apple.com.", dns.TypeA, there, gone},
		{"captive.apple.com.", dns.TypeAAAA, bare, gone},
		{"www.google.com.", dns.TypeA, there, gone},
		{"google.com.", dns.TypeA, gone, gone},
		{"exemple.fr.", dns.TypeA, gone, gone},
		{"192.168.1.20.", dns.TypeA, gone, gone},
		{".", dns.TypeNS, gone, gone},
	} {
		for who, want := range map[*resolver]string{portal: c.portal, discreet: c.discreet} {
			q := new(dns.Msg).SetQuestion(c.name, c.qtype)
			q.SetEdns0(4096, true)
			packed, err := who.answer(q).Pack()
			if err != nil {
				t.Fatal(err)
			}
			m := new(dns.Msg)
			if err := m.Unpack(packed); err != nil {
				t.Fatal(err)
			}
			got := bare
			switch {
			case m.Rcode == dns.RcodeNameError:
				got = gone
			case m.Rcode == dns.RcodeSuccess && len(m.Answer) == 1:
				if a, ok := m.Answer[0].(*dns.A); ok && a.A.String() == Address.String() && a.Hdr.Ttl <= 10 && a.Hdr.Name == c.name {
					got = there
				}
			}
			if got != want {
				t.Errorf("portal %v: %s %s is %s, want %s\n%v", who.portal, c.name, dns.TypeToString[c.qtype], got, want, m)
			}
			if m.RecursionAvailable || !m.Response || m.Id != q.Id || m.IsEdns0() == nil {
				t.Errorf("%s: %v", c.name, m)
			}
			if got != there {
				if soa, ok := m.Ns[0].(*dns.SOA); !ok || soa.Minttl > 10 || soa.Hdr.Ttl > 10 {
					t.Errorf("%s: nothing is kept for %v", c.name, m.Ns)
				}
			}
		}
	}
}

func TestQuestionsThatAreNone(t *testing.T) {
	n := &resolver{own: func() []string { return []string{"copi.lan"} }}
	for name, c := range map[string]struct {
		change func(*dns.Msg)
		want   int
	}{
		"update":        {func(m *dns.Msg) { m.Opcode = dns.OpcodeUpdate }, dns.RcodeNotImplemented},
		"two questions": {func(m *dns.Msg) { m.Question = append(m.Question, m.Question[0]) }, dns.RcodeFormatError},
		"no question":   {func(m *dns.Msg) { m.Question = nil }, dns.RcodeFormatError},
		"chaos":         {func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS }, dns.RcodeRefused},
	} {
		q := new(dns.Msg).SetQuestion("copi.lan.", dns.TypeA)
		c.change(q)
		if m := n.answer(q); m == nil || m.Rcode != c.want || len(m.Answer) != 0 {
			t.Errorf("%s: %v", name, m)
		}
	}
	q := new(dns.Msg).SetQuestion("copi.lan.", dns.TypeA)
	q.Response = true
	if m := n.answer(q); m != nil {
		t.Errorf("an answer is answered: %v", m)
	}
}
