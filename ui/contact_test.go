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
