package mutualaid

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/calendar"
	"copi.local/store/notify"
)

// Offer is whether somebody looks for another person to take their turn.
type Offer uint8

// The offers.
const (
	Keeps      Offer = iota
	ToWhoever        // the first who wants it
	ToOneOther       // Turn.OfferedTo
)

// Turn is one person in one shift. Whoever has it answers for it: an offer
// changes nothing until somebody accepts (EN-5).
type Turn struct {
	ID        string
	RosterID  string
	Date      calendar.Wall // of the shift
	At, Until time.Time     // of the shift; exclusive end
	AccountID string
	Offer     Offer
	OfferedTo string // account; with ToOneOther
	Against   string // the turn of theirs to swap with; empty for none
	TakenAt   time.Time
}

// Overlap is the error of a turn at the same hours as another of the same
// person: of kind Conflict, to be confirmed.
const Overlap = "err.roster.overlaps"

// TakeTurn signs the acting account up for a shift. A second time is refused
// (kind Conflict), and so is a shift that is full, over or cancelled. Hours
// that overlap with another of their shifts are refused with the key Overlap,
// unless anyway.
func TakeTurn(tx *store.Tx, roster, name string, anyway bool) (Turn, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Turn{}, err
	}
	r, s, err := shiftToCome(tx, roster, name)
	if err != nil {
		return Turn{}, err
	}
	switch {
	case r.Closed:
		return Turn{}, store.E(store.Conflict, "err.roster.closed")
	case s.TurnOf(tx.Actor.ID) != nil:
		return Turn{}, store.E(store.Conflict, "err.roster.twice")
	case s.Free() == 0:
		return Turn{}, store.E(store.Conflict, "err.roster.full")
	}
	t := Turn{
		ID: tx.NewID(), RosterID: r.ID, Date: s.Date, At: s.At, Until: s.Until, AccountID: tx.Actor.ID, TakenAt: tx.Now,
	}
	if !anyway {
		if err := t.overlaps(tx, tx.Actor.ID, ""); err != nil {
			return Turn{}, err
		}
	}
	known := !tx.Now.Before(t.remindAt()) // they hear of it now
	_, err = tx.Exec(sqlInsertTurn, t.ID, t.RosterID, t.Date.String(), t.At.Unix(), t.Until.Unix(), t.AccountID, known, tx.Now.Unix())
	return t, err
}

// shiftToCome is a shift one can still do something about.
func shiftToCome(tx *store.Tx, roster, name string) (Roster, Shift, error) {
	r, err := GetRoster(tx, roster)
	if err != nil {
		return r, Shift{}, err
	}
	s, err := r.Shift(tx, name)
	switch {
	case err != nil:
		return r, s, err
	case s.Off():
		return r, s, store.E(store.Conflict, "err.roster.off")
	case !tx.Now.Before(s.At) && tx.ClockQuality().Sure():
		return r, s, store.E(store.Conflict, "err.roster.begun")
	}
	return r, s, nil
}

// overlaps refuses the turn for an account that has another at the same hours,
// in whichever roster; but is a turn they would give away for it.
func (t *Turn) overlaps(tx *store.Tx, account, but string) error {
	title, err := store.One(tx, store.Scan[string], sqlOverlap, account, t.Until.Unix(), t.At.Unix(), t.ID, but)
	switch {
	case store.KindOf(err) == store.NotFound:
		return nil
	case err != nil:
		return err
	}
	return store.E(store.Conflict, Overlap, "title", title).At("anyway")
}

// LeaveTurn gives the acting account's turn back; who planned the roster is
// told.
func LeaveTurn(tx *store.Tx, id string) error {
	t, r, err := ownTurn(tx, id)
	if err != nil {
		return err
	}
	if err := t.drop(tx); err != nil {
		return err
	}
	return t.tell(tx, &r, "notify.roster_left", r.AuthorID)
}

// StrikeTurn takes somebody off a shift, on behalf of who plans the roster.
func StrikeTurn(tx *store.Tx, id string) error {
	t, err := store.One(tx, scanTurn, sqlTurnByID, id)
	if err != nil {
		return err
	}
	r, err := OwnRoster(tx, t.RosterID)
	if err != nil {
		return err
	}
	if err := t.drop(tx); err != nil {
		return err
	}
	return t.tell(tx, &r, "notify.roster_struck", t.AccountID)
}

// ownTurn is a turn of the acting account in a shift that has not begun.
func ownTurn(tx *store.Tx, id string) (Turn, Roster, error) {
	t, err := store.One(tx, scanTurn, sqlTurnByID, id)
	if err != nil {
		return t, Roster{}, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return t, Roster{}, err
	}
	if t.AccountID != tx.Actor.ID {
		return t, Roster{}, store.E(store.Forbidden, "err.forbidden")
	}
	if t.begun(tx) {
		return t, Roster{}, store.E(store.Conflict, "err.roster.begun")
	}
	r, err := store.One(tx, scanRoster, sqlRosterByID, t.RosterID)
	return t, r, err
}

// TurnByID is one turn, whoever asks; NotFound when it was given back.
func TurnByID(tx *store.Tx, id string) (Turn, error) {
	return store.One(tx, scanTurn, sqlTurnByID, id)
}

func (t *Turn) begun(tx *store.Tx) bool { return !tx.Now.Before(t.At) && tx.ClockQuality().Sure() }

// drop deletes the turn. Who had been asked to give theirs for it is asked no
// more.
func (t *Turn) drop(tx *store.Tx) error {
	if _, err := tx.Exec(sqlUnoffer, t.ID); err != nil {
		return err
	}
	_, err := tx.Exec(sqlDropTurn, t.ID)
	return err
}

// tell writes a notice about the turn's day to an account.
func (t *Turn) tell(tx *store.Tx, r *Roster, key, account string) error {
	return notify.Tell(tx, account, r.Ref(), key, "day", t.Date.Date())
}

// NameOf is how people with an account read who has a turn; empty for somebody
// who left.
func (t *Turn) NameOf(tx *store.Tx) (string, error) { return account.ShownName(tx, t.AccountID) }

// MyTurns lists the acting account's turns to come, the next first, and those
// proposed to it.
func MyTurns(tx *store.Tx) (turns, proposed []Turn, err error) {
	if tx.Actor.ID == "" {
		return nil, nil, nil
	}
	if turns, err = store.All(tx, scanTurn, sqlTurnsOf, tx.Actor.ID, tx.Now.Unix()); err != nil {
		return nil, nil, err
	}
	proposed, err = store.All(tx, scanTurn, sqlTurnsProposed, tx.Actor.ID, tx.Now.Unix())
	return turns, proposed, err
}

// TurnsToCome lists the turns of a roster that are not over, the next first,
// for people with an account.
func TurnsToCome(tx *store.Tx, roster string) ([]Turn, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return nil, err
	}
	return store.All(tx, scanTurn, sqlTurnsToCome, roster, tx.Now.Unix())
}
