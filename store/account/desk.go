package account

import (
	"context"

	"copi.local/store"
)

// Desk is the counter where people prove who they are. It is the one part of
// the modules that opens transactions itself, because it must not hash inside
// one: it reads, hashes, then writes after checking that nothing moved.
// It is safe for concurrent use.
type Desk struct {
	db    *store.DB
	hash  *hasher
	limit *limiter
	seeds seeds
}

// NewDesk makes the counter of a box; p is Recommended, save in tests.
func NewDesk(db *store.DB, p Params) *Desk {
	return &Desk{db: db, hash: newHasher(p), limit: newLimiter(db.Clock())}
}

// Arrival is someone who signs in.
type Arrival struct {
	Login, Password string
	Source          string // network address, /64 for IPv6
	Device          string // "Firefox, Android"; may be empty
	Shared          bool   // a computer others use
}

// credential is what a typed password is compared with.
type credential struct {
	id, password, slip string
}

// SignIn opens a session for who gives the right password, or the slip that
// stands for it. An unknown login and a wrong password are one and the same
// answer (kind Invalid, "err.account.wrong"), after the same work.
func (d *Desk) SignIn(ctx context.Context, a Arrival) (Session, string, error) {
	login := FoldLogin(a.Login)
	login = login[:min(len(login), 2*MaxLogin)] // what is remembered of tries stays small
	if err := d.limit.guess(login, a.Source); err != nil {
		return Session{}, "", err
	}
	c, err := d.credential(ctx, sqlProof, login)
	if err != nil {
		return Session{}, "", err
	}
	secret, encoded := a.Password, c.password
	code, isCode := bareCode(a.Password)
	bySlip := isCode && c.slip != ""
	if bySlip {
		secret, encoded = code, c.slip
	}
	ok, stale, err := d.hash.verify(ctx, encoded, secret)
	if err != nil {
		return Session{}, "", err
	}
	if !ok {
		return Session{}, "", store.E(store.Invalid, "err.account.wrong")
	}
	d.limit.passed(login, a.Source)
	fresh := ""
	if stale && !bySlip {
		if fresh, err = d.hash.hash(ctx, a.Password); err != nil {
			return Session{}, "", err
		}
	}
	return d.admit(ctx, a, c, bySlip, fresh)
}

// admit writes what a right password entails.
func (d *Desk) admit(ctx context.Context, a Arrival, c credential, bySlip bool, fresh string) (s Session, token string, err error) {
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if bySlip {
			if err := useSlip(tx, c.id, c.slip); err != nil {
				return err
			}
			if _, err := tx.Exec(sqlSetPassword, c.password, true, c.id); err != nil {
				return err
			}
		}
		if fresh != "" {
			if _, err := tx.Exec(sqlRehash, fresh, c.id, c.password); err != nil {
				return err
			}
		}
		now, err := store.One(tx, scanCredential, sqlProofByID, c.id)
		if err != nil {
			return err
		}
		if now.password != c.password && now.password != fresh {
			return store.E(store.Invalid, "err.account.wrong") // changed meanwhile
		}
		s, token, err = open(tx, c.id, a.Device, a.Shared)
		return err
	})
	return s, token, err
}

// credential reads what to compare with; an empty one when there is nobody.
func (d *Desk) credential(ctx context.Context, query, key string) (c credential, err error) {
	err = d.db.View(ctx, func(tx *store.Tx) error {
		var err error
		if query == sqlProof {
			c, err = store.One(tx, scanCredential, query, key, tx.Now.Unix())
		} else {
			c, err = store.One(tx, scanCredential, query, key)
		}
		if store.KindOf(err) == store.NotFound {
			return nil
		}
		return err
	})
	return c, err
}

func scanCredential(r store.Row) (credential, error) {
	var c credential
	return c, r.Scan(&c.id, &c.password, &c.slip)
}

// Confirm fails unless password is the acting account's: asked again before
// what cannot be undone. The fault is at the field "current".
func (d *Desk) Confirm(ctx context.Context, accountID, password, source string) error {
	if err := d.limit.guess(accountID, source); err != nil {
		return err
	}
	c, err := d.credential(ctx, sqlProofByID, accountID)
	if err != nil {
		return err
	}
	ok, _, err := d.hash.verify(ctx, c.password, password)
	if err != nil {
		return err
	}
	if !ok {
		return store.E(store.Invalid, "err.account.current_wrong").At("current")
	}
	d.limit.passed(accountID, source)
	return nil
}

// Resume wakes an operator's idle session with the passphrase.
func (d *Desk) Resume(ctx context.Context, s Session, password, source string) error {
	if err := d.Confirm(ctx, s.Actor.ID, password, source); err != nil {
		return err
	}
	return d.db.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(sqlTouchSession, tx.Now.Unix(), s.ExpiresAt.Unix(), s.ID)
		return err
	})
}
