package group

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Limits of what a group of groups asks its groups.
const (
	MaxQuestion = 140  // characters
	MaxText     = 2000 // characters
	minAsking   = 24 * time.Hour
	MaxAsking   = 180 * 24 * time.Hour
	inquiries   = 50 // of one group that are listed
)

// Rule is how the answers of groups become one, said before anybody answers.
type Rule string

// The rules. A group that abstains, or has not answered in time, is neither for
// nor against; only under Unanimity it stands in the way.
const (
	Unanimity Rule = "unanimity" // every group asked says yes
	Majority  Rule = "majority"  // one voice each: more say yes than no
	ByMembers Rule = "members"   // each group weighs as many as its members when it was asked
)

// Rules are the rules in the order they are shown.
var Rules = []Rule{Unanimity, Majority, ByMembers}

// Voice is what a group says.
type Voice string

// The answers.
const (
	NoAnswer Voice = ""
	Yes      Voice = "yes"
	No       Voice = "no"
	Abstain  Voice = "abstain"
)

// Answers are what a group may say, in the order they are shown.
var Answers = []Voice{Yes, No, Abstain}

// Inquiry is a question a group of groups puts to its groups (FO-10).
type Inquiry struct {
	ID        string
	GroupID   string
	Question  string
	Text      string
	Rule      Rule
	AuthorID  string // empty: has left
	Until     time.Time
	CreatedAt time.Time
	Parts     []Heard
}

// Heard is one of the groups asked, as it was when it was asked.
type Heard struct {
	PartID string
	Name   string // empty: a group the reader may not know of
	Weight int    // 1; its members under ByMembers
	Answer Voice
	At     time.Time
	Mine   bool // the actor speaks for it
}

// Outcome is what the answers come to.
type Outcome string

// The outcomes.
const (
	Running   Outcome = "open"    // answers are taken
	Adopted   Outcome = "adopted" //
	Refused   Outcome = "refused" //
	Unheard   Outcome = "unheard" // nobody answered
	Undecided Outcome = "even"    // as many for as against
)

// Tally is the answers counted.
type Tally struct {
	Asked, Answered  int // groups
	Yes, No, Abstain int // by weight
	Outcome          Outcome
}

// Ended tells whether no answer is taken any more; never while the clock is
// unsure.
func (q *Inquiry) Ended(tx *store.Tx) bool {
	return tx.ClockQuality().Sure() && !tx.Now.Before(q.Until)
}

// Tally counts the answers by the rule, which was fixed when it was asked.
func (q *Inquiry) Tally(ended bool) Tally {
	t := Tally{Asked: len(q.Parts), Outcome: Running}
	for _, p := range q.Parts {
		switch p.Answer {
		case NoAnswer:
			continue
		case Yes:
			t.Yes += p.Weight
		case No:
			t.No += p.Weight
		case Abstain:
			t.Abstain += p.Weight
		}
		t.Answered++
	}
	if ended {
		t.Outcome = t.outcome(q.Rule)
	}
	return t
}

func (t *Tally) outcome(rule Rule) Outcome {
	switch {
	case t.Answered == 0:
		return Unheard
	case rule == Unanimity && t.Yes == t.Asked: // each weighs one
		return Adopted
	case rule == Unanimity:
		return Refused
	case t.Yes > t.No:
		return Adopted
	case t.Yes < t.No:
		return Refused
	default:
		return Undecided
	}
}

func (q *Inquiry) check(tx *store.Tx) error {
	var bad store.Errors
	if tidy(q.Question) == "" {
		bad.Add(store.E(store.Invalid, "err.group.question_empty").At("question"))
	}
	bad.Add(listing.CheckText("question", q.Question, MaxQuestion))
	bad.Add(listing.CheckText("text", q.Text, MaxText))
	if q.Rule != Unanimity && q.Rule != Majority && q.Rule != ByMembers {
		bad.Add(store.E(store.Invalid, "err.group.choose").At("rule"))
	}
	if q.Until.Before(tx.Now.Add(minAsking)) || q.Until.After(tx.Now.Add(MaxAsking)) {
		bad.Add(store.E(store.Invalid, "err.group.until", "days", int(MaxAsking.Hours()/24)).At("until"))
	}
	return bad.OrNil()
}

// Ask puts a question to the groups that are in a group of groups now, on behalf
// of one of its keepers. Neither the rule nor who is asked changes afterwards.
func Ask(tx *store.Tx, q *Inquiry) error {
	g, err := Kept(tx, q.GroupID)
	if err != nil {
		return err
	}
	if g.Closed() {
		return store.E(store.Conflict, "err.group.closed")
	}
	if err := q.check(tx); err != nil {
		return err
	}
	parts, err := store.All(tx, store.Scan[string], sqlAgreedParts, q.GroupID)
	if err != nil {
		return err
	}
	if len(parts) < 2 {
		return store.E(store.Conflict, "err.group.two_parts")
	}
	q.ID, q.AuthorID, q.CreatedAt = tx.NewID(), tx.Actor.ID, tx.Now
	if _, err := tx.Exec(sqlAskInquiry, q.ID, q.GroupID, tidy(q.Question), q.Text, q.Rule, q.AuthorID, q.Until.Unix(), tx.Now.Unix()); err != nil {
		return err
	}
	for _, id := range parts {
		if err := q.ask(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// ask puts the question to one group, and tells who speaks for it.
func (q *Inquiry) ask(tx *store.Tx, id string) error {
	p, err := read(tx, id)
	if err != nil {
		return err
	}
	weight := 1
	if q.Rule == ByMembers {
		if weight, err = store.One(tx, store.Scan[int], sqlCount, id); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlAskPart, q.ID, id, p.Name, weight); err != nil {
		return err
	}
	delegates, err := DelegatesOf(tx, q.GroupID, id)
	if err != nil {
		return err
	}
	if len(delegates) == 0 {
		return tellKeepers(tx, id, "notify.group_inquiry")
	}
	for _, d := range delegates {
		if err := tell(tx, q.GroupID, d.Account, "notify.group_inquiry"); err != nil {
			return err
		}
	}
	return nil
}

// Reply is what a group says, on behalf of who speaks for it; it may change its
// mind until the end.
func Reply(tx *store.Tx, inquiry, part string, answer Voice) error {
	if answer != Yes && answer != No && answer != Abstain {
		return store.E(store.Invalid, "err.group.choose").At("answer")
	}
	q, err := store.One(tx, scanInquiry, sqlInquiry, inquiry)
	if err != nil {
		return err
	}
	may, err := speaks(tx, q.GroupID, part)
	switch {
	case err != nil:
		return err
	case !may:
		return store.E(store.Forbidden, "err.forbidden")
	case q.Ended(tx):
		return store.E(store.Conflict, "err.group.ended")
	}
	done, err := tx.Exec(sqlReply, answer, tx.Actor.ID, tx.Now.Unix(), inquiry, part)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return store.E(store.NotFound, "err.not_found").Because(err)
	}
	return nil
}

// Inquiries lists what a group of groups asked, the latest first, for who may
// read it.
func Inquiries(tx *store.Tx, league string) ([]Inquiry, error) {
	may, err := MayRead(tx, league)
	if err != nil {
		return nil, err
	}
	role, err := RoleOf(tx, league)
	if err != nil {
		return nil, err
	}
	list, err := store.All(tx, scanInquiry, sqlInquiries, league, inquiries)
	if err != nil {
		return nil, err
	}
	kept := list[:0]
	for i := range list {
		mine, err := list[i].hear(tx, role != None)
		if err != nil {
			return nil, err
		}
		if may || mine { // who speaks for a group that was asked reads what it was asked
			kept = append(kept, list[i])
		}
	}
	return kept, nil
}

// hear reads the groups that were asked. Those who belong to the group of groups
// read each name; others that of groups they may know of.
func (q *Inquiry) hear(tx *store.Tx, inside bool) (mine bool, err error) {
	q.Parts, err = store.All(tx, func(r store.Row) (h Heard, err error) {
		var at *int64
		err = r.Scan(&h.PartID, &h.Name, &h.Weight, &h.Answer, &at)
		h.At = instant(at)
		return h, err
	}, sqlHeard, q.ID)
	for i := range q.Parts {
		h := &q.Parts[i]
		if h.Mine, err = speaks(tx, q.GroupID, h.PartID); err != nil {
			return false, err
		}
		mine = mine || h.Mine
		if inside || h.Mine {
			continue
		}
		if h.Name, err = NameOf(tx, h.PartID); err != nil {
			return false, err
		}
	}
	return mine, err
}

// AskedOfMe lists the questions that wait for an answer of a group the acting person
// speaks for, the one that ends first before the others.
func AskedOfMe(tx *store.Tx) (list []Inquiry, err error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	rows, err := store.All(tx, scanInquiry, sqlInquiriesOpen, tx.Actor.ID, tx.Now.Unix())
	for i := range rows {
		if _, err := rows[i].hear(tx, true); err != nil {
			return nil, err
		}
		for _, h := range rows[i].Parts {
			if h.Mine && h.Answer == NoAnswer {
				list = append(list, rows[i])
				break
			}
		}
	}
	return list, err
}

func scanInquiry(r store.Row) (q Inquiry, err error) {
	var until, created int64
	err = r.Scan(&q.ID, &q.GroupID, &q.Question, &q.Text, &q.Rule, &q.AuthorID, &until, &created)
	q.Until, q.CreatedAt = instant(&until), instant(&created)
	return q, err
}
