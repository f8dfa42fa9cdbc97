//go:build netns

// This test runs a whole box in a namespace, with a cable that leads to a house
// and a Wi-Fi that is one end of a veth, and at the other end a phone: Debian's
// DHCP client and the questions phones ask. It needs root, iproute2, udhcpc and
// the program in COPI_PROGRAM, and fails where one is missing. Radios are not
// tried here.

package hotspot

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// Roles of this binary in a namespace, chosen by an environment variable.
const roleVar = "COPI_TEST_ROLE"

func TestMain(m *testing.M) {
	args := os.Args[1:]
	switch os.Getenv(roleVar) {
	case "ask":
		fmt.Println(actAsk(args[0], args[1]))
	case "get":
		fmt.Println(actGet(args[0], args[1]))
	case "dial":
		fmt.Println(actDial(args[0]))
	case "operate":
		fmt.Println(actOperate(args[0]))
	default:
		os.Exit(m.Run())
	}
}

// actAsk asks the box for a name over UDP and TCP.
func actAsk(name, qtype string) string {
	var out []string
	for _, way := range []string{"udp", "tcp"} {
		c := dns.Client{Net: way, Timeout: 5 * time.Second}
		res, _, err := c.Exchange(new(dns.Msg).SetQuestion(name, dns.StringToType[qtype]), "10.7.7.1:53")
		if err != nil {
			return err.Error()
		}
		said := dns.RcodeToString[res.Rcode]
		for _, rr := range res.Answer {
			if a, ok := rr.(*dns.A); ok {
				said = fmt.Sprint(a.A, " ttl ", a.Hdr.Ttl)
			}
		}
		out = append(out, said)
	}
	return strings.Join(out, ", ")
}

// actGet asks the box for an address under a name; POST before it sends an empty
// form.
func actGet(method, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return err.Error()
	}
	host := u.Host
	u.Host = "10.7.7.1"
	req, err := http.NewRequest(method, u.String(), strings.NewReader(""))
	if err != nil {
		return err.Error()
	}
	req.Host = host
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "http://"+host)
	}
	client := http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err.Error()
	}
	if len(body) > 200 {
		body = fmt.Appendf(nil, "%d bytes", len(body))
	}
	return strings.TrimSpace(strings.Join(strings.Fields(fmt.Sprint(res.StatusCode, " ", res.Header.Get("Location"), " ", string(body))), " "))
}

// actDial tells whether an address can be reached, and whether somebody listens.
func actDial(address string) string {
	conn, err := net.DialTimeout("tcp", address, 3*time.Second)
	switch {
	case err == nil:
		_ = conn.Close()
		return "open"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	default:
		return "no way"
	}
}

// actOperate signs in on the box itself and sets the Wi-Fi.
func actOperate(mode string) string {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err.Error()
	}
	client := http.Client{Jar: jar, Timeout: 30 * time.Second}
	for _, step := range []struct {
		path string
		form url.Values
	}{
		{"/connexion", url.Values{"login": {"mairie"}, "password": {"noix-cerise-lanterne-pont"}}},
		{"/admin/reseau", url.Values{"mode": {mode}, "ssid": {"CoPi Salle"}, "passphrase": {"noix-cerise-pont"}, "channel": {"6"}, "country": {"FR"}}},
	} {
		req, err := http.NewRequest(http.MethodPost, "http://localhost"+step.path, strings.NewReader(step.form.Encode()))
		if err != nil {
			return err.Error()
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := client.Do(req)
		if err != nil {
			return err.Error()
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK || res.Request.Method != http.MethodGet {
			return fmt.Sprint(step.path, ": ", res.Status)
		}
	}
	return "done"
}

// village is the three namespaces.
type village struct {
	t                  *testing.T
	box, phone, street string
	data, program      string
}

func newVillage(t *testing.T) *village {
	t.Helper()
	for _, tool := range []string{"ip", "udhcpc"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("needs %s: %v", tool, err)
		}
	}
	if os.Getuid() != 0 {
		t.Fatal("needs root")
	}
	name := fmt.Sprintf("copiw%d", os.Getpid())
	v := &village{t: t, box: name + "b", phone: name + "p", street: name + "s", data: filepath.Join(t.TempDir(), "data"), program: os.Getenv("COPI_PROGRAM")}
	if v.program == "" {
		t.Fatal("needs the program in COPI_PROGRAM")
	}
	for _, ns := range []string{v.box, v.phone, v.street} {
		v.run("ip", "netns", "add", ns)
		t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", ns).Run() }) //nolint:noctx // the context has ended
		v.run("ip", "-n", ns, "link", "set", "lo", "up")
	}
	v.run("ip", "-n", v.box, "link", "add", "wifi0", "type", "veth", "peer", "name", "wlan0", "netns", v.phone)
	v.run("ip", "-n", v.box, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", v.street)
	v.run("ip", "-n", v.phone, "link", "set", "wlan0", "up")
	v.run("ip", "-n", v.box, "addr", "add", "192.168.50.1/24", "dev", "eth0")
	v.run("ip", "-n", v.street, "addr", "add", "192.168.50.2/24", "dev", "eth0")
	v.run("ip", "-n", v.box, "link", "set", "eth0", "up")
	v.run("ip", "-n", v.street, "link", "set", "eth0", "up")
	v.run("ip", "-n", v.street, "route", "add", "10.7.7.0/24", "via", "192.168.50.1")
	v.in(v.box, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward") // somebody made a router of it
	return v
}

func (v *village) run(name string, args ...string) string {
	v.t.Helper()
	out, err := exec.CommandContext(v.t.Context(), name, args...).CombinedOutput()
	if err != nil {
		v.t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (v *village) in(ns string, args ...string) string {
	v.t.Helper()
	return v.run("ip", append([]string{"netns", "exec", ns}, args...)...)
}

// act lets this binary play a role in a namespace and gives what it printed.
func (v *village) act(ns, role string, args ...string) string {
	v.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		v.t.Fatal(err)
	}
	return v.in(ns, append([]string{"env", roleVar + "=" + role, exe}, args...)...)
}

// open starts the box; it ends with the test.
func (v *village) open() {
	v.t.Helper()
	v.run(v.program, "demo", "--data", v.data)
	cmd := exec.Command("ip", "netns", "exec", v.box, v.program, "serve", "--data", v.data, "--http", ":80", "--peer", "", "--no-mdns", "--gpio", "none", "--wifi", "wifi0") //nolint:noctx // ended below
	out, err := cmd.StdoutPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	v.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			v.t.Errorf("the box: %v", err)
		}
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		v.t.Fatal("the box does not start")
	}
	go func() { // ends with the box
		for lines.Scan() { //nolint:revive // what it says is of no interest
		}
	}()
}

// until waits, a minute at most, until the address of the Wi-Fi is there or gone.
func (v *village) until(there bool) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		if strings.Contains(v.run("ip", "-n", v.box, "-4", "addr", "show", "dev", "wifi0"), "10.7.7.1/24") == there {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	v.t.Fatalf("the address of the Wi-Fi: waited for %v", there)
}

// lease asks for an address with Debian's client and gives what it was told.
func (v *village) lease(ns, iface string) map[string]string {
	v.t.Helper()
	script := filepath.Join(v.t.TempDir(), "script")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n[ \"$1\" = bound ] || exit 0\nip addr flush dev $interface\nip addr add $ip/$mask dev $interface\necho told; env\n"), 0o700); err != nil { //nolint:gosec // a program of the test's
		v.t.Fatal(err)
	}
	out, err := exec.CommandContext(v.t.Context(), "ip", "netns", "exec", ns, "udhcpc", "-i", iface, "-f", "-q", "-n", "-t", "3", "-T", "2", "-s", script).CombinedOutput()
	if err != nil {
		return map[string]string{"err": string(out)}
	}
	_, env, _ := strings.Cut(string(out), "told\n")
	told := map[string]string{}
	for line := range strings.Lines(env) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			told[name] = value
		}
	}
	return told
}

func TestAPhoneOnTheOwnWifi(t *testing.T) {
	v := newVillage(t)
	v.open()
	if told := v.lease(v.phone, "wlan0"); told["err"] == "" {
		t.Errorf("addresses are given while the Wi-Fi is off: %v", told)
	}
	if got := v.act(v.box, "operate", "portail"); got != "done" {
		t.Fatal(got)
	}
	v.until(true)

	told := v.lease(v.phone, "wlan0")
	if !strings.HasPrefix(told["ip"], "10.7.7.") || told["subnet"] != "255.255.255.0" || told["dns"] != "10.7.7.1" ||
		told["domain"] != "lan" || told["lease"] != "3600" || told["router"] != "" || told["staticroutes"] != "" {
		t.Fatalf("the phone is told %v", told)
	}
	if again := v.lease(v.phone, "wlan0"); again["ip"] != told["ip"] {
		t.Errorf("%s, then %s", told["ip"], again["ip"])
	}
	if other := v.lease(v.street, "eth0"); other["err"] == "" {
		t.Errorf("addresses are given by the cable: %v", other)
	}
	v.names()
	v.pages()
	v.walls()

	if got := v.act(v.box, "operate", "discret"); got != "done" {
		t.Fatal(got)
	}
	for tries := 0; ; tries++ { // the Wi-Fi goes and comes back in between
		got := v.act(v.phone, "ask", "captive.apple.com.", "A")
		if got == "NXDOMAIN, NXDOMAIN" {
			break
		}
		if tries == 60 {
			t.Fatalf("discreet, a probe's name: %s", got)
		}
		time.Sleep(500 * time.Millisecond)
	}
	if got := v.act(v.phone, "get", "GET", "http://captive.apple.com/hotspot-detect.html"); !strings.HasPrefix(got, "421") {
		t.Errorf("discreet, a probe: %s", got)
	}
	if got := v.act(v.box, "operate", "off"); got != "done" {
		t.Fatal(got)
	}
	v.until(false)
}

func (v *village) names() {
	v.t.Helper()
	for name, want := range map[string]string{
		"copi.lan.": "10.7.7.1 ttl 10", "copi.local.": "10.7.7.1 ttl 10", "copi.": "10.7.7.1 ttl 10", "captive.apple.com.": "10.7.7.1 ttl 10", "exemple.fr.": "NXDOMAIN",
	} {
		if got := v.act(v.phone, "ask", name, "A"); got != want+", "+want {
			v.t.Errorf("%s: %s", name, got)
		}
	}
	if got := v.act(v.phone, "ask", "copi.lan.", "AAAA"); got != "NOERROR, NOERROR" {
		v.t.Errorf("AAAA: %s", got)
	}
}

func (v *village) pages() {
	v.t.Helper()
	probes := map[string]string{
		"http://connectivitycheck.gstatic.com/generate_204": "204",
		"http://captive.apple.com/hotspot-detect.html":      "200 <HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>",
		"http://www.msftconnecttest.com/connecttest.txt":    "200 Microsoft Connect Test",
		"http://detectportal.firefox.com/success.txt":       "200 success",
	}
	for probe := range probes {
		if got := v.act(v.phone, "get", "GET", probe); got != "302 http://copi.lan/bienvenue" {
			v.t.Errorf("before: %s: %s", probe, got)
		}
	}
	for page, want := range map[string]string{
		"http://copi.lan/bienvenue": "200", "http://copi.lan/": "200", "http://10.7.7.1/": "200", "http://copi.local/": "200", "http://exemple.fr/": "421",
	} {
		if got := v.act(v.phone, "get", "GET", page); !strings.HasPrefix(got, want) {
			v.t.Errorf("%s: %s", page, got)
		}
	}
	if got := v.act(v.phone, "get", "POST", "http://copi.lan/bienvenue"); got != "303 /bienvenue" {
		v.t.Errorf("the button: %s", got)
	}
	for probe, want := range probes {
		if got := v.act(v.phone, "get", "GET", probe); got != want {
			v.t.Errorf("after: %s: %s, want %s", probe, got, want)
		}
	}
	if got := v.act(v.phone, "get", "GET", "http://exemple.fr/"); !strings.HasPrefix(got, "421") {
		v.t.Errorf("another name, after: %s", got)
	}
}

// walls: no false certificate, and no way through the box, even for a phone that
// tries and on a machine that is a router for others.
func (v *village) walls() {
	v.t.Helper()
	if got := v.act(v.phone, "dial", "10.7.7.1:443"); got != "refused" {
		v.t.Errorf("port 443: %s", got)
	}
	const street = "192.168.50.2:9" // nothing listens there, and it says so to whoever gets through
	if got := v.act(v.box, "dial", street); got != "refused" {
		v.t.Fatalf("the street, from the box: %s", got)
	}
	v.run("ip", "-n", v.phone, "route", "add", "192.168.50.0/24", "via", "10.7.7.1")
	if got := v.act(v.phone, "dial", street); got != "no way" {
		v.t.Errorf("the street, from the phone: %s", got)
	}
}
