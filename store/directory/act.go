package directory

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// actsKept is how long it stays known who did what in the name of an element.
const actsKept = 365 * 24 * time.Hour

// Act is something somebody did in the name of an element; its sentence is
// "member.act." and its name.
type Act struct {
	N     int64
	Act   string
	By    string // name of who acted; empty when that person left
	About string // name of the member it was about; empty for none, or gone
	Ref   store.Ref
	Title string // of the thing at that time
	At    time.Time
}

// Acts lists what was done in the name of an element before line n, the latest
// first, for its administrators and for moderators; n 0 is from the last.
func Acts(tx *store.Tx, id string, n int64, limit int) ([]Act, error) {
	admin, err := IsAdmin(tx, id, tx.Actor.ID)
	if err != nil {
		return nil, err
	}
	if !admin && !tx.Actor.Can(store.Moderator) {
		return nil, tx.Actor.Need(store.Moderator)
	}
	if n <= 0 {
		n = 1 << 62
	}
	list, err := store.All(tx, scanAct, sqlActs, id, n, limit)
	if err != nil {
		return nil, err
	}
	for i := range list {
		for _, name := range []*string{&list[i].By, &list[i].About} {
			if *name, err = account.ShownName(tx, *name); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// scanAct reads an act with account ids in the place of names.
func scanAct(r store.Row) (a Act, err error) {
	var at int64
	err = r.Scan(&a.N, &a.Act, &a.By, &a.About, &a.Ref.Module, &a.Ref.ID, &a.Title, &at)
	a.At = time.Unix(at, 0).UTC()
	return a, err
}

// record notes what the actor did about a member; other may be empty.
func record(tx *store.Tx, element, act, other string) error {
	if other == tx.Actor.ID {
		other = ""
	}
	return note(tx, element, act, other, store.Ref{}, "")
}

func note(tx *store.Tx, element, act, other string, ref store.Ref, title string) error {
	if tx.ClockQuality().Sure() {
		if _, err := tx.Exec(sqlForgetActs, tx.Now.Add(-actsKept).Unix()); err != nil {
			return err
		}
	}
	_, err := tx.Exec(sqlRecord, element, tx.Actor.ID, other, act, ref.Module, ref.ID, title, tx.Now.Unix())
	return err
}
