package timebank_test

import (
	"encoding/json"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

func TestAnIDIsOneABoxMade(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	for _, id := range []string{"../../x?y#z", strings.Repeat("x", 10000), "Bob est un voleur, 06 12 34 56 78"} {
		if err := as(t, db, ana, func(tx *store.Tx) error {
			_, err := timebank.Ask(tx, timebank.Payment{ID: id, From: b, To: a, Minutes: 10})
			return err
		}); err == nil {
			t.Errorf("request filed with id of %d bytes %.20q", len(id), id)
		}
		if err := as(t, db, ana, func(tx *store.Tx) error {
			_, err := timebank.Pay(tx, timebank.Payment{ID: id, From: a, To: b, Minutes: 10})
			return err
		}); err == nil {
			t.Errorf("movement booked with id of %d bytes %.20q", len(id), id)
		}
	}
}

func TestTB7_EveryLineIsTypedAgain(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b, c := opened(t, db, ana), opened(t, db, bob), opened(t, db, cleo)
	cs := printed(t, db, "", 2)
	first := []timebank.Slip{
		{Paper: cs[0].String(), From: a, To: b, Minutes: 60, On: day()},
		{Paper: cs[1].String(), From: a, To: c, Minutes: 60, On: day()}, // wrong: the paper says bob pays
	}
	n := typed(t, db, first).N
	again := []timebank.Slip{first[0], first[0]}
	err := as(t, db, second, func(tx *store.Tx) error { return timebank.CheckAgain(tx, n, again, 120) })
	if err == nil {
		t.Error("checked although line 2 was never typed again")
		storetest.Update(t, db, second, func(tx *store.Tx) error { return timebank.BookBatch(tx, n, true, 2) })
		balances(t, db, map[string]int64{c: 60})
	}
}

func TestTB8_ALossTakenBackIsNone(t *testing.T) {
	db, _ := storetest.Open(t)
	a := opened(t, db, ana)
	given(t, db, a, -200)
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		s, err := timebank.Settle(tx, a, "Départ")
		if err != nil {
			return err
		}
		_, err = timebank.Reverse(tx, s.ID, "Reste finalement")
		return err
	})
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		lost, err := timebank.Lost(tx)
		if lost != 0 {
			t.Errorf("lost %d", lost)
		}
		return err
	})
}

func TestTB12_AFrontierIsNotClosed(t *testing.T) {
	db, _ := storetest.Open(t)
	a := opened(t, db, ana)
	linkTo(t, db, "peer", neighbour.Paired)
	l := timebank.Limits{Owe: 600, Lend: 600}
	f := trusted(t, db, "peer", l, l)
	if err := as(t, db, operator, func(tx *store.Tx) error { return timebank.Close(tx, f) }); err == nil {
		t.Error("closed the account of a line that holds")
	}
	trusted(t, db, "peer", l, l)
	if err := enter(t, db, a, f, 30); err != nil {
		t.Errorf("the line can never be used again: %v", err)
	}
}

func TestNothingIsSettledWhileSumsAreWrong(t *testing.T) {
	db, _ := storetest.Open(t)
	a := opened(t, db, ana)
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		if _, err := tx.Exec(`UPDATE timebank_accounts SET balance = -120 WHERE number = ?`, a); err != nil {
			return err
		}
		return timebank.Audit(tx)
	})
	err := as(t, db, operator, func(tx *store.Tx) error { _, err := timebank.Settle(tx, a, "Départ"); return err })
	refused(t, err, "err.timebank.wrong")
}

func TestWhoAskedTakesTheirWordsAlong(t *testing.T) {
	db, _, _, _ := village(t)
	lu, nl := member(t, db, "lucie", "Lucie")
	mo, nm := member(t, db, "momo", "Momo")
	var tr timebank.Transfer
	var q timebank.Request
	storetest.Update(t, db, lu, func(tx *store.Tx) (err error) {
		q, err = timebank.Ask(tx, timebank.Payment{From: nm, To: nl, Minutes: 60, Text: "Garde de ma fille Zoé"})
		return err
	})
	storetest.Update(t, db, mo, func(tx *store.Tx) (err error) { tr, err = timebank.Accept(tx, q.ID); return err })
	paid(t, db, lu, nl, nm, 60)
	if err := leave(t, db, lu, store.EraseAll); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		got, err := timebank.FindTransfer(tx, tr.ID)
		if got.Text != "" {
			t.Errorf("asker's words stay: %q", got.Text)
		}
		return err
	})
}

func TestWhoRefusedTakesTheirReasonAlong(t *testing.T) {
	db, _, _, _ := village(t)
	lu, nl := member(t, db, "lucie", "Lucie")
	mo, nm := member(t, db, "momo", "Momo")
	var q timebank.Request
	storetest.Update(t, db, lu, func(tx *store.Tx) (err error) {
		q, err = timebank.Ask(tx, timebank.Payment{From: nm, To: nl, Minutes: 60, Text: "Bois"})
		return err
	})
	storetest.Update(t, db, mo, func(tx *store.Tx) error { return timebank.Refuse(tx, q.ID, "J'étais à l'hôpital") })
	storetest.View(t, db, mo, func(tx *store.Tx) error {
		out, err := timebank.Personal.Export(tx, mo.ID)
		if err == nil && !strings.Contains(jsonOf(t, out), "hôpital") {
			t.Errorf("export lacks the reason they wrote: %s", jsonOf(t, out))
		}
		return err
	})
	if err := leave(t, db, mo, store.EraseAll); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, lu, func(tx *store.Tx) error {
		got, err := timebank.FindRequest(tx, q.ID)
		if got.Reason != "" {
			t.Errorf("refuser's words stay: %q", got.Reason)
		}
		return err
	})
}

func TestTB11_AClosedGapTakesNothingMore(t *testing.T) {
	db, gap, _, paper := restored(t)
	var b timebank.Batch
	storetest.Update(t, db, operator, func(tx *store.Tx) (err error) {
		b, err = timebank.TypeBatch(tx, gap.N, paper[:1], paper[0].Minutes)
		if err != nil {
			return err
		}
		return timebank.CheckLines(tx, b.N, []int{1}, paper[0].Minutes)
	})
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return timebank.CloseGap(tx, gap.N) })
	if err := as(t, db, operator, func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, true, 1) }); err == nil {
		t.Error("booked into a closed gap")
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTB10_AVisitorReadsNoNameTheDirectoryKeeps(t *testing.T) {
	db, _ := storetest.Open(t)
	setRules(t, db, func(r *timebank.Rules) { r.Shown = timebank.ToEverybody })
	e := directory.Element{Kind: directory.Org, Name: "Groupe de parole secret", Audience: listing.Members}
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		if err := directory.Add(tx, &e); err != nil {
			return err
		}
		_, err := timebank.OpenFor(tx, e.ID)
		return err
	})
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		if _, err := directory.Get(tx, e.ID); store.KindOf(err) != store.NotFound {
			t.Fatalf("directory: %v", err)
		}
		list, err := timebank.Balances(tx)
		for _, f := range list {
			if f.Name == e.Name {
				t.Errorf("a visitor reads %q", f.Name)
			}
		}
		return err
	})
}

func TestTB7_TheLinesSeenAreThoseChecked(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	cs := printed(t, db, "", 1)
	n := typed(t, db, []timebank.Slip{{Paper: cs[0].String(), From: a, To: b, Minutes: 60, On: day()}}).N
	var shown string // to the operator, before the second turns the line round
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		was, err := timebank.FindBatch(tx, n)
		if err == nil {
			shown, err = store.Shown(was.Lines())
		}
		return err
	})
	check := func(tx *store.Tx) error {
		if err := timebank.StillTyped(tx, n, shown); err != nil {
			return err
		}
		return timebank.CheckLines(tx, n, []int{1}, 60)
	}
	storetest.Update(t, db, second, func(tx *store.Tx) error {
		return timebank.RetypeBatch(tx, n, []timebank.Slip{{Paper: cs[0].String(), From: b, To: a, Minutes: 60, On: day()}}, 60)
	})
	if err := as(t, db, operator, check); store.KindOf(err) != store.Conflict {
		t.Error("a look at the lines before counts for those after")
	}
}

func TestALongSettlementIsTakenBack(t *testing.T) {
	db, _ := storetest.Open(t)
	setRules(t, db, func(r *timebank.Rules) { r.High = 600_000 })
	a := opened(t, db, ana)
	given(t, db, a, 60_000)
	given(t, db, a, 1_000)
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		s, err := timebank.Settle(tx, a, "Par erreur")
		if err != nil {
			return err
		}
		if _, err = timebank.Reverse(tx, s.ID, "Erreur"); err != nil {
			t.Errorf("%v", err)
		}
		return nil
	})
}
