package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
)

// oven is a roster: every Saturday from 28 November at nine, three hours, two
// persons. It is the operator's; sunday of the same hours is another day.
func (b *box) oven(change ...func(*mutualaid.Roster)) mutualaid.Roster {
	b.t.Helper()
	one := mutualaid.Roster{
		Title: "Four à pain", Place: "Place du four", Starts: calendar.Wall{Year: 2026, Month: time.November, Day: 28, Hour: 9},
		Lasts: 180, Places: 2, Audience: listing.Public,
		Rule: calendar.Rule{Freq: calendar.Weekly, Every: 1, Days: []calendar.Weekday{{Day: time.Saturday}}, WeekStart: time.Monday},
	}
	for _, c := range change {
		c(&one)
	}
	storetest.Update(b.t, b.db, store.Actor{ID: "operator", Role: store.Operator}, func(tx *store.Tx) error { return mutualaid.PlanRoster(tx, &one) })
	return one
}

const (
	firstShift  = "2026-11-28T09:00"
	secondShift = "2026-12-05T09:00"
)

// onShift takes a turn and gives its id.
func (b *box) onShift(one mutualaid.Roster, account, name string) (id string) {
	b.t.Helper()
	b.as(account, func(tx *store.Tx) error {
		turn, err := mutualaid.TakeTurn(tx, one.ID, name, false)
		id = turn.ID
		return err
	})
	return id
}

var ovenForm = url.Values{
	"title": {"Four à pain"}, "place": {"Place du four"}, "starts": {"2026-11-28"}, "starts_time": {"9 h"}, "ends_time": {"12 h"},
	"repeat": {"weekly"}, "places": {"2"}, "audience": {"public"},
}

func init() {
	one := func(tail string) func(*box) string {
		return func(b *box) string { return rostersPath + "/" + b.oven().ID + tail }
	}
	chore := func(tail string) func(*box) string {
		return func(b *box) string { return choresPath + "/" + b.chore("zoe").ID + tail }
	}
	for name, s := range map[string]sample{
		"GET /entraide/tours":                   at(rostersPath),
		"GET /entraide/tours/nouveau":           at(rostersPath + "/nouveau"),
		"POST /entraide/tours/nouveau":          {path: at(rostersPath + "/nouveau").path, form: ovenForm},
		"GET /entraide/tours/:id":               {path: one("")},
		"GET /entraide/tours/:id/imprimer":      {path: one("/imprimer")},
		"GET /entraide/tours/:id/modifier":      {path: one("/modifier"), as: "operator:operator"},
		"POST /entraide/tours/:id/modifier":     {path: one("/modifier"), as: "operator:operator", form: ovenForm},
		"POST /entraide/tours/:id/fermer":       {path: one("/fermer"), as: "operator:operator", form: url.Values{"do": {"close"}}},
		"GET /entraide/tours/:id/:date":         {path: one("/" + firstShift)},
		"POST /entraide/tours/:id/:date":        {path: one("/" + firstShift), form: url.Values{"do": {"take"}}},
		"POST /entraide/tours/:id/:date/gerer":  {path: one("/" + firstShift + "/gerer"), as: "operator:operator", form: url.Values{"places": {"3"}}},
		"GET /entraide/chantiers":               at(choresPath),
		"GET /entraide/chantiers/nouveau":       at(choresPath + "/nouveau"),
		"POST /entraide/chantiers/nouveau":      {path: at(choresPath + "/nouveau").path, form: url.Values{"title": {"Tailler la haie"}, "hands": {"1"}}},
		"GET /entraide/chantiers/:id":           {path: chore("")},
		"POST /entraide/chantiers/:id":          {path: chore(""), form: url.Values{"do": {"take"}}},
		"GET /entraide/chantiers/:id/modifier":  {path: chore("/modifier"), as: "resident:zoe"},
		"POST /entraide/chantiers/:id/modifier": {path: chore("/modifier"), as: "resident:zoe", form: url.Values{"title": {"Tailler la haie"}, "hands": {"2"}}},
	} {
		samples[name] = s
	}
}

// shows fails unless a page has each of some texts, and none of those that begin
// with an exclamation mark.
func (b *box) shows(page, who string, texts ...string) {
	b.t.Helper()
	w := b.ask(GET, page, who, nil)
	if w.Code != http.StatusOK {
		b.t.Fatalf("GET %s as %q: %d", page, who, w.Code)
	}
	html := strings.NewReplacer("&#39;", "'", "\u00a0", " ", "\u202f", " ", "’", "'").Replace(w.Body.String())
	for _, text := range texts {
		if hidden, ok := strings.CutPrefix(text, "!"); ok && strings.Contains(html, hidden) {
			b.t.Errorf("%s as %q shows %q", page, who, hidden)
		} else if !ok && !strings.Contains(html, text) {
			b.t.Errorf("%s as %q does not show %q", page, who, text)
		}
	}
}

// does posts a form and fails unless it answers with a status.
func (b *box) does(page, who string, want int, form url.Values) string {
	b.t.Helper()
	w := b.ask(POST, page, who, form)
	if w.Code != want {
		b.t.Fatalf("POST %s as %q: %d, want %d\n%s", page, who, w.Code, want, w.Body)
	}
	return w.Body.String()
}

func TestEN5_SigningUpOnThePages(t *testing.T) {
	b := newBox(t)
	rosa, _ := b.account("Rosa Puech")
	simon, _ := b.account("Simon Vidal")
	one := b.oven()
	page := rostersPath + "/" + one.ID
	shift := page + "/" + firstShift
	b.does(shift, rosa, http.StatusSeeOther, url.Values{"do": {"take"}})
	b.shows(page, simon, "Rosa Puech", "1 personne sur 2", "il manque 1 personne", "samedi 28 novembre de 9 h à 12 h", "Je m'inscris")
	b.shows(page, "", "1 personne sur 2", "!Rosa", "!Je m'inscris", "connexion")
	b.shows(page+"/imprimer", simon, "Rosa Puech", "du samedi 21 novembre au lundi 21 décembre")
	b.shows(page+"/imprimer", "", "!Rosa")
	if html := b.does(shift, rosa, http.StatusUnprocessableEntity, url.Values{"do": {"take"}}); !strings.Contains(html, "déjà le vôtre") {
		t.Error("the second time is not refused in words")
	}
	b.shows(rostersPath, rosa, "Vos tours", "Four à pain")
}

func TestEN5_AnOverlapIsWarnedOfOnThePage(t *testing.T) {
	b := newBox(t)
	rosa, _ := b.account("Rosa Puech")
	one := b.oven()
	other := b.oven(func(r *mutualaid.Roster) { r.Title, r.Starts.Hour = "Compost", 11 })
	b.does(rostersPath+"/"+one.ID+"/"+firstShift, rosa, http.StatusSeeOther, url.Values{"do": {"take"}})
	shift := rostersPath + "/" + other.ID + "/2026-11-28T11:00"
	html := b.does(shift, rosa, http.StatusUnprocessableEntity, url.Values{"do": {"take"}})
	for _, want := range []string{"Four à pain", `name="anyway"`, `value="take"`} {
		if !strings.Contains(html, want) {
			t.Errorf("the warning has no %s", want)
		}
	}
	b.does(shift, rosa, http.StatusSeeOther, url.Values{"do": {"take"}, "anyway": {"1"}})
	b.shows(shift, rosa, "Ce tour est le vôtre")
}

func TestEN5_ASwapOnThePages(t *testing.T) {
	b := newBox(t)
	rosa, rosaID := b.account("Rosa Puech")
	simon, simonID := b.account("Simon Vidal")
	one := b.oven()
	hers, his := b.onShift(one, rosaID, firstShift), b.onShift(one, simonID, secondShift)
	page := rostersPath + "/" + one.ID
	shift := page + "/" + firstShift
	b.shows(shift, rosa, "à qui le veut", `value="person:`+simonID, `value="turn:`+his, "contre son tour : samedi 5 décembre")
	b.does(shift, rosa, http.StatusSeeOther, url.Values{"do": {"offer"}, "turn": {hers}, "to": {"turn:" + his}})
	b.shows(shift, rosa, "Proposé à Simon Vidal", "reste le vôtre")
	b.shows(rostersPath, simon, "On vous propose un tour")
	b.shows("/avis", simon, "On vous propose un tour : samedi 28 novembre")
	b.shows(shift, simon, "Rosa Puech vous propose ce tour", "contre le vôtre : samedi 5 décembre", "Je le prends", "Je ne peux pas")
	b.does(shift, simon, http.StatusSeeOther, url.Values{"do": {"accept"}, "turn": {hers}})
	b.shows(shift, simon, "Ce tour est le vôtre")
	b.shows(page+"/"+secondShift, rosa, "Ce tour est le vôtre")
}

func TestWhoMayPlanRosters(t *testing.T) {
	b := newBox(t)
	zoe, zoeID := b.account("Zoé Cazals")
	b.shows(rostersPath+"/nouveau", zoe, "!<form method=\"post\" action=\"/entraide", "organisation que vous administrez")
	b.does(rostersPath+"/nouveau", zoe, http.StatusUnprocessableEntity, ovenForm)
	org := b.element(zoeID)
	form := url.Values{"organisation": {org}}
	for k, v := range ovenForm {
		form[k] = v
	}
	b.shows(rostersPath+"/nouveau", zoe, `name="organisation"`)
	w := b.ask(POST, rostersPath+"/nouveau", zoe, form)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("in the name of an organisation: %d\n%s", w.Code, w.Body)
	}
	page := w.Header().Get("Location")
	b.shows(page, "", "Publié au nom de", "Chaque samedi à 9 h", "Visible par")
	b.does(page+"/modifier", zoe, http.StatusSeeOther, ovenForm)
	tom, _ := b.account("Tom Lacam")
	b.does(page+"/modifier", tom, http.StatusForbidden, ovenForm)
	html := b.does(rostersPath+"/nouveau", "operator", http.StatusUnprocessableEntity, url.Values{"title": {"Bibliothèque"}, "places": {"beaucoup"}})
	if !strings.Contains(html, `value="Bibliothèque"`) || !strings.Contains(html, `value="beaucoup"`) {
		t.Error("what was typed is gone")
	}
}

func TestAPlannerChangesOneShift(t *testing.T) {
	b := newBox(t)
	rosa, rosaID := b.account("Rosa Puech")
	one := b.oven()
	turn := b.onShift(one, rosaID, firstShift)
	shift := rostersPath + "/" + one.ID + "/" + firstShift
	b.does(shift+"/gerer", "operator", http.StatusSeeOther, url.Values{"places": {"2"}, "note": {"Four en réparation"}, "cancelled": {"1"}})
	b.shows(shift, rosa, "ANNULÉ", "Four en réparation")
	b.does(shift, "resident", http.StatusUnprocessableEntity, url.Values{"do": {"take"}})
	b.does(shift+"/gerer", "operator", http.StatusSeeOther, url.Values{"strike": {turn}})
	b.shows("/avis", rosa, "Vous n'êtes plus de ce tour : samedi 28 novembre")
}
