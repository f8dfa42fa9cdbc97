package booking

import (
	"time"

	"copi.local/store/calendar"
)

// Within is the part of s inside o; a zero span when there is none.
func (s Span) Within(o Span) Span {
	if !s.Overlaps(o) {
		return Span{}
	}
	if s.From.Before(o.From) {
		s.From = o.From
	}
	if o.Until.Before(s.Until) {
		s.Until = o.Until
	}
	return s
}

// onWall is how long it lasts by the clock on the wall, as shops count days.
func (s Span) onWall(zone *time.Location) time.Duration {
	return asUTC(s.Until.In(zone)).Sub(asUTC(s.From.In(zone)))
}

func asUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// laterOnWall is so long later by the clock on the wall.
func laterOnWall(t time.Time, d time.Duration, zone *time.Location) time.Time {
	return wallInstant(calendar.WallOf(t.In(zone)).Later(d), zone)
}

// wallInstant is the instant of a moment on the wall; the first of two equal
// hours, and the hour after for one that the clock skips.
func wallInstant(w calendar.Wall, zone *time.Location) time.Time {
	t, proposed, ok := w.In(zone, false)
	if !ok {
		t, _, _ = proposed.In(zone, false)
	}
	return t
}

// DaysBetween counts the midnights of a zone from one instant to a later one;
// negative when it is earlier.
func DaysBetween(from, to time.Time, zone *time.Location) int {
	day := func(t time.Time) time.Time { return asUTC(t.In(zone)).Truncate(24 * time.Hour) }
	return int(day(to).Sub(day(from)) / (24 * time.Hour))
}
