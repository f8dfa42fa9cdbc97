package ads

import (
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// Jobs is what the box does with ads by itself.
var Jobs = []store.Job{
	{Name: "ads warnings", Every: time.Hour, Expires: true, Run: warn},
	{Name: "ads endings", Every: time.Hour, Expires: true, Run: end},
	{Name: "ads past", Every: 24 * time.Hour, Expires: true, Run: forget},
}

// atOnce bounds how long others wait for a run.
const atOnce = 50

// Keys of what who answers for an ad is told.
const (
	EndsSoon = "notify.ads_ends_soon"
	Ended    = "notify.ads_ended"
)

// warn tells who answers for an ad that it ends in three days (PA-1).
func warn(tx *store.Tx) error {
	return each(tx, sqlToWarn, sqlNextWarn, warnBefore, func(a *Ad) error {
		a.Warned = true
		if _, err := tx.Exec(sqlUpdate, append(a.columns(), a.ID)...); err != nil {
			return err
		}
		return a.tell(tx, EndsSoon)
	})
}

// end takes what has had its time out of every list.
func end(tx *store.Tx) error {
	return each(tx, sqlEnding, sqlNextEnd, 0, func(a *Ad) error {
		a.State, a.EndedAt, a.UpdatedAt = Over, tx.Now, tx.Now
		if _, err := tx.Exec(sqlUpdate, append(a.columns(), a.ID)...); err != nil {
			return err
		}
		if err := put(tx, a); err != nil {
			return err
		}
		return a.tell(tx, Ended)
	})
}

// each does something with the ads that expire before so long from now, and
// says when there is next something to do.
func each(tx *store.Tx, due, next string, before time.Duration, do func(*Ad) error) error {
	list, err := store.All(tx, scanAd, due, tx.Now.Add(before).Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		if err := do(&list[i]); err != nil {
			return err
		}
	}
	return store.MoreOrAgain(tx, len(list), atOnce, next, before)
}

// forget deletes what ended a year ago.
func forget(tx *store.Tx) error {
	list, err := store.All(tx, scanAd, sqlPast, tx.Now.AddDate(0, -keptMonths, 0).Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		if err := drop(tx, &list[i], listing.Withdraw); err != nil {
			return err
		}
	}
	return store.More(len(list), atOnce)
}

// tell tells who answers for the ad: its author, and where they left those who
// answer for the organisation.
func (a *Ad) tell(tx *store.Tx, key string) error {
	who, err := a.keepers(tx)
	for _, account := range who {
		if err := notify.Tell(tx, account, a.Ref(), key); err != nil {
			return err
		}
	}
	return err
}

func (a *Ad) keepers(tx *store.Tx) ([]string, error) {
	if a.AuthorID != "" {
		return []string{a.AuthorID}, nil
	}
	e, ok, err := directory.InWhoseName(tx, a.Ref())
	if err != nil || !ok {
		return nil, err
	}
	return e.Keepers(tx)
}

// settled marks the warnings about an ad as read: somebody has done what they
// asked for.
func (a *Ad) settled(tx *store.Tx) error {
	who, err := a.keepers(tx)
	for _, account := range who {
		for _, key := range []string{EndsSoon, Ended} {
			if err := notify.Settle(tx, account, a.Ref(), key); err != nil {
				return err
			}
		}
	}
	return err
}
