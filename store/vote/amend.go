package vote

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// Amended is how far a change somebody asks for has come.
type Amended string

// The states of a change.
const (
	Asked    Amended = "open"
	Taken    Amended = "taken"    // the text was changed accordingly
	Declined Amended = "declined" // with a reason
)

// Change is what somebody asks to have changed before the vote.
type Change struct {
	ID         string
	ProposalID string
	AuthorID   string // empty after they left
	Text       string
	State      Amended
	Answer     string
	CreatedAt  time.Time
}

// Amend asks for a change, on behalf of the acting account.
func Amend(tx *store.Tx, id, text string) error {
	p, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	r, err := p.RightsOf(tx)
	switch {
	case err != nil:
		return err
	case !r.Part:
		return store.E(store.Forbidden, "err.forbidden")
	case !p.TakesAmendments(tx.Now):
		return store.E(store.Conflict, "err.vote.not_amending")
	case strings.TrimSpace(text) == "":
		return store.E(store.Invalid, "err.vote.amendment_empty").At("amendment")
	}
	if bad := listing.CheckText("amendment", text, MaxReason); bad != nil {
		return bad
	}
	n, err := store.One(tx, store.Scan[int], sqlAmendmentsN, p.ID)
	if err != nil {
		return err
	}
	if n >= MaxAmended {
		return store.E(store.Conflict, "err.vote.amendments_many", "max", MaxAmended)
	}
	if _, err := tx.Exec(sqlAmend, tx.NewID(), p.ID, tx.Actor.ID, text, tx.Now.Unix()); err != nil {
		return err
	}
	return notify.Tell(tx, p.AuthorID, p.Ref(), "notify.vote_amendment")
}

// AnswerAmendment says what became of a change: taken into the text, which is edited
// beside, or not, and why.
func AnswerAmendment(tx *store.Tx, id, change string, state Amended, answer string) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	c, err := store.One(tx, scanChange, sqlAmendment, change, p.ID)
	if err != nil {
		return err
	}
	switch {
	case !p.IsEarly():
		return store.E(store.Conflict, "err.vote.locked")
	case state != Taken && state != Declined:
		return store.E(store.Invalid, "err.vote.amendment_state").At("do")
	case state == Declined && strings.TrimSpace(answer) == "":
		return store.E(store.Invalid, "err.vote.amendment_why").At("answer")
	}
	if bad := listing.CheckText("answer", answer, MaxReason); bad != nil {
		return bad
	}
	if _, err := tx.Exec(sqlAmendAnswer, state, answer, c.ID); err != nil {
		return err
	}
	return notify.Tell(tx, c.AuthorID, p.Ref(), "notify.vote_amended")
}

// Amendments lists the changes asked for, the first before the others.
func (p *Proposal) Amendments(tx *store.Tx) ([]Change, error) {
	return store.All(tx, scanChange, sqlAmendments, p.ID)
}

func scanChange(r store.Row) (c Change, err error) {
	var at int64
	err = r.Scan(&c.ID, &c.ProposalID, &c.AuthorID, &c.Text, &c.State, &c.Answer, &at)
	c.CreatedAt = store.Instant(at)
	return c, err
}

// Step is one thing to be done after a decision.
type Step struct {
	ID        string
	Text      string
	Carrier   string        // who sees to it, in words
	Due       calendar.Wall // a day
	Done      string        // what was done; empty: not yet
	DoneAt    time.Time
	CreatedAt time.Time
}

// Late tells whether it is past its day and not done, on the wall of a zone.
func (s *Step) Late(today calendar.Wall) bool {
	return s.Done == "" && s.Due.Before(today.Midnight())
}

// Follow adds a step to what is to be done after a decision.
func Follow(tx *store.Tx, id string, s Step) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	if p.State != Closed {
		return store.E(store.Conflict, "err.vote.not_closed")
	}
	var bad store.Errors
	for _, one := range []struct {
		field, text string
		most        int
	}{{"step", s.Text, MaxReason}, {"carrier", s.Carrier, MaxCarrier}} {
		if strings.TrimSpace(one.text) == "" {
			bad.Add(store.E(store.Invalid, "err.vote."+one.field+"_empty").At(one.field))
		}
		bad.Add(listing.CheckText(one.field, one.text, one.most))
	}
	if s.Due.IsZero() {
		bad.Add(store.E(store.Invalid, "err.vote.due_empty").At("due"))
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlStepsN, p.ID)
	if err != nil {
		return err
	}
	if n >= MaxSteps {
		return store.E(store.Conflict, "err.vote.steps_many", "max", MaxSteps)
	}
	_, err = tx.Exec(sqlStep, tx.NewID(), p.ID, s.Text, s.Carrier, s.Due.Date(), tx.Now.Unix())
	return err
}

// Finish says that a step was done, and how.
func Finish(tx *store.Tx, id, step, done string) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	if strings.TrimSpace(done) == "" {
		return store.E(store.Invalid, "err.vote.done_empty").At("done")
	}
	if bad := listing.CheckText("done", done, MaxReason); bad != nil {
		return bad
	}
	_, err = tx.Exec(sqlStepDone, done, tx.Now.Unix(), step, p.ID)
	return err
}

// Drop takes a step away that was added by mistake.
func Drop(tx *store.Tx, id, step string) error {
	p, _, err := managed(tx, id)
	if err == nil {
		_, err = tx.Exec(sqlStepGone, step, p.ID)
	}
	return err
}

// Steps lists what is to be done, the first due before the others.
func (p *Proposal) Steps(tx *store.Tx) ([]Step, error) {
	return store.All(tx, func(r store.Row) (s Step, err error) {
		var due string
		var done, created int64
		if err = r.Scan(&s.ID, &s.Text, &s.Carrier, &due, &s.Done, &done, &created); err != nil {
			return s, err
		}
		s.DoneAt, s.CreatedAt = store.Instant(done), store.Instant(created)
		s.Due, err = calendar.ParseWall(due + "T00:00")
		return s, err
	}, sqlSteps, p.ID)
}
