package directory

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Hours are opening hours that are understood: the part of OpenStreetMap's
// opening_hours that shops and halls use. What is not understood is kept as it
// was written and shown so.
type Hours struct{ Rules []HoursRule }

// HoursRule says when it is open on some days. A later rule about the same day
// stands instead of an earlier one, unless it is And.
type HoursRule struct {
	From, To time.Month  // of the year, both included; 0 for all of it
	Days     [7]bool     // from Monday on; none with Holidays alone
	Nth      int         // of the month: 1 to 5, -1 the last; 0 for every week
	Holidays bool        // public holidays too
	Off      bool        // closed
	Spans    []HoursSpan // none with Off
	And      bool        // beside the rules before, not instead of them
}

// HoursSpan is from when until when, in minutes since midnight; an end beyond
// 24 hours is the next morning.
type HoursSpan struct{ From, To int }

const aDay = 24 * 60

// dayNames are the days as OpenStreetMap calls them, from Monday on.
var dayNames = [7]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// String writes the hours as OpenStreetMap has them.
func (h Hours) String() string {
	if len(h.Rules) == 1 && h.Rules[0].always() {
		return "24/7"
	}
	var b strings.Builder
	for i, r := range h.Rules {
		switch {
		case i > 0 && r.And:
			b.WriteString(", ")
		case i > 0:
			b.WriteString("; ")
		}
		b.WriteString(r.text())
	}
	return b.String()
}

func (r HoursRule) always() bool {
	return r.From == 0 && r.Nth == 0 && !r.Off && len(r.Spans) == 1 && r.Spans[0] == HoursSpan{0, aDay} &&
		r.Days == [7]bool{true, true, true, true, true, true, true}
}

func (r HoursRule) text() string {
	var parts []string
	if r.From != 0 {
		m := r.From.String()[:3]
		if r.To != r.From {
			m += "-" + r.To.String()[:3]
		}
		parts = append(parts, m)
	}
	if days := r.daysText(); days != "" {
		parts = append(parts, days)
	}
	if r.Off {
		return strings.Join(append(parts, "off"), " ")
	}
	spans := make([]string, len(r.Spans))
	for i, s := range r.Spans {
		to := s.To
		if to > aDay {
			to -= aDay
		}
		spans[i] = fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, to/60, to%60)
	}
	return strings.Join(append(parts, strings.Join(spans, ",")), " ")
}

func (r HoursRule) daysText() string {
	var parts []string
	for _, run := range r.Runs() {
		switch {
		case run[0] == run[1]:
			parts = append(parts, dayNames[run[0]])
		case run[0] == 0 && run[1] == 6:
			parts = append(parts, "Mo-Su")
		default:
			parts = append(parts, dayNames[run[0]]+"-"+dayNames[run[1]])
		}
	}
	if r.Nth != 0 && len(parts) > 0 {
		parts[len(parts)-1] += fmt.Sprintf("[%d]", r.Nth)
	}
	if r.Holidays {
		parts = append(parts, "PH")
	}
	return strings.Join(parts, ",")
}

// Runs are the days as first and last of each row of days that follow one
// another.
func (r HoursRule) Runs() [][2]int {
	var runs [][2]int
	for d := range 7 {
		switch {
		case !r.Days[d]:
		case d > 0 && r.Days[d-1]:
			runs[len(runs)-1][1] = d
		default:
			runs = append(runs, [2]int{d, d})
		}
	}
	if len(runs) == 1 && runs[0][1] == runs[0][0]+1 { // two days are named, not spanned
		d := runs[0][0]
		return [][2]int{{d, d}, {d + 1, d + 1}}
	}
	return runs
}

// Open tells whether it is open at an instant, on the clock of its location.
func (h Hours) Open(at time.Time) bool {
	minute := at.Hour()*60 + at.Minute()
	if within(h.on(at), minute) {
		return true
	}
	return within(h.on(at.AddDate(0, 0, -1)), minute+aDay) // since last night
}

func within(spans []HoursSpan, minute int) bool {
	return slices.ContainsFunc(spans, func(s HoursSpan) bool { return s.From <= minute && minute < s.To })
}

// on are the spans of a day.
func (h Hours) on(day time.Time) []HoursSpan {
	var spans []HoursSpan
	said := false // about this day as a holiday
	holiday := Holiday(day)
	for _, r := range h.Rules {
		asHoliday := holiday && r.Holidays
		if !r.about(day) && !asHoliday || said && !asHoliday {
			continue
		}
		said = said || asHoliday
		if !r.And {
			spans = nil
		}
		if !r.Off {
			spans = append(spans, r.Spans...)
		}
	}
	return spans
}

// about tells whether the rule speaks of a day of the week, of the month and of
// the year.
func (r HoursRule) about(day time.Time) bool {
	if m := day.Month(); r.From != 0 {
		in := r.From <= m && m <= r.To
		if r.From > r.To { // over the new year
			in = m >= r.From || m <= r.To
		}
		if !in {
			return false
		}
	}
	if !r.Days[(int(day.Weekday())+6)%7] {
		return false
	}
	switch {
	case r.Nth > 0:
		return (day.Day()-1)/7 == r.Nth-1
	case r.Nth < 0:
		return day.AddDate(0, 0, 7).Month() != day.Month()
	default:
		return true
	}
}

// NextChange is the next instant at which Open changes, within eight days;
// zero when there is none.
func (h Hours) NextChange(at time.Time) time.Time {
	open := h.Open(at)
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
	for d := -1; d < 8; d++ {
		var edges []int
		for _, s := range h.on(day.AddDate(0, 0, d)) {
			edges = append(edges, s.From, s.To)
		}
		slices.Sort(edges)
		for _, m := range edges {
			t := time.Date(day.Year(), day.Month(), day.Day()+d, m/60, m%60, 0, 0, at.Location())
			if t.After(at) && h.Open(t) != open {
				return t
			}
		}
	}
	return time.Time{}
}

// Holiday tells whether a day is a public holiday in France.
func Holiday(day time.Time) bool {
	y, m, d := day.Date()
	switch [2]int{int(m), d} {
	case [2]int{1, 1}, [2]int{5, 1}, [2]int{5, 8}, [2]int{7, 14}, [2]int{8, 15}, [2]int{11, 1}, [2]int{11, 11}, [2]int{12, 25}:
		return true
	}
	easter := Easter(y)
	for _, after := range []int{1, 39, 50} { // Monday, Ascension, Whit Monday
		if e := easter.AddDate(0, 0, after); e.Month() == m && e.Day() == d {
			return true
		}
	}
	return false
}

// Easter is the Sunday of Easter (Meeus, Jones, Butcher).
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}
