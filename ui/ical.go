package ui

import (
	"io"
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
	home   *time.Location      // of what names no zone
	zones  map[string]*zoneUse // nil once they are written
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

// happening is an event as it is written into a calendar: a card, or one part
// or date of it.
type happening struct {
	card  listing.Card
	body  listing.Body
	uid   string
	title string // with what must not be missed
	url   string
	from  string // whose it is and who has it too; empty for this box alone
}

// event writes a happening as a VEVENT; when writes its times.
func (c *ical) event(h happening, when func()) {
	c.line("BEGIN", "VEVENT")
	c.line("UID", h.uid)
	c.line("DTSTAMP", utcStamp(h.card.UpdatedAt))
	c.line("LAST-MODIFIED", utcStamp(h.card.UpdatedAt))
	c.line("SEQUENCE", strconv.FormatInt(max(0, h.card.Version-1), 10))
	when()
	c.text("SUMMARY", h.title)
	if place, ok := h.body["location"].(map[string]any); ok {
		c.optional("LOCATION", place["name"])
	}
	if h.body == nil && h.card.Summary != "" { // a neighbour's: its body is elsewhere
		c.text("DESCRIPTION", h.card.Summary)
	}
	c.optional("DESCRIPTION", h.body["description"])
	if h.card.Position != nil {
		lat, lon := h.card.Position.Degrees()
		c.line("GEO", formatFloat(lat)+";"+formatFloat(lon))
	}
	c.list("CATEGORIES", h.card.Tags)
	if before, ok := h.body["relatedTo"].(string); ok {
		c.text("RELATED-TO;RELTYPE=SIBLING", before)
	}
	if h.from != "" {
		c.text("COMMENT", h.from)
	}
	c.line("URL", h.url)
	c.line("STATUS", icalStatus(h.card))
	c.line("TRANSP", "TRANSPARENT")
	c.line("END", "VEVENT")
}

func (c *ical) bytes() []byte {
	c.writeZones()
	c.line("END", "VCALENDAR")
	return []byte(c.head.b.String() + c.b.String())
}

// flush sends what is written. Once the head is out no zone can be described any
// more: what follows is in UTC.
func (c *ical) flush(w io.Writer) error {
	if c.zones != nil {
		c.writeZones()
		c.zones = nil
	}
	for _, part := range []*folded{&c.head, &c.folded} {
		if _, err := io.WriteString(w, part.b.String()); err != nil {
			return err
		}
		part.b.Reset()
	}
	return nil
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
	// Own events first: they are few, and name the zones that stand at the head.
	q.Kind, q.Order = listing.KindEvent, listing.OwnFirst
	cal := newICal(s.zone, r.T("agenda.of", "of", r.Of(s.village(r.context()))), r.Lang)
	return r.whole(icalType, func(w io.Writer) error {
		err := r.everyCardOf(q, func(tx *store.Tx, c listing.Card) error {
			if c.Origin != nil {
				if err := cal.flush(w); err != nil {
					return err
				}
			}
			return r.addEvent(tx, cal, c)
		})
		if err != nil {
			return err
		}
		cal.line("END", "VCALENDAR")
		return cal.flush(w)
	})
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

// addEvent writes a card: once, or as a series with its changed dates.
func (r *request) addEvent(tx *store.Tx, cal *ical, c listing.Card) error {
	body, err := listing.BodyOf(tx, c)
	if err != nil || c.StartsAt.IsZero() {
		return err
	}
	h := happening{c, body, agenda.UID(c.Ref.ID), r.flagged(c), r.base() + cardHref(c), r.whence(c)}
	zone := cal.zoneOf(body)
	if s, ok, err := r.seriesOf(tx, c, body, zone.zone); err != nil {
		return err
	} else if ok {
		r.addSeries(cal, h, s, zone)
		return nil
	}
	cal.event(h, func() { cal.span(zone, c.StartsAt, c.EndsAt, c.AllDay) })
	return nil
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
		if err := r.addEvent(tx, cal, c); err != nil {
			return err
		}
		return r.addProgramme(tx, cal, c)
	})
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="evenement.ics"`)
	return r.Data(200, icalType, cal.bytes())
}
