package demo

import (
	"context"
	"errors"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
)

// tour is a roster of the village; who has its coming shifts, one list a shift.
type tour struct {
	title, place, text string
	day                time.Weekday
	from, minutes      int // hour, minutes
	places             int
	people             [][]string
}

var tours = []tour{
	{
		title: "Four à pain", place: "Place du four", text: "Allumer à 9 h, enfourner à 11 h. Le bois est sous l'appentis, la clé à la mairie.",
		day: time.Saturday, from: 9, minutes: 240, places: 3, people: [][]string{{"jeanne", "paul"}, {"karim"}, {"paul", "odette", "comite"}},
	},
	{
		title: "Permanence de la bibliothèque", place: "Ancienne école", text: "Prêts, retours, et un café.",
		day: time.Wednesday, from: 14, minutes: 180, places: 2, people: [][]string{{"odette"}, {"odette", "jeanne"}},
	},
	{
		title: "Compost partagé", place: "Derrière le lavoir", text: "Retourner le bac, ajouter du broyat. Gants fournis.",
		day: time.Sunday, from: 10, minutes: 60, places: 1, people: [][]string{{"karim"}, {}, {"jeanne"}},
	},
}

// task is a chore of the village.
type task struct {
	mutualaid.Chore
	by   string
	days int // from now; 0: no day
	took []string
	done bool
}

var tasks = []task{
	{Chore: mutualaid.Chore{Title: "Réparer le banc du lavoir", Text: "Deux lattes à changer. Le bois est coupé.", Place: "Lavoir", Contact: "Mairie, le matin", Minutes: 120, Hands: 2}, by: "mairie", days: 12, took: []string{"paul"}},
	{Chore: mutualaid.Chore{Title: "Changer l'affiche sur la boîte", Place: "Salle des fêtes", Minutes: 15, Hands: 1, Again: 30}, by: "odette", days: 4},
	{Chore: mutualaid.Chore{Title: "Tailler la haie de l'école", Text: "Apportez un sécateur si vous en avez un.", Place: "École", Minutes: 180, Hands: 4, Tags: []string{"jardin"}}, by: "jeanne", days: -3, took: []string{"karim", "comite"}},
	{Chore: mutualaid.Chore{Title: "Ranger le local du comité", Place: "Salle des fêtes", Hands: 3}, by: "comite", took: []string{"jeanne"}, done: true},
}

// tours opens the rosters, signs people up, and puts chores on the board.
func (f *filler) tours(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		for i := range tours {
			if err := f.openTour(tx, &tours[i]); err != nil {
				return err
			}
		}
		for i := range tasks {
			if err := f.putTask(tx, tasks[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *filler) openTour(tx *store.Tx, n *tour) error {
	today := calendar.WallOf(f.now.In(f.zone)).Midnight()
	starts := today.AddDays(-28)
	starts.Hour = n.from
	one := mutualaid.Roster{
		ID: f.id(), Title: n.title, Text: n.text, Place: n.place, Starts: starts, Lasts: n.minutes, Zone: f.zone.String(),
		Rule: weeklyOn(n.day), Places: n.places, Audience: listing.Public,
	}
	tx.Now = f.now.AddDate(0, 0, -28).Truncate(time.Minute)
	if err := f.as(tx, "mairie", func() error { return mutualaid.PlanRoster(tx, &one) }); err != nil {
		return err
	}
	tx.Now = f.now.Truncate(time.Minute)
	shifts, err := one.Shifts(tx, f.now.Add(12*time.Hour), f.now.AddDate(0, 0, 40), len(n.people))
	for i := range shifts {
		for _, login := range n.people[i] {
			err = errors.Join(err, f.as(tx, login, func() error {
				_, err := mutualaid.TakeTurn(tx, one.ID, shifts[i].Date.String(), true)
				return err
			}))
		}
	}
	return err
}

func (f *filler) putTask(tx *store.Tx, n task) error {
	c := n.Chore
	c.ID, c.Audience = f.id(), listing.Public
	if n.days != 0 {
		c.Day = calendar.WallOf(f.now.In(f.zone)).Midnight().AddDays(n.days)
	}
	tx.Now = f.now.AddDate(0, 0, -9).Truncate(time.Minute)
	if err := f.as(tx, n.by, func() error { return mutualaid.PutChore(tx, &c) }); err != nil {
		return err
	}
	for _, login := range n.took {
		tx.Now = tx.Now.Add(26 * time.Hour)
		if err := f.as(tx, login, func() error { return mutualaid.TakeChore(tx, c.ID) }); err != nil {
			return err
		}
	}
	if !n.done {
		return nil
	}
	return f.as(tx, n.by, func() error { return mutualaid.FinishChore(tx, c.ID) })
}
