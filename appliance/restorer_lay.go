package appliance

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"copi.local/appliance/backup"
	"copi.local/ui"
)

// Run lays backups out as they are opened, and forgets those nobody goes on
// with, until ctx ends.
func (r *restorer) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		var late <-chan time.Time
		switch r.State().Stage {
		case ui.RestoreReads:
			r.lay(ctx)
			continue
		case ui.RestoreStops:
			if err := r.forget(); err != nil {
				return err
			}
			continue
		case ui.RestoreAsks, ui.RestoreReady:
			late = r.vault.clock.After(restoreKept)
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-late:
			if err := r.Drop(r.State().ID); err != nil && !errors.Is(err, errRestoreOther) {
				return err
			}
		}
	}
	return nil
}

// lay lays the backup out and says what is in it, or why not.
func (r *restorer) lay(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.mu.Lock()
	r.cancel = cancel
	r.mu.Unlock()
	l, err := r.layOut(ctx)
	if err == nil {
		err = backup.DropBrought(r.vault.dir) // its room is needed
	}
	r.mu.Lock()
	r.cancel, r.laid, r.words = nil, l, nil
	stopped := ctx.Err() != nil || r.state.Stage != ui.RestoreReads
	if err == nil && !stopped {
		r.turn(ui.RestoreReady, nil)
		r.state.Backup, r.state.Missing, r.state.Erased = aboutView(&l.About), l.Missing, l.erased
	}
	r.mu.Unlock()
	if err == nil && !stopped {
		return
	}
	if fault := r.forget(); fault != nil {
		r.log.Error("backup not taken away", "err", fault)
	}
	if !stopped {
		r.log.Warn("backup not read", "err", err)
		r.failed(err)
	}
}

// layOut lays the chosen file out.
func (r *restorer) layOut(ctx context.Context) (*laid, error) {
	scalars, err := r.scalars()
	if err != nil {
		return nil, err
	}
	was, err := presentOf(ctx, r.vault.db, r.vault.dir)
	if err != nil {
		return nil, err
	}
	unlock, err := r.lockShelf(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	f, err := r.file()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if info, err := f.Stat(); err == nil {
		r.mu.Lock()
		r.state.Size = info.Size()
		r.mu.Unlock()
	}
	return layOut(ctx, counting{f, &r.read}, scalars, r.vault.dir, was, r.vault.clock)
}

// lockEvery is how often a backup being made is looked after.
const lockEvery = 2 * time.Second

// lockShelf waits until no backup is being made: photos of those on the card
// must stay while one of them is laid out.
func (r *restorer) lockShelf(ctx context.Context) (unlock func(), err error) {
	for {
		unlock, err := r.vault.shelf().Lock()
		if !sentenceIs(err, "err.backup.busy") {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-r.vault.clock.After(lockEvery):
		}
	}
}

// counting counts what is read.
type counting struct {
	io.Reader
	n *atomic.Int64
}

// Read reads.
func (c counting) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n.Add(int64(n))
	return n, err
}
