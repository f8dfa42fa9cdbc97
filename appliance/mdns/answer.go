package mdns

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// mdnsPort is where both sides of multicast DNS listen; a question from
// another port comes from an ordinary resolver (RFC 6762 §6.7).
const mdnsPort = 5353

// answer is what a question gets from the host on a link: a reply to the
// asker, one to everybody, or none of the two (nil).
func answer(q *dns.Msg, host string, l link, from netip.AddrPort, direct bool) (unicast, multicast *dns.Msg) {
	if q.Response || q.Opcode != dns.OpcodeQuery {
		return nil, nil
	}
	legacy := from.Port() != mdnsPort
	for _, question := range q.Question {
		if !asks(question, host) {
			continue
		}
		switch {
		case legacy:
			unicast = replyTo(q)
			unicast.Question = []dns.Question{question}
			l.fill(unicast, host, question.Qtype, legacyTTL, dns.ClassINET)
			return unicast, nil
		case direct || question.Qclass&cacheFlush != 0: // here the bit asks for a unicast reply (§5.4)
			if unicast == nil {
				unicast = replyTo(q)
			}
			l.fill(unicast, host, question.Qtype, hostTTL, dns.ClassINET|cacheFlush)
		default:
			if multicast == nil {
				multicast = response()
			}
			l.fill(multicast, host, question.Qtype, hostTTL, dns.ClassINET|cacheFlush)
		}
	}
	return unknownTo(q, unicast), unknownTo(q, multicast)
}

// asks tells whether a question is for the host.
func asks(q dns.Question, host string) bool {
	class := q.Qclass &^ cacheFlush
	return (class == dns.ClassINET || class == dns.ClassANY) && strings.EqualFold(q.Name, host)
}

// response is an empty authoritative message to everybody (§18).
func response() *dns.Msg {
	m := new(dns.Msg)
	m.Response, m.Authoritative, m.Compress = true, true, true
	return m
}

func replyTo(q *dns.Msg) *dns.Msg {
	m := response()
	m.Id = q.Id
	return m
}

// fill adds what the host has of a type to the answers and the rest to the
// additional records. What the host has nothing of is answered by saying so.
func (l link) fill(m *dns.Msg, host string, qtype uint16, ttl uint32, class uint16) {
	found := l.records(host, qtype, ttl, class)
	rest := l.records(host, dns.TypeANY, ttl, class)
	none := l.nothingElse(host, ttl, class)
	if len(found) == 0 {
		m.Answer = addNew(m.Answer, none)
	}
	m.Answer = addNew(m.Answer, found...)
	m.Extra = slices.DeleteFunc(addNew(m.Extra, rest...), func(rr dns.RR) bool { return contains(m.Answer, rr) })
	if len(found) > 0 && len(none.(*dns.NSEC).TypeBitMap) < 2 {
		m.Extra = addNew(m.Extra, none)
	}
}

func addNew(list []dns.RR, rrs ...dns.RR) []dns.RR {
	for _, rr := range rrs {
		if !contains(list, rr) {
			list = append(list, rr)
		}
	}
	return list
}

func contains(list []dns.RR, rr dns.RR) bool {
	return slices.ContainsFunc(list, func(other dns.RR) bool { return dns.IsDuplicate(rr, other) })
}

// unknownTo takes out of a reply what the asker said it knows already, for at
// least half its life (§7.1); nil when nothing is left to say.
func unknownTo(q, reply *dns.Msg) *dns.Msg {
	if reply == nil {
		return nil
	}
	reply.Answer = slices.DeleteFunc(reply.Answer, func(rr dns.RR) bool {
		return slices.ContainsFunc(q.Answer, func(known dns.RR) bool {
			return sameRecord(known, rr) && known.Header().Ttl >= rr.Header().Ttl/2
		})
	})
	if len(reply.Answer) == 0 {
		return nil
	}
	return reply
}

// sameRecord compares name, type and data, whatever class bit is set.
func sameRecord(a, b dns.RR) bool {
	x, okX := addressOf(a)
	y, okY := addressOf(b)
	return okX && okY && x == y && strings.EqualFold(a.Header().Name, b.Header().Name)
}
