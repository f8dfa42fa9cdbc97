package ui

import (
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
)

const icalType = "text/calendar; charset=utf-8"

// ical writes iCalendar (RFC 5545). Events stand in their own zones, which are
// written in front of them once it is known which and for which years.
type ical struct {
	folded // the events
	head   folded
	home   *time.Location // of what names no zone
	zones  map[string]*zoneUse
}

func newICal(home *time.Location, name, lang string) *ical {
	c := &ical{home: home, zones: map[string]*zoneUse{}}
	h := &c.head
	h.line("BEGIN", "VCALENDAR")
	h.line("VERSION", "2.0")
	h.line("PRODID", "-//CoPi//CoPi//"+strings.ToUpper(lang))
	h.line("CALSCALE", "GREGORIAN")
	h.line("METHOD", "PUBLISH")
	h.text("NAME", name)
	h.text("X-WR-CALNAME", name)
	h.line("REFRESH-INTERVAL;VALUE=DURATION", "PT6H")
	return c
}

func utcStamp(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// event writes one card as a VEVENT.
func (c *ical) event(card listing.Card, body listing.Body, title, url string) {
	c.line("BEGIN", "VEVENT")
	c.line("UID", agenda.UID(card.Ref.ID))
	c.line("DTSTAMP", utcStamp(card.UpdatedAt))
	c.line("LAST-MODIFIED", utcStamp(card.UpdatedAt))
	c.line("SEQUENCE", strconv.FormatInt(max(0, card.Version-1), 10))
	c.span(c.zoneOf(body), card.StartsAt, card.EndsAt, card.AllDay)
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
	c.writeZones()
	c.line("END", "VCALENDAR")
	return []byte(c.head.b.String() + c.b.String())
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
