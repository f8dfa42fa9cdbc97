package ui

import (
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a gokrazy box has no zone files
)

// nbsp keeps "18 h 30", "14 mars" and amounts on one line.
const nbsp = "\u00a0"

// dateWords is how a language writes dates.
type dateWords struct {
	days, months [12]string // Sunday first; days uses seven
	day          func(w *dateWords, t time.Time, weekday, year bool) string
	hour         func(t time.Time) string
	at           string // between day and hour
}

var french = &dateWords{
	days:   [12]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	day: func(w *dateWords, t time.Time, weekday, year bool) string {
		n := strconv.Itoa(t.Day())
		if t.Day() == 1 {
			n = "1er"
		}
		return joinDay(w, t, weekday, n+nbsp+w.months[t.Month()-1], year)
	},
	hour: func(t time.Time) string {
		if t.Minute() == 0 {
			return strconv.Itoa(t.Hour()) + nbsp + "h"
		}
		return strconv.Itoa(t.Hour()) + nbsp + "h" + nbsp + t.Format("04")
	},
	at: " à ",
}

var english = &dateWords{
	days:   [12]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	day: func(w *dateWords, t time.Time, weekday, year bool) string {
		return joinDay(w, t, weekday, strconv.Itoa(t.Day())+nbsp+w.months[t.Month()-1], year)
	},
	hour: func(t time.Time) string {
		if t.Minute() == 0 {
			return t.Format("3") + nbsp + t.Format("pm")
		}
		return t.Format("3:04") + nbsp + t.Format("pm")
	},
	at: " at ",
}

func joinDay(w *dateWords, t time.Time, weekday bool, day string, year bool) string {
	if weekday {
		day = w.days[t.Weekday()] + " " + day
	}
	if year {
		day += nbsp + strconv.Itoa(t.Year())
	}
	return day
}

// datesOf is how lang writes dates: French unless we know better.
func datesOf(lang string) *dateWords {
	if lang == "en" {
		return english
	}
	return french
}

// local is t on the village's clocks.
func (s *localizer) local(t time.Time) time.Time { return t.In(s.zone) }

// Now is the instant of the page.
func (s *localizer) Now() time.Time { return s.local(s.now) }

// Day is "samedi 14 mars", with the year when it is not this one.
func (s *localizer) Day(t time.Time) string {
	t = s.local(t)
	return s.dates.day(s.dates, t, true, t.Year() != s.Now().Year())
}

// ShortDay is "14 mars", with the year when it is not this one.
func (s *localizer) ShortDay(t time.Time) string {
	t = s.local(t)
	return s.dates.day(s.dates, t, false, t.Year() != s.Now().Year())
}

// NearDay is "aujourd’hui", "demain", "hier", or the day.
func (s *localizer) NearDay(t time.Time) string {
	switch daysBetween(s.Now(), s.local(t)) {
	case 0:
		return s.T("ui.date.today")
	case 1:
		return s.T("ui.date.tomorrow")
	case -1:
		return s.T("ui.date.yesterday")
	default:
		return s.Day(t)
	}
}

// Weekday is "samedi".
func (s *localizer) Weekday(t time.Time) string { return s.dates.days[s.local(t).Weekday()] }

// Month is "mars".
func (s *localizer) Month(t time.Time) string { return s.dates.months[s.local(t).Month()-1] }

// MonthDay is the day's number in its month, "1er" in French for the first.
func (s *speech) MonthDay(t time.Time) string {
	n, _, _ := strings.Cut(s.dates.day(s.dates, s.local(t), false, false), nbsp)
	return n
}

// Hour is "18 h 30".
func (s *localizer) Hour(t time.Time) string { return s.dates.hour(s.local(t)) }

// DayTime is "samedi 14 mars à 20 h".
func (s *localizer) DayTime(t time.Time) string { return s.Day(t) + s.dates.at + s.Hour(t) }

// WholeTime is "samedi 14 mars 2026 à 20 h": with the year, where it is in
// doubt.
func (s *localizer) WholeTime(t time.Time) string {
	return s.dates.day(s.dates, s.local(t), true, true) + s.dates.at + s.Hour(t)
}

// When is the span of something that happens: "samedi 14 mars à 20 h", "samedi
// 14 mars, de 20 h à 23 h", "du samedi 14 mars au dimanche 15 mars". end may
// be zero; with allDay the hours are left out and end is the last day.
func (s *localizer) When(start, end time.Time, allDay bool) string {
	from := s.NearDay(start)
	sameDay := end.IsZero() || daysBetween(s.local(start), s.local(end)) == 0
	switch {
	case allDay && sameDay:
		return from
	case allDay:
		return s.T("ui.date.range", "from", s.Day(start), "to", s.Day(end))
	case end.IsZero() || !end.After(start):
		return from + s.dates.at + s.Hour(start)
	case sameDay || end.Sub(start) < 12*time.Hour: // a ball that ends after midnight is one evening
		return s.T("ui.date.hours", "day", from, "from", s.Hour(start), "to", s.Hour(end))
	default:
		return s.T("ui.date.range", "from", s.DayTime(start), "to", s.DayTime(end))
	}
}

// Ago is how many days ago t was: "aujourd’hui", "hier", "il y a 3 jours". It
// changes at midnight only, so it may stand on a cached page.
func (s *localizer) Ago(t time.Time) string {
	days := daysBetween(s.local(t), s.Now())
	switch {
	case days <= 0:
		return s.T("ui.date.today")
	case days == 1:
		return s.T("ui.date.yesterday")
	case days < 14:
		return s.T("ui.ago.days", "n", days)
	case days < 61:
		return s.T("ui.ago.weeks", "n", days/7)
	case days < 730:
		return s.T("ui.ago.months", "n", days*12/365)
	default:
		return s.T("ui.ago.years", "n", days/365)
	}
}

// Since is how long ago t was, down to minutes; for pages that are not cached.
func (s *localizer) Since(t time.Time) string {
	d := s.now.Sub(t)
	switch {
	case d < time.Minute:
		return s.T("ui.ago.now")
	case d < time.Hour:
		return s.T("ui.ago.minutes", "n", int(d/time.Minute))
	case d < 24*time.Hour:
		return s.T("ui.ago.hours", "n", int(d/time.Hour))
	default:
		return s.Ago(t)
	}
}

// Machine is t for the datetime attribute of a time element.
func (s *localizer) Machine(t time.Time) string { return s.local(t).Format(time.RFC3339) }

// daysBetween counts midnights from a to b, which are in one zone.
func daysBetween(a, b time.Time) int {
	day := func(t time.Time) int64 {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
	}
	return int(day(b) - day(a))
}

// midnight is when the next day begins in the zone.
func midnight(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone)
}
