package ui

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store/storetest"
)

// fakeCarriage is what a box carries, and what its operator decided of it.
type fakeCarriage struct {
	carried []CarriedBox
	done    []string
	relays  bool
}

func (f *fakeCarriage) Carried(context.Context) ([]CarriedBox, error) { return f.carried, nil }

func (f *fakeCarriage) note(what, id string, on bool) error {
	if on {
		what = "+" + what
	}
	f.done = append(f.done, what+" "+id)
	return nil
}

func (f *fakeCarriage) Vouch(_ context.Context, id string, on bool) error {
	return f.note("vouch", id, on)
}

func (f *fakeCarriage) Follow(_ context.Context, id string, on bool) error {
	return f.note("follow", id, on)
}

func (f *fakeCarriage) Shut(_ context.Context, key string, tell bool) error {
	return f.note("shut", key, tell)
}
func (f *fakeCarriage) LetIn(_ context.Context, key string) error { return f.note("open", key, false) }

func (f *fakeCarriage) Relays(context.Context) (bool, error) { return f.relays, nil }

func (f *fakeCarriage) SetRelays(_ context.Context, on bool) error { f.relays = on; return nil }

func init() {
	with := func(path string) func(b *box) string {
		return func(b *box) string { b.opt.Neighbours = newFakeNeighbours(); return path }
	}
	samples["POST /voisins/origine/:id"] = sample{path: with("/voisins/origine/k1"), form: url.Values{"do": {"shut"}}}
	samples["POST /voisins/passage"] = sample{path: with("/voisins/passage"), form: url.Values{"do": {"pass"}}}
	samples["POST /voisins/portee"] = sample{path: with("/voisins/portee"), form: url.Values{"steps": {"2"}, "radius": {"30"}, "hub": {"no"}}}
	samples["GET /voisins/portee"] = sample{path: with("/voisins/portee")}
	samples["POST /voisins/portee/:id"] = sample{path: func(b *box) string {
		b.opt.Neighbours = newFakeNeighbours()
		return scopePath + "/" + originHex(b.outsider())
	}, form: url.Values{"do": {"want"}}}
}

// An operator vouches for a linked box in plain words, and takes it back.
func TestOperatorsVouchForALinkedBox(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	if page := plainText(b.ask(GET, "/voisins", "operator", nil).Body.String()); !strings.Contains(page, "Je me porte garant de cette boîte") {
		t.Errorf("vouching is not offered:\n%s", page)
	}
	if page := b.get("/voisins"); strings.Contains(page, "garant") {
		t.Error("a visitor is asked to vouch")
	}
	for _, do := range []string{"vouch", "unvouch", "follow", "unfollow"} {
		b.ask(POST, "/voisins/boite/b1", "operator", url.Values{"do": {do}})
	}
	if got := strings.Join(f.done, ", "); got != "+vouch b1, vouch b1, +follow b1, follow b1" {
		t.Errorf("taken as %s", got)
	}
	f.boxes[0].Vouched = true
	page := plainText(b.ask(GET, "/voisins", "operator", nil).Body.String())
	if strings.Contains(page, "Je me porte garant") || !strings.Contains(page, "Ne plus m'en porter garant") {
		t.Errorf("it cannot be taken back:\n%s", page)
	}
}

// farBox is a box whose card came by way of another.
func farBox(t *testing.T) (*box, *fakeNeighbours, string) {
	t.Helper()
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	b.foreign("Tondeuse à prêter")
	key := strings.TrimPrefix(altillac, "/voisins/")
	f.carried = []CarriedBox{{
		Key: key, Name: "Altillac", Hops: 3, Via: "Bagnac", From: "Figeac", Cards: 1, Seen: storetest.Now.Add(-72 * time.Hour),
	}}
	return b, f, key
}

// A card that travelled says over how many boxes, who vouches for its box, by
// whom it came and how old the news is.
func TestABoxBeyondSaysHowItsCardsCome(t *testing.T) {
	b, _, _ := farBox(t)
	want := "À 3 étapes d'ici. La boîte de Bagnac s'en porte garante. Ses annonces arrivent par la boîte de Figeac."
	if page := plainText(b.get("/voisins")); !strings.Contains(page, want) || !strings.Contains(page, "il y a 3 jours") {
		t.Errorf("the list does not say %q:\n%s", want, page)
	}
	if page := plainText(b.get(altillac)); !strings.Contains(page, want) {
		t.Errorf("its page does not say %q:\n%s", want, page)
	}
}

// An operator keeps a box out that none of ours is linked with, and lets it in.
func TestOperatorsKeepABoxOut(t *testing.T) {
	b, f, key := farBox(t)
	page := plainText(b.ask(GET, "/voisins", "operator", nil).Body.String())
	if !strings.Contains(page, "Écarter cette boîte") {
		t.Fatalf("it cannot be kept out:\n%s", page)
	}
	if strings.Contains(b.get("/voisins"), "/voisins/origine/") {
		t.Error("a visitor can keep boxes out")
	}
	b.ask(POST, "/voisins/origine/"+key, "operator", url.Values{"do": {"shut"}, "tell": {"1"}})
	b.ask(POST, "/voisins/origine/"+key, "operator", url.Values{"do": {"shut"}})
	b.ask(POST, "/voisins/origine/"+key, "operator", url.Values{"do": {"open"}})
	if got := strings.Join(f.done, ", "); got != "+shut "+key+", shut "+key+", open "+key {
		t.Errorf("taken as %s", got)
	}
	f.carried = []CarriedBox{{Key: key, Name: "Altillac", Shut: true, Told: true}}
	page = plainText(b.ask(GET, "/voisins", "operator", nil).Body.String())
	for _, want := range []string{"Boîtes écartées", "vous l'avez dit aux boîtes voisines", "Ne plus l'écarter"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
}

// Nothing passes through a box before its operators say so, and what they say
// can be taken back.
func TestOperatorsLetOthersPass(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	for _, c := range []struct{ do, page string }{
		{"", "ne peuvent pas se parler en passant par elle"}, {"pass", "peuvent se parler en passant par elle"}, {"stop", "ne peuvent pas se parler en passant par elle"},
	} {
		if c.do != "" {
			if w := b.ask(POST, "/voisins/passage", "operator", url.Values{"do": {c.do}}); w.Code != http.StatusSeeOther || f.relays != (c.do == "pass") {
				t.Errorf("%s: %d, passes %v", c.do, w.Code, f.relays)
			}
		}
		if page := plainText(b.ask(GET, "/voisins", "operator", nil).Body.String()); !strings.Contains(page, c.page) {
			t.Errorf("after %q the page does not say %q", c.do, c.page)
		}
	}
	f.boxes[0].Connected, f.boxes[0].Through = true, true
	if page := plainText(b.get("/voisins")); !strings.Contains(page, "en passant par une autre") {
		t.Error("the page does not say that another box carries the exchange")
	}
}

// What is over its quota stays as it was, and the operator reads it on the page
// and among what waits.
func TestOperatorsReadWhatIsOverItsQuota(t *testing.T) {
	b, f, _ := farBox(t)
	f.carried[0].Over = true
	if page := plainText(b.get("/voisins")); !strings.Contains(page, "plus d'annonces que la vôtre n'en reprend") {
		t.Errorf("not said:\n%s", page)
	}
	if page := plainText(b.ask(GET, "/admin", "operator", nil).Body.String()); !strings.Contains(page, "La boîte d'Altillac publie plus d'annonces") {
		t.Errorf("the operator is not told:\n%s", page)
	}
}
