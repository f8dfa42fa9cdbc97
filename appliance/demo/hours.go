package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/timebank"
)

// bankFolk are who have an account of hours, in the order they opened it.
var bankFolk = []string{"odette", "karim", "jeanne", "paul", "mairie"}

// the two accounts that are not of one of them.
const (
	bankMoulin = "moulin" // of the Amis du moulin
	bankCommon = "common"
)

// helped is an hour given: so many days ago, who paid whom.
type helped struct {
	age      int
	from, to string
	minutes  int64
	text     string
	back     bool // given back two days later
}

// hoursGiven are some weeks of help in the village.
var hoursGiven = []helped{
	{age: 62, from: "paul", to: "jeanne", minutes: 120, text: "Garde des enfants, mercredi"},
	{age: 55, from: "odette", to: "paul", minutes: 90, text: "Bois rentré sous l'auvent"},
	{age: 48, from: "karim", to: "odette", minutes: 60, text: "Ourlets de rideaux"},
	{age: 40, from: "jeanne", to: "karim", minutes: 75, text: "Vélo remis en état"},
	{age: 33, from: bankMoulin, to: "paul", minutes: 120, text: "Chantier de la digue"},
	{age: 33, from: bankMoulin, to: "karim", minutes: 120, text: "Chantier de la digue"},
	{age: 26, from: "odette", to: "karim", minutes: 45, text: "Aide à l'ordinateur"},
	{age: 19, from: "paul", to: "odette", minutes: 120, text: "Confitures de coings"},
	{age: 14, from: "karim", to: "jeanne", minutes: 60, text: "Aide aux devoirs", back: true},
	{age: 12, from: "karim", to: "jeanne", minutes: 90, text: "Aide aux devoirs"},
	{age: 6, from: bankCommon, to: "odette", minutes: 60, text: "Accueil du dépôt de pain"},
	{age: 3, from: "jeanne", to: "paul", minutes: 30, text: "Trajet à la gare"},
}

// hours opens the accounts and lets people pay each other; one request waits.
func (f *filler) hours(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		was := *tx
		defer func() { tx.Now, tx.Actor = was.Now, was.Actor }()
		tx.Now = f.now.AddDate(0, -3, 0).Truncate(time.Minute)
		numbers, err := f.bankAccounts(tx)
		if err != nil {
			return err
		}
		for _, h := range hoursGiven {
			if err := f.give(tx, &h, numbers); err != nil {
				return err
			}
		}
		tx.Now = f.now.AddDate(0, 0, -2).Truncate(time.Minute)
		err = f.as(tx, "jeanne", func() error {
			_, err := timebank.Ask(tx, timebank.Payment{From: numbers["paul"], To: numbers["jeanne"], Minutes: 60, Text: "Courrier relevé pendant l'absence"})
			return err
		})
		if err != nil {
			return err
		}
		tx.Now = was.Now
		return f.as(tx, "mairie", func() error { return f.paper(tx, numbers["jeanne"], numbers["paul"]) })
	})
}

// bankAccounts opens an account for each, and tells their numbers.
func (f *filler) bankAccounts(tx *store.Tx) (map[string]string, error) {
	numbers := map[string]string{bankCommon: timebank.CommonNumber}
	for _, login := range bankFolk {
		err := f.as(tx, login, func() error {
			a, err := timebank.Open(tx)
			numbers[login] = a.Number
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	err := f.as(tx, "jeanne", func() error {
		a, err := timebank.OpenFor(tx, f.entries["Les Amis du moulin"].ID)
		numbers[bankMoulin] = a.Number
		return err
	})
	if err != nil {
		return nil, err
	}
	return numbers, f.as(tx, "mairie", func() error { return timebank.SetDebt(tx, numbers[bankMoulin], true) })
}

// give books one hour given, as whoever keeps the account it goes from.
func (f *filler) give(tx *store.Tx, h *helped, numbers map[string]string) error {
	payer := h.from
	switch h.from {
	case bankMoulin:
		payer = "jeanne"
	case bankCommon:
		payer = "mairie"
	}
	tx.Now = f.now.AddDate(0, 0, -h.age).Truncate(time.Minute)
	var t timebank.Transfer
	err := f.as(tx, payer, func() (err error) {
		t, err = timebank.Pay(tx, timebank.Payment{From: numbers[h.from], To: numbers[h.to], Minutes: h.minutes, Text: h.text})
		return err
	})
	if err != nil || !h.back {
		return err
	}
	tx.Now = tx.Now.AddDate(0, 0, 2)
	return f.as(tx, h.to, func() error {
		_, err := timebank.Reverse(tx, t.ID, "C'était une heure et demie")
		return err
	})
}
