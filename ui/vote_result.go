package ui

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// voteResult is a round that was counted, in words and numbers.
type voteResult struct {
	Sentence string
	Good     bool     // something was adopted or chosen
	Numbers  []string // roll, voters, expressed, blank, spoilt, shares
	Order    string
	Tables   []voteTable
	Reasons  []vote.Reason
	Drawn    string
	Notes    []string
	Closed   string
	Round    int
	SHA256   string
	Count    int // ballots in the file

	// Of a round of an election that is over, for those on the roll.
	Person, Why string
	Given       []voteGiven
}

// voteTable is a table of a count: a name, numbers, and a bar where one helps.
type voteTable struct {
	Key, Title string
	Head       []string
	Rows       []voteRow
	Most       int // of the bars; 0: none
}

type voteRow struct {
	Name  string
	Line  string // its cells with their heads, as a phone shows them
	Cells []string
	Bar   int
	Gauge []gaugePart // the grades of an option, side by side
	Win   bool
}

// gaugePart is a grade in the gauge of an option: where it begins and how wide
// it is, of the whole width. Numbers beside it say the same.
type gaugePart struct{ From, Wide, Color string }

// gaugeColors are those of grades from the worst to the best; with fewer than
// seven grades those between are left out evenly.
var gaugeColors = [...]string{"#a3332b", "#cd6a3f", "#dba849", "#b5b04a", "#7fa650", "#3f8a58", "#156449"}

// gauge is how often each grade was given, the worst first.
func gauge(counts []int) (parts []gaugePart) {
	total, before := 0, 0
	for _, n := range counts {
		total += n
	}
	for i, n := range counts {
		if n > 0 {
			color := gaugeColors[i*(len(gaugeColors)-1)/max(1, len(counts)-1)]
			parts = append(parts, gaugePart{tally.Percent(before, total, 2) + "%", tally.Percent(n, total, 2) + "%", color})
		}
		before += n
	}
	return parts
}

// inLines writes each row out, so that no table has to fit a phone.
func (s *speech) inLines(tables []voteTable) []voteTable {
	for _, t := range tables {
		for i := range t.Rows {
			row := &t.Rows[i]
			parts := slices.Clone(row.Cells)
			for j := range parts {
				if len(t.Head) > 2 && len(t.Head) == len(parts)+1 {
					parts[j] = s.T("vote.ballot.is", "name", t.Head[j+1], "value", parts[j])
				}
			}
			row.Line = strings.Join(parts, " · ")
		}
	}
	return tables
}

// names are options in words, in an enumeration.
func (s *speech) names(m *vote.Minutes, options []int) string {
	var words []string
	for _, i := range options {
		words = append(words, s.Typo(m.Options[i]))
	}
	return s.enumerate(words)
}

// voteResult writes a round in words.
func (s *speech) voteResult(c *vote.Counted) *voteResult {
	c.Options = s.optionWords(sortOf(&c.Minutes), c.Options)
	m, res := &c.Minutes, &c.Result
	v := &voteResult{
		Sentence: s.resultSentence(m), Good: res.Outcome == tally.Adopted || res.Outcome == tally.Elected, Reasons: m.Reasons, Drawn: s.Typo(m.Drawn),
		Closed: s.WholeTime(m.ClosedAt), Round: m.Round, SHA256: c.SHA256, Count: len(m.Ballots),
	}
	v.Numbers = append(v.Numbers, s.T("vote.number.roll", "n", res.Roll), s.T("vote.number.voters", "n", res.Voters), s.T("vote.number.expressed", "n", res.Expressed),
		s.T("vote.number.blanks", "n", res.Blanks), s.T("vote.number.spoilt", "n", res.Spoilt))
	if m.Lottery != nil {
		return s.lotResult(v, m)
	}
	if m.Person != nil || m.Rule.Method == tally.NoCandidate {
		return s.electionResult(v, m)
	}
	if res.Quorum > 0 {
		v.Numbers = append(v.Numbers, s.T("vote.number.quorum", "n", res.Quorum))
	}
	if m.Proxies > 0 {
		v.Numbers = append(v.Numbers, s.T("vote.result.proxies", "n", m.Proxies))
	}
	v.Notes = s.paperNotes(m)
	if n := res.Roll - res.Voters; n > 0 && m.Rule.Method == tally.Consent && m.Rule.Silence && res.Outcome == tally.Adopted {
		v.Notes = append(v.Notes, s.T("vote.note.silence", "n", n))
	}
	if res.Voters == 0 {
		return v // no bar, no percentage
	}
	if len(res.Order) > 0 {
		v.Order = s.orderWords(m, res.Order)
	}
	v.Tables = s.inLines(s.resultTables(m))
	switch {
	case m.Rule.Method == tally.STV: // several seats: no duel is won by all of them
	case m.Rule.Ranked() && res.Condorcet == nil && res.Expressed > 0:
		v.Notes = append(v.Notes, s.T("vote.note.no_condorcet"))
	case res.Condorcet != nil:
		v.Notes = append(v.Notes, s.T("vote.note.condorcet", "name", s.Typo(m.Options[*res.Condorcet])))
	}
	for _, l := range res.Table.Lots {
		v.Notes = append(v.Notes, s.T("vote.note.lot", "names", s.names(m, l.Among)))
	}
	if m.Choice != nil {
		v.Good, v.Drawn = true, s.T("vote.choice.why", "why", s.Typo(m.Choice.Why))
	}
	if m.Restarted {
		v.Notes = append(v.Notes, s.T("vote.note.restarted"))
	}
	return v
}

// resultSentence is the result in one sentence.
func (s *speech) resultSentence(m *vote.Minutes) string {
	res := &m.Result
	key := "vote.outcome." + string(res.Outcome)
	first := 0
	if len(res.Table.Counts) > 0 {
		first = res.Table.Counts[0]
	}
	if res.Outcome == tally.Objection {
		first = res.Table.Counts[tally.Objects]
	}
	if res.Outcome == tally.Silence {
		first = res.Roll - res.Voters
	}
	if m.Rule.Method == tally.Consent && res.Outcome == tally.Adopted {
		key += "_consent"
	}
	chosen := res.Winners
	if res.Outcome == tally.Tied || res.Outcome == tally.NeedsDraw {
		chosen = res.Tied
	}
	names, taken := "", ""
	if m.Choice != nil {
		key, taken = "vote.outcome.chosen", s.names(m, m.Won())
	}
	if len(chosen) > 0 {
		names = s.names(m, chosen)
	}
	return s.T(key, "n", first, "base", res.Base, "needed", res.Needed, "quorum", res.Quorum, "present", res.Present, "names", names, "taken", taken,
		"silent", res.Roll-res.Voters)
}

// orderWords is "1. Verger · 2. Four et Aire, ex æquo".
func (s *speech) orderWords(m *vote.Minutes, order [][]int) string {
	var places []string
	n := 1
	for _, group := range order {
		words := s.names(m, group)
		if len(group) > 1 {
			words = s.T("vote.equal", "names", words)
		}
		places = append(places, strconv.Itoa(n)+". "+words)
		n += len(group)
	}
	return strings.Join(places, " · ")
}

// percent is a share in percent as people write it here.
func (s *speech) percent(num, den int) string {
	text := tally.Percent(num, den, 2)
	if text == "" {
		return ""
	}
	return s.T("vote.percent", "n", s.decimal(text))
}

// decimal is a number with decimals as the language writes them.
func (s *speech) decimal(text string) string {
	if s.Lang == "en" {
		return text
	}
	return strings.Replace(text, ".", ",", 1)
}

// resultTables are the numbers of a count by its method.
func (s *speech) resultTables(m *vote.Minutes) (tables []voteTable) {
	t := &m.Result.Table
	switch {
	case m.Rule.Method == tally.Consent:
		list := voteTable{Key: "counts", Title: s.T("vote.table.answers"), Most: m.Result.Voters}
		for i, n := range t.Counts {
			list.Rows = append(list.Rows, voteRow{Name: s.T("vote.consent." + strconv.Itoa(i)), Cells: []string{s.Number(n)}, Bar: n})
		}
		return []voteTable{list}
	case len(t.Judged) > 0:
		return s.judgmentTables(m)
	case len(t.Rounds) > 0:
		return []voteTable{s.roundsTable(m)}
	case len(t.Duels) > 0:
		return []voteTable{s.duelsTable(m, "duels", t.Duels), s.duelsTable(m, "paths", t.Paths)}
	case len(t.Points) > 0:
		return []voteTable{s.pointsTable(m)}
	case m.Rule.Method == tally.Date:
		return []voteTable{s.datesTable(m)}
	case len(t.Counts) > 0:
		return []voteTable{s.countsTable(m)}
	}
	return nil
}

// countsTable are votes by option, with their share of all three denominators
// (DE-1).
func (s *speech) countsTable(m *vote.Minutes) voteTable {
	res := &m.Result
	t := voteTable{
		Key: "counts", Title: s.T("vote.table.counts"), Most: max(res.Voters, 1),
		Head: []string{s.T("vote.table.option"), s.T("vote.table.votes"), s.T("vote.table.of_expressed"), s.T("vote.table.of_voters"), s.T("vote.table.of_roll")},
	}
	for i, n := range res.Table.Counts {
		t.Rows = append(t.Rows, voteRow{
			Name:  s.Typo(m.Options[i]),
			Cells: []string{s.Number(n), s.percent(n, res.Expressed), s.percent(n, res.Voters), s.percent(n, res.Roll)}, Bar: n, Win: slices.Contains(m.Won(), i),
		})
	}
	return t
}

// judgmentTables are the grades of each option, and what the kin of the rule
// make of them.
func (s *speech) judgmentTables(m *vote.Minutes) []voteTable {
	res := &m.Result
	grades := voteTable{Key: "grades", Title: s.T("vote.table.grades"), Head: append([]string{s.T("vote.table.option"), s.T("vote.table.median")}, m.Grades...)}
	grades.Head = append(grades.Head, s.T("vote.table.above"), s.T("vote.table.below"))
	for i, row := range res.Table.Grades {
		j := res.Table.Judged[i]
		cells := []string{m.Grades[j.Grade]}
		for _, n := range row {
			cells = append(cells, s.Number(n))
		}
		cells = append(cells, s.percent(j.Above, j.Of), s.percent(j.Below, j.Of))
		grades.Rows = append(grades.Rows, voteRow{Name: s.Typo(m.Options[i]), Cells: cells, Gauge: gauge(row), Win: slices.Contains(m.Won(), i)})
	}
	return []voteTable{grades, s.rankingsTable(m, "kin", res.Table.Kin)}
}

// rankingsTable are orders by several rules; the one the vote was held by is
// named (MJ-2).
func (s *speech) rankingsTable(m *vote.Minutes, key string, list []tally.Ranking) voteTable {
	t := voteTable{Key: key, Title: s.T("vote.table." + key), Head: []string{s.T("vote.table.rule"), s.T("vote.table.order")}}
	for _, k := range list {
		order := s.orderWords(m, k.Order)
		if len(k.Order) == 0 {
			order = s.T("vote.outcome.needs-draw", "names", s.names(m, k.Tied))
		}
		name := s.T("vote.kin." + k.Rule)
		if k.Rule == cmpOr(m.Rule.Variant, string(m.Rule.Method)) {
			name = s.T("vote.table.decided", "rule", name)
		}
		t.Rows = append(t.Rows, voteRow{Name: name, Cells: []string{order}})
	}
	return t
}

// pointsTable are points by option.
func (s *speech) pointsTable(m *vote.Minutes) voteTable {
	res := &m.Result
	t := voteTable{Key: "points", Title: s.T("vote.table.points"), Head: []string{s.T("vote.table.option"), s.T("vote.table.sum")}, Most: max(1, slices.Max(res.Table.Points))}
	if len(res.Table.Given) > 0 {
		t.Head = append(t.Head, s.T("vote.table.given"))
	}
	if len(res.Table.Scores) > 0 {
		t.Head = append(t.Head, s.T("vote.table.decides"))
	}
	for i, n := range res.Table.Points {
		cells := []string{s.Number(n)}
		if len(res.Table.Given) > 0 {
			cells = append(cells, s.Number(res.Table.Given[i]))
		}
		if len(res.Table.Scores) > 0 {
			cells = append(cells, s.decimal(res.Table.Scores[i].Decimal(2)))
		}
		t.Rows = append(t.Rows, voteRow{Name: s.Typo(m.Options[i]), Cells: cells, Bar: n, Win: slices.Contains(m.Won(), i)})
	}
	return t
}

// duelsTable says how many prefer the option of the row to that of the column.
func (s *speech) duelsTable(m *vote.Minutes, key string, duels [][]int) voteTable {
	t := voteTable{Key: key, Title: s.T("vote.table." + key), Head: []string{s.T("vote.table.against")}}
	for _, name := range m.Options {
		t.Head = append(t.Head, s.Typo(name))
	}
	for a, row := range duels {
		var cells []string
		for b, n := range row {
			if a == b {
				cells = append(cells, "—")
				continue
			}
			cells = append(cells, s.Number(n))
		}
		t.Rows = append(t.Rows, voteRow{Name: s.Typo(m.Options[a]), Cells: cells, Win: slices.Contains(m.Won(), a)})
	}
	return t
}

// roundsTable are the votes of each round.
func (s *speech) roundsTable(m *vote.Minutes) voteTable {
	res := &m.Result
	t := voteTable{Key: "rounds", Title: s.T("vote.table.rounds"), Head: []string{s.T("vote.table.option")}}
	if res.Table.Quota > 0 {
		t.Title = s.T("vote.table.rounds_quota", "n", res.Table.Quota)
	}
	for i := range res.Table.Rounds {
		t.Head = append(t.Head, s.T("vote.table.round", "n", i+1))
	}
	for o, name := range m.Options {
		row := voteRow{Name: s.Typo(name), Win: slices.Contains(m.Won(), o)}
		for _, round := range res.Table.Rounds {
			cell := ""
			if votes := round.Votes[o]; votes != "" {
				cell = s.decimal(strings.TrimSuffix(votes.Decimal(2), ".00"))
			}
			switch {
			case slices.Contains(round.Elected, o):
				cell += " " + s.T("vote.table.elected")
			case slices.Contains(round.Out, o):
				cell += " " + s.T("vote.table.out")
			}
			row.Cells = append(row.Cells, strings.TrimSpace(cell))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// countedOf is the round of a proposal an address asks for, the last by itself.
func (r *request) countedOf(tx *store.Tx) (p vote.Proposal, c vote.Counted, err error) {
	if p, err = vote.Get(tx, r.Param("id")); err != nil {
		return p, c, err
	}
	rounds, err := p.Results(tx)
	for _, one := range rounds {
		if n := r.QueryParam("tour"); n == "" || n == strconv.Itoa(one.Round) {
			c = one
		}
	}
	if err == nil && c.Format == "" {
		err = store.E(store.NotFound, "err.not_found")
	}
	return p, c, err
}

// voteFile is the published file of a vote, byte for byte as it was hashed.
func (s *Server) voteFile(r *request) error {
	var c vote.Counted
	err := r.View(func(tx *store.Tx) (err error) {
		_, c, err = r.countedOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="decision-`+c.ID+"-"+strconv.Itoa(c.Round)+`.json"`)
	return r.Blob(http.StatusOK, "application/json", c.File)
}

// voteCompare is what other rules make of the same ballots, after the end.
func (s *Server) voteCompare(r *request) error {
	p := &votePage{page: r.page("vote.compare.title"), Href: votePath + "/" + r.Param("id")}
	p.Section = "decisions"
	err := r.View(func(tx *store.Tx) error {
		v, c, err := r.countedOf(tx)
		if err != nil {
			return err
		}
		p.Vote, p.Result = v, r.voteResult(&c)
		same, err := tally.Compare(c.Rule.Rule, c.Ballots, c.Draw)
		if err != nil { // a method that says too little for another rule
			return store.E(store.NotFound, "err.not_found").Because(err)
		}
		p.Tables = append(p.Tables, r.rankingsTable(&c.Minutes, "compare", same.Rankings))
		if len(same.Duels) > 0 {
			p.Tables = append(p.Tables, r.duelsTable(&c.Minutes, "duels", same.Duels))
		}
		p.Tables = r.inLines(p.Tables)
		return nil
	})
	if err != nil {
		return err
	}
	return r.Render("vote/compare", p)
}

// Compared tells whether other rules can count the same ballots.
func (p *votePage) Compared() bool {
	return p.Vote.State == vote.Closed && (p.Vote.Rule.Method == tally.Judgment || p.Vote.Rule.Ranked()) && p.Result != nil && p.Result.Count > 0
}
