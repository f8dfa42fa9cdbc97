package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"copi.local/store"
)

// Registration is what a visitor fills in. There is no e-mail address.
type Registration struct {
	Login, Name, Hamlet string
	Password            string
	Charter             bool  // accepted; never ticked beforehand
	Fifteen             bool  // "15 ans ou plus"; of who is, nothing else about age is asked or kept
	Birth               Birth // of who is not: the account then waits for a parent
	Source, Device      string
	Shared              bool
}

// Register makes a resident's account and signs it in. Nothing at all is
// stored unless the charter is accepted.
func (d *Desk) Register(ctx context.Context, r Registration) (s Session, token string, err error) {
	p := Person{Login: FoldLogin(r.Login), Name: Tidy(r.Name), Hamlet: Tidy(r.Hamlet), Role: store.Resident}
	box, err := d.box(ctx)
	if err != nil {
		return s, "", err
	}
	var bad store.Errors
	if err := p.Check(); err != nil {
		bad = append(bad, err.(store.Errors)...) //nolint:errorlint // Check makes it
	}
	bad.Add(checkPassword(r.Password, p.Login, p.Name, box.Commune, box.Name))
	if err := r.checkAge(d.db.Clock().Now()); err != nil {
		e, ok := errors.AsType[*store.Error](err)
		if !ok {
			return s, "", err
		}
		bad.Add(e)
	}
	if !r.Charter {
		bad.Add(store.E(store.Invalid, "err.account.charter_needed").At("charter"))
	}
	if err := bad.OrNil(); err != nil {
		return s, "", err
	}
	if err := d.limit.take("register", r.Source, newHourly); err != nil {
		return s, "", err
	}
	hash, err := d.hash.hash(ctx, r.Password)
	if err != nil {
		return s, "", err
	}
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if err := insert(tx, &p, hash); err != nil {
			return err
		}
		if err := accept(tx, p.ID, false); err != nil {
			return err
		}
		if !r.Fifteen {
			if err := markMinor(tx, p.ID, r.Birth, false); err != nil {
				return err
			}
		}
		var err error
		s, token, err = open(tx, p.ID, r.Device, r.Shared)
		return err
	})
	return s, token, err
}

// checkAge wants one of the two: the tick, or a month of birth under 15.
func (r *Registration) checkAge(now time.Time) error {
	switch {
	case r.Fifteen:
		return nil
	case r.Birth == Birth{}:
		return store.E(store.Invalid, "err.account.under_fifteen").At("fifteen")
	}
	return r.Birth.check(now)
}

func (d *Desk) box(ctx context.Context) (b Box, err error) {
	err = d.db.View(ctx, func(tx *store.Tx) error {
		b, err = BoxOf(tx)
		return err
	})
	return b, err
}

// Choice is a new password, typed by the person who will use it.
type Choice struct {
	Current  string // not needed when it came from a slip
	Password string
	Charter  bool // accepts the charter, for those who have not yet
	Source   string
}

// ChangePassword gives the session's person a new password. The other
// sessions end; slips and what they stood for are void.
func (d *Desk) ChangePassword(ctx context.Context, s Session, c Choice) error {
	if s.MustAccept && !c.Charter {
		return store.E(store.Invalid, "err.account.charter_needed").At("charter")
	}
	if err := d.checkNew(ctx, s.Actor.ID, c.Password); err != nil {
		return err
	}
	if !s.MustChange {
		if err := d.Confirm(ctx, s.Actor.ID, c.Current, c.Source); err != nil {
			return err
		}
	}
	hash, err := d.hash.hash(ctx, c.Password)
	if err != nil {
		return err
	}
	return d.db.Update(ctx, func(tx *store.Tx) error {
		if s.MustAccept {
			if err := accept(tx, s.Actor.ID, false); err != nil {
				return err
			}
		}
		return setPassword(tx, s.Actor.ID, hash, s.ID)
	})
}

// checkNew checks a new password against what is known of the account.
func (d *Desk) checkNew(ctx context.Context, accountID, password string) error {
	var own []string
	err := d.db.View(ctx, func(tx *store.Tx) error {
		p, err := ByID(tx, accountID)
		if err != nil {
			return err
		}
		b, err := BoxOf(tx)
		own = []string{p.Login, p.Name, b.Commune, b.Name}
		return err
	})
	if err != nil {
		return err
	}
	if bad := checkPassword(password, own...); bad != nil {
		return bad
	}
	return nil
}

// setPassword stores a password its person chose, and ends every session but
// keep.
func setPassword(tx *store.Tx, accountID, hash, keep string) error {
	done, err := tx.Exec(sqlSetPassword, hash, false, accountID)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.NotFound, "err.not_found").Because(err)
	}
	if _, err := tx.Exec(sqlDropSlip, accountID); err != nil {
		return err
	}
	if err := endAll(tx, accountID, keep); err != nil {
		return err
	}
	return tell(tx, accountID, ActPassword)
}

// Device names a browser for its owner's list of sessions, from the
// User-Agent header: "Firefox, Android". What is not sure stays out.
func Device(userAgent string) string {
	first := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(userAgent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := first("Firefox/", "Firefox", "SamsungBrowser/", "Samsung Internet", "Edg/", "Edge",
		"OPR/", "Opera", "Chrome/", "Chrome", "Version/", "Safari")
	system := first("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows",
		"Mac OS X", "Mac", "CrOS", "Chromebook", "Linux", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}
