package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this very program as `copi`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"copi": main})
}

// TestScripts runs testdata/*.txtar: what the binary promises to scripts.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata",
		Setup: newerDatabase,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"freeport": freePort, "takeport": takePort, "ready": ready, "get": get, "save": save,
		},
	})
}

// newerDatabase puts a file of a later format into the script's directory: the
// header of one, with user_version (sqlite.org/fileformat.html) at 9999.
func newerDatabase(env *testscript.Env) error {
	header := make([]byte, 100)
	copy(header, "SQLite format 3\x00")
	binary.BigEndian.PutUint32(header[60:], 9999)
	return os.WriteFile(filepath.Join(env.WorkDir, "newer.db"), header, 0o600)
}

// freePort puts a port nobody listens on into a variable: freeport NAME.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	l := listen(ts)
	ts.Check(l.Close())
	ts.Setenv(args[0], port(l))
}

// takePort is freePort with somebody who listens until the script ends.
func takePort(ts *testscript.TestScript, _ bool, args []string) {
	l := listen(ts)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv(args[0], port(l))
}

func listen(ts *testscript.TestScript) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	return l
}

func port(l net.Listener) string {
	_, p, _ := net.SplitHostPort(l.Addr().String())
	return p
}

// ready waits until a box answers: ready PORT.
func ready(ts *testscript.TestScript, _ bool, args []string) {
	for range 200 {
		resp, err := http.Get("http://127.0.0.1:" + args[0] + "/healthz")
		if err == nil {
			_ = resp.Body.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("no box answers on port %s", args[0])
}

// get reads an address and fails unless each text given is in the answer:
// get URL TEXT…; ! get fails when one is.
func get(ts *testscript.TestScript, neg bool, args []string) {
	resp, err := http.Get(args[0])
	ts.Check(err)
	defer func() { _ = resp.Body.Close() }()
	var body strings.Builder
	_, err = io.Copy(&body, resp.Body)
	ts.Check(err)
	for _, text := range args[1:] {
		if strings.Contains(body.String(), text) == neg {
			ts.Fatalf("%s: %q in the answer: %v\n%s", args[0], text, neg, body.String())
		}
	}
}

func TestExitCodes(t *testing.T) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGUSR1)
	defer stop()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"version"}, exitDone},
		{[]string{"--help"}, exitDone},
		{[]string{}, exitUsage},
		{[]string{"fly"}, exitUsage},
		{[]string{"serve", "--gpio", "yes"}, exitUsage},
		{[]string{"doctor", "--data", t.TempDir()}, exitFailed},
	} {
		var out, errs strings.Builder
		if got := run(ctx, c.args, streams{null, &out, &errs}); got != c.want {
			t.Errorf("copi %v: exit %d, want %d\n%s%s", c.args, got, c.want, out.String(), errs.String())
		}
		if c.want == exitFailed && strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("copi %v: not one line on stderr: %q", c.args, errs.String())
		}
	}
}

// save writes an answer to a file, with "box" for the address it came from:
// save URL FILE.
func save(ts *testscript.TestScript, _ bool, args []string) {
	resp, err := http.Get(args[0])
	ts.Check(err)
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	ts.Check(err)
	b = bytes.ReplaceAll(b, []byte(resp.Request.URL.Host), []byte("box"))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b, 0o600))
}
