package mdns

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// segment is a simulated network: engines that hear everything each of them
// sends, themselves included, a millisecond later.
type segment struct {
	t     *testing.T
	now   time.Duration
	boxes []*simBox
	sent  []packet
}

type simBox struct {
	*engine
	addr netip.Addr
	on   bool
}

func (s *segment) add(last byte, rnd *rand.Rand) *simBox {
	addr := netip.AddrFrom4([4]byte{192, 168, 1, last})
	b := &simBox{addr: addr, on: true}
	b.engine = newEngine("copi", func(d time.Duration) time.Duration { return time.Duration(rnd.Int64N(int64(d))) })
	b.relink(s.now, []link{{index: 1, prefixes: []netip.Prefix{netip.PrefixFrom(addr, 24)}}})
	s.boxes = append(s.boxes, b)
	return b
}

// deliver carries packets, and what they cause, to everybody.
func (s *segment) deliver(from *simBox, out []packet) {
	for _, p := range out {
		s.sent = append(s.sent, p)
		data, err := p.msg.Pack()
		if err != nil {
			s.t.Fatal(err)
		}
		for _, b := range s.boxes {
			if !b.on || p.peer.IsValid() && p.peer.Addr() != b.addr {
				continue
			}
			msg := new(dns.Msg)
			if err := msg.Unpack(data); err != nil {
				s.t.Fatal(err)
			}
			in := packet{link: 1, via: ip4, peer: netip.AddrPortFrom(from.addr, mdnsPort), msg: msg}
			s.deliver(b, b.receive(s.now, in))
		}
	}
}

// run lets time pass, a millisecond a step.
func (s *segment) run(d time.Duration) {
	for end := s.now + d; s.now < end; s.now += time.Millisecond {
		for _, b := range s.boxes {
			if b.on {
				s.deliver(b, b.tick(s.now))
			}
		}
	}
}

func (s *segment) names() []string {
	var names []string
	for _, b := range s.boxes {
		if !b.on || b.phase != settled {
			continue
		}
		names = append(names, b.host())
	}
	slices.Sort(names)
	return names
}

func (s *segment) want(names ...string) {
	s.t.Helper()
	if got := s.names(); !slices.Equal(got, names) {
		s.t.Errorf("names %v, want %v", got, names)
	}
}

func dice(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func TestFirstBoxGetsTheName(t *testing.T) {
	s := &segment{t: t}
	b := s.add(5, dice(1))
	s.run(time.Second)
	if !b.named() {
		t.Error("no name after a second")
	}
	s.run(9 * time.Second)
	s.want("copi.local.")
	probed, told := 0, 0
	for _, p := range s.sent {
		switch {
		case !p.msg.Response && len(p.msg.Ns) == 1:
			probed++
		case p.msg.Response && len(p.msg.Answer) == 1 && p.msg.Answer[0].Header().Class&cacheFlush != 0:
			told++
		}
	}
	if probed != probes || told != announcements {
		t.Errorf("%d probes, %d announcements", probed, told)
	}
}

// The second box of a name takes the next one, in the order they start, and
// the first keeps its own.
func TestSecondBoxIsRenamed(t *testing.T) {
	for seed := range uint64(50) {
		s := &segment{t: t}
		r := dice(seed)
		first := s.add(5, r)
		s.run(time.Duration(2+r.IntN(8)) * time.Second)
		second := s.add(3, r)
		s.run(10 * time.Second)
		third := s.add(9, r)
		s.run(10 * time.Second)
		s.want("copi-2.local.", "copi-3.local.", "copi.local.")
		if first.host() != "copi.local." || second.host() != "copi-2.local." || third.host() != "copi-3.local." {
			t.Errorf("seed %d: %s %s %s", seed, first.host(), second.host(), third.host())
		}
	}
}

// Power comes back to five boxes at once.
func TestBoxesThatStartTogether(t *testing.T) {
	for seed := range uint64(50) {
		s := &segment{t: t}
		r := dice(seed)
		for i := range byte(5) {
			s.add(10+i, r)
			s.run(time.Duration(r.IntN(400)) * time.Millisecond)
		}
		s.run(40 * time.Second)
		s.want("copi-2.local.", "copi-3.local.", "copi-4.local.", "copi-5.local.", "copi.local.")
	}
}

// Two halves of a network are joined: each had its copi.local.
func TestJoinedNetworks(t *testing.T) {
	for seed := range uint64(20) {
		s := &segment{t: t}
		r := dice(seed)
		a := s.add(5, r)
		s.run(10 * time.Second)
		a.on = false
		b := s.add(6, r)
		s.run(10 * time.Second)
		s.want("copi.local.")
		a.on = true
		s.deliver(b, b.receive(s.now, packet{link: 1, via: ip4, peer: netip.AddrPortFrom(a.addr, mdnsPort), msg: ask("copi.local.", dns.TypeA, dns.ClassINET)}))
		s.run(20 * time.Second)
		s.want("copi-2.local.", "copi.local.")
	}
}

func TestGoodbye(t *testing.T) {
	s := &segment{t: t}
	b := s.add(5, dice(1))
	if out := b.goodbye(); out != nil {
		t.Errorf("a goodbye before the name was found: %v", out)
	}
	s.run(10 * time.Second)
	out := b.goodbye()
	if len(out) != 1 || out[0].msg.Answer[0].Header().Ttl != 0 {
		t.Errorf("goodbye %v", out)
	}
	b.on = false
	other := s.add(6, dice(2))
	s.deliver(b, out)
	s.run(10 * time.Second)
	if other.host() != "copi.local." {
		t.Errorf("a goodbye counted as a claim: %s", other.host())
	}
}

func TestNoNetwork(t *testing.T) {
	s := &segment{t: t}
	b := s.add(5, dice(1))
	s.run(10 * time.Second)
	if !b.relink(s.now, nil) || b.named() || b.due != never {
		t.Error("keeps its name without a network")
	}
	l := []link{{index: 4, prefixes: []netip.Prefix{prefix("192.168.1.6/24")}}}
	if !b.relink(s.now, l) || b.relink(s.now, l) {
		t.Error("a change is not noticed, or one that is none")
	}
	s.run(10 * time.Second)
	s.want("copi.local.")
}

// A box on two networks that are one hears itself and keeps its name.
func TestTwoCardsOnOneNetwork(t *testing.T) {
	s := &segment{t: t}
	b := s.add(5, dice(1))
	b.relink(0, []link{
		{index: 1, prefixes: []netip.Prefix{prefix("192.168.1.5/24")}},
		{index: 2, prefixes: []netip.Prefix{prefix("192.168.1.6/24")}},
	})
	s.run(10 * time.Second)
	s.want("copi.local.")
	if b.conflicts != 0 {
		t.Error("a conflict with itself")
	}
}

func TestAnswersAreSpaced(t *testing.T) {
	s := &segment{t: t}
	b := s.add(5, dice(1))
	s.run(10 * time.Second)
	q := func() int {
		return len(b.receive(s.now, packet{link: 1, via: ip4, peer: phone, msg: ask("copi.local.", dns.TypeA, dns.ClassINET)}))
	}
	if first, again := q(), q(); first != 1 || again != 0 {
		t.Errorf("%d then %d answers", first, again)
	}
	s.now += repeatGap
	if q() != 1 {
		t.Error("no answer a second later")
	}
}

func TestQuestionsFromElsewhereAreIgnored(t *testing.T) {
	s := &segment{t: t}
	b := s.add(5, dice(1))
	s.run(10 * time.Second)
	far := netip.MustParseAddrPort("8.8.8.8:53")
	if out := b.receive(s.now, packet{link: 1, via: ip4, peer: far, own: b.addr, msg: ask("copi.local.", dns.TypeA, dns.ClassINET)}); out != nil {
		t.Errorf("answered %v", out)
	}
}

func TestTieBreak(t *testing.T) {
	a := func(s string) dns.RR {
		return link{prefixes: []netip.Prefix{prefix(s)}}.records("copi.local.", dns.TypeANY, hostTTL, dns.ClassINET)[0]
	}
	for _, row := range []struct {
		ours, theirs []dns.RR
		loses        bool
	}{
		{[]dns.RR{a("169.254.99.200/16")}, []dns.RR{a("169.254.200.50/16")}, true}, // the RFC's own example
		{[]dns.RR{a("169.254.200.50/16")}, []dns.RR{a("169.254.99.200/16")}, false},
		{[]dns.RR{a("10.0.0.1/8")}, []dns.RR{a("10.0.0.1/8")}, false},
		{[]dns.RR{a("10.0.0.1/8")}, []dns.RR{a("10.0.0.1/8"), a("2001:db8::1/64")}, true},
		{[]dns.RR{a("2001:db8::1/64"), a("10.0.0.1/8")}, []dns.RR{a("10.0.0.1/8")}, false},
	} {
		if got := loses(row.ours, row.theirs); got != row.loses {
			t.Errorf("%v against %v: loses %t", row.ours, row.theirs, got)
		}
	}
}

// Whatever arrives, the box neither falls over nor sends what cannot be sent.
func FuzzReceive(f *testing.F) {
	for _, m := range []*dns.Msg{
		ask("copi.local.", dns.TypeA, dns.ClassINET),
		ask("copi.local.", dns.TypeANY, dns.ClassINET|cacheFlush),
		hostile("copi.local."),
	} {
		data, err := m.Pack()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint16(mdnsPort), uint8(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, port uint16, when uint8) {
		msg := new(dns.Msg)
		if msg.Unpack(data) != nil {
			return
		}
		e := newEngine("copi", func(time.Duration) time.Duration { return 0 })
		e.relink(0, []link{hall, old})
		now := time.Duration(0)
		for range when % 8 { // into any phase
			now = min(e.due, time.Hour)
			e.tick(now)
		}
		out := e.receive(now, packet{link: 2, via: ip4, peer: netip.AddrPortFrom(phone.Addr(), port), own: hall.prefixes[0].Addr(), msg: msg})
		for _, p := range out {
			if data, err := p.msg.Pack(); err != nil || len(data) > 1400 {
				t.Errorf("reply of %d bytes: %v", len(data), err)
			}
		}
		if e.phase != idle && e.due == never && e.phase != settled {
			t.Error("the engine has stopped")
		}
	})
}

// hostile is a claim to a name by somebody else.
func hostile(name string) *dns.Msg {
	m := response()
	m.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: hostTTL}, A: []byte{192, 168, 1, 66}}}
	return m
}

// Somebody who claims every name keeps the box from having one, but not busy.
func TestManyConflictsSlowDown(t *testing.T) {
	s := &segment{t: t}
	b := s.add(5, dice(1))
	for range 60_000 {
		for _, p := range b.tick(s.now) {
			s.sent = append(s.sent, p)
			claim := packet{link: 1, via: ip4, peer: phone, msg: hostile(b.host())}
			s.sent = append(s.sent, b.receive(s.now, claim)...)
		}
		s.now += time.Millisecond
	}
	if len(s.sent) > 40 {
		t.Errorf("%d packets in a minute, name %s", len(s.sent), b.host())
	}
	if want := fmt.Sprintf("copi-%d.local.", b.n); b.host() != want {
		t.Errorf("name %s, want %s", b.host(), want)
	}
}
