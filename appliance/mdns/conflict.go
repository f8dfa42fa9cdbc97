package mdns

import (
	"bytes"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// claims are the records with which somebody says that host is theirs. Their
// goodbyes (lifetime 0) and negative records do not count.
func claims(rrs []dns.RR, host string) []dns.RR {
	return slices.DeleteFunc(slices.Clone(rrs), func(rr dns.RR) bool {
		h := rr.Header()
		return h.Ttl == 0 || h.Rrtype == dns.TypeNSEC || !strings.EqualFold(h.Name, host)
	})
}

// foreign are the claims that name no address of the box itself: it hears its
// own messages, and those of its other network cards.
func foreign(rrs []dns.RR, links []link) []dns.RR {
	return slices.DeleteFunc(slices.Clone(rrs), func(rr dns.RR) bool {
		addr, ok := addressOf(rr)
		return ok && slices.ContainsFunc(links, func(l link) bool { return l.owns(addr) })
	})
}

// loses tells which of two boxes that probe at the same moment gives way: the
// one whose records sort first (RFC 6762 §8.2).
func loses(ours, theirs []dns.RR) bool {
	a, b := sorted(ours), sorted(theirs)
	return slices.CompareFunc(a, b, bytes.Compare) < 0
}

// sorted writes records in the form they are compared in: class, type, data.
func sorted(rrs []dns.RR) [][]byte {
	var keys [][]byte
	for _, rr := range rrs {
		h := rr.Header()
		class := h.Class &^ cacheFlush
		keys = append(keys, append([]byte{byte(class >> 8), byte(class), byte(h.Rrtype >> 8), byte(h.Rrtype)}, data(rr)...))
	}
	slices.SortFunc(keys, bytes.Compare)
	return keys
}

// data is the record's data as it travels, uncompressed.
func data(rr dns.RR) []byte {
	bare := dns.Copy(rr)
	bare.Header().Name = "."
	buf := make([]byte, dns.Len(bare)+64)
	end, err := dns.PackRR(bare, buf, 0, nil, false)
	const header = 11 // of a record with an empty name
	if err != nil || end < header {
		return nil
	}
	return buf[header:end]
}
