package appliance

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"copi.local/appliance/demo"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
)

// serveEnv makes this test binary a box: the tests below kill it as a power
// cut or an out-of-memory killer would, which takes a process of its own.
const serveEnv = "COPI_TEST_SERVE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(serveEnv); dir != "" {
		os.Exit(serveForTest(dir))
	}
	code := m.Run()
	if err := os.RemoveAll(stock.dir); err != nil {
		code = 1
	}
	os.Exit(code)
}

func serveForTest(dir string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	err := Serve(ctx, Config{
		Data: dir, HTTP: "127.0.0.1:0", Hostname: "copi", GPIO: "none",
		Synchronous: os.Getenv("COPI_TEST_SYNCHRONOUS"), In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
	})
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// process is a box in a process of its own.
type process struct {
	cmd *exec.Cmd
	url string
}

// startProcess starts a box on dir and waits for the line that says where its
// pages are.
func startProcess(t *testing.T, dir, synchronous string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), serveEnv+"="+dir, "COPI_TEST_SYNCHRONOUS="+synchronous)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the box does not start: %v", errors.Join(err, cmd.Wait()))
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
	return &process{cmd, strings.TrimSpace(strings.TrimPrefix(line, "pages: "))}
}

// kill ends the process without giving it a chance to tidy up.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// resident makes an invented village in dir and returns one who lives there.
func resident(t *testing.T, dir string) demo.Person {
	t.Helper()
	village, err := Demo(t.Context(), DemoConfig{Data: dir, Listings: 20, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range village.People {
		if p.Role == store.Resident {
			return p
		}
	}
	t.Fatal("nobody lives in the village")
	return demo.Person{}
}

// poster publishes events through the pages, as a resident's browser does, and
// remembers which were acknowledged.
type poster struct {
	client     *http.Client
	url, login string

	mu    sync.Mutex // guards acked
	acked []string   // titles whose 303 arrived
}

func newPoster(t *testing.T, base string, who demo.Person) *poster {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &poster{url: base, login: who.Login, client: &http.Client{
		Jar: jar, Timeout: 5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if err := p.send("/connexion", url.Values{"login": {who.Login}, "password": {who.Password}}); err != nil {
		t.Fatal(err)
	}
	return p
}

// send posts a form and fails unless it is answered 303.
func (p *poster) send(path string, form url.Values) error {
	resp, err := p.client.PostForm(p.url+path, form)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err == nil && resp.StatusCode != http.StatusSeeOther {
		err = fmt.Errorf("%s: %s\n%s", path, resp.Status, body)
	}
	return err
}

// run posts until the box stops answering. An acknowledgement that arrives
// after cut is not counted: ext4 may answer an fsync once its journal is gone.
func (p *poster) run(prefix string, cut <-chan struct{}) {
	for n := 0; ; n++ {
		title := fmt.Sprintf("%s %d", prefix, n)
		err := p.send("/agenda/nouveau", url.Values{
			"title": {title}, "place": {"Salle des fêtes"}, "starts": {"2030-06-01"}, "starts_time": {"18:30"}, "do": {"publish"},
		})
		select {
		case <-cut:
			return
		default:
		}
		if err != nil {
			return
		}
		p.mu.Lock()
		p.acked = append(p.acked, title)
		p.mu.Unlock()
	}
}

// waitFor returns when n posts are acknowledged.
func (p *poster) waitFor(t *testing.T, n int) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(time.Millisecond) {
		p.mu.Lock()
		got := len(p.acked)
		p.mu.Unlock()
		if got >= n {
			return
		}
		if time.Since(begin) > time.Minute {
			t.Fatalf("%d posts in a minute, want %d", got, n)
		}
	}
}

// missing lists the acknowledged titles that are not in the box in dir.
func (p *poster) missing(t *testing.T, dir string) []string {
	t.Helper()
	db, _, err := openAtRest(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	there := map[string]bool{}
	err = db.View(t.Context(), func(tx *store.Tx) error {
		if err := store.Sound(tx); err != nil {
			t.Error(err)
		}
		who, err := account.ByLogin(tx, p.login)
		if err != nil {
			return err
		}
		events, err := agenda.Of(tx, who.ID, 1<<20)
		for _, e := range events {
			there[e.Title] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(slices.Clone(p.acked), func(title string) bool { return there[title] })
}

// TestKillLosesNothingAcknowledged kills the box while it is posted to.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	who := resident(t, dir)
	for round := range 5 {
		box := startProcess(t, dir, "")
		p := newPoster(t, box.url, who)
		cut := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { p.run(fmt.Sprintf("Fête %d", round), cut) })
		p.waitFor(t, 3+5*round)
		box.kill()
		wg.Wait()
		if lost := p.missing(t, dir); len(lost) > 0 {
			t.Fatalf("%d of %d acknowledged posts lost, such as %q", len(lost), len(p.acked), lost[0])
		}
	}
}
