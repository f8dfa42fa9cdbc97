package ui

import (
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

func init() {
	date := func(suffix string) func(*box) string {
		return func(b *box) string { return "/agenda/" + b.choir().ID + suffix }
	}
	own := func(suffix string, form url.Values) sample {
		return sample{path: date(suffix), form: form, as: "resident:lea"}
	}
	moved := url.Values{"starts": {"2026-12-03"}, "starts_time": {"20:00"}}
	for name, s := range map[string]sample{
		"GET /agenda/:id/dates":           {path: date("/dates")},
		"POST /agenda/:id/dates":          own("/dates", url.Values{"starts": {"2026-12-05"}}),
		"GET /agenda/:id/:date":           {path: date("/2026-12-02")},
		"GET /agenda/:id/:date/modifier":  own("/2026-12-02/modifier", nil),
		"POST /agenda/:id/:date/modifier": own("/2026-12-02/modifier", moved),
		"GET /agenda/:id/:date/suite":     own("/2026-12-02/suite", nil),
		"POST /agenda/:id/:date/suite":    own("/2026-12-02/suite", aForm()),
		"GET /agenda/:id/:date/annuler":   own("/2026-12-02/annuler", nil),
		"POST /agenda/:id/:date/annuler":  own("/2026-12-02/annuler", url.Values{"scope": {"one"}}),
		"POST /agenda/:id/:date/retablir": own("/2026-12-02/retablir", nil),
		"POST /agenda/:id/:date/retirer":  own("/2026-12-02/retirer", nil),
	} {
		samples[name] = s
	}
}

// choir is a series of lea's, on Wednesdays at eight from 25 November on.
func (b *box) choir(change ...func(*agenda.Event)) agenda.Event {
	b.t.Helper()
	return b.schedule("Chorale", "2026-11-25T20:00", "2026-11-25T22:00", append([]func(*agenda.Event){func(e *agenda.Event) {
		e.Rule = ruleOf(b.t, "FREQ=WEEKLY;BYDAY=WE;UNTIL=20270623")
	}}, change...)...)
}

func ruleOf(t testing.TB, s string) calendar.Rule {
	t.Helper()
	r, err := calendar.ParseRule(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRulesInWords(t *testing.T) {
	b := newBox(t)
	for _, c := range []struct{ rule, want string }{
		{"FREQ=WEEKLY;BYDAY=WE;UNTIL=20270623", "Chaque mercredi à 20 h, jusqu'au 23 juin 2027"},
		{"FREQ=WEEKLY", "Chaque mercredi à 20 h"},
		{"FREQ=WEEKLY;BYDAY=MO,WE,FR", "Chaque lundi, mercredi et vendredi à 20 h"},
		{"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Du lundi au vendredi à 20 h"},
		{"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10", "Toutes les 2 semaines, le lundi et le mercredi à 20 h, 10 fois"},
		{"FREQ=DAILY", "Chaque jour à 20 h"},
		{"FREQ=DAILY;INTERVAL=3;COUNT=1", "Tous les 3 jours à 20 h, une fois"},
		{"FREQ=MONTHLY", "Chaque mois, le 25 à 20 h"},
		{"FREQ=MONTHLY;BYMONTHDAY=1", "Chaque mois, le 1er à 20 h"},
		{"FREQ=MONTHLY;BYMONTHDAY=-1", "Chaque mois, le dernier jour à 20 h"},
		{"FREQ=MONTHLY;BYDAY=2TU", "Chaque mois, le 2e mardi à 20 h"},
		{"FREQ=MONTHLY;BYDAY=1SA,3SA", "Chaque mois, le 1er samedi et le 3e samedi à 20 h"},
		{"FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR", "Tous les 3 mois, le dernier vendredi à 20 h"},
		{"FREQ=YEARLY", "Chaque année, le 25 novembre à 20 h"},
		{"FREQ=YEARLY;BYMONTH=5;BYDAY=-1SU", "Chaque année, le dernier dimanche en mai à 20 h"},
		{"FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=14", "Chaque année, le 14 juillet à 20 h"},
		{"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "Selon une règle particulière à 20 h"},
	} {
		e := b.choir(func(e *agenda.Event) { e.Rule = ruleOf(t, c.rule) })
		page := strings.NewReplacer(nbsp, " ", "&#39;", "'", "’", "'").Replace(b.get("/agenda/" + e.ID + "/dates"))
		if !strings.Contains(page, "<p>"+c.want+"</p>") {
			_, after, _ := strings.Cut(page, "</h1>")
			t.Errorf("%s: want %q, the page has %.120s", c.rule, c.want, after)
		}
	}
}

func TestASeriesIsWrittenWithPlainWords(t *testing.T) {
	b := newBox(t)
	for _, c := range []struct {
		form url.Values
		rule string
	}{
		{url.Values{"repeat": {"weekly"}, "repeat_days": {"WE", "SA"}}, "FREQ=WEEKLY;BYDAY=WE,SA"},
		{url.Values{"repeat": {"weekly"}, "repeat_every": {"2"}}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=MO"},
		{url.Values{"repeat": {"daily"}, "repeat_count": {"5"}}, "FREQ=DAILY;COUNT=5"},
		{url.Values{"repeat": {"monthly"}, "repeat_month": {"day"}}, "FREQ=MONTHLY;BYMONTHDAY=6"},
		{url.Values{"repeat": {"monthly"}, "repeat_month": {"nth"}}, "FREQ=MONTHLY;BYDAY=1SU"},
		{url.Values{"repeat": {"monthly"}, "repeat_month": {"last"}}, "FREQ=MONTHLY;BYDAY=-1SU"},
		{url.Values{"repeat": {"monthly"}, "repeat_month": {"last_day"}}, "FREQ=MONTHLY;BYMONTHDAY=-1"},
		{url.Values{"repeat": {"yearly"}, "repeat_until": {"2030-01-01"}}, "FREQ=YEARLY;UNTIL=20300101T225959Z;BYMONTH=12;BYMONTHDAY=6"},
		{url.Values{"repeat": {"kept"}, "rule": {"FREQ=MONTHLY;BYDAY=1SU,3SU"}, "skip_public": {"alsace"}, "skip_school": {"B"}}, "FREQ=MONTHLY;BYDAY=1SU,3SU"},
	} {
		form := aForm()
		for k, v := range c.form {
			form[k] = v
		}
		form.Set("do", "publish")
		w := b.ask(POST, "/agenda/nouveau", "resident:lea", form)
		if w.Code != 303 {
			t.Fatalf("%v: %d\n%s", c.form, w.Code, w.Body)
		}
		e := b.event(strings.TrimPrefix(w.Header().Get("Location"), "/agenda/"))
		if got := e.Rule.String(); got != c.rule {
			t.Errorf("%v: %s, want %s", c.form, got, c.rule)
		}
		if c.form.Has("skip_school") && e.Skip != (calendar.Skip{Public: true, Alsace: true, School: "B"}) {
			t.Errorf("skips %+v", e.Skip)
		}
		form = hiddenOf(b.ask("GET", "/agenda/"+e.ID+"/modifier", "resident:lea", nil).Body.String())
		form.Set("do", "publish")
		if w := b.ask(POST, "/agenda/"+e.ID+"/modifier", "resident:lea", form); w.Code != 303 {
			t.Fatalf("its form sent back: %d\n%s", w.Code, w.Body)
		}
		if again := b.event(e.ID); again.Rule.String() != e.Rule.String() || again.Starts != e.Starts || again.Skip != e.Skip {
			t.Errorf("its form sent back unchanged makes %s from %s of %s from %s", again.Rule, again.Starts, e.Rule, e.Starts)
		}
	}
}

// event is an event as lea reads it.
func (b *box) event(id string) (e agenda.Event) {
	b.t.Helper()
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) (err error) {
		e, err = agenda.Get(tx, id)
		return err
	})
	return e
}

func TestFaultsOfARepetition(t *testing.T) {
	b := newBox(t)
	for name, c := range map[string]struct {
		form url.Values
		want string
	}{
		"two ends":   {url.Values{"repeat": {"daily"}, "repeat_count": {"3"}, "repeat_until": {"2026-12-24"}}, "pas les deux"},
		"before":     {url.Values{"repeat": {"daily"}, "repeat_until": {"2026-12-01"}}, "finit avant de commencer"},
		"never":      {url.Values{"repeat": {"kept"}, "rule": {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}}, "Aucune date"},
		"every none": {url.Values{"repeat": {"daily"}, "repeat_every": {"0"}}, "entre 1 et"},
		"too many":   {url.Values{"repeat": {"daily"}, "repeat_count": {"999999"}}, "entre 1 et"},
		"unknown":    {url.Values{"repeat": {"hourly"}}, "pas possible"},
		"rule":       {url.Values{"repeat": {"kept"}, "rule": {"FREQ=SECONDLY"}}, "pas possible"},
	} {
		form := aForm()
		for k, v := range c.form {
			form[k] = v
		}
		w := b.ask(POST, "/agenda/nouveau", "resident:lea", form)
		page := strings.ReplaceAll(w.Body.String(), nbsp, " ")
		if w.Code != 422 || !strings.Contains(page, c.want) {
			t.Errorf("%s: %d without %q", name, w.Code, c.want)
		}
		if !strings.Contains(page, `value="`+form.Get("title")+`"`) || !strings.Contains(page, `<details class="more" open>`) {
			t.Errorf("%s: what was typed is not kept in sight", name)
		}
	}
}

func TestAG10_ThePreviewSaysWhichDatesThereAre(t *testing.T) {
	b := newBox(t)
	form := aForm()
	for k, v := range map[string]string{
		"starts": "2027-04-23", "starts_time": "18:00", "repeat": "weekly", "repeat_count": "5", "skip_public": "fr", "skip_school": "C",
	} {
		form.Set(k, v)
	}
	page := strings.ReplaceAll(b.ask(POST, "/agenda/nouveau", "resident:lea", form).Body.String(), nbsp, " ")
	for _, want := range []string{
		"Chaque vendredi à 18 h, 5 fois, sauf jours fériés et vacances de la zone C",
		"vendredi 23 avril 2027", "vendredi 30 avril 2027", "vendredi 7 mai 2027",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview does not say %q", want)
		}
	}
	form.Set("starts", "2027-04-24") // Saturdays: the 1st and the 8th of May
	page = strings.ReplaceAll(b.ask(POST, "/agenda/nouveau", "resident:lea", form).Body.String(), nbsp, " ")
	if !strings.Contains(page, "Fête du Travail, jour férié") || !strings.Contains(page, `<li class="off">`) {
		t.Error("a date that a holiday strikes is not shown with its reason")
	}
	form.Set("starts", "2027-04-10")
	page = strings.ReplaceAll(b.ask(POST, "/agenda/nouveau", "resident:lea", form).Body.String(), nbsp, " ")
	if !strings.Contains(page, "Vacances de printemps, zone C (dates à vérifier)") {
		t.Error("school holidays that are to be verified are not said to be")
	}
}

func TestAG17_DatesNotPublishedAreSaidToBe(t *testing.T) {
	b := newBox(t)
	skip := func(zone string) func(*agenda.Event) {
		return func(e *agenda.Event) { e.Skip.School, e.Rule = zone, ruleOf(t, "FREQ=WEEKLY") }
	}
	lot, correze := b.choir(skip("C")), b.choir(skip("A"))
	for id, want := range map[string]string{lot.ID: "zone C", correze.ID: "zone A"} {
		page := strings.ReplaceAll(b.get("/agenda/"+id), nbsp, " ")
		if !strings.Contains(page, want) || !strings.Contains(page, "Après le 31 août 2027") || !strings.Contains(page, "non publiées") {
			t.Errorf("the page of %s does not say what is not published", want)
		}
	}
	if strings.Contains(b.get("/agenda/"+b.choir(func(e *agenda.Event) { e.Skip.School = "C" }).ID), "non publiées") {
		t.Error("a series that ends before is said to be unsure")
	}
}

func TestAG9_FromThePageOfOneDate(t *testing.T) {
	b := newBox(t)
	e := b.choir()
	base := "/agenda/" + e.ID + "/2026-12-02"
	mine := func(path string, form url.Values) string { return b.get(b.press(path, "resident:lea", form)) }
	page := strings.ReplaceAll(mine(base+"/modifier", url.Values{
		"starts": {"2026-12-03"}, "starts_time": {"20:00"}, "ends_time": {"22:00"}, "place": {"École"}, "note": {"Apporter sa partition"},
	}), nbsp, " ")
	for _, want := range []string{"jeudi 3 décembre", "Au lieu du mercredi 2 décembre", "École", "Apporter sa partition"} {
		if !strings.Contains(page, want) {
			t.Errorf("the date's page does not say %q", want)
		}
	}
	if page := b.get("/agenda/" + e.ID); !strings.Contains(page, "Au lieu du mercredi") {
		t.Error("the series does not say which date was moved")
	}
	page = mine(base+"/annuler", url.Values{"scope": {"one"}, "reason": {"Grippe"}})
	if !strings.Contains(page, "ANNULÉ") || !strings.Contains(page, "Grippe") {
		t.Error("the date is not shown as cancelled")
	}
	if page := b.get("/agenda/" + e.ID); strings.Contains(page, "ANNULÉ") {
		t.Error("the whole series is shown as cancelled")
	}
	if page = mine(base+"/retablir", url.Values{}); strings.Contains(page, "ANNULÉ") {
		t.Error("the date was not restored")
	}
	form := hiddenOf(b.ask("GET", "/agenda/"+e.ID+"/2026-12-16/suite", "resident:lea", nil).Body.String())
	form.Set("starts_time", "20:30")
	form.Set("ends_time", "22:30")
	form.Set("do", "publish")
	w := b.ask(POST, "/agenda/"+e.ID+"/2026-12-16/suite", "resident:lea", form)
	if w.Code != 303 || strings.HasSuffix(w.Header().Get("Location"), e.ID) {
		t.Fatalf("from here on: %d %s\n%s", w.Code, w.Header().Get("Location"), w.Body)
	}
	next := b.event(strings.TrimPrefix(w.Header().Get("Location"), "/agenda/"))
	if old := b.event(e.ID); old.Rule.Until.String() != "20261209T190000Z" || next.Starts.String() != "2026-12-16T20:30" || next.RelatedTo != e.ID {
		t.Errorf("split into one until %s and one from %s", old.Rule.Until.String(), next.Starts)
	}
	mine("/agenda/"+next.ID+"/2027-01-06/annuler", url.Values{"scope": {"rest"}})
	if now := b.event(next.ID); now.Rule.Until.String() != "20261230T193000Z" || now.Off() {
		t.Errorf("cancelled from here on: until %s", now.Rule.Until.String())
	}
	mine("/agenda/"+next.ID+"/2026-12-23/annuler", url.Values{"scope": {"all"}})
	if now := b.event(next.ID); !now.IsCancelled() {
		t.Error("not all dates are cancelled")
	}
}

func TestDatesAreAddedAndTakenOutByHand(t *testing.T) {
	b := newBox(t)
	e := b.choir()
	page := b.get(b.press("/agenda/"+e.ID+"/dates", "resident:lea", url.Values{"starts": {"2026-12-05"}, "starts_time": {"10:00"}}))
	if !strings.Contains(page, "2026-12-05T10:00:00") {
		t.Error("the date is not listed")
	}
	if w := b.ask(POST, "/agenda/"+e.ID+"/dates", "resident:lea", url.Values{"starts": {"2026-12-09"}}); w.Code != 422 {
		t.Errorf("a date there is: %d", w.Code)
	}
	b.press("/agenda/"+e.ID+"/2026-12-09/retirer", "resident:lea", url.Values{})
	if w := b.ask("GET", "/agenda/"+e.ID+"/2026-12-09", "", nil); w.Code != 404 {
		t.Errorf("a date that was taken out: %d", w.Code)
	}
	for _, name := range []string{"2026-12-10", "hier", "2026-12-02T21:00", "9999-99-99"} {
		if w := b.ask("GET", "/agenda/"+e.ID+"/"+name, "", nil); w.Code != 404 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := b.ask("GET", "/agenda/"+b.schedule("Loto", "2026-11-28T20:00", "").ID+"/2026-11-28", "", nil); w.Code != 404 {
		t.Errorf("the date of an event that takes place once: %d", w.Code)
	}
}

func TestAVisitorProposesASeries(t *testing.T) {
	b := newBox(t)
	form := aForm()
	form.Set("repeat", "weekly")
	form.Set("repeat_count", "3")
	id, _ := b.proposed(form)
	if page := b.ask("GET", "/moderation/proposition/"+id, "moderator", nil).Body.String(); !strings.Contains(page, "Chaque dimanche") || strings.Count(page, "<li><time") != 3 {
		t.Error("the moderator does not see that it repeats, and when")
	}
	b.press("/moderation/proposition/"+id, "moderator", url.Values{"do": {"accept"}})
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		res, err := listing.Dates(tx, listing.Query{Kind: listing.KindEvent})
		if res.Total != 3 {
			t.Errorf("%d dates are listed", res.Total)
		}
		return err
	})
}

// hiddenOf are the values of a form as the page has them.
func hiddenOf(page string) url.Values {
	v := url.Values{}
	for _, m := range inputPattern.FindAllStringSubmatch(page, -1) {
		tag := m[0]
		name, value := attributeOf(tag, "name"), attributeOf(tag, "value")
		ticks := strings.Contains(tag, `type="checkbox"`) || strings.Contains(tag, `type="radio"`)
		if name != "" && name != "q" && !strings.Contains(tag, `type="file"`) && (!ticks || strings.Contains(tag, " checked")) {
			v.Add(name, value)
		}
	}
	for _, m := range areaPattern.FindAllStringSubmatch(page, -1) {
		v.Set(m[1], m[2])
	}
	for _, m := range selectPattern.FindAllStringSubmatch(page, -1) {
		if chosen := chosenPattern.FindStringSubmatch(m[2]); chosen != nil {
			v.Set(m[1], chosen[1])
		}
	}
	return v
}
