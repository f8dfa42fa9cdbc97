package main

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"copi.local/appliance"
	"copi.local/cmd/internal/cli"
)

// TestMain lets the scripts run this very program as `copi`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"copi": main})
}

// TestScripts runs testdata/*.txtar: what the binary promises to scripts.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata",
		Setup: func(env *testscript.Env) error { return errors.Join(newerDatabase(env), newVisitor(env)) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"freeport": freePort, "takeport": takePort, "retry": retry,
			"ready": ready, "get": get, "within": within, "signin": signIn, "post": post,
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

// retry runs a program, with a file as its input, until it exits 0:
// retry DURATION FILE PROGRAM ARG…
func retry(ts *testscript.TestScript, _ bool, args []string) {
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	input := ts.ReadFile(args[1])
	for begin := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		cmd := exec.Command(program(ts, args[2]), args[3:]...)
		cmd.Dir, cmd.Stdin = ts.MkAbs("."), strings.NewReader(input)
		out, err := cmd.CombinedOutput()
		ts.Logf("%s", out)
		if err == nil {
			return
		}
		if time.Since(begin) > limit {
			ts.Fatalf("%v: %v", args[2:], err)
		}
	}
}

// program finds a program of the script's PATH.
func program(ts *testscript.TestScript, name string) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	ts.Fatalf("no %s", name)
	return ""
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
		{[]string{"version"}, cli.Done},
		{[]string{"--help"}, cli.Done},
		{[]string{}, cli.Usage},
		{[]string{"fly"}, cli.Usage},
		{[]string{"serve", "--gpio", "yes"}, cli.Usage},
		{[]string{"doctor", "--data", t.TempDir()}, cli.Failed},
	} {
		var out, errs strings.Builder
		if got := copi().Execute(ctx, c.args, cli.Streams{In: null, Out: &out, Err: &errs}, appliance.OneLine); got != c.want {
			t.Errorf("copi %v: exit %d, want %d\n%s%s", c.args, got, c.want, out.String(), errs.String())
		}
		if c.want == cli.Failed && strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("copi %v: not one line on stderr: %q", c.args, errs.String())
		}
	}
}
