package hotspot

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"copi.local/store/hotspot"
)

// nameTTL is how long a phone may keep an answer, in seconds: so short, that
// what it asked here is forgotten when it is back on another network.
const nameTTL = 10

// resolver answers phones' questions about names: with the box for its own,
// with "there is no such name" for all others. It asks nobody.
type resolver struct {
	own    func() []string // the box's names, without a dot at their end
	portal bool            // what phones look for the internet by is the box, too
}

// answer is the message that answers a question.
func (n *resolver) answer(q *dns.Msg) *dns.Msg {
	m := new(dns.Msg)
	switch {
	case q.Response:
		return nil
	case q.Opcode != dns.OpcodeQuery:
		return m.SetRcode(q, dns.RcodeNotImplemented)
	case len(q.Question) != 1:
		return m.SetRcode(q, dns.RcodeFormatError)
	}
	m.SetReply(q)
	m.Authoritative = true
	if opt := q.IsEdns0(); opt != nil {
		m.SetEdns0(dns.DefaultMsgSize, false)
	}
	ask := q.Question[0]
	switch {
	case ask.Qclass != dns.ClassINET:
		m.Rcode = dns.RcodeRefused
	case !n.ours(ask.Name):
		m.Rcode = dns.RcodeNameError
		m.Ns = []dns.RR{nowhere(ask.Name)}
	case ask.Qtype == dns.TypeA || ask.Qtype == dns.TypeANY:
		m.Answer = []dns.RR{&dns.A{
			Hdr: dns.RR_Header{Name: ask.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: nameTTL}, A: Address.AsSlice(),
		}}
	default: // the name is there, and has no such thing
		m.Ns = []dns.RR{nowhere(ask.Name)}
	}
	return m
}

// ours tells whether a name is the box.
func (n *resolver) ours(fqdn string) bool {
	name := strings.ToLower(strings.TrimSuffix(fqdn, "."))
	if n.portal && hotspot.IsProbe(name) {
		return true
	}
	return slices.ContainsFunc(n.own(), func(own string) bool {
		_, err := netip.ParseAddr(own)
		return err != nil && strings.EqualFold(own, name)
	})
}

// nowhere tells how long a phone may take for true that something is not there
// (RFC 2308 §5).
func nowhere(name string) dns.RR {
	return &dns.SOA{
		Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: nameTTL},
		Ns:  "copi.lan.", Mbox: "copi.lan.", Serial: 1, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: nameTTL,
	}
}

// ServeDNS answers over a connection.
func (n *resolver) ServeDNS(w dns.ResponseWriter, q *dns.Msg) {
	if m := n.answer(q); m != nil {
		_ = w.WriteMsg(m) // the phone asks again
	}
}
