package ui

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// maxSaidDates bounds the lists of dates that are read of a neighbour's body.
const maxSaidDates = 2000

// series is how an event repeats, as its body says: ours and neighbours' alike.
type series struct {
	calendar.Series
	ends    calendar.Wall // of the first date; zero without an end
	changes []listing.Body
}

// seriesOf is how a card repeats. Of our own all is said; bodies are cut at what
// boxes exchange.
func (r *request) seriesOf(tx *store.Tx, c listing.Card, body listing.Body, zone *time.Location) (series, bool, error) {
	if c.Recurring && c.Origin == nil && c.Ref.Module == agenda.Module {
		e, err := agenda.Get(tx, c.Ref.ID)
		switch {
		case err == nil:
			e.SayAll(body, tx.Now)
		case store.KindOf(err) != store.NotFound:
			return series{}, false, err
		}
	}
	s, ok := readSeries(body, zone)
	return s, ok, nil
}

// readSeries reads it off a body; false for an event that takes place once,
// and for what cannot be understood.
func readSeries(body listing.Body, zone *time.Location) (s series, ok bool) {
	rule, _ := body["rrule"].(string)
	s.Extra = wallsOf(body["rdate"])
	if rule == "" && len(s.Extra) == 0 {
		return s, false
	}
	if rule != "" {
		r, err := calendar.ParseRule(rule)
		if err != nil {
			return s, false
		}
		s.Rule = r
	}
	s.Zone, s.Without = zone.String(), wallsOf(body["exdate"])
	if s.Starts, s.AllDay, ok = bodyWall(body["startDate"], zone); !ok {
		return s, false
	}
	if ends, day, ok := bodyWall(body["endDate"], zone); ok {
		if s.ends = ends; day { // the last day
			s.ends = ends.AddDays(1)
		}
		s.Lasts = s.ends.Since(s.Starts)
	}
	if s.AllDay {
		s.Days = max(1, int(s.Lasts/(24*time.Hour)))
		s.ends = s.Starts.AddDays(s.Days)
	}
	list, _ := body["recurrence"].([]any)
	for _, v := range list[:min(len(list), maxSaidDates)] {
		if b, ok := v.(map[string]any); ok {
			s.changes = append(s.changes, b)
		}
	}
	return s, true
}

// wallsOf reads a list of moments on the wall, or of days.
func wallsOf(v any) (walls []calendar.Wall) {
	list, _ := v.([]any)
	for _, v := range list[:min(len(list), maxSaidDates)] {
		if w, _, ok := bodyWall(v, time.UTC); ok {
			walls = append(walls, w)
		}
	}
	return walls
}

// bodyWall reads a day, a moment on the wall, or an instant in a zone.
func bodyWall(v any, zone *time.Location) (w calendar.Wall, day, ok bool) {
	s, _ := v.(string)
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return calendar.WallOf(t), true, true
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return calendar.WallOf(t.In(zone)), false, true
	}
	w, err := calendar.ParseWall(s)
	return w, false, err == nil
}

// addSeries writes a series, and each of its dates that is not like the others
// by the moment the rule has it at.
func (r *request) addSeries(cal *ical, h happening, s series, zone *zoneUse) {
	cal.event(h, func() {
		cal.walls(zone, "DTSTART", s.AllDay, s.Starts)
		if !s.ends.IsZero() {
			cal.walls(zone, "DTEND", s.AllDay, s.ends)
		}
		cal.repeats(zone, s, r.now)
	})
	for _, b := range s.changes {
		original, _, ok := bodyWall(b["recurrenceId"], time.UTC)
		if !ok || slices.Contains(s.Without, original) {
			continue
		}
		starts, ends := s.moved(original, b, zone.zone)
		cal.event(r.dateOf(h, b), func() {
			cal.walls(zone, "RECURRENCE-ID", s.AllDay, original)
			cal.walls(zone, "DTSTART", s.AllDay, starts)
			if !ends.IsZero() {
				cal.walls(zone, "DTEND", s.AllDay, ends)
			}
		})
	}
}

// moved is when a changed date takes place.
func (s *series) moved(original calendar.Wall, change listing.Body, zone *time.Location) (starts, ends calendar.Wall) {
	starts, _, moved := bodyWall(change["startDate"], zone)
	if !moved {
		starts = original
	}
	if !s.ends.IsZero() {
		ends = starts.Later(s.ends.Since(s.Starts))
	}
	if w, day, ok := bodyWall(change["endDate"], zone); ok && moved {
		if ends = w; day {
			ends = w.AddDays(1)
		}
	}
	return starts, ends
}

// dateOf is one date of a series: as the series, but for what the change says.
func (r *request) dateOf(h happening, change listing.Body) happening {
	body := listing.Body{"location": h.body["location"], "description": h.body["description"]}
	if place, ok := change["location"]; ok {
		body["location"] = place
	}
	var words []string
	for _, v := range []any{change["cancellationReason"], change["description"], body["description"]} {
		if text, ok := v.(string); ok && text != "" {
			words = append(words, text)
		}
	}
	body["description"] = strings.Join(words, "\n\n")
	h.body = body
	h.card.Cancelled = h.card.Cancelled || isCancelled(change)
	h.title = r.flagged(h.card)
	return h
}

func isCancelled(body listing.Body) bool {
	status, _ := body["eventStatus"].(string)
	return strings.HasSuffix(status, "/EventCancelled")
}

// addProgramme writes the parts of an event.
func (r *request) addProgramme(tx *store.Tx, cal *ical, c listing.Card) error {
	body, err := listing.BodyOf(tx, c)
	if err != nil {
		return err
	}
	zone := cal.zoneOf(body)
	list, _ := body["subEvent"].([]any)
	for _, v := range list {
		part, _ := v.(map[string]any)
		name, _ := part["name"].(string)
		uid, _ := part["uid"].(string)
		starts, day, ok := bodyWall(part["startDate"], zone.zone)
		if !ok || name == "" || uid == "" || strings.ContainsAny(uid, "\r\n") {
			continue
		}
		h := happening{c, listing.Body{"location": body["location"]}, uid, "", r.base() + cardHref(c), ""}
		if place, ok := part["location"]; ok {
			h.body["location"] = place
		}
		h.card.Title, h.card.Cancelled = name, c.Cancelled || isCancelled(part)
		h.card.Postponed = c.Postponed || part["eventStatus"] == linkedContext+"/EventPostponed"
		h.card.Tentative = part["tentative"] == true
		ends, _, ended := bodyWall(part["endDate"], zone.zone)
		if day && ended {
			ends = ends.AddDays(1)
		}
		h.title = r.flagged(h.card)
		cal.event(h, func() {
			cal.walls(zone, "DTSTART", day, starts)
			if ended {
				cal.walls(zone, "DTEND", day, ends)
			}
			cal.line("RELATED-TO;RELTYPE=PARENT", agenda.UID(c.Ref.ID))
		})
	}
	return nil
}

// lasting is how far ahead a series without an end is described, in years;
// calendars ask again long before.
const lasting = 5

// walls writes moments on the wall under one name.
func (c *ical) walls(zone *zoneUse, name string, days bool, list ...calendar.Wall) {
	if len(list) == 0 {
		return
	}
	texts := make([]string, len(list))
	for i, w := range list {
		switch {
		case days:
			texts[i] = icalClock(w)[:len(icalDay)]
		case zone.zone == time.UTC:
			texts[i] = icalClock(w) + "Z"
		default:
			texts[i] = icalClock(w)
			zone.wall(wallIn(w, zone.zone))
		}
	}
	switch {
	case days:
		name += ";VALUE=DATE"
	case zone.zone != time.UTC:
		name += ";TZID=" + zone.zone.String()
	}
	c.line(name, strings.Join(texts, ","))
}

// wallIn is the instant of a moment on the wall, an hour later where there is
// none.
func wallIn(w calendar.Wall, zone *time.Location) time.Time {
	t, later, ok := w.In(zone, false)
	if !ok {
		t, _, _ = later.In(zone, false)
	}
	return t
}

// repeats writes the rule, and the dates added to it and taken out of it. A
// moment a spring night skips is no date of a rule and is not counted (AG-2),
// but readers differ there: such moments are named as exceptions, and a count
// that met one is written as an end.
func (c *ical) repeats(zone *zoneUse, s series, now time.Time) {
	begin := wallIn(s.Starts, zone.zone)
	last := begin
	if now.After(last) {
		last = now
	}
	if last = last.AddDate(lasting, 0, 0); !s.Rule.Until.IsZero() && s.Rule.Until.At.Before(last) {
		last = s.Rule.Until.At.AddDate(0, 0, 1) // whatever its zone
	}
	skipped := s.Skipped(begin, last)
	if len(skipped) > 0 && s.Rule.Count > 0 {
		if end, ok := s.Last(); ok {
			end = end.Add(time.Hour - s.Lasts) // soon after the last one begins
			s.Rule.Count, s.Rule.Until = 0, calendar.End{At: end.UTC()}
			skipped = s.Skipped(begin, end)
		}
	}
	if !s.Rule.IsZero() {
		c.line("RRULE", s.Rule.String())
	}
	c.walls(zone, "RDATE", s.AllDay, s.Extra...)
	c.walls(zone, "EXDATE", s.AllDay, append(s.Without, skipped...)...)
	if !s.AllDay {
		zone.wall(last)
	}
}
