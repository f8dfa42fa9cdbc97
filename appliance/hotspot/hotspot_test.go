package hotspot

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"copi.local/store/hotspot"
	"copi.local/store/storetest"
)

// wish is what the operator wants, changed while the box runs.
type wish struct {
	mu      sync.Mutex
	now     hotspot.Settings
	changed chan struct{}
}

func (w *wish) settings(context.Context) (hotspot.Settings, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now, nil
}

func (w *wish) Changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changed
}

func (w *wish) set(s hotspot.Settings) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.changed)
	w.now, w.changed = s, make(chan struct{})
}

// A machine without radio: the box says so, tries again, follows what the
// operator wants, and stops when it is told to.
func TestWithoutARadioNothingFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wish{now: hotspot.Settings{Mode: hotspot.Off}, changed: make(chan struct{})}
		h := New(Options{Interface: None, Clock: storetest.NewClock(), Log: slog.New(slog.DiscardHandler), Settings: w.settings, Changed: w.Changed})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- h.Run(ctx) }()
		synctest.Wait()
		if s := h.State(); s.Settings.On() || s.Fault != nil {
			t.Errorf("off: %+v", s)
		}
		w.set(hotspot.Settings{Mode: hotspot.Portal, SSID: "CoPi"})
		time.Sleep(settle)
		synctest.Wait()
		if s := h.State(); !s.Settings.On() || !errors.Is(s.Fault, ErrNoRadio) || s.Open || s.Phones() != 0 {
			t.Errorf("on: %+v", s)
		}
		time.Sleep(3 * lookAgain)
		synctest.Wait()
		if s := h.State(); !errors.Is(s.Fault, ErrNoRadio) {
			t.Errorf("later: %+v", s)
		}
		w.set(hotspot.Settings{Mode: hotspot.Off, SSID: "CoPi"})
		synctest.Wait()
		if s := h.State(); !s.Settings.On() {
			t.Errorf("switched off before the answer is out: %+v", s)
		}
		time.Sleep(settle)
		synctest.Wait()
		if s := h.State(); s.Settings.On() || s.Fault != nil {
			t.Errorf("off again: %+v", s)
		}
		w.set(hotspot.Settings{Mode: hotspot.Off, SSID: "CoPi"}) // a commit about something else
		synctest.Wait()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestWhoAPhoneIs(t *testing.T) {
	h := New(Options{})
	in := netip.MustParseAddr("10.7.7.30")
	if got := h.Phone(in); got != "" {
		t.Errorf("a phone of a Wi-Fi that is off: %q", got)
	}
	l := newLeases(storetest.NewClock().Running)
	h.set(State{leases: l})
	if got := h.Phone(netip.MustParseAddr("::ffff:10.7.7.30")); got != "10.7.7.30" {
		t.Errorf("an address the box did not give: %q", got)
	}
	l.give(phone(1), in)
	first := h.Phone(in)
	l.release(phone(1))
	l.give(phone(2), in)
	if second := h.Phone(in); first == second || first == "" {
		t.Errorf("two phones of one address are both %q", first)
	}
	for _, a := range []string{"192.168.1.20", "10.7.7.1", "10.7.8.1", "fe80::1", "::1"} {
		if got := h.Phone(netip.MustParseAddr(a)); got != "" {
			t.Errorf("%s is a phone of the Wi-Fi: %q", a, got)
		}
	}
}

// A program in hostapd's place reads the settings, says what hostapd says, and
// ends when it is told to.
func TestHostapdIsSupervised(t *testing.T) {
	program := filepath.Join(t.TempDir(), "hostapd")
	script := "#!/bin/sh\ngrep -q '^ssid2=436f5069$' \"$1\" || { echo no name; exit 1; }\n" +
		"echo wlan0: AP-ENABLED\necho 'wlan0: AP-STA-CONNECTED 02:00:00:00:00:01'\n"
	run := func(rest string, up func()) error {
		if err := os.WriteFile(program, []byte(script+rest), 0o700); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		return runHostapd(ctx, program, hostapdConfig("wlan0", hotspot.Settings{SSID: "CoPi"}, 8), func() { up(); cancel() })
	}
	ups := 0
	if err := run("exec sleep 60\n", func() { ups++ }); err != nil || ups != 1 {
		t.Errorf("told to end: %v, up %d times", err, ups)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho 'Could not set channel'\necho 'wlan0: AP-STA-DISCONNECTED 02:00:00:00:00:01'\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	err := runHostapd(t.Context(), program, "", func() { t.Error("up") })
	if err == nil || !strings.Contains(err.Error(), "Could not set channel") || strings.Contains(err.Error(), "02:00") {
		t.Errorf("a program that fails: %v", err)
	}
	if err := runHostapd(t.Context(), filepath.Join(t.TempDir(), "gone"), "", func() {}); err == nil {
		t.Error("a program that is not there")
	}
}

func TestTogetherEndsWithOne(t *testing.T) {
	fault := errors.New("fault")
	err := together(t.Context(), []func(context.Context) error{
		func(ctx context.Context) error { <-ctx.Done(); return nil },
		func(context.Context) error { return fault },
	})
	if !errors.Is(err, fault) {
		t.Error(err)
	}
}
