package ui

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/storetest"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// returning (the returning officer) answers for the decisions of the village.
var returning = store.Actor{ID: "operator", Role: store.Operator}

// voters gives the box accounts: those of the tests, and more.
func (b *box) voters(more int) {
	b.t.Helper()
	names := []string{"lea", "tom", "zoe", "resident", "operator"}
	for i := range more {
		names = append(names, fmt.Sprintf("v%02d", i))
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		for _, name := range names {
			_, err := tx.Exec(`INSERT INTO account_people (id, login, name, name_folded, hamlet, role, password, must_change, created_at)
				VALUES (?1, ?1, ?1, ?1, '', 1, '', 0, 0) ON CONFLICT DO NOTHING`, name)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// proposes is an idea of lea.
func (b *box) proposes(choices ...string) vote.Proposal {
	b.t.Helper()
	b.voters(0)
	p := vote.Proposal{Title: "Un four à pain", Text: "Sur la place.", Choices: choices, Audience: listing.Public}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	return p
}

// majorityRule is more than half of those expressed.
func majorityRule(change ...func(*vote.Rule)) vote.Rule {
	r := vote.Rule{Rule: tally.Rule{Method: tally.Majority, Num: 1, Den: 2}, Departures: vote.Kept}
	for _, c := range change {
		c(&r)
	}
	return r
}

func secretRule(r *vote.Rule) { r.Secret = true }

// opens is a vote open for a day.
func (b *box) opens(r vote.Rule, choices ...string) vote.Proposal {
	b.t.Helper()
	p := b.proposes(choices...)
	closes := calendar.WallOf(b.clock.Now().Add(24 * time.Hour).In(b.zone))
	for _, step := range []func(tx *store.Tx) error{
		func(tx *store.Tx) error { return vote.Prepare(tx, p.ID, vote.Terms{Rule: r, Closes: closes}) },
		func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") },
		func(tx *store.Tx) (err error) { p, err = vote.Get(tx, p.ID); return err },
	} {
		storetest.Update(b.t, b.db, returning, step)
	}
	return p
}

// ends lets it end, and counts it.
func (b *box) ends(p vote.Proposal) {
	b.t.Helper()
	b.clock.Set(p.ClosesAt)
	for _, j := range vote.Jobs {
		_ = b.db.Update(b.t.Context(), func(tx *store.Tx) error {
			if err := j.Run(tx); err != nil && store.KindOf(err) != store.Internal {
				b.t.Fatal(err)
			}
			return nil
		})
	}
}

// votes casts a vote.
func (b *box) votes(who string, p vote.Proposal, ballot tally.Ballot, reason ...string) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{ID: who, Role: store.Resident}, func(tx *store.Tx) error {
		return vote.Cast(tx, p.ID, vote.Answer{Ballot: ballot, Reason: strings.Join(reason, "")})
	})
}

func ruleForm(method string, more ...string) url.Values {
	f := url.Values{
		"method": {method}, "threshold": {"half"}, "of": {"expressed"}, "quorum": {"none"}, "secret": {"secret"}, "departures": {"kept"},
		"silence": {"refused"}, "ties": {"stand"}, "missing": {"refused"}, "grades": {"5"}, "variant": {"removal"}, "mean": {"sum"}, "max_score": {"10"}, "dots": {"8"},
		"closes": {"2026-12-01"}, "closes_time": {"19:00"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func init() {
	of := func(suffix string) func(*box) string {
		return func(b *box) string { return "/decisions/" + b.proposes().ID + suffix }
	}
	open := func(suffix string) func(*box) string {
		return func(b *box) string { return "/decisions/" + b.opens(majorityRule()).ID + suffix }
	}
	closed := func(suffix string) func(*box) string {
		return func(b *box) string {
			p := b.opens(vote.Rule{Rule: tally.Rule{Method: tally.Judgment, Grades: 5}, Departures: vote.Kept}, "Four", "Verger")
			b.votes("tom", p, tally.Ballot{Values: []int{4, 2}})
			b.ends(p)
			return "/decisions/" + p.ID + suffix
		}
	}
	idea := url.Values{"title": {"Une fontaine"}, "text": {"Près du lavoir."}, "audience": {"public"}}
	for name, s := range map[string]sample{
		"GET /decisions":                        at("/decisions"),
		"GET /decisions/nouvelle":               at("/decisions/nouvelle"),
		"POST /decisions/nouvelle":              {path: at("/decisions/nouvelle").path, form: idea},
		"GET /decisions/:id":                    {path: of("")},
		"POST /decisions/:id":                   {path: of(""), form: url.Values{"do": {"support"}}},
		"GET /decisions/:id/modifier":           {path: of("/modifier"), as: "resident:lea"},
		"POST /decisions/:id/modifier":          {path: of("/modifier"), form: idea, as: "resident:lea"},
		"GET /decisions/:id/regle":              {path: of("/regle?methode=majority"), as: "resident:lea"},
		"POST /decisions/:id/regle":             {path: of("/regle"), form: ruleForm("majority"), as: "resident:lea"},
		"POST /decisions/:id/etat":              {path: of("/etat"), form: url.Values{"do": {"withdraw"}}, as: "resident:lea"},
		"GET /decisions/:id/voter":              {path: open("/voter")},
		"POST /decisions/:id/voter":             {path: open("/voter"), form: url.Values{}},
		"GET /decisions/:id/liste":              {path: open("/liste")},
		"GET /decisions/:id/proces-verbal":      {path: closed("/proces-verbal")},
		"GET /decisions/:id/proces-verbal.json": {path: closed("/proces-verbal.json")},
		"GET /decisions/:id/proces-verbal.pdf":  {path: closed("/proces-verbal.pdf")},
		"GET /admin/decisions":                  at("/admin/decisions"),
		"POST /admin/decisions":                 {path: at("/admin/decisions").path, form: url.Values{"days": {"20"}}},
		"GET /decisions/:id/comparer":           {path: closed("/comparer")},
	} {
		samples[name] = s
	}
}

func TestADecisionFromTheIdeaToItsFollowUp(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	to := b.sends("resident:lea", "/decisions/nouvelle", url.Values{"title": {"Un four à pain"}, "text": {"Sur la place."}, "audience": {"public"}})
	holds(t, "an idea", b.get(to), "Un four à pain", "il en faut 2", "Une idée cherche des soutiens")
	b.sends("resident:tom", to, url.Values{"do": {"support"}})
	holds(t, "with enough support", b.get(to), "En discussion")
	b.sends("resident:lea", to+"/regle", ruleForm("majority"))
	page := b.readAs("resident:lea", to)
	holds(t, "the rule in words", page, "5 inscrits", "plus de la moitié des votes exprimés", "Blancs et nuls", "Le vote se ferme seul", "décembre", "élection officielle")
	_, rest, _ := strings.Cut(page, `name="shown" value="`)
	shown, _, _ := strings.Cut(rest, `"`)
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"open"}, "shown": {shown}})
	holds(t, "the list", b.get("/decisions"), "Votes ouverts", "0 votant sur 5")
	holds(t, "the page", b.readAs("resident:tom", to), "pas encore voté")

	w := b.ask(POST, to+"/voter", "resident:tom", url.Values{"pick": {"0"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Cochez la case") {
		t.Errorf("without being sure: %d", w.Code)
	}
	b.sends("resident:tom", to+"/voter", url.Values{"pick": {"0"}, "sure": {"1"}})
	b.sends("resident:zoe", to+"/voter", url.Values{"pick": {"blank"}, "sure": {"1"}})
	w = b.ask(POST, to+"/voter", "resident:tom", url.Values{"pick": {"1"}, "sure": {"1"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "déjà voté") {
		t.Errorf("twice: %d %s", w.Code, w.Body)
	}
	var p vote.Proposal
	storetest.View(t, b.db, lea, func(tx *store.Tx) (err error) {
		p, err = vote.Get(tx, strings.TrimPrefix(to, "/decisions/"))
		return err
	})
	b.ends(p)
	holds(t, "the result", b.get(to), "voix pour sur 1", "1 blanc", "100,00", "50,00", "20,00")
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"follow"}, "step": {"Demander un devis"}, "carrier": {"Les Amis du four"}, "due": {"2027-01-15"}})
	holds(t, "the follow-up", b.get(to), "Demander un devis", "Les Amis du four, pour")
	signedIn := b.ask(GET, to, "resident:tom", nil).Body.String()
	holds(t, "the follow-up, to somebody for whom nothing waits", signedIn, "Demander un devis", "0 chose\"")
	minutes := b.get(to + "/proces-verbal")
	holds(t, "the minutes", minutes, "SHA-256", "Sur la place.", "plus de la moitié", "2 votants")
	lacks(t, "the minutes", minutes, "tom", "zoe")
}

// Before a vote opens the page says what a box is not for, and the help says why.
func TestSE5_TheLegalCautionComesBeforeTheVote(t *testing.T) {
	b := newBox(t)
	p := b.proposes()
	storetest.Update(t, b.db, returning, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: majorityRule(secretRule), Closes: wallOf(b.clock.Now().Add(24*time.Hour).In(b.zone), 12*time.Hour)})
	})
	ballot := b.readAs("resident:tom", "/decisions/"+p.ID+"/voter")
	holdsWords(t, "the ballot before the vote opens", ballot, "n’est pas ouvert")
	lacks(t, "the ballot before the vote opens", ballot, "pas sur la liste")
	const caution = "Elle ne convient pas à une élection officielle"
	holdsWords(t, "who opens it", b.readAs("operator", "/decisions/"+p.ID), caution, `href="/aide/decisions"`)
	holdsWords(t, "the help", b.get("/aide/decisions"), "élections officielles ne peuvent pas se tenir ici", "CNIL", "trois niveaux de risque", "2019-053", "à faible risque")
	storetest.Update(t, b.db, returning, func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	lacks(t, "once it is open", b.readAs("resident:tom", "/decisions/"+p.ID), "élection officielle")
}

func TestSE3_NoPageTellsAResultBeforeTheEnd(t *testing.T) {
	b := newBox(t)
	p := b.opens(majorityRule(secretRule))
	b.votes("tom", p, tally.Ballot{Values: []int{1, 0}})
	for _, path := range []string{"", "/voter", "/liste"} {
		for _, who := range []string{"resident:lea", "resident:tom", "operator"} {
			lacks(t, who+" "+path, b.readAs(who, "/decisions/"+p.ID+path), "meter", "100", "Résultat provisoire", "Adopté")
		}
	}
	for _, path := range []string{"/proces-verbal", "/proces-verbal.json", "/comparer"} {
		if w := b.ask(GET, "/decisions/"+p.ID+path, "operator", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s before the end: %d", path, w.Code)
		}
	}
	lacks(t, "the roll", b.readAs("resident:lea", "/decisions/"+p.ID+"/liste"), "personne a voté")
	for _, path := range []string{"/fiches.atom?kind=decision", "/fiches.csv?kind=decision", "/api/v1/listings?kind=decision"} {
		holds(t, path, b.get(path), "Un four à pain")
		lacks(t, path, b.get(path), "votant", "[1,0]")
	}
}

func TestDE6_TheFormProposesAnotherHour(t *testing.T) {
	b := newBox(t)
	p := b.proposes()
	b.clock.Set(time.Date(2027, time.March, 20, 9, 0, 0, 0, time.UTC))
	w := b.ask(POST, "/decisions/"+p.ID+"/regle", "resident:lea", ruleForm("majority", "closes", "2027-03-28", "closes_time", "02:30"), french1)
	holds(t, "02:30 in the night that skips it", w.Body.String(), "Écrivez 3 h 30", `value="02:30"`)
}

func TestDE8_NobodyVotedSaysSo(t *testing.T) {
	b := newBox(t)
	p := b.opens(majorityRule(secretRule))
	b.ends(p)
	page := b.get("/decisions/" + p.ID)
	holds(t, "nobody", page, "Sans résultat", "0 votant")
	lacks(t, "nobody", page, "<meter", "NaN", "\u00a0%", "0,00")
}

func TestDE12_TheFileIsTheOneThatWasHashed(t *testing.T) {
	b := newBox(t)
	p := b.opens(vote.Rule{Rule: tally.Rule{Method: tally.Schulze, Truncated: true}, Secret: true, Departures: vote.Kept}, "Four", "Verger", "Lavoir")
	b.votes("tom", p, tally.Ballot{Values: []int{1, 2, 0}})
	b.votes("zoe", p, tally.Ballot{Values: []int{1, 0, 2}})
	b.ends(p)
	file := b.get("/decisions/" + p.ID + "/proces-verbal.json")
	holds(t, "the minutes", b.get("/decisions/"+p.ID+"/proces-verbal"), tally.Hash([]byte(file)), "gagne tous ses duels")
	if _, err := tally.Recount([]byte(file)); err != nil {
		t.Error(err)
	}
	holds(t, "compared", b.get("/decisions/"+p.ID+"/comparer"), "Borda", "Deux tours", "Schulze")
}

func TestBO9_AnOpenVoteKeepsTheModuleOn(t *testing.T) {
	b := newBox(t)
	b.opens(majorityRule())
	w := b.ask(POST, "/admin/rubriques", "operator", url.Values{"module": {"vote"}, "do": {"off"}}, french1)
	holds(t, "switching off", w.Body.String(), "1 vote est ouvert")
}

// Every method has a form of its rule, a ballot, and a result.
func TestEveryMethodHasItsPages(t *testing.T) {
	for _, method := range append(append([]string{}, singleMethods...), choiceMethods...) {
		t.Run(method, func(t *testing.T) {
			b := newBox(t)
			choices := []string{"Four", "Verger", "Lavoir"}
			if method == "majority" || method == "consent" {
				choices = nil
			}
			p := b.proposes(choices...)
			to := "/decisions/" + p.ID
			form := b.readAs("resident:lea", to+"/regle?methode="+method)
			holds(t, "the form", form, `name="closes"`)
			f := ruleForm(method, "threshold", map[bool]string{true: "half", false: "none"}[method == "majority"])
			if method == "stv" {
				f.Set("variant", "exact")
			}
			b.sends("resident:lea", to+"/regle", f)
			b.sends("operator", to+"/etat", url.Values{"do": {"open"}})
			ballot := url.Values{"sure": {"1"}, "pick": {"0"}, "v0": {"1"}, "v1": {"2"}, "v2": {"3"}}
			holds(t, "the ballot", b.readAs("resident:tom", to+"/voter"), `name="`)
			b.sends("resident:tom", to+"/voter", ballot)
			b.sends("resident:zoe", to+"/voter", ballot)
			storetest.View(t, b.db, lea, func(tx *store.Tx) (err error) {
				p, err = vote.Get(tx, p.ID)
				return err
			})
			b.ends(p)
			holds(t, "the result", b.readAs("resident:tom", to), "2 votants", "Procès-verbal")
			holds(t, "the minutes", b.get(to+"/proces-verbal"), "SHA-256", "2 bulletins")
			english := b.ask(GET, to, "resident:tom", nil, func(r *http.Request) { r.Header.Set("Accept-Language", "en") })
			lacks(t, "the result", english.Body.String(), "vote.", "%!")
		})
	}
}

func TestWithItsGroupWhatItDecidedGoes(t *testing.T) {
	b := newBox(t)
	g := b.inGroup()
	p := vote.Proposal{Title: "Une fendeuse", Text: "À partager.", GroupID: g.ID, Audience: listing.Public}
	b.as("lea", func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	b.as("lea", func(tx *store.Tx) error { return group.Close(tx, g.ID) })
	b.clock.Add(group.RemoveAfter)
	b.as("lea", func(tx *store.Tx) error { return group.Remove(tx, g.ID, forgetGroup) })
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM vote_proposals`)
		if n != 0 {
			t.Errorf("%d decisions are left of it", n)
		}
		return err
	})
}

// The gauge of grades is a picture of what stands beside it in words; readers
// who do not see it are not told of it.
func TestAX2_TheGaugeOfGradesHasItsNumbers(t *testing.T) {
	b := newBox(t)
	p := b.opens(vote.Rule{Rule: tally.Rule{Method: tally.Judgment, Grades: 3}, Departures: vote.Kept}, "Four", "Verger")
	b.votes("tom", p, tally.Ballot{Values: []int{2, 0}})
	b.votes("zoe", p, tally.Ballot{Values: []int{1, 0}})
	b.ends(p)
	page := b.get("/decisions/" + p.ID)
	holdsWords(t, "in words", page, "Mention majoritaire : Passable · À rejeter : 0 · Passable : 1 · Bien : 1")
	holds(t, "the gauges", page, `<svg aria-hidden="true"`,
		`<rect x="0.00%" width="50.00%" y="2" height="14" fill="`+gaugeColors[3]+`"/><rect x="50.00%" width="50.00%" y="2" height="14" fill="`+gaugeColors[6]+`"/>`,
		`<rect x="0.00%" width="100.00%" y="2" height="14" fill="`+gaugeColors[0]+`"/>`)
}

func TestDE3_ASecondVoteKeepsItsQuorumUnlessItIsChanged(t *testing.T) {
	b := newBox(t)
	for want, r := range map[string]vote.Rule{
		`value="half" selected`: majorityRule(func(r *vote.Rule) { r.QuorumNum, r.QuorumDen = 1, 2 }),
		`value="5/8"`:           majorityRule(func(r *vote.Rule) { r.QuorumNum, r.QuorumDen, r.QuorumAtLeast = 5, 8, true }),
	} {
		p := b.opens(r)
		b.votes("tom", p, tally.Ballot{Values: []int{1, 0}})
		b.ends(p)
		holds(t, "the form of a second vote", b.readAs("operator", "/decisions/"+p.ID), "Sans effet", want, `value="19:00"`)
	}
}

func TestDE4_WhoIsNotOnTheRollAndWhoLeftAreTold(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	g := b.inGroup()
	p := vote.Proposal{Title: "Une fendeuse", Text: "À partager.", GroupID: g.ID, Audience: listing.Public}
	b.as("lea", func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	closes := calendar.WallOf(b.clock.Now().Add(24 * time.Hour).In(b.zone))
	b.as("lea", func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: majorityRule(), Closes: closes})
	})
	b.as("lea", func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	to := "/decisions/" + p.ID
	lacks(t, "the roll", b.readAs("resident:lea", to+"/liste"), "nommée")
	b.as("zoe", func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	holds(t, "to who came later", b.readAs("resident:zoe", to), "Vous n’êtes pas sur la liste de ce vote, arrêtée à son ouverture.")
	lacks(t, "to a visitor", b.get(to), "pas sur la liste")
	lacks(t, "to who may vote", b.readAs("resident:lea", to), "pas sur la liste")
	b.as("tom", func(tx *store.Tx) error { return group.Leave(tx, g.ID) })
	holds(t, "the roll of who stayed", b.readAs("resident:lea", to+"/liste"), "2 inscrits", "1 personne inscrite n’est pas nommée ici")
	b.votes("tom", p, tally.Ballot{Values: []int{1, 0}})
	b.ends(b.seen(to))
	holds(t, "who voted, with those not named", b.readAs("resident:lea", to+"/liste"), "1 personne a voté")
}

func TestCO3_SilenceThatCountedAsConsentIsSaid(t *testing.T) {
	b := newBox(t)
	for silence, said := range map[bool]bool{true: true, false: false} {
		p := b.opens(vote.Rule{Rule: tally.Rule{Method: tally.Consent, Silence: silence}, Departures: vote.Kept})
		b.votes("tom", p, tally.Ballot{Values: []int{0}})
		b.ends(p)
		if got := strings.Contains(b.get("/decisions/"+p.ID), "4 personnes n’ont pas répondu"); got != said {
			t.Errorf("silence counts %t: said %t", silence, got)
		}
	}
}

// Who is on the roll and comes after the end reads that it is over, not that
// they are not on the roll.
func TestABallotAfterTheEndSaysSo(t *testing.T) {
	b := newBox(t)
	p := b.opens(majorityRule())
	b.clock.Set(p.ClosesAt)
	for _, when := range []string{"over", "counted"} {
		ballot := b.readAs("resident:tom", "/decisions/"+p.ID+"/voter")
		holdsWords(t, when, ballot, "n’est pas ouvert")
		lacks(t, when, ballot, "pas sur la liste", `id="commentaires"`)
		b.ends(p)
	}
}
