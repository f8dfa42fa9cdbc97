package ui

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/intake"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// withImports gives a box a place for files.
func withImports(b *box) {
	b.t.Helper()
	b.opt.Imports = b.t.TempDir()
	at := listing.At(44.92, 1.83)
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "46123", Name: "Girac", Position: &at})
	})
}

// upload sends a file as a browser does.
func (b *box) upload(name, text, format string) *httptest.ResponseRecorder {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("format", format); err != nil {
		b.t.Fatal(err)
	}
	f, err := w.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := io.WriteString(f, text); err != nil {
		b.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	return b.askBody("/admin/importer", body.String(), func(r *http.Request) {
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: "operator"})
	})
}

// follow posts or opens a page as the operator and returns its text, after the
// redirects.
func (b *box) follow(method, path string, form url.Values) string {
	b.t.Helper()
	w := b.ask(method, path, "operator", form)
	for range 3 {
		if w.Code != http.StatusSeeOther {
			break
		}
		w = b.ask(GET, w.Header().Get("Location"), "operator", nil)
	}
	if w.Code != http.StatusOK {
		b.t.Fatalf("%s %s: %d\n%s\n%s", method, path, w.Code, w.Body, b.log)
	}
	return w.Body.String()
}

const aRegister = "id;titre;objet;adrs_libvoie;adrs_codeinsee;adrs_codepostal;adrs_libcommune;position\n" +
	"W463000001;LES AMIS DU FOUR;cuire;CHEZ MOI;46123;46130;GIRAC;A\n" +
	"W46;TROP COURT;;;46123;46130;GIRAC;A\n" +
	"W463000003;AILLEURS;;;46128;46000;CAHORS;A\n" +
	"W463000004;FINIE;;;46123;46130;GIRAC;D\n"

func TestImportARegisterByThePages(t *testing.T) {
	b := newBox(t)
	withImports(b)
	w := b.upload("rna_46.csv", aRegister, "")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	here := w.Header().Get("Location")
	page := b.follow(GET, here, nil)
	for _, want := range []string{
		"1 nouvelle fiche sera ajoutée", "1 ligne est refusée", "Ligne 3 : le numéro RNA n’est pas le bon", "(W46)", "1 d’une autre commune", "1 fermée ou dissoute",
		"LES AMIS DU FOUR", "non revendiquée",
	} {
		if !strings.Contains(plainSpaces(page), want) {
			t.Errorf("no %q in:\n%s", want, page)
		}
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{})
		if res.Total != 0 {
			t.Error("the preview published something")
		}
		return err
	})
	if page = b.follow(POST, here, url.Values{"do": {"import"}}); !strings.Contains(plainSpaces(page), "1 fiche ajoutée") {
		t.Errorf("after the import:\n%s", page)
	}
	var e directory.Element
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{})
		if err == nil {
			e, err = directory.Get(tx, res.Cards[0].Ref.ID)
		}
		return err
	})
	if e.Street != "" || e.Claimed || e.Source.Name != "rna" {
		t.Errorf("got %+v", e)
	}
	if files, _ := os.ReadDir(b.opt.Imports); len(files) != 0 {
		t.Errorf("%d files left", len(files))
	}
	if page = b.follow(POST, here, url.Values{"do": {"undo"}}); !strings.Contains(plainSpaces(page), "1 fiche a été retirée") {
		t.Errorf("after undoing:\n%s", page)
	}
	if page = b.follow(GET, "/admin/importer", nil); !strings.Contains(page, "rna_46.csv") {
		t.Error("the log does not say it")
	}
}

func TestColumnsOfATableAreMatched(t *testing.T) {
	b := newBox(t)
	withImports(b)
	w := b.upload("Liste.csv", "Machin;Ville;Coordonnées\nLe Fournil;Girac;\"44,93 ; 1,84\"\nLes Amis;Girac;\n", "csv")
	here := w.Header().Get("Location")
	page := b.follow(GET, here, nil)
	if !strings.Contains(page, "Le Fournil · Les Amis") || !strings.Contains(page, `<option value="city" selected>`) {
		t.Errorf("the columns are not shown:\n%s", page)
	}
	form := url.Values{"column_aa": {"none"}, "column_ab": {"city"}, "column_ac": {"pair"}}
	if w := b.ask(POST, here+"/colonnes", "operator", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Nom") {
		t.Errorf("without a name: %d\n%s", w.Code, w.Body)
	}
	form.Set("column_aa", "name")
	if page = b.follow(POST, here+"/colonnes", form); !strings.Contains(plainSpaces(page), "2 nouvelles fiches") {
		t.Errorf("matched:\n%s", page)
	}
	form = url.Values{"do": {"choose"}, "communes": {"99999"}, "kind": {"place"}, "label": {"lieux"}}
	if w := b.ask(POST, here, "operator", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "99999") {
		t.Errorf("a commune that is none: %d", w.Code)
	}
	form.Set("communes", "46123")
	if page = b.follow(POST, here, form); !strings.Contains(page, `<option value="place" selected>`) {
		t.Errorf("chosen:\n%s", page)
	}
	b.follow(POST, here, url.Values{"do": {"import"}})
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{Kind: listing.KindPlace})
		if res.Total != 2 {
			t.Errorf("%d places", res.Total)
		}
		return err
	})
}

func TestFilesAreRefusedInWords(t *testing.T) {
	b := newBox(t)
	withImports(b)
	for name, c := range map[string]struct{ text, format, want string }{
		"zip":         {"PK\x03\x04", "", "archive ou un classeur"},
		"kml":         {`<?xml version="1.0"?><kml></kml>`, "geojson", "fichier KML"},
		"empty":       {"", "", "vide"},
		"not a table": {"\x89PNG\x00", "csv", "pas du texte"},
	} {
		w := b.upload(name, c.text, c.format)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(plainSpaces(w.Body.String()), c.want) {
			t.Errorf("%s: %d, no %q in\n%s", name, w.Code, c.want, w.Body)
		}
	}
	w := b.ask(POST, "/admin/importer", "operator", url.Values{"format": {"rna"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Choisissez d’abord un fichier") {
		t.Errorf("without a file: %d\n%s", w.Code, w.Body)
	}
	w = b.upload("coupe.osm", `<osm><node id="1" lat="44.9" lon="1.8"><tag k="shop" v="ba`, "")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("a file that is cut: %d", w.Code)
	}
	here := w.Header().Get("Location")
	w = b.ask(GET, here, "operator", nil)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "s’arrête au milieu") || strings.Contains(w.Body.String(), `value="import"`) {
		t.Errorf("cut: %d\n%s", w.Code, w.Body)
	}
	if page := b.follow(GET, "/admin", nil); !strings.Contains(page, "attend votre décision") {
		t.Error("the operator is not told of the file that waits")
	}
	b.follow(POST, here, url.Values{"do": {"discard"}})
	if files, _ := os.ReadDir(b.opt.Imports); len(files) != 0 {
		t.Errorf("%d files left", len(files))
	}
	no := newBox(t) // a box without a place for files
	if w := no.ask(POST, "/admin/importer", "operator", url.Values{}); w.Code != http.StatusNotFound {
		t.Errorf("without a directory: %d", w.Code)
	}
}

var anySpace = regexp.MustCompile(`[\x{a0}\x{202f}\s]+`)

// plainSpaces lets a test write sentences without minding spaces.
func plainSpaces(s string) string { return anySpace.ReplaceAllString(s, " ") }

func init() {
	waiting := func(name, text, suffix string) func(*box) string {
		return func(b *box) string {
			withImports(b)
			run, err := intake.NewDesk(b.db, b.opt.Imports).Receive(store.As(b.t.Context(), store.Actor{ID: "operator", Role: store.Operator}),
				name, "", strings.NewReader(text), 1<<20)
			if err != nil {
				b.t.Fatal(err)
			}
			return "/admin/importer/" + run.ID + suffix
		}
	}
	for name, s := range map[string]sample{
		"GET /admin/importer":               {path: func(b *box) string { withImports(b); return "/admin/importer" }},
		"POST /admin/importer":              {path: func(b *box) string { withImports(b); return "/admin/importer" }},
		"GET /admin/importer/:id":           {path: waiting("rna.csv", aRegister, "")},
		"POST /admin/importer/:id":          {path: waiting("rna.csv", aRegister, ""), form: url.Values{"do": {"import"}}},
		"GET /admin/importer/:id/colonnes":  {path: waiting("a.csv", "nom\na\n", "/colonnes")},
		"POST /admin/importer/:id/colonnes": {path: waiting("a.csv", "nom\na\n", "/colonnes"), form: url.Values{"column_aa": {"name"}}},
	} {
		samples[name] = s
	}
}
