package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Observance is an offset a zone keeps and the moment it begins to, as
// calendars write it for readers that do not know the zone by its name
// (RFC 5545 §3.6.5).
type Observance struct {
	Onset    Wall          // on the clock before the change
	From, To time.Duration // offsets from UTC before and after; whole seconds
	Name     string        // CEST, or -03 where a zone has no letters
	Summer   bool
	Rule     string // the RRULE by which it comes again every year, for ever; empty: once
}

// manyYears is how often a change has to keep its rule to be believed to keep
// it for ever: in 28 years it falls on every day of its week.
const manyYears = 28

// Observances are what a zone does from the first instant to the last, the one
// under way at the first included, in the order of their onsets. What changes
// by the same rule for all the years we know of goes on by it: a series
// without an end needs that.
func Observances(zone *time.Location, from, to time.Time) []Observance {
	if from.After(to) {
		from, to = to, from
	}
	kinds := map[kind][]change{}
	for _, c := range changesOf(zone, from, to.AddDate(manyYears+2, 0, 0)) {
		kinds[c.kind] = append(kinds[c.kind], c)
	}
	var out []Observance
	for _, list := range kinds {
		n, rule := lasting(list)
		for _, c := range list[:n] {
			if !c.at.After(to) {
				out = append(out, c.observance(""))
			}
		}
		if n < len(list) {
			out = append(out, list[n].observance(rule))
		}
	}
	slices.SortFunc(out, func(a, b Observance) int {
		return cmp.Or(a.Onset.utc().Compare(b.Onset.utc()), strings.Compare(a.Name, b.Name))
	})
	return out
}

// change is a moment a zone changes its offset.
type change struct {
	kind
	at    time.Time
	onset Wall
}

type kind struct {
	from, to int // offsets, in seconds
	name     string
	summer   bool
}

func (c *change) observance(rule string) Observance {
	return Observance{
		Onset: c.onset, From: time.Duration(c.from) * time.Second, To: time.Duration(c.to) * time.Second,
		Name: c.name, Summer: c.summer, Rule: rule,
	}
}

// changesOf walks from the change before an instant to another. A zone that
// never changed has one, at the beginning of 1970 or of the year of from.
func changesOf(zone *time.Location, from, to time.Time) []change {
	list := []change{lastChange(from.In(zone))}
	for t := from.In(zone); !t.After(to); {
		begin, end := t.ZoneBounds()
		if c := changeAt(begin, t); c.from != c.to && c.at.After(list[len(list)-1].at) {
			list = append(list, c)
		}
		if end.IsZero() {
			break
		}
		if !end.After(t) { // the library trips over the last day of some years
			end = t.Add(48 * time.Hour)
		}
		t = end
	}
	return list
}

// lastChange is the one that made the offset of an instant.
func lastChange(t time.Time) change {
	for at := t; ; {
		begin, _ := at.ZoneBounds()
		c := changeAt(begin, t)
		if begin.IsZero() || c.from != c.to {
			return c
		}
		at = begin.Add(-time.Second)
	}
}

// changeAt is the change at the beginning of the time t is in; zero for one
// that has always been.
func changeAt(begin, t time.Time) change {
	name, offset := t.Zone()
	c := change{kind{offset, offset, name, t.IsDST()}, begin, Wall{Year: min(1970, t.Year()), Month: time.January, Day: 1}}
	if !begin.IsZero() {
		_, c.from = begin.Add(-time.Second).Zone()
		c.onset = WallOf(begin.In(time.FixedZone("", c.from)))
	}
	return c
}

// lasting finds the changes at the end of a list that keep one rule for many
// years, and their rule; n is the length of the list when none do.
func lasting(list []change) (n int, rule string) {
	for n = range list {
		if len(list)-n < manyYears {
			break
		}
		if rule = yearly(list[n:]); rule != "" {
			return n, rule
		}
	}
	return len(list), ""
}

// yearly is the rule by which changes come every year at one time of one day
// of the week: the second or the last of its month, or the one in a week that
// begins on some day. It is empty when there is none.
func yearly(list []change) string {
	first := list[0].onset
	weekday, ordinal, last := first.utc().Weekday(), (first.Day-1)/7, true
	least, most := 31, 1
	for i, c := range list {
		o := c.onset
		if o.Year != first.Year+i || o.Month != first.Month || o.Hour != first.Hour || o.Minute != first.Minute || o.utc().Weekday() != weekday {
			return ""
		}
		if (o.Day-1)/7 != ordinal {
			ordinal = -1
		}
		last = last && o.utc().AddDate(0, 0, 7).Month() != o.Month
		least, most = min(least, o.Day), max(most, o.Day)
	}
	day := strings.ToUpper(weekday.String()[:2])
	rule := fmt.Sprintf("FREQ=YEARLY;BYMONTH=%d;BYDAY=", first.Month)
	switch {
	case ordinal >= 0:
		return fmt.Sprintf("%s%d%s", rule, ordinal+1, day)
	case last:
		return rule + "-1" + day
	case most-least <= 6:
		days := make([]string, 7)
		for i := range days {
			days[i] = fmt.Sprint(least + i)
		}
		return rule + day + ";BYMONTHDAY=" + strings.Join(days, ",")
	}
	return ""
}
