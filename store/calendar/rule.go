package calendar

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Freq is the period a rule counts in.
type Freq int

// The periods a village repeats things by; shorter ones are refused.
const (
	Daily Freq = iota + 1
	Weekly
	Monthly
	Yearly
)

var freqWords = [...]string{Daily: "DAILY", Weekly: "WEEKLY", Monthly: "MONTHLY", Yearly: "YEARLY"}

// Limits of a rule. They are far above what people use, and keep the cost of
// any rule within the time of a page.
const (
	MaxRuleText = 500 // bytes
	MaxInterval = 1000
	MaxCount    = 10_000
	maxList     = 64 // members of one BY… list
)

// Weekday is a day of the week, or the Nth one of the month or year: from the
// end when N is below zero, every one when it is zero.
type Weekday struct {
	N   int
	Day time.Weekday
}

// End is what UNTIL says: the last moment at which something may begin. It is
// an instant, a moment on the wall, or a whole day.
type End struct {
	At    time.Time // in UTC: the instant, or what the wall shows
	Local bool      // At is what the wall shows in the zone of the series
	Day   bool      // the whole day; Local is then true too
}

// EndOn is the end with a whole day.
func EndOn(day Wall) End { return End{At: day.Midnight().utc(), Local: true, Day: true} }

// IsZero tells that there is no such end.
func (e End) IsZero() bool { return e.At.IsZero() }

// Rule says how something repeats, as an RRULE does (RFC 5545 §3.3.10), within
// what a village may use: days and no hours, in lists of bounded length. The
// zero Rule never repeats. Build one with fields and Check it, or with
// ParseRule.
type Rule struct {
	Freq      Freq
	Every     int // INTERVAL, 1 to MaxInterval
	Count     int // how many times before exceptions; 0 without such an end
	Until     End
	Months    []int // 1 to 12
	Weeks     []int // of the year, yearly only
	YearDays  []int // yearly only
	MonthDays []int // from the end when negative
	Days      []Weekday
	Positions []int        // BYSETPOS: which of the days of a period
	WeekStart time.Weekday // Monday unless a calendar brought another
}

// IsZero tells whether there is no rule.
func (r Rule) IsZero() bool { return r.Freq == 0 }

// String is the rule as RRULE writes it, always in the same order. WKST is
// written where it changes what the rule means, also when it is the default:
// some calendars have another one.
func (r Rule) String() string {
	if r.IsZero() {
		return ""
	}
	parts := []string{"FREQ=" + freqWords[r.Freq]}
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	if r.Every > 1 {
		add("INTERVAL", strconv.Itoa(r.Every))
	}
	if r.Count > 0 {
		add("COUNT", strconv.Itoa(r.Count))
	}
	add("UNTIL", r.Until.String())
	add("BYMONTH", ints(r.Months))
	add("BYWEEKNO", ints(r.Weeks))
	add("BYYEARDAY", ints(r.YearDays))
	add("BYMONTHDAY", ints(r.MonthDays))
	add("BYDAY", weekdays(r.Days))
	add("BYSETPOS", ints(r.Positions))
	if r.weekMatters() {
		add("WKST", dayWords[r.WeekStart])
	}
	return strings.Join(parts, ";")
}

// String is the value of UNTIL; empty for none.
func (e End) String() string {
	switch {
	case e.IsZero():
		return ""
	case e.Day:
		return e.At.Format(layoutDay)
	case e.Local:
		return e.At.Format(layoutLocal)
	}
	return e.At.UTC().Format(layoutUTC)
}

// weekMatters tells whether another first day of the week gives other dates.
func (r Rule) weekMatters() bool {
	weekly := r.Freq == Weekly && len(r.Days) > 0 && (r.Every > 1 || len(r.Positions) > 0)
	return weekly || len(r.Weeks) > 0
}

func ints(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ",")
}

var dayWords = [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

func weekdays(list []Weekday) string {
	words := make([]string, len(list))
	for i, d := range list {
		if d.N != 0 {
			words[i] = strconv.Itoa(d.N)
		}
		words[i] += dayWords[d.Day]
	}
	return strings.Join(words, ",")
}

// tidy puts lists in order and takes out what is there twice, so that two
// rules that say the same are written the same.
func (r *Rule) tidy() {
	for _, list := range []*[]int{&r.Months, &r.Weeks, &r.YearDays, &r.MonthDays, &r.Positions} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	slices.SortFunc(r.Days, func(a, b Weekday) int {
		if a.Day != b.Day {
			return fromMonday(a.Day) - fromMonday(b.Day)
		}
		return a.N - b.N
	})
	r.Days = slices.Compact(r.Days)
	if !r.weekMatters() {
		r.WeekStart = time.Monday
	}
}

// fromMonday is 0 for Monday to 6 for Sunday.
func fromMonday(d time.Weekday) int { return (int(d) + 6) % 7 }
