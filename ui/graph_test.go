package ui

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

func init() {
	samples["GET /annuaire/:id/liens"] = sample{path: func(b *box) string { return "/annuaire/" + b.element("lea") + "/liens" }}
	samples["POST /annuaire/:id/partenaires"] = sample{
		path: func(b *box) string { return "/annuaire/" + b.element("lea") + "/partenaires" },
		form: url.Values{"partner": {"Personne de ce nom"}}, as: "resident:lea",
	}
}

// named puts an element of any kind into the directory for an account.
func (b *box) named(account string, e directory.Element) string {
	b.t.Helper()
	if e.Audience == listing.Members && e.Brief != "residents" {
		e.Audience = listing.Public
	}
	b.as(account, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	return e.ID
}

var svgText = regexp.MustCompile(`(?s)<svg viewBox.*?</svg>`)

// graphOf is the page of links of an element, and the drawing in it.
func (b *box) graphOf(id, who string) (page, svg string) {
	b.t.Helper()
	w := b.ask(GET, "/annuaire/"+id+"/liens", who, nil, french1)
	if w.Code != http.StatusOK {
		b.t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	page = w.Body.String()
	return page, svgText.FindString(page)
}

// TestTheGraphShowsWhatItsReaderMaySee: project, place, event, partner and
// members, each in the drawing and in the list, or in neither.
func TestTheGraphShowsWhatItsReaderMaySee(t *testing.T) {
	b := newBox(t)
	zoe, zoeID := b.account("Zoé Admin")
	_, benID := b.account("Ben Public")
	_, anaID := b.account("Ana Discrète")
	id := b.element(zoeID)
	b.named(zoeID, directory.Element{Kind: directory.Project, Name: "Jardin partagé", ParentID: id})
	b.named(zoeID, directory.Element{Kind: directory.Project, Name: "Projet réservé", ParentID: id, Brief: "residents"})
	b.named(zoeID, directory.Element{Kind: directory.Place, Name: "Local des fêtes", ParentID: id})
	for _, who := range []string{benID, anaID} {
		b.join(id, zoeID, who)
	}
	b.as(benID, func(tx *store.Tx) error { return directory.Appear(tx, id, directory.ToEverybody) })
	for _, starts := range []string{"2026-11-28T20:00", "2026-11-01T20:00"} {
		e := b.schedule("Loto", starts, "")
		b.as(zoeID, func(tx *store.Tx) error { return directory.Stand(tx, id, e.Ref(), e.Title) })
	}
	for who, sees := range map[string]map[string]bool{
		"":         {"Jardin partagé": true, "Projet réservé": false, "Local des fêtes": true, "Loto": true, "Ben Public": true, "Ana Discrète": false},
		"resident": {"Jardin partagé": true, "Projet réservé": true, "Ben Public": true, "Ana Discrète": false},
		zoe:        {"Projet réservé": true, "Ana Discrète": false},
	} {
		page, svg := b.graphOf(id, who)
		list := strings.Replace(page, svg, "", 1)
		for text, want := range sees {
			if strings.Contains(svg, text) != want || strings.Contains(list, text) != want {
				t.Errorf("as %q: %s in the drawing %v, in the list %v, want %v", who, text, strings.Contains(svg, text), strings.Contains(list, text), want)
			}
		}
		if !strings.Contains(list, "et 1 événement passé") {
			t.Errorf("as %q: the event that is over is not counted", who)
		}
		for d := xml.NewDecoder(strings.NewReader(svg)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("the drawing is not well formed: %v\n%s", err, svg)
			}
		}
	}
	one, _ := b.graphOf(id, "")
	if two, _ := b.graphOf(id, ""); one != two {
		t.Error("the same graph is drawn in two ways")
	}
}

// TestALargeGraphIsCutInTheDrawingOnly: eighty projects; the drawing has sixty
// things and says how many more, the list has all.
func TestALargeGraphIsCutInTheDrawingOnly(t *testing.T) {
	b := newBox(t)
	id := b.element("lea")
	for i := range 80 {
		b.named("lea", directory.Element{Kind: directory.Project, Name: fmt.Sprintf("Projet numéro %d", i), ParentID: id})
	}
	b.named("lea", directory.Element{Kind: directory.Place, Name: "Local", ParentID: id})
	page, svg := b.graphOf(id, "")
	boxes := strings.Count(svg, "<a href=")
	if boxes != graphNodes+1 || !strings.Contains(svg, "Local") || !strings.Contains(svg, "et 21 autres") || !strings.Contains(svg, `href="#project"`) {
		t.Errorf("%d links in the drawing\n%s", boxes, svg)
	}
	if n := strings.Count(page, "Projet numéro"); n < 80 {
		t.Errorf("%d projects on the page", n)
	}
	for _, x := range regexp.MustCompile(` x="(\d+)"`).FindAllStringSubmatch(svg, -1) {
		if len(x[1]) > 3 || (len(x[1]) == 3 && x[1] > "360") {
			t.Errorf("drawn outside of a phone, at %s", x[1])
		}
	}
}

// TestAPartnershipNeedsBothSides before anybody else reads of it.
func TestAPartnershipNeedsBothSides(t *testing.T) {
	b := newBox(t)
	id := b.element("lea")
	other := b.named("tom", directory.Element{Kind: directory.Org, Name: "Les Amis du moulin"})
	at := func(id string) string { return "/annuaire/" + id + "/partenaires" }
	if w := b.ask(POST, at(id), "resident:lea", url.Values{"partner": {"Les amis du Moulin"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("offering: %d\n%s", w.Code, w.Body)
	}
	if w := b.ask(POST, at(id), "resident:lea", url.Values{"partner": {"http://copi.local/annuaire/" + other}}, french1); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("twice: %d", w.Code)
	}
	if page, _ := b.graphOf(id, ""); strings.Contains(page, "Amis du moulin") {
		t.Error("public before the other side said yes")
	}
	if page, _ := b.graphOf(other, "resident:tom"); !strings.Contains(page, "vous propose un partenariat") {
		t.Errorf("the other side does not see it:\n%s", page)
	}
	if w := b.ask(POST, at(id), "resident:lea", url.Values{"do": {"confirm"}, "other": {other}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("confirmed by who offered it: %d", w.Code)
	}
	b.ask(POST, at(other), "resident:tom", url.Values{"do": {"confirm"}, "other": {id}})
	for _, id := range []string{id, other} {
		if _, svg := b.graphOf(id, ""); !strings.Contains(svg, "Partenaires") {
			t.Errorf("not in the graph of %s", id)
		}
	}
	b.ask(POST, at(id), "resident:lea", url.Values{"do": {"end"}, "other": {other}})
	if _, svg := b.graphOf(other, ""); strings.Contains(svg, "Partenaires") {
		t.Error("still there after one side ended it")
	}
}

// TestMembersAreTold in the box: who answers for it of a request, the person
// of the answer.
func TestMembersAreTold(t *testing.T) {
	b := newBox(t)
	id := b.element("lea")
	b.as("tom", func(tx *store.Tx) error { return directory.Ask(tx, id, "") })
	if page := b.ask(GET, "/avis", "resident:lea", nil, french1).Body.String(); !strings.Contains(page, "demande à rejoindre") {
		t.Errorf("the administrator is not told:\n%s", page)
	}
	b.as("lea", func(tx *store.Tx) error { return directory.Admit(tx, id, "tom") })
	if page := b.ask(GET, "/avis", "resident:tom", nil, french1).Body.String(); !strings.Contains(page, "est acceptée") {
		t.Errorf("the member is not told:\n%s", page)
	}
	b.as("lea", func(tx *store.Tx) error { return directory.Personal.Erase(tx, "lea", store.KeepUnnamed) })
	if page := b.ask(GET, "/avis", "resident:tom", nil, french1).Body.String(); !strings.Contains(page, "vous pouvez la reprendre") {
		t.Errorf("the member is not told that nobody answers for it:\n%s", page)
	}
}

func TestWrap(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"Loto":                           "Loto",
		"Comité des fêtes d'Altillac":    "Comité des fêtes|d'Altillac",
		"Anticonstitutionnellement long": "Anticonstitutionnel…|long",
		"Association pour la sauvegarde du patrimoine de la vallée": "Association pour la|sauvegarde du patri…",
	} {
		if got := strings.Join(wrap(text, 20), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
