package vote

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/vote/tally"
)

// The urn. While a secret vote is open its ballots are a heap of lines that say
// what was chosen, sorted by what they say: no voter, no time, no order, and two
// that say the same cannot be told apart. Beside it stands who has put one in,
// sorted by id, without a time. Nothing links the two but their number.
//
// The file must not tell either. Each ballot is put in by a sealed transaction
// (store.Tx.Seal) that empties the two tables, all open urns together, and
// writes them anew in sorted order: where a row lies, and what free pages and
// the log hold, follows from what is in the urns and not from how it came there.
// Copies and backups hold no urn and no mark: two of them would tell what came
// between. A box that comes back from a copy has an open vote without urn; who
// had voted votes again, and is told so.

// How somebody voted, as the roll says after the end.
const (
	Web       = "web"
	Paper     = "paper"
	AtDesk    = "desk"      // at the town hall, helped
	Proxy     = "proxy"     // somebody else voted for them
	Delegated = "delegated" // a voice passed on reached somebody who voted
)

// sealed is all that the two tables hold.
type sealed struct {
	urns  map[string][]string  // ballots by proposal
	marks map[[2]string]string // how, by proposal and account
}

// unseal reads all open urns, in a transaction that is sealed from then on.
func unseal(tx *store.Tx) (s sealed, err error) {
	if err := tx.Seal(); err != nil {
		return s, err
	}
	s = sealed{map[string][]string{}, map[[2]string]string{}}
	type row [3]string
	urns, err := store.All(tx, func(r store.Row) (v row, err error) { return v, r.Scan(&v[0], &v[1]) }, sqlUrns)
	if err != nil {
		return s, err
	}
	marks, err := store.All(tx, func(r store.Row) (v row, err error) { return v, r.Scan(&v[0], &v[1], &v[2]) }, sqlMarks)
	for _, u := range urns {
		s.urns[u[0]] = lines(u[1])
	}
	for _, m := range marks {
		s.marks[[2]string{m[0], m[1]}] = m[2]
	}
	return s, err
}

// unsealAt reads the urns; that of the proposal stands there afterwards, also
// when the box came back from a copy.
func (p *Proposal) unsealAt(tx *store.Tx) (sealed, error) {
	s, err := unseal(tx)
	if err != nil {
		return s, err
	}
	if _, ok := s.urns[p.ID]; !ok {
		p.Restarted = true
		s.urns[p.ID] = nil
		if _, err := tx.Exec(sqlRestarted, p.ID); err != nil { // and nothing else: its card would tell when
			return s, err
		}
	}
	return s, nil
}

// write empties the tables and fills them in sorted order.
func (s sealed) write(tx *store.Tx) error {
	for _, statement := range []string{sqlEmptyUrns, sqlEmptyMarks} {
		if _, err := tx.Exec(statement); err != nil {
			return err
		}
	}
	ids := make([]string, 0, len(s.urns))
	for id := range s.urns {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		ballots := slices.Clone(s.urns[id])
		slices.Sort(ballots)
		if _, err := tx.Exec(sqlUrn, id, strings.Join(ballots, "\n")); err != nil {
			return err
		}
	}
	marks := make([][2]string, 0, len(s.marks))
	for m := range s.marks {
		marks = append(marks, m)
	}
	slices.SortFunc(marks, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	rows := make([][3]string, len(marks))
	for i, m := range marks {
		rows[i] = [3]string{m[0], m[1], s.marks[m]}
	}
	all, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlMark, string(all)) // one statement: thousands would make each voter wait
	return err
}

// setUrn puts an empty urn up, and nobody's mark beside it.
func (p *Proposal) setUrn(tx *store.Tx) error {
	s, err := unseal(tx)
	if err != nil {
		return err
	}
	s.empty(p.ID)
	s.urns[p.ID] = nil
	return s.write(tx)
}

func (s sealed) empty(id string) {
	delete(s.urns, id)
	for m := range s.marks {
		if m[0] == id {
			delete(s.marks, m)
		}
	}
}

// breakSeal destroys the urn and the marks.
func (p *Proposal) breakSeal(tx *store.Tx) error {
	s, err := unseal(tx)
	if err != nil {
		return err
	}
	s.empty(p.ID)
	return s.write(tx)
}

// putIn puts a ballot in the urn and marks an account. It fails with kind
// Conflict for one that has a mark, of a ballot of paper too.
func (p *Proposal) putIn(tx *store.Tx, account, how string, b tally.Ballot) error {
	s, err := p.unsealAt(tx)
	if err != nil {
		return err
	}
	mark := [2]string{p.ID, account}
	if _, voted := s.marks[mark]; voted {
		return store.E(store.Conflict, "err.vote.voted")
	}
	s.marks[mark] = how
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	s.urns[p.ID] = append(s.urns[p.ID], string(text))
	return s.write(tx)
}

// takeOut empties the urn: its ballots, in an order that says nothing, and how
// each account voted.
func (p *Proposal) takeOut(tx *store.Tx) (ballots []tally.Ballot, how map[string]string, err error) {
	s, err := unseal(tx)
	if err != nil {
		return nil, nil, err
	}
	for _, line := range s.urns[p.ID] {
		var b tally.Ballot
		if err := json.Unmarshal([]byte(line), &b); err != nil {
			return nil, nil, errors.Join(errors.New("urn of "+p.ID), err)
		}
		ballots = append(ballots, b)
	}
	if _, ok := s.urns[p.ID]; !ok {
		p.Restarted = true
	}
	tally.Arrange(ballots)
	how = map[string]string{}
	for m, by := range s.marks {
		if m[0] == p.ID {
			how[m[1]] = by
		}
	}
	s.empty(p.ID)
	return ballots, how, s.write(tx)
}

// rename gives the marks of an account that leaves the id of nobody, or takes
// those of one vote off.
func (s sealed) rename(proposal, account, nobody string) {
	was := [2]string{proposal, account}
	if how, ok := s.marks[was]; ok {
		delete(s.marks, was)
		s.marks[[2]string{proposal, nobody}] = how
	}
}
