package ui

import (
	"net/http"
	"net/url"
	"slices"
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

// paperVote is a secret vote with three ballots of paper, of which lea is a
// teller; over tells that its end is past.
func (b *box) paperVote(over bool) (vote.Proposal, []string) {
	b.t.Helper()
	p := b.opens(majorityRule(secretRule))
	var codes []string
	for _, step := range []func(tx *store.Tx) error{
		func(tx *store.Tx) error { return vote.Print(tx, p.ID, 3) },
		func(tx *store.Tx) error { return vote.SetTeller(tx, p.ID, "lea", true) },
		func(tx *store.Tx) error {
			d, _, err := p.DeskOf(tx)
			codes = d.Codes
			return err
		},
	} {
		storetest.Update(b.t, b.db, returning, step)
	}
	if over {
		b.ends(p)
	}
	return p, codes
}

func init() {
	paper := func(suffix string, over bool) func(*box) string {
		return func(b *box) string {
			p, _ := b.paperVote(over)
			return "/decisions/" + p.ID + suffix
		}
	}
	named := func(suffix string) func(*box) string {
		return func(b *box) string {
			return "/decisions/" + b.opens(majorityRule(func(r *vote.Rule) { r.Delegable = true })).ID + suffix
		}
	}
	for name, s := range map[string]sample{
		"GET /decisions/:id/deleguer":          {path: named("/deleguer")},
		"POST /decisions/:id/deleguer":         {path: named("/deleguer"), form: url.Values{"person": {"tom"}}},
		"GET /decisions/:id/guichet":           {path: paper("/guichet", false), as: "operator"},
		"POST /decisions/:id/guichet":          {path: paper("/guichet", false), form: url.Values{"do": {"print"}, "count": {"2"}}, as: "operator"},
		"GET /decisions/:id/guichet/bulletins": {path: paper("/guichet/bulletins", false), as: "operator"},
		"GET /decisions/:id/guichet/liste":     {path: paper("/guichet/liste", false), as: "operator"},
		"GET /decisions/:id/guichet/voter":     {path: named("/guichet/voter?person=tom"), as: "operator"},
		"POST /decisions/:id/guichet/voter":    {path: named("/guichet/voter"), form: url.Values{"person": {"tom"}, "pick": {"0"}}, as: "operator"},
		"GET /decisions/:id/depouillement":     {path: paper("/depouillement", true), as: "resident:lea"},
		"POST /decisions/:id/depouillement":    {path: paper("/depouillement", true), form: url.Values{"do": {"finish"}, "found": {"0"}}, as: "resident:lea"},
	} {
		samples[name] = s
	}
}

func TestDE10_PaperBallotsFromTheDeskToTheMinutes(t *testing.T) {
	b := newBox(t)
	p := b.opens(majorityRule(secretRule))
	to := "/decisions/" + p.ID
	holds(t, "the way to the desk", b.readAs("operator", to), to+"/guichet")
	lacks(t, "the page of a voter", b.readAs("resident:tom", to), "guichet")
	w := b.ask(POST, to+"/guichet", "operator", url.Values{"do": {"print"}, "count": {"0"}}, french1)
	holds(t, "no ballots", w.Body.String(), "Écrivez un nombre de 1 à")
	b.sends("operator", to+"/guichet", url.Values{"do": {"print"}, "count": {"3"}})
	sheet := b.readAs("operator", to+"/guichet/bulletins")
	holds(t, "the ballots", sheet, "1. Pour", "2. Contre", "3 bulletins")
	holds(t, "the roll", b.readAs("operator", to+"/guichet/liste"), "tom", "zoe", "Signature")
	w = b.ask(POST, to+"/guichet", "operator", url.Values{"do": {"hand"}, "person": {"Personne"}}, french1)
	holds(t, "nobody of the name", w.Body.String(), "Personne de ce nom", `value="Personne"`)
	lacks(t, "the desk", b.readAs("operator", to+"/guichet"), `class="more" open`)
	w = b.ask(POST, to+"/guichet", "operator", url.Values{"do": {"back"}, "person": {"tom"}}, french1)
	holds(t, "a fault is not folded away", w.Body.String(), `<details class="more" open><summary>Un bulletin rendu`)
	b.sends("operator", to+"/guichet", url.Values{"do": {"hand"}, "person": {"tom"}})
	holds(t, "to who took a ballot", b.readAs("resident:tom", to), "Vous avez voté sur papier")
	lacks(t, "to who took a ballot", b.readAs("resident:tom", to), `/voter"`)
	w = b.ask(POST, to+"/voter", "resident:tom", url.Values{"pick": {"0"}, "sure": {"1"}}, french1)
	holds(t, "the web is closed", w.Body.String(), "Vous avez déjà voté")
	b.sends("operator", to+"/guichet", url.Values{"do": {"teller"}, "teller": {"lea"}})
	w = b.ask(GET, to+"/depouillement", "resident:lea", nil, french1)
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "à la fin du vote") {
		t.Errorf("typing too early: %d", w.Code)
	}
	var codes []string
	storetest.View(t, b.db, returning, func(tx *store.Tx) error {
		d, _, err := p.DeskOf(tx)
		codes = d.Codes
		return err
	})
	b.ends(p)
	holds(t, "the page", b.readAs("resident:tom", to), "saisis par deux personnes")
	lacks(t, "the page of somebody who did not vote", b.readAs("resident:zoe", to), "pas encore voté", "Le vote est ouvert", "depouillement")
	holds(t, "the page of a teller", b.readAs("resident:lea", to), to+"/depouillement")
	for _, who := range []string{"resident:lea", "operator"} {
		holds(t, "what waits for "+who, b.readAs(who, "/a-faire"), "Bulletins sur papier à saisir")
	}
	type1 := func(who, says string) string {
		return b.sends(who, to+"/depouillement", url.Values{"do": {"type"}, "code-1": {strings.ToLower(codes[0])}, "says-1": {says}, "code-2": {codes[1]}, "says-2": {"blank"}})
	}
	w = b.ask(POST, to+"/depouillement", "resident:lea", url.Values{"do": {"type"}, "code-1": {"0000-0000"}, "says-1": {"1"}}, french1)
	holds(t, "an unknown number", w.Body.String(), "pas celui d’un bulletin", `value="0000-0000"`)
	type1("resident:lea", "1")
	b.sends("resident:lea", to+"/depouillement", url.Values{"do": {"finish"}, "found": {"2"}})
	type1("operator", "2")
	b.sends("operator", to+"/depouillement", url.Values{"do": {"finish"}, "found": {"2"}})
	holds(t, "a difference", b.readAs("resident:lea", to+"/depouillement"), "diffèrent pour 1 bulletin", codes[0])
	lacks(t, "a difference", b.readAs("resident:lea", to+"/depouillement"), codes[0]+"</span> Contre")
	if at := b.sends("operator", to+"/depouillement", url.Values{"do": {"type"}, "code-1": {codes[0]}, "says-1": {"1"}}); at != to {
		t.Errorf("counted: %s", at)
	}
	minutes := b.get(to + "/proces-verbal")
	roll := b.readAs("resident:zoe", to+"/liste")
	holds(t, "the roll", roll, "1 personne a voté", "tom – au guichet, sur papier")
	holds(t, "the minutes", minutes, "Papier – bulletins dans l’urne", "Écart", "de plus dans l’urne", "2 votants", "1 blanc")
	holds(t, "the file", b.get(to+"/proces-verbal.json"), `"paper":{"printed":3,"signed":1,"found":2,"counted":2}`)
}

func TestVotingAtTheDeskInANamedVote(t *testing.T) {
	b := newBox(t)
	p := b.opens(majorityRule())
	to := "/decisions/" + p.ID
	holds(t, "the desk", b.readAs("operator", to+"/guichet"), "Écrire son vote", "pas secret")
	holds(t, "the ballot", b.readAs("operator", to+"/guichet/voter?person=tom"), "Vote de tom", `name="pick"`)
	w := b.ask(POST, to+"/guichet/voter", "operator", url.Values{"person": {"tom"}}, french1)
	holds(t, "nothing chosen", w.Body.String(), "Choisissez une réponse, ou votez blanc")
	b.sends("operator", to+"/guichet/voter", url.Values{"person": {"tom"}, "pick": {"0"}})
	page := b.readAs("resident:tom", to)
	holds(t, "to tom", page, "voté à la mairie", "Pour</p>")
	lacks(t, "to tom", page, "Changer mon vote")
	w = b.ask(GET, to+"/guichet/voter?person=tom", "operator", nil, french1)
	holds(t, "twice", w.Body.String(), "a déjà voté")
	holds(t, "to tom, in the box", b.readAs("resident:tom", "/avis"), "écrit pour vous")
	b.votes("zoe", p, tally.Ballot{Values: []int{1, 0}})
	b.ends(p)
	roll := b.readAs("resident:zoe", to+"/liste")
	holds(t, "the roll", roll, "<li>tom – au guichet</li>", "<li>zoe</li>")
}

func TestDE11_DelegationOnThePages(t *testing.T) {
	b := newBox(t)
	p := b.proposes()
	to := "/decisions/" + p.ID
	w := b.ask(POST, to+"/regle", "resident:lea", ruleForm("majority", "delegable", "1"), french1)
	holds(t, "in a secret vote", w.Body.String(), "que dans un vote nominatif")
	b.sends("resident:lea", to+"/regle", ruleForm("majority", "secret", "named", "delegable", "1"))
	holds(t, "the rule in words", b.get(to), "Délégation", "tourne en rond")
	b.sends("operator", to+"/etat", url.Values{"do": {"open"}})
	holds(t, "the way there", b.readAs("resident:tom", to), to+"/deleguer")
	w = b.ask(POST, to+"/deleguer", "resident:tom", url.Values{"person": {"Inconnu"}}, french1)
	holds(t, "to nobody", w.Body.String(), "Personne de ce nom", `value="Inconnu"`)
	b.sends("resident:tom", to+"/deleguer", url.Values{"person": {"lea"}})
	holds(t, "to lea", b.readAs("resident:lea", to+"/deleguer"), "On vous confie", "<li>tom</li>")
	holds(t, "to tom", b.readAs("resident:tom", to+"/deleguer"), "Votre voix va à lea", "Reprendre ma voix")
	holds(t, "to tom, on the decision", b.readAs("resident:tom", to), "Votre voix va à lea", "Où va ma voix")
	lacks(t, "to tom, on the decision", b.readAs("resident:tom", to), "Votre voix tourne en rond")
	b.sends("resident:zoe", to+"/deleguer", url.Values{"person": {"operator"}})
	b.sends("operator", to+"/deleguer", url.Values{"person": {"zoe"}})
	for _, who := range []string{"resident:zoe", "operator"} {
		for _, page := range []string{to + "/deleguer", to} {
			holds(t, "the cycle on "+page+", to "+who, b.readAs(who, page), "Votre voix va à", "Votre voix tourne en rond", "n’est pas comptée")
		}
	}
	b.sends("resident:zoe", to+"/deleguer", url.Values{"do": {"back"}})
	b.sends("resident:zoe", to+"/deleguer", url.Values{"person": {"operator"}})
	b.votes("lea", p, tally.Ballot{Values: []int{1, 0}})
	w = b.ask(POST, to+"/deleguer", "resident:lea", url.Values{"person": {"tom"}}, french1)
	holds(t, "after voting", w.Body.String(), "Vous avez voté")
	storetest.View(t, b.db, lea, func(tx *store.Tx) (err error) {
		p, err = vote.Get(tx, p.ID)
		return err
	})
	b.ends(p)
	holds(t, "the result", b.readAs("resident:tom", to), "2 votants", "avec 1 voix confiée", "1 voix a été portée", "2 voix confiées n’ont rencontré")
}

// A group that shows nobody its members does not tell by this way who belongs.
func TestFO1_DelegationTellsNobodyWhoBelongs(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	g := b.inGroup(func(g *group.Group) { g.Seen = group.ToKeepers })
	b.as("zoe", func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	p := vote.Proposal{Title: "Une fendeuse", Text: "À partager.", GroupID: g.ID, Audience: listing.Public}
	b.as("lea", func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	rule := majorityRule(func(r *vote.Rule) { r.Delegable = true })
	closes := calendar.WallOf(b.clock.Now().Add(24 * time.Hour).In(b.zone))
	b.as("lea", func(tx *store.Tx) error { return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule, Closes: closes}) })
	b.as("lea", func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	to := "/decisions/" + p.ID + "/deleguer"
	answer := func(name string) string {
		w := b.ask(POST, to, "resident:tom", url.Values{"person": {name}}, french1)
		if w.Code != http.StatusUnprocessableEntity {
			t.Fatalf("to %s: %d", name, w.Code)
		}
		return strings.ReplaceAll(w.Body.String(), name, "NAME")
	}
	if answer("zoe") != answer("resident") {
		t.Error("a member is told apart from who is none")
	}
	b.as("zoe", func(tx *store.Tx) error { return vote.Delegate(tx, p.ID, "tom") })
	page := b.readAs("resident:tom", to)
	holds(t, "to tom", page, "quelqu’un du groupe")
	lacks(t, "to tom", page, "zoe")
}

func TestDE11_TheWayOfAVoiceTellsThatSomebodyLeft(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	g := b.inGroup(func(*group.Group) {})
	b.as("zoe", func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	p := vote.Proposal{Title: "Une fendeuse", Text: "À partager.", GroupID: g.ID, Audience: listing.Public}
	b.as("lea", func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	rule := majorityRule(func(r *vote.Rule) { r.Delegable, r.Departures = true, vote.Removed })
	closes := calendar.WallOf(b.clock.Now().Add(24 * time.Hour).In(b.zone))
	b.as("lea", func(tx *store.Tx) error { return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule, Closes: closes}) })
	b.as("lea", func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	to := "/decisions/" + p.ID + "/deleguer"
	b.sends("resident:tom", to, url.Values{"person": {"zoe"}})
	lacks(t, "before", b.readAs("resident:tom", to), "ne peut plus voter")
	b.as("zoe", func(tx *store.Tx) error { return group.Leave(tx, g.ID) })
	page := b.readAs("resident:tom", to)
	holds(t, "after", page, "ne peut plus voter", "La confier à quelqu’un d’autre")
	lacks(t, "after", page, "s’arrête à la première")
}

func TestABallotOfPaperIsTypedByNumbers(t *testing.T) {
	pick, many := tally.Rule{Method: tally.Majority, Options: 2}, tally.Rule{Method: tally.Approval, Options: 3}
	grades, ranks := tally.Rule{Method: tally.Judgment, Options: 3, Grades: 5}, tally.Rule{Method: tally.Runoff, Options: 3, Truncated: true}
	for _, c := range []struct {
		rule *tally.Rule
		text string
		want tally.Ballot
	}{
		{&pick, "2", tally.Ballot{Values: []int{0, 1}}},
		{&pick, "3", tally.Ballot{}},
		{&pick, "blank", tally.Ballot{Blank: true}},
		{&many, "1, 3", tally.Ballot{Values: []int{1, 0, 1}}},
		{&many, "Nul", tally.Ballot{Spoilt: true}},
		{&many, "tout", tally.Ballot{}},
		{&many, "", tally.Ballot{}}, // the answer was forgotten: not one who wants none
		{&grades, "5 - 1", tally.Ballot{Values: []int{4, tally.Missing, 0}}},
		{&grades, "0 1 1", tally.Ballot{}},
		{&ranks, "2 1 -", tally.Ballot{Values: []int{2, 1, 0}}},
	} {
		if got := slipTyped(c.rule, c.text); got.Blank != c.want.Blank || got.Spoilt != c.want.Spoilt || !slices.Equal(got.Values, c.want.Values) {
			t.Errorf("%s %q: %+v, want %+v", c.rule.Method, c.text, got, c.want)
		}
	}
}
