package calendar

import (
	"slices"
	"time"
)

// maxYears is how long after its beginning a series is looked at: an event
// that repeats longer than a lifetime is a mistake, and its cost is bounded.
const maxYears = 120

// Skip names the days on which a series does not take place.
type Skip struct {
	Public bool   // public holidays
	Alsace bool   // with those of Alsace and Moselle
	School string // zone of the school holidays: "A", "B", "C"; empty for none
}

// Series is something that repeats: the first time on the wall, the rule, and
// the dates added and taken out by hand. Rules are followed on the wall and
// each date is then turned into an instant of the zone, so that eight in the
// evening stays so all year (AG-1).
type Series struct {
	Starts  Wall
	Lasts   time.Duration // on the wall; not of all-day series
	Days    int           // of an all-day series, at least one
	Zone    string        // IANA; UTC when unknown
	AllDay  bool
	Rule    Rule // the zero Rule: Starts and Extra only
	Extra   []Wall
	Without []Wall
	Skip    Skip
}

// Date is one time a series takes place.
type Date struct {
	Starts    Wall
	At, Until time.Time // exclusive end; At when it has no length
	Struck    string    // why it does not take place: "public:<key>" or "school:<zone>:<key>"; else empty
}

// Between lists the dates that touch [from, to), in order; those that a
// holiday strikes out are among them and marked. A time that a spring night
// skips is no date of a rule (AG-2).
func (s *Series) Between(from, to time.Time) []Date {
	zone := s.zone()
	if !from.Before(to) {
		return nil
	}
	var dates []Date
	add := func(w Wall, exact bool) {
		if d, ok := s.date(w, zone, exact); ok && d.touches(from, to) {
			dates = append(dates, d)
		}
	}
	s.walls(WallOf(from.In(zone)).AddDays(-s.length()), WallOf(to.In(zone)), func(w Wall) { add(w, true) })
	for _, w := range s.Extra {
		add(w, false)
	}
	slices.SortStableFunc(dates, func(a, b Date) int { return a.At.Compare(b.At) })
	dates = slices.CompactFunc(dates, func(a, b Date) bool { return a.Starts == b.Starts })
	dates = slices.DeleteFunc(dates, func(d Date) bool { return s.without(d.Starts) })
	s.strike(dates)
	return dates
}

// touches tells whether a date lies in [from, to), if only in part.
func (d Date) touches(from, to time.Time) bool {
	return d.At.Before(to) && (d.Until.After(from) || d.At.Equal(d.Until) && !d.At.Before(from))
}

// zone is the location of the series.
func (s *Series) zone() *time.Location {
	zone, err := Location(s.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// length is an upper bound of a date's length, in days.
func (s *Series) length() int { return max(s.Days, int(s.Lasts/(24*time.Hour))) + 2 }

// walls visits the moments of the rule that lie between two others, COUNT and
// UNTIL obeyed, exceptions not.
func (s *Series) walls(from, to Wall, visit func(Wall)) {
	if s.Rule.IsZero() {
		visit(s.Starts)
		return
	}
	zone, start := s.zone(), s.Starts.Midnight().utc()
	first, last := from.Midnight().utc(), to.Midnight().utc()
	if s.Rule.Count > 0 {
		first = start // counting begins at the beginning
	}
	if limit := start.AddDate(maxYears, 0, 0); last.After(limit) {
		last = limit
	}
	n := 0
	for day := range s.Rule.days(start, first, last) {
		w := WallOf(day)
		w.Hour, w.Minute = s.Starts.Hour, s.Starts.Minute
		d, ok := s.date(w, zone, true)
		if !ok {
			continue
		}
		if n++; s.Rule.Count > 0 && n > s.Rule.Count || s.Rule.Until.before(d) {
			return
		}
		if !w.Before(from.Midnight()) {
			visit(w)
		}
	}
}

// before tells whether a date begins after the end. Of an all-day series the
// day counts, whatever UNTIL is written as.
func (e End) before(d Date) bool {
	switch {
	case e.IsZero():
		return false
	case e.Day:
		return d.Starts.Midnight().utc().After(e.At)
	case e.Local:
		return d.Starts.utc().After(e.At)
	}
	return d.At.After(e.At)
}

// date turns a moment on the wall into instants. One that a spring night skips
// is no date of a rule, and an hour later where somebody wrote it by hand.
func (s *Series) date(w Wall, zone *time.Location, ofRule bool) (Date, bool) {
	if s.AllDay {
		w = w.Midnight()
		end := w.AddDays(max(1, s.Days))
		return Date{Starts: w, At: midnight(w, zone), Until: midnight(end, zone)}, true
	}
	at, later, ok := w.In(zone, false)
	if !ok && ofRule {
		return Date{}, false
	}
	if !ok {
		at, _, _ = later.In(zone, false)
	}
	d := Date{Starts: w, At: at, Until: at}
	if s.Lasts > 0 {
		d.Until = instantOf(w.Later(s.Lasts), zone)
	}
	if d.Until.Before(at) {
		d.Until = at
	}
	return d, true
}

// midnight is where a day begins, also where midnight is the hour skipped.
func midnight(w Wall, zone *time.Location) time.Time {
	return time.Date(w.Year, w.Month, w.Day, 0, 0, 0, 0, zone)
}

// instantOf is a moment on the wall; an hour later when the night skips it.
func instantOf(w Wall, zone *time.Location) time.Time {
	t, later, ok := w.In(zone, false)
	if !ok {
		t, _, _ = later.In(zone, false)
	}
	return t
}

func (s *Series) without(w Wall) bool {
	return slices.ContainsFunc(s.Without, func(x Wall) bool {
		return x == w || s.AllDay && x.Midnight() == w
	})
}

// strike marks the dates that fall on a holiday. What somebody added by hand
// takes place all the same.
func (s *Series) strike(dates []Date) {
	if s.Skip == (Skip{}) {
		return
	}
	for i := range dates {
		if !slices.Contains(s.Extra, dates[i].Starts) {
			dates[i].Struck = s.Skip.reason(dates[i].Starts)
		}
	}
}

// reason is why nothing takes place on a day; empty when it does.
func (k Skip) reason(day Wall) string {
	if k.Public {
		if key := PublicHoliday(day, k.Alsace); key != "" {
			return "public:" + key
		}
	}
	if k.School != "" {
		if key, _ := SchoolHoliday(k.School, day); key != "" {
			return "school:" + k.School + ":" + key
		}
	}
	return ""
}

// First is the first date of the rule or added by hand, also one that is
// struck or taken out; false when there is none.
func (s *Series) First() (Date, bool) {
	all := *s
	all.Without = nil
	return all.edge(func(span int) (from, to time.Time) {
		from = instantOf(s.earliest(), s.zone()).Add(-time.Hour)
		return from, from.AddDate(span, 0, 0)
	}, func(dates []Date) Date { return dates[0] })
}

// Last is when the last date ends; false when the series has no end, or one
// that nobody alive will see.
func (s *Series) Last() (time.Time, bool) {
	zone, far := s.zone(), s.Starts.utc().AddDate(maxYears-1, 0, 0)
	end := s.Rule.Until.At
	if s.Rule.Count == 0 && !s.Rule.IsZero() && (end.IsZero() || end.After(far)) {
		return time.Time{}, false
	}
	if s.Rule.Count > 0 || s.Rule.IsZero() || end.Before(s.Starts.utc()) {
		end = far
	}
	for _, w := range s.Extra {
		if w.utc().After(end) {
			end = w.utc()
		}
	}
	end = end.AddDate(0, 0, s.length()+1)
	last, ok := s.edge(func(span int) (from, to time.Time) {
		return end.AddDate(-span, 0, 0), end
	}, func(dates []Date) Date { return dates[len(dates)-1] })
	if !ok {
		return instantOf(s.Starts, zone), true // nothing is left of it
	}
	return last.Until, true
}

// earliest is the first moment written in the series.
func (s *Series) earliest() Wall {
	first := s.Starts
	for _, w := range s.Extra {
		if w.Before(first) {
			first = w
		}
	}
	return first
}

// edge looks at wider and wider windows until one has a date.
func (s *Series) edge(window func(years int) (from, to time.Time), pick func([]Date) Date) (Date, bool) {
	for years := 1; years <= 512; years *= 8 { // the last is wider than any series
		from, to := window(years)
		if dates := s.Between(from, to); len(dates) > 0 {
			return pick(dates), true
		}
	}
	return Date{}, false
}
