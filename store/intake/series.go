package intake

import (
	"strings"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/intake/format"
	"copi.local/store/listing"
)

// repeatOf is how an event of a file repeats, as the agenda has it.
func repeatOf(r *format.Record) (agenda.Repeat, error) {
	var repeat agenda.Repeat
	if !r.Repeats() {
		return repeat, nil
	}
	var err error
	if r.Rule != "" {
		if repeat.Rule, err = calendar.ParseRule(r.Rule); err != nil {
			return repeat, err
		}
	}
	if repeat.Extra, err = walls(r.Extra); err != nil {
		return repeat, err
	}
	if repeat.Without, err = walls(r.Without); err != nil {
		return repeat, err
	}
	for i := range r.Changes {
		c, err := changeOf(r, &r.Changes[i])
		if err != nil {
			return repeat, err
		}
		repeat.Changes = append(repeat.Changes, c)
	}
	return repeat, nil
}

func walls(texts []string) (list []calendar.Wall, err error) {
	for _, s := range texts {
		w, err := calendar.ParseWall(s)
		if err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, nil
}

// changeOf is one date of a series that is not like the others: where it was
// moved to, whether it is cancelled, what is said of it alone.
func changeOf(series, r *format.Record) (c agenda.Change, err error) {
	if c.Original, err = calendar.ParseWall(r.Date); err != nil {
		return c, err
	}
	c.Cancelled = r.Cancelled
	if r.Place != series.Place {
		c.Place = listing.Clip(r.Place, agenda.MaxLine)
	}
	var said []string
	if r.Name != series.Name {
		said = append(said, r.Name)
	}
	if r.Text != series.Text {
		said = append(said, r.Text)
	}
	c.Note = strings.TrimSpace(listing.Clip(strings.Join(said, "\n"), agenda.MaxReason))
	if c.Cancelled {
		c.Reason, c.Note = c.Note, ""
	}
	return c, movedTo(&c, series, r)
}

// movedTo sets when a date takes place, unless it begins and lasts as the rule
// has it.
func movedTo(c *agenda.Change, series, r *format.Record) error {
	starts, err := calendar.ParseWall(r.Starts)
	if err != nil {
		return err
	}
	var ends calendar.Wall
	if r.Ends != "" {
		if ends, err = calendar.ParseWall(r.Ends); err != nil {
			return err
		}
	}
	first, err := calendar.ParseWall(series.Starts)
	if err != nil {
		return err
	}
	last, err := calendar.ParseWall(series.Ends)
	alike := ends.IsZero() || series.Ends != "" && err == nil && ends.Since(starts) == last.Since(first)
	if starts == c.Original && alike {
		return nil
	}
	if c.Starts = starts; !alike {
		c.Ends = ends
	}
	return nil
}

// goesOn finds the event a series goes on from: one of ours, or one that came
// from a calendar; empty when it is not known here.
func (h *happening) goesOn(tx *store.Tx) (string, error) {
	if h.related == "" {
		return "", nil
	}
	id, own := strings.CutSuffix(h.related, agenda.UID(""))
	if !own {
		was, err := broughtBefore(tx, h.related)
		if store.KindOf(err) == store.NotFound {
			return "", nil
		}
		return was.event, err
	}
	_, err := agenda.AuthorOf(tx, id)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return id, err
}
