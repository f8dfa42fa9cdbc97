package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// people makes accounts of people, some of them under 15 with a parent's
// agreement.
func (b *box) people(logins map[string]bool) map[string]store.Actor {
	b.t.Helper()
	out := map[string]store.Actor{}
	for login, minor := range logins {
		n := account.NewPerson{Login: login, Name: login, Role: store.Resident, OnPaper: true}
		if minor {
			n.Birth, n.Agreed = account.Birth{Year: b.clock.Now().Year() - 12, Month: 3}, true
		}
		p, _, err := b.desk.Add(store.As(b.t.Context(), store.Actor{Role: store.Operator}), n)
		if err != nil {
			b.t.Fatal(err)
		}
		out[login] = store.Actor{ID: p.ID, Role: store.Resident}
	}
	return out
}

// refusal is the key of what was refused; empty when nothing was.
func (b *box) refusal(as store.Actor, fn func(*store.Tx) error) string {
	b.t.Helper()
	err := b.db.Update(store.As(b.t.Context(), as), fn)
	e, ok := errors.AsType[*store.Error](err)
	if err != nil && !ok {
		b.t.Fatal(err)
	}
	if e == nil {
		return ""
	}
	return e.Key
}

// TestAC6_TheLimitsBefore15: no card as a person, no account of hours, no
// private words with adults outside one's own groups; all of it with the
// parent's agreement, and none of it after the birthday.
func TestAC6_TheLimitsBefore15(t *testing.T) {
	b := foundBox(t)
	who := b.people(map[string]bool{"lou": true, "max": true, "ana": false, "bob": false})
	lou, ana := who["lou"], who["ana"]
	about := store.Ref{Module: "ads", ID: store.NewID()}
	storetest.Update(t, b.db, ana, func(tx *store.Tx) error {
		return listing.Put(tx, listing.Card{Ref: about, Kind: listing.KindOffer, Title: "Vélo", Audience: listing.Public}, nil)
	})
	write := func(from, to store.Actor) string {
		return b.refusal(from, func(tx *store.Tx) error {
			_, err := message.Open(tx, about, "Vélo", message.Party{Account: to.ID}, message.Party{Account: from.ID}, "Bonjour")
			return err
		})
	}
	card := func(tx *store.Tx) error {
		return directory.Add(tx, &directory.Element{Kind: directory.Person, Name: "Lou", Audience: listing.Here})
	}
	hours := func(tx *store.Tx) error {
		_, err := timebank.Open(tx)
		return err
	}
	need := mutualaid.Favour{Side: mutualaid.Need, Sort: mutualaid.Hand, Title: "Arroser les tomates", Places: 1, Audience: listing.Public}
	if key := b.refusal(ana, func(tx *store.Tx) error { return mutualaid.Add(tx, &need, "") }); key != "" {
		t.Fatal(key)
	}
	answer := func(tx *store.Tx) error {
		_, err := mutualaid.Answerable(tx, need.ID)
		return err
	}
	for what, c := range map[string]struct{ got, want string }{
		"a card":                     {b.refusal(lou, card), "err.account.minor"},
		"hours":                      {b.refusal(lou, hours), "err.account.minor"},
		"an answer":                  {b.refusal(lou, answer), "err.mutualaid.apart"},
		"an adult's answer":          {b.refusal(who["bob"], answer), ""},
		"writing to an adult":        {write(lou, ana), "err.message.minor"},
		"an adult writing":           {write(ana, lou), "err.message.not_received"}, // no word about the age
		"children among themselves":  {write(lou, who["max"]), ""},
		"adults among themselves":    {write(ana, who["bob"]), ""},
		"an operator writing as one": {write(store.Actor{ID: who["bob"].ID, Role: store.Operator}, lou), "err.message.not_received"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", what, c.got, c.want)
		}
	}
	group := store.NewID()
	storetest.Update(t, b.db, ana, func(tx *store.Tx) error {
		return errors.Join(listing.Admit(tx, group, lou.ID), listing.Admit(tx, group, ana.ID))
	})
	if key := write(lou, ana); key != "" {
		t.Errorf("within a group of both: %s", key)
	}
	if key := write(who["bob"], lou); key == "" {
		t.Error("who is not in the group writes")
	}
	b.clock.Set(b.clock.Now().AddDate(4, 0, 0))
	if key := b.refusal(lou, card) + b.refusal(lou, hours) + write(lou, who["bob"]); key != "" {
		t.Errorf("after the birthday: %s", key)
	}
}

// TestAC6_AChildReadsUntilWhenTheAccountWaits before and after opening it.
func TestAC6_AChildReadsUntilWhenTheAccountWaits(t *testing.T) {
	b := foundBox(t)
	b.clock.Set(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	w := b.browser()
	if page := plainText(w.open(youngPath)); !strings.Contains(page, "au bout de 90 jours") {
		t.Error("the form does not tell")
	}
	w.post(youngPath, majorityPath, "name", "Lou", "login", "lou", "password", goodPassword, "charter", "1", "birth_year", "2014", "birth_month", "3")
	if page := plainText(w.open(majorityPath)); !strings.Contains(page, "Sans confirmation d'ici le samedi 30 mai") {
		t.Errorf("the account's page does not tell\n%s", page)
	}
}
