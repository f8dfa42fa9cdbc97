package calendar_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"copi.local/store/calendar"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func day(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestObservances of the zones of French villages, of one that counts days of
// the month, and of one that follows the moon.
func TestObservances(t *testing.T) {
	for _, c := range []struct{ zone, from, to, want string }{
		{"Europe/Paris", "2026-01-15", "2028-12-31", `
			2025-10-26T03:00 2h0m0s→1h0m0s CET FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
			2026-03-29T02:00 1h0m0s→2h0m0s CEST☼ FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU`},
		{"Europe/Paris", "1995-06-01", "1995-12-31", `
			1995-03-26T02:00 1h0m0s→2h0m0s CEST☼ FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
			1995-09-24T03:00 2h0m0s→1h0m0s CET
			1996-10-27T03:00 2h0m0s→1h0m0s CET FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU`},
		{"America/Cayenne", "2026-01-01", "2028-12-31", `1967-10-01T00:00 -4h0m0s→-3h0m0s -03`},
		{"America/Miquelon", "2026-01-15", "2028-12-31", `
			2025-11-02T02:00 -2h0m0s→-3h0m0s -03 FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
			2026-03-08T02:00 -3h0m0s→-2h0m0s -02☼ FREQ=YEARLY;BYMONTH=3;BYDAY=2SU`},
		{"UTC", "2026-01-15", "2028-12-31", `1970-01-01T00:00 0s→0s UTC`},
		{"America/Santiago", "2026-05-01", "2026-12-31", `
			2026-04-05T00:00 -3h0m0s→-4h0m0s -04 FREQ=YEARLY;BYMONTH=4;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8
			2026-09-06T00:00 -4h0m0s→-3h0m0s -03☼ FREQ=YEARLY;BYMONTH=9;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8`},
	} {
		var got []string
		for _, o := range calendar.Observances(zone(t, c.zone), day(c.from), day(c.to)) {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%v %v→%v %s%s %s", o.Onset, o.From, o.To, o.Name, map[bool]string{true: "☼"}[o.Summer], o.Rule)))
		}
		want := strings.ReplaceAll(strings.TrimSpace(c.want), "\t", "")
		if g := strings.Join(got, "\n"); g != want {
			t.Errorf("%s from %s:\n%s\nwant\n%s", c.zone, c.from, g, want)
		}
	}
}

// TestObservancesTellEveryHour: read as RFC 5545 says (the latest onset before
// a moment on the wall), they give the zone's own offsets, a rule followed for
// some years beyond.
func TestObservancesTellEveryHour(t *testing.T) {
	for _, name := range []string{
		"Europe/Paris", "America/Cayenne", "America/Miquelon", "Indian/Reunion", "Pacific/Noumea", "Africa/Casablanca", "Europe/Dublin",
		"Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago", "Asia/Gaza",
	} {
		z := zone(t, name)
		from, to := day("2024-07-01"), day("2031-03-01")
		list := calendar.Observances(z, from, to)
		for at := from; at.Before(to); at = at.Add(11 * time.Hour) {
			_, want := at.In(z).Zone()
			if got := offsetAt(t, list, at); got != want {
				t.Errorf("%s at %v: %d, want %d\n%v", name, at, got, want, list)
				break
			}
		}
	}
}

// offsetAt is the offset observances give an instant, in seconds.
func offsetAt(t *testing.T, list []calendar.Observance, at time.Time) int {
	t.Helper()
	var best time.Time
	offset := 0
	for _, o := range list {
		for year := o.Onset.Year; year <= at.Year()+1; year++ {
			w, ok := onsetIn(o, year)
			if !ok {
				continue
			}
			begins := time.Date(w.Year, w.Month, w.Day, w.Hour, w.Minute, 0, 0, time.UTC).Add(-o.From)
			if !begins.After(at) && !begins.Before(best) {
				best, offset = begins, int(o.To.Seconds())
			}
		}
	}
	return offset
}

// onsetIn is when an observance begins in a year.
func onsetIn(o calendar.Observance, year int) (calendar.Wall, bool) {
	if o.Rule == "" || year == o.Onset.Year {
		return o.Onset, year == o.Onset.Year
	}
	_, by, _ := strings.Cut(o.Rule, "BYDAY=")
	by, days, counted := strings.Cut(by, ";BYMONTHDAY=")
	w := calendar.Wall{Year: year, Month: o.Onset.Month, Day: 1, Hour: o.Onset.Hour, Minute: o.Onset.Minute}
	first := time.Date(o.Onset.Year, o.Onset.Month, o.Onset.Day, 0, 0, 0, 0, time.UTC).Weekday()
	var hits []calendar.Wall
	for ; w.Month == o.Onset.Month; w = w.AddDays(1) {
		if time.Date(w.Year, w.Month, w.Day, 0, 0, 0, 0, time.UTC).Weekday() == first && (!counted || strings.Contains(","+days+",", fmt.Sprintf(",%d,", w.Day))) {
			hits = append(hits, w)
		}
	}
	switch {
	case counted:
		return hits[0], true
	case strings.HasPrefix(by, "-1"):
		return hits[len(hits)-1], true
	}
	return hits[by[0]-'1'], true
}
