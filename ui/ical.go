package ui

import (
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

const icalType = "text/calendar; charset=utf-8"

// parisRules is the zone calendars know by name; the rules have held since 1996
// (directive 2000/84/EC).
const parisRules = `BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`

// calendar writes iCalendar (RFC 5545).
type ical struct {
	folded
	zone *time.Location
}

func newICal(zone *time.Location, name, lang string) *ical {
	c := &ical{zone: zone}
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//CoPi//CoPi//"+strings.ToUpper(lang))
	c.line("CALSCALE", "GREGORIAN")
	c.line("METHOD", "PUBLISH")
	c.text("NAME", name)
	c.text("X-WR-CALNAME", name)
	c.line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H")
	if c.named() {
		for _, l := range strings.Split(parisRules, "\n") {
			name, value, _ := strings.Cut(l, ":")
			c.line(name, value)
		}
	}
	return c
}

// named tells whether times are written in the zone; in another than Paris
// they are written in UTC, which every calendar reads.
func (c *ical) named() bool { return c.zone.String() == agenda.Paris }

func utcStamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// moment writes an instant: by the clock of the zone, or in UTC where the zone
// is not named, and in the second of two equal hours, since a time with a zone
// means the first one (AG-3).
func (c *ical) moment(name string, t time.Time) {
	local := t.In(c.zone)
	if first, _, ok := calendar.WallOf(local).In(c.zone, false); !c.named() || !ok || !first.Equal(t.Truncate(time.Minute)) {
		c.line(name, utcStamp(t))
		return
	}
	c.line(name+";TZID="+agenda.Paris, local.Format("20060102T150405"))
}

// event writes one card as a VEVENT.
func (c *ical) event(card listing.Card, body listing.Body, title, url string) {
	c.line("BEGIN", "VEVENT")
	c.line("UID", agenda.UID(card.Ref.ID))
	c.line("DTSTAMP", utcStamp(card.UpdatedAt))
	c.line("LAST-MODIFIED", utcStamp(card.UpdatedAt))
	c.line("SEQUENCE", strconv.FormatInt(max(0, card.Version-1), 10))
	if card.AllDay {
		c.line("DTSTART;VALUE=DATE", card.StartsAt.In(c.zone).Format("20060102"))
		c.line("DTEND;VALUE=DATE", card.EndsAt.In(c.zone).Format("20060102"))
	} else {
		c.moment("DTSTART", card.StartsAt)
		if card.EndsAt.After(card.StartsAt) {
			c.moment("DTEND", card.EndsAt)
		}
	}
	c.text("SUMMARY", title)
	if place, ok := body["location"].(map[string]any); ok {
		c.optional("LOCATION", place["name"])
	}
	c.optional("DESCRIPTION", body["description"])
	if card.Position != nil {
		lat, lon := card.Position.Degrees()
		c.line("GEO", formatFloat(lat)+";"+formatFloat(lon))
	}
	c.list("CATEGORIES", card.Tags)
	c.line("URL", url)
	c.line("STATUS", icalStatus(card))
	c.line("TRANSP", "TRANSPARENT")
	c.line("END", "VEVENT")
}

func (c *ical) bytes() []byte {
	c.line("END", "VCALENDAR")
	return []byte(c.b.String())
}

// calendarPast is how far back a calendar without filters goes: what a phone
// showed last week must not vanish from it.
const calendarPast = 31

// agendaCalendar is the agenda for phones, whole.
func (s *Server) agendaCalendar(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	if !r.filtered() {
		q.From = r.today().AddDate(0, 0, -calendarPast)
	}
	q.Kind = listing.KindEvent
	cal := newICal(s.zone, r.T("agenda.of", "of", r.Of(s.village(r.context()))), r.Lang)
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		return listing.Walk(tx, q, func(c listing.Card) error { return r.addEvent(tx, cal, c) })
	})
	if err != nil {
		return err
	}
	return r.Data(200, icalType, cal.bytes())
}

// icalStatus is whether an event takes place, in the words of RFC 5545
// §3.8.1.11. It has none for what is postponed: nobody should come on the day
// that is written, so calendars strike it through.
func icalStatus(c listing.Card) string {
	switch {
	case c.Cancelled, c.Postponed:
		return "CANCELLED"
	case c.Tentative:
		return "TENTATIVE"
	default:
		return "CONFIRMED"
	}
}

func (r *request) addEvent(tx *store.Tx, cal *ical, c listing.Card) error {
	body, err := listing.BodyOf(tx, c)
	if err == nil && !c.StartsAt.IsZero() {
		cal.event(c, body, r.flagged(c), r.base()+cardHref(c))
	}
	return err
}

// flagged is a card's title with what must not be missed.
func (r *request) flagged(c listing.Card) string {
	if v := r.card(c, true); v.Flag != "" {
		return v.Flag + " – " + c.Title
	}
	return c.Title
}

// eventCalendar is one event for a phone's calendar.
func (s *Server) eventCalendar(r *request) error {
	cal := newICal(s.zone, s.village(r.context()), r.Lang)
	err := r.View(func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, store.Ref{Module: agenda.Module, ID: r.Param("id")})
		if err != nil {
			return err
		}
		return r.addEvent(tx, cal, c)
	})
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="evenement.ics"`)
	return r.Data(200, icalType, cal.bytes())
}
