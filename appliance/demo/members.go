package demo

import (
	"context"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// The accounts of folk the members are taken from.
const (
	odette, karim, comite, jeanne, paul = 1, 2, 3, 4, 5
)

// members gives two organisations their people, ties them to each other and to
// events, and leaves a card that somebody claims.
func (f *filler) members(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		fetes, err := f.organisation(tx, comite, "Comité des fêtes", "Bals, lotos, feu de la Saint-Jean.")
		if err != nil {
			return err
		}
		moulin, err := f.organisation(tx, jeanne, "Les Amis du moulin", "On remet la roue en marche, le samedi matin.")
		if err != nil {
			return err
		}
		for _, m := range []joining{
			{fetes, comite, jeanne, "trésorière", directory.ToEverybody, true, false},
			{fetes, comite, paul, "buvette", directory.ToResidents, false, false},
			{fetes, comite, karim, "", directory.ToNobody, false, true},
			{moulin, jeanne, odette, "secrétaire", directory.ToEverybody, true, false},
			{moulin, jeanne, paul, "", directory.ToEverybody, false, false},
		} {
			if err := f.join(tx, m); err != nil {
				return err
			}
		}
		if err := f.ties(tx, fetes, moulin); err != nil {
			return err
		}
		return f.claimed(tx)
	})
}

// act is the transaction as one of folk.
func (f *filler) act(tx *store.Tx, who int) {
	tx.Actor = store.Actor{ID: f.people[who].id, Role: f.people[who].Role}
}

// organisation is the one of a name, made by somebody unless it is there.
func (f *filler) organisation(tx *store.Tx, who int, name, brief string) (string, error) {
	f.act(tx, who)
	found, err := directory.Named(tx, name)
	if err != nil || len(found) > 0 {
		if len(found) > 0 {
			return found[0].ID, nil
		}
		return "", err
	}
	e := directory.Element{ID: f.id(), Kind: directory.Org, Name: name, Brief: brief, Tags: []string{"association"}, Audience: listing.Public}
	return e.ID, directory.Add(tx, &e)
}

// joining is how one of folk becomes a member.
type joining struct {
	of         string
	admin, who int
	label      string
	shown      directory.Seen
	promoted   bool
	waits      bool // for an answer
}

func (f *filler) join(tx *store.Tx, m joining) error {
	account := f.people[m.who].id
	f.act(tx, m.who)
	if err := directory.Ask(tx, m.of, "Bonjour, je peux donner un coup de main."); err != nil || m.waits {
		return err
	}
	f.act(tx, m.admin)
	if err := directory.Admit(tx, m.of, account); err != nil {
		return err
	}
	if err := directory.Relabel(tx, m.of, account, m.label); err != nil {
		return err
	}
	if m.promoted {
		if err := directory.Promote(tx, m.of, account); err != nil {
			return err
		}
	}
	f.act(tx, m.who)
	return directory.Appear(tx, m.of, m.shown)
}

// ties makes partners of the two, and puts events and a project in their
// names.
func (f *filler) ties(tx *store.Tx, fetes, moulin string) error {
	f.act(tx, jeanne) // she manages both
	if err := directory.Offer(tx, fetes, moulin); err != nil {
		return err
	}
	if err := directory.Confirm(tx, moulin, fetes); err != nil {
		return err
	}
	wheel := directory.Element{
		ID: f.id(), Kind: directory.Project, Name: "Restaurer la roue du moulin", Brief: "Un chantier ouvert, outils fournis.",
		ParentID: moulin, Audience: listing.Public,
	}
	if err := directory.Add(tx, &wheel); err != nil {
		return err
	}
	f.act(tx, comite)
	events, err := agenda.Of(tx, f.people[comite].id, 6)
	for _, e := range events {
		if err := directory.Stand(tx, fetes, e.Ref(), e.Title); err != nil {
			return err
		}
	}
	return err
}

// claimed is a card from a proposal, which somebody asks to answer for.
func (f *filler) claimed(tx *store.Tx) error {
	f.act(tx, odette)
	e := directory.Element{
		ID: f.id(), Kind: directory.Org, Name: "La Boule de la Lère", Brief: "Pétanque le jeudi, sous les tilleuls.", Audience: listing.Public,
	}
	if err := directory.Accept(tx, &e); err != nil {
		return err
	}
	f.act(tx, paul)
	_, err := directory.File(tx, e.ID, "J'en suis le président depuis l'assemblée de printemps.")
	return err
}
