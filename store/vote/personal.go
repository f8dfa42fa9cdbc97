package vote

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/vote/tally"
)

// Personal is what the module holds about persons. Of a secret vote that is
// whether they have voted, and never what.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{
		"vote_proposals",
		"vote_supports",
		"vote_amendments",
		"vote_roll",
		"vote_ballots",
		"vote_marks_sealed",
		"vote_numbers",
		"vote_sayings",
		"vote_tellers",
		"vote_entries_sealed",
		"vote_delegations",
		"vote_told",
	},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Proposed  []Written `json:"proposed,omitempty"`
	Supported []string  `json:"supported,omitempty"` // titles
	Asked     []Asking  `json:"amendments,omitempty"`
	Votes     []Vote    `json:"votes,omitempty"`
}

// Written is a proposal as its author gets it back.
type Written struct {
	Title   string    `json:"title"`
	Text    string    `json:"text"`
	Choices []string  `json:"choices,omitempty"`
	State   State     `json:"state"`
	Since   time.Time `json:"since"`
}

// Asking is a change as whoever asked for it gets it back.
type Asking struct {
	Proposal string    `json:"proposal"`
	Text     string    `json:"text"`
	State    Amended   `json:"state"`
	Answer   string    `json:"answer,omitempty"`
	Since    time.Time `json:"since"`
}

// Vote is one vote a person may take, or might have taken, part in.
type Vote struct {
	Proposal string        `json:"proposal"`
	Voted    bool          `json:"voted"`
	Number   string        `json:"number,omitempty"` // in a lot or an election
	Secret   bool          `json:"secret,omitempty"`
	Ballot   *tally.Ballot `json:"ballot,omitempty"` // never of a secret vote
	Reason   string        `json:"reason,omitempty"`
	Rounds   []Said        `json:"earlier_rounds,omitempty"`  // of an election
	Passed   bool          `json:"voice_passed_on,omitempty"` // to whom is theirs as well
}

// Said is what a person said in a round of an election that is over.
type Said struct {
	Round  int          `json:"round"`
	Ballot tally.Ballot `json:"ballot"`
	Reason string       `json:"reason,omitempty"`
}

// all is the limit of a list that has none.
const all = 1 << 30

func export(tx *store.Tx, account string) (any, error) {
	var h Holding
	mine, err := store.All(tx, scanProposal, sqlOf, account, all)
	if err != nil {
		return nil, err
	}
	for _, p := range mine {
		h.Proposed = append(h.Proposed, Written{p.Title, p.Text, p.Choices, p.State, p.CreatedAt})
	}
	supported, err := store.All(tx, store.Scan[string], sqlSupportsOf, account)
	if err != nil {
		return nil, err
	}
	for _, id := range supported {
		p, err := store.One(tx, scanProposal, sqlByID, id)
		if err != nil {
			return nil, err
		}
		h.Supported = append(h.Supported, p.Title)
	}
	asked, err := store.All(tx, scanChange, sqlAmendmentsOf, account)
	if err != nil {
		return nil, err
	}
	for _, c := range asked {
		p, err := store.One(tx, scanProposal, sqlByID, c.ProposalID)
		if err != nil {
			return nil, err
		}
		h.Asked = append(h.Asked, Asking{p.Title, c.Text, c.State, c.Answer, c.CreatedAt})
	}
	if h.Votes, err = votesOf(tx, account); err != nil {
		return nil, err
	}
	if len(h.Proposed)+len(h.Supported)+len(h.Asked)+len(h.Votes) == 0 {
		return nil, nil
	}
	return h, nil
}

// votesOf are the votes an account is on the roll of.
func votesOf(tx *store.Tx, account string) (list []Vote, err error) {
	ids, err := rollsOf(tx, account)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		p, err := store.One(tx, scanProposal, sqlByID, id)
		if err != nil {
			return nil, err
		}
		how, err := p.How(tx, account)
		if err != nil {
			return nil, err
		}
		v := Vote{Proposal: p.Title, Voted: how != "", Secret: p.Rule.Secret}
		g, err := store.One(tx, scanGiven, sqlBallotOf, p.ID, account)
		if err != nil && store.KindOf(err) != store.NotFound {
			return nil, err
		}
		if err == nil {
			v.Ballot, v.Reason = &g.Ballot, g.Reason
		}
		if v.Number, err = p.NumberOf(tx, account); err != nil {
			return nil, err
		}
		said, err := store.All(tx, scanSaying, sqlSayingsBy, p.ID, account)
		if err != nil {
			return nil, err
		}
		for i := range said {
			v.Rounds = append(v.Rounds, Said{said[i].Round, said[i].Ballot, said[i].Reason})
		}
		to, err := p.delegateOf(tx, account)
		if err != nil {
			return nil, err
		}
		v.Passed = to != ""
		list = append(list, v)
	}
	return list, nil
}

// rollsOf are the ids of the proposals an account is on the roll of.
func rollsOf(tx *store.Tx, account string) ([]string, error) {
	return store.All(tx, func(r store.Row) (id string, err error) {
		var how string
		return id, r.Scan(&id, &how)
	}, sqlRollOf, account)
}

// erase takes a person's name off. What others voted on stays as they read it;
// so do ballots and the number of the roll. An idea no vote was opened on goes
// when everything is to go.
func erase(tx *store.Tx, account string, how store.Erasure) error {
	if how == store.EraseAll {
		if err := eraseWords(tx, account); err != nil {
			return err
		}
	}
	if err := leaveDesks(tx, account); err != nil {
		return err
	}
	for _, statement := range []string{sqlUnsupportAll, sqlUnnameAmended, sqlUnauthor, sqlUntoldOf} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	ids, err := rollsOf(tx, account)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := leave(tx, id, account); err != nil {
			return err
		}
	}
	return nil
}

// eraseWords deletes what a person wrote, except what was voted on.
func eraseWords(tx *store.Tx, account string) error {
	mine, err := store.All(tx, scanProposal, sqlOf, account, all)
	if err != nil {
		return err
	}
	for i := range mine {
		if !mine[i].IsEarly() {
			continue
		}
		if err := mine[i].drop(tx, listing.Erase); err != nil {
			return err
		}
	}
	for _, statement := range []string{sqlEraseAmended, sqlUnreason, sqlUnsaid} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}

// leave puts the id of nobody in the place of an account that leaves; who has
// not voted goes off the roll where the rule says so (DE-4).
func leave(tx *store.Tx, id, account string) error {
	p, err := store.One(tx, scanProposal, sqlByID, id)
	if err != nil {
		return err
	}
	voted, err := p.How(tx, account)
	if err != nil {
		return err
	}
	if err := p.unname(tx, account); err != nil {
		return err
	}
	nobody := tx.NewID()
	for _, statement := range []string{sqlRenumber, sqlResaying} {
		if _, err := tx.Exec(statement, nobody, p.ID, account); err != nil {
			return err
		}
	}
	if voted == "" && p.State == Voting && p.Rule.Departures == Removed {
		for _, statement := range []string{sqlUnroll, sqlUndelegate} {
			if _, err := tx.Exec(statement, p.ID, account); err != nil {
				return err
			}
		}
		_, err := tx.Exec(sqlRedelegateTo, tx.NewID(), p.ID, account)
		return err
	}
	if p.Rule.Secret && p.State == Voting && voted != "" {
		s, err := unseal(tx)
		if err != nil {
			return err
		}
		s.rename(p.ID, account, nobody)
		if err := s.write(tx); err != nil {
			return err
		}
	}
	for _, statement := range []string{sqlReroll, sqlReballot, sqlRedelegate, sqlRedelegateTo} {
		if _, err := tx.Exec(statement, nobody, p.ID, account); err != nil {
			return err
		}
	}
	return nil
}

// leaveDesks takes an account off the tellers, and puts the id of nobody on what
// it typed of ballots of paper.
func leaveDesks(tx *store.Tx, account string) error {
	if _, err := tx.Exec(sqlTellerOff, account); err != nil {
		return err
	}
	n, err := store.One(tx, store.Scan[int], sqlEntriesBy, account)
	if err != nil || n == 0 {
		return err
	}
	if err := tx.Seal(); err != nil {
		return err
	}
	_, err = tx.Exec(sqlReentry, tx.NewID(), account)
	return err
}
