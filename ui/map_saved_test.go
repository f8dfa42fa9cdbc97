package ui

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// bins puts four things on the map: two of lea's map, one of another tag, one
// for residents.
func (b *box) bins() {
	b.t.Helper()
	at := func(lat int32, tags ...string) func(*agenda.Event) {
		return func(e *agenda.Event) { e.Position, e.Tags = &listing.Point{Lat: lat, Lon: 184000}, tags }
	}
	b.schedule("Bac de la place", "2026-11-28T20:00", "", at(4490000, "compost"))
	b.schedule("Four du haut", "2026-11-28T20:00", "", at(4491000, "Pain"))
	b.schedule("Concert", "2026-11-28T20:00", "", at(4492000, "musique"))
	b.schedule("Bac de la résidence", "2026-11-28T20:00", "", at(4493000, "compost"), func(e *agenda.Event) { e.Audience = listing.Members })
}

// A resident makes a map by a form: it has its own address, a short one, its
// colours, and the list of what it shows.
func TestAMapIsMadeByAForm(t *testing.T) {
	b := newBox(t)
	b.bins()
	form := url.Values{
		"title": {"Où composter ?"}, "note": {"Merci aux bénévoles."}, "tag1": {"#Compost"}, "colour1": {"aid"}, "tag2": {"pain"}, "colour2": {"votes"},
		"view": {"there"}, "lat": {"44.9"}, "lon": {"1.84"}, "zoom": {"15"}, "current": {"yes"},
	}
	w := b.ask(POST, "/cartes/nouvelle", "resident:lea", form)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/carte/ou-composter" {
		t.Fatalf("%d %s\n%s", w.Code, w.Header().Get("Location"), w.Body)
	}
	page := b.get("/carte/ou-composter")
	for _, want := range []string{"Où composter", "Merci aux bénévoles", "Bac de la place", "Four du haut", `data-zoom="15"`, "saved=ou-composter", "2 résultats"} {
		if !strings.Contains(wordsAndTags(page), want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	if strings.Contains(page, "Concert") || strings.Contains(page, "résidence") || !strings.Contains(b.get("/cartes"), "/carte/ou-composter") {
		t.Error("the map shows another set, or is in no list")
	}
	if w := b.ask(POST, "/cartes/nouvelle", "resident:lea", form); w.Header().Get("Location") != "/carte/ou-composter-2" {
		t.Errorf("a second one of the name: %d %s", w.Code, w.Header().Get("Location"))
	}
	v := b.view("?saved=ou-composter")
	if v.Total != 2 || len(v.Items) != 2 {
		t.Fatalf("%+v", v)
	}
	for _, i := range v.Items {
		if want := map[string]string{"Bac de la place": "aid A", "Four du haut": "votes B"}[i.Title]; i.Colour+" "+i.Letter != want {
			t.Errorf("%s is %s %s, want %s", i.Title, i.Colour, i.Letter, want)
		}
	}
	code := regexp.MustCompile(`class="code">[^/]*/([0-9A-Z]+)<`).FindStringSubmatch(page)
	if code == nil {
		t.Fatal("no short address")
	}
	if w := b.ask(GET, "/"+code[1], "", nil); w.Header().Get("Location") != "/carte/ou-composter" {
		t.Errorf("/%s leads to %d %s", code[1], w.Code, w.Header().Get("Location"))
	}
}

// wordsAndTags keeps a page's tags, with plain spaces and apostrophes.
func wordsAndTags(page string) string { return plainText(page) }

// A wrong form comes back as it was typed.
func TestAWrongMapFormComesBack(t *testing.T) {
	b := newBox(t)
	for name, form := range map[string]url.Values{
		"no title":     {"note": {"gardé"}, "view": {"all"}},
		"only signs":   {"title": {"???"}, "note": {"gardé"}, "view": {"all"}},
		"long":         {"title": {strings.Repeat("x", 81)}, "note": {"gardé"}, "view": {"all"}},
		"wrong colour": {"title": {"x"}, "note": {"gardé"}, "tag1": {"a"}, "colour1": {"url(x)"}, "view": {"all"}},
		"radius":       {"title": {"x"}, "note": {"gardé"}, "radius_km": {"loin"}, "view": {"all"}},
		"nowhere":      {"title": {"x"}, "note": {"gardé"}, "view": {"there"}, "lat": {"NaN"}, "lon": {"1"}},
		"comma":        {"title": {"x"}, "note": {"gardé"}, "tag1": {"a,b"}, "view": {"all"}},
	} {
		w := b.ask(POST, "/cartes/nouvelle", "resident:lea", form)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "gardé") || !strings.Contains(w.Body.String(), `role="alert"`) {
			t.Errorf("%s: %d\n%s", name, w.Code, w.Body)
		}
	}
	if strings.Contains(b.get("/cartes"), `href="/carte/`) {
		t.Error("one was stored")
	}
}

// Who made a map changes it and takes it down; an operator takes it down, which
// stands in the public log; its address is nobody else's afterwards.
func TestAMapIsItsMakers(t *testing.T) {
	b := newBox(t)
	m := b.saved()
	form := aMap()
	form.Set("title", "Autre titre")
	if w := b.ask(POST, "/carte/"+m.Slug+"/modifier", "operator", form); w.Code != http.StatusForbidden {
		t.Errorf("an operator changes it: %d", w.Code)
	}
	if w := b.ask(POST, "/carte/"+m.Slug+"/modifier", "resident:lea", form); w.Header().Get("Location") != "/carte/"+m.Slug {
		t.Errorf("lea: %d %s", w.Code, w.Body)
	}
	if !strings.Contains(b.get("/carte/"+m.Slug), "Autre titre") {
		t.Error("the change is lost")
	}
	if page := b.ask(GET, "/carte/"+m.Slug+"/modifier", "resident:lea", nil).Body.String(); !strings.Contains(page, `value="compost"`) || !strings.Contains(page, "Autre titre") {
		t.Errorf("the form does not hold the map\n%s", page)
	}
	if w := b.ask(POST, "/carte/"+m.Slug+"/enlever", "operator", nil); w.Code != http.StatusSeeOther {
		t.Fatalf("taking down: %d", w.Code)
	}
	for _, path := range []string{"/carte/" + m.Slug, "/integration/carte/" + m.Slug, "/carte/" + m.Slug + "/export.zip", "/" + m.Code, "/api/v1/map?saved=" + m.Slug} {
		if w := b.ask(GET, path, "", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if again := b.saved(); again.Slug == m.Slug || again.Code == m.Code {
		t.Errorf("its address is another's: %+v", again)
	}
}

// A leaving person's maps go, or stay without their name.
func TestMapsOfWhoLeaves(t *testing.T) {
	for how, left := range map[store.Erasure]int{store.EraseAll: 0, store.KeepUnnamed: 1} {
		b := newBox(t)
		b.saved()
		storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
			out, err := listing.Personal.Export(tx, lea.ID)
			if text, _ := json.Marshal(out); err != nil || !strings.Contains(string(text), "Où composter") {
				t.Errorf("the copy has %s (%v)", text, err)
			}
			if err := listing.Personal.Erase(tx, lea.ID, how); err != nil {
				return err
			}
			maps, err := listing.SavedMaps(tx)
			if len(maps) != left || left == 1 && maps[0].AuthorID != "" {
				t.Errorf("%v: %+v", how, maps)
			}
			return err
		})
	}
}

// A piece for another site: any site may frame it, it takes and sets no cookie,
// shows what is public to whoever asks, and works without script.
func TestAnEmbedIsForAnySiteAndForNobodyInParticular(t *testing.T) {
	b := newBox(t)
	b.bins()
	m := b.saved()
	for _, path := range []string{"/integration/carte/" + m.Slug, "/integration/carte", "/integration/agenda", "/integration/agenda?tag=compost&lang=en"} {
		w := b.ask(GET, path, "operator", nil)
		page := w.Body.String()
		policy := w.Header().Get("Content-Security-Policy")
		if w.Code != http.StatusOK || !strings.Contains(policy, "frame-ancestors *") || strings.Count(policy, "'none'") != 2 || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %d %s", path, w.Code, policy)
		}
		if w.Header().Get("Set-Cookie") != "" || strings.Contains(page, "/connexion") || strings.Contains(page, "/admin") || strings.Contains(page, "<form") {
			t.Errorf("%s knows who asks, or asks for something: %v\n%s", path, w.Header(), page)
		}
		if !strings.Contains(page, `<base target="_top">`) || !strings.Contains(page, "Bac de la place") || strings.Contains(page, "résidence") {
			t.Errorf("%s shows\n%s", path, page)
		}
	}
	for _, path := range []string{"/api/v1/map?saved=" + m.Slug + "&public=yes", "/carte/fiches?public=yes"} {
		if w := b.ask(GET, path, "operator", nil); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "résidence") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if page := b.get("/carte/" + m.Slug); !strings.Contains(page, "&lt;iframe src=") || !strings.Contains(page, "/integration/carte/"+m.Slug) {
		t.Error("no code to copy")
	}
	if strings.Contains(b.ask(GET, "/carte", "", nil).Header().Get("Content-Security-Policy"), "frame-ancestors *") {
		t.Error("any site may frame the box's own pages")
	}
}

// People who list themselves are on the box's map, and on no other site.
func TestPersonsAreOnNoOtherSite(t *testing.T) {
	b := newBox(t)
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		c := listing.Card{
			Ref: store.Ref{Module: "directory", ID: store.NewID()}, Kind: "org", Title: "Léa Martin", Tags: []string{"compost"},
			Audience: listing.Here, Position: &listing.Point{Lat: 4490000, Lon: 184000},
		}
		return listing.Put(tx, c, nil)
	})
	m := b.saved()
	if !strings.Contains(b.get("/carte/"+m.Slug), "Léa Martin") {
		t.Error("not on the box's map")
	}
	for _, path := range []string{"/integration/carte/" + m.Slug, "/api/v1/map?public=yes", "/carte/fiches?public=yes"} {
		if strings.Contains(b.get(path), "Léa Martin") {
			t.Errorf("%s shows her", path)
		}
	}
	for name, body := range b.unpacked("/carte/" + m.Slug + "/export.zip") {
		if strings.Contains(string(body), "Martin") {
			t.Errorf("%s names her", name)
		}
	}
}

// unpacked is a zip file by its names.
func (b *box) unpacked(path string) map[string][]byte {
	b.t.Helper()
	w := b.ask(GET, path, "resident", nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", "identity") })
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		b.t.Fatalf("%s: %d %v", path, w.Code, err)
	}
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			b.t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			b.t.Fatal(err)
		}
	}
	return files
}

// The map in a folder names no address but those of its cards, loads only what
// lies beside it, and has the whole list without script.
func TestTheFolderOfAMapStandsAlone(t *testing.T) {
	b := newBox(t)
	b.bins()
	m := b.saved()
	files := b.unpacked("/carte/" + m.Slug + "/export.zip")
	page := string(files["index.html"])
	for _, ref := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if _, ok := files[ref[1]]; !ok && !strings.HasPrefix(ref[1], "http://") {
			t.Errorf("%s is not in the folder", ref[1])
		}
	}
	if strings.Contains(page, "/static/") || strings.Contains(page, "data-src") || !strings.Contains(page, "Bac de la place") || strings.Contains(page, "résidence") {
		t.Errorf("the page is\n%s", page)
	}
	var geo struct {
		Features []struct{ Properties apiItem }
	}
	if err := json.Unmarshal(files["donnees.geojson"], &geo); err != nil || len(geo.Features) != 2 {
		t.Errorf("%d features (%v)", len(geo.Features), err)
	}
	data := strings.TrimSuffix(strings.TrimPrefix(string(files["donnees.js"]), "window.copiMap = "), ";\n")
	var still struct {
		Items, Names []map[string]any
		Ground       []json.RawMessage
		Icons        map[string]string
	}
	if err := json.Unmarshal([]byte(data), &still); err != nil || len(still.Items) != 2 || len(still.Ground) != 2 || still.Icons["calendar-days"] == "" {
		t.Errorf("%d cards, %d outlines, icons %v (%v)", len(still.Items), len(still.Ground), still.Icons, err)
	}
	if len(files["leaflet-LICENSE.txt"]) == 0 {
		t.Error("no licence beside what is carried along")
	}
}
