package ui

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

func init() {
	for name, s := range map[string]sample{
		"GET /carte":                   at("/carte"),
		"GET /carte/fiches":            at("/carte/fiches?box=44,1,45,2"),
		"GET /carte/noms":              at("/carte/noms?box=44,1,45,2&zoom=11"),
		"GET /carte/fond.pmtiles":      {path: func(b *box) string { b.opt.Basemaps = b.withTiles(); return "/carte/fond.pmtiles" }},
		"GET /api/v1/map":              at("/api/v1/map"),
		"GET /cartes":                  at("/cartes"),
		"GET /cartes/nouvelle":         at("/cartes/nouvelle?tag=compost&lat=44.9&lon=1.8&zoom=13"),
		"POST /cartes/nouvelle":        {path: at("/cartes/nouvelle").path, form: aMap()},
		"GET /carte/:slug":             {path: savedMap("")},
		"GET /carte/:slug/modifier":    {path: savedMap("/modifier"), as: "resident:lea"},
		"POST /carte/:slug/modifier":   {path: savedMap("/modifier"), form: aMap(), as: "resident:lea"},
		"POST /carte/:slug/retirer":    {path: savedMap("/retirer"), as: "resident:lea"},
		"POST /carte/:slug/enlever":    {path: savedMap("/enlever")},
		"GET /carte/:slug/export.zip":  {path: savedMap("/export.zip")},
		"GET /integration/carte":       at("/integration/carte"),
		"GET /integration/carte/:slug": {path: func(b *box) string { return "/integration/carte/" + b.saved().Slug }},
		"GET /integration/agenda":      at("/integration/agenda"),
	} {
		samples[name] = s
	}
}

// aMap is a map as a browser sends it.
func aMap() url.Values {
	return url.Values{"title": {"Où composter"}, "tag1": {"compost"}, "colour1": {"aid"}, "view": {"all"}, "zoom": {"12"}, "current": {"yes"}}
}

// saved makes lea's map of compost bins.
func (b *box) saved() listing.SavedMap {
	b.t.Helper()
	m := listing.SavedMap{
		Title: "Où composter", Note: "Les composteurs du village.", Filters: "tag=compost&tag=pain", Zoom: 12,
		Colours: []listing.TagColour{{Tag: "compost", Colour: "aid"}, {Tag: "pain", Colour: "ads"}},
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return listing.SaveMap(tx, &m) })
	return m
}

// savedMap is an address of lea's map.
func savedMap(suffix string) func(*box) string {
	return func(b *box) string { return "/carte/" + b.saved().Slug + suffix }
}

// fair is 137 events about the village, 12 of them nowhere on a map.
func (b *box) fair() {
	b.t.Helper()
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
		home := listing.At(44.92, 1.84)
		if err := listing.SetHome(tx, listing.Home{Commune: "46038", Name: "Bretenoux", Position: &home}); err != nil {
			return err
		}
		for i := range 137 {
			starts, err := calendar.ParseWall("2026-12-05T20:00")
			if err != nil {
				return err
			}
			e := agenda.Event{Title: fmt.Sprintf("Fête %d", i), Place: "Salle", Starts: starts, Audience: listing.Public}
			at := listing.At(44.9+float64(i%30)/100, 1.8+float64(i%7)/100)
			if e.Position = &at; i >= 125 {
				e.Position = nil
			}
			if err := agenda.Schedule(tx, &e); err != nil {
				return err
			}
		}
		return nil
	})
}

// view asks the API for a map.
func (b *box) view(query string) (v apiView) {
	b.t.Helper()
	if err := json.Unmarshal([]byte(b.get("/api/v1/map"+query)), &v); err != nil {
		b.t.Fatal(err)
	}
	return v
}

// The counter says 137 of which 12 nowhere, with a link to their list; the map,
// the list page by page and the API are one set of ids.
func TestMA3_TheMapIsTheListAndTheAPI(t *testing.T) {
	b := newBox(t)
	b.fair()
	page := b.get("/carte?kind=event")
	if text := wordsOf(page); !strings.Contains(text, "137 résultats dont 12 sans lieu") {
		t.Errorf("no counter in\n%s", text)
	}
	nowhere := regexp.MustCompile(`href="([^"]*placed=no[^"]*)"`).FindStringSubmatch(page)
	if nowhere == nil {
		t.Fatal("no link to what is nowhere")
	}
	ids := map[string]int{}
	v := b.view("?kind=event&zoom=18")
	if v.Total != 137 || v.Unplaced != 12 || v.Inside != 125 || len(v.Items) != 125 {
		t.Errorf("%d, %d nowhere, %d inside, %d shown", v.Total, v.Unplaced, v.Inside, len(v.Items))
	}
	for _, i := range v.Items {
		ids[i.URL]++
	}
	for _, href := range b.linked(strings.ReplaceAll(nowhere[1], "&amp;", "&")) {
		ids[href]++
	}
	list := b.linked("/carte?kind=event")
	if len(list) != 137 || len(ids) != 137 {
		t.Errorf("%d in the list, %d on the map and nowhere", len(list), len(ids))
	}
	for _, href := range list {
		if ids[href] != 1 {
			t.Errorf("%s is %d times on the map", href, ids[href])
		}
	}
	var api apiList
	if err := json.Unmarshal([]byte(b.get("/api/v1/listings?kind=event&limit=200")), &api); err != nil || api.Total != 137 {
		t.Errorf("the API has %d: %v", api.Total, err)
	}
	for _, i := range api.Items {
		if ids[i.URL[strings.LastIndex(i.URL, "/"):]] != 1 {
			t.Errorf("%s is not on the map", i.URL)
		}
	}
}

// wordsOf is the text of a page without its tags.
func wordsOf(page string) string {
	return plainText(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, ""))
}

// linked are the addresses of the cards of a list, all its pages.
func (b *box) linked(path string) (hrefs []string) {
	b.t.Helper()
	card := regexp.MustCompile(`<h2><a href="([^"]+)"`)
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`)
	for path != "" {
		page := b.get(path)
		for _, m := range card.FindAllStringSubmatch(page, -1) {
			hrefs = append(hrefs, m[1])
		}
		path = ""
		if m := next.FindStringSubmatch(page); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	slices.Sort(hrefs)
	return slices.Compact(hrefs)
}

// Without script the page is a list with distances and directions in words.
func TestMA8_WithoutTilesOrScriptTheListSaysWhere(t *testing.T) {
	b := newBox(t)
	b.fair()
	text := plainText(b.get("/carte?kind=event&near=44.80,1.80&radius_km=15"))
	if !strings.Contains(text, "à 11 km au nord") || !strings.Contains(text, "à 12 km au nord-est") && !strings.Contains(text, "à 13 km au nord-est") {
		t.Errorf("no distance and direction in\n%s", text)
	}
	if strings.Contains(b.get("/carte"), "protomaps") || b.ask(GET, "/carte/fond.pmtiles", "", nil).Code != http.StatusNotFound {
		t.Error("tiles are spoken of where there are none")
	}
}

// What is over is left out unless asked for, and the address says so: the list
// of that address is the map's.
func TestTheMapBeginsWithoutWhatIsOver(t *testing.T) {
	b := newBox(t)
	at := func(e *agenda.Event) { e.Position = &listing.Point{Lat: 4492000, Lon: 184000} }
	b.schedule("Loto d’hier", "2026-11-10T20:00", "", at)
	b.schedule("Loto de demain", "2026-11-28T20:00", "", at)
	b.schedule("Loto de ce matin", "2026-11-21T08:00", "2026-11-21T09:00", at)
	page := b.get("/carte")
	if strings.Contains(page, "d’hier") || !strings.Contains(page, "de demain") || !strings.Contains(page, "de ce matin") {
		t.Error("today and later is not what is shown")
	}
	if !strings.Contains(page, "data-src=\"/api/v1/map?current=yes\"") {
		t.Error("the map asks for another set")
	}
	if v := b.view("?current=yes"); v.Total != 2 {
		t.Errorf("current: %d", v.Total)
	}
	if !strings.Contains(b.get("/carte?current=no"), "d’hier") {
		t.Error("the past cannot be asked for")
	}
}

func TestAWrongMapIsRefusedInWords(t *testing.T) {
	b := newBox(t)
	for _, path := range []string{
		"/carte?box=1,2,3", "/carte?placed=maybe", "/carte?current=1", "/carte?radius_km=-1", "/carte/fiches?box=a,b,c,d", "/carte/noms?zoom=40",
		"/api/v1/map?zoom=99", "/api/v1/map?box=9,9,9", "/api/v1/map?zoom=x",
	} {
		if w := b.ask(GET, path, "", nil); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// The panel shows all cards of one spot, and leads on where they are many.
func TestThePanelListsASpot(t *testing.T) {
	b := newBox(t)
	for i := range 25 {
		b.schedule(fmt.Sprintf("Atelier %d", i), "2026-11-28T20:00", "", func(e *agenda.Event) { e.Position = &listing.Point{Lat: 4492000, Lon: 184000} })
	}
	piece := b.get("/carte/fiches?box=44.92,1.84,44.92,1.84")
	if strings.Contains(piece, "<html") || strings.Count(piece, "<article") != mapList || !strings.Contains(plainText(piece), "25 fiches") {
		t.Errorf("the panel shows\n%s", piece)
	}
	rest := regexp.MustCompile(`<p><a href="([^"]+)"`).FindStringSubmatch(piece)
	if rest == nil || len(b.linked(strings.ReplaceAll(rest[1], "&amp;", "&"))) != 25 {
		t.Errorf("its link does not lead to all of them: %v", rest)
	}
}

// Residents' cards are on residents' maps only.
func TestTheMapShowsWhatOneMaySee(t *testing.T) {
	b := newBox(t)
	b.schedule("Réunion des habitants", "2026-11-28T20:00", "", func(e *agenda.Event) {
		e.Position, e.Audience = &listing.Point{Lat: 4492000, Lon: 184000}, listing.Members
	})
	if v := b.view(""); v.Total != 0 || len(v.Items) != 0 {
		t.Errorf("a visitor sees %+v", v)
	}
	w := b.ask(GET, "/api/v1/map", "resident", nil)
	if !strings.Contains(w.Body.String(), "Réunion des habitants") {
		t.Errorf("a resident sees %s", w.Body)
	}
}

// withTiles is a directory with an operator's own map.
func (b *box) withTiles() string {
	dir := b.t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "lot.pmtiles"), []byte("PMTiles3 and the rest of it"), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return dir
}

// The operator's own map is served in pieces, that file and no other.
func TestTilesAreServedInPieces(t *testing.T) {
	b := newBox(t)
	b.opt.Basemaps = b.withTiles()
	w := b.ask(GET, "/carte/fond.pmtiles", "", nil, func(r *http.Request) { r.Header.Set("Range", "bytes=0-6") })
	if w.Code != http.StatusPartialContent || w.Body.String() != "PMTiles" || w.Header().Get("Content-Range") == "" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	b.fair()
	if page := b.get("/carte"); !strings.Contains(page, "protomaps-leaflet") || !strings.Contains(page, `data-tiles="/carte/fond.pmtiles"`) {
		t.Error("the page does not use it")
	}
	if w := b.ask(GET, "/carte/..%2fcopi.db", "", nil); w.Code == http.StatusOK {
		t.Error("another file is served")
	}
}

// maxMapScript is what the scripts of a map may weigh packed, in bytes, without
// the operator's own tiles (FRONT.md §9: 65 kB).
const maxMapScript = 65_000

func TestTheMapStaysLight(t *testing.T) {
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	sum := func(names ...string) (n int) {
		for _, name := range names {
			n += len(a.byPath[a.names[name]].body)
		}
		return n
	}
	script := sum("vendor/leaflet/leaflet.js", "map.js")
	rest := sum("vendor/leaflet/leaflet.css", "map.css", "copi.css", "icons.svg", "vendor/natural-earth/europe.topojson", "vendor/natural-earth/departements.topojson")
	if script > maxMapScript || script+rest > 130_000 {
		t.Errorf("scripts weigh %d bytes packed, the rest %d", script, rest)
	}
}

// The script must run on a six-year-old phone: nothing younger than ES5.
func TestTheMapScriptIsOfItsTime(t *testing.T) {
	b, err := os.ReadFile("static/map.js")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`).ReplaceAllString(string(b), "")
	for _, young := range []string{"=>", "`", "let ", "const ", "class ", "async ", "?.", "??", "fetch(", "eval(", "Function("} {
		if strings.Contains(code, young) {
			t.Errorf("map.js has %q", young)
		}
	}
}

func TestSeveralTagsAreAnyOfThem(t *testing.T) {
	b := newBox(t)
	for _, tag := range []string{"défibrillateur", "point d’eau", "compost"} {
		b.schedule("À propos de "+tag, "2026-11-28T20:00", "", func(e *agenda.Event) { e.Tags = []string{tag} })
	}
	for query, want := range map[string]int64{
		"tag=" + url.QueryEscape("défibrillateur, point d'eau"): 2, "tag=compost&tag=defibrillateur": 2, "tag=compost": 1, "kind=event&kind=place": 3, "kind=org&kind=place": 0,
	} {
		var list apiList
		if err := json.Unmarshal([]byte(b.get("/api/v1/listings?"+query)), &list); err != nil || list.Total != want || int64(len(list.Items)) != want {
			t.Errorf("%s: %d, want %d (%v)", query, list.Total, want, err)
		}
	}
}
