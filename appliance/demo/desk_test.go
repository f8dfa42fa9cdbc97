package demo_test

import (
	"slices"
	"testing"

	"copi.local/appliance/demo"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// The village shows a vote with ballots of paper, voices passed on, and a lot.
func TestTheVillageVotesOnPaperAndByLot(t *testing.T) {
	_, _, db := village(t, demo.Options{})
	titles := map[string]*vote.Proposal{}
	var jeanne, karim store.Actor
	storetest.View(t, db, store.Actor{ID: "x", Role: store.Operator}, func(tx *store.Tx) error {
		for login, who := range map[string]*store.Actor{"jeanne": &jeanne, "karim": &karim} {
			p, err := account.ByLogin(tx, login)
			if err != nil {
				return err
			}
			*who = store.Actor{ID: p.ID, Role: store.Resident}
		}
		ids, err := store.All(tx, store.Scan[string], `SELECT id FROM vote_proposals`)
		if err != nil {
			return err
		}
		for _, id := range ids {
			p, err := vote.Get(tx, id)
			if err != nil && store.KindOf(err) != store.NotFound { // a group's
				return err
			}
			titles[p.Title] = &p
		}
		return nil
	})
	last := func(tx *store.Tx, title string) *vote.Minutes {
		rounds, err := titles[title].Results(tx)
		if err != nil || len(rounds) != 1 {
			t.Fatalf("%s: %d rounds, %v", title, len(rounds), err)
		}
		if _, err := tally.Recount(rounds[0].File); err != nil {
			t.Errorf("%s: %v", title, err)
		}
		return &rounds[0].Minutes
	}
	storetest.View(t, db, jeanne, func(tx *store.Tx) error {
		paper := last(tx, "Un arrêt-minute devant l'épicerie")
		if paper.Paper == nil || *paper.Paper != (vote.PaperCount{Printed: 2, Signed: 2, Found: 2, Counted: 2}) || paper.Result.Voters != 4 {
			t.Errorf("on paper: %+v, %d voters", paper.Paper, paper.Result.Voters)
		}
		seated, reserves := last(tx, "Deux personnes pour suivre les travaux du lavoir").Seated()
		if len(seated) != 2 || len(reserves) == 0 {
			t.Errorf("drawn: %v, in reserve: %v", seated, reserves)
		}
		voice, err := titles["Un marché le vendredi soir, de mai à septembre"].VoiceOf(tx)
		if !slices.Equal(voice.Trail, []string{karim.ID}) || len(voice.From) != 1 {
			t.Errorf("Jeanne's voice: %+v", voice)
		}
		return err
	})
}
