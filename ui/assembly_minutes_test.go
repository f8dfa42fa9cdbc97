package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/group"
	"copi.local/store/storetest"
)

// itemsOf is the order of the day of a meeting, for who keeps it.
func (b *box) itemsOf(a assembly.Assembly) (list []assembly.Item) {
	b.t.Helper()
	b.lea(func(tx *store.Tx) (err error) {
		list, err = a.Items(tx)
		return err
	})
	return list
}

// TestDE12_TheMinutesOfAMeetingAsASheet: every sentence of the page stands in
// the PDF, and once the meeting is closed the bytes stay the same.
func TestDE12_TheMinutesOfAMeetingAsASheet(t *testing.T) {
	b := newBox(t)
	a := b.convenes()
	seats := b.seatsOf(a)
	b.sends("resident:tom", assemblyPath+"/"+a.ID, url.Values{"do": {"give"}, "holder": {seats["zoe"]}})
	b.clock.Set(a.StartsAt)
	to := assemblyPath + "/" + a.ID
	first := b.itemsOf(a)[0].ID
	does := func(more url.Values) { b.sends("resident:lea", to+"/etat", more) }
	does(url.Values{"do": {"ask"}, "item": {first}, "share": {"two_thirds"}, "of": {"voters"}})
	does(url.Values{"do": {"open"}})
	b.sends("resident:lea", to+"/appel", url.Values{"do": {"come"}, "seat": {seats["lea"], seats["zoe"]}})
	does(url.Values{"do": {"take_up"}, "item": {first}})
	does(url.Values{"do": {"conclude"}, "item": {first}, "said": {"Le rapport (12 €) est lu.\nOn applaudit."}, "hands": {"1"}, "pro": {"2"}, "abstained": {"1"}})
	if w := b.ask(GET, to+"/proces-verbal.pdf", "resident:tom", nil); w.Code != http.StatusNotFound {
		t.Errorf("Tom has the sheet before the end: %d", w.Code)
	}
	does(url.Values{"do": {"close"}})
	for _, who := range []string{"resident:lea", "resident:tom"} {
		w := b.ask(GET, to+"/proces-verbal.pdf", who, nil)
		file := w.Body.String()
		want := `attachment; filename="proces-verbal-assemblee-generale-` + a.StartsAt.In(b.zone).Format("2006-01-02") + `.pdf"`
		if got := w.Header().Get("Content-Disposition"); got != want || w.Header().Get("Content-Type") != "application/pdf" {
			t.Errorf("%s, %s; want %s", got, w.Header().Get("Content-Type"), want)
		}
		said, sheet := pageWords(b.readAs(who, to+"/proces-verbal")), sheetText(t, []byte(file))
		if len(said) < 25 {
			t.Errorf("the page says %d things to %s: %q", len(said), who, said)
		}
		for _, s := range said {
			if !strings.Contains(sheet, s) {
				t.Errorf("not in the sheet of %s: %q", who, s)
			}
		}
		holds(t, "the sheet", sheet, "Adopté : 2 voix pour, il en fallait 2", "au moins les deux tiers des voix, abstentions comprises", "n’a pas été traité")
		b.clock.Add(400 * 24 * time.Hour)
		if b.readAs(who, to+"/proces-verbal.pdf") != file {
			t.Error("a year later the bytes are others")
		}
	}
}

func TestDE1_TheMajorityOfAnItemIsSaidBeforeTheHands(t *testing.T) {
	b := newBox(t)
	a := b.meets()
	to := assemblyPath + "/" + a.ID
	items := b.itemsOf(a)
	w := b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"ask"}, "item": {items[1].ID}, "share": {"other"}, "share_other": {"9/8"}, "of": {"roll"}}, french1)
	holds(t, "more than the whole", w.Body.String(), `value="9/8"`, "Un point est à corriger", "Écrivez une fraction", items[1].ID)
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"ask"}, "item": {items[1].ID}, "share": {"all"}, "of": {"expressed"}})
	needs := "il faut la totalité des voix exprimées, sans les abstentions"
	holds(t, "the convocation", b.readAs("resident:lea", to+"/convocation"), needs)
	b.lea(func(tx *store.Tx) error { return assembly.Convene(tx, a.ID, false) })
	page := b.readAs("resident:tom", to)
	holds(t, "Tom's page", page, needs)
	if strings.Count(page, "À main levée, il faut") != 1 {
		t.Error("an item that asks for what is usual says so again")
	}
	b.clock.Set(a.StartsAt)
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"open"}})
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"take_up"}, "item": {items[1].ID}})
	w = b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"ask"}, "item": {items[1].ID}, "share": {"half"}, "of": {"expressed"}}, french1)
	holds(t, "afterwards", w.Body.String(), "ne change plus")
	seats := b.seatsOf(a)
	b.sends("resident:lea", to+"/appel", url.Values{"do": {"come"}, "seat": {seats["lea"], seats["tom"], seats["zoe"]}})
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"conclude"}, "item": {items[1].ID}, "hands": {"1"}, "pro": {"2"}, "contra": {"1"}})
	holds(t, "the result", b.readAs("resident:lea", to), "Rejeté", "2 voix pour, il en fallait 3")
}

func TestAnAssemblyThatIsOverIsDeletedWithAWord(t *testing.T) {
	b := newBox(t)
	a := b.failsQuorum()
	to := assemblyPath + "/" + a.ID
	page := b.readAs("resident:lea", to)
	holds(t, "the day it ends", page, "peut être supprimée à partir du")
	lacks(t, "the day it ends", page, `value="drop"`)
	lacks(t, "to Tom", b.readAs("resident:tom", to), "supprimée")
	b.clock.Add(30 * 24 * time.Hour)
	holds(t, "a month later", b.readAs("resident:lea", to), `value="drop"`, "disparaissent pour tout le monde")
	w := b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"drop"}}, french1)
	holds(t, "without the tick", w.Body.String(), "Cochez la case pour supprimer")
	if w := b.ask(POST, to+"/etat", "resident:tom", url.Values{"do": {"drop"}, "sure": {"1"}}); w.Code != http.StatusForbidden {
		t.Errorf("Tom deletes it: %d", w.Code)
	}
	if at := b.sends("resident:lea", to+"/etat", url.Values{"do": {"drop"}, "sure": {"1"}}); at != assemblyPath {
		t.Errorf("then to %s", at)
	}
	if w := b.ask(GET, to, "resident:lea", nil); w.Code != http.StatusNotFound {
		t.Errorf("afterwards: %d", w.Code)
	}
}

func TestADraftWaitsInWhatThereIsToDo(t *testing.T) {
	b := newBox(t)
	a := b.meets() // in twenty days, with fifteen of notice
	holds(t, "in time", b.readAs("resident:lea", "/a-faire"), "À convoquer au plus tard le", "Assemblée générale", assemblyPath+"/"+a.ID)
	lacks(t, "to Tom", b.readAs("resident:tom", "/a-faire"), "convoquer")
	b.clock.Add(6 * 24 * time.Hour)
	holds(t, "too late", b.readAs("resident:lea", "/a-faire"), "Hors du délai des statuts depuis le")
	b.clock.Add(20 * 24 * time.Hour)
	holds(t, "after the day", b.readAs("resident:lea", "/a-faire"), "passé sans convocation")
	b.sends("resident:lea", assemblyPath+"/"+a.ID+"/etat", url.Values{"do": {"drop"}})
	lacks(t, "without the draft", b.readAs("resident:lea", "/a-faire"), "convocation")
}

func TestTheMeetingsOfAGroupGoWithIt(t *testing.T) {
	b := newBox(t)
	a := b.convenes()
	at := "/groupes/" + a.GroupID + "/etat"
	for _, who := range []string{"tom", "zoe"} {
		storetest.Update(t, b.db, store.Actor{ID: who, Role: store.Resident}, func(tx *store.Tx) error { return group.Leave(tx, a.GroupID) })
	}
	b.sends("resident:lea", at, url.Values{"do": {"close"}})
	holds(t, "of a group that is closed", b.readAs("resident:tom", assemblyPath+"/"+a.ID), "Convoquée")
	b.sends("resident:lea", at, url.Values{"do": {"remove"}})
	for _, who := range []string{"resident:lea", "resident:tom"} {
		if w := b.ask(GET, assemblyPath+"/"+a.ID, who, nil); w.Code != http.StatusNotFound {
			t.Errorf("of a group that is gone, for %s: %d", who, w.Code)
		}
	}
}
