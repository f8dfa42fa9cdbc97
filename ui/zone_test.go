package ui

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

func init() {
	zone := func(suffix string) func(*box) string {
		return func(b *box) string {
			b.makeZone("Pays des deux rives", "46029")
			return "/territoire/pays-des-deux-rives" + suffix
		}
	}
	for name, s := range map[string]sample{
		"GET /territoire":                 at("/territoire"),
		"GET /territoire/:zone":           {path: zone("")},
		"GET /c/:commune":                 {path: func(b *box) string { b.makeZone("Z", "46029"); return "/c/biars-sur-cere" }},
		"GET /territoire/nouvelle":        at("/territoire/nouvelle"),
		"POST /territoire/nouvelle":       {path: at("/territoire/nouvelle").path, form: url.Values{"name": {"Le Bourg"}, "kind": {"quarter"}}},
		"GET /territoire/:zone/modifier":  {path: zone("/modifier?q=46130")},
		"POST /territoire/:zone/modifier": {path: zone("/modifier"), form: url.Values{"name": {"Deux rives"}, "kind": {"basin"}}},
		"POST /territoire/:zone/communes": {path: zone("/communes"), form: url.Values{"commune": {"46038"}}},
		"POST /territoire/:zone/contour":  {path: zone("/contour"), form: url.Values{"how": {"circle"}, "middle": {"44,93 1,84"}, "radius": {"2"}}},
		"POST /territoire/:zone/fiches":   {path: zone("/fiches"), form: url.Values{"do": {"in"}, "card": {"7KQ"}}},
		"GET /territoire/:zone/effacer":   {path: zone("/effacer")},
		"POST /territoire/:zone/effacer":  {path: zone("/effacer")},
		"GET /admin/territoire":           at("/admin/territoire"),
		"POST /admin/territoire":          {path: at("/admin/territoire").path, form: url.Values{"territory": {""}}},
	} {
		samples[name] = s
	}
}

var mo = store.Actor{ID: "mo", Role: store.Moderator}

// makeZone makes a zone of communes.
func (b *box) makeZone(name string, communes ...string) listing.Zone {
	b.t.Helper()
	z := listing.Zone{Name: name, Kind: listing.ZoneSelfManaged}
	storetest.Update(b.t, b.db, mo, func(tx *store.Tx) error {
		if _, err := listing.GetZone(tx, listing.Slug(name)); err == nil {
			z.ID = listing.Slug(name)
			return nil
		}
		if err := listing.MakeZone(tx, &z); err != nil {
			return err
		}
		return listing.AddCommunes(tx, z.ID, communes)
	})
	return z
}

// home puts the box in Biars-sur-Cère.
func (b *box) home() {
	b.t.Helper()
	at := listing.At(44.9283, 1.8465)
	storetest.Update(b.t, b.db, mo, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "46029", Name: "Biars-sur-Cère", Position: &at})
	})
}

// post sends a form and fails unless it answers with the status.
func (b *box) post(path, who string, status int, form url.Values) string {
	b.t.Helper()
	w := b.ask(POST, path, who, form)
	if w.Code != status {
		b.t.Fatalf("POST %s %v: %d, want %d\n%s", path, form, w.Code, status, b.log)
	}
	return w.Body.String()
}

func has(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, s := range want {
		if !strings.Contains(page, s) {
			t.Errorf("no %q in\n%s", s, mainOf(page))
		}
	}
}

// mainOf is a page without its head and foot.
func mainOf(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return page
}

func hasNot(t *testing.T, page string, unwanted ...string) {
	t.Helper()
	for _, s := range unwanted {
		if strings.Contains(page, s) {
			t.Errorf("%q is in\n%s", s, mainOf(page))
		}
	}
}

// TestMA6_AZoneByForms draws a zone without script: its communes found by
// postal code, an EPCI in one tap, a hamlet by points, cards by hand.
func TestMA6_AZoneByForms(t *testing.T) {
	b := newBox(t)
	b.home()
	w := b.ask(POST, "/territoire/nouvelle", "moderator", url.Values{"name": {"Pays des deux rives"}, "kind": {"selfmanaged"}})
	edit := "/territoire/pays-des-deux-rives/modifier"
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != edit {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
	}
	page := b.ask(GET, edit+"?q=46130", "moderator", nil).Body.String()
	has(t, page, "Bretenoux", "Biars-sur-Cère", "Prudhomat", `value="46038"`, "17 communes", "Ajouter tout «")
	zone := "/territoire/pays-des-deux-rives"
	b.post(zone+"/communes", "moderator", http.StatusSeeOther, url.Values{"commune": {"46029", "46038", "19007"}})
	b.post(zone+"/communes", "moderator", http.StatusUnprocessableEntity, url.Values{})
	b.post(zone+"/contour", "moderator", http.StatusSeeOther, url.Values{"how": {"points"}, "points": {"44,40 1,40\n44,40 1,48\n44,48 1,48\n\n44,48 1,40"}})

	far := b.schedule("Bal à Cahors", "2026-12-05T21:00", "", func(e *agenda.Event) { p := listing.At(44.4479, 1.4413); e.Position = &p })
	here := b.schedule("Loto de Biars", "2026-12-04T20:00", "")
	elsewhere := b.foreign("Foire d'Altillac")
	page = b.get(zone)
	has(t, page, "Bal à Cahors", "Loto de Biars", "Foire d’Altillac", "3 fiches", "Commune autogérée", "pas une division administrative",
		`href="/c/altillac"`, "/agenda?zone=pays-des-deux-rives")
	for _, list := range []string{"/agenda?zone=pays-des-deux-rives", "/recherche?zone=pays-des-deux-rives", "/fiches.csv?zone=pays-des-deux-rives"} {
		if n := strings.Count(b.get(list), "Bal à Cahors"); n != 1 {
			t.Errorf("%s has the ball %d times", list, n)
		}
	}
	b.post(zone+"/fiches", "moderator", http.StatusSeeOther, url.Values{"do": {"out"}, "card": {"http://copi.local/" + b.code(far)}})
	b.post(zone+"/fiches", "moderator", http.StatusSeeOther, url.Values{"do": {"out"}, "card": {elsewhere}})
	b.post(zone+"/fiches", "moderator", http.StatusUnprocessableEntity, url.Values{"do": {"out"}, "card": {"rien"}})
	page = b.get(zone)
	hasNot(t, page, "Bal à Cahors", "Foire")
	has(t, b.ask(GET, edit, "moderator", nil).Body.String(), "Écartées", "Bal à Cahors")
	b.post(zone+"/fiches", "moderator", http.StatusSeeOther, url.Values{"do": {"itself"}, "card": {far.ID}})
	has(t, b.get(zone), "Bal à Cahors")
	b.post(zone+"/effacer", "moderator", http.StatusSeeOther, url.Values{})
	has(t, b.get("/recherche"), "Bal à Cahors", "Loto de Biars")
	if w := b.ask(GET, zone, "", nil); w.Code != http.StatusNotFound {
		t.Errorf("a zone that is gone: %d", w.Code)
	}
	has(t, b.get("/agenda/"+here.ID), "Loto de Biars")
}

func TestAGroupingInOneTap(t *testing.T) {
	b := newBox(t)
	b.makeZone("Cauvaldor")
	b.post("/territoire/cauvaldor/communes", "moderator", http.StatusSeeOther, url.Values{"epci": {"200066371"}})
	page := b.ask(GET, "/territoire/cauvaldor/modifier", "moderator", nil).Body.String()
	has(t, page, "Biars-sur-Cère", "Saint-Céré", "Gramat", "77 communes dans la zone")
	b.post("/territoire/cauvaldor/communes", "moderator", http.StatusSeeOther, url.Values{"drop": {"46128"}})
	hasNot(t, b.ask(GET, "/territoire/cauvaldor/modifier", "moderator", nil).Body.String(), "Gramat")
}

// TestMA9_InvertedOutlinesAreAskedAbout: in every way an outline is given.
func TestMA9_InvertedOutlinesAreAskedAbout(t *testing.T) {
	b := newBox(t)
	b.home()
	b.makeZone("Bourg")
	for name, form := range map[string]url.Values{
		"points": {"how": {"points"}, "points": {"44,93 1,84\n1,84 44,93\n44,94 1,85"}},
		"circle": {"how": {"circle"}, "middle": {"1.85, 44.90"}, "radius": {"2"}},
		"file":   {"how": {"geojson"}, "geojson": {`{"type":"Polygon","coordinates":[[[44.9,1.8],[44.9,1.9],[45,1.9]]]}`}},
	} {
		page := b.post("/territoire/bourg/contour", "moderator", http.StatusUnprocessableEntity, form)
		has(t, page, "oordonnées inversées", "Pas de contour")
		if name == "circle" {
			has(t, page, `name="middle_sure" value="44,90 1,85"`, "44,90 1,85, dans l’autre sens · à 3 km au sud", `value="1.85, 44.90"`)
		}
	}
	b.post("/territoire/bourg/contour", "moderator", http.StatusSeeOther, url.Values{
		"how": {"circle"}, "middle": {"1.85, 44.90"}, "middle_sure": {"44,90 1,85"}, "radius": {"2"},
	})
	storetest.View(t, b.db, mo, func(tx *store.Tx) error {
		z, err := listing.GetZone(tx, "bourg")
		if !z.Shape.Contains(listing.At(44.9, 1.85)) {
			t.Error("the circle is not where its middle was said to be")
		}
		return err
	})
	for _, bad := range []url.Values{
		{"how": {"geojson"}, "geojson": {"<kml/>"}},
		{"how": {"points"}, "points": {"44,93 1,84"}},
		{"how": {"points"}, "points": {"ici"}},
		{"how": {"circle"}, "middle": {"44,93 1,84"}, "radius": {"-2"}},
		{"how": {"circle"}, "radius": {"2"}},
	} {
		has(t, b.post("/territoire/bourg/contour", "moderator", http.StatusUnprocessableEntity, bad), "à corriger")
	}
	b.post("/territoire/bourg/contour", "moderator", http.StatusSeeOther, url.Values{"how": {"points"}, "none": {"1"}})
}

// TestTheHomePageLooksAtTheTerritory: first there, and says what lies further.
func TestTheHomePageLooksAtTheTerritory(t *testing.T) {
	b := newBox(t)
	b.home()
	b.schedule("Loto de Biars", "2026-11-21T20:00", "")
	b.schedule("Bal à Brive", "2026-11-22T21:00", "", func(e *agenda.Event) { p := listing.At(45.1589, 1.5333); e.Position = &p })
	has(t, b.get("/"), "Loto de Biars", "Bal à Brive")
	b.post("/admin/territoire", "operator", http.StatusSeeOther, url.Values{"territory": {"10"}})
	page := b.get("/")
	has(t, page, "Loto de Biars", "les communes à moins de 10 km", "40 km (2)", "10 km (1)")
	hasNot(t, page, "Bal à Brive")
	has(t, b.get("/c/bretenoux"), "Bretenoux", "0 fiche") // a commune of the circle has its page
	b.makeZone("Brive", "19031")
	b.post("/admin/territoire", "operator", http.StatusSeeOther, url.Values{"territory": {"zone:brive"}})
	hasNot(t, b.get("/"), "Loto de Biars")
	b.post("/admin/territoire", "operator", http.StatusUnprocessableEntity, url.Values{"territory": {"zone:rien"}})
	b.post("/admin/territoire", "operator", http.StatusUnprocessableEntity, url.Values{"territory": {"5000"}})
	b.post("/territoire/brive/effacer", "moderator", http.StatusSeeOther, url.Values{})
	has(t, b.get("/"), "Loto de Biars", "Bal à Brive") // everywhere again
}

// TestListsSayWhatLiesFurther: the numbers are those the circles then show.
func TestListsSayWhatLiesFurther(t *testing.T) {
	b := newBox(t)
	b.home()
	for _, km := range []float64{1, 4, 7, 15, 30, 200} {
		b.schedule("Fête", "2026-12-04T20:00", "", func(e *agenda.Event) { p := listing.At(44.9283+km/111.195, 1.8465); e.Position = &p })
	}
	page := b.get("/agenda?q=f%C3%AAte")
	for km, n := range map[string]string{"5": "2", "10": "3", "20": "4", "40": "5", "": "6"} {
		word := km + " km (" + n + ")"
		if km == "" {
			word = "partout (" + n + ")"
		}
		has(t, page, word)
		var got struct{ Total int }
		if err := json.Unmarshal([]byte(b.get("/api/v1/listings?q=f%C3%AAte&radius_km="+km)), &got); err != nil {
			t.Fatal(err)
		}
		if n != string(rune('0'+got.Total)) {
			t.Errorf("%s km: said %s, found %d", km, n, got.Total)
		}
	}
	page = b.get("/recherche?order=near&radius_km=10")
	has(t, page, "à 1 km au nord", "à 7 km au nord")
	if strings.Index(page, "à 1 km") > strings.Index(page, "à 7 km au nord") {
		t.Error("not the nearest first")
	}
}

func TestACommuneHasItsPage(t *testing.T) {
	b := newBox(t)
	b.home()
	b.makeZone("Deux rives", "19007")
	b.foreign("Foire d'Altillac")
	b.schedule("Loto de Biars", "2026-12-04T20:00", "")
	page := b.get("/c/altillac")
	has(t, page, "Foire", "1 fiche", "/agenda?commune=19007", "Deux rives", "à 5 km au nord", "824 habitants")
	hasNot(t, page, "Loto de Biars")
	has(t, b.get("/agenda?commune=19007"), "Altillac", "Foire")
	if w := b.ask(GET, "/c/nulle-part", "", nil); w.Code != http.StatusNotFound {
		t.Errorf("a commune that is none: %d", w.Code)
	}
}
