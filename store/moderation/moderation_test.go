package moderation_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

var (
	visitor = store.Actor{}
	lea     = store.Actor{ID: "lea", Role: store.Resident}
	ana     = store.Actor{ID: "ana", Role: store.Moderator}
	bob     = store.Actor{ID: "bob", Role: store.Moderator}
)

const phone = moderation.Source("192.168.1.23")

func propose(t testing.TB, db *store.DB, title string, from moderation.Source) (id, code string, err error) {
	t.Helper()
	p := moderation.Proposal{Module: "agenda", Title: title, Payload: json.RawMessage(`{"title":"x"}`)}
	err = db.Update(t.Context(), func(tx *store.Tx) (err error) {
		code, err = moderation.Propose(tx, &p, from)
		return err
	})
	return p.ID, code, err
}

// thing puts a public card and returns its ref.
func thing(t testing.TB, db *store.DB) store.Ref {
	t.Helper()
	c := listing.Card{Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindEvent, Title: "Loto", Audience: listing.Public}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return listing.Put(tx, c, nil) })
	return c.Ref
}

func do(t testing.TB, db *store.DB, who store.Actor, fn func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), fn)
}

func total(t testing.TB, db *store.DB, who store.Actor) (n int64) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		n, err = listing.Count(tx, listing.Query{})
		return err
	})
	return n
}

func TestAG15_SixthProposalInAnHourWaits(t *testing.T) {
	db, clock := storetest.Open(t)
	for i := range moderation.PerHour {
		if _, _, err := propose(t, db, "Vide-grenier, écrire à fete@example.org", phone); err != nil {
			t.Fatal(i, err)
		}
	}
	if _, _, err := propose(t, db, "Encore", phone); store.KindOf(err) != store.Busy {
		t.Errorf("sixth: %v, want busy", err)
	}
	if _, _, err := propose(t, db, "D'une autre", "192.168.1.24"); err != nil {
		t.Errorf("another phone: %v", err)
	}
	if n := total(t, db, ana); n != 0 {
		t.Errorf("%d cards before validation", n)
	}
	clock.Add(61 * time.Minute)
	if _, _, err := propose(t, db, "Plus tard", phone); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

func TestSourcesAreHashedAndForgotten(t *testing.T) {
	db, clock := storetest.Open(t)
	if _, _, err := propose(t, db, "A", phone); err != nil {
		t.Fatal(err)
	}
	clock.Add(25 * time.Hour)
	if _, _, err := propose(t, db, "B", "10.0.0.9"); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		rows, err := store.All(tx, store.Scan[[]byte], "SELECT source FROM moderation_sources")
		if len(rows) != 1 || strings.Contains(string(rows[0]), "10.0.0.9") {
			t.Errorf("kept %q, want one hash", rows)
		}
		return err
	})
}

func TestMD1_ARefusalHasAReasonTheProposerReads(t *testing.T) {
	db, _ := storetest.Open(t)
	id, code, err := propose(t, db, "Soldes", phone)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []struct {
		reason moderation.Reason
		text   string
	}{{"", ""}, {"because", ""}, {"other", ""}, {"other", strings.Repeat("x", 501)}} {
		err := do(t, db, ana, func(tx *store.Tx) error { return moderation.Refuse(tx, id, bad.reason, bad.text) })
		if store.KindOf(err) != store.Invalid {
			t.Errorf("%q %q: %v, want invalid", bad.reason, bad.text, err)
		}
	}
	if err := do(t, db, lea, func(tx *store.Tx) error { return moderation.Refuse(tx, id, "past", "") }); store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident refused: %v", err)
	}
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		return moderation.Refuse(tx, id, "advertising", "Le marché a sa page.")
	})
	err = do(t, db, bob, func(tx *store.Tx) error { return moderation.Accept(tx, id, store.Ref{}) })
	if store.KindOf(err) != store.Conflict {
		t.Errorf("decided twice: %v", err)
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		p, err := moderation.Follow(tx, strings.ToLower(code))
		if p.State != moderation.Refused || p.Reason != "advertising" || p.ReasonText != "Le marché a sa page." {
			t.Errorf("the proposer reads %+v", p)
		}
		if _, err := moderation.Follow(tx, "0123456789ABCDEF"); store.KindOf(err) != store.NotFound {
			t.Errorf("another code: %v", err)
		}
		return err
	})
}

func TestMD2_NobodyDecidesOnTheirOwn(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		_, err := moderation.File(tx, ref, "", "insult", "", "")
		return err
	})
	hide := func(tx *store.Tx) error {
		return moderation.Hide(tx, ref, lea.ID, moderation.Cause{Reason: "insult", Text: ""})
	}
	dismiss := func(tx *store.Tx) error { return moderation.Dismiss(tx, ref, lea.ID) }
	for _, verb := range []func(*store.Tx) error{hide, dismiss} {
		if err := do(t, db, ana, verb); store.KindOf(err) != store.Forbidden {
			t.Errorf("her own report: %v, want forbidden", err)
		}
	}
	err := do(t, db, bob, func(tx *store.Tx) error {
		return moderation.Hide(tx, ref, bob.ID, moderation.Cause{Reason: "insult", Text: ""})
	})
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("his own thing: %v, want forbidden", err)
	}
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		open, err := moderation.Open(tx)
		if len(open) != 1 || !open[0].Mine {
			t.Errorf("queue %+v", open)
		}
		return err
	})
	if err := do(t, db, bob, hide); err != nil {
		t.Errorf("another moderator: %v", err)
	}
}

func TestHideIsReversible(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		return moderation.Hide(tx, ref, "lea", moderation.Cause{Reason: "wrong", Text: "Date fausse"})
	})
	if n := total(t, db, ana); n != 0 {
		t.Error("still listed")
	}
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		h, ok, err := moderation.HiddenWhy(tx, ref)
		if !ok || h.Text != "Date fausse" {
			t.Errorf("author reads %+v", h)
		}
		return err
	})
	storetest.Update(t, db, bob, func(tx *store.Tx) error { return moderation.Show(tx, ref, "lea") })
	if n := total(t, db, visitor); n != 1 {
		t.Error("not back")
	}
}

func TestOneReportEach(t *testing.T) {
	db, clock := storetest.Open(t)
	ref := thing(t, db)
	file := func(who store.Actor, from moderation.Source) (first bool) {
		storetest.Update(t, db, who, func(tx *store.Tx) (err error) {
			first, err = moderation.File(tx, ref, "", "over", "", from)
			return err
		})
		return first
	}
	for i, c := range []struct {
		who   store.Actor
		from  moderation.Source
		first bool
	}{{lea, phone, true}, {lea, "elsewhere", false}, {visitor, phone, true}, {visitor, phone, false}, {visitor, "b", true}} {
		if got := file(c.who, c.from); got != c.first {
			t.Errorf("%d: first = %v, want %v", i, got, c.first)
		}
	}
	clock.Add(time.Minute)
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		open, err := moderation.Open(tx)
		if len(open) != 1 || len(open[0].Reports) != 3 {
			t.Errorf("queue %+v, want one thing with three reports", open)
		}
		return err
	})
}

func TestMD4_TheLogNamesNobodyAndStays(t *testing.T) {
	db, _ := storetest.Open(t)
	ref := thing(t, db)
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		return moderation.Hide(tx, ref, "lea", moderation.Cause{Reason: "wrong", Text: "Léa s'est trompée"})
	})
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		lines, err := moderation.LogBefore(tx, 0, 10)
		if len(lines) != 1 || lines[0].Act != "hide" || lines[0].Reason != "wrong" || lines[0].Kind != "event" || !lines[0].At.Equal(storetest.Now) {
			t.Errorf("log %+v", lines)
		}
		return err
	})
	for _, forbidden := range []string{"UPDATE moderation_entries SET reason = 'x'", "DELETE FROM moderation_entries"} {
		if err := do(t, db, ana, func(tx *store.Tx) error { _, err := tx.Exec(forbidden); return err }); err == nil {
			t.Error(forbidden, "worked")
		}
	}
}

func TestLeaving(t *testing.T) {
	for _, how := range []store.Erasure{store.KeepUnnamed, store.EraseAll} {
		db, _ := storetest.Open(t)
		ref := thing(t, db)
		storetest.Update(t, db, ana, func(tx *store.Tx) error {
			if _, err := moderation.File(tx, ref, "", "over", "fini", ""); err != nil {
				return err
			}
			if out, err := moderation.Personal.Export(tx, ana.ID); err != nil || out == nil {
				t.Errorf("exported %v %v", out, err)
			}
			return moderation.Personal.Erase(tx, ana.ID, how)
		})
		storetest.View(t, db, bob, func(tx *store.Tx) error {
			open, err := moderation.Open(tx)
			if len(open) != int(1-how) {
				t.Errorf("erasure %d leaves %d", how, len(open))
			}
			out, err2 := moderation.Personal.Export(tx, ana.ID)
			if out != nil || err2 != nil {
				t.Errorf("still there: %v %v", out, err2)
			}
			return err
		})
	}
}

func TestReportsOfOtherModulesCountWithOurs(t *testing.T) {
	db, clock := storetest.Open(t)
	allow := func(who store.Actor) error {
		return db.Update(store.As(t.Context(), who), phone.AllowReport)
	}
	for i := range moderation.ReportsHour {
		if err := allow(store.Actor{}); err != nil {
			t.Fatalf("report %d: %v", i+1, err)
		}
	}
	if err := allow(store.Actor{}); store.KindOf(err) != store.Busy {
		t.Errorf("one more: %v", err)
	}
	if err := allow(store.Actor{ID: "lea", Role: store.Resident}); err != nil {
		t.Errorf("a resident: %v", err)
	}
	clock.Add(time.Hour + time.Second)
	if err := allow(store.Actor{}); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
