package account

import (
	"context"

	"copi.local/store"
)

// NewPerson is an account made for somebody by an operator, who saw them.
type NewPerson struct {
	Login, Name, Hamlet string
	Role                store.Role
	// Password is for the command line; empty prints a slip instead.
	Password string
	OnPaper  bool  // the charter was accepted on paper; without it, at the first sign-in
	Birth    Birth // of somebody under 15, who is then no more than a resident
	Agreed   bool  // a parent signed as well
}

// Add makes an account, for an operator in ctx, and returns the slip to print
// when no password was given.
func (d *Desk) Add(ctx context.Context, n NewPerson) (p Person, slip string, err error) {
	p = Person{Login: FoldLogin(n.Login), Name: Tidy(n.Name), Hamlet: Tidy(n.Hamlet), Role: n.Role}
	if err := p.Check(); err != nil {
		return p, "", err
	}
	if n.Role < store.Resident || n.Role > store.Operator {
		return p, "", store.E(store.Invalid, "err.role", "role", n.Role.String()).At("role")
	}
	if n.Birth != (Birth{}) {
		if err := n.Birth.check(d.db.Clock().Now()); err != nil {
			return p, "", err
		}
		if n.Role > store.Resident {
			return p, "", store.E(store.Invalid, "err.account.minor_role").At("role")
		}
	}
	password, slipHash := "", ""
	if n.Password != "" {
		if bad := checkPassword(n.Password, p.Login, p.Name); bad != nil {
			return p, "", bad
		}
		password, err = d.hash.hash(ctx, n.Password)
	} else {
		slip, slipHash, err = d.newSlip(ctx)
	}
	if err != nil {
		return p, "", err
	}
	err = d.db.Update(ctx, func(tx *store.Tx) error { return add(tx, &p, password, slipHash, n) })
	return p, slip, err
}

func add(tx *store.Tx, p *Person, password, slipHash string, n NewPerson) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	p.MustChange, p.HasKey = password == "", password != ""
	if err := insert(tx, p, password); err != nil {
		return err
	}
	if n.OnPaper {
		if err := accept(tx, p.ID, true); err != nil {
			return err
		}
	}
	if n.Birth != (Birth{}) {
		if err := markMinor(tx, p.ID, n.Birth, n.Agreed); err != nil {
			return err
		}
	}
	if p.Role > store.Resident {
		if err := tellAndLog(tx, p.ID, ActRole); err != nil {
			return err
		}
	}
	if slipHash == "" {
		return nil
	}
	return putSlip(tx, p.ID, slipHash)
}

// PrintSlip makes a slip for somebody who forgot their password. The old
// password goes on working until the slip is used, so that a slip nobody
// asked for does no harm; the person sees it in their history.
func (d *Desk) PrintSlip(ctx context.Context, accountID string) (p Person, slip string, err error) {
	slip, hash, err := d.newSlip(ctx)
	if err != nil {
		return p, "", err
	}
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Actor.Need(store.Operator); err != nil {
			return err
		}
		var err error
		if p, err = ByID(tx, accountID); err != nil {
			return err
		}
		return putSlip(tx, accountID, hash)
	})
	if err != nil {
		return p, "", err
	}
	return p, slip, nil
}

func (d *Desk) newSlip(ctx context.Context) (slip, hash string, err error) {
	slip = newCode()
	bare, _ := bareCode(slip)
	hash, err = d.hash.hash(ctx, bare)
	return slip, hash, err
}

// PrintCodes makes the acting person's eight personal codes; earlier ones are
// void. They are shown once and stored as hashes.
func (d *Desk) PrintCodes(ctx context.Context, accountID string) ([]string, error) {
	codes, hashes := make([]string, Codes), make([]string, Codes)
	for i := range codes {
		var err error
		if codes[i], hashes[i], err = d.newSlip(ctx); err != nil {
			return nil, err
		}
	}
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		if tx.Actor.ID != accountID {
			return store.E(store.Forbidden, "err.forbidden")
		}
		return putCodes(tx, accountID, hashes)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// Reset gives login a password from the box's own command line, whose user
// holds the machine. It is logged, and ends the person's sessions.
func (d *Desk) Reset(ctx context.Context, login, password string) error {
	var p Person
	err := d.db.View(ctx, func(tx *store.Tx) (err error) {
		p, err = ByLogin(tx, login)
		return err
	})
	if err != nil {
		return err
	}
	if err := d.checkNew(ctx, p.ID, password); err != nil {
		return err
	}
	hash, err := d.hash.hash(ctx, password)
	if err != nil {
		return err
	}
	return d.db.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Actor.Need(store.Operator); err != nil {
			return err
		}
		if err := setPassword(tx, p.ID, hash, ""); err != nil {
			return err
		}
		return tellAndLog(tx, p.ID, ActReset)
	})
}
