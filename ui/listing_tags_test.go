package ui

import (
	"net/url"
	"strings"
	"testing"

	"copi.local/store/agenda"
)

// ride schedules a ride under a tag.
func (b *box) ride(tag string) {
	b.schedule("Balade "+tag, "2026-11-28T20:00", "", func(e *agenda.Event) { e.Tags = []string{tag} })
}

// RE-2: the steward sees what a merge moves, does it, the old address leads to
// the new one, and the log takes it back.
func TestRE2_AStewardMergesAndTakesItBack(t *testing.T) {
	b := newBox(t)
	b.ride("vélo")
	b.ride("vélos")
	page := plainText(b.ask(GET, "/admin/etiquettes", "moderator", nil).Body.String())
	if !strings.Contains(page, "1 fiche classée sous « vélos » se trouvera sous « vélo »") {
		t.Errorf("no proposal:\n%s", page)
	}
	preview := plainText(b.ask(GET, "/admin/etiquettes/reunir?from=v%C3%A9lo&into=v%C3%A9los", "moderator", nil).Body.String())
	if !strings.Contains(preview, "1 fiche classée sous « vélo » se trouvera sous « vélos »") {
		t.Errorf("no preview:\n%s", preview)
	}
	if w := b.ask(POST, "/admin/etiquettes/reunir", "moderator", url.Values{"from": {"vélos"}, "into": {"vélo"}, "do": {"merge"}}); w.Code != 303 {
		t.Fatalf("merging: %d", w.Code)
	}
	for _, list := range []string{"/recherche", "/agenda"} {
		w := b.ask(GET, list+"?radius_km=&tag=velos", "", nil)
		if to := w.Header().Get("Location"); w.Code != 302 || !strings.HasPrefix(to, list+"?") || !strings.Contains(to, "tag=v%C3%A9lo") {
			t.Errorf("%s: %d, to %q", list, w.Code, to)
		}
		if page := b.get(list + "?tag=Velo"); !strings.Contains(page, "Balade vélos") || !strings.Contains(page, "Balade vélo<") {
			t.Errorf("%s: the tag does not find both", list)
		}
	}
	if ids, _, total := b.everyPage(url.Values{"tag": {"#VÉLOS"}}); total != 2 || len(ids) != 2 {
		t.Errorf("the API finds %d", total)
	}
	if page := plainText(b.get("/etiquettes/journal")); !strings.Contains(page, "« vélos » réuni avec « vélo » : 1 fiche.") || strings.Contains(page, "/etiquettes/journal/1") {
		t.Errorf("the public log:\n%s", page)
	}
	if w := b.ask(POST, "/etiquettes/journal/1", "moderator", url.Values{}); w.Code != 303 {
		t.Fatalf("undoing: %d", w.Code)
	}
	if w := b.ask(GET, "/recherche?tag=velos", "", nil); w.Code != 200 || strings.Contains(w.Body.String(), "Balade vélo<") {
		t.Errorf("the merge is not undone: %d", w.Code)
	}
	if page := plainText(b.get("/etiquettes/journal")); !strings.Contains(page, "(annulé le") {
		t.Errorf("the log does not say it was undone:\n%s", page)
	}
}

// RE-3: what cannot be is refused, and says what to do instead.
func TestRE3_ATagOfItsOwnIsNoSpelling(t *testing.T) {
	b := newBox(t)
	b.merged()
	b.ride("train")
	post := func(path string, form url.Values) string {
		w := b.ask(POST, path, "moderator", form)
		if w.Code != 422 {
			t.Errorf("%s %v: %d", path, form, w.Code)
		}
		return plainText(w.Body.String())
	}
	for _, c := range []struct{ path, want string }{
		{"/admin/etiquettes/mot/train", "Réunissez d'abord les deux mots-clés"},
	} {
		if page := post(c.path, url.Values{"do": {"alias"}, "alias": {"bicyclette"}}); !strings.Contains(page, c.want) {
			t.Errorf("no %q", c.want)
		}
	}
	if page := post("/admin/etiquettes/mot/train", url.Values{"do": {"name"}, "name": {"vélo"}}); !strings.Contains(page, "Pour n'en faire qu'un, réunissez-les") {
		t.Error("renaming to another tag is not explained")
	}
	if page := post("/admin/etiquettes/reunir", url.Values{"from": {"vélo"}, "into": {"Bicyclette"}}); !strings.Contains(page, "sont déjà le même mot-clé") {
		t.Error("merging one tag with itself is not explained")
	}
	for _, tag := range []string{"", "·", strings.Repeat("x", 200)} {
		post("/admin/etiquettes/reunir", url.Values{"from": {tag}, "into": {"train"}})
	}
}

// The public page counts what its reader may see.
func TestTagsFromAToZ(t *testing.T) {
	b := newBox(t)
	b.ride("vélo")
	b.ride("École")
	page := b.get("/etiquettes")
	if e, v := strings.Index(page, ">École&nbsp;"), strings.Index(page, ">vélo&nbsp;"); e < 0 || v < e {
		t.Errorf("École at %d, vélo at %d\n%s", e, v, page)
	}
	if w := b.ask(GET, "/etiquettes?lettre=ab", "", nil); w.Code != 400 {
		t.Errorf("two letters: %d", w.Code)
	}
	for _, letter := range []string{"e", "%C3%89", "%22", "%00"} {
		if w := b.ask(GET, "/etiquettes?lettre="+letter, "", nil); w.Code >= 500 {
			t.Errorf("%s: %d", letter, w.Code)
		}
	}
}
