package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/calendar"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/storetest"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// meets is the draft of a meeting of lea's group, of which tom and zoe are
// members, in twenty days.
func (b *box) meets() assembly.Assembly {
	b.t.Helper()
	b.voters(0)
	g := b.anyCircle()
	b.lea(func(tx *store.Tx) error {
		g.Seen = group.ToMembers
		return group.Edit(tx, &g, "")
	})
	for _, name := range []string{"tom", "zoe"} {
		storetest.Update(b.t, b.db, store.Actor{ID: name, Role: store.Resident}, func(tx *store.Tx) error {
			if on, err := group.Belongs(tx, g.ID, name); err != nil || on {
				return err
			}
			return group.Join(tx, g.ID, "")
		})
	}
	a := assembly.Assembly{
		GroupID: g.ID, Title: "Assemblée générale", Place: "Salle des fêtes", Starts: calendar.WallOf(b.clock.Now().Add(20 * 24 * time.Hour).In(b.zone)),
		Notice: 15, Proxies: 1, Quorum: assembly.Share{Num: 1, Den: 2},
	}
	b.lea(func(tx *store.Tx) error { return assembly.Plan(tx, &a, []string{"Rapport moral", "Budget"}) })
	return a
}

// lea does something.
func (b *box) lea(fn func(*store.Tx) error) {
	b.t.Helper()
	storetest.Update(b.t, b.db, lea, fn)
}

// convenes is such a meeting people are convened to, sits one that has begun.
func (b *box) convenes() assembly.Assembly {
	b.t.Helper()
	a := b.meets()
	b.lea(func(tx *store.Tx) error { return assembly.Convene(tx, a.ID, false) })
	return a
}

func (b *box) sits() assembly.Assembly {
	b.t.Helper()
	a := b.convenes()
	b.clock.Set(a.StartsAt)
	b.lea(func(tx *store.Tx) error { return assembly.Start(tx, a.ID) })
	return a
}

// failsQuorum is one that was closed with nobody there.
func (b *box) failsQuorum() assembly.Assembly {
	b.t.Helper()
	a := b.sits()
	b.lea(func(tx *store.Tx) error { return assembly.Finish(tx, a.ID) })
	return a
}

// seatsOf are the seats of a meeting by name.
func (b *box) seatsOf(a assembly.Assembly) map[string]string {
	b.t.Helper()
	seats := map[string]string{}
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) error {
		roll, err := a.Roll(tx)
		for _, s := range roll {
			seats[s.Name] = s.ID
		}
		return err
	})
	return seats
}

// meetingForm is a meeting as it is typed.
func meetingForm(more ...string) url.Values {
	f := url.Values{
		"title": {"Assemblée générale"}, "starts": {"2027-01-20"}, "starts_time": {"18:30"}, "place": {"Salle des fêtes"},
		"items": {"Rapport moral\nBudget\n"}, "notice": {"15"}, "proxies": {"1"}, "quorum": {"half"}, "again": {"none"}, "again_notice": {"7"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return f
}

func init() {
	of := func(make func(*box) assembly.Assembly, suffix string) func(*box) string {
		return func(b *box) string { return assemblyPath + "/" + make(b).ID + suffix }
	}
	draft := func(b *box) assembly.Assembly { return b.meets() }
	group := func(b *box) string {
		b.voters(0)
		return assemblyPath + "/nouvelle?groupe=" + b.anyCircle().ID
	}
	const path, one = "/decisions/assemblees", "/decisions/assemblees/:id"
	for name, s := range map[string]sample{
		"GET " + path:               at(path),
		"GET " + path + "/nouvelle": {path: group},
		"POST " + path + "/nouvelle": {
			path: group, form: meetingForm(),
		},
		"GET " + one:                        {path: of((*box).convenes, "")},
		"POST " + one:                       {path: of((*box).convenes, ""), form: url.Values{"do": {"revoke"}}},
		"GET " + one + "/modifier":          {path: of(draft, "/modifier")},
		"POST " + one + "/modifier":         {path: of(draft, "/modifier"), form: meetingForm()},
		"POST " + one + "/etat":             {path: of(draft, "/etat"), form: url.Values{"do": {"renew"}}},
		"GET " + one + "/appel":             {path: of((*box).sits, "/appel")},
		"POST " + one + "/appel":            {path: of((*box).sits, "/appel"), form: url.Values{"do": {"come"}}},
		"GET " + one + "/convocation":       {path: of(draft, "/convocation")},
		"GET " + one + "/liste":             {path: of(draft, "/liste")},
		"GET " + one + "/proces-verbal":     {path: of((*box).sits, "/proces-verbal")},
		"GET " + one + "/proces-verbal.pdf": {path: of((*box).sits, "/proces-verbal.pdf")},
		"GET " + one + "/suite":             {path: of((*box).failsQuorum, "/suite")},
		"POST " + one + "/suite":            {path: of((*box).failsQuorum, "/suite"), form: url.Values{"starts": {"2027-03-20"}, "starts_time": {"18:30"}, "place": {"Ici"}}},
	} {
		s.as = "resident:lea"
		samples[name] = s
	}
}

func TestAnAssemblyFromTheConvocationToTheMinutes(t *testing.T) {
	b := newBox(t)
	b.voters(0)
	g := b.circle(func(g *group.Group) { g.Seen = group.ToMembers })
	for _, name := range []string{"tom", "zoe"} {
		storetest.Update(t, b.db, store.Actor{ID: name, Role: store.Resident}, func(tx *store.Tx) error { return group.Join(tx, g.ID, "") })
	}
	home := b.readAs("resident:lea", "/groupes/"+g.ID)
	holds(t, "the group's page", home, "Assemblées générales", "Préparer une assemblée")
	w := b.ask(POST, assemblyPath+"/nouvelle?groupe="+g.ID, "resident:lea", meetingForm("items", "", "place", ""))
	holds(t, "without place and items", w.Body.String(), "Écrivez où se tient", "Écrivez l’ordre du jour", "Assemblée générale", g.ID)
	to := b.sends("resident:lea", assemblyPath+"/nouvelle?groupe="+g.ID, meetingForm())
	page := b.readAs("resident:lea", to)
	holds(t, "the draft", page, "En préparation", "3 personnes sur la liste", "Plus de la moitié des inscrits, soit 2 personnes", "1. Rapport moral", "Salle des fêtes")
	if w := b.ask(GET, to, "resident:tom", nil); w.Code != http.StatusNotFound {
		t.Errorf("Tom reads the draft: %d", w.Code)
	}
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"names"}, "names": {"Odette Blanc\n"}})
	holds(t, "the printed convocation", b.readAs("resident:lea", to+"/convocation"), "Salle des fêtes", "donne procuration à", "Budget")
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"convene"}})
	holds(t, "Tom's notices", b.readAs("resident:tom", "/avis"), "convoqué")
	holds(t, "Tom's page", b.readAs("resident:tom", to), "Convoquée", "Vous ne pouvez pas venir", "zoe")
	lacks(t, "Tom's page", b.readAs("resident:tom", to), "Odette", "Tenir l’assemblée")
	holds(t, "Tom's list", b.readAs("resident:tom", assemblyPath), "Assemblée générale", "Convoquée")

	var a assembly.Assembly
	b.lea(func(tx *store.Tx) (err error) {
		a, err = assembly.Get(tx, strings.TrimPrefix(to, assemblyPath+"/"))
		return err
	})
	seats := b.seatsOf(a)
	b.sends("resident:tom", to, url.Values{"do": {"give"}, "holder": {seats["zoe"]}})
	w = b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"record"}, "giver": {seats["Odette Blanc"]}, "holder": {seats["zoe"]}})
	holds(t, "a second proxy", w.Body.String(), "autant de procurations")
	holds(t, "the attendance sheet", b.readAs("resident:lea", to+"/liste"), "Odette Blanc", "procuration à zoe")
	w = b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"open"}})
	holds(t, "too early", w.Body.String(), "trop tôt")
	b.clock.Set(a.StartsAt)
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"open"}})
	holds(t, "the roll call", b.readAs("resident:lea", to+"/appel"), "0 présent", "il en faut 3, il en manque 3", "Odette Blanc")
	b.sends("resident:lea", to+"/appel", url.Values{"do": {"come"}, "seat": {seats["zoe"], seats["lea"]}})
	holds(t, "with Zoé, who stands for Tom", b.readAs("resident:lea", to+"/appel"), "2 présents, 1 représenté", "Quorum atteint")

	items := func() (list []assembly.Item) {
		b.lea(func(tx *store.Tx) (err error) { list, err = a.Items(tx); return err })
		return list
	}()
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"take_up"}, "item": {items[0].ID}})
	w = b.ask(POST, to+"/etat", "resident:lea", url.Values{
		"do": {"conclude"}, "item": {items[0].ID}, "said": {"Le rapport est lu."}, "hands": {"1"}, "pro": {"3"}, "contra": {"1"},
	})
	holds(t, "more hands than voices", w.Body.String(), "Cela fait 4 voix", "Le rapport est lu.")
	b.sends("resident:lea", to+"/etat", url.Values{
		"do": {"conclude"}, "item": {items[0].ID}, "said": {"Le rapport est lu."}, "hands": {"1"}, "pro": {"2"}, "contra": {"1"},
	})
	b.sends("resident:lea", to+"/appel", url.Values{"do": {"go"}, "seat": {seats["zoe"]}})
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"take_up"}, "item": {items[1].ID}})
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"conclude"}, "item": {items[1].ID}, "hands": {"1"}, "pro": {"1"}})
	if w := b.ask(GET, to+"/proces-verbal", "resident:tom", nil); w.Code != http.StatusNotFound {
		t.Errorf("Tom reads the minutes before the end: %d", w.Code)
	}
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"close"}})
	minutes := b.readAs("resident:lea", to+"/proces-verbal")
	holds(t, "the minutes", minutes, "Rapport moral", "2 · contre", "Adopté", "2 voix pour, il en fallait 2", "le quorum n’était pas atteint",
		"de tom à zoe", "zoe n’est pas là, et une procuration ne se transmet pas", "Odette Blanc", "parti ou partie à", "Séance levée")
	lacks(t, "the minutes for Tom", b.readAs("resident:tom", to+"/proces-verbal"), "Odette")
	to = b.sends("resident:lea", to+"/suite", url.Values{"starts": {"2027-02-20"}, "starts_time": {"18:30"}, "place": {"Salle des fêtes"}})
	page = b.readAs("resident:lea", to)
	holds(t, "the second convocation", page, "Seconde convocation", "Budget", "Aucun.")
	lacks(t, "the second convocation", page, "Rapport moral")
}

func TestAssemblyLateConvocation(t *testing.T) {
	b := newBox(t)
	a := b.meets()
	b.clock.Add(10 * 24 * time.Hour)
	to := assemblyPath + "/" + a.ID
	holds(t, "the page", b.readAs("resident:lea", to), "moins de 15 jours", "Convoquer quand même")
	w := b.ask(POST, to+"/etat", "resident:lea", url.Values{"do": {"convene"}})
	holds(t, "without the tick", w.Body.String(), "Cochez la case pour convoquer")
	b.sends("resident:lea", to+"/etat", url.Values{"do": {"convene"}, "sure": {"1"}})
	holds(t, "knowingly", b.readAs("resident:tom", to), "5 jours de moins")
}

// DE-9 on pages: the holder votes for who gave them their proxy; their own vote
// counts alone.
func TestDE9_AHolderVotesOnThePage(t *testing.T) {
	b := newBox(t)
	a := b.convenes()
	seats := b.seatsOf(a)
	tom, zoe := store.Actor{ID: "tom", Role: store.Resident}, store.Actor{ID: "zoe", Role: store.Resident}
	storetest.Update(t, b.db, tom, func(tx *store.Tx) error { return assembly.Give(tx, a.ID, seats["zoe"]) })
	b.clock.Set(a.StartsAt)
	p := vote.Proposal{Title: "Le budget", Text: "1 200 €.", GroupID: a.GroupID, Audience: listing.Group}
	b.lea(func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	to := "/decisions/" + p.ID
	ends := b.clock.Now().Add(time.Hour).In(b.zone)
	form := ruleForm("majority", "secret", "secret", "proxies", "1", "closes", ends.Format("2006-01-02"), "closes_time", ends.Format("15:04"))
	w := b.ask(POST, to+"/regle", "resident:lea", form)
	holds(t, "in secret", w.Body.String(), "sur papier")
	form.Set("secret", "named")
	form.Set("delegable", "1")
	w = b.ask(POST, to+"/regle", "resident:lea", form, french1)
	holds(t, "with voices passed on", w.Body.String(), "Choisissez l’un ou l’autre", "une procuration ne se transmet pas")
	form.Del("delegable")
	b.sends("resident:lea", to+"/regle", form)
	holds(t, "the rule in words", b.readAs("resident:lea", to), "seul son vote compte")
	b.lea(func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	b.lea(func(tx *store.Tx) error { return assembly.Start(tx, a.ID) })
	b.lea(func(tx *store.Tx) error { return assembly.Come(tx, a.ID, []string{seats["zoe"]}) })
	items := func() (list []assembly.Item) {
		b.lea(func(tx *store.Tx) (err error) { list, err = a.Items(tx); return err })
		return list
	}()
	b.sends("resident:lea", assemblyPath+"/"+a.ID+"/etat", url.Values{"do": {"link"}, "item": {items[1].ID}, "proposal": {p.ID}})
	holds(t, "the order of the day", b.readAs("resident:tom", assemblyPath+"/"+a.ID), "Le budget")
	holds(t, "Zoé's page", b.readAs("resident:zoe", to), "Vous représentez", "Voter pour tom")
	lacks(t, "Tom's page", b.readAs("resident:tom", to), "Vous représentez")
	holds(t, "the ballot", b.readAs("resident:zoe", to+"/voter?pour=tom"), "Vous votez pour tom", `name="pour" value="tom"`)
	b.sends("resident:zoe", to+"/voter", url.Values{"pour": {"tom"}, "pick": {"0"}})
	holds(t, "afterwards", b.readAs("resident:zoe", to), "Changer le vote de tom")
	w = b.ask(POST, to+"/voter", "resident:lea", url.Values{"pour": {"tom"}, "pick": {"1"}})
	holds(t, "who holds none", w.Body.String(), "tenir sa procuration")
	if w := b.ask(GET, to+"/voter?pour=lea", "resident:zoe", nil); w.Code == http.StatusOK {
		t.Error("Zoé has a ballot of Léa")
	}
	holds(t, "Tom's page", b.readAs("resident:tom", to), "Quelqu’un a voté pour vous")
	storetest.Update(t, b.db, zoe, func(tx *store.Tx) error {
		return vote.Cast(tx, p.ID, vote.Answer{Ballot: tally.Ballot{Values: []int{1, 0}}})
	})
	var open vote.Proposal
	b.lea(func(tx *store.Tx) (err error) { open, err = vote.Get(tx, p.ID); return err })
	b.ends(open)
	holds(t, "the result", b.readAs("resident:lea", to), "2 votants", "1 vote par procuration")
	b.lea(func(tx *store.Tx) error { return assembly.Finish(tx, a.ID) })
	holds(t, "the minutes of the meeting", b.readAs("resident:lea", assemblyPath+"/"+a.ID+"/proces-verbal"), "Le budget", "2 votants")
}

func TestAssembliesAreSwitchedOffWithVotes(t *testing.T) {
	if key := moduleOf(assemblyPath + "/x"); key != "vote" {
		t.Errorf("%s is of module %q", assemblyPath, key)
	}
}
