package agenda

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// Limits of a series: dates added, taken out and changed by hand, each.
const maxByHand = 400

// Repeat is how an event repeats; the zero Repeat is an event that takes place
// once. The event itself is then the first date, and every other date begins
// at its hour, lasts as long and is held at its place unless a Change says
// otherwise.
type Repeat struct {
	Rule      calendar.Rule
	Extra     []calendar.Wall // dates beside the rule (RDATE)
	Without   []calendar.Wall // dates of the rule that there are not (EXDATE)
	Skip      calendar.Skip   // holidays on which it does not take place
	Changes   []Change        // by Original
	RelatedTo string          // the event whose series this one goes on with
}

// Change is what is different on one date of a series. What is empty stays as
// it is on the others.
type Change struct {
	Original  calendar.Wall // the date as the rule has it: its name for ever (RECURRENCE-ID)
	Starts    calendar.Wall // when it was moved to
	Ends      calendar.Wall // with Starts; zero to last as long as the others
	Cancelled bool
	Reason    string // of a cancellation
	Place     string
	Note      string // what else people should know
}

// nothing tells that the date is like the others.
func (c *Change) nothing() bool { return *c == Change{Original: c.Original} }

// Repeats tells whether the event has several dates.
func (r *Repeat) Repeats() bool { return !r.Rule.IsZero() || len(r.Extra) > 0 }

// Series are the dates of the event as its rule has them, changes apart.
func (e *Event) Series() *calendar.Series {
	s := &calendar.Series{
		Starts: e.Starts, Zone: e.Zone, AllDay: e.AllDay,
		Rule: e.Rule, Extra: e.Extra, Without: e.Without, Skip: e.Skip,
	}
	if e.Ends.IsZero() {
		return s
	}
	if s.Lasts = e.Ends.Since(e.Starts); e.AllDay {
		s.Days = int(s.Lasts / (24 * time.Hour))
	}
	return s
}

// checkRepeat tells what is wrong with the series. The first day becomes the
// first the rule names, UNTIL is written as RFC 5545 wants it, and what is
// said of dates that there are not is forgotten.
func (e *Event) checkRepeat() *store.Error {
	if !e.Repeats() {
		e.Repeat = Repeat{RelatedTo: e.RelatedTo}
		return nil
	}
	if e.ParentID != "" {
		return store.E(store.Invalid, "err.agenda.programme_repeats").At("repeat")
	}
	if e.Zone == "" {
		e.Zone = Paris
	}
	zone, err := calendar.Location(e.Zone)
	if err != nil || e.Starts.IsZero() || len(e.Extra) > maxByHand || len(e.Without) > maxByHand || len(e.Changes) > maxByHand {
		return unless(err != nil || e.Starts.IsZero(), "err.agenda.by_hand", "max", maxByHand) // told by checkTimes
	}
	e.Winter = false // a rule means the first of two hours
	if !e.Rule.IsZero() {
		if e.Rule.Check() != nil {
			return store.E(store.Invalid, "err.agenda.rule").At("repeat")
		}
		e.endRule(zone)
	}
	if bad := e.startOnRule(); bad != nil {
		return bad
	}
	return e.checkChanges()
}

func unless(told bool, key string, args ...any) *store.Error {
	if told {
		return nil
	}
	return store.E(store.Invalid, key, args...).At("repeat")
}

// endRule writes the end of the rule as calendars want it: a day of all-day
// events, an instant of others.
func (e *Event) endRule(zone *time.Location) {
	end := &e.Rule.Until
	switch {
	case end.IsZero():
	case e.AllDay && !end.Day:
		at := end.At
		if !end.Local {
			at = at.In(zone)
		}
		*end = calendar.EndOn(calendar.WallOf(at))
	case !e.AllDay && end.Day:
		*end = calendar.End{At: instantOf(calendar.WallOf(end.At).AddDays(1), zone).Add(-time.Second).UTC()}
	case !e.AllDay && end.Local:
		*end = calendar.End{At: instantOf(calendar.WallOf(end.At), zone).UTC()}
	}
}

// instantOf is a moment on the wall, or the one after the hour a night skips.
func instantOf(w calendar.Wall, zone *time.Location) time.Time {
	t, later, ok := w.In(zone, false)
	if !ok {
		t, _, _ = later.In(zone, false)
	}
	return t
}

// startOnRule moves the event to the first day its rule names: who writes
// "each Wednesday from the 2nd" need not look up what day that is.
func (e *Event) startOnRule() *store.Error {
	if e.Rule.IsZero() {
		return nil
	}
	once := *e.Series()
	once.Extra, once.Without, once.Rule.Every, once.Rule.Count = nil, nil, 1, 0
	first, ok := once.First()
	switch {
	case !ok && !e.Rule.Until.IsZero() && e.Rule.Until.At.Before(time.Date(e.Starts.Year, e.Starts.Month, e.Starts.Day, 0, 0, 0, 0, time.UTC)):
		return store.E(store.Invalid, "err.agenda.until_before").At("repeat_until")
	case !ok:
		return store.E(store.Invalid, "err.agenda.no_date").At("repeat")
	}
	if !e.Ends.IsZero() {
		e.Ends = first.Starts.Later(e.Ends.Since(e.Starts))
	}
	e.Starts = first.Starts
	return nil
}

// checkChanges looks at what is said of single dates.
func (e *Event) checkChanges() *store.Error {
	known := e.known()
	e.Changes = slices.DeleteFunc(slices.Clone(e.Changes), func(c Change) bool { return c.nothing() || !known[c.Original] })
	slices.SortFunc(e.Changes, func(a, b Change) int { return strings.Compare(a.Original.String(), b.Original.String()) })
	e.Changes = slices.CompactFunc(e.Changes, func(a, b Change) bool { return a.Original == b.Original })
	for i := range e.Changes {
		if bad := e.checkChange(&e.Changes[i]); bad != nil {
			return bad
		}
	}
	return nil
}

func (e *Event) checkChange(c *Change) *store.Error {
	for field, text := range map[string]string{"place": c.Place, "note": c.Note, "reason": c.Reason} {
		most := MaxReason
		if field == "place" {
			most = MaxLine
		}
		if bad := listing.CheckText(field, text, most); bad != nil {
			return bad
		}
	}
	if c.Starts.IsZero() {
		c.Ends = calendar.Wall{}
		return nil
	}
	moved := e.On(e.date(calendar.Date{Starts: c.Original}, c))
	moved.Repeat = Repeat{}
	return moved.checkTimes()
}

// known are the dates of the rule among which the changes lie, worked out in
// one go: a calendar that is read may count to thousands and change hundreds.
func (e *Event) known() map[calendar.Wall]bool {
	if len(e.Changes) == 0 {
		return nil
	}
	first, last := e.Changes[0].Original, e.Changes[0].Original
	for _, c := range e.Changes {
		if c.Original.Before(first) {
			first = c.Original
		}
		if last.Before(c.Original) {
			last = c.Original
		}
	}
	s := *e.Series()
	s.Without, s.Skip = nil, calendar.Skip{}
	known := map[calendar.Wall]bool{}
	for _, d := range s.Between(e.instant(first).Add(-time.Hour), e.instant(last).Add(time.Hour)) {
		known[d.Starts] = true
	}
	return known
}

// has tells whether the rule has a date, taken out or not.
func (e *Event) has(original calendar.Wall) bool {
	s := *e.Series()
	s.Without = nil
	_, ok := ruleDate(&s, original)
	return ok
}

// ruleDate is the date of a series by its moment on the wall.
func ruleDate(s *calendar.Series, w calendar.Wall) (calendar.Date, bool) {
	zone, err := calendar.Location(s.Zone)
	if err != nil {
		return calendar.Date{}, false
	}
	at := instantOf(w, zone)
	for _, d := range s.Between(at, at.Add(time.Second)) {
		if d.Starts == w {
			return d, true
		}
	}
	return calendar.Date{}, false
}

// KeepByHand takes over what was said of single dates, for a form that says
// nothing of them.
func (e *Event) KeepByHand(was *Event) {
	e.Extra, e.Without, e.Changes = was.Extra, was.Without, was.Changes
	e.rekey(was)
}

// keyAfter is a moment of the series as it was, at the hour it has now.
func (e *Event) keyAfter(was *Event, w calendar.Wall) calendar.Wall {
	switch {
	case e.AllDay:
		return w.Midnight()
	case was.AllDay || w.Hour == was.Starts.Hour && w.Minute == was.Starts.Minute:
		w.Hour, w.Minute = e.Starts.Hour, e.Starts.Minute
	}
	return w
}

// rekey gives what is said of single dates the hour of a series whose hour was
// changed: the dates are known by the moment their rule has.
func (e *Event) rekey(was *Event) {
	move := func(w calendar.Wall) calendar.Wall { return e.keyAfter(was, w) }
	e.Extra, e.Without, e.Changes = slices.Clone(e.Extra), slices.Clone(e.Without), slices.Clone(e.Changes)
	for i := range e.Extra {
		e.Extra[i] = move(e.Extra[i])
	}
	for i := range e.Without {
		e.Without[i] = move(e.Without[i])
	}
	for i := range e.Changes {
		e.Changes[i].Original = move(e.Changes[i].Original)
	}
}

// summaryOn is what a card says of one date instead of its summary; empty when
// the date is like the others.
func (e *Event) summaryOn(d *Date) string {
	c := d.Change
	if c == nil || c.Place+c.Note+c.Reason == "" {
		return ""
	}
	words := []string{e.Place}
	if c.Place != "" {
		words[0] = c.Place
	}
	for _, w := range []string{c.Reason, c.Note} {
		if w != "" {
			words = append(words, w)
		}
	}
	return listing.Clip(strings.Join(words, " — "), summaryLength)
}
