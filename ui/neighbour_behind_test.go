package ui

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// The hashes of the sample's body and pictures.
var (
	bodyHash  = neighbour.Hash{1}
	thumbHash = neighbour.Hash{2}
	largeHash = neighbour.Hash{3}
)

// behind makes a neighbour's card name a body and a picture; here are those
// that have come, three days ago.
func (b *box) behind(id string, body map[string]any, here ...neighbour.Hash) {
	b.t.Helper()
	plain, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, neighbour.Hash{7})
		if store.KindOf(err) == store.NotFound {
			l, err = neighbour.AddLog(tx, neighbour.Hash{7}, false)
		}
		if err != nil {
			return err
		}
		raw, err := store.ParseID(id)
		if err != nil {
			return err
		}
		if err := neighbour.Mentioned(tx, l, raw, bodyHash, 30); err != nil {
			return err
		}
		pictures := []neighbour.Mention{
			{Role: neighbour.RoleThumb, Hash: thumbHash, Bytes: 10, Alt: "La place", Width: 320, Height: 240},
			{Role: neighbour.RolePicture, Hash: largeHash, Bytes: 20, Alt: "La place", Width: 1280, Height: 960},
		}
		if err := neighbour.Pictured(tx, l, raw, pictures); err != nil {
			return err
		}
		now := tx.Now
		tx.Now = now.AddDate(0, 0, -3)
		defer func() { tx.Now = now }()
		for _, h := range here {
			c := neighbour.Copy{Hash: h, Bytes: 10}
			if h == bodyHash {
				c.Body, c.Plain = []byte{0xa0}, plain
			}
			if err := neighbour.KeepCopy(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// aPicture is the file of a neighbour's picture.
func aPicture(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "picture")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func aJPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func init() {
	samples["POST /fiche/:id/chercher"] = sample{path: func(b *box) string {
		b.opt.Neighbours = newFakeNeighbours()
		return "/fiche/" + b.foreign("Foire") + "/chercher"
	}}
	samples["GET /fiche/:id/photo/:hash"] = sample{path: func(b *box) string {
		f := newFakeNeighbours()
		f.picture = aPicture(b.t, aJPEG(b.t))
		b.opt.Neighbours = f
		id := b.foreign("Foire")
		b.behind(id, nil, thumbHash)
		return "/fiche/" + id + "/photo/" + hashName(thumbHash)
	}}
}

// While the text is not here, the page says so and fetches it at a reader's
// wish; what became of it is said.
func TestATextThatIsNotHereIsAskedFor(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	id := b.foreign("Foire")
	if page := b.get("/fiche/" + id); strings.Contains(page, "/chercher") {
		t.Error("a card that names nothing offers to fetch it")
	}
	b.behind(id, nil)
	page := b.get("/fiche/" + id)
	if !strings.Contains(page, "Le texte complet de cette fiche n’est pas encore ici") || !strings.Contains(page, `action="/fiche/`+id+`/chercher"`) {
		t.Errorf("nothing says how to get the text\n%s", plainText(page))
	}
	if w := b.ask(POST, "/fiche/"+id+"/chercher", "", nil); w.Code != 303 || w.Header().Get("Location") != "/fiche/"+id || len(f.fetched) != 1 || f.fetched[0] != id {
		t.Errorf("%d, fetched %v", w.Code, f.fetched)
	}
	f.fetchFault = store.E(store.Busy, "err.neighbour.not_fetched")
	if w := b.ask(POST, "/fiche/"+id+"/chercher", "", nil); w.Code != 303 {
		t.Errorf("a box that does not answer: %d", w.Code)
	}
	f.fetchFault = store.E(store.Busy, "err.neighbour.on_its_way")
	if w := b.ask(POST, "/fiche/"+id+"/chercher", "", nil); w.Code != 303 || !strings.Contains(noticeOf(t, w), "err.neighbour.on_its_way") {
		t.Errorf("one that is slow: %d %v", w.Code, w.Header())
	}
	f.fetchFault = store.E(store.NotFound, "err.not_found")
	if w := b.ask(POST, "/fiche/"+id+"/chercher", "", nil); w.Code != 404 {
		t.Errorf("of no card: %d", w.Code)
	}

	alone := newBox(t) // no exchange with other boxes: nothing can be asked for
	id = alone.foreign("Foire")
	alone.behind(id, nil)
	if page := alone.get("/fiche/" + id); strings.Contains(page, "/chercher") {
		t.Error("a box without neighbours offers to ask them")
	}
}

// What stands behind a card is on its page with where it comes from and how
// old it is, whatever the kind of thing; nothing in it can do anything here.
func TestWhatStandsBehindACardIsOnItsPage(t *testing.T) {
	b := neighbourBox(t, newFakeNeighbours())
	id := b.foreign("Foire")
	b.behind(id, map[string]any{
		"description": "Apportez\nun plat <script>alert(1)</script>",
		"location":    map[string]any{"name": "Salle des fêtes"},
		"organizer":   map[string]any{"name": "Comité <b>"}, "telephone": "05 65 00 00 00",
		"amenityFeature": []any{map[string]any{"name": "Vidéoprojecteur", "value": true}, "Chaises", 3.0},
		"url":            "https://altillac.example/foire", "recipient": "personne", "comment": []any{nil},
		"rrule": "FREQ=WEEKLY;BYDAY=FR", "startDate": "2027-01-08T20:00:00+01:00", "tzid": "Europe/Paris",
		"interactionStatistic": map[string]any{"userInteractionCount": 12.0},
	}, bodyHash, thumbHash)
	page := b.get("/fiche/" + id)
	for _, want := range []string{
		"Salle des fêtes", "05 65 00 00 00", "Comité &lt;b&gt;", "Vidéoprojecteur, Chaises", ">12<", "vendredi",
		`href="https://altillac.example/foire"`, "Texte reçu de la boîte d’Altillac il y a 3 jours", "&lt;script&gt;alert(1)",
		`src="/fiche/` + id + "/photo/" + hashName(thumbHash) + `"`, `alt="La place"`, `width="320"`,
		"1 photo n’est pas encore ici en grand",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "personne") || strings.Contains(page, hashName(largeHash)) {
		t.Error("something is on the page that must not be")
	}
	for _, bad := range []string{"javascript:alert(1)", "data:text/html,x", "//evil.example", "http://user@evil.example", "mailto:x@y"} {
		b.behind(id, map[string]any{"url": bad}, bodyHash)
		if page := b.get("/fiche/" + id); strings.Contains(page, bad) {
			t.Errorf("%q is a link", bad)
		}
	}
	b.behind(id, map[string]any{"description": "Tout est là"}, bodyHash, thumbHash, largeHash)
	if page := b.get("/fiche/" + id); !strings.Contains(page, `href="/fiche/`+id+"/photo/"+hashName(largeHash)+`"`) || strings.Contains(page, "/chercher") {
		t.Error("with everything here, something is missing or asked for")
	}
}

// A neighbour's picture is sent to who may see the card, as the picture its
// first bytes say it is, and nothing else ever.
func TestANeighboursPictureIsSentAsAPictureOnly(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	id := b.foreign("Foire")
	b.behind(id, nil, bodyHash, thumbHash)
	at := func(h neighbour.Hash) string { return "/fiche/" + id + "/photo/" + hashName(h) }
	f.picture = aPicture(t, aJPEG(t))
	w := b.ask(GET, at(thumbHash), "", nil)
	if w.Code != 200 || w.Header().Get("Content-Type") != "image/jpeg" || w.Header().Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	for name, path := range map[string]string{
		"a large one that is not here": at(largeHash), "the body": at(bodyHash), "one of no card": at(neighbour.Hash{9}),
		"another card's": "/fiche/" + store.NewID() + "/photo/" + hashName(thumbHash),
	} {
		if w := b.ask(GET, path, "operator", nil); w.Code != 404 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	for name, content := range map[string]string{
		"a page": "<!doctype html><script>alert(1)</script>", "a drawing": `<svg xmlns="http://www.w3.org/2000/svg"/>`, "nothing": "",
	} {
		f.picture = aPicture(t, []byte(content))
		if w := b.ask(GET, at(thumbHash), "", nil); w.Code == http.StatusOK {
			t.Errorf("%s is sent as %v", name, w.Header()["Content-Type"])
		}
	}
	f.picture = aPicture(t, aJPEG(t))
	storetest.Update(t, b.db, store.Actor{ID: "mod", Role: store.Moderator}, func(tx *store.Tx) error {
		return listing.Hide(tx, store.Ref{Module: listing.Neighbour, ID: id}, true)
	})
	if w := b.ask(GET, at(thumbHash), "", nil); w.Code != 404 {
		t.Errorf("of a hidden card: %d", w.Code)
	}
}

// Looking at a picture is noted, once a day: what nobody looks at goes. At a
// small one, of which lists are full, once a week.
func TestLookingKeepsAPicture(t *testing.T) {
	f := newFakeNeighbours()
	f.picture = aPicture(t, aJPEG(t))
	b := neighbourBox(t, f)
	id := b.foreign("Foire")
	b.behind(id, nil, thumbHash, largeHash)
	noted := func(h neighbour.Hash) bool {
		b.get("/fiche/" + id + "/photo/" + hashName(h))
		var c neighbour.Copy
		storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
			c, err = neighbour.CopyOf(tx, h)
			return err
		})
		return b.clock.Now().Sub(c.UsedAt) < time.Minute
	}
	if !noted(largeHash) || noted(thumbHash) { // both came three days ago
		t.Error("not noted, or a small one too soon")
	}
	b.clock.Add(5 * 24 * time.Hour)
	if !noted(thumbHash) {
		t.Error("a small one is not noted")
	}
}

// A list shows the small pictures of neighbours' cards that are here, beside its
// own, and fetches none.
func TestListsShowNeighboursPictures(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	id, bare, away := b.foreign("Foire"), b.foreign("Bal"), b.foreign("Loto")
	b.behind(id, nil, thumbHash)
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error { // named, and not here
		l, err := neighbour.LogOf(tx, neighbour.Hash{7})
		if err != nil {
			return err
		}
		raw, err := store.ParseID(away)
		if err != nil {
			return err
		}
		return neighbour.Pictured(tx, l, raw, []neighbour.Mention{{Role: neighbour.RoleThumb, Hash: neighbour.Hash{8}, Bytes: 9}})
	})
	for _, list := range []string{"/agenda", "/recherche?q=foire", "/recherche?q=foire&kind=event"} {
		page := b.get(list)
		want := `<img class="ph" src="/fiche/` + id + "/photo/" + hashName(thumbHash) + `" width="320" height="240" alt="" loading="lazy">`
		if !strings.Contains(page, want) {
			t.Errorf("%s shows no picture", list)
		}
		for _, other := range []string{bare, away} {
			if strings.Contains(page, "/fiche/"+other+"/photo/") {
				t.Errorf("%s shows a picture that is not here", list)
			}
		}
	}
	if len(f.fetched) > 0 {
		t.Errorf("looking at a list fetched %v", f.fetched)
	}
}

// noticeOf is what an answer has the next page say, as it is kept.
func noticeOf(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	for _, c := range w.Result().Cookies() {
		if c.Name == noticeCookie {
			b, err := base64.RawURLEncoding.DecodeString(c.Value)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
	}
	return ""
}
