package ui

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

func init() {
	element := func(suffix string) func(b *box) string {
		return func(b *box) string { return "/annuaire/" + b.element("lea") + suffix }
	}
	orphan := func(b *box) string { return "/annuaire/" + b.unclaimed("Puits") + "/corriger" }
	listed := func(b *box) string {
		e := directory.Element{Kind: directory.Person, Name: "Léa", Audience: listing.Here}
		b.put("lea", &e)
		return "/annuaire/" + e.ID + "/verifier"
	}
	for name, s := range map[string]sample{
		"GET /annuaire":                    at("/annuaire"),
		"GET /annuaire/nouveau":            at("/annuaire/nouveau?kind=place"),
		"POST /annuaire/nouveau":           {path: func(*box) string { return "/annuaire/nouveau" }, form: anElement()},
		"GET /annuaire/proposer":           at("/annuaire/proposer?kind=poi"),
		"POST /annuaire/proposer":          {path: func(*box) string { return "/annuaire/proposer" }, form: anElement()},
		"GET /annuaire/archives":           at("/annuaire/archives"),
		"GET /annuaire/tour":               at("/annuaire/tour"),
		"GET /annuaire/:id":                {path: element("")},
		"GET /annuaire/:id/modifier":       {path: element("/modifier"), as: "resident:lea"},
		"POST /annuaire/:id/modifier":      {path: element("/modifier"), as: "resident:lea", form: anElement()},
		"GET /annuaire/:id/corriger":       {path: orphan},
		"POST /annuaire/:id/corriger":      {path: orphan, form: anElement()},
		"POST /annuaire/:id/verifier":      {path: listed, as: "resident:lea"},
		"GET /annuaire/:id/retirer":        {path: element("/retirer"), as: "resident:lea"},
		"POST /annuaire/:id/retirer":       {path: element("/retirer"), as: "resident:lea"},
		"GET /annuaire/:id/photos":         {path: element("/photos"), as: "resident:lea"},
		"POST /annuaire/:id/photos":        {path: element("/photos"), as: "resident:lea"},
		"POST /annuaire/:id/photos/:photo": {path: element("/photos/0123456789abcdef"), as: "resident:lea"},
		"GET /admin/annuaire":              at("/admin/annuaire"),
		"POST /admin/annuaire":             {path: func(*box) string { return "/admin/annuaire" }, form: url.Values{"months": {"6"}, "reminders": {"4"}, "days": {"14"}, "archive_months": {"6"}}},
	} {
		samples[name] = s
	}
}

// anElement is the form of an association as typed.
func anElement() url.Values {
	return url.Values{"kind": {"org"}, "name": {"Amicale laïque"}, "category": {"association"}, "description": {"Depuis 1908."}, "audience": {"public"}}
}

// put puts an element into the directory for an account.
func (b *box) put(account string, e *directory.Element) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{ID: account, Role: store.Resident}, func(tx *store.Tx) error { return directory.Add(tx, e) })
}

// element puts an association into the directory for an account.
func (b *box) element(account string, change ...func(*directory.Element)) string {
	b.t.Helper()
	e := directory.Element{Kind: directory.Org, Name: "Comité des fêtes", Description: "Bals et lotos.", Audience: listing.Public}
	for _, c := range change {
		c(&e)
	}
	b.put(account, &e)
	return e.ID
}

// unclaimed puts a point of interest nobody answers for into the directory.
func (b *box) unclaimed(name string, change ...func(*directory.Element)) string {
	b.t.Helper()
	e := directory.Element{Kind: directory.POI, Category: "point-d-eau", Name: name, Audience: listing.Public}
	for _, c := range change {
		c(&e)
	}
	storetest.Update(b.t, b.db, store.Actor{ID: "mod", Role: store.Moderator}, func(tx *store.Tx) error { return directory.Accept(tx, &e) })
	return e.ID
}

func TestElementPage(t *testing.T) {
	b := newBox(t)
	id := b.element("lea", func(e *directory.Element) {
		e.Hours, e.Phone, e.ResidentsOnly = "du lundi au vendredi de 9 h à 12 h et de 14 h à 18 h", "05 65 00 00 00", []string{"phone"}
	})
	page := legible(b.ask(GET, "/annuaire/"+id, "", nil, french1).Body.String())
	for _, want := range []string{"Bals et lotos.", "du lundi au vendredi", "de 9 h à 12 h et de 14 h à 18 h", "Fermé, ouvre lundi 23 novembre à 9 h", "Vérifié le samedi 21 novembre"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if strings.Contains(page, "05 65") {
		t.Error("a visitor reads what is for residents")
	}
	if inner := legible(b.ask(GET, "/annuaire/"+id, "resident", nil, french1).Body.String()); !strings.Contains(inner, "05 65") || !strings.Contains(inner, "Visible des habitants seulement : téléphone.") {
		t.Errorf("a resident does not read it:\n%s", inner)
	}
}

// legible is a page with plain spaces and apostrophes.
func legible(page string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'").Replace(page)
}

// TestAShortCodeOpensAnElement: the address people write down.
func TestAShortCodeOpensAnElement(t *testing.T) {
	b := newBox(t)
	id := b.element("lea")
	var code string
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, store.Ref{Module: directory.Module, ID: id})
		code = c.Code
		return err
	})
	if page := b.get("/" + code); !strings.Contains(page, "Bals et lotos.") || !strings.Contains(page, "copi.local/"+code) || !strings.Contains(page, `class="qr"`) {
		t.Errorf("/%s shows\n%s", code, page)
	}
	if w := b.ask(GET, "/fiche/"+id, "", nil); w.Header().Get("Location") != "/annuaire/"+id {
		t.Errorf("/fiche/ leads to %q", w.Header().Get("Location"))
	}
}

// TestAnElementFromWordsToLists goes the whole way: three steps, checked,
// published, changed, verified, removed.
// TestDI3_AnUnverifiableNumberIsAskedAbout: the numbers of La Poste are
// accepted, with a word about them; others pass in silence.
func TestDI3_AnUnverifiableNumberIsAskedAbout(t *testing.T) {
	b := newBox(t)
	for siret, told := range map[string]bool{"356 000 000 49837": true, "732 829 320 00074": false} {
		f := anElement()
		maps.Copy(f, url.Values{"step": {"3"}, "do": {"preview"}, "siret": {siret}})
		w := b.ask(POST, "/annuaire/nouveau", "resident:lea", f, french1)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "La Poste") != told {
			t.Errorf("%s: %d\n%s", siret, w.Code, w.Body)
		}
	}
}

func TestAnElementFromWordsToLists(t *testing.T) {
	b := newBox(t)
	f := anElement()
	f.Set("step", "1")
	f.Set("do", "next")
	w := b.ask(POST, "/annuaire/nouveau", "resident:lea", f)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `name="street"`) || !strings.Contains(w.Body.String(), `type="hidden" name="name" value="Amicale laïque"`) {
		t.Fatalf("the second step: %d\n%s", w.Code, w.Body)
	}
	f.Set("step", "2")
	f.Set("place", "de travers")
	if w := b.ask(POST, "/annuaire/nouveau", "resident:lea", f); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "de travers") {
		t.Errorf("a place nobody can read: %d\n%s", w.Code, w.Body)
	}
	f.Set("place", "44.95, 1.9")
	if w := b.ask(POST, "/annuaire/nouveau", "resident:lea", f); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `name="hours"`) {
		t.Errorf("the third step: %d\n%s", w.Code, w.Body)
	}
	maps.Copy(f, url.Values{"step": {"3"}, "do": {"preview"}, "hours": {"samedi 9h-12h"}})
	if w := b.ask(POST, "/annuaire/nouveau", "resident:lea", f); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Depuis 1908.") {
		t.Errorf("the check: %d\n%s", w.Code, w.Body)
	}
	if strings.Contains(b.get("/annuaire"), "Amicale") {
		t.Fatal("public before it was published")
	}
	f.Set("do", "publish")
	where := b.ask(POST, "/annuaire/nouveau", "resident:lea", f).Header().Get("Location")
	if !strings.Contains(b.get(where), "Depuis 1908.") || !strings.Contains(b.get("/annuaire?tag=association"), "Amicale") {
		t.Error("not in the directory")
	}
	edit := b.ask(GET, where+"/modifier", "resident:lea", nil, french1).Body.String()
	if !strings.Contains(edit, "samedi : de 9") || !strings.Contains(edit, "44,95 1,90") {
		t.Errorf("the form of what is there:\n%s", edit)
	}
	f.Set("name", "Amicale laïque et sportive")
	if w := b.ask(POST, where+"/modifier", "resident:lea", f); w.Code != http.StatusSeeOther {
		t.Errorf("change: %d\n%s", w.Code, w.Body)
	}
	if w := b.ask(POST, where+"/modifier", "resident:max", f); w.Code != http.StatusForbidden {
		t.Errorf("change by somebody else: %d", w.Code)
	}
	if w := b.ask(POST, where+"/retirer", "resident:lea", url.Values{}); w.Code != http.StatusSeeOther || strings.Contains(b.get("/annuaire"), "Amicale") {
		t.Errorf("remove: %d", w.Code)
	}
}

func TestDI1_TheSameIsProposedAndAnotherAccepted(t *testing.T) {
	b := newBox(t)
	id := b.element("max", func(e *directory.Element) { e.Name = "comite des fetes altillac" })
	f := anElement()
	maps.Copy(f, url.Values{"name": {"Comité des Fêtes d'Altillac"}, "do": {"preview"}, "step": {"3"}})
	page := legible(b.ask(POST, "/annuaire/nouveau", "resident:lea", f, french1).Body.String())
	for _, want := range []string{"/annuaire/" + id, "C'est le même", "C'en est un autre", `name="another" value="1"`, "Depuis 1908."} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	maps.Copy(f, url.Values{"another": {"1"}, "do": {"publish"}})
	if w := b.ask(POST, "/annuaire/nouveau", "resident:lea", f); w.Code != http.StatusSeeOther {
		t.Errorf("another one: %d\n%s", w.Code, w.Body)
	}
}

// TestPersonsStayHere: neither feeds nor files nor strangers hear what a person
// keeps to residents.
func TestPersonsStayHere(t *testing.T) {
	b := newBox(t)
	f := url.Values{
		"kind": {"person"}, "name": {"Léa Exemple"}, "tags": {"greffe des arbres"}, "phone": {"0600000001"}, "email": {"lea@example.org"},
		"seen_email": {"nobody"}, "street": {"3 rue du Four"}, "seen_street": {"all"}, "audience": {"public"}, "do": {"publish"}, "step": {"3"}, "place": {"44.96213, 1.91417"},
	}
	w := b.ask(POST, "/annuaire/nouveau", "resident:lea", f)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	where := w.Header().Get("Location")
	for who, reads := range map[string][3]bool{"": {false, false, true}, "resident:max": {true, false, true}, "operator": {true, false, true}, "resident:lea": {true, true, true}} {
		page := b.ask(GET, where, who, nil).Body.String()
		for i, what := range []string{"0600000001", "lea@example.org", "3 rue du Four"} {
			if strings.Contains(page, what) != reads[i] {
				t.Errorf("%q reads %s: %v", who, what, !reads[i])
			}
		}
	}
	for _, address := range []string{"/annuaire", "/annuaire?kind=person", "/recherche?q=greffe", "/fiches.csv", "/fiches.geojson", "/api/v1/listings"} {
		page := b.get(address)
		for _, secret := range []string{"0600000001", "lea@example.org", "44.96213", "1.91417"} {
			if strings.Contains(page, secret) {
				t.Errorf("%s tells %s", address, secret)
			}
		}
	}
	if again := b.ask(GET, "/annuaire/nouveau?kind=person", "resident:lea", nil); again.Header().Get("Location") != where+"/modifier" {
		t.Errorf("a second card: %d", again.Code)
	}
}

// TestDirectoryIsReadLikeOne: by name, by kind, by category, with exact numbers.
func TestDirectoryIsReadLikeOne(t *testing.T) {
	b := newBox(t)
	for _, name := range []string{"Zumba", "Épicerie", "amicale", "Foyer"} {
		b.element("lea", func(e *directory.Element) { e.Name, e.Category = name, "association" })
	}
	b.element("lea", func(e *directory.Element) { e.Kind, e.Name, e.Category = directory.Place, "Lavoir", "patrimoine" })
	b.unclaimed("Fontaine")
	b.schedule("Bal", "2026-11-28T22:00", "")
	page := legible(b.ask(GET, "/annuaire", "", nil, french1).Body.String())
	if got := names(page); !slices.Equal(got, []string{"amicale", "Épicerie", "Fontaine", "Foyer", "Lavoir", "Zumba"}) {
		t.Errorf("listed %q", got)
	}
	if !strings.Contains(page, "6 fiches, par nom") {
		t.Error("the number or the order is not said")
	}
	places := legible(b.ask(GET, "/annuaire?kind=place", "", nil, french1).Body.String())
	if got := names(places); !slices.Equal(got, []string{"Fontaine", "Lavoir"}) || !strings.Contains(places, "point d&#39;eau <span") {
		t.Errorf("places %q\n%s", got, places)
	}
	if got := names(b.get("/annuaire?kind=place&tag=patrimoine")); !slices.Equal(got, []string{"Lavoir"}) {
		t.Errorf("heritage %q", got)
	}
	first := b.get("/annuaire?limit=4")
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(first)
	if next == nil {
		t.Fatal("no next page")
	}
	if got := names(b.get(strings.ReplaceAll(next[1], "&amp;", "&"))); !slices.Equal(got, []string{"Lavoir", "Zumba"}) {
		t.Errorf("next page %q", got)
	}
}

var namePattern = regexp.MustCompile(`<h2><a href="[^"]+">([^<]+)</a>`)

func names(page string) (list []string) {
	for _, m := range namePattern.FindAllStringSubmatch(page, -1) {
		list = append(list, m[1])
	}
	return list
}

func TestDI5_OneTapVerifies(t *testing.T) {
	b := newBox(t)
	id := b.element("lea")
	job := directory.Tender(notify.Tell)
	b.clock.Add(200 * 24 * time.Hour)
	storetest.Update(t, b.db, store.Actor{}, job.Run)
	unread := func() (n int) {
		storetest.View(t, b.db, lea, func(tx *store.Tx) (err error) {
			n, err = notify.Unread(tx, "lea")
			return err
		})
		return n
	}
	if unread() != 1 {
		t.Fatalf("she has %d notices", unread())
	}
	b.clock.Add(100 * 24 * time.Hour)
	if page := legible(b.ask(GET, "/annuaire", "", nil, french1).Body.String()); !strings.Contains(page, "À VÉRIFIER") {
		t.Error("not greyed in the list")
	}
	if tour := b.ask(GET, "/annuaire/tour", "moderator", nil).Body.String(); !strings.Contains(tour, "Comité des fêtes") {
		t.Errorf("not on the tour:\n%s", tour)
	}
	if w := b.ask(POST, "/annuaire/"+id+"/verifier", "resident:lea", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d", w.Code)
	}
	if unread() != 0 || strings.Contains(legible(b.ask(GET, "/annuaire", "", nil, french1).Body.String()), "À VÉRIFIER") {
		t.Error("one tap did not clear all")
	}
	b.clock.Add(500 * 24 * time.Hour)
	storetest.Update(t, b.db, store.Actor{}, job.Run)
	if strings.Contains(b.get("/annuaire"), "Comité") || !strings.Contains(b.get("/annuaire/archives"), "Comité") || !strings.Contains(b.get("/annuaire/"+id), "Bals et lotos.") {
		t.Error("archived: still listed, or not to be found")
	}
}

// TestAVisitorProposesAndCorrects: nothing is public before a moderator says so.
func TestAVisitorProposesAndCorrects(t *testing.T) {
	b := newBox(t)
	f := url.Values{"kind": {"poi"}, "name": {"Boîte à livres du lavoir"}, "category": {"boite-a-livres"}, "do": {"publish"}, "step": {"3"}, "audience": {"members"}}
	if w := b.ask(POST, "/annuaire/proposer", "", f); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	if strings.Contains(b.get("/annuaire"), "lavoir") {
		t.Fatal("public before a moderator saw it")
	}
	where := accept(t, b)
	if page := b.get(where); !strings.Contains(page, "du lavoir") || !strings.Contains(b.get("/annuaire?kind=place"), "du lavoir") {
		t.Error("not in the directory")
	}
	storetest.Update(t, b.db, store.Actor{ID: "mod", Role: store.Moderator}, func(tx *store.Tx) error {
		e, err := directory.Own(tx, strings.TrimPrefix(where, "/annuaire/"))
		if err != nil {
			return err
		}
		e.Phone, e.ResidentsOnly = "05 65 00 00 09", []string{"phone"}
		return directory.Edit(tx, &e)
	})
	maps.Copy(f, url.Values{"name": {"Boîte à livres du moulin"}, "phone": {"06 66 66 66 66"}})
	if w := b.ask(POST, where+"/corriger", "", f); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	if again := accept(t, b); again != where || !strings.Contains(b.get(where), "du moulin") {
		t.Errorf("the correction is at %s", again)
	}
	if page := b.ask(GET, where, "resident", nil).Body.String(); !strings.Contains(page, "05 65 00 00 09") {
		t.Error("what the visitor did not see was lost")
	}
	kept := "/annuaire/" + b.element("lea") + "/corriger"
	if w := b.ask(POST, kept, "", f); w.Code != http.StatusNotFound {
		t.Errorf("a correction of what somebody answers for: %d", w.Code)
	}
}

// accept lets a moderator publish the only proposal there is.
func accept(t *testing.T, b *box) string {
	t.Helper()
	m := regexp.MustCompile(`/moderation/proposition/\w+`).FindString(b.ask(GET, "/moderation", "moderator", nil).Body.String())
	if page := b.ask(GET, m, "moderator", nil); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "livres") {
		t.Fatalf("%s: %d\n%s", m, page.Code, page.Body)
	}
	return b.ask(POST, m, "moderator", url.Values{"do": {"accept"}}).Header().Get("Location")
}

// TestAnOrganisationHasASite: its next events, what is in it, what it is in.
func TestAnOrganisationHasASite(t *testing.T) {
	b := newBox(t)
	id := b.element("lea")
	b.element("lea", func(e *directory.Element) { e.Kind, e.Name, e.ParentID = directory.Project, "Jardin partagé", id })
	e := b.schedule("Grand loto", "2026-12-05T20:00", "")
	past := b.schedule("Vieux loto", "2026-11-05T20:00", "")
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		for _, ref := range []store.Ref{e.Ref(), past.Ref()} {
			if err := directory.SetLink(tx, directory.Organiser, ref, id); err != nil {
				return err
			}
		}
		return nil
	})
	page := b.get("/annuaire/" + id)
	if !strings.Contains(page, "Grand loto") || strings.Contains(page, "Vieux loto") || !strings.Contains(page, "Jardin partagé") {
		t.Errorf("its site:\n%s", page)
	}
}

func TestTheRuleIsTheOperators(t *testing.T) {
	b := newBox(t)
	f := url.Values{"months": {"0"}, "reminders": {"2"}, "days": {"7"}, "archive_months": {"12"}}
	if w := b.ask(POST, "/admin/annuaire", "operator", f); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("no months: %d", w.Code)
	}
	f.Set("months", "3")
	if w := b.ask(POST, "/admin/annuaire", "operator", f); w.Code != http.StatusSeeOther {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	if page := legible(b.ask(GET, "/admin/annuaire", "operator", nil, french1).Body.String()); !strings.Contains(page, "premier rappel dimanche 21 février") {
		t.Errorf("the example:\n%s", page)
	}
}

// TestAnEventIsAtThePlaceItNames: and the place tells of it.
func TestAnEventIsAtThePlaceItNames(t *testing.T) {
	b := newBox(t)
	id := b.element("lea", func(e *directory.Element) { e.Kind, e.Name = directory.Place, "Place de l'Église" })
	f := aForm()
	f.Set("do", "publish")
	at := b.ask(POST, "/agenda/nouveau", "resident:max", f).Header().Get("Location")
	if page := b.get(at); !strings.Contains(page, `href="/annuaire/`+id+`"`) {
		t.Errorf("no link to the place:\n%s", page)
	}
	if page := b.get("/annuaire/" + id); !strings.Contains(page, "Vide-grenier") {
		t.Errorf("the place does not tell of it:\n%s", page)
	}
}
