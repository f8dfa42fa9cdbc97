package demo

import (
	"context"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// The accounts of folk the members are taken from.
const (
	odette, karim, comite, jeanne, paul = 1, 2, 3, 4, 5
)

// members gives two organisations their people, ties them to each other, and
// leaves a card that somebody claims.
func (f *filler) members(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		fetes, moulin := f.entries["Comité des fêtes"].ID, f.entries["Les Amis du moulin"].ID
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

// ties makes partners of the two.
func (f *filler) ties(tx *store.Tx, fetes, moulin string) error {
	f.act(tx, jeanne) // she manages both
	if err := directory.Offer(tx, fetes, moulin); err != nil {
		return err
	}
	return directory.Confirm(tx, moulin, fetes)
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
