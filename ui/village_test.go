package ui

import (
	"encoding/hex"
	"net/url"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

// lea writes the events of these tests.
var lea = store.Actor{ID: "lea", Role: store.Resident}

// schedule adds an event by lea and returns it.
func (b *box) schedule(title, starts, ends string, change ...func(*agenda.Event)) agenda.Event {
	b.t.Helper()
	e := agenda.Event{Title: title, Place: "Salle des fêtes", Audience: listing.Public}
	var err error
	if e.Starts, err = calendar.ParseWall(starts); err != nil {
		b.t.Fatal(err)
	}
	if ends != "" {
		if e.Ends, err = calendar.ParseWall(ends); err != nil {
			b.t.Fatal(err)
		}
	}
	for _, c := range change {
		c(&e)
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return agenda.Schedule(tx, &e) })
	return e
}

// code is the short code of an event.
func (b *box) code(e agenda.Event) (code string) {
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, e.Ref())
		code = c.Code
		return err
	})
	return code
}

// foreign adds a card of a neighbouring box and returns its id.
func (b *box) foreign(title string) string {
	id := store.NewID()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		origin, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{7}, Name: "Altillac", Commune: "19007", SeenAt: tx.Now})
		if err != nil {
			return err
		}
		return listing.PutForeign(tx, origin, []listing.Card{{
			Ref: store.Ref{ID: id}, Kind: listing.KindEvent, Title: title, Commune: "19007",
			StartsAt: tx.Now.AddDate(0, 0, 2), UpdatedAt: tx.Now, Position: &listing.Point{Lat: 4497000, Lon: 187000},
		}})
	})
	return id
}

// altillac is the page of the box foreign cards come from.
var altillac = "/voisins/" + hex.EncodeToString(append([]byte{7}, make([]byte, 31)...))

// aBox is that page, once there is such a card.
func aBox(b *box) string {
	b.foreign("Foire")
	return altillac
}

// merged merges two tags of two events.
func (b *box) merged() {
	b.t.Helper()
	for _, tag := range []string{"vélo", "bicyclette"} {
		b.schedule("Balade à "+tag, "2026-11-28T20:00", "", func(e *agenda.Event) { e.Tags = []string{tag} })
	}
	storetest.Update(b.t, b.db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		_, err := listing.Merge(tx, "vélo", "bicyclette")
		return err
	})
}

// proposed queues a visitor's event and returns the proposal's id and code.
func (b *box) proposed(form url.Values) (id, code string) {
	b.t.Helper()
	f := url.Values{"do": {"publish"}}
	for k, v := range form {
		f[k] = v
	}
	w := b.ask(POST, "/proposer", "", f)
	if w.Code != 303 {
		b.t.Fatalf("proposing: %d\n%s", w.Code, w.Body)
	}
	code = w.Header().Get("Location")[len("/proposer/suivi/"):]
	storetest.View(b.t, b.db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		p, err := moderation.Follow(tx, code)
		id = p.ID
		return err
	})
	return id, code
}

// aForm is an event as a browser sends it.
func aForm() url.Values {
	return url.Values{
		"title": {"Vide-grenier"}, "starts": {"2026-12-06"}, "starts_time": {"08:00"}, "place": {"Place de l’église"},
		"audience": {"public"},
	}
}

func init() {
	event := func(suffix string) func(*box) string {
		return func(b *box) string { return "/agenda/" + b.schedule("Loto", "2026-11-28T20:00", "").ID + suffix }
	}
	own := func(suffix string, form url.Values) sample {
		return sample{path: event(suffix), form: form, as: "resident:lea"}
	}
	proposal := func(b *box) string { id, _ := b.proposed(aForm()); return "/moderation/proposition/" + id }
	fiche := func(prefix string) func(*box) string {
		return func(b *box) string { return prefix + b.schedule("Loto", "2026-11-28T20:00", "").ID }
	}
	for name, s := range map[string]sample{
		"GET /":                            at("/"),
		"GET /agenda/nouveau":              at("/agenda/nouveau"),
		"POST /agenda/nouveau":             {path: at("/agenda/nouveau").path, form: aForm()},
		"GET /agenda/:id":                  {path: event("")},
		"GET /agenda/:id/calendrier.ics":   {path: event("/calendrier.ics")},
		"GET /agenda/:id/modifier":         own("/modifier", nil),
		"POST /agenda/:id/modifier":        own("/modifier", aForm()),
		"GET /agenda/:id/annuler":          own("/annuler", nil),
		"POST /agenda/:id/annuler":         own("/annuler", url.Values{"reason": {"Neige"}}),
		"POST /agenda/:id/retablir":        own("/retablir", nil),
		"POST /agenda/:id/retirer":         own("/retirer", nil),
		"GET /proposer":                    at("/proposer"),
		"POST /proposer":                   {path: at("/proposer").path, form: aForm()},
		"GET /proposer/suivi/:code":        {path: func(b *box) string { _, c := b.proposed(aForm()); return "/proposer/suivi/" + c }},
		"GET /signaler/:code":              {path: fiche("/signaler/")},
		"POST /signaler/:code":             {path: fiche("/signaler/"), form: url.Values{"reason": {"over"}}},
		"GET /moderation":                  at("/moderation"),
		"GET /moderation/proposition/:id":  {path: proposal},
		"POST /moderation/proposition/:id": {path: proposal, form: url.Values{"do": {"accept"}}},
		"GET /moderation/fiche/:id":        {path: fiche("/moderation/fiche/")},
		"POST /moderation/fiche/:id":       {path: fiche("/moderation/fiche/"), form: url.Values{"reason": {"over"}}},
		"GET /moderation/journal":          at("/moderation/journal"),
		"GET /admin/moderation":            at("/admin/moderation"),
		"POST /admin/moderation":           {path: at("/admin/moderation").path, form: url.Values{"reports": {"4"}}},
		"GET /agenda.ics":                  at("/agenda.ics"),
		"GET /agenda.atom":                 at("/agenda.atom"),
		"GET /fiches.geojson":              at("/fiches.geojson"),
		"GET /fiches.csv":                  at("/fiches.csv"),
		"GET /api/v1/listings":             at("/api/v1/listings"),
		"GET /api/v1/listings/:id":         {path: fiche("/api/v1/listings/")},
		"GET /api/v1/openapi.json":         at("/api/v1/openapi.json"),
		"GET /recherche":                   at("/recherche"),
		"GET /fiche/:id":                   {path: func(b *box) string { return "/fiche/" + b.foreign("Foire") }},
		"GET /etiquettes":                  at("/etiquettes"),
		"GET /etiquettes/journal":          at("/etiquettes/journal"),
		"POST /etiquettes/journal/:n":      {path: func(b *box) string { b.merged(); return "/etiquettes/journal/1" }},
		"GET /admin/etiquettes":            at("/admin/etiquettes"),
		"GET /admin/etiquettes/reunir":     at("/admin/etiquettes/reunir"),
		"POST /admin/etiquettes/reunir":    {path: at("/admin/etiquettes/reunir").path, form: url.Values{"from": {"velo"}, "into": {"cycle"}}},
		"GET /admin/etiquettes/mot/:tag":   at("/admin/etiquettes/mot/velo"),
		"POST /admin/etiquettes/mot/:tag":  {path: at("/admin/etiquettes/mot/velo").path, form: url.Values{"name": {"Vélo"}}},
		"GET /voisins/:id":                 {path: aBox},
		"POST /voisins/:id":                {path: aBox, form: url.Values{"web": {"altillac.local"}}},
		"GET /:code":                       {path: func(b *box) string { return "/" + b.code(b.schedule("Loto", "2026-11-28T20:00", "")) }},
	} {
		samples[name] = s
	}
}
