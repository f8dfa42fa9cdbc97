package appliance

import (
	"context"
	"errors"
	"io"
	"time"

	"copi.local/appliance/backup"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/neighbour"
	"copi.local/store/timebank"
)

// laid is a backup laid out in a data directory, its database made the one the
// box will open.
type laid struct {
	*backup.Staged
	erased int // accounts in it that were closed since
}

// layOut lays a backup out in a data directory and makes of its database
// the one the box will open: nobody is in it who left since, nobody is signed
// in, and it knows that it is older than what neighbours and receipts say. It
// changes nothing of what is there, and leaves nothing when it fails.
func layOut(ctx context.Context, r io.Reader, scalars [][]byte, dir string, was present, now store.Clock) (*laid, error) {
	staged, err := backup.Stage(ctx, r, scalars, dir, now.Now())
	if err != nil {
		return nil, err
	}
	l := &laid{Staged: staged}
	if was.box.Ready() && was.box.CardID != staged.About.Box {
		err = store.E(store.Conflict, "err.backup.other_box", "commune", staged.About.Commune, "here", was.box.Commune)
	} else {
		err = l.age(ctx, was.erasures, now)
	}
	if err != nil {
		return nil, errors.Join(err, staged.Drop())
	}
	return l, nil
}

// decide makes it the box that the next start opens. Who left while somebody
// read what the backup holds is away in it too. The caller has closed the
// database in use.
func (l *laid) decide(ctx context.Context, left []account.Erasure, now store.Clock) error {
	err := l.update(ctx, now, func(tx *store.Tx) error {
		more, err := account.NotReapplied(tx, left)
		if err != nil || len(more) == 0 {
			return err
		}
		n, err := account.Reapply(tx, more)
		l.erased += n
		return err
	})
	if err != nil {
		return err
	}
	return l.Commit(l.erased)
}

// age tells a restored database what time has passed.
func (l *laid) age(ctx context.Context, left []account.Erasure, now store.Clock) error {
	madeAt := l.About.MadeAt
	return l.update(ctx, now, func(tx *store.Tx) (err error) {
		if l.erased, err = account.Reapply(tx, left); err != nil {
			return err
		}
		if err := account.Restored(tx, madeAt); err != nil {
			return err
		}
		if _, err := timebank.Restored(tx, madeAt); err != nil {
			return err
		}
		return doubtOwnLog(tx)
	})
}

// update changes the database laid out.
func (l *laid) update(ctx context.Context, now store.Clock, fn func(*store.Tx) error) error {
	db, err := store.Open(ctx, l.Database(), store.Options{Clock: notBefore{now, l.About.MadeAt}, Personal: personal})
	if err != nil {
		return err
	}
	return errors.Join(db.Update(ctx, fn), db.Close())
}

// doubtOwnLog has the publisher ask before it says anything: neighbours may hold
// more of this box's listings than the backup did (PROTOCOL §9).
func doubtOwnLog(tx *store.Tx) error {
	if _, err := neighbour.OwnLog(tx); store.KindOf(err) == store.NotFound {
		return nil // it never had a name among boxes
	} else if err != nil {
		return err
	}
	return neighbour.SetDoubt(tx, neighbour.Older)
}

// notBefore is a clock on which a backup's own time has passed: a new card may
// know no time at all.
type notBefore struct {
	store.Clock
	least time.Time
}

// Now is the clock's time, or the least.
func (c notBefore) Now() time.Time {
	if now := c.Clock.Now(); now.After(c.least) {
		return now
	}
	return c.least
}
