package ui

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// sortedThings stands for a module whose things have categories.
type sortedThings struct {
	has  map[string]string // thing → key
	puts []string          // keys whose cards were put again
}

func (o *sortedThings) owner() categoryOwner {
	return categoryOwner{
		count: func(tx *store.Tx, set, key string) (int, error) {
			list, err := o.things(tx, set, key)
			return len(list), err
		},
		things: o.things,
		recategorise: func(_ *store.Tx, _, from, into string) error {
			for thing, key := range o.has {
				if key == from {
					o.has[thing] = into
				}
			}
			o.puts = append(o.puts, into)
			return nil
		},
		assign: func(_ *store.Tx, _, id, key string) error { o.has[id] = key; return nil },
	}
}

func (o *sortedThings) things(_ *store.Tx, _, key string) ([]string, error) {
	var list []string
	for thing, k := range o.has {
		if k == key {
			list = append(list, thing)
		}
	}
	slices.Sort(list)
	return list, nil
}

// sortedBox has two benches and a table.
func sortedBox(t *testing.T) (*box, *sortedThings) {
	b := newBox(t)
	o := &sortedThings{has: map[string]string{"a": "banc", "b": "banc", "c": "table"}}
	b.sorted = map[string]categoryOwner{category.Points: o.owner()}
	return b, o
}

const points = "/admin/categories/points-d-interet"

// send posts as the operator and gives the page it leads to.
func (b *box) send(path string, form url.Values) string {
	b.t.Helper()
	w := b.ask(POST, path, "operator", form)
	if w.Code != 303 {
		b.t.Fatalf("POST %s: %d\n%s", path, w.Code, w.Body)
	}
	to, _, _ := strings.Cut(w.Header().Get("Location"), "#")
	w = b.ask(GET, to, "operator", nil)
	if w.Code != 200 {
		b.t.Fatalf("GET %s: %d", to, w.Code)
	}
	return w.Body.String()
}

func TestAnOperatorMergesCategoriesAndTakesItBack(t *testing.T) {
	b, o := sortedBox(t)
	ask := b.ask(GET, points+"/mot/banc/fusionner?into=table", "operator", nil).Body.String()
	if !strings.Contains(ask, "2 fiches passeront de") || !strings.Contains(ask, "table de pique-nique") {
		t.Fatalf("the count is not told before:\n%s", ask)
	}
	page := b.send(points+"/mot/banc/fusionner", url.Values{"into": {"table"}})
	if strings.Contains(page, points+"/mot/banc\"") || !strings.Contains(page, "3 fiches") {
		t.Errorf("after the merge:\n%s", page)
	}
	if o.has["a"] != "table" || o.has["b"] != "table" {
		t.Errorf("moved to %v", o.has)
	}
	o.has["b"] = "sentier" // sorted anew meanwhile
	page = b.send(points+"/fusions/1/annuler", url.Values{})
	if o.has["a"] != "banc" || o.has["b"] != "sentier" || o.has["c"] != "table" {
		t.Errorf("taken back to %v", o.has)
	}
	if !strings.Contains(page, points+"/mot/banc\"") {
		t.Error("the category is not offered again")
	}
	if w := b.ask(POST, points+"/fusions/1/annuler", "operator", url.Values{}); w.Code != 404 {
		t.Errorf("taken back twice: %d", w.Code)
	}
	for _, into := range []string{"", "banc", "none"} {
		w := b.ask(POST, points+"/mot/banc/fusionner", "operator", url.Values{"into": {into}})
		if w.Code != 422 || o.has["a"] != "banc" {
			t.Errorf("into %q: %d", into, w.Code)
		}
	}
}

func TestARenamedCategoryPutsItsCardsAgain(t *testing.T) {
	b, o := sortedBox(t)
	page := b.send(points+"/mot/banc", url.Values{"do": {"rename"}, "name": {"banc public"}, "icon": {"armchair"}})
	if !strings.Contains(page, "banc public") || !slices.Equal(o.puts, []string{"banc"}) || o.has["a"] != "banc" {
		t.Errorf("put again %v, has %v", o.puts, o.has)
	}
	w := b.ask(POST, points+"/mot/banc", "operator", url.Values{"do": {"rename"}, "name": {"Sentier"}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), "s’appelle déjà") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	page = b.send(points+"/mot/banc", url.Values{"do": {"retire"}})
	if !strings.Contains(page, "Qui ne sont plus proposées") || o.has["a"] != "banc" {
		t.Error("retired, it is lost")
	}
	page = b.send(points+"/mot/banc", url.Values{"do": {"restore"}})
	if strings.Contains(page, "Qui ne sont plus proposées") {
		t.Error("not restored")
	}
	page = b.send(points, url.Values{"name": {"lavoir"}, "icon": {"<none>"}})
	if !strings.Contains(page, points+"/mot/lavoir\"") || !strings.Contains(page, "#star") {
		t.Error("not added, or with a picture that is none")
	}
	first := func() string {
		page := b.send(points+"/ordre", url.Values{"key": {"point-d-eau"}, "do": {"up"}})
		_, key, _ := strings.Cut(page, "/mot/")
		return key
	}
	if got := first(); !strings.HasPrefix(got, "point-d-eau\"") {
		t.Errorf("first is %s", got)
	}
	if got := first(); !strings.HasPrefix(got, "point-d-eau\"") {
		t.Errorf("the first went up to %s", got)
	}
}

func TestAnOperatorAddsFields(t *testing.T) {
	b, o := sortedBox(t)
	page := b.send(points+"/champs", url.Values{"label": {"En service"}, "kind": {"yesno"}, "seen": {"public"}, "required": {"1"}})
	if !strings.Contains(page, "oui ou non · tout le monde, y compris les boîtes voisines · à remplir") {
		t.Errorf("added:\n%s", page)
	}
	b.send(points+"/champs", url.Values{"label": {"Clé chez"}, "kind": {"text"}, "seen": {"members"}})
	w := b.ask(POST, points+"/champs", "operator", url.Values{"label": {"x"}, "kind": {"choice"}, "choices": {"un"}, "seen": {"members"}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), "deux choix au moins") {
		t.Errorf("%d", w.Code)
	}
	o.puts = nil
	b.send(points+"/champs/en-service", url.Values{"label": {"Marche"}, "seen": {"members"}})
	if len(o.puts) != 18 {
		t.Errorf("narrowed, %d categories of cards were put again", len(o.puts))
	}
	w = b.ask(POST, points+"/champs/en-service", "operator", url.Values{"label": {"Marche"}, "seen": {"public"}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), "ne deviennent pas publiques") {
		t.Errorf("widened: %d", w.Code)
	}
	page = b.send(points+"/champs/cle-chez", url.Values{"do": {"up"}})
	if strings.Index(page, "cle-chez") > strings.Index(page, "en-service") {
		t.Error("not moved up")
	}
	page = b.send(points+"/champs/cle-chez", url.Values{"do": {"retire"}})
	if !strings.Contains(page, "Champs qui ne sont plus demandés") {
		t.Error("still asked")
	}
	if page = b.send(points+"/champs/cle-chez", url.Values{"do": {"restore"}}); strings.Contains(page, "Champs qui ne sont plus") {
		t.Error("not asked again")
	}
}

func TestCustomFieldsAreDrawnReadAndShown(t *testing.T) {
	b := newBox(t)
	fields := []category.Field{
		{Key: "places", Label: "Places", Kind: category.Number, Required: true},
		{Key: "ouvert", Label: "Ouvert", Kind: category.YesNo},
		{Key: "bois", Label: "Bois", Kind: category.Choice, Choices: []string{"sec", "vert"}},
		{Key: "mot", Label: "Un mot", Kind: category.Long},
	}
	fr := &speech{localizer{locale: b.langs.locale("fr"), zone: b.zone, now: b.clock.Now()}}
	f := &form{speech: fr, values: url.Values{}}
	f.setCustom(fields, map[string]string{"places": "1.5", "ouvert": "yes", "bois": "vert"})
	if got := f.customValues(fields); got["places"] != "1,5" || got["ouvert"] != "yes" || got["bois"] != "vert" || got["mot"] != "" {
		t.Errorf("read %v", got)
	}
	drawn := f.Custom(fields)
	if drawn[0].Value != "1,5" || !drawn[0].Required || drawn[1].Type != "radio" || !drawn[1].Choices[0].Chosen ||
		drawn[2].Type != "select" || !drawn[2].Choices[2].Chosen || drawn[3].Type != "area" || drawn[3].Name != "champ_mot" {
		t.Errorf("drawn %+v", drawn)
	}
	shown := fr.answers(category.Shown(fields, map[string]string{"places": "1.5", "ouvert": "no"}, false))
	if len(shown) != 2 || shown[0] != (answerView{"Places", "1,5"}) || shown[1] != (answerView{"Ouvert", "Non"}) {
		t.Errorf("shown %+v", shown)
	}
}

func init() {
	field := func(b *box) string {
		b.send(points+"/champs", url.Values{"label": {"Marche"}, "kind": {"text"}, "seen": {"members"}})
		return points + "/champs/marche"
	}
	merged := func(b *box) string {
		b.sorted = map[string]categoryOwner{category.Points: (&sortedThings{}).owner()}
		b.send(points+"/mot/banc/fusionner", url.Values{"into": {"table"}})
		return points + "/fusions/1/annuler"
	}
	for name, s := range map[string]sample{
		"GET /admin/categories":                           at("/admin/categories"),
		"GET /admin/categories/:set":                      at(points),
		"POST /admin/categories/:set":                     {path: at(points).path, form: url.Values{"name": {"lavoir"}}},
		"POST /admin/categories/:set/ordre":               {path: at(points + "/ordre").path, form: url.Values{"key": {"banc"}, "do": {"up"}}},
		"GET /admin/categories/:set/mot/:key":             at(points + "/mot/banc"),
		"POST /admin/categories/:set/mot/:key":            {path: at(points + "/mot/banc").path, form: url.Values{"do": {"retire"}}},
		"GET /admin/categories/:set/mot/:key/fusionner":   at(points + "/mot/banc/fusionner"),
		"POST /admin/categories/:set/mot/:key/fusionner":  {path: at(points + "/mot/banc/fusionner").path, form: url.Values{"into": {"table"}}},
		"POST /admin/categories/:set/fusions/:id/annuler": {path: merged},
		"GET /admin/categories/:set/champs":               at(points + "/champs"),
		"POST /admin/categories/:set/champs":              {path: at(points + "/champs").path, form: url.Values{"label": {"x"}, "kind": {"text"}}},
		"GET /admin/categories/:set/champs/:field":        {path: field},
		"POST /admin/categories/:set/champs/:field":       {path: field, form: url.Values{"do": {"retire"}}},
	} {
		samples[name] = s
	}
}

// The directory's own things: their cards say the category's name first, and
// follow it when it changes, goes into another, and comes back.
func TestTheDirectorysCardsFollowTheirCategory(t *testing.T) {
	b := newBox(t)
	e := directory.Element{Kind: directory.POI, Category: "banc", Name: "Devant l'église", Tags: []string{"ombre"}, Audience: listing.Public}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	wantTags := func(when, want string) {
		t.Helper()
		storetest.View(t, b.db, lea, func(tx *store.Tx) error {
			c, err := listing.ByRef(tx, e.Ref())
			if got := strings.Join(c.Tags, ","); got != want {
				t.Errorf("%s: tags %q, want %q", when, got, want)
			}
			return err
		})
	}
	wantTags("added", "banc,ombre")
	b.send(points+"/mot/banc", url.Values{"do": {"rename"}, "name": {"banc public"}, "icon": {"armchair"}})
	wantTags("renamed", "banc public,ombre")
	if page := b.page(points+"/mot/banc/fusionner?into=table", "operator"); !strings.Contains(page, "1 fiche passera de") {
		t.Error("the count is wrong")
	}
	b.send(points+"/mot/banc/fusionner", url.Values{"into": {"table"}})
	wantTags("merged", "table de pique-nique,ombre")
	page := b.send(points+"/fusions/1/annuler", url.Values{})
	wantTags("taken back", "banc public,ombre")
	if !strings.Contains(page, "1 fiche") {
		t.Error("not counted")
	}
}
