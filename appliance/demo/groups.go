package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/group"
)

// gathered is a group, who keeps it and who belongs to it.
type gathered struct {
	group.Group
	keeper  int
	members []int
	asks    int // who waits for an answer; 0: nobody
	age     int // days
}

// gatherings are groups of each sort: open with hidden members, on request,
// secret, and two hamlets with the group that brings them together.
var gatherings = []gathered{
	{Group: group.Group{
		Name: "Amis de la forêt", Theme: "nature", Reading: group.ToEverybody, Seen: group.ToKeepers, Joining: group.Free,
		Purpose: "Entretenir les chemins, compter les oiseaux, apprendre à reconnaître les arbres. Une sortie le premier samedi du mois.",
	}, keeper: odette, members: []int{karim, jeanne}, age: 90},
	{Group: group.Group{
		Name: "Parents de l'école", Theme: "children", Reading: group.ToMembers, Seen: group.ToMembers, Joining: group.Asked,
		Purpose: "Cantine, trajets, fête de fin d'année : ce dont les parents ont à parler entre eux.",
	}, keeper: jeanne, members: []int{karim}, asks: paul, age: 50},
	{Group: group.Group{
		Name: "Surprise pour les quarante ans du comité", Theme: "leisure", Reading: group.ToMembers, Seen: group.ToMembers, Joining: group.Invited,
		Purpose: "Le comité des fêtes a quarante ans. Chut.",
	}, keeper: jeanne, age: 12},
	{Group: group.Group{
		Name: "Combelongue", Theme: "neighbours", Reading: group.ToEverybody, Seen: group.ToResidents, Joining: group.Free,
		Purpose: "Les voisines et voisins du hameau.",
	}, keeper: paul, members: []int{odette}, age: 40},
	{Group: group.Group{
		Name: "Bas du Bourg", Theme: "neighbours", Reading: group.ToEverybody, Seen: group.ToResidents, Joining: group.Free,
		Purpose: "La rue du Couvent et les quais : inondations, stationnement, fête des voisins.",
	}, keeper: karim, members: []int{jeanne, odette}, age: 38},
	{Group: group.Group{
		Name: "Les hameaux ensemble", Theme: "civic", Reading: group.ToEverybody, Seen: group.ToResidents, Joining: group.Asked,
		Purpose: "Ce que les hameaux décident ensemble, chacun par ses déléguées et délégués.",
	}, keeper: odette, age: 30},
}

// groups adds them, and a question two hamlets were asked, one of which has
// answered.
func (f *filler) groups(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		was := *tx
		defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
		ids := make([]string, len(gatherings))
		for i := range gatherings {
			n := &gatherings[i]
			tx.Now = f.now.Add(-time.Duration(n.age) * day).Truncate(time.Minute)
			ids[i] = f.id()
			if err := f.gather(tx, n, ids[i]); err != nil {
				return err
			}
		}
		last := len(ids) - 1
		return f.inquire(tx, ids[last], ids[last-2:last])
	})
}

// gather adds one group with its members.
func (f *filler) gather(tx *store.Tx, n *gathered, id string) error {
	g := n.Group
	g.ID = id
	f.act(tx, n.keeper)
	if err := group.Begin(tx, &g, ""); err != nil {
		return err
	}
	for _, who := range append([]int{n.asks}, n.members...) {
		if who == 0 {
			continue
		}
		f.act(tx, who)
		if err := group.Join(tx, id, ""); err != nil {
			return err
		}
		if g.Joining != group.Asked || who == n.asks {
			continue
		}
		f.act(tx, n.keeper)
		if err := group.Answer(tx, id, f.people[who].id, true, ""); err != nil {
			return err
		}
	}
	return nil
}

// inquire brings groups together and asks them something.
func (f *filler) inquire(tx *store.Tx, league string, parts []string) error {
	keepers := []int{paul, karim}
	for i, id := range parts {
		f.act(tx, odette)
		if err := group.AddPart(tx, league, id); err != nil {
			return err
		}
		f.act(tx, keepers[i])
		if err := group.Agree(tx, league, id); err != nil {
			return err
		}
	}
	tx.Now = f.now.Add(-3 * day)
	f.act(tx, odette)
	q := group.Inquiry{
		GroupID: league, Question: "Une journée commune de nettoyage des fossés, en avril ?", Rule: group.Unanimity,
		Text:  "Chaque hameau fournit ses outils ; la commune prête la benne.",
		Until: f.now.Add(11 * day).Truncate(time.Hour),
	}
	if err := group.Ask(tx, &q); err != nil {
		return err
	}
	tx.Now = f.now.Add(-day)
	f.act(tx, karim)
	return group.Reply(tx, q.ID, parts[1], group.Yes)
}
