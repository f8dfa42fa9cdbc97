package mdns

import (
	"net"
	"net/netip"
	"slices"

	"github.com/miekg/dns"
)

// Lifetimes of host records in seconds (RFC 6762 §10), and what a question
// from outside multicast DNS may keep (§6.7).
const (
	hostTTL   = 120
	legacyTTL = 10
)

// cacheFlush marks a record as the whole truth about its name (§10.2).
const cacheFlush = 1 << 15

// link is one network the box is on.
type link struct {
	index    int            // of the interface
	prefixes []netip.Prefix // its addresses, each with its network
}

// linkOf is the link of an interface; ok is false when it has no address to
// announce. IPv6 link-local addresses count only where there is no other IPv6.
func linkOf(index int, addrs []net.Addr) (l link, ok bool) {
	var local []netip.Prefix
	global6 := false
	l.index = index
	for _, a := range addrs {
		p, err := netip.ParsePrefix(a.String())
		switch {
		case err != nil:
		case p.Addr().Is4():
			l.prefixes = append(l.prefixes, p)
		case p.Addr().IsLinkLocalUnicast():
			local = append(local, p)
		default:
			l.prefixes, global6 = append(l.prefixes, p), true
		}
	}
	if !global6 {
		l.prefixes = append(l.prefixes, local...)
	}
	return l, len(l.prefixes) > 0
}

// holds tells whether addr lies on the link, which a question must (§11).
func (l link) holds(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() && addr.IsLinkLocalUnicast() {
		return true
	}
	return slices.ContainsFunc(l.prefixes, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// owns tells whether addr is the box's own on this link.
func (l link) owns(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(l.prefixes, func(p netip.Prefix) bool { return p.Addr() == addr })
}

// records are the A or AAAA records of host on the link; dns.TypeANY is both.
func (l link) records(host string, qtype uint16, ttl uint32, class uint16) []dns.RR {
	var rrs []dns.RR
	for _, p := range l.prefixes {
		head := dns.RR_Header{Name: host, Rrtype: dns.TypeA, Class: class, Ttl: ttl}
		if p.Addr().Is6() {
			head.Rrtype = dns.TypeAAAA
		}
		if qtype != dns.TypeANY && qtype != head.Rrtype {
			continue
		}
		if ip := net.IP(p.Addr().AsSlice()); p.Addr().Is4() {
			rrs = append(rrs, &dns.A{Hdr: head, A: ip})
		} else {
			rrs = append(rrs, &dns.AAAA{Hdr: head, AAAA: ip})
		}
	}
	return rrs
}

// nothingElse says which types host has, so that who asks for another need
// not wait for an answer that will not come (§6.1).
func (l link) nothingElse(host string, ttl uint32, class uint16) dns.RR {
	var types []uint16
	for _, rr := range l.records(host, dns.TypeANY, ttl, class) {
		types = append(types, rr.Header().Rrtype)
	}
	slices.Sort(types)
	return &dns.NSEC{
		Hdr:        dns.RR_Header{Name: host, Rrtype: dns.TypeNSEC, Class: class, Ttl: ttl},
		NextDomain: host,
		TypeBitMap: slices.Compact(types),
	}
}

// addressOf is the address an A or AAAA record tells; ok is false for others
// and for records without data.
func addressOf(rr dns.RR) (addr netip.Addr, ok bool) {
	switch rr := rr.(type) {
	case *dns.A:
		addr, ok = netip.AddrFromSlice(rr.A)
	case *dns.AAAA:
		addr, ok = netip.AddrFromSlice(rr.AAAA)
	}
	return addr.Unmap(), ok
}
