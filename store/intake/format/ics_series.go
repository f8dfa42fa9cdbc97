package format

// Bounds of what is held until the end of a calendar: events that repeat, and
// dates of them that are not like the others.
const (
	maxHeld      = 20_000
	maxHeldBytes = 16 << 20
	heldCost     = 1 << 10 // of one, beside its text
)

// held are events that wait for the end of their file.
type held struct {
	series, changes []*event
	lost            map[string]bool // series that are refused or private
	size            int
}

// keep takes one more; false when there is no room.
func (h *held) keep(e *event, change bool) bool {
	if h.size += e.size + heldCost; h.size > maxHeldBytes || len(h.series)+len(h.changes) >= maxHeld {
		if !change {
			h.lost[e.rec.ID] = true
		}
		return false
	}
	if change {
		h.changes = append(h.changes, e)
	} else {
		h.series = append(h.series, e)
	}
	return true
}

// take takes what is held: each series with its changes. A change whose series
// is not in the file is an event of its own.
func (h *held) take(v *Visitor) error {
	byID := make(map[string]*event, len(h.series))
	for _, e := range h.series {
		if byID[e.rec.ID] == nil {
			byID[e.rec.ID] = e
		}
	}
	var alone []*event
	for _, e := range h.changes {
		series := byID[e.rec.ID]
		switch {
		case series != nil:
			series.join(e)
		case h.lost[e.rec.ID]:
			v.refuse(e.line, NoSeries, e.rec.Name)
		case e.rec.Name == "":
			v.refuse(e.line, NoName, e.rec.ID)
		default:
			e.rec.ID += " " + e.change.value
			alone = append(alone, e)
		}
	}
	for _, e := range append(h.series, alone...) {
		if len(e.rec.Changes) > maxDates {
			v.refuse(e.line, Boundless, e.rec.Name)
			continue
		}
		if err := v.Take(e.rec); err != nil {
			return err
		}
	}
	return nil
}

// join adds a change to its series. Of two for the same date the later version
// stands.
func (e *event) join(change *event) {
	rec := change.rec
	rec.Date = change.which.date(e.begins)
	if rec.Name == "" {
		rec.Name = e.rec.Name
	}
	for i := range e.rec.Changes {
		if was := &e.rec.Changes[i]; was.Date == rec.Date {
			if rec.Sequence >= was.Sequence {
				*was = rec
			}
			return
		}
	}
	e.rec.Changes = append(e.rec.Changes, rec)
}
