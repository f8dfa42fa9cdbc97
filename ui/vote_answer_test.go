package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestAnIdeaHasItsAnswerInTime is idea 28: asked with the idea, due on a day,
// late in sight of everybody, answered.
func TestAnIdeaHasItsAnswerInTime(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	b.sends("operator", "/admin/decisions", url.Values{"days": {"20"}})
	to := b.sends("resident:lea", "/decisions/nouvelle", url.Values{"title": {"Un banc"}, "text": {"À l'arrêt du car."}, "audience": {"public"}, "mairie": {"1"}})
	holds(t, "the idea", b.get(to), "Réponse de la mairie", "Reçue", "au plus tard le")
	lacks(t, "the idea, to visitors", b.get(to), "Publier la réponse", "EN RETARD")
	holds(t, "the operator's duties", b.readAs("operator", "/a-faire"), "La mairie doit répondre au plus tard le", "Un banc")
	lacks(t, "somebody else's duties", b.readAs("resident:lea", "/a-faire"), "Un banc")
	lacks(t, "home, in time", b.get("/"), "attend encore la réponse")
	lacks(t, "the list, in time", b.get("/decisions"), "La mairie doit une réponse")

	b.sends("operator", to+"/etat", url.Values{"do": {"study"}})
	holds(t, "looked into", b.get(to), "À l’étude")
	b.clock.Set(b.clock.Now().Add(21 * 24 * time.Hour))
	holds(t, "home, late", b.get("/"), "1 idée attend encore la réponse de la mairie")
	holds(t, "the list, late", b.get("/decisions"), "La mairie doit une réponse", "Un banc")
	holds(t, "the idea, late", b.get(to), "EN RETARD")
	holds(t, "the operator's duties, late", b.readAs("operator", "/a-faire"), "en retard depuis le", `class="urgent"`)

	w := b.ask(POST, to+"/etat", "operator", url.Values{"do": {"respond"}, "response": {"Un banc sera posé en mars."}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "retenue ou écartée") || !strings.Contains(w.Body.String(), "posé en mars") {
		t.Errorf("without a stand: %d", w.Code)
	}
	b.sends("operator", to+"/etat", url.Values{"do": {"respond"}, "stand": {"accepted"}, "response": {"Un banc sera posé en mars."}})
	holds(t, "the answer", b.get(to), "Idée retenue", "posé en mars", "Réponse donnée le")
	lacks(t, "home, answered", b.get("/"), "attend encore la réponse")
	lacks(t, "the duties, answered", b.readAs("operator", "/a-faire"), "Un banc")
}

func TestAnIdeaIsAddressedLaterToo(t *testing.T) {
	b := newBox(t)
	p := b.proposes()
	to := "/decisions/" + p.ID
	lacks(t, "somebody else", b.readAs("resident:tom", to), "Demander une réponse")
	holds(t, "its author", b.readAs("resident:lea", to), "Demander une réponse")
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"address"}})
	holds(t, "asked", b.get(to), "Réponse attendue au plus tard")
	holds(t, "the rule", b.readAs("operator", "/admin/decisions"), `value="30"`)
	w := b.ask(POST, "/admin/decisions", "operator", url.Values{"days": {"0"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "de 1 à 366") {
		t.Errorf("no time at all: %d", w.Code)
	}
}
