package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store/calendar"
)

const paris = "Europe/Paris"

func wall(t testing.TB, s string) calendar.Wall {
	t.Helper()
	if len(s) == len(time.DateOnly) {
		s += "T00:00"
	}
	w, err := calendar.ParseWall(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func rule(t testing.TB, s string) calendar.Rule {
	t.Helper()
	r, err := calendar.ParseRule(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func series(t testing.TB, starts, text string) *calendar.Series {
	t.Helper()
	return &calendar.Series{Starts: wall(t, starts), Lasts: 2 * time.Hour, Zone: paris, Rule: rule(t, text)}
}

// years lists the dates of a number of years from the beginning of the first.
func years(t testing.TB, s *calendar.Series, first, n int) []calendar.Date {
	t.Helper()
	from := time.Date(first, 1, 1, 0, 0, 0, 0, time.UTC)
	return s.Between(from, from.AddDate(n, 0, 0))
}

// days writes dates as "2026-01-31 …".
func days(dates []calendar.Date) string {
	var out []string
	for _, d := range dates {
		out = append(out, d.Starts.Date())
	}
	return strings.Join(out, " ")
}

func TestAG1_EightInTheEveningStaysSo(t *testing.T) {
	for _, c := range []struct {
		starts, zone string
		instants     []string
	}{
		{"2026-10-21T20:00", paris, []string{"2026-10-21T18:00:00Z", "2026-10-28T19:00:00Z"}},
		{"2026-03-25T20:00", paris, []string{"2026-03-25T19:00:00Z", "2026-04-01T18:00:00Z"}},
		{"2026-10-21T20:00", "America/Cayenne", []string{"2026-10-21T23:00:00Z", "2026-10-28T23:00:00Z"}},
		{"2026-10-28T20:00", "America/Miquelon", []string{"2026-10-28T22:00:00Z", "2026-11-04T23:00:00Z"}},
		{"2026-03-04T20:00", "America/Miquelon", []string{"2026-03-04T23:00:00Z", "2026-03-11T22:00:00Z"}},
	} {
		s := series(t, c.starts, "FREQ=WEEKLY;BYDAY=WE;COUNT=2")
		s.Zone = c.zone
		dates := years(t, s, 2026, 1)
		if len(dates) != 2 {
			t.Fatalf("%s: %d dates", c.starts, len(dates))
		}
		for i, d := range dates {
			if got := d.At.UTC().Format(time.RFC3339); got != c.instants[i] || d.Starts.Hour != 20 || d.Until.Sub(d.At) != 2*time.Hour {
				t.Errorf("%s in %s: %s to %v, want %s", d.Starts, c.zone, got, d.Until, c.instants[i])
			}
		}
	}
}

func TestAG2_AnHourASpringNightSkipsIsNoDateAndNotCounted(t *testing.T) {
	s := series(t, "2026-03-28T02:30", "FREQ=DAILY;COUNT=3")
	if got := days(years(t, s, 2026, 1)); got != "2026-03-28 2026-03-30 2026-03-31" {
		t.Errorf("dates %s", got)
	}
	s = series(t, "2026-03-28T02:30", "FREQ=DAILY;COUNT=1")
	s.Extra = []calendar.Wall{wall(t, "2026-03-29T02:30")} // written by hand: read as 3:30
	dates := years(t, s, 2026, 1)
	if want := time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC); len(dates) != 2 || !dates[1].At.Equal(want) {
		t.Errorf("a date written by hand: %+v", dates)
	}
}

func TestAG4_AG5_DaysOfTheMonth(t *testing.T) {
	for _, c := range []struct{ starts, rule, want string }{
		{"2026-01-31T10:00", "FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31 2026-03-31 2026-05-31 2026-07-31 2026-08-31 2026-10-31 2026-12-31"},
		{"2026-01-31T10:00", "FREQ=MONTHLY", "2026-01-31 2026-03-31 2026-05-31 2026-07-31 2026-08-31 2026-10-31 2026-12-31"},
		{"2026-01-31T10:00", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=4", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"},
		{"2027-01-01T10:00", "FREQ=MONTHLY;BYDAY=5SU", "2027-01-31 2027-05-30 2027-08-29 2027-10-31"},
		{"2027-01-01T10:00", "FREQ=MONTHLY;BYDAY=1SA;COUNT=5", "2027-01-02 2027-02-06 2027-03-06 2027-04-03 2027-05-01"},
		{"2027-01-01T10:00", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2027-01-29 2027-02-26 2027-03-26"},
	} {
		if got := days(years(t, series(t, c.starts, c.rule), wall(t, c.starts).Year, 1)); got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
}

func TestAG6_ACountIsCountedBeforeExceptions(t *testing.T) {
	s := series(t, "2026-09-02T20:00", "FREQ=WEEKLY;BYDAY=WE;COUNT=10")
	s.Without = []calendar.Wall{wall(t, "2026-09-16T20:00")}
	dates := years(t, s, 2026, 1)
	if len(dates) != 9 || dates[8].Starts.Date() != "2026-11-04" {
		t.Errorf("%d dates: %s", len(dates), days(dates))
	}
	if last, ok := s.Last(); !ok || !last.Equal(dates[8].Until) {
		t.Errorf("last %v, %v", last, ok)
	}
}

func TestAG7_AnEndIsIncluded(t *testing.T) {
	for _, c := range []struct{ until, last string }{
		{"20261028T190000Z", "2026-10-28"},
		{"20261028T185959Z", "2026-10-21"},
		{"20261028", "2026-10-28"},
		{"20261028T200000", "2026-10-28"}, // floating: on the wall
		{"20261028T195959", "2026-10-21"},
	} {
		s := series(t, "2026-10-07T20:00", "FREQ=WEEKLY;BYDAY=WE;UNTIL="+c.until)
		dates := years(t, s, 2026, 2)
		if got := dates[len(dates)-1].Starts.Date(); got != c.last {
			t.Errorf("until %s: last %s, want %s", c.until, got, c.last)
		}
		if last, ok := s.Last(); !ok || !last.Equal(dates[len(dates)-1].Until) {
			t.Errorf("until %s: Last %v, %v", c.until, last, ok)
		}
	}
}

func TestAG8_TheWeekBeginsOnMondayUnlessSaid(t *testing.T) {
	for _, c := range []struct{ rule, want, written string }{
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 1997-08-10 1997-08-19 1997-08-24", "WKST=MO"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU", "1997-08-05 1997-08-10 1997-08-19 1997-08-24", "WKST=MO"},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 1997-08-17 1997-08-19 1997-08-31", "WKST=SU"},
	} {
		s := series(t, "1997-08-05T09:00", c.rule)
		if got := days(years(t, s, 1997, 1)); got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
		if got := s.Rule.String(); !strings.HasSuffix(got, c.written) {
			t.Errorf("written %s", got)
		}
	}
}

func TestAG10_NotOnPublicHolidays(t *testing.T) {
	s := series(t, "2026-04-24T18:00", "FREQ=WEEKLY;BYDAY=FR;COUNT=5")
	s.Skip.Public = true
	var got []string
	for _, d := range years(t, s, 2026, 1) {
		got = append(got, d.Starts.Date()+" "+d.Struck)
	}
	want := []string{"2026-04-24 ", "2026-05-01 public:labour", "2026-05-08 public:victory", "2026-05-15 ", "2026-05-22 "}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	s.Extra = []calendar.Wall{wall(t, "2026-05-08T18:00")}
	if d := years(t, s, 2026, 1)[2]; d.Struck != "" {
		t.Errorf("a date added by hand is struck: %+v", d)
	}
}

func TestAG10_TheHolidaysOf2026(t *testing.T) {
	list := func(alsace bool) (out []string) {
		for _, h := range calendar.PublicHolidays(2026, alsace) {
			out = append(out, h.Day.Date()[5:]+" "+h.Key)
		}
		return out
	}
	want := []string{
		"01-01 new_year", "04-06 easter_monday", "05-01 labour", "05-08 victory", "05-14 ascension",
		"05-25 whit_monday", "07-14 national", "08-15 assumption", "11-01 all_saints", "11-11 armistice", "12-25 christmas",
	}
	if got := list(false); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	want = slices.Insert(want, 1, "04-03 good_friday")
	if got := list(true); !slices.Equal(got, append(want, "12-26 saint_stephen")) {
		t.Errorf("in Alsace %q", got)
	}
}

func TestAG17_SchoolHolidaysByZone(t *testing.T) {
	for _, c := range []struct {
		zone, day, key string
		known          bool
	}{
		{"A", "2027-02-12", "", true},
		{"A", "2027-02-13", "hiver", true},
		{"C", "2027-02-13", "hiver", true},
		{"C", "2027-02-22", "", true}, // the day school begins again
		{"B", "2027-02-13", "", true},
		{"C", "2026-10-31", "toussaint", true},
		{"B", "2026-08-31", "ete", true},
		{"B", "2026-09-01", "", true},
		{"B", "2027-08-31", "ete", true},
		{"B", "2027-09-01", "", false}, // not published
		{"B", "2024-09-01", "", false},
		{"Corse", "2026-10-31", "", false},
	} {
		if key, known := calendar.SchoolHoliday(c.zone, wall(t, c.day)); key != c.key || known != c.known {
			t.Errorf("zone %s, %s: %q, %v", c.zone, c.day, key, known)
		}
	}
	if got := calendar.SchoolHolidaysKnownUntil("C").Date(); got != "2027-08-31" {
		t.Errorf("known until %s", got)
	}
	for dep, zone := range map[string]string{"46": "C", "19": "A", "67": "B", "2A": "", "973": ""} {
		if got := calendar.SchoolZoneOf(dep); got != zone {
			t.Errorf("département %s: zone %q, want %q", dep, got, zone)
		}
	}
	s := series(t, "2027-02-03T20:00", "FREQ=WEEKLY;BYDAY=WE;COUNT=4")
	s.Skip.School = "C"
	if dates := years(t, s, 2027, 1); dates[0].Struck != "" || dates[1].Struck != "school:C:hiver" || dates[3].Struck != "" {
		t.Errorf("got %+v", dates)
	}
}

func TestEveryDepartementHasOneAcademy(t *testing.T) {
	n := 0
	for i := 1; i <= 95; i++ {
		if i != 20 && calendar.SchoolZoneOf(string([]byte{byte('0' + i/10), byte('0' + i%10)})) != "" {
			n++
		}
	}
	if n != 94 {
		t.Errorf("%d départements have a zone, want 94 and none in Corsica", n)
	}
}

func TestAnOperatorsHolidaysTakeThePlaceOfOurs(t *testing.T) {
	t.Cleanup(func() { _ = calendar.UseSchoolHolidays(nil) })
	head := "year;holiday;zone;first_day;back_to_school;status\n"
	for _, bad := range []string{"", head, head + "x;toussaint;A;2030-10-19;2030-10-01;published\n", head + "x;toussaint;A;19/10/2030;;published\n"} {
		if err := calendar.UseSchoolHolidays(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if key, _ := calendar.SchoolHoliday("A", wall(t, "2027-02-13")); key != "hiver" {
		t.Error("a table with a mistake took the place of ours")
	}
	if err := calendar.UseSchoolHolidays(strings.NewReader(head + "2030-2031;toussaint;A;2030-10-19;2030-11-04;published\n")); err != nil {
		t.Fatal(err)
	}
	if key, known := calendar.SchoolHoliday("A", wall(t, "2030-10-20")); key != "toussaint" || !known {
		t.Errorf("got %q, %v", key, known)
	}
}

func TestAG11_AllDaySeries(t *testing.T) {
	s := &calendar.Series{Starts: wall(t, "2026-03-28"), Days: 2, AllDay: true, Zone: paris, Rule: rule(t, "FREQ=DAILY;INTERVAL=2;UNTIL=20260330")}
	dates := years(t, s, 2026, 1)
	if days(dates) != "2026-03-28 2026-03-30" {
		t.Fatalf("dates %s", days(dates))
	}
	if got := dates[0].Until.Sub(dates[0].At); got != 47*time.Hour {
		t.Errorf("two days over the night of spring last %v", got)
	}
	s.Rule = rule(t, "FREQ=DAILY;UNTIL=20260330T000000Z")
	if got := days(years(t, s, 2026, 1)); got != "2026-03-28 2026-03-29 2026-03-30" {
		t.Errorf("until in UTC: %s", got)
	}
}

func TestAG12_ADateTouchesTheNightItEndsIn(t *testing.T) {
	s := series(t, "2026-11-28T22:00", "FREQ=WEEKLY")
	s.Lasts = 4 * time.Hour
	sunday := time.Date(2026, 11, 28, 23, 0, 0, 0, time.UTC)
	if got := days(s.Between(sunday, sunday.AddDate(0, 0, 1))); got != "2026-11-28" {
		t.Errorf("on Sunday: %q", got)
	}
	if got := s.Between(sunday.Add(2*time.Hour), sunday.AddDate(0, 0, 1)); len(got) != 0 {
		t.Errorf("at two o'clock: %s", days(got))
	}
}

func TestFirst(t *testing.T) {
	s := series(t, "2026-09-01T20:00", "FREQ=WEEKLY;BYDAY=WE")
	s.Without = []calendar.Wall{wall(t, "2026-09-02T20:00")}
	if d, ok := s.First(); !ok || d.Starts.String() != "2026-09-02T20:00" {
		t.Errorf("first %v, %v", d, ok)
	}
	s.Rule = rule(t, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
	if d, ok := s.First(); ok {
		t.Errorf("the 30th of February was found: %v", d)
	}
	s.Rule = calendar.Rule{}
	if d, ok := s.First(); !ok || d.Starts != s.Starts {
		t.Errorf("without a rule: %v, %v", d, ok)
	}
}

// TestARuleOfImpossibleDatesCostsLittle: 600 centuries of looking would be
// what it costs without bounds.
func TestARuleOfImpossibleDatesCostsLittle(t *testing.T) {
	for _, text := range []string{
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;COUNT=10000", "FREQ=DAILY;UNTIL=99991231",
		"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=366;COUNT=10000",
	} {
		s := series(t, "2026-01-01T10:00", text)
		begun := time.Now()
		s.Between(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
		s.Last()
		// Without a bound it is for ever; a busy machine under race takes seconds.
		if took := time.Since(begun); took > time.Minute {
			t.Errorf("%s took %v", text, took)
		}
	}
}
