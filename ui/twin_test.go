package ui

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// aTwin makes the neighbour's card of a title the same event as an own card:
// where and when that one is.
func (b *box) aTwin(own store.Ref, title string) string {
	b.t.Helper()
	id := store.NewID()
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, own)
		if err != nil {
			return err
		}
		origin, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{7}, Name: "Altillac", Commune: "19007", SeenAt: tx.Now})
		if err != nil {
			return err
		}
		return listing.PutForeign(tx, origin, []listing.Card{{
			Ref: store.Ref{ID: id}, Kind: listing.KindEvent, Title: title, Commune: c.Commune, Position: c.Position,
			StartsAt: c.StartsAt, AllDay: c.AllDay, UpdatedAt: tx.Now,
		}})
	})
	return id
}

// FE-11: the same event entered in two boxes is shown once in every list and
// file; each card names the other and leads to it.
func TestFE11_AnEventOfTwoBoxesIsShownOnce(t *testing.T) {
	b := newBox(t)
	own := b.schedule("Loto du foyer", "2026-12-06T14:00", "", func(e *agenda.Event) { e.Position = &listing.Point{Lat: 4497000, Lon: 187000} })
	other := b.aTwin(own.Ref(), "Loto du foyer !")
	for _, list := range []string{"/agenda", "/recherche?q=loto", "/recherche?q=loto&kind=event"} {
		page := b.get(list)
		if n := strings.Count(page, ">Loto du foyer"); n != 1 {
			t.Errorf("%s shows it %d times", list, n)
		}
		holdsWords(t, list, page, `Aussi dans : <a href="/fiche/`+other+`">boîte d’Altillac</a>`)
	}
	holds(t, "its page", b.get("/"+b.code(own)), "Aussi annoncé par", `<a href="/fiche/`+other+`">boîte d’Altillac</a>`)
	holds(t, "the other's page", b.get("/fiche/"+other), "Aussi annoncé par", `<a href="/`+b.code(own)+`">cette boîte</a>`)
	for _, file := range []string{"/agenda.ics", "/agenda.atom", "/fiches.geojson", "/fiches.jsonld?kind=event", "/fiches.csv", "/api/v1/listings"} {
		if n := strings.Count(b.get(file), "Loto du foyer"); n != 1 {
			t.Errorf("%s has it %d times", file, n)
		}
	}
	if page := b.get("/recherche?q=loto&origin=" + strings.TrimPrefix(altillac, "/voisins/")); !strings.Contains(page, "/fiche/"+other) {
		t.Error("who asks for the other box alone does not find its card")
	}
	storetest.Update(t, b.db, store.Actor{ID: "mod", Role: store.Moderator}, func(tx *store.Tx) error { return listing.Hide(tx, own.Ref(), true) })
	page := b.get("/agenda")
	if strings.Contains(page, "Aussi dans") || !strings.Contains(page, "/fiche/"+other) {
		t.Error("the other does not come back when one is hidden")
	}
}
