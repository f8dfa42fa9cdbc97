// Package calendar tells time as a village does: moments on the clock of the
// church, rules by which things repeat, public and school holidays of France.
// It knows no module and no database.
package calendar

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Wall is a moment as a clock on the wall shows it. It names an instant only
// together with a zone, and in two nights of the year not even then: an hour
// is skipped in spring and comes twice in autumn.
type Wall struct {
	Year         int
	Month        time.Month
	Day          int
	Hour, Minute int
}

const wallLayout = "2006-01-02T15:04"

// WallOf is what a clock in t's location shows.
func WallOf(t time.Time) Wall {
	return Wall{t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute()}
}

// ParseWall reads what String wrote.
func ParseWall(s string) (Wall, error) {
	t, err := time.Parse(wallLayout, s)
	return WallOf(t), err
}

// String is "2026-03-14T20:00"; empty for the zero Wall.
func (w Wall) String() string {
	if w == (Wall{}) {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d", w.Year, w.Month, w.Day, w.Hour, w.Minute)
}

// Date is the day alone, "2026-03-14".
func (w Wall) Date() string {
	return fmt.Sprintf("%04d-%02d-%02d", w.Year, w.Month, w.Day)
}

// IsZero tells whether no moment was given.
func (w Wall) IsZero() bool { return w == Wall{} }

// Midnight is the beginning of the day.
func (w Wall) Midnight() Wall { w.Hour, w.Minute = 0, 0; return w }

// AddDays is so many days later at the same hour.
func (w Wall) AddDays(n int) Wall {
	t := w.utc().AddDate(0, 0, n)
	return WallOf(t)
}

// Before compares on the wall, whatever the zone.
func (w Wall) Before(v Wall) bool { return w.utc().Before(v.utc()) }

func (w Wall) utc() time.Time {
	return time.Date(w.Year, w.Month, w.Day, w.Hour, w.Minute, 0, 0, time.UTC)
}

// zones keeps locations once read: the files of all zones are long.
var zones sync.Map // name to *time.Location

// Location is the zone of an IANA name, always the same for the same name. It
// fails for a name there is not, and for the machine's own "Local".
func Location(name string) (*time.Location, error) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	if name == "" || name == "Local" {
		return nil, errors.New("no zone of its own: " + name)
	}
	kept, _ := zones.LoadOrStore(name, zone)
	return kept.(*time.Location), nil
}

// In is the instant in a zone. In the hour that comes twice it is the first
// one, or the second when later. A moment the clock skips fails with the
// moment an hour later on the wall as proposed.
func (w Wall) In(zone *time.Location, later bool) (t time.Time, proposed Wall, ok bool) {
	t = time.Date(w.Year, w.Month, w.Day, w.Hour, w.Minute, 0, 0, zone)
	if WallOf(t) != w {
		return time.Time{}, WallOf(w.utc().Add(time.Hour)), false
	}
	first, second := t, t
	if before := t.Add(-time.Hour); WallOf(before) == w {
		first = before
	} else if after := t.Add(time.Hour); WallOf(after) == w {
		second = after
	}
	if later {
		return second, Wall{}, true
	}
	return first, Wall{}, true
}

// Twice tells whether the moment comes twice in a zone.
func (w Wall) Twice(zone *time.Location) bool {
	first, _, ok := w.In(zone, false)
	second, _, _ := w.In(zone, true)
	return ok && !first.Equal(second)
}

// Since is how much later than v it is, on the wall.
func (w Wall) Since(v Wall) time.Duration { return w.utc().Sub(v.utc()) }

// Later is so long later on the wall.
func (w Wall) Later(d time.Duration) Wall { return WallOf(w.utc().Add(d)) }
