package mutualaid

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/notify"
)

// watch reminds operators and referents of consents to be asked for again, a
// month before and on the day, and deletes what nobody renewed in time.
func watch(tx *store.Tx) error {
	today := dayOf(tx.Now)
	if _, err := tx.Exec(sqlLeft, today.AddDays(-graceDays).Date()); err != nil {
		return err
	}
	news := int64(0)
	for stage, day := range map[int]string{1: today.AddDays(warnDays).Date(), 2: today.Date()} {
		done, err := tx.Exec(sqlWarnIsolated, stage, stage, day)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return err
		}
		news += n
	}
	if news == 0 {
		return nil
	}
	who, err := account.Operators(tx)
	if err != nil {
		return err
	}
	readers, err := store.All(tx, scanReferent, sqlReferents)
	if err != nil {
		return err
	}
	for i := range readers {
		who = append(who, readers[i].Account)
	}
	for _, a := range who {
		if err := notify.Tell(tx, a, WatchRef, "notify.isolated_renew"); err != nil {
			return err
		}
	}
	return nil
}
