package mutualaid_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

var (
	nobody   = store.Actor{}
	planner  = store.Actor{ID: "planner", Role: store.Operator}
	rosa     = store.Actor{ID: "rosa", Role: store.Resident}
	simon    = store.Actor{ID: "simon", Role: store.Resident}
	tilda    = store.Actor{ID: "tilda", Role: store.Resident}
	ursula   = store.Actor{ID: "ursula", Role: store.Resident}
	saturday = "2026-11-28T09:00" // a week after the tests' instant
	sunday   = "2026-11-29T09:00"
	oven     = time.Date(2026, time.November, 28, 8, 0, 0, 0, time.UTC)
)

// ovenRoster is the bread oven: Saturdays and Sundays at nine, three hours,
// three persons.
func ovenRoster(t testing.TB) mutualaid.Roster {
	t.Helper()
	rule, err := calendar.ParseRule("FREQ=WEEKLY;BYDAY=SA,SU")
	if err != nil {
		t.Fatal(err)
	}
	starts, err := calendar.ParseWall(saturday)
	if err != nil {
		t.Fatal(err)
	}
	return mutualaid.Roster{
		Title: "Four à pain", Place: "Place du four", Starts: starts, Lasts: 180, Rule: rule, Places: 3, Audience: listing.Public,
	}
}

// planned is the oven's roster in a fresh box.
func planned(t testing.TB) (*store.DB, *storetest.Clock, mutualaid.Roster) {
	t.Helper()
	db, clock := storetest.Open(t)
	r := ovenRoster(t)
	storetest.Update(t, db, planner, func(tx *store.Tx) error { return mutualaid.PlanRoster(tx, &r) })
	return db, clock, r
}

// act runs a verb and returns its error.
func act(t testing.TB, db *store.DB, who store.Actor, do func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), do)
}

// take signs somebody up and returns the turn.
func take(t testing.TB, db *store.DB, who store.Actor, r mutualaid.Roster, name string) (turn mutualaid.Turn) {
	t.Helper()
	storetest.Update(t, db, who, func(tx *store.Tx) (err error) {
		turn, err = mutualaid.TakeTurn(tx, r.ID, name, false)
		return err
	})
	return turn
}

// whoComes lists the accounts of a shift.
func whoComes(t testing.TB, db *store.DB, r mutualaid.Roster, name string) string {
	t.Helper()
	var who []string
	storetest.View(t, db, planner, func(tx *store.Tx) error {
		s, err := r.Shift(tx, name)
		for _, turn := range s.Turns {
			who = append(who, turn.AccountID)
		}
		return err
	})
	slices.Sort(who)
	return strings.Join(who, " ")
}

// heard lists the keys of what somebody was told.
func heard(t testing.TB, db *store.DB, who store.Actor) string {
	t.Helper()
	var keys []string
	storetest.View(t, db, who, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 50)
		for _, n := range list {
			keys = append(keys, strings.TrimPrefix(n.Key, "notify."))
		}
		return err
	})
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

func wantKey(t testing.TB, what string, err error, kind store.Kind, key string) {
	t.Helper()
	e, ok := errors.AsType[*store.Error](err)
	if !ok || e.Kind != kind || e.Key != key {
		t.Errorf("%s: %v, want %v %s", what, err, kind, key)
	}
}

func TestEN5_SamePersonTwiceAndFullAreRefused(t *testing.T) {
	db, _, r := planned(t)
	take(t, db, rosa, r, saturday)
	take(t, db, simon, r, saturday)
	err := act(t, db, rosa, func(tx *store.Tx) error { _, err := mutualaid.TakeTurn(tx, r.ID, saturday, true); return err })
	wantKey(t, "the same person twice", err, store.Conflict, "err.roster.twice")
	take(t, db, tilda, r, saturday)
	err = act(t, db, ursula, func(tx *store.Tx) error { _, err := mutualaid.TakeTurn(tx, r.ID, saturday, true); return err })
	wantKey(t, "a fourth of three", err, store.Conflict, "err.roster.full")
	if got := whoComes(t, db, r, saturday); got != "rosa simon tilda" {
		t.Errorf("comes: %s", got)
	}
	if got := whoComes(t, db, r, sunday); got != "" {
		t.Errorf("comes on the next day: %s", got)
	}
}

func TestEN5_OverlapIsWarnedOfAndMayBeConfirmed(t *testing.T) {
	db, _, r := planned(t)
	compost := ovenRoster(t)
	compost.Title, compost.Rule, compost.Starts.Hour = "Compost", calendar.Rule{}, 11
	after := compost
	after.Title, after.Starts.Hour = "Bibliothèque", 12
	storetest.Update(t, db, planner, func(tx *store.Tx) error {
		return errors.Join(mutualaid.PlanRoster(tx, &compost), mutualaid.PlanRoster(tx, &after))
	})
	take(t, db, rosa, r, saturday)
	sign := func(r mutualaid.Roster, anyway bool) error {
		return act(t, db, rosa, func(tx *store.Tx) error {
			_, err := mutualaid.TakeTurn(tx, r.ID, r.Starts.String(), anyway)
			return err
		})
	}
	err := sign(compost, false)
	wantKey(t, "hours that overlap", err, store.Conflict, mutualaid.Overlap)
	if e, _ := errors.AsType[*store.Error](err); e == nil || !slices.Contains(e.Args, any("Four à pain")) {
		t.Errorf("the warning does not say with what: %v", err)
	}
	if err := sign(after, false); err != nil {
		t.Errorf("hours that touch: %v", err)
	}
	if err := sign(compost, true); err != nil {
		t.Errorf("confirmed: %v", err)
	}
	if got := whoComes(t, db, compost, compost.Starts.String()); got != "rosa" {
		t.Errorf("comes: %s", got)
	}
}

func TestEN5_TheProposerStaysResponsibleUntilAccepted(t *testing.T) {
	db, _, r := planned(t)
	turn := take(t, db, rosa, r, saturday)
	take(t, db, simon, r, sunday)
	err := act(t, db, rosa, func(tx *store.Tx) error { return mutualaid.OfferTurn(tx, turn.ID, ursula.ID, "") })
	wantKey(t, "to somebody who is not of the roster", err, store.Invalid, "err.roster.no_companion")
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.OfferTurn(tx, turn.ID, simon.ID, "") })
	if got := whoComes(t, db, r, saturday); got != "rosa" {
		t.Errorf("while it is proposed: %s", got)
	}
	if got := heard(t, db, simon); got != "roster_asked" {
		t.Errorf("told: %s", got)
	}
	err = act(t, db, tilda, func(tx *store.Tx) error { return mutualaid.AcceptTurn(tx, turn.ID, false) })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a third person accepts: %v", err)
	}
	storetest.Update(t, db, simon, func(tx *store.Tx) error { return mutualaid.RefuseTurn(tx, turn.ID) })
	if got := whoComes(t, db, r, saturday) + ", " + heard(t, db, rosa); got != "rosa, roster_refused" {
		t.Errorf("after a refusal: %s", got)
	}
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.OfferTurn(tx, turn.ID, "", "") })
	storetest.Update(t, db, ursula, func(tx *store.Tx) error { return mutualaid.AcceptTurn(tx, turn.ID, false) })
	if got := whoComes(t, db, r, saturday); got != "ursula" {
		t.Errorf("after the first who wanted it accepted: %s", got)
	}
	err = act(t, db, simon, func(tx *store.Tx) error { return mutualaid.AcceptTurn(tx, turn.ID, false) })
	wantKey(t, "a second who wants it", err, store.Conflict, "err.roster.not_offered")
	err = act(t, db, rosa, func(tx *store.Tx) error { return mutualaid.LeaveTurn(tx, turn.ID) })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("the proposer gives back what is no more theirs: %v", err)
	}
}

func TestEN5_TwoTurnsAreSwapped(t *testing.T) {
	db, _, r := planned(t)
	hers, his := take(t, db, rosa, r, saturday), take(t, db, simon, r, sunday)
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.OfferTurn(tx, hers.ID, "", his.ID) })
	storetest.Update(t, db, simon, func(tx *store.Tx) error { return mutualaid.AcceptTurn(tx, hers.ID, false) })
	if got := whoComes(t, db, r, saturday) + ", " + whoComes(t, db, r, sunday); got != "simon, rosa" {
		t.Errorf("after the swap: %s", got)
	}
	// A swap whose other half is gone is refused, and the proposal of it with it.
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { return mutualaid.OfferTurn(tx, his.ID, "", hers.ID) })
	storetest.Update(t, db, simon, func(tx *store.Tx) error { return mutualaid.LeaveTurn(tx, hers.ID) })
	err := act(t, db, simon, func(tx *store.Tx) error { return mutualaid.AcceptTurn(tx, his.ID, false) })
	wantKey(t, "half a swap", err, store.Conflict, "err.roster.not_offered")
	if got := whoComes(t, db, r, saturday) + ", " + whoComes(t, db, r, sunday); got != ", rosa" {
		t.Errorf("after half a swap: %s", got)
	}
}

func TestARosterKeepsItsTurnsWhenItsHourChanges(t *testing.T) {
	db, _, r := planned(t)
	take(t, db, rosa, r, saturday)
	take(t, db, simon, r, sunday)
	r.Starts.Hour, r.Rule.Days = 10, []calendar.Weekday{{Day: time.Saturday}}
	storetest.Update(t, db, planner, func(tx *store.Tx) error { return mutualaid.EditRoster(tx, &r) })
	if got := whoComes(t, db, r, "2026-11-28T10:00"); got != "rosa" {
		t.Errorf("comes an hour later: %q", got)
	}
	if got := heard(t, db, rosa) + ", " + heard(t, db, simon); got != "roster_moved, roster_gone" {
		t.Errorf("told: %s", got)
	}
}

func TestAShiftThatDoesNotTakePlace(t *testing.T) {
	db, _, r := planned(t)
	take(t, db, rosa, r, saturday)
	err := act(t, db, rosa, func(tx *store.Tx) error { return mutualaid.ChangeShift(tx, r.ID, saturday, 0, true, "") })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("anybody cancels: %v", err)
	}
	storetest.Update(t, db, planner, func(tx *store.Tx) error {
		return mutualaid.ChangeShift(tx, r.ID, saturday, 0, true, "Le four est en réparation")
	})
	err = act(t, db, simon, func(tx *store.Tx) error { _, err := mutualaid.TakeTurn(tx, r.ID, saturday, false); return err })
	wantKey(t, "a cancelled shift", err, store.Conflict, "err.roster.off")
	if got := heard(t, db, rosa); got != "roster_cancelled" {
		t.Errorf("told: %s", got)
	}
	storetest.Update(t, db, planner, func(tx *store.Tx) error { return mutualaid.ChangeShift(tx, r.ID, saturday, 1, false, "") })
	err = act(t, db, simon, func(tx *store.Tx) error { _, err := mutualaid.TakeTurn(tx, r.ID, saturday, false); return err })
	wantKey(t, "one place, taken", err, store.Conflict, "err.roster.full")
}

func TestPeopleAreRemindedOnceTheDayBefore(t *testing.T) {
	db, clock, r := planned(t)
	runner, err := store.NewRunner(db, mutualaid.Jobs, quiet())
	if err != nil {
		t.Fatal(err)
	}
	run := func() {
		t.Helper()
		if _, err := runner.RunDue(t.Context()); err != nil || len(runner.Faults()) > 0 {
			t.Fatal(err, runner.Faults())
		}
	}
	take(t, db, rosa, r, saturday)
	run()
	clock.Set(oven.Add(-26 * time.Hour)) // Friday, 7 h
	run()
	if got := heard(t, db, rosa); got != "" {
		t.Errorf("too early: %s", got)
	}
	clock.Set(oven.Add(-25 * time.Hour)) // Friday, 8 h
	run()
	if got := heard(t, db, rosa); got != "roster_tomorrow" {
		t.Errorf("on the day before: %q", got)
	}
	take(t, db, simon, r, saturday) // who signs up now knows
	clock.Add(2 * time.Hour)
	run()
	if got := heard(t, db, simon); got != "" {
		t.Errorf("who signed up on the day before: %s", got)
	}
	clock.Set(oven.AddDate(1, 0, 2))
	run()
	if got := whoComes(t, db, r, saturday); got != "" {
		t.Errorf("a year after: %s", got)
	}
}

func TestWhoPlansRosters(t *testing.T) {
	db, _, r := planned(t)
	mine := ovenRoster(t)
	err := act(t, db, rosa, func(tx *store.Tx) error { return mutualaid.PlanRoster(tx, &mine) })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident plans: %v", err)
	}
	storetest.Update(t, db, rosa, func(tx *store.Tx) error { // an organisation vouched for her
		mine.ID = tx.NewID()
		tx.Entrust(mine.Ref())
		return mutualaid.PlanRoster(tx, &mine)
	})
	for who, kind := range map[store.Actor]store.Kind{simon: store.Forbidden, nobody: store.Unauthenticated} {
		if err := act(t, db, who, func(tx *store.Tx) error { return mutualaid.CloseRoster(tx, mine.ID, true) }); store.KindOf(err) != kind {
			t.Errorf("%q closes: %v", who.ID, err)
		}
	}
	storetest.Update(t, db, planner, func(tx *store.Tx) error { return mutualaid.CloseRoster(tx, mine.ID, true) })
	storetest.View(t, db, nobody, func(tx *store.Tx) error {
		list, err := mutualaid.Rosters(tx)
		if len(list) != 2 || list[0].ID != r.ID || !list[1].Closed {
			t.Errorf("a visitor sees %v", list)
		}
		return err
	})
	if err := act(t, db, simon, func(tx *store.Tx) error {
		_, err := mutualaid.TakeTurn(tx, mine.ID, saturday, false)
		return err
	}); store.KindOf(err) != store.Conflict {
		t.Errorf("signing up for a closed roster: %v", err)
	}
}

func TestRosterIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*mutualaid.Roster)
		field  string
	}{
		"no place":      {func(r *mutualaid.Roster) { r.Place = " " }, "place"},
		"no date":       {func(r *mutualaid.Roster) { r.Starts = calendar.Wall{} }, "starts"},
		"two minutes":   {func(r *mutualaid.Roster) { r.Lasts = 2 }, "lasts"},
		"two days":      {func(r *mutualaid.Roster) { r.Lasts = 2880 }, "lasts"},
		"nobody":        {func(r *mutualaid.Roster) { r.Places = 0 }, "places"},
		"no title":      {func(r *mutualaid.Roster) { r.Title = "" }, "title"},
		"a long text":   {func(r *mutualaid.Roster) { r.Text = strings.Repeat("a", 3001) }, "text"},
		"a year beyond": {func(r *mutualaid.Roster) { r.Starts.Year = 3000 }, "starts"},
	} {
		r := ovenRoster(t)
		c.change(&r)
		bad, ok := errors.AsType[store.Errors](r.Check())
		if !ok || len(bad) != 1 || bad[0].Field != c.field {
			t.Errorf("%s: %v", name, bad)
		}
	}
}
