package store

import (
	"context"
	"errors"
	"time"
)

// How often long work lets others go first before it goes through all the same,
// and how long it waits then: twice as long each time, three minutes in all.
const (
	patience  = 12
	firstWait = 50 * time.Millisecond
)

var errGaveWay = errors.New("somebody else waits to write")

// UpdatePatiently is Update for long work of the box itself, which nobody looks
// at. While somebody waits to write, the work done so far is rolled back at its
// next statement, and fn runs again after them: a person's post does not wait
// for it. fn may therefore do nothing that is not undone with its transaction.
// Where there is no end of people who write, it goes through in the end.
func (db *DB) UpdatePatiently(ctx context.Context, fn func(*Tx) error) error {
	for n := range patience {
		err := db.tryPatiently(ctx, fn)
		if err == nil {
			db.committed()
		}
		if !errors.Is(err, errGaveWay) {
			return err
		}
		select {
		case <-db.clock.After(firstWait << n):
		case <-ctx.Done():
			return E(Busy, "err.busy").Because(ctx.Err())
		}
	}
	return db.Update(ctx, fn)
}

// tryPatiently fails with errGaveWay when others went first, whatever fn made of
// its statement's error.
func (db *DB) tryPatiently(ctx context.Context, fn func(*Tx) error) error {
	c, err := db.write.wait(ctx)
	if err != nil {
		return err
	}
	return db.with(ctx, db.write, c, "BEGIN IMMEDIATE", func(tx *Tx) error {
		tx.patient = true
		err := fn(tx)
		tx.patient = false
		if tx.gaveWay {
			return errGaveWay
		}
		return err
	})
}

// mayGoOn tells whether the next statement may run.
func (tx *Tx) mayGoOn() error {
	if tx.patient && tx.db.write.waiting.Load() > 0 {
		tx.gaveWay = true
		return errGaveWay
	}
	return nil
}
