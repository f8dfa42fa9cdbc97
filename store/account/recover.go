package account

import (
	"bytes"
	"context"
	"database/sql"
	"time"

	"copi.local/store"
)

// Waiting is how long an operator without any secret waits, in the sight of
// all, and until when the wait can be used (DESIGN.md §8).
const (
	Waiting  = 72 * time.Hour
	waitOpen = 7 * 24 * time.Hour
)

// Rescue is a forgotten password replaced without an e-mail.
type Rescue struct {
	Login    string
	Password string // the new one
	Source   string
	// Present says that the person proved to stand at the box.
	Present bool
}

// RescueByCode replaces a password with one of the person's eight codes. An
// operator must stand at the box as well.
func (d *Desk) RescueByCode(ctx context.Context, r Rescue, number int, code string) error {
	if err := d.limit.take("code", r.Source, codesHourly); err != nil {
		return err
	}
	var c codeRow
	err := d.db.View(ctx, func(tx *store.Tx) (err error) {
		c, err = codeOf(tx, r.Login, number)
		return err
	})
	if err != nil {
		return err
	}
	bare, _ := bareCode(code)
	ok, _, err := d.hash.verify(ctx, c.hash, bare)
	switch {
	case err != nil:
		return err
	case !ok:
		return store.E(store.Invalid, "err.account.code_wrong").At("code")
	case c.role == store.Operator && !r.Present:
		return store.E(store.Invalid, "err.account.presence_needed").At("code")
	}
	return d.rescue(ctx, r, c.accountID, func(tx *store.Tx) error {
		if err := useCode(tx, c.accountID, number, c.hash); err != nil || c.role < store.Operator {
			return err
		}
		return Log(tx, ActRecoverCode)
	})
}

// RescueBySheet replaces an operator's password with the 24 words of the box's
// recovery sheet and presence. The sheet serves once: whoever read it over a
// shoulder gains nothing, until an operator says that it is under seal again
// (SealSheet). Its keys stay what they are to neighbours and backups.
func (d *Desk) RescueBySheet(ctx context.Context, r Rescue, words string) error {
	if !r.Present {
		return store.E(store.Forbidden, "err.account.presence_needed")
	}
	seed, err := ParseSeed(words)
	if err != nil {
		return err
	}
	box, err := d.box(ctx)
	if err != nil {
		return err
	}
	if !bytes.Equal(seed.RecoveryHash(), box.RecoveryHash) {
		return store.E(store.Invalid, "err.account.seed_other").At("words")
	}
	id, err := d.operatorID(ctx, r.Login)
	if err != nil {
		return err
	}
	return d.rescue(ctx, r, id, func(tx *store.Tx) error {
		if once, err := changed(tx.Exec(sqlSheetUsed, tx.Now.Unix())); err != nil {
			return err
		} else if !once {
			return store.E(store.Conflict, "err.account.sheet_used").At("words")
		}
		return tellAndLog(tx, id, ActRecoverSeed)
	})
}

// SealSheet is an operator's word that the recovery sheet, which had served, is
// under seal again; without need it does nothing.
func SealSheet(tx *store.Tx) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if again, err := changed(tx.Exec(sqlSheetSealed)); err != nil || !again {
		return err
	}
	return Log(tx, ActSheetSealed)
}

// changed tells whether a statement changed a row.
func changed(done sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// RescueByWaiting replaces an operator's password after the 72 hours and with
// presence a second time.
func (d *Desk) RescueByWaiting(ctx context.Context, r Rescue) error {
	if !r.Present {
		return store.E(store.Forbidden, "err.account.presence_needed")
	}
	id, err := d.operatorID(ctx, r.Login)
	if err != nil {
		return err
	}
	return d.rescue(ctx, r, id, func(tx *store.Tx) error {
		w, err := WaitOf(tx)
		if err != nil {
			return err
		}
		if !w.Open(tx.Now) {
			return store.E(store.Conflict, "err.account.wait_running")
		}
		if _, err := tx.Exec(sqlEndWait); err != nil {
			return err
		}
		return tellAndLog(tx, id, ActRecoverWaited)
	})
}

// operatorID is the account of an operator's login. Who asks stands at the box.
func (d *Desk) operatorID(ctx context.Context, login string) (id string, err error) {
	err = d.db.View(ctx, func(tx *store.Tx) error {
		p, err := ByLogin(tx, login)
		if store.KindOf(err) == store.NotFound || err == nil && p.Role != store.Operator {
			return store.E(store.Invalid, "err.account.no_operator").At("login")
		}
		id = p.ID
		return err
	})
	return id, err
}

// rescue gives the account its new password, in one transaction with what
// allows it.
func (d *Desk) rescue(ctx context.Context, r Rescue, id string, allow func(*store.Tx) error) error {
	if err := d.checkNew(ctx, id, r.Password); err != nil {
		return err
	}
	hash, err := d.hash.hash(ctx, r.Password)
	if err != nil {
		return err
	}
	return d.db.Update(ctx, func(tx *store.Tx) error {
		if err := allow(tx); err != nil {
			return err
		}
		return setPassword(tx, id, hash, "")
	})
}

// Wait is a recovery with neither code nor sheet.
type Wait struct{ StartedAt, EndsAt time.Time }

// Running tells whether the wait goes on, for all to see.
func (w Wait) Running(now time.Time) bool {
	return !w.StartedAt.IsZero() && now.Before(w.EndsAt.Add(waitOpen))
}

// Open tells whether presence would end it now.
func (w Wait) Open(now time.Time) bool { return w.Running(now) && !now.Before(w.EndsAt) }

// WaitOf is the wait under way; the zero Wait without one. The home page shows
// it to everybody.
func WaitOf(tx *store.Tx) (Wait, error) {
	w, err := store.One(tx, scanWait, sqlWait)
	if store.KindOf(err) == store.NotFound || err == nil && !w.Running(tx.Now) {
		return Wait{}, nil
	}
	return w, err
}

// StartWait begins the 72 hours, for who proved to stand at the box. One under
// way goes on.
func StartWait(tx *store.Tx) error {
	w, err := WaitOf(tx)
	if err != nil || w.Running(tx.Now) {
		return err
	}
	if _, err := tx.Exec(sqlEndWait); err != nil { // one that was never used
		return err
	}
	if _, err := tx.Exec(sqlStartWait, tx.Now.Unix(), tx.Now.Add(Waiting).Unix()); err != nil {
		return err
	}
	return Log(tx, ActWaitStarted)
}

// StopWait is an operator's objection: somebody else holds the box in hand.
func StopWait(tx *store.Tx) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlEndWait); err != nil {
		return err
	}
	return Log(tx, ActWaitStopped)
}

func scanWait(r store.Row) (Wait, error) {
	var start, end int64
	err := r.Scan(&start, &end)
	return Wait{time.Unix(start, 0).UTC(), time.Unix(end, 0).UTC()}, err
}
