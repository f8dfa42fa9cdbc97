package demo

import (
	"context"

	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/calendar"
	"copi.local/store/group"
)

// met is the general meeting of a group, by its name.
type met struct {
	group, title, place, text string
	keeper, giver, holder     int // the giver cannot come
	items                     []string
	names                     string // of people without account, one a line
}

// metOf is one meeting people are convened to.
var metOf = []met{{
	group: "Amis de la forêt", title: "Assemblée générale", place: "Salle des fêtes", text: "Le verre de l'amitié suit.",
	keeper: odette, giver: jeanne, holder: karim,
	items: []string{"Rapport moral", "Rapport financier", "Cotisation de l'an prochain", "Questions diverses"},
	names: "Lucienne Fabre\nMarcel Roux",
}}

// assemblies are the general meetings of groups.
func (f *filler) assemblies(ctx context.Context) error {
	for i := range metOf {
		if err := f.db.Update(ctx, func(tx *store.Tx) error { return f.meet(tx, &metOf[i]) }); err != nil {
			return err
		}
	}
	return nil
}

// meet convenes one meeting, with a proxy.
func (f *filler) meet(tx *store.Tx, n *met) error {
	now := tx.Now
	defer func() { tx.Now = now }()
	tx.Now = now.Add(-day)
	f.act(tx, n.keeper)
	mine, err := group.Mine(tx)
	if err != nil {
		return err
	}
	a := assembly.Assembly{
		ID: f.id(), Title: n.title, Place: n.place, Text: n.text, Starts: calendar.WallOf(now.Add(19 * day).In(f.zone)), Zone: f.zone.String(),
		Notice: assembly.UsualNotice, Proxies: assembly.UsualProxies, Quorum: assembly.Share{Num: 1, Den: 3, AtLeast: true}, AgainNotice: 8,
	}
	a.Starts.Hour, a.Starts.Minute = 20, 0
	for i := range mine {
		if mine[i].Name == n.group {
			a.GroupID = mine[i].ID
		}
	}
	if err := assembly.Plan(tx, &a, n.items); err != nil {
		return err
	}
	if _, err := assembly.AddNames(tx, a.ID, n.names); err != nil {
		return err
	}
	if err := assembly.Convene(tx, a.ID, false); err != nil {
		return err
	}
	return f.proxy(tx, &a, n)
}

// proxy lets somebody who cannot come give theirs.
func (f *filler) proxy(tx *store.Tx, a *assembly.Assembly, n *met) error {
	roll, err := a.Roll(tx)
	if err != nil {
		return err
	}
	seats := map[string]string{}
	for _, s := range roll {
		seats[s.AccountID] = s.ID
	}
	return assembly.Record(tx, a.ID, seats[f.people[n.giver].id], seats[f.people[n.holder].id])
}
