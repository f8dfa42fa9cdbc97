package message

import (
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/moderation"
	"copi.local/store/notify"
)

// around is how many messages before and after a reported one a moderator
// reads.
const around = 4

// Acts of the public log; their kind is Module.
const (
	actTaken = "message_taken"
	actKept  = "message_kept"
)

// Report is a message somebody asked a moderator to read.
type Report struct {
	ID     string
	Reason moderation.Reason
	Text   string // what its reader adds
	At     time.Time
	Own    bool // the acting moderator is a party, and must leave it to another

	thread, reporter string
	n                int
}

// Exchange is a reported message among the few around it, as a moderator reads
// them.
type Exchange struct {
	Report
	Title    string // of the thing
	Sides    [2]Party
	Messages []Message
	N        int // the reported one
}

// File reports a message of the other party, once. From then on, and until they
// have decided, moderators read it and what stands around it. It returns false
// when it was reported already.
func File(tx *store.Tx, thread string, n int, reason moderation.Reason, text string) (bool, error) {
	t, err := Get(tx, thread)
	if err != nil {
		return false, err
	}
	m, err := t.message(tx, n)
	if err != nil {
		return false, err
	}
	if m.Side == t.Mine || m.Taken != "" {
		return false, store.E(store.NotFound, "err.not_found")
	}
	if err := moderation.CheckReason(Complaints, reason, text); err != nil {
		return false, err
	}
	_, err = tx.Exec(sqlReport, tx.NewID(), t.ID, n, reason, text, tx.Actor.ID, tx.Now.Unix())
	if store.IsUnique(err) {
		return false, nil
	}
	return err == nil, err
}

// Reports lists what waits for a moderator, the longest first, without a word
// of any message.
func Reports(tx *store.Tx) ([]Report, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	list, err := store.All(tx, scanReport, sqlReports)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Own, err = list[i].own(tx); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Waiting counts them, for everybody.
func Waiting(tx *store.Tx) (int, error) { return store.One(tx, store.Scan[int], sqlReportCount) }

// own tells whether the actor reported the message, or is one of the parties.
func (r *Report) own(tx *store.Tx) (bool, error) {
	if r.reporter == tx.Actor.ID {
		return true, nil
	}
	sides, err := store.All(tx, scanParty, sqlSides, r.thread)
	if err != nil {
		return false, err
	}
	for _, p := range sides {
		if mine, err := p.Mine(tx); err != nil || mine {
			return mine, err
		}
	}
	return false, nil
}

// Reported is what a moderator reads of a report: the message and what stood
// around it when it was reported. It fails with kind NotFound once somebody has
// decided, and with kind Forbidden for a party (MD-2).
func Reported(tx *store.Tx, id string) (Exchange, error) {
	r, err := open(tx, id)
	if err != nil {
		return Exchange{}, err
	}
	x := Exchange{Report: r, N: r.n}
	if x.Title, err = store.One(tx, store.Scan[string], sqlTitleOf, r.thread); err != nil {
		return x, err
	}
	sides, err := store.All(tx, scanParty, sqlSides, r.thread)
	if err != nil {
		return x, err
	}
	copy(x.Sides[:], sides)
	x.Messages, err = store.All(tx, scanMessage, sqlAround, r.thread, r.n-around, r.n+around, r.At.Unix())
	slices.Reverse(x.Messages)
	return x, err
}

func open(tx *store.Tx, id string) (Report, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return Report{}, err
	}
	r, err := store.One(tx, scanReport, sqlReportByID, id)
	if err != nil {
		return r, err
	}
	own, err := r.own(tx)
	if err == nil && own {
		err = store.E(store.Forbidden, "err.moderation.own")
	}
	return r, err
}

// Take answers a report by taking the message away: both parties read that a
// moderator did, and why.
func Take(tx *store.Tx, id string, reason moderation.Reason, text string) error {
	r, err := open(tx, id)
	if err != nil {
		return err
	}
	if err := moderation.CheckReason(Complaints, reason, text); err != nil {
		return err
	}
	author, err := store.One(tx, store.Scan[string], sqlAuthor, r.thread, r.n)
	if err != nil {
		return err
	}
	why := string(reason)
	if text != "" {
		why += " " + text
	}
	if _, err := tx.Exec(sqlTake, why, r.thread, r.n); err != nil {
		return err
	}
	if err := notify.Tell(tx, author, store.Ref{Module: Module, ID: r.thread}, "notify.message_taken"); err != nil {
		return err
	}
	return r.decide(tx, actTaken, "notify.message_taken", reason)
}

// Dismiss answers a report: the message stays.
func Dismiss(tx *store.Tx, id string) error {
	r, err := open(tx, id)
	if err != nil {
		return err
	}
	return r.decide(tx, actKept, "notify.message_kept", "")
}

func (r *Report) decide(tx *store.Tx, act, sentence string, reason moderation.Reason) error {
	if _, err := tx.Exec(sqlDecide, tx.Now.Unix(), tx.Actor.ID, r.ID); err != nil {
		return err
	}
	if err := notify.Tell(tx, r.reporter, store.Ref{Module: Module, ID: r.thread}, sentence); err != nil {
		return err
	}
	if err := sweep(tx, r.thread); err != nil { // both may have thrown it away meanwhile
		return err
	}
	return moderation.Note(tx, act, Module, reason)
}
