package ui

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

// spread does what the box does by itself, a moment after the last commit.
func (b *box) spread() {
	b.t.Helper()
	b.clock.Add(2 * time.Second)
	for _, j := range notify.Jobs(notify.Source{Module: agenda.Module, Author: agenda.AuthorOf}) {
		storetest.Update(b.t, b.db, store.Actor{}, j.Run)
	}
}

// page reads a page as somebody with an account.
func (b *box) page(target, who string) string {
	b.t.Helper()
	w := b.ask(GET, target, who, nil)
	if w.Code != 200 {
		b.t.Fatalf("GET %s as %s: %d\n%s", target, who, w.Code, w.Body)
	}
	return w.Body.String()
}

// follows lets paul follow something.
func (b *box) follows(what, target string) {
	b.t.Helper()
	w := b.ask(POST, "/suivre", "resident:paul", url.Values{"what": {what}, "target": {target}, "do": {"start"}, "back": {"/avis"}})
	if w.Code != 303 {
		b.t.Fatalf("following: %d\n%s", w.Code, w.Body)
	}
}

// told publishes an event that paul follows the tag of, and returns it and
// the number of his notice.
func (b *box) told() (agenda.Event, string) {
	b.t.Helper()
	b.spread()
	b.follows("tag", "loto")
	e := b.schedule("Grand loto", "2026-11-28T20:00", "", func(e *agenda.Event) { e.Tags = []string{"Loto"} })
	b.spread()
	var id int64
	storetest.View(b.t, b.db, store.Actor{ID: "paul", Role: store.Resident}, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 1)
		if err == nil {
			id = list[0].ID
		}
		return err
	})
	return e, strconv.FormatInt(id, 10)
}

func TestAFollowerIsToldOnceAndReads(t *testing.T) {
	b := newBox(t)
	e, id := b.told()
	page := b.page("/avis", "resident:paul")
	for _, part := range []string{"Grand loto", "Vient d’être publié", "NOUVEAU", "1 avis non lu", "Parce que vous suivez", `href="/avis/` + id + `"`} {
		if !strings.Contains(page, part) {
			t.Errorf("no %q on the page:\n%s", part, page)
		}
	}
	if home := b.page("/", "resident:paul"); !strings.Contains(home, "1 avis non lu") {
		t.Error("the head does not say it")
	}
	if page := b.page("/avis", "resident:lea"); strings.Contains(page, "Grand loto") {
		t.Error("somebody else reads it")
	}
	w := b.ask(GET, "/avis/"+id, "resident:paul", nil)
	if w.Code != 303 || w.Header().Get("Location") != "/"+b.code(e) {
		t.Errorf("opened: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if page := b.page("/avis", "resident:paul"); strings.Contains(page, "NOUVEAU") || !strings.Contains(page, "Grand loto") {
		t.Error("opened and still new, or gone")
	}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return agenda.Cancel(tx, e.ID, "neige") })
	b.spread()
	if page := b.page("/avis", "resident:paul"); !strings.Contains(page, "Est annulé") || strings.Count(page, "Grand loto") != 1 {
		t.Errorf("cancelled:\n%s", page)
	}
	b.press("/avis", "resident:paul", url.Values{})
	if page := b.page("/avis", "resident:paul"); strings.Contains(page, "NOUVEAU") {
		t.Error("not all are read")
	}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return agenda.Remove(tx, e.ID) })
	if page := b.page("/avis", "resident:paul"); !strings.Contains(page, "Cette fiche n’est plus là") || strings.Contains(page, "Grand loto") {
		t.Errorf("removed:\n%s", page)
	}
	if w := b.ask(GET, "/avis/"+id, "resident:paul", nil); w.Header().Get("Location") != "/avis" {
		t.Errorf("what is gone leads to %s", w.Header().Get("Location"))
	}
}

// press posts as somebody and wants a redirect.
func (b *box) press(path, who string, form url.Values) string {
	b.t.Helper()
	w := b.ask(POST, path, who, form)
	if w.Code != 303 {
		b.t.Fatalf("POST %s as %s: %d\n%s", path, who, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

func TestNO4_WhatBecamePrivateIsNotTold(t *testing.T) {
	b := newBox(t)
	e, _ := b.told()
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		return listing.Hide(tx, e.Ref(), true)
	})
	if page := b.page("/avis", "resident:paul"); strings.Contains(page, "Grand loto") {
		t.Error("the title of what was hidden since is told")
	}
	var id int64
	storetest.Update(t, b.db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		err := notify.Tell(tx, "paul", store.Ref{Module: "message", ID: store.NewID()}, "notify.nobody_knows", "text", "mon secret")
		if err != nil {
			return err
		}
		id, err = store.One(tx, store.Scan[int64], "SELECT max(id) FROM notify_notices")
		return err
	})
	if page := b.page("/avis", "resident:paul"); strings.Contains(page, "mon secret") || strings.Contains(page, "nobody_knows") {
		t.Error("a sentence the box has not shows its words")
	}
	if w := b.ask(GET, "/avis/"+strconv.FormatInt(id, 10), "resident:lea", nil); w.Code != 404 {
		t.Errorf("another's notice: %d", w.Code)
	}
}

func TestTheButtonFollowsAndStops(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Bal", "2026-11-28T20:00", "", func(e *agenda.Event) { e.Tags = []string{"danse folk"} })
	for _, c := range []struct{ page, what, target, back string }{
		{"/agenda/" + e.ID, "card", e.ID, "/agenda/" + e.ID},
		{"/fiche/" + b.foreign("Foire"), "card", "", ""},
		{"/recherche?tag=danse+folk", "tag", "danse folk", "/recherche?tag=danse+folk"},
	} {
		visitor := b.get(c.page)
		if !strings.Contains(visitor, `href="/suivre/`+c.what+"/") || strings.Contains(visitor, `action="/suivre"`) {
			t.Errorf("%s: a visitor cannot begin:\n%s", c.page, visitor)
		}
		if !strings.Contains(b.page(c.page, "resident:paul"), `value="start"`) {
			t.Errorf("%s: no button", c.page)
		}
		if c.target == "" {
			continue
		}
		to := b.press("/suivre", "resident:paul", url.Values{"what": {c.what}, "target": {c.target}, "back": {c.back}, "do": {"start"}})
		if to != c.back {
			t.Errorf("led to %s", to)
		}
		page := b.page(c.page, "resident:paul")
		if !strings.Contains(page, `value="stop"`) || !strings.Contains(page, "Ne plus suivre") {
			t.Errorf("%s: it does not say that he follows:\n%s", c.page, page)
		}
		b.press("/suivre", "resident:paul", url.Values{"what": {c.what}, "target": {c.target}, "back": {"//elsewhere"}, "do": {"stop"}})
		if !strings.Contains(b.page(c.page, "resident:paul"), `value="start"`) {
			t.Errorf("%s: he follows still", c.page)
		}
	}
	if w := b.ask(GET, "/suivre/tag/danse%20folk", "", nil); w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/connexion") {
		t.Errorf("a visitor is not asked to sign in: %d", w.Code)
	}
	for _, bad := range []string{"/suivre/card/" + store.NewID(), "/suivre/zone/nulle-part", "/suivre/person/x", "/suivre/commune/99999"} {
		if w := b.ask(GET, bad, "resident:paul", nil); w.Code != 404 {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
	w := b.ask(POST, "/suivre", "resident:paul", url.Values{"what": {"tag"}, "target": {"x"}, "often": {"hourly"}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), "Choisissez quand") {
		t.Errorf("a frequency that is none: %d", w.Code)
	}
}

func TestZonesAndCommunesAreFollowed(t *testing.T) {
	b := newBox(t)
	storetest.Update(t, b.db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		z := listing.Zone{Name: "Les deux rives", Kind: listing.ZoneBasin}
		if err := listing.MakeZone(tx, &z); err != nil {
			return err
		}
		return listing.AddCommunes(tx, z.ID, []string{"46029"})
	})
	b.foreign("Foire") // of Altillac
	for page, what := range map[string]string{"/territoire/les-deux-rives": "zone", "/recherche?zone=les-deux-rives": "zone", "/c/altillac": "commune"} {
		if !strings.Contains(b.get(page), `href="/suivre/`+what+"/") {
			t.Errorf("%s cannot be followed", page)
		}
	}
	b.follows("zone", "les-deux-rives")
	b.follows("commune", "19007")
	page := b.page("/avis/suivis", "resident:paul")
	for _, part := range []string{"Les deux rives", "Altillac", `href="/territoire/les-deux-rives"`, `value="daily" selected`} {
		if !strings.Contains(page, part) {
			t.Errorf("no %q among what he follows:\n%s", part, page)
		}
	}
}

func TestFollowsAreSetForEach(t *testing.T) {
	b := newBox(t)
	b.follows("tag", "Fête de l'école")
	page := b.page("/avis/suivis", "resident:paul")
	if !strings.Contains(page, "Fête de l’école") || !strings.Contains(page, `value="at_once" selected`) {
		t.Fatalf("not listed:\n%s", page)
	}
	b.press("/avis/suivis/1", "resident:paul", url.Values{"often": {"weekly"}, "do": {"often"}})
	if page := b.page("/avis/suivis", "resident:paul"); !strings.Contains(page, `value="weekly" selected`) {
		t.Error("not changed")
	}
	if w := b.ask(POST, "/avis/suivis/1", "resident:lea", url.Values{"do": {"stop"}}); w.Code != 404 {
		t.Errorf("another's follow: %d", w.Code)
	}
	b.press("/avis/suivis/1", "resident:paul", url.Values{"do": {"stop"}})
	if page := b.page("/avis/suivis", "resident:paul"); !strings.Contains(page, "Vous ne suivez rien") {
		t.Error("he follows still")
	}
}

func TestNO3_ALinkEndsAFollowWithoutSigningIn(t *testing.T) {
	b := newBox(t)
	b.told()
	link := b.stopLink()
	if page := b.get(link); !strings.Contains(page, "loto") {
		t.Errorf("what does it end?\n%s", page)
	}
	b.clock.Add(29 * 24 * time.Hour)
	b.press(link, "", url.Values{})
	if page := b.page("/avis/suivis", "resident:paul"); !strings.Contains(page, "Vous ne suivez rien") {
		t.Error("he follows still")
	}
	for _, method := range []string{GET, POST} {
		if w := b.ask(method, link, "", url.Values{}); w.Code != 404 || !strings.Contains(w.Body.String(), "Ce lien ne sert plus") {
			t.Errorf("%s a link that was used: %d", method, w.Code)
		}
	}
	if page := b.page("/avis", "resident:paul"); strings.Contains(page, "/ne-plus-suivre/") {
		t.Error("the notice leads to a link of no use")
	}
}

// stopLink is the link of paul's first notice.
func (b *box) stopLink() string {
	b.t.Helper()
	_, after, found := strings.Cut(b.page("/avis", "resident:paul"), `href="/ne-plus-suivre/`)
	if !found {
		b.t.Fatal("no link on the notice")
	}
	token, _, _ := strings.Cut(after, `"`)
	return "/ne-plus-suivre/" + token
}

func TestTheUnreadCountStaysOutOfCachedPages(t *testing.T) {
	b := newBox(t)
	b.told()
	before := b.get("/agenda")
	if strings.Contains(before, "/avis") {
		t.Error("a visitor is shown notices")
	}
	b.page("/agenda", "resident:paul")
	if b.get("/agenda") != before {
		t.Error("a signed-in page reached the cache")
	}
}

func init() {
	notice := func(b *box) string { _, id := b.told(); return "/avis/" + id }
	link := func(b *box) string { b.told(); return b.stopLink() }
	follow := func(b *box) string { b.follows("tag", "loto"); return "/avis/suivis/1" }
	for name, s := range map[string]sample{
		"GET /avis":                   at("/avis"),
		"POST /avis":                  at("/avis"),
		"GET /avis/:id":               {path: notice, as: "resident:paul"},
		"GET /avis/suivis":            at("/avis/suivis"),
		"POST /avis/suivis/:id":       {path: follow, form: url.Values{"often": {"daily"}}, as: "resident:paul"},
		"GET /suivre/:what/:target":   at("/suivre/tag/loto"),
		"POST /suivre":                {path: at("/suivre").path, form: url.Values{"what": {"tag"}, "target": {"loto"}}},
		"GET /ne-plus-suivre/:token":  {path: link},
		"POST /ne-plus-suivre/:token": {path: link},
	} {
		samples[name] = s
	}
}
