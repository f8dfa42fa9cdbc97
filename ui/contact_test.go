package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// phoneNumber is in what somebody types.
const phoneNumber = "06 12 34 56 78"

// everywhere is what leaves the box of a thing without signing in, page aside.
func (b *box) everywhere(id string) string {
	return b.get("/api/v1/listings") + b.get("/api/v1/listings/"+id) + b.get("/fiches.csv") + b.get("/fiches.geojson") +
		b.get("/fiches.atom") + b.get("/recherche?q=velo") + b.get("/agenda.ics")
}

func TestPA3_AnEventKeepsItsNumberForThoseWhoSignIn(t *testing.T) {
	b := newBox(t)
	f := url.Values{
		"title": {"Balade à vélo"}, "starts": {"2026-12-06"}, "starts_time": {"09:00"}, "place": {"Place de l’église"}, "audience": {"public"},
		"description": {"Appeler le " + phoneNumber + " la veille."}, "do": {"preview"},
	}
	page := b.ask(POST, "/agenda/nouveau", "resident:lea", f, french1).Body.String()
	if !strings.Contains(page, "Votre texte contient une coordonnée") || !strings.Contains(page, `name="contacts_hide" value="1" checked`) {
		t.Fatalf("not asked\n%s", page)
	}
	publish := func(change func(url.Values)) string {
		t.Helper()
		sent := url.Values{}
		for k, v := range f {
			sent[k] = v
		}
		sent.Set("do", "publish")
		change(sent)
		w := b.ask(POST, "/agenda/nouveau", "resident:lea", sent)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d\n%s", w.Code, w.Body)
		}
		return strings.TrimPrefix(w.Header().Get("Location"), "/agenda/")
	}
	masked := publish(func(v url.Values) { v.Set("contacts_asked", "1"); v.Set("contacts_hide", "1") })
	page = b.french("/agenda/"+masked, "")
	if strings.Contains(page, phoneNumber) || !strings.Contains(page, "[réservé aux personnes inscrites]") || !strings.Contains(page, "Se connecter pour voir") {
		t.Errorf("a visitor reads\n%s", page)
	}
	if page = b.french("/agenda/"+masked, "resident:tom"); !strings.Contains(page, `<span class="screen">`+phoneNumber+`</span>`) {
		t.Errorf("a resident reads\n%s", page)
	}
	if strings.Contains(b.everywhere(masked), phoneNumber) {
		t.Error("it leaves the box")
	}
	if page = b.french("/agenda/"+masked+"/modifier", "resident:lea"); !strings.Contains(page, phoneNumber) || !strings.Contains(page, `name="contacts_hide" value="1" checked`) {
		t.Error("the form has forgotten it")
	}
	if unasked := publish(func(url.Values) {}); strings.Contains(b.get("/agenda/"+unasked), phoneNumber) {
		t.Error("unasked it is shown")
	}
	open := publish(func(v url.Values) { v.Set("contacts_asked", "1") })
	if !strings.Contains(b.get("/agenda/"+open), phoneNumber) || !strings.Contains(b.everywhere(open), phoneNumber) {
		t.Error("ticked off, and not shown")
	}
}

func TestPA3_AFavourKeepsItsNumberForThoseWhoSignIn(t *testing.T) {
	b := newBox(t)
	typed := []string{"title", "Armoire à porter, " + phoneNumber, "description", "Deux étages.", "availability", "le soir, lea@example.org"}
	page := b.ask(POST, "/entraide/nouvelle", "resident:lea", favourTyped("preview", typed...), french1).Body.String()
	if !strings.Contains(page, "Votre texte contient des coordonnées") {
		t.Fatalf("not asked\n%s", page)
	}
	w := b.ask(POST, "/entraide/nouvelle", "resident:lea", favourTyped("publish", typed...))
	at := w.Header().Get("Location")
	id := strings.TrimPrefix(at, "/entraide/")
	for _, out := range []string{b.get(at), b.everywhere(id), b.get("/entraide"), b.get("/")} {
		if strings.Contains(out, phoneNumber) || strings.Contains(out, "example.org") {
			t.Errorf("a visitor reads\n%s", out)
		}
	}
	page = b.french(at, "resident:tom")
	if !strings.Contains(page, phoneNumber+"</span>") || !strings.Contains(page, "lea@example.org</span>") {
		t.Errorf("a resident reads\n%s", page)
	}
	if page := b.french(at+"/modifier", "resident:lea"); !strings.Contains(page, `name="contacts_hide" value="1" checked`) {
		t.Error("the form has forgotten it")
	}
	b.ask(POST, at+"/etat", "resident:lea", url.Values{"do": {"settle"}})
	if page := b.french(at, "resident:tom"); strings.Contains(page, phoneNumber) {
		t.Error("what is settled says the number")
	}
}

func TestPA3_AnElementsDescriptionKeepsItsNumber(t *testing.T) {
	b := newBox(t)
	f := anElement()
	f.Set("brief", "La doyenne, "+phoneNumber)
	f.Set("description", "Depuis 1908. Écrire à lea@example.org.")
	f.Set("step", "3")
	f.Set("do", "preview")
	if page := b.ask(POST, "/annuaire/nouveau", "resident:lea", f, french1).Body.String(); !strings.Contains(page, "Votre texte contient des coordonnées") {
		t.Fatalf("not asked\n%s", page)
	}
	f.Set("do", "publish")
	w := b.ask(POST, "/annuaire/nouveau", "resident:lea", f)
	at := w.Header().Get("Location")
	for _, out := range []string{b.get(at), b.everywhere(strings.TrimPrefix(at, "/annuaire/")), b.get("/annuaire")} {
		if strings.Contains(out, phoneNumber) || strings.Contains(out, "example.org") {
			t.Errorf("a visitor reads\n%s", out)
		}
	}
	if page := b.french(at, ""); !strings.Contains(page, "Se connecter pour voir") {
		t.Errorf("a visitor is not told\n%s", page)
	}
	if page := b.french(at, "resident:tom"); !strings.Contains(page, phoneNumber+"</span>") || !strings.Contains(page, "lea@example.org</span>") {
		t.Errorf("a resident reads\n%s", page)
	}
	f.Set("contacts_asked", "1")
	b.ask(POST, at+"/modifier", "resident:lea", f)
	if page := b.get(at); !strings.Contains(page, phoneNumber) || !strings.Contains(page, "lea@example.org") {
		t.Errorf("ticked off, and not shown\n%s", page)
	}
}
