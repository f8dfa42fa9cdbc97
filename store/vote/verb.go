package vote

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/vote/tally"
)

// Propose puts an idea on behalf of the acting account, who is the first to
// support it. It gives it an id unless it brings one.
func Propose(tx *store.Tx, p *Proposal) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if part, err := belongs(tx, p.GroupID); err != nil {
		return err
	} else if !part {
		return store.E(store.Forbidden, "err.forbidden")
	}
	if p.GroupID != "" {
		if err := group.Stir(tx, p.GroupID); err != nil {
			return err
		}
	}
	if err := p.Check(); err != nil {
		return err
	}
	if p.ID == "" {
		p.ID = tx.NewID()
	}
	all, err := people(tx, p.GroupID)
	if err != nil {
		return err
	}
	p.State, p.AuthorID, p.Round, p.CreatedAt, p.UpdatedAt = Idea, tx.Actor.ID, 1, tx.Now, tx.Now
	p.Needed = needed(len(all))
	if (p.Sort == Dates || p.Sort == Election) && p.GroupID != "" { // a group looks for a date, or a person, without looking for support
		p.State = Discussion
	}
	values, err := p.columns()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlInsert, append(values, p.CreatedAt.Unix())...); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlSupport, p.ID, tx.Actor.ID); err != nil {
		return err
	}
	if err := p.ripen(tx); err != nil {
		return err
	}
	return p.put(tx)
}

// needed is how many supports an idea needs among so many: one in twenty,
// rounded up, and two at least, unless there are fewer people than that.
func needed(people int) int {
	return max(1, min(people, max(leastOf, (people+oneIn-1)/oneIn)))
}

// Support supports an idea, or takes that back. With enough of them it goes on
// to discussion.
func Support(tx *store.Tx, id string, on bool) error {
	p, err := Get(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	switch r, err := p.RightsOf(tx); {
	case err != nil:
		return err
	case !r.Part:
		return store.E(store.Forbidden, "err.forbidden")
	case p.State != Idea:
		return store.E(store.Conflict, "err.vote.not_idea")
	}
	statement := sqlSupport
	if !on {
		statement = sqlUnsupport
	}
	if _, err := tx.Exec(statement, p.ID, tx.Actor.ID); err != nil {
		return err
	}
	if err := p.ripen(tx); err != nil || p.State == Idea {
		return err
	}
	if err := p.save(tx); err != nil {
		return err
	}
	return notify.Tell(tx, p.AuthorID, p.Ref(), "notify.vote_supported")
}

// ripen lets an idea with enough supports go on.
func (p *Proposal) ripen(tx *store.Tx) error {
	n, err := p.Supports(tx)
	if err == nil && p.State == Idea && n >= p.Needed {
		p.State = Discussion
	}
	return err
}

// Supports counts who supports the idea.
func (p *Proposal) Supports(tx *store.Tx) (int, error) {
	return store.One(tx, store.Scan[int], sqlSupports, p.ID)
}

// Supported tells whether the acting account does.
func (p *Proposal) Supported(tx *store.Tx) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlIsSupport, p.ID, tx.Actor.ID)
}

// Edit changes the words of the proposal to.ID to those of to; shown is the
// digest of what its author read, see store.Overwrites. The words before are
// kept. Once a vote is open nothing changes (DE-7).
func Edit(tx *store.Tx, to *Proposal, shown string) error {
	p, _, err := managed(tx, to.ID)
	if err != nil {
		return err
	}
	if !p.IsEarly() {
		return store.E(store.Conflict, "err.vote.locked")
	}
	if err := store.Overwrites(shown, p.Words()); err != nil {
		return err
	}
	to.Sort, to.Zone = p.Sort, p.Zone
	if err := to.Check(); err != nil {
		return err
	}
	if p.Title != to.Title || p.Text != to.Text || strings.Join(p.Choices, "\n") != strings.Join(to.Choices, "\n") {
		if err := p.keepText(tx); err != nil {
			return err
		}
	}
	if single(p.Rule.Rule) != (len(to.Choices) == 0) || len(to.Choices) != p.Rule.Options && !single(p.Rule.Rule) {
		p.Rule = Rule{} // it counted other choices
	}
	p.Title, p.Text, p.Choices, p.Audience = to.Title, to.Text, to.Choices, to.Audience
	*to = p
	return to.save(tx)
}

// Words is what an edit changes, for the digest of what was read.
func (p *Proposal) Words() []string {
	return append([]string{p.Title, p.Text}, p.Choices...)
}

// keepText keeps the words as they stand, before they change.
func (p *Proposal) keepText(tx *store.Tx) error {
	_, err := tx.Exec(sqlText, p.ID, p.Title, p.Text, strings.Join(p.Choices, "\n"), tx.Now.Unix())
	return err
}

// Version is the words as they stood until an instant.
type Version struct {
	Title, Text string
	Choices     []string
	Until       time.Time
}

// Versions lists the words before each change, the first before the others.
func (p *Proposal) Versions(tx *store.Tx) ([]Version, error) {
	return store.All(tx, func(r store.Row) (v Version, err error) {
		var choices string
		var until int64
		err = r.Scan(&v.Title, &v.Text, &choices, &until)
		v.Choices, v.Until = lines(choices), store.Instant(until)
		return v, err
	}, sqlTexts, p.ID)
}

// Discuss lets an idea go on to discussion whatever its supports, which only
// who answers for the decisions may.
func Discuss(tx *store.Tx, id string) error {
	p, r, err := managed(tx, id)
	switch {
	case err != nil:
		return err
	case !r.Lead:
		return store.E(store.Forbidden, "err.forbidden")
	case p.State != Idea:
		return store.E(store.Conflict, "err.vote.not_idea")
	}
	p.State = Discussion
	return p.save(tx)
}

// Withdraw takes an idea or a text no vote was opened on away, with all that
// hangs on it.
func Withdraw(tx *store.Tx, id string) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	if !p.IsEarly() {
		return store.E(store.Conflict, "err.vote.locked")
	}
	return p.drop(tx, listing.Withdraw)
}

// DropGroup deletes the decisions of a group that is no more: without it they
// would be nobody's. Package group may not know this one: who removes a group
// hands it over.
func DropGroup(tx *store.Tx, id string) error {
	list, err := store.All(tx, scanProposal, sqlOfGroup, id, all)
	if err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		if p.State == Voting {
			if err := p.destroy(tx); err != nil {
				return err
			}
		}
		if err := p.drop(tx, listing.Withdraw); err != nil {
			return err
		}
	}
	return nil
}

// Discard takes a proposal away, at whatever step it is, once moderators have
// decided so (store.Tx.Entrust). The ballots of an open vote are destroyed
// uncounted, and its voters are told.
func Discard(tx *store.Tx, id string) error {
	p, err := store.One(tx, scanProposal, sqlByID, id)
	if err != nil {
		return err
	}
	if !tx.VouchedFor(p.Ref()) {
		return store.E(store.Forbidden, "err.forbidden")
	}
	if p.State == Voting {
		if err := p.tellRoll(tx, "notify.vote_discarded"); err != nil {
			return err
		}
		if err := p.destroy(tx); err != nil {
			return err
		}
	}
	return p.drop(tx, listing.Withdraw)
}

// drop deletes the proposal and its card.
func (p *Proposal) drop(tx *store.Tx, card func(*store.Tx, store.Ref) error) error {
	if err := card(tx, p.Ref()); err != nil {
		return err
	}
	_, err := tx.Exec(sqlDelete, p.ID)
	return err
}

// Cancel ends an open vote without result, with a reason that is shown (DE-7).
// Its ballots are destroyed uncounted.
func Cancel(tx *store.Tx, id, reason string) error {
	p, _, err := managed(tx, id)
	if err != nil {
		return err
	}
	waits, err := p.AwaitsPaper(tx)
	if err != nil {
		return err
	}
	if !p.Announced() && !p.Pending() && (p.State != Voting || p.Over(tx.Now) && tx.ClockQuality().Sure() && !waits) {
		return store.E(store.Conflict, "err.vote.not_open")
	}
	if strings.TrimSpace(reason) == "" {
		return store.E(store.Invalid, "err.vote.reason_empty").At("reason")
	}
	if bad := listing.CheckText("reason", reason, MaxReason); bad != nil {
		return bad
	}
	if err := p.destroy(tx); err != nil {
		return err
	}
	p.State, p.Reason, p.ClosedAt = Cancelled, reason, tx.Now
	if err := p.save(tx); err != nil {
		return err
	}
	return p.tellRoll(tx, "notify.vote_cancelled")
}

// destroy empties the urn, or deletes the ballots, and says of nobody that they
// have voted.
func (p *Proposal) destroy(tx *store.Tx) error {
	if p.Rule.Secret {
		if err := p.breakSeal(tx); err != nil {
			return err
		}
		for _, statement := range []string{sqlUnentries, sqlUndesk} {
			if _, err := tx.Exec(statement, p.ID); err != nil {
				return err
			}
		}
		return nil
	}
	for _, statement := range []string{sqlUnballot, sqlUnvote, sqlUndelegates, sqlUntold, sqlUnsayings} {
		if _, err := tx.Exec(statement, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// tellRoll tells everybody on the roll: who has voted is not told from who has
// not (SE-2).
func (p *Proposal) tellRoll(tx *store.Tx, key string) error {
	list, err := p.Roll(tx)
	for i := range list {
		if err == nil {
			err = notify.Tell(tx, list[i].AccountID, p.Ref(), key)
		}
	}
	return err
}

// decides tells whether an outcome settles something.
func decides(o tally.Outcome) bool { return o == tally.Adopted || o == tally.Elected }
