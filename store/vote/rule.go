package vote

import (
	"errors"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/vote/tally"
)

// Departure is what becomes of the right of who leaves while a vote is open.
type Departure string

// The rules for departures (DE-4). Who has voted counts either way.
const (
	Kept    Departure = "kept"    // they may vote, and count in the roll
	Removed Departure = "removed" // who has not voted may not any more, and is taken off the roll
)

// Rule is how a vote is held and counted. All of it is said in words before the
// vote opens, and none of it changes afterwards.
type Rule struct {
	tally.Rule
	Secret     bool      `json:"secret,omitempty"`
	Visible    bool      `json:"visible,omitempty"` // results can be read before the end; never of a secret vote
	Departures Departure `json:"departures"`
	Extend     bool      `json:"extend,omitempty"`    // consent: put off once when not all have answered
	Chosen     bool      `json:"chosen,omitempty"`    // who conducts the decision settles a tie, with reasons: Choose
	Shuffled   bool      `json:"shuffled,omitempty"`  // ballots show the options in another order to each voter
	Delegable  bool      `json:"delegable,omitempty"` // a voice may be passed on; never of a secret vote
	Proxies    bool      `json:"proxies,omitempty"`   // at a meeting, who holds a proxy votes for its giver; never in secret
}

// Named are the methods whose ballots carry words, and so cannot be secret.
func named(m tally.Method) bool { return m == tally.Consent || m == tally.NoCandidate }

// single are the methods that do not ask among choices somebody wrote.
func single(r tally.Rule) bool {
	return named(r.Method) || r.Method == tally.Sorted || r.Method == tally.Majority && r.Variant == ""
}

// grades are the words of majority judgment, the worst first, by how many there
// are. They are content, as what people write is: the minutes carry them.
var grades = map[int][]string{
	3: {"À rejeter", "Passable", "Bien"},
	5: {"À rejeter", "Insuffisant", "Passable", "Bien", "Très bien"},
	6: {"À rejeter", "Insuffisant", "Passable", "Assez bien", "Bien", "Très bien"},
	7: {"À rejeter", "Insuffisant", "Passable", "Assez bien", "Bien", "Très bien", "Excellent"},
}

// Grades are the words of so many grades, the worst first; nil where there are
// none.
func Grades(n int) []string { return grades[n] }

// Options are what ballots choose from, in the order of their values.
func (p *Proposal) Options() []string {
	switch {
	case len(p.Choices) > 0:
		return p.Choices
	case p.Rule.names():
		return p.persons()
	case p.Rule.Method == tally.Consent:
		return []string{p.Title}
	}
	return []string{"Pour", "Contre"}
}

// check tells what is wrong with the rule, for a proposal, and completes it.
func (r *Rule) check(p *Proposal) error {
	var bad store.Errors
	choices := p.Choices
	if !p.Sort.countedBy(r.Method) {
		return store.Errors{store.E(store.Invalid, "err.vote.rule").At("method")}
	}
	if single(r.Rule) != (len(choices) == 0) {
		if len(choices) == 0 {
			return store.Errors{store.E(store.Invalid, "err.vote.needs_choices").At("method")}
		}
		return store.Errors{store.E(store.Invalid, "err.vote.no_choices").At("method")}
	}
	switch r.Method { //nolint:exhaustive // the others are checked below
	case tally.Sorted:
		return r.checkLot()
	case tally.NoCandidate:
		return r.checkElection()
	}
	r.Options = len(choices)
	switch {
	case r.Method == tally.Consent:
		r.Options = 1
	case single(r.Rule):
		r.Options = 2
	}
	if r.Departures != Kept && r.Departures != Removed {
		r.Departures = Kept
	}
	if r.Seats > r.Options {
		bad.Add(store.E(store.Invalid, "err.vote.seats", "max", r.Options).At("seats"))
	}
	if r.Method == tally.Judgment && grades[r.Grades] == nil {
		bad.Add(store.E(store.Invalid, "err.vote.grades").At("grades"))
	}
	if r.Secret && named(r.Method) {
		bad.Add(store.E(store.Invalid, "err.vote.secret_consent").At("secret"))
	}
	if r.Secret && r.Visible {
		bad.Add(store.E(store.Invalid, "err.vote.secret_visible").At("visible"))
	}
	if r.Delegable && (r.Secret || named(r.Method) || r.Method == tally.Sorted) {
		bad.Add(store.E(store.Invalid, "err.vote.delegable").At("delegable"))
	}
	if r.Delegable && r.Proxies { // a holder would cast what others passed on to the giver: a proxy is not passed on
		bad.Add(store.E(store.Invalid, "err.vote.delegable_proxies").At("proxies"))
	}
	if r.Secret && r.Proxies {
		bad.Add(store.E(store.Invalid, "err.vote.secret_proxies").At("proxies"))
	}
	if r.Extend && (r.Method != tally.Consent || r.Silence) {
		r.Extend = false
	}
	r.Chosen = r.Chosen && r.Ties == tally.TiesStand && r.Method != tally.Runoff && r.Method != tally.STV // these go on by the draw
	if err := r.Valid(); err != nil && len(bad) == 0 {
		bad.Add(store.E(store.Invalid, "err.vote.rule").At("method").Because(err))
	}
	return bad.OrNil()
}

// closing works out when a vote ends; it refuses a time no clock shows, with
// the one an hour later (DE-6).
func closing(tx *store.Tx, w calendar.Wall, name string) (time.Time, *store.Error) {
	zone, err := calendar.Location(name)
	if err != nil {
		return time.Time{}, store.E(store.Invalid, "err.agenda.zone").At("closes")
	}
	if w.IsZero() {
		return time.Time{}, store.E(store.Invalid, "err.vote.closes_empty").At("closes")
	}
	at, proposed, ok := w.In(zone, false)
	switch {
	case !ok:
		return at, store.E(store.Invalid, "err.agenda.skipped_hour", "hour", proposed.Hour, "minute", proposed.String()[14:]).At("closes_time")
	case !tx.ClockQuality().Sure():
		return at, store.E(store.Conflict, "err.vote.clock").At("closes")
	case at.Before(tx.Now.Add(MinOpen)):
		return at, store.E(store.Invalid, "err.vote.closes_soon").At("closes")
	case at.After(tx.Now.Add(MaxOpen)):
		return at, store.E(store.Invalid, "err.vote.closes_far").At("closes")
	}
	return at, nil
}

// ballotFaults are the sentences of what may be wrong with a ballot.
var ballotFaults = map[error]string{
	tally.ErrValue: "err.vote.ballot_value", tally.ErrEmpty: "err.vote.ballot_empty", tally.ErrPick: "err.vote.ballot_pick",
	tally.ErrMissing: "err.vote.ballot_missing", tally.ErrDots: "err.vote.ballot_dots", tally.ErrWhole: "err.vote.ballot_whole",
	tally.ErrEqual: "err.vote.ballot_equal", tally.ErrGap: "err.vote.ballot_gap",
}

// CheckBallot tells what is wrong with a ballot, in words for who fills it in.
func (r *Rule) CheckBallot(b tally.Ballot) error {
	err := r.Check(b)
	if err == nil {
		return nil
	}
	for fault, key := range ballotFaults {
		if errors.Is(err, fault) {
			return store.E(store.Invalid, key, "dots", r.Dots).At("ballot").Because(err)
		}
	}
	return store.E(store.Invalid, "err.vote.ballot_value").At("ballot").Because(err)
}
