package ui

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// village has events of all sorts and a neighbour's.
func village(t *testing.T) *box {
	t.Helper()
	b := newBox(t)
	b.schedule("Loto de l'école", "2026-11-28T20:00", "", func(e *agenda.Event) { e.Tags = []string{"loto"} })
	b.schedule("Bal", "2026-11-28T22:00", "2026-11-29T02:00")
	b.schedule("Fête nationale", "2026-07-14T00:00", "", func(e *agenda.Event) { e.AllDay = true })
	b.schedule("Réunion interne", "2026-11-30T18:00", "", func(e *agenda.Event) { e.Audience = listing.Members })
	b.schedule("Concert à l'église", "2026-12-05T20:30", "2026-12-05T22:00")
	b.foreign("Foire au gras")
	return b
}

// ids of a view, by what names a card there.
var (
	hrefPattern = regexp.MustCompile(`<h[23]><a href="([^"]+)"`)
	uidPattern  = regexp.MustCompile(`UID:(\w+)@copi`)
)

// TestSameFilterSameSetEverywhere reads every view of the same addresses.
func TestSameFilterSameSetEverywhere(t *testing.T) {
	b := village(t)
	for _, filter := range []string{
		"", "q=fete", "q=l'ecole", "tag=loto", "from=2026-11-28&to=2026-11-28", "from=2026-11-29", "to=2026-11-27", "q=rien",
		"near=44.97,1.87&radius_km=3", "commune=19007", "q=foire&from=2026-11-01",
	} {
		query := "?kind=event&" + filter
		want := apiSet(t, b, query)
		for name, got := range map[string][]string{
			"agenda": pageSet(t, b, "/agenda"+query), "search": pageSet(t, b, "/recherche"+query), "calendar": icalSet(b, query),
			"atom": atomSet(t, b, query), "geojson": geoSet(t, b, query), "csv": csvSet(t, b, query),
		} {
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%q: %s has %v, the API %v", filter, name, got, want)
			}
		}
	}
}

func apiSet(t *testing.T, b *box, query string) (ids []string) {
	t.Helper()
	var list apiList
	if err := json.Unmarshal([]byte(b.get("/api/v1/listings"+query)), &list); err != nil {
		t.Fatal(err)
	}
	for _, i := range list.Items {
		ids = append(ids, i.ID)
	}
	if int(list.Total) != len(ids) {
		t.Errorf("%s: total %d, %d items", query, list.Total, len(ids))
	}
	slices.Sort(ids)
	return ids
}

func pageSet(t *testing.T, b *box, target string) (ids []string) {
	t.Helper()
	for _, m := range hrefPattern.FindAllStringSubmatch(b.get(target), -1) {
		id, foreign := strings.CutPrefix(m[1], "/fiche/")
		if !foreign {
			storetest.View(t, b.db, lea, func(tx *store.Tx) error {
				c, err := listing.ByCode(tx, m[1][1:])
				id = c.Ref.ID
				return err
			})
		}
		ids = append(ids, id)
	}
	return ids
}

func icalSet(b *box, query string) (ids []string) {
	for _, m := range uidPattern.FindAllStringSubmatch(b.get("/agenda.ics"+query), -1) {
		ids = append(ids, m[1])
	}
	return ids
}

func atomSet(t *testing.T, b *box, query string) (ids []string) {
	t.Helper()
	var feed atomFeed
	if err := xml.Unmarshal([]byte(b.get("/agenda.atom"+query)), &feed); err != nil {
		t.Fatal(err)
	}
	for _, e := range feed.Entries {
		ids = append(ids, strings.TrimPrefix(e.ID, atomID("")))
	}
	return ids
}

func geoSet(t *testing.T, b *box, query string) (ids []string) {
	t.Helper()
	var all struct{ Features []feature }
	if err := json.Unmarshal([]byte(b.get("/fiches.geojson"+query)), &all); err != nil {
		t.Fatal(err)
	}
	for _, f := range all.Features {
		ids = append(ids, f.ID)
	}
	return ids
}

func csvSet(t *testing.T, b *box, query string) (ids []string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.get("/fiches.csv"+query), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		ids = append(ids, row[0])
	}
	return ids
}

func TestIO1_Calendar(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Fête; de l'été, à la Combe — "+strings.Repeat("é", 60), "2026-10-25T02:30", "", func(e *agenda.Event) {
		e.Winter, e.Description = true, "Première ligne\nDeuxième"
	})
	b.schedule("Trois jours", "2026-12-14T00:00", "2026-12-17T00:00", func(e *agenda.Event) { e.AllDay = true })
	b.schedule("Soir", "2026-12-01T20:00", "")
	b.schedule("Interne", "2026-12-02T20:00", "", func(e *agenda.Event) { e.Audience = listing.Members })
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return agenda.Cancel(tx, e.ID, "") })
	ics := b.get("/agenda.ics")
	for _, line := range strings.SplitAfter(ics, "\r\n") {
		if len(line) > 77 || !utf8.ValidString(line) || strings.Contains(strings.TrimSuffix(line, "\r\n"), "\n") {
			t.Errorf("line %q", line)
		}
	}
	whole := strings.ReplaceAll(ics, "\r\n ", "")
	for _, want := range []string{
		"BEGIN:VTIMEZONE\r\nTZID:Europe/Paris", "BYMONTH=3;BYDAY=-1SU", "BYMONTH=10;BYDAY=-1SU",
		"DTSTART:20261025T013000Z", "UID:" + e.ID + "@copi\r\n", "STATUS:CANCELLED", "SEQUENCE:1", "SUMMARY:", "Fête\\; de l'été\\, à",
		"DESCRIPTION:Première ligne\\nDeuxième", "DTSTART;VALUE=DATE:20261214\r\nDTEND;VALUE=DATE:20261217",
		"DTSTART;TZID=Europe/Paris:20261201T200000",
	} {
		if !strings.Contains(whole, want) {
			t.Errorf("no %q in\n%s", want, whole)
		}
	}
	if strings.Contains(whole, "Interne") || strings.Contains(whole, "copi.local@") {
		t.Error("a private event, or a host in an id")
	}
}

func TestIO2_TableForASpreadsheet(t *testing.T) {
	b := newBox(t)
	b.schedule("=1+1", "2026-12-01T20:00", "", func(e *agenda.Event) { e.Position = &listing.Point{Lat: 4496200, Lon: -191400} })
	out := b.get("/fiches.csv")
	if !strings.HasPrefix(out, "\ufeffid;kind") || !strings.Contains(out, ";'=1+1;") || !strings.Contains(out, ";44,962;-1,914;") {
		t.Errorf("got %q", out)
	}
}

func TestAtomIsConditional(t *testing.T) {
	b := village(t)
	first := b.ask(GET, "/agenda.atom", "", nil)
	again := b.ask(GET, "/agenda.atom", "", nil, func(r *http.Request) { r.Header.Set("If-None-Match", first.Header().Get("Etag")) })
	if again.Code != http.StatusNotModified {
		t.Errorf("unchanged feed: %d, want 304", again.Code)
	}
}

func TestAG2_TheFormProposesTheNextHour(t *testing.T) {
	b := newBox(t)
	f := aForm()
	f.Set("starts", "2026-03-29")
	f.Set("starts_time", "02:30")
	w := b.ask(POST, "/agenda/nouveau", "resident", f, french1)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Écrivez 3 h 30") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
}

func french1(r *http.Request) { r.Header.Set("Accept-Language", "fr") }

func TestAG12_ABallWithoutAnEndDayEndsTheNextMorning(t *testing.T) {
	b := newBox(t)
	f := aForm()
	maps.Copy(f, url.Values{"starts": {"2026-11-28"}, "starts_time": {"22:00"}, "ends_time": {"02:00"}, "do": {"publish"}})
	w := b.ask(POST, "/agenda/nouveau", "resident", f)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		e, err := agenda.Get(tx, strings.TrimPrefix(w.Header().Get("Location"), "/agenda/"))
		if e.Ends.Day != 29 || e.Starts.Day != 28 {
			t.Errorf("from %v to %v", e.Starts, e.Ends)
		}
		return err
	})
	page := b.get("/agenda?from=2026-11-29")
	if !strings.Contains(page, "Commencé plus tôt") && !strings.Contains(page, "Began earlier") {
		t.Error("the ball is a new event on Sunday")
	}
}

// TestAnEventFromWordsToLists goes the whole way: written, checked, published,
// changed, cancelled.
func TestAnEventFromWordsToLists(t *testing.T) {
	b := newBox(t)
	f := aForm()
	w := b.ask(POST, "/agenda/nouveau", "resident:lea", f)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `name="title" value="Vide-grenier"`) {
		t.Fatalf("the check shows %d\n%s", w.Code, w.Body)
	}
	if strings.Contains(b.get("/agenda"), "Vide-grenier") {
		t.Fatal("public before it was published")
	}
	f.Set("do", "publish")
	at := b.ask(POST, "/agenda/nouveau", "resident:lea", f).Header().Get("Location")
	if !strings.Contains(b.get(at), "Place de l’église") || !strings.Contains(b.get("/agenda"), "Vide-grenier") {
		t.Error("not in the agenda")
	}
	f.Set("title", "Grand vide-grenier")
	if w := b.ask(POST, at+"/modifier", "resident:lea", f); w.Code != http.StatusSeeOther {
		t.Errorf("change: %d\n%s", w.Code, w.Body)
	}
	if w := b.ask(POST, at+"/annuler", "resident:lea", url.Values{"reason": {"Trop de pluie"}}); w.Code != http.StatusSeeOther {
		t.Errorf("cancel: %d", w.Code)
	}
	page := b.ask(GET, at, "", nil, french1).Body.String()
	if !strings.Contains(page, "ANNULÉ") || !strings.Contains(page, "Trop de pluie") || !strings.Contains(page, "Grand vide-grenier") {
		t.Error("not shown as cancelled")
	}
}

func TestLimitAboveMaximumIs400(t *testing.T) {
	b := newBox(t)
	for _, address := range []string{
		"/api/v1/listings?limit=201", "/api/v1/listings?limit=0", "/agenda?limit=201", "/api/v1/listings?near=91,0", "/agenda?from=soon",
		"/recherche?cursor=x", "/fiches.csv?radius_km=-1", "/agenda.ics?to=x", "/api/v1/listings?radius_km=5", "/agenda.atom?order=x",
	} {
		if w := b.ask(GET, address, "", nil); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", address, w.Code)
		}
	}
}

func TestRE8_AnySearchIsAnswered(t *testing.T) {
	b := village(t)
	for _, q := range []string{`"`, "*", "NEAR", "NEAR(a b)", "%", "a AND", "title:x", strings.Repeat("loto ", 2000), strings.Repeat("é", 900), "(((", "{title}: loto", "^a", "-a + b"} {
		b.get("/recherche?q=" + url.QueryEscape(q))
	}
}
