package calendar_test

import (
	"fmt"
	"testing"

	"copi.local/store/calendar"
)

// TestAG2_HoursASpringNightSkips of a rule are named, and no others.
func TestAG2_HoursASpringNightSkips(t *testing.T) {
	for _, c := range []struct{ starts, rule, zone, want string }{
		{"2026-03-27T02:30", "FREQ=DAILY", "Europe/Paris", "[2026-03-29T02:30 2027-03-28T02:30 2028-03-26T02:30]"},
		{"2026-03-27T02:30", "FREQ=WEEKLY;BYDAY=FR", "Europe/Paris", "[]"},
		{"2026-03-01T02:30", "FREQ=MONTHLY;BYDAY=-1SU", "Europe/Paris", "[2026-03-29T02:30 2027-03-28T02:30 2028-03-26T02:30]"},
		{"2026-03-27T03:00", "FREQ=DAILY", "Europe/Paris", "[]"},
		{"2026-01-01T02:00", "FREQ=DAILY", "America/Miquelon", "[2026-03-08T02:00 2027-03-14T02:00 2028-03-12T02:00]"},
		{"2026-01-01T02:30", "FREQ=DAILY", "America/Cayenne", "[]"},
	} {
		rule, err := calendar.ParseRule(c.rule)
		if err != nil {
			t.Fatal(err)
		}
		w, err := calendar.ParseWall(c.starts)
		if err != nil {
			t.Fatal(err)
		}
		s := calendar.Series{Starts: w, Zone: c.zone, Rule: rule}
		if got := fmt.Sprint(s.Skipped(day("2026-01-01"), day("2028-12-31"))); got != c.want {
			t.Errorf("%s %s in %s: %s, want %s", c.starts, c.rule, c.zone, got, c.want)
		}
	}
}
