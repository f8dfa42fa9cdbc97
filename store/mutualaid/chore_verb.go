package mutualaid

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// How long a chore stays when nothing happens to it: a year after it was done,
// and a year after somebody last touched it.
const choresKept = 365 * 24 * time.Hour

// PutChore adds a chore on behalf of the acting account.
func PutChore(tx *store.Tx, c *Chore) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	if c.ID == "" {
		c.ID = tx.NewID()
	}
	c.AuthorID, c.CreatedAt, c.UpdatedAt, c.DoneAt, c.LastDone, c.Takers = tx.Actor.ID, tx.Now, tx.Now, time.Time{}, time.Time{}, nil
	if _, err := tx.Exec(sqlInsertChore, c.columns()...); err != nil {
		return err
	}
	return c.put(tx)
}

// EditChore changes what a chore says. Who took it on is told.
func EditChore(tx *store.Tx, c *Chore) error {
	was, err := OwnChore(tx, c.ID)
	if err != nil {
		return err
	}
	if err := c.Check(); err != nil {
		return err
	}
	c.AuthorID, c.CreatedAt, c.DoneAt, c.LastDone, c.Takers = was.AuthorID, was.CreatedAt, was.DoneAt, was.LastDone, was.Takers
	if err := c.update(tx); err != nil {
		return err
	}
	return c.tellTakers(tx, "notify.chore_changed")
}

func (c *Chore) update(tx *store.Tx) error {
	c.UpdatedAt = tx.Now
	if _, err := tx.Exec(sqlUpdateChore, c.columns()...); err != nil {
		return err
	}
	return c.put(tx)
}

// tellTakers writes a notice to who took the chore on.
func (c *Chore) tellTakers(tx *store.Tx, key string) error {
	for _, a := range c.Takers {
		if err := notify.Tell(tx, a, c.Ref(), key); err != nil {
			return err
		}
	}
	return nil
}

// TakeChore takes a chore on for the acting account; its author is told. It is
// refused (kind Conflict) when enough people did, or when it is done.
func TakeChore(tx *store.Tx, id string) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	c, err := GetChore(tx, id)
	switch {
	case err != nil:
		return err
	case c.Has(tx.Actor.ID):
		return nil
	case c.Done():
		return store.E(store.Conflict, "err.chore.done")
	case c.Free() == 0:
		return store.E(store.Conflict, "err.chore.taken")
	}
	if _, err := tx.Exec(sqlTakeChore, c.ID, tx.Actor.ID, tx.Now.Unix()); err != nil {
		return err
	}
	c.Takers = append(c.Takers, tx.Actor.ID)
	if err := c.update(tx); err != nil {
		return err
	}
	return notify.Tell(tx, c.AuthorID, c.Ref(), "notify.chore_taken")
}

// LeaveChore gives a chore back that the acting account took on; its author is
// told.
func LeaveChore(tx *store.Tx, id string) error {
	c, err := GetChore(tx, id)
	if err != nil || !c.Has(tx.Actor.ID) {
		return err
	}
	if err := c.drop(tx, tx.Actor.ID); err != nil {
		return err
	}
	return notify.Tell(tx, c.AuthorID, c.Ref(), "notify.chore_left")
}

// drop takes one account off the chore.
func (c *Chore) drop(tx *store.Tx, account string) error {
	if _, err := tx.Exec(sqlLeaveChore, c.ID, account); err != nil {
		return err
	}
	var err error
	if c.Takers, err = store.All(tx, store.Scan[string], sqlTakers, c.ID); err != nil {
		return err
	}
	return c.update(tx)
}

// FinishChore says that a chore is done, on behalf of who took it on or may
// change it. What repeats is to do again so many days later, by whoever takes
// it then.
func FinishChore(tx *store.Tx, id string) error {
	c, err := GetChore(tx, id)
	switch {
	case err != nil:
		return err
	case tx.Actor.ID == "":
		return tx.Actor.Need(store.Resident)
	case !c.Has(tx.Actor.ID) && !c.MayChange(tx):
		return store.E(store.Forbidden, "err.forbidden")
	case c.Done():
		return nil
	}
	if err := notify.Tell(tx, c.AuthorID, c.Ref(), "notify.chore_done"); err != nil {
		return err
	}
	if err := c.tellTakers(tx, "notify.chore_done"); err != nil {
		return err
	}
	if c.Again == 0 {
		c.DoneAt = tx.Now
		return c.update(tx)
	}
	return c.repeat(tx)
}

// repeat puts the chore back on the board.
func (c *Chore) repeat(tx *store.Tx) error {
	zone, err := calendar.Location(Paris)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlLeaveAll, c.ID); err != nil {
		return err
	}
	c.LastDone, c.Takers = tx.Now, nil
	c.Day = calendar.WallOf(tx.Now.In(zone)).Midnight().AddDays(c.Again)
	return c.update(tx)
}

// ReopenChore puts a chore that is done back on the board.
func ReopenChore(tx *store.Tx, id string) error {
	c, err := OwnChore(tx, id)
	if err != nil || !c.Done() {
		return err
	}
	c.DoneAt = time.Time{}
	return c.update(tx)
}

// RemoveChore takes a chore away for good; who took it on is told.
func RemoveChore(tx *store.Tx, id string) error {
	c, err := OwnChore(tx, id)
	if err != nil {
		return err
	}
	if err := c.tellTakers(tx, "notify.chore_removed"); err != nil {
		return err
	}
	return c.delete(tx, listing.Withdraw)
}

func (c *Chore) delete(tx *store.Tx, forget func(*store.Tx, store.Ref) error) error {
	if _, err := tx.Exec(sqlDeleteChore, c.ID); err != nil {
		return err
	}
	return forget(tx, c.Ref())
}

// OwnChore is a chore for who may change it; it fails with kind Forbidden for
// anybody else.
func OwnChore(tx *store.Tx, id string) (Chore, error) {
	c, err := GetChore(tx, id)
	if err != nil {
		return c, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return c, err
	}
	if !c.MayChange(tx) {
		return c, store.E(store.Forbidden, "err.forbidden")
	}
	return c, nil
}

// GetChore is one chore. It fails with kind NotFound for one the actor may not
// know of: for residents only, or hidden by a moderator. Whom to ask is empty
// for visitors.
func GetChore(tx *store.Tx, id string) (Chore, error) {
	c, err := store.One(tx, scanChore, sqlChoreByID, id)
	if err != nil {
		return c, err
	}
	if c.Takers, err = store.All(tx, store.Scan[string], sqlTakers, id); err != nil {
		return c, err
	}
	if !tx.Actor.Can(store.Resident) {
		c.Contact = ""
	}
	if c.MayChange(tx) || c.Has(tx.Actor.ID) {
		return c, nil
	}
	if _, err := listing.ByRef(tx, c.Ref()); err != nil {
		return Chore{}, err
	}
	return c, nil
}

// Board lists the chores to do that the actor may see: those with a day first,
// in their order, then the latest; with done, those done in the last year.
func Board(tx *store.Tx, done bool) ([]Chore, error) {
	query := sqlBoard
	if done {
		query = sqlBoardDone
	}
	ids, err := store.All(tx, store.Scan[string], query)
	if err != nil {
		return nil, err
	}
	var list []Chore
	for _, id := range ids {
		c, err := GetChore(tx, id)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// TakerNames is how people with an account read who took the chore on; who left
// is not among them.
func (c *Chore) TakerNames(tx *store.Tx) (names []string, err error) {
	for _, a := range c.Takers {
		name, err := account.ShownName(tx, a)
		if err != nil {
			return nil, err
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}

// clearBoard forgets what was done, or what nobody has touched and is not to
// come, a year after.
func clearBoard(tx *store.Tx) error {
	before := tx.Now.Add(-choresKept)
	ids, err := store.All(tx, store.Scan[string], sqlOldChores, before.Unix(), before.Unix(), before.UTC().Format(time.DateOnly), rosterBatch)
	if err != nil {
		return err
	}
	for _, id := range ids {
		c := Chore{ID: id}
		if err := c.delete(tx, listing.Withdraw); err != nil {
			return err
		}
	}
	if len(ids) == rosterBatch {
		return store.ErrMore
	}
	return nil
}
