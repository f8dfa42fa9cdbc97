package ui

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

var territoryCard = neighbour.ID{7, 7}

// publishesTerritory makes the box of Altillac publish a territory, or another
// version of it; without a body nothing of it is here but the card.
func (b *box) publishesTerritory(version byte, name string, body map[string]any) (path string) {
	b.t.Helper()
	origin := neighbour.Hash{42}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, origin)
		if store.KindOf(err) == store.NotFound {
			l, err = neighbour.AddLog(tx, origin, false)
		}
		if err != nil {
			return err
		}
		if l.Listed, err = listing.SetOrigin(tx, listing.Origin{Key: origin, Name: "Altillac", Commune: "19007"}); err != nil {
			return err
		}
		l.Epoch, l.Seq, l.Head = 1, uint64(version), neighbour.Head{Bytes: []byte{version}, Sig: []byte("sig")}
		if err := neighbour.SetHead(tx, &l); err != nil {
			return err
		}
		t := neighbour.Territory{ID: territoryCard, Name: name, Version: neighbour.Hash{version}}
		if err := neighbour.SetTerritories(tx, l, []neighbour.ID{t.ID}, nil, []neighbour.Territory{t}); err != nil || body == nil {
			return err
		}
		plain, err := json.Marshal(body)
		if err != nil {
			return err
		}
		return neighbour.KeepCopy(tx, neighbour.Copy{Hash: t.Version, Bytes: 1, Body: []byte{1}, Plain: plain})
	})
	return territoriesPath + "/" + originHex(origin) + "/" + store.FormatID(territoryCard)
}

// withdrawsTerritory makes it publish that territory no more.
func (b *box) withdrawsTerritory() {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, neighbour.Hash{42})
		if err != nil {
			return err
		}
		return neighbour.SetTerritories(tx, l, nil, []neighbour.ID{territoryCard}, nil)
	})
}

func init() {
	territory := func(b *box) string {
		b.opt.Neighbours = newFakeNeighbours()
		return b.publishesTerritory(1, "Deux rives", map[string]any{"communes": []string{"46029"}})
	}
	samples["GET /voisins/territoire/:box/:card"] = sample{path: territory}
	samples["POST /voisins/territoire/:box/:card"] = sample{path: territory, form: url.Values{"do": {"adopt"}, "version": {hashName(neighbour.Hash{1})}}}
	samples["POST /territoire/:zone/proposer"] = sample{path: func(b *box) string {
		b.opt.Neighbours = newFakeNeighbours()
		b.makeZone("Pays des deux rives", "46029")
		return "/territoire/pays-des-deux-rives/proposer"
	}, form: url.Values{"do": {"publish"}}}
}

// zoneOf is the zone of an id.
func (b *box) zoneOf(id string) (z listing.Zone, err error) {
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error { z, err = listing.GetZone(tx, id); return nil })
	return z, err
}

// An operator looks at a territory, adopts it, is told when it changes and when
// it goes, and takes the new version; nothing changes before.
func TestOperatorsAdoptATerritory(t *testing.T) {
	b := neighbourBox(t, newFakeNeighbours())
	path := b.publishesTerritory(1, "Deux rives", map[string]any{"communes": []string{"46029", "19004", "99999"}, "description": "Sur la Dordogne."})
	list := plainText(b.ask(GET, scopePath, "operator", nil).Body.String())
	has(t, list, "proposés par les boîtes voisines", path, "Deux rives", "Boîte d'Altillac", "3 communes")
	page := plainText(b.ask(GET, path, "operator", nil).Body.String())
	_, foot, _ := strings.Cut(page, "</main>")
	hasNot(t, foot, hashName(neighbour.Hash{1}))
	has(t, page, "Sur la Dordogne.", "Biars-sur-Cère (46029)", "1 code ne correspond à aucune commune", "Reprendre ce territoire")

	adopt := url.Values{"do": {"adopt"}, "version": {hashName(neighbour.Hash{1})}}
	b.post(path, "operator", http.StatusSeeOther, adopt)
	z, err := b.zoneOf("deux-rives")
	if err != nil || !slices.Equal(z.Communes, []string{"19004", "46029"}) {
		t.Fatalf("adopted as %+v, %v", z, err)
	}
	page = plainText(b.ask(GET, path, "operator", nil).Body.String())
	has(t, page, "Repris ici dans la zone", "/territoire/deux-rives")
	hasNot(t, page, "Reprendre ce territoire")
	has(t, plainText(b.get("/territoire/deux-rives")), "D'après un territoire proposé par la boîte d'Altillac.")
	has(t, plainText(b.get("/recherche?zone=deux-rives")), "Deux rives")

	b.publishesTerritory(2, "Deux rives", map[string]any{"communes": []string{"46029", "46128"}})
	has(t, plainText(b.ask(GET, scopePath, "operator", nil).Body.String()), "A changé depuis que vous l'avez repris.")
	zonePage := plainText(b.ask(GET, "/territoire/deux-rives", "operator", nil).Body.String())
	has(t, zonePage, "Ce territoire a changé depuis.", path)
	hasNot(t, b.get("/territoire/deux-rives"), path)
	page = plainText(b.ask(GET, path, "operator", nil).Body.String())
	has(t, page, "1 commune entrerait dans votre zone : Gramat (46128)", "1 commune en sortirait :", "(19004)", "Prendre la nouvelle version")
	if z, _ := b.zoneOf("deux-rives"); len(z.Communes) != 2 || z.Communes[0] != "19004" {
		t.Errorf("it changed by itself: %+v", z)
	}
	has(t, plainText(b.post(path, "operator", http.StatusUnprocessableEntity, adopt)), "Ce territoire vient de changer")
	adopt.Set("version", hashName(neighbour.Hash{2}))
	b.post(path, "operator", http.StatusSeeOther, adopt)
	if z, _ := b.zoneOf("deux-rives"); !slices.Equal(z.Communes, []string{"46029", "46128"}) {
		t.Errorf("taken anew as %+v", z)
	}

	b.withdrawsTerritory()
	has(t, plainText(b.ask(GET, scopePath, "operator", nil).Body.String()), "ce territoire n'est plus proposé ; votre zone reste")
	has(t, plainText(b.ask(GET, "/territoire/deux-rives", "operator", nil).Body.String()), "Il n'est plus proposé")
	if w := b.ask(GET, path, "operator", nil); w.Code != http.StatusNotFound {
		t.Errorf("its page: %d", w.Code)
	}
}

// What a hostile box says is refused in words, and never a zone.
func TestAHostileTerritoryIsRefusedInWords(t *testing.T) {
	b := neighbourBox(t, newFakeNeighbours())
	for i, c := range []struct {
		body map[string]any
		want string
	}{
		{map[string]any{"communes": []string{}}, "au moins une commune ou un contour"},
		{map[string]any{"communes": []string{"99999", "x-autre"}}, "Aucune de ses communes n'est connue ici"},
		{map[string]any{"communes": 5}, "pas un territoire que cette boîte comprend"},
		{map[string]any{"polygons": [][][]int32{{{-80e5, -170e5, 80e5, -170e5, 80e5, 170e5}}}}, "1000 km au plus"},
	} {
		version := byte(i + 1)
		path := b.publishesTerritory(version, "<b>Pays</b>", c.body)
		page := b.ask(GET, path, "operator", nil).Body.String()
		hasNot(t, page, "<b>Pays")
		w := b.ask(POST, path, "operator", url.Values{"do": {"adopt"}, "version": {hashName(neighbour.Hash{version})}})
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(strings.ReplaceAll(plainText(w.Body.String()), "1 000", "1000"), c.want) {
			t.Errorf("%v: %d\n%s", c.body, w.Code, mainOf(plainText(w.Body.String())))
		}
	}
	if _, err := b.zoneOf("b-pays-b"); err == nil {
		t.Error("a zone was made")
	}
	for _, path := range []string{"/00/00", "/" + originHex(neighbour.Hash{42}) + "/rien", "/" + originHex(neighbour.Hash{42}) + "/" + store.FormatID(neighbour.ID{9})} {
		if w := b.ask(GET, territoriesPath+path, "operator", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// What has not come yet is asked for.
func TestATerritoryWithoutItsContents(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	path := b.publishesTerritory(1, "Deux rives", nil)
	has(t, plainText(b.ask(GET, scopePath, "operator", nil).Body.String()), "contenu pas encore arrivé")
	has(t, plainText(b.ask(GET, path, "operator", nil).Body.String()), "n'est pas encore arrivé ici", "Le demander maintenant")
	b.post(path, "operator", http.StatusSeeOther, url.Values{"do": {"fetch"}})
	if !slices.Contains(f.fetched, store.FormatID(territoryCard)) {
		t.Errorf("asked for %v", f.fetched)
	}
}

// A zone is published by its operator, on the page where it is changed, and
// withdrawn there; moderators see that it is.
func TestOperatorsPublishAZone(t *testing.T) {
	b := neighbourBox(t, newFakeNeighbours())
	b.makeZone("Deux rives", "46029")
	edit, publish := "/territoire/deux-rives/modifier", "/territoire/deux-rives/proposer"
	has(t, plainText(b.ask(GET, edit, "operator", nil).Body.String()), "Proposer cette zone")
	page := plainText(b.ask(GET, edit, "moderator", nil).Body.String())
	has(t, page, "La personne responsable de la boîte peut la proposer.")
	hasNot(t, page, publish)
	b.post(publish, "operator", http.StatusSeeOther, url.Values{"do": {"publish"}})
	if z, _ := b.zoneOf("deux-rives"); z.Card == "" {
		t.Fatal("it is not published")
	}
	has(t, plainText(b.ask(GET, edit, "moderator", nil).Body.String()), "Cette zone est proposée aux boîtes voisines.")
	has(t, plainText(b.ask(GET, "/territoire/deux-rives", "operator", nil).Body.String()), "Cette zone est proposée aux boîtes voisines.")
	refused := b.post("/territoire/deux-rives/communes", "moderator", http.StatusUnprocessableEntity, url.Values{"drop": {"46029"}})
	has(t, plainText(refused), "au moins une commune ou un contour")
	b.post(publish, "operator", http.StatusSeeOther, url.Values{"do": {"withdraw"}})
	if z, _ := b.zoneOf("deux-rives"); z.Card != "" {
		t.Error("it is still published")
	}
	bare := b.makeZone("Vide")
	has(t, plainText(b.post("/territoire/"+bare.ID+"/proposer", "operator", http.StatusUnprocessableEntity, url.Values{"do": {"publish"}})), "au moins une commune ou un contour")
	hasNot(t, newBox(t).ask(GET, "/territoire", "operator", nil).Body.String(), "proposer")
}

// An adopted outline is a territory too: the communes whose place lies in it.
func TestTheScopeTakesTheCommunesInAnOutline(t *testing.T) {
	b := neighbourBox(t, newFakeNeighbours())
	b.home()
	path := b.publishesTerritory(1, "Boucle", map[string]any{"polygons": [][][]int32{{{4480000, 170000, 4500000, 170000, 4500000, 200000, 4480000, 200000}}}})
	b.post(path, "operator", http.StatusSeeOther, url.Values{"do": {"adopt"}, "version": {hashName(neighbour.Hash{1})}})
	b.post(scopePath, "operator", http.StatusSeeOther, url.Values{"steps": {"3"}, "radius": {"20"}, "hub": {"no"}, "territory": {"zone:boucle"}, "sure": {"1"}})
	if s, _ := b.scope(); !slices.Contains(s.Communes, "46029") || slices.Contains(s.Communes, "46128") || len(s.Communes) > 60 {
		t.Errorf("the territory is %v", s.Communes)
	}
}
