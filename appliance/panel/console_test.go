//go:build linux

package panel

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pseudoTerminal is a terminal and the end a person types at and looks at.
func pseudoTerminal(t *testing.T) (person, terminal *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = terminal.Close() })
	return person, terminal
}

// seen reads what is on the person's end until it contains want.
func seen(t *testing.T, person *os.File, want string) string {
	t.Helper()
	var all strings.Builder
	buf := make([]byte, 4096)
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		if !readable(person, 50*ms) {
			continue
		}
		n, err := person.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(buf[:n])
		if strings.Contains(all.String(), want) {
			return all.String()
		}
	}
	t.Fatalf("%q is not in %q", want, all.String())
	return ""
}

func TestConsoleDrawsBelowTheLog(t *testing.T) {
	person, terminal := pseudoTerminal(t)
	c := NewConsole(terminal, terminal)
	c.Light(true)
	c.Caption(Pattern(0))
	seen(t, person, "● tout va bien")
	c.Light(false)
	seen(t, person, "○ tout va bien")
	if _, err := c.Write([]byte("a log line\n")); err != nil {
		t.Fatal(err)
	}
	if got := seen(t, person, "○ tout va bien"); !strings.Contains(got, "\r\x1b[Ka log line\r\n") {
		t.Errorf("the log line is not on its own: %q", got)
	}
}

func TestConsoleKeys(t *testing.T) {
	person, terminal := pseudoTerminal(t)
	before, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	c := NewConsole(terminal, terminal)
	ctx, cancel := context.WithCancel(t.Context())
	holds, done := make(chan time.Duration, 8), make(chan error, 1)
	go func() { done <- c.Keys(ctx, func(d time.Duration) { holds <- d }) }()
	for keyed := before.Lflag; keyed == before.Lflag; time.Sleep(ms) {
		now, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		keyed = now.Lflag
	}
	if _, err := person.WriteString("\rxh "); err != nil {
		t.Fatal(err)
	}
	for _, want := range []time.Duration{shortHold, shutdownHold, shortHold} {
		select {
		case got := <-holds:
			if got != want {
				t.Errorf("held %s, want %s", got, want)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("a key was lost")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	after, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil || *after != *before {
		t.Errorf("the terminal was not given back: %v", err)
	}
}

func TestConsoleWithoutATerminal(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := NewConsole(r, w)
	c.Light(true)
	c.Caption(Pattern(0))
	if _, err := c.Write([]byte("log\n")); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	buf := make([]byte, 100)
	n, _ := r.Read(buf)
	if got := string(buf[:n]); got != "log\n" {
		t.Errorf("wrote %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Keys(ctx, nil); err != nil {
		t.Error(err)
	}
}
