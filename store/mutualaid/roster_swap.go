package mutualaid

import (
	"cmp"
	"slices"

	"copi.local/store"
)

// OfferTurn proposes the acting account's turn: to one other person of the
// roster, against a turn of theirs when against says so, or to whoever wants
// it when to is empty. Until somebody accepts it stays the proposer's.
func OfferTurn(tx *store.Tx, id, to, against string) error {
	t, r, err := ownTurn(tx, id)
	if err != nil {
		return err
	}
	asked, err := Companions(tx, r.ID)
	if err != nil {
		return err
	}
	if to == "" && against == "" {
		t.OfferedTo, t.Against = "", "" // it may have been proposed to one before
		return t.offer(tx, &r, ToWhoever, asked)
	}
	if against != "" {
		theirs, err := store.One(tx, scanTurn, sqlTurnByID, against)
		if store.KindOf(err) == store.NotFound || err == nil && (theirs.RosterID != r.ID || theirs.begun(tx) || to != "" && theirs.AccountID != to) {
			return store.E(store.Invalid, "err.roster.against").At("against")
		}
		if err != nil {
			return err
		}
		to = theirs.AccountID
	}
	if !slices.Contains(asked, to) {
		return store.E(store.Invalid, "err.roster.no_companion").At("to")
	}
	t.OfferedTo, t.Against = to, against
	return t.offer(tx, &r, ToOneOther, []string{to})
}

// offer writes an offer and tells those who may accept it: not who has the
// same shift already.
func (t *Turn) offer(tx *store.Tx, r *Roster, what Offer, asked []string) error {
	s, err := r.Shift(tx, t.Date.String())
	if err != nil {
		return err
	}
	asked = slices.DeleteFunc(asked, func(a string) bool { return s.TurnOf(a) != nil })
	if what == ToOneOther && len(asked) == 0 {
		return store.E(store.Invalid, "err.roster.there_already").At("to")
	}
	if _, err := tx.Exec(sqlOfferTurn, what, t.OfferedTo, t.Against, t.ID); err != nil {
		return err
	}
	key := "notify.roster_offered"
	if what == ToOneOther {
		key = "notify.roster_asked"
	}
	for _, a := range asked {
		if err := t.tell(tx, r, key, a); err != nil {
			return err
		}
	}
	return nil
}

// maxCompanions bounds who hears of a turn that is offered to everybody.
const maxCompanions = 200

// Companions are the accounts that take or took turns in a roster, those who
// signed up last first; the acting account is not among them.
func Companions(tx *store.Tx, roster string) ([]string, error) {
	list, err := store.All(tx, store.Scan[string], sqlCompanions, roster, maxCompanions)
	return slices.DeleteFunc(list, func(a string) bool { return a == tx.Actor.ID }), err
}

// KeepTurn takes an offer back.
func KeepTurn(tx *store.Tx, id string) error {
	t, _, err := ownTurn(tx, id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlOfferTurn, Keeps, "", "", t.ID)
	return err
}

// RefuseTurn answers no to a turn proposed to the acting account.
func RefuseTurn(tx *store.Tx, id string) error {
	t, r, err := offeredTurn(tx, id)
	if err != nil {
		return err
	}
	if t.Offer != ToOneOther {
		return store.E(store.Conflict, "err.roster.not_offered")
	}
	if _, err := tx.Exec(sqlOfferTurn, Keeps, "", "", t.ID); err != nil {
		return err
	}
	return t.tell(tx, &r, "notify.roster_refused", t.AccountID)
}

// AcceptTurn gives the acting account a turn that was proposed to it or to
// everybody, and the proposer theirs when that was the bargain. It is refused
// like TakeTurn.
func AcceptTurn(tx *store.Tx, id string, anyway bool) error {
	t, r, err := offeredTurn(tx, id)
	if err != nil {
		return err
	}
	s, err := r.Shift(tx, t.Date.String())
	if err != nil {
		return err
	}
	switch {
	case s.Off():
		return store.E(store.Conflict, "err.roster.off")
	case s.TurnOf(tx.Actor.ID) != nil:
		return store.E(store.Conflict, "err.roster.twice")
	}
	if !anyway {
		if err := t.overlaps(tx, tx.Actor.ID, t.Against); err != nil {
			return err
		}
	}
	proposer := t.AccountID
	if t.Against != "" {
		if err := t.handBack(tx, &r, proposer); err != nil {
			return err
		}
	}
	if err := t.hand(tx, tx.Actor.ID); err != nil {
		return err
	}
	return t.tell(tx, &r, "notify.roster_accepted", proposer)
}

// handBack gives the proposer the turn that was asked for.
func (t *Turn) handBack(tx *store.Tx, r *Roster, proposer string) error {
	theirs, err := store.One(tx, scanTurn, sqlTurnByID, t.Against)
	if store.KindOf(err) == store.NotFound || err == nil && (theirs.AccountID != tx.Actor.ID || theirs.begun(tx)) {
		return store.E(store.Conflict, "err.roster.against_gone")
	}
	if err != nil {
		return err
	}
	if s, err := r.Shift(tx, theirs.Date.String()); err != nil || s.Off() {
		return cmp.Or(err, error(store.E(store.Conflict, "err.roster.off")))
	}
	err = theirs.hand(tx, proposer)
	if store.KindOf(err) == store.Conflict {
		return store.E(store.Conflict, "err.roster.swap_there")
	}
	return err
}

// hand makes the turn another account's.
func (t *Turn) hand(tx *store.Tx, account string) error {
	if _, err := tx.Exec(sqlUnoffer, t.ID); err != nil {
		return err
	}
	known := !tx.Now.Before(t.remindAt())
	_, err := tx.Exec(sqlHandTurn, account, known, t.ID)
	if store.IsUnique(err) {
		return store.E(store.Conflict, "err.roster.twice")
	}
	return err
}

// offeredTurn is a turn the acting account may accept.
func offeredTurn(tx *store.Tx, id string) (Turn, Roster, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Turn{}, Roster{}, err
	}
	t, err := store.One(tx, scanTurn, sqlTurnByID, id)
	if err != nil {
		return t, Roster{}, err
	}
	r, err := GetRoster(tx, t.RosterID)
	switch {
	case err != nil:
		return t, r, err
	case t.AccountID == tx.Actor.ID || t.Offer == ToOneOther && t.OfferedTo != tx.Actor.ID:
		return t, r, store.E(store.Forbidden, "err.forbidden")
	case t.Offer == Keeps:
		return t, r, store.E(store.Conflict, "err.roster.not_offered")
	case t.begun(tx):
		return t, r, store.E(store.Conflict, "err.roster.begun")
	}
	return t, r, nil
}
