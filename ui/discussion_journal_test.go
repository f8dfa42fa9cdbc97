package ui

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// club is an organisation lea administers, the same whenever a sample asks.
func (b *box) club() (id string) {
	b.t.Helper()
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
		known, err := directory.Named(tx, "Club de marche")
		if err != nil {
			return err
		}
		if len(known) > 0 {
			id = known[0].ID
			return nil
		}
		e := directory.Element{Kind: directory.Org, Name: "Club de marche", Audience: listing.Public}
		err = directory.Add(tx, &e)
		id = e.ID
		return err
	})
	return id
}

// writes puts an entry into a journal, as lea.
func (b *box) writes(title string, change ...func(*discussion.Entry)) discussion.Entry {
	b.t.Helper()
	e := discussion.Entry{Title: title, Text: "Dimanche à neuf heures, devant l'église.", Audience: listing.Public}
	for _, c := range change {
		c(&e)
	}
	if e.Group == "" {
		e.Element = b.club()
	}
	b.as("lea", func(tx *store.Tx) error { return discussion.PublishEntry(tx, &e) })
	return e
}

// entryTyped is what somebody types into the form of an entry.
func entryTyped(audience string, more ...string) url.Values {
	form := url.Values{"do": {"publish"}, "title": {"Sortie au moulin"}, "text": {"Dimanche."}, "audience": {audience}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func init() {
	of := func(tail string) (club, grove func(*box) string) {
		return func(b *box) string { return "/annuaire/" + b.club() + "/nouvelles" + tail },
			func(b *box) string { return "/groupes/" + b.oneGroup() + "/nouvelles" + tail }
	}
	for tail, s := range map[string]sample{
		"": {}, "/fil.atom": {}, "/ecrire": {as: "resident:lea"},
	} {
		club, grove := of(tail)
		samples["GET /annuaire/:id/nouvelles"+tail] = sample{path: club, as: s.as}
		samples["GET /groupes/:id/nouvelles"+tail] = sample{path: grove, as: s.as}
	}
	club, grove := of("/ecrire")
	samples["POST /annuaire/:id/nouvelles/ecrire"] = sample{path: club, as: "resident:lea", form: entryTyped(seenByAll)}
	samples["POST /groupes/:id/nouvelles/ecrire"] = sample{path: grove, as: "resident:lea", form: entryTyped(seenByGroup)}
	entry := func(tail string) func(*box) string {
		return func(b *box) string { return "/nouvelles/" + b.writes("Sortie").ID + tail }
	}
	for name, s := range map[string]sample{
		"GET /nouvelles/:id": {path: entry("")},
		"GET /nouvelles/:id/avant": {path: func(b *box) string {
			e := b.writes("Sortie")
			b.clock.Add(time.Hour)
			e.Text = "Lundi."
			b.as("lea", func(tx *store.Tx) error { return discussion.EditEntry(tx, &e, "") })
			return "/nouvelles/" + e.ID + "/avant"
		}},
		"GET /nouvelles/:id/modifier":       {path: entry("/modifier"), as: "resident:lea"},
		"POST /nouvelles/:id/modifier":      {path: entry("/modifier"), as: "resident:lea", form: entryTyped(seenByAll)},
		"GET /nouvelles/:id/photos":         {path: entry("/photos"), as: "resident:lea"},
		"POST /nouvelles/:id/photos":        {path: entry("/photos"), as: "resident:lea", form: url.Values{}},
		"POST /nouvelles/:id/photos/:photo": {path: entry("/photos/none"), as: "resident:lea"},
		"GET /nouvelles/:id/retirer":        {path: entry("/retirer"), as: "resident:lea"},
		"POST /nouvelles/:id/retirer":       {path: entry("/retirer"), as: "resident:lea"},
	} {
		samples[name] = s
	}
}

func TestAnOrganisationWritesInItsJournal(t *testing.T) {
	b := newBox(t)
	club := "/annuaire/" + b.club()
	lacks(t, "an empty journal", b.french(club, ""), "Nouvelles")
	holds(t, "whom it concerns", b.french(club, "resident:lea"), "Aucune nouvelle pour le moment", club+"/nouvelles/ecrire")
	form := b.french(club+"/nouvelles/ecrire", "resident:lea")
	holds(t, "the form", form, "Vous écrivez au nom de", "Visible par", "CC BY-SA")
	lacks(t, "the form", form, "les membres du groupe")
	at := b.sends("resident:lea", club+"/nouvelles/ecrire", entryTyped(seenByAll, "free", "1"))
	page := b.french(at, "")
	holds(t, "the entry", page, "Sortie au moulin", "Dimanche.", "Club de marche", "licence CC BY-SA 4.0", "tout le monde, y compris", "Aucun commentaire")
	lacks(t, "the entry", page, "/modifier", "Léa")
	for _, where := range []string{club, club + "/nouvelles", club + "/nouvelles/fil.atom", "/recherche?q=moulin"} {
		holds(t, where, b.french(where, ""), "Sortie au moulin")
	}
	b.sends("resident:tom", "/commentaires/"+strings.TrimPrefix(at, "/nouvelles/"), url.Values{"text": {"Présent dimanche"}})
	holds(t, "comments", b.french(at, "resident:lea"), "Présent dimanche", "Fermer les commentaires")
	holds(t, "who answers is told", b.french("/avis", "resident:lea"), "commente ce que vous avez publié")
}

func TestThePageOfAnOrganisationShowsTheLatestThree(t *testing.T) {
	b := newBox(t)
	for _, title := range []string{"Premier", "Deuxième", "Troisième", "Quatrième"} {
		b.writes(title)
		b.clock.Add(time.Minute)
	}
	page := b.french("/annuaire/"+b.club(), "")
	holds(t, "the page", page, "Quatrième", "Troisième", "Deuxième", "/nouvelles\">")
	lacks(t, "the page", page, "Premier")
	whole := b.french("/annuaire/"+b.club()+"/nouvelles", "")
	if strings.Index(whole, "Quatrième") > strings.Index(whole, "Premier") || !strings.Contains(whole, "Premier") {
		t.Error("the journal is not whole, or not the latest first")
	}
}

// What is chosen is said; narrowing hides at once, widening asks.
func TestTheAudienceOfAnEntryIsChosenAndChanged(t *testing.T) {
	b := newBox(t)
	e := b.writes("Sortie au moulin")
	club, at := "/annuaire/"+e.Element, "/nouvelles/"+e.ID
	public := []string{club, club + "/nouvelles", club + "/nouvelles/fil.atom", "/recherche?q=moulin", "/fiches.atom?kind=notice"}
	b.sends("resident:lea", at+"/modifier", entryTyped(seenByMembers))
	for _, where := range public {
		lacks(t, where, b.french(where, ""), "Sortie au moulin")
	}
	if w := b.ask(GET, at, "", nil); w.Code != http.StatusNotFound {
		t.Errorf("a visitor: %d", w.Code)
	}
	page := b.french(at, "resident:tom")
	holds(t, "a resident", page, "Sortie au moulin", "les personnes qui ont un compte")
	lacks(t, "what is not public", page, `id="commentaires"`)
	lacks(t, "the feed, whoever asks", b.french(club+"/nouvelles/fil.atom", "resident:tom"), "Sortie au moulin")

	w := b.ask(POST, at+"/modifier", "resident:lea", entryTyped(seenByAll, "text", "Lundi."), french1)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("widened without a word: %d", w.Code)
	}
	holds(t, "the question", w.Body.String(), "Cochez la case", "Plus de monde pourra le lire", "Lundi.")
	lacks(t, "until then", b.french(club, ""), "Sortie au moulin")
	b.sends("resident:lea", at+"/modifier", entryTyped(seenByAll, "wider", "1"))
	for _, where := range public {
		holds(t, where, b.french(where, ""), "Sortie au moulin")
	}
}

// Nothing of what a group writes for its members goes further, nor who keeps it.
func TestAGroupWritesInItsJournalForItsMembers(t *testing.T) {
	b := newBox(t)
	g := b.inGroup(func(g *group.Group) { g.Seen = group.ToKeepers })
	at := "/groupes/" + g.ID
	form := b.french(at+"/nouvelles/ecrire", "resident:lea")
	if i := strings.Index(form, `value="`+seenByGroup+`"`); i < 0 || !strings.Contains(form[i:min(len(form), i+60)], "checked") {
		t.Errorf("it is not for the members until somebody says so:\n%s", form)
	}
	entry := b.sends("resident:lea", at+"/nouvelles/ecrire", entryTyped(seenByGroup))
	holds(t, "a member", b.french(entry, "resident:tom"), "Sortie au moulin", "les membres du groupe")
	holds(t, "the group's page", b.french(at, "resident:tom"), "Sortie au moulin")
	for _, who := range []string{"", "resident:other"} {
		if w := b.ask(GET, entry, who, nil); w.Code != http.StatusNotFound {
			t.Errorf("%q: %d", who, w.Code)
		}
		for _, where := range []string{at, at + "/nouvelles", at + "/nouvelles/fil.atom", "/recherche?q=moulin"} {
			lacks(t, where+" as "+who, b.french(where, who), "Sortie au moulin")
		}
	}
	open := b.sends("resident:lea", at+"/nouvelles/ecrire", entryTyped(seenByAll, "title", "Porte ouverte"))
	for _, who := range []string{"", "resident:other", "resident:tom", "moderator"} {
		page := b.french(open, who)
		holds(t, "a public entry", page, "Porte ouverte", g.Name)
		lacks(t, "a public entry as "+who, page, "Léa", "/messages/nouveau")
	}
	closed := b.inGroup(closedGroup, func(g *group.Group) { g.Joining = group.Free })
	if w := b.ask(GET, "/groupes/"+closed.ID+"/nouvelles/fil.atom", "resident:tom", nil); w.Code != http.StatusNotFound {
		t.Errorf("the feed of a group its members read: %d", w.Code)
	}
	if w := b.ask(GET, "/groupes/"+closed.ID+"/nouvelles", "resident:other", nil); w.Code != http.StatusNotFound {
		t.Errorf("its journal: %d", w.Code)
	}
}

func TestFO6_AnEntryShowsThatItChanged(t *testing.T) {
	b := newBox(t)
	e := b.writes("Sortie", func(e *discussion.Entry) { e.Text = "Samedi." })
	at := "/nouvelles/" + e.ID
	b.clock.Add(time.Hour)
	b.sends("resident:lea", at+"/modifier", entryTyped(seenByAll))
	holds(t, "a resident", b.french(at, "resident:tom"), "Modifié le", at+"/avant")
	holds(t, "what it said", b.french(at+"/avant", "resident:tom"), "Samedi.")
	visitor := b.french(at, "")
	holds(t, "a visitor", visitor, "Modifié le")
	lacks(t, "a visitor", visitor, at+"/avant")
}

// Nobody's words are lost without their knowing when two write at once.
func TestTwoKeepersChangeAnEntryAtOnce(t *testing.T) {
	b := newBox(t)
	e := b.writes("Sortie")
	at := "/nouvelles/" + e.ID
	shown := hiddenShown.FindStringSubmatch(b.french(at+"/modifier", "resident:lea"))
	if shown == nil {
		t.Fatal("the form does not say what it shows")
	}
	b.sends("resident:lea", at+"/modifier", entryTyped(seenByAll, "text", "Devant la mairie."))
	w := b.ask(POST, at+"/modifier", "resident:lea", entryTyped(seenByAll, "text", "Devant le lavoir.", "shown", shown[1]), french1)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("the second: %d", w.Code)
	}
	holds(t, "the second", w.Body.String(), "Quelqu’un d’autre a modifié", "Devant le lavoir.")
	holds(t, "what stands", b.french(at, ""), "Devant la mairie.")
	again := hiddenShown.FindStringSubmatch(w.Body.String())
	b.sends("resident:lea", at+"/modifier", entryTyped(seenByAll, "text", "Devant le lavoir.", "shown", again[1]))
	holds(t, "sent again", b.french(at, ""), "Devant le lavoir.")
}

var hiddenShown = regexp.MustCompile(`name="shown" value="([^"]+)"`)

func TestAnEntryHasPhotos(t *testing.T) {
	b := newBox(t)
	e := b.writes("Sortie")
	at := "/nouvelles/" + e.ID
	holds(t, "the way there", b.french(at, "resident:lea"), at+"/photos")
	if w := b.sendPhoto(at+"/photos", "resident:lea", "a.jpg", geotagged(t, "ici"), "alt", "Le moulin"); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	holds(t, "the entry", b.french(at, ""), `alt="Le moulin"`)
	picture := inPhoto.FindString(b.french("/annuaire/"+e.Element+"/nouvelles", ""))
	if picture == "" {
		t.Fatal("the journal shows no photo")
	}
	b.get(picture)
	if w := b.sendPhoto(at+"/photos", "resident:tom", "a.jpg", geotagged(t, "ici"), "alt", "Autre"); w.Code != http.StatusForbidden {
		t.Errorf("somebody else's: %d", w.Code)
	}
	b.sends("resident:lea", at+"/modifier", entryTyped(seenByMembers))
	if w := b.ask(GET, picture, "", nil); w.Code != http.StatusNotFound {
		t.Errorf("narrowed: %d", w.Code)
	}
	b.sends("resident:lea", at+"/retirer", nil)
	if w := b.ask(GET, picture, "resident:lea", nil); w.Code != http.StatusNotFound {
		t.Errorf("taken away: %d", w.Code)
	}
}

var inPhoto = regexp.MustCompile(`/photo/[0-9a-z]+/vignette`)

func TestAnEntryIsReportedHiddenAndAppealed(t *testing.T) {
	b := newBox(t)
	e := b.writes("Sortie")
	at := "/nouvelles/" + e.ID
	b.sends("resident:tom", "/signaler/"+e.ID, url.Values{"reason": {"illegal"}, "text": {"Regardez"}})
	b.sends("moderator", "/moderation/fiche/"+e.ID, url.Values{"do": {"hide"}, "reason": {"illegal"}, "text": {"Non"}})
	if w := b.ask(GET, at, "resident:tom", nil); w.Code != http.StatusNotFound {
		t.Errorf("hidden: %d", w.Code)
	}
	holds(t, "who wrote it", b.french(at, "resident:lea"), "masqué", "/recours/")
}

func TestAFaultInAnEntryKeepsWhatWasTyped(t *testing.T) {
	b := newBox(t)
	club := "/annuaire/" + b.club()
	for name, c := range map[string]struct {
		form url.Values
		says string
	}{
		"no title":    {entryTyped(seenByAll, "title", " ", "free", "1"), "titre"},
		"nobody":      {entryTyped("", "free", "1"), "Choisissez qui voit cette nouvelle"},
		"its members": {entryTyped(seenByGroup, "free", "1"), "Choisissez qui voit cette nouvelle"},
	} {
		w := b.ask(POST, club+"/nouvelles/ecrire", "resident:lea", c.form, french1)
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, w.Code)
		}
		holds(t, name, w.Body.String(), c.says, "Dimanche.", "checked")
	}
	lacks(t, "the journal", b.french(club+"/nouvelles", ""), "Dimanche")
}

func TestJournalsAreSwitchedOff(t *testing.T) {
	b := newBox(t)
	e := b.writes("Sortie")
	b.sends("operator", "/admin/rubriques", url.Values{"module": {"journal"}, "do": {"off"}})
	lacks(t, "the page", b.french("/annuaire/"+e.Element, "resident:lea"), "Sortie", "/nouvelles/ecrire")
	for _, where := range []string{"/nouvelles/" + e.ID, "/annuaire/" + e.Element + "/nouvelles", "/annuaire/" + e.Element + "/nouvelles/fil.atom"} {
		if w := b.ask(GET, where, "resident:lea", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", where, w.Code)
		}
	}
}
