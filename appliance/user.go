package appliance

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"copi.local/appliance/clock"
	"copi.local/store"
	"copi.local/store/account"
)

// AddUser makes an account in the box in dir, running or not. Without a
// password it returns the slip to give to the person.
func AddUser(ctx context.Context, dir string, n account.NewPerson) (slip string, err error) {
	err = withDesk(ctx, dir, func(ctx context.Context, d *account.Desk, _ *store.DB) error {
		_, slip, err = d.Add(ctx, n)
		return err
	})
	return slip, err
}

// ResetUser gives login a new password, or a slip when it is empty.
func ResetUser(ctx context.Context, dir, login, password string) (slip string, err error) {
	err = withDesk(ctx, dir, func(ctx context.Context, d *account.Desk, db *store.DB) error {
		if password != "" {
			return d.Reset(ctx, login, password)
		}
		p, err := personByLogin(ctx, db, login)
		if err != nil {
			return err
		}
		_, slip, err = d.PrintSlip(ctx, p.ID)
		return err
	})
	return slip, err
}

// SetUserRole gives login a role.
func SetUserRole(ctx context.Context, dir, login string, role store.Role) error {
	return withDesk(ctx, dir, func(ctx context.Context, _ *account.Desk, db *store.DB) error {
		return db.Update(ctx, func(tx *store.Tx) error {
			p, err := account.ByLogin(tx, login)
			if err != nil {
				return err
			}
			return account.SetRole(tx, p.ID, role)
		})
	})
}

func personByLogin(ctx context.Context, db *store.DB, login string) (p account.Person, err error) {
	err = db.View(ctx, func(tx *store.Tx) error {
		p, err = account.ByLogin(tx, login)
		return err
	})
	return p, err
}

// withDesk opens the box in dir for whoever holds the machine: nobody's
// account, an operator's rights.
func withDesk(ctx context.Context, dir string, fn func(context.Context, *account.Desk, *store.DB) error) error {
	db, _, err := openAtRest(ctx, dir)
	if err != nil {
		return err
	}
	ctx = store.As(ctx, store.Actor{Role: store.Operator})
	return errors.Join(fn(ctx, account.NewDesk(db, account.Recommended), db), db.Close())
}

// openAtRest opens the database of a box without running it.
func openAtRest(ctx context.Context, dir string) (*store.DB, *clock.Clock, error) {
	if err := needDatabase(dir); err != nil {
		return nil, nil, err
	}
	if err := workAsOwner(dir); err != nil {
		return nil, nil, err
	}
	c := clock.New(clock.Options{File: clockFile(dir), System: true, Log: slog.New(slog.DiscardHandler)})
	db, err := store.Open(ctx, database(dir), store.Options{Clock: c, Personal: personal})
	if why := store.TroubleOf(err); why == store.Damaged || why == store.Storage {
		err = fmt.Errorf("the data in %s cannot be used; start the box and open its pages, they say what to do: %w", dir, err)
	}
	return db, c, err
}
