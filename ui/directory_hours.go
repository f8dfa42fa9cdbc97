package ui

import (
	"strings"
	"time"

	"copi.local/store/directory"
)

// hoursView is when a place is open, in words. What is not understood is said
// as it was written.
type hoursView struct {
	Lines []hoursLine
	Text  string // as written
	Now   string // "Ouvert, jusqu'à 18 h"; empty when not known
	Open  bool
}

// hoursLine is one rule: on which days, from when until when.
type hoursLine struct{ Days, Times string }

// hoursOf says opening hours in words; the page is fresh until they change.
func (r *request) hoursOf(text string) hoursView {
	h, ok := directory.ParseHours(text)
	if !ok {
		return hoursView{Text: r.Typo(text)}
	}
	var v hoursView
	for _, rule := range h.Rules {
		v.Lines = append(v.Lines, hoursLine{r.ruleDays(rule), r.ruleTimes(rule)})
	}
	if r.s.unsure() {
		return v // of the time of day
	}
	at := r.Now()
	v.Open = h.Open(at)
	next := h.NextChange(at)
	r.FreshUntil(next)
	when := r.Hour(next)
	if daysBetween(at, next) != 0 {
		when = r.NearDay(next) + r.dates.at + when
	}
	switch {
	case next.IsZero() && v.Open:
		v.Now = r.T("directory.open")
	case next.IsZero():
		v.Now = r.T("directory.closed")
	case v.Open:
		v.Now = r.T("directory.open_until", "when", when)
	default:
		v.Now = r.T("directory.closed_until", "when", when)
	}
	return v
}

// ruleDays says on which days: « du lundi au vendredi, avril – septembre ».
func (s *speech) ruleDays(r directory.HoursRule) string {
	var parts []string
	for _, run := range r.Runs() {
		switch {
		case run == [2]int{0, 6}:
			parts = append(parts, s.T("directory.hours.every"))
		case run[0] == run[1]:
			parts = append(parts, s.weekdayName(run[0]))
		default:
			parts = append(parts, s.T("directory.hours.range", "from", s.weekdayName(run[0]), "to", s.weekdayName(run[1])))
		}
	}
	if r.Nth != 0 {
		key := "directory.hours.last"
		if r.Nth > 0 {
			key = "directory.hours.nth_" + string(rune('0'+r.Nth))
		}
		parts = []string{s.T(key, "day", s.enumerate(parts))}
	}
	if r.Holidays {
		parts = append(parts, s.T("directory.hours.holidays"))
	}
	words := s.enumerate(parts)
	if r.From != 0 {
		months := s.dates.months[r.From-1]
		if r.To != r.From {
			months += " – " + s.dates.months[r.To-1]
		}
		words = s.T("directory.hours.months", "days", words, "months", months)
	}
	return words
}

// weekdayName is a day counted from Monday.
func (s *speech) weekdayName(fromMonday int) string { return s.dates.days[(fromMonday+1)%7] }

// ruleTimes says from when until when.
func (s *speech) ruleTimes(r directory.HoursRule) string {
	if r.Off {
		return s.T("directory.hours.off")
	}
	var parts []string
	for _, span := range r.Spans {
		if span == (directory.HoursSpan{From: 0, To: 24 * 60}) {
			return s.T("directory.hours.all_day")
		}
		parts = append(parts, s.T("ui.card.hours", "from", s.minute(span.From), "to", s.minute(span.To)))
	}
	return s.enumerate(parts)
}

// minute is a time of day.
func (s *speech) minute(m int) string {
	return s.dates.hour(time.Date(2026, 1, 1, m/60%24, m%60, 0, 0, time.UTC))
}

// enumerate joins words as people do: "a, b et c".
func (s *speech) enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return s.T("ui.and", "list", strings.Join(words[:last], ", "), "last", words[last])
}
