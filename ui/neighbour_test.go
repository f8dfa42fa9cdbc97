package ui

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// fakeNeighbours is a box with one neighbour and one link being made.
type fakeNeighbours struct {
	fakeCodes
	fakeCarriage
	fakeBundles
	fakeBeyond
	boxes    []NeighbourBox
	links    []Linking
	opened   bool
	called   string
	answered map[string]bool
	blocked  map[string]bool

	fetched    []string
	fetchFault error
	picture    string // file of every picture

	asks     OwnQuestion
	said     string // to what the box asks about itself
	recovery ed25519.PrivateKey
}

func newFakeNeighbours() *fakeNeighbours {
	return &fakeNeighbours{
		fakeBundles: newFakeBundles(),
		fakeBeyond:  newFakeBeyond(),
		boxes:       []NeighbourBox{{ID: "b1", Name: "Altillac", Cards: 2, Contact: storetest.Now.Add(-72 * time.Hour)}},
		links:       []Linking{{ID: "l1", Name: "Cajarc", State: "compare", Digits: "042917", Began: storetest.Now}},
		answered:    map[string]bool{}, blocked: map[string]bool{},
	}
}

func (f *fakeNeighbours) Boxes(context.Context) ([]NeighbourBox, error) { return f.boxes, nil }

func (f *fakeNeighbours) Seen() []SeenBox {
	return []SeenBox{{Name: "Cajarc", Address: "12D3KooW", Where: "192.168.1.9:4001"}}
}
func (f *fakeNeighbours) Addresses() []string { return []string{"192.168.1.20:4001"} }

func (f *fakeNeighbours) Open()            { f.opened = true }
func (f *fakeNeighbours) Opened() bool     { return f.opened }
func (f *fakeNeighbours) Links() []Linking { return f.links }

func (f *fakeNeighbours) Call(_ context.Context, address string) error {
	f.called = address
	if address == "nowhere" {
		return store.E(store.Conflict, "err.neighbour.unreachable").At("address")
	}
	return nil
}

func (f *fakeNeighbours) Fetch(_ context.Context, id string) error {
	f.fetched = append(f.fetched, id)
	return f.fetchFault
}

func (f *fakeNeighbours) Picture([32]byte) (*os.File, error) {
	if f.picture == "" {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	return os.Open(f.picture)
}

func (f *fakeNeighbours) Answer(id string, same bool) error {
	f.answered[id] = same
	return nil
}

func (f *fakeNeighbours) Block(_ context.Context, id string) error {
	f.blocked[id] = true
	return nil
}

func (f *fakeNeighbours) Unblock(_ context.Context, id string) error {
	f.blocked[id] = false
	return nil
}

func (f *fakeNeighbours) Question(context.Context) (OwnQuestion, error) { return f.asks, nil }

func (f *fakeNeighbours) Continue(context.Context) error {
	f.said = "continue"
	return nil
}

func (f *fakeNeighbours) BeCopy(context.Context) error {
	f.said = "copy"
	return nil
}

func (f *fakeNeighbours) Repair(_ context.Context, recovery ed25519.PrivateKey) error {
	f.said, f.recovery = "repair", recovery
	return nil
}

func init() {
	with := func(path string) func(b *box) string {
		return func(b *box) string { b.opt.Neighbours = newFakeNeighbours(); return path }
	}
	samples["GET /voisins"] = at("/voisins")
	samples["GET /voisins/relier"] = sample{path: with("/voisins/relier")}
	samples["POST /voisins/relier"] = sample{path: with("/voisins/relier"), form: url.Values{"address": {"192.168.1.9"}}}
	samples["POST /voisins/relier/attendre"] = sample{path: with("/voisins/relier/attendre")}
	samples["GET /voisins/relier/suivi"] = sample{path: with("/voisins/relier/suivi")}
	samples["POST /voisins/relier/:id"] = sample{path: with("/voisins/relier/l1")}
	samples["GET "+ownPath] = sample{path: with(ownPath)}
	samples["POST "+ownPath] = sample{path: with(ownPath), form: url.Values{"answer": {"continue"}}}
	samples["POST /voisins/boite/:id"] = sample{path: with("/voisins/boite/b1")}
}

// neighbourBox is a box whose neighbours are f.
func neighbourBox(t *testing.T, f *fakeNeighbours) *box {
	t.Helper()
	return newBox(t, func(o *Options) { o.Neighbours = f })
}

func TestNeighboursPage(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	page := b.ask(GET, "/voisins", "", nil).Body.String()
	for _, want := range []string{"Boîte d’Altillac", "2 annonces visibles ici", "il y a 3 jours"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	for _, secret := range []string{"Arrêter", "/voisins/relier"} {
		if strings.Contains(page, secret) {
			t.Errorf("a visitor sees %q", secret)
		}
	}
	if page := b.ask(GET, "/voisins", "operator", nil).Body.String(); !strings.Contains(page, "Arrêter") {
		t.Error("an operator cannot stop the exchange")
	}
}

func TestLinkPageKeepsWhatWasTyped(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	w := b.ask(POST, "/voisins/relier", "operator", url.Values{"address": {"nowhere"}})
	page := w.Body.String()
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="nowhere"`) ||
		!strings.Contains(page, "Aucune boîte ne répond") {
		t.Errorf("%d\n%s", w.Code, page)
	}
	w = b.ask(POST, "/voisins/relier", "operator", url.Values{"seen": {"12D3KooW"}})
	if w.Code != http.StatusSeeOther || f.called != "12D3KooW" {
		t.Errorf("%d, called %q", w.Code, f.called)
	}
}

func TestDigitsAreCompared(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	w := b.ask(GET, "/voisins/relier/suivi", "operator", nil)
	if page := w.Body.String(); !strings.Contains(page, "042"+nbsp+"917") {
		t.Errorf("no digits:\n%s", page)
	}
	if w.Header().Get("Refresh") != "" {
		t.Error("the page reloads while it asks a question")
	}
	for _, answer := range []struct {
		value string
		same  bool
	}{{"1", true}, {"0", false}, {"", false}} {
		delete(f.answered, "l1")
		b.ask(POST, "/voisins/relier/l1", "operator", url.Values{"same": {answer.value}})
		if got, ok := f.answered["l1"]; !ok || got != answer.same {
			t.Errorf("same=%q was taken as %v (asked %v)", answer.value, got, ok)
		}
	}
}

func TestTheWaitingPageReloads(t *testing.T) {
	f := newFakeNeighbours()
	f.links = nil
	b := neighbourBox(t, f)
	b.ask(POST, "/voisins/relier/attendre", "operator", url.Values{})
	if w := b.ask(GET, "/voisins/relier/suivi", "operator", nil); w.Header().Get("Refresh") == "" {
		t.Error("the page waits for ever")
	}
	for _, state := range []string{"calling", "waiting", "done", "refused", "failed"} {
		f.links = []Linking{{ID: "l1", State: state}}
		if w := b.ask(GET, "/voisins/relier/suivi", "operator", nil); w.Code != http.StatusOK {
			t.Errorf("%s: %d", state, w.Code)
		}
	}
}

func TestExchangeStopsAndResumes(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	b.ask(POST, "/voisins/boite/b1", "operator", url.Values{"do": {"block"}})
	if !f.blocked["b1"] {
		t.Error("not stopped")
	}
	b.ask(POST, "/voisins/boite/b1", "operator", url.Values{"do": {"unblock"}})
	if f.blocked["b1"] {
		t.Error("not resumed")
	}
}

func TestOperatorsAreToldOfLinksThatWait(t *testing.T) {
	f := newFakeNeighbours()
	f.boxes[0].Blocked = true
	page := neighbourBox(t, f).ask(GET, "/admin", "operator", nil).Body.String()
	for _, want := range []string{"six chiffres", "boîte d’Altillac est arrêté", "/voisins/relier/suivi"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
