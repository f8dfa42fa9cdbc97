package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/booking"
)

// roomFormPage is the form of a room or of goods.
type roomFormPage struct {
	page
	Form   *form
	Action string
	Kinds  []choice // nil of one that exists
	Rooms  []choice // it may be composed of; nil when there are none, or it is not the person's to say
	Who    []choice
	Good   bool
}

func (r *request) roomForm(key string, f *form, room booking.Resource) (*roomFormPage, error) {
	p := &roomFormPage{page: r.page(key), Form: f, Action: r.Request().URL.Path, Good: room.Kind == booking.Good}
	p.Section = "salles"
	if room.ID == "" {
		p.Kinds = []choice{
			{Value: string(booking.Room), Label: r.T("booking.kind.room")},
			{Value: string(booking.Good), Label: r.T("booking.kind.good")},
		}
	}
	p.Who = []choice{
		{Value: string(booking.Residents), Label: r.T("booking.who.residents")},
		{Value: string(booking.Managers), Label: r.T("booking.who.managers")},
	}
	if !r.actor.Can(store.Operator) || p.Good {
		return p, nil
	}
	err := r.View(func(tx *store.Tx) error {
		list, err := booking.Resources(tx, false)
		for _, other := range list {
			if other.Kind == booking.Room && other.ID != room.ID && len(other.Parts) == 0 {
				p.Rooms = append(p.Rooms, choice{Value: other.ID, Label: other.Name})
			}
		}
		return err
	})
	return p, err
}

// roomOf reads a room as it was typed.
func roomOf(f *form) booking.Resource {
	room := booking.Resource{
		Kind: booking.Kind(f.text("kind")), Name: f.text("name"), Description: f.lines("description"), Site: f.text("site"),
		Capacity: f.int("capacity"), Stock: f.int("stock"), Who: booking.Who(f.text("who")),
		Before: time.Duration(f.int("before")) * time.Minute, After: time.Duration(f.int("after")) * time.Minute,
		Validated: f.has("validated"), TextAgain: f.has("text_again"), Zone: f.zone.String(), Parts: f.values["parts"],
	}
	for line := range strings.SplitSeq(f.lines("equipment"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			room.Equipment = append(room.Equipment, line)
		}
	}
	return room
}

// formOfRoom writes a room into a form.
func (r *request) formOfRoom(room *booking.Resource) *form {
	f := r.emptyForm("kind", string(room.Kind), "name", room.Name, "description", room.Description, "site", room.Site,
		"equipment", strings.Join(room.Equipment, "\n"), "who", string(room.Who))
	for name, n := range map[string]int{
		"capacity": room.Capacity, "stock": room.Stock, "before": int(room.Before / time.Minute), "after": int(room.After / time.Minute),
	} {
		if n > 0 {
			f.values.Set(name, strconv.Itoa(n))
		}
	}
	for name, on := range map[string]bool{"validated": room.Validated, "text_again": room.TextAgain} {
		if on {
			f.values.Set(name, "1")
		}
	}
	f.values["parts"] = slices.Clone(room.Parts)
	return f
}

// roomNew is an empty form.
func (s *Server) roomNew(r *request) error {
	f := r.emptyForm("kind", string(booking.Room), "who", string(booking.Residents), "validated", "1")
	p, err := r.roomForm("booking.room.new", f, booking.Resource{})
	if err != nil {
		return err
	}
	return r.Render("booking/room_form", p)
}

// roomCreate adds a room or goods.
func (s *Server) roomCreate(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	room := roomOf(f)
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return booking.Create(tx, &room) })
	}
	return r.roomSaved("booking.room.new", f, booking.Resource{}, room.ID, "booking.room.created", err)
}

// roomSaved answers a form of a room: with the form again, or the room's page.
func (r *request) roomSaved(key string, f *form, room booking.Resource, id, done string, err error) error {
	if f.refuse(err) || !f.ok() {
		p, err := r.roomForm(key, f, room)
		if err != nil {
			return err
		}
		return r.RenderForm("booking/room_form", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/"+id, done)
}

// ownRoom is the room of the address, for who answers for it.
func (r *request) ownRoom() (room booking.Resource, err error) {
	err = r.View(func(tx *store.Tx) error {
		room, err = booking.Own(tx, r.Param("id"))
		return err
	})
	return room, err
}

// roomEdit is the form of a room as it stands.
func (s *Server) roomEdit(r *request) error {
	room, err := r.ownRoom()
	if err != nil {
		return err
	}
	p, err := r.roomForm("booking.room.edit", r.formOfRoom(&room), room)
	if err != nil {
		return err
	}
	return r.Render("booking/room_form", p)
}

// roomChange stores a room as it was changed.
func (s *Server) roomChange(r *request) error {
	was, err := r.ownRoom()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	room := roomOf(f)
	room.ID, room.Kind = was.ID, was.Kind
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return booking.Change(tx, &room) })
	}
	return r.roomSaved("booking.room.edit", f, was, was.ID, "booking.room.changed", err)
}

// deedView is one line of what was done with a booking.
type deedView struct {
	At   time.Time
	Who  string
	What string
	Text string
	Href string // of the booking; empty on its own page
}

// deeds writes lines in words; links says whether they lead to their booking.
func (r *request) deeds(tx *store.Tx, list []booking.Deed, links bool) ([]deedView, error) {
	views := make([]deedView, len(list))
	for i, d := range list {
		v := deedView{At: d.At, What: r.T("booking.act." + d.Act), Text: r.Typo(d.Text), Who: r.T("booking.act.box")}
		if links {
			v.Href = "/salles/reservations/" + d.Booking
		}
		if d.Account != "" {
			var err error
			if v.Who, err = account.ShownName(tx, d.Account); err != nil {
				return nil, err
			}
		}
		views[i] = v
	}
	return views, nil
}

type derogationsPage struct {
	page
	Room  booking.Resource
	Deeds []deedView
}

// roomDerogations lists where rules of a room were set aside.
func (s *Server) roomDerogations(r *request) error {
	p := &derogationsPage{page: r.page("booking.derogations")}
	p.Section = "salles"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Room, err = booking.Own(tx, r.Param("id")); err != nil {
			return err
		}
		list, err := booking.Derogations(tx, p.Room.ID)
		if err != nil {
			return err
		}
		p.Deeds, err = r.deeds(tx, list, true)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("booking/derogations", p)
}
