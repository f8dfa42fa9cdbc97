package assembly

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// Seat is one of those who may take part.
type Seat struct {
	ID        string
	AccountID string // empty: somebody without account, or who has left
	Name      string // as it is read; empty for who has left
	There     bool
	CameAt    time.Time // zero: not come
	LeftAt    time.Time // zero: not left again
}

// Roll is who may take part, with their names, by name.
func (a *Assembly) Roll(tx *store.Tx) ([]Seat, error) {
	list, err := store.All(tx, scanSeat, sqlRoll, a.ID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Name, err = nameOf(tx, &list[i]); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(x, y Seat) int { return strings.Compare(account.Fold(x.Name), account.Fold(y.Name)) })
	return list, nil
}

// seatOf is the seat of an account; ok is false without one.
func (a *Assembly) seatOf(tx *store.Tx, id string) (seat string, ok bool, err error) {
	seat, err = store.One(tx, store.Scan[string], sqlSeatOf, id, a.ID)
	if store.KindOf(err) == store.NotFound {
		return "", false, nil
	}
	return seat, err == nil, err
}

// Seat is the seat of the acting account; empty without one.
func (a *Assembly) Seat(tx *store.Tx) (string, error) {
	seat, _, err := a.seatOf(tx, tx.Actor.ID)
	return seat, err
}

// seatMembers seats all members that have no seat yet.
func (a *Assembly) seatMembers(tx *store.Tx) error {
	all, err := people(tx, a.GroupID, a.ElementID)
	if err != nil {
		return err
	}
	slices.Sort(all)
	for _, id := range all {
		if _, ok, err := a.seatOf(tx, id); err != nil {
			return err
		} else if ok {
			continue
		}
		if _, err := tx.Exec(sqlSeat, tx.NewID(), a.ID, id, ""); err != nil {
			return err
		}
	}
	return nil
}

// seatAgain seats those of an earlier meeting, but who has left since. The names
// written are of people without account: an account's goes with the account.
func (a *Assembly) seatAgain(tx *store.Tx, earlier *Assembly) error {
	roll, err := store.All(tx, scanSeat, sqlRoll, earlier.ID)
	if err != nil {
		return err
	}
	for _, s := range roll {
		if s.AccountID == "" && s.Name == "" {
			continue
		}
		if _, err := tx.Exec(sqlSeat, tx.NewID(), a.ID, s.AccountID, s.Name); err != nil {
			return err
		}
	}
	return nil
}

// Renew seats the members that came since the draft was written; nobody is taken
// off.
func Renew(tx *store.Tx, id string) error {
	a, err := kept(tx, id, Draft)
	if err != nil {
		return err
	}
	return a.seatMembers(tx)
}

// AddNames seats people without account, one name a line. Who is on the roll by
// this name already is not seated twice. Once people are convened the roll
// stands: the quorum is a share of it.
func AddNames(tx *store.Tx, id, names string) (added int, err error) {
	a, err := kept(tx, id, Draft)
	if err != nil {
		return 0, err
	}
	roll, err := a.Roll(tx)
	if err != nil {
		return 0, err
	}
	known := map[string]bool{}
	for _, s := range roll {
		known[account.Fold(s.Name)] = true
	}
	for name := range strings.SplitSeq(names, "\n") {
		name = strings.Join(strings.Fields(name), " ")
		if name == "" || known[account.Fold(name)] {
			continue
		}
		if bad := listing.CheckText("names", name, MaxName); bad != nil {
			return 0, bad
		}
		known[account.Fold(name)] = true
		if added++; len(roll)+added > MaxRoll {
			return 0, store.E(store.Invalid, "err.assembly.roll_full", "max", MaxRoll).At("names")
		}
		if _, err := tx.Exec(sqlSeat, tx.NewID(), a.ID, "", name); err != nil {
			return 0, err
		}
	}
	if added == 0 {
		return 0, store.E(store.Invalid, "err.assembly.names_none").At("names")
	}
	return added, nil
}

// Unseat takes people off the roll before they are convened.
func Unseat(tx *store.Tx, id string, seats []string) error {
	a, err := kept(tx, id, Draft)
	if err != nil {
		return err
	}
	return a.each(tx, seats, sqlUnseat)
}

// each runs a statement for each of some seats; one that is not of this meeting
// changes nothing.
func (a *Assembly) each(tx *store.Tx, seats []string, statement string, first ...any) error {
	if len(seats) == 0 {
		return store.E(store.Invalid, "err.assembly.nobody").At("seat")
	}
	for _, s := range seats {
		if _, err := tx.Exec(statement, append(first, s, a.ID)...); err != nil {
			return err
		}
	}
	return nil
}

// Come notes that people are there. Who gave a proxy votes in person from then
// on: it is over (DE-9). Only what is added is said, so that two who tick at two
// doors do not undo each other's.
func Come(tx *store.Tx, id string, seats []string) error {
	a, err := kept(tx, id, Open)
	if err != nil {
		return err
	}
	if err := a.each(tx, seats, sqlCome, tx.Now.Unix()); err != nil {
		return err
	}
	for _, s := range seats {
		if _, err := tx.Exec(sqlProxyCame, a.ID, s); err != nil {
			return err
		}
	}
	return nil
}

// Go notes that somebody has left: their own voice goes, and those they held.
func Go(tx *store.Tx, id, seat string) error {
	a, err := kept(tx, id, Open)
	if err != nil {
		return err
	}
	return a.each(tx, []string{seat}, sqlGo, tx.Now.Unix())
}

// NotCome takes back that somebody was ticked by mistake; a proxy that ended by
// it stands again.
func NotCome(tx *store.Tx, id, seat string) error {
	a, err := kept(tx, id, Open)
	if err != nil {
		return err
	}
	if err := a.each(tx, []string{seat}, sqlNotCome); err != nil {
		return err
	}
	_, err = tx.Exec(sqlProxyUncame, a.ID, seat)
	return err
}
