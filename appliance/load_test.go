//go:build linux && load

package appliance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"copi.local/appliance/demo"
	"copi.local/store"
)

// Sizes of the load (OPERATIONS.md §0.12, §4).
const (
	memoryCap = 256 << 20 // of the box, in bytes
	people    = 500       // at once, each with a connection that stays open
	slow      = 1000      // connections that never end their question
	pressFor  = time.Minute
	rest      = 4 * time.Second // at most, between two clicks of one person
	writes    = 20              // one click in so many publishes an event
	mostRSS   = 96 << 20        // of the box under all of that
)

var clicks = []string{"/", "/agenda", "/agenda?vue=mois", "/annonces", "/entraide", "/annuaire", "/salles", "/recherche?q=marché", "/aide", "/decisions"}

// TestFiveHundredPeople lets people read and publish for a minute on a box with
// the memory of the smallest board, then holds connections open that ask
// nothing: nobody is refused, nothing is killed, and a page is still served.
func TestFiveHundredPeople(t *testing.T) {
	b := startCapped(t)
	var residents []*poster
	for _, who := range b.people[:3] { // signing in costs a second of work each, and one session may be on many devices
		residents = append(residents, newPoster(t, b.url, who))
	}
	watch := b.watch(t)
	c := &crowd{url: b.url, until: time.Now().Add(pressFor)}
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() { c.click(residents[i%len(residents)].client.Jar, i) })
	}
	wg.Wait()
	t.Logf("%d reads: %s; %d writes: %s; %d refused", len(c.reads), spread(c.reads), len(c.written), spread(c.written), len(c.faults))
	for _, fault := range c.faults[:min(len(c.faults), 5)] {
		t.Error(fault)
	}

	closed := b.hold(t)
	began := time.Now()
	if err := c.get(http.DefaultClient, "/agenda"); err != nil {
		t.Errorf("a page beside %d slow connections: %v", slow, err)
	}
	took := time.Since(began)
	rss := watch()
	t.Logf("a page beside %d slow connections took %v, %d of them were closed meanwhile; resident %d MB at most", slow, took.Round(time.Millisecond), closed, rss>>20)
	if rss > mostRSS {
		t.Errorf("%d MB resident, want %d at most", rss>>20, mostRSS>>20)
	}
	if !b.alive() {
		t.Error("the box is gone")
	}
}

// capped is the built program on an invented village, in a memory cgroup.
type capped struct {
	process
	people []demo.Person
}

func startCapped(t *testing.T) *capped {
	t.Helper()
	program := os.Getenv("COPI_PROGRAM")
	if program == "" {
		t.Fatal("COPI_PROGRAM names no program: make load builds it")
	}
	dir := filepath.Join(t.TempDir(), "copi")
	village, err := Demo(t.Context(), DemoConfig{Data: dir, Listings: 2000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	group := memoryGroup(t)
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `echo $$ > "$0/cgroup.procs" && exec "$@"`, group,
		program, "serve", "--data", dir, "--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--no-mdns", "--gpio", "sim")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b := &capped{process: process{cmd: cmd}}
	t.Cleanup(b.kill)
	lines := bufio.NewReader(out)
	for b.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the box does not start: %v", err)
		}
		if at, ok := strings.CutPrefix(strings.TrimSpace(line), "pages: "); ok {
			b.url = at
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // ends with the process
	b.people = slices.DeleteFunc(village.People, func(p demo.Person) bool { return p.Role != store.Resident })
	return b
}

// memoryGroup makes a cgroup of memoryCap, of either version.
func memoryGroup(t *testing.T) string {
	t.Helper()
	dir, limit := "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.controllers"); err == nil {
		dir, limit = "/sys/fs/cgroup", "memory.max"
	}
	dir = filepath.Join(dir, fmt.Sprint("copi-load-", os.Getpid()))
	if err := errors.Join(os.Mkdir(dir, 0o755), os.WriteFile(filepath.Join(dir, limit), []byte(strconv.Itoa(memoryCap)), 0o600)); err != nil {
		t.Fatal("it takes root: ", err)
	}
	t.Cleanup(func() {
		for range 100 { // until the kernel has seen the process end
			if err := os.Remove(dir); err == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Errorf("%s is left", dir)
	})
	return dir
}

func (b *capped) alive() bool { return b.cmd.Process.Signal(syscall.Signal(0)) == nil }

// watch looks at the box's memory until it is asked for the most of it, in bytes.
func (b *capped) watch(t *testing.T) (most func() int64) {
	t.Helper()
	stop, peak := make(chan struct{}), make(chan int64)
	go func() {
		top := int64(0)
		for {
			top = max(top, residentOf(b.cmd.Process.Pid))
			select {
			case <-stop:
				peak <- top
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	return func() int64 { close(stop); return <-peak }
}

func residentOf(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid)) // nothing of a process that is gone
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// hold opens slow connections, each of which sends a byte now and then, and
// counts those that the box closed within ten seconds. The rest stay open.
func (b *capped) hold(t *testing.T) (closed int) {
	t.Helper()
	at, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	var conns []net.Conn
	t.Cleanup(func() {
		for _, c := range conns {
			_ = c.Close()
		}
	})
	for range slow {
		c, err := net.Dial("tcp", at.Host)
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, c)
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\nX-")
	}
	for range 10 {
		time.Sleep(time.Second)
		for _, c := range conns {
			_, _ = io.WriteString(c, "a") // fails once it was closed
		}
	}
	for _, c := range conns {
		_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			closed++
		}
	}
	return closed
}

// crowd is people who click for a while.
type crowd struct {
	url   string
	until time.Time

	mu             sync.Mutex // guards all below
	reads, written []time.Duration
	faults         []error
}

// click is one person: half of them read without an account.
func (c *crowd) click(session http.CookieJar, person int) {
	client := &http.Client{
		Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 1},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	if person%2 == 0 {
		client.Jar = session
	}
	p := poster{client: client, url: c.url}
	for n := 0; time.Now().Before(c.until); n++ {
		time.Sleep(rand.N(rest))
		began := time.Now()
		write := client.Jar != nil && rand.IntN(writes/2) == 0
		var err error
		if write {
			err = p.send("/agenda/nouveau", url.Values{
				"title": {fmt.Sprintf("Fête %d.%d", person, n)}, "place": {"Salle des fêtes"}, "starts": {"2030-06-01"}, "starts_time": {"18:30"}, "do": {"publish"},
			})
		} else {
			err = c.get(client, clicks[rand.IntN(len(clicks))])
		}
		c.note(write, time.Since(began), err)
	}
}

func (c *crowd) note(write bool, took time.Duration, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil:
		c.faults = append(c.faults, err)
	case write:
		c.written = append(c.written, took)
	default:
		c.reads = append(c.reads, took)
	}
}

func (c *crowd) get(client *http.Client, path string) error {
	res, err := client.Get(c.url + path)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close() // it was only read
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	return err
}

// spread is how long most and nearly all of them took.
func spread(all []time.Duration) string {
	if len(all) == 0 {
		return "none"
	}
	slices.Sort(all)
	at := func(percent int) time.Duration { return all[(len(all)-1)*percent/100].Round(100 * time.Microsecond) }
	return fmt.Sprintf("half within %v, 95 %% within %v, all within %v", at(50), at(95), at(100))
}
