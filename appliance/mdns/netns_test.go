//go:build netns

// These tests run the real thing on a small network of namespaces: boxes on
// one side, Debian's avahi and a plain DNS client on the other. They need root,
// iproute2, util-linux, dbus and avahi (avahi-daemon, avahi-utils), and fail
// where one is missing.

package mdns

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"

	"copi.local/appliance/clock"
)

// Roles of this binary in a namespace, chosen by an environment variable.
const roleVar = "COPI_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVar) {
	case "box":
		actBox()
	case "ask":
		actAsk(os.Args[len(os.Args)-2], os.Args[len(os.Args)-1])
	default:
		os.Exit(m.Run())
	}
}

// actBox announces copi.local until it is told to stop, printing its name
// each time it is found.
func actBox() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	a, err := New(Options{
		Host: "copi", Timer: clock.New(clock.Options{Log: log}), Log: log,
		Services: []Service{
			{Type: "_http._tcp", Name: "CoPi Saint-Aubin d’Évry", Port: 80, Text: []string{"path=/", "commune=Saint-Aubin"}},
			{Type: "_copi._udp", Name: "5f3a", Port: 4001, Text: []string{"v=1"}},
		},
		Named: func(host string) { fmt.Println("named", host) },
	})
	if err != nil {
		panic(err)
	}
	if err := a.Run(ctx); err != nil {
		panic(err)
	}
}

// actAsk asks a server, or the group, for a name in four ways and prints what
// comes back.
func actAsk(server, host string) {
	for _, way := range []struct {
		name  string
		qtype uint16
		from  string
		class uint16
	}{
		{"A", dns.TypeA, "", dns.ClassINET},
		{"AAAA", dns.TypeAAAA, "", dns.ClassINET},
		{"QU", dns.TypeA, ":5353", dns.ClassINET | cacheFlush},
	} {
		fmt.Println(way.name, exchange(server, way.from, &dns.Msg{Question: []dns.Question{{Name: host, Qtype: way.qtype, Qclass: way.class}}}))
	}
}

func exchange(server, from string, q *dns.Msg) string {
	conn, err := net.ListenPacket("udp4", from)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = conn.Close() }()
	q.Id = 4711
	data, err := q.Pack()
	if err != nil {
		return err.Error()
	}
	to := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(server), mdnsPort))
	if ifi, err := net.InterfaceByName("eth0"); err == nil {
		_ = ipv4.NewPacketConn(conn).SetMulticastInterface(ifi)
	}
	if _, err := conn.WriteTo(data, to); err != nil {
		return err.Error()
	}
	_ = conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	buf := make([]byte, maxPacket)
	n, peer, err := conn.ReadFrom(buf)
	if err != nil {
		return err.Error()
	}
	m := new(dns.Msg)
	if err := m.Unpack(buf[:n]); err != nil || m.Id != q.Id {
		return fmt.Sprint("bad reply ", err, m)
	}
	out := "from " + peer.String()
	for _, rr := range m.Answer {
		if addr, ok := addressOf(rr); ok {
			out += fmt.Sprintf(" %s ttl %d", addr, rr.Header().Ttl)
		}
	}
	return out
}

// lan is a switch in a namespace of its own, with hosts plugged into it.
type lan struct {
	t    *testing.T
	name string
}

func newLAN(t *testing.T) *lan {
	t.Helper()
	for _, tool := range []string{"ip", "unshare", "mount", "dbus-daemon", "avahi-daemon", "avahi-browse", "avahi-resolve"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("needs %s: %v", tool, err)
		}
	}
	if os.Getuid() != 0 {
		t.Fatal("needs root")
	}
	l := &lan{t: t, name: fmt.Sprintf("copi%d", os.Getpid())}
	l.netns(l.name)
	l.ip("-n", l.name, "link", "add", "br0", "type", "bridge")
	l.ip("-n", l.name, "link", "set", "br0", "up")
	return l
}

func (l *lan) ip(args ...string) {
	l.t.Helper()
	if out, err := exec.CommandContext(l.t.Context(), "ip", args...).CombinedOutput(); err != nil {
		l.t.Fatalf("ip %v: %v\n%s", args, err, out)
	}
}

func (l *lan) netns(name string) {
	l.t.Helper()
	l.ip("netns", "add", name)
	l.t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", name).Run() }) //nolint:noctx // the context has ended
}

// host plugs a machine in; addr may be empty.
func (l *lan) host(name, addr string) string {
	l.t.Helper()
	ns := l.name + name
	l.netns(ns)
	l.ip("-n", ns, "link", "set", "lo", "up")
	l.ip("-n", l.name, "link", "add", "port"+name, "type", "veth", "peer", "name", "eth0", "netns", ns)
	l.ip("-n", l.name, "link", "set", "port"+name, "master", "br0", "up")
	l.ip("-n", ns, "link", "set", "eth0", "up")
	if addr != "" {
		l.ip("-n", ns, "addr", "add", addr, "dev", "eth0")
	}
	return ns
}

// box is this binary announcing from a namespace.
type box struct {
	t     *testing.T
	cmd   *exec.Cmd
	names chan string
}

func (l *lan) box(ns string) *box {
	l.t.Helper()
	cmd := l.self(ns, "box")
	out, err := cmd.StdoutPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	b := &box{t: l.t, cmd: cmd, names: make(chan string, 16)}
	go func() { // ends with the process
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if name, ok := strings.CutPrefix(lines.Text(), "named "); ok {
				b.names <- name
			}
		}
	}()
	l.t.Cleanup(b.stop)
	return b
}

func (l *lan) self(ns, role string, args ...string) *exec.Cmd {
	l.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		l.t.Fatal(err)
	}
	cmd := exec.Command("ip", append([]string{"netns", "exec", ns, exe}, args...)...) //nolint:noctx // ended by stop
	cmd.Env = append(os.Environ(), roleVar+"="+role)
	return cmd
}

func (b *box) stop() {
	if b.cmd.ProcessState != nil {
		return
	}
	_ = b.cmd.Process.Signal(syscall.SIGTERM)
	if err := b.cmd.Wait(); err != nil {
		b.t.Errorf("box: %v", err)
	}
}

func (b *box) named() string {
	b.t.Helper()
	select {
	case name := <-b.names:
		return name
	case <-time.After(15 * time.Second):
		b.t.Fatal("the box found no name")
		return ""
	}
}

func (l *lan) ask(ns, server, host string) map[string]string {
	l.t.Helper()
	out, err := l.self(ns, "ask", server, host).CombinedOutput()
	if err != nil {
		l.t.Fatalf("ask: %v\n%s", err, out)
	}
	answers := map[string]string{}
	for line := range strings.Lines(string(out)) {
		way, answer, _ := strings.Cut(strings.TrimSpace(line), " ")
		answers[way] = answer
	}
	return answers
}

// avahiScript starts the system bus and avahi in a mount namespace of their
// own, obeys one command a line, and ends with its input.
const avahiScript = `
mount -t tmpfs none /run && mkdir -p /run/dbus /run/avahi-daemon || exit 1
dbus-daemon --system --nofork --nopidfile & bus=$!
while ! [ -S /run/dbus/system_bus_socket ]; do sleep 0.1; done
avahi-daemon --no-drop-root --no-chroot --no-rlimits & avahi=$!
while read -r line; do $line 2>&1; echo "status $?"; done
kill $avahi $bus; wait
`

// avahi is a machine with Debian's mDNS tools.
type avahi struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Scanner
}

func (l *lan) avahi(ns string) *avahi {
	l.t.Helper()
	cmd := exec.Command("ip", "netns", "exec", ns, "unshare", "--mount", "sh", "-c", avahiScript) //nolint:noctx // ends with its input
	in, err := cmd.StdinPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		l.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return &avahi{t: l.t, in: in, out: bufio.NewScanner(out)}
}

// run gives what a command prints.
func (a *avahi) run(command string) string {
	a.t.Helper()
	if _, err := fmt.Fprintln(a.in, command); err != nil {
		a.t.Fatal(err)
	}
	var out strings.Builder
	for a.out.Scan() {
		if strings.HasPrefix(a.out.Text(), "status ") {
			break
		}
		out.WriteString(a.out.Text() + "\n")
	}
	return out.String()
}

// until repeats a command, for at most 20 s, until it prints all of want.
func (a *avahi) until(command string, want ...string) {
	a.t.Helper()
	var out string
	for range 40 {
		out = a.run(command)
		missing := 0
		for _, w := range want {
			if !strings.Contains(out, w) {
				missing++
			}
		}
		if missing == 0 {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	a.t.Errorf("%s: want %q in\n%s", command, want, out)
}

func TestFoundFromAnotherMachine(t *testing.T) {
	l := newLAN(t)
	hall, phone := l.host("a", "10.77.0.1/24"), l.host("b", "10.77.0.2/24")
	b := l.box(hall)
	if name := b.named(); name != "copi.local" {
		t.Errorf("named %q", name)
	}
	av := l.avahi(phone)
	av.until("avahi-browse -rtp _http._tcp", "=;eth0;IPv4;CoPi\\032Saint-Aubin\\032d\\226\\128\\153\\195\\137vry;Web Site;local;copi.local;10.77.0.1;80;", `"path=/"`, `"commune=Saint-Aubin"`)
	av.until("avahi-browse -rtp _copi._udp", "=;eth0;IPv4;5f3a;_copi._udp;local;copi.local;10.77.0.1;4001;", `"v=1"`)
	av.until("avahi-resolve -4 -n copi.local", "copi.local\t10.77.0.1")
	for _, server := range []string{"10.77.0.1", "224.0.0.251"} {
		answers := l.ask(phone, server, "copi.local.")
		if got, want := answers["A"], "from 10.77.0.1:5353 10.77.0.1 ttl 10"; got != want {
			t.Errorf("A of %s: %q, want %q", server, got, want)
		}
		if got := answers["AAAA"]; !strings.HasPrefix(got, "from 10.77.0.1:5353 fe80::") {
			t.Errorf("AAAA of %s: %q", server, got)
		}
	}
	b.stop()
	time.Sleep(1500 * time.Millisecond) // a goodbye counts after a second
	if out := av.run("avahi-browse -rtp _http._tcp"); strings.Contains(out, "CoPi") {
		t.Errorf("still listed after its goodbye:\n%s", out)
	}
	if out := av.run("avahi-resolve -4 -n copi.local"); !strings.Contains(out, "Failed") {
		t.Errorf("still resolved after its goodbye:\n%s", out)
	}
}

// A question that asks for a reply to itself (QU), from the port where no
// other program of the machine listens.
func TestUnicastReply(t *testing.T) {
	l := newLAN(t)
	hall, phone := l.host("a", "10.77.0.1/24"), l.host("b", "10.77.0.2/24")
	l.box(hall).named()
	for _, server := range []string{"10.77.0.1", "224.0.0.251"} {
		if got, want := l.ask(phone, server, "copi.local.")["QU"], "from 10.77.0.1:5353 10.77.0.1 ttl 120"; got != want {
			t.Errorf("QU of %s: %q, want %q", server, got, want)
		}
	}
}

func TestTwoBoxesOfOneName(t *testing.T) {
	l := newLAN(t)
	first, second, phone := l.host("a", "10.77.0.9/24"), l.host("b", "10.77.0.2/24"), l.host("c", "10.77.0.3/24")
	if name := l.box(first).named(); name != "copi.local" {
		t.Errorf("the first is %q", name)
	}
	if name := l.box(second).named(); name != "copi-2.local" {
		t.Errorf("the second is %q", name)
	}
	av := l.avahi(phone)
	av.until("avahi-resolve -4 -n copi.local", "\t10.77.0.9")
	av.until("avahi-resolve -4 -n copi-2.local", "\t10.77.0.2")
	av.until("avahi-browse -rtp _http._tcp", ";copi.local;10.77.0.9;80;", ";copi-2.local;10.77.0.2;80;", `\0402\041`)
}

func TestTwoBoxesAtTheSameMoment(t *testing.T) {
	l := newLAN(t)
	a, b := l.box(l.host("a", "10.77.0.1/24")), l.box(l.host("b", "10.77.0.2/24"))
	if x, y := a.named(), b.named(); x == y {
		t.Errorf("both are %q", x)
	}
}

// The cable is plugged in later, and the router gives another address.
func TestChangesOfTheNetwork(t *testing.T) {
	l := newLAN(t)
	hall, phone := l.host("a", ""), l.host("b", "10.77.0.2/24")
	l.ip("-n", hall, "link", "set", "eth0", "down")
	b := l.box(hall)
	time.Sleep(time.Second)
	l.ip("-n", hall, "link", "set", "eth0", "up")
	l.ip("-n", hall, "addr", "add", "10.77.0.1/24", "dev", "eth0")
	b.named()
	l.ip("-n", hall, "addr", "del", "10.77.0.1/24", "dev", "eth0")
	l.ip("-n", hall, "addr", "add", "10.77.0.7/24", "dev", "eth0")
	b.named()
	got := ""
	for range 5 {
		if got = l.ask(phone, "10.77.0.7", "copi.local.")["A"]; strings.Contains(got, "10.77.0.7 ttl") {
			return
		}
	}
	t.Errorf("A after the change: %q", got)
}
