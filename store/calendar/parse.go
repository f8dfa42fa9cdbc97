package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	layoutDay   = "20060102"
	layoutLocal = "20060102T150405"
	layoutUTC   = "20060102T150405Z"
)

// Errors of ParseRule and Check, for a reader to tell apart. The wrapped text
// names the part.
var (
	ErrRule    = errors.New("not a rule of repetition")
	ErrTooFine = errors.New("repeats within a day")
	ErrTooMuch = errors.New("a rule beyond its limits")
)

// ParseRule reads the value of an RRULE, with or without its name before it.
// What repeats more than once a day, and lists or numbers beyond the limits
// above, are refused: with ErrTooFine and ErrTooMuch; the rest with ErrRule.
// It never panics.
func ParseRule(s string) (Rule, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, "RRULE:")
	if len(s) > MaxRuleText {
		return Rule{}, fmt.Errorf("%w: %d bytes", ErrTooMuch, len(s))
	}
	r := Rule{Every: 1, WeekStart: time.Monday}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.TrimSuffix(s, ";"), ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || value == "" || seen[name] {
			return Rule{}, fmt.Errorf("%w: %q", ErrRule, part)
		}
		seen[name] = true
		if err := r.set(name, value); err != nil {
			return Rule{}, err
		}
	}
	r.tidy()
	if err := r.Check(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

func (r *Rule) set(name, value string) (err error) {
	switch name {
	case "FREQ":
		r.Freq, err = parseFreq(value)
	case "INTERVAL":
		r.Every, err = parseInt(value)
	case "COUNT":
		if r.Count, err = parseInt(value); err == nil && r.Count < 1 {
			err = fmt.Errorf("%w: COUNT=%s", ErrRule, value)
		}
	case "UNTIL":
		r.Until, err = parseEnd(value)
	case "WKST":
		var d Weekday
		if d, err = parseWeekday(value); err == nil && d.N != 0 {
			err = fmt.Errorf("%w: WKST=%s", ErrRule, value)
		}
		r.WeekStart = d.Day
	case "BYHOUR", "BYMINUTE", "BYSECOND":
		err = fmt.Errorf("%w: %s", ErrTooFine, name)
	default:
		err = r.setList(name, value)
	}
	return err
}

func (r *Rule) setList(name, value string) (err error) {
	switch name {
	case "BYMONTH":
		r.Months, err = parseList(value, parseInt)
	case "BYWEEKNO":
		r.Weeks, err = parseList(value, parseInt)
	case "BYYEARDAY":
		r.YearDays, err = parseList(value, parseInt)
	case "BYMONTHDAY":
		r.MonthDays, err = parseList(value, parseInt)
	case "BYDAY":
		r.Days, err = parseList(value, parseWeekday)
	case "BYSETPOS":
		r.Positions, err = parseList(value, parseInt)
	default:
		if !strings.HasPrefix(name, "X-") { // RFC 2445 allowed these
			err = fmt.Errorf("%w: %q", ErrRule, name)
		}
	}
	return err
}

func parseFreq(s string) (Freq, error) {
	for f, word := range freqWords {
		if word != "" && s == word {
			return Freq(f), nil
		}
	}
	switch s {
	case "HOURLY", "MINUTELY", "SECONDLY":
		return 0, fmt.Errorf("%w: %s", ErrTooFine, s)
	}
	return 0, fmt.Errorf("%w: FREQ=%s", ErrRule, s)
}

func parseInt(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("%w: %q", ErrRule, s)
	}
	return n, nil
}

// parseEnd reads UNTIL in any of its three forms.
func parseEnd(s string) (e End, err error) {
	switch {
	case len(s) == len(layoutDay):
		e.Local, e.Day = true, true
		e.At, err = time.Parse(layoutDay, s)
	case strings.HasSuffix(s, "Z"):
		e.At, err = time.Parse(layoutUTC, s)
	default:
		e.Local = true
		e.At, err = time.Parse(layoutLocal, s)
	}
	if err != nil || e.At.Year() < 1 {
		return End{}, fmt.Errorf("%w: UNTIL=%s", ErrRule, s)
	}
	return e, nil
}

// parseWeekday reads "MO", "2TU" or "-1FR".
func parseWeekday(s string) (d Weekday, err error) {
	if len(s) < 2 {
		return d, fmt.Errorf("%w: %q", ErrRule, s)
	}
	number, word := s[:len(s)-2], s[len(s)-2:]
	if number != "" {
		if d.N, err = parseInt(number); err != nil || d.N == 0 {
			return d, fmt.Errorf("%w: %q", ErrRule, s)
		}
	}
	for day, w := range dayWords {
		if w == word {
			d.Day = time.Weekday(day)
			return d, nil
		}
	}
	return d, fmt.Errorf("%w: %q", ErrRule, s)
}

func parseList[T any](s string, parse func(string) (T, error)) ([]T, error) {
	if strings.Count(s, ",") >= maxList {
		return nil, fmt.Errorf("%w: a list of more than %d", ErrTooMuch, maxList)
	}
	var list []T
	for word := range strings.SplitSeq(s, ",") {
		v, err := parse(word)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// Check tells whether the rule is one that RFC 5545 §3.3.10 allows, within the
// limits. The zero Rule is refused.
func (r Rule) Check() error {
	switch {
	case r.Freq < Daily || r.Freq > Yearly:
		return fmt.Errorf("%w: no FREQ", ErrRule)
	case r.Every < 1:
		return fmt.Errorf("%w: INTERVAL=%d", ErrRule, r.Every)
	case r.Every > MaxInterval || r.Count > MaxCount:
		return fmt.Errorf("%w: INTERVAL=%d, COUNT=%d", ErrTooMuch, r.Every, r.Count)
	case r.Count < 0 || r.Count > 0 && !r.Until.IsZero():
		return fmt.Errorf("%w: COUNT=%d beside UNTIL", ErrRule, r.Count)
	}
	for _, list := range []struct {
		name       string
		numbers    []int
		most       int
		signed, ok bool
	}{
		{"BYMONTH", r.Months, 12, false, true},
		{"BYWEEKNO", r.Weeks, 53, true, r.Freq == Yearly},
		{"BYYEARDAY", r.YearDays, 366, true, r.Freq == Yearly},
		{"BYMONTHDAY", r.MonthDays, 31, true, r.Freq != Weekly},
		{"BYSETPOS", r.Positions, 366, true, r.hasList()},
	} {
		if err := checkList(list.name, list.numbers, list.most, list.signed, list.ok); err != nil {
			return err
		}
	}
	return r.checkDays()
}

// hasList tells whether there is something BYSETPOS may choose among.
func (r Rule) hasList() bool {
	return len(r.Months)+len(r.Weeks)+len(r.YearDays)+len(r.MonthDays)+len(r.Days) > 0
}

func checkList(name string, numbers []int, most int, signed, allowed bool) error {
	switch {
	case len(numbers) > 0 && !allowed:
		return fmt.Errorf("%w: %s has no sense here", ErrRule, name)
	case len(numbers) > maxList:
		return fmt.Errorf("%w: %s", ErrTooMuch, name)
	}
	for _, n := range numbers {
		if n == 0 || n > most || n < -most || n < 0 && !signed {
			return fmt.Errorf("%w: %s=%d", ErrRule, name, n)
		}
	}
	return nil
}

// checkDays allows "the second Tuesday" only where it counts within a month
// or a year.
func (r Rule) checkDays() error {
	if len(r.Days) > maxList {
		return fmt.Errorf("%w: BYDAY", ErrTooMuch)
	}
	most := 0
	switch {
	case r.byMonth():
		most = 5
	case r.Freq == Yearly && len(r.Weeks) == 0:
		most = 53
	}
	for _, d := range r.Days {
		if d.N > most || d.N < -most || d.Day < time.Sunday || d.Day > time.Saturday {
			return fmt.Errorf("%w: BYDAY=%s", ErrRule, weekdays(r.Days))
		}
	}
	return nil
}

// byMonth tells that the Nth weekday is the Nth of its month, not of the year.
func (r Rule) byMonth() bool {
	return r.Freq == Monthly || r.Freq == Yearly && len(r.Months) > 0 && len(r.Weeks) == 0
}
