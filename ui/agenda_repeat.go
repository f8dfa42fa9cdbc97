package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
)

// repeatFields are the choices of the part of the form that says how an event
// repeats.
type repeatFields struct {
	Kinds, Days, Month, Public, School []choice
	Open                               bool // something is chosen in it
}

var repeatKinds = []string{"", "daily", "weekly", "monthly", "yearly"}

// monthWays are the ways to name a day of a month after the first date.
var monthWays = []string{"day", "nth", "last", "last_day"}

var weekdayWords = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// repeatFields are the choices for a form. The school holidays proposed first
// are those of the commune.
func (r *request) repeatFields(f *form) (*repeatFields, error) {
	var home homeHolidays
	err := r.View(func(tx *store.Tx) (err error) {
		home, err = holidaysOfHome(tx)
		return err
	})
	p := &repeatFields{Open: f.has("repeat")}
	for _, k := range repeatKinds {
		p.Kinds = append(p.Kinds, choice{Value: k, Label: r.T("series.kind." + orWord(k, "once"))})
	}
	if rule := f.text("rule"); rule != "" || f.text("repeat") == "kept" {
		p.Kinds = append(p.Kinds, choice{Value: "kept", Label: r.T("series.kind.kept")})
	}
	for i, d := range weekdayWords {
		p.Days = append(p.Days, choice{Value: d, Label: r.dates.days[(i+1)%7]})
	}
	for _, w := range monthWays {
		p.Month = append(p.Month, choice{Value: w, Label: r.T("series.month." + w)})
	}
	for _, w := range []string{"", "fr", "alsace"} {
		p.Public = append(p.Public, choice{Value: w, Label: r.T("series.public." + orWord(w, "yes"))})
	}
	p.School = r.schoolChoices(home.School)
	return p, err
}

func orWord(s, empty string) string {
	if s == "" {
		return empty
	}
	return s
}

func (r *request) schoolChoices(home string) []choice {
	list := []choice{{Value: "", Label: r.T("series.school.yes")}}
	zones := calendar.SchoolZones()
	slices.SortStableFunc(zones, func(a, b string) int {
		switch home {
		case a:
			return -1
		case b:
			return 1
		}
		return 0
	})
	for _, z := range zones {
		key := "series.school.no"
		if z == home {
			key = "series.school.home"
		}
		list = append(list, choice{Value: z, Label: r.T(key, "zone", z)})
	}
	return list
}

// repeat reads how the event repeats into e. Faults are noted on the form.
func (f *form) repeat(e *agenda.Event) {
	kind := f.text("repeat")
	if kind == "" {
		return
	}
	e.Rule = calendar.Rule{Every: f.every(), WeekStart: time.Monday}
	switch kind {
	case "daily":
		e.Rule.Freq = calendar.Daily
	case "weekly":
		e.Rule.Freq, e.Rule.Days = calendar.Weekly, f.weekdays(e.Starts)
	case "monthly":
		f.monthly(e)
	case "yearly":
		e.Rule.Freq, e.Rule.Months, e.Rule.MonthDays = calendar.Yearly, []int{int(e.Starts.Month)}, []int{e.Starts.Day}
	case "kept":
		f.keptRule(e)
	default:
		f.fault("repeat", "err.agenda.rule")
	}
	f.repeatEnd(e)
	e.Skip = calendar.Skip{Public: f.has("skip_public"), Alsace: f.text("skip_public") == "alsace"}
	if zone := f.text("skip_school"); slices.Contains(calendar.SchoolZones(), zone) {
		e.Skip.School = zone
	}
}

// every is once in how many periods.
func (f *form) every() int {
	n := f.int("repeat_every")
	switch {
	case !f.has("repeat_every"):
		return 1
	case n < 1 || n > calendar.MaxInterval:
		f.fault("repeat_every", "err.agenda.every", "max", calendar.MaxInterval)
		return 1
	}
	return n
}

// weekdays are the days that were ticked, or the day of the first date.
func (f *form) weekdays(starts calendar.Wall) []calendar.Weekday {
	var days []calendar.Weekday
	for i, word := range weekdayWords {
		if slices.Contains(f.values["repeat_days"], word) {
			days = append(days, calendar.Weekday{Day: time.Weekday((i + 1) % 7)})
		}
	}
	if len(days) == 0 {
		days = []calendar.Weekday{{Day: clockOf(starts).Weekday()}}
	}
	return days
}

// monthly makes the rule of a month from its first date, which need not be in
// the month's last week for "the last Friday".
func (f *form) monthly(e *agenda.Event) {
	e.Rule.Freq = calendar.Monthly
	weekday := clockOf(e.Starts).Weekday()
	switch f.text("repeat_month") {
	case "nth":
		e.Rule.Days = []calendar.Weekday{{N: (e.Starts.Day-1)/7 + 1, Day: weekday}}
	case "last":
		e.Rule.Days = []calendar.Weekday{{N: -1, Day: weekday}}
	case "last_day":
		e.Rule.MonthDays = []int{-1}
	default:
		e.Rule.MonthDays = []int{e.Starts.Day}
	}
}

// keptRule is a rule the form has no words for, as it was.
func (f *form) keptRule(e *agenda.Event) {
	text := f.text("rule")
	if text == "" { // dates by hand only
		e.Rule = calendar.Rule{}
		return
	}
	rule, err := calendar.ParseRule(text)
	if err != nil {
		f.fault("repeat", "err.agenda.rule")
		return
	}
	e.Rule = rule
}

// repeatEnd reads how long it goes on: up to a day, so many times, or for ever.
func (f *form) repeatEnd(e *agenda.Event) {
	until, count := f.date("repeat_until"), f.int("repeat_count")
	switch {
	case e.Rule.IsZero():
	case !until.IsZero() && f.has("repeat_count"):
		f.fault("repeat_count", "err.agenda.two_ends")
	case !until.IsZero():
		e.Rule.Until = calendar.EndOn(wallOf(until, 0))
	case f.has("repeat_count") && (count < 1 || count > calendar.MaxCount):
		f.fault("repeat_count", "err.agenda.count", "max", calendar.MaxCount)
	default:
		e.Rule.Count = count
	}
}

// keepByHand keeps what was said of single dates of an event that exists.
func (r *request) keepByHand(f *form, e *agenda.Event) error {
	if r.Param("id") == "" || !f.has("repeat") {
		return nil
	}
	was, err := r.ownEvent()
	if err != nil {
		return err
	}
	if name := r.Param("date"); name != "" {
		d, _ := was.DateNamed(name)
		if rest, ok := was.From(d.Original); ok {
			was = rest
		}
	}
	e.KeepByHand(&was)
	return nil
}

// setRepeat writes how an event repeats into the form.
func (f *form) setRepeat(e *agenda.Event) {
	if !e.Repeats() {
		return
	}
	r := e.Rule
	f.values.Set("repeat", "kept")
	set := func(kind string, more ...string) {
		f.values.Set("repeat", kind)
		for i := 0; i+1 < len(more); i += 2 {
			f.values.Set(more[i], more[i+1])
		}
	}
	if r.Every > 1 {
		f.values.Set("repeat_every", strconv.Itoa(r.Every))
	}
	lists := len(r.Months) + len(r.MonthDays) + len(r.Days) + len(r.Positions) + len(r.Weeks) + len(r.YearDays)
	switch {
	case r.Freq == calendar.Daily && lists == 0:
		set("daily")
	case r.Freq == calendar.Weekly && lists == len(r.Days):
		set("weekly")
		for _, d := range r.Days {
			f.values.Add("repeat_days", weekdayWords[(int(d.Day)+6)%7])
		}
	case r.Freq == calendar.Monthly && monthWay(r, e.Starts) != "":
		set("monthly", "repeat_month", monthWay(r, e.Starts))
	case r.Freq == calendar.Yearly && (lists == 0 || lists == 2 && slices.Equal(r.Months, []int{int(e.Starts.Month)}) && slices.Equal(r.MonthDays, []int{e.Starts.Day})):
		set("yearly")
	}
	if f.text("repeat") == "kept" {
		bare := r
		bare.Count, bare.Until = 0, calendar.End{}
		f.values.Set("rule", bare.String())
	}
	f.setRepeatEnd(e)
}

// monthWay is the way a monthly rule names its day; empty when the form has no
// words for it.
func monthWay(r calendar.Rule, starts calendar.Wall) string {
	one := func(n int, day bool) bool {
		if len(r.Months)+len(r.Positions) > 0 || len(r.MonthDays)+len(r.Days) != 1 {
			return false
		}
		if !day {
			return len(r.MonthDays) == 1 && r.MonthDays[0] == n
		}
		return len(r.Days) == 1 && r.Days[0] == calendar.Weekday{N: n, Day: clockOf(starts).Weekday()}
	}
	switch {
	case one(starts.Day, false), len(r.Months)+len(r.Positions)+len(r.MonthDays)+len(r.Days) == 0:
		return "day"
	case one((starts.Day-1)/7+1, true):
		return "nth"
	case one(-1, true):
		return "last"
	case one(-1, false):
		return "last_day"
	}
	return ""
}

func (f *form) setRepeatEnd(e *agenda.Event) {
	switch {
	case e.Rule.Count > 0:
		f.values.Set("repeat_count", strconv.Itoa(e.Rule.Count))
	case !e.Rule.Until.IsZero():
		f.values.Set("repeat_until", lastDay(e).Date())
	}
	switch {
	case e.Skip.Alsace:
		f.values.Set("skip_public", "alsace")
	case e.Skip.Public:
		f.values.Set("skip_public", "fr")
	}
	f.values.Set("skip_school", e.Skip.School)
}

// repeatView is how an event repeats, with its next dates.
type repeatView struct {
	*speech
	Sentence    string
	Dates       []dateLine
	All         string // address of all its dates; empty before it is published
	Unpublished string // from when on the school holidays are not known
	Over        bool   // no date is to come
}

// dateLine is one date in a list.
type dateLine struct {
	Href, Machine, When, Note string
	Off                       bool
}

// shownDates is how many dates an event's page and a preview list.
const shownDates = 8

// repeatView is the view of an event that repeats; nil for one that does not.
func (r *request) repeatView(e *agenda.Event) *repeatView {
	if !e.Repeats() {
		return nil
	}
	v := &repeatView{speech: r.speech, Sentence: r.sentenceOf(e), Unpublished: r.unpublished(e)}
	if e.ID != "" {
		v.All = "/agenda/" + e.ID + "/dates"
	}
	for _, d := range nextDates(e, r.now, shownDates) {
		v.Dates = append(v.Dates, r.dateLine(e, &d))
	}
	v.Over = len(v.Dates) == 0
	return v
}

// showNext gives an event that repeats the times of the date going on or the
// next that takes place, else of its last.
func (r *request) showNext(e *agenda.Event) {
	dates := nextDates(e, r.now, 50)
	if last, ends := e.Last(); len(dates) == 0 && ends {
		dates = e.Dates(last.AddDate(0, 0, -1), last.AddDate(0, 0, 1))
		slices.Reverse(dates)
	}
	next := slices.IndexFunc(dates, func(d agenda.Date) bool { return !d.Off() })
	if next < 0 {
		return
	}
	d := dates[next]
	e.Starts, e.Ends, e.StartsAt, e.EndsAt = d.Starts, d.Ends, d.At, d.Until
	if d.Until.After(r.now) {
		r.FreshUntil(d.Until)
	} else if d.At.After(r.now) {
		r.FreshUntil(d.At)
	}
}

// nextDates are so many dates from an instant on, looking as far as a series
// may reasonably pause.
func nextDates(e *agenda.Event, from time.Time, n int) []agenda.Date {
	if e.StartsAt.After(from) {
		from = e.StartsAt
	}
	for _, years := range []int{1, 5, 30} {
		if dates := e.Dates(from, from.AddDate(years, 0, 0)); len(dates) >= n || years == 30 {
			return dates[:min(n, len(dates))]
		}
	}
	return nil
}

// dateLine is one date in words, and what is not as usual about it.
func (r *request) dateLine(e *agenda.Event, d *agenda.Date) dateLine {
	on := e.On(*d)
	line := dateLine{Machine: r.Machine(d.At), When: r.whenOf(&on), Note: r.dateNote(e, d), Off: d.Off()}
	if e.ID != "" {
		line.Href = "/agenda/" + e.ID + "/" + e.Name(d)
	}
	return line
}

// dateNote is what is not as usual about a date: why it does not take place,
// when it would have, where it is, what else is to be known.
func (r *request) dateNote(e *agenda.Event, d *agenda.Date) string {
	var notes []string
	if d.Struck != "" {
		notes = append(notes, r.struckWords(d))
	}
	if d.Change != nil {
		notes = append(notes, r.changeNotes(e, d)...)
	}
	text := strings.Join(notes, " · ")
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(string(first)) + text[size:]
}

func (r *request) changeNotes(e *agenda.Event, d *agenda.Date) (notes []string) {
	c := d.Change
	if c.Cancelled {
		notes = append(notes, r.T("series.date.cancelled"))
	}
	if c.Reason != "" {
		notes = append(notes, r.Typo(c.Reason))
	}
	if d.Moved() {
		notes = append(notes, r.T("series.date.instead", "day", r.originally(e, d)))
	}
	if c.Place != "" {
		notes = append(notes, r.T("series.date.place", "place", r.Typo(c.Place)))
	}
	if c.Note != "" {
		notes = append(notes, r.Typo(c.Note))
	}
	return notes
}

// originally is when a moved date would have begun.
func (r *request) originally(e *agenda.Event, d *agenda.Date) string {
	day := r.dates.day(r.dates, clockOf(d.Original), true, d.Original.Year != r.Now().Year())
	if e.AllDay || d.Original.Date() != d.Starts.Date() {
		return day
	}
	return day + r.dates.at + r.dates.hour(clockOf(d.Original))
}

// struckWords is the holiday on which a series does not take place.
func (r *request) struckWords(d *agenda.Date) string {
	kind, key, _ := strings.Cut(d.Struck, ":")
	if kind == "public" {
		return r.T("series.struck.public", "holiday", r.T("holiday.public."+key))
	}
	zone, key, _ := strings.Cut(key, ":")
	words := r.T("holiday.school", "holiday", r.T("holiday.school."+key), "zone", zone)
	if p, ok := calendar.SchoolPeriodOn(zone, d.Original); ok && !p.Published {
		words += " " + r.T("series.struck.to_verify")
	}
	return words
}

// unpublished says from when on the school holidays of a series are not known;
// empty when it ends before.
func (r *request) unpublished(e *agenda.Event) string {
	if e.Skip.School == "" {
		return ""
	}
	known := calendar.SchoolHolidaysKnownUntil(e.Skip.School)
	if last, ends := e.Last(); ends && !known.Before(calendar.WallOf(last)) {
		return ""
	}
	return r.T("series.unpublished", "day", r.wholeDay(known), "zone", e.Skip.School)
}
