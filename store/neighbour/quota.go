package neighbour

import (
	"slices"
	"time"

	"copi.local/store"
)

// payOff is how long it takes to pay one changed card off: a day for MaxChanged.
const payOff = 24 * time.Hour / MaxChanged

// Debt is how many changed cards of an origin are not paid off yet. While it is
// less than MaxChanged the next state is taken, however large: a state is taken
// whole or not at all, so one import of some thousands must not stay out for
// ever. It is then paid off before more is taken, which keeps the mean.
func (l *Log) Debt(now time.Time) int64 {
	if now.Before(l.ChangedAt) { // a clock that went back pays nothing off
		return l.Changed
	}
	return max(0, l.Changed-int64(now.Sub(l.ChangedAt)/payOff))
}

// Charge adds changed cards to an origin's debt.
func Charge(tx *store.Tx, l Log, cards int) error {
	_, err := tx.Exec(sqlCharge, l.Debt(tx.Now)+int64(cards), tx.Now.Unix(), l.ID)
	return err
}

// Wait keeps an origin at its last head until enough of its debt is paid off.
func Wait(tx *store.Tx, l Log) error {
	_, err := tx.Exec(sqlWait, l.ID)
	return err
}

// Waiting lists the origins that Wait was called for and whose debt is small
// enough by now.
func Waiting(tx *store.Tx) ([]Log, error) {
	logs, err := store.All(tx, scanLog, sqlWaiting)
	return slices.DeleteFunc(logs, func(l Log) bool { return l.Debt(tx.Now) >= MaxChanged }), err
}

// Relieve has the origins of Waiting asked for again.
func Relieve(tx *store.Tx) error {
	logs, err := Waiting(tx)
	if err != nil || len(logs) == 0 {
		return err
	}
	for _, l := range logs {
		if _, err := tx.Exec(sqlRelieve, l.ID); err != nil {
			return err
		}
	}
	return Rescope(tx)
}
