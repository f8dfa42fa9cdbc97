package booking_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/calendar"
)

// paris reads "2026-10-24 22:00" on the clocks of Paris.
func paris(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, parisZone(t))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func parisZone(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// askFor is an ask made long before.
func askFor(t testing.TB, from, until string) booking.Ask {
	t.Helper()
	return booking.Ask{From: paris(t, from), Until: paris(t, until), Zone: parisZone(t), Asked: paris(t, "2026-01-01 09:00")}
}

// keys are the sentences of breaches.
func keys(list []booking.Breach) []string {
	var out []string
	for _, b := range list {
		out = append(out, strings.TrimPrefix(b.Key, "err.booking.terms."))
	}
	return out
}

// weekend is a package from Saturday 8 h to Monday 8 h.
var weekend = booking.Package{Key: "p1", Name: "Week-end", Days: [7]bool{5: true}, From: 8 * 60, Until: 56 * 60}

var tariff = booking.Terms{
	Packages: []booking.Package{weekend},
	Prices: []booking.Price{
		{Unit: booking.ByHour, Cents: 10_00},
		{Unit: booking.ByPackage, Package: "p1", Cents: 180_00},
	},
}

func TestSA3_HoursAreRealAndPackagesFlatOverClockChanges(t *testing.T) {
	for _, c := range []struct {
		from, until, pack string
		hours             int
		cents             int64
	}{
		{"2026-10-24 22:00", "2026-10-25 06:00", "", 9, 90_00},
		{"2026-03-28 22:00", "2026-03-29 06:00", "", 7, 70_00},
		{"2026-11-07 22:00", "2026-11-08 06:00", "", 8, 80_00},
		{"2026-10-24 08:00", "2026-10-26 08:00", "p1", 49, 180_00},
		{"2026-03-28 08:00", "2026-03-30 08:00", "p1", 47, 180_00},
	} {
		a := askFor(t, c.from, c.until)
		a.Package = c.pack
		q := tariff.Quote(a)
		if q.Real != time.Duration(c.hours)*time.Hour || q.Total != c.cents || !q.Priced {
			t.Errorf("%s to %s %s: %v for %d cents, want %d h for %d", c.from, c.until, c.pack, q.Real, q.Total, c.hours, c.cents)
		}
		if bad := tariff.Judge(a); len(bad) > 0 {
			t.Errorf("%s to %s %s: %v", c.from, c.until, c.pack, keys(bad))
		}
	}
}

func TestSA3_QuotasCountRealTime(t *testing.T) {
	terms := booking.Terms{Quotas: []booking.Quota{{Hours: 8, Per: booking.PerWeek}}}
	for _, c := range []struct {
		from, until string
		want        []string
	}{
		{"2026-11-07 22:00", "2026-11-08 06:00", nil},
		{"2026-10-24 22:00", "2026-10-25 05:00", nil},
		{"2026-10-24 22:00", "2026-10-25 06:00", []string{"hours_week"}}, // 8 h on the wall, 9 in fact
		{"2026-03-28 22:00", "2026-03-29 07:00", nil},                    // 9 h on the wall, 8 in fact
		{"2026-03-28 22:00", "2026-03-29 07:01", []string{"hours_week"}},
	} {
		if got := keys(terms.Judge(askFor(t, c.from, c.until))); !slices.Equal(got, c.want) {
			t.Errorf("%s to %s: %v, want %v", c.from, c.until, got, c.want)
		}
	}
}

func TestQuotasCountWhatIsHeldInThePeriodOfTheirClass(t *testing.T) {
	terms := booking.Terms{
		Classes: []booking.Class{{Key: "c1", Name: "Association"}, {Key: "c2", Name: "Habitant"}},
		Quotas: []booking.Quota{
			{Class: "c2", Times: 2, Per: booking.PerMonth},
			{Hours: 10, Per: booking.PerDay},
		},
	}
	held := []booking.Span{
		{From: paris(t, "2026-11-02 18:00"), Until: paris(t, "2026-11-02 20:00")},
		{From: paris(t, "2026-10-31 20:00"), Until: paris(t, "2026-11-01 02:00")}, // begins in October
		{From: paris(t, "2026-11-30 16:00"), Until: paris(t, "2026-12-01 01:00")},
	}
	for _, c := range []struct {
		class, from, until string
		want               []string
	}{
		{"c2", "2026-11-10 18:00", "2026-11-10 20:00", []string{"times_month"}},
		{"c1", "2026-11-10 18:00", "2026-11-10 20:00", nil},
		{"c2", "2026-12-10 18:00", "2026-12-10 20:00", nil},
		{"c1", "2026-11-30 10:00", "2026-11-30 12:00", nil}, // 10 h with the 8 of that day
		{"c1", "2026-11-30 10:00", "2026-11-30 12:01", []string{"hours_day"}},
		{"c1", "2026-12-01 10:00", "2026-12-01 19:00", nil}, // 9 h and the one after midnight
		{"", "2026-12-10 18:00", "2026-12-10 20:00", []string{"class"}},
	} {
		a := askFor(t, c.from, c.until)
		a.Class, a.Held = c.class, held
		if got := keys(terms.Judge(a)); !slices.Equal(got, c.want) {
			t.Errorf("%s %s: %v, want %v", c.class, c.from, got, c.want)
		}
	}
}

func TestSA4_NoticeIsCountedInCalendarDays(t *testing.T) {
	terms := booking.Terms{Notice: 15, Ahead: 365}
	for _, c := range []struct {
		asked, from string
		want        []string
	}{
		{"2026-03-01 23:59", "2026-03-16 00:01", nil}, // 15 days, if hardly 14 times 24 hours
		{"2026-03-01 09:00", "2026-03-16 09:00", nil},
		{"2026-03-01 00:00", "2026-03-15 23:00", []string{"notice"}},
		{"2026-03-20 23:30", "2026-04-04 08:00", nil}, // over the spring night
		{"2026-03-01 09:00", "2027-03-01 20:00", nil},
		{"2026-03-01 23:00", "2027-03-02 08:00", []string{"ahead"}},
	} {
		a := askFor(t, c.from, c.from)
		a.Asked, a.Until = paris(t, c.asked), a.From.Add(time.Hour)
		got := terms.Judge(a)
		if !slices.Equal(keys(got), c.want) {
			t.Errorf("asked %s for %s: %v, want %v", c.asked, c.from, keys(got), c.want)
		}
		if len(got) > 0 && (got[0].Confirm || got[0].Fault().Field != "starts") {
			t.Errorf("%+v: only a derogation lets it pass", got[0])
		}
	}
}

func TestSA9_MorePeopleThanFit(t *testing.T) {
	for _, c := range []struct {
		people, capacity int
		crowd            bool
		want             []booking.Breach
	}{
		{80, 80, false, nil},
		{95, 0, false, nil},
		{95, 80, false, []booking.Breach{{Key: "err.booking.terms.people", Args: []any{"n", 80}, Field: "people"}}},
		{95, 80, true, []booking.Breach{{Key: "booking.terms.people_confirm", Args: []any{"n", 80}, Field: "people", Confirm: true}}},
	} {
		a := askFor(t, "2026-11-14 20:00", "2026-11-14 23:00")
		a.People, a.Capacity = c.people, c.capacity
		terms := booking.Terms{Crowd: c.crowd}
		if got := terms.Judge(a); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%d in a hall of %d: %+v, want %+v", c.people, c.capacity, got, c.want)
		}
	}
}

func TestSA10_APackageHoldsItsWholeSpan(t *testing.T) {
	zone := parisZone(t)
	span, ok := weekend.On(calendar.WallOf(paris(t, "2026-11-14 15:00")), zone)
	if !ok || !span.From.Equal(paris(t, "2026-11-14 08:00")) || !span.Until.Equal(paris(t, "2026-11-16 08:00")) {
		t.Fatalf("the week-end is %v, %v", span, ok)
	}
	sunday := booking.Span{From: paris(t, "2026-11-15 14:00"), Until: paris(t, "2026-11-15 16:00")}
	monday := booking.Span{From: span.Until, Until: span.Until.Add(time.Hour)}
	if !span.Overlaps(sunday) || span.Overlaps(monday) {
		t.Error("Sunday is the package's, Monday from 8 h is not")
	}
	for from, want := range map[string]bool{"2026-11-14 08:00": true, "2026-11-15 08:00": false, "2026-11-14 09:00": false} {
		a := askFor(t, from, "2026-11-16 08:00")
		a.Package = "p1"
		if got := len(tariff.Judge(a)) == 0; got != want {
			t.Errorf("the package from %s: %v", from, got)
		}
	}
	a := askFor(t, "2026-11-14 08:00", "2026-11-16 08:00")
	a.Package = "p9"
	if got := keys(tariff.Judge(a)); !slices.Equal(got, []string{"package"}) {
		t.Errorf("a package there is not: %v", got)
	}
}

func TestSA16_CancellationFeeByCalendarDays(t *testing.T) {
	terms := booking.Terms{Fees: []booking.FeeStep{{Days: 30, Percent: 50}}}
	steps := booking.Terms{Fees: []booking.FeeStep{{Days: 30, Percent: 50}, {Days: 7, Percent: 100}}}
	for _, c := range []struct {
		terms     *booking.Terms
		price     int64
		cancelled string
		want      int64
	}{
		{&terms, 80_00, "2026-06-02 18:00", 40_00}, // 12 days before
		{&terms, 80_00, "2026-05-15 23:59", 0},     // exactly 30
		{&terms, 80_00, "2026-05-16 00:01", 40_00}, // 29
		{&terms, 80_01, "2026-06-02 18:00", 40_00},
		{&terms, 80_00, "2026-06-14 22:00", 40_00}, // while it lasts
		{&steps, 80_00, "2026-06-08 08:00", 80_00}, // 6
		{&steps, 80_00, "2026-06-07 08:00", 40_00}, // 7
		{&booking.Terms{}, 80_00, "2026-06-14 08:00", 0},
	} {
		got := c.terms.Fee(c.price, paris(t, "2026-06-14 20:00"), paris(t, c.cancelled), parisZone(t))
		if got != c.want {
			t.Errorf("cancelled %s: %d cents, want %d", c.cancelled, got, c.want)
		}
	}
}

func TestSA8_OfOneDayTheClassDecidesElseTheMinute(t *testing.T) {
	terms := booking.Terms{SameDay: true, Classes: []booking.Class{
		{Key: "c1", Name: "Association communale"}, {Key: "c2", Name: "Habitant"}, {Key: "c3", Name: "Hors commune"},
	}}
	zone := parisZone(t)
	claim := func(class, at string) booking.Claim { return booking.Claim{Class: class, Asked: paris(t, at)} }
	for _, c := range []struct {
		a, b booking.Claim
		want bool
	}{
		{claim("c1", "2026-03-01 18:00"), claim("c2", "2026-03-01 09:00"), true},
		{claim("c2", "2026-03-01 09:00"), claim("c1", "2026-03-01 18:00"), false},
		{claim("c1", "2026-03-02 00:01"), claim("c3", "2026-03-01 23:59"), false},
		{claim("c2", "2026-03-01 09:00"), claim("c2", "2026-03-01 09:01"), true},
		{claim("c3", "2026-03-01 09:00"), claim("", "2026-03-01 08:00"), true},
		{claim("c1", "2026-03-01 09:00"), claim("c1", "2026-03-01 09:00"), false},
	} {
		if got := terms.Precedes(c.a, c.b, zone); got != c.want {
			t.Errorf("%v before %v: %v", c.a, c.b, got)
		}
	}
	terms.SameDay = false
	if terms.Precedes(claim("c1", "2026-03-01 18:00"), claim("c2", "2026-03-01 09:00"), zone) {
		t.Error("without the rule the first is the first")
	}
}

func TestOpeningHours(t *testing.T) {
	terms := booking.Terms{Hours: "du lundi au vendredi de 8 h à 22 h ; samedi et dimanche de 8 h à 2 h"}
	always := booking.Terms{Hours: "24/7"}
	summer := booking.Terms{Hours: "Apr-Sep Mo-Su 08:00-20:00"}
	for _, c := range []struct {
		terms       *booking.Terms
		from, until string
		open        bool
	}{
		{&terms, "2026-11-11 08:00", "2026-11-11 22:00", true},
		{&terms, "2026-11-11 07:59", "2026-11-11 22:00", false},
		{&terms, "2026-11-11 20:00", "2026-11-11 22:01", false},
		{&terms, "2026-11-14 20:00", "2026-11-15 02:00", true},
		{&terms, "2026-11-14 20:00", "2026-11-15 09:00", false},
		{&terms, "2026-11-15 20:00", "2026-11-16 02:00", true},
		{&always, "2026-03-28 20:00", "2026-04-20 02:00", true},
		{&summer, "2026-09-30 08:00", "2026-09-30 20:00", true},
		{&summer, "2026-10-01 08:00", "2026-10-01 20:00", false},
		{&booking.Terms{}, "2026-10-01 08:00", "2026-12-01 20:00", true},
	} {
		s := booking.Span{From: paris(t, c.from), Until: paris(t, c.until)}
		if got := c.terms.Opens(s, parisZone(t)); got != c.open {
			t.Errorf("%q from %s to %s: %v", c.terms.Hours, c.from, c.until, got)
		}
	}
	a := askFor(t, "2026-11-11 23:00", "2026-11-12 01:00")
	if got := keys(terms.Judge(a)); !slices.Equal(got, []string{"hours"}) {
		t.Errorf("at night: %v", got)
	}
}

func TestQuoteTakesTheCheapestMixture(t *testing.T) {
	terms := booking.Terms{
		Classes: []booking.Class{{Key: "c1", Name: "Association"}, {Key: "c2", Name: "Habitant"}},
		HalfDay: 5, Deposit: 500_00,
		Prices: []booking.Price{
			{Unit: booking.ByHour, Cents: 12_00},
			{Unit: booking.ByHalfDay, Cents: 40_00},
			{Unit: booking.ByDay, Cents: 70_00},
			{Class: "c1", Unit: booking.ByHour, Cents: 0},
			{Class: "c2", Unit: booking.ByBooking, Cents: 15_00},
		},
	}
	for _, c := range []struct {
		class, from, until string
		total              int64
		units              []booking.Unit
	}{
		{"", "2026-11-14 14:00", "2026-11-14 16:00", 24_00, []booking.Unit{booking.ByHour}},
		{"", "2026-11-14 14:00", "2026-11-14 15:30", 18_00, []booking.Unit{booking.ByHour}},
		{"", "2026-11-14 14:00", "2026-11-14 19:00", 40_00, []booking.Unit{booking.ByHalfDay}},
		{"", "2026-11-14 14:00", "2026-11-14 20:00", 52_00, []booking.Unit{booking.ByHalfDay, booking.ByHour}},
		{"", "2026-11-14 08:00", "2026-11-14 23:00", 70_00, []booking.Unit{booking.ByDay}},
		{"", "2026-11-14 08:00", "2026-11-16 09:00", 152_00, []booking.Unit{booking.ByDay, booking.ByHour}},
		{"", "2026-10-24 08:00", "2026-10-26 08:00", 140_00, []booking.Unit{booking.ByDay}}, // 49 h, two days on the wall
		{"c1", "2026-11-14 08:00", "2026-11-14 23:00", 0, []booking.Unit{booking.ByHour}},
		{"c2", "2026-11-14 14:00", "2026-11-14 16:00", 39_00, []booking.Unit{booking.ByHour, booking.ByBooking}},
	} {
		a := askFor(t, c.from, c.until)
		a.Class = c.class
		q := terms.Quote(a)
		var units []booking.Unit
		for _, l := range q.Lines {
			units = append(units, l.Unit)
		}
		if q.Total != c.total || !slices.Equal(units, c.units) || q.Deposit != 500_00 || !q.Priced {
			t.Errorf("%s %s to %s: %d of %v, want %d of %v", c.class, c.from, c.until, q.Total, units, c.total, c.units)
		}
	}
	if q := (&booking.Terms{}).Quote(askFor(t, "2026-11-14 14:00", "2026-11-14 16:00")); q.Priced || q.Total != 0 {
		t.Errorf("without prices: %+v", q)
	}
	tables := booking.Terms{Prices: []booking.Price{{Unit: booking.ByDay, Cents: 1_50}, {Unit: booking.ByBooking, Cents: 10_00}}}
	eight := askFor(t, "2026-11-14 08:00", "2026-11-14 23:00")
	eight.Units = 8
	if q := tables.Quote(eight); q.Total != 22_00 {
		t.Errorf("eight tables: %d", q.Total)
	}
	only := booking.Terms{Prices: []booking.Price{{Unit: booking.ByDay, Cents: 70_00}}}
	if q := only.Quote(askFor(t, "2026-11-14 14:00", "2026-11-16 13:00")); q.Total != 140_00 {
		t.Errorf("two days begun: %d", q.Total)
	}
}

func TestRulesAndQuestions(t *testing.T) {
	terms := booking.Terms{Rules: "On range les chaises.", Questions: []booking.Question{
		{Key: "q1", Label: "Combien de tables ?", Required: true},
		{Key: "q2", Label: "Disposition", Choices: []string{"en U", "en rangs"}},
	}}
	a := askFor(t, "2026-11-14 14:00", "2026-11-14 16:00")
	a.Answers = map[string]string{"q2": "en rond"}
	if got := keys(terms.Judge(a)); !slices.Equal(got, []string{"answer", "choice", "rules"}) {
		t.Errorf("nothing answered: %v", got)
	}
	a.Answers, a.Accepted = map[string]string{"q1": "8", "q2": "en U"}, true
	if got := terms.Judge(a); len(got) != 0 {
		t.Errorf("all answered: %v", keys(got))
	}
}

func TestTermsAreKeptAsTheyWere(t *testing.T) {
	full := booking.Terms{
		Hours: "Mo-Su 08:00-22:00", Notice: 15, Ahead: 365, Longest: 72, Crowd: true, SameDay: true,
		Classes:  []booking.Class{{Key: "c1", Name: "Habitant"}},
		Quotas:   []booking.Quota{{Class: "c1", Hours: 20, Times: 2, Per: booking.PerMonth}},
		Packages: []booking.Package{weekend}, HalfDay: 5,
		Prices:  []booking.Price{{Class: "c1", Unit: booking.ByPackage, Package: "p1", Cents: 180_00}},
		Deposit: 500_00, Documents: []string{"Attestation d'assurance"},
		Fees:      []booking.FeeStep{{Days: 30, Percent: 50}},
		Questions: []booking.Question{{Key: "q1", Label: "Combien de tables ?", Required: true, Choices: []string{"4", "8"}}},
		Rules:     "On range les chaises.",
	}
	if err := full.Check(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []*booking.Terms{{}, &full} {
		got, err := booking.ParseTerms(want.String())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	if s := (&booking.Terms{}).String(); s != "" {
		t.Errorf("no terms are %q", s)
	}
	if _, err := booking.ParseTerms("{"); err == nil {
		t.Error("half a text was read")
	}
}

func TestCheckOfTermsRefuses(t *testing.T) {
	for field, change := range map[string]func(*booking.Terms){
		"hours":         func(t *booking.Terms) { t.Hours = "quand on veut, sauf lundi" },
		"notice":        func(t *booking.Terms) { t.Notice = 367 },
		"ahead":         func(t *booking.Terms) { t.Notice, t.Ahead = 15, 10 },
		"longest":       func(t *booking.Terms) { t.Longest = -1 },
		"half_day":      func(t *booking.Terms) { t.HalfDay = 24 },
		"deposit":       func(t *booking.Terms) { t.Deposit = -1 },
		"rules":         func(t *booking.Terms) { t.Rules = strings.Repeat("é", 5001) },
		"classes":       func(t *booking.Terms) { t.Classes = []booking.Class{{Key: "c1", Name: "A"}, {Key: "c2", Name: "A"}} },
		"documents":     func(t *booking.Terms) { t.Documents = []string{"a\x00"} },
		"quota_0_times": func(t *booking.Terms) { t.Quotas = []booking.Quota{{Per: booking.PerDay}} },
		"quota_1_per": func(t *booking.Terms) {
			t.Quotas = []booking.Quota{{Times: 1, Per: booking.PerDay}, {Times: 1, Per: "moon"}}
		},
		"package_0_until":  func(t *booking.Terms) { p := weekend; p.Until = p.From; t.Packages = []booking.Package{p} },
		"package_1_name":   func(t *booking.Terms) { t.Packages = []booking.Package{weekend, weekend} },
		"prices":           func(t *booking.Terms) { t.Prices = []booking.Price{{Unit: booking.ByPackage, Package: "p1"}} },
		"price__hour":      func(t *booking.Terms) { t.Prices = []booking.Price{{Unit: booking.ByHour, Cents: -1}} },
		"fee_0_days":       func(t *booking.Terms) { t.Fees = []booking.FeeStep{{Days: 0, Percent: 50}} },
		"fee_0_percent":    func(t *booking.Terms) { t.Fees = []booking.FeeStep{{Days: 30, Percent: 101}} },
		"question_0_label": func(t *booking.Terms) { t.Questions = []booking.Question{{Key: "q1", Label: " "}} },
		"question_0_choices": func(t *booking.Terms) {
			t.Questions = []booking.Question{{Key: "q1", Label: "?", Choices: make([]string, 13)}}
		},
	} {
		var terms booking.Terms
		change(&terms)
		many, _ := errors.AsType[store.Errors](terms.Check())
		if !slices.ContainsFunc(many, func(e *store.Error) bool { return e.Field == field }) {
			t.Errorf("%s: %v", field, many)
		}
	}
}
