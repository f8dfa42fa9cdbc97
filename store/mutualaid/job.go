package mutualaid

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// atOnce is how many favours one run looks after.
const atOnce = 50

// matchEvery is how often people are told of what may answer their favour.
const matchEvery = 7 * 24 * time.Hour

// matchesTold is how many cards one notice counts at most.
const matchesTold = 20

// Jobs is what the module does by itself: with favours, and as the other files
// say.
var Jobs = append([]store.Job{
	{Name: "mutualaid end", Every: time.Hour, Expires: true, Run: end},
	{Name: "mutualaid warn", Every: 6 * time.Hour, Expires: true, Run: warn},
	{Name: "mutualaid matches", Every: 24 * time.Hour, Expires: true, Run: tellMatches},
	{Name: "mutualaid purge", Every: 24 * time.Hour, Expires: true, Run: purge},
}, rosterJobs...)

// end writes down what has ended by itself, so that its card says nothing any
// more (EN-2), and knows when the next does.
func end(tx *store.Tx) error {
	list, err := store.All(tx, scanFavour, sqlEnding, tx.Now.Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		f := &list[i]
		f.State, f.EndedAt = Over, f.ExpiresAt
		if err := f.save(tx, ""); err != nil {
			return err
		}
	}
	return store.MoreOrAgain(tx, len(list), atOnce, sqlNextEnd, 0)
}

// warn tells people that a favour without a date ends soon.
func warn(tx *store.Tx) error {
	list, err := store.All(tx, scanFavour, sqlWarn, tx.Now.Add(WarnedFor).Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].tellAnswerers(tx, "notify.mutualaid_ends"); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlWarned, list[i].ID); err != nil {
			return err
		}
	}
	return store.More(len(list), atOnce)
}

// tellMatches tells people once a week of new cards that may answer their
// favour: those who ask and those who offer alike.
func tellMatches(tx *store.Tx) error {
	list, err := store.All(tx, scanFavour, sqlToMatch, tx.Now.Add(-matchEvery).Unix(), tx.Now.Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		f := &list[i]
		fresh, err := f.freshMatches(tx)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(sqlMatched, tx.Now.Unix(), f.ID); err != nil {
			return err
		}
		if fresh == 0 {
			continue
		}
		if err := f.tellAnswerers(tx, "notify.mutualaid_match", "n", fresh); err != nil {
			return err
		}
	}
	return store.More(len(list), atOnce)
}

// freshMatches counts what nobody was told of, as a resident may see it, and
// notes it.
func (f *Favour) freshMatches(tx *store.Tx) (int, error) {
	nobody := tx.Actor
	tx.Actor = store.Actor{ID: f.AuthorID, Role: store.Resident}
	cards, err := Matches(tx, f, matchesTold)
	tx.Actor = nobody
	fresh := 0
	for i := range cards {
		if err != nil {
			return 0, err
		}
		made, failed := tx.Exec(sqlMatch, f.ID, cards[i].Ref.ID)
		if failed != nil {
			return 0, failed
		}
		n, failed := made.RowsAffected()
		fresh += int(n)
		err = failed
	}
	return fresh, err
}

// purge deletes what ended a year ago.
func purge(tx *store.Tx) error {
	list, err := store.All(tx, scanFavour, sqlOld, tx.Now.Add(-Kept).Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].drop(tx, listing.Withdraw); err != nil {
			return err
		}
	}
	return store.More(len(list), atOnce)
}
