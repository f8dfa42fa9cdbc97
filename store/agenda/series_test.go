package agenda_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

func rule(t testing.TB, s string) calendar.Rule {
	t.Helper()
	r, err := calendar.ParseRule(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// weekly is an event on Wednesdays at eight in the evening, for two hours.
func weekly(t testing.TB, db *store.DB, starts, text string, more ...func(*agenda.Event)) agenda.Event {
	t.Helper()
	e := event(t, "Chorale", starts, starts[:11]+"22:00")
	e.Rule = rule(t, text)
	for _, m := range more {
		m(&e)
	}
	schedule(t, db, lea, &e)
	return e
}

func get(t testing.TB, db *store.DB, id string) (e agenda.Event) {
	t.Helper()
	storetest.View(t, db, lea, func(tx *store.Tx) (err error) {
		e, err = agenda.Get(tx, id)
		return err
	})
	return e
}

// dates writes the dates of an event in a year and a half, "11-11>11-12" for a
// moved one and "x11-11" for one nobody should come to.
func dates(e *agenda.Event) string {
	var out []string
	for _, d := range e.Dates(e.StartsAt.AddDate(0, 0, -1), e.StartsAt.AddDate(1, 6, 0)) {
		s := d.Original.Date()[5:]
		if d.Moved() {
			s += ">" + d.Starts.Date()[5:]
		}
		if d.Off() {
			s = "x" + s
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestAG9_OneDateThenFromHereOn(t *testing.T) {
	db, _ := storetest.Open(t)
	e := weekly(t, db, "2026-10-21T20:00", "FREQ=WEEKLY;BYDAY=WE;UNTIL=20261216")
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		return agenda.EditDate(tx, e.ID, wall(t, "2026-11-11T20:00"), agenda.Change{Starts: wall(t, "2026-11-12T20:00")})
	})
	was := get(t, db, e.ID)
	next, ok := was.From(wall(t, "2026-11-25T20:00"))
	if !ok {
		t.Fatal("no such date")
	}
	next.Starts, next.Ends = wall(t, "2026-11-25T20:30"), wall(t, "2026-11-25T22:30")
	next.ID = e.ID
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		return agenda.EditFrom(tx, &next, wall(t, "2026-11-25T20:00"))
	})
	old, fresh := get(t, db, e.ID), get(t, db, next.ID)
	if got := dates(&old); got != "10-21 10-28 11-04 11-11>11-12 11-18" {
		t.Errorf("the old one has %s", got)
	}
	if got := old.Rule.Until.String(); got != "20261118T190000Z" || old.Sequence != was.Sequence+1 {
		t.Errorf("ends %s, sequence %d after %d", got, old.Sequence, was.Sequence)
	}
	if got := dates(&fresh); got != "11-25 12-02 12-09 12-16" || fresh.ID == e.ID || fresh.RelatedTo != e.ID {
		t.Errorf("the new one has %s, related to %q", got, fresh.RelatedTo)
	}
	if want := time.Date(2026, 11, 25, 19, 30, 0, 0, time.UTC); !fresh.StartsAt.Equal(want) {
		t.Errorf("begins %v", fresh.StartsAt)
	}
	body := old.Body()
	want := []any{map[string]any{"recurrenceId": "2026-11-11T20:00", "startDate": "2026-11-12T20:00:00+01:00", "endDate": "2026-11-12T22:00:00+01:00"}}
	if !reflect.DeepEqual(body["recurrence"], want) || body["rrule"] != "FREQ=WEEKLY;UNTIL=20261118T190000Z;BYDAY=WE" {
		t.Errorf("body %v", body)
	}
	if fresh.Body()["relatedTo"] != old.UID() {
		t.Error("calendars are not told what it goes on with")
	}
}

func TestAG9_ACountIsSplit(t *testing.T) {
	db, _ := storetest.Open(t)
	e := weekly(t, db, "2026-09-02T20:00", "FREQ=WEEKLY;BYDAY=WE;COUNT=10", func(e *agenda.Event) {
		e.Without = []calendar.Wall{wall(t, "2026-09-16T20:00"), wall(t, "2026-10-28T20:00")}
	})
	next, _ := e.From(wall(t, "2026-10-14T20:00"))
	next.Title = "Chorale d'hiver"
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.EditFrom(tx, &next, wall(t, "2026-10-14T20:00")) })
	old, fresh := get(t, db, e.ID), get(t, db, next.ID)
	if old.Rule.Count != 6 || dates(&old) != "09-02 09-09 09-23 09-30 10-07" {
		t.Errorf("old: %d, %s", old.Rule.Count, dates(&old))
	}
	if fresh.Rule.Count != 4 || dates(&fresh) != "10-14 10-21 11-04" || fresh.Title != "Chorale d'hiver" || old.Title != "Chorale" {
		t.Errorf("new: %d, %s", fresh.Rule.Count, dates(&fresh))
	}
}

func TestAG9_FromTheFirstDateOnIsAllOfIt(t *testing.T) {
	db, _ := storetest.Open(t)
	e := weekly(t, db, "2026-10-21T20:00", "FREQ=WEEKLY;BYDAY=WE;COUNT=3")
	changed := e
	changed.Title = "Chœur"
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.EditFrom(tx, &changed, e.Starts) })
	if got := get(t, db, e.ID); got.Title != "Chœur" || changed.ID != e.ID {
		t.Errorf("got %+v", got)
	}
	err := db.Update(store.As(t.Context(), lea), func(tx *store.Tx) error {
		return agenda.EditFrom(tx, &changed, wall(t, "2026-10-22T20:00"))
	})
	if store.KindOf(err) != store.NotFound {
		t.Errorf("from a date there is not: %v", err)
	}
}

func TestAllDatesAtAnotherHourKeepWhatWasSaidOfOne(t *testing.T) {
	db, _ := storetest.Open(t)
	e := weekly(t, db, "2026-10-21T20:00", "FREQ=WEEKLY;BYDAY=WE;COUNT=5", func(e *agenda.Event) {
		e.Without = []calendar.Wall{wall(t, "2026-11-04T20:00")}
	})
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		return agenda.CancelDate(tx, e.ID, wall(t, "2026-10-28T20:00"), "Vacances")
	})
	e = get(t, db, e.ID)
	e.Starts, e.Ends = wall(t, "2026-10-21T19:00"), wall(t, "2026-10-21T21:00")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &e) })
	got := get(t, db, e.ID)
	if dates(&got) != "10-21 x10-28 11-11 11-18" || got.Changes[0].Original.Hour != 19 || got.Changes[0].Reason != "Vacances" {
		t.Errorf("%s, %+v", dates(&got), got.Changes)
	}
}

func TestOneDateIsCancelledMovedAndRestored(t *testing.T) {
	db, _ := storetest.Open(t)
	e := weekly(t, db, "2026-11-25T20:00", "FREQ=WEEKLY;BYDAY=WE;COUNT=3")
	second := wall(t, "2026-12-02T20:00")
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		if err := agenda.EditDate(tx, e.ID, second, agenda.Change{Place: "École", Note: "Apporter sa partition"}); err != nil {
			return err
		}
		return agenda.CancelDate(tx, e.ID, second, "Grippe")
	})
	cards := func() []listing.Card {
		var res listing.Result
		storetest.View(t, db, visitor, func(tx *store.Tx) (err error) {
			res, err = listing.Dates(tx, listing.Query{From: storetest.Now})
			return err
		})
		return res.Cards
	}
	if c := cards(); len(c) != 3 || !c[1].Cancelled || c[1].Summary != "École — Grippe — Apporter sa partition" || c[0].Cancelled {
		t.Fatalf("dates listed: %+v", c)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.RestoreDate(tx, e.ID, second) })
	if c := cards(); c[1].Cancelled || c[1].Summary != "École — Apporter sa partition" {
		t.Errorf("restored: %+v", c[1])
	}
	e = get(t, db, e.ID)
	d, ok := e.DateNamed("2026-12-02")
	if on := e.On(d); !ok || on.Place != "École" || !on.StartsAt.Equal(d.At) || on.Off() {
		t.Errorf("on that date: %+v", on)
	}
	for name, c := range map[string]agenda.Change{
		"skipped": {Starts: wall(t, "2027-03-28T02:30")},
		"taken":   {Starts: wall(t, "2026-12-09T20:00")},
		"long":    {Note: strings.Repeat("x", 301)},
		"back":    {Starts: wall(t, "2026-12-03T20:00"), Ends: wall(t, "2026-12-03T19:00")},
	} {
		err := db.Update(store.As(t.Context(), lea), func(tx *store.Tx) error { return agenda.EditDate(tx, e.ID, second, c) })
		if k := store.KindOf(err); k != store.Invalid && k != store.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, who := range []store.Actor{visitor, tom, moderator} {
		err := db.Update(store.As(t.Context(), who), func(tx *store.Tx) error { return agenda.CancelDate(tx, e.ID, second, "") })
		if k := store.KindOf(err); k != store.Forbidden && k != store.Unauthenticated {
			t.Errorf("%q cancelled a date: %v", who.ID, err)
		}
	}
}

func TestCancelledFromHereOnIsShownForAWhile(t *testing.T) {
	db, _ := storetest.Open(t)
	e := weekly(t, db, "2026-10-21T20:00", "FREQ=WEEKLY;BYDAY=WE")
	var rest string
	storetest.Update(t, db, lea, func(tx *store.Tx) (err error) {
		rest, err = agenda.CancelFrom(tx, e.ID, wall(t, "2026-11-25T20:00"), "Plus de chef")
		return err
	})
	old, gone := get(t, db, e.ID), get(t, db, rest)
	if dates(&old) != "10-21 10-28 11-04 11-11 11-18" || old.Off() {
		t.Errorf("what stays: %s", dates(&old))
	}
	last, ok := gone.Last()
	if !gone.IsCancelled() || gone.Reason != "Plus de chef" || !ok || last.After(gone.StartsAt.AddDate(0, 0, 95)) {
		t.Errorf("what is cancelled: %+v, last %v", gone.Status, last)
	}
}

func TestASeriesStartsOnADayOfItsRule(t *testing.T) {
	for _, c := range []struct{ starts, rule, first, until, key string }{
		{"2026-11-02T20:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;UNTIL=20270623", "2026-11-04T20:00", "20270623T215959Z", ""},
		{"2026-11-08T20:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-09T20:00", "", ""}, // not two weeks later
		{"2026-11-02T20:00", "FREQ=MONTHLY;BYDAY=2TU;COUNT=3", "2026-11-10T20:00", "", ""},
		{"2026-03-29T02:30", "FREQ=DAILY", "2026-03-30T02:30", "", ""},
		{"2026-11-02T20:00", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261101", "", "", "err.agenda.until_before"},
		{"2026-11-03T20:00", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261104", "", "", "err.agenda.no_date"},
		{"2026-11-03T20:00", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "", "", "err.agenda.no_date"},
	} {
		e := event(t, "Chorale", c.starts, "")
		e.Rule = rule(t, c.rule)
		err := e.Check()
		if c.key != "" {
			if !strings.Contains(fmt.Sprint(err), c.key) {
				t.Errorf("%s: %v, want %s", c.rule, err, c.key)
			}
			continue
		}
		if err != nil || e.Starts.String() != c.first || e.Rule.Until.String() != c.until {
			t.Errorf("%s: starts %s until %s, %v", c.rule, e.Starts, e.Rule.Until, err)
		}
	}
}

func TestAG10_HolidaysOnTheCardAndInTheBody(t *testing.T) {
	db, clock := storetest.Open(t)
	clock.Set(time.Date(2026, 4, 20, 8, 0, 0, 0, time.UTC))
	e := event(t, "AMAP", "2026-04-24T18:00", "")
	e.Rule = rule(t, "FREQ=WEEKLY;BYDAY=FR;COUNT=5")
	e.Skip.Public = true
	schedule(t, db, lea, &e)
	if got := dates(&e); got != "04-24 x05-01 x05-08 05-15 05-22" {
		t.Errorf("dates %s", got)
	}
	var listed []string
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		res, err := listing.Dates(tx, listing.Query{From: tx.Now})
		for _, c := range res.Cards {
			listed = append(listed, fmt.Sprint(c.StartsAt.Format("01-02 "), c.Cancelled))
		}
		return err
	})
	if want := []string{"04-24 false", "05-01 true", "05-08 true", "05-15 false", "05-22 false"}; !slices.Equal(listed, want) {
		t.Errorf("listed %q", listed)
	}
	if got := e.Body()["exdate"]; !reflect.DeepEqual(got, []any{"2026-05-01T18:00", "2026-05-08T18:00"}) {
		t.Errorf("exdate %v", got)
	}
}

func TestAG17_SchoolHolidaysAreNotListed(t *testing.T) {
	db, _ := storetest.Open(t)
	e := weekly(t, db, "2026-12-16T20:00", "FREQ=WEEKLY;BYDAY=WE;COUNT=4", func(e *agenda.Event) { e.Skip.School = "A" })
	if got := dates(&e); got != "12-16 x12-23 x12-30 01-06" {
		t.Errorf("dates %s", got)
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		res, err := listing.Dates(tx, listing.Query{From: tx.Now})
		if res.Total != 2 {
			t.Errorf("%d dates are listed", res.Total)
		}
		return err
	})
	storetest.Update(t, db, lea, func(tx *store.Tx) error { // a date moved by hand takes place
		return agenda.EditDate(tx, e.ID, wall(t, "2026-12-23T20:00"), agenda.Change{Starts: wall(t, "2026-12-22T18:00")})
	})
	e = get(t, db, e.ID)
	if got := dates(&e); got != "12-16 12-23>12-22 x12-30 01-06" {
		t.Errorf("dates %s", got)
	}
}

func TestASeriesWithoutEndIsListedFurtherEachYear(t *testing.T) {
	db, clock := storetest.Open(t)
	e := weekly(t, db, "2025-01-01T20:00", "FREQ=WEEKLY;BYDAY=WE")
	span := func() (first, last time.Time, version int64) {
		storetest.View(t, db, visitor, func(tx *store.Tx) error {
			list, err := listing.OccasionsOf(tx, e.Ref(), time.Time{}, tx.Now.AddDate(10, 0, 0))
			first, last = list[0].StartsAt, list[len(list)-1].StartsAt
			return err
		})
		return first, last, get(t, db, e.ID).Sequence
	}
	extend := func() { storetest.Update(t, db, visitor, agenda.Jobs[2].Run) }
	extend()
	first, last, sequence := span()
	if last.Year() != 2028 || last.Month() != 12 || first.Before(storetest.Now.AddDate(-1, 0, -1)) {
		t.Errorf("listed from %v to %v", first, last)
	}
	clock.Set(time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC))
	extend()
	if _, later, after := span(); later.Year() != 2029 || after != sequence {
		t.Errorf("listed to %v, sequence %d", later, after)
	}
}

// TestASeriesIsReadAsItWasWritten stores everything a series may have.
func TestASeriesIsReadAsItWasWritten(t *testing.T) {
	db, _ := storetest.Open(t)
	e := weekly(t, db, "2026-10-21T20:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,SA;UNTIL=20270101", func(e *agenda.Event) {
		e.Extra = []calendar.Wall{wall(t, "2026-10-29T18:00"), wall(t, "2026-10-24T10:00")}
		e.Without = []calendar.Wall{wall(t, "2026-11-04T20:00")}
		e.Skip = calendar.Skip{Public: true, Alsace: true, School: "B"}
		e.Changes = []agenda.Change{
			{Original: wall(t, "2026-10-24T20:00"), Starts: wall(t, "2026-10-25T19:00"), Ends: wall(t, "2026-10-25T21:00"), Place: "École", Note: "Tôt"},
			{Original: wall(t, "2026-10-29T18:00"), Cancelled: true, Reason: "Pluie"},
			{Original: wall(t, "2026-10-30T18:00"), Note: "Il n'y a pas de telle date"},
		}
	})
	got := get(t, db, e.ID)
	if !reflect.DeepEqual(got.Repeat, e.Repeat) || len(got.Changes) != 2 {
		t.Errorf("got %+v\nwant %+v", got.Repeat, e.Repeat)
	}
	for name, want := range map[string]string{
		"2026-10-24T10:00": "2026-10-24T10:00", "2026-10-24T20:00": "2026-10-24T20:00", "2026-10-24": "",
		"2026-10-29T18:00": "2026-10-29T18:00", "2026-10-29": "", "2026-10-21": "2026-10-21T20:00",
		"2026-10-25": "2026-10-24T20:00", // moved there
		"2026-11-04": "", "hier": "", "2026-10-29T20:00": "",
	} {
		d, ok := got.DateNamed(name)
		if ok != (want != "") || ok && d.Original.String() != want {
			t.Errorf("named %s: %s, %v", name, d.Original, ok)
		}
		if ok && got.Name(&d) != name && name != "2026-10-25" {
			t.Errorf("%s is called %s", name, got.Name(&d))
		}
	}
}

func TestPlacesGoAlongWithASeries(t *testing.T) {
	db, _ := storetest.Open(t)
	e := weekly(t, db, "2026-11-25T20:00", "FREQ=WEEKLY;BYDAY=WE;COUNT=6")
	first, third := wall(t, "2026-11-25T20:00"), wall(t, "2026-12-09T20:00")
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		return agenda.SetRoll(tx, agenda.Roll{EventID: e.ID, Capacity: 2, Most: 2})
	})
	join := func(date calendar.Wall) error {
		return db.Update(store.As(t.Context(), tom), func(tx *store.Tx) error {
			_, err := agenda.Join(tx, &agenda.Participation{EventID: e.ID, Date: date, Persons: 1})
			return err
		})
	}
	for _, date := range []calendar.Wall{first, third} {
		if err := join(date); err != nil {
			t.Fatal(err)
		}
	}
	for _, date := range []calendar.Wall{{}, wall(t, "2026-11-26T20:00")} {
		if err := join(date); store.KindOf(err) != store.NotFound {
			t.Errorf("joined %q: %v", date, err)
		}
	}
	next, _ := e.From(wall(t, "2026-12-02T20:00"))
	next.ID, next.Starts, next.Ends = e.ID, wall(t, "2026-12-02T19:00"), wall(t, "2026-12-02T21:00")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.EditFrom(tx, &next, wall(t, "2026-12-02T20:00")) })
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		_, old, err := agenda.Mine(tx, e.ID, first)
		_, fresh, err2 := agenda.Mine(tx, next.ID, wall(t, "2026-12-09T19:00"))
		if !old || !fresh {
			t.Errorf("places: %v, %v", old, fresh)
		}
		if err == nil {
			err = err2
		}
		return err
	})
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.CancelDate(tx, e.ID, first, "") })
	if err := join(first); store.KindOf(err) != store.Conflict {
		t.Errorf("joined a cancelled date: %v", err)
	}
}

func TestManyChangesOfALongCountCostLittle(t *testing.T) {
	e := event(t, "Chorale", "2026-01-01T20:00", "2026-01-01T22:00")
	e.Rule = rule(t, "FREQ=DAILY;COUNT=10000")
	for i := range 400 {
		e.Changes = append(e.Changes, agenda.Change{Original: e.Starts.AddDays(20 * i), Note: "x"})
	}
	begun := time.Now()
	if err := e.Check(); err != nil || len(e.Changes) != 400 {
		t.Fatal(err, len(e.Changes))
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("took %v", took)
	}
}
