package ui

import (
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/booking"
	"copi.local/store/listing"
)

func (s *Server) bookingRoutes() []route {
	return append([]route{
		{GET, "/salles", public, s.rooms},
		{GET, "/salles/planning", public, s.planOfAll},
		{GET, "/salles/nouvelle", operator, s.roomNew},
		{POST, "/salles/nouvelle", operator, s.roomCreate},
		{GET, "/salles/demandes", resident, s.bookingsWaiting},
		{POST, "/salles/demandes", operator, s.bookingRules},
		{GET, "/salles/reservations", resident, s.bookingsMine},
		{GET, "/salles/series/:id", caretaker, s.bookingSeries},
		{POST, "/salles/series/:id/accorder", caretaker, s.bookingSeriesApprove},
		{POST, "/salles/series/:id/refuser", caretaker, s.bookingSeriesRefuse},
		{POST, "/salles/series/:id/annuler", caretaker, s.bookingSeriesCancel},
		{GET, "/salles/reservations/:id", caretaker, s.booking},
		{POST, "/salles/reservations/:id/accorder", caretaker, s.bookingApprove},
		{POST, "/salles/reservations/:id/refuser", caretaker, s.bookingRefuse},
		{GET, "/salles/reservations/:id/annuler", caretaker, s.bookingCancelForm},
		{POST, "/salles/reservations/:id/annuler", caretaker, s.bookingCancel},
		{GET, "/salles/reservations/:id/deplacer", caretaker, s.bookingMoveForm},
		{POST, "/salles/reservations/:id/deplacer", caretaker, s.bookingMove},
		{GET, "/salles/reservations/:id/modifier", caretaker, s.bookingWordsForm},
		{POST, "/salles/reservations/:id/modifier", caretaker, s.bookingWords},
		{GET, "/salles/reservations/:id/echanger", caretaker, s.exchangeForm},
		{POST, "/salles/reservations/:id/echanger", caretaker, s.exchangePropose},
		{POST, "/salles/echanges/:id", caretaker, s.exchangeAnswer},
		{GET, "/salles/:id", public, s.room},
		{GET, "/salles/:id/planning", public, s.planOfOne},
		{GET, "/salles/:id/reserver", resident, s.bookingNew},
		{POST, "/salles/:id/reserver", resident, s.bookingAsk},
		{GET, "/salles/:id/modifier", caretaker, s.roomEdit},
		{POST, "/salles/:id/modifier", caretaker, s.roomChange},
		{GET, "/salles/:id/derogations", caretaker, s.roomDerogations},
		{POST, "/salles/:id/responsables", operator, s.roomManagers},
		{POST, "/salles/:id/fermer", operator, s.roomClose},
	}, s.photoPages(bookingGallery)...)
}

var bookingGallery = gallery{
	module: booking.Module, base: "/salles", section: "salles", right: caretaker,
	own: func(tx *store.Tx, id string) (string, error) {
		r, err := booking.Own(tx, id)
		return r.Name, err
	},
}

// roomView is a room as lists show it.
type roomView struct {
	Href, Name, Site, Icon string
	Facts                  string // "80 personnes · 12 tables"
	Now                    string // "libre jusqu'à 18 h", "occupée jusqu'à 22 h"
	Free                   bool   // right now
	Closed                 bool
	Photo                  *photoView
}

// siteView is a place with its rooms.
type siteView struct {
	Name  string
	Rooms []roomView
}

type roomsPage struct {
	page
	Sites   []siteView
	Empty   *noticeView
	Answers bool // the person answers for some of them
	Pending int  // requests to answer
}

// rooms lists what can be booked, by place.
func (s *Server) rooms(r *request) error {
	p := &roomsPage{page: r.page("booking.title")}
	err := r.View(func(tx *store.Tx) error {
		list, err := booking.Resources(tx, r.actor.Can(store.Operator))
		if err != nil {
			return err
		}
		for i := range list {
			v, err := r.roomView(tx, &list[i])
			if err != nil {
				return err
			}
			if n := len(p.Sites); n == 0 || p.Sites[n-1].Name != v.Site {
				p.Sites = append(p.Sites, siteView{Name: v.Site})
			}
			last := &p.Sites[len(p.Sites)-1]
			last.Rooms = append(last.Rooms, v)
		}
		p.Answers, p.Pending, err = r.answersFor(tx)
		return err
	})
	if err != nil {
		return err
	}
	if len(p.Sites) == 0 {
		p.Empty = &noticeView{Text: r.T("booking.empty")}
		if p.Operates() {
			p.Empty.Href, p.Empty.Action = "/salles/nouvelle", r.T("booking.room.new")
		}
	}
	return r.Render("booking/list", p)
}

// answersFor tells whether the person answers for rooms, and how many requests
// wait for them.
func (r *request) answersFor(tx *store.Tx) (answers bool, waiting int, err error) {
	if r.actor.ID == "" {
		return false, 0, nil
	}
	managed, err := booking.Managed(tx)
	for i := range managed {
		asked, _, err := booking.Waiting(tx, managed[i].ID)
		if err != nil {
			return false, 0, err
		}
		waiting += len(asked)
	}
	return len(managed) > 0, waiting, err
}

// bookingChores are the requests for rooms that wait for an answer.
func (s *Server) bookingChores(r *request) ([]task, error) {
	waiting := 0
	err := r.View(func(tx *store.Tx) (err error) {
		_, waiting, err = r.answersFor(tx)
		return err
	})
	if err != nil || waiting == 0 {
		return nil, err
	}
	return []task{{Text: r.T("booking.chore", "n", waiting), Action: r.T("booking.answer"), Href: "/salles/demandes"}}, nil
}

func (r *request) roomView(tx *store.Tx, room *booking.Resource) (roomView, error) {
	v := roomView{
		Href: "/salles/" + room.ID, Name: r.Typo(room.Name), Site: r.Typo(room.Site), Icon: roomIcon(room), Closed: room.Closed,
		Facts: r.roomFacts(room),
	}
	var err error
	if v.Now, v.Free, err = r.roomNow(tx, room); err != nil {
		return v, err
	}
	photos, err := photosOf(tx, room.Ref())
	if len(photos) > 0 {
		v.Photo = &photos[0]
	}
	return v, err
}

// roomTab is the coloured tab of a room, or of goods to lend.
func (s *speech) roomTab(room *booking.Resource) subject {
	if room.Kind == booking.Good {
		return subject{"rooms", roomIcon(room), s.T("booking.tab_good")}
	}
	return subject{"rooms", roomIcon(room), s.T("booking.tab")}
}

func roomIcon(room *booking.Resource) string {
	if room.Kind == booking.Good {
		return "toy-brick"
	}
	return "door-open"
}

// roomFacts is how much fits, or how many there are.
func (s *speech) roomFacts(room *booking.Resource) string {
	switch {
	case room.Kind == booking.Good:
		return s.T("booking.stock", "n", room.Stock)
	case room.Capacity > 0:
		return s.T("directory.persons", "n", room.Capacity)
	default:
		return ""
	}
}

// roomNow says whether a room is free at this moment, and until when: the page
// is fresh no longer.
func (r *request) roomNow(tx *store.Tx, room *booking.Resource) (text string, free bool, err error) {
	current, next, err := booking.Now(tx, room.ID)
	switch {
	case err != nil || room.Closed || room.Kind == booking.Good:
		return "", false, err
	case current != nil:
		r.FreshUntil(current.Until)
		return r.T("booking.taken_until", "time", r.until(current.Until)), false, nil
	case next != nil:
		r.FreshUntil(next.From)
		return r.T("booking.free_until", "time", r.until(next.From)), true, nil
	default:
		return r.T("booking.free"), true, nil
	}
}

// until is an hour of today, or a day and an hour.
func (s *speech) until(t time.Time) string {
	if daysBetween(s.Now(), s.local(t)) == 0 {
		return s.Hour(t)
	}
	return s.NearDay(t) + s.dates.at + s.Hour(t)
}

type roomPage struct {
	page
	Room      booking.Resource
	Tab       subject
	Facts     string
	Now       string
	Free      bool
	Parts     []wordLink // what it is composed of
	Wholes    []wordLink // what it is a part of
	PlaceHref string
	OnMap     string
	Code      string
	Address   string
	Canonical string
	Photos    []photoView
	Likes     *likesView
	Write     string // where one writes to whoever answers for it
	Manages   bool
	Managers  []managerView // named for it, for operators
	Pending   int           // requests to answer
	Buffers   string
	Plan      *planView // the days to come
	Form      *form     // of a new manager
	roomTerms
}

// managerView is somebody who answers for a room.
type managerView struct{ ID, Name string }

func (s *Server) room(r *request) error { return s.showRoom(r, r.Param("id")) }

func (s *Server) showRoom(r *request, id string) error {
	return r.roomPage(id, r.emptyForm(), func(p *roomPage) error { return r.Render("booking/room", p) })
}

// roomPage is the page of one room; f is the form of a new manager.
func (r *request) roomPage(id string, f *form, render func(*roomPage) error) error {
	p := &roomPage{page: r.page(""), Form: f}
	p.Section = "salles"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Room, err = booking.Get(tx, id); err != nil {
			return err
		}
		if p.Manages, err = booking.Manages(tx, id); err != nil {
			return err
		}
		if p.Now, p.Free, err = r.roomNow(tx, &p.Room); err != nil {
			return err
		}
		if err := r.aroundRoom(tx, p); err != nil {
			return err
		}
		if err := r.readRoomTerms(tx, p); err != nil {
			return err
		}
		week := []time.Time{r.today()}
		for len(week) < 7 {
			week = append(week, week[len(week)-1].AddDate(0, 0, 1))
		}
		p.Plan, err = r.planOf(tx, []booking.Resource{p.Room}, week)
		return err
	})
	if err != nil {
		return err
	}
	p.Title, p.Canonical, p.Facts = r.Typo(p.Room.Name), "/salles/"+p.Room.ID, r.roomFacts(&p.Room)
	p.Tab = r.roomTab(&p.Room)
	p.Buffers = r.buffers(&p.Room)
	if p.Code != "" {
		p.Address = r.Request().Host + "/" + p.Code
	}
	return render(p)
}

// buffers says what is kept free around each booking.
func (s *speech) buffers(room *booking.Resource) string {
	switch {
	case room.Before > 0 && room.After > 0:
		return s.T("booking.buffer.both", "before", s.Duration(room.Before), "after", s.Duration(room.After))
	case room.Before > 0:
		return s.T("booking.buffer.before", "before", s.Duration(room.Before))
	case room.After > 0:
		return s.T("booking.buffer.after", "after", s.Duration(room.After))
	default:
		return ""
	}
}

// aroundRoom reads what stands beside a room: what it belongs to, where it is,
// who answers for it.
func (r *request) aroundRoom(tx *store.Tx, p *roomPage) error {
	all, err := booking.Resources(tx, true)
	if err != nil {
		return err
	}
	for _, other := range all {
		link := wordLink{"/salles/" + other.ID, r.Typo(other.Name)}
		for _, part := range other.Parts {
			if part == p.Room.ID {
				p.Wholes = append(p.Wholes, link)
			}
		}
		for _, part := range p.Room.Parts {
			if part == other.ID {
				p.Parts = append(p.Parts, link)
			}
		}
	}
	if p.PlaceHref, err = placeHref(tx, p.Room.Ref()); err != nil {
		return err
	}
	if c, err := listing.ByRef(tx, p.Room.Ref()); err == nil {
		p.Code, p.OnMap = c.Code, onMap(c.Position)
		if err := r.touch(tx, c.Ref, &p.Likes, &p.Write); err != nil {
			return err
		}
	}
	if p.Photos, err = photosOf(tx, p.Room.Ref()); err != nil || !p.Manages {
		return err
	}
	asked, _, err := booking.Waiting(tx, p.Room.ID)
	if p.Pending = len(asked); err != nil || !r.actor.Can(store.Operator) {
		return err
	}
	ids, err := booking.ManagersOf(tx, p.Room.ID)
	for _, id := range ids {
		name, err := account.ShownName(tx, id)
		if err != nil {
			return err
		}
		p.Managers = append(p.Managers, managerView{id, name})
	}
	return err
}

// roomManagers names somebody for a room, by the name they sign in with, or
// ends that.
func (s *Server) roomManagers(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, done := r.Param("id"), "booking.manager.named"
	err = r.Update(func(tx *store.Tx) error {
		if gone := f.text("remove"); gone != "" {
			done = "booking.manager.removed"
			return booking.SetManager(tx, id, gone, false)
		}
		who, err := account.ByLogin(tx, f.text("login"))
		if store.KindOf(err) == store.NotFound {
			return store.E(store.Invalid, "err.booking.no_account").At("login")
		}
		if err != nil {
			return err
		}
		return booking.SetManager(tx, id, who.ID, true)
	})
	if f.refuse(err) {
		return r.roomPage(id, f, func(p *roomPage) error { return r.RenderForm("booking/room", p) })
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/"+id, done)
}

// roomClose takes a room out of the lists, or puts it back.
func (s *Server) roomClose(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	closed, done := f.text("do") != "open", "booking.room.closed"
	if !closed {
		done = "booking.room.opened"
	}
	if err := r.Update(func(tx *store.Tx) error { return booking.Close(tx, r.Param("id"), closed) }); err != nil {
		return err
	}
	return r.Redirect("/salles/"+r.Param("id"), done)
}
