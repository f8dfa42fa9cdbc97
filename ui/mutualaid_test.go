package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/mutualaid"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// asks puts a need by lea in.
func (b *box) asks(title string, change ...func(*mutualaid.Favour)) mutualaid.Favour {
	b.t.Helper()
	f := mutualaid.Favour{Side: mutualaid.Need, Sort: mutualaid.Hand, Title: title, Places: 1, Audience: listing.Public}
	for _, c := range change {
		c(&f)
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return mutualaid.Add(tx, &f, "") })
	return f
}

// replies answers it as an account, and returns the reply.
func (b *box) replies(f mutualaid.Favour, account string) mutualaid.Reply {
	b.t.Helper()
	y := mutualaid.Reply{FavourID: f.ID, Text: "Je peux, dit " + account, Places: 1}
	storetest.Update(b.t, b.db, store.Actor{ID: account, Role: store.Resident}, func(tx *store.Tx) error { return mutualaid.Answer(tx, &y) })
	return y
}

// chooses takes it.
func (b *box) chooses(y mutualaid.Reply) {
	b.t.Helper()
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return mutualaid.Choose(tx, y.FavourID, y.ID) })
}

// favourTyped is a form as a person fills it in.
func favourTyped(do string, more ...string) url.Values {
	f := url.Values{
		"side": {"need"}, "sort": {"hand"}, "title": {"Porter une armoire"}, "places": {"1"}, "audience": {"public"}, "do": {do},
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func init() {
	of := func(suffix string) func(*box) string {
		return func(b *box) string { return "/entraide/" + b.asks("Porter une armoire").ID + suffix }
	}
	own := func(suffix string, form url.Values) sample {
		return sample{path: of(suffix), form: form, as: "resident:lea"}
	}
	for name, s := range map[string]sample{
		"GET /entraide":               at("/entraide"),
		"GET /entraide/nouvelle":      at("/entraide/nouvelle?cote=need&sorte=hand"),
		"POST /entraide/nouvelle":     {path: at("/entraide/nouvelle").path, form: favourTyped("publish")},
		"GET /entraide/miennes":       at("/entraide/miennes"),
		"GET /entraide/:id":           {path: of("")},
		"GET /entraide/:id/modifier":  own("/modifier", nil),
		"POST /entraide/:id/modifier": own("/modifier", favourTyped("publish")),
		"POST /entraide/:id/etat":     own("/etat", url.Values{"do": {"settle"}}),
		"GET /entraide/:id/repondre":  {path: of("/repondre")},
		"POST /entraide/:id/repondre": {path: of("/repondre"), form: url.Values{"text": {"Je peux"}}},
		"GET /entraide/:id/reponses":  own("/reponses", nil),
		"POST /entraide/:id/merci/:reponse": {as: "resident:lea", form: url.Values{"word": {"Merci"}}, path: func(b *box) string {
			y := b.replies(b.asks("Porter une armoire"), "tom")
			b.chooses(y)
			return "/entraide/" + y.FavourID + "/merci/" + y.ID
		}},
		"POST /entraide/:id/reponses/:reponse": {as: "resident:lea", form: url.Values{"do": {"choose"}}, path: func(b *box) string {
			y := b.replies(b.asks("Porter une armoire"), "tom")
			return "/entraide/" + y.FavourID + "/reponses/" + y.ID
		}},
	} {
		samples[name] = s
	}
}

// read is a page as somebody reads it; it fails unless it answers 200.
func (b *box) readAs(who, target string) string {
	b.t.Helper()
	w := b.ask(GET, target, who, nil)
	if w.Code != http.StatusOK {
		b.t.Fatalf("GET %s as %q: %d\n%s\n%s", target, who, w.Code, w.Body, b.log)
	}
	return w.Body.String()
}

// sends posts a form and fails unless it is answered with a way on.
func (b *box) sends(who, target string, form url.Values) string {
	b.t.Helper()
	w := b.ask(POST, target, who, form)
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("POST %s as %q: %d\n%s", target, who, w.Code, w.Body)
	}
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return to
}

func holds(t *testing.T, what, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("%s: no %q in\n%s", what, text, page)
		}
	}
}

func lacks(t *testing.T, what, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			t.Errorf("%s: %q in\n%s", what, text, page)
		}
	}
}

func TestEN1_FromTheFormToTheThanks(t *testing.T) {
	b := newBox(t)
	form := favourTyped("preview", "title", "Conduire à Saint-Céré", "starts", "26/11/2026", "starts_time", "14 h", "minutes", "1h30")
	w := b.ask(POST, "/entraide/nouvelle", "resident:lea", form)
	holds(t, "what will be public", w.Body.String(), "Conduire à Saint-Céré", "jeudi 26", "Publier", "1\u00a0h\u00a030")
	form.Set("do", "publish")
	to := b.sends("resident:lea", "/entraide/nouvelle", form)
	for _, who := range []string{"tom", "zoe", "ana"} {
		b.clock.Add(time.Second)
		b.sends("resident:"+who, to+"/repondre", url.Values{"text": {"Je peux, dit " + who}})
	}
	lacks(t, "the public page", b.get(to), "Je peux", "lea")
	lacks(t, "a helper's page", b.readAs("resident:tom", to), "dit zoe", "dit ana")
	page := b.readAs("resident:lea", to+"/reponses")
	holds(t, "the author's page", page, "dit tom", "dit zoe", "dit ana")
	var tom string
	for _, part := range strings.Split(page, `action="`+to+`/reponses/`)[1:] {
		if tom == "" {
			tom, _, _ = strings.Cut(part, `"`)
		}
	}
	b.sends("resident:lea", to+"/reponses/"+tom, url.Values{"do": {"choose"}})
	holds(t, "who was chosen", b.readAs("resident:tom", to), "Vous êtes choisi", "mot de remerciement")
	holds(t, "who was not", b.readAs("resident:zoe", to), "Quelqu’un d’autre a été choisi")
	lacks(t, "the list", b.get("/entraide"), "Saint-Céré")
	holds(t, "the public page, closed", b.get(to), "réglé")
	b.sends("resident:lea", to+"/merci/"+tom, url.Values{"word": {"Grand merci"}, "agrees": {"1"}})
	lacks(t, "one agrees", b.get(to), "Grand merci")
	b.sends("resident:tom", to+"/merci/"+tom, url.Values{"word": {"De rien"}, "agrees": {"1"}})
	holds(t, "both agree", b.get(to), "Grand merci", "De rien")
	long := b.ask(POST, to+"/merci/"+tom, "resident:lea", url.Values{"word": {strings.Repeat("merci ", 60)}})
	if long.Code != http.StatusUnprocessableEntity {
		t.Errorf("a long word: %d", long.Code)
	}
	holds(t, "a long word stays", long.Body.String(), "merci merci")
}

func TestEN2_TheListForgetsTheNeedOfYesterday(t *testing.T) {
	b := newBox(t)
	day, _ := calendar.ParseWall("2026-11-23T14:00")
	f := b.asks("Conduire à Saint-Céré", func(f *mutualaid.Favour) { f.Starts, f.Place = day, "Le Bourg" })
	b.clock.Set(time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC))
	holds(t, "on its day", b.get("/entraide"), "Saint-Céré")
	b.clock.Add(time.Hour + time.Second)
	lacks(t, "the next day", b.get("/entraide"), "Saint-Céré")
	page := b.get("/entraide/" + f.ID)
	holds(t, "its page", page, "Conduire à Saint-Céré", "TERMINÉ")
	lacks(t, "its page", page, "Le Bourg", "Je réponds")
}

func TestEN4_UrgentIsOnTheHomePageUntilAnsweredOr48Hours(t *testing.T) {
	b := newBox(t)
	b.sends("resident:lea", "/entraide/nouvelle", favourTyped("publish", "title", "Une pompe", "urgent", "1"))
	for _, page := range []string{"/", "/entraide"} {
		holds(t, page, b.get(page), "Urgent\u00a0: Une pompe")
	}
	again := b.ask(POST, "/entraide/nouvelle", "resident:lea", favourTyped("publish", "title", "Encore", "urgent", "1"))
	if again.Code != http.StatusUnprocessableEntity {
		t.Errorf("a second urgent need: %d", again.Code)
	}
	holds(t, "what was typed stays", again.Body.String(), `value="Encore"`, "déjà un besoin urgent")
	b.clock.Add(48 * time.Hour)
	for _, page := range []string{"/", "/entraide"} {
		lacks(t, page, b.get(page), "Urgent\u00a0:", "URGENT")
	}
}

func TestEN6_AMinorNeedsAnOrganisation(t *testing.T) {
	b := newBox(t)
	org := directory.Element{Kind: directory.Org, Name: "Aide aux devoirs", Audience: listing.Public}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return directory.Add(tx, &org) })
	form := favourTyped("publish", "minor", "1", "adult", "Odette Faure")
	for _, who := range []string{"resident:tom", "resident:lea"} {
		w := b.ask(POST, "/entraide/nouvelle", who, form)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "au nom d’une organisation") {
			t.Errorf("as %s: %d\n%s", who, w.Code, w.Body)
		}
	}
	form.Set("organisation", org.ID)
	to := b.sends("resident:lea", "/entraide/nouvelle", form)
	holds(t, "its page", b.get(to), "Aide aux devoirs", "Odette Faure")
}

func TestEN8_AnotherAdministratorReadsAndAnswers(t *testing.T) {
	b := newBox(t)
	org := directory.Element{Kind: directory.Org, Name: "Comité des fêtes", Audience: listing.Public}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return directory.Add(tx, &org) })
	tom := store.Actor{ID: "tom", Role: store.Resident}
	storetest.Update(t, b.db, tom, func(tx *store.Tx) error { return directory.Ask(tx, org.ID, "") })
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		if err := directory.Admit(tx, org.ID, "tom"); err != nil {
			return err
		}
		return directory.Promote(tx, org.ID, "tom")
	})
	to := b.sends("resident:lea", "/entraide/nouvelle", favourTyped("publish", "side", "help", "sort", "goods", "title", "Trente chaises", "organisation", org.ID, "places", ""))
	b.sends("resident:zoe", to+"/repondre", url.Values{"text": {"Pour samedi"}})
	holds(t, "the second administrator", b.readAs("resident:tom", to+"/reponses"), "Pour samedi")
	if w := b.ask(GET, to+"/reponses", "operator", nil); w.Code == http.StatusOK {
		t.Error("an operator reads private replies")
	}
}

func TestRidesGoFromTheFormToTheList(t *testing.T) {
	b := newBox(t)
	form := url.Values{"side": {"help"}, "sort": {"ride"}, "place": {"Montvallon"}, "destination": {"Saint-Céré"}, "do": {"publish"}, "audience": {"public"}, "places": {"3"}}
	w := b.ask(POST, "/entraide/nouvelle", "resident:lea", form)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("without an hour: %d", w.Code)
	}
	holds(t, "without an hour", w.Body.String(), "le jour et l’heure du départ", `value="Saint-Céré"`)
	form.Set("starts", "2026-11-26")
	form.Set("starts_time", "14:00")
	form.Set("carries", "du pain")
	to := b.sends("resident:lea", "/entraide/nouvelle", form)
	holds(t, "the ride", b.get(to), "De Montvallon à Saint-Céré", "du pain", "3 places restantes")
	for _, page := range []string{"/entraide?kind=ride", "/entraide?also=trajet+propos%C3%A9", "/entraide"} {
		holds(t, page, b.get(page), "Montvallon → Saint-Céré")
	}
	lacks(t, "needs", b.get("/entraide?kind=need"), "Montvallon →")
	holds(t, "the form again", b.readAs("resident:lea", to+"/modifier"), `value="2026-11-26"`, `value="14:00"`, `value="du pain"`)
}

func TestWhatWasTypedOfAFavourStays(t *testing.T) {
	b := newBox(t)
	for _, c := range []struct{ name, value, want string }{
		{"starts_time", "26 h", "26 h"},
		{"minutes", "beaucoup", "beaucoup"},
		{"places", "douze", "douze"},
		{"starts", "jeudi prochain", "jeudi prochain"},
		{"position", "ici", `value="ici"`},
		{"starts", "2026-11-20", "Cette date est passée"},
		{"ends", "2026-11-28", "2026-11-28"},
	} {
		w := b.ask(POST, "/entraide/nouvelle", "resident:lea", favourTyped("publish", c.name, c.value))
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %q: %d\n%s", c.name, c.value, w.Code, w.Body)
		}
	}
	if w := b.ask(POST, "/entraide/nouvelle", "resident:lea", favourTyped("publish", "sort", "magic")); w.Code != http.StatusBadRequest {
		t.Errorf("a sort there is not: %d", w.Code)
	}
}

func TestAHiddenNeedTellsItsAuthorWhy(t *testing.T) {
	b := newBox(t)
	f := b.asks("À cacher")
	storetest.Update(t, b.db, store.Actor{ID: "mod", Role: store.Moderator}, func(tx *store.Tx) error {
		return moderation.Hide(tx, f.Ref(), "lea", moderation.Cause{Reason: moderation.Complaints[0], Text: "Hors sujet."})
	})
	if w := b.ask(GET, "/entraide/"+f.ID, "", nil); w.Code != http.StatusNotFound {
		t.Errorf("a visitor: %d", w.Code)
	}
	holds(t, "its author", b.readAs("resident:lea", "/entraide/"+f.ID), "Hors sujet.")
}

func TestAReplyBeginsTheMessagesOfTheTwo(t *testing.T) {
	b := newBox(t)
	f := b.asks("Porter une armoire")
	to := "/entraide/" + f.ID
	b.sends("resident:tom", to+"/repondre", url.Values{"text": {"Je peux samedi"}})
	link := func(who, page string) string {
		_, rest, _ := strings.Cut(b.readAs(who, page), `href="/messages/`)
		id, _, _ := strings.Cut(rest, `#`)
		return "/messages/" + id
	}
	hers, his := link("resident:lea", to+"/reponses"), link("resident:tom", to)
	if hers != his || hers == "/messages/" {
		t.Fatalf("the two read %s and %s", hers, his)
	}
	holds(t, "their messages", b.readAs("resident:lea", hers), "Je peux samedi", "Porter une armoire")
	if w := b.ask(GET, hers, "moderator", nil); w.Code != http.StatusNotFound {
		t.Errorf("a moderator reads them: %d", w.Code)
	}
}

func TestPA3_ANumberInANeedIsForRegisteredPeople(t *testing.T) {
	b := newBox(t)
	const number = "06 12 34 56 78"
	form := favourTyped("preview", "description", "Appelez au "+number)
	w := b.ask(POST, "/entraide/nouvelle", "resident:lea", form)
	holds(t, "the question", w.Body.String(), "contacts_hide", number)
	form.Set("do", "publish")
	to := b.sends("resident:lea", "/entraide/nouvelle", form)
	lacks(t, "a visitor's page", b.get(to), "34 56")
	holds(t, "a resident's page", b.readAs("resident:tom", to), number)
	for _, page := range []string{"/entraide", "/fiches.atom?kind=need", "/api/v1/listings", "/recherche?q=Appelez", "/fiches.jsonld"} {
		lacks(t, page, b.get(page), "34 56", "34\u00a056")
	}
}

func TestAChosenReplyIsSettledInHours(t *testing.T) {
	b := newBox(t)
	f := b.asks("Porter une armoire", func(f *mutualaid.Favour) { f.Minutes = 90 })
	y := b.replies(f, "tom")
	lacks(t, "before the choice", b.readAs("resident:lea", "/entraide/"+f.ID+"/reponses"), "/heures/payer")
	b.chooses(y)
	lacks(t, "without an account", b.readAs("resident:lea", "/entraide/"+f.ID+"/reponses"), "/heures/payer")
	var number string
	storetest.Update(t, b.db, store.Actor{ID: "tom", Role: store.Resident}, func(tx *store.Tx) error {
		a, err := timebank.Open(tx)
		number = a.Number
		return err
	})
	holds(t, "for who asked", b.readAs("resident:lea", "/entraide/"+f.ID+"/reponses"), "/heures/payer?minutes=90&amp;objet=mutualaid%2F"+f.ID+"&amp;vers="+number)
	lacks(t, "for who is paid", b.readAs("resident:tom", "/entraide/"+f.ID), "/heures/payer")
}
