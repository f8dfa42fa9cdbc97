package ui

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/storetest"
)

// withRoll is an event by lea for which people register.
func (b *box) withRoll(capacity int, change ...func(*agenda.Roll)) agenda.Event {
	b.t.Helper()
	e := b.schedule("Atelier vannerie", "2026-11-28T14:00", "2026-11-28T17:00")
	b.setRoll(e.ID, capacity, change...)
	return e
}

func (b *box) setRoll(id string, capacity int, change ...func(*agenda.Roll)) {
	b.t.Helper()
	r := agenda.Roll{EventID: id, Capacity: capacity, Most: 4, Anonymous: true}
	for _, c := range change {
		c(&r)
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return agenda.SetRoll(tx, r) })
}

// comes registers an account, and returns the participation.
func (b *box) comes(e agenda.Event, account string) (p agenda.Participation) {
	b.t.Helper()
	p = agenda.Participation{EventID: e.ID, Persons: 1}
	storetest.Update(b.t, b.db, store.Actor{ID: account, Role: store.Resident}, func(tx *store.Tx) error {
		_, err := agenda.Join(tx, &p)
		return err
	})
	return p
}

// signedUp registers somebody without an account, and returns the address of
// their page.
func (b *box) signedUp(e agenda.Event, name string) string {
	b.t.Helper()
	w := b.ask(POST, "/agenda/"+e.ID+"/participer", "", url.Values{"name": {name}, "persons": {"1"}})
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/agenda/participation/") {
		b.t.Fatalf("%s: %d %s\n%s", name, w.Code, to, w.Body)
	}
	return to
}

func init() {
	event := func(suffix string) func(*box) string {
		return func(b *box) string { return "/agenda/" + b.withRoll(3).ID + suffix }
	}
	own := func(suffix string, form url.Values) sample {
		return sample{path: event(suffix), form: form, as: "resident:lea"}
	}
	code := func(b *box) string { return b.signedUp(b.withRoll(3), "Une voisine") }
	for name, s := range map[string]sample{
		"GET /agenda/participations":         at("/agenda/participations"),
		"GET /agenda/participation/:code":    {path: code},
		"POST /agenda/participation/:code":   {path: code},
		"GET /agenda/:id/participer":         {path: event("/participer")},
		"POST /agenda/:id/participer":        {path: event("/participer"), form: url.Values{"name": {"Ana"}, "persons": {"1"}}},
		"GET /agenda/:id/participations":     own("/participations", nil),
		"POST /agenda/:id/participations":    own("/participations", url.Values{"most": {"2"}}),
		"GET /agenda/:id/participations.csv": own("/participations.csv", nil),
		"POST /agenda/:id/participations/:participation": {as: "resident:lea", path: func(b *box) string {
			e := b.withRoll(3)
			return "/agenda/" + e.ID + "/participations/" + b.comes(e, "tom").ID
		}},
	} {
		samples[name] = s
	}
}

func TestAG13_AFullEventTakesPeopleOnItsWaitingList(t *testing.T) {
	b := newBox(t)
	e := b.withRoll(2)
	at := "/agenda/" + e.ID + "/participer"
	first := b.signedUp(e, "Rose")
	if w := b.ask(POST, at, "resident:tom", url.Values{"persons": {"1"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if page := b.french("/agenda/"+e.ID, ""); !strings.Contains(page, "2 places prises sur 2") {
		t.Error("the event's page does not say that it is full")
	}
	if page := b.french(at, ""); !strings.Contains(page, "C’est complet") || !strings.Contains(page, "Attendre une place") {
		t.Error("who comes late is not told")
	}
	second := b.signedUp(e, "Paul")
	if page := b.french(second, ""); !strings.Contains(page, "Vous attendez une place") || !strings.Contains(page, "copi.local"+second) {
		t.Error("the page of who waits does not say so, or not where it is")
	}
	if w := b.ask(POST, first, "", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if page := b.french(second, ""); !strings.Contains(page, "Votre participation est notée") {
		t.Error("who waited is not promoted")
	}
	if w := b.ask(GET, first, "", nil); w.Code != http.StatusNotFound {
		t.Errorf("a code that was used: %d", w.Code)
	}
	if w := b.ask(POST, "/agenda/"+e.ID+"/participations", "resident:lea", url.Values{"capacity": {"1"}, "most": {"1"}, "anonymous": {"1"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if page := b.french("/agenda/"+e.ID, ""); !strings.Contains(page, "2 places prises sur 1") {
		t.Error("lowering sent somebody home")
	}
	if page := b.french(at, "resident:tom"); !strings.Contains(page, "Votre participation est notée, pour 1 personne") {
		t.Error("tom does not read that he comes")
	}
	b.ask(POST, at, "resident:tom", url.Values{"do": {"leave"}})
	if page := b.french("/agenda/"+e.ID, ""); !strings.Contains(page, "1 place prise sur 1") {
		t.Error("the place is not given back")
	}
}

func TestTheOrganisersListAndItsTable(t *testing.T) {
	b := newBox(t)
	e := b.withRoll(1)
	b.signedUp(e, "=HYPERLINK(1)")
	b.comes(e, "tom")
	at := "/agenda/" + e.ID + "/participations"
	page := b.french(at, "resident:lea")
	for _, want := range []string{"=HYPERLINK(1)", "Liste d’attente", "1 place prise sur 1", "participations.csv", "deux mois"} {
		if !strings.Contains(page, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	w := b.ask(GET, at+".csv", "resident:lea", nil, french1)
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 3 || rows[1][0] != "'=HYPERLINK(1)" || rows[1][2] != "vient" || rows[2][2] != "attend une place" {
		t.Errorf("table %v, %v", rows, err)
	}
	for _, who := range []string{"", "resident:other", "moderator"} {
		if w := b.ask(GET, at+".csv", who, nil); w.Code == http.StatusOK {
			t.Errorf("%q reads who comes", who)
		}
	}
	if w := b.ask(POST, at, "resident:lea", url.Values{"capacity": {"beaucoup"}, "most": {"99"}}, french1); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="beaucoup"`) {
		t.Errorf("%d: what was typed is lost", w.Code)
	}
}

func TestJoiningAsksWhatIsNeededAndKeepsWhatWasTyped(t *testing.T) {
	b := newBox(t)
	e := b.withRoll(50)
	at := "/agenda/" + e.ID + "/participer"
	if w := b.ask(POST, at, "", url.Values{"persons": {"9"}, "note": {"Avec un panier"}}, french1); w.Code != http.StatusUnprocessableEntity ||
		!strings.Contains(w.Body.String(), "sous quel nom") || !strings.Contains(w.Body.String(), "entre 1 et 4") || !strings.Contains(w.Body.String(), "Avec un panier") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	for n := range agenda.JoinPerHour {
		b.signedUp(e, strings.Repeat("A", n+1))
	}
	w := b.ask(POST, at, "", url.Values{"name": {"Encore"}, "persons": {"1"}}, french1)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `value="Encore"`) {
		t.Errorf("the sixth of an hour: %d", w.Code)
	}
	b.setRoll(e.ID, 50, func(r *agenda.Roll) { r.Anonymous = false })
	if page := b.french(at, ""); !strings.Contains(page, "connectez-vous") || strings.Contains(page, `name="name"`) {
		t.Error("who has no account is not led to the door")
	}
	b.setRoll(e.ID, 50, func(r *agenda.Roll) { r.Closed = true })
	if page := b.french(at, "resident:tom"); !strings.Contains(page, "sont closes") {
		t.Error("a closed list does not say so")
	}
	loto := b.schedule("Loto", "2026-11-28T20:00", "")
	if w := b.ask(GET, "/agenda/"+loto.ID+"/participer", "", nil); w.Code != http.StatusNotFound {
		t.Errorf("an event without a list: %d", w.Code)
	}
}

func TestEachDateOfASeriesHasItsList(t *testing.T) {
	b := newBox(t)
	rule, err := calendar.ParseRule("FREQ=WEEKLY;COUNT=3")
	if err != nil {
		t.Fatal(err)
	}
	e := b.schedule("Yoga", "2026-11-25T18:00", "2026-11-25T19:00", func(e *agenda.Event) { e.Rule = rule })
	b.setRoll(e.ID, 1)
	at := "/agenda/" + e.ID + "/participer"
	if page := b.french(at, ""); strings.Count(page, "?date=2026-") != 3 {
		t.Errorf("the dates are not there to choose\n%s", page)
	}
	join := url.Values{"date": {"2026-12-02"}, "persons": {"1"}}
	if w := b.ask(POST, at, "resident:tom", join); w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "date=2026-12-02") {
		t.Fatal(w.Code, w.Header())
	}
	if page := b.french(at+"?date=2026-12-02", ""); !strings.Contains(page, "1 place prise sur 1") {
		t.Error("the date is not full")
	}
	if page := b.french("/agenda/"+e.ID+"/2026-12-02", ""); !strings.Contains(page, "1 place prise sur 1") || !strings.Contains(page, "/participer?date=2026-12-02") {
		t.Error("the page of the date does not say how full it is")
	}
	if page := b.french(at+"?date=2026-12-09", ""); !strings.Contains(page, "0 place prise sur 1") {
		t.Error("another date is")
	}
	if page := b.french("/agenda/participations", "resident:tom"); !strings.Contains(page, "Yoga") || !strings.Contains(page, "2\u00a0décembre") {
		t.Error("tom does not find his participation")
	}
	if page := b.french("/agenda/"+e.ID+"/participations", "resident:lea"); strings.Count(page, "/participations?date=2026-") != 3 {
		t.Error("the organiser does not find the dates")
	}
	if w := b.ask(GET, at+"?date=2026-12-03", "", nil); w.Code != http.StatusNotFound {
		t.Errorf("a date there is not: %d", w.Code)
	}
}
