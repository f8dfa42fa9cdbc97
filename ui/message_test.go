package ui

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/ads"
	"copi.local/store/agenda"
	"copi.local/store/booking"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/storetest"
)

// talkPaul writes to lea in these tests.
var talkPaul = store.Actor{ID: "paul", Role: store.Resident}

const talkSecret = "rendez-vous chez Margot"

// talk begins a thread of paul's about an event of lea's and returns its id.
func (b *box) talk(text string) string {
	b.t.Helper()
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	var t message.Thread
	storetest.Update(b.t, b.db, talkPaul, func(tx *store.Tx) (err error) {
		t, err = message.Open(tx, e.Ref(), e.Title, message.Party{Account: lea.ID}, message.Party{Account: talkPaul.ID}, text)
		return err
	})
	return t.ID
}

// reportedTalk is the id of a report of paul's message by lea.
func (b *box) reportedTalk() (id string) {
	b.t.Helper()
	thread := b.talk(talkSecret)
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
		_, err := message.File(tx, thread, 1, "insult", "")
		return err
	})
	storetest.View(b.t, b.db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		list, err := message.Reports(tx)
		id = list[0].ID
		return err
	})
	return id
}

func init() {
	talk := func(suffix string) func(*box) string {
		return func(b *box) string { return "/messages/" + b.talk(talkSecret) + suffix }
	}
	own := func(suffix string, form url.Values) sample {
		return sample{path: talk(suffix), form: form, as: "resident:lea"}
	}
	first := func(b *box) string {
		return "/messages/nouveau/agenda/" + b.schedule("Loto", "2026-11-28T20:00", "").ID
	}
	report := func(b *box) string { return "/moderation/message/" + b.reportedTalk() }
	text := url.Values{"text": {"Bonjour"}}
	for name, s := range map[string]sample{
		"GET /messages":                      at("/messages"),
		"GET /messages/bloques":              at("/messages/bloques"),
		"POST /messages/bloques":             {path: at("/messages/bloques").path, form: url.Values{"account": {"paul"}}},
		"GET /messages/nouveau/:module/:id":  {path: first},
		"POST /messages/nouveau/:module/:id": {path: first, form: text},
		"GET /messages/:id":                  own("", nil),
		"POST /messages/:id":                 own("", text),
		"GET /messages/:id/supprimer":        own("/supprimer", nil),
		"POST /messages/:id/supprimer":       own("/supprimer", nil),
		"GET /messages/:id/bloquer":          own("/bloquer", nil),
		"POST /messages/:id/bloquer":         own("/bloquer", nil),
		"GET /messages/:id/signaler/:n":      own("/signaler/1", nil),
		"POST /messages/:id/signaler/:n":     own("/signaler/1", url.Values{"reason": {"insult"}}),
		"GET /moderation/message/:id":        {path: report},
		"POST /moderation/message/:id":       {path: report, form: url.Values{"do": {"keep"}}},
		"GET /aimer":                         at("/aimer"),
		"POST /aimer":                        {path: at("/aimer").path, form: url.Values{"show": {"1"}}},
		"POST /aimer/:id":                    {path: func(b *box) string { return "/aimer/" + b.schedule("Loto", "2026-11-28T20:00", "").ID }, form: url.Values{"do": {"like"}}},
	} {
		samples[name] = s
	}
}

// talkRead reads a page as somebody and fails unless it answers 200.
func (b *box) talkRead(target, who string) string {
	b.t.Helper()
	w := b.ask(GET, target, who, nil)
	if w.Code != http.StatusOK {
		b.t.Fatalf("GET %s as %s: %d\n%s", target, who, w.Code, w.Body)
	}
	return w.Body.String()
}

// talkSend posts a form as somebody and returns where it leads; it fails unless it
// answers 303.
func (b *box) talkSend(target, who string, form url.Values) string {
	b.t.Helper()
	w := b.ask(POST, target, who, form)
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("POST %s as %s: %d\n%s", target, who, w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// talkWants fails unless a page has some texts, whatever its spaces and
// apostrophes.
func talkWants(t testing.TB, what, body string, want ...string) {
	t.Helper()
	body = strings.NewReplacer(nbsp, " ", thin, " ", "’", "'").Replace(body)
	for _, text := range want {
		if !strings.Contains(body, text) {
			_, main, _ := strings.Cut(body, "<main")
			main, _, _ = strings.Cut(main, "</main>")
			t.Errorf("%s lacks %q:\n%s", what, text, main)
		}
	}
}

func TestTwoTalkAboutAnEvent(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	first := "/messages/nouveau/agenda/" + e.ID
	talkWants(t, "the event for a visitor", b.get("/agenda/"+e.ID), `href="`+first+`"`)
	if strings.Contains(b.talkRead("/agenda/"+e.ID, "resident:lea"), first) {
		t.Error("its author could write to herself")
	}
	thread := b.talkSend(first, "resident:paul", url.Values{"text": {"Y a-t-il\ndes lots ?"}})
	id, _, _ := strings.Cut(strings.TrimPrefix(thread, "/messages/"), "#")
	before := b.talkRead("/messages/"+id, "resident:paul")
	talkWants(t, "her notices", b.talkRead("/avis", "resident:lea"), "Vous avez un message", "Loto", `href="/avis/1"`)
	if to := b.ask(GET, "/avis/1", "resident:lea", nil).Header().Get("Location"); !strings.HasPrefix(to, "/messages/"+id) {
		t.Errorf("the notice leads to %q", to)
	}
	talkWants(t, "her list", b.talkRead("/messages", "resident:lea"), "1 NOUVEAU", "Loto", "Y a-t-il")
	talkWants(t, "the thread", b.talkRead("/messages/"+id, "resident:lea"), "des lots ?", "À propos de", `href="/`+b.code(e)+`"`)
	if strings.Contains(b.talkRead("/messages", "resident:lea"), "NOUVEAU") {
		t.Error("still unread after it was opened")
	}
	if after := b.talkRead("/messages/"+id, "resident:paul"); after != before {
		t.Error("he is told that she has read")
	}
	b.talkSend("/messages/"+id, "resident:lea", url.Values{"text": {"Oui : un jambon."}})
	body := b.talkRead("/messages/"+id, "resident:paul")
	if strings.Index(body, "des lots") > strings.Index(body, "un jambon") {
		t.Error("the newest is not at the bottom")
	}
	w := b.ask(POST, "/messages/"+id, "resident:paul", url.Values{"text": {strings.Repeat("x", message.MaxText+1)}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), strings.Repeat("x", message.MaxText)) {
		t.Errorf("too long: %d, or what was typed is lost", w.Code)
	}
}

// TestAnEventsAuthorIsNamedOnceTheyAnswer: its page does not name them.
func TestAnEventsAuthorIsNamedOnceTheyAnswer(t *testing.T) {
	b := newBox(t)
	jeanne, _, err := b.desk.Add(store.As(t.Context(), store.Actor{Role: store.Operator}), account.NewPerson{Login: "jeanne", Name: "Jeanne Rouquié", Role: store.Resident})
	if err != nil {
		t.Fatal(err)
	}
	e := agenda.Event{Title: "Loto", Place: "Salle des fêtes", Audience: listing.Public, Starts: calendar.Wall{Year: 2026, Month: time.December, Day: 5, Hour: 20}}
	storetest.Update(t, b.db, store.Actor{ID: jeanne.ID, Role: store.Resident}, func(tx *store.Tx) error { return agenda.Schedule(tx, &e) })
	first := "/messages/nouveau/agenda/" + e.ID
	id, _, _ := strings.Cut(b.talkSend(first, "resident:paul", url.Values{"text": {"Bonjour"}}), "#")
	for _, path := range []string{first, id, "/messages", id + "/supprimer", id + "/bloquer"} {
		if strings.Contains(b.talkRead(path, "resident:paul"), "Jeanne") {
			t.Errorf("%s names her", path)
		}
	}
	talkWants(t, "the form", b.talkRead(first, "resident:paul"), "Écrire à l'auteur de l'événement")
	if w := b.ask(POST, id+"/bloquer", "resident:paul", url.Values{}); w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "Jeanne") {
		t.Errorf("blocked before she wrote: %d", w.Code)
	}
	b.talkSend(id, "resident:"+jeanne.ID, url.Values{"text": {"Oui ?"}})
	talkWants(t, "the thread", b.talkRead(id, "resident:paul"), "<h1>Jeanne Rouquié</h1>")
}

// TestNobodyElseReadsAMessage: neither by a page of its own nor by any other
// way out of the box.
func TestNobodyElseReadsAMessage(t *testing.T) {
	b := newBox(t)
	id := b.talk(talkSecret)
	for _, who := range []string{"", "resident:zoe", "moderator", "operator"} {
		for _, path := range []string{"/messages/" + id, "/messages/" + id + "/signaler/1", "/messages/" + id + "/supprimer", "/messages/" + id + "/bloquer"} {
			if w := b.ask(GET, path, who, nil); w.Code == http.StatusOK || strings.Contains(w.Body.String(), "Margot") {
				t.Errorf("%q reads %s: %d", who, path, w.Code)
			}
		}
		for _, path := range append(b.Publications(),
			"/recherche?q=Margot", "/recherche?q=rendez-vous", "/api/v1/listings?q=Margot", "/api/v1/listings", "/fiches.csv", "/fiches.geojson",
			"/agenda.atom", "/agenda.ics", "/statistiques", "/statistiques.csv", "/", "/etat", "/moderation", "/moderation/journal", "/admin", "/messages", "/avis",
		) {
			w := b.ask(GET, path, who, nil)
			if body := strings.ReplaceAll(w.Body.String(), `value="Margot"`, ""); strings.Contains(body, "chez Margot") {
				t.Errorf("%q finds the message in %s", who, path)
			}
		}
	}
	if strings.Contains(b.log.String(), "Margot") {
		t.Error("the log has the message")
	}
	storetest.View(t, b.db, store.Actor{ID: "zoe", Role: store.Resident}, func(tx *store.Tx) error {
		data, err := message.Personal.Export(tx, "zoe")
		if text, _ := json.Marshal(data); strings.Contains(string(text), "Margot") {
			t.Errorf("another's copy has it: %s", text)
		}
		return err
	})
}

func TestModeratorsReadAMessageOnceItIsReported(t *testing.T) {
	b := newBox(t)
	id := b.talk(talkSecret)
	talkWants(t, "the form", b.talkRead("/messages/"+id+"/signaler/1", "resident:lea"), "la modération lira ce message")
	if w := b.ask(GET, "/messages/"+id+"/signaler/1", "resident:paul", nil); w.Code != http.StatusNotFound {
		t.Errorf("he reports himself: %d", w.Code)
	}
	if w := b.ask(POST, "/messages/"+id+"/signaler/1", "resident:lea", url.Values{"reason": {"other"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("another reason without words: %d", w.Code)
	}
	b.talkSend("/messages/"+id+"/signaler/1", "resident:lea", url.Values{"reason": {"insult"}})
	queue := b.talkRead("/moderation", "moderator")
	talkWants(t, "the queue", queue, "1 message signalé", "/moderation/message/")
	if strings.Contains(queue, "Margot") {
		t.Error("the queue has the message")
	}
	_, rest, _ := strings.Cut(queue, "/moderation/message/")
	report, _, _ := strings.Cut(rest, `"`)
	talkWants(t, "the report", b.talkRead("/moderation/message/"+report, "moderator"), "chez Margot")
	b.talkSend("/moderation/message/"+report, "moderator", url.Values{"reason": {"insult"}})
	if w := b.ask(GET, "/moderation/message/"+report, "moderator", nil); w.Code != http.StatusNotFound {
		t.Errorf("read after the decision: %d", w.Code)
	}
	body := b.talkRead("/messages/"+id, "resident:paul")
	talkWants(t, "his page", body, "Message retiré par la modération")
	if strings.Contains(body, "Margot") {
		t.Error("it is still there")
	}
	talkWants(t, "the log", b.get("/moderation/journal"), "Message privé signalé")
}

func TestWhoIsBlockedReadsOneSentence(t *testing.T) {
	b := newBox(t)
	id := b.talk("Bonjour")
	b.talkSend("/messages/"+id+"/bloquer", "resident:lea", url.Values{})
	w := b.ask(POST, "/messages/"+id, "resident:paul", url.Values{"text": {"Répondez !"}})
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("he writes: %d", w.Code)
	}
	body := b.talkRead("/messages/"+id, "resident:paul")
	talkWants(t, "his thread", body, "Cette personne ne reçoit pas de messages de vous.", "Bonjour")
	if strings.Contains(body, `name="text"`) {
		t.Error("a form that leads nowhere")
	}
	talkWants(t, "her list", b.talkRead("/messages/bloques", "resident:lea"), `value="paul"`)
	b.talkSend("/messages/bloques", "resident:lea", url.Values{"account": {"paul"}})
	b.talkSend("/messages/"+id, "resident:paul", url.Values{"text": {"Merci"}})
}

// talkCommittee is an organisation lea and ana administer, and an event in its name.
func (b *box) talkCommittee() (element string, e agenda.Event) {
	b.t.Helper()
	org := directory.Element{Kind: directory.Org, Name: "Comité des fêtes", Audience: listing.Public}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return directory.Add(tx, &org) })
	ana := store.Actor{ID: "ana", Role: store.Resident}
	storetest.Update(b.t, b.db, ana, func(tx *store.Tx) error { return directory.Ask(tx, org.ID, "") })
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
		if err := directory.Admit(tx, org.ID, ana.ID); err != nil {
			return err
		}
		return directory.Promote(tx, org.ID, ana.ID)
	})
	e = b.schedule("Bal", "2026-11-29T20:00", "")
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return directory.Stand(tx, org.ID, e.Ref(), e.Title) })
	return org.ID, e
}

func TestEN8_BothAdministratorsHaveTheThread(t *testing.T) {
	b := newBox(t)
	element, e := b.talkCommittee()
	for _, about := range []string{"agenda/" + e.ID, "directory/" + element} {
		thread := b.talkSend("/messages/nouveau/"+about, "resident:paul", url.Values{"text": {"Prêtez-vous vos chaises ?"}})
		id, _, _ := strings.Cut(thread, "#")
		for _, who := range []string{"resident:lea", "resident:ana"} {
			talkWants(t, "the page of "+who, b.talkRead(id, who), "chaises", "Vous écrivez au nom de « Comité des fêtes »")
		}
		b.talkSend(id, "resident:ana", url.Values{"text": {"Oui, trente."}})
		talkWants(t, "her colleague's", b.talkRead(id, "resident:lea"), "trente")
		talkWants(t, "his", b.talkRead(id, "resident:paul"), "<h1>Comité des fêtes</h1>", "au nom de « Comité des fêtes »")
	}
	body := b.talkRead("/messages/nouveau/agenda/"+b.schedule("Loto", "2026-11-28T20:00", "").ID, "resident:ana")
	talkWants(t, "in whose name", body, `<option value="`+element+`"`)
}

func TestTheLimitKeepsWhatWasTyped(t *testing.T) {
	b := newBox(t)
	id := b.talk("0")
	for i := range message.PerHour - 1 {
		b.talkSend("/messages/"+id, "resident:paul", url.Values{"text": {fmt.Sprint(i + 1)}})
	}
	w := b.ask(POST, "/messages/"+id, "resident:paul", url.Values{"text": {"le mot de trop"}})
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "le mot de trop") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	talkWants(t, "the way to the older ones", b.talkRead("/messages/"+id, "resident:lea"), "?avant=21")
	talkWants(t, "the older ones", b.talkRead("/messages/"+id+"?avant=21", "resident:lea"), `<p class="text">0</p>`)
	talkWants(t, "an old one to report", b.talkRead("/messages/"+id+"/signaler/3", "resident:lea"), `<p class="text">2</p>`)
}

func TestMessagesCanBeSwitchedOff(t *testing.T) {
	b := newBox(t)
	id := b.talk("Bonjour")
	e := b.schedule("Bal", "2026-11-29T20:00", "")
	for _, key := range []string{"message", "reaction"} {
		b.talkSend("/admin/rubriques", "operator", url.Values{"module": {key}, "do": {"off"}})
	}
	if w := b.ask(GET, "/messages/"+id, "resident:lea", nil); w.Code != http.StatusNotFound {
		t.Errorf("the thread: %d", w.Code)
	}
	body := b.talkRead("/agenda/"+e.ID, "resident:paul")
	if strings.Contains(body, "/messages") || strings.Contains(body, "/aimer") {
		t.Error("the event's page still leads there")
	}
}

func TestLikesAreANumber(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	if strings.Contains(b.get("/agenda/"+e.ID), `id="aimer"`) {
		t.Error("a visitor sees nobody's likes")
	}
	for _, who := range []string{"resident:paul", "resident:zoe", "resident:zoe"} {
		b.talkSend("/aimer/"+e.ID, who, url.Values{"do": {"like"}})
	}
	body := b.get("/agenda/" + e.ID)
	talkWants(t, "a visitor's page", body, "2 personnes aiment")
	if strings.Contains(body, "paul") || strings.Contains(body, "zoe") {
		t.Error("it names them")
	}
	talkWants(t, "his page", b.talkRead("/agenda/"+e.ID, "resident:paul"), "Je n'aime plus")
	b.talkSend("/aimer/"+e.ID, "resident:paul", url.Values{"do": {"unlike"}})
	talkWants(t, "taken back", b.get("/agenda/"+e.ID), "1 personne aime")
	b.talkSend("/aimer", "resident:lea", url.Values{})
	if strings.Contains(b.talkRead("/agenda/"+e.ID, "resident:lea"), `id="aimer"`) {
		t.Error("she did not want to see them")
	}
	for _, path := range []string{"/api/v1/listings", "/fiches.csv", "/agenda.atom", "/fiche/" + e.ID + "/donnees.jsonld"} {
		if w := b.ask(GET, path, "", nil); strings.Contains(w.Body.String(), "aime") {
			t.Errorf("%s tells of likes", path)
		}
	}
}

// TestWhoAsksForARoomAndItsManagersWriteEachOther: without a named manager an
// operator answers.
func TestWhoAsksForARoomAndItsManagersWriteEachOther(t *testing.T) {
	b := newBox(t)
	hall, _, err := b.desk.Add(store.As(t.Context(), store.Actor{Role: store.Operator}), account.NewPerson{Login: "mairie", Name: "La mairie", Role: store.Operator})
	if err != nil {
		t.Fatal(err)
	}
	room := b.bookable() // lea answers for it
	id := b.booked(room, "tom", "2026-12-05T14:00", "2026-12-05T16:00").ID
	page, first := "/salles/reservations/"+id, "/messages/nouveau/booking/"+id
	talkWants(t, "the booking's page for the manager", b.talkRead(page, "resident:lea"), first)
	thread := b.talkSend(first, "resident:tom", url.Values{"text": {"La sono marche-t-elle ?"}})
	path, _, _ := strings.Cut(thread, "#")
	talkWants(t, "the manager's thread", b.talkRead(path, "resident:lea"), "La sono", page)
	if again := b.talkSend(first, "resident:lea", url.Values{"text": {"Oui."}}); again != thread {
		t.Error("she answers from the booking's page in another thread")
	}
	if w := b.ask(GET, first, "resident:zoe", nil); w.Code != http.StatusNotFound {
		t.Errorf("somebody else: %d", w.Code)
	}
	storetest.Update(t, b.db, store.Actor{ID: "operator", Role: store.Operator}, func(tx *store.Tx) error {
		return booking.SetManager(tx, room, "lea", false)
	})
	thread = b.talkSend(first, "resident:tom", url.Values{"text": {"Et le chauffage ?"}})
	path, _, _ = strings.Cut(thread, "#")
	talkWants(t, "with the town hall", b.talkRead(path, "resident:tom"), "<h1>La mairie</h1>")
	talkWants(t, "the town hall's list", b.talkRead("/messages", "operator:"+hall.ID), "Et le chauffage")
}

// TestTheAuthorOfAnAdIsWrittenTo: from its page, while it stands.
func TestTheAuthorOfAnAdIsWrittenTo(t *testing.T) {
	b := newBox(t)
	a := b.sell("Vélo")
	first := "/messages/nouveau/ads/" + a.ID
	talkWants(t, "a visitor's page", b.get("/annonces/"+a.ID), first, "Écrire à l'auteur")
	if strings.Contains(b.talkRead("/annonces/"+a.ID, "resident:lea"), first) {
		t.Error("its author could write to herself")
	}
	path, _, _ := strings.Cut(b.talkSend(first, "resident:paul", url.Values{"text": {"Encore là ?"}}), "#")
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Gone) })
	if w := b.ask(GET, first, "resident:paul", nil); w.Code != http.StatusNotFound {
		t.Errorf("about what is gone: %d", w.Code)
	}
	talkWants(t, "their thread", b.talkRead(path, "resident:paul"), "Encore là", `name="text"`)
	b.clock.Add(message.Grace + time.Hour)
	body := b.talkRead(path, "resident:paul")
	talkWants(t, "a month later", body, "Cette conversation est close", "Encore là")
	if strings.Contains(body, `name="text"`) {
		t.Error("a form that leads nowhere")
	}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Available) })
	talkWants(t, "PA-5: back again, with its thread", b.talkRead(path, "resident:paul"), `name="text"`, "Encore là")
}

func TestABlockNamesNoAuthor(t *testing.T) {
	b := newBox(t)
	jeanne, _, err := b.desk.Add(store.As(t.Context(), store.Actor{Role: store.Operator}), account.NewPerson{Login: "jeanne", Name: "Jeanne Rouquié", Role: store.Resident})
	if err != nil {
		t.Fatal(err)
	}
	event := func(title string) string {
		e := agenda.Event{Title: title, Place: "Salle des fêtes", Audience: listing.Public, Starts: calendar.Wall{Year: 2026, Month: time.December, Day: 5, Hour: 20}}
		storetest.Update(t, b.db, store.Actor{ID: jeanne.ID, Role: store.Resident}, func(tx *store.Tx) error { return agenda.Schedule(tx, &e) })
		return "/messages/nouveau/agenda/" + e.ID
	}
	id, _, _ := strings.Cut(b.talkSend(event("Loto"), "resident:paul", url.Values{"text": {"Bonjour"}}), "#")
	b.talkSend(id, "resident:"+jeanne.ID, url.Values{"text": {"Laissez-moi"}})
	b.talkSend(id+"/bloquer", "resident:paul", url.Values{})
	body := b.talkRead(event("Soirée anonyme"), "resident:paul")
	if strings.Contains(body, "ne recevez plus de messages") {
		t.Error("paul, who blocks one person, reads that she is the author of an event that names nobody")
	}
}

// Who administers an organisation writes in their own name, too: the list of
// names has a value for that, on which no browser insists.
func TestAnAdministratorWritesInTheirOwnName(t *testing.T) {
	b := newBox(t)
	b.element("tom")
	ad := b.sell("Vélo")
	at := "/messages/nouveau/ads/" + ad.ID
	page := b.french(at, "resident:tom")
	_, list, _ := strings.Cut(page, `name="as"`)
	list, _, _ = strings.Cut(list, "</select>")
	holds(t, "the names", list, `value="moi"`)
	lacks(t, "the names", list, "required")
	b.sends("resident:tom", at, url.Values{"as": {"moi"}, "text": {"Bonjour"}})
	holds(t, "the thread", b.french("/messages", "resident:tom"), "Vélo")
}
