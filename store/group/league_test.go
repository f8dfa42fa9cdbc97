package group_test

import (
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/storetest"
)

// named is a group somebody begins.
func named(t testing.TB, db *store.DB, who store.Actor, name string) string {
	t.Helper()
	g := forest(func(g *group.Group) { g.Name = name })
	storetest.Update(t, db, who, func(tx *store.Tx) error { return group.Begin(tx, &g, "") })
	return g.ID
}

// federation is a group of groups of lea's with four groups that agreed, each
// kept by somebody.
func federation(t testing.TB, db *store.DB) (league string, parts []string, keepers []store.Actor) {
	t.Helper()
	league = named(t, db, lea, "Fédération des hameaux")
	keepers = []store.Actor{tom, zoe, ana, {ID: "kim", Role: store.Resident}}
	for i, who := range keepers {
		id := named(t, db, who, []string{"Le Bourg", "Le Mazet", "Combe", "La Rivière"}[i])
		parts = append(parts, id)
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return group.AddPart(tx, league, id) })
		storetest.Update(t, db, who, func(tx *store.Tx) error { return group.Agree(tx, league, id) })
	}
	return league, parts, keepers
}

func ask(t testing.TB, db *store.DB, league string, rule group.Rule) group.Inquiry {
	t.Helper()
	q := group.Inquiry{GroupID: league, Question: "Un four commun ?", Rule: rule, Until: storetest.Now.AddDate(0, 0, 7)}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return group.Ask(tx, &q) })
	return q
}

// heard is a question as a visitor reads it, and whether it has ended.
func heard(t testing.TB, db *store.DB, league, id string) (q group.Inquiry, tally group.Tally) {
	t.Helper()
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		list, err := group.Inquiries(tx, league)
		for i := range list {
			if list[i].ID == id {
				q, tally = list[i], list[i].Tally(list[i].Ended(tx))
			}
		}
		return err
	})
	return q, tally
}

// TestFO10_FourGroupsOneLate: three of four have answered, the rule stays as it
// was said, and nothing is taken after the end.
func TestFO10_FourGroupsOneLate(t *testing.T) {
	db, clock := storetest.Open(t)
	league, parts, keepers := federation(t, db)
	q := ask(t, db, league, group.Majority)
	reply := func(i int, v group.Voice) error {
		return try(t, db, keepers[i], func(tx *store.Tx) error { return group.Reply(tx, q.ID, parts[i], v) })
	}
	for i, v := range []group.Voice{group.Yes, group.No, group.Yes} {
		wants(t, "reply", reply(i, v), "")
	}
	wants(t, "for another group", try(t, db, tom, func(tx *store.Tx) error { return group.Reply(tx, q.ID, parts[3], group.No) }), "err.forbidden")
	if _, n := heard(t, db, league, q.ID); n.Answered != 3 || n.Asked != 4 || n.Outcome != group.Running {
		t.Errorf("before the end: %+v", n)
	}
	storetest.View(t, db, keepers[3], func(tx *store.Tx) error {
		waits, err := group.AskedOfMe(tx)
		if len(waits) != 1 || waits[0].ID != q.ID {
			t.Errorf("what waits for the late group: %v", waits)
		}
		return err
	})
	clock.Set(q.Until)
	wants(t, "too late", reply(3, group.No), "err.group.ended")
	if _, n := heard(t, db, league, q.ID); n.Outcome != group.Adopted || n.Yes != 2 || n.No != 1 {
		t.Errorf("after the end: %+v", n)
	}
	clock.SetQuality(store.ClockNone)
	if _, n := heard(t, db, league, q.ID); n.Outcome != group.Running {
		t.Errorf("while the clock is unsure: %+v", n)
	}
}

// TestFO10_Rules counts the same answers by each rule.
func TestFO10_Rules(t *testing.T) {
	answers := func(v ...group.Voice) (q group.Inquiry) {
		for i, a := range v {
			q.Parts = append(q.Parts, group.Heard{Weight: []int{1, 1, 1, 10}[i], Answer: a})
		}
		return q
	}
	const yes, no, abstain, none = group.Yes, group.No, group.Abstain, group.NoAnswer
	for _, c := range []struct {
		rule group.Rule
		v    []group.Voice
		want group.Outcome
	}{
		{group.ByMembers, []group.Voice{yes, yes, yes, no}, group.Refused},
		{group.ByMembers, []group.Voice{no, no, no, yes}, group.Adopted},
		{group.ByMembers, []group.Voice{yes, no, no, none}, group.Refused},
		{group.Majority, []group.Voice{none, none, none, none}, group.Unheard},
		{group.Majority, []group.Voice{yes, none, none, none}, group.Adopted},
		{group.Majority, []group.Voice{abstain, abstain, none, none}, group.Undecided},
		{group.Majority, []group.Voice{yes, no, none, none}, group.Undecided},
	} {
		q := answers(c.v...)
		if q.Rule = c.rule; q.Rule != group.ByMembers {
			q.Parts[3].Weight = 1
		}
		if n := q.Tally(true); n.Outcome != c.want {
			t.Errorf("%s %v: %+v, want %s", c.rule, c.v, n, c.want)
		}
	}
	for want, v := range map[group.Outcome][]group.Voice{
		group.Adopted: {yes, yes, yes, yes}, group.Refused: {yes, yes, yes, abstain}, group.Unheard: {none, none, none, none},
	} {
		q := answers(v...)
		q.Rule, q.Parts[3].Weight = group.Unanimity, 1
		if n := q.Tally(true); n.Outcome != want {
			t.Errorf("unanimity %v: %+v, want %s", v, n, want)
		}
	}
	q := answers(yes, yes, yes, none)
	q.Rule, q.Parts[3].Weight = group.Unanimity, 1
	if n := q.Tally(true); n.Outcome != group.Refused {
		t.Errorf("unanimity with one late: %+v", n)
	}
}

// TestDelegatesSpeakForTheirGroup, and its keeper no more; they become members of
// the group of groups.
func TestDelegatesSpeakForTheirGroup(t *testing.T) {
	db, _ := storetest.Open(t)
	league, parts, _ := federation(t, db)
	nina := store.Actor{ID: "nina", Role: store.Resident}
	set := func(tx *store.Tx) error { return group.Delegates(tx, league, parts[0], []string{"nina"}) }
	wants(t, "no member", try(t, db, tom, set), "err.group.gone")
	storetest.Update(t, db, nina, func(tx *store.Tx) error { return group.Join(tx, parts[0], "") })
	wants(t, "by the league's keeper", try(t, db, lea, set), "err.forbidden")
	wants(t, "a member", try(t, db, tom, set), "")
	if role(t, db, nina, league) != group.Plain {
		t.Error("nina is no member of the group of groups")
	}
	q := ask(t, db, league, group.Unanimity)
	reply := func(tx *store.Tx) error { return group.Reply(tx, q.ID, parts[0], group.Yes) }
	wants(t, "the keeper", try(t, db, tom, reply), "err.forbidden")
	wants(t, "the delegate", try(t, db, nina, reply), "")
	storetest.Update(t, db, nina, func(tx *store.Tx) error { return group.Leave(tx, parts[0]) })
	wants(t, "after leaving", try(t, db, nina, reply), "err.forbidden")
	wants(t, "the keeper then", try(t, db, tom, reply), "")
}

// TestASecretPartIsNotNamed to who may not know of it, and its members are
// counted only where it agreed to a question by members.
func TestASecretPartIsNotNamed(t *testing.T) {
	db, _ := storetest.Open(t)
	league, parts, _ := federation(t, db)
	storetest.Update(t, db, tom, func(tx *store.Tx) error {
		g := forest(secret, func(g *group.Group) { g.Name = "Le Bourg" })
		g.ID = parts[0]
		return group.Edit(tx, &g, "")
	})
	q := ask(t, db, league, group.Majority)
	got, _ := heard(t, db, league, q.ID)
	if slices.ContainsFunc(got.Parts, func(h group.Heard) bool { return h.Name == "Le Bourg" || h.Weight != 1 }) {
		t.Errorf("a visitor reads %+v", got.Parts)
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		list, err := group.Parts(tx, league)
		if len(list) != 4 || slices.ContainsFunc(list, func(p group.Part) bool { return p.Name == "Le Bourg" || len(p.Delegates) > 0 }) {
			t.Errorf("a visitor reads %+v", list)
		}
		return err
	})
}

// TestAQuestionNeedsTwoGroupsAndADay.
func TestAQuestionNeedsTwoGroupsAndADay(t *testing.T) {
	db, _ := storetest.Open(t)
	league := named(t, db, lea, "Fédération")
	q := group.Inquiry{GroupID: league, Question: "Quoi ?", Rule: group.Majority, Until: storetest.Now.AddDate(0, 0, 7)}
	try := func(q group.Inquiry) error {
		return try(t, db, lea, func(tx *store.Tx) error { return group.Ask(tx, &q) })
	}
	wants(t, "alone", try(q), "err.group.two_parts")
	q.Until = storetest.Now.Add(time.Hour)
	wants(t, "too soon", try(q), "err.group.until")
	q.Question, q.Rule = " ", "loudest"
	wants(t, "no question", try(q), "err.group.question_empty")
	wants(t, "no rule", try(q), "err.group.choose")
}
