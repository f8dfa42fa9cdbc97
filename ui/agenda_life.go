package ui

import (
	"net/url"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/directory"
	"copi.local/store/listing"
)

// lifeRoutes are the pages on which an event is kept back, published, put off
// or called off.
func (s *Server) lifeRoutes() []route {
	return []route{
		{GET, "/agenda/brouillons", resident, s.drafts},
		{GET, "/agenda/:id/publier", owner, s.draftPlan},
		{POST, "/agenda/:id/publier", owner, s.draftPublish},
	}
}

// flag is the word a card must not be read without; empty for none.
func (s *speech) flag(c listing.Card) string {
	switch {
	case c.Cancelled:
		return s.T("ui.card.cancelled")
	case c.Postponed:
		return s.T("ui.card.postponed")
	case c.Tentative:
		return s.T("ui.card.tentative")
	default:
		return ""
	}
}

// status says whether an event takes place: a word, and the sentences that
// explain it.
func (r *request) status(e *agenda.Event) (flag string, because []string) {
	flag = r.flag(listing.Card{Cancelled: e.IsCancelled(), Postponed: e.IsPostponed(), Tentative: e.IsTentative()})
	switch {
	case e.IsCancelled() && e.Reason != "":
		because = append(because, r.T("agenda.cancelled_because", "reason", r.Typo(e.Reason)))
	case e.IsPostponed():
		because = append(because, r.T("agenda.postponed_lead"))
		if e.Reason != "" {
			because = append(because, r.T("agenda.postponed_because", "reason", r.Typo(e.Reason)))
		}
	case e.IsTentative():
		because = append(because, r.T("agenda.tentative_lead"))
	}
	if zone, err := time.LoadLocation(e.Zone); err == nil && !e.MovedFrom.IsZero() {
		at, _, _ := e.MovedFrom.In(zone, false)
		because = append(because, r.T("agenda.moved_from", "day", r.Day(at)))
	}
	return flag, because
}

// draftNotice says that nobody else sees a draft, and until when.
func (r *request) draftNotice(e *agenda.Event) *noticeView {
	if !e.Draft {
		return nil
	}
	n := &noticeView{Kind: "attention", Text: r.T("agenda.draft.is"), Href: "/agenda/" + e.ID + "/publier", Action: r.T("agenda.draft.publish")}
	if !e.PublishAt.IsZero() {
		n.Text = r.T("agenda.draft.planned", "at", r.DayTime(e.PublishAt))
	}
	return n
}

// keep stores a new event as its author chose: published, kept as a draft, or
// published later.
func (r *request) keep(f *form, e *agenda.Event) (told string, err error) {
	put := agenda.Schedule
	told = "agenda.published"
	switch f.text("do") {
	case "draft":
		put, told = agenda.Draft, "agenda.draft.kept"
	case "plan":
		put, told = agenda.Draft, "agenda.draft.is_planned"
		if e.PublishAt = f.publishAt(); e.PublishAt.IsZero() {
			return "", store.E(store.Invalid, "err.agenda.publish_when").At("publish_at")
		}
	}
	err = r.Update(func(tx *store.Tx) error {
		if err := r.vouchWhole(tx, e.ParentID); err != nil {
			return err
		}
		if err := put(tx, e); err != nil {
			return err
		}
		return f.placed(tx, e)
	})
	return told, err
}

// vouchWhole lets an administrator of the organisation in whose name a
// programme stands add to it.
func (r *request) vouchWhole(tx *store.Tx, id string) error {
	if id == "" {
		return nil
	}
	return directory.Vouch(tx, eventRef(id))
}

// publishAt is when a draft is to be published; zero when nothing was typed.
func (f *form) publishAt() time.Time { return f.moment("publish_at", "publish_time") }

// draftsPage lists what a person has not published yet.
type draftsPage struct {
	page
	Drafts []draftView
	Empty  noticeView
}

type draftView struct{ Href, Title, When, State string }

func (s *Server) drafts(r *request) error {
	p := &draftsPage{page: r.page("agenda.draft.title")}
	p.Section = "agenda"
	p.Empty = noticeView{Text: r.T("agenda.draft.none"), Href: "/agenda/nouveau", Action: r.T("agenda.new.title")}
	err := r.View(func(tx *store.Tx) error {
		list, err := agenda.Drafts(tx)
		for i := range list {
			e := &list[i]
			v := draftView{Href: "/agenda/" + e.ID, Title: r.Typo(e.Title), When: r.whenOf(e), State: r.T("agenda.draft.unplanned")}
			if !e.PublishAt.IsZero() {
				v.State = r.T("agenda.draft.planned_short", "at", r.DayTime(e.PublishAt))
			}
			p.Drafts = append(p.Drafts, v)
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("agenda/drafts", p)
}

// whenOf is when an event takes place, in words.
func (r *request) whenOf(e *agenda.Event) string {
	c := listing.Card{StartsAt: e.StartsAt, EndsAt: e.EndsAt, AllDay: e.AllDay}
	return r.When(e.StartsAt, lastMoment(c), e.AllDay)
}

// publishPage publishes a draft, now or later.
type publishPage struct {
	page
	Form  *form
	Event agenda.Event
	When  string
	State string
}

func (r *request) publishPage(e agenda.Event, f *form) *publishPage {
	p := &publishPage{page: r.page("agenda.draft.publish_title"), Form: f, Event: e, When: r.whenOf(&e), State: r.T("agenda.draft.is")}
	p.Section = "agenda"
	if !e.PublishAt.IsZero() {
		p.State = r.T("agenda.draft.planned", "at", r.DayTime(e.PublishAt))
	}
	return p
}

func (s *Server) draftPlan(r *request) error {
	e, err := r.ownEvent()
	if err != nil {
		return err
	}
	if !e.Draft {
		return r.Redirect("/agenda/"+e.ID, "")
	}
	f := r.emptyForm()
	if !e.PublishAt.IsZero() {
		f.values.Set("publish_at", r.local(e.PublishAt).Format("2006-01-02"))
		f.values.Set("publish_time", r.local(e.PublishAt).Format("15:04"))
	}
	return r.Render("agenda/plan", r.publishPage(e, f))
}

func (s *Server) draftPublish(r *request) error {
	e, err := r.ownEvent()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	told, verb := "agenda.published", func(tx *store.Tx) error { return agenda.Publish(tx, e.ID) }
	switch f.text("do") {
	case "plan":
		at := f.publishAt()
		if at.IsZero() && f.ok() {
			f.fault("publish_at", "err.agenda.publish_when")
		}
		told, verb = "agenda.draft.is_planned", func(tx *store.Tx) error { return agenda.Plan(tx, e.ID, at) }
	case "unplan":
		told, verb = "agenda.draft.kept", func(tx *store.Tx) error { return agenda.Plan(tx, e.ID, time.Time{}) }
	}
	if f.ok() {
		err = r.onEvent(e.ID, directory.ActChange, verb)
	}
	if f.refuse(err) || !f.ok() {
		return r.RenderForm("agenda/plan", r.publishPage(e, f))
	} else if err != nil {
		return err
	}
	return r.Redirect("/agenda/"+url.PathEscape(e.ID), told)
}
