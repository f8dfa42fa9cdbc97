package vote

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/vote/tally"
)

// atOnce is how many votes one run looks after.
const atOnce = 20

// Jobs is what the module does by itself. Neither runs while the clock is
// unsure.
var Jobs = []store.Job{
	{Name: "vote close", Every: time.Hour, Expires: true, Run: closeEnded},
	{Name: "vote warn", Every: time.Hour, Expires: true, Run: warn},
}

// closeEnded counts the votes whose time is over, and knows when the next is.
func closeEnded(tx *store.Tx) error {
	list, err := store.All(tx, scanProposal, sqlEnding, tx.Now.Unix(), atOnce)
	if err != nil {
		return err
	}
	for i := range list {
		if err := list[i].end(tx); err != nil {
			return err
		}
	}
	return store.MoreOrAgain(tx, len(list), atOnce, sqlNextEnd, 0)
}

// end counts a vote whose time is over, with effect at its end: no ballot was
// taken after it. One of consent that not all have answered is put off once
// where the rule says so (CO-3).
func (p *Proposal) end(tx *store.Tx) error {
	h, err := p.heap(tx, p.Rule.Secret)
	if err != nil {
		return err
	}
	if err := h.markDelegated(tx, p); err != nil {
		return err
	}
	m, err := p.count(tx, h)
	if err != nil {
		return err
	}
	if m.Result.Outcome == tally.Silence && p.Rule.Extend && !p.Extended {
		p.Extended = true
		p.ClosesAt = p.ClosesAt.Add(min(p.ClosesAt.Sub(p.OpenedAt), Longest))
		if _, err := tx.Exec(sqlUnwarn, p.ID); err != nil {
			return err
		}
		if err := p.save(tx); err != nil {
			return err
		}
		return p.tellRoll(tx, "notify.vote_extended")
	}
	p.State, p.ClosedAt = Closed, p.ClosesAt
	if err := p.keep(tx, m); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlUntold, p.ID); err != nil {
		return err
	}
	return p.tellRoll(tx, "notify.vote_result")
}

// heap is what there is to count.
type heap struct {
	ballots []tally.Ballot
	reasons []Reason
	how     map[string]string // of a secret vote that ends: how each voted
	passed  passed
}

// heap gathers the ballots; empties tells that the urn is emptied for good and
// its marks go over to the roll.
func (p *Proposal) heap(tx *store.Tx, empties bool) (h heap, err error) {
	if empties {
		if h.ballots, h.how, err = p.takeOut(tx); err != nil {
			return h, err
		}
		for _, account := range slices.Sorted(maps.Keys(h.how)) { // where a row lies says nothing
			if _, err := tx.Exec(sqlVoted, h.how[account], p.ID, account); err != nil {
				return h, err
			}
		}
		return h, nil
	}
	list, err := store.All(tx, scanGiven, sqlBallots, p.ID)
	if err != nil {
		return h, err
	}
	if h.passed, err = p.passedOn(tx, list); err != nil {
		return h, err
	}
	for i := range list {
		g := &list[i]
		h.ballots = append(h.ballots, slices.Repeat([]tally.Ballot{g.counted()}, h.passed.weight(g.AccountID))...)
		if g.Reason != "" && p.Sort != Election { // words about persons are not published
			h.reasons = append(h.reasons, Reason{g.Ballot.Values[0] == tally.Objects, g.Reason, g.Answer})
		}
	}
	tally.Arrange(h.ballots)
	return h, nil
}

// Reason is what stood with an objection or a reserve.
type Reason struct {
	Objects bool   `json:"objects,omitempty"`
	Text    string `json:"text"`
	Answer  string `json:"judged_not_valid,omitempty"`
}

// Minutes is the published file of a vote that was counted: all that is needed
// to count it again, and no name (DE-12). It is a tally.File, which the recount
// page reads, and what else the minutes say. Fields may be added, none changed.
type Minutes struct {
	Format    string         `json:"format"` // tally.Format
	ID        string         `json:"id"`
	Round     int            `json:"round"`
	Title     string         `json:"title"`
	Text      string         `json:"text"`
	Options   []string       `json:"options"`          // in the order of the values of ballots
	Grades    []string       `json:"grades,omitempty"` // the worst first
	Group     string         `json:"group,omitempty"`  // id; empty: all residents
	Rule      Rule           `json:"rule"`
	OpenedAt  time.Time      `json:"opened_at"`
	ClosedAt  time.Time      `json:"closed_at"`
	RollSize  int            `json:"roll_at_opening"`
	Roll      int            `json:"roll"` // what shares are of: see Rule.Departures
	Present   int            `json:"present,omitempty"`
	Proxies   int            `json:"proxies,omitempty"` // ballots cast for somebody by who held their proxy
	Extended  bool           `json:"extended,omitempty"`
	Restarted bool           `json:"restarted,omitempty"`
	Draw      tally.Draw     `json:"draw,omitzero"`
	Drawn     string         `json:"drawn,omitempty"`  // how the lot was drawn, in words
	Choice    *Choice        `json:"choice,omitempty"` // what settled a tie instead of a lot
	Ballots   []tally.Ballot `json:"ballots"`          // sorted by what they say
	Reasons   []Reason       `json:"reasons,omitempty"`
	Lottery   *tally.Lottery `json:"lottery,omitempty"`  // of a lot, instead of ballots
	Declined  []string       `json:"declined,omitempty"` // numbers that were drawn and do not want to
	Paper     *PaperCount    `json:"paper,omitempty"`
	Person    *Person        `json:"person,omitempty"`    // of a round of an election that proposes somebody
	Delegated int            `json:"delegated,omitempty"` // of the ballots, those of voices passed on
	Lost      int            `json:"lost,omitempty"`      // voices passed on that met nobody who votes
	Result    tally.Result   `json:"result"`
}

// count counts a heap.
func (p *Proposal) count(tx *store.Tx, h heap) (*Minutes, error) {
	m := &Minutes{
		Format: tally.Format, ID: p.ID, Round: p.Round, Title: p.Title, Text: p.Text, Options: p.Options(), Grades: Grades(p.Rule.Grades),
		Group: p.GroupID, Rule: p.Rule, OpenedAt: p.OpenedAt, ClosedAt: p.ClosesAt, RollSize: p.RollSize,
		Extended: p.Extended, Restarted: p.Restarted, Ballots: append([]tally.Ballot{}, h.ballots...), Reasons: h.reasons,
		Paper: p.paper, Delegated: len(h.passed.to), Lost: h.passed.lost,
	}
	var err error
	if m.Roll, err = p.rollAtEnd(tx); err != nil {
		return nil, err
	}
	if m.Proxies, err = store.One(tx, store.Scan[int], sqlProxied, p.ID, Proxy); err != nil {
		return nil, err
	}
	m.Present = len(h.ballots)
	if err := m.recount(); err != nil {
		return nil, err
	}
	return m, p.person(tx, m)
}

// recount works out the result from the rest.
func (m *Minutes) recount() (err error) {
	m.Result, err = tally.Count(m.Rule.Rule, m.Roll, m.Present, m.Ballots, m.Draw)
	return err
}

// rollAtEnd is the roll shares are of: as it was frozen, or without those who
// have left and not voted.
func (p *Proposal) rollAtEnd(tx *store.Tx) (int, error) {
	if p.Rule.Departures != Removed {
		return p.RollSize, nil
	}
	roll, err := p.Roll(tx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, e := range roll {
		still := e.How != ""
		if !still {
			if still, err = member(tx, p.GroupID, e.AccountID); err != nil {
				return 0, err
			}
		}
		if still {
			n++
		}
	}
	return n, nil
}

// keep stores the minutes of the round and what the proposal has of them.
func (p *Proposal) keep(tx *store.Tx, m *Minutes) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	p.Outcome = m.outcome()
	if _, err := tx.Exec(sqlResult, p.ID, p.Round, string(text), hex.EncodeToString(sum[:]), p.ClosedAt.Unix()); err != nil {
		return err
	}
	return p.save(tx)
}

// Counted is one round that was counted.
type Counted struct {
	Minutes
	File   []byte // the minutes as they are published, byte for byte
	SHA256 string // of File, in hexadecimal
}

// Results lists the rounds that were counted, the first before the others.
func (p *Proposal) Results(tx *store.Tx) ([]Counted, error) {
	return store.All(tx, func(r store.Row) (c Counted, err error) {
		var text string
		var round int
		var closed int64
		if err = r.Scan(&round, &text, &c.SHA256, &closed); err != nil {
			return c, err
		}
		c.File = []byte(text)
		return c, json.Unmarshal(c.File, &c.Minutes)
	}, sqlResults, p.ID)
}

// SoFar counts a vote that is open and whose results can be read before its
// end; it fails with kind Forbidden for any other (SE-3).
func (p *Proposal) SoFar(tx *store.Tx) (*Minutes, error) {
	if p.State != Voting || !p.Rule.Visible || p.Rule.Secret {
		return nil, store.E(store.Forbidden, "err.vote.hidden")
	}
	h, err := p.heap(tx, false)
	if err != nil {
		return nil, err
	}
	return p.count(tx, h)
}

// Count counts a vote whose time is over, as the job does.
func Count(tx *store.Tx, id string) error {
	p, err := store.One(tx, scanProposal, sqlByID, id)
	if err != nil {
		return err
	}
	if p.State != Voting || !p.Over(tx.Now) || !tx.ClockQuality().Sure() {
		return store.E(store.Conflict, "err.vote.not_closed")
	}
	if waits, err := p.AwaitsPaper(tx); err != nil {
		return err
	} else if waits {
		return store.E(store.Conflict, "err.vote.paper_waits")
	}
	return p.end(tx)
}

// EndsWithin is the last instant at which a vote ends in the time d from now;
// zero when none does.
func EndsWithin(tx *store.Tx, d time.Duration) (time.Time, error) {
	at, err := store.One(tx, store.Scan[*int64], sqlEndsBetween, tx.Now.Unix(), tx.Now.Add(d).Unix())
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return store.Instant(*at), nil
}
