package vote

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// Limits of the mairie's answers.
const (
	MaxAnswer     = 5000 // characters
	MaxAnswerDays = 366  // for an answer
)

// Stand is what the mairie makes of an idea addressed to it.
type Stand string

// The stands. An idea that is studied still waits for its answer.
const (
	Received Stand = "received"
	Studied  Stand = "studied"
	TakenUp  Stand = "accepted"
	SetAside Stand = "declined"
)

// Ask is that an idea was addressed to the mairie, which owes it an answer
// within the days that were the rule that day.
type Ask struct {
	ProposalID string
	Due        calendar.Wall // the last day to answer
	Stand      Stand
	Answer     string
	AnsweredAt time.Time // zero before
}

// Waits tells whether no answer was given yet.
func (a *Ask) Waits() bool { return a.AnsweredAt.IsZero() }

// Late tells whether the last day is over without an answer, on the wall of the
// village.
func (a *Ask) Late(today calendar.Wall) bool { return a.Waits() && a.Due.Before(today.Midnight()) }

// AnswerDays is how many days the mairie has to answer an idea.
func AnswerDays(tx *store.Tx) (int, error) { return store.One(tx, store.Scan[int], sqlAnswerDays) }

// SetAnswerDays changes how many days the mairie has; what was addressed before
// keeps its day.
func SetAnswerDays(tx *store.Tx, days int) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if days < 1 || days > MaxAnswerDays {
		return store.E(store.Invalid, "err.vote.answer_days", "max", MaxAnswerDays).At("days")
	}
	_, err := tx.Exec(sqlSetAnswerDays, days)
	return err
}

// Address asks the mairie for an answer to an idea of the village on which no
// vote was opened. Once: a second time changes nothing.
func Address(tx *store.Tx, id string) error {
	p, _, err := managed(tx, id)
	switch {
	case err != nil:
		return err
	case p.GroupID != "":
		return store.E(store.Conflict, "err.vote.ask_group")
	case !p.IsEarly():
		return store.E(store.Conflict, "err.vote.locked")
	}
	days, err := AnswerDays(tx)
	if err != nil {
		return err
	}
	zone, err := calendar.Location(Paris)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlAsk, p.ID, calendar.WallOf(tx.Now.In(zone)).AddDays(days).Date())
	return err
}

// AskOf is what the mairie was asked about a proposal; ok is false for one that
// is not addressed to it.
func (p *Proposal) AskOf(tx *store.Tx) (a Ask, ok bool, err error) {
	a, err = store.One(tx, scanAsk, sqlAskOf, p.ID)
	if store.KindOf(err) == store.NotFound {
		return a, false, nil
	}
	return a, err == nil, err
}

// Study says that the mairie looks into an idea: its answer is still owed.
func Study(tx *store.Tx, id string) error {
	_, a, err := asked(tx, id)
	if err != nil {
		return err
	}
	if !a.Waits() {
		return store.E(store.Conflict, "err.vote.answered")
	}
	_, err = tx.Exec(sqlStudy, Studied, id)
	return err
}

// asked is a proposal the mairie was asked about, for an operator, who speaks
// for it.
func asked(tx *store.Tx, id string) (p Proposal, a Ask, err error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return p, a, err
	}
	if p, err = Get(tx, id); err != nil {
		return p, a, err
	}
	a, ok, err := p.AskOf(tx)
	if err == nil && !ok {
		err = store.E(store.NotFound, "err.not_found")
	}
	return p, a, err
}

// Respond publishes what the mairie answers, accepted or declined, and tells
// who proposed the idea and who supports it, once. Later it mends the words.
func Respond(tx *store.Tx, id string, stand Stand, answer string) error {
	p, a, err := asked(tx, id)
	if err != nil {
		return err
	}
	answer = strings.TrimSpace(answer)
	var bad store.Errors
	if stand != TakenUp && stand != SetAside {
		bad.Add(store.E(store.Invalid, "err.vote.stand").At("stand"))
	}
	if answer == "" {
		bad.Add(store.E(store.Invalid, "err.vote.answer_empty").At("response"))
	}
	bad.Add(listing.CheckText("response", answer, MaxAnswer))
	if err := bad.OrNil(); err != nil {
		return err
	}
	first := a.Waits()
	if first {
		a.AnsweredAt = tx.Now
	}
	if _, err := tx.Exec(sqlRespond, stand, answer, a.AnsweredAt.Unix(), id); err != nil || !first {
		return err
	}
	return p.tellBackers(tx, "notify.vote_answered")
}

// tellBackers tells who proposed the idea and who supports it.
func (p *Proposal) tellBackers(tx *store.Tx, key string) error {
	list, err := store.All(tx, store.Scan[string], sqlSupporters, p.ID)
	if err == nil && p.AuthorID != "" {
		list = append(list, p.AuthorID)
	}
	told := map[string]bool{}
	for _, account := range list {
		if err == nil && !told[account] {
			told[account] = true
			err = notify.Tell(tx, account, p.Ref(), key)
		}
	}
	return err
}

// Owed is an idea that waits for the mairie's answer.
type Owed struct {
	Proposal Proposal
	Ask      Ask
}

// Unanswered lists the ideas that wait for an answer and that the actor may know
// of, the one that is due first before the others.
func Unanswered(tx *store.Tx) (list []Owed, err error) {
	asks, err := store.All(tx, scanAsk, sqlUnanswered)
	for _, a := range asks {
		if err != nil {
			return nil, err
		}
		var p Proposal
		if p, err = store.One(tx, scanProposal, sqlByID, a.ProposalID); err != nil {
			return nil, err
		}
		var c listing.Card
		switch c, err = listing.ByRef(tx, p.Ref()); {
		case store.KindOf(err) == store.NotFound:
			err = nil
		case err == nil && !c.Hidden:
			list = append(list, Owed{p, a})
		}
	}
	return list, err
}

func scanAsk(r store.Row) (a Ask, err error) {
	var due string
	var at int64
	if err = r.Scan(&a.ProposalID, &due, &a.Stand, &a.Answer, &at); err != nil {
		return a, err
	}
	a.AnsweredAt = store.Instant(at)
	a.Due, err = calendar.ParseWall(due + "T00:00")
	return a, err
}
