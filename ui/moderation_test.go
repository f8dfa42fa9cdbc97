package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestAProposalFromVisitorToAgenda goes the whole way without an account.
func TestAProposalFromVisitorToAgenda(t *testing.T) {
	b := newBox(t)
	id, code := b.proposed(aForm())
	if strings.Contains(b.get("/agenda")+b.get("/recherche?q=vide")+b.get("/api/v1/listings"), "Vide-grenier") {
		t.Fatal("public before validation")
	}
	if !strings.Contains(b.ask(GET, "/moderation", "moderator", nil).Body.String(), "Vide-grenier") {
		t.Error("not in the queue")
	}
	w := b.ask(POST, "/moderation/proposition/"+id, "moderator", url.Values{"do": {"accept"}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("accept: %d\n%s", w.Code, w.Body)
	}
	if !strings.Contains(b.get("/agenda"), "Vide-grenier") {
		t.Error("not published")
	}
	if page := b.get("/proposer/suivi/" + code); !strings.Contains(page, w.Header().Get("Location")) {
		t.Error("the proposer is not led to it")
	}
	if w := b.ask(POST, "/moderation/proposition/"+id, "moderator:two", url.Values{"do": {"accept"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("accepted twice: %d", w.Code)
	}
	if n := strings.Count(b.get("/agenda"), ">Vide-grenier<"); n != 1 {
		t.Errorf("listed %d times", n)
	}
}

func TestAG15_TheSixthProposalIsAskedToWaitPolitely(t *testing.T) {
	b := newBox(t)
	f := aForm()
	f.Set("do", "publish")
	for range 5 {
		b.ask(POST, "/proposer", "", f)
	}
	w := b.ask(POST, "/proposer", "", f, french1)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "envoyez-le un peu plus tard") ||
		!strings.Contains(w.Body.String(), `value="Vide-grenier"`) {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
}

func TestMD1_ARefusalIsReadByItsProposer(t *testing.T) {
	b := newBox(t)
	id, code := b.proposed(aForm())
	at := "/moderation/proposition/" + id
	if w := b.ask(POST, at, "moderator", url.Values{"do": {"refuse"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", w.Code)
	}
	b.ask(POST, at, "moderator", url.Values{"do": {"refuse"}, "reason": {"past"}, "text": {"C'était hier."}})
	page := b.ask(GET, "/proposer/suivi/"+code, "", nil, french1).Body.String()
	if !strings.Contains(page, "La date est passée.") || !strings.Contains(page, "hier.") {
		t.Errorf("the proposer reads\n%s", page)
	}
}

func TestReportHideShow(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	b.ask(POST, "/signaler/"+b.code(e), "", url.Values{"reason": {"wrong"}, "text": {"C'est dimanche"}})
	if !strings.Contains(b.get("/agenda"), "Loto") {
		t.Fatal("a report hid the event")
	}
	if !strings.Contains(b.ask(GET, "/moderation", "moderator", nil, french1).Body.String(), "est dimanche") {
		t.Error("the report is not in the queue")
	}
	at := "/moderation/fiche/" + e.ID
	b.ask(POST, at, "moderator", url.Values{"do": {"hide"}, "reason": {"wrong"}, "text": {"Vérifiez le jour"}})
	if strings.Contains(b.get("/agenda"), "Loto") || b.ask(GET, "/agenda/"+e.ID, "", nil).Code != http.StatusNotFound {
		t.Error("still to be seen")
	}
	if !strings.Contains(b.ask(GET, "/agenda/"+e.ID, "resident:lea", nil).Body.String(), "Vérifiez le jour") {
		t.Error("its author does not read why")
	}
	if log := b.get("/moderation/journal"); strings.Contains(log, "Loto") || !strings.Contains(log, "novembre") && !strings.Contains(log, "November") {
		t.Errorf("the log says\n%s", log)
	}
	b.ask(POST, at, "moderator:two", url.Values{"do": {"show"}})
	if !strings.Contains(b.get("/agenda"), "Loto") {
		t.Error("not back")
	}
}

func TestMD2_ModeratorsLeaveTheirOwnToOthers(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	b.ask(POST, "/signaler/"+e.ID, "moderator", url.Values{"reason": {"over"}})
	hide := url.Values{"do": {"hide"}, "reason": {"over"}}
	if w := b.ask(POST, "/moderation/fiche/"+e.ID, "moderator", hide); w.Code != http.StatusForbidden {
		t.Errorf("own report: %d, want 403", w.Code)
	}
	if w := b.ask(POST, "/moderation/fiche/"+e.ID, "moderator:lea", hide); w.Code != http.StatusForbidden {
		t.Errorf("own thing: %d, want 403", w.Code)
	}
}
