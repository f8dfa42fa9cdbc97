package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// voted is a decision of the village.
type voted struct {
	by          int
	title, text string
	choices     []string
	dates       []int // days from now, at 20 h: a date is looked for
	supports    []int
	rule        vote.Rule     // none: an idea
	opened      time.Duration // ago
	lasts       time.Duration
	ballots     [][]int // of people from odette on; nil: did not vote
	step        vote.Step
}

// votedOf is one idea, one vote that is open, one that is over and a date that is
// looked for.
var votedOf = []voted{
	{
		by: jeanne, title: "Un banc à l'arrêt du car", supports: []int{jeanne},
		text: "On attend le car debout, sous la pluie. Un banc et un petit toit suffiraient ; le bois peut venir de la coupe.",
	},
	{
		by: karim, title: "Que faire de l'ancien lavoir ?", choices: []string{"Le restaurer", "En faire un abri à vélos", "Le laisser tel quel"}, supports: []int{karim, odette, paul},
		text: "La commune peut engager une dépense cette année. Trois propositions sont venues à la réunion du quartier.",
		rule: vote.Rule{Rule: tally.Rule{Method: tally.Judgment, Grades: 5, Missing: tally.MissingWorst}, Secret: true, Departures: vote.Kept}, opened: 30 * day, lasts: 7 * day,
		ballots: [][]int{{4, 2, 1}, {3, 3, 0}, {4, 1, 2}, {2, 4, 0}}, step: vote.Step{Text: "Demander deux devis de maçonnerie.", Carrier: "Le comité du lavoir"},
	},
	{
		by: paul, title: "Éteindre l'éclairage public de 23 h à 5 h", supports: []int{paul, karim, odette},
		text:   "Les lampadaires s'éteignent la nuit, sauf les soirs de fête. L'économie attendue est d'un tiers de la facture.",
		rule:   vote.Rule{Rule: tally.Rule{Method: tally.Majority, Num: 1, Den: 2, QuorumNum: 1, QuorumDen: 3, QuorumAtLeast: true}, Secret: true, Departures: vote.Kept},
		opened: 2 * day, lasts: 9 * day, ballots: [][]int{{1, 0}, nil, {0, 1}},
	},
	{
		by: karim, title: "Réunion publique sur le lavoir", dates: []int{19, 21, 26}, supports: []int{karim, odette, paul},
		text:   "Le comité présente les deux devis. Comptez une heure et demie, à la salle des fêtes.",
		rule:   vote.Rule{Rule: tally.Rule{Method: tally.Date}, Visible: true, Chosen: true, Departures: vote.Kept},
		opened: day, lasts: 6 * day, ballots: [][]int{{2, 1, 0}, {2, 2, 1}, {0, 2, 2}},
	},
}

// votes are decisions in three of their states.
func (f *filler) votes(ctx context.Context) error {
	for i := range votedOf {
		err := f.db.Update(ctx, func(tx *store.Tx) error {
			now := tx.Now
			defer func() { tx.Now = now }()
			_, err := f.voted(tx, now, &votedOf[i])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// voted makes one decision, and gives its id.
func (f *filler) voted(tx *store.Tx, now time.Time, n *voted) (string, error) {
	p := vote.Proposal{ID: f.id(), Title: n.title, Text: n.text, Choices: n.choices, Audience: listing.Public}
	for _, days := range n.dates {
		w := calendar.WallOf(now.In(f.zone)).AddDays(days).Midnight()
		w.Hour = 20
		p.Sort, p.Choices = vote.Dates, append(p.Choices, w.String())
	}
	if n.rule.Method == tally.Sorted {
		p.Sort = vote.Lot
	}
	tx.Now = now.Add(-n.opened - 10*day)
	f.act(tx, n.by)
	if err := vote.Propose(tx, &p); err != nil {
		return "", err
	}
	for _, who := range n.supports {
		state, err := vote.Get(tx, p.ID)
		if err != nil || state.State != vote.Idea {
			break
		}
		f.act(tx, who)
		if err := vote.Support(tx, p.ID, true); err != nil {
			return "", err
		}
	}
	if n.rule.Method == "" {
		return p.ID, nil
	}
	return p.ID, f.ballots(tx, now, n, p.ID)
}

// ballots opens the vote, lets people vote, and counts when it is over.
func (f *filler) ballots(tx *store.Tx, now time.Time, n *voted, id string) error {
	tx.Now = now.Add(-n.opened)
	closes := calendar.WallOf(tx.Now.Add(n.lasts).In(f.zone))
	closes.Hour, closes.Minute = 19, 0
	f.act(tx, n.by)
	if err := vote.Prepare(tx, id, vote.Terms{Rule: n.rule, Closes: closes}); err != nil {
		return err
	}
	if err := vote.Start(tx, id, ""); err != nil {
		return err
	}
	for i, values := range n.ballots {
		if values == nil {
			continue
		}
		tx.Now = tx.Now.Add(time.Hour)
		f.act(tx, odette+i)
		if err := vote.Cast(tx, id, vote.Answer{Ballot: tally.Ballot{Values: values}}); err != nil {
			return err
		}
	}
	tx.Now = now
	if n.step.Text == "" {
		return nil
	}
	if err := vote.Count(tx, id); err != nil {
		return err
	}
	n.step.Due = calendar.WallOf(now.Add(40 * day).In(f.zone)).Midnight()
	f.act(tx, n.by)
	return vote.Follow(tx, id, n.step)
}
