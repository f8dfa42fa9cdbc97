package ui

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// fakeBeyond is what linked boxes find for whoever asks.
type fakeBeyond struct {
	asked   []BeyondQuestion
	answer  BeyondAnswer
	fault   error
	noText  bool
	hid     string
	answers bool
}

func newFakeBeyond() fakeBeyond {
	km := 31.0
	return fakeBeyond{answers: true, answer: BeyondAnswer{
		At:    storetest.Now,
		Asked: []BeyondBox{{"Altillac", "answered"}, {"Bagnac", "silent"}, {"Figeac", "busy"}, {"Gramat", "refuses"}},
		Cards: []BeyondCard{{
			Card: listing.Card{
				Ref: store.Ref{Module: listing.Neighbour, ID: "0123456789abcdef"}, Kind: listing.KindOffer, Title: "Tondeuse à prêter",
				DistanceKM: &km, Direction: "s", Audience: listing.Public,
				Origin: &listing.Origin{Key: [32]byte{7}, Name: "Cajarc", SeenAt: storetest.Now.Add(-72 * time.Hour)},
			},
			Hops: 2, Via: "Altillac", Lacks: true,
		}},
	}}
}

func (f *fakeBeyond) SearchBeyond(_ context.Context, q BeyondQuestion) (BeyondAnswer, error) {
	f.asked = append(f.asked, q)
	return f.answer, f.fault
}

func (f *fakeBeyond) FoundBeyond(_ context.Context, box, id string) (BeyondCard, error) {
	for _, c := range f.answer.Cards {
		if listing.OriginName(c.Card.Origin) == box && c.Card.Ref.ID == id {
			return c, nil
		}
	}
	return BeyondCard{}, store.E(store.NotFound, "err.not_found")
}

func (f *fakeBeyond) FetchFound(context.Context, string, string) error {
	if f.noText {
		return store.E(store.Busy, "err.neighbour.not_fetched")
	}
	c := &f.answer.Cards[0]
	c.Text, c.TextAt, c.Lacks = []byte(`{"description":"Une tondeuse qui démarre."}`), storetest.Now, false
	return nil
}

func (f *fakeBeyond) HideFound(_ context.Context, _, id string) error {
	f.hid = id
	return nil
}

func (f *fakeBeyond) AnswersSearch(context.Context) (bool, error) { return f.answers, nil }

func (f *fakeBeyond) SetAnswersSearch(_ context.Context, on bool) error {
	f.answers = on
	return nil
}

// foundPath is the page of the card that is found.
var foundPath = beyondPath + "/07" + strings.Repeat("00", 31) + "/0123456789abcdef"

func init() {
	with := func(path string) func(b *box) string {
		return func(b *box) string { b.opt.Neighbours = newFakeNeighbours(); return path }
	}
	samples["GET "+beyondPath] = sample{path: with(beyondPath + "?q=tondeuse")}
	samples["GET "+beyondPath+"/:box/:id"] = sample{path: with(foundPath)}
	samples["POST "+beyondPath+"/:box/:id/texte"] = sample{path: with(foundPath + "/texte")}
	samples["POST "+beyondPath+"/:box/:id/cacher"] = sample{path: with(foundPath + "/cacher"), form: url.Values{"reason": {"wrong"}}}
	samples["POST "+beyondPath+"/:box/:id/ecarter"] = sample{path: with(foundPath + "/ecarter")}
	samples["POST /voisins/recherche"] = sample{path: with("/voisins/recherche"), form: url.Values{"do": {"shut"}}}
}

// FE-9: a search shows this box's own cards first, then those of neighbours with
// where they come from; what linked boxes know beyond that is asked for by the
// reader alone, and each finding leads to a page here.
func TestFE9LocalFirstThenNeighboursThenFurtherWhenAsked(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	b.home()
	b.foreign("Tondeuse d’Altillac")
	page := b.get("/recherche?q=tondeuse&radius_km=20")
	if len(f.asked) != 0 {
		t.Fatal("linked boxes were asked though nobody wished it")
	}
	href := beyondPath + "?q=tondeuse&amp;radius_km=20"
	if !strings.Contains(page, `href="`+href+`" rel="nofollow"`) || !strings.Contains(plainText(page), "Demander aux boîtes voisines") {
		t.Fatalf("no way further:\n%s", page)
	}
	if own, away := strings.Index(page, "boîte d’Altillac"), strings.Index(page, href); own < 0 || away < own {
		t.Errorf("what is carried stands at %d, the way further at %d", own, away)
	}
	w := b.ask(GET, beyondPath+"?q=tondeuse&radius_km=20", "", nil)
	page = plainText(w.Body.String())
	for _, want := range []string{
		"1 fiche trouvée plus loin", "Tondeuse à prêter", "à 31 km au sud", "boîte de Cajarc, par Altillac (2 étapes), vue il y a 3 jours",
		"La boîte d'Altillac a répondu.", "La boîte de Bagnac ne répond pas", "La boîte de Figeac a déjà beaucoup", "La boîte de Gramat ne laisse pas",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the answer does not say %q:\n%s", want, page)
		}
	}
	if q := f.asked[0]; len(f.asked) != 1 || q.Words != "tondeuse" || q.RadiusKM != 20 || q.Near == nil {
		t.Errorf("asked %+v", f.asked)
	}
	if !strings.Contains(w.Body.String(), `href="`+foundPath+`"`) {
		t.Errorf("the finding leads nowhere:\n%s", w.Body)
	}
}

// Following a finding: its page says what its box signed and whom to ask; its
// text comes when a reader wishes it.
func TestFE9AFindingIsFollowed(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	page := plainText(b.get(foundPath))
	for _, want := range []string{"Tondeuse à prêter", "boîte de Cajarc, par Altillac", "adressez-vous à la mairie de Cajarc", "Demander le texte"} {
		if !strings.Contains(page, want) {
			t.Errorf("its page does not say %q:\n%s", want, page)
		}
	}
	f.noText = true
	if w := b.ask(POST, foundPath+"/texte", "", url.Values{}); w.Code != http.StatusSeeOther || w.Header().Get("Location") != foundPath {
		t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	f.noText = false
	b.ask(POST, foundPath+"/texte", "", url.Values{})
	if page := plainText(b.get(foundPath)); !strings.Contains(page, "Une tondeuse qui démarre.") || !strings.Contains(page, "Texte reçu de la boîte d'Altillac") {
		t.Errorf("its text is not there:\n%s", page)
	}
	f.answer.Cards = nil
	if w := b.ask(GET, foundPath, "", nil); w.Code != http.StatusNotFound || !strings.Contains(plainText(w.Body.String()), "dix minutes") {
		t.Errorf("%d for what is forgotten", w.Code)
	}
}

// Nobody is asked where there is nothing to ask, or nobody; a question that
// cannot be put is explained.
func TestSearchesThatGoNoFurther(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	for _, path := range []string{"/recherche", "/recherche?origin=own&q=loto", "/recherche?group=mine&q=loto"} {
		if strings.Contains(b.get(path), beyondPath) {
			t.Errorf("%s leads further", path)
		}
	}
	f.fault = store.E(store.Busy, "err.neighbour.questions")
	if page := plainText(b.get(beyondPath + "?q=loto")); !strings.Contains(page, "Réessayez dans une minute") {
		t.Errorf("the reader is not told:\n%s", page)
	}
	alone := newBox(t)
	if strings.Contains(alone.get("/recherche?q=loto"), beyondPath) {
		t.Error("a box without neighbours leads further")
	}
}

// Moderators hide a finding, operators keep its box out, and decide whether
// linked boxes may search here.
func TestFindingsAreModerated(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	if strings.Contains(b.get(foundPath), "/cacher") {
		t.Error("a visitor can hide it")
	}
	if page := b.ask(GET, foundPath, "moderator", nil).Body.String(); !strings.Contains(page, "/cacher") || strings.Contains(page, "/ecarter") {
		t.Error("a moderator cannot hide it, or can keep its box out")
	}
	if w := b.ask(POST, foundPath+"/cacher", "moderator", url.Values{}); w.Code != http.StatusUnprocessableEntity || f.hid != "" {
		t.Errorf("without a reason: %d, hid %q", w.Code, f.hid)
	}
	b.ask(POST, foundPath+"/cacher", "moderator", url.Values{"reason": {"illegal"}})
	holdsWords(t, "the public log", b.get("/moderation/journal"), "Fiche masquée")
	b.ask(POST, foundPath+"/ecarter", "operator", url.Values{})
	if f.hid != "0123456789abcdef" || len(f.done) != 1 || f.done[0] != "shut 07"+strings.Repeat("00", 31) {
		t.Errorf("hid %q, done %v", f.hid, f.done)
	}
	if page := plainText(b.ask(GET, "/voisins", "operator", nil).Body.String()); !strings.Contains(page, "Ne plus laisser les boîtes voisines chercher chez nous") {
		t.Errorf("no switch:\n%s", page)
	}
	b.ask(POST, "/voisins/recherche", "operator", url.Values{"do": {"shut"}})
	if page := plainText(b.ask(GET, "/voisins", "operator", nil).Body.String()); f.answers || !strings.Contains(page, "Laisser les boîtes voisines chercher chez nous") {
		t.Error("the switch does not switch")
	}
}

// A card that came over other boxes says so in lists and on its page; one of a
// linked box says its box alone.
func TestListsSayHowACardCame(t *testing.T) {
	b := neighbourBox(t, newFakeNeighbours())
	b.foreign("Tondeuse d’Altillac")
	if page := plainText(b.get("/recherche?q=tondeuse")); !strings.Contains(page, "boîte d'Altillac, vue") {
		t.Fatalf("not found:\n%s", page)
	}
	via := neighbour.Hash{9}
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := listing.SetOrigin(tx, listing.Origin{Key: via, Name: "Bagnac", Commune: "46015", SeenAt: tx.Now}); err != nil {
			return err
		}
		for _, l := range []neighbour.Link{{Peer: "p", Origin: via, Name: "Bagnac", State: neighbour.Paired}} {
			if err := neighbour.SaveLink(tx, l); err != nil {
				return err
			}
		}
		l, err := neighbour.AddLog(tx, via, false)
		if err != nil {
			return err
		}
		if _, err := neighbour.SetClaims(tx, l, nil, nil, []neighbour.Claim{{ID: neighbour.ID{1}, Kind: neighbour.Vouch, About: neighbour.Hash{7}, Name: "Altillac"}}); err != nil {
			return err
		}
		return neighbour.Reckon(tx)
	})
	for _, path := range []string{"/recherche?q=tondeuse", "/agenda"} {
		if page := plainText(b.get(path)); !strings.Contains(page, "boîte d'Altillac, par Bagnac (2 étapes), vue") {
			t.Errorf("%s does not say how it came:\n%s", path, page)
		}
	}
}
