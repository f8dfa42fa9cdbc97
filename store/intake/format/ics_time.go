package format

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"copi.local/store/calendar"
)

// stamp is a moment as a calendar writes it: on the clock of a zone, or a day.
type stamp struct {
	wall calendar.Wall
	zone *time.Location
	day  bool // a day alone
	utc  bool
}

// at is the instant. In the hour that comes twice it is the first one; an hour
// that a spring night skips is read as the one after it (AG-2).
func (s stamp) at() time.Time {
	t, later, ok := s.wall.In(s.zone, false)
	if !ok {
		t, _, _ = later.In(s.zone, false)
	}
	return t
}

// in is the moment on the clock of a zone. A day is the same day everywhere.
func (s stamp) in(zone *time.Location) calendar.Wall {
	if s.day {
		return s.wall
	}
	return calendar.WallOf(s.at().In(zone))
}

// stamp reads a moment: a day, a time of UTC, or a time in the zone it names;
// without one in the calendar's.
func (z *zones) stamp(p property, value string) (s stamp, ok bool) {
	value = strings.TrimSpace(value)
	s.zone = z.home
	layout := "20060102T150405"
	switch {
	case len(value) == len("20060102"):
		layout, s.day = "20060102", true
	case strings.HasSuffix(value, "Z"):
		s.zone, s.utc, value = time.UTC, true, strings.TrimSuffix(value, "Z")
	default:
		s.zone = z.named(param(p.raw, "TZID"))
	}
	t, err := time.Parse(layout, value)
	s.wall = calendar.WallOf(t)
	return s, err == nil && t.Year() > 0
}

// times works out when an event takes place, and on which dates it does again.
func (z *zones) times(e *event, change bool) (reason, detail string) {
	var ok bool
	if change {
		if e.which, ok = z.stamp(e.change, e.change.value); !ok {
			return BadDate, e.change.value
		}
		if strings.Contains(e.change.params, "RANGE=THISANDFUTURE") {
			return FromHere, e.change.value
		}
		if e.start.value == "" && e.rec.Cancelled {
			e.start = e.change
		}
	}
	if e.start.value == "" {
		return NoDate, ""
	}
	begin, ok := z.stamp(e.start, e.start.value)
	if !ok {
		return BadDate, e.start.value
	}
	zone := begin.zone
	if begin.utc && len(e.rules) == 0 { // a rule of UTC stays there: its hours change in summer
		zone = z.home
	}
	e.begins = stamp{wall: begin.in(zone), zone: zone, day: begin.day}
	e.rec.Starts, e.rec.Zone, e.rec.AllDay = e.begins.wall.String(), zone.String(), begin.day
	e.rec.Winter = !begin.day && begin.at().After(e.begins.at())
	if reason, detail = z.ends(e); reason != "" || change {
		return reason, detail
	}
	return z.repeats(e)
}

// ends works out the end of an event.
func (z *zones) ends(e *event) (reason, detail string) {
	begin := e.begins
	if e.end.value != "" {
		end, ok := z.stamp(e.end, e.end.value)
		if !ok {
			return BadDate, e.end.value
		}
		if ends := end.in(begin.zone); !begin.day || begin.wall.Before(ends) { // some write one day as no days
			e.rec.Ends = ends.String()
		}
		return "", ""
	}
	days, hours, ok := duration(e.lasts)
	switch {
	case !ok || days == 0 && hours == 0:
	case begin.day:
		e.rec.Ends = begin.wall.AddDays(max(1, days+int(hours.Hours())/24)).String()
	default:
		e.rec.Ends = calendar.WallOf(begin.at().In(begin.zone).AddDate(0, 0, days).Add(hours)).String()
	}
	return "", ""
}

// maxDates bounds the dates that are written one by one for an event.
const maxDates = 3000

// repeats reads the rule and the dates added and taken out.
func (z *zones) repeats(e *event) (reason, detail string) {
	if len(e.rules) > 1 {
		return BadRule, strings.Join(e.rules, " ")
	}
	for _, text := range e.rules {
		rule, err := calendar.ParseRule(text)
		switch {
		case errors.Is(err, calendar.ErrTooFine):
			return Often, text
		case errors.Is(err, calendar.ErrTooMuch):
			return Boundless, text
		case err != nil:
			return BadRule, text
		}
		e.rec.Rule = rule.String()
	}
	if e.rec.Extra, detail = z.dates(e.extra, e.begins); detail == "" {
		e.rec.Without, detail = z.dates(e.taken, e.begins)
	}
	switch {
	case detail != "":
		return BadDate, detail
	case len(e.rec.Extra)+len(e.rec.Without) > maxDates:
		return Boundless, e.rec.Name
	}
	return "", ""
}

// dates reads lists of moments as dates of an event; bad is one that is none.
func (z *zones) dates(list []property, begin stamp) (dates []string, bad string) {
	for _, p := range list {
		for value := range strings.SplitSeq(p.value, ",") {
			value, _, _ = strings.Cut(value, "/") // of a period, the beginning
			if strings.TrimSpace(value) == "" {
				continue
			}
			s, ok := z.stamp(p, value)
			if !ok {
				return nil, value
			}
			if dates = append(dates, s.date(begin)); len(dates) > maxDates {
				return dates, ""
			}
		}
	}
	return dates, ""
}

// date is the moment as a date of a series that begins so: of a day alone at
// the series' hour, of a series of days without one.
func (s stamp) date(begin stamp) string {
	w := s.in(begin.zone)
	switch {
	case begin.day:
		w = w.Midnight()
	case s.day:
		w.Hour, w.Minute = begin.wall.Hour, begin.wall.Minute
	}
	return w.String()
}

// param is the value of a parameter of a property, its name in any case.
func param(params, name string) string {
	for p := range strings.SplitSeq(params, ";") {
		if n, v, ok := strings.Cut(p, "="); ok && strings.EqualFold(strings.TrimSpace(n), name) {
			return strings.Trim(v, `"`)
		}
	}
	return ""
}

var durationForm = regexp.MustCompile(`^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$`)

// duration reads P1DT2H30M.
func duration(s string) (days int, rest time.Duration, ok bool) {
	m := durationForm.FindStringSubmatch(strings.ToUpper(s))
	if m == nil {
		return 0, 0, false
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v } // digits, or nothing: 0
	return 7*n(1) + n(2), time.Duration(n(3))*time.Hour + time.Duration(n(4))*time.Minute + time.Duration(n(5))*time.Second, true
}
