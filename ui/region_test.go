package ui

import (
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// Files for programs hold the neighbours' cards as the pages do, under the ids
// their own boxes give them, and say whose each is.
func TestFilesNameTheBoxOfEachCard(t *testing.T) {
	b := newBox(t)
	own := b.schedule("Loto du foyer", "2026-12-06T14:00", "", func(e *agenda.Event) { e.Position = &listing.Point{Lat: 4497000, Lon: 187000} })
	twin, other := b.aTwin(own.Ref(), "Loto du foyer"), b.foreign("Foire")
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := tx.Exec("UPDATE listing_origins SET web = 'http://altillac.example' WHERE origin_id > 0"); err != nil {
			return err
		}
		o, err := listing.OriginByName(tx, hex.EncodeToString(append([]byte{7}, make([]byte, 31)...)))
		if err != nil {
			return err
		}
		return listing.Summarise(tx, o.ID, other, "Vaches, brebis; et buvette")
	})

	ics := unfolded(b.get("/agenda.ics"))
	foire := regexp.MustCompile(`(?s)BEGIN:VEVENT\r\nUID:` + agenda.UID(other) + `\r\n.*?END:VEVENT`).FindString(ics)
	holds(t, "the calendar", foire, "COMMENT:boîte d’Altillac\r\n", "DTSTART:"+utcStamp(storetest.Now.AddDate(0, 0, 2))+"\r\n", `DESCRIPTION:Vaches\, brebis\; et buvette`, "URL:http://copi.local/fiche/"+other)
	holds(t, "the own event", ics, "COMMENT:Aussi dans"+nbsp+": boîte d’Altillac\r\n", "DTSTART;TZID=Europe/Paris:20261206T140000\r\n")
	lacks(t, "the calendar", ics, agenda.UID(twin))
	if zone, event := strings.Index(ics, "BEGIN:VTIMEZONE"), strings.Index(ics, "BEGIN:VEVENT"); zone < 0 || zone > event {
		t.Error("the zones do not stand first")
	}

	var feed atomFeed
	if err := xml.Unmarshal([]byte(b.get("/agenda.atom")), &feed); err != nil || len(feed.Entries) != 2 {
		t.Fatalf("%v, %d entries", err, len(feed.Entries))
	}
	for _, e := range feed.Entries {
		switch e.ID {
		case atomID(other):
			if e.Author == nil || e.Author.Name != "boîte d’Altillac" || e.Source == nil || e.Source.ID != atomID("box/07"+strings.Repeat("00", 31)) ||
				e.Source.Title != "boîte d’Altillac" || e.Source.Updated == "" || e.Source.Link == nil || e.Source.Link.Href != "http://altillac.example" {
				t.Errorf("the neighbour's entry: %+v", e)
			}
		case atomID(own.ID):
			if e.Author != nil || e.Source != nil {
				t.Errorf("the own entry: %+v", e)
			}
		default:
			t.Errorf("an entry %q", e.ID)
		}
	}

	valid(t, "jsonld", b.linkedData("/fiches.jsonld?kind=event&q=foire")["@graph"])
	holds(t, "JSON-LD", b.get("/fiches.jsonld?q=foire"), `"@id":"`+atomID(other)+`"`, `"publisher":{"@id":"`+atomID("box/07"), `"url":"http://altillac.example/fiche/`+other+`"`)
	holds(t, "GeoJSON", b.get("/fiches.geojson?q=foire"), `"id":"`+other+`"`, `"name":"Altillac"`)

	holds(t, "the agenda's head", html.UnescapeString(b.get("/agenda?tag=x")), `type="text/calendar" href="/agenda.ics?tag=x"`, `type="application/atom+xml" href="/agenda.atom?tag=x"`)
	holds(t, "the search's head", html.UnescapeString(b.get("/recherche?q=foire")),
		`type="application/geo+json" href="/fiches.geojson?q=foire"`, `type="application/ld+json" href="/fiches.jsonld?q=foire"`)
}

// manyEvents fill more than a megabyte of any file.
const manyEvents = 4000

// A long file is not made again for a visitor who has it, until something in the
// box changes: by a commit, by itself, or because a day ends.
func TestALongFileIsNotMadeTwice(t *testing.T) {
	b := newBox(t)
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		origin, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{7}, Name: "Altillac", Commune: "19007", SeenAt: tx.Now})
		if err != nil {
			return err
		}
		var cards []listing.Card
		for i := range manyEvents {
			cards = append(cards, listing.Card{
				Ref: store.Ref{ID: store.NewID()}, Kind: listing.KindEvent, Title: fmt.Sprintf("Veillée %d %s", i, strings.Repeat("longue ", 17)),
				StartsAt: tx.Now.AddDate(0, 0, 3+i%200), UpdatedAt: tx.Now,
			})
		}
		cards[0].StartsAt = tx.Now.Add(time.Hour)
		return listing.PutForeign(tx, origin, cards)
	})
	ask := func(target, etag, who string) *httptest.ResponseRecorder {
		return b.ask(GET, target, who, nil, func(r *http.Request) { r.Header.Set("If-None-Match", etag) })
	}
	for _, target := range []string{"/agenda.ics", "/fiches.geojson", "/fiches.jsonld", "/fiches.csv"} {
		first := ask(target, `"x"`, "")
		etag := first.Header().Get("Etag")
		if first.Code != http.StatusOK || first.Body.Len() < wholeInMemory || etag == "" {
			t.Fatalf("%s: %d, %d bytes, %q", target, first.Code, first.Body.Len(), etag)
		}
		if n := strings.Count(first.Body.String(), "Veillée"); n != manyEvents {
			t.Errorf("%s: %d of %d", target, n, manyEvents)
		}
		for _, had := range []string{etag, `"other", ` + etag, strings.TrimPrefix(etag, "W/")} {
			if w := ask(target, had, ""); w.Code != http.StatusNotModified || w.Body.Len() > 0 || w.Header().Get("Etag") != etag {
				t.Errorf("%s, had %s: %d", target, had, w.Code)
			}
		}
		if w := ask(target, etag, "resident:lea"); w.Code != http.StatusOK || w.Header().Get("Etag") != "" {
			t.Errorf("%s: somebody signed in: %d, %q", target, w.Code, w.Header().Get("Etag"))
		}
		if w := ask(target+"?q=longue", etag, ""); w.Code != http.StatusOK {
			t.Errorf("%s: another list: %d", target, w.Code)
		}
	}
	stale := func(why string, change func()) {
		etag := ask("/agenda.ics", "", "").Header().Get("Etag")
		change()
		if w := ask("/agenda.ics", etag, ""); w.Code != http.StatusOK || w.Header().Get("Etag") == etag {
			t.Errorf("%s: %d", why, w.Code)
		}
	}
	stale("a commit", b.commit)
	stale("an event begins", func() { b.clock.Add(2 * time.Hour) })
	stale("a day ends", func() { b.clock.Add(24 * time.Hour) })
}

// What the web's collectors may read leads to nobody.
func TestRobotsFindNobody(t *testing.T) {
	b := newBox(t)
	text := b.get("/robots.txt")
	if w := b.ask(GET, "/robots.txt", "", nil); w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("sent as %q", w.Header().Get("Content-Type"))
	}
	for path, want := range map[string]bool{
		"/": true, "/agenda": true, "/agenda.ics": true, "/aide": true, "/aide/photos": true, "/territoire": true,
		"/agenda/abc": false, "/annuaire": false, "/fiches.csv": false, "/annuaire.vcf": false, "/recherche?q=x": false, "/agenda?q=x": false,
		"/connexion": false, "/fiche/abc": false, "/7KQ": false, "/api/v1/listings": false, "/mentions-legales": false, "/petitions": false,
	} {
		if got := crawlable(text, path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// TestThePulseIsNotLogged: the box asks itself every half minute, and its log
// keeps two hundred lines.
func TestThePulseIsNotLogged(t *testing.T) {
	b := newBox(t)
	b.ask(http.MethodHead, PulsePath, "", nil)
	if b.log.String() != "" {
		t.Errorf("logged: %s", b.log)
	}
	b.get("/aide")
	if !strings.Contains(b.log.String(), "route=/aide") {
		t.Errorf("a page is not logged: %s", b.log)
	}
}

// crawlable reads a robots.txt of one group as RFC 9309 §2.2.2 says: the longest
// rule that fits decides, an allowing one of two as long.
func crawlable(text, path string) bool {
	allowed, longest := true, -1
	for line := range strings.Lines(text) {
		name, rule, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if name != "Allow" && name != "Disallow" {
			continue
		}
		prefix, whole := strings.CutSuffix(rule, "$")
		fits := strings.HasPrefix(path, prefix) && (!whole || path == prefix)
		if fits && (len(rule) > longest || len(rule) == longest && name == "Allow") {
			allowed, longest = name == "Allow", len(rule)
		}
	}
	return allowed
}
