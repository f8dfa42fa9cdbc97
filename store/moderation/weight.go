package moderation

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// What a report weighs (MD-3). Whatever it weighs, a moderator reads it; one
// that weighs nothing helps to hide nothing for the time being. The rules are
// in the help, in the same words.
const (
	youngFor    = 7 * 24 * time.Hour  // a younger account's reports weigh nothing
	wrongWithin = 90 * 24 * time.Hour // how far back a reporter's record goes
	wrongFrom   = 3                   // from so many unfounded reports, and more of them than founded ones, they weigh nothing

	waveOf     = 5               // so many reports of one thing, or as many as hide it: it takes no more then
	waveLeast  = 3               // but not fewer than these,
	waveWithin = 5 * time.Minute // within so little time are a wave
)

// weight is what a report of the acting person weighs: 1 or 0. A visitor's
// weighs, once for each source.
func weight(tx *store.Tx) (int, error) {
	if tx.Actor.ID == "" {
		return 1, nil
	}
	p, err := account.ByID(tx, tx.Actor.ID)
	if err != nil && store.KindOf(err) != store.NotFound {
		return 0, err
	}
	if err == nil && tx.Now.Sub(p.CreatedAt) < youngFor {
		return 0, nil
	}
	type record struct{ wrong, right int }
	was, err := store.One(tx, func(r store.Row) (v record, err error) {
		err = r.Scan(&v.wrong, &v.right)
		return v, err
	}, sqlRecord, tx.Actor.ID, tx.Now.Add(-wrongWithin).Unix())
	if err != nil || was.wrong >= wrongFrom && was.wrong > was.right {
		return 0, err
	}
	return 1, nil
}

// wave tells whether reports, the oldest first, came together as if somebody
// had called for them.
func (r Rule) wave(reports []Report) bool {
	n := waveOf
	if r.Reports > 0 {
		n = max(waveLeast, min(n, r.Reports))
	}
	for i := n - 1; i < len(reports); i++ {
		if reports[i].At.Sub(reports[i-n+1].At) <= waveWithin {
			return true
		}
	}
	return false
}
