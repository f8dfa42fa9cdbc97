package vote_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

var keeper = store.Actor{ID: "ada", Role: store.Operator}

// village is a box with so many residents, v01, v02, … and an operator.
type village struct {
	*store.DB
	t      testing.TB
	clock  *storetest.Clock
	people []store.Actor
}

func newVillage(t testing.TB, people int) *village {
	t.Helper()
	db, clock := storetest.Open(t, vote.Personal, account.Personal, notify.Personal, listing.Personal)
	v := &village{DB: db, t: t, clock: clock}
	v.update(store.Actor{}, func(tx *store.Tx) error {
		for i := range people {
			v.people = append(v.people, store.Actor{ID: fmt.Sprintf("v%02d", i+1), Role: store.Resident})
			if err := v.settle(tx, v.people[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return v
}

// settle makes an account.
func (v *village) settle(tx *store.Tx, a store.Actor) error {
	_, err := tx.Exec(`INSERT INTO account_people (id, login, name, name_folded, hamlet, role, password, must_change, created_at)
		VALUES (?1, ?1, ?1, ?1, '', ?2, '', 0, 0)`, a.ID, a.Role)
	return err
}

func (v *village) update(as store.Actor, fn func(*store.Tx) error) {
	v.t.Helper()
	storetest.Update(v.t, v.DB, as, fn)
}

func (v *village) view(as store.Actor, fn func(*store.Tx) error) {
	v.t.Helper()
	storetest.View(v.t, v.DB, as, fn)
}

func (v *village) try(as store.Actor, fn func(*store.Tx) error) error {
	v.t.Helper()
	return v.Update(store.As(v.t.Context(), as), fn)
}

// simple is more than half of those expressed, for or against.
var simple = tally.Rule{Method: tally.Majority, Num: 1, Den: 2}

// rule is one that a test completes.
func rule(r tally.Rule, change ...func(*vote.Rule)) vote.Rule {
	v := vote.Rule{Rule: r, Departures: vote.Kept}
	for _, c := range change {
		c(&v)
	}
	return v
}

func secret(r *vote.Rule) { r.Secret = true }

// wall is so much later than now, on the clock of the church.
func (v *village) wall(later time.Duration) calendar.Wall {
	zone, err := calendar.Location(vote.Paris)
	if err != nil {
		v.t.Fatal(err)
	}
	return calendar.WallOf(v.clock.Now().Add(later).In(zone))
}

// propose is an idea of the first resident.
func (v *village) propose(choices ...string) vote.Proposal {
	v.t.Helper()
	p := vote.Proposal{Title: "Un four à pain", Text: "Sur la place.", Choices: choices, Audience: listing.Public}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	return p
}

// open is a vote open for a day.
func (v *village) open(r vote.Rule, choices ...string) vote.Proposal {
	v.t.Helper()
	p := v.propose(choices...)
	v.update(keeper, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: r, Closes: v.wall(24 * time.Hour)})
	})
	v.update(keeper, func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	return v.get(p.ID)
}

func (v *village) get(id string) (p vote.Proposal) {
	v.t.Helper()
	v.view(keeper, func(tx *store.Tx) (err error) {
		p, err = vote.Get(tx, id)
		return err
	})
	return p
}

// Ballots of a vote for or against.
var (
	pour   = tally.Ballot{Values: []int{1, 0}}
	contre = tally.Ballot{Values: []int{0, 1}}
	blanc  = tally.Ballot{Blank: true}
	nul    = tally.Ballot{Spoilt: true}
)

func (v *village) cast(who store.Actor, p vote.Proposal, b tally.Ballot, reason ...string) error {
	v.t.Helper()
	return v.try(who, func(tx *store.Tx) error {
		return vote.Cast(tx, p.ID, vote.Answer{Ballot: b, Reason: strings.Join(reason, "")})
	})
}

func (v *village) mustCast(who store.Actor, p vote.Proposal, b tally.Ballot, reason ...string) {
	v.t.Helper()
	if err := v.cast(who, p, b, reason...); err != nil {
		v.t.Fatal(err)
	}
}

// run runs the jobs of the module once.
func (v *village) run() {
	v.t.Helper()
	for _, j := range vote.Jobs {
		if j.Expires && !v.clock.Quality().Sure() {
			continue
		}
		err := v.Update(v.t.Context(), func(tx *store.Tx) error {
			err := j.Run(tx)
			if store.KindOf(err) == store.Internal && err != nil && (errors.Is(err, store.ErrMore) || strings.HasPrefix(err.Error(), "again at")) {
				return nil
			}
			return err
		})
		if err != nil {
			v.t.Fatal(j.Name, err)
		}
	}
}

// close lets the vote end and counts it.
func (v *village) close(p vote.Proposal) vote.Counted {
	v.t.Helper()
	v.clock.Set(p.ClosesAt)
	v.run()
	return v.result(p)
}

func (v *village) result(p vote.Proposal) (c vote.Counted) {
	v.t.Helper()
	v.view(store.Actor{}, func(tx *store.Tx) error {
		list, err := p.Results(tx)
		if len(list) > 0 {
			c = list[len(list)-1]
		}
		return err
	})
	return c
}

// refused fails the test unless err has the key.
func refused(t testing.TB, what string, err error, key string) {
	t.Helper()
	if many, ok := errors.AsType[store.Errors](err); ok && len(many) > 0 {
		err = many[0]
	}
	if e, ok := errors.AsType[*store.Error](err); !ok || e.Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

func TestDE1_TheDenominatorIsFrozenInTheRule(t *testing.T) {
	for _, c := range []struct {
		of      tally.Denominator
		outcome tally.Outcome
	}{{tally.OfExpressed, tally.Adopted}, {tally.OfVoters, tally.Refused}, {tally.OfRoll, tally.Refused}} {
		v := newVillage(t, 60)
		r := simple
		r.Of = c.of
		p := v.open(rule(r, secret))
		ballots := slices.Concat(slices.Repeat([]tally.Ballot{pour}, 21), slices.Repeat([]tally.Ballot{contre}, 18),
			slices.Repeat([]tally.Ballot{blanc}, 9), slices.Repeat([]tally.Ballot{nul}, 2))
		for i, b := range ballots {
			v.mustCast(v.people[i], p, b)
		}
		got := v.close(p).Result
		if got.Outcome != c.outcome || got.Roll != 60 || got.Voters != 50 || got.Expressed != 39 || got.Blanks != 9 || got.Spoilt != 2 {
			t.Errorf("of %s: %+v, want %s", c.of, got, c.outcome)
		}
	}
}

func TestDE4_TheRollIsFrozenAtTheOpening(t *testing.T) {
	for _, c := range []struct {
		rule vote.Departure
		roll int
	}{{vote.Kept, 60}, {vote.Removed, 58}} {
		v := newVillage(t, 60)
		p := v.open(rule(simple, secret, func(r *vote.Rule) { r.Departures = c.rule }))
		lou := store.Actor{ID: "lou", Role: store.Resident}
		v.update(store.Actor{}, func(tx *store.Tx) error { return v.settle(tx, lou) })
		refused(t, "who came later", v.cast(lou, p, pour), "err.vote.not_on_roll")
		v.mustCast(v.people[3], p, pour)
		for _, gone := range []string{"v02", "v03", "v04"} { // the last of them has voted
			v.update(store.Actor{}, func(tx *store.Tx) error { return vote.Personal.Erase(tx, gone, store.KeepUnnamed) })
			v.update(store.Actor{}, func(tx *store.Tx) error {
				_, err := tx.Exec(`DELETE FROM account_people WHERE id = ?`, gone)
				return err
			})
		}
		if got := v.close(p).Result; got.Roll != c.roll || got.Voters != 1 {
			t.Errorf("%s: roll %d, voters %d; want %d and 1", c.rule, got.Roll, got.Voters, c.roll)
		}
		if v.get(p.ID).RollSize != 60 {
			t.Error("the number at the opening changed")
		}
	}
}

func TestDE5_TheLastBallotBeforeTheEndCounts(t *testing.T) {
	v := newVillage(t, 5)
	open := v.open(rule(simple))
	v.mustCast(v.people[1], open, pour)
	v.clock.Set(open.ClosesAt.Add(-time.Minute))
	v.mustCast(v.people[1], open, contre)
	v.clock.Set(open.ClosesAt.Add(time.Second))
	refused(t, "after the end", v.cast(v.people[1], open, pour), "err.vote.over")
	v.run()
	refused(t, "after the count", v.cast(v.people[1], open, pour), "err.vote.not_open")
	if got := v.result(open).Result; got.Voters != 1 || !slices.Equal(got.Table.Counts, []int{0, 1}) {
		t.Errorf("counted %+v", got)
	}

	hidden := v.open(rule(simple, secret))
	v.mustCast(v.people[1], hidden, pour)
	refused(t, "a secret ballot again", v.cast(v.people[1], hidden, contre), "err.vote.voted")
}

func TestDE6_AVoteEndsAtItsInstantAndNeverWhileTheClockIsUnsure(t *testing.T) {
	v := newVillage(t, 4)
	p := v.propose()
	v.clock.Set(time.Date(2027, time.March, 27, 12, 0, 0, 0, time.UTC))
	skipped, _ := calendar.ParseWall("2027-03-28T02:30")
	err := v.try(keeper, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(simple), Closes: skipped})
	})
	refused(t, "02:30 on 28 March 2027", err, "err.agenda.skipped_hour")
	if many, _ := errors.AsType[store.Errors](err); len(many) != 1 || !slices.Contains(many[0].Args, any(3)) {
		t.Errorf("03:30 is not proposed: %v", err)
	}

	p = v.open(rule(simple, secret))
	v.mustCast(v.people[0], p, pour)
	v.clock.Set(p.ClosesAt.Add(time.Hour)) // the box was off
	v.clock.SetQuality(store.ClockHinted)
	v.run()
	if v.get(p.ID).State != vote.Voting {
		t.Fatal("closed while the clock is unsure")
	}
	refused(t, "while the clock is unsure", v.cast(v.people[1], p, pour), "err.vote.clock")
	v.clock.SetQuality(store.ClockConfirmed)
	refused(t, "after the end", v.cast(v.people[1], p, pour), "err.vote.over")
	v.run()
	if got := v.get(p.ID); got.State != vote.Closed || !got.ClosedAt.Equal(p.ClosesAt) {
		t.Errorf("%s with effect at %s, want %s", got.State, got.ClosedAt, p.ClosesAt)
	}
}

func TestDE7_TheTextIsLockedOnceTheVoteIsOpen(t *testing.T) {
	v := newVillage(t, 3)
	p := v.open(rule(simple))
	edit := p
	edit.Text = "Ailleurs."
	refused(t, "a change", v.try(v.people[0], func(tx *store.Tx) error { return vote.Edit(tx, &edit, "") }), "err.vote.locked")
	refused(t, "another rule", v.try(v.people[0], func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(simple), Closes: v.wall(time.Hour)})
	}), "err.vote.locked")
	refused(t, "cancelled without reason", v.try(v.people[0], func(tx *store.Tx) error { return vote.Cancel(tx, p.ID, " ") }), "err.vote.reason_empty")
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Cancel(tx, p.ID, "La place n’est pas à nous.") })
	refused(t, "a ballot after that", v.cast(v.people[1], p, pour), "err.vote.not_open")
}

func TestDE8_NobodyVoted(t *testing.T) {
	v := newVillage(t, 3)
	p := v.open(rule(tally.Rule{Method: tally.Approval}), "Jeudi", "Vendredi")
	if got := v.close(p).Result; got.Outcome != tally.NobodyVoted || len(got.Winners) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestDE12_TheMinutesCountTheSame(t *testing.T) {
	v := newVillage(t, 7)
	p := v.open(rule(tally.Rule{Method: tally.Judgment, Grades: 5}, secret), "Aire de jeux", "Four à pain")
	for i, who := range v.people {
		v.mustCast(who, p, tally.Ballot{Values: []int{i % 5, (i + 2) % 5}})
	}
	c := v.close(p)
	if len(c.SHA256) != 64 || c.Text == "" || c.RollSize != 7 || !c.ClosedAt.Equal(p.ClosesAt) {
		t.Errorf("minutes %s", c.File)
	}
	for _, who := range v.people {
		if strings.Contains(string(c.File), who.ID) {
			t.Errorf("%s is named in %s", who.ID, c.File)
		}
	}
	if again, err := tally.Recount(c.File); err != nil || again.Result.Outcome != c.Result.Outcome || tally.Hash(c.File) != c.SHA256 {
		t.Errorf("counted again: %+v, %v", again, err)
	}
}

func TestAC4_WhatWasVotedBeforeCounts(t *testing.T) {
	v := newVillage(t, 10)
	p := v.open(rule(simple))
	v.mustCast(v.people[2], p, pour)
	// Who did not accept the new charter may do nothing any more: the pages
	// refuse every form. The roll and the ballot stay as they are.
	if got := v.close(p).Result; got.Roll != 10 || got.Voters != 1 {
		t.Errorf("%+v", got)
	}
}

func TestAnIdeaGoesOnWithEnoughSupport(t *testing.T) {
	v := newVillage(t, 60)
	p := v.propose()
	if p.State != vote.Idea || p.Needed != 3 {
		t.Fatalf("%s needs %d, want an idea that needs 3", p.State, p.Needed)
	}
	v.update(v.people[0], func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(simple), Closes: v.wall(time.Hour)})
	})
	refused(t, "opened too early", v.try(v.people[0], func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") }), "err.vote.supports")
	for i, who := range []int{1, 1, 2} {
		v.update(v.people[who], func(tx *store.Tx) error { return vote.Support(tx, p.ID, true) })
		if state := v.get(p.ID).State; (state == vote.Discussion) != (i == 2) {
			t.Errorf("after %d: %s", i+1, state)
		}
	}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	refused(t, "supported late", v.try(v.people[5], func(tx *store.Tx) error { return vote.Support(tx, p.ID, true) }), "err.vote.not_idea")
}

func TestWhatWasReadIsWhatOpens(t *testing.T) {
	v := newVillage(t, 3)
	p := v.propose()
	v.update(keeper, func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(simple), Closes: v.wall(time.Hour)})
	})
	p = v.get(p.ID)
	shown, err := store.Shown(p.Terms())
	if err != nil {
		t.Fatal(err)
	}
	edit := p
	edit.Text = "Derrière l’église."
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Edit(tx, &edit, "") })
	refused(t, "another text", v.try(keeper, func(tx *store.Tx) error { return vote.Start(tx, p.ID, shown) }), "err.changed")
}

func TestAmendmentsHaveTheirTime(t *testing.T) {
	v := newVillage(t, 3)
	p := v.propose()
	ask := func() error {
		return v.try(v.people[1], func(tx *store.Tx) error { return vote.Amend(tx, p.ID, "Avec un toit.") })
	}
	refused(t, "before", ask(), "err.vote.not_amending")
	v.update(keeper, func(tx *store.Tx) error { return vote.Discuss(tx, p.ID) })
	v.update(v.people[0], func(tx *store.Tx) error { return vote.OpenAmendments(tx, p.ID, tx.Now.Add(time.Hour)) })
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	v.update(v.people[0], func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule(simple), Closes: v.wall(3 * time.Hour)})
	})
	refused(t, "opened meanwhile", v.try(v.people[0], func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") }), "err.vote.amending")
	var list []vote.Change
	v.view(v.people[0], func(tx *store.Tx) (err error) {
		list, err = p.Amendments(tx)
		return err
	})
	answer := func(state vote.Amended, why string) error {
		return v.try(v.people[0], func(tx *store.Tx) error { return vote.AnswerAmendment(tx, p.ID, list[0].ID, state, why) })
	}
	refused(t, "declined without a word", answer(vote.Declined, ""), "err.vote.amendment_why")
	if err := answer(vote.Taken, ""); err != nil {
		t.Fatal(err)
	}
	v.clock.Add(2 * time.Hour)
	refused(t, "after", ask(), "err.vote.not_amending")
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
}

func TestFollowUpHasAnOwnerAndADay(t *testing.T) {
	v := newVillage(t, 3)
	p := v.open(rule(simple))
	v.mustCast(v.people[1], p, pour)
	step := vote.Step{Text: "Demander un devis", Carrier: "Les Amis du four", Due: v.wall(48 * time.Hour).Midnight()}
	follow := func() error {
		return v.try(v.people[0], func(tx *store.Tx) error { return vote.Follow(tx, p.ID, step) })
	}
	refused(t, "before the end", follow(), "err.vote.not_closed")
	v.close(p)
	if err := follow(); err != nil {
		t.Fatal(err)
	}
	for range 8 { // in the order of the form, each time
		err := v.try(v.people[0], func(tx *store.Tx) error { return vote.Follow(tx, p.ID, vote.Step{}) })
		if faults, _ := errors.AsType[store.Errors](err); len(faults) != 3 || faults[0].Field != "step" || faults[1].Field != "carrier" || faults[2].Field != "due" {
			t.Fatalf("an empty step: %v", err)
		}
	}
	v.view(v.people[0], func(tx *store.Tx) error {
		list, err := p.Steps(tx)
		if len(list) != 1 || list[0].Due != step.Due || !list[0].Late(step.Due.AddDays(1)) || list[0].Late(step.Due) {
			t.Errorf("%+v", list)
		}
		title, ok, _ := vote.Adopted(tx, p.ID)
		if !ok || title != p.Title {
			t.Errorf("adopted: %q %t", title, ok)
		}
		return err
	})
}

// TestAVoteAboutToEndIsKnown: a box is not put back to a backup just then.
func TestAVoteAboutToEndIsKnown(t *testing.T) {
	v := newVillage(t, 4)
	p := v.open(rule(simple))
	for before, want := range map[time.Duration]time.Time{
		2 * time.Hour: {}, time.Hour + time.Second: {}, time.Hour: p.ClosesAt, time.Minute: p.ClosesAt, 0: {}, -time.Minute: {},
	} {
		v.clock.Set(p.ClosesAt.Add(-before))
		err := v.try(keeper, func(tx *store.Tx) error {
			if at, err := vote.EndsWithin(tx, time.Hour); err != nil || !at.Equal(want) {
				t.Errorf("%s before its end: %s, %v", before, at, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
