package ui

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/photo"
	"copi.local/store/storetest"
)

// aPhoto is a JPEG of one grey, w×h.
func aPhoto(t testing.TB, w, h int, grey uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = grey
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sendPhoto posts a photo as a browser does; words are fields and their values.
func (b *box) sendPhoto(target, who, name string, file []byte, words ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("photo", name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := part.Write(file); err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i+1 < len(words); i += 2 {
		if err := w.WriteField(words[i], words[i+1]); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.askBody(target, body.String(), func(r *http.Request) {
		r.Header.Set("Content-Type", w.FormDataContentType())
		if who != "" {
			r.AddCookie(&http.Cookie{Name: sessionCookie, Value: who})
		}
	})
}

// hung adds a photo to an event of lea's and returns it.
func (b *box) hung(e agenda.Event, grey uint8) photo.Photo {
	b.t.Helper()
	w := b.sendPhoto("/agenda/"+e.ID+"/photos", "resident:lea", "a.jpg", aPhoto(b.t, 1600, 1200, grey), "alt", "La salle")
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("adding a photo: %d\n%s", w.Code, w.Body)
	}
	var photos []photo.Photo
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) (err error) {
		photos, err = photo.Of(tx, e.Ref())
		return err
	})
	return photos[len(photos)-1]
}

func init() {
	of := func(suffix func(b *box, e agenda.Event) string) func(*box) string {
		return func(b *box) string { return suffix(b, b.schedule("Loto", "2026-11-28T20:00", "")) }
	}
	album := of(func(_ *box, e agenda.Event) string { return "/agenda/" + e.ID + "/photos" })
	for name, s := range map[string]sample{
		"GET /photo/:hash":               {path: of(func(b *box, e agenda.Event) string { return "/photo/" + b.hung(e, 1).Hash })},
		"GET /photo/:hash/vignette":      {path: of(func(b *box, e agenda.Event) string { return "/photo/" + b.hung(e, 1).Hash + "/vignette" })},
		"GET /agenda/:id/photos":         {path: album, as: "resident:lea"},
		"POST /agenda/:id/photos":        {path: album, as: "resident:lea"},
		"POST /agenda/:id/photos/:photo": {path: of(func(b *box, e agenda.Event) string { return "/agenda/" + e.ID + "/photos/" + b.hung(e, 1).ID }), as: "resident:lea", form: url.Values{"do": {"remove"}}},
	} {
		samples[name] = s
	}
}

func TestAPhotoOnAnEvent(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	first, second := b.hung(e, 10), b.hung(e, 20)
	page := b.get("/agenda/" + e.ID)
	for _, want := range []string{
		`<img src="/photo/` + first.Hash + `" width="1280" height="960" alt="La salle">`,
		`<img src="/photo/` + second.Hash + `/vignette" width="320" height="240" alt="La salle" loading="lazy">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s\n%s", want, page)
		}
	}
	for _, list := range []string{"/agenda", "/recherche?q=loto", "/"} {
		thumb := `src="/photo/` + first.Hash + `/vignette" width="320" height="240" alt="" loading="lazy"`
		if strings.Count(b.get(list), thumb) != 1 || strings.Contains(b.get(list), second.Hash) {
			t.Errorf("%s does not show the first photo, and that alone, once", list)
		}
	}
	change := func(p photo.Photo, form url.Values) {
		t.Helper()
		if w := b.ask(POST, "/agenda/"+e.ID+"/photos/"+p.ID, "resident:lea", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%v: %d\n%s", form, w.Code, w.Body)
		}
	}
	change(second, url.Values{"do": {"forward"}})
	change(second, url.Values{"decorative": {"1"}})
	if page := b.get("/agenda/" + e.ID); !strings.Contains(page, `<img src="/photo/`+second.Hash+`" width="1280" height="960" alt="">`) {
		t.Errorf("not first, or not decorative\n%s", page)
	}
	change(first, url.Values{"do": {"remove"}})
	if page := b.get("/agenda/" + e.ID); strings.Contains(page, first.Hash) {
		t.Error("still shown")
	}
	if b.ask(GET, "/photo/"+first.Hash, "", nil).Code != http.StatusNotFound {
		t.Error("still served")
	}
	w := b.ask(POST, "/agenda/"+e.ID+"/photos/"+second.ID, "resident:lea", url.Values{"alt": {" "}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `href="#f-alt"`) || strings.Count(w.Body.String(), `id="f-alt"`) != 1 {
		t.Errorf("without words: %d\n%s", w.Code, w.Body)
	}
}

// TestTheEditPageTakesPhotos: the form needs no script, and its script is ours.
func TestTheEditPageTakesPhotos(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	page := b.ask(GET, "/agenda/"+e.ID+"/modifier", "resident:lea", nil).Body.String()
	for _, want := range []string{
		`<form method="post" action="/agenda/` + e.ID + `/photos" enctype="multipart/form-data">`,
		`<input type="file" id="f-photo" name="photo" accept="image/jpeg,image/png,image/webp" required`,
		`<script src="` + b.assets.names["photo.js"] + `" defer></script>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s\n%s", want, page)
		}
	}
	if strings.Contains(b.ask(GET, "/agenda/nouveau", "resident:lea", nil).Body.String(), "f-photo") {
		t.Error("an event that does not exist yet takes photos")
	}
}

func TestARefusedPhotoKeepsTheWords(t *testing.T) {
	free := int64(500)
	b := newBox(t, func(o *Options) {
		o.Photos = photo.NewAlbum(o.DB, func(string) (int64, int64, error) { return free, 1000, nil })
	})
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	at := "/agenda/" + e.ID + "/photos"
	good := aPhoto(t, 400, 300, 9)
	for name, c := range map[string]struct {
		file []byte
		free int64
		code int
		says string
	}{
		"no file":           {nil, 500, 422, "Choisissez une photo"},
		"an SVG":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 500, 422, "JPEG, PNG ou WebP"},
		"an iPhone's HEIC":  {[]byte("\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic"), 500, 422, "Le plus compatible"},
		"cut":               {good[:len(good)/2], 500, 422, "incomplète"},
		"more than 12 MB":   {make([]byte, 12<<20+1), 500, 422, "12 Mo au plus"},
		"a nearly full box": {good, 49, 503, "presque pleine"},
	} {
		free = c.free
		w := b.sendPhoto(at, "resident:lea", "x.jpg", c.file, "alt", "Vue de l’entrée")
		if w.Code != c.code || !strings.Contains(w.Body.String(), c.says) || !strings.Contains(w.Body.String(), `value="Vue de l’entrée"`) {
			t.Errorf("%s: %d\n%s", name, w.Code, w.Body)
		}
	}
	free = 500
	for _, c := range [][]string{{}, {"alt", "La salle", "decorative", "1"}, {"alt", strings.Repeat("x", 201)}} {
		if w := b.sendPhoto(at, "resident:lea", "x.jpg", good, c...); w.Code != 422 {
			t.Errorf("%v: %d", c, w.Code)
		}
	}
	if w := b.sendPhoto(at, "resident:lea", "x.jpg", good, "alt", strings.Repeat("x", 5000)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a book in a field: %d", w.Code)
	}
	if w := b.askBody(at, "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nhalf", func(r *http.Request) {
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "resident:lea"})
	}); w.Code != http.StatusBadRequest {
		t.Errorf("a form that breaks off: %d\n%s", w.Code, w.Body)
	}
	if strings.Contains(b.get("/agenda/"+e.ID), "/photo/") {
		t.Error("one of them was kept")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(b.db.Path()), "photos", "*", "*.jpg")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if w := b.sendPhoto(at, "resident:lea", "../../copi.db", good, "decorative", "1"); w.Code != http.StatusSeeOther {
		t.Errorf("a name that is a path: %d", w.Code)
	}
}

// TestVP8_EveryFileIsServedToWhoMaySeeIt: a name that is known is not enough.
func TestVP8_EveryFileIsServedToWhoMaySeeIt(t *testing.T) {
	b := newBox(t)
	open := b.schedule("Loto", "2026-11-28T20:00", "")
	inner := b.schedule("Réunion interne", "2026-11-28T20:00", "", func(e *agenda.Event) { e.Audience = listing.Members })
	hidden := b.schedule("Arnaque", "2026-11-28T20:00", "")
	photos := map[string]photo.Photo{"open": b.hung(open, 1), "inner": b.hung(inner, 2), "hidden": b.hung(hidden, 3)}
	mod := store.Actor{ID: "mod", Role: store.Moderator}
	storetest.Update(t, b.db, mod, func(tx *store.Tx) error {
		return moderation.Hide(tx, hidden.Ref(), lea.ID, moderation.Cause{Reason: moderation.Complaints[0], Text: ""})
	})
	for _, c := range []struct {
		photo, who string
		code       int
		cache      string
	}{
		{"open", "", 200, "public, max-age=31536000, immutable"},
		{"open", "resident:tom", 200, "public, max-age=31536000, immutable"},
		{"inner", "", 404, ""},
		{"inner", "resident:tom", 200, "private, no-cache"},
		{"hidden", "", 404, ""},
		{"hidden", "resident:tom", 404, ""},
		{"hidden", "resident:lea", 200, "private, no-cache"},
		{"hidden", "moderator", 200, "private, no-cache"},
	} {
		for _, size := range []string{"", "/vignette"} {
			w := b.ask(GET, "/photo/"+photos[c.photo].Hash+size, c.who, nil)
			h := w.Header()
			if w.Code != c.code || (c.code == 200 && (h.Get("Cache-Control") != c.cache || h.Get("Content-Type") != "image/jpeg" || h.Get("X-Content-Type-Options") != "nosniff")) {
				t.Errorf("%s%s as %q: %d %v", c.photo, size, c.who, w.Code, h)
			}
			if c.code != 200 && strings.Contains(h.Get("Cache-Control"), "max-age") {
				t.Errorf("%s as %q: the refusal is kept: %v", c.photo, c.who, h)
			}
		}
	}
	w := b.ask(GET, "/photo/"+photos["inner"].Hash, "resident:tom", nil)
	again := func(who string) int {
		return b.ask(GET, "/photo/"+photos["inner"].Hash, who, nil, func(r *http.Request) { r.Header.Set("If-None-Match", w.Header().Get("Etag")) }).Code
	}
	if again("resident:tom") != http.StatusNotModified || again("") != http.StatusNotFound {
		t.Error("a browser that asks again is not told the truth")
	}
	for _, path := range []string{"/photo/../copi.db", "/photo/%2e%2e%2fcopi.db", "/photo/" + strings.Repeat("0", 64), "/photo/x"} {
		if w := b.ask(GET, path, "operator", nil); w.Code == 200 || strings.Contains(w.Body.String(), "SQLite") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestMyPhotosAreInMyData(t *testing.T) {
	b := newBox(t, func(o *Options) {
		db, _ := storetest.Open(t, photo.Personal)
		o.DB = db
	})
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	p, q := b.hung(e, 1), b.hung(e, 2)
	w := b.ask(GET, "/compte/copie", "resident:lea", nil)
	if w.Code != http.StatusOK {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range z.File {
		names[f.Name] = true
		if f.Name == "index.html" {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			page, err := io.ReadAll(in)
			if err != nil || !strings.Contains(string(page), "<strong>Ce qu’elle montre</strong> La salle") {
				t.Errorf("%v\n%s", err, page)
			}
		}
		if strings.HasSuffix(f.Name, ".jpg") {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := jpeg.Decode(in); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	}
	for _, want := range []string{"photo.json", "index.html", "photos/" + p.Hash + ".jpg", "photos/" + q.Hash + ".jpg"} {
		if !names[want] {
			t.Errorf("no %s in %v", want, names)
		}
	}
}

// TestPhotosKeepWithinTheBudget (FRONT.md §9): a list of twelve with photos,
// and one thing with as many as it may have.
func TestPhotosKeepWithinTheBudget(t *testing.T) {
	b := newBox(t)
	var last agenda.Event
	for i := range 12 {
		last = b.schedule(fmt.Sprintf("Loto %d", i), "2026-11-28T20:00", "")
		b.hung(last, uint8(20*i))
	}
	for i := range photo.MaxPerThing - 1 {
		b.hung(last, uint8(20*i+7))
	}
	page := b.ask(GET, "/agenda/"+last.ID, "", nil).Body.String()
	if n := strings.Count(page, "<img "); n != photo.MaxPerThing || strings.Count(page, `loading="lazy"`) != n-1 {
		t.Errorf("%d pictures, not all but the first lazy", n)
	}
	list := b.get("/agenda")
	if n := strings.Count(list, "<img "); n != 12 || strings.Count(list, "vignette") != n || strings.Count(list, `loading="lazy"`) != n {
		t.Errorf("%d pictures on the list, not all small and lazy", n)
	}
	if n := len(regexp.MustCompile(`<[a-z]`).FindAllString(list, -1)); n > 450 {
		t.Errorf("%d elements", n)
	}
	w := b.sendPhoto("/agenda/"+last.ID+"/photos", "resident:lea", "x.jpg", aPhoto(t, 90, 90, 1), "alt", "La salle")
	if w.Code != 422 || !strings.Contains(w.Body.String(), "le plus possible") {
		t.Errorf("a ninth: %d", w.Code)
	}
}

func TestEveryPartOfMyDataHasAName(t *testing.T) {
	fr, en := catalogueOf(t)
	for module, family := range exportNames {
		for _, l := range []*locale{fr, en} {
			if !l.has(family + "title") {
				t.Errorf("%s has no name in %s", module, l.Lang)
			}
		}
	}
}
