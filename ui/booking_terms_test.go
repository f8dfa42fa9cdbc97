package ui

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/storetest"
)

// onTerms gives a room of bookable terms.
func (b *box) onTerms(room string, t booking.Terms) {
	b.t.Helper()
	if err := t.Check(); err != nil {
		b.t.Fatal(err)
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return booking.SetTerms(tx, room, t.String()) })
}

func init() {
	hall := func(tail string) func(*box) string {
		return func(b *box) string { return "/salles/" + b.bookable() + tail }
	}
	one := func(head, tail string) func(*box) string {
		return func(b *box) string {
			made := b.booked(b.bookable(), "tom", "2026-12-05T14:00", "2026-12-05T16:00")
			storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return booking.Approve(tx, made.ID, "") })
			return head + made.ID + tail
		}
	}
	broken := func(b *box) string {
		room, id := b.bookable(), ""
		storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
			if err := booking.Report(tx, room, "heating", ""); err != nil {
				return err
			}
			list, err := booking.Faults(tx, room)
			id = list[0].ID
			return err
		})
		return "/salles/" + room + "/panne/" + id
	}
	for name, s := range map[string]sample{
		"GET /salles/:id/conditions":            {path: hall("/conditions")},
		"GET /salles/:id/conditions/modifier":   {path: hall("/conditions/modifier"), as: "resident:lea"},
		"POST /salles/:id/conditions/modifier":  {path: hall("/conditions/modifier"), as: "resident:lea", form: url.Values{"notice": {"15"}}},
		"GET /salles/reservations/:id/dossier":  {path: one("/salles/reservations/", "/dossier"), as: "resident:tom"},
		"POST /salles/reservations/:id/dossier": {path: one("/salles/reservations/", "/dossier"), as: "resident:lea", form: url.Values{"step": {"key_out"}}},
		"GET /salles/etat/:id":                  {path: one("/salles/etat/", "-out"), as: "resident:lea"},
		"GET /salles/etat/:id/photos":           {path: one("/salles/etat/", "-out/photos"), as: "resident:lea"},
		"POST /salles/etat/:id/photos":          {path: one("/salles/etat/", "-out/photos"), as: "resident:lea"},
		"POST /salles/etat/:id/photos/:photo":   {path: one("/salles/etat/", "-out/photos/none"), as: "resident:lea"},
		"GET /salles/:id/porte":                 {path: hall("/porte")},
		"GET /salles/:id/panne":                 {path: hall("/panne")},
		"POST /salles/:id/panne":                {path: hall("/panne"), form: url.Values{"what": {"heating"}}},
		"POST /salles/:id/panne/:panne":         {path: broken, as: "resident:lea"},
		"GET /salles/:id/calendrier.ics":        {path: hall("/calendrier.ics")},
	} {
		samples[name] = s
	}
}

// typedForm is a whole form of terms.
var typedForm = url.Values{
	"hours": {"tous les jours de 8 h à 22 h"}, "notice": {"15"}, "ahead": {"365"}, "longest": {"72"}, "crowd": {"1"}, "same_day": {"1"},
	"classes":       {"Association de la commune\nHabitant"},
	"quota_1_times": {"2"}, "quota_1_per": {"month"}, "quota_1_class": {""},
	"package_0_name": {"Week-end"}, "package_0_days": {"5"}, "package_0_from": {"08:00"}, "package_0_later": {"2"}, "package_0_until": {"8h"},
	"half_day": {"5"}, "price__hour": {"12,50"}, "price__package_p1": {"180"}, "price_c1_hour": {"0"}, "deposit": {"500"},
	"documents": {"Attestation d'assurance"}, "fee_0_days": {"30"}, "fee_0_percent": {"50"},
	"question_0_label": {"Combien de tables ?"}, "question_0_required": {"1"}, "rules": {"On range les chaises."},
}

func termsAt(t *testing.T, b *box, room string) *booking.Terms {
	t.Helper()
	var terms *booking.Terms
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		r, err := booking.Get(tx, room)
		if err != nil {
			return err
		}
		terms, err = booking.ParseTerms(r.Terms)
		return err
	})
	return terms
}

var (
	inputTag  = regexp.MustCompile(`(?s)<input ([^>]*)>`)
	areaTag   = regexp.MustCompile(`(?s)<textarea ([^>]*)>\n(.*?)</textarea>`)
	selectTag = regexp.MustCompile(`(?s)<select ([^>]*)>(.*?)</select>`)
	chosenTag = regexp.MustCompile(`<option value="([^"]*)" selected`)
	firstTag  = regexp.MustCompile(`<option value="([^"]*)"`)
	attribute = regexp.MustCompile(`([a-z]+)="([^"]*)"`)
)

// formOf is what a browser would send of the last form of a page as it is.
func formOf(page string) url.Values {
	f := url.Values{}
	attributes := func(s string) map[string]string {
		m := map[string]string{}
		for _, a := range attribute.FindAllStringSubmatch(s, -1) {
			m[a[1]] = html.UnescapeString(a[2])
		}
		return m
	}
	page = page[strings.LastIndex(page, `<form method="post"`):]
	for _, in := range inputTag.FindAllStringSubmatch(page, -1) {
		a := attributes(in[1])
		if a["type"] != "checkbox" && a["type"] != "radio" || strings.Contains(in[1], " checked") {
			f.Add(a["name"], a["value"])
		}
	}
	for _, in := range areaTag.FindAllStringSubmatch(page, -1) {
		f.Add(attributes(in[1])["name"], html.UnescapeString(in[2]))
	}
	for _, in := range selectTag.FindAllStringSubmatch(page, -1) {
		chosen := chosenTag.FindStringSubmatch(in[2])
		if chosen == nil {
			chosen = firstTag.FindStringSubmatch(in[2])
		}
		f.Add(attributes(in[1])["name"], html.UnescapeString(chosen[1]))
	}
	return f
}

func TestTermsAreTypedShownAndTypedAgain(t *testing.T) {
	b := newBox(t)
	room := b.bookable()
	at := "/salles/" + room + "/conditions"
	w := b.ask(POST, at+"/modifier", "resident:lea", typedForm)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	first := termsAt(t, b, room)
	if first.Hours != "Mo-Su 08:00-22:00" || len(first.Quotas) != 1 || first.Packages[0].Until != 56*60 || len(first.Prices) != 3 {
		t.Errorf("kept %+v", first)
	}
	page := b.ask(GET, at, "", nil, french1).Body.String()
	for _, want := range []string{
		"tous les jours", "15 jours avant", "Association de la commune, puis Habitant", "2\u00a0réservations par mois", "moins de 30 jours",
		"12,50\u00a0€ l’heure", "gratuit l’heure", "Week-end\u00a0: 180\u00a0€ (samedi 8\u00a0h – lundi 8\u00a0h)", "500\u00a0€", "Attestation d’assurance", "On range les chaises.",
	} {
		if !strings.Contains(page, want) && !strings.Contains(page, strings.ReplaceAll(want, "’", "&#39;")) && !strings.Contains(page, strings.ReplaceAll(want, "\u00a0", " ")) {
			t.Errorf("the sheet does not say %q", want)
		}
	}
	again := formOf(b.ask(GET, at+"/modifier", "resident:lea", nil, french1).Body.String())
	if w := b.ask(POST, at+"/modifier", "resident:lea", again); w.Code != http.StatusSeeOther {
		t.Fatalf("the form as it is shown: %d\n%s", w.Code, w.Body)
	}
	if second := termsAt(t, b, room); second.String() != first.String() {
		t.Errorf("typed again\n%s\nwas\n%s", second, first)
	}
}

func TestClassesKeepTheirPricesWhenRenamed(t *testing.T) {
	was := []booking.Class{{Key: "c1", Name: "Association"}, {Key: "c2", Name: "Habitant"}}
	for _, c := range []struct{ names, keys string }{
		{"Association,Habitant", "c1,c2"},
		{"Habitant,Association", "c2,c1"},
		{"Asso de la commune,habitant", "c1,c2"},
		{"Habitant", "c2"},
		{"Mairie,Association,Habitant", "c3,c1,c2"},
		{"", ""},
	} {
		var keys []string
		for _, class := range typedClasses(strings.FieldsFunc(c.names, func(r rune) bool { return r == ',' }), was) {
			keys = append(keys, class.Key)
		}
		if got := strings.Join(keys, ","); got != c.keys {
			t.Errorf("%s: %s, want %s", c.names, got, c.keys)
		}
	}
}

func TestWrongTermsAreKeptOnThePage(t *testing.T) {
	b := newBox(t)
	room := b.bookable()
	form := url.Values{
		"hours": {"quand on veut, sauf lundi"}, "package_2_name": {"Week-end"}, "price__hour": {"dix"}, "notice": {"bientôt"}, "fee_3_days": {"400"},
	}
	w := b.ask(POST, "/salles/"+room+"/conditions/modifier", "resident:lea", form, french1)
	page := w.Body.String()
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", w.Code)
	}
	for _, want := range []string{"quand on veut, sauf lundi", `value="Week-end"`, `value="dix"`, `value="bientôt"`, `value="400"`} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is lost", want)
		}
	}
	for _, field := range []string{"hours", "package_0_days", "price__hour", "notice", "fee_0_days"} {
		if !strings.Contains(page, `href="#f-`+field+`"`) || !strings.Contains(page, `id="f-`+field+`"`) {
			t.Errorf("no fault at %s", field)
		}
	}
	if termsAt(t, b, room).String() != "" {
		t.Error("wrong terms were stored")
	}
}

func TestSA10_ChoosingAPackageIsChoosingADay(t *testing.T) {
	b := newBox(t)
	room := b.bookable()
	b.onTerms(room, booking.Terms{
		Packages: []booking.Package{{Key: "p1", Name: "Week-end", Days: [7]bool{5: true}, From: 8 * 60, Until: 56 * 60}},
		Prices:   []booking.Price{{Unit: booking.ByPackage, Package: "p1", Cents: 180_00}},
	})
	form := url.Values{"title": {"Fête"}, "starts": {"2026-12-05"}, "package": {"p1"}, "do": {"price"}}
	if w := b.ask(POST, "/salles/"+room+"/reserver", "resident:tom", form, french1); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "180\u00a0€") {
		t.Errorf("the price: %d\n%s", w.Code, w.Body)
	}
	form.Set("do", "ask")
	w := b.ask(POST, "/salles/"+room+"/reserver", "resident:tom", form)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	storetest.View(t, b.db, store.Actor{ID: "tom", Role: store.Resident}, func(tx *store.Tx) error {
		list, err := booking.Of(tx, 10)
		if len(list) != 1 || list[0].Starts.String() != "2026-12-05T08:00" || list[0].Ends.String() != "2026-12-07T08:00" {
			t.Errorf("booked %+v", list)
		}
		return err
	})
	form.Set("starts", "2026-12-06")
	if w := b.ask(POST, "/salles/"+room+"/reserver", "resident:tom", form, french1); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "#f-package") {
		t.Errorf("on a Sunday: %d", w.Code)
	}
}

func TestSA9_TooManyPeopleAreForTheTownHallToConfirm(t *testing.T) {
	b := newBox(t)
	room := b.bookable(func(r *booking.Resource) { r.Validated = false }) // for 80
	b.onTerms(room, booking.Terms{Crowd: true, Questions: []booking.Question{{Key: "q1", Label: "Cuisine ?"}}})
	form := url.Values{"title": {"Banquet"}, "starts": {"2026-12-05"}, "starts_time": {"12:00"}, "ends_time": {"18:00"}, "people": {"95"}, "answer_q1": {"Oui"}}
	w := b.ask(POST, "/salles/"+room+"/reserver", "resident:tom", form)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	page := b.ask(GET, at, "resident:tom", nil, french1).Body.String()
	if !strings.Contains(page, "la mairie confirmera") || !strings.Contains(page, "<dd>Oui</dd>") {
		t.Errorf("the page does not say that it is to be confirmed, or what was answered\n%s", page)
	}
	b.onTerms(room, booking.Terms{})
	form.Set("starts", "2026-12-06")
	if w := b.ask(POST, "/salles/"+room+"/reserver", "resident:tom", form, french1); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "80 personnes au plus") {
		t.Errorf("95 of 80: %d", w.Code)
	}
}

func TestSA11_TheFileOfABookingStepByStep(t *testing.T) {
	b := newBox(t)
	room := b.bookable(func(r *booking.Resource) { r.Validated = false })
	b.onTerms(room, booking.Terms{Documents: []string{"Attestation d'assurance"}, Deposit: 500_00})
	at := "/salles/reservations/" + b.booked(room, "tom", "2026-12-05T14:00", "2026-12-05T16:00").ID + "/dossier"
	page := func(who string) string { return b.ask(GET, at, who, nil, french1).Body.String() }
	if p := page("resident:lea"); !strings.Contains(p, "Attend") || strings.Contains(p, `value="key_out"`) {
		t.Error("the key can be ticked before the certificate")
	}
	if p := page("resident:tom"); strings.Contains(p, `value="do"`) {
		t.Error("who asked can tick")
	}
	step := func(want int, pairs ...string) string {
		t.Helper()
		f := url.Values{"do": {"do"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		w := b.ask(POST, at, "resident:lea", f, french1)
		if w.Code != want {
			t.Errorf("%v: %d\n%s", pairs, w.Code, w.Body)
		}
		return w.Body.String()
	}
	step(http.StatusUnprocessableEntity, "step", "key_out")
	step(http.StatusSeeOther, "step", "document", "item", "Attestation d'assurance")
	step(http.StatusSeeOther, "step", "deposit_in", "deposit_in_cents", "500", "deposit_in_note", "Chèque")
	step(http.StatusSeeOther, "step", "key_out")
	step(http.StatusSeeOther, "step", "key_in")
	if p := step(http.StatusUnprocessableEntity, "step", "deposit_out", "deposit_out_cents", "400"); !strings.Contains(p, `value="400"`) {
		t.Error("the amount is lost")
	}
	step(http.StatusSeeOther, "step", "deposit_out", "deposit_out_cents", "400", "deposit_out_note", "Une vitre")
	if p := page("resident:tom"); !strings.Contains(p, "Une vitre") || !strings.Contains(p, "400\u00a0€") {
		t.Error("who asked does not see why")
	}
}

func TestSA16_WhoGivesUpIsToldTheFeeBefore(t *testing.T) {
	b := newBox(t)
	room := b.bookable(func(r *booking.Resource) { r.Validated = false })
	b.onTerms(room, booking.Terms{Prices: []booking.Price{{Unit: booking.ByDay, Cents: 80_00}}, Fees: []booking.FeeStep{{Days: 30, Percent: 50}}})
	near := b.booked(room, "tom", "2026-12-03T14:00", "2026-12-03T16:00") // 12 days
	far := b.booked(room, "tom", "2026-12-21T14:00", "2026-12-21T16:00")  // 30 days
	for id, want := range map[string]bool{near.ID: true, far.ID: false} {
		page := b.ask(GET, "/salles/reservations/"+id+"/annuler", "resident:tom", nil, french1).Body.String()
		if got := strings.Contains(page, "40\u00a0€"); got != want {
			t.Errorf("told of a fee: %v, want %v", got, want)
		}
	}
}

func TestSA12_DoorAndCalendarSayOccupiedAndNothingMore(t *testing.T) {
	b := newBox(t) // 21 November 2026, 10 h in Paris
	room := b.bookable(func(r *booking.Resource) { r.Validated = false })
	b.booked(room, "tom", "2026-11-21T11:00", "2026-11-21T13:00", func(one *booking.Booking) { one.Title, one.Private = "Anniversaire de Zoé", true })
	b.booked(room, "tom", "2026-11-21T15:00", "2026-11-21T17:00", func(one *booking.Booking) { one.Title = "Chorale" })
	for _, who := range []string{"", "resident:tom", "operator"} {
		door := b.ask(GET, "/salles/"+room+"/porte", who, nil, french1).Body.String()
		if strings.Contains(door, "Zoé") || !strings.Contains(door, "Occupé") || !strings.Contains(door, "Chorale") {
			t.Errorf("%q: the door says\n%s", who, door)
		}
		if !strings.Contains(door, "Libre") || !strings.Contains(door, "jusqu’à 11\u00a0h") && !strings.Contains(door, "jusqu&#39;à 11\u00a0h") {
			t.Errorf("%q: free until 11 h is not said\n%s", who, door)
		}
		cal := b.ask(GET, "/salles/"+room+"/calendrier.ics", who, nil, french1).Body.String()
		if strings.Contains(cal, "Zoé") || strings.Contains(cal, "Chorale") || strings.Count(cal, "SUMMARY:Occupé") != 2 || strings.Count(cal, "BEGIN:VEVENT") != 2 {
			t.Errorf("%q: the calendar says\n%s", who, cal)
		}
	}
	b.clock.Add(2 * time.Hour)
	if door := b.ask(GET, "/salles/"+room+"/porte", "", nil, french1).Body.String(); strings.Contains(door, "Zoé") || !strings.Contains(door, "door-now taken") {
		t.Errorf("at noon the door says\n%s", door)
	}
}

func TestADoorSaysNothingOfAnHourItIsNotSureOf(t *testing.T) {
	b := newBox(t)
	room := b.bookable()
	b.clock.SetQuality(store.ClockNone)
	if door := b.ask(GET, "/salles/"+room+"/porte", "", nil, french1).Body.String(); strings.Contains(door, "Libre") || !strings.Contains(door, "pas sûre") {
		t.Errorf("the door says\n%s", door)
	}
}

func TestADoorTellsWhatDoesNotWork(t *testing.T) {
	b := newBox(t)
	room := b.bookable()
	w := b.ask(POST, "/salles/"+room+"/panne", "", url.Values{"what": {"heating"}, "text": {"12 degrés"}}, french1)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	if door := b.ask(GET, "/salles/"+room+"/porte", "", nil, french1).Body.String(); !strings.Contains(door, "chauffage") || strings.Contains(door, "12 degrés") {
		t.Errorf("the door says\n%s", door)
	}
	if page := b.ask(GET, "/salles/"+room, "resident:lea", nil, french1).Body.String(); !strings.Contains(page, "12 degrés") {
		t.Error("the manager does not read it")
	}
	if w := b.ask(POST, "/salles/"+room+"/panne", "", url.Values{"what": {"other"}}, french1); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("something, but what: %d", w.Code)
	}
}
