package ui

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// threeDates are the dates of a form.
func threeDates(more ...string) url.Values {
	f := url.Values{
		"sorte": {"date"}, "title": {"Réunion du four"}, "text": {"Deux heures au foyer."}, "audience": {"public"},
		"when_0_day": {"2027-05-07"}, "when_0_time": {"20:00"}, "when_2_day": {"6/5/2027"}, "when_2_time": {"20 h"},
		"when_3_day": {"2027-05-08"}, "when_3_time": {"10:30"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

// seen is the proposal of an address, as it stands.
func (b *box) seen(to string) (p vote.Proposal) {
	b.t.Helper()
	storetest.View(b.t, b.db, returning, func(tx *store.Tx) (err error) {
		p, err = vote.Get(tx, strings.TrimPrefix(to, "/decisions/"))
		return err
	})
	return p
}

func TestAP1_ADateIsFoundAndBecomesAnEvent(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	holdsWords(t, "the form of an idea", b.readAs("resident:lea", "/decisions/nouvelle"), `href="/decisions/nouvelle?sorte=date"`)
	holdsWords(t, "the form", b.readAs("resident:lea", "/decisions/nouvelle?sorte=date"), `name="when_4_day"`, "si besoin ou non")
	more := b.ask(POST, "/decisions/nouvelle", "resident:lea", threeDates("more", "1"), french1)
	holdsWords(t, "more dates", more.Body.String(), `name="when_7_day"`, `value="6/5/2027"`)
	w := b.ask(POST, "/decisions/nouvelle", "resident:lea", threeDates("when_2_time", "", "when_3_day", "8 mai"), french1)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", w.Code)
	}
	holdsWords(t, "faults at their lines", w.Body.String(), `value="8 mai"`, `value="10:30"`, "Réunion du four")
	for what, half := range map[string][2]string{"when_4_time": {"18:15", "Date 5"}, "when_4_day": {"2027-05-09", "heure"}} {
		w := b.ask(POST, "/decisions/nouvelle", "resident:lea", threeDates(what, half[0]), french1)
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s alone: %d", what, w.Code)
		}
		holdsWords(t, what+" alone", w.Body.String(), `value="`+half[0]+`"`, half[1])
	}

	to := b.sends("resident:lea", "/decisions/nouvelle", threeDates())
	holdsWords(t, "the dates in order and in words", b.get(to), "jeudi 6 mai 2027 à 20 h", "samedi 8 mai 2027 à 10 h 30")
	holdsWords(t, "to change", b.readAs("resident:lea", to+"/modifier"), `value="2027-05-06"`, `value="10:30"`)
	holdsWords(t, "the rule's form at once", b.readAs("resident:lea", to+"/regle"), `name="ties"`, `name="closes"`)
	b.sends("operator", to+"/regle", ruleForm("date", "ties", "chosen", "secret", "visible"))
	holdsWords(t, "the rule in words", b.readAs("resident:lea", to), "« si besoin » compris", "La personne qui conduit le vote choisit")
	b.sends("operator", to+"/etat", url.Values{"do": {"open"}})
	holdsWords(t, "the ballot", b.readAs("resident:tom", to+"/voter"), "jeudi 6 mai 2027", "Si besoin", `name="v2"`)
	b.sends("resident:tom", to+"/voter", url.Values{"v0": {"2"}, "v1": {"2"}, "v2": {"0"}})
	b.sends("resident:zoe", to+"/voter", url.Values{"v0": {"1"}, "v1": {"1"}})
	holdsWords(t, "one's own answer", b.readAs("resident:zoe", to), "jeudi 6 mai 2027 à 20 h : Si besoin", "Résultat provisoire")
	b.ends(b.seen(to))
	page := b.readAs("resident:lea", to)
	holdsWords(t, "a tie", page, "Égalité entre jeudi 6 mai", "Départager", "Peuvent venir")
	lacks(t, "a tie", page, "Publier l'événement")
	lacks(t, "a tie, to others", b.readAs("resident:tom", to), "Départager")
	w = b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"choose"}, "why": {"La salle est libre."}}, french1)
	holdsWords(t, "no choice", w.Body.String(), "Choisissez 1 possibilité", "La salle est libre.")
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"choose"}, "chosen": {"1"}, "why": {"La salle est libre."}})
	holdsWords(t, "settled", b.readAs("resident:lea", to), "Retenu par choix : vendredi 7 mai 2027 à 20 h", "La salle est libre.", "/agenda/nouveau?decision=")
	holdsWords(t, "the minutes", b.get(to+"/proces-verbal"), "Retenu par choix", "La salle est libre.", "vendredi 7 mai 2027")
	holdsWords(t, "the event", b.readAs("resident:lea", "/agenda/nouveau?decision="+b.seen(to).ID), `value="2027-05-07"`, `value="20:00"`, "Réunion du four")
}

// holdsWords is holds with plain spaces.
func holdsWords(t *testing.T, what, page string, words ...string) {
	t.Helper()
	holds(t, what, strings.NewReplacer(nbsp, " ", thin, " ").Replace(page), words...)
}

var inBallot = regexp.MustCompile(`name="pick" value="(\d)"`)

// The order of a ballot is the reader's own and stays, and says nothing of when
// they look.
func TestAnOrderOfOnesOwn(t *testing.T) {
	b := newBox(t)
	b.voters(12)
	p := b.opens(majorityRule(func(r *vote.Rule) { r.Method, r.Num, r.Den, r.Shuffled = "approval", 0, 0, true }), "Four", "Verger", "Lavoir", "Pont")
	order := func(who string) (o string) {
		for _, m := range inBallot.FindAllStringSubmatch(b.readAs("resident:"+who, "/decisions/"+p.ID+"/voter"), -1) {
			o += m[1]
		}
		return o
	}
	seen := map[string]bool{}
	for _, who := range []string{"lea", "tom", "zoe", "v01", "v02", "v03", "v04"} {
		was := order(who)
		b.clock.Add(60e9)
		if again := order(who); len(was) != 4 || was != again {
			t.Fatalf("%s reads %q, then %q", who, was, again)
		}
		seen[was] = true
	}
	if len(seen) < 3 {
		t.Errorf("few orders: %v", seen)
	}
	holds(t, "the rule", b.get("/decisions/"+p.ID), "un ordre qui lui est propre")
}

func TestRK4_ARuleThatNeedsTheDrawOffersNothingElse(t *testing.T) {
	b := newBox(t)
	for _, method := range []string{"runoff", "stv"} {
		p := b.proposes("Four", "Verger", "Banc")
		to := "/decisions/" + p.ID
		lacks(t, method, b.readAs("resident:lea", to+"/regle?methode="+method), `name="ties"`)
		b.sends("resident:lea", to+"/regle", ruleForm(method, "ties", "chosen", "variant", ""))
		page := b.readAs("resident:lea", to)
		holdsWords(t, method, page, "Un tirage au sort public et recalculable départage.")
		lacks(t, method, page, "La personne qui conduit le vote choisit")
	}
}

func TestRK5_TheBallotSaysWhatItsRuleAllows(t *testing.T) {
	b := newBox(t)
	whole, some, equal := "Il faut un rang à chacune.", "Vous pouvez en laisser sans rang", "peuvent avoir le même rang"
	for _, c := range []struct {
		rule        tally.Rule
		has, hasNot []string
	}{
		{tally.Rule{Method: tally.Schulze, Truncated: true, Equal: true}, []string{some, equal}, []string{whole}},
		{tally.Rule{Method: tally.STV, Seats: 2}, []string{whole}, []string{some, equal}},
		{tally.Rule{Method: tally.Approval}, nil, []string{whole, some, equal}},
	} {
		p := b.opens(vote.Rule{Rule: c.rule, Departures: vote.Kept}, "Four", "Verger", "Banc")
		page := b.readAs("resident:tom", "/decisions/"+p.ID+"/voter")
		holdsWords(t, string(c.rule.Method), page, c.has...)
		lacks(t, string(c.rule.Method), page, c.hasNot...)
	}
}

func TestMJ2_TheRuleThatDecidedIsNamedAmongItsKin(t *testing.T) {
	b := newBox(t)
	r := vote.Rule{Rule: tally.Rule{Method: tally.Judgment, Grades: 5, Variant: "usual"}, Departures: vote.Kept}
	p := b.opens(r, "Four", "Verger")
	b.votes("tom", p, tally.Ballot{Values: []int{4, 2}})
	b.ends(p)
	for _, to := range []string{"", "/proces-verbal", "/comparer"} {
		page := b.readAs("resident:lea", "/decisions/"+p.ID+to)
		holdsWords(t, "the page"+to, page, "Jugement usuel (la règle de ce vote)")
		lacks(t, "the page"+to, page, "Jugement majoritaire (la règle de ce vote)")
	}
	holdsWords(t, "the rule", b.get("/decisions/"+p.ID), "divisée par la part qui donne cette mention")
}

func TestRK4_SeveralSeatsAreNotToldOfDuels(t *testing.T) {
	b := newBox(t)
	for method, told := range map[tally.Method]bool{tally.STV: false, tally.Schulze: true} {
		p := b.opens(vote.Rule{Rule: tally.Rule{Method: method}, Departures: vote.Kept}, "Four", "Verger", "Banc")
		b.votes("tom", p, tally.Ballot{Values: []int{1, 2, 3}})
		b.votes("zoe", p, tally.Ballot{Values: []int{2, 1, 3}})
		b.ends(p)
		if got := strings.Contains(b.get("/decisions/"+p.ID), "gagne tous ses duels"); got != told {
			t.Errorf("%s: told of duels: %t", method, got)
		}
	}
}
