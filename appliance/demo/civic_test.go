package demo_test

import (
	"strings"
	"testing"

	"copi.local/appliance/demo"
	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/message"
	"copi.local/store/moderation"
	"copi.local/store/petition"
	"copi.local/store/storetest"
	"copi.local/store/vote"
)

// TestTheVillageAsksAndIsAnswered finds a petition that runs, one that is
// answered, an idea the mairie is late with, comments, an appeal that waits and
// one that is settled, a question to the mairie.
func TestTheVillageAsksAndIsAnswered(t *testing.T) {
	_, v, db := village(t, demo.Options{Listings: 60})
	ids := map[string]string{}
	storetest.View(t, db, store.Actor{ID: "x", Role: store.Operator}, func(tx *store.Tx) error {
		rows, err := store.All(tx, store.Scan[string], `SELECT login || '|' || id FROM account_people`)
		for _, row := range rows {
			for _, p := range v.People {
				if rest, ok := strings.CutPrefix(row, p.Login+"|"); ok {
					ids[p.Login] = rest
				}
			}
		}
		return err
	})
	as := func(login string, role store.Role, look func(*store.Tx) error) {
		t.Helper()
		storetest.View(t, db, store.Actor{ID: ids[login], Role: role}, look)
	}
	states := map[petition.State]petition.Tally{}
	for _, login := range []string{"jeanne", "paul"} {
		as(login, store.Resident, func(tx *store.Tx) error {
			list, err := petition.Of(tx, 10)
			for i := range list {
				if err == nil {
					states[list[i].State], err = list[i].Tally(tx)
				}
				if list[i].State == petition.Closed && (list[i].Answer == "" || !list[i].Official) {
					t.Error("the petition that is closed has no answer of the mairie")
				}
			}
			return err
		})
	}
	// four on the web; five on paper, one of whom signed on the web too
	if got := states[petition.Open]; got != (petition.Tally{Electors: 5, Inhabitants: 1, Others: 2}) {
		t.Errorf("the petition that runs: %+v", got)
	}
	if got := states[petition.Closed].Total(); got != 3 {
		t.Errorf("the petition that is answered: %d", got)
	}
	as("odette", store.Moderator, func(tx *store.Tx) error {
		owed, err := vote.Unanswered(tx)
		if len(owed) != 1 || owed[0].Ask.Stand != vote.Studied {
			t.Errorf("ideas that wait: %+v", owed)
		}
		if err != nil {
			return err
		}
		appeals, err := moderation.Appeals(tx)
		done := 0
		for _, a := range appeals {
			if a.Done {
				done++
			}
		}
		if len(appeals)-done != 1 {
			t.Errorf("%d appeals wait", len(appeals)-done)
		}
		if err != nil {
			return err
		}
		posts, _, err := discussion.Latest(tx, "", 20)
		about := map[string]int{}
		for _, p := range posts {
			about[p.About.Module]++
		}
		if about["agenda"] != 2 || about["ads"] != 2 {
			t.Errorf("comments about %v", about)
		}
		return err
	})
	as("mairie", store.Operator, func(tx *store.Tx) error {
		waits, err := message.Questions(tx, 10)
		if len(waits) != 1 {
			t.Errorf("%d questions wait for the mairie", len(waits))
		}
		return err
	})
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM moderation_appeals`)
		if n != 2 {
			t.Errorf("%d appeals", n)
		}
		return err
	})
}
