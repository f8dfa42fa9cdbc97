package ui

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/storetest"
)

// kept is a draft by lea.
func (b *box) kept(title string) agenda.Event {
	b.t.Helper()
	f := aForm()
	f.Set("title", title)
	return b.written(f, "draft")
}

// written sends the form of a new event by lea, and reads what became of it.
func (b *box) written(f url.Values, do string) (e agenda.Event) {
	b.t.Helper()
	f = maps.Clone(f)
	f.Set("do", do)
	w := b.ask(POST, "/agenda/nouveau", "resident:lea", f)
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("%s: %d\n%s", do, w.Code, w.Body)
	}
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) (err error) {
		e, err = agenda.Get(tx, strings.TrimPrefix(to, "/agenda/"))
		return err
	})
	return e
}

func init() {
	draft := func(b *box) string { return "/agenda/" + b.kept("Surprise").ID + "/publier" }
	samples["GET /agenda/brouillons"] = at("/agenda/brouillons")
	samples["GET /agenda/:id/publier"] = sample{path: draft, as: "resident:lea"}
	samples["POST /agenda/:id/publier"] = sample{path: draft, as: "resident:lea"}
}

// french reads a page as somebody, in French.
func (b *box) french(target, who string) string {
	b.t.Helper()
	w := b.ask(GET, target, who, nil, french1)
	if w.Code != http.StatusOK {
		b.t.Fatalf("GET %s: %d\n%s", target, w.Code, w.Body)
	}
	return w.Body.String()
}

func TestADraftGoesFromItsFormToTheAgenda(t *testing.T) {
	b := newBox(t)
	e := b.kept("Surprise")
	if w := b.ask(GET, "/agenda/"+e.ID, "", nil); w.Code != http.StatusNotFound {
		t.Errorf("a visitor: %d", w.Code)
	}
	if strings.Contains(b.get("/agenda?kind=event")+b.get("/agenda.ics"), "Surprise") {
		t.Error("a draft is listed")
	}
	mine := b.french("/agenda/"+e.ID, "resident:lea")
	for _, want := range []string{"personne d’autre ne le voit", "/publier", "vous seulement"} {
		if !strings.Contains(mine, want) {
			t.Errorf("its page lacks %q", want)
		}
	}
	if !strings.Contains(b.french("/agenda/brouillons", "resident:lea"), "/agenda/"+e.ID) ||
		!strings.Contains(b.french("/agenda/nouveau", "resident:lea"), "Vous avez 1 brouillon") {
		t.Error("its author does not find it again")
	}
	for name, f := range map[string]url.Values{
		"no day": {"do": {"plan"}, "publish_time": {"8:00"}}, "past": {"do": {"plan"}, "publish_at": {"2020-01-01"}},
	} {
		if w := b.ask(POST, "/agenda/"+e.ID+"/publier", "resident:lea", f); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	b.ask(POST, "/agenda/"+e.ID+"/publier", "resident:lea", url.Values{"do": {"plan"}, "publish_at": {"2026-11-25"}, "publish_time": {"8:00"}})
	if page := b.french("/agenda/"+e.ID, "resident:lea"); !strings.Contains(page, "il sera publié mercredi 25\u00a0novembre à 8\u00a0h") {
		t.Error("its page does not say when it is published")
	}
	b.ask(POST, "/agenda/"+e.ID+"/publier", "resident:lea", url.Values{})
	if !strings.Contains(b.get("/agenda"), "Surprise") {
		t.Error("not published")
	}
}

func TestAPublicationThatIsNotClearKeepsWhatWasTyped(t *testing.T) {
	b := newBox(t)
	f := aForm()
	f.Set("do", "plan")
	w := b.ask(POST, "/agenda/nouveau", "resident:lea", f, french1)
	if body := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "Dites quel jour publier") || !strings.Contains(body, `value="Vide-grenier"`) {
		t.Errorf("%d\n%s", w.Code, body)
	}
	f.Set("publish_at", "2026-11-25")
	if e := b.written(f, "plan"); !e.Draft || e.PublishAt.IsZero() {
		t.Errorf("%+v, want a planned draft", e)
	}
}

func TestAG14_PostponedAndTentativeAreSaidEverywhere(t *testing.T) {
	b := newBox(t)
	loto := b.schedule("Loto", "2026-11-28T20:00", "")
	f := aForm()
	f.Set("tentative", "1")
	fair := b.written(f, "publish")
	w := b.ask(POST, "/agenda/"+loto.ID+"/annuler", "resident:lea", url.Values{"how": {"postpone"}, "reason": {"Salle inondée"}})
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	page, list, feed, cal := b.french("/agenda/"+loto.ID, ""), b.french("/agenda", ""), b.french("/agenda.atom", ""), b.french("/agenda.ics", "")
	whole := b.french("/agenda/tout", "") // what is printed
	for where, text := range map[string]string{"page": page, "list": list, "feed": feed, "calendar": cal, "print": whole} {
		if !strings.Contains(text, "REPORTÉ") {
			t.Errorf("%s does not say REPORTÉ", where)
		}
	}
	for where, text := range map[string]string{"page": b.french("/agenda/"+fair.ID, ""), "print": whole, "list": list, "feed": feed, "calendar": cal} {
		if !strings.Contains(text, "À CONFIRMER") {
			t.Errorf("%s does not say À CONFIRMER", where)
		}
	}
	if !strings.Contains(page, "Salle inondée") || !strings.Contains(cal, "STATUS:TENTATIVE") {
		t.Error("the reason or the status is missing")
	}
	edit := url.Values{"title": {"Loto"}, "starts": {"2026-12-12"}, "starts_time": {"20:00"}, "place": {"Salle des fêtes"}, "do": {"publish"}}
	if w := b.ask(POST, "/agenda/"+loto.ID+"/modifier", "resident:lea", edit); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	page = b.french("/agenda/"+loto.ID, "")
	if strings.Contains(page, "REPORTÉ") || !strings.Contains(page, "D’abord prévu samedi 28\u00a0novembre") {
		t.Error("with its new date it does not say when it was to be")
	}
}

func TestDI6_AFestivalShowsItsProgramme(t *testing.T) {
	b := newBox(t)
	fest := url.Values{"title": {"Festival des granges"}, "starts": {"2027-07-10"}, "ends": {"2027-07-12"}, "all_day": {"1"}, "place": {"Au bourg"}, "audience": {"public"}}
	whole := b.written(fest, "publish")
	if !strings.Contains(b.french("/agenda/nouveau?programme="+whole.ID, "resident:lea"), `value="Au bourg"`) {
		t.Error("the form of a part does not know where")
	}
	part := func(title, day string) url.Values {
		return url.Values{"title": {title}, "starts": {day}, "starts_time": {"20:00"}, "place": {"Au bourg"}, "audience": {"public"}, "programme": {whole.ID}}
	}
	b.written(part("Fanfare", "2027-07-10"), "publish")
	jazz := part("Jazz", "2027-07-11")
	jazz.Set("ends_time", "22:30")
	jazz.Set("tentative", "1")
	b.written(jazz, "publish")
	late := part("Chorale", "2027-07-13")
	late.Set("do", "preview")
	if w := b.ask(POST, "/agenda/nouveau", "resident:lea", late, french1); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "hors des dates de") {
		t.Errorf("%d: no warning", w.Code)
	}
	choir := b.written(part("Chorale", "2027-07-12"), "publish")
	if w := b.ask(POST, "/agenda/"+choir.ID+"/modifier", "resident:lea", late, french1); !strings.Contains(w.Body.String(), "hors des dates de") {
		t.Error("moving one warns of nothing")
	}
	late.Set("do", "publish")
	if w := b.ask(POST, "/agenda/"+choir.ID+"/modifier", "resident:lea", late); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	list := b.french("/agenda?from=2027-07-01", "")
	if n := strings.Count(list, ">Festival des granges<"); n != 1 || !strings.Contains(list, "3 dates\u00a0: 10, 11 et 13\u00a0juillet") || strings.Contains(list, ">Jazz<") {
		t.Errorf("listed %d times, or without its dates\n%s", n, list)
	}
	cal := strings.ReplaceAll(b.french("/agenda/"+whole.ID+"/calendrier.ics", ""), "\r\n", "\n")
	cal = strings.ReplaceAll(cal, "\n ", "")
	for _, want := range []string{"À CONFIRMER – Jazz", "STATUS:TENTATIVE", "DTSTART;TZID=Europe/Paris:20270711T200000", "DTEND;TZID=Europe/Paris:20270711T223000", "RELATED-TO;RELTYPE=PARENT:" + whole.ID} {
		if !strings.Contains(cal, want) {
			t.Errorf("its calendar lacks %s", want)
		}
	}
	page := b.french("/agenda/"+whole.ID, "")
	for _, want := range []string{"Programme", "Fanfare", "Jazz", "Chorale", "mardi 13\u00a0juillet"} {
		if !strings.Contains(page, want) {
			t.Errorf("its page lacks %q", want)
		}
	}
	if strings.Contains(page, "hors des dates") || !strings.Contains(b.french("/agenda/"+whole.ID, "resident:lea"), "hors des dates annoncées") {
		t.Error("what lies outside is not for its owner to see")
	}
	if !strings.Contains(b.french("/agenda/"+choir.ID, ""), "/agenda/"+whole.ID) {
		t.Error("a part does not lead to the whole")
	}
	if w := b.ask(POST, "/agenda/nouveau", "resident:other", late, french1); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("somebody else's programme: %d", w.Code)
	}
	alone := part("Chorale", "2027-07-13")
	alone.Set("standalone", "1")
	alone.Set("do", "publish")
	if w := b.ask(POST, "/agenda/"+choir.ID+"/modifier", "resident:lea", alone); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if list := b.french("/agenda?from=2027-07-01", ""); !strings.Contains(list, ">Chorale<") || !strings.Contains(list, "2 dates") {
		t.Error("it does not stand for itself")
	}
	alone.Del("standalone")
	b.ask(POST, "/agenda/"+choir.ID+"/modifier", "resident:lea", alone)
	if list := b.french("/agenda?from=2027-07-01", ""); strings.Contains(list, ">Chorale<") {
		t.Error("it joined the programme and is still listed")
	}
}
