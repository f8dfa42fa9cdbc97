package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/vote/tally"
)

// elects is an election of the village's five residents, its round of names
// open.
func (b *box) elects() (to string) {
	b.t.Helper()
	b.voters(0)
	to = b.sends("resident:lea", "/decisions/nouvelle", url.Values{
		"sorte": {"nocandidate"}, "title": {"Qui tient la caisse ?"}, "text": {"Un an, deux heures par mois."}, "audience": {"public"},
	})
	b.sends("operator", to+"/regle", ruleForm("nocandidate"))
	b.sends("operator", to+"/etat", url.Values{"do": {"open"}})
	return to
}

// The roll of the tests' box, in the order of the ids: lea, operator, resident,
// tom, zoe.
const (
	numberLea = "0"
	numberTom = "3"
	numberZoe = "4"
)

// nominates lets the five name somebody: lea and tom name tom, who is named most.
func (b *box) nominates(to string) {
	b.t.Helper()
	for who, whom := range map[string]string{
		"resident:lea": numberTom, "resident:tom": numberTom, "resident:zoe": numberLea, "resident": numberTom, "operator": numberZoe,
	} {
		b.sends(who, to+"/voter", url.Values{"pick": {whom}, "reason": {"Choisi par " + who + "."}})
	}
}

// consents lets four of the five agree; own is what the person proposed says.
func (b *box) consents(to, person string, own url.Values) {
	b.t.Helper()
	for _, who := range []string{"resident:lea", "resident:tom", "resident:zoe", "resident", "operator"} {
		answer := url.Values{"pick": {"0"}}
		if who == person {
			answer = own
		}
		b.sends(who, to+"/voter", answer)
	}
}

func puts(number, why string) url.Values {
	return url.Values{"do": {"put_forward"}, "person": {number}, "why": {why}, "closes": {"2026-12-20"}, "closes_time": {"19:00"}}
}

func TestEL1_AnElectionFromTheFormToThePersonElected(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	holdsWords(t, "the form of an idea", b.readAs("resident:lea", "/decisions/nouvelle"), `href="/decisions/nouvelle?sorte=nocandidate"`)
	form := b.readAs("resident:lea", "/decisions/nouvelle?sorte=nocandidate")
	holdsWords(t, "the form", form, "Personne ne se présente", "Élire une personne")
	lacks(t, "the form", form, `name="choices"`)
	to := b.elects()
	page := b.readAs("resident:tom", to)
	holdsWords(t, "the rule in words", page, "chaque personne inscrite en nomme une", "elle a dit elle-même qu’elle accepte", "seul le nom de la personne élue est public", "Personne ne voit les noms avant la fin du tour")
	lacks(t, "the rule in words", page, "Blancs et nuls")

	ballot := b.readAs("resident:tom", to+"/voter")
	holdsWords(t, "the ballot", ballot, `<option value="4"`, ">zoe</option>", `<option value="5"`, ">Personne</option>", "Pourquoi cette personne")
	w := b.ask(POST, to+"/voter", "resident:tom", url.Values{"pick": {numberLea}}, french1)
	holdsWords(t, "without a reason", w.Body.String(), "Dites pourquoi vous nommez", `<option value="0" selected`)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", w.Code)
	}
	b.nominates(to)
	page = b.readAs("resident:zoe", to)
	holdsWords(t, "one's own", page, "Votre vote : lea", "5 votants sur 5")
	lacks(t, "before the end", page, "Choisi par", "Qui est nommé", "Proposer une personne")

	b.ends(b.seen(to))
	page = b.readAs("resident:zoe", to)
	holdsWords(t, "after the round", page, "3 personnes sont nommées", "<strong>operator</strong> : zoe", "Choisi par resident:lea.", "Personne n’est encore élu")
	lacks(t, "to who does not conduct it", page, "Proposer une personne")
	for _, where := range []string{to, to + "/proces-verbal", to + "/proces-verbal.json"} {
		public := b.get(where)
		holds(t, where, public, "m04")
		lacks(t, where, public, "Choisi par", "tom<", "zoe")
	}
	holdsWords(t, "what waits", b.readAs("resident:lea", "/a-faire"), "attend que vous proposiez une personne")
	b.isChanged(t, to)
}

// isChanged goes on with a round of changes, a proposal that is refused and one
// that is not.
func (b *box) isChanged(t *testing.T, to string) {
	t.Helper()
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"changes"}, "closes": {"2026-12-10"}, "closes_time": {"19:00"}})
	page := b.readAs("resident:zoe", to)
	holdsWords(t, "the round of changes", page, "Le tour des changements est ouvert", "Choisi par operator.", "Changer mon vote")
	holdsWords(t, "what one said", b.readAs("resident:zoe", to+"/voter"), `<option value="0" selected>lea`, "Choisi par resident:zoe.")
	b.sends("resident:zoe", to+"/voter", url.Values{"pick": {numberTom}, "reason": {"J’ai lu vos raisons."}})
	page = b.readAs("resident:tom", to)
	holdsWords(t, "changed", page, "<strong>zoe</strong> : tom", "(avant : lea)", "J’ai lu vos raisons.")
	if n := strings.Count(page, "(avant"); n != 1 {
		t.Errorf("%d are shown as changed", n)
	}
	lacks(t, "to a visitor", b.get(to), "lu vos raisons", "tom<", "(avant")
	b.ends(b.seen(to))

	w := b.ask(POST, to+"/etat", "resident:lea", puts("m05", ""), french1)
	holdsWords(t, "without a reason", w.Body.String(), "Écrivez pourquoi vous proposez", `<option value="m05" selected`, `value="2026-12-20"`)
	b.sends("resident:lea", to+"/etat", puts("m05", "Zoe a le temps."))
	holdsWords(t, "proposed", b.readAs("resident:tom", to), "Personne proposée : zoe.", "Zoe a le temps.", "Une personne est proposée")
	lacks(t, "to a visitor", b.get(to), "zoe", "Zoe a le temps")
	own := b.readAs("resident:zoe", to+"/voter")
	holdsWords(t, "the person", own, "C’est vous", "J’accepte, avec une réserve", "Je n’accepte pas")
	lacks(t, "the person", own, "Abstention")
	b.consents(to, "resident:zoe", url.Values{"pick": {"3"}, "reason": {"Ma santé."}})
	b.ends(b.seen(to))
	holdsWords(t, "refused", b.readAs("resident:tom", to), "Personne n’est élu : 1 objection", "Ma santé.")
	lacks(t, "her refusal set aside", b.readAs("operator", to), "Écarter cette objection")
	for _, where := range []string{to, to + "/proces-verbal", to + "/proces-verbal.json", to + "/proces-verbal.json?tour=1"} {
		lacks(t, where, b.get(where), "santé", "zoe", "Choisi par")
	}
	b.isElected(t, to)
}

// isElected ends it: lea accepts, whom one of the five named at first.
func (b *box) isElected(t *testing.T, to string) {
	t.Helper()
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"changes"}, "closes": {"2026-12-24"}, "closes_time": {"19:00"}})
	b.sends("resident:tom", to+"/voter", url.Values{"pick": {numberLea}, "reason": {"Elle compte bien."}})
	b.ends(b.seen(to))
	f := puts("m01", "Elle compte bien, et accepte.")
	f.Set("closes", "2026-12-28")
	b.sends("operator", to+"/etat", f)
	b.consents(to, "resident:lea", url.Values{"pick": {"1"}, "reason": {"Un an seulement."}})
	b.ends(b.seen(to))
	page := b.readAs("resident:tom", to)
	holdsWords(t, "elected", page, "Personne élue : lea.", "L’élection est faite", "Un an seulement.", "Résultat du tour 1", "Ma santé.")
	holdsWords(t, "to a visitor", b.get(to), "Personne élue : lea.")
	lacks(t, "to a visitor", b.get(to), "Un an seulement", "santé", "zoe")
	minutes := b.get(to + "/proces-verbal")
	holdsWords(t, "the minutes", minutes, "Personne élue : lea.", "numéro m01 de la liste", "Aucun autre nom, aucune raison")
	sheet := sheetText(t, []byte(b.get(to+"/proces-verbal.pdf")))
	for _, s := range pageWords(minutes) {
		if !strings.Contains(sheet, s) {
			t.Errorf("not in the sheet: %q", s)
		}
	}
	for _, round := range []string{"1", "2", "3", "4", "5"} {
		file := b.get(to + "/proces-verbal.json?tour=" + round)
		if _, err := tally.Recount([]byte(file)); err != nil {
			t.Errorf("round %s: %v", round, err)
		}
		lacks(t, "the file of round "+round, file, "Choisi par", "santé", "seulement", "compte bien")
	}
	english := b.ask(GET, to, "resident:tom", nil, func(r *http.Request) { r.Header.Set("Accept-Language", "en") })
	lacks(t, "in English", english.Body.String(), "vote.", "%!", "Personne")
}

// At the desk the choice of somebody without a phone is written down, with its
// reason, and in the round of changes anew.
func TestEL1_AtTheDesk(t *testing.T) {
	b := newBox(t)
	to := b.elects()
	desk := to + "/guichet/voter"
	holdsWords(t, "the ballot", b.readAs("operator", desk+"?person=tom"), ">zoe</option>", "Pourquoi cette personne")
	w := b.ask(POST, desk, "operator", url.Values{"person": {"tom"}, "pick": {numberZoe}}, french1)
	holdsWords(t, "without a reason", w.Body.String(), "Dites pourquoi")
	b.sends("operator", desk, url.Values{"person": {"tom"}, "pick": {numberZoe}, "reason": {"Elle sait compter."}})
	b.ends(b.seen(to))
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"changes"}, "closes": {"2026-12-10"}, "closes_time": {"19:00"}})
	b.sends("operator", desk, url.Values{"person": {"tom"}, "pick": {numberLea}, "reason": {"Il a changé d’avis."}})
	holdsWords(t, "changed", b.readAs("resident:zoe", to), "<strong>tom</strong> : lea", "(avant : zoe)", "Il a changé")
	b.sends("resident:tom", to+"/voter", url.Values{"pick": {"5"}})
	holdsWords(t, "changed at home", b.readAs("resident:zoe", to), "<strong>tom</strong> : Personne")
}

func TestEL1_AnElectionIsStopped(t *testing.T) {
	b := newBox(t)
	to := b.elects()
	b.nominates(to)
	b.ends(b.seen(to))
	w := b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"cancel"}}, french1)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", w.Code)
	}
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"cancel"}, "reason": {"Le rôle disparaît."}})
	page := b.readAs("resident:tom", to)
	holdsWords(t, "stopped", page, "Cette élection est arrêtée", "Le rôle disparaît.")
	lacks(t, "stopped", page, "Choisi par")
}

// Who is not on the roll of a group's election reads numbers, and nobody is
// offered whose membership is not shown (FO-1).
func TestEL1_NamesAreForTheRoll(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	g := b.inGroup()
	b.as("zoe", func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	b.as("zoe", func(tx *store.Tx) error { return group.Appear(tx, g.ID, true) })
	to := b.sends("resident:lea", "/decisions/nouvelle", url.Values{
		"sorte": {"nocandidate"}, "groupe": {g.ID}, "title": {"Qui garde la fendeuse ?"}, "text": {"Un an."}, "audience": {"public"},
	})
	rule := b.readAs("resident:lea", to+"/regle")
	holds(t, "the rule's form", rule, `name="silence"`, `name="quorum"`)
	lacks(t, "the rule's form", rule, `name="secret"`, `name="proxies"`, `name="delegable"`, `name="ties"`)
	b.sends("resident:lea", to+"/regle", ruleForm("nocandidate"))
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"open"}})
	ballot := b.readAs("resident:tom", to+"/voter")
	holds(t, "the ballot", ballot, ">lea</option>", ">tom</option>")
	lacks(t, "the ballot", ballot, "zoe")
	b.sends("resident:tom", to+"/voter", url.Values{"pick": {"0"}, "reason": {"Elle a un hangar."}})
	b.ends(b.seen(to))
	holdsWords(t, "on the roll", b.readAs("resident:lea", to), "<strong>tom</strong> : lea", "Elle a un hangar.")
	outside := b.readAs("resident", to)
	holds(t, "outside", outside, "m01", "1 personne est nommée")
	lacks(t, "outside", outside, "tom<", "hangar")
}

// Nobody is elected while answers are missing, and the page counts them.
func TestEL1_SilenceIsSaid(t *testing.T) {
	b := newBox(t)
	to := b.elects()
	b.nominates(to)
	b.ends(b.seen(to))
	b.sends("resident:lea", to+"/etat", puts("m05", "Zoe a le temps."))
	b.sends("resident:zoe", to+"/voter", url.Values{"pick": {"0"}})
	b.ends(b.seen(to))
	page := b.readAs("resident:lea", to)
	holdsWords(t, "silence", page, "il manque 4 réponses", "Personne n’est encore élu")
	lacks(t, "silence", page, "Ajouter une suite", "Personne élue")
	holdsWords(t, "to a visitor", b.get(to), "le numéro m05 de la liste")
}
