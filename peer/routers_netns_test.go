//go:build netns

// Two boxes behind two routers, on a small internet of namespaces (PEER-NOTES
// §5.3). Needs root, iproute2 and nftables, and fails where one is missing.

package peer

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
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
	left := village{seed: 'a', inside: "192.168.1.10", router: "192.168.1.1", out: "203.0.113.2", nat: masked, knows: true}
	right := village{seed: 'b', inside: "192.168.7.10", router: "192.168.7.1", out: "198.51.100.2", nat: masked, knows: true}
	six := func(v village, net string) village {
		v.inside, v.router, v.out, v.nat = "2001:db8:"+net+"::10", "2001:db8:"+net+"::1", "2001:db8:f"+net+"::2", ""
		return v
	}
	for name, c := range map[string]struct {
		change func(l, r *village)
		over   string // what they may meet over; empty: they do not
	}{
		"A one calls, the other does not know where": {func(l, _ *village) { l.knows = false }, ""},
		"B both call":                 {func(_, _ *village) {}, "quic"},
		"D routers scatter ports":     {func(l, r *village) { l.nat, r.nat = scattered, scattered }, ""},
		"G one has a forwarded port":  {func(l, r *village) { l.forward, l.knows = fmt.Sprintf(forwarded, l.inside), false }, "tcp"},
		"IPv6 behind two firewalls":   {func(l, r *village) { *l, *r = six(*l, "1"), six(*r, "2") }, "quic"},
		"IPv6, one lets strangers in": {func(l, r *village) { *l, *r = six(*l, "1"), six(*r, "2"); l.forward, l.knows = "open", false }, "tcp or quic"},
	} {
		t.Run(name, func(t *testing.T) {
			l, r := left, right
			c.change(&l, &r)
			lab := newLab(t)
			a, b := lab.box(&l, &r), lab.box(&r, &l)
			over := ""
			for end := time.Now().Add(25 * time.Second); time.Now().Before(end) && over == ""; time.Sleep(200 * time.Millisecond) {
				over = a.ask("met")
			}
			if (over == "") != (c.over == "") || !strings.Contains(c.over, over) || over != "" && b.ask("met") == "" {
				t.Errorf("they met over %q, want %q", over, c.over)
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
func (l *lab) box(v, other *village) *labBox {
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
	l.rules(router, v)
	return l.start(box, v, other)
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
	cmd := exec.CommandContext(l.t.Context(), "ip", "netns", "exec", router, "nft", "-f", "-")
	cmd.Stdin = strings.NewReader(fmt.Sprintf(filter, nat, strings.Replace(in, "dnat to", "dnat ip to", 1), open))
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("nft: %v\n%s", err, out)
	}
}

// labBox is this binary as a box in a namespace.
type labBox struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Scanner
}

// labVar names what TestLabBox is to be: a labRole as JSON.
const labVar = "COPI_TEST_LAB"

type labRole struct {
	Seed, Other byte
	Address     string // of the other; empty when it is not known
}

func (l *lab) start(ns string, v, other *village) *labBox {
	l.t.Helper()
	role := labRole{Seed: v.seed, Other: other.seed}
	if v.knows {
		role.Address = other.address()
	}
	text, err := json.Marshal(role)
	if err != nil {
		l.t.Fatal(err)
	}
	cmd := exec.Command("ip", "netns", "exec", ns, os.Args[0], "-test.run", "^TestLabBox$", "-test.timeout", "2m") //nolint:gosec,noctx // ends with its input
	cmd.Env = append(os.Environ(), labVar+"="+string(text))
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
	b := &labBox{l.t, in, bufio.NewScanner(out)}
	b.ask("met") // it answers once it is there
	return b
}

func (b *labBox) ask(what string) string {
	b.t.Helper()
	if _, err := fmt.Fprintln(b.in, what); err != nil || !b.out.Scan() {
		b.t.Fatalf("the box is gone: %v", err)
	}
	return b.out.Text()
}

// TestLabBox is a box in a namespace, for the tests above.
func TestLabBox(t *testing.T) {
	var role labRole
	if json.Unmarshal([]byte(os.Getenv(labVar)), &role) != nil {
		t.Skip("started by TestBoxesBehindRouters")
	}
	id, other := labIdentity(t, role.Seed), labIdentity(t, role.Other)
	db, _ := storetest.Open(t)
	link := neighbour.Link{Peer: other.PeerID(), Origin: wire.Hash{role.Other}, Name: "Voisin", State: neighbour.Paired}
	if role.Address != "" {
		at, err := parseTarget(role.Address)
		if err != nil {
			t.Fatal(err)
		}
		link.Addresses = []string{at.multiaddr()}
	}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error { return neighbour.SaveLink(tx, link) })
	n, err := New(Options{DB: db, Identity: id, Listen: ":4001", Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		fmt.Println(overWhat(n, other.id))
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func labIdentity(t *testing.T, seed byte) *Identity {
	t.Helper()
	id, err := NewIdentity((&village{seed: seed}).key())
	if err != nil {
		t.Fatal(err)
	}
	return id
}
