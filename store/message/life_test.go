package message_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/message"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

func TestEachSideThrowsItsOwnAway(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "Un")
	v.update(ana, func(tx *store.Tx) error { return message.Delete(tx, id) })
	v.want("hers is gone", v.read(ana, id), "not found")
	v.want("and its notice", v.mine(ana), "0 threads, 0 unread, 0 notices")
	v.want("his is there", v.read(bob, id), "Un")
	if err := v.write(bob, id, "Deux"); err != nil {
		t.Fatal(err)
	}
	v.want("what is new comes back alone", v.read(ana, id), "Deux")
	v.update(ana, func(tx *store.Tx) error { return message.Delete(tx, id) })
	v.update(bob, func(tx *store.Tx) error { return message.Delete(tx, id) })
	v.rows("message_threads", 0)
	v.rows("message_messages", 0)
}

func TestWhatIsReportedWaitsForItsAnswer(t *testing.T) {
	for name, leave := range map[string]func(*village, store.Actor, string){
		"thrown away": func(v *village, who store.Actor, id string) {
			v.update(who, func(tx *store.Tx) error { return message.Delete(tx, id) })
		},
		"left": func(v *village, who store.Actor, _ string) {
			v.update(head, func(tx *store.Tx) error { return message.Personal.Erase(tx, who.ID, store.KeepUnnamed) })
		},
	} {
		v := newVillage(t)
		id := v.begin(bob, person(ana), "Bande de…")
		v.update(ana, func(tx *store.Tx) error { _, err := message.File(tx, id, 1, "insult", ""); return err })
		leave(v, ana, id)
		leave(v, bob, id)
		var list []message.Report
		storetest.View(t, v.DB, mod, func(tx *store.Tx) (err error) {
			if list, err = message.Reports(tx); err != nil {
				return err
			}
			x, err := message.Reported(tx, list[0].ID)
			if len(x.Messages) != 1 || x.Messages[0].Text != "Bande de…" {
				t.Errorf("%s: a moderator reads %+v", name, x.Messages)
			}
			return err
		})
		v.update(mod, func(tx *store.Tx) error { return message.Dismiss(tx, list[0].ID) })
		v.rows("message_threads", 0)
		v.rows("message_messages", 0)
	}
}

func TestNobodyIsLeftToReadForAnOrganisation(t *testing.T) {
	v := newVillage(t)
	fetes := v.committee(ana)
	id := v.begin(bob, fetes, "Bonjour")
	v.update(ana, func(tx *store.Tx) error { return directory.Personal.Erase(tx, ana.ID, store.KeepUnnamed) })
	v.wantKey("he writes", v.write(bob, id, "Allô ?"), "err.message.nobody")
	v.want("what he wrote", v.read(bob, id), "Bonjour")
}

func (v *village) rows(table string, want int) {
	v.t.Helper()
	storetest.View(v.t, v.DB, store.Actor{}, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM "+table)
		if n != want {
			v.t.Errorf("%s has %d rows, want %d", table, n, want)
		}
		return err
	})
}

func TestAModeratorReadsWhatWasReportedAndALittleAround(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "1")
	for i := 2; i <= 14; i++ {
		if err := v.write(bob, id, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	reports := func(who store.Actor) (list []message.Report) {
		storetest.View(t, v.DB, who, func(tx *store.Tx) (err error) {
			list, err = message.Reports(tx)
			return err
		})
		return list
	}
	v.wantKey("his own words", v.try(bob, func(tx *store.Tx) error { _, err := message.File(tx, id, 7, "insult", ""); return err }), "err.not_found")
	v.wantKey("without a reason", v.try(ana, func(tx *store.Tx) error { _, err := message.File(tx, id, 7, "because", ""); return err }), "err.moderation.reason")
	for i, want := range []bool{true, false} {
		v.update(ana, func(tx *store.Tx) error {
			first, err := message.File(tx, id, 7, "insult", "Il insiste")
			if first != want {
				t.Errorf("report %d: %v", i, first)
			}
			return err
		})
	}
	v.clock.Add(time.Minute)
	if err := v.write(bob, id, "15"); err != nil {
		t.Fatal(err)
	}
	list := reports(mod)
	if len(list) != 1 || list[0].Own || list[0].Text != "Il insiste" {
		t.Fatalf("%+v", list)
	}
	storetest.View(t, v.DB, mod, func(tx *store.Tx) error {
		x, err := message.Reported(tx, list[0].ID)
		if len(x.Messages) != 9 || x.Messages[0].Text != "3" || x.Messages[8].Text != "11" || x.N != 7 {
			t.Errorf("%+v", x.Messages)
		}
		return err
	})
	v.want("the thread itself stays closed", v.read(mod, id), "not found")
	for who, want := range map[store.Actor]store.Kind{zoe: store.Forbidden, ana: store.Forbidden, {}: store.Unauthenticated} {
		if err := v.try(who, func(tx *store.Tx) error { _, err := message.Reported(tx, list[0].ID); return err }); store.KindOf(err) != want {
			t.Errorf("%q reads the report: %v", who.ID, err)
		}
	}
	v.update(mod, func(tx *store.Tx) error { return message.Take(tx, list[0].ID, "insult", "") })
	if err := v.try(mod, func(tx *store.Tx) error { _, err := message.Reported(tx, list[0].ID); return err }); store.KindOf(err) != store.NotFound {
		t.Errorf("read after the decision: %v", err)
	}
	if got := v.read(bob, id); !strings.Contains(got, "6 / insult / 8") {
		t.Error("not taken away: " + got)
	}
	storetest.View(t, v.DB, store.Actor{}, func(tx *store.Tx) error {
		lines, err := moderation.LogBefore(tx, 0, 1)
		if len(lines) != 1 || lines[0].Act != "message_taken" || lines[0].Kind != message.Module {
			t.Errorf("the public log: %+v", lines)
		}
		return err
	})
}

func TestMD2_AModeratorLeavesTheirOwnToAnother(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, v.committee(ana, mod), "Bande de…")
	v.update(ana, func(tx *store.Tx) error { _, err := message.File(tx, id, 1, "insult", ""); return err })
	var list []message.Report
	storetest.View(t, v.DB, mod, func(tx *store.Tx) (err error) {
		list, err = message.Reports(tx)
		return err
	})
	if len(list) != 1 || !list[0].Own {
		t.Fatalf("%+v", list)
	}
	v.wantKey("decides", v.try(mod, func(tx *store.Tx) error { return message.Dismiss(tx, list[0].ID) }), "err.moderation.own")
	v.update(head, func(tx *store.Tx) error { return message.Dismiss(tx, list[0].ID) })
	v.want("it stays", v.read(bob, id), "Bande de…")
}

func TestThreadsAreKeptAYear(t *testing.T) {
	v := newVillage(t)
	old := v.begin(bob, person(ana), "Vieux")
	reported := v.begin(zoe, person(ana), "Signalé")
	v.update(ana, func(tx *store.Tx) error { _, err := message.File(tx, reported, 1, "insult", ""); return err })
	run := func() {
		v.update(store.Actor{}, func(tx *store.Tx) error { return message.Jobs[0].Run(tx) })
	}
	v.clock.Add(message.Kept - time.Minute)
	run()
	v.want("a year, less a minute", v.read(ana, old), "Vieux")
	fresh := v.begin(zoe, person(bob), "Neuf")
	v.clock.Add(2 * time.Minute)
	run()
	v.want("a year", v.read(ana, old), "not found")
	v.want("not before a moderator has read", v.read(ana, reported), "Signalé")
	v.want("a new one", v.read(bob, fresh), "Neuf")
}

func TestVP2_WhoLeavesTakesTheirWordsAlong(t *testing.T) {
	for how, want := range map[store.Erasure]string{store.KeepUnnamed: "Un / Deux / Trois", store.EraseAll: "erased / Deux / erased"} {
		v := newVillage(t)
		id := v.begin(bob, person(ana), "Un")
		for _, err := range []error{v.write(ana, id, "Deux"), v.write(bob, id, "Trois")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		v.update(ana, func(tx *store.Tx) error { return message.Block(tx, id) })
		v.update(head, func(tx *store.Tx) error { return message.Personal.Erase(tx, bob.ID, how) })
		v.want("the order stays", v.read(ana, id), want)
		v.wantKey("nobody to answer", v.write(ana, id, "Bob ?"), "err.message.left")
		v.want("the leaver reads nothing", v.read(bob, id), "not found")
		for _, table := range message.Personal.Tables {
			v.nowhere(table, bob.ID)
		}
		v.update(head, func(tx *store.Tx) error { return message.Personal.Erase(tx, ana.ID, how) })
		v.rows("message_threads", 0)
	}
}

func (v *village) nowhere(table, account string) {
	v.t.Helper()
	storetest.View(v.t, v.DB, store.Actor{}, func(tx *store.Tx) error {
		columns, err := store.All(tx, store.Scan[string], `SELECT name FROM pragma_table_info(?)`, table)
		for _, c := range columns {
			n, err := store.One(tx, store.Scan[int], fmt.Sprintf(`SELECT count(*) FROM %s WHERE %s = ?`, table, c), account)
			if err != nil || n > 0 {
				v.t.Errorf("%s.%s still names %s: %v", table, c, account, err)
			}
		}
		return err
	})
}

func TestAPersonTakesTheirThreadsAlong(t *testing.T) {
	v := newVillage(t)
	id := v.begin(bob, person(ana), "Un")
	if err := v.write(ana, id, "Deux"); err != nil {
		t.Fatal(err)
	}
	fetes := v.committee(ana, zoe)
	shared := v.begin(bob, fetes, "Des chaises ?")
	for who, text := range map[store.Actor]string{ana: "Oui", zoe: "Trente"} {
		if err := v.write(who, shared, text); err != nil {
			t.Fatal(err)
		}
	}
	holding := func(account string) (h message.Holding) {
		storetest.View(t, v.DB, store.Actor{ID: account, Role: store.Resident}, func(tx *store.Tx) error {
			data, err := message.Personal.Export(tx, account)
			h, _ = data.(message.Holding)
			return err
		})
		return h
	}
	if h := holding("bob"); len(h.Threads) != 2 || len(h.Threads[0].Said)+len(h.Threads[1].Said) != 5 {
		t.Errorf("bob: %+v", h)
	}
	h := holding("zoe")
	if len(h.Threads) != 1 || len(h.Threads[0].Said) != 1 || h.Threads[0].Said[0].Text != "Trente" || h.Threads[0].For != "Comité des fêtes" {
		t.Errorf("zoe, for the committee: %+v", h)
	}
	if h := holding("mod"); len(h.Threads) != 0 {
		t.Errorf("somebody else: %+v", h)
	}
}
