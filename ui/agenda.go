package ui

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

func (s *Server) agendaRoutes() []route {
	return append([]route{
		{GET, "/agenda", public, s.agenda},
		{GET, "/agenda/partager", public, s.agendaShare},
		{GET, "/agenda/jour", public, s.agendaDay},
		{GET, "/agenda/semaine", public, s.agendaWeek},
		{GET, "/agenda/mois", public, s.agendaMonth},
		{GET, "/agenda/tout", public, s.agendaWhole},
		{GET, "/agenda/nouveau", resident, s.eventNew},
		{POST, "/agenda/nouveau", resident, s.eventSchedule},
		{GET, "/agenda/:id", public, s.event},
		{GET, "/agenda/:id/calendrier.ics", public, s.eventCalendar},
		{GET, "/agenda/:id/modifier", owner, s.eventEdit},
		{POST, "/agenda/:id/modifier", owner, s.eventChange},
		{GET, "/agenda/:id/annuler", owner, s.eventCancelForm},
		{POST, "/agenda/:id/annuler", owner, s.eventCancel},
		{POST, "/agenda/:id/retablir", owner, s.eventRestore},
		{POST, "/agenda/:id/retirer", owner, s.eventRemove},
	}, slices.Concat(s.lifeRoutes(), s.participationRoutes(), s.dateRoutes(), s.photoPages(agendaGallery))...)
}

// agendaPage is the list of events by day.
type agendaPage struct {
	agendaFrame
	Ongoing []cardView
	Days    []dayView
	Pager   pagerView
	Further []further
}

// agenda lists events by day, from today on when the address chooses nothing.
func (s *Server) agenda(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	if done, err := r.toCanonical(q); done || err != nil {
		return err
	}
	v := r.QueryParams()
	if !r.filtered() {
		q.From = r.today()
		v.Set("from", q.From.Format("2006-01-02"))
	}
	q.Kind, q.Order = listing.KindEvent, listing.ByDate
	p := &agendaPage{}
	var res listing.Result
	err = r.frame(&p.agendaFrame, v, &q, func(tx *store.Tx) (err error) {
		if res, err = listing.Dates(tx, q); err != nil {
			return err
		}
		p.Total = res.Total
		if err := r.findCovers(tx, res.Cards); err != nil {
			return err
		}
		p.Further, err = r.further(tx, q, "/agenda", r.QueryParams())
		return err
	})
	if err != nil {
		return err
	}
	distances(res.Cards, r.asksDistance())
	p.Ongoing, p.Days = r.byDay(res.Cards, q.From)
	p.Pager = r.pager(v, q.Cursor, res.Next, "agenda.next")
	return r.Render("agenda/list", p)
}

// byDay puts cards under their days. What began before from comes apart: a
// ball belongs to the evening it begins on (AG-12).
func (r *request) byDay(cards []listing.Card, from time.Time) (ongoing []cardView, days []dayView) {
	for _, c := range cards {
		if c.StartsAt.Before(from) {
			ongoing = append(ongoing, r.dated(c, false))
			continue
		}
		d := r.day(c.StartsAt)
		if n := len(days); n == 0 || days[n-1].Machine != d.Machine {
			days = append(days, d)
		}
		last := &days[len(days)-1]
		last.Cards = append(last.Cards, r.dated(c, true))
	}
	return ongoing, days
}

// pager leads to the next page, and back to the first.
func (r *request) pager(v url.Values, cursor, next, word string) pagerView {
	var p pagerView
	here := func(cursor string) string {
		w := url.Values{}
		for k, s := range v {
			if k != "cursor" && k != "lang" {
				w[k] = s
			}
		}
		if cursor != "" {
			w.Set("cursor", cursor)
		}
		return r.Request().URL.Path + "?" + w.Encode()
	}
	if cursor != "" {
		p.Before, p.BeforeWord = here(""), r.T("listing.first_page")
	}
	if next != "" {
		p.After, p.AfterWord = here(next), r.T(word)
	}
	return p
}

// months are links to this month and the five after.
func (r *request) months() []wordLink {
	var list []wordLink
	y, m, _ := r.now.In(r.zone).Date()
	for i := range 6 {
		first := time.Date(y, m+time.Month(i), 1, 0, 0, 0, 0, r.zone)
		last := first.AddDate(0, 1, -1)
		word := r.Month(first)
		if first.Year() != y {
			word += " " + strconv.Itoa(first.Year())
		}
		list = append(list, wordLink{"/agenda?from=" + first.Format("2006-01-02") + "&to=" + last.Format("2006-01-02"), word})
	}
	return list
}

// eventPage is one event.
type eventPage struct {
	page
	Event     agenda.Event
	Date      dateView
	Text      contactText // the description
	Flag      string      // "ANNULÉ", "REPORTÉ", "À CONFIRMER"
	Because   []string    // what explains it
	Draft     *noticeView
	Whole     *wholeView // whose programme it belongs to
	Programme []programmeDay
	CanExtend bool // may have a programme
	Joining   *joiningView
	When      string
	Tab       subject
	Code      string
	Address   string      // short address to write down
	Mine      bool        // may change it
	Validated string      // who accepted a visitor's event
	Hidden    *noticeView // why, for its author and moderators
	Audience  string
	Group     *wordLink // whose agenda it is in; nil without one
	OnMap     string    // the map around it; empty when it has no place
	Canonical string
	EventTags []wordLink
	Also      *alsoView
	Photos    []photoView
	Follow    *followView
	Likes     *likesView
	Write     string     // where one writes to whoever answers for it
	For       *standView // in whose name it stands
	PlaceHref string     // of the place in the directory; empty for none
	Held      *heldView  // the room booked for it, for who may open the booking
	Repeat    *repeatView
	One       *oneDate // of the page of one date
}

// event shows one event.
func (s *Server) event(r *request) error { return s.showEvent(r, r.Param("id")) }

func (s *Server) showEvent(r *request, id string) error {
	p, err := r.readEvent(id)
	if err != nil {
		return err
	}
	r.describeEvent(p)
	p.sameCard(p.Event.ID, false)
	return r.Render("agenda/event", p)
}

// readEvent reads an event with all that stands on its page.
func (r *request) readEvent(id string) (*eventPage, error) {
	p := &eventPage{page: r.page("")}
	p.Section = "agenda"
	err := r.View(func(tx *store.Tx) (err error) {
		if err = directory.Vouch(tx, eventRef(id)); err != nil {
			return err
		}
		if p.Event, err = agenda.Get(tx, id); err != nil {
			return err
		}
		vouched := tx.VouchedFor(p.Event.Ref())
		p.Mine = vouched || p.Event.MayChange(r.actor)
		if e, ok, err := directory.InWhoseName(tx, p.Event.Ref()); err != nil {
			return err
		} else if ok {
			p.For = r.standOf(e)
		}
		if p.PlaceHref, err = placeHref(tx, p.Event.Ref()); err != nil {
			return err
		}
		if err := r.findWhole(tx, p, vouched); err != nil {
			return err
		}
		if p.Joining, err = r.joiningOf(tx, &p.Event); err != nil {
			return err
		}
		if c, err := listing.ByRef(tx, p.Event.Ref()); err == nil {
			p.Code, p.Also = c.Code, r.also(c)
			if err := r.touch(tx, c.Ref, &p.Likes, &p.Write); err != nil {
				return err
			}
			if p.Follow, err = r.follow(tx, notify.Card, c.Ref.ID, c.Title); err != nil {
				return err
			}
		}
		if p.Event.ValidatedBy != "" {
			if p.Validated, err = account.ShownName(tx, p.Event.ValidatedBy); err != nil {
				return err
			}
		}
		if p.Photos, err = photosOf(tx, p.Event.Ref()); err != nil {
			return err
		}
		if p.Held, err = r.heldFor(tx, &p.Event); err != nil {
			return err
		}
		if p.Audience, p.Group, err = r.audienceOf(tx, p.Event.Audience, p.Event.Group); err != nil {
			return err
		}
		p.Hidden, err = r.hiddenNotice(tx, p.Event.Ref())
		return err
	})
	return p, err
}

// findWhole looks up what an event belongs to, and what belongs to it.
func (r *request) findWhole(tx *store.Tx, p *eventPage, vouched bool) (err error) {
	e := &p.Event
	if e.ParentID == "" {
		p.CanExtend = !e.Repeats()
		p.Programme, err = r.programmeOf(tx, e, vouched || e.MayChange(r.actor))
		return err
	}
	whole, err := e.Whole(tx)
	if store.KindOf(err) == store.NotFound {
		return nil // a draft, or hidden
	}
	p.Whole = &wholeView{ID: whole.ID, Href: "/agenda/" + whole.ID, Title: r.Typo(whole.Title)}
	e.Audience, e.Group = whole.Audience, whole.Group // as visible as the whole
	return err
}

// describeEvent writes the words of an event's page.
func (r *request) describeEvent(p *eventPage) {
	e := &p.Event
	if p.Repeat = r.repeatView(e); p.Repeat != nil {
		r.showNext(e)
	}
	p.Title, p.Text = r.shownLine(e.Title, e.Masked), r.shownText(e.Description, e.Masked, e.Title)
	p.Tab = r.subjectOf(listing.KindEvent)
	c := listing.Card{Kind: listing.KindEvent, StartsAt: e.StartsAt, EndsAt: e.EndsAt, AllDay: e.AllDay}
	p.Date, p.When = *r.dateBlock(c), r.When(e.StartsAt, lastMoment(c), e.AllDay)
	if p.Audience == "" {
		p.Audience = r.audience(e.Audience)
	}
	p.Flag, p.Because = r.status(e)
	if p.Draft = r.draftNotice(e); p.Draft != nil {
		p.Audience = r.T("agenda.draft.audience")
	}
	p.Canonical, p.OnMap = "/agenda/"+e.ID, onMap(e.Position)
	if p.Code != "" {
		p.Address = r.Request().Host + "/" + p.Code
	}
	p.EventTags = tagLinks(e.Tags)
}

// audience says who sees a thing.
func (s *speech) audience(a listing.Audience) string {
	switch a {
	case listing.Public:
		return s.T("listing.audience.public")
	case listing.Here:
		return s.T("listing.audience.here")
	case listing.Group:
		return s.T("listing.audience.some_group")
	default:
		return s.T("listing.audience.members")
	}
}

// reason is a moderator's reason in words.
func (s *speech) reason(reason, text string) string {
	words := s.T("moderation.reason." + reason)
	if text != "" {
		words += " " + s.Typo(text)
	}
	return words
}
