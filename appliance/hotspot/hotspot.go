// Package hotspot is the box's own Wi-Fi: a radio that hostapd drives, addresses
// for the phones that come (DHCP), and names (DNS). It leads to the box and
// nowhere else: no router is offered, nothing is passed on, and no name is asked
// of anybody (FRONT §5, DESIGN §6). The welcome page is package ui's; what the
// operator decided is in store/hotspot.
//
// Not tried on real phones or radios yet.
package hotspot

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"copi.local/store"
	"copi.local/store/hotspot"
)

// lookAgain is how long the box waits before it tries again what failed: a USB
// radio may be plugged in, the firmware of one may take its time.
const lookAgain = 10 * time.Second

// settle is how long new settings wait.
const settle = 3 * time.Second

// Options is what a Hotspot needs.
type Options struct {
	Interface string // Auto, None, or the name of one
	Clock     store.Clock
	Log       *slog.Logger
	Names     func() []string                                 // of the box, for questions about names
	Settings  func(context.Context) (hotspot.Settings, error) // in force
	Changed   func() <-chan struct{}                          // closed when they may have changed
}

// Hotspot is the box's Wi-Fi. It is safe for concurrent use.
type Hotspot struct {
	opt     Options
	machine machine

	mu    sync.Mutex // guards the rest
	state State
}

// State is how the Wi-Fi is.
type State struct {
	Settings hotspot.Settings // that are in force
	Open     bool             // phones can join
	Fault    error            // why they cannot; nil while it is off or opens
	Radio    bool             // the box itself sends; otherwise an access point behind a cable does
	Limit    int              // of phones at once; 0 before it opens

	leases *leases // while it runs
}

// Phones is how many phones have an address.
func (s State) Phones() int {
	if s.leases == nil {
		return 0
	}
	return s.leases.count()
}

// New makes a Hotspot that does nothing until it runs.
func New(opt Options) *Hotspot {
	return &Hotspot{opt: opt, machine: machine{root: "/", addrs: addrsOf}}
}

// State is how the Wi-Fi is now.
func (h *Hotspot) State() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state
}

// Phone names the phone that speaks from an address of the Wi-Fi: by its
// hardware address where the box gave it the address, so that another one that
// gets the same later is a stranger. It is empty for an address elsewhere.
func (h *Hotspot) Phone(from netip.Addr) string {
	s := h.State()
	if from = from.Unmap(); s.leases == nil || from == Address || !Network.Contains(from) {
		return ""
	}
	if hw := s.leases.holder(from); hw != "" {
		return from.String() + " " + hw
	}
	return from.String()
}

// Run keeps the Wi-Fi as the operator wants it until ctx ends. What a machine
// lacks is no failure of the part: State tells it.
func (h *Hotspot) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		changed := h.opt.Changed()
		want, err := h.opt.Settings(ctx)
		if err != nil {
			return err
		}
		life, stop := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() { // ends with this turn
			defer close(done)
			h.untilChanged(life, want, changed)
			stop()
		}()
		h.turn(life, want)
		stop()
		<-done
	}
	return nil
}

// untilChanged returns when ctx ends or other settings are in force.
func (h *Hotspot) untilChanged(ctx context.Context, want hotspot.Settings, changed <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		changed = h.opt.Changed()
		if now, err := h.opt.Settings(ctx); err == nil && now == want {
			continue
		}
		select { // whoever changed them over this Wi-Fi reads that it was done
		case <-ctx.Done():
		case <-h.opt.Clock.After(settle):
		}
		return
	}
}

// turn keeps one set of settings until ctx ends, trying again what fails.
func (h *Hotspot) turn(ctx context.Context, want hotspot.Settings) {
	said := ""
	for ctx.Err() == nil {
		h.set(State{Settings: want})
		var err error
		if want.On() {
			err = h.serve(ctx, want)
		} else {
			<-ctx.Done()
		}
		if ctx.Err() != nil {
			break
		}
		if err == nil {
			err = errEnded
		}
		h.set(State{Settings: want, Fault: err})
		if err.Error() != said {
			said = err.Error()
			h.opt.Log.Warn("no Wi-Fi", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-h.opt.Clock.After(lookAgain):
		}
	}
	h.set(State{Settings: want})
}

func (h *Hotspot) set(s State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state = s
}

// serve opens the Wi-Fi and returns when ctx ends or something of it does.
func (h *Hotspot) serve(ctx context.Context, want hotspot.Settings) (err error) {
	if h.opt.Interface == None || h.opt.Interface == "" {
		return ErrNoRadio
	}
	l, err := h.machine.find(h.opt.Interface)
	if err != nil {
		return err
	}
	var program string
	if l.radio {
		if program, err = findHostapd(); err != nil {
			return err
		}
	}
	if err := errors.Join(noWayThrough(l.name), raise(l.name)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lower(l.name, l.radio)) }()
	s := State{Settings: want, Radio: l.radio, Limit: l.phones, leases: newLeases(h.opt.Clock.Running)}
	h.set(s)
	up := func() {
		open := s
		open.Open = true
		h.set(open)
	}
	parts := []func(context.Context) error{
		func(ctx context.Context) error { return serveDHCP(ctx, l.name, s.leases) },
		func(ctx context.Context) error {
			return serveDNS(ctx, l.name, &resolver{own: h.opt.Names, portal: want.Mode == hotspot.Portal})
		},
	}
	if l.radio {
		parts = append(parts, func(ctx context.Context) error {
			return runHostapd(ctx, program, hostapdConfig(l.name, want, l.phones), up)
		})
	} else {
		up()
	}
	return together(ctx, parts)
}

// together runs parts until ctx ends or one of them does, and waits for all.
func together(ctx context.Context, parts []func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, len(parts))
	for _, part := range parts {
		go func() { // ends with ctx
			ended <- part(ctx)
			cancel()
		}()
	}
	var errs []error
	for range parts {
		errs = append(errs, <-ended)
	}
	return errors.Join(errs...)
}
