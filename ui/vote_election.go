package ui

import (
	"cmp"
	"slices"
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// voteElection is what the pages of an election without candidates have of
// their own. People are named for those on the roll; others read numbers.
type voteElection struct {
	Phase   string   // what happens now, in words
	Person  string   // who is proposed, or was in the round counted last
	Why     string   // the reasons of who conducts it, for those on the roll
	Own     bool     // the reader is that person
	People  []choice // whom a ballot can name
	Named   []choice // whom who conducts it can propose
	Pending bool     // it waits for them

	numbers []vote.Number
	names   map[string]string // nil for who is not on the roll
	nobody  string
	own     string // the account of the person proposed
}

// voteElection fills what the page of an election has.
func (r *request) voteElection(tx *store.Tx, p *votePage) (err error) {
	p.Election, err = r.electionOf(tx, &p.Vote)
	if err != nil || p.Election == nil || !p.Vote.Pending() || !p.Rights.Manage() {
		return err
	}
	named, err := p.Vote.Named(tx)
	for _, one := range named {
		p.Election.Named = append(p.Election.Named, choice{Value: one.Ticket, Label: p.Election.name(one.Ticket)})
	}
	if len(named) > 0 {
		p.Election.Named = slices.Insert(p.Election.Named, 0, choice{Label: r.T("vote.election.choose")})
	}
	return err
}

// electionOf is an election that was opened; nil of any other decision.
func (r *request) electionOf(tx *store.Tx, v *vote.Proposal) (e *voteElection, err error) {
	if v.Sort != vote.Election || v.RollSize == 0 {
		return nil, nil
	}
	e = &voteElection{nobody: r.T("vote.election.nobody"), Pending: v.Pending()}
	if e.names, err = r.numberNames(tx, v); err != nil {
		return nil, err
	}
	if e.numbers, err = v.Numbers(tx); err != nil {
		return nil, err
	}
	n, ok, err := v.Nominee(tx)
	if ok {
		e.Person, e.own = r.personWords(e, n.Ticket), n.AccountID
		e.Own = n.AccountID == r.actor.ID
		if e.names != nil {
			e.Why = r.Typo(n.Why)
		}
	}
	e.Phase = r.electionPhase(v)
	e.fillPeople(r)
	return e, err
}

// fillPeople lists whom a ballot can name: those the reader may know of, by
// name, and nobody. Who has a namesake is told from them by number.
func (e *voteElection) fillPeople(r *request) {
	bearers := map[string]int{}
	for _, name := range e.names {
		bearers[account.Fold(name)]++
	}
	for i, n := range e.numbers {
		name := e.names[n.Ticket]
		if name == "" {
			continue
		}
		if bearers[account.Fold(name)] > 1 {
			name += " (" + n.Ticket + ")"
		}
		e.People = append(e.People, choice{Value: strconv.Itoa(i), Label: name})
	}
	slices.SortFunc(e.People, func(a, b choice) int { return cmp.Compare(account.Fold(a.Label), account.Fold(b.Label)) })
	e.People = slices.Insert(e.People, 0, choice{Label: r.T("vote.election.choose")})
	e.People = append(e.People, choice{Value: strconv.Itoa(len(e.numbers)), Label: e.nobody})
}

// name is a person as the reader may know them.
func (e *voteElection) name(ticket string) string {
	if ticket == vote.Nobody {
		return e.nobody
	}
	return cmpOr(e.names[ticket], ticket)
}

// personWords says who is proposed: who is not on the roll reads no name.
func (s *speech) personWords(e *voteElection, ticket string) string {
	if e.names[ticket] == "" {
		return s.T("vote.election.person_number", "number", ticket)
	}
	return s.T("vote.election.person", "name", e.names[ticket])
}

// nameOptions puts names in the place of numbers in a round that was counted.
func (e *voteElection) nameOptions(m *vote.Minutes) {
	if e == nil || m.Rule.Method != tally.NoCandidate {
		return
	}
	m.Options = slices.Clone(m.Options)
	for i, o := range m.Options {
		m.Options[i] = e.name(o)
	}
}

// says is what a ballot of a round says.
func (e *voteElection) says(s *speech, m tally.Method, b tally.Ballot) string {
	if m == tally.Consent {
		return s.T("vote.consent." + strconv.Itoa(b.Values[0]))
	}
	i := slices.Index(b.Values, 1)
	if i < 0 || i >= len(e.numbers) {
		return e.nobody
	}
	return e.name(e.numbers[i].Ticket)
}

// electionStep is what an election without candidate is at; empty once nothing
// of it is open.
func electionStep(v *vote.Proposal) string {
	switch {
	case v.State == vote.Voting && v.Changing():
		return "changes"
	case v.State == vote.Voting && v.Rule.Method == tally.NoCandidate:
		return "names"
	case v.State == vote.Voting:
		return "consent"
	case v.Pending():
		return "pending"
	}
	return ""
}

// electionPhase says what happens now.
func (s *speech) electionPhase(v *vote.Proposal) string {
	if step := electionStep(v); step != "" {
		return s.T("vote.election.phase." + step)
	}
	return ""
}

// electionState says how far an election has come, in a few words.
func (s *speech) electionState(v *vote.Proposal) string {
	if step := electionStep(v); step != "" {
		return s.T("vote.election.state." + step)
	}
	if v.State == vote.Closed {
		return s.T("vote.election.state.elected")
	}
	return s.T("vote.state." + string(v.State))
}

// electionFields are the fields of a ballot of an election.
func (r *request) electionFields(f *form, e *voteElection, m tally.Method) []field {
	if m == tally.NoCandidate {
		return []field{
			f.Select("pick", "vote.election.pick").Of(e.People),
			f.Area("reason", "vote.election.why_named").Unless().Max(vote.MaxReason),
		}
	}
	answers := r.options("vote.consent.", "0", "1", "2", "3")
	if e.Own {
		answers = r.options("vote.election.own.", "0", "1", "3")
	}
	return []field{f.Radio("pick", "vote.ballot.consent").Of(answers), f.Area("reason", "vote.election.why_objects").Optional().Max(vote.MaxReason)}
}

// namedBefore is whom each named before a round of changes, by account.
func (e *voteElection) namedBefore(tx *store.Tx, s *speech, v *vote.Proposal) (map[string]string, error) {
	if e == nil {
		return nil, nil
	}
	said, err := v.Before(tx)
	named := map[string]string{}
	for i := range said {
		named[said[i].AccountID] = e.says(s, tally.NoCandidate, said[i].Ballot)
	}
	return named, err
}

// electionRound adds to a round that is over what was said in it, for those on
// the roll.
func (r *request) electionRound(tx *store.Tx, e *voteElection, v *vote.Proposal, c *vote.Counted, res *voteResult) error {
	if e == nil || e.names == nil {
		return nil
	}
	said, err := v.Sayings(tx, c.Round)
	for i := range said {
		if err != nil {
			return err
		}
		g := voteGiven{What: e.says(r.speech, c.Rule.Method, said[i].Ballot), Reason: r.Typo(said[i].Reason), Answer: r.Typo(said[i].Answer)}
		if g.Who, err = r.voterName(tx, said[i].AccountID); err == nil {
			res.Given = append(res.Given, g)
		}
	}
	if err != nil {
		return err
	}
	proposed, err := v.Nominees(tx)
	for _, n := range proposed {
		if n.Round == c.Round {
			res.Person, res.Why = r.personWords(e, n.Ticket), r.Typo(n.Why)
		}
	}
	return err
}

// electionResult is a round of an election in words.
func (s *speech) electionResult(v *voteResult, m *vote.Minutes) *voteResult {
	res := &m.Result
	v.Numbers = v.Numbers[:2] // the roll, and who took part: nothing is blank or spoilt
	if res.Quorum > 0 {
		v.Numbers = append(v.Numbers, s.T("vote.number.quorum", "n", res.Quorum))
	}
	v.Sentence, v.Good = s.electionSentence(m), m.Person != nil && m.Person.Accepts && res.Outcome == tally.Adopted
	if m.Person == nil {
		v.Tables = s.inLines([]voteTable{s.namesTable(m)})
		if slices.Contains(m.Options, "m01") || slices.Contains(m.Options, "m1") {
			v.Notes = append(v.Notes, s.T("vote.election.note"))
		}
	} else if res.Voters > 0 {
		v.Tables = s.inLines(s.resultTables(m))
		v.Notes = append(v.Notes, s.T("vote.election.note_person", "number", m.Person.Number))
	}
	return v
}

// electionSentence is the result of a round in one sentence.
func (s *speech) electionSentence(m *vote.Minutes) string {
	res := &m.Result
	switch {
	case res.Outcome == tally.Ordered:
		n := 0
		for _, votes := range res.Table.Counts[:len(res.Table.Counts)-1] {
			n += min(votes, 1)
		}
		return s.T("vote.election.named", "n", n)
	case m.Person == nil:
	case res.Outcome == tally.Adopted && m.Person.Name != "":
		return s.T("vote.election.elected", "name", m.Person.Name)
	case res.Outcome == tally.Adopted && m.Person.Accepts:
		return s.T("vote.election.elected_left", "number", m.Person.Number)
	case res.Outcome == tally.Objection:
		return s.T("vote.election.objections", "n", res.Table.Counts[tally.Objects])
	case res.Outcome == tally.Adopted:
		return s.T("vote.election.no_word")
	case res.Outcome == tally.Silence:
		return s.T("vote.election.silence", "n", res.Roll-res.Voters)
	}
	return s.resultSentence(m)
}

// namesTable is how often each was named; who was not is left out.
func (s *speech) namesTable(m *vote.Minutes) voteTable {
	counts := m.Result.Table.Counts
	t := voteTable{Key: "names", Title: s.T("vote.election.names"), Most: max(m.Result.Voters, 1)}
	for i, n := range counts {
		if n > 0 {
			t.Rows = append(t.Rows, voteRow{Name: m.Options[i], Cells: []string{s.Number(n)}, Bar: n})
		}
	}
	slices.SortStableFunc(t.Rows, func(a, b voteRow) int { return b.Bar - a.Bar })
	return t
}

// electionSaid is the rule of an election in words, after who is on its roll.
func (s *speech) electionSaid(v *vote.Proposal, roll int, say func(label, text string)) {
	if v.Rule.Method == tally.Consent {
		say("method", s.T("vote.say.method_person"))
	} else {
		say("method", s.T("vote.say.method_nocandidate"))
	}
	say("threshold_person", s.T("vote.say.threshold_person_is")+" "+s.T("vote.say.silence_"+map[bool]string{true: "person", false: "refused"}[v.Rule.Silence]))
	say("quorum", s.quorumWords(&v.Rule.Rule, roll))
	say("closes", s.WholeTime(v.ClosesAt)+". "+s.T("vote.say.closes_alone"))
	say("secret", s.electionSecret(v))
}

// electionSecret says who reads what.
func (s *speech) electionSecret(v *vote.Proposal) string {
	if v.Rule.Visible {
		return s.T("vote.say.secret_changes")
	}
	return s.T("vote.say.secret_names")
}
