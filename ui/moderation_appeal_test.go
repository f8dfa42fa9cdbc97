package ui

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

// hiddenEvent is an event of lea's that a moderator hid.
func (b *box) hiddenEvent() agenda.Event {
	b.t.Helper()
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	b.judged(e, "moderator:one", url.Values{"do": {"hide"}, "reason": {"wrong"}, "text": {"Vérifiez le jour"}})
	return e
}

// judged sends what a moderator decides about an event, and fails unless it is
// done.
func (b *box) judged(e agenda.Event, who string, form url.Values) {
	b.t.Helper()
	if w := b.ask(POST, "/moderation/fiche/"+e.ID, who, form); w.Code != http.StatusSeeOther {
		b.t.Fatalf("%v: %d\n%s", form, w.Code, w.Body)
	}
}

// appealed is that event once lea asked for a second opinion, and the page on
// which it is given.
func (b *box) appealed() (e agenda.Event, opinion string) {
	b.t.Helper()
	e = b.hiddenEvent()
	if w := b.ask(POST, "/recours/agenda/"+e.ID, "resident:lea", url.Values{"text": {"C'est bien samedi."}}); w.Code != http.StatusSeeOther {
		b.t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	storetest.View(b.t, b.db, store.Actor{ID: "x", Role: store.Moderator}, func(tx *store.Tx) error {
		list, err := moderation.Appeals(tx)
		if len(list) > 0 {
			opinion = "/moderation/recours/" + list[0].ID
		}
		return err
	})
	return e, opinion
}

// person makes an account and returns the page on which it is suspended.
func (b *box) personJudged() string {
	b.t.Helper()
	_, id := b.account("paul")
	return "/moderation/personne/" + id
}

// sealedOne is the page of a sealed copy, on a box that can seal.
func (b *box) sealedOne() string {
	b.t.Helper()
	b.canSeal()
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	b.judged(e, "moderator", url.Values{"do": {"hide"}, "reason": {"illegal"}})
	var path string
	storetest.View(b.t, b.db, store.Actor{ID: "o", Role: store.Operator}, func(tx *store.Tx) error {
		list, err := moderation.Sealings(tx)
		if len(list) > 0 {
			path = "/admin/scelles/" + list[0].ID
		}
		return err
	})
	return path
}

// canSeal gives the box a recovery sheet; words are what it says.
func (b *box) canSeal() (words string) {
	b.t.Helper()
	seed := account.NewSeed()
	key, err := seed.SealKey()
	if err != nil {
		b.t.Fatal(err)
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := tx.Exec(`INSERT INTO account_boxes (id, card_id, setup_hash) VALUES (1, ?, x'') ON CONFLICT DO NOTHING`, tx.NewID()); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE account_boxes SET recovery_hash = ?, seal_key = ?`, seed.RecoveryHash(), key)
		return err
	})
	return strings.Join(seed.Words(), " ")
}

func init() {
	mine := func(b *box) string { return "/recours/agenda/" + b.hiddenEvent().ID }
	opinion := func(b *box) string { _, path := b.appealed(); return path }
	follow := func(b *box) string {
		id, code := b.proposed(aForm())
		b.ask(POST, "/moderation/proposition/"+id, "moderator", url.Values{"do": {"refuse"}, "reason": {"past"}})
		return "/proposer/suivi/" + code
	}
	for name, s := range map[string]sample{
		"GET /recours/:module/:id":      {path: mine, as: "resident:lea"},
		"POST /recours/:module/:id":     {path: mine, as: "resident:lea", form: url.Values{"text": {"Si."}}},
		"GET /moderation/recours/:id":   {path: opinion},
		"POST /moderation/recours/:id":  {path: opinion, form: url.Values{"do": {"keep"}, "text": {"Non."}}},
		"GET /moderation/personne/:id":  {path: (*box).personJudged},
		"POST /moderation/personne/:id": {path: (*box).personJudged, form: url.Values{"do": {"suspend"}, "days": {"7"}, "reason": {"insult"}, "text": {"Propos blessants."}}},
		"GET /moderation/registre":      at("/moderation/registre"),
		"GET /admin/scelles":            at("/admin/scelles"),
		"POST /admin/scelles":           at("/admin/scelles"),
		"POST /admin/scelles/:id":       {path: (*box).sealedOne, form: url.Values{"words": {"abandon"}}},
		"POST /proposer/suivi/:code":    {path: follow, form: url.Values{"text": {"Si."}}},
	} {
		samples[name] = s
	}
}

func TestMD1_TheAuthorIsLedToAnotherModerator(t *testing.T) {
	b := newBox(t)
	e := b.hiddenEvent()
	if page := b.french("/agenda/"+e.ID, "resident:lea"); !strings.Contains(page, "/recours/agenda/"+e.ID) || !strings.Contains(page, "Vérifiez le jour") {
		t.Errorf("its author is not led there\n%s", page)
	}
	if page := b.french("/agenda/"+e.ID, "moderator"); strings.Contains(page, "/recours/") {
		t.Error("a moderator is")
	}
	for _, who := range []string{"resident:tom", "moderator"} {
		if w := b.ask(POST, "/recours/agenda/"+e.ID, who, url.Values{"text": {"Si."}}); w.Code != http.StatusNotFound {
			t.Errorf("%s asks: %d", who, w.Code)
		}
	}
	long := strings.Repeat("mot ", 200)
	if w := b.ask(POST, "/recours/agenda/"+e.ID, "resident:lea", url.Values{"text": {long}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), strings.TrimSpace(long)) {
		t.Errorf("too long: %d, kept?", w.Code)
	}
	b = newBox(t)
	e, opinion := b.appealed()
	if page := b.french("/moderation", "moderator:one"); !strings.Contains(page, "1 second avis demandé") || strings.Contains(page, opinion) {
		t.Errorf("whoever decided reads\n%s", page)
	}
	if w := b.ask(POST, opinion, "moderator:one", url.Values{"do": {"undo"}}); w.Code != http.StatusForbidden {
		t.Errorf("whoever decided answers: %d", w.Code)
	}
	if page := b.french(opinion, "moderator:two"); !strings.Contains(page, "bien samedi.") || !strings.Contains(page, "Vérifiez le jour") {
		t.Errorf("another reads\n%s", page)
	}
	if w := b.ask(POST, opinion, "moderator:two", url.Values{"do": {"keep"}, "text": {"Le loto est dimanche."}}); w.Code != http.StatusSeeOther {
		t.Fatalf("another answers: %d", w.Code)
	}
	if page := b.french("/agenda/"+e.ID, "resident:lea"); !strings.Contains(page, "Le loto est dimanche.") {
		t.Error("its author does not read the answer")
	}
	if page := b.french("/recours/agenda/"+e.ID, "resident:lea"); strings.Contains(page, "<textarea") {
		t.Error("asked a second time")
	}
	if page := b.french("/moderation/journal", ""); !strings.Contains(page, "décision maintenue") || strings.Contains(page, "Loto") {
		t.Errorf("log\n%s", page)
	}
}

func TestMD1_AProposerAsksOnceMore(t *testing.T) {
	b := newBox(t)
	id, code := b.proposed(aForm())
	at, follow := "/moderation/proposition/"+id, "/proposer/suivi/"+code
	b.ask(POST, at, "moderator", url.Values{"do": {"refuse"}, "reason": {"past"}})
	if w := b.ask(POST, follow, "", url.Values{"text": {""}}, french1); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Dites-le en quelques mots") {
		t.Errorf("no words: %d", w.Code)
	}
	b.ask(POST, follow, "", url.Values{"text": {"C'est l'an prochain."}})
	if page := b.french(at, "moderator"); !strings.Contains(page, "an prochain") {
		t.Error("a moderator does not read it")
	}
	if w := b.ask(POST, at, "moderator", url.Values{"do": {"accept"}}); w.Code != http.StatusForbidden {
		t.Errorf("the same moderator: %d", w.Code)
	}
	if w := b.ask(POST, at, "moderator:two", url.Values{"do": {"accept"}}); w.Code != http.StatusSeeOther || !strings.Contains(b.get("/agenda"), "Vide-grenier") {
		t.Errorf("another: %d", w.Code)
	}
}

func TestRemovalByTwoLeavesATrace(t *testing.T) {
	b := newBox(t)
	for _, c := range []struct{ path, kind string }{
		{"/agenda/", "event"},
		{"/annonces/", "ad"},
		{"/entraide/", "favour"},
		{"/annuaire/", "element"},
		{"/entraide/", "chore"},
		{"/groupes/", "group"},
		{"/sujets/", "topic"},
		{"/decisions/", "vote"},
		{"/petitions/", "petition"},
		{"/salles/", "room"},
	} {
		id := map[string]func() string{
			"event":   func() string { return b.schedule("À retirer", "2026-11-28T20:00", "").ID },
			"ad":      func() string { return b.sell("À retirer").ID },
			"favour":  func() string { return b.asks("À retirer").ID },
			"element": func() string { return b.element("lea") },
			"chore":   func() string { return b.chore("lea").ID },

			"group":    func() string { return b.inGroup().ID },
			"topic":    func() string { return b.speaks("lea", b.inGroup().ID, "À retirer").ID },
			"vote":     func() string { return b.proposes().ID },
			"petition": func() string { return b.petitions("À retirer").ID },
			"room":     func() string { return b.bookable() },
		}[c.kind]()
		at := "/moderation/fiche/" + id
		if w := b.ask(POST, at, "moderator", url.Values{"do": {"remove"}, "reason": {"insult"}, "text": {"Blessant pour Rose."}}); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", c.kind, w.Code, w.Body)
		}
		if w := b.ask(POST, at, "moderator", url.Values{"do": {"confirm"}}); w.Code != http.StatusForbidden {
			t.Errorf("%s: alone: %d", c.kind, w.Code)
		}
		if page := b.french(at, "moderator:two"); !strings.Contains(page, "Retirer pour de bon") {
			t.Errorf("%s: the second reads\n%s", c.kind, page)
		}
		if w := b.ask(POST, at, "moderator:two", url.Values{"do": {"confirm"}, "shown": {"0123456789abcdef"}}); w.Code != http.StatusConflict && w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: changed since: %d", c.kind, w.Code)
		}
		if w := b.ask(POST, at, "moderator:two", url.Values{"do": {"confirm"}}); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: confirmed: %d\n%s", c.kind, w.Code, w.Body)
		}
		w := b.ask(GET, c.path+id, "", nil, french1)
		if w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "retiré ce contenu") || strings.Contains(w.Body.String(), "Rose") {
			t.Errorf("%s: its address answers %d\n%s", c.kind, w.Code, w.Body)
		}
	}
	if page := b.french("/avis", "resident:lea"); !strings.Contains(page, "retirée pour de bon") {
		t.Error("the author is not told")
	}
}

func TestMD4_TheRegisterHasNamesAndTheLogHasNone(t *testing.T) {
	b := newBox(t)
	_, paul := b.account("paul")
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	b.judged(e, "moderator:"+paul, url.Values{"do": {"hide"}, "reason": {"wrong"}})
	if page := b.french("/moderation/registre", "moderator"); !strings.Contains(page, "Décision") || !strings.Contains(page, "Loto") || !strings.Contains(page, "paul") {
		t.Errorf("register\n%s", page)
	}
	if page := b.french("/moderation/journal", "moderator"); strings.Contains(page, "Loto") || strings.Contains(page, "paul") {
		t.Errorf("log\n%s", page)
	}
}

func TestMD5_AModeratorSuspendsAndThePersonAsksAgain(t *testing.T) {
	b := newBox(t)
	at := b.personJudged()
	id := strings.TrimPrefix(at, "/moderation/personne/")
	bad := url.Values{"do": {"suspend"}, "days": {"7"}, "reason": {"insult"}, "text": {""}}
	if w := b.ask(POST, at, "moderator", bad); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("no words: %d", w.Code)
	}
	bad.Set("text", "Propos blessants répétés.")
	if w := b.ask(POST, at, "moderator", bad); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	mine := "/recours/account/" + id
	if page := b.french(mine, "resident:"+id); !strings.Contains(page, "Propos blessants répétés.") || !strings.Contains(page, "Compte suspendu") {
		t.Errorf("the person reads\n%s", page)
	}
	suspended := func(tx *store.Tx, token string) (account.Session, error) {
		s, err := roleSession(tx, token)
		if s.Actor.ID == id {
			s.Standing = account.Standing{Bar: account.BarSuspended, Until: tx.Now.AddDate(0, 0, 7), Reason: "Propos blessants répétés."}
		}
		return s, err
	}
	b.auth = suspended
	if page := b.french("/agenda", "resident:"+id); !strings.Contains(page, mine) {
		t.Error("no page leads to the second opinion")
	}
	if w := b.ask(POST, mine, "resident:"+id, url.Values{"text": {"Ce n'est pas moi."}}); w.Code != http.StatusSeeOther {
		t.Errorf("a suspended person asks: %d", w.Code)
	}
	if page := b.french("/moderation", "moderator:two"); !strings.Contains(page, "La suspension d’un compte") {
		t.Errorf("queue\n%s", page)
	}
	if w := b.ask(POST, at, "moderator:two", url.Values{"do": {"readmit"}}); w.Code != http.StatusSeeOther || !strings.Contains(b.french(mine, "resident:"+id), "plus de décision") {
		t.Errorf("readmitted: %d", w.Code)
	}
}

func TestMD7_IllegalIsHiddenSealedAndPutBeforeASecond(t *testing.T) {
	b := newBox(t)
	words := b.canSeal()
	e := b.schedule("Interdit", "2026-11-28T20:00", "")
	b.judged(e, "moderator", url.Values{"do": {"hide"}, "reason": {"illegal"}, "text": {""}})
	if strings.Contains(b.get("/agenda"), "Interdit") {
		t.Error("still listed")
	}
	if page := b.french("/moderation", "moderator:two"); !strings.Contains(page, "1 retrait définitif à confirmer") {
		t.Errorf("queue\n%s", page)
	}
	b.judged(e, "moderator:two", url.Values{"do": {"confirm"}})
	page := b.french("/admin/scelles", "operator")
	i := strings.Index(page, "/admin/scelles/")
	if i < 0 || strings.Contains(page, "Interdit") {
		t.Fatalf("not sealed, or named\n%s", page)
	}
	path, _, _ := strings.Cut(page[i:], `"`)
	w := b.ask(POST, path, "operator", url.Values{"words": {words + " x"}})
	if w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), words) {
		t.Errorf("wrong words: %d", w.Code)
	}
	w = b.ask(POST, path, "operator", url.Values{"words": {words}})
	var out sealed
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || out.Title != "Interdit" || !strings.Contains(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("opened: %d %v %+v", w.Code, err, out)
	}
	if page := b.french("/moderation/journal", ""); !strings.Contains(page, "Copie scellée ouverte.") {
		t.Error("the log does not say so")
	}
}

func TestMD7_IllegalIsSealedAlsoWhenItsRemovalIsAskedForAtOnce(t *testing.T) {
	b := newBox(t)
	b.canSeal()
	e := b.schedule("Interdit", "2026-11-28T20:00", "")
	b.judged(e, "moderator", url.Values{"do": {"remove"}, "reason": {"illegal"}, "text": {""}})
	b.judged(e, "moderator:two", url.Values{"do": {"confirm"}})
	if page := b.french("/admin/scelles", "operator"); !strings.Contains(page, "/admin/scelles/") {
		t.Error("gone without a sealed copy")
	}
}

func TestMD7_NobodyConfirmsWhatIsIllegal(t *testing.T) {
	b := newBox(t)
	at := "/moderation/fiche/" + b.petitions("Interdit").ID
	if w := b.ask(POST, at, "moderator", url.Values{"do": {"hide"}, "reason": {"illegal"}, "text": {""}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	if page := b.french(at, "moderator"); !strings.Contains(page, "si personne d'autre n'a répondu le") && !strings.Contains(page, "si personne d’autre n’a répondu le") || strings.Contains(page, "Retirer pour de bon") {
		t.Errorf("who asked reads\n%s", page)
	}
	b.clock.Add(moderation.AloneAfter)
	if page := b.french(at, "moderator"); !strings.Contains(page, "Retirer pour de bon") || !strings.Contains(page, "sans confirmation") {
		t.Errorf("after thirty days\n%s", page)
	}
	if w := b.ask(POST, at, "moderator", url.Values{"do": {"confirm"}}); w.Code != http.StatusSeeOther {
		t.Errorf("alone: %d\n%s", w.Code, w.Body)
	}
	if page := b.french("/moderation/journal", ""); !strings.Contains(page, "par une seule personne") {
		t.Error("the log does not say so")
	}
}

func TestARoomSomebodyHasIsNotTakenAway(t *testing.T) {
	b := newBox(t)
	room := b.bookable()
	b.booked(room, "tom", "2026-12-05T14:00", "2026-12-05T18:00")
	at := "/moderation/fiche/" + room
	if w := b.ask(POST, at, "moderator", url.Values{"do": {"remove"}, "reason": {"insult"}, "text": {"x"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d", w.Code)
	}
	w := b.ask(POST, at, "moderator:two", url.Values{"do": {"confirm"}})
	if w.Code != http.StatusConflict && w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "réservations sont à venir") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
}

func TestTheModeratorsPageSaysWhatItDoes(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Loto", "2026-11-28T20:00", "")
	for _, step := range []struct {
		form  url.Values
		title string
	}{
		{nil, "Masquer une fiche"},
		{url.Values{"do": {"hide"}, "reason": {"wrong"}, "text": {"Vérifiez le jour"}}, "Revoir une fiche masquée"},
		{url.Values{"do": {"remove"}, "reason": {"wrong"}, "text": {"Vérifiez le jour"}}, "Une demande de retrait définitif"},
		{url.Values{"do": {"forgo"}}, "Revoir une fiche masquée"},
		{url.Values{"do": {"show"}}, "Masquer une fiche"},
	} {
		if step.form != nil {
			b.judged(e, "moderator:one", step.form)
		}
		if page := b.french("/moderation/fiche/"+e.ID, "moderator:one"); !strings.Contains(page, "<h1>"+step.title+"</h1>") {
			t.Errorf("after %v: no %q\n%s", step.form, step.title, page)
		}
	}
}
