package vote_test

import (
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

var dates = []string{"2027-05-07T20:00", "2027-05-06T20:00", "2027-05-08T10:30"}

// openDates is a vote on three dates, open for a day.
func (v *village) openDates(change ...func(*vote.Rule)) vote.Proposal {
	v.t.Helper()
	p := vote.Proposal{Title: "Réunion du four", Text: "Deux heures.", Sort: vote.Dates, Choices: slices.Clone(dates), Audience: listing.Public}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	return v.started(p, rule(tally.Rule{Method: tally.Date}, change...))
}

// started opens a vote for a day.
func (v *village) started(p vote.Proposal, r vote.Rule) vote.Proposal {
	v.t.Helper()
	v.update(keeper, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: r, Closes: v.wall(24 * time.Hour)})
	})
	v.update(keeper, func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	return v.get(p.ID)
}

func chosen(r *vote.Rule) { r.Chosen = true }

// AP-1 among dates: Thursday and Friday are equal, nothing wins by its place,
// and the choice of who conducts it is on record.
func TestAP1_ATieIsSettledAsTheRuleSays(t *testing.T) {
	v := newVillage(t, 4)
	p := v.openDates(chosen)
	if p.Choices[0] != "2027-05-06T20:00" {
		t.Errorf("dates in the order they were typed: %v", p.Choices)
	}
	v.mustCast(v.people[1], p, tally.Ballot{Values: []int{2, 2, 0}})
	v.mustCast(v.people[2], p, tally.Ballot{Values: []int{1, 1, 0}})
	c := v.close(p)
	if c.Result.Outcome != tally.Tied || !slices.Equal(c.Result.Tied, []int{0, 1}) || c.ToChoose() != 1 {
		t.Fatalf("%s", c.File)
	}
	if _, ok := p.Date(&c.Minutes); ok {
		t.Error("a tie has a date")
	}
	choose := func(who store.Actor, why string, options ...int) error {
		return v.try(who, func(tx *store.Tx) error { return vote.Choose(tx, p.ID, options, why) })
	}
	refused(t, "by another resident", choose(v.people[1], "La salle est libre.", 1), "err.forbidden")
	refused(t, "of those not tied", choose(v.people[0], "La salle est libre.", 2), "err.vote.choose")
	refused(t, "two of them", choose(v.people[0], "La salle est libre.", 0, 1), "err.vote.choose")
	refused(t, "without a reason", choose(v.people[0], " ", 1), "err.vote.choose_why")
	if err := choose(v.people[0], "La salle est libre.", 1); err != nil {
		t.Fatal(err)
	}
	refused(t, "again", choose(v.people[0], "Non, l'autre.", 0), "err.vote.no_tie")
	c = v.result(p)
	p = v.get(p.ID)
	if w, ok := p.Date(&c.Minutes); !ok || w.String() != "2027-05-07T20:00" || p.Outcome != tally.Elected || p.MayGoOn() {
		t.Errorf("%s: %v", p.Outcome, w)
	}
	if again, err := tally.Recount(c.File); err != nil || again.Result.Outcome != tally.Tied {
		t.Errorf("the count itself says another thing than before: %v", err)
	}
}

func TestATieStandsUnlessTheRuleLeavesAChoice(t *testing.T) {
	v := newVillage(t, 3)
	p := v.openDates()
	v.mustCast(v.people[1], p, tally.Ballot{Values: []int{2, 2, 0}})
	v.close(p)
	refused(t, "chosen", v.try(v.people[0], func(tx *store.Tx) error { return vote.Choose(tx, p.ID, []int{0}, "Voilà.") }), "err.vote.no_tie")

	p = v.openDates(func(r *vote.Rule) { r.Ties, r.Chosen = tally.TiesDrawn, true })
	v.mustCast(v.people[1], p, tally.Ballot{Values: []int{2, 2, 0}})
	v.close(p)
	v.update(v.people[0], func(tx *store.Tx) error {
		return vote.Draw(tx, p.ID, tally.Draw{Seed: "loto 7-12-23"}, "Devant le bureau.")
	})
	c := v.result(p)
	if _, err := tally.Recount(c.File); len(c.Won()) != 1 || err != nil || p.Rule.Chosen {
		t.Errorf("%s", c.File)
	}
}

func TestDE6_ADateNoClockShowsIsRefused(t *testing.T) {
	v := newVillage(t, 1)
	for name, c := range map[string]struct {
		choices []string
		key     string
	}{
		"in the night that skips it": {[]string{"2027-03-27T20:00", "2027-03-28T02:30"}, "err.agenda.skipped_hour"},
		"twice":                      {[]string{dates[0], dates[0]}, "err.vote.date_twice"},
		"one":                        {dates[:1], "err.vote.dates"},
		"words":                      {[]string{dates[0], "jeudi"}, "err.vote.date_unclear"},
	} {
		p := vote.Proposal{Title: "Réunion", Text: "Au foyer.", Sort: vote.Dates, Choices: c.choices, Audience: listing.Public}
		refused(t, name, v.try(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) }), c.key)
	}
}

func TestAGroupFindsADateWithoutSupports(t *testing.T) {
	v := newVillage(t, 5)
	g := v.circle(group.ToMembers)
	p := vote.Proposal{Title: "Réunion", Text: "Au foyer.", GroupID: g.ID, Sort: vote.Dates, Choices: slices.Clone(dates), Audience: listing.Group}
	member := v.people[2]
	v.update(member, func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	v.update(member, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(tally.Rule{Method: tally.Date}), Closes: v.wall(time.Hour)})
	})
	v.update(member, func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	if p = v.getAs(member, p.ID); p.State != vote.Voting || p.RollSize != 4 {
		t.Errorf("%s, %d on the roll", p.State, p.RollSize)
	}
}

func (v *village) getAs(who store.Actor, id string) (p vote.Proposal) {
	v.t.Helper()
	v.view(who, func(tx *store.Tx) (err error) {
		p, err = vote.Get(tx, id)
		return err
	})
	return p
}

func TestASortIsDecidedByItsOwnMethods(t *testing.T) {
	v := newVillage(t, 2)
	words := v.propose("Four", "Verger")
	refused(t, "words by dates", v.try(keeper, func(tx *store.Tx) error {
		return vote.Prepare(tx, words.ID, vote.Terms{Rule: rule(tally.Rule{Method: tally.Date}), Closes: v.wall(time.Hour)})
	}), "err.vote.rule")
	p := vote.Proposal{Title: "Réunion", Text: "Au foyer.", Sort: vote.Dates, Choices: slices.Clone(dates), Audience: listing.Public}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	refused(t, "dates by approval", v.try(keeper, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(tally.Rule{Method: tally.Approval}), Closes: v.wall(time.Hour)})
	}), "err.vote.rule")
	if _, err := calendar.ParseWall(v.get(p.ID).Choices[2]); err != nil {
		t.Error(err)
	}
}
