package vote

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/vote/tally"
)

// Keying is one of the two entries of the ballots in the wooden box.
type Keying struct {
	N         int // 1 or 2
	AccountID string
	Found     int // ballots in the box; -1 while not all is typed
	Ballots   []Slip
}

// Done tells whether all of the box is typed.
func (k *Keying) Done() bool { return k.Found >= 0 }

// Slip is a ballot of paper as it was typed.
type Slip struct {
	Code   string
	Ballot tally.Ballot
}

// PaperCount is what the minutes say of paper (DE-10). That Found is not Signed
// is said there and changes nothing.
type PaperCount struct {
	Printed int `json:"printed"`
	Signed  int `json:"signed"`  // names on the roll that took a ballot
	Found   int `json:"found"`   // ballots in the wooden box
	Counted int `json:"counted"` // of them, those with a number of this vote
}

// keyings reads the entries begun.
func (p *Proposal) keyings(tx *store.Tx) ([]Keying, error) {
	return store.All(tx, func(r store.Row) (k Keying, err error) {
		var text string
		if err = r.Scan(&k.N, &k.AccountID, &k.Found, &text); err != nil {
			return k, err
		}
		for _, line := range lines(text) {
			code, ballot, _ := strings.Cut(line, " ")
			slip := Slip{Code: code}
			if err := json.Unmarshal([]byte(ballot), &slip.Ballot); err != nil {
				return k, errors.Join(errors.New("entry of "+p.ID), err)
			}
			k.Ballots = append(k.Ballots, slip)
		}
		return k, nil
	}, sqlEntries, p.ID)
}

// keep writes an entry, in a transaction that is sealed from then on.
func (k *Keying) keep(tx *store.Tx, proposal string) error {
	if err := tx.Seal(); err != nil {
		return err
	}
	slices.SortFunc(k.Ballots, func(a, b Slip) int { return strings.Compare(a.Code, b.Code) })
	text := make([]string, len(k.Ballots))
	for i := range k.Ballots {
		ballot, err := json.Marshal(k.Ballots[i].Ballot)
		if err != nil {
			return err
		}
		text[i] = k.Ballots[i].Code + " " + string(ballot)
	}
	_, err := tx.Exec(sqlEntry, proposal, k.N, k.AccountID, k.Found, strings.Join(text, "\n"))
	return err
}

// at is where the entry has a number; -1 where not.
func (k *Keying) at(code string) int {
	return slices.IndexFunc(k.Ballots, func(s Slip) bool { return s.Code == code })
}

// MayType tells whether the actor may type what is in the box: who leads the
// vote, and the tellers they named.
func (p *Proposal) MayType(tx *store.Tx) (bool, error) {
	d, ok, err := p.DeskOf(tx)
	if err != nil || !ok || tx.Actor.ID == "" {
		return false, err
	}
	if slices.Contains(d.Tellers, tx.Actor.ID) {
		return true, nil
	}
	return leads(tx, p.GroupID)
}

// Typing is a vote whose ballots of paper are to be typed, with the actor's own
// entry: the first or the second, and an empty one before it is begun. It fails
// while the vote is open, when partial results would be known (SE-3).
func Typing(tx *store.Tx, id string) (p Proposal, k Keying, err error) {
	if p, err = Get(tx, id); err != nil {
		return p, k, err
	}
	if may, err := p.MayType(tx); err != nil {
		return p, k, err
	} else if !may {
		return p, k, store.E(store.Forbidden, "err.forbidden")
	}
	waits, err := p.AwaitsPaper(tx)
	switch {
	case err != nil:
		return p, k, err
	case p.State != Voting || !waits:
		return p, k, store.E(store.Conflict, "err.vote.paper_settled")
	case !p.Over(tx.Now) || !tx.ClockQuality().Sure():
		return p, k, store.E(store.Conflict, "err.vote.paper_early")
	}
	all, err := p.keyings(tx)
	if err != nil {
		return p, k, err
	}
	for _, one := range all {
		if one.AccountID == tx.Actor.ID {
			return p, one, nil
		}
	}
	free := 1
	if slices.ContainsFunc(all, func(k Keying) bool { return k.N == 1 }) {
		free = 2
	}
	if len(all) == 2 {
		return p, k, store.E(store.Conflict, "err.vote.paper_two")
	}
	return p, Keying{N: free, AccountID: tx.Actor.ID, Found: -1}, nil
}

// TypePaper adds ballots to the actor's own entry, by the line they are typed
// on; all of them or, with the faults of each line at "code-n" and "says-n",
// none. A number that is there already is refused, except once the entry is
// done: then what is typed again replaces it. An entry with more ballots than
// were said to be in the box is not done any more.
func TypePaper(tx *store.Tx, id string, rows map[int]Slip) error {
	p, k, err := Typing(tx, id)
	if err != nil {
		return err
	}
	var bad store.Errors
	for _, n := range slices.Sorted(maps.Keys(rows)) {
		if err := bad.Take(p.typeSlip(tx, &k, n, rows[n])); err != nil {
			return err
		}
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if len(k.Ballots) > k.Found {
		k.Found = -1
	}
	if err := k.keep(tx, p.ID); err != nil {
		return err
	}
	return p.settle(tx)
}

// typeSlip adds one ballot to an entry.
func (p *Proposal) typeSlip(tx *store.Tx, k *Keying, n int, s Slip) error {
	s.Code = tidyCode(s.Code)
	at := "-" + strconv.Itoa(n)
	known, err := store.One(tx, store.Scan[int], sqlIsCode, p.ID, s.Code)
	if err != nil {
		return err
	}
	if known == 0 {
		return store.E(store.Invalid, "err.vote.code").At("code" + at)
	}
	if s.Ballot = p.Rule.Tidy(s.Ballot); p.Rule.Check(s.Ballot) != nil {
		return store.E(store.Invalid, "err.vote.slip").At("says" + at)
	}
	switch i := k.at(s.Code); {
	case i < 0:
		k.Ballots = append(k.Ballots, s)
	case k.Done():
		k.Ballots[i] = s
	default:
		return store.E(store.Invalid, "err.vote.code_twice").At("code" + at)
	}
	return nil
}

// UntypePaper takes a ballot out of the actor's own entry.
func UntypePaper(tx *store.Tx, id, code string) error {
	p, k, err := Typing(tx, id)
	if err != nil {
		return err
	}
	i := k.at(tidyCode(code))
	if i < 0 {
		return store.E(store.Invalid, "err.vote.code").At("code")
	}
	k.Ballots = slices.Delete(k.Ballots, i, i+1)
	if err := k.keep(tx, p.ID); err != nil {
		return err
	}
	return p.settle(tx)
}

// FinishPaper says that all of the box is typed, and how many ballots were in
// it, those without a number of this vote too. Where the other entry is done and
// says the same the vote is counted at once.
func FinishPaper(tx *store.Tx, id string, found int) error {
	p, k, err := Typing(tx, id)
	if err != nil {
		return err
	}
	if found < len(k.Ballots) || found > MaxPrint {
		return store.E(store.Invalid, "err.vote.found", "n", len(k.Ballots)).At("found")
	}
	k.Found = found
	if err := k.keep(tx, p.ID); err != nil {
		return err
	}
	return p.settle(tx)
}

// DiscardEntry throws an entry away, for somebody else to type it: only who
// leads the vote may.
func DiscardEntry(tx *store.Tx, id string, n int) error {
	p, err := led(tx, id)
	if err != nil {
		return err
	}
	if err := tx.Seal(); err != nil {
		return err
	}
	_, err = tx.Exec(sqlUnentry, p.ID, n)
	return err
}

// Differences are the numbers of the ballots two entries do not say the same of,
// in their order, and whether they found the same number in the box.
func Differences(a, b *Keying) (codes []string, found bool) {
	says := func(k *Keying, code string) string {
		i := k.at(code)
		if i < 0 {
			return ""
		}
		text, _ := json.Marshal(k.Ballots[i].Ballot) // of numbers alone: cannot fail
		return string(text)
	}
	for _, s := range append(slices.Clone(a.Ballots), b.Ballots...) {
		if says(a, s.Code) != says(b, s.Code) && !slices.Contains(codes, s.Code) {
			codes = append(codes, s.Code)
		}
	}
	slices.Sort(codes)
	return codes, a.Found == b.Found
}

// settle counts the vote once both entries are done and agree: the ballots go
// into the urn without their numbers, and both entries are destroyed.
func (p *Proposal) settle(tx *store.Tx) error {
	all, err := p.keyings(tx)
	if err != nil || len(all) < 2 || !all[0].Done() || !all[1].Done() {
		return err
	}
	if codes, same := Differences(&all[0], &all[1]); len(codes) > 0 || !same {
		return nil
	}
	s, err := p.unsealAt(tx)
	if err != nil {
		return err
	}
	for i := range all[0].Ballots {
		text, err := json.Marshal(all[0].Ballots[i].Ballot)
		if err != nil {
			return err
		}
		s.urns[p.ID] = append(s.urns[p.ID], string(text))
	}
	count := &PaperCount{Found: all[0].Found, Counted: len(all[0].Ballots)}
	for m, how := range s.marks {
		if m[0] == p.ID && how == Paper {
			count.Signed++
		}
	}
	if err := s.write(tx); err != nil {
		return err
	}
	if count.Printed, err = store.One(tx, store.Scan[int], sqlPrinted, p.ID); err != nil {
		return err
	}
	for _, statement := range []string{sqlUnentries, sqlUncodes, sqlSettle} {
		if _, err := tx.Exec(statement, p.ID); err != nil {
			return err
		}
	}
	p.paper = count
	return p.end(tx)
}

// TypingWaits lists the votes that are over and wait for ballots of paper the
// acting account may type and has not.
func TypingWaits(tx *store.Tx) ([]Proposal, error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	all, err := store.All(tx, scanProposal, sqlAwaiting, tx.Now.Unix())
	var list []Proposal
	for i := range all {
		if err != nil {
			return nil, err
		}
		p := &all[i]
		may, err := p.MayType(tx)
		if err != nil {
			return nil, err
		}
		entries, err := p.keyings(tx)
		if err != nil {
			return nil, err
		}
		if may && p.owes(entries, tx.Actor.ID) {
			list = append(list, *p)
		}
	}
	return list, err
}

// owes tells whether an account has something to type: an entry nobody has
// begun, its own, or one of two that differ.
func (p *Proposal) owes(entries []Keying, account string) bool {
	for i := range entries {
		if entries[i].AccountID == account {
			return !entries[i].Done() || len(entries) == 2 && entries[1-i].Done()
		}
	}
	return len(entries) < 2
}
