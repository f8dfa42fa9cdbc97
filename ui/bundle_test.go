package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// fakeBundles is a box that keeps one bundle.
type fakeBundles struct {
	bundle   *NeighbourBundle
	after    *NeighbourBundle // what taking it leaves; nil: the same
	received string
	madeFor  string
	whole    bool
	pictures string
	taken    bool
	accepted bool
	dropped  bool
	waiting  bool
}

func newFakeBundles() fakeBundles {
	day := ClaimedDay{Day: storetest.Now.Add(-48 * time.Hour), Sure: true}
	return fakeBundles{bundle: &NeighbourBundle{
		Name: "Altillac", Digits: "01234567890123456789", Linked: true, Made: day,
		Parts: []BundlePart{
			{Maker: true, Name: "Altillac", State: "taken", New: 3, Changed: 1, Gone: 2, Head: day},
			{Name: "Cajarc", State: "stranger"},
		},
	}}
}

func (f *fakeBundles) Digits(context.Context) (string, error) { return "98765432109876543210", nil }

type bundleFile struct{ *strings.Reader }

func (bundleFile) Close() error { return nil }

func (f *fakeBundles) BundlePictures(context.Context) (small, all PictureSize, err error) {
	return PictureSize{Pictures: 12, Bytes: 340_000}, PictureSize{Pictures: 24, Bytes: 3_400_000}, nil
}

func (f *fakeBundles) MakeBundle(_ context.Context, order BundleOrder) (io.ReadSeekCloser, error) {
	if order.For == "gone" {
		return nil, store.E(store.Conflict, "err.neighbour.bundle_for").At("for")
	}
	f.madeFor, f.whole, f.pictures = order.For, order.Whole, order.Pictures
	return bundleFile{strings.NewReader("COPI1\n…")}, nil
}

func (f *fakeBundles) ReceiveBundle(_ context.Context, file io.Reader) (string, error) {
	b, err := io.ReadAll(file)
	if err != nil {
		return "", err
	}
	if f.received = string(b); !strings.HasPrefix(f.received, "COPI1\n") {
		return "", store.E(store.Invalid, "err.neighbour.bundle_short").At("file")
	}
	return "b1", nil
}

func (f *fakeBundles) LookBundle(_ context.Context, name string) (*NeighbourBundle, error) {
	if name != "b1" || f.bundle == nil {
		return nil, store.E(store.NotFound, "err.not_found")
	}
	return f.bundle, nil
}

func (f *fakeBundles) TakeBundle(_ context.Context, _ string, accept bool) (*NeighbourBundle, error) {
	f.taken, f.accepted = true, accept
	if f.after != nil {
		return f.after, nil
	}
	return f.bundle, nil
}

func (f *fakeBundles) WaitingBundles() ([]WaitingBundle, error) {
	if f.waiting {
		return []WaitingBundle{{ID: "b1", Name: "Altillac"}}, nil
	}
	return nil, nil
}

func (f *fakeBundles) DropBundle(context.Context, string) error {
	f.dropped = true
	return nil
}

func init() {
	with := func(path string) func(b *box) string {
		return func(b *box) string { b.opt.Neighbours = newFakeNeighbours(); return path }
	}
	samples["GET /voisins/colis"] = sample{path: with(bundlesPath)}
	samples["POST /voisins/colis"] = sample{path: with(bundlesPath)}
	samples["POST /voisins/colis/preparer"] = sample{path: with("/voisins/colis/preparer")}
	samples["GET /voisins/colis/:id"] = sample{path: with("/voisins/colis/b1")}
	samples["POST /voisins/colis/:id"] = sample{path: with("/voisins/colis/b1"), form: url.Values{"do": {"take"}}}
}

// bring sends a file as the form to open a bundle does.
func (b *box) bring(content io.Reader) *httptest.ResponseRecorder {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "colis.copi")
	if err == nil {
		_, err = io.Copy(part, content)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		b.t.Fatal(err)
	}
	return b.askBody(bundlesPath, body.String(), func(r *http.Request) {
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "operator"})
	})
}

// says fails unless a page says all of some words.
func says(t *testing.T, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q:\n%s", w, page)
		}
	}
}

func TestABundleIsMade(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	page := plain(b.ask(GET, bundlesPath, "operator", nil).Body.String())
	says(t, page, `<option value="all"`, "98765 43210 98765 43210", "Boîte d’Altillac", "N’importe quelle boîte",
		"Avec les petites photos (12 photos, 340 ko)", "Avec toutes les photos (24 photos, 3,4 Mo)", "Sans photo")
	w := b.ask(POST, "/voisins/colis/preparer", "operator", url.Values{"for": {"b1"}, "whole": {"1"}, "pictures": {"all"}})
	if w.Code != http.StatusOK || w.Body.String() != "COPI1\n…" || f.madeFor != "b1" || !f.whole || f.pictures != "all" ||
		!strings.HasSuffix(w.Header().Get("Content-Disposition"), `.copi"`) {
		t.Errorf("%d %v %q for %q", w.Code, w.Header(), w.Body, f.madeFor)
	}
	b.ask(POST, "/voisins/colis/preparer", "operator", url.Values{"for": {"all"}})
	if f.madeFor != "" || f.whole {
		t.Errorf("for anybody: %q, %v", f.madeFor, f.whole)
	}
	w = b.ask(POST, "/voisins/colis/preparer", "operator", url.Values{"for": {"gone"}, "whole": {"1"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `name="whole" value="1" checked`) {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	says(t, w.Body.String(), "Aucune boîte reliée ne porte ce nom")
}

// TestABundleShowsItsPictures before they are taken, also when it brings nothing
// else.
func TestABundleShowsItsPictures(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	f.bundle.Pictures = PictureSize{Pictures: 12, Bytes: 3_400_000}
	f.bundle.Parts = []BundlePart{{Maker: true, Name: "Altillac", State: "known"}}
	page := plain(b.ask(GET, "/voisins/colis/b1", "operator", nil).Body.String())
	says(t, page, "Photos qui ne sont pas encore ici : 12 photos, 3,4 Mo.", "Reprendre ces annonces")
	w := b.ask(POST, "/voisins/colis/b1", "operator", url.Values{"do": {"take"}})
	if w.Code != http.StatusSeeOther || !f.taken || len(w.Result().Cookies()) == 0 { // the cookie is what the next page says
		t.Errorf("%d, taken %v", w.Code, f.taken)
	}
}

func TestABundleIsLookedAtBeforeItIsTaken(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	w := b.bring(strings.NewReader("COPI1\nabc"))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/voisins/colis/b1" || f.received != "COPI1\nabc" {
		t.Fatalf("%d %v, received %q", w.Code, w.Header(), f.received)
	}
	page := b.ask(GET, "/voisins/colis/b1", "operator", nil).Body.String()
	says(t, page, "Colis de la boîte d’Altillac", "3 annonces nouvelles", "1 annonce modifiée", "2 annonces retirées",
		"Boîte de Cajarc", "n’est pas reliée à la vôtre", "Rien n’est encore repris")
	if f.taken || strings.Contains(page, "vingt chiffres") {
		t.Error("it was taken already, or a linked box is to be compared again")
	}
	w = b.ask(POST, "/voisins/colis/b1", "operator", url.Values{"do": {"take"}})
	if w.Code != http.StatusSeeOther || !f.taken || f.accepted {
		t.Errorf("%d, taken %v, accepted %v", w.Code, f.taken, f.accepted)
	}
	b.ask(POST, "/voisins/colis/b1", "operator", url.Values{"do": {"drop"}})
	if !f.dropped {
		t.Error("it was not dropped")
	}
	if w := b.ask(GET, "/voisins/colis/b2", "operator", nil); w.Code != http.StatusNotFound {
		t.Errorf("another: %d", w.Code)
	}
}

// TestAStrangersDigitsAreCompared: nothing is taken of a box nobody has
// compared, unless the stick has something of a linked one.
func TestAStrangersDigitsAreCompared(t *testing.T) {
	f := newFakeNeighbours()
	f.bundle.Linked = false
	b := neighbourBox(t, f)
	says(t, b.ask(GET, "/voisins/colis/b1", "operator", nil).Body.String(), "01234 56789 01234 56789")
	w := b.ask(POST, "/voisins/colis/b1", "operator", url.Values{"do": {"take"}})
	if w.Code != http.StatusUnprocessableEntity || f.taken {
		t.Errorf("%d, taken %v", w.Code, f.taken)
	}
	says(t, w.Body.String(), "Comparez d’abord les vingt chiffres")
	b.ask(POST, "/voisins/colis/b1", "operator", url.Values{"do": {"take"}, "accept": {"1"}})
	if !f.taken || !f.accepted {
		t.Errorf("taken %v, accepted %v", f.taken, f.accepted)
	}
	f.taken, f.bundle.Parts[1].State = false, "taken"
	b.ask(POST, "/voisins/colis/b1", "operator", url.Values{"do": {"take"}})
	if !f.taken || f.accepted {
		t.Errorf("of a linked box, by a stranger's stick: taken %v, accepted %v", f.taken, f.accepted)
	}
}

func TestABundleIsTakenInPart(t *testing.T) {
	f := newFakeNeighbours()
	after := *f.bundle
	after.Parts = []BundlePart{{Maker: true, Name: "Altillac", State: "faulty"}}
	f.after = &after
	b := neighbourBox(t, f)
	w := b.ask(POST, "/voisins/colis/b1", "operator", url.Values{"do": {"take"}})
	if w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), `value="take"`) {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	says(t, w.Body.String(), "Une partie du colis", "ne correspondent pas à ce que la boîte a signé")
}

// TestABundleThatBringsNothing is not offered as if it did.
func TestABundleThatBringsNothing(t *testing.T) {
	f := newFakeNeighbours()
	f.bundle.Parts = []BundlePart{{Maker: true, Name: "Altillac", State: "known"}}
	b := neighbourBox(t, f)
	page := b.ask(GET, "/voisins/colis/b1", "operator", nil).Body.String()
	says(t, page, "Votre boîte a déjà tout", "rien à reprendre", "En prendre note", "Refermer le colis")
	if strings.Contains(page, "Reprendre ces annonces") {
		t.Error("nothing is offered to be taken")
	}
	w := b.ask(POST, "/voisins/colis/b1", "operator", url.Values{"do": {"take"}})
	after := b.ask(GET, w.Header().Get("Location"), "operator", nil, func(r *http.Request) {
		for _, c := range w.Result().Cookies() {
			r.AddCookie(c)
		}
	})
	says(t, after.Body.String(), "C’est noté. Rien n’a changé ici")
}

// TestAWaitingBundleIsNotForgotten: it is on the page and among what waits for
// the operator.
func TestAWaitingBundleIsNotForgotten(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	for _, path := range []string{bundlesPath, "/admin"} {
		if strings.Contains(b.ask(GET, path, "operator", nil).Body.String(), "/voisins/colis/b1") {
			t.Errorf("%s: none waits", path)
		}
	}
	f.waiting = true
	for path, words := range map[string]string{bundlesPath: "Colis de la boîte d’Altillac", "/admin": "Un colis de la boîte d’Altillac attend"} {
		says(t, b.ask(GET, path, "operator", nil).Body.String(), words, "/voisins/colis/b1")
	}
}

// TestFE8_WhatIsNoBundleIsRefused with a sentence: half of one, another form,
// no file, and one that is too large.
func TestFE8_WhatIsNoBundleIsRefused(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	w := b.bring(strings.NewReader("half"))
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("half: %d", w.Code)
	}
	says(t, w.Body.String(), "la copie s’est arrêtée avant la fin", `id="f-file-fault"`)
	if w := b.ask(POST, bundlesPath, "operator", url.Values{"file": {"x"}}); w.Code != http.StatusBadRequest {
		t.Errorf("another form: %d", w.Code)
	}
	var empty bytes.Buffer
	form := multipart.NewWriter(&empty)
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	w = b.askBody(bundlesPath, empty.String(), func(r *http.Request) {
		r.Header.Set("Content-Type", form.FormDataContentType())
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "operator"})
	})
	says(t, w.Body.String(), "Choisissez le fichier du colis")
	w = b.askBody(bundlesPath, "", func(r *http.Request) {
		r.Header.Set("Content-Type", form.FormDataContentType())
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "operator"})
		r.ContentLength = 2 << 30
	})
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("2 GB: %d", w.Code)
	}
	says(t, w.Body.String(), "256 Mo au plus")
}
