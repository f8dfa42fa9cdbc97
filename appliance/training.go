package appliance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"copi.local/appliance/demo"
	"copi.local/store"
	"copi.local/ui"
)

// training is the village an operator lets people practise in: an invented one
// (appliance/demo) in a database of its own, on the port after the pages'. It
// has no neighbours, so that nothing of it is on any other box, and shares with
// the real one nothing but the clock and the log. While it is off, there is a
// file less in the data directory and a goroutine that waits.
type training struct {
	dir       string // of its data
	host      string // the pages' address without port
	port      int    // its own
	version   string
	clock     store.Clock
	log       *slog.Logger
	hostNames func() []string

	mu    sync.Mutex // guards the rest
	on    bool
	anew  bool   // forget what was done there, before it opens again
	state string // see ui.TrainingState
	wake  chan struct{}
	stop  context.CancelFunc // ends the one that is open; nil without one
}

// trainingMark is the file that says that the village is on.
const trainingMark = "on"

// newTraining finds out whether it was on when the box was stopped.
func (b *box) newTraining(listener net.Listener, hostNames func() []string) *training {
	host, port, err := net.SplitHostPort(listener.Addr().String())
	n, err2 := strconv.Atoi(port)
	if err != nil || err2 != nil {
		return nil // pages that are not on a port have none beside it
	}
	t := &training{
		dir: filepath.Join(b.cfg.Data, "training"), host: host, port: n + 1, version: b.cfg.Version,
		clock: b.clock, log: b.log, hostNames: hostNames, wake: make(chan struct{}, 1),
	}
	_, err = os.Stat(filepath.Join(t.dir, trainingMark))
	t.on = err == nil
	return t
}

// State is how the village is.
func (t *training) State() ui.TrainingState {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := ui.TrainingState{On: t.on, Stage: t.state, Port: strconv.Itoa(t.port)}
	if t.on && s.Stage == "" {
		s.Stage = ui.TrainingOpens
	}
	return s
}

// Switch opens or closes it, now and after each start of the box.
func (t *training) Switch(on bool) error {
	mark := filepath.Join(t.dir, trainingMark)
	var err error
	if on {
		if err = os.MkdirAll(t.dir, 0o700); err == nil {
			err = os.WriteFile(mark, nil, 0o600)
		}
	} else if err = os.Remove(mark); errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return err
	}
	t.turn(func() { t.on = on })
	return nil
}

// Reset makes the village as it was at first. It opens again a moment later.
func (t *training) Reset() { t.turn(func() { t.anew = true }) }

// turn changes what is wanted, and wakes Run.
func (t *training) turn(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
	t.state = ""
	if t.stop != nil {
		t.stop()
	}
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// Run keeps the village open while it is wanted, until ctx ends.
func (t *training) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if open, done := t.begin(ctx); open != nil {
			err := t.open(open)
			done(err)
			if err == nil {
				continue // closed on purpose
			}
			t.log.Warn("training village", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-t.wake:
		}
	}
	return nil
}

// begin is the context of a village to open, and what to call once it is
// closed; nil when none is wanted.
func (t *training) begin(ctx context.Context) (open context.Context, done func(error)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.anew {
		t.anew = false
		if err := t.clear(); err != nil {
			t.log.Warn("training village not cleared", "err", err)
		}
	}
	if !t.on {
		return nil, nil
	}
	open, t.stop = context.WithCancel(ctx)
	stop := t.stop
	return open, func(err error) {
		stop()
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.stop = nil; err != nil {
			t.state = ui.TrainingFails
		}
	}
}

// clear deletes its data; the mark stays.
func (t *training) clear() error {
	list, err := os.ReadDir(t.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, f := range list {
		if f.Name() != trainingMark {
			err = errors.Join(err, os.RemoveAll(filepath.Join(t.dir, f.Name())))
		}
	}
	return err
}

// open fills the village if it is new, and serves it until ctx ends.
func (t *training) open(ctx context.Context) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(t.host, strconv.Itoa(t.port)))
	if err != nil {
		return fmt.Errorf("pages: %w", err)
	}
	defer func() { _ = listener.Close() }() // the page server has closed it already
	if _, err := os.Stat(database(t.dir)); errors.Is(err, fs.ErrNotExist) {
		if _, err := Demo(ctx, DemoConfig{Data: t.dir, Now: t.clock.Now()}); err != nil {
			if ctx.Err() != nil {
				return nil // closed before it was full
			}
			return err
		}
	}
	db, err := store.Open(ctx, database(t.dir), store.Options{Clock: t.clock, Personal: personal})
	if err != nil {
		return err
	}
	return errors.Join(t.serve(ctx, db, listener), db.Close())
}

func (t *training) serve(ctx context.Context, db *store.DB, listener net.Listener) error {
	log := t.log.With("village", "training")
	runner, err := store.NewRunner(db, jobs, log)
	if err != nil {
		return err
	}
	opt := ui.Options{DB: db, Clock: t.clock, Log: log, Version: t.version, HostNames: t.hostNames}
	for _, p := range demo.People() {
		opt.Trainees = append(opt.Trainees, ui.Trainee{Login: p.Login, Password: p.Password, Name: p.Name, Role: p.Role})
	}
	pages, err := ui.New(opt) //nolint:contextcheck // each request brings its own
	if err != nil {
		return err
	}
	t.ready()
	var beside sync.WaitGroup
	beside.Go(func() { // ends with ctx
		if err := runner.Run(ctx); err != nil && ctx.Err() == nil {
			log.Warn("jobs", "err", err)
		}
	})
	err = servePages(ctx, pages, listener)
	beside.Wait()
	return err
}

func (t *training) ready() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state = ui.TrainingOpen
}
