package booking

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"copi.local/store/calendar"
)

// Terms is on what conditions a thing is lent: when, for how long, to whom, for
// how much, and what is asked for beside. The zero Terms ask for nothing. They
// are kept as JSON with the thing; see ParseTerms and String.
type Terms struct {
	Hours     string     `json:"hours,omitempty"`     // when it may be used, as directory.ParseHours reads it; empty: always
	Notice    int        `json:"notice,omitempty"`    // calendar days at least from asking to beginning
	Ahead     int        `json:"ahead,omitempty"`     // calendar days at most; 0: as far as one likes
	Longest   int        `json:"longest,omitempty"`   // hours of real time at most; 0: as long as one likes
	Crowd     bool       `json:"crowd,omitempty"`     // more people than it holds are for the town hall to confirm, not refused at once
	SameDay   bool       `json:"same_day,omitempty"`  // asks of one day go by class, not by the minute
	Classes   []Class    `json:"classes,omitempty"`   // who asks, the first served first; none: everybody is alike
	Quotas    []Quota    `json:"quotas,omitempty"`    // how much one person may have
	Packages  []Package  `json:"packages,omitempty"`  // week-end, day: fixed hours under one name
	HalfDay   int        `json:"half_day,omitempty"`  // hours of a half-day; 0 is UsualHalfDay
	Prices    []Price    `json:"prices,omitempty"`    // shown, never paid here
	Deposit   int64      `json:"deposit,omitempty"`   // cents
	Documents []string   `json:"documents,omitempty"` // to be handed in before the key: a certificate of insurance
	Fees      []FeeStep  `json:"fees,omitempty"`      // for cancelling late
	Questions []Question `json:"questions,omitempty"` // the asker answers
	Rules     string     `json:"rules,omitempty"`     // the asker accepts; plain text
}

// UsualHalfDay is how many hours a half-day has when the terms do not say.
const UsualHalfDay = 6

// Class is a sort of asker, such as "association de la commune". The key never
// changes, whatever becomes of the name: bookings and prices refer to it.
type Class struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

// Quota is how much one person may have of a thing in a period of the calendar.
type Quota struct {
	Class string `json:"class,omitempty"` // whom it is for; empty: everybody
	Hours int    `json:"hours,omitempty"` // of real time; 0: not counted
	Times int    `json:"times,omitempty"` // bookings that begin in the period; 0: not counted
	Per   Period `json:"per"`
}

// Period is a piece of the calendar.
type Period string

// The periods of quotas. A week begins on Monday.
const (
	PerDay   Period = "day"
	PerWeek  Period = "week"
	PerMonth Period = "month"
	PerYear  Period = "year"
)

// Periods lists the periods, the shortest first.
var Periods = []Period{PerDay, PerWeek, PerMonth, PerYear}

// around is the period of the calendar that holds an instant.
func (p Period) around(at time.Time, zone *time.Location) Span {
	y, m, d := at.In(zone).Date()
	years, months, days := 0, 0, 1
	switch p {
	case PerDay:
	case PerWeek:
		d -= (int(at.In(zone).Weekday()) + 6) % 7
		days = 7
	case PerMonth:
		d, months, days = 1, 1, 0
	case PerYear:
		m, d, years, days = time.January, 1, 1, 0
	}
	return Span{
		time.Date(y, m, d, 0, 0, 0, 0, zone),
		time.Date(y+years, m+time.Month(months), d+days, 0, 0, 0, 0, zone),
	}
}

// Package is fixed hours under one name and one price, such as a week-end from
// Saturday 8 h to Monday 8 h. Who takes it holds all of it.
type Package struct {
	Key   string  `json:"key"`
	Name  string  `json:"name"`
	Days  [7]bool `json:"days"`  // it may begin on these, from Monday on
	From  int     `json:"from"`  // minutes since midnight of its first day
	Until int     `json:"until"` // minutes since the same midnight, on the wall
}

// On is the package that begins on a day; false when it does not begin then.
func (p Package) On(day calendar.Wall, zone *time.Location) (Span, bool) {
	day = day.Midnight()
	weekday := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC).Weekday()
	if !p.Days[(int(weekday)+6)%7] {
		return Span{}, false
	}
	at := func(minutes int) time.Time { return wallInstant(day.Later(time.Duration(minutes)*time.Minute), zone) }
	return Span{at(p.From), at(p.Until)}, true
}

// Unit is what a price is for.
type Unit string

// The units of prices.
const (
	ByHour    Unit = "hour"
	ByHalfDay Unit = "half"
	ByDay     Unit = "day"
	ByPackage Unit = "package"
	ByBooking Unit = "booking" // once, whatever the duration: cleaning
)

// Units are the units that do not depend on a package, as a table shows them.
var Units = []Unit{ByHour, ByHalfDay, ByDay, ByBooking}

// Price is what something costs somebody.
type Price struct {
	Class   string `json:"class,omitempty"` // whom it is for; empty: those without a price of their own
	Unit    Unit   `json:"unit"`
	Package string `json:"package,omitempty"` // with ByPackage
	Cents   int64  `json:"cents"`
}

// FeeStep is what cancelling costs when fewer than so many calendar days are
// left: percents of the price.
type FeeStep struct {
	Days    int `json:"days"`
	Percent int `json:"percent"`
}

// Question is one the asker answers in words, or by choosing.
type Question struct {
	Key      string   `json:"key"`
	Label    string   `json:"label"`
	Required bool     `json:"required,omitempty"`
	Choices  []string `json:"choices,omitempty"` // none: free words
}

// ParseTerms reads what String wrote; an empty text is the zero Terms.
func ParseTerms(s string) (*Terms, error) {
	t := &Terms{}
	if s == "" {
		return t, nil
	}
	return t, json.Unmarshal([]byte(s), t)
}

// String is the terms as they are stored; empty for the zero Terms.
func (t *Terms) String() string {
	b, err := json.Marshal(t)
	if err != nil || bytes.Equal(b, []byte("{}")) {
		return "" // err cannot be: Terms hold nothing that JSON does not know
	}
	return string(b)
}

// Class is the class with a key; false for none.
func (t *Terms) Class(key string) (Class, bool) {
	i := slices.IndexFunc(t.Classes, func(c Class) bool { return c.Key == key })
	if i < 0 {
		return Class{}, false
	}
	return t.Classes[i], true
}

// Package is the package with a key; false for none.
func (t *Terms) Package(key string) (Package, bool) {
	i := slices.IndexFunc(t.Packages, func(p Package) bool { return p.Key == key })
	if i < 0 {
		return Package{}, false
	}
	return t.Packages[i], true
}

// Claim is what decides between two asks for the same time.
type Claim struct {
	Class string
	Asked time.Time
}

// Precedes tells whether an ask comes before another one for the same time:
// by class when both came on the same day and the terms say so, else by the
// order in which they came. Of two equal ones neither does.
func (t *Terms) Precedes(a, b Claim, zone *time.Location) bool {
	if t.SameDay && DaysBetween(a.Asked, b.Asked, zone) == 0 {
		if x, y := t.rank(a.Class), t.rank(b.Class); x != y {
			return x < y
		}
	}
	return a.Asked.Before(b.Asked)
}

// rank is the place of a class in their order; those without come last.
func (t *Terms) rank(key string) int {
	if i := slices.IndexFunc(t.Classes, func(c Class) bool { return c.Key == key }); i >= 0 {
		return i
	}
	return len(t.Classes)
}
