package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// What stands beside the ballots typed on phones: a desk with ballots of paper,
// voices passed on, and a lot.
var (
	// simple is more than half of what is expressed.
	simple = tally.Rule{Method: tally.Majority, Num: 1, Den: 2}

	desked = voted{
		by: comite, title: "Un arrêt-minute devant l'épicerie", supports: []int{comite, jeanne, paul},
		text: "Dix minutes, deux places, du lundi au samedi. Les livraisons se font avant huit heures.",
		rule: vote.Rule{Rule: simple, Secret: true, Departures: vote.Kept}, opened: 20 * day, lasts: 8 * day,
		ballots: [][]int{{1, 0}, {0, 1}},
	}
	// onPaper are those who came to the desk, and what was found in the box.
	onPaper  = []int{comite, jeanne}
	inTheBox = []tally.Ballot{{Values: []int{1, 0}}, {Values: []int{1, 0}}}

	passed = voted{
		by: jeanne, title: "Un marché le vendredi soir, de mai à septembre", supports: []int{jeanne, paul, odette},
		text: "Huit étals sous la halle, la buvette tenue à tour de rôle par les associations. Le parking de la halle est fermé de 16 h à 21 h.",
		rule: vote.Rule{Rule: simple, Delegable: true, Departures: vote.Kept}, opened: 2 * day, lasts: 12 * day,
		ballots: [][]int{nil, {1, 0}},
	}
	// passedOn is who passed their voice on to whom.
	passedOn = [][2]int{{paul, jeanne}, {jeanne, karim}}

	drawn = voted{
		by: karim, title: "Deux personnes pour suivre les travaux du lavoir", supports: []int{karim, odette, paul},
		text: "Elles assistent aux réunions de chantier et en rendent compte à la mairie.",
		rule: vote.Rule{Rule: tally.Rule{Method: tally.Sorted, Seats: 2}}, opened: 15 * day, lasts: 7 * day,
	}
)

// desk holds a vote on phones and on paper, one where voices are passed on, and
// draws a lot.
func (f *filler) desk(ctx context.Context) error {
	for _, hold := range []func(*store.Tx, time.Time) error{f.paperVote, f.passedVote, f.lot} {
		err := f.db.Update(ctx, func(tx *store.Tx) error {
			now := tx.Now
			defer func() { tx.Now = now }()
			return hold(tx, now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// paperVote is over: two people have typed what was in the box.
func (f *filler) paperVote(tx *store.Tx, now time.Time) error {
	id, err := f.voted(tx, now, &desked)
	if err != nil {
		return err
	}
	tx.Now = now.Add(-desked.opened + time.Hour)
	f.act(tx, mairie)
	if err := vote.Print(tx, id, len(onPaper)); err != nil {
		return err
	}
	if err := vote.SetTeller(tx, id, f.people[odette].id, true); err != nil {
		return err
	}
	for _, who := range onPaper {
		if err := vote.HandOut(tx, id, f.people[who].id); err != nil {
			return err
		}
	}
	tx.Now = now
	for _, teller := range []int{mairie, odette} {
		f.act(tx, teller)
		if err := typePaper(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// typePaper is one of the two entries.
func typePaper(tx *store.Tx, id string) error {
	p, err := vote.Get(tx, id)
	if err != nil {
		return err
	}
	d, _, err := p.DeskOf(tx)
	if err != nil {
		return err
	}
	rows := map[int]vote.Slip{}
	for i, ballot := range inTheBox {
		rows[i+1] = vote.Slip{Code: d.Codes[i], Ballot: ballot}
	}
	if err := vote.TypePaper(tx, id, rows); err != nil {
		return err
	}
	return vote.FinishPaper(tx, id, len(rows))
}

// passedVote is open: a voice goes over somebody to who votes.
func (f *filler) passedVote(tx *store.Tx, now time.Time) error {
	id, err := f.voted(tx, now, &passed)
	if err != nil {
		return err
	}
	tx.Now = now.Add(-day)
	for _, pair := range passedOn {
		f.act(tx, pair[0])
		if err := vote.Delegate(tx, id, f.people[pair[1]].id); err != nil {
			return err
		}
	}
	return nil
}

// lot was drawn with the numbers of a lottery nobody here draws.
func (f *filler) lot(tx *store.Tx, now time.Time) error {
	id, err := f.voted(tx, now, &drawn)
	if err != nil {
		return err
	}
	tx.Now = now.Add(-drawn.opened + drawn.lasts + day)
	f.act(tx, mairie)
	return vote.Draw(tx, id, tally.Draw{Seed: "7 12 23 31 44"}, "Les cinq numéros du loto du soir, lus à voix haute à la mairie.")
}
