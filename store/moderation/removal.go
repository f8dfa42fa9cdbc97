package moderation

import (
	"time"

	"copi.local/store"
	"copi.local/store/notify"
)

// AloneAfter is how long something illegal waits for a second moderator. After
// that whoever asked takes it away alone, and the public log says so: a village
// with one moderator keeps nothing illegal for ever (MD-7).
const AloneAfter = 30 * 24 * time.Hour

// Removal is that a thing is to be taken away for good: one moderator asks for
// it, another confirms. Then its content is gone, here and at the neighbours';
// that it was, when and why stays.
type Removal struct {
	Ref     store.Ref
	Kind    string // of its card
	Cause   Cause
	Author  string // empty for nobody, or who left
	AskedAt time.Time
	Mine    bool      // the acting moderator asked
	DoneAt  time.Time // zero while it waits
}

// AloneAt is from when whoever asked may confirm; zero for never.
func (r *Removal) AloneAt() time.Time {
	if r.Cause.Reason != Illegal {
		return time.Time{}
	}
	return r.AskedAt.Add(AloneAfter)
}

// MayConfirm tells whether the acting moderator may: another than who asked, or
// nobody else did in time. While the clock is unsure no time is over.
func (r *Removal) MayConfirm(tx *store.Tx) bool {
	at := r.AloneAt()
	return !r.Mine || !at.IsZero() && tx.ClockQuality().Sure() && !tx.Now.Before(at)
}

// AskRemoval hides a thing of this box and asks another moderator to confirm
// that it goes for good.
func AskRemoval(tx *store.Tx, ref store.Ref, author string, why Cause) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	c, err := decidable(tx, ref, author)
	if err != nil {
		return err
	}
	if c.Foreign {
		return store.E(store.Invalid, "err.moderation.foreign")
	}
	if err := why.check(tx, ReasonsFor(ref)); err != nil {
		return err
	}
	if _, asked, err := RemovalOf(tx, ref); err != nil {
		return err
	} else if asked {
		return store.E(store.Conflict, "err.moderation.decided")
	}
	if h, hidden, err := HiddenWhy(tx, ref); err != nil {
		return err
	} else if !hidden || h.Pending {
		if err := Hide(tx, ref, author, why); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlAskRemoval, ref.Module, ref.ID, c.Kind, why.Reason, why.Text, why.Article, author, tx.Now.Unix(), tx.Actor.ID)
	return err
}

// Confirm takes a thing away for good, by the second moderator: remove is its
// module's verb, called for one who answers for the thing (store.Tx.Entrust).
// It waits for an appeal that waits.
func Confirm(tx *store.Tx, ref store.Ref, author string, remove func(*store.Tx, string) error) error {
	r, err := second(tx, ref, author)
	if err != nil {
		return err
	}
	if !r.MayConfirm(tx) {
		return store.E(store.Forbidden, "err.moderation.two")
	}
	if waits, err := store.One(tx, store.Scan[bool], sqlAppealWaits, ref.Module, ref.ID); err != nil {
		return err
	} else if waits {
		return store.E(store.Conflict, "err.moderation.appeal_waits")
	}
	tx.Entrust(ref)
	if err := remove(tx, ref.ID); err != nil {
		return err
	}
	for _, s := range []string{sqlUnhide, sqlUnhold} {
		if _, err := tx.Exec(s, ref.Module, ref.ID); err != nil {
			return err
		}
	}
	if err := closeReports(tx, ref, true); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlRemoved, tx.Now.Unix(), tx.Actor.ID, ref.Module, ref.ID); err != nil {
		return err
	}
	if err := notify.Tell(tx, author, ref, "notify.moderation_removed"); err != nil {
		return err
	}
	act := "remove"
	if r.Mine {
		act = "remove_alone"
	}
	return log(tx, act, r.Kind, ref, author, r.Cause)
}

// Forgo drops a removal that waits: the second moderator says no, or the first
// takes it back. The thing stays hidden.
func Forgo(tx *store.Tx, ref store.Ref, author string) error {
	if _, err := second(tx, ref, author); err != nil {
		return err
	}
	return dropAsked(tx, ref)
}

// second is the removal a moderator decides on; neither its author nor who
// reported the thing.
func second(tx *store.Tx, ref store.Ref, author string) (Removal, error) {
	if err := undecided(tx, ref, author); err != nil {
		return Removal{}, err
	}
	r, ok, err := RemovalOf(tx, ref)
	if err == nil && (!ok || !r.DoneAt.IsZero()) {
		err = store.E(store.Conflict, "err.moderation.decided")
	}
	return r, err
}

func dropAsked(tx *store.Tx, ref store.Ref) error {
	_, err := tx.Exec(sqlDropRemoval, ref.Module, ref.ID)
	return err
}

// RemovalOf is the removal of a thing, asked for or done; ok is false without
// one.
func RemovalOf(tx *store.Tx, ref store.Ref) (r Removal, ok bool, err error) {
	return found(store.One(tx, scanRemoval(tx), sqlRemovalOf, ref.Module, ref.ID))
}

// Removed is the trace of a thing that was taken away for good, by its id.
func Removed(tx *store.Tx, id string) (r Removal, ok bool, err error) {
	return found(store.One(tx, scanRemoval(tx), sqlRemovedID, id))
}

// Removals lists those that wait for a second moderator, the oldest first, of
// things that are still there.
func Removals(tx *store.Tx) (out []Removal, err error) {
	list, err := store.All(tx, scanRemoval(tx), sqlRemovals)
	for _, r := range list {
		there, err := exists(tx, r.Ref)
		if err != nil {
			return nil, err
		}
		if there {
			out = append(out, r)
		}
	}
	return out, err
}

func found(r Removal, err error) (Removal, bool, error) {
	if store.KindOf(err) == store.NotFound {
		return Removal{}, false, nil
	}
	return r, err == nil, err
}

func scanRemoval(tx *store.Tx) func(store.Row) (Removal, error) {
	return func(row store.Row) (r Removal, err error) {
		var asked int64
		var by string
		var done *int64
		err = row.Scan(&r.Ref.Module, &r.Ref.ID, &r.Kind, &r.Cause.Reason, &r.Cause.Text, &r.Cause.Article, &r.Author, &asked, &by, &done)
		r.AskedAt, r.Mine = time.Unix(asked, 0).UTC(), by != "" && by == tx.Actor.ID
		if done != nil {
			r.DoneAt = time.Unix(*done, 0).UTC()
		}
		return r, err
	}
}
