package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/calendar"
	"copi.local/store/storetest"
)

// bookable adds a room the resident "lea" answers for.
func (b *box) bookable(change ...func(*booking.Resource)) string {
	b.t.Helper()
	room := booking.Resource{Kind: booking.Room, Name: "Grande salle", Site: "Salle des fêtes", Capacity: 80, Who: booking.Residents, Validated: true}
	for _, c := range change {
		c(&room)
	}
	storetest.Update(b.t, b.db, store.Actor{ID: "operator", Role: store.Operator}, func(tx *store.Tx) error {
		if err := booking.Create(tx, &room); err != nil {
			return err
		}
		return booking.SetManager(tx, room.ID, "lea", true)
	})
	return room.ID
}

// booked asks for a room in the name of an account; from and until are
// "2026-12-05T14:00".
func (b *box) booked(room, account, from, until string, change ...func(*booking.Booking)) booking.Booking {
	b.t.Helper()
	starts, err1 := calendar.ParseWall(from)
	ends, err2 := calendar.ParseWall(until)
	if err1 != nil || err2 != nil {
		b.t.Fatal(err1, err2)
	}
	one := booking.Booking{Title: "Répétition", Units: 1, Slot: booking.Slot{Resource: room, Starts: starts, Ends: ends}}
	for _, c := range change {
		c(&one)
	}
	storetest.Update(b.t, b.db, store.Actor{ID: account, Role: store.Resident}, func(tx *store.Tx) error {
		return booking.Request(tx, &one, booking.Way{})
	})
	return one
}

// series is a request by tom for four Wednesdays in a row.
func (b *box) series(room string) (id string) {
	b.t.Helper()
	starts := calendar.Wall{Year: 2026, Month: time.December, Day: 2, Hour: 20}
	one := booking.Booking{Title: "Chorale", Units: 1, Slot: booking.Slot{Resource: room, Starts: starts, Ends: starts.Later(2 * time.Hour)}}
	repeat := booking.Repeat{Rule: calendar.Rule{Freq: calendar.Weekly, Every: 1, Count: 4, WeekStart: time.Monday}}
	storetest.Update(b.t, b.db, store.Actor{ID: "tom", Role: store.Resident}, func(tx *store.Tx) error {
		s, _, err := booking.RequestSeries(tx, &one, repeat, booking.Way{})
		id = s.ID
		return err
	})
	return id
}

// exchange is tom's proposal to zoe that their bookings change places.
func (b *box) exchange() (id string) {
	b.t.Helper()
	room := b.bookable(func(r *booking.Resource) { r.Validated = false })
	one := b.booked(room, "tom", "2026-12-05T14:00", "2026-12-05T16:00")
	other := b.booked(room, "zoe", "2026-12-06T14:00", "2026-12-06T16:00")
	storetest.Update(b.t, b.db, store.Actor{ID: "tom", Role: store.Resident}, func(tx *store.Tx) error {
		if err := booking.Propose(tx, one.ID, other.ID); err != nil {
			return err
		}
		list, err := booking.Exchanges(tx, one.ID)
		id = list[0].ID
		return err
	})
	return id
}

func init() {
	hall := func(tail string) func(*box) string {
		return func(b *box) string { return "/salles/" + b.bookable() + tail }
	}
	// tom asked; lea answers.
	one := func(tail string) func(*box) string {
		return func(b *box) string {
			return "/salles/reservations/" + b.booked(b.bookable(), "tom", "2026-12-05T14:00", "2026-12-05T16:00").ID + tail
		}
	}
	hours := url.Values{"starts": {"2026-12-06"}, "starts_time": {"14:00"}, "ends_time": {"16:00"}, "title": {"Chorale"}}
	room := url.Values{"kind": {"room"}, "who": {"residents"}, "name": {"Petite salle"}}
	series := func(tail string) func(*box) string {
		return func(b *box) string { return "/salles/series/" + b.series(b.bookable()) + tail }
	}
	for name, s := range map[string]sample{
		"GET /salles/reservations/:id/echanger":  {path: one("/echanger"), as: "resident:tom"},
		"POST /salles/reservations/:id/echanger": {path: one("/echanger"), as: "resident:tom"},
		"POST /salles/echanges/:id":              {path: func(b *box) string { return "/salles/echanges/" + b.exchange() }, as: "resident:zoe", form: url.Values{"do": {"agree"}}},
		"GET /salles/series/:id":                 {path: series(""), as: "resident:tom"},
		"POST /salles/series/:id/accorder":       {path: series("/accorder"), as: "resident:lea"},
		"POST /salles/series/:id/refuser":        {path: series("/refuser"), as: "resident:lea", form: url.Values{"reason": {"Travaux"}}},
		"POST /salles/series/:id/annuler":        {path: series("/annuler"), as: "resident:tom"},
		"GET /salles":                            at("/salles"),
		"GET /salles/planning":                   at("/salles/planning"),
		"GET /salles/nouvelle":                   at("/salles/nouvelle"),
		"POST /salles/nouvelle":                  {path: at("/salles/nouvelle").path, form: room},
		"GET /salles/demandes":                   at("/salles/demandes"),
		"POST /salles/demandes":                  {path: at("/salles/demandes").path, form: url.Values{"days": {"12"}}},
		"GET /salles/reservations":               at("/salles/reservations"),
		"GET /salles/reservations/:id":           {path: one(""), as: "resident:tom"},
		"POST /salles/reservations/:id/accorder": {path: one("/accorder"), as: "resident:lea"},
		"POST /salles/reservations/:id/refuser":  {path: one("/refuser"), as: "resident:lea", form: url.Values{"reason": {"Travaux"}}},
		"GET /salles/reservations/:id/annuler":   {path: one("/annuler"), as: "resident:tom"},
		"POST /salles/reservations/:id/annuler":  {path: one("/annuler"), as: "resident:tom", form: url.Values{"reason": {"Malade"}}},
		"GET /salles/reservations/:id/deplacer":  {path: one("/deplacer"), as: "resident:tom"},
		"POST /salles/reservations/:id/deplacer": {path: one("/deplacer"), as: "resident:tom", form: hours},
		"GET /salles/reservations/:id/modifier":  {path: one("/modifier"), as: "resident:tom"},
		"POST /salles/reservations/:id/modifier": {path: one("/modifier"), as: "resident:tom", form: url.Values{"title": {"Chorale"}}},
		"GET /salles/:id":                        {path: hall("")},
		"GET /salles/:id/planning":               {path: hall("/planning")},
		"GET /salles/:id/reserver":               {path: hall("/reserver")},
		"POST /salles/:id/reserver":              {path: hall("/reserver"), form: hours},
		"GET /salles/:id/modifier":               {path: hall("/modifier"), as: "resident:lea"},
		"POST /salles/:id/modifier":              {path: hall("/modifier"), as: "resident:lea", form: room},
		"GET /salles/:id/derogations":            {path: hall("/derogations"), as: "resident:lea"},
		"POST /salles/:id/responsables":          {path: hall("/responsables"), form: url.Values{"remove": {"lea"}}},
		"POST /salles/:id/fermer":                {path: hall("/fermer")},
		"GET /salles/:id/photos":                 {path: hall("/photos"), as: "resident:lea"},
		"POST /salles/:id/photos":                {path: hall("/photos"), as: "resident:lea"},
		"POST /salles/:id/photos/:photo":         {path: hall("/photos/none"), as: "resident:lea"},
	} {
		samples[name] = s
	}
}

func TestSA1_TakenHoursAreAnsweredWithFreeOnes(t *testing.T) {
	b := newBox(t)
	room := b.bookable(func(r *booking.Resource) { r.Validated = false })
	b.booked(room, "tom", "2026-12-05T14:00", "2026-12-05T16:00")
	form := url.Values{"title": {"Chorale"}, "starts": {"2026-12-05"}, "starts_time": {"15:59"}, "ends_time": {"16:30"}}
	w := b.ask(POST, "/salles/"+room+"/reserver", "resident", form, french1)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="Chorale"`) {
		t.Fatalf("%d: what was typed is not kept\n%s", w.Code, w.Body)
	}
	offered := `name="take" value="2026-12-05T16:00/2026-12-05T16:31"`
	if !strings.Contains(w.Body.String(), offered) {
		t.Fatalf("no %s in\n%s", offered, w.Body)
	}
	form.Set("take", "2026-12-05T16:00/2026-12-05T16:31")
	if w := b.ask(POST, "/salles/"+room+"/reserver", "resident", form); w.Code != http.StatusSeeOther {
		t.Errorf("the offered hours: %d\n%s", w.Code, w.Body)
	}
}

func TestSA12_PagesSayOccupiedAndNothingMore(t *testing.T) {
	b := newBox(t)
	room := b.bookable(func(r *booking.Resource) { r.Validated = false })
	one := b.booked(room, "tom", "2026-11-22T14:00", "2026-11-22T16:00", func(one *booking.Booking) {
		one.Title, one.Private = "Anniversaire de Zoé", true
	})
	pages := []string{"/salles", "/salles/planning?le=2026-11-22", "/salles/" + room, "/salles/" + room + "/planning?vue=mois&le=2026-11-22"}
	for _, page := range pages {
		for who, knows := range map[string]bool{"": false, "resident": false, "moderator": false, "resident:tom": true, "resident:lea": true, "operator": true} {
			body := b.ask(GET, page, who, nil, french1).Body.String()
			if has := strings.Contains(body, "Zoé") || strings.Contains(body, one.ID); has && !knows {
				t.Errorf("%s tells %q", page, who)
			} else if !has && knows && page != "/salles" {
				t.Errorf("%s hides it from %q", page, who)
			}
			if page != "/salles" && !knows && !strings.Contains(body, "occupé") {
				t.Errorf("%s does not say occupied", page)
			}
		}
	}
	if body := b.get("/api/v1/listings?q=anniversaire"); strings.Contains(body, "Zoé") {
		t.Error("the search finds it")
	}
}

func TestSA13_EachSideAsksAboutTheOther(t *testing.T) {
	b := newBox(t)
	one := b.booked(b.bookable(func(r *booking.Resource) { r.Validated = false }), "tom", "2026-12-05T20:00", "2026-12-05T22:00",
		func(one *booking.Booking) { one.Title, one.Publish = "Bal", true })
	event := func() string {
		page := b.ask(GET, "/salles/reservations/"+one.ID, "resident:tom", nil).Body.String()
		_, id, _ := strings.Cut(page, `href="/agenda/`)
		id, _, _ = strings.Cut(id, `"`)
		return id
	}()
	if len(event) != 16 {
		t.Fatal("no event on the booking's page")
	}
	page := func(path, who string) string { return b.ask(GET, path, who, nil, french1).Body.String() }
	has(t, page("/agenda/"+event, "resident:tom"), "Grande salle réservée")
	hasNot(t, b.get("/agenda/"+event), "reservations/")

	// The event moves: its page proposes to move the booking, which is filled in.
	b.post("/agenda/"+event+"/modifier", "resident:tom", http.StatusSeeOther, url.Values{
		"title": {"Bal"}, "place": {"Salle des fêtes"}, "starts": {"2026-12-06"}, "starts_time": {"18:00"}, "ends_time": {"20:00"}, "do": {"publish"},
	})
	has(t, page("/agenda/"+event, "resident:tom"), "/deplacer?evenement=1")
	move := page("/salles/reservations/"+one.ID+"/deplacer?evenement=1", "resident:tom")
	has(t, move, `name="starts" value="2026-12-06"`)
	has(t, move, `name="starts_time" value="18:00"`)
	b.post("/salles/reservations/"+one.ID+"/deplacer", "resident:tom", http.StatusSeeOther, url.Values{
		"resource": {one.Resource}, "starts": {"2026-12-06"}, "starts_time": {"18:00"}, "ends_time": {"20:00"},
	})
	hasNot(t, page("/agenda/"+event, "resident:tom"), "/deplacer?evenement=1")

	// The event is cancelled: the room is given back when that is said, and not before.
	has(t, page("/agenda/"+event+"/annuler", "resident:tom"), `name="room"`)
	b.post("/agenda/"+event+"/annuler", "resident:tom", http.StatusSeeOther, url.Values{"reason": {"Malade"}})
	has(t, page("/agenda/"+event, "resident:tom"), "la salle reste réservée")
	has(t, page("/salles/reservations/"+one.ID, "resident:tom"), "Accordée")
	b.post("/agenda/"+event+"/annuler", "resident:tom", http.StatusSeeOther, url.Values{"reason": {"Malade"}, "room": {"1"}})
	has(t, page("/salles/reservations/"+one.ID, "resident:tom"), "Annulée")
}

func TestSA5_TheDatesAreShownBeforeTheyAreAskedFor(t *testing.T) {
	b := newBox(t)
	room := b.bookable()
	b.booked(room, "lea", "2026-12-09T19:00", "2026-12-09T21:00")
	form := url.Values{
		"title": {"Chorale"}, "starts": {"2026-12-02"}, "starts_time": {"20:00"}, "ends_time": {"22:00"},
		"repeat": {"weekly"}, "repeat_until": {"2027-01-06"}, "skip_school": {"C"},
	}
	w := b.ask(POST, "/salles/"+room+"/reserver", "resident:tom", form, french1)
	body := w.Body.String()
	if w.Code != http.StatusOK {
		t.Fatalf("%d\n%s", w.Code, body)
	}
	has(t, body, "3 dates libres") // 2 and 16 December, 6 January; holidays on the 23rd and 30th
	has(t, body, "libre mercredi 9")
	has(t, body, "Demander 3 dates")
	if got := b.ask(GET, "/salles/reservations", "resident:tom", nil, french1).Body.String(); strings.Contains(got, "Chorale") {
		t.Fatal("filed before it was confirmed")
	}
	form.Set("do", "file")
	w = b.ask(POST, "/salles/"+room+"/reserver", "resident:tom", form)
	page := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(page, "/salles/series/") {
		t.Fatalf("%d %s\n%s", w.Code, page, w.Body)
	}
	if body := b.ask(GET, "/salles/demandes", "resident:lea", nil, french1).Body.String(); strings.Count(body, page) != 1 || !strings.Contains(body, "3 dates") {
		t.Errorf("a series is not one line of what waits:\n%s", body)
	}
	has(t, b.ask(GET, page, "resident:lea", nil, french1).Body.String(), "Accorder les 3 dates")
	b.post(page+"/accorder", "resident:lea", http.StatusSeeOther, url.Values{})
	body = b.ask(GET, page, "resident:tom", nil, french1).Body.String()
	if n := strings.Count(body, "· Accordée"); n != 3 {
		t.Errorf("%d dates granted\n%s", n, body)
	}
	has(t, b.ask(GET, "/avis", "resident:tom", nil, french1).Body.String(), "Votre réservation est accordée.")
}

// TestPagesOfRoomsWithARequestWaiting: what stands on every page has names that
// a page must not take for itself.
func TestPagesOfRoomsWithARequestWaiting(t *testing.T) {
	b := newBox(t)
	room := b.bookable()
	one := b.booked(room, "tom", "2026-12-05T14:00", "2026-12-05T16:00")
	has(t, b.ask(GET, "/admin", "operator", nil, french1).Body.String(), "demande de salle attend")
	for _, page := range []string{"/salles", "/salles/" + room, "/salles/demandes", "/salles/reservations/" + one.ID, "/salles/" + room + "/planning?vue=jour&le=2026-12-05"} {
		for _, who := range []string{"operator", "resident:lea"} {
			if w := b.ask(GET, page, who, nil); w.Code != http.StatusOK {
				t.Errorf("%s as %s: %d", page, who, w.Code)
			}
		}
	}
}

func TestARoomOnlyManagersBookShowsNoForm(t *testing.T) {
	b := newBox(t)
	room := b.bookable(func(r *booking.Resource) { r.Who = booking.Managers })
	for who, form := range map[string]bool{"resident": false, "resident:lea": true, "operator": true} {
		body := b.ask(GET, "/salles/"+room+"/reserver", who, nil).Body.String()
		if strings.Contains(body, `name="title"`) != form {
			t.Errorf("as %s: a form: %v", who, !form)
		}
	}
	hours := url.Values{"title": {"Chorale"}, "starts": {"2026-12-05"}, "starts_time": {"14:00"}, "ends_time": {"16:00"}}
	b.post("/salles/"+room+"/reserver", "resident", http.StatusForbidden, hours)
}
