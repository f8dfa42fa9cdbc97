// Package appliance makes one box of its parts: it starts them in order, keeps
// them running, stops them in reverse, and watches their health. What the
// parts do is theirs: pages are ui's, neighbours peer's, data the store's.
package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"copi.local/appliance/clock"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/moderation"
	"copi.local/ui"
)

// Config is how a box is started. Data and HTTP are needed, the rest has a
// working zero value.
type Config struct {
	Data     string // data directory, made when missing
	HTTP     string // address of the pages, "host:port"
	Peer     string // address for neighbouring boxes; empty for none
	Hostname string // name on the local network, before .local
	MDNS     bool   // announce the box on the local network
	GPIO     string // LED and button: auto, none or sim
	Version  string
	Built    time.Time // zero when unknown

	In       io.Reader
	Out, Err io.Writer

	// Synchronous weakens commits for the power-cut test; see store.Options.
	Synchronous string
}

// personal lists what each module stores about persons.
var personal = []store.Personal{account.Personal, agenda.Personal, moderation.Personal}

// OneLine is err as one line for a terminal: in words where it has some.
func OneLine(err error) string {
	if sentence, ok := ui.Explain("en", err); ok {
		return sentence
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

// Serve runs a box until ctx ends. It fails before it has changed anything
// when the port is taken, the directory cannot be written to, or the database
// was written by a newer program.
func Serve(ctx context.Context, cfg Config) (err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.HTTP)
	if err != nil {
		return fmt.Errorf("pages: %w", err)
	}
	defer func() { _ = listener.Close() }() // the page server has closed it already
	dir, err := openDataDir(cfg.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.close()) }()

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	b, err := assemble(ctx, cfg, stop)
	if err != nil {
		return err
	}
	if err := errors.Join(b.run(ctx, listener), b.db.Close()); err != nil {
		return err
	}
	return b.front.end()
}

// box is a box put together, not yet running.
type box struct {
	cfg    Config
	log    *slog.Logger
	clock  *clock.Clock
	db     *store.DB
	front  *front
	health *health
	pages  *ui.Server
	super  *supervisor

	known, ready bool // whether the box is set up, as watch found last
}

// assemble makes the parts, the lower ones first. stop ends the box cleanly.
func assemble(ctx context.Context, cfg Config, stop func()) (*box, error) {
	b := &box{cfg: cfg}
	ring := new(logRing)
	quiet := slog.New(slog.NewTextHandler(ring, nil)) // until the terminal is known
	b.clock = clock.New(clock.Options{
		File: clockFile(cfg.Data), Built: cfg.Built, System: keepsTime(), Log: quiet,
	})
	var err error
	b.db, err = store.Open(ctx, database(cfg.Data), store.Options{
		Clock: b.clock, Personal: personal, Synchronous: cfg.Synchronous,
	})
	if err != nil {
		return nil, err
	}
	if err := b.assemblePages(ctx, quiet, ring, stop); err != nil {
		return nil, errors.Join(err, b.db.Close())
	}
	return b, nil
}

// assemblePages makes what stands on the open database.
func (b *box) assemblePages(ctx context.Context, quiet *slog.Logger, ring *logRing, stop func()) error {
	ready, err := isReady(ctx, b.db)
	if err != nil {
		return err
	}
	if b.front, err = openFront(b.cfg, b.clock, quiet, ready, stop); err != nil {
		return err
	}
	b.log = slog.New(slog.NewMultiHandler(slog.NewTextHandler(ring, nil),
		slog.NewTextHandler(b.front.stderr(b.cfg.Err), &slog.HandlerOptions{Level: slog.LevelWarn})))
	b.super = &supervisor{log: b.log, clock: b.clock}
	b.health = &health{db: b.db, clock: b.clock, dir: b.cfg.Data, parts: b.super.failures, network: localAddresses}
	names := &names{clock: b.clock, host: func() string { return b.cfg.Hostname }}
	b.pages, err = ui.New(ui.Options{ //nolint:contextcheck // each request brings its own
		DB: b.db, Clock: b.clock, Log: b.log, Version: b.cfg.Version,
		HostNames: names.List, Journal: ring.Lines, Locales: filepath.Join(b.cfg.Data, "locales"),
		Presence: b.front.presence, Panel: b.front.view(), Health: b.health,
	})
	return err
}

// run starts the parts in order and stops them in reverse when ctx ends: the
// pages stop before what they write to.
func (b *box) run(ctx context.Context, listener net.Listener) error {
	if _, err := fmt.Fprintf(b.cfg.Out, "pages: %s\n", address(listener)); err != nil {
		return err
	}
	parts := append([]part{{name: "clock", run: b.clock.Run}}, b.front.parts()...)
	parts = append(parts,
		part{name: "watch", run: b.watch},
		part{name: "pages", vital: true, run: func(ctx context.Context) error { return servePages(ctx, b.pages, listener) }})
	return b.super.run(ctx, parts)
}

// address is what to open in a browser on this machine.
func address(listener net.Listener) string {
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if ip := net.ParseIP(host); err == nil && (ip == nil || ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// servePages answers requests until ctx ends, then lets those under way finish.
func servePages(ctx context.Context, pages *ui.Server, listener net.Listener) error {
	srv := pages.HTTPServer()
	stopped := make(chan error, 1)
	go func() { // ends with ctx
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		stopped <- srv.Shutdown(grace)
	}()
	if err := srv.Serve(ui.Fair(listener)); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// clockFile is where the clock's floor lies in a data directory.
func clockFile(dir string) string { return filepath.Join(dir, "clock") }
