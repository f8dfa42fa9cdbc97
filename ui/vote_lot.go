package ui

import (
	"fmt"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// voteLot is what the page of a lot has of its own.
type voteLot struct {
	Hash      string // of the roll, published before the seed can be known
	CheckHash string // the command that works it out
	CheckLot  string // the command that draws again; empty before the draw
	Mine      string // the reader's number
	Drawn     bool   // it has a seat
	Seats     []choice
	People    []string // numbers with names, for those on the roll
	Before    string   // when it will be drawn; empty from then on
}

// shownReserves is how many reserves the page lists; the file has all.
const shownReserves = 20

// voteLot fills the page of a lot that was announced or drawn.
func (r *request) voteLot(tx *store.Tx, p *votePage, m *vote.Minutes) error {
	v := &p.Vote
	if v.Sort != vote.Lot || v.State != vote.Closed {
		return nil
	}
	tickets, hash, err := v.Tickets(tx)
	if err != nil {
		return err
	}
	all := fmt.Sprintf("seq -f 'm%%0%d.0f' %d", len(tickets[0])-1, len(tickets)) // m01, m02, …
	l := &voteLot{Hash: hash, CheckHash: all + " | sha256sum"}
	p.Lot = l
	if v.Announced() && !v.Over(r.now) {
		r.FreshUntil(v.ClosesAt)
		l.Before, p.Draw = r.WholeTime(v.ClosesAt), false
	}
	if l.Mine, err = v.NumberOf(tx, r.actor.ID); err != nil {
		return err
	}
	names, err := r.numberNames(tx, v)
	if err != nil {
		return err
	}
	for _, t := range tickets {
		if names[t] != "" {
			l.People = append(l.People, t+" · "+names[t])
		}
	}
	if m == nil {
		return nil
	}
	l.CheckLot = "for n in $(" + all + `); do echo "$(printf %s ` + quoted(m.Lottery.Seed+"|") + `"$n" | sha256sum | cut -c1-64) $n"; done | sort`
	seated, _ := m.Seated()
	l.Drawn = slices.Contains(seated, l.Mine)
	for _, t := range seated {
		l.Seats = append(l.Seats, choice{Value: t, Label: withName(t, names)})
	}
	for _, t := range p.Result.Tables {
		for i := range t.Rows {
			t.Rows[i].Name = withName(t.Rows[i].Name, names)
		}
	}
	return nil
}

func withName(ticket string, names map[string]string) string {
	if names[ticket] == "" {
		return ticket
	}
	return ticket + " · " + names[ticket]
}

// quoted is a word for a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// numberNames are the names of numbers the reader may see: those of the roll, for
// those on it.
func (r *request) numberNames(tx *store.Tx, v *vote.Proposal) (map[string]string, error) {
	rights, err := v.RightsOf(tx)
	if err != nil {
		return nil, err
	}
	if on, err := v.Entitled(tx, r.actor.ID); err != nil || !on && !rights.Lead {
		return nil, err
	}
	seen, err := r.rollSeen(tx, v)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	list, err := v.Numbers(tx)
	for _, n := range list {
		if err == nil && (seen == nil || seen[n.AccountID] || n.AccountID == r.actor.ID) {
			names[n.Ticket], err = r.voterName(tx, n.AccountID)
		}
	}
	return names, err
}

// lotTable is who was drawn, by number, with what the order rests on.
func (s *speech) lotTable(m *vote.Minutes) voteTable {
	t := voteTable{Key: "lot", Title: s.T("vote.table.lot")}
	seated, reserves := m.Seated()
	add := func(list []string, key string) {
		for _, one := range list {
			hash := tally.SortitionHash(m.Lottery.Seed, one)
			t.Rows = append(t.Rows, voteRow{Name: one, Cells: []string{s.T("vote.lot." + key), hash[:8] + "…"}, Win: key == "seated"})
		}
	}
	add(seated, "seated")
	add(reserves[:min(len(reserves), shownReserves)], "reserve")
	add(m.Declined, "declined")
	return t
}

// lotResult is a lot in words.
func (s *speech) lotResult(v *voteResult, m *vote.Minutes) *voteResult {
	seated, _ := m.Seated()
	v.Sentence = s.T("vote.outcome.drawn", "names", s.enumerate(seated))
	v.Numbers = []string{s.T("vote.number.roll", "n", m.Roll), s.T("vote.lot.seed", "seed", m.Lottery.Seed)}
	v.Tables = s.inLines([]voteTable{s.lotTable(m)})
	v.Notes = []string{s.T("vote.lot.hash", "hash", m.Lottery.RollHash, "when", s.WholeTime(m.OpenedAt))}
	return v
}

// stateWords say how far a proposal has come.
func (s *speech) stateWords(v *vote.Proposal) string {
	switch {
	case v.Sort == vote.Election:
		return s.electionState(v)
	case v.Announced():
		return s.T("vote.lot.announced")
	case v.Sort == vote.Lot && v.State == vote.Closed:
		return s.T("vote.lot.drawn")
	}
	return s.T("vote.state." + string(v.State))
}

// FileWords say what the published file holds.
func (p *votePage) FileWords() string {
	if p.Vote.Rule.Method == tally.Sorted {
		return p.T("vote.lot.file")
	}
	if p.Vote.Sort == vote.Election {
		key := "vote.election.file"
		if p.Result.Good {
			key = "vote.election.file_elected"
		}
		return p.T(key, "n", p.Result.Count)
	}
	return p.T("vote.minutes.file", "n", p.Result.Count)
}
