package mdns

import (
	"math"
	"net/netip"
	"reflect"
	"time"

	"github.com/miekg/dns"
)

// Times of RFC 6762: §8.1 probing, §8.3 announcing, §6 answering.
const (
	probes        = 3
	probeGap      = 250 * time.Millisecond
	giveWay       = time.Second
	manyConflicts = 15
	conflictPause = 5 * time.Second
	announcements = 3
	announceGap   = time.Second // doubled each time
	repeatGap     = time.Second
	defendGap     = 250 * time.Millisecond
	never         = time.Duration(math.MaxInt64)
)

type phase uint8

const (
	idle       phase = iota // no network
	probing                 // asking whether the name is taken
	announcing              // telling that it is ours
	settled                 // answering
)

// Family of a message: sent by the one it came by, or by both.
type family uint8

const (
	both family = iota
	ip4
	ip6
)

// packet is a message and the link it came from or goes to.
type packet struct {
	link int // index of the interface
	via  family
	peer netip.AddrPort // who sent it, or gets it; zero: everybody
	own  netip.Addr     // the box's address it was sent to, or is sent from; zero: the group
	msg  *dns.Msg
}

// engine keeps one host name on some links: it is given packets, changes of
// the links and the passing of time, and says what to send. It neither sleeps
// nor speaks.
type engine struct {
	label  string // the wished name
	n      int    // which of copi, copi-2, copi-3, …
	links  []link
	random func(time.Duration) time.Duration // from 0 to below

	phase     phase
	step      int           // probes or announcements sent
	due       time.Duration // when tick has something to do
	conflicts int           // since the name was last settled
	sent      map[sending]time.Duration
}

// sending is where the host's records were last multicast, for repeatGap.
type sending struct {
	link int
	via  family
}

func newEngine(label string, random func(time.Duration) time.Duration) *engine {
	return &engine{label: label, n: 1, random: random, due: never, sent: map[sending]time.Duration{}}
}

// host is the name in use or being probed for.
func (e *engine) host() string { return hostName(e.label, e.n) }

// named tells whether the name is the box's.
func (e *engine) named() bool { return e.phase >= announcing }

// relink takes the links the box is on now. When they changed, the name has
// to be probed for again: others may hold it there.
func (e *engine) relink(now time.Duration, links []link) (changed bool) {
	if reflect.DeepEqual(links, e.links) {
		return false
	}
	e.links = links
	if len(links) == 0 {
		e.phase, e.due = idle, never
		return true
	}
	e.probe(now + e.random(probeGap))
	return true
}

func (e *engine) probe(at time.Duration) { e.phase, e.step, e.due = probing, 0, at }

// tick sends what is due.
func (e *engine) tick(now time.Duration) []packet {
	if now < e.due {
		return nil
	}
	switch e.phase {
	case probing:
		if e.step < probes {
			e.step++
			e.due = now + probeGap
			return e.everywhere(e.question)
		}
		e.phase, e.step = announcing, 0
		return e.announce(now)
	case announcing:
		return e.announce(now)
	case idle, settled:
	}
	e.due = never
	return nil
}

func (e *engine) announce(now time.Duration) []packet {
	e.step++
	e.due = now + announceGap<<(e.step-1)
	if e.step == announcements {
		e.phase, e.due, e.conflicts = settled, never, 0
	}
	return e.everywhere(func(l link) *dns.Msg { return e.statement(l, hostTTL) })
}

// goodbye tells everybody to forget the name.
func (e *engine) goodbye() []packet {
	if !e.named() {
		return nil
	}
	return e.everywhere(func(l link) *dns.Msg { return e.statement(l, 0) })
}

func (e *engine) everywhere(msg func(link) *dns.Msg) []packet {
	var out []packet
	for _, l := range e.links {
		out = append(out, packet{link: l.index, msg: msg(l)})
	}
	return out
}

// question asks whether anybody has the name, and says what we would put there.
func (e *engine) question(l link) *dns.Msg {
	m := new(dns.Msg)
	m.Question = []dns.Question{{Name: e.host(), Qtype: dns.TypeANY, Qclass: dns.ClassINET | cacheFlush}}
	m.Ns = l.records(e.host(), dns.TypeANY, hostTTL, dns.ClassINET)
	return m
}

// statement says what the name stands for on a link.
func (e *engine) statement(l link, ttl uint32) *dns.Msg {
	m := response()
	m.Answer = l.records(e.host(), dns.TypeANY, ttl, dns.ClassINET|cacheFlush)
	return m
}

// receive answers a question, or notices that somebody else has the name.
func (e *engine) receive(now time.Duration, in packet) []packet {
	l, ok := e.linkOf(in)
	if !ok {
		return nil
	}
	if in.msg.Response {
		e.defend(now, in.msg)
		return nil
	}
	if e.phase == probing {
		e.race(now, l, in.msg)
		return nil
	}
	if !e.named() {
		return nil
	}
	unicast, multicast := answer(in.msg, e.host(), l, in.peer, in.own.IsValid())
	var out []packet
	if unicast != nil {
		out = append(out, packet{link: l.index, via: in.via, peer: in.peer, own: in.own, msg: unicast})
	}
	if multicast != nil && e.maySend(now, sending{l.index, in.via}, len(in.msg.Ns) > 0) {
		out = append(out, packet{link: l.index, via: in.via, msg: multicast})
	}
	return out
}

// linkOf is the link a packet came by; there is none for a packet from
// another network, which must not be answered (§11).
func (e *engine) linkOf(in packet) (link, bool) {
	for _, l := range e.links {
		if (in.link == 0 || in.link == l.index) && l.holds(in.peer.Addr()) {
			return l, true
		}
	}
	return link{}, false
}

// claimed tells whether a message gives the name to an address that is not
// known as the box's own.
func (e *engine) claimed(m *dns.Msg) bool {
	for _, section := range [][]dns.RR{m.Answer, m.Ns, m.Extra} {
		if len(foreign(claims(section, e.host()), e.links)) > 0 {
			return true
		}
	}
	return false
}

// defend looks for another box's claim to the name: while probing it is
// lost, later both sides probe again and the tie is broken there (§9).
func (e *engine) defend(now time.Duration, m *dns.Msg) {
	if !e.claimed(m) {
		return
	}
	switch e.phase {
	case probing:
		e.n++
		e.conflicts++
		pause := e.random(probeGap)
		if e.conflicts >= manyConflicts {
			pause = conflictPause
		}
		e.probe(now + pause)
	case announcing, settled:
		e.probe(now + e.random(probeGap))
	case idle:
	}
}

// race looks for another box that probes for the name at the same moment.
func (e *engine) race(now time.Duration, l link, m *dns.Msg) {
	if !e.claimed(m) {
		return
	}
	theirs := claims(m.Ns, e.host())
	if loses(l.records(e.host(), dns.TypeANY, hostTTL, dns.ClassINET), theirs) {
		e.probe(now + giveWay) // by then the winner answers
	}
}

// maySend keeps the same records from being multicast more than once a
// second, four times when a name is defended.
func (e *engine) maySend(now time.Duration, where sending, defending bool) bool {
	gap := repeatGap
	if defending {
		gap = defendGap
	}
	if last, sent := e.sent[where]; sent && now-last < gap {
		return false
	}
	e.sent[where] = now
	return true
}
