package ui

import (
	"net/url"
	"strings"
	"testing"

	"copi.local/store/agenda"
	"copi.local/store/listing"
)

// Zero results offer the next wider circle that has some, with their number.
func TestRE7_NothingNearOffersWhatIsFurther(t *testing.T) {
	b := newBox(t)
	at := func(lat int32) func(*agenda.Event) {
		return func(e *agenda.Event) { e.Position = &listing.Point{Lat: lat, Lon: 190000} }
	}
	for _, lat := range []int32{4520000, 4521000, 4650000} { // 22, 23 and 167 km north of the search
		b.schedule("Concours de labour", "2026-11-28T20:00", "", at(lat))
	}
	const near = "/recherche?q=labour&near=45.0,1.9&radius_km="
	for _, c := range []struct{ radius, want, link string }{
		{"5", "À moins de 40 km, il y a 2 fiches", "radius_km=40"},
		{"50", "", ""}, // something found: nothing offered
		{"1", "À moins de 40 km, il y a 2 fiches", "radius_km=40"},
	} {
		page := plainText(b.get(near + c.radius))
		if c.want == "" {
			if strings.Contains(page, "Rien à cette distance") {
				t.Errorf("%s km: wider offered beside results", c.radius)
			}
			continue
		}
		if !strings.Contains(page, c.want) || !strings.Contains(b.get(near+c.radius), c.link) {
			t.Errorf("%s km: no %q with a link to %s\n%s", c.radius, c.want, c.link, page)
		}
	}
	if page := plainText(b.get("/recherche?q=labour&near=43.0,1.9&radius_km=5")); !strings.Contains(page, "Sans limite de distance, il y a 3 fiches") {
		t.Errorf("nothing within 100 km: the whole is not offered\n%s", page)
	}
}

// A slip of the hand is answered with the word that was meant and its exact
// number, within the filters or, where that finds nothing, without them.
func TestRE5_AMistypedWordIsOffered(t *testing.T) {
	b := newBox(t)
	b.foreign("Tondeuse à prêter")
	b.schedule("Démonstration de tondeuse", "2026-11-28T20:00", "")
	for target, link := range map[string]string{
		"/recherche?q=tondeuze":                    `href="/recherche?q=tondeuse"`,
		"/recherche?origin=neighbours&q=tondeuze":  `href="/recherche?origin=neighbours&amp;q=tondeuse"`,
		"/recherche?kind=place&q=tondeuze":         `href="/recherche?q=tondeuse"`,
		"/recherche?q=tondeuze&from=2030-01-01":    `href="/recherche?q=tondeuse"`,
		"/recherche?q=une+tondeuze+%C3%A0+pr%EAte": "", // not text: refused or found nothing, never a fault
	} {
		w := b.ask(GET, target, "", nil)
		page := w.Body.String()
		if w.Code >= 500 || link != "" && (!strings.Contains(page, link) || !strings.Contains(plainText(page), "Vouliez-vous dire « tondeuse » ?")) {
			t.Errorf("%s: %d, no %s\n%s", target, w.Code, link, page)
		}
	}
	if page := plainText(b.get("/recherche?q=tondeuze")); !strings.Contains(page, "Voir les 2 fiches") {
		t.Errorf("the number is missing\n%s", page)
	}
	if strings.Contains(b.get("/recherche?q=tondeus"), "Vouliez-vous") {
		t.Error("a beginning that finds something is corrected")
	}
}

// RE-8 by the page: hostile words never break it and never operate.
func TestRE8_HostileSearches(t *testing.T) {
	b := newBox(t)
	b.schedule("Loto near the church", "2026-11-28T20:00", "")
	for _, q := range []string{`"`, "*", "NEAR(loto church)", "%", "loto OR x", "title:loto", "(((", "\x00", strings.Repeat("loto ", 2000), "' OR 1=1 --", "<script>"} {
		w := b.ask(GET, "/recherche?q="+url.QueryEscape(q), "", nil)
		if w.Code >= 500 || strings.Contains(w.Body.String(), "<script>") {
			t.Errorf("%.20q: %d", q, w.Code)
		}
	}
}
