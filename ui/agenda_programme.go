package ui

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// partView is one event of a programme.
type partView struct {
	Href, Title, Hours, Place, Flag string
	Off                             bool
	Outside                         bool // of the dates of the whole
	Draft                           bool
}

// programmeDay is a day of a programme.
type programmeDay struct {
	Day   string
	Parts []partView
}

// programmeOf is the programme of an event by day. Its owners also read which
// parts lie outside its dates.
func (r *request) programmeOf(tx *store.Tx, whole *agenda.Event, mine bool) ([]programmeDay, error) {
	parts, err := whole.Programme(tx)
	var days []programmeDay
	for i := range parts {
		e := &parts[i]
		day := r.Day(e.StartsAt)
		if n := len(days); n == 0 || days[n-1].Day != day {
			days = append(days, programmeDay{Day: day})
		}
		last := &days[len(days)-1]
		last.Parts = append(last.Parts, r.part(e, whole, mine))
	}
	return days, err
}

func (r *request) part(e, whole *agenda.Event, mine bool) partView {
	v := partView{
		Href: "/agenda/" + e.ID, Title: r.Typo(e.Title), Draft: e.Draft, Off: e.Off(), Outside: mine && e.Outside(whole),
		Hours: r.hours(listing.Card{StartsAt: e.StartsAt, EndsAt: e.EndsAt, AllDay: e.AllDay}),
	}
	v.Flag, _ = r.status(e)
	if e.Place != whole.Place {
		v.Place = r.Typo(e.Place)
	}
	return v
}

// wholeView is the event whose programme another belongs to.
type wholeView struct {
	ID, Href, Title string
	Warning         string // the other lies outside its dates
	event           agenda.Event
}

// wholeOf is the event a form adds to; nil when it stands alone. It must be
// the person's own.
func (r *request) wholeOf(f *form) (*wholeView, error) {
	id := f.text("programme")
	if id == "" || !r.actor.Can(store.Resident) {
		return nil, nil
	}
	v := &wholeView{ID: id, Href: "/agenda/" + id}
	err := r.View(func(tx *store.Tx) (err error) {
		if err = r.vouchWhole(tx, id); err != nil {
			return err
		}
		v.event, err = agenda.Own(tx, id)
		return err
	})
	v.Title = r.Typo(v.event.Title)
	if k := store.KindOf(err); k == store.NotFound || k == store.Forbidden {
		f.fault("", "err.agenda.programme_unknown")
		f.values.Del("programme")
		return nil, nil
	}
	return v, err
}

// joinProgramme makes an event part of the programme its form names, and warns
// when it lies outside (DI-6): festivals have a day before and a day after.
func (p *eventFormPage) joinProgramme(e *agenda.Event) {
	if p.Whole == nil || p.Form.has("standalone") {
		return
	}
	e.ParentID, e.Audience = p.Whole.ID, p.Whole.event.Audience
	if whole := p.Whole.event; !e.Starts.IsZero() && e.Outside(&whole) {
		p.Whole.Warning = p.T("agenda.programme.outside", "title", p.Whole.Title, "when", p.whenWhole)
	}
}

// partForm is the empty form of a new part: where and by whom as the whole.
func (r *request) partForm(f *form) error {
	whole, err := r.wholeOf(f)
	if whole == nil || err != nil {
		return err
	}
	for name, value := range map[string]string{
		"place": whole.event.Place, "organiser": whole.event.Organiser, "starts": dayOf(whole.event.Starts),
	} {
		f.values.Set(name, value)
	}
	return r.View(func(tx *store.Tx) error {
		e, ok, err := directory.InWhoseName(tx, whole.event.Ref())
		if ok && f.text("organisation") == "" {
			f.values.Set("organisation", e.ID)
		}
		return err
	})
}

// findProgrammes looks up on which days the programmes of listed events have
// something, for request.card.
func (r *request) findProgrammes(tx *store.Tx, cards []listing.Card) error {
	var ids []string
	for _, c := range cards {
		if c.Kind == listing.KindEvent && c.Origin == nil {
			ids = append(ids, c.Ref.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	days, err := agenda.DatesOf(tx, ids)
	for id, list := range days {
		if len(list) > 1 {
			if r.programmes == nil {
				r.programmes = map[string]string{}
			}
			r.programmes[id] = r.T("agenda.programme.dates", "n", len(list), "days", r.dayList(list))
		}
	}
	return err
}

// manyDays is how many days a card names one by one.
const manyDays = 6

// dayList is "10, 11 et 13 juillet": the month once where it is the same.
func (r *request) dayList(days []calendar.Wall) string {
	at := func(w calendar.Wall) time.Time { return time.Date(w.Year, w.Month, w.Day, 12, 0, 0, 0, r.zone) }
	last := len(days) - 1
	if last >= manyDays {
		return r.T("ui.date.range", "from", r.ShortDay(at(days[0])), "to", r.ShortDay(at(days[last])))
	}
	words := make([]string, len(days))
	for i, d := range days {
		words[i] = r.ShortDay(at(d))
		if i < last && d.Month == days[i+1].Month && d.Year == days[i+1].Year && r.Lang == reference {
			words[i] = r.MonthDay(at(d))
		}
	}
	return r.T("ui.and", "list", strings.Join(words[:last], ", "), "last", words[last])
}
