package intake

import (
	"crypto/sha256"
	"encoding/json"
	"strings"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/intake/format"
	"copi.local/store/listing"
)

// happening is an event of a file.
type happening struct {
	event    agenda.Event
	source   string // what it is known by when its file comes again
	related  string // source of the series it goes on with
	sequence int64
}

// happening is a thing of a file as the agenda takes it.
func (p *pass) happening(r *format.Record) (happening, *format.Fault) {
	h := happening{sequence: r.Sequence, source: p.eventID(r), related: listing.Clip(r.Related, 200)}
	for i := range r.Changes { // of which each has its own version
		h.sequence = max(h.sequence, r.Changes[i].Sequence)
	}
	h.event = agenda.Event{
		Title: listing.Clip(r.Name, listing.MaxTitle), Description: r.Text, Place: listing.Clip(r.Place, agenda.MaxLine),
		Organiser: listing.Clip(r.Organiser, agenda.MaxLine), Contact: contact(r), Tags: short(r.Tags),
		Zone: r.Zone, AllDay: r.AllDay, Winter: r.Winter, Audience: listing.Public, Status: statusOf(r),
	}
	e := &h.event
	if e.Place == "" { // the agenda wants to know where
		if e.Place = r.City; e.Place == "" {
			e.Place = p.where.home.Name
		}
	}
	fault := func(reason, detail string) *format.Fault {
		return &format.Fault{Line: r.Line, Reason: reason, Detail: listing.Clip(detail, 80)}
	}
	var err error
	if e.Starts, err = calendar.ParseWall(r.Starts); err != nil {
		return h, fault(format.BadDate, r.Starts)
	}
	if r.Ends != "" {
		if e.Ends, err = calendar.ParseWall(r.Ends); err != nil {
			return h, fault(format.BadDate, r.Ends)
		}
	}
	if r.Placed {
		if p.where.inverted(r) {
			return h, fault(format.Inverted, r.Name)
		}
		at := listing.At(r.Lat, r.Lon)
		e.Position = &at
	}
	if e.Repeat, err = repeatOf(r); err != nil {
		return h, fault(format.BadRule, r.Rule)
	}
	if err := e.Check(); err != nil {
		field := faultOf(err)
		if strings.HasPrefix(field, "repeat") { // no date at all, or more by hand than somebody writes
			return h, fault(format.BadRule, r.Rule)
		}
		return h, fault(format.Unwritten, field)
	}
	return h, nil
}

func statusOf(r *format.Record) agenda.Status {
	switch {
	case r.Cancelled:
		return agenda.Cancelled
	case r.Tentative:
		return agenda.Tentative
	}
	return agenda.Confirmed
}

// eventID names an event for ever: by its UID, which is the same in every
// calendar that has it, or within its file.
func (p *pass) eventID(r *format.Record) string {
	if p.run.Format == format.ICS && r.ID != "" {
		return listing.Clip(r.ID, 200)
	}
	_, id := p.source(&format.Record{ID: r.ID, Kind: r.Kind, Name: r.Name, INSEE: r.Starts})
	return string(p.run.Format) + ":" + id
}

func contact(r *format.Record) string {
	for _, s := range []string{r.Website, r.Email, r.Phone} {
		if s != "" && len(s) <= agenda.MaxLine {
			return s
		}
	}
	return ""
}

// cameBefore is what is stored of an event that came before.
type cameBefore struct {
	event    string
	sequence int64
	hash     []byte
	at       int64
}

func broughtBefore(tx *store.Tx, source string) (cameBefore, error) {
	return store.One(tx, func(r store.Row) (w cameBefore, err error) {
		return w, r.Scan(&w.event, &w.sequence, &w.hash, &w.at)
	}, sqlEvent, source)
}

// compare tells what an import does to an event, and what is there of it.
func (h *happening) compare(tx *store.Tx) (directory.Outcome, cameBefore, error) {
	was, err := broughtBefore(tx, h.source)
	if store.KindOf(err) == store.NotFound {
		if id, own := strings.CutSuffix(h.source, agenda.UID("")); own { // our own calendar comes home
			if _, err := agenda.AuthorOf(tx, id); store.KindOf(err) != store.NotFound {
				return directory.Kept, was, err
			}
		}
		return directory.New, was, nil
	}
	if err != nil {
		return 0, was, err
	}
	e, err := agenda.Get(tx, was.event)
	switch {
	case store.KindOf(err) == store.NotFound:
		return directory.Kept, was, nil // somebody removed or hid it here
	case err != nil:
		return 0, was, err
	case e.AuthorID != "" || e.UpdatedAt.Unix() > was.at:
		return directory.Kept, was, nil
	case h.sequence < was.sequence, string(was.hash) == string(h.hash()):
		return directory.Unchanged, was, nil
	}
	return directory.Updated, was, nil
}

// hash is a digest of what the file says.
func (h *happening) hash() []byte {
	e := h.event
	e.ID = ""
	text, err := json.Marshal(e)
	if err != nil { // texts and numbers: cannot be
		return nil
	}
	sum := sha256.Sum256(append(text, byte(h.sequence)))
	return sum[:]
}

// write puts an event into the agenda, as nobody's.
func (h *happening) write(tx *store.Tx, run string) (directory.Outcome, error) {
	outcome, was, err := h.compare(tx)
	if err != nil {
		return outcome, err
	}
	e, hash, cancelled := h.event, h.hash(), h.event.IsCancelled()
	switch outcome {
	case directory.New:
		if e.RelatedTo, err = h.goesOn(tx); err == nil {
			err = agenda.Accept(tx, &e)
		}
	case directory.Updated:
		e.ID = was.event
		err = h.update(tx, &e)
	default:
		return outcome, nil
	}
	if err == nil && cancelled {
		err = agenda.Cancel(tx, e.ID, "")
	}
	if err != nil {
		return outcome, err
	}
	if outcome == directory.New {
		_, err = tx.Exec(sqlEventAdd, h.source, e.ID, run, h.sequence, hash, tx.Now.Unix())
	} else {
		_, err = tx.Exec(sqlEventSeen, h.sequence, hash, tx.Now.Unix(), h.source)
	}
	return outcome, err
}

// update edits an event that came before. What the file no longer says is
// cancelled takes place again; who may see it the file does not say.
func (h *happening) update(tx *store.Tx, e *agenda.Event) error {
	was, err := agenda.Get(tx, e.ID)
	if err != nil {
		return err
	}
	if was.Off() && !h.event.IsCancelled() {
		if err := agenda.Restore(tx, e.ID); err != nil {
			return err
		}
	}
	e.Audience, e.Group = was.Audience, was.Group
	return agenda.Edit(tx, e)
}

// undoEvents takes events an import made out of the agenda, unless somebody
// changed or adopted them. It answers how many it looked at after a name, and
// how many went.
func undoEvents(tx *store.Tx, run, after string, limit int) (last string, looked, gone int, err error) {
	type made struct {
		source, event string
		at            int64
	}
	list, err := store.All(tx, func(r store.Row) (m made, err error) {
		err = r.Scan(&m.source, &m.event, &m.at)
		return m, err
	}, sqlEventsOf, run, after, limit)
	for _, m := range list {
		last = m.source
		e, err := agenda.Get(tx, m.event)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return last, looked, gone, err
		}
		if e.AuthorID != "" || e.UpdatedAt.Unix() > m.at {
			continue
		}
		if err := agenda.Remove(tx, m.event); err != nil {
			return last, looked, gone, err
		}
		if _, err := tx.Exec(sqlEventDrop, m.source); err != nil {
			return last, looked, gone, err
		}
		gone++
	}
	return last, len(list), gone, err
}
