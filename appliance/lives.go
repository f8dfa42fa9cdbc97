package appliance

import (
	"context"
	"errors"
	"net"
	"runtime/debug"
	"sync/atomic"
	"time"

	"copi.local/appliance/backup"
	"copi.local/store"
)

// errStuck ends the process where a part holds on to what a restore replaces:
// whoever started the box starts it anew, and the restore is there.
var errStuck = errors.New("a part of the box does not stop; start it again, the backup is put back then")

// lives runs the box, and again after each restore and when it was given up, until ctx ends. The process
// and its port stay: that works the same under systemd, on gokrazy, and where
// somebody gave the command by hand, and in between phones find a page that
// waits.
// unusable is why the data directory could not be taken, nil where it was.
func lives(ctx context.Context, cfg Config, listener net.Listener, unusable error) error {
	var between *meanwhile
	var fault error // why the last restore was not done
	for {
		b, err := begin(ctx, cfg, listener, unusable)
		if why := troubleOf(cfg.Data, err); why != store.NoTrouble {
			b, err = beginSafe(ctx, cfg, listener, why, err)
		}
		between.end()
		if err != nil {
			return err
		}
		b.restorer.failed(fault)
		err = b.run(b.life, keep(listener)) //nolint:contextcheck // of ctx: until ctx ends, or this box alone
		b.stop()
		if err != nil || !b.restorer.chosen() && !b.front.givenUp.Load() || ctx.Err() != nil {
			if err := errors.Join(err, b.restorer.forget(), b.close()); err != nil {
				return err
			}
			return b.front.end()
		}
		between = b.meanwhile(ctx, listener)
		fault = b.replace(ctx)
		if stuck := b.super.stuck(); stuck || ctx.Err() != nil {
			between.end()
			if stuck {
				return errStuck
			}
			return nil
		}
	}
}

// begin puts the box together on whatever a restore left.
func begin(ctx context.Context, cfg Config, listener net.Listener, unusable error) (*box, error) {
	if unusable != nil {
		return nil, unusable
	}
	if _, err := backup.Finish(cfg.Data); err != nil {
		return nil, err
	}
	if err := notLost(cfg.Data); err != nil {
		return nil, err
	}
	life, stop := context.WithCancel(ctx)
	b, err := assemble(life, cfg, listener, stop)
	if err != nil {
		stop()
		return nil, err
	}
	b.life, b.stop = life, stop
	debug.FreeOSMemory() // parsing every page and sentence took twice what is kept
	return b, nil
}

// replace closes the database and decides what takes its place. Its error is why
// that was not done; then the box goes on as it was.
func (b *box) replace(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // from here to its end, whoever stops the box
	if err := b.front.hold(); err != nil {
		b.log.Warn("LED", "err", err)
	}
	decide := b.putBack
	if b.front.givenUp.Load() {
		decide = b.giveUp
	}
	err := decide(ctx)
	if fault := b.front.release(); fault != nil {
		b.log.Warn("LED and button", "err", fault)
	}
	if err != nil {
		b.log.Error("the box stays as it was", "err", err)
		return errors.Join(err, b.restorer.forget())
	}
	return nil
}

// putBack closes the database and decides the restore that was chosen.
func (b *box) putBack(ctx context.Context) error {
	was, err := presentOf(ctx, b.db, b.cfg.Data)
	if b.copy == nil { // a copy knows of fewer who left
		err = errors.Join(err, keepErasures(ctx, b.db, b.cfg.Data))
	}
	if err = errors.Join(err, b.close()); err != nil {
		return err
	}
	return b.restorer.decide(ctx, was.erasures)
}

// giveUp closes the database and decides that the box is given up.
func (b *box) giveUp(context.Context) error {
	if err := errors.Join(b.restorer.forget(), b.close()); err != nil {
		return err
	}
	return backup.GiveUp(b.cfg.Data, b.clock.Now())
}

// kept is a listener whose end does not close the port, so that the next one
// who listens misses nobody.
type kept struct {
	net.Listener
	ended atomic.Bool
}

type deadlines interface{ SetDeadline(time.Time) error }

// keep lets a port be listened on, again where somebody did before.
func keep(listener net.Listener) *kept {
	if l, ok := listener.(deadlines); ok {
		_ = l.SetDeadline(time.Time{}) // one that is closed says so at Accept
	}
	return &kept{Listener: listener}
}

// Accept waits for a connection, or fails with net.ErrClosed.
func (k *kept) Accept() (net.Conn, error) {
	if k.ended.Load() {
		return nil, net.ErrClosed
	}
	c, err := k.Listener.Accept()
	if err != nil && k.ended.Load() {
		return nil, net.ErrClosed
	}
	return c, err
}

// Close ends Accept.
func (k *kept) Close() error {
	k.ended.Store(true)
	if l, ok := k.Listener.(deadlines); ok {
		return l.SetDeadline(time.Unix(1, 0))
	}
	return k.Listener.Close()
}

// meanwhile answers every phone with a page that waits.
type meanwhile struct {
	stop context.CancelFunc
	done chan struct{}
}

// meanwhile begins on the port that the pages gave back.
func (b *box) meanwhile(ctx context.Context, listener net.Listener) *meanwhile {
	ctx, stop := context.WithCancel(ctx)
	m := &meanwhile{stop: stop, done: make(chan struct{})}
	srv, log := b.pages.HTTPServer(), b.log
	srv.Handler = b.pages.Waiting()
	go func() { // ends with end
		defer close(m.done)
		if err := serveUntil(ctx, srv, keep(listener)); err != nil {
			log.Warn("page that waits", "err", err)
		}
	}()
	return m
}

// end gives the port back for the next who listens.
func (m *meanwhile) end() {
	if m == nil {
		return
	}
	m.stop()
	<-m.done
}
