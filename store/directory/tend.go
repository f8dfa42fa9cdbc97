package directory

import (
	"encoding/json"
	"time"

	"copi.local/store"
)

// Limits of what one run does, or one page shows.
const (
	tendAtOnce = 200
	MaxTour    = 300
	MaxArchive = 500
)

// Reminder is the key of what whoever answers for an element is told.
const Reminder = "notify.directory_verify"

// Tender looks after what nobody has looked at: it reminds whoever answers for
// an element, through tell, and takes what was left too long out of the lists.
// A box that was off for months sends one reminder, not four.
func Tender(tell func(tx *store.Tx, account string, about store.Ref, key string, args ...any) error) store.Job {
	return store.Job{
		Name: "directory freshness", Every: 6 * time.Hour, Expires: true,
		Run: func(tx *store.Tx) error { return tend(tx, tell) },
	}
}

type stale struct {
	id       string
	verified time.Time
	reminded int
}

func tend(tx *store.Tx, tell func(*store.Tx, string, store.Ref, string, ...any) error) error {
	rule, err := RuleOf(tx)
	if err != nil {
		return err
	}
	list, err := staleOnes(tx, rule)
	if err != nil {
		return err
	}
	done := 0
	for _, s := range list {
		step, due := rule.At(s.verified, tx.Now)
		switch {
		case step == Archived:
			err = archive(tx, s.id)
		case due > s.reminded:
			err = s.remind(tx, due, tell)
		default:
			continue
		}
		if err != nil {
			return err
		}
		if done++; done == tendAtOnce {
			return store.ErrMore
		}
	}
	return nil
}

// staleOnes are at least all elements something may be due for: months have 28
// days at least.
func staleOnes(tx *store.Tx, rule Rule) ([]stale, error) {
	const month = 28
	due := tx.Now.AddDate(0, 0, -month*rule.Months)
	gone := due.AddDate(0, 0, -month*rule.ArchiveMonths-rule.Reminders*rule.Days)
	return store.All(tx, func(r store.Row) (s stale, err error) {
		var at int64
		err = r.Scan(&s.id, &at, &s.reminded)
		s.verified = time.Unix(at, 0).UTC()
		return s, err
	}, sqlStale, due.Unix(), rule.Reminders, gone.Unix())
}

// remind tells everybody who answers for an element that it is to be looked at.
func (s stale) remind(tx *store.Tx, due int, tell func(*store.Tx, string, store.Ref, string, ...any) error) error {
	e, err := store.One(tx, scanElement, sqlByID, s.id)
	if err != nil {
		return err
	}
	keepers, err := e.Keepers(tx)
	if err != nil {
		return err
	}
	for _, account := range keepers {
		if err := tell(tx, account, e.Ref(), Reminder); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlReminded, due, s.id)
	return err
}

// Keepers are the accounts that answer for the element.
func (e *Element) Keepers(tx *store.Tx) ([]string, error) {
	if e.Kind != Person {
		return store.All(tx, store.Scan[string], sqlAdmins, e.ID)
	}
	if e.AuthorID == "" {
		return nil, nil
	}
	return []string{e.AuthorID}, nil
}

// archive takes an element out of the lists; its address stays.
func archive(tx *store.Tx, id string) error {
	if _, err := tx.Exec(sqlArchive, tx.Now.Unix(), id); err != nil {
		return err
	}
	e, err := store.One(tx, scanElement, sqlByID, id)
	if err != nil {
		return err
	}
	return e.put(tx)
}

// Verify says that an element is right as it stands. Moderators may say so of
// anything but a person: they have a list and a telephone.
func Verify(tx *store.Tx, id string) error {
	e, err := get(tx, id)
	if err != nil {
		return err
	}
	may, err := e.MayVerify(tx)
	if err != nil {
		return err
	}
	if !may {
		return store.E(store.Forbidden, "err.forbidden")
	}
	was := e.ArchivedAt
	if err := e.verified(tx); err != nil || was.IsZero() {
		return err
	}
	return e.put(tx)
}

// MayVerify tells whether the actor may say that the element is right.
func (e *Element) MayVerify(tx *store.Tx) (bool, error) {
	if e.Kind != Person && tx.Actor.Can(store.Moderator) {
		return true, nil
	}
	return e.mine(tx)
}

func (e *Element) verified(tx *store.Tx) error {
	e.VerifiedAt, e.ArchivedAt = tx.Now, time.Time{}
	_, err := tx.Exec(sqlVerify, tx.Now.Unix(), e.ID)
	return err
}

// Steps are how far the own elements among ids have come.
func Steps(tx *store.Tx, ids []string) (map[string]Step, error) {
	rule, err := RuleOf(tx)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	out := map[string]Step{}
	_, err = store.All(tx, func(r store.Row) (_ struct{}, err error) {
		var id string
		var at int64
		err = r.Scan(&id, &at)
		out[id], _ = rule.At(time.Unix(at, 0).UTC(), tx.Now)
		return struct{}{}, err
	}, sqlVerified, string(list))
	return out, err
}

// ArchivedOnes lists what left the lists, the latest first.
func ArchivedOnes(tx *store.Tx) ([]Element, error) {
	all, err := store.All(tx, scanElement, sqlArchived, MaxArchive)
	if err != nil {
		return nil, err
	}
	return readable(tx, all)
}

// Tour lists what somebody with a telephone could check: elements nobody has
// looked at for the months of the rule, the longest ago first. More tells
// whether there are others.
func Tour(tx *store.Tx) (list []Element, total int, err error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, 0, err
	}
	rule, err := RuleOf(tx)
	if err != nil {
		return nil, 0, err
	}
	before := later(tx.Now, -rule.Months).Unix()
	if total, err = store.One(tx, store.Scan[int], sqlTourSize, before); err != nil {
		return nil, 0, err
	}
	list, err = store.All(tx, scanElement, sqlTour, before, MaxTour)
	return list, total, err
}
