package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/storetest"
)

// reportedBy sends a report of an event as each of these.
func (b *box) reportedBy(path string, who ...string) {
	b.t.Helper()
	for _, w := range who {
		if got := b.ask(POST, path, w, url.Values{"reason": {"advertising"}}).Code; got != http.StatusSeeOther {
			b.t.Fatalf("report of %q: %d", w, got)
		}
	}
}

func TestPA6_SeveralReportsHideAndAModeratorPutsBack(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	report, decide, page := "/signaler/"+e.ID, "/moderation/fiche/"+e.ID, "/agenda/"+e.ID
	b.reportedBy(report, "resident:tom", "resident:tom", "")
	if !strings.Contains(b.get("/agenda"), "Loto") {
		t.Fatal("hidden by two")
	}
	w := b.ask(POST, report, "resident:zoe", url.Values{"reason": {"wrong"}})
	if w.Header().Get("Location") != "/" || strings.Contains(b.get("/agenda")+b.get("/api/v1/listings"), "Loto") {
		t.Errorf("after three: led to %q, still listed", w.Header().Get("Location"))
	}
	if text := b.french(page, "resident:lea"); !strings.Contains(text, "une personne du village va décider. Raison donnée\u00a0: C’est de la publicité.") {
		t.Errorf("its author reads\n%s", text)
	}
	if text := b.french("/avis", "resident:lea"); !strings.Contains(text, "Plusieurs personnes ont signalé votre fiche") {
		t.Error("its author is not told")
	}
	if text := b.french("/moderation", "moderator"); !strings.Contains(text, "Masquée en attendant votre décision.") || strings.Contains(text, "Fiches masquées") {
		t.Errorf("queue\n%s", text)
	}
	if text := b.french(decide, "moderator"); !strings.Contains(text, "La laisser masquée") || !strings.Contains(text, "Remettre en ligne") {
		t.Errorf("to decide\n%s", text)
	}
	b.ask(POST, decide, "moderator", url.Values{"do": {"show"}})
	if !strings.Contains(b.get("/agenda"), "Loto") || strings.Contains(b.french("/moderation", "moderator"), "Loto") {
		t.Error("not put back, or still in the queue")
	}
	b.reportedBy(report, "resident:tom", "resident:zoe")
	if !strings.Contains(b.get("/agenda"), "Loto") {
		t.Error("those who were wrong hid it again")
	}
	if text := b.french("/moderation/journal", ""); !strings.Contains(text, "Fiche masquée par ses signalements, en attendant une décision. C’est de la publicité.") ||
		!strings.Contains(text, "Signalements clos, fiche gardée.") {
		t.Errorf("log\n%s", text)
	}
}

func TestPA6_WhoAnswersForTheOrganisationIsToldToo(t *testing.T) {
	b := newBox(t)
	org, told := b.element("zoe"), 0
	ad := b.sell("Vélo")
	storetest.Update(t, b.db, store.Actor{ID: "zoe", Role: store.Operator}, func(tx *store.Tx) error {
		return directory.Stand(tx, org, ad.Ref(), ad.Title)
	})
	for _, id := range []string{ad.ID, org} {
		told++
		b.reportedBy("/signaler/"+id, "resident:tom", "resident:ida", "")
		if page := b.french("/avis", "resident:zoe"); strings.Count(page, "Plusieurs personnes ont signalé votre fiche") != told {
			t.Errorf("%d: not told\n%s", told, page)
		}
	}
}

func TestPA6_TheOperatorChangesTheRule(t *testing.T) {
	b := newBox(t)
	for _, bad := range []string{"-1", "21", "beaucoup"} {
		w := b.ask(POST, "/admin/moderation", "operator", url.Values{"reports": {bad}}, french1)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="`+bad+`"`) {
			t.Errorf("%s: %d, not kept", bad, w.Code)
		}
	}
	b.ask(POST, "/admin/moderation", "operator", url.Values{"reports": {"1"}})
	if page := b.french("/admin/moderation", "operator"); !strings.Contains(page, `value="1"`) {
		t.Error("not kept")
	}
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	b.reportedBy("/signaler/"+e.ID, "")
	if strings.Contains(b.get("/agenda"), "Loto") {
		t.Error("one report did not hide it")
	}
}

func TestPA7_TheOperatorSaysWhatACategoryAsks(t *testing.T) {
	b, o := sortedBox(t)
	word := "/admin/categories/points-d-interet/mot/banc"
	if strings.Contains(b.french(word, "operator"), "Précautions") {
		t.Error("asked though the module would not mind it")
	}
	owner := o.owner()
	owner.vets = true
	b.sorted[category.Points] = owner
	long := strings.Repeat("x", category.MaxWarning+1)
	w := b.ask(POST, word, "operator", url.Values{"do": {"caution"}, "warning": {long}}, french1)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), long) || !strings.Contains(w.Body.String(), `value="banc"`) {
		t.Errorf("too long: %d", w.Code)
	}
	b.ask(POST, word, "operator", url.Values{"do": {"caution"}, "warning": {"Peinture fraîche."}, "vetted": {"1"}})
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		c, err := category.Get(tx, category.Points, "banc")
		if c.Warning != "Peinture fraîche." || !c.Vetted || c.Name != "banc" {
			t.Errorf("kept %+v", c)
		}
		return err
	})
	if page := b.french("/admin/moderation", "operator"); !strings.Contains(page, "Peinture fraîche.") || !strings.Contains(page, "relue avant") || !strings.Contains(page, word+"#precaution") {
		t.Errorf("not among the rules\n%s", page)
	}
	b.ask(POST, word, "operator", url.Values{"name": {"banc public"}, "icon": {"armchair"}})
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		c, err := category.Get(tx, category.Points, "banc")
		if c.Warning != "Peinture fraîche." || !c.Vetted {
			t.Errorf("a new name took it away: %+v", c)
		}
		return err
	})
}
