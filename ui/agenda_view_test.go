package ui

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// repeats puts a card with dates one week apart, from a first one.
func (b *box) repeats(title string, first time.Time, n int) store.Ref {
	b.t.Helper()
	c := listing.Card{Ref: store.Ref{Module: agenda.Module, ID: store.NewID()}, Kind: listing.KindEvent, Title: title, Audience: listing.Public}
	for i := range n {
		at := first.AddDate(0, 0, 7*i)
		c.Occasions = append(c.Occasions, listing.Occasion{StartsAt: at, EndsAt: at.Add(2 * time.Hour)})
	}
	storetest.Update(b.t, b.db, mo, func(tx *store.Tx) error { return listing.Put(tx, c, nil) })
	return c.Ref
}

// TestViewsShowEveryDate: a card that repeats stands under each of its dates in
// a month, a week and the whole, and in the list; the API and the feed have it
// once.
func TestViewsShowEveryDate(t *testing.T) {
	b := newBox(t)
	b.home()
	b.repeats("Marché de producteurs", time.Date(2026, 12, 2, 9, 0, 0, 0, b.zone), 5)
	for path, want := range map[string]int{
		"/agenda?from=2026-12-01&to=2026-12-31": 5,
		"/agenda/mois?from=2026-12-15":          5,
		"/agenda/mois?from=2027-01-15":          0,
		"/agenda/semaine?from=2026-12-09":       1,
		"/agenda/jour?from=2026-12-16":          1,
		"/agenda/jour?from=2026-12-17":          0,
		"/agenda/tout":                          5,
		"/fiches.atom?from=2026-12-01":          1,
		"/api/v1/listings?from=2026-12-10":      1,
	} {
		if got := strings.Count(b.get(path), "Marché de producteurs"); got != want {
			t.Errorf("%s has it %d times, want %d", path, got, want)
		}
	}
	if page := b.get("/agenda/mois?from=2026-12-15"); !strings.Contains(page, "Noël") || !strings.Contains(page, "5 dates, par jour") {
		t.Errorf("the month lacks its holiday or its count:\n%s", page)
	}
}

// TestAG12_AnEveningBelongsToTheDayItBeganOn: a ball until 2 in the morning is
// under Saturday alone; on Sunday it has begun earlier.
func TestAG12_AnEveningBelongsToTheDayItBeganOn(t *testing.T) {
	b := newBox(t)
	b.home()
	at := time.Date(2026, 12, 5, 22, 0, 0, 0, b.zone)
	c := listing.Card{Ref: store.Ref{Module: agenda.Module, ID: store.NewID()}, Kind: listing.KindEvent, Title: "Bal", Audience: listing.Public, StartsAt: at, EndsAt: at.Add(4 * time.Hour)}
	storetest.Update(b.t, b.db, mo, func(tx *store.Tx) error { return listing.Put(tx, c, nil) })
	if page := b.get("/agenda/mois?from=2026-12-01"); strings.Count(page, ">Bal<") != 1 {
		t.Error("the month has the ball more than once")
	}
	page := b.get("/agenda/jour?from=2026-12-06")
	before, list, _ := strings.Cut(page, `<ol class="days`)
	if !strings.Contains(before, ">Bal<") || !strings.Contains(before, "Commencé plus tôt") || strings.Contains(list, ">Bal<") {
		t.Error("on Sunday the ball is no new event, and goes on")
	}
}

// TestSeveralDaysStandUnderEach: a fair of three days is under each of them.
func TestSeveralDaysStandUnderEach(t *testing.T) {
	b := newBox(t)
	b.home()
	at := time.Date(2026, 12, 4, 0, 0, 0, 0, b.zone)
	c := listing.Card{Ref: store.Ref{Module: agenda.Module, ID: store.NewID()}, Kind: listing.KindEvent, Title: "Foire", Audience: listing.Public, AllDay: true, StartsAt: at, EndsAt: at.AddDate(0, 0, 3)}
	storetest.Update(b.t, b.db, mo, func(tx *store.Tx) error { return listing.Put(tx, c, nil) })
	if page := b.get("/agenda/mois?from=2026-12-01"); strings.Count(page, ">Foire<") != 3 || strings.Count(page, "(suite)") != 2 {
		t.Errorf("%d times, %d continued", strings.Count(page, ">Foire<"), strings.Count(page, "(suite)"))
	}
}

// TestTheAgendaOfAnElement: pages, feed, calendar and API keep what one
// organisation gives.
func TestTheAgendaOfAnElement(t *testing.T) {
	b := newBox(t)
	b.home()
	b.repeats("Marché", time.Date(2026, 12, 2, 9, 0, 0, 0, b.zone), 2)
	theirs := b.repeats("Répétition", time.Date(2026, 12, 3, 20, 0, 0, 0, b.zone), 2)
	org := directory.Element{Kind: directory.Org, Name: "Chorale", Audience: listing.Public}
	storetest.Update(b.t, b.db, mo, func(tx *store.Tx) error {
		if err := directory.Add(tx, &org); err != nil {
			return err
		}
		return directory.SetLink(tx, directory.Organiser, theirs, org.ID)
	})
	for _, path := range []string{"/agenda", "/agenda/mois", "/agenda/tout", "/agenda.ics", "/agenda.atom", "/api/v1/listings", "/fiches.csv", "/carte"} {
		page := b.get(path + "?from=2026-12-01&element=" + org.ID)
		if !strings.Contains(page, "Répétition") || strings.Contains(page, "Marché") {
			t.Errorf("%s is not the choir's alone", path)
		}
	}
	if w := b.ask(GET, "/agenda?element=nothing", "", nil); w.Code != http.StatusBadRequest {
		t.Errorf("an element that cannot be: %d", w.Code)
	}
	if !slices.Contains(filterNames, "element") {
		t.Error("element is no filter")
	}
}

func init() {
	for _, v := range agendaViews {
		samples["GET "+v.path] = at(v.path)
	}
}
