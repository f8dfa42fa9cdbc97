package ui

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// zoneUse is a zone a calendar file has times of, and from when to when.
type zoneUse struct {
	zone     *time.Location
	from, to time.Time
	utc      bool // it is not described: days are those of the zone, moments in UTC
}

// zoneOf is the zone a card's body names, as our own and neighbours' events do;
// the village's when it names none, or one nobody knows.
func (c *ical) zoneOf(body listing.Body) *zoneUse {
	if c.zones == nil { // described no more
		return &zoneUse{zone: c.home, utc: true}
	}
	name, _ := body["tzid"].(string)
	if use := c.zones[name]; use != nil {
		return use
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		name, zone = c.home.String(), c.home
	}
	if c.zones[name] == nil {
		c.zones[name] = &zoneUse{zone: zone}
	}
	return c.zones[name]
}

// wall notes that the zone's name is used at an instant.
func (u *zoneUse) wall(t time.Time) time.Time {
	if u.from.IsZero() || t.Before(u.from) {
		u.from = t
	}
	if t.After(u.to) {
		u.to = t
	}
	return t.In(u.zone)
}

// span writes when something takes place: days, or an instant and its end.
func (c *ical) span(zone *zoneUse, begin, end time.Time, allDay bool) {
	if allDay {
		c.line("DTSTART;VALUE=DATE", begin.In(zone.zone).Format(icalDay))
		c.line("DTEND;VALUE=DATE", end.In(zone.zone).Format(icalDay))
		return
	}
	c.moment("DTSTART", zone, begin)
	if end.After(begin) {
		c.moment("DTEND", zone, end)
	}
}

const (
	icalDay  = "20060102"
	icalWall = "20060102T150405"
)

// moment writes an instant by the clock of its zone, but in UTC in the second
// of two equal hours, since a time with a zone means the first one (AG-3).
func (c *ical) moment(name string, zone *zoneUse, t time.Time) {
	local := t.In(zone.zone)
	first, _, ok := calendar.WallOf(local).In(zone.zone, false)
	if zone.zone == time.UTC || zone.utc || !ok || !first.Equal(t.Truncate(time.Minute)) {
		c.line(name, utcStamp(t))
		return
	}
	c.line(name+";TZID="+zone.zone.String(), zone.wall(t).Format(icalWall))
}

// writeZones says what the zones do in the years they are used, for readers
// that do not know them by name.
func (c *ical) writeZones() {
	for _, name := range slices.Sorted(maps.Keys(c.zones)) {
		use := c.zones[name]
		if use.from.IsZero() {
			continue
		}
		h := &c.head
		h.line("BEGIN", "VTIMEZONE")
		h.line("TZID", name)
		for _, o := range calendar.Observances(use.zone, use.from, use.to) {
			part := "STANDARD"
			if o.Summer {
				part = "DAYLIGHT"
			}
			h.line("BEGIN", part)
			h.line("TZOFFSETFROM", icalOffset(o.From))
			h.line("TZOFFSETTO", icalOffset(o.To))
			h.line("TZNAME", o.Name)
			h.line("DTSTART", icalClock(o.Onset))
			if o.Rule != "" {
				h.line("RRULE", o.Rule)
			}
			h.line("END", part)
		}
		h.line("END", "VTIMEZONE")
	}
}

// icalClock is a time on the wall.
func icalClock(w calendar.Wall) string {
	return fmt.Sprintf("%04d%02d%02dT%02d%02d00", w.Year, w.Month, w.Day, w.Hour, w.Minute)
}

// icalOffset is +0100, with seconds where a zone once had them.
func icalOffset(d time.Duration) string {
	sign := '+'
	if d < 0 {
		sign, d = '-', -d
	}
	s := fmt.Sprintf("%c%02d%02d", sign, d/time.Hour, d/time.Minute%60)
	if rest := d % time.Minute; rest != 0 {
		s += fmt.Sprintf("%02d", rest/time.Second)
	}
	return s
}
