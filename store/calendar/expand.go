package calendar

import (
	"iter"
	"slices"
	"time"
)

// Days are midnights in UTC here: a rule knows no zone. teambition/rrule-go is
// the second opinion of our tests and not the engine: it looks for an end only
// when it has found a date, so that the 30th of February costs it eight
// thousand years, it panics at the sixth Monday of December, and it cannot
// begin near the month somebody looks at.

// days are the days of the rule from a day on, in order, without end: up to
// and with the last one. Neither COUNT nor UNTIL is looked at.
func (r Rule) days(start, from, last time.Time) iter.Seq[time.Time] {
	r = r.filled(start)
	return func(yield func(time.Time) bool) {
		var set []time.Time
		for k := r.periodBefore(start, from); ; k++ {
			first, next := r.period(start, k)
			if first.After(last) {
				return
			}
			set = r.matching(set[:0], first, next)
			for _, day := range set {
				if day.Before(start) || day.Before(from) {
					continue
				}
				if day.After(last) || !yield(day) {
					return
				}
			}
		}
	}
}

// filled completes a rule with what its first day says: the day of the week,
// of the month, or of the year (RFC 5545 §3.3.10).
func (r Rule) filled(start time.Time) Rule {
	bare := len(r.Weeks)+len(r.YearDays)+len(r.MonthDays)+len(r.Days) == 0
	switch {
	case r.Freq == Weekly && bare, len(r.Weeks) > 0 && len(r.YearDays)+len(r.MonthDays)+len(r.Days) == 0:
		r.Days = []Weekday{{Day: start.Weekday()}}
	case r.Freq == Monthly && bare:
		r.MonthDays = []int{start.Day()}
	case r.Freq == Yearly && bare:
		r.MonthDays = []int{start.Day()}
		if len(r.Months) == 0 {
			r.Months = []int{int(start.Month())}
		}
	}
	return r
}

// period is the kth period of the rule: its first day, and the day after it.
func (r Rule) period(start time.Time, k int) (first, next time.Time) {
	n := k * r.Every
	switch r.Freq {
	case Weekly:
		back := (int(start.Weekday()) - int(r.WeekStart) + 7) % 7
		first = start.AddDate(0, 0, 7*n-back)
		return first, first.AddDate(0, 0, 7)
	case Monthly:
		first = time.Date(start.Year(), start.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(0, 1, 0)
	case Yearly:
		first = time.Date(start.Year()+n, time.January, 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(1, 0, 0)
	default:
		first = start.AddDate(0, 0, n)
		return first, first.AddDate(0, 0, 1)
	}
}

// periodBefore is the number of a period that begins before a day, close to it.
func (r Rule) periodBefore(start, from time.Time) int {
	if !from.After(start) {
		return 0
	}
	days := int(from.Sub(start).Hours() / 24)
	long := map[Freq]int{Daily: 1, Weekly: 7, Monthly: 31, Yearly: 366}[r.Freq]
	return max(0, days/(long*r.Every)-1)
}

// matching appends the days of one period that the rule names.
func (r *Rule) matching(set []time.Time, first, next time.Time) []time.Time {
	for day := first; day.Before(next); day = day.AddDate(0, 0, 1) {
		if r.names(day) {
			set = append(set, day)
		}
	}
	if len(r.Positions) == 0 {
		return set
	}
	kept := make([]time.Time, 0, len(r.Positions))
	for i, day := range set {
		if slices.Contains(r.Positions, i+1) || slices.Contains(r.Positions, i-len(set)) {
			kept = append(kept, day)
		}
	}
	return kept
}

// names tells whether every list of the rule has the day.
func (r *Rule) names(day time.Time) bool {
	return (len(r.Months) == 0 || slices.Contains(r.Months, int(day.Month()))) &&
		either(r.MonthDays, day.Day(), daysIn(day.Year(), day.Month())) &&
		either(r.YearDays, day.YearDay(), yearLength(day.Year())) &&
		r.namesWeek(day) && r.namesWeekday(day)
}

// either tells whether a list is empty or has the nth of so many, counted from
// the beginning or from the end.
func either(list []int, n, of int) bool {
	return len(list) == 0 || slices.Contains(list, n) || slices.Contains(list, n-of-1)
}

func (r *Rule) namesWeek(day time.Time) bool {
	if len(r.Weeks) == 0 {
		return true
	}
	week, of := weekOf(day, r.WeekStart)
	return either(r.Weeks, week, of)
}

// weekOf is the number of a day's week in the year that has most of it, and
// how many weeks that year has (RFC 5545 §3.3.10, ISO 8601 from Monday).
func weekOf(day time.Time, start time.Weekday) (week, of int) {
	middle := day.AddDate(0, 0, 3-(int(day.Weekday())-int(start)+7)%7) // its fourth day decides the year
	lastMiddle := time.Date(middle.Year(), time.December, 31, 0, 0, 0, 0, time.UTC)
	lastMiddle = lastMiddle.AddDate(0, 0, -((int(lastMiddle.Weekday()) - int(middle.Weekday()) + 7) % 7))
	return (middle.YearDay()-1)/7 + 1, (lastMiddle.YearDay()-1)/7 + 1
}

func (r *Rule) namesWeekday(day time.Time) bool {
	if len(r.Days) == 0 {
		return true
	}
	n, of := day.YearDay(), yearLength(day.Year())
	if r.byMonth() {
		n, of = day.Day(), daysIn(day.Year(), day.Month())
	}
	for _, d := range r.Days {
		if d.Day == day.Weekday() && (d.N == 0 || d.N == (n-1)/7+1 || d.N == -((of-n)/7+1)) {
			return true
		}
	}
	return false
}

func daysIn(year int, m time.Month) int {
	return time.Date(year, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func yearLength(year int) int {
	return time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
}
