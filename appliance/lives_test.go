package appliance

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// TestAPortIsGivenOnWithNobodyMissed connects while nobody accepts: the next who
// listens finds the connection.
func TestAPortIsGivenOnWithNobodyMissed(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	first := keep(l)
	ended := make(chan error, 1)
	go func() { // ends with Close
		_, err := first.Accept()
		ended <- err
	}()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept ends with %v", err)
	}
	phone, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = phone.Close() }()
	if _, err := first.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after the end: %v", err)
	}
	c, err := keep(l).Accept()
	if err != nil {
		t.Fatal(err)
	}
	if c.RemoteAddr().String() != phone.LocalAddr().String() {
		t.Errorf("%s, want %s", c.RemoteAddr(), phone.LocalAddr())
	}
	_ = c.Close()
}

// TestABoxThatIsGivenUpIsANewOne: the next start asks to be set up, with another
// key, and all of the old one lies aside.
func TestABoxThatIsGivenUpIsANewOne(t *testing.T) {
	_, dir := fromStock(t, 1)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	cfg := Config{Data: dir, Peer: "127.0.0.1:0", GPIO: "none", Out: io.Discard, Err: io.Discard}
	next := func() *box {
		t.Helper()
		b, err := begin(t.Context(), cfg, l, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.stop)
		return b
	}
	old := next()
	key, err := os.ReadFile(filepath.Join(dir, "box.key"))
	if err != nil {
		t.Fatal(err)
	}
	old.front.givenUp.Store(true)
	if err := errors.Join(old.closeNode(), old.replace(t.Context())); err != nil {
		t.Fatal(err)
	}
	b := next()
	if ready, err := isReady(t.Context(), b.db); err != nil || ready {
		t.Errorf("set up already: %t, %v", ready, err)
	}
	if now, err := os.ReadFile(filepath.Join(dir, "box.key")); err != nil || bytes.Equal(now, key) {
		t.Errorf("the key of the box that was: %v", err)
	}
	if asides, err := b.restorer.Asides(); err != nil || len(asides) != 1 {
		t.Errorf("aside: %+v, %v", asides, err)
	}
	if err := errors.Join(b.closeNode(), b.close()); err != nil {
		t.Error(err)
	}
}
