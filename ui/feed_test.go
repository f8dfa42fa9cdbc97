package ui

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

func init() {
	samples["GET /fiches.atom"] = at("/fiches.atom")
	samples["GET /fiches.jsonld"] = at("/fiches.jsonld")
	samples["GET /robots.txt"] = at("/robots.txt")
	samples["GET /annuaire.vcf"] = at("/annuaire.vcf")
	samples["GET /fiche/:id/donnees.jsonld"] = sample{path: func(b *box) string { return "/fiche/" + b.foreign("Foire") + "/donnees.jsonld" }}
	samples["GET /fiche/:id/contact.vcf"] = sample{path: func(b *box) string { return "/fiche/" + b.element("resident") + "/contact.vcf" }}
}

// feedIDs reads a feed to its last page.
func (b *box) feedIDs(target string) (ids []string) {
	b.t.Helper()
	for target != "" {
		var feed atomFeed
		if err := xml.Unmarshal([]byte(b.get(target)), &feed); err != nil {
			b.t.Fatal(err)
		}
		for _, e := range feed.Entries {
			ids = append(ids, strings.TrimPrefix(e.ID, atomID("")))
		}
		target = ""
		for _, l := range feed.Links {
			if l.Rel == "next" {
				target = strings.TrimPrefix(l.Href, "http://copi.local")
			}
		}
	}
	slices.Sort(ids)
	return ids
}

func (b *box) linkedIDs(target string) (ids []string) {
	b.t.Helper()
	var doc struct {
		Graph []struct {
			ID string `json:"@id"`
		} `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(b.get(target)), &doc); err != nil {
		b.t.Fatal(err)
	}
	for _, o := range doc.Graph {
		ids = append(ids, strings.TrimPrefix(o.ID, atomID("")))
	}
	slices.Sort(ids)
	return ids
}

func (b *box) mapIDs(target string) (ids []string) {
	b.t.Helper()
	var doc apiView
	if err := json.Unmarshal([]byte(b.get(target)), &doc); err != nil {
		b.t.Fatal(err)
	}
	for _, i := range doc.Items {
		ids = append(ids, i.ID)
	}
	slices.Sort(ids)
	return ids
}

// idsIn are the ids a pattern finds in a file.
func (b *box) idsIn(target, pattern string) (ids []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(b.get(target), -1) {
		ids = append(ids, m[1])
	}
	slices.Sort(ids)
	return ids
}

// TestTwentyRandomFiltersInEveryForm: the same filters give the same ids in the
// API, the map's data, feed, JSON-LD, calendar and address book. Pages, tables
// and GeoJSON are held against the API in TestTheSameFiltersGiveTheSameCards.
func TestTwentyRandomFiltersInEveryForm(t *testing.T) {
	b := newBox(t)
	r := rand.New(rand.NewPCG(6, 2026))
	b.mixed(r, 300)
	found := 0
	for range 20 {
		v := someFilters(r)
		with := func(name string, values ...string) url.Values {
			w := maps.Clone(v)
			w[name] = values
			return w
		}
		same := func(form string, got []string, filters url.Values) {
			t.Helper()
			want, _, _ := b.everyPage(filters)
			found += len(want)
			if !slices.Equal(got, want) {
				t.Errorf("%v: %s has %d, the API %d", filters, form, len(got), len(want))
			}
		}
		same("the feed", b.feedIDs("/fiches.atom?"+v.Encode()), v)
		same("JSON-LD", b.linkedIDs("/fiches.jsonld?"+v.Encode()), v)
		same("the map", b.mapIDs("/api/v1/map?"+v.Encode()), with("placed", "yes"))
		events, things := with("kind", "event"), with("kind", "org", "place", "person", "project")
		same("the agenda's feed", b.feedIDs("/agenda.atom?"+events.Encode()), events)
		same("the calendar", b.idsIn("/agenda.ics?"+events.Encode(), `UID:(\w+)@copi`), events)
		same("the address book", b.idsIn("/annuaire.vcf?"+things.Encode(), `UID;VALUE=text:tag:copi\.local\,2026:(\w+)`), things)
	}
	if found < 500 {
		t.Errorf("the filters found %d cards in all: they test nothing", found)
	}
}

// hall puts a place with all it may have into the directory.
func (b *box) hall(change ...func(*directory.Element)) directory.Element {
	b.t.Helper()
	at := listing.At(44.9706, 1.8742)
	e := directory.Element{
		Kind: directory.Place, Name: "Salle des fêtes ; « La Grange », à côté de l’église", Description: "Grande salle.\nScène, buvette.",
		Street: "12, rue de l’Église", Commune: "46038", Position: &at, Phone: "05 65 00 00 01", Email: "salle@example.org", Website: "https://example.org/salle",
		Hours: "Mo-Fr 08:00-18:00", Access: "De plain-pied", Capacity: 180, Equipment: []string{"scène", "buvette"}, Audience: listing.Public,
	}
	for _, c := range change {
		c(&e)
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	return e
}

func (b *box) linkedData(target string) object {
	b.t.Helper()
	var o object
	if err := json.Unmarshal([]byte(b.get(target)), &o); err != nil {
		b.t.Fatal(err)
	}
	return o
}

// vocabulary is what schema.org allows of the types we write (their own and
// inherited properties), as its definitions say.
var vocabulary = func() map[string][]string {
	thing := strings.Fields("@type @id url name description disambiguatingDescription identifier image sameAs subjectOf")
	org := append(strings.Fields("telephone email address location parentOrganization contactPoint keywords"), thing...)
	site := append(strings.Fields("address geo telephone maximumAttendeeCapacity amenityFeature additionalProperty containedInPlace keywords"), thing...)
	offer := append(strings.Fields("price priceCurrency itemOffered validThrough availableAtOrFrom"), thing...)
	return map[string][]string{
		"Event":        append(strings.Fields("startDate endDate eventStatus eventSchedule previousStartDate location organizer offers keywords"), thing...),
		"Schedule":     strings.Fields("@type startDate endDate startTime endTime scheduleTimezone repeatFrequency repeatCount byDay byMonth byMonthDay exceptDate"),
		"Organization": org, "Project": org,
		"Place": site, "CivicStructure": append([]string{"openingHours"}, site...),
		"Person": append(strings.Fields("telephone email address"), thing...),
		"Offer":  offer, "Demand": offer,
		"WebPage":       append(strings.Fields("publisher dateModified"), thing...),
		"CreativeWork":  append(strings.Fields("dateModified keywords"), thing...),
		"Product":       thing,
		"PropertyValue": append(strings.Fields("propertyID value"), thing...), "LocationFeatureSpecification": append(strings.Fields("value"), thing...),
		"PostalAddress": append(strings.Fields("streetAddress addressLocality addressCountry"), thing...), "GeoCoordinates": append(strings.Fields("latitude longitude"), thing...),
		"ContactPoint": append(strings.Fields("telephone email"), thing...), "ImageObject": append(strings.Fields("contentUrl encodingFormat caption"), thing...),
	}
}()

// valid walks through a document and holds it against the vocabulary.
func valid(t *testing.T, path string, v any) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			valid(t, path+"["+strconv.Itoa(i)+"]", e)
		}
	case map[string]any:
		kind, _ := v["@type"].(string)
		allowed, ok := vocabulary[kind]
		if !ok {
			t.Errorf("%s: no type %q", path, kind)
		}
		for name, value := range v {
			if !slices.Contains(allowed, name) && name != "@context" {
				t.Errorf("%s: a %s has no %s", path, kind, name)
			}
			valid(t, path+"."+name, value)
		}
	}
}

func TestIO5_LinkedData(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Bal", "2026-11-28T22:00", "2026-11-29T02:00", func(e *agenda.Event) {
		e.Organiser, e.Contact, e.Tags = "Comité des fêtes", "à la mairie", []string{"bal"}
	})
	photo := b.hung(e, 10)
	days := b.schedule("Marché", "2026-12-05T00:00", "2026-12-07T00:00", func(e *agenda.Event) { e.AllDay = true })
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return agenda.Cancel(tx, days.ID, "Neige") })
	b.schedule("Interne", "2026-12-02T20:00", "", func(e *agenda.Event) { e.Audience = listing.Members })
	open := b.hall()
	closed := b.hall(func(e *directory.Element) { e.ResidentsOnly = []string{"email", "phone", "street", "position"} })
	b.hall(func(e *directory.Element) {
		e.Kind, e.Name, e.RNA = directory.Org, "Comité", "W461000001"
		e.Hours = "Sa 10:00-12:00"
	})
	b.hall(func(e *directory.Element) { e.Kind, e.Name = directory.Project, "Jardin partagé" })
	b.foreign("Foire")
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		for _, c := range []listing.Card{
			{Kind: listing.KindOffer, Title: "Vélo", Price: &listing.Price{Amount: 4550, Unit: "EUR"}, ExpiresAt: tx.Now.AddDate(0, 1, 0)},
			{Kind: listing.KindNeed, Title: "Tondeuse", Price: &listing.Price{Amount: 60, Unit: "min"}},
			{Kind: listing.KindNotice, Title: "Avis"},
		} {
			c.Ref, c.Audience, c.Tags = store.Ref{Module: "agenda", ID: tx.NewID()}, listing.Public, []string{"divers"}
			if err := listing.Put(tx, c, nil); err != nil {
				return err
			}
		}
		return nil
	})
	all := b.linkedData("/fiches.jsonld")
	graph, _ := all["@graph"].([]any)
	if all["@context"] != "https://schema.org" || len(graph) != 10 {
		t.Errorf("%v: %d things", all["@context"], len(graph))
	}
	for i, o := range graph {
		valid(t, strconv.Itoa(i), o)
	}
	if out := b.get("/fiches.jsonld"); strings.Contains(out, "Interne") {
		t.Error("a private event is there")
	}
	bal := b.linkedData("/fiche/" + e.ID + "/donnees.jsonld")
	place, _ := bal["location"].(map[string]any)
	images, _ := bal["image"].([]any)
	if bal["@type"] != "Event" || bal["startDate"] != "2026-11-28T22:00:00+01:00" || bal["endDate"] != "2026-11-29T02:00:00+01:00" ||
		bal["eventStatus"] != "https://schema.org/EventScheduled" || place["name"] != "Salle des fêtes" || len(images) != 1 ||
		images[0].(map[string]any)["contentUrl"] != "http://copi.local/photo/"+photo.Hash {
		t.Errorf("the ball: %v", bal)
	}
	market := b.linkedData("/fiche/" + days.ID + "/donnees.jsonld")
	if market["startDate"] != "2026-12-05" || market["endDate"] != "2026-12-06" || market["eventStatus"] != "https://schema.org/EventCancelled" {
		t.Errorf("the market: %v", market)
	}
	for id, told := range map[string]bool{open.ID: true, closed.ID: false} {
		page := b.get("/fiche/" + id + "/donnees.jsonld")
		for _, private := range []string{"salle@example.org", "05 65 00 00 01", "rue de l", "44.97"} {
			if strings.Contains(page, private) != told {
				t.Errorf("%q told: %v, want %v\n%s", private, !told, told, page)
			}
		}
	}
	if page := html.UnescapeString(b.get("/agenda/" + e.ID)); !strings.Contains(page, `<link rel="alternate" type="application/ld+json" href="/fiche/`+e.ID+`/donnees.jsonld">`) ||
		strings.Contains(page, "<script") {
		t.Error("the event's page does not lead there, or has a script")
	}
}

func TestIO6_AFeedOfAnyFilter(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto", "2026-11-28T20:00", "", func(e *agenda.Event) { e.Tags = []string{"loto", "a<b"} })
	b.schedule("Interne", "2026-12-02T20:00", "", func(e *agenda.Event) { e.Audience, e.Tags = listing.Members, []string{"loto"} })
	b.hall()
	read := func(target, etag string) (feed atomFeed, code int, tag string) {
		w := b.ask(GET, target, "", nil, func(r *http.Request) { r.Header.Set("If-None-Match", etag) })
		if w.Code == http.StatusOK {
			if err := xml.Unmarshal(w.Body.Bytes(), &feed); err != nil {
				t.Fatal(err)
			}
		}
		return feed, w.Code, w.Header().Get("Etag")
	}
	first, _, etag := read("/fiches.atom?tag=loto", "")
	if len(first.Entries) != 1 || first.Entries[0].ID != atomID(e.ID) || first.Updated != first.Entries[0].Updated || etag == "" ||
		!slices.Contains(first.Entries[0].Categories, atomCategory{"a<b"}) {
		t.Fatalf("%+v", first)
	}
	if _, code, _ := read("/fiches.atom?tag=loto", etag); code != http.StatusNotModified {
		t.Errorf("unchanged: %d", code)
	}
	b.clock.Add(3600e9)
	e.Place = "Mairie"
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &e) })
	again, code, _ := read("/fiches.atom?tag=loto", etag)
	if code != http.StatusOK || again.ID != first.ID || again.Entries[0].ID != first.Entries[0].ID || again.Updated <= first.Updated || again.Entries[0].Published != first.Entries[0].Published {
		t.Errorf("after a change: %d %+v", code, again)
	}
	ids := map[string]string{}
	for _, target := range []string{"/fiches.atom", "/agenda.atom", "/fiches.atom?tag=loto", "/fiches.atom?kind=place", "/fiches.atom?zone=0123456789abcdef", "/fiches.atom?origin=own", "/fiches.atom?q=loto"} {
		feed, code, _ := read(target, "")
		if code != http.StatusOK || feed.Title == "" || feed.Author.Name == "" && b.village(t.Context()) != "" || ids[feed.ID] != "" {
			t.Errorf("%s: %d, id %q also of %q", target, code, feed.ID, ids[feed.ID])
		}
		ids[feed.ID] = target
	}
	other, _, _ := read("/fiches.atom?kind=&tag=loto&limit=5", "")
	if other.ID != first.ID {
		t.Errorf("the same list has two names: %s and %s", other.ID, first.ID)
	}
	page := html.UnescapeString(b.get("/recherche?tag=loto"))
	m := regexp.MustCompile(`<link rel="alternate" type="application/atom\+xml" href="([^"]+)">`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the search does not name its feed")
	}
	if feed, _, _ := read(m[1], ""); len(feed.Entries) != 1 {
		t.Errorf("%s: %+v", m[1], feed)
	}
}

// cardsIn reads a file of vCards as its readers do: unfolded, one map each.
func cardsIn(t *testing.T, file string) (cards []map[string]string) {
	t.Helper()
	for _, line := range strings.SplitAfter(file, "\r\n") {
		if len(line) > 77 || !utf8.ValidString(line) || strings.Contains(strings.TrimSuffix(line, "\r\n"), "\n") {
			t.Errorf("line %q", line)
		}
	}
	for _, text := range strings.SplitAfter(strings.ReplaceAll(file, "\r\n ", ""), "END:VCARD\r\n") {
		if text == "" {
			continue
		}
		card := map[string]string{}
		for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				t.Fatalf("line %q", line)
			}
			card[name] = value
		}
		cards = append(cards, card)
	}
	return cards
}

func TestIO7_AddressBook(t *testing.T) {
	b := newBox(t)
	open := b.hall()
	closed := b.hall(func(e *directory.Element) {
		e.Kind, e.Name, e.ResidentsOnly = directory.Org, "Comité des fêtes", []string{"email", "phone", "street", "position"}
	})
	b.hall(func(e *directory.Element) { e.Name, e.Audience = "Réservée aux habitants", listing.Members })
	b.schedule("Loto", "2026-11-28T20:00", "")
	cards := cardsIn(t, b.get("/annuaire.vcf"))
	if len(cards) != 2 {
		t.Fatalf("%d cards: %v", len(cards), cards)
	}
	for _, c := range cards {
		if c["BEGIN"] != "VCARD" || c["VERSION"] != "4.0" || c["END"] != "VCARD" || c["FN"] == "" || c["REV"] != "20261121T090000Z" {
			t.Errorf("%v", c)
		}
	}
	hall := cardsIn(t, b.get("/fiche/"+open.ID+"/contact.vcf"))[0]
	for name, want := range map[string]string{
		"FN": `Salle des fêtes \; « La Grange »\, à côté de l’église`, "KIND": "location", "TEL;VALUE=text": "05 65 00 00 01", "EMAIL": "salle@example.org",
		"URL": "https://example.org/salle", "GEO": "geo:44.9706,1.8742", "NOTE": `Grande salle.\nScène\, buvette.`,
		"ADR": `;;12\, rue de l’Église;Bretenoux;;;France`, "UID;VALUE=text": atomID(open.ID),
	} {
		if hall[name] != want {
			t.Errorf("%s is %q, want %q", name, hall[name], want)
		}
	}
	if page := b.get("/annuaire/" + open.ID); !strings.Contains(page, `<link rel="alternate" type="text/vcard" href="/fiche/`+open.ID+`/contact.vcf">`) {
		t.Error("the hall's page does not lead there")
	}
	club := cardsIn(t, b.get("/fiche/"+closed.ID+"/contact.vcf"))[0]
	if club["KIND"] != "org" || club["TEL;VALUE=text"]+club["EMAIL"]+club["GEO"] != "" || strings.Contains(club["ADR"], "rue") {
		t.Errorf("what residents alone see is told: %v", club)
	}
	e := b.schedule("Bal", "2026-11-28T20:00", "")
	if w := b.ask(GET, "/fiche/"+e.ID+"/contact.vcf", "", nil); w.Code != http.StatusNotFound {
		t.Errorf("an event as a contact: %d", w.Code)
	}
}

// TestALongFileIsMadeOnTheCard: above a megabyte nothing is kept in memory, the
// file is whole, packed or not, and nothing of it stays.
func TestALongFileIsMadeOnTheCard(t *testing.T) {
	b := newBox(t)
	r := rand.New(rand.NewPCG(1, 1))
	b.mixed(r, 1500)
	long := strings.Repeat("é", 400)
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		for i := range 1500 {
			c := listing.Card{Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindNotice, Title: fmt.Sprint("Avis ", i), Summary: long, Audience: listing.Public}
			if err := listing.Put(tx, c, nil); err != nil {
				return err
			}
		}
		return nil
	})
	for _, target := range []string{"/fiches.csv", "/fiches.geojson", "/fiches.jsonld"} {
		plain := b.ask(GET, target, "", nil)
		packed := b.ask(GET, target, "", nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
		body, err := gunzip(packed.Body.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if plain.Body.Len() < wholeInMemory || !bytes.Equal(body, plain.Body.Bytes()) || plain.Header().Get("Content-Length") != strconv.Itoa(plain.Body.Len()) ||
			packed.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d bytes, %d packed, %v", target, plain.Body.Len(), packed.Body.Len(), packed.Header())
		}
		if head := b.ask(http.MethodHead, target, "", nil); head.Body.Len() != 0 || head.Header().Get("Content-Length") != plain.Header().Get("Content-Length") {
			t.Errorf("HEAD %s: %v", target, head.Header())
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(b.db.Path()), "out-*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	for range wholesAtOnce {
		b.wholes <- struct{}{}
	}
	if w := b.ask(GET, "/fiches.csv", "", nil); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("when too many ask: %d", w.Code)
	}
	if w := b.ask(GET, "/fiches.csv?q=loto&kind=place", "", nil); w.Code != http.StatusOK {
		t.Errorf("a short one meanwhile: %d", w.Code)
	}
}
