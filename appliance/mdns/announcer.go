package mdns

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// lookEvery is how often the machine's networks are looked at: a cable pulled
// or plugged is noticed within this.
const lookEvery = 5 * time.Second

// Timer measures elapsed time; clock.Clock is one.
type Timer interface {
	Elapsed() time.Duration
	After(d time.Duration) <-chan time.Time
}

// Options say what to announce.
type Options struct {
	// Host is the wished name without ".local": a-z, 0-9 and dashes.
	Host string
	// Services are announced under that name; see SetServices.
	Services []Service
	Timer    Timer
	Log      *slog.Logger
	// Named, which may be nil, is told the name each time it is found to be
	// the box's: "copi.local", "copi-2.local". It must not block.
	Named func(host string)
	// Interfaces are the networks to serve; nil: all that are up and take part
	// in multicast, without the loopback.
	Interfaces func() ([]net.Interface, error)
}

// Announcer makes the box findable. Run does the work; the other methods may
// be called at any time.
type Announcer struct {
	opt  Options
	wake chan struct{} // holds a token when the services changed

	mu       sync.Mutex // guards the rest
	services []Service
	host     string
	online   bool
}

// New checks the options; nothing is sent before Run.
func New(opt Options) (*Announcer, error) {
	if err := checkLabel(opt.Host); err != nil {
		return nil, err
	}
	if opt.Interfaces == nil {
		opt.Interfaces = multicastInterfaces
	}
	a := &Announcer{opt: opt, wake: make(chan struct{}, 1)}
	return a, a.SetServices(opt.Services)
}

// SetServices replaces what is announced: when the commune is known, or when
// what a service tells of itself has changed.
func (a *Announcer) SetServices(services []Service) error {
	for _, s := range services {
		if err := s.check(); err != nil {
			return err
		}
	}
	a.mu.Lock()
	a.services = slices.Clone(services)
	a.mu.Unlock()
	select {
	case a.wake <- struct{}{}:
	default:
	}
	return nil
}

// Host is the name in use, such as "copi.local"; empty while it is looked for.
func (a *Announcer) Host() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.host
}

// Online tells whether the box is on any network at all.
func (a *Announcer) Online() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.online
}

// Run announces until ctx ends and then says goodbye. Without a network it
// waits for one.
func (a *Announcer) Run(ctx context.Context) error {
	r := &run{Announcer: a, engine: newEngine(a.opt.Host, rand.N[time.Duration])}
	defer r.stop()
	look := time.Duration(0) // when to look at the networks again
	for ctx.Err() == nil {
		now := a.opt.Timer.Elapsed()
		if now >= look {
			look = now + lookEvery
			r.look(ctx, now)
		}
		r.send(r.engine.tick(now))
		r.settle()
		select {
		case <-ctx.Done():
		case in := <-r.incoming():
			if r.engine.claimed(in.msg) && ownAddress(in.peer.Addr()) {
				look = 0 // ours, of an address not known yet
				continue
			}
			r.send(r.engine.receive(a.opt.Timer.Elapsed(), in))
		case <-a.wake:
			r.stale = true
		case <-a.opt.Timer.After(min(look, r.engine.due) - now):
		}
	}
	return nil
}

// run is the state of one Run; only its goroutine touches it.
type run struct {
	*Announcer
	engine  *engine
	ifis    []net.Interface
	sockets *sockets // nil: none could be opened
	failing bool
	offers  offers
	offered string // host the offers point to, empty when there are none
	stale   bool   // the offers are not what is wanted any more
}

// look follows the machine's networks.
func (r *run) look(ctx context.Context, now time.Duration) {
	ifis, links := r.networks()
	if !r.engine.relink(now, links) && (r.sockets != nil || len(links) == 0) {
		if r.sockets != nil {
			r.sockets.openDirect(ctx, links)
		}
		return
	}
	r.ifis, r.stale = ifis, true
	if r.sockets != nil {
		r.sockets.close()
		r.sockets = nil
	}
	r.mu.Lock()
	r.online = len(links) > 0
	r.mu.Unlock()
	if len(links) == 0 {
		return
	}
	sockets, err := openSockets(ctx, ifis, links)
	if (err != nil) != r.failing {
		r.failing = err != nil
		r.opt.Log.Warn("multicast DNS", "working", err == nil, "err", err)
	}
	r.sockets = sockets
}

// networks are the interfaces that have an address, and their links.
func (r *run) networks() (ifis []net.Interface, links []link) {
	all, err := r.opt.Interfaces()
	if err != nil {
		r.opt.Log.Warn("network interfaces", "err", err)
		return nil, nil
	}
	for _, ifi := range all {
		addrs, err := ifi.Addrs()
		if err != nil {
			continue // gone since
		}
		if l, ok := linkOf(ifi.Index, addrs); ok {
			ifis, links = append(ifis, ifi), append(links, l)
		}
	}
	return ifis, links
}

// ownAddress tells whether addr belongs to this machine right now. zeroconf
// may tell a new address before the next look finds it, and the box would
// take its own message for another's claim.
func ownAddress(addr netip.Addr) bool {
	all, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(all, func(a net.Addr) bool {
		p, err := netip.ParsePrefix(a.String())
		return err == nil && p.Addr() == addr.Unmap().WithZone("")
	})
}

func (r *run) incoming() <-chan packet {
	if r.sockets == nil {
		return nil
	}
	return r.sockets.in
}

func (r *run) send(out []packet) {
	for _, p := range out {
		i := slices.IndexFunc(r.engine.links, func(l link) bool { return l.index == p.link })
		if r.sockets == nil || i < 0 {
			return
		}
		if err := r.sockets.send(r.engine.links[i], p); err != nil {
			r.opt.Log.Debug("multicast DNS not sent", "err", err) // a cable being pulled
		}
	}
}

// settle tells a name that was found, and announces the services under it.
func (r *run) settle() {
	host := ""
	if r.engine.named() {
		host = r.engine.host()
	}
	if host == r.offered && !r.stale {
		return
	}
	r.offers.withdraw()
	r.offers, r.offered, r.stale = nil, host, false
	name := strings.TrimSuffix(host, ".")
	r.mu.Lock()
	changed, services := name != r.host, r.services
	r.host = name
	r.mu.Unlock()
	if host == "" {
		return
	}
	r.offers = offer(services, host, r.engine.n, r.ifis, r.opt.Log)
	if changed {
		r.opt.Log.Info("name on the network", "host", name)
		if r.opt.Named != nil {
			r.opt.Named(name)
		}
	}
}

func (r *run) stop() {
	r.offers.withdraw()
	r.send(r.engine.goodbye())
	if r.sockets != nil {
		r.sockets.close()
	}
	r.mu.Lock()
	r.host, r.online = "", false
	r.mu.Unlock()
}

// multicastInterfaces are the networks a phone could be on.
func multicastInterfaces() ([]net.Interface, error) {
	all, err := net.Interfaces()
	return slices.DeleteFunc(all, func(ifi net.Interface) bool {
		const need = net.FlagUp | net.FlagRunning | net.FlagMulticast
		return ifi.Flags&need != need || ifi.Flags&(net.FlagLoopback|net.FlagPointToPoint) != 0
	}), err
}
