package booking_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/booking"
	"copi.local/store/calendar"
	"copi.local/store/storetest"
)

// zoneC is the table of zone C for 2026-27, as the case has it: the real one is
// data that changes.
const zoneC = `year;holiday;zone;first_day;back_to_school;status
2026-2027;toussaint;C;2026-10-17;2026-11-02;published
2026-2027;noel;C;2026-12-19;2027-01-04;published
2026-2027;hiver;C;2027-02-06;2027-02-22;published
2026-2027;printemps;C;2027-04-03;2027-04-19;published
2026-2027;ete;C;2027-07-03;;published
`

// wednesdays is the request of SA-5, asked for in August.
func wednesdays(t *testing.T) (*store.DB, *storetest.Clock, booking.Resource, booking.Booking, booking.Repeat) {
	t.Helper()
	if err := calendar.UseSchoolHolidays(strings.NewReader(zoneC)); err != nil {
		t.Fatal(err)
	}
	db, clock := storetest.Open(t)
	clock.Set(time.Date(2026, 8, 20, 9, 0, 0, 0, time.UTC))
	r := room(t, db, func(r *booking.Resource) { r.Validated = true })
	b := request(t, r, "2026-09-02T20:00", "2026-09-02T22:00")
	b.Publish = true
	rule := calendar.Rule{Freq: calendar.Weekly, Every: 1, Until: calendar.EndOn(wall(t, "2027-06-23T00:00"))}
	return db, clock, r, b, booking.Repeat{Rule: rule, Skip: calendar.Skip{School: "C"}}
}

func TestSA5_ASeriesIsFiledButForWhatIsTaken(t *testing.T) {
	for _, c := range []struct {
		public bool // 11 November is left out
		filed  int
	}{{false, 34}, {true, 33}} {
		db, _, r, b, repeat := wednesdays(t)
		repeat.Skip.Public = c.public
		other := request(t, r, "2026-10-14T19:00", "2026-10-14T21:00")
		ask(t, db, tom, &other)
		var s booking.Series
		var all []booking.Planned
		storetest.Update(t, db, lea, func(tx *store.Tx) error {
			planned, err := booking.PlanSeries(tx, b, repeat)
			if err != nil {
				return err
			}
			if s, all, err = booking.RequestSeries(tx, &b, repeat, booking.Way{}); err != nil {
				return err
			}
			for i := range all {
				if planned[i].Free() != all[i].Free() {
					t.Errorf("%s was foreseen otherwise", all[i].Starts)
				}
			}
			return nil
		})
		var struck, taken []string
		for _, p := range all {
			switch {
			case p.Struck != "":
				struck = append(struck, p.Starts.Date())
			case p.Fault != nil:
				taken = append(taken, p.Starts.Date())
				if got := proposed(t, p.Fault); got != "2026-10-14T21:00" {
					t.Errorf("instead of the date that is taken: %s", got)
				}
			}
		}
		holidays := []string{"2026-10-21", "2026-10-28", "2026-12-23", "2026-12-30", "2027-02-10", "2027-02-17", "2027-04-07", "2027-04-14"}
		if c.public {
			holidays = slices.Insert(holidays, 2, "2026-11-11")
		}
		if len(all) != 43 || len(s.Bookings) != c.filed || !slices.Equal(struck, holidays) || !slices.Equal(taken, []string{"2026-10-14"}) {
			t.Fatalf("%d dates, %d filed, struck %v, taken %v", len(all), len(s.Bookings), struck, taken)
		}
		if find(t, db, other.ID).State != booking.Asked {
			t.Error("something was overwritten")
		}
		for _, one := range s.Bookings {
			if one.State != booking.Asked {
				t.Errorf("%s is %s", one.Starts, one.State)
			}
		}
		storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.ApproveSeries(tx, s.ID) })
		seriesEvent(t, db, s.ID, c.filed)
	}
}

// seriesEvent checks that one event has every date that was granted.
func seriesEvent(t *testing.T, db *store.DB, id string, filed int) {
	t.Helper()
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		s, err := booking.FindSeries(tx, id)
		if err != nil {
			return err
		}
		e, err := agenda.Own(tx, s.Bookings[0].EventID)
		if err != nil {
			return err
		}
		dates := map[calendar.Wall]bool{}
		for _, d := range e.Dates(s.Bookings[0].StartsAt, s.Bookings[len(s.Bookings)-1].EndsAt) {
			if !d.Off() {
				dates[d.Original] = true
			}
		}
		for _, b := range s.Bookings {
			if b.State != booking.Approved || b.EventID != e.ID || !dates[b.EventDate] {
				t.Errorf("%s: %s, event %s", b.Starts, b.State, b.EventID)
			}
		}
		if len(dates) != filed {
			t.Errorf("the event has %d dates, want %d", len(dates), filed)
		}
		return nil
	})
}

func TestSA6_OneDateMovesAndTheRestEnds(t *testing.T) {
	db, clock, r, b, repeat := wednesdays(t)
	var s booking.Series
	storetest.Update(t, db, lea, func(tx *store.Tx) (err error) {
		s, _, err = booking.RequestSeries(tx, &b, repeat, booking.Way{})
		return err
	})
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.ApproveSeries(tx, s.ID) })
	clock.Set(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	moved, from := s.Bookings[11], s.Bookings[13]
	to := slot(t, r, "2026-12-03T20:00", "2026-12-03T22:00")
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Move(tx, moved.ID, to, true, "") })
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.CancelFrom(tx, from.ID, "", true) })
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		now, err := booking.FindSeries(tx, s.ID)
		if err != nil {
			return err
		}
		e, err := agenda.Own(tx, now.Bookings[0].EventID)
		if err != nil {
			return err
		}
		for i, one := range now.Bookings {
			was := s.Bookings[i]
			switch {
			case one.ID == moved.ID:
				if one.Starts != to.Starts || one.State != booking.Approved {
					t.Errorf("the date to move is %s, %s", one.Starts, one.State)
				}
			case one.Starts != was.Starts:
				t.Errorf("%s became %s", was.Starts, one.Starts)
			case (one.State == booking.Cancelled) != !one.StartsAt.Before(from.StartsAt):
				t.Errorf("%s is %s", one.Starts, one.State)
			}
			d, ok := e.Date(one.EventDate)
			if !ok || d.Off() != (one.State == booking.Cancelled) || d.Starts != one.Starts {
				t.Errorf("the event on %s: %+v", one.EventDate, d)
			}
		}
		return nil
	})
}

func TestASeriesMustEnd(t *testing.T) {
	db, _, _, b, repeat := wednesdays(t)
	for name, change := range map[string]func(*booking.Repeat){
		"no end":     func(r *booking.Repeat) { r.Rule.Until = calendar.End{} },
		"no rule":    func(r *booking.Repeat) { r.Rule = calendar.Rule{} },
		"too many":   func(r *booking.Repeat) { r.Rule.Freq = calendar.Daily },
		"ends first": func(r *booking.Repeat) { r.Rule.Until = calendar.EndOn(wall(t, "2026-09-01T00:00")) },
	} {
		bad := repeat
		change(&bad)
		err := db.Update(store.As(t.Context(), lea), func(tx *store.Tx) error {
			_, _, err := booking.RequestSeries(tx, &b, bad, booking.Way{})
			return err
		})
		if store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
