package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// TestAnEventInTheNameOfAnOrganisation: one administrator publishes, another
// edits and cancels, a member cannot, and only those who may read who did it.
func TestAnEventInTheNameOfAnOrganisation(t *testing.T) {
	b := newBox(t)
	zoe, zoeID := b.account("Zoé Admin")
	tom, tomID := b.account("Tom Admin")
	ben, benID := b.account("Ben Membre")
	id := b.element(zoeID)
	b.as(tomID, func(tx *store.Tx) error { return directory.Ask(tx, id, "") })
	b.as(zoeID, func(tx *store.Tx) error {
		if err := directory.Admit(tx, id, tomID); err != nil {
			return err
		}
		return directory.Promote(tx, id, tomID)
	})
	b.join(id, zoeID, benID)

	form := aForm()
	form.Set("do", "publish")
	form.Set("organisation", id)
	if w := b.ask(POST, "/agenda/nouveau", ben, form, french1); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "dont vous gérez la fiche") {
		t.Fatalf("a member publishes in its name: %d\n%s", w.Code, w.Body)
	}
	form.Set("do", "preview")
	if page := b.ask(POST, "/agenda/nouveau", zoe, form, french1).Body.String(); !strings.Contains(page, "Publié au nom de") {
		t.Errorf("the preview does not say in whose name:\n%s", page)
	}
	form.Set("do", "publish")
	at := b.ask(POST, "/agenda/nouveau", zoe, form).Header().Get("Location")
	page := b.ask(GET, at, "", nil, french1).Body.String()
	if !strings.Contains(page, `href="/annuaire/`+id+`"`) || strings.Contains(page, "Zoé") {
		t.Fatalf("visitors read:\n%s", page)
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, eventRef(strings.TrimPrefix(at, "/agenda/")))
		if err != nil {
			return err
		}
		body, err := listing.BodyOf(tx, c)
		if organiser, _ := body["organizer"].(map[string]any); organiser["name"] != "Comité des fêtes" {
			t.Errorf("neighbours read %v", body)
		}
		return err
	})

	if w := b.ask(GET, at+"/modifier", tom, nil, french1); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `value="`+id+`" selected`) {
		t.Fatalf("another administrator edits: %d\n%s", w.Code, w.Body)
	}
	if !strings.Contains(b.ask(GET, at, tom, nil).Body.String(), at+"/modifier") {
		t.Error("another administrator is not led to edit it")
	}
	form.Set("title", "Grand vide-grenier")
	if w := b.ask(POST, at+"/modifier", tom, form); w.Code != http.StatusSeeOther {
		t.Errorf("editing: %d\n%s", w.Code, w.Body)
	}
	if w := b.ask(POST, at+"/annuler", tom, url.Values{"reason": {"Neige"}}); w.Code != http.StatusSeeOther {
		t.Errorf("cancelling: %d", w.Code)
	}
	for _, who := range []string{ben, "moderator", "operator"} {
		if w := b.ask(POST, at+"/modifier", who, form); w.Code != http.StatusForbidden {
			t.Errorf("%s edits: %d", who, w.Code)
		}
	}
	for address, who := range map[string]string{"/annuaire/" + id + "/gerer/journal": zoe, "/moderation/actes/" + id: "moderator"} {
		acts := b.ask(GET, address, who, nil, french1).Body.String()
		for _, line := range []string{"Zoé Admin a publié « Vide-grenier »", "Tom Admin a modifié « Vide-grenier »", "Tom Admin a annulé « Grand vide-grenier »"} {
			if !strings.Contains(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(acts), line) {
				t.Errorf("%s does not say %q:\n%s", address, line, acts)
			}
		}
	}
	b.as(zoeID, func(tx *store.Tx) error { return directory.Demote(tx, id, tomID) })
	if w := b.ask(GET, at+"/modifier", tom, nil); w.Code != http.StatusForbidden {
		t.Errorf("he edits after he was demoted: %d", w.Code)
	}
	if w := b.ask(POST, at+"/retirer", zoe, nil); w.Code != http.StatusSeeOther {
		b.ask(POST, at+"/retirer", zoe, url.Values{})
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		links, err := directory.Links(tx, eventRef(strings.TrimPrefix(at, "/agenda/")))
		if len(links) != 0 {
			t.Errorf("a link to nothing stays: %v", links)
		}
		return err
	})
}

// TestAnAuthorWhoLeftKeepsTheName: whoever wrote the event may still edit it
// after they no longer manage the organisation, and its name stays.
func TestAnAuthorWhoLeftKeepsTheName(t *testing.T) {
	b := newBox(t)
	zoe, zoeID := b.account("Zoé Admin")
	_, tomID := b.account("Tom Membre")
	id := b.element(zoeID)
	b.join(id, zoeID, tomID)
	form := aForm()
	form.Set("do", "publish")
	form.Set("organisation", id)
	at := b.ask(POST, "/agenda/nouveau", zoe, form).Header().Get("Location")
	b.as(zoeID, func(tx *store.Tx) error { return directory.Leave(tx, id, true) })
	if w := b.ask(POST, at+"/modifier", zoe, form); w.Code != http.StatusSeeOther {
		t.Errorf("editing: %d\n%s", w.Code, w.Body)
	}
	if !strings.Contains(b.ask(GET, at, "", nil).Body.String(), "/annuaire/"+id) {
		t.Error("the name is gone")
	}
}
