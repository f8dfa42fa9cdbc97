package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// sentenceOf is how an event repeats, in words: "Chaque mercredi à 20 h,
// jusqu’au 23 juin 2027, sauf vacances de la zone C".
func (s *speech) sentenceOf(e *agenda.Event) string {
	words := s.ruleWords(e.Rule, e.Starts)
	if !e.AllDay {
		words += s.dates.at + s.dates.hour(clockOf(e.Starts))
	}
	parts := []string{words}
	switch end := e.Rule.Until; {
	case e.Rule.Count > 0:
		parts = append(parts, s.T("series.times", "n", e.Rule.Count))
	case !end.IsZero():
		parts = append(parts, s.T("series.until", "date", s.wholeDay(lastDay(e))))
	}
	if except := s.exceptions(e.Skip); except != "" {
		parts = append(parts, except)
	}
	return strings.Join(parts, ", ")
}

// repeatsHow is how a card repeats as its body says, in words; empty when it
// says none.
func (s *speech) repeatsHow(body listing.Body) string {
	name, _ := body["tzid"].(string)
	zone, err := calendar.Location(name)
	if err != nil {
		return ""
	}
	t, ok := readSeries(body, zone)
	if !ok || t.Rule.IsZero() {
		return ""
	}
	return s.sentenceOf(&agenda.Event{Starts: t.Starts, Zone: name, AllDay: t.AllDay, Repeat: agenda.Repeat{Rule: t.Rule}})
}

// clockOf is a moment on the wall as a time, in no zone.
func clockOf(w calendar.Wall) time.Time {
	return time.Date(w.Year, w.Month, w.Day, w.Hour, w.Minute, 0, 0, time.UTC)
}

// lastDay is the day a rule ends with, on the wall of its event.
func lastDay(e *agenda.Event) calendar.Wall {
	end := e.Rule.Until
	if !end.Local {
		if zone, err := calendar.Location(e.Zone); err == nil {
			return calendar.WallOf(end.At.In(zone)).Midnight()
		}
	}
	return calendar.WallOf(end.At).Midnight()
}

// wholeDay is "23 juin 2027".
func (s *speech) wholeDay(w calendar.Wall) string {
	return s.dates.day(s.dates, clockOf(w), false, true)
}

// ruleWords is a rule without its hour and end.
func (s *speech) ruleWords(r calendar.Rule, starts calendar.Wall) string {
	switch {
	case r.IsZero():
		return s.T("series.rule.dates")
	case len(r.Positions)+len(r.Weeks)+len(r.YearDays) > 0:
		return s.T("series.rule.own")
	case r.Freq == calendar.Daily && len(r.Months)+len(r.MonthDays)+len(r.Days) == 0:
		return s.T("series.rule.daily", "n", r.Every)
	case r.Freq == calendar.Weekly && len(r.Months) == 0:
		return s.weeklyWords(r, starts)
	case r.Freq == calendar.Monthly && len(r.Months) == 0:
		return s.T("series.rule.monthly", "n", r.Every, "days", s.inMonth(r, starts))
	case r.Freq == calendar.Yearly:
		return s.yearlyWords(r, starts)
	}
	return s.T("series.rule.own")
}

func (s *speech) weeklyWords(r calendar.Rule, starts calendar.Wall) string {
	days := r.Days
	if len(days) == 0 {
		days = []calendar.Weekday{{Day: clockOf(starts).Weekday()}}
	}
	workdays := []calendar.Weekday{{Day: time.Monday}, {Day: time.Tuesday}, {Day: time.Wednesday}, {Day: time.Thursday}, {Day: time.Friday}}
	var plain, on []string
	for _, d := range days {
		plain = append(plain, s.dates.days[d.Day])
		on = append(on, s.T("series.rule.on", "day", s.dates.days[d.Day]))
	}
	switch {
	case r.Every > 1:
		return s.T("series.rule.weekly", "n", r.Every, "days", s.enumerate(on))
	case slices.Equal(days, workdays):
		return s.T("series.rule.workdays", "first", s.dates.days[time.Monday], "last", s.dates.days[time.Friday])
	}
	return s.T("series.rule.each", "days", s.enumerate(plain))
}

// inMonth are the days of a month a rule names: "le 14", "le 2e mardi et le
// dernier jour".
func (s *speech) inMonth(r calendar.Rule, starts calendar.Wall) string {
	monthDays := r.MonthDays
	if len(monthDays)+len(r.Days) == 0 {
		monthDays = []int{starts.Day}
	}
	var words []string
	for _, n := range monthDays {
		switch {
		case n == -1:
			words = append(words, s.T("series.rule.last_day"))
		case n < 0:
			words = append(words, s.T("series.rule.from_end", "n", -n))
		case n == 1:
			words = append(words, s.T("series.rule.day", "day", s.T("series.nth.1")))
		default:
			words = append(words, s.T("series.rule.day", "day", strconv.Itoa(n)))
		}
	}
	for _, d := range r.Days {
		words = append(words, s.nthDay(d))
	}
	return s.enumerate(words)
}

// nthDay is "le 2e mardi" or "le dernier vendredi".
func (s *speech) nthDay(d calendar.Weekday) string {
	nth := ""
	switch {
	case d.N == 0:
		return s.T("series.rule.on", "day", s.dates.days[d.Day])
	case d.N == -1:
		nth = s.T("series.nth.last")
	case d.N == -2:
		nth = s.T("series.nth.before_last")
	case d.N < 0 || d.N > 5:
		return s.T("series.rule.own")
	default:
		nth = s.T("series.nth." + strconv.Itoa(d.N))
	}
	return s.T("series.rule.nth", "nth", nth, "day", s.dates.days[d.Day])
}

func (s *speech) yearlyWords(r calendar.Rule, starts calendar.Wall) string {
	if len(r.Months) == 0 && len(r.MonthDays)+len(r.Days) > 0 {
		return s.T("series.rule.own")
	}
	months := r.Months
	if len(months) == 0 {
		months = []int{int(starts.Month)}
	}
	var words []string
	for _, m := range months {
		words = append(words, s.dates.months[m-1])
	}
	days := s.T("series.rule.in_month", "days", s.inMonth(r, starts), "months", s.enumerate(words))
	if len(months) == 1 && len(r.Days) == 0 && len(r.MonthDays) <= 1 && (len(r.MonthDays) == 0 || r.MonthDays[0] > 0) {
		day := starts
		day.Month = time.Month(months[0])
		if len(r.MonthDays) == 1 {
			day.Day = r.MonthDays[0]
		}
		days = s.T("series.rule.on", "day", s.dates.day(s.dates, clockOf(day), false, false))
	}
	return s.T("series.rule.yearly", "n", r.Every, "days", days)
}

// exceptions are the holidays on which a series does not take place.
func (s *speech) exceptions(k calendar.Skip) string {
	var what []string
	switch {
	case k.Public && k.Alsace:
		what = append(what, s.T("series.except.alsace"))
	case k.Public:
		what = append(what, s.T("series.except.public"))
	}
	if k.School != "" {
		what = append(what, s.T("series.except.school", "zone", k.School))
	}
	if len(what) == 0 {
		return ""
	}
	return s.T("series.except", "what", s.enumerate(what))
}
