package mdns

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"copi.local/appliance/clock"
)

func offline(t *testing.T, interfaces func() ([]net.Interface, error), services ...Service) *Announcer {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	a, err := New(Options{
		Host: "copi", Services: services, Timer: clock.New(clock.Options{Log: log}), Log: log, Interfaces: interfaces,
		Named: func(string) { t.Error("named without a network") },
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A box without a network waits for one, and stops when told.
func TestRunWithoutNetwork(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	looks := 0
	for _, failure := range []error{nil, errors.New("no netlink")} {
		synctest.Test(t, func(t *testing.T) {
			a := offline(t, func() ([]net.Interface, error) { looks++; return nil, failure })
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- a.Run(ctx) }()
			time.Sleep(time.Minute)
			synctest.Wait()
			if a.Host() != "" || a.Online() {
				t.Errorf("host %q, online %t", a.Host(), a.Online())
			}
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
	if looks < 20 || looks > 30 {
		t.Errorf("looked at the networks %d times in two minutes", looks)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	if _, err := New(Options{Host: "Mairie de Saint-Aubin"}); err == nil {
		t.Error("a host name with spaces is taken")
	}
	a := offline(t, nil)
	if err := a.SetServices([]Service{{Type: "_http._tcp", Name: "CoPi", Port: 0}}); err == nil {
		t.Error("a service without a port is taken")
	}
}

func TestLoopbackIsNotAnnounced(t *testing.T) {
	ifis, err := multicastInterfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, ifi := range ifis {
		if ifi.Flags&net.FlagLoopback != 0 {
			t.Errorf("%s is announced", ifi.Name)
		}
	}
}
