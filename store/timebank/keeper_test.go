package timebank_test

import (
	"slices"
	"testing"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// joined makes somebody an administrator of an organisation of ana's.
func joined(t testing.TB, db *store.DB, element string, who store.Actor) {
	t.Helper()
	storetest.Update(t, db, who, func(tx *store.Tx) error { return directory.Ask(tx, element, "Bonjour") })
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		if err := directory.Admit(tx, element, who.ID); err != nil {
			return err
		}
		return directory.Promote(tx, element, who.ID)
	})
}

func TestAnOrganisationsAccountHasSeveralKeepers(t *testing.T) {
	db, _ := storetest.Open(t)
	element, org := society(t, db)
	c := opened(t, db, cleo)
	joined(t, db, element, bob)

	paid(t, db, ana, org, c, 20)
	byBob := paid(t, db, bob, org, c, 30)
	if byBob.EnteredBy != bob.ID {
		t.Errorf("entered by %s", byBob.EnteredBy)
	}
	_, err := pay(t, db, cleo, org, c, 10)
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("who does not keep it pays: %v", err)
	}
	got := paid(t, db, cleo, c, org, 10)
	for _, who := range []store.Actor{ana, bob} {
		storetest.View(t, db, who, func(tx *store.Tx) error {
			list, err := notify.Notices(tx, 0, 10)
			if !slices.ContainsFunc(list, func(n notify.Notice) bool { return n.About == got.Ref() }) {
				t.Errorf("%s is not told: %+v", who.ID, list)
			}
			mine, _ := timebank.Mine(tx)
			if !slices.ContainsFunc(mine, func(a timebank.Account) bool { return a.Number == org }) {
				t.Errorf("%s does not find the account", who.ID)
			}
			return err
		})
	}
	balances(t, db, map[string]int64{org: -40, c: 40})
}

func TestWhoAdministersNoLongerKeepsNoLonger(t *testing.T) {
	db, _ := storetest.Open(t)
	element, org := society(t, db)
	c := opened(t, db, cleo)
	joined(t, db, element, bob)
	storetest.Update(t, db, ana, func(tx *store.Tx) error { return directory.Demote(tx, element, bob.ID) })
	if _, err := pay(t, db, bob, org, c, 10); store.KindOf(err) != store.Forbidden {
		t.Errorf("a former keeper pays: %v", err)
	}
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		_, err := timebank.StatementOf(tx, org, storetest.Now.AddDate(0, -1, 0), storetest.Now)
		if store.KindOf(err) != store.Forbidden {
			t.Errorf("a former keeper reads: %v", err)
		}
		return nil
	})
}

func TestTheCommonAccountIsTheOperators(t *testing.T) {
	db, _ := storetest.Open(t)
	a := opened(t, db, ana)
	paid(t, db, operator, timebank.CommonNumber, a, 400) // it has no limit
	paid(t, db, second, timebank.CommonNumber, a, 100)
	paid(t, db, ana, a, timebank.CommonNumber, 50)
	if _, err := pay(t, db, ana, timebank.CommonNumber, a, 1); store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident pays from it: %v", err)
	}
	given(t, db, opened(t, db, bob), -90)
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		b, _, err := timebank.OfPerson(tx, bob.ID)
		if err != nil {
			return err
		}
		if _, err := timebank.Settle(tx, b.Number, "Départ"); err != nil {
			return err
		}
		lost, err := timebank.Lost(tx)
		if lost != 90 {
			t.Errorf("the community lost %d", lost)
		}
		return err
	})
	err := as(t, db, ana, func(tx *store.Tx) error { _, err := timebank.Lost(tx); return err })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident reads what was lost: %v", err)
	}
	balances(t, db, map[string]int64{a: 450, timebank.CommonNumber: -450})
}

func TestWhoLeavesIsOnNoPaper(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, _ := stack(t, db)
	b := checked(t, db, slips[:2])
	linkTo(t, db, "p", "paired")
	trusted(t, db, "p", timebank.Limits{}, timebank.Limits{})
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		if err := timebank.BookBatch(tx, b.N, true, 2); err != nil {
			return err
		}
		g, err := timebank.Restored(tx, tx.Now)
		if err != nil {
			return err
		}
		if err := timebank.CloseGap(tx, g.N); err != nil {
			return err
		}
		out, err := timebank.Personal.Export(tx, operator.ID)
		if err != nil {
			return err
		}
		if h, ok := out.(timebank.Holding); !ok || h.Paper != 4 {
			t.Errorf("exported %+v", out)
		}
		return timebank.Personal.Erase(tx, operator.ID, store.KeepUnnamed)
	})
	storetest.View(t, db, second, func(tx *store.Tx) error {
		out, err := timebank.Personal.Export(tx, operator.ID)
		if out != nil {
			t.Errorf("still there: %+v", out)
		}
		return err
	})
}

func TestNobodyMakesHoursOfOrganisations(t *testing.T) {
	db, _ := storetest.Open(t)
	a := opened(t, db, ana)
	e := directory.Element{Kind: directory.Project, Name: "Verger partagé", Audience: listing.Members}
	var org timebank.Account
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		if err := directory.Add(tx, &e); err != nil {
			return err
		}
		var err error
		org, err = timebank.OpenFor(tx, e.ID)
		return err
	})
	_, err := pay(t, db, ana, org.Number, a, 1)
	refused(t, err, "err.timebank.low")
	paid(t, db, ana, a, org.Number, 30)
	paid(t, db, ana, org.Number, a, 30) // what it has it gives

	err = as(t, db, ana, func(tx *store.Tx) error { return timebank.SetDebt(tx, org.Number, true) })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("its keeper lets it: %v", err)
	}
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return timebank.SetDebt(tx, org.Number, true) })
	paid(t, db, ana, org.Number, a, 300)
	if _, err := pay(t, db, ana, org.Number, a, 1); err == nil {
		t.Error("below the low limit")
	}
	err = as(t, db, operator, func(tx *store.Tx) error { return timebank.SetDebt(tx, a, false) })
	if err == nil {
		t.Error("a person's account is no organisation's")
	}
}
