package agenda

import (
	"time"

	"copi.local/store/calendar"
	"copi.local/store/contact"
	"copi.local/store/listing"
)

// summaryLength is how much of the description a card carries, in characters.
const summaryLength = 160

// card is the event as lists, feeds and neighbours see it.
func (e *Event) card() listing.Card {
	return listing.Card{
		Ref: e.Ref(), Kind: listing.KindEvent,
		Title: e.open(e.Title), Summary: e.summary(), Tags: e.Tags,
		Position: e.Position, StartsAt: e.StartsAt, EndsAt: e.EndsAt,
		AllDay: e.AllDay, Cancelled: e.IsCancelled(), Postponed: e.IsPostponed(), Tentative: e.IsTentative(), Audience: e.Audience, Group: e.Group,
	}
}

// summary is where, and the beginning of what.
func (e *Event) summary() string {
	s := e.Place
	if e.Description != "" {
		s += " — " + e.open(e.Description)
	}
	return listing.Clip(s, summaryLength)
}

// open is a text of the event as everybody may read it (PA-3).
func (e *Event) open(text string) string {
	if e.Masked {
		return contact.Mask(text, contact.Hidden)
	}
	return text
}

// Body is the event as a document with schema.org names, what a neighbour's
// box fetches to show all of it. testdata/ keeps examples: a box of today must
// read them for ever.
func (e *Event) Body() listing.Body { return e.body(e.UpdatedAt) }

func (e *Event) body(now time.Time) listing.Body {
	b := listing.Body{
		"@type":     "Event",
		"name":      e.open(e.Title),
		"startDate": e.moment(e.StartsAt, e.Starts),
		"location":  map[string]any{"@type": "Place", "name": e.Place},
		"tzid":      e.Zone,
		"uid":       e.UID(),
	}
	if !e.Ends.IsZero() {
		last := e.Ends
		if e.AllDay {
			last = e.LastDay() // schema.org's end date is the last day
		}
		b["endDate"] = e.moment(e.EndsAt, last)
	}
	if e.Description != "" {
		b["description"] = e.open(e.Description)
	}
	if e.Organiser != "" {
		b["organizer"] = map[string]any{"@type": "Organization", "name": e.Organiser}
	}
	if e.Contact != "" {
		b["contactPoint"] = map[string]any{"@type": "ContactPoint", "description": e.Contact}
	}
	e.describeStatus(b)
	e.repeatBody(b, now)
	return b
}

// describeStatus says whether the event takes place. The vocabulary has no
// word for what is not sure yet.
func (e *Event) describeStatus(b listing.Body) {
	const schema = "https://schema.org/Event"
	switch {
	case e.IsCancelled():
		b["eventStatus"] = schema + "Cancelled"
	case e.IsPostponed():
		b["eventStatus"] = schema + "Postponed"
	case !e.MovedFrom.IsZero():
		b["eventStatus"] = schema + "Rescheduled"
	default:
		b["eventStatus"] = schema + "Scheduled"
	}
	if e.IsTentative() {
		b["tentative"] = true
	}
	if e.Off() && e.Reason != "" {
		b["cancellationReason"] = e.Reason
	}
	if zone, err := time.LoadLocation(e.Zone); err == nil && !e.MovedFrom.IsZero() {
		at, _, _ := e.MovedFrom.In(zone, false)
		b["previousStartDate"] = e.moment(at, e.MovedFrom)
	}
}

// moment is a day, or an instant with the offset of the event's zone.
func (e *Event) moment(t time.Time, w calendar.Wall) string {
	if e.AllDay {
		return w.Date()
	}
	zone, err := time.LoadLocation(e.Zone)
	if err != nil {
		zone = time.UTC // cannot be: Check loaded it
	}
	return t.In(zone).Format(time.RFC3339)
}

// UID names the event in calendars, for ever: its random id, and nothing that
// tells of a host or a person (RFC 7986 §5.3).
func (e *Event) UID() string { return UID(e.ID) }

// UID is the calendar name of the card with an id.
func UID(id string) string { return id + "@copi" }
