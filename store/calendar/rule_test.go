package calendar_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"

	"copi.local/store/calendar"
)

func TestParseRuleRefuses(t *testing.T) {
	for text, want := range map[string]error{
		"":                                  calendar.ErrRule,
		"FREQ":                              calendar.ErrRule,
		"FREQ=FORTNIGHTLY":                  calendar.ErrRule,
		"COUNT=3":                           calendar.ErrRule,
		"FREQ=DAILY;FREQ=DAILY":             calendar.ErrRule,
		"FREQ=DAILY;INTERVAL=0":             calendar.ErrRule,
		"FREQ=DAILY;COUNT=0":                calendar.ErrRule,
		"FREQ=DAILY;COUNT=3;UNTIL=20270101": calendar.ErrRule,
		"FREQ=DAILY;UNTIL=20270231":         calendar.ErrRule,
		"FREQ=DAILY;UNTIL=demain":           calendar.ErrRule,
		"FREQ=DAILY;BYDAY=2MO":              calendar.ErrRule,
		"FREQ=WEEKLY;BYMONTHDAY=1":          calendar.ErrRule,
		"FREQ=MONTHLY;BYDAY=6MO":            calendar.ErrRule,
		"FREQ=MONTHLY;BYDAY=0MO":            calendar.ErrRule,
		"FREQ=MONTHLY;BYWEEKNO=3":           calendar.ErrRule,
		"FREQ=MONTHLY;BYMONTHDAY=32":        calendar.ErrRule,
		"FREQ=YEARLY;BYMONTH=-1":            calendar.ErrRule,
		"FREQ=DAILY;BYSETPOS=1":             calendar.ErrRule,
		"FREQ=DAILY;WKST=2MO":               calendar.ErrRule,
		"FREQ=DAILY;BYEASTER=1":             calendar.ErrRule,
		"FREQ=SECONDLY;UNTIL=99991231":      calendar.ErrTooFine,
		"FREQ=HOURLY":                       calendar.ErrTooFine,
		"FREQ=DAILY;BYHOUR=1,2,3":           calendar.ErrTooFine,
		"FREQ=DAILY;INTERVAL=1001":          calendar.ErrTooMuch,
		"FREQ=DAILY;COUNT=10001":            calendar.ErrTooMuch,
		"FREQ=YEARLY;BYYEARDAY=" + strings.Repeat("1,", 64) + "1":    calendar.ErrTooMuch,
		"FREQ=YEARLY;BYYEARDAY=" + strings.Repeat("100,", 200) + "1": calendar.ErrTooMuch,
	} {
		if _, err := calendar.ParseRule(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

func TestARuleIsAlwaysWrittenTheSame(t *testing.T) {
	for text, want := range map[string]string{
		"RRULE:freq=weekly;interval=1;byday=su,mo,mo;wkst=su": "FREQ=WEEKLY;BYDAY=MO,SU",
		"FREQ=WEEKLY;BYDAY=WE;INTERVAL=2":                     "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;WKST=MO",
		"FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261028T190000Z":      "FREQ=MONTHLY;UNTIL=20261028T190000Z;BYDAY=-1FR",
		"FREQ=MONTHLY;BYDAY=+2TU;UNTIL=20261028":              "FREQ=MONTHLY;UNTIL=20261028;BYDAY=2TU",
		"FREQ=YEARLY;BYWEEKNO=20,1;BYDAY=MO;X-GOOD=1;":        "FREQ=YEARLY;BYWEEKNO=1,20;BYDAY=MO;WKST=MO",
	} {
		if got := rule(t, text).String(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func FuzzRule(f *testing.F) {
	for _, s := range []string{
		"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "FREQ=SECONDLY;UNTIL=99991231T235959Z",
		"FREQ=YEARLY;BYWEEKNO=53,-1;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=-1FR,MO", "RRULE:FREQ=DAILY;BYMONTHDAY=-31",
		"FREQ=YEARLY;BYYEARDAY=366,-366;UNTIL=20300101", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=366;COUNT=10000",
	} {
		f.Add(s)
	}
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		r, err := calendar.ParseRule(s)
		if err != nil {
			return
		}
		again, err := calendar.ParseRule(r.String())
		if err != nil || again.String() != r.String() {
			t.Fatalf("%q is written %q and read %v, %v", s, r, again, err)
		}
		series := calendar.Series{Starts: calendar.WallOf(from), Zone: paris, Rule: r}
		if got := series.Between(from, from.AddDate(2, 0, 0)); len(got) > 732 {
			t.Fatalf("%q: %d dates in two years", s, len(got))
		}
		again.Count = 0
		series.Rule = again
		series.Between(from.AddDate(50, 0, 0), from.AddDate(50, 1, 0))
	})
}

// anyRule draws a rule that both engines read the same: the library asks of a
// day to be in both when BYDAY mixes "every Monday" with "second Tuesday", and
// counts BYSETPOS in the first week from its first date on.
func anyRule(t *rapid.T) calendar.Rule {
	r := calendar.Rule{
		Freq: calendar.Freq(rapid.IntRange(1, 4).Draw(t, "freq")), Every: rapid.IntRange(1, 5).Draw(t, "every"),
		WeekStart: time.Weekday(rapid.IntRange(0, 6).Draw(t, "wkst")),
	}
	signed := func(most int) *rapid.Generator[int] {
		return rapid.OneOf(rapid.IntRange(1, most), rapid.IntRange(-most, -1))
	}
	some := func(name string, g *rapid.Generator[int]) []int {
		if rapid.IntRange(0, 2).Draw(t, "with "+name) > 0 {
			return nil
		}
		return rapid.SliceOfNDistinct(g, 1, 4, rapid.ID[int]).Draw(t, name)
	}
	r.Months = some("months", rapid.IntRange(1, 12))
	if r.Freq != calendar.Weekly {
		r.MonthDays = some("month days", signed(31))
	}
	if r.Freq == calendar.Yearly {
		r.YearDays = some("year days", signed(366))
	}
	nth := r.Freq >= calendar.Monthly && rapid.Bool().Draw(t, "nth")
	for _, day := range some("days", rapid.IntRange(0, 6)) {
		d := calendar.Weekday{Day: time.Weekday(day)}
		if nth {
			d.N = signed(5).Draw(t, "n")
		}
		r.Days = append(r.Days, d)
	}
	if r.Freq != calendar.Weekly && len(r.Months)+len(r.MonthDays)+len(r.YearDays)+len(r.Days) > 0 {
		r.Positions = some("positions", signed(8))
	}
	return r
}

func anySeries(t *rapid.T) calendar.Series {
	s := calendar.Series{
		Zone: rapid.SampledFrom([]string{paris, "America/Cayenne", "America/Miquelon", "Australia/Lord_Howe", "UTC"}).Draw(t, "zone"),
		Rule: anyRule(t), AllDay: rapid.Bool().Draw(t, "all day"),
	}
	w := calendar.WallOf(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).AddDays(rapid.IntRange(0, 800).Draw(t, "day"))
	if s.AllDay {
		s.Days = rapid.IntRange(1, 3).Draw(t, "days")
	} else {
		w.Hour, w.Minute = rapid.IntRange(0, 23).Draw(t, "hour"), rapid.SampledFrom([]int{0, 15, 30}).Draw(t, "minute")
		s.Lasts = time.Duration(rapid.IntRange(0, 40).Draw(t, "hours")) * time.Hour
	}
	s.Starts = w
	switch rapid.IntRange(0, 3).Draw(t, "end") {
	case 0:
		s.Rule.Count = rapid.IntRange(1, 50).Draw(t, "count")
	case 1:
		s.Rule.Until.At = time.Date(2026, 1, rapid.IntRange(1, 2000).Draw(t, "until"), 19, 0, 0, 0, time.UTC)
	}
	for range rapid.IntRange(0, 3).Draw(t, "extra") {
		s.Extra = append(s.Extra, w.AddDays(rapid.IntRange(-10, 300).Draw(t, "extra day")))
	}
	for range rapid.IntRange(0, 3).Draw(t, "without") {
		s.Without = append(s.Without, w.AddDays(rapid.IntRange(0, 60).Draw(t, "day without")))
	}
	s.Skip = calendar.Skip{Public: rapid.Bool().Draw(t, "public"), School: rapid.SampledFrom([]string{"", "A", "B", "C"}).Draw(t, "school")}
	return s
}

// oneByOne expands a series in the plainest way there is: the library's rule
// on the wall, one date after the other from the beginning.
func oneByOne(t rapid.TB, s *calendar.Series, until time.Time) (out []calendar.Date) {
	text := s.Rule
	text.Count, text.Until = 0, calendar.End{}
	option, err := rrule.StrToROption(text.String() + ";WKST=" + strings.ToUpper(s.Rule.WeekStart.String()[:2]))
	if strings.Contains(text.String(), "WKST") {
		option, err = rrule.StrToROption(text.String())
	}
	if err != nil {
		t.Fatal(err)
	}
	w := s.Starts
	option.Dtstart = time.Date(w.Year, w.Month, w.Day, w.Hour, w.Minute, 0, 0, time.UTC)
	option.Until = until.AddDate(0, 0, 2)
	all, err := rrule.NewRRule(*option)
	if err != nil {
		t.Fatal(err)
	}
	zone, _ := time.LoadLocation(s.Zone)
	for _, day := range all.All() {
		w := calendar.WallOf(day)
		at, _, ok := w.In(zone, false)
		switch {
		case s.AllDay:
			at = time.Date(w.Year, w.Month, w.Day, 0, 0, 0, 0, zone)
		case !ok:
			continue
		}
		end := s.Rule.Until.At
		if s.Rule.Count > 0 && len(out) == s.Rule.Count ||
			!end.IsZero() && (!s.AllDay && at.After(end) || s.AllDay && w.Date() > end.In(zone).Format(time.DateOnly)) {
			break
		}
		out = append(out, calendar.Date{Starts: w, At: at})
	}
	return out
}

func TestAnyRuleIsReadAsTheLibraryReadsIt(t *testing.T) {
	until := time.Date(2034, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		s := anySeries(t)
		s.Extra, s.Without = nil, nil
		want := oneByOne(t, &s, until)
		want = slices.DeleteFunc(want, func(d calendar.Date) bool { return !d.At.Before(until) })
		got := s.Between(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), until)
		if days(got) != days(want) {
			t.Fatalf("%s from %s in %s:\n%s\nwant\n%s", s.Rule, s.Starts, s.Zone, days(got), days(want))
		}
	})
}

func TestAnyWindowIsPartOfTheWhole(t *testing.T) {
	begin := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		s := anySeries(t)
		whole := s.Between(begin, begin.AddDate(12, 0, 0))
		from := begin.Add(time.Duration(rapid.IntRange(0, 365*24*9).Draw(t, "from")) * time.Hour)
		to := from.Add(time.Duration(rapid.IntRange(1, 365*24*2).Draw(t, "to")) * time.Hour)
		var want []calendar.Date
		for _, d := range whole {
			if d.At.Before(to) && (d.Until.After(from) || d.At.Equal(d.Until) && !d.At.Before(from)) {
				want = append(want, d)
			}
		}
		if got := s.Between(from, to); !slices.Equal(got, want) {
			t.Fatalf("%s from %s, [%v, %v):\n%v\nwant\n%v", s.Rule, s.Starts, from, to, got, want)
		}
	})
}

// TestWeeksOfTheYear compares with the weeks of package time, which begin on
// Monday.
func TestWeeksOfTheYear(t *testing.T) {
	s := series(t, "2018-01-01T10:00", "FREQ=YEARLY;BYWEEKNO=1,20,-1")
	got := map[string]bool{}
	for _, d := range years(t, s, 2018, 20) {
		got[d.Starts.Date()] = true
	}
	for day := time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2038; day = day.AddDate(0, 0, 1) {
		_, week := day.ISOWeek()
		_, next := day.AddDate(0, 0, 7).ISOWeek()
		want := day.Weekday() == time.Monday && (week == 1 || week == 20 || next == 1)
		if got[day.Format(time.DateOnly)] != want {
			t.Errorf("%s, week %d: %v", day.Format(time.DateOnly), week, !want)
		}
	}
}
