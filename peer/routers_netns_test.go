//go:build netns

// Two boxes behind two routers, on a small internet of namespaces (PEER-NOTES
// §5.3). Needs root, iproute2 and nftables, and fails where one is missing.

package peer

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// village is one side: a box, the router before it, and how that treats others.
type village struct {
	seed        byte
	inside, out string // of the box, and of its router on the internet
	router      string // inside
	nat         string // of nftables; empty: none, as with IPv6
	forward     string // a rule that lets strangers in; empty: none
	knows       bool   // where the other village is
	noUDP       bool   // its router lets no UDP pass
	rule        string // another rule of its router
	ns          string // of its router, once it is there
}

func (v *village) key() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(v.seed)), ed25519.SeedSize)))
}

// address is where the internet finds the village.
func (v *village) address() string {
	if v.nat == "" {
		return "[" + v.inside + "]:4001"
	}
	return v.out + ":4001"
}

const (
	masked    = "masquerade"
	scattered = "masquerade random"
	forwarded = `iifname "wan" th dport 4001 dnat to %s`
)

func TestBoxesBehindRouters(t *testing.T) {
	if seed := os.Getenv(labVar); seed != "" {
		actBox(t, seed[0])
		return
	}
	left := village{seed: 'a', inside: "192.168.1.10", router: "192.168.1.1", out: "203.0.113.2", nat: masked, knows: true}
	right := village{seed: 'b', inside: "192.168.7.10", router: "192.168.7.1", out: "198.51.100.2", nat: masked, knows: true}
	six := func(v village, net string) village {
		v.inside, v.router, v.out, v.nat = "2001:db8:"+net+"::10", "2001:db8:"+net+"::1", "2001:db8:f"+net+"::2", ""
		return v
	}
	apart := func(l, r *village) { l.knows, r.knows = false, false }
	for name, c := range map[string]struct {
		change  func(l, r *village)
		between bool   // a third box, with a forwarded port, lets calls pass
		over    string // what they may meet over in the end; empty: they do not
	}{
		"A one calls, the other does not know where": {func(l, _ *village) { l.knows = false }, false, ""},
		"B both call":                       {func(_, _ *village) {}, false, "quic"},
		"C both call, over TCP alone":       {func(l, r *village) { l.noUDP, r.noUDP = true, true }, false, ""},
		"D routers scatter ports":           {func(l, r *village) { l.nat, r.nat = scattered, scattered }, false, ""},
		"E a third box lets them pass":      {apart, true, "quic"},
		"F the same, routers scatter ports": {func(l, r *village) { apart(l, r); l.nat, r.nat = scattered, scattered }, true, "relay"},
		"G one has a forwarded port":        {func(l, r *village) { l.forward, l.knows = fmt.Sprintf(forwarded, l.inside), false }, false, "tcp"},
		"IPv6 behind two firewalls":         {func(l, r *village) { *l, *r = six(*l, "1"), six(*r, "2") }, false, "quic"},
		"IPv6, one lets strangers in":       {func(l, r *village) { *l, *r = six(*l, "1"), six(*r, "2"); l.forward, l.knows = "open", false }, false, "tcp or quic"},
	} {
		t.Run(name, func(t *testing.T) {
			l, r := left, right
			c.change(&l, &r)
			lab := newLab(t)
			a, b := lab.box(&l), lab.box(&r)
			if c.between {
				m := village{seed: 'm', inside: "192.168.9.10", router: "192.168.9.1", out: "192.0.2.2", nat: masked, knows: false}
				m.forward = fmt.Sprintf(forwarded, m.inside)
				between := lab.box(&m)
				between.ask("pass")
				for _, end := range []*labBox{a, b} {
					between.knows(end, false)
					end.knows(between, true)
				}
			}
			a.knows(b, l.knows)
			b.knows(a, r.knows)
			a.ask("put 300")
			over, came := "", ""
			arrived := func() bool {
				over, came = b.ask("met a"), b.ask("cards")
				return over != "" && strings.Contains(c.over, over) && a.ask("met b") != "" && came == "300"
			}
			for end := time.Now().Add(waitFor(c.over)); time.Now().Before(end) && !arrived(); time.Sleep(200 * time.Millisecond) {
			}
			if (over == "") != (c.over == "") || !strings.Contains(c.over, over) || c.over != "" && came != "300" {
				t.Errorf("they met over %q, want %q, and %s cards came", over, c.over, came)
			}
			if c.over == "relay" {
				time.Sleep(stayFor)
				if over := b.ask("met a"); over != "relay" {
					t.Errorf("later over %q", over)
				}
			}
		})
	}
}

// How long boxes are left to meet, or not to; and those that another carries,
// to try without it (three attempts of five seconds).
const stayFor = 20 * time.Second

func waitFor(over string) time.Duration {
	if over == "" {
		return stayFor
	}
	return 2 * time.Minute // on a machine that does much else
}

// A first sync over a narrow or a bad line: what is sent is what there is to
// send, once, even when the connection is cut on the way.
func TestSlowLinesBehindRouters(t *testing.T) {
	for name, c := range map[string]struct {
		rate  int // of the line that gives, in kbit/s; 0: as it comes
		loss  string
		cards int
		cut   bool
	}{
		"128 kbit/s":               {rate: 128, cards: 600},
		"1 Mbit/s":                 {rate: 1000, cards: 4000},
		"2 % are lost":             {rate: 1000, loss: "numgen random mod 100 < 2 drop", cards: 1500},
		"1 Mbit/s, cut on the way": {rate: 1000, cards: 4000, cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			lab := newLab(t)
			l := village{seed: 'a', inside: "192.168.1.10", router: "192.168.1.1", out: "203.0.113.2", nat: masked, rule: c.loss}
			l.forward = fmt.Sprintf(forwarded, l.inside)
			r := village{seed: 'b', inside: "192.168.7.10", router: "192.168.7.1", out: "198.51.100.2", nat: masked}
			a, b := lab.box(&l), lab.box(&r)
			a.ask(fmt.Sprintf("put %d", c.cards))
			lab.run("tc -n %s qdisc add dev wan root tbf rate %dkbit burst 16kb latency 200ms", l.ns, c.rate)
			a.knows(b, false)
			before, begun := lab.sent(&l), time.Now()
			b.knows(a, true)
			want := strconv.Itoa(c.cards)
			for cut, end := false, time.Now().Add(5*time.Minute); b.ask("cards") != want; time.Sleep(50 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("%s of %s cards came", b.ask("cards"), want)
				}
				if got, _ := strconv.Atoi(b.ask("staged")); c.cut && !cut && got > c.cards/4 {
					b.ask("cut a")
					cut = true
				}
			}
			took, bytes := time.Since(begun), lab.sent(&l)-before
			sent, _ := strconv.Atoi(a.ask("sent"))
			t.Logf("%d cards took %v and %d bytes, %d a card: %.0f %% of the line", c.cards, took.Round(10*time.Millisecond), bytes,
				bytes/c.cards, float64(bytes)*8/took.Seconds()/float64(c.rate)/10)
			// What a cut leaves in buffers was handed to the connection and never
			// sent: then the line alone tells. Starting anew would cost a quarter.
			if !c.cut && sent > c.cards+4 {
				t.Errorf("%d cards were sent for %d", sent, c.cards)
			}
			if bytes > c.cards*130+20_000 {
				t.Errorf("%d bytes for %d cards", bytes, c.cards)
			}
		})
	}
}

// lab is a small internet.
type lab struct {
	t    *testing.T
	name string
	n    int
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, name: fmt.Sprintf("copi%d", os.Getpid())}
	l.add(l.name)
	return l
}

func (l *lab) run(command string, args ...any) {
	l.t.Helper()
	words := strings.Fields(fmt.Sprintf(command, args...))
	if out, err := exec.CommandContext(l.t.Context(), words[0], words[1:]...).CombinedOutput(); err != nil {
		l.t.Fatalf("%v: %v\n%s", words, err, out)
	}
}

// add makes a namespace that forwards.
func (l *lab) add(ns string) {
	l.t.Helper()
	l.run("ip netns add %s", ns)
	l.t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", ns).Run() }) //nolint:noctx // the context has ended
	l.run("ip -n %s link set lo up", ns)
	l.run("ip netns exec %s sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1", ns)
}

// wire links two namespaces, each end with its address.
func (l *lab) wire(ns, dev, addr, toNS, toDev, toAddr string) {
	l.t.Helper()
	l.run("ip -n %s link add %s type veth peer name %s netns %s", ns, dev, toDev, toNS)
	for _, end := range [][3]string{{ns, dev, addr}, {toNS, toDev, toAddr}} {
		nodad := ""
		if strings.Contains(end[2], ":") {
			nodad = "nodad"
		}
		l.run("ip -n %s addr add %s dev %s %s", end[0], end[2], end[1], nodad)
		l.run("ip -n %s link set %s up", end[0], end[1])
	}
}

// filter is what an ordinary router does: out goes everything, in comes what
// was asked for.
const filter = `
table inet copi {
	chain forward {
		type filter hook forward priority 0; policy drop;
		ct state established,related accept
		ct status dnat accept
		iifname "lan" accept
		%[3]s
	}
	chain first {
		type filter hook forward priority -10; policy accept;
		%[4]s
	}
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		meta l4proto ipv6-icmp accept
		iifname "lan" accept
	}
	chain out {
		type nat hook postrouting priority 100;
		%[1]s
	}
	chain in {
		type nat hook prerouting priority -100;
		%[2]s
	}
}`

// box puts a village on the internet and starts its box.
func (l *lab) box(v *village) *labBox {
	l.t.Helper()
	l.n++
	router, box := fmt.Sprintf("%sr%d", l.name, l.n), fmt.Sprintf("%sb%d", l.name, l.n)
	l.add(router)
	l.add(box)
	bits, gateway := "/24", v.out[:len(v.out)-1]+"1"
	if strings.Contains(v.out, ":") {
		bits = "/64"
	}
	l.wire(l.name, fmt.Sprintf("to%d", l.n), gateway+bits, router, "wan", v.out+bits)
	l.wire(router, "lan", v.router+bits, box, "eth0", v.inside+bits)
	l.run("ip -n %s route add default via %s", router, gateway)
	l.run("ip -n %s route add default via %s", box, v.router)
	if v.nat == "" {
		l.run("ip -n %s route add %s via %s", l.name, v.inside, v.out)
	}
	v.ns = router
	l.rules(router, v)
	return l.start(box, v)
}

func (l *lab) rules(router string, v *village) {
	l.t.Helper()
	nat, open, in := "", "", v.forward
	if v.nat != "" {
		nat = `oifname "wan" ` + v.nat
	}
	if v.forward == "open" {
		in, open = "", "th dport 4001 accept"
	}
	rule := v.rule
	if v.noUDP {
		rule = "meta l4proto udp drop"
	}
	cmd := exec.CommandContext(l.t.Context(), "ip", "netns", "exec", router, "nft", "-f", "-")
	cmd.Stdin = strings.NewReader(fmt.Sprintf(filter, nat, strings.Replace(in, "dnat to", "dnat ip to", 1), open, rule))
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("nft: %v\n%s", err, out)
	}
}

// sent is how many bytes a village's router put on the internet.
func (l *lab) sent(v *village) int {
	l.t.Helper()
	out, err := exec.CommandContext(l.t.Context(), "ip", "netns", "exec", v.ns, "cat", "/sys/class/net/wan/statistics/tx_bytes").Output() //nolint:gosec // of this test
	n, bad := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil || bad != nil {
		l.t.Fatal(err, bad)
	}
	return n
}

// labBox is this binary as a box in a namespace.
type labBox struct {
	t      *testing.T
	v      *village
	origin string
	in     io.Writer
	out    *bufio.Scanner
}

// labVar says that TestBoxesBehindRouters is to be a box, and which.
const labVar = "COPI_TEST_LAB"

func (l *lab) start(ns string, v *village) *labBox {
	l.t.Helper()
	cmd := exec.Command("ip", "netns", "exec", ns, os.Args[0], "-test.run", "^TestBoxesBehindRouters$", "-test.timeout", "10m") //nolint:gosec,noctx // ends with its input
	cmd.Env = append(os.Environ(), labVar+"="+string(rune(v.seed)))
	in, err := cmd.StdinPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	cmd.Stderr = l.t.Output()
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _, _ = in.Close(), cmd.Wait() })
	b := &labBox{t: l.t, v: v, in: in, out: bufio.NewScanner(out)}
	b.origin = b.ask("origin") // it answers once it is there
	return b
}

// knows links the box with another, and says where that is or not.
func (b *labBox) knows(other *labBox, where bool) {
	b.t.Helper()
	at := ""
	if where {
		at = other.v.address()
	}
	b.ask(fmt.Sprintf("link %c %s %s", other.v.seed, other.origin, at))
}

func (b *labBox) ask(what string) string {
	b.t.Helper()
	if _, err := fmt.Fprintln(b.in, what); err != nil || !b.out.Scan() {
		b.t.Fatalf("the box is gone: %v", err)
	}
	return b.out.Text()
}

// actBox is a box that does what it is told, a line at a time, and answers each
// with a line.
func actBox(t *testing.T, seed byte) {
	db, clock := storetest.Open(t)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "46045", Name: "Village " + string(rune(seed)), Position: &listing.Point{Lat: 44e5, Lon: 2e5}})
	})
	n, err := New(Options{
		DB: db, Identity: labIdentity(t, seed), Listen: ":4001", Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Recovery: func(context.Context) (wire.Hash, bool, error) { return sheetHash("any"), true, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	b := &testBox{Node: n, t: t, clock: clock}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		fmt.Println(b.act(strings.Fields(in.Text())))
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func (b *testBox) act(words []string) any {
	switch words[0] {
	case "origin":
		eventually(b.t, "the box has an origin", func() bool { _, err := b.introduce(b.t.Context()); return err == nil })
		hello, err := b.introduce(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		return hello.Origin
	case "pass":
		return b.SetRelays(b.t.Context(), true)
	case "put":
		n, err := strconv.Atoi(words[1])
		if err != nil {
			return err
		}
		b.fill(n)
		return n
	case "cards":
		links, err := b.Links(b.t.Context())
		if err != nil {
			return err
		}
		cards := 0
		for _, l := range links {
			cards += l.Cards
		}
		return cards
	case "staged":
		return b.stagedOf("a")
	case "sent":
		return b.records.Load()
	case "link":
		return b.learn(words[1:])
	}
	other := labIdentity(b.t, words[1][0]).id
	if words[0] == "cut" {
		return b.host.Network().ClosePeer(other)
	}
	return overWhat(b.Node, other)
}

// stagedOf counts what is here of another's log before it is whole.
func (b *testBox) stagedOf(seed string) (cards int) {
	peer := labIdentity(b.t, seed[0]).PeerID()
	err := b.db.View(b.t.Context(), func(tx *store.Tx) error {
		l, err := neighbour.LinkByPeer(tx, peer)
		if err != nil {
			return err
		}
		log, err := neighbour.LogOf(tx, l.Origin)
		if err != nil {
			return err
		}
		st, err := neighbour.StagingOf(tx, log)
		if err != nil {
			return err
		}
		cards = st.Cards
		return nil
	})
	if err != nil {
		return 0 // nothing yet
	}
	return cards
}

// learn takes a link: who, its origin, and where it is, when that is known.
func (b *testBox) learn(words []string) error {
	origin, err := originKey(words[1])
	if err != nil {
		return err
	}
	link := neighbour.Link{
		Peer: labIdentity(b.t, words[0][0]).PeerID(), Origin: origin, Name: "Village " + words[0], State: neighbour.Paired,
	}
	if len(words) > 2 {
		at, err := parseTarget(words[2])
		if err != nil {
			return err
		}
		link.Addresses = []string{at.multiaddr()}
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.SaveLink(tx, link) })
	return b.reload(b.t.Context())
}

func labIdentity(t testing.TB, seed byte) *Identity {
	t.Helper()
	id, err := NewIdentity((&village{seed: seed}).key())
	if err != nil {
		t.Fatal(err)
	}
	return id
}
