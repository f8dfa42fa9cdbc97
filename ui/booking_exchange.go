package ui

import (
	"time"

	"copi.local/store"
	"copi.local/store/booking"
)

// exchangePage is the choice of a booking to change places with.
type exchangePage struct {
	onePage
	Others []choice
}

func (r *request) exchangePage(f *form) (*exchangePage, error) {
	one, err := r.onePage(f)
	if err != nil {
		return nil, err
	}
	p := &exchangePage{onePage: *one}
	return p, r.View(func(tx *store.Tx) error {
		list, err := booking.Exchangeable(tx, p.Booking.ID)
		rooms := map[string]string{}
		for i := range list {
			label, err := r.exchangeLabel(tx, &list[i], rooms)
			if err != nil {
				return err
			}
			p.Others = append(p.Others, choice{Value: list[i].Booking, Label: label})
		}
		return err
	})
}

// exchangeLabel is a booking as everybody may know it: when, where, and what
// for unless it is private.
func (r *request) exchangeLabel(tx *store.Tx, s *booking.Stretch, rooms map[string]string) (string, error) {
	name, known := rooms[s.Resource]
	if !known {
		room, err := booking.Get(tx, s.Resource)
		if err != nil {
			return "", err
		}
		name = r.Typo(room.Name)
		rooms[s.Resource] = name
	}
	what := r.T("booking.occupied")
	if s.Title != "" {
		what = r.Typo(s.Title)
	}
	return r.When(s.From, lastInstant(s.Until, s.AllDay), s.AllDay) + " · " + name + " · " + what, nil
}

// exchangeForm lists what a booking can change places with.
func (s *Server) exchangeForm(r *request) error {
	p, err := r.exchangePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("booking/exchange", p)
}

// exchangePropose asks the other author.
func (s *Server) exchangePropose(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return booking.Propose(tx, r.Param("id"), f.text("other")) })
	if f.refuse(err) {
		p, err := r.exchangePage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("booking/exchange", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/reservations/"+r.Param("id"), "booking.exchange.proposed")
}

// exchangeAnswer says yes or no to a proposal.
func (s *Server) exchangeAnswer(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	back, done := "/salles/reservations", "booking.exchange.agreed"
	err = r.Update(func(tx *store.Tx) error {
		_, one, other, err := booking.FindExchange(tx, r.Param("id"))
		if err != nil {
			return err
		}
		back = "/salles/reservations/" + other.ID
		if one.AuthorID == r.actor.ID {
			back = "/salles/reservations/" + one.ID
		}
		if f.text("do") != "agree" {
			done = "booking.exchange.declined"
			return booking.Decline(tx, r.Param("id"))
		}
		return booking.Agree(tx, r.Param("id"))
	})
	if err != nil {
		return err
	}
	return r.Redirect(back, done)
}

// exchangeView is a proposal on a booking's page.
type exchangeView struct {
	ID      string
	Text    string
	Answers bool // this person can say yes
}

// exchangesOf are the proposals that concern a booking, in the words of the
// side this person is on.
func (r *request) exchangesOf(tx *store.Tx, b *booking.Booking) ([]exchangeView, error) {
	list, err := booking.Exchanges(tx, b.ID)
	var views []exchangeView
	for _, x := range list {
		_, one, other, err := booking.FindExchange(tx, x.ID)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		v := exchangeView{ID: x.ID}
		key, theirs := "booking.exchange.offered", &one
		if b.ID == one.ID {
			key, theirs = "booking.exchange.asked", &other
		}
		if x.Agreed {
			key = "booking.exchange.to_grant"
		}
		v.Text = r.T(key, "when", r.whenBooked(theirs))
		manages, err := r.managesEach(tx, &one, &other)
		if err != nil {
			return nil, err
		}
		v.Answers = manages || !x.Agreed && other.AuthorID == r.actor.ID
		views = append(views, v)
	}
	return views, err
}

func (r *request) managesEach(tx *store.Tx, one, other *booking.Booking) (bool, error) {
	first, err := booking.Manages(tx, one.Resource)
	if err != nil || !first {
		return false, err
	}
	return booking.Manages(tx, other.Resource)
}

// mayChangePlaces tells whether a booking stands firm enough to propose that.
func mayChangePlaces(b *booking.Booking, now time.Time) bool {
	return b.State == booking.Approved && b.Was == nil && b.StartsAt.After(now)
}
