package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/booking"
)

// bookingLine is a booking in a list.
type bookingLine struct {
	Href, Title, Room, When string
	State                   string // in words
	Kind                    string // the state itself, for its colour
	Who                     string // who asked; for managers
	Expires                 string // until when it may wait
	Private                 bool
}

// bookingLine writes a booking in words.
func (r *request) bookingLine(tx *store.Tx, b *booking.Booking, rooms map[string]string) (bookingLine, error) {
	l := bookingLine{
		Href: "/salles/reservations/" + b.ID, Title: r.Typo(b.Title), When: r.whenBooked(b), Private: b.Private,
		State: r.T("booking.state." + string(b.State)), Kind: string(b.State),
	}
	if b.State == booking.Asked && !b.ExpiresAt.IsZero() {
		l.Expires = r.T("booking.expires", "day", r.until(b.ExpiresAt))
	}
	name, known := rooms[b.Resource]
	if !known {
		room, err := booking.Get(tx, b.Resource)
		if err != nil {
			return l, err
		}
		name = r.Typo(room.Name)
		rooms[b.Resource] = name
	}
	l.Room = name
	var err error
	l.Who, err = r.bookedBy(tx, b)
	return l, err
}

// bookedBy is for whom a booking is, as managers read it.
func (r *request) bookedBy(tx *store.Tx, b *booking.Booking) (string, error) {
	if b.Holder != "" {
		return r.Typo(b.Holder), nil
	}
	if b.AuthorID == "" {
		return r.T("booking.gone"), nil
	}
	return account.ShownName(tx, b.AuthorID)
}

// whenBooked is when a booking is, in words.
func (r *request) whenBooked(b *booking.Booking) string {
	return r.When(b.StartsAt, lastInstant(b.EndsAt, b.AllDay), b.AllDay)
}

func (r *request) bookingLines(tx *store.Tx, list []booking.Booking) ([]bookingLine, error) {
	rooms := map[string]string{}
	lines := make([]bookingLine, len(list))
	for i := range list {
		var err error
		if lines[i], err = r.bookingLine(tx, &list[i], rooms); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

type bookingsPage struct {
	page
	Coming, Past []bookingLine
}

// minePerPage is how many bookings of their own a person is shown.
const minePerPage = 200

// bookingsMine lists what the person asked for.
func (s *Server) bookingsMine(r *request) error {
	p := &bookingsPage{page: r.page("booking.mine.title")}
	p.Section = "salles"
	err := r.View(func(tx *store.Tx) error {
		list, err := booking.Of(tx, minePerPage)
		if err != nil {
			return err
		}
		lines, err := r.bookingLines(tx, list)
		for i := range lines {
			if list[i].EndsAt.After(r.now) {
				p.Coming = append([]bookingLine{lines[i]}, p.Coming...)
			} else {
				p.Past = append(p.Past, lines[i])
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("booking/mine", p)
}

type waitingPage struct {
	page
	Form          *form
	Asked, Queued []bookingLine
}

func (r *request) waitingPage(f *form) (*waitingPage, error) {
	p := &waitingPage{page: r.page("booking.waiting.title"), Form: f}
	p.Section = "salles"
	return p, r.View(func(tx *store.Tx) error {
		rules, err := booking.RulesOf(tx)
		if err != nil {
			return err
		}
		if _, typed := f.values["days"]; !typed {
			f.values.Set("days", strconv.Itoa(rules.Days))
		}
		managed, err := booking.Managed(tx)
		if err != nil {
			return err
		}
		for i := range managed {
			asked, queued, err := booking.Waiting(tx, managed[i].ID)
			if err != nil {
				return err
			}
			for _, part := range []struct {
				from []booking.Booking
				to   *[]bookingLine
			}{{asked, &p.Asked}, {queued, &p.Queued}} {
				lines, err := r.bookingLines(tx, part.from)
				if err != nil {
					return err
				}
				*part.to = append(*part.to, r.gatherSeries(part.from, lines)...)
			}
		}
		return nil
	})
}

// gatherSeries makes one line of all dates of a series, which are answered in
// one act.
func (r *request) gatherSeries(list []booking.Booking, lines []bookingLine) []bookingLine {
	count := map[string]int{}
	for i := range list {
		count[list[i].SeriesID]++
	}
	var out []bookingLine
	seen := map[string]bool{}
	for i, l := range lines {
		series := list[i].SeriesID
		if series == "" || count[series] == 1 {
			out = append(out, l)
			continue
		}
		if seen[series] {
			continue
		}
		seen[series] = true
		l.Href = "/salles/series/" + series
		l.When = r.T("booking.series.from", "when", l.When, "n", count[series])
		out = append(out, l)
	}
	return out
}

// bookingsWaiting lists what waits for the person's answer.
func (s *Server) bookingsWaiting(r *request) error {
	p, err := r.waitingPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("booking/waiting", p)
}

// bookingRules sets how long a request may wait.
func (s *Server) bookingRules(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	rules := booking.Rules{Days: f.int("days")}
	if f.ok() {
		err = r.enact(f, account.ActRulesBooking, func(tx *store.Tx) error { return booking.SetRules(tx, rules) })
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.waitingPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("booking/waiting", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/demandes", "booking.rules.saved")
}

// linesView is a list of bookings; Names says who asked.
type linesView struct {
	Lines   []bookingLine
	Names   bool
	Private string
}

func (s *speech) linesOf(lines []bookingLine, names bool) linesView {
	return linesView{lines, names, s.T("booking.private")}
}

// Lines is a list of bookings for its template.
func (p *bookingsPage) Lines(lines []bookingLine, names bool) linesView {
	return p.speech().linesOf(lines, names)
}

// Lines is a list of bookings for its template.
func (p *waitingPage) Lines(lines []bookingLine, names bool) linesView {
	return p.speech().linesOf(lines, names)
}
