package agenda

import (
	"cmp"
	"encoding/json"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// MaxProgramme is how many events a programme may have.
const MaxProgramme = 200

// An event may have a programme: events of their own that are shown on its
// page and not in lists, which show the whole once. They are as visible as the
// whole. A programme has one level, so nothing turns in circles.

// Programme lists the events of an event's programme in order, without drafts
// the actor did not write.
func (e *Event) Programme(tx *store.Tx) ([]Event, error) {
	if e.ParentID != "" || e.ID == "" {
		return nil, nil
	}
	return store.All(tx, scanEvent, sqlProgramme, e.ID, tx.Actor.ID)
}

// Outside tells whether the event lies outside the dates of the whole: worth a
// warning, and allowed (DI-6).
func (e *Event) Outside(whole *Event) bool {
	first, last := whole.Starts.Midnight(), whole.Ends
	switch {
	case last.IsZero():
		last = first.AddDays(1)
	case !whole.AllDay && last != last.Midnight(), last == whole.Starts:
		last = last.Midnight().AddDays(1)
	}
	return e.Starts.Before(first) || !e.Starts.Before(last)
}

// belong checks the whole that e says it is part of, and takes its audience.
// Neither a whole nor a part repeats: each would have many of the other.
func (e *Event) belong(tx *store.Tx) error {
	if e.ParentID == "" && (e.ID == "" || !e.Repeats()) {
		return nil
	}
	if e.ParentID == "" {
		parts, err := store.One(tx, store.Scan[int], sqlProgrammeSize, e.ID, "")
		if err == nil && parts > 0 {
			err = store.E(store.Invalid, "err.agenda.programme_repeats").At("repeat")
		}
		return err
	}
	refuse := func(key string) error { return store.E(store.Invalid, key).At("programme") }
	whole, err := store.One(tx, scanEvent, sqlByID, e.ParentID)
	switch {
	case store.KindOf(err) == store.NotFound, e.ParentID == e.ID:
		return refuse("err.agenda.programme_unknown")
	case err != nil:
		return err
	case !whole.MayChange(tx.Actor) && !tx.VouchedFor(whole.Ref()):
		return store.E(store.Forbidden, "err.forbidden")
	case whole.ParentID != "":
		return refuse("err.agenda.programme_deep")
	case whole.Repeats():
		return refuse("err.agenda.programme_repeats")
	}
	e.Audience, e.Group = whole.Audience, whole.Group
	own, err := store.One(tx, store.Scan[int], sqlProgrammeSize, e.ID, "")
	if err != nil || own > 0 && e.ID != "" {
		return cmp.Or(err, refuse("err.agenda.programme_deep"))
	}
	others, err := store.One(tx, store.Scan[int], sqlProgrammeSize, e.ParentID, e.ID)
	if err != nil || others >= MaxProgramme {
		return cmp.Or(err, error(store.E(store.Invalid, "err.agenda.programme_full", "max", MaxProgramme).At("programme")))
	}
	return nil
}

// restateWhole writes the card of the whole anew after a part has changed.
func restateWhole(tx *store.Tx, id string) error {
	whole, err := store.One(tx, scanEvent, sqlByID, id)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return put(tx, &whole)
}

// moveBetween mends the cards around an event that has left a programme or
// joined one.
func moveBetween(tx *store.Tx, was, now *Event) error {
	switch {
	case was.ParentID == now.ParentID, now.Draft:
		return nil
	case was.ParentID == "":
		return listing.Withdraw(tx, now.Ref())
	default:
		return restateWhole(tx, was.ParentID)
	}
}

// release lets the parts of a whole that goes stand for themselves, seen by
// whom it was seen.
func release(tx *store.Tx, whole *Event) error {
	parts, err := store.All(tx, scanEvent, sqlParts, whole.ID)
	if err != nil {
		return err
	}
	for i := range parts {
		parts[i].ParentID, parts[i].Audience, parts[i].Group = "", whole.Audience, whole.Group
		if err := change(tx, &parts[i]); err != nil {
			return err
		}
	}
	return nil
}

// programmeBytes is how much of a body a programme may take; what does not fit
// is on the event's page.
const programmeBytes = 16 << 10

// enrol writes the programme into the card and body of the whole: its words,
// so that search finds them, and times that cover all of it.
func (e *Event) enrol(c *listing.Card, b listing.Body, parts []Event) error {
	programme, size := []any{}, 0
	for i := range parts {
		p := &parts[i]
		if p.Draft {
			continue
		}
		if !p.Off() {
			cover(c, p)
		}
		text, err := json.Marshal(p.entry(e))
		if err != nil {
			return err
		}
		if size += len(text); size <= programmeBytes {
			programme = append(programme, map[string]any(p.entry(e)))
		}
	}
	if len(programme) > 0 {
		b["subEvent"] = programme
	}
	return nil
}

// entry is the event in the body of the whole.
func (e *Event) entry(whole *Event) listing.Body {
	b := listing.Body{"@type": "Event", "name": e.Title, "startDate": e.moment(e.StartsAt, e.Starts), "uid": e.UID()}
	e.describeStatus(b)
	if !e.Ends.IsZero() {
		last := e.Ends
		if e.AllDay {
			last = e.LastDay()
		}
		b["endDate"] = e.moment(e.EndsAt, last)
	}
	if e.Place != whole.Place {
		b["location"] = map[string]any{"@type": "Place", "name": e.Place}
	}
	return b
}

// cover stretches a card to the times of a part, within what a card may last.
func cover(c *listing.Card, p *Event) {
	starts, ends := c.StartsAt, c.EndsAt
	if p.StartsAt.Before(starts) {
		starts = p.StartsAt
	}
	if p.EndsAt.After(ends) {
		ends = p.EndsAt
	}
	if c.AllDay { // whole days stay whole days
		if zone, err := time.LoadLocation(p.Zone); err == nil {
			starts, ends = dawn(starts.In(zone)), dusk(ends.In(zone))
		}
	}
	if ends.Sub(starts) <= listing.MaxSpan {
		c.StartsAt, c.EndsAt = starts, ends
	}
}

// dawn is the midnight a day begins with, dusk the one an end belongs to.
func dawn(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func dusk(t time.Time) time.Time {
	if d := dawn(t); d.Before(t) {
		return d.AddDate(0, 0, 1)
	}
	return t
}

// DatesOf are the days on which the parts of wholes take place, by the id of
// the whole, each day once and in order.
func DatesOf(tx *store.Tx, ids []string) (map[string][]calendar.Wall, error) {
	type row struct {
		whole string
		day   calendar.Wall
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := store.All(tx, func(r store.Row) (d row, err error) {
		var starts string
		if err = r.Scan(&d.whole, &starts); err != nil {
			return d, err
		}
		d.day, err = calendar.ParseWall(starts + "T00:00")
		return d, err
	}, sqlProgrammeDays, string(list))
	days := map[string][]calendar.Wall{}
	for _, d := range rows {
		days[d.whole] = append(days[d.whole], d.day)
	}
	return days, err
}

// Whole is the event whose programme e belongs to, as the actor may read it.
func (e *Event) Whole(tx *store.Tx) (Event, error) { return Get(tx, e.ParentID) }
