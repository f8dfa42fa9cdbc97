package vote

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/notify"
)

// The desk. In a secret vote somebody without a phone votes on paper: they sign
// the printed roll, the box marks them as having voted, and they put a ballot in
// a box of wood. No list links a person and the number on their ballot, which
// keeps ballots from being copied. After the end two people type what is in the
// wooden box, each alone (paper.go); the vote is counted once they agree. In a
// vote that is not secret nobody needs paper: the ballot is typed at the desk.

// MaxPrint is how many ballots of paper one vote may have.
const MaxPrint = 2000

// Letters of the number of a ballot of paper, in two halves: 40 bits.
const codeLetters = 8

// Desk is what there is of paper in a secret vote.
type Desk struct {
	Printed int      // ballots, those given back among them
	Codes   []string // of the ballots that may be in the box, in their order, which is that of nothing else
	Settled bool     // both entries agree and are counted
	Tellers []string // accounts that may type beside those who lead the vote
	Entries []Keying // those begun, for those who may type
}

// DeskOf is the desk of a vote; ok is false where none was opened.
func (p *Proposal) DeskOf(tx *store.Tx) (d Desk, ok bool, err error) {
	d, err = store.One(tx, func(r store.Row) (d Desk, err error) { return d, r.Scan(&d.Printed, &d.Settled) }, sqlDesk, p.ID)
	if store.KindOf(err) == store.NotFound {
		return d, false, nil
	}
	if err != nil {
		return d, false, err
	}
	if d.Codes, err = store.All(tx, store.Scan[string], sqlCodes, p.ID); err != nil {
		return d, false, err
	}
	if d.Tellers, err = store.All(tx, store.Scan[string], sqlTellers, p.ID); err != nil {
		return d, false, err
	}
	d.Entries, err = p.keyings(tx)
	return d, err == nil, err
}

// AwaitsPaper tells whether a vote cannot be counted before what is on paper is
// typed.
func (p *Proposal) AwaitsPaper(tx *store.Tx) (bool, error) {
	n, err := store.One(tx, store.Scan[int], sqlUnsettled, p.ID)
	return n > 0, err
}

// led is a proposal, for somebody who leads its vote.
func led(tx *store.Tx, id string) (Proposal, error) {
	p, r, err := managed(tx, id)
	if err == nil && !r.Lead {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return p, err
}

// Led is a proposal, for somebody who leads its vote; kind Forbidden for others.
func Led(tx *store.Tx, id string) (Proposal, error) { return led(tx, id) }

// Print opens the desk of a secret vote, or adds ballots to those it has.
func Print(tx *store.Tx, id string, n int) error {
	p, err := led(tx, id)
	if err != nil {
		return err
	}
	if err := p.accepts(tx); err != nil {
		return err
	}
	d, _, err := p.DeskOf(tx)
	switch {
	case err != nil:
		return err
	case !p.Rule.Secret:
		return store.E(store.Conflict, "err.vote.paper_named")
	case n < 1 || n > MaxPrint-d.Printed: // a sum could overflow
		return store.E(store.Invalid, "err.vote.paper_number", "max", MaxPrint-d.Printed).At("count")
	}
	if _, err := tx.Exec(sqlPrint, p.ID, n); err != nil {
		return err
	}
	for range n {
		if _, err := tx.Exec(sqlCode, p.ID, newCode()); err != nil {
			return err
		}
	}
	return nil
}

// newCode is the number of a ballot: drawn, not counted, so that it tells
// nothing of when it was handed out.
func newCode() string {
	c := strings.ToUpper(store.NewID()[:codeLetters])
	return c[:codeLetters/2] + "-" + c[codeLetters/2:]
}

var misread = strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1")

// tidyCode is the number of a ballot as it is printed, from one that was typed.
func tidyCode(s string) string {
	c := strings.ToUpper(misread.Replace(strings.ToLower(strings.TrimSpace(s))))
	if len(c) != codeLetters {
		return c
	}
	return c[:codeLetters/2] + "-" + c[codeLetters/2:]
}

// HandOut marks somebody who has signed for a ballot of paper: the web is closed
// for them from this instant (DE-10). It fails with kind Conflict for who has
// voted, one way or the other.
func HandOut(tx *store.Tx, id, account string) error {
	p, err := led(tx, id)
	if err != nil {
		return err
	}
	if err := p.accepts(tx); err != nil {
		return err
	}
	if _, ok, err := p.DeskOf(tx); err != nil {
		return err
	} else if !ok {
		return store.E(store.Conflict, "err.vote.no_desk")
	}
	if err := p.mayVote(tx, account); err != nil {
		return ofDesk(err)
	}
	s, err := p.unsealAt(tx)
	if err != nil {
		return err
	}
	mark := [2]string{p.ID, account}
	if _, voted := s.marks[mark]; voted {
		return store.E(store.Conflict, "err.vote.voted_desk").At("person")
	}
	s.marks[mark] = Paper
	return s.write(tx)
}

// GiveBack takes the ballot of somebody back who does not use it, or was marked
// by mistake: its number counts for nothing any more, and they may vote again.
func GiveBack(tx *store.Tx, id, account, code string) error {
	p, err := led(tx, id)
	if err != nil {
		return err
	}
	if err := p.accepts(tx); err != nil {
		return err
	}
	s, err := p.unsealAt(tx)
	if err != nil {
		return err
	}
	mark := [2]string{p.ID, account}
	if s.marks[mark] != Paper {
		return store.E(store.Conflict, "err.vote.no_paper").At("person")
	}
	if _, err := store.One(tx, store.Scan[string], sqlUncode, p.ID, tidyCode(code)); store.KindOf(err) == store.NotFound {
		return store.E(store.Invalid, "err.vote.code").At("code")
	} else if err != nil {
		return err
	}
	delete(s.marks, mark)
	return s.write(tx)
}

// CloseDesk takes the desk of a vote away that nobody took a ballot at, so that
// nothing has to be typed. It fails with kind Conflict where somebody did, or
// where a box that came back from a copy cannot tell.
func CloseDesk(tx *store.Tx, id string) error {
	p, err := led(tx, id)
	if err != nil {
		return err
	}
	if waits, err := p.AwaitsPaper(tx); err != nil {
		return err
	} else if p.State != Voting || !waits {
		return store.E(store.Conflict, "err.vote.no_desk")
	}
	n, err := store.One(tx, store.Scan[int], sqlPapers, p.ID)
	if err != nil {
		return err
	}
	urn, err := store.One(tx, store.Scan[int], sqlHasUrn, p.ID)
	if err != nil {
		return err
	}
	if n > 0 || p.Restarted || urn == 0 {
		return store.E(store.Conflict, "err.vote.desk_used")
	}
	if err := tx.Seal(); err != nil { // entries somebody began go as well
		return err
	}
	if _, err := tx.Exec(sqlUndesk, p.ID); err != nil {
		return err
	}
	if p.Over(tx.Now) && tx.ClockQuality().Sure() {
		return p.end(tx)
	}
	return nil
}

// SetTeller lets somebody of the roll type ballots, or no longer.
func SetTeller(tx *store.Tx, id, account string, on bool) error {
	p, err := led(tx, id)
	if err != nil {
		return err
	}
	if _, ok, err := p.DeskOf(tx); err != nil {
		return err
	} else if !ok || p.State != Voting {
		return store.E(store.Conflict, "err.vote.no_desk")
	}
	if !on {
		_, err := tx.Exec(sqlUnteller, p.ID, account)
		return err
	}
	if ok, err := p.Entitled(tx, account); err != nil {
		return err
	} else if !ok {
		return store.E(store.Invalid, "err.vote.nobody").At("teller")
	}
	if _, err := tx.Exec(sqlTeller, p.ID, account); err != nil {
		return err
	}
	return notify.Tell(tx, account, p.Ref(), "notify.vote_teller")
}

// CastFor votes for somebody who is at the desk and says what, in a vote that is
// not secret. It cannot be done over; they are told that it was done.
func CastFor(tx *store.Tx, id, account string, a Answer) error {
	p, err := led(tx, id)
	if err != nil {
		return err
	}
	switch {
	case p.Rule.Secret:
		return store.E(store.Conflict, "err.vote.desk_secret")
	case account == tx.Actor.ID:
		return store.E(store.Invalid, "err.vote.desk_self").At("person")
	}
	if err := p.cast(tx, account, AtDesk, a); err != nil {
		return ofDesk(err)
	}
	return notify.Tell(tx, account, p.Ref(), "notify.vote_desk")
}

// ofDesk is a fault as it is said to who keeps the desk, and not to the voter.
func ofDesk(err error) error {
	e, ok := errors.AsType[*store.Error](err)
	switch {
	case ok && e.Key == "err.vote.voted":
		return store.E(store.Conflict, "err.vote.voted_desk").At("person")
	case ok && e.Key == "err.vote.not_on_roll":
		return store.E(store.Invalid, "err.vote.nobody").At("person")
	}
	return err
}

// RollNamed is the one account of the roll that somebody typed the name of. It
// fails with a sentence at the field when there is none, or several.
func (p *Proposal) RollNamed(tx *store.Tx, typed, field string) (string, error) {
	list, err := account.Named(tx, strings.TrimSpace(typed))
	if err != nil {
		return "", err
	}
	found := map[string]bool{}
	for i := range list {
		on, err := p.Entitled(tx, list[i].ID)
		if err != nil {
			return "", err
		}
		if on {
			found[list[i].ID] = true
		}
	}
	switch len(found) {
	case 0:
		return "", store.E(store.Invalid, "err.vote.nobody").At(field)
	case 1:
		return slices.Collect(maps.Keys(found))[0], nil
	}
	return "", store.E(store.Invalid, "err.vote.namesakes").At(field)
}
