package appliance

import (
	"errors"
	"net"
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
