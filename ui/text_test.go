package ui

import (
	"net/http"
	"strings"
	"testing"
)

func TestStatutesOnThePages(t *testing.T) {
	b := foundBox(t)
	op := operatorOf(b)
	op.refuse(textAdminPath, http.StatusUnprocessableEntity, "Donnez un titre", "body", "# Article 1\nOn se réunit.")
	if w := op.send(POST, textAdminPath, fields("title", "Règlement de la salle", "body", "# Article 1\nOn range les chaises.", "version", "0")); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	at := op.last.Header().Get("Location")
	if page := plainText(b.get(textsPath)); !strings.Contains(page, "Règlement de la salle") {
		t.Error("not in the list")
	}
	edit := strings.Replace(at, textsPath, textAdminPath, 1)
	op.refuse(edit, http.StatusUnprocessableEntity, "le même que celui", "title", "Règlement de la salle", "body", "# Article 1\nOn range les chaises.", "version", "1")
	op.post(edit, at, "title", "Règlement de la salle", "body", "# Article 1\nOn range les chaises et les tables.", "version", "1", "summary", "Les tables aussi")
	page := op.refuse(edit, http.StatusUnprocessableEntity, "Une autre version vient d'être publiée", "title", "Règlement", "body", "Ma version", "version", "1")
	if !strings.Contains(page, "Ma version") {
		t.Error("what was typed is not kept")
	}
	page = plainText(b.get(at))
	for _, want := range []string{"<ins>chaises et les tables.</ins>", "Les tables aussi", at + "/1"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if page = plainText(b.get(at + "/1")); !strings.Contains(page, "Une version plus récente") || strings.Contains(page, "les tables.") {
		t.Error("the first version is not as it was")
	}
	if w := b.ask(GET, at+"/9", "", nil); w.Code != http.StatusNotFound {
		t.Error(w.Code)
	}
	if page = plainText(b.get("/journal")); strings.Count(page, "Des statuts ou un règlement sont publiés.") != 2 {
		t.Error("the public log does not tell")
	}
}

// TestARuleChangedStandsInTheLog: what operators change about the box is for all
// to read, which rule and when.
func TestARuleChangedStandsInTheLog(t *testing.T) {
	b := foundBox(t)
	op := operatorOf(b)
	op.post("/admin/moderation", "/admin/moderation", "reports", "4")
	op.post("/admin/annonces", "/admin/annonces", "days", "30", "renewals", "2")
	page := plainText(b.get("/journal"))
	if !strings.Contains(page, "Les règles de modération sont changées.") || !strings.Contains(page, "Le réglage des annonces est changé.") {
		t.Error("the public log does not tell")
	}
}
