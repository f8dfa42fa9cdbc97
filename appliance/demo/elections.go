package demo

import (
	"context"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// chosen is an election without candidates of a group: its names are known, and
// somebody is proposed.
type chosen struct {
	group, title, text string
	by                 int
	names              []naming
	put                int // whom who conducts it proposes
	why                string
	agree              []int
}

// naming is whom somebody names, and why.
type naming struct {
	by, whom int
	why      string
}

// electionsOf is one election, which waits for the person proposed.
var electionsOf = []chosen{{
	group: "Bas du Bourg", by: karim, title: "Qui parle pour le quartier aux réunions sur les crues ?",
	text: "Quatre réunions par an à la préfecture, le soir. Il faut y dire ce que le quartier demande, et raconter ici ce qui s'y dit. Pour deux ans.",
	names: []naming{
		{karim, odette, "Elle a tenu le cahier des crues de 2019 et n'oublie personne."},
		{jeanne, karim, "Il connaît chaque cave de la rue du Couvent."},
		{odette, karim, "Il sait parler aux ingénieurs."},
	},
	put: odette, why: "Karim a été plus nommé, mais il travaille le soir : Odette peut venir à chaque réunion.", agree: []int{jeanne},
}}

// elections are the elections of groups.
func (f *filler) elections(ctx context.Context) error {
	for i := range electionsOf {
		if err := f.db.Update(ctx, func(tx *store.Tx) error { return f.elect(tx, &electionsOf[i]) }); err != nil {
			return err
		}
	}
	return nil
}

// elect holds one election up to the consent about the person proposed.
func (f *filler) elect(tx *store.Tx, n *chosen) error {
	now := tx.Now
	defer func() { tx.Now = now }()
	tx.Now = now.Add(-6 * day)
	id, err := f.opened(tx, n)
	if err != nil {
		return err
	}
	numbers, err := f.numbers(tx, id)
	if err != nil {
		return err
	}
	if err := f.named(tx, id, n.names, numbers); err != nil {
		return err
	}
	tx.Now = now.Add(-day)
	if err := vote.Count(tx, id); err != nil {
		return err
	}
	f.act(tx, n.by)
	if err := vote.PutForward(tx, id, numbers[n.put].Ticket, n.why, vote.Terms{Closes: f.atSeven(tx, 6)}); err != nil {
		return err
	}
	for _, who := range n.agree {
		f.act(tx, who)
		if err := vote.Cast(tx, id, vote.Answer{Ballot: tally.Ballot{Values: []int{tally.Agrees}}}); err != nil {
			return err
		}
	}
	return nil
}

// opened is an election in its group, its round of names open.
func (f *filler) opened(tx *store.Tx, n *chosen) (id string, err error) {
	f.act(tx, n.by)
	p := vote.Proposal{ID: f.id(), Title: n.title, Text: n.text, Sort: vote.Election, Audience: listing.Public}
	mine, err := group.Mine(tx)
	for i := range mine {
		if mine[i].Name == n.group {
			p.GroupID = mine[i].ID
		}
	}
	if err != nil {
		return "", err
	}
	if err := vote.Propose(tx, &p); err != nil {
		return "", err
	}
	terms := vote.Terms{Rule: vote.Rule{Rule: tally.Rule{Method: tally.NoCandidate}, Departures: vote.Kept}, Closes: f.atSeven(tx, 4)}
	if err := vote.Prepare(tx, p.ID, terms); err != nil {
		return "", err
	}
	return p.ID, vote.Start(tx, p.ID, "")
}

// atSeven is 19 h some days from the transaction's time.
func (f *filler) atSeven(tx *store.Tx, days int) calendar.Wall {
	w := calendar.WallOf(tx.Now.In(f.zone)).AddDays(days).Midnight()
	w.Hour = 19
	return w
}

// named casts whom each names.
func (f *filler) named(tx *store.Tx, id string, list []naming, numbers map[int]numbered) error {
	p, err := vote.Get(tx, id)
	for _, n := range list {
		if err != nil {
			return err
		}
		b := tally.Ballot{Values: make([]int, p.Rule.Options)}
		b.Values[numbers[n.whom].place] = 1
		f.act(tx, n.by)
		err = vote.Cast(tx, id, vote.Answer{Ballot: b, Reason: n.why})
	}
	return err
}

// numbered is a person of the village on the roll of an election.
type numbered struct {
	vote.Number
	place int
}

// numbers are the persons on the roll of an election, by their place in the
// village.
func (f *filler) numbers(tx *store.Tx, id string) (map[int]numbered, error) {
	p, err := vote.Get(tx, id)
	if err != nil {
		return nil, err
	}
	list, err := p.Numbers(tx)
	of := map[int]numbered{}
	for place, n := range list {
		for who := range f.people {
			if f.people[who].id == n.AccountID {
				of[who] = numbered{n, place}
			}
		}
	}
	return of, err
}
