package ui

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/booking"
	"copi.local/store/calendar"
	"copi.local/store/directory"
)

// eventFormPage is the form of an event; the second step shows what will be
// public before it is.
type eventFormPage struct {
	page
	Form     *form
	Action   string
	Proposal bool // by a visitor
	Twice    bool // the hour comes twice that night
	Steps    []stepView
	Seen     []choice // who may see it
	Preview  *eventPage
	Album    *albumView // of an event that exists
	Names    []choice   // in whose name it is published; nil without a choice
	Whole    *wholeView // whose programme it joins
	Wider    *widerView // more people would see it than until now
	Drafts   int        // not published yet, of the person
	New      bool       // it can be kept as a draft
	Repeat   *repeatFields

	whenWhole string
}

func (r *request) eventForm(key string, f *form) (*eventFormPage, error) {
	names, err := r.nameChoices(f)
	f.findContacts("title", "description")
	p := &eventFormPage{page: r.page(key), Form: f, Action: r.Request().URL.Path}
	if r.actor.Can(store.Resident) {
		p.Section = "agenda"
	}
	p.Steps = []stepView{{r.T("agenda.form.step_write"), true}, {r.T("agenda.form.step_check"), false}}
	p.Names = names
	if err != nil {
		return p, err
	}
	if p.Seen, err = r.seenChoices(f); err != nil {
		return p, err
	}
	if p.Whole, err = r.wholeOf(f); p.Whole != nil {
		p.whenWhole = r.whenOf(&p.Whole.event)
	}
	if err == nil && p.Whole == nil {
		p.Repeat, err = r.repeatFields(f)
	}
	return p, err
}

// eventOf reads an event as it was typed. Faults of single fields are noted on
// the form; the event's own rules come with its Check.
func eventOf(f *form) agenda.Event {
	e := agenda.Event{
		Title: f.text("title"), Description: f.lines("description"), Place: f.text("place"),
		Organiser: f.text("organiser"), Contact: f.text("contact"), Tags: tagsOf(f.text("tags")),
		AllDay: f.has("all_day"), Winter: f.has("winter"), Zone: f.zone.String(),
	}
	e.Audience, e.Group = f.audience()
	if f.has("tentative") {
		e.Status = agenda.Tentative
	}
	f.findContacts("title", "description")
	e.Masked = f.masked()
	f.times(&e)
	f.repeat(&e)
	return e
}

// times reads when the event begins and ends.
func (f *form) times(e *agenda.Event) {
	day, last := f.date("starts"), f.date("ends")
	e.Starts = wallOf(day, 0)
	if last.IsZero() {
		last = day
	}
	if e.AllDay {
		e.Ends = wallOf(last, 0)
		if !e.Ends.IsZero() {
			e.Ends = e.Ends.AddDays(1) // the day after the last
		}
		return
	}
	at, ok := f.clock("starts_time")
	if !ok && f.text("starts_time") == "" {
		f.fault("starts_time", "err.agenda.time_empty")
	}
	e.Starts = wallOf(day, at)
	e.Ends = endOf(f, day, last, at)
}

// endOf is the end of an evening. Without a day of its own an hour that is not
// after the beginning is the next day's: a ball from 22 h to 2 h.
func endOf(f *form, day, last time.Time, begins time.Duration) calendar.Wall {
	at, ok := f.clock("ends_time")
	switch {
	case !ok && f.text("ends") != "" && f.text("ends_time") == "":
		f.fault("ends_time", "err.agenda.time_empty")
		return calendar.Wall{}
	case !ok:
		return calendar.Wall{}
	}
	end := wallOf(last, at)
	if f.text("ends") == "" && at <= begins && !day.IsZero() {
		end = end.AddDays(1)
	}
	return end
}

func wallOf(day time.Time, at time.Duration) calendar.Wall {
	if day.IsZero() {
		return calendar.Wall{}
	}
	w := calendar.WallOf(day)
	w.Hour, w.Minute = int(at/time.Hour), int(at%time.Hour/time.Minute)
	return w
}

// tagsOf reads tags written with commas, or each with a #.
func tagsOf(s string) []string {
	var tags []string
	for _, t := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '#' }) {
		if t = strings.TrimSpace(t); t != "" && !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	return tags
}

// formOf writes an event into a form.
func (r *request) formOf(e agenda.Event) *form {
	f := r.emptyForm("title", e.Title, "description", e.Description, "place", e.Place, "organiser", e.Organiser,
		"contact", e.Contact, "tags", strings.Join(e.Tags, ", "), "starts", dayOf(e.Starts))
	f.setAudience(e.Audience, e.Group)
	switch {
	case e.AllDay:
		f.values.Set("all_day", "1")
		if last := dayOf(e.LastDay()); last != dayOf(e.Starts) {
			f.values.Set("ends", last)
		}
	default:
		f.values.Set("starts_time", hourOf(e.Starts))
		if !e.Ends.IsZero() {
			f.values.Set("ends", dayOf(e.Ends))
			f.values.Set("ends_time", hourOf(e.Ends))
		}
	}
	if e.Winter {
		f.values.Set("winter", "1")
	}
	if e.IsTentative() {
		f.values.Set("tentative", "1")
	}
	if e.ParentID != "" {
		f.values.Set("programme", e.ParentID)
	}
	f.setMasked(e.Masked)
	f.setRepeat(&e)
	return f
}

func dayOf(w calendar.Wall) string  { return w.Date() }
func hourOf(w calendar.Wall) string { return w.String()[11:] }

// pair is a hidden field.
type pair struct{ Name, Value string }

// Hidden lists what was typed, to carry it over a page that shows it.
func (f *form) Hidden() []pair {
	var list []pair
	for name, values := range f.values {
		if name == "do" || name == "winter" || name == "wider" || name == contactsAsked || name == contactsHide || strings.HasPrefix(name, "publish_") {
			continue
		}
		for _, v := range values {
			list = append(list, pair{name, v})
		}
	}
	slices.SortFunc(list, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// writeEvent takes an event through its two steps: refused with its faults,
// shown as it will be, or stored by save.
func (r *request) writeEvent(title string, proposal bool, save func(*form, *agenda.Event) error) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.eventForm(title, f)
	if err != nil {
		return err
	}
	p.Proposal, p.New = proposal, !proposal && r.Param("id") == ""
	if f.text("do") == "edit" {
		return r.Render("agenda/form", p)
	}
	e := eventOf(f)
	if err := r.keepByHand(f, &e); err != nil {
		return err
	}
	stands := p.chooseName(&e)
	p.joinProgramme(&e)
	err = e.Check()
	p.Twice = e.Twice()
	if !offered(p.Seen, orWord(f.text("audience"), seenByAll)) {
		f.fault("audience", "err.listing.group")
	}
	if f.refuse(err) || !f.ok() {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("agenda/form", p)
	} else if err != nil {
		return err
	}
	if p.Wider, err = r.widening(f, eventRef(r.Param("id")), e.Audience, e.Group); err != nil {
		return err
	}
	switch do := f.text("do"); {
	case !f.ok(): // more people would see it, and nobody said yes
	case do == "publish" || do == "draft" || do == "plan":
		err := save(f, &e)
		if store.KindOf(err) == store.Busy {
			return r.busyForm(f, err, "agenda/form", p)
		}
		if !f.refuse(err) {
			return err
		}
		if do != "plan" {
			return r.RenderForm("agenda/form", p)
		}
	}
	p.Steps[0].Current, p.Steps[1].Current = false, true
	p.Preview = &eventPage{page: p.page, Event: e, For: stands, Whole: p.Whole}
	if err := r.previewAudience(p.Preview); err != nil {
		return err
	}
	r.describeEvent(p.Preview)
	if !f.ok() { // when to publish was not clear
		return r.RenderForm("agenda/preview", p)
	}
	return r.Render("agenda/preview", p)
}

// previewAudience says who will see an event that is being written.
func (r *request) previewAudience(p *eventPage) error {
	return r.View(func(tx *store.Tx) (err error) {
		p.Audience, p.Group, err = r.audienceOf(tx, p.Event.Audience, p.Event.Group)
		return err
	})
}

// onePerField keeps the first fault of each field.
func onePerField(faults []fault) []fault {
	var kept []fault
	seen := map[string]bool{}
	for _, f := range faults {
		if f.Field == "" || !seen[f.Field] {
			kept = append(kept, f)
		}
		seen[f.Field] = true
	}
	return kept
}

// eventNew is an empty form.
func (s *Server) eventNew(r *request) error {
	f := r.emptyForm("audience", "public", "organisation", r.QueryParam("organisation"), "programme", r.QueryParam("programme"))
	f.forGroup(r.QueryParam("group"))
	if err := r.fromDecision(f); err != nil {
		return err
	}
	if err := r.partForm(f); err != nil {
		return err
	}
	p, err := r.eventForm("agenda.new.title", f)
	if err != nil {
		return err
	}
	err = r.View(func(tx *store.Tx) error {
		drafts, err := agenda.Drafts(tx)
		p.Drafts = len(drafts)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("agenda/form", p)
}

// eventSchedule publishes a resident's event.
func (s *Server) eventSchedule(r *request) error {
	return r.writeEvent("agenda.new.title", false, func(f *form, e *agenda.Event) error {
		told, err := r.keep(f, e)
		if err != nil {
			return err
		}
		return r.Redirect("/agenda/"+e.ID, told)
	})
}

// ownEvent is the event of the address, for somebody who may change it.
func (r *request) ownEvent() (e agenda.Event, err error) {
	err = r.View(func(tx *store.Tx) error {
		if err = directory.Vouch(tx, eventRef(r.Param("id"))); err != nil {
			return err
		}
		e, err = agenda.Own(tx, r.Param("id"))
		return err
	})
	return e, err
}

// eventEdit is the form of an event as it stands.
func (s *Server) eventEdit(r *request) error {
	e, err := r.ownEvent()
	if err != nil {
		return err
	}
	p, err := r.eventForm("agenda.edit.title", r.formOf(e))
	if err != nil {
		return err
	}
	p.Twice = e.Twice()
	err = r.View(func(tx *store.Tx) (err error) {
		p.Album, err = r.albumOf(tx, agendaGallery, e.ID, r.emptyForm())
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("agenda/form", p)
}

// eventChange stores an event as it was changed.
func (s *Server) eventChange(r *request) error {
	was, err := r.ownEvent()
	if err != nil {
		return err
	}
	return r.writeEvent("agenda.edit.title", false, func(f *form, e *agenda.Event) error {
		e.ID, e.Position = was.ID, was.Position
		if _, sent := f.values["programme"]; !sent && !f.has("standalone") {
			e.ParentID = was.ParentID
		}
		err := r.onEvent(e.ID, directory.ActChange, func(tx *store.Tx) error {
			if err := r.vouchWhole(tx, e.ParentID); err != nil {
				return err
			}
			if err := agenda.Edit(tx, e); err != nil {
				return err
			}
			return f.placed(tx, e)
		})
		if err != nil {
			return err
		}
		if e.Draft {
			return r.Redirect("/agenda/"+e.ID, "agenda.draft.kept")
		}
		return r.Redirect("/agenda/"+e.ID, "agenda.changed")
	})
}

type cancelPage struct {
	page
	Form  *form
	Event agenda.Event
	When  string
	How   []choice // it is cancelled, or postponed
	Held  *heldView
}

func (r *request) cancelPage(e agenda.Event, f *form) *cancelPage {
	p := &cancelPage{page: r.page("agenda.cancel.title"), Form: f, Event: e}
	p.Section = "agenda"
	p.When = r.whenOf(&e)
	p.How = []choice{{Value: "cancel", Label: r.T("agenda.cancel.cancel")}, {Value: "postpone", Label: r.T("agenda.cancel.postpone")}}
	if !f.has("how") {
		f.values.Set("how", "cancel")
	}
	return p
}

// eventCancelForm asks why, and offers to take the event away instead.
func (s *Server) eventCancelForm(r *request) error {
	e, err := r.ownEvent()
	if err != nil {
		return err
	}
	p := r.cancelPage(e, r.emptyForm("reason", e.Reason))
	if p.Held, err = r.heldOf(&e); err != nil {
		return err
	}
	return r.Render("agenda/cancel", p)
}

// eventCancel keeps the event in the lists, struck through.
func (s *Server) eventCancel(r *request) error {
	e, err := r.ownEvent()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	told, verb := "agenda.cancelled", agenda.Cancel
	if f.text("how") == "postpone" {
		told, verb = "agenda.postponed", agenda.Postpone
	}
	err = r.onEvent(e.ID, directory.ActCancel, func(tx *store.Tx) error {
		if err := verb(tx, e.ID, f.text("reason")); err != nil || !f.has("room") {
			return err
		}
		return booking.CancelOfEvent(tx, e.ID, f.text("reason"))
	})
	if f.refuse(err) {
		p := r.cancelPage(e, f)
		if p.Held, err = r.heldOf(&e); err != nil {
			return err
		}
		return r.RenderForm("agenda/cancel", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/agenda/"+e.ID, told)
}

// eventRestore takes a cancellation back.
func (s *Server) eventRestore(r *request) error {
	id := r.Param("id")
	if err := r.onEvent(id, directory.ActRestore, func(tx *store.Tx) error { return agenda.Restore(tx, id) }); err != nil {
		return err
	}
	return r.Redirect("/agenda/"+url.PathEscape(id), "agenda.restored")
}

// eventRemove takes the event away for good.
func (s *Server) eventRemove(r *request) error {
	id := r.Param("id")
	if err := r.onEvent(id, directory.ActRemove, func(tx *store.Tx) error { return agenda.Remove(tx, id) }); err != nil {
		return err
	}
	return r.Redirect("/agenda", "agenda.removed")
}

// Fresh tells whether nothing but the first values is in the form, so that its
// optional part may stay closed.
func (f *form) Fresh() bool {
	for _, name := range []string{"ends", "ends_time", "organiser", "contact", "tags", "organisation", "tentative"} {
		if f.has(name) {
			return false
		}
	}
	return f.forAll() && f.ok()
}
