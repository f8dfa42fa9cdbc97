package moderation

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/notify"
)

// Suspend keeps a person from acting for so many days (MD-5): they read, take
// their data, and leave if they like; it ends by itself; they read why, and can
// ask for a second opinion. The public log has the reason and the article, not
// who. Who may suspend whom is account.Suspend's.
func Suspend(tx *store.Tx, id string, days int, why Cause) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	if err := why.check(tx, Complaints); err != nil {
		return err
	}
	if err := checkWords(why.Text); err != nil { // the person reads them
		return err
	}
	longest := int(account.MaxSuspension / (24 * time.Hour))
	if days < 1 || days > longest {
		return store.E(store.Invalid, "err.account.suspend_until", "days", longest).At("days")
	}
	ref := store.Ref{Module: Person, ID: id}
	if _, under, err := account.SuspensionOf(tx, id); err != nil {
		return err
	} else if !under { // what was asked about an earlier one that is over
		if _, err := tx.Exec(sqlDropAppeal, ref.Module, ref.ID); err != nil {
			return err
		}
	}
	if err := account.Suspend(tx, id, tx.Now.Add(time.Duration(days)*24*time.Hour), why.Text); err != nil {
		return err
	}
	if err := notify.Tell(tx, id, ref, "notify.moderation_suspended"); err != nil {
		return err
	}
	return log(tx, "suspend", Person, ref, id, why)
}

// Readmit ends a suspension before its time.
func Readmit(tx *store.Tx, id string) error {
	_, ok, err := account.SuspensionOf(tx, id)
	if err != nil || !ok {
		return err
	}
	if err := account.Readmit(tx, id); err != nil {
		return err
	}
	ref := store.Ref{Module: Person, ID: id}
	if _, err := tx.Exec(sqlCloseAppeals, tx.Now.Unix(), tx.Actor.ID, ref.Module, ref.ID); err != nil {
		return err
	}
	if err := notify.Tell(tx, id, ref, "notify.moderation_readmitted"); err != nil {
		return err
	}
	return log(tx, "readmit", Person, ref, id, Cause{})
}
