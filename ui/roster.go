package ui

import (
	"net/url"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/agenda"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
)

const rostersPath = "/entraide/tours"

func (s *Server) rosterRoutes() []route {
	return []route{
		{GET, rostersPath, public, s.rosters},
		{GET, rostersPath + "/nouveau", resident, s.rosterNew},
		{POST, rostersPath + "/nouveau", resident, s.rosterPlan},
		{GET, rostersPath + "/:id", public, s.roster},
		{GET, rostersPath + "/:id/imprimer", public, s.rosterPrint},
		{GET, rostersPath + "/:id/modifier", caretaker, s.rosterEdit},
		{POST, rostersPath + "/:id/modifier", caretaker, s.rosterChange},
		{POST, rostersPath + "/:id/fermer", caretaker, s.rosterClose},
		{GET, rostersPath + "/:id/:date", public, s.shift},
		{POST, rostersPath + "/:id/:date", resident, s.shiftDo},
		{POST, rostersPath + "/:id/:date/gerer", caretaker, s.shiftChange},
	}
}

// rosterRef points at the roster or chore of an address.
func rosterRef(id string) store.Ref { return store.Ref{Module: mutualaid.Module, ID: id} }

// rosterPage is the list of rosters, one of them, one of its shifts, or the
// form of one.
type rosterPage struct {
	page
	Form     *form
	Roster   *mutualaid.Roster
	Href     string // of the roster
	Place    string
	Sentence string // when its shifts are
	Plans    bool   // the reader answers for it
	Text     contactText
	around

	Rosters  []rosterLine
	Mine     []shiftView // the reader's own turns to come
	Proposed []shiftView // those others propose to them
	MayPlan  bool
	Empty    *noticeView

	Shifts []shiftView
	Shift  *shiftView
	Pager  pagerView
	To     []choice // to whom a turn can be proposed
	Again  string   // what is to be confirmed: the button of the form
	Blank  []int    // places of a printed table

	Repeat *repeatFields
	Names  []choice
	Seen   []choice
}

// rosterLine is a roster in the list.
type rosterLine struct {
	Href, Title, Line string
	Next              string // of its next shifts, who is missing
	Closed            bool
}

// shiftView is a shift in words.
type shiftView struct {
	Href, Name string // of its page; its name in addresses
	Title      string // of its roster, where that is not said above
	When, Day  string
	Hours      string
	Machine    string
	Coming     string // "2 personnes sur 3"
	Free       int
	Flag       string // "ANNULÉ"
	Note       string
	People     []turnView // for people with an account
	Mine       *turnView  // the reader's own
	Begun      bool
}

// turnView is one person of a shift.
type turnView struct {
	ID, Name string
	Offered  bool   // to whoever wants it
	ForMe    bool   // the reader may accept it
	Asked    bool   // it was proposed to the reader alone
	Against  string // for what
	Proposed string // of the reader's own: to whom it is proposed, in words
}

// whoPlans tells whether the reader may plan rosters: an operator, or who
// administers an organisation.
func (r *request) whoPlans(tx *store.Tx) (bool, error) {
	if r.actor.Can(store.Operator) {
		return true, nil
	}
	if r.actor.ID == "" {
		return false, nil
	}
	list, err := directory.InCharge(tx)
	for _, e := range list {
		if e.Kind != directory.Person {
			return true, err
		}
	}
	return false, err
}

// rosters lists what the village keeps going, and the reader's own turns.
func (s *Server) rosters(r *request) error {
	p := &rosterPage{page: r.page("roster.title")}
	p.Section = "entraide"
	err := r.View(func(tx *store.Tx) error {
		list, err := mutualaid.Rosters(tx)
		if err != nil {
			return err
		}
		for i := range list {
			line, err := r.rosterLine(tx, &list[i])
			if err != nil {
				return err
			}
			p.Rosters = append(p.Rosters, line)
		}
		if p.MayPlan, err = r.whoPlans(tx); err != nil {
			return err
		}
		return r.myTurns(tx, p)
	})
	if err != nil {
		return err
	}
	if len(p.Rosters) == 0 {
		p.Empty = &noticeView{Text: r.T("roster.empty")}
		if p.MayPlan {
			p.Empty.Href, p.Empty.Action = rostersPath+"/nouveau", r.T("roster.new")
		}
	}
	return r.Render("roster/list", p)
}

// soon is how many days ahead the list looks for who is missing.
const soon = 14

func (r *request) rosterLine(tx *store.Tx, one *mutualaid.Roster) (rosterLine, error) {
	l := rosterLine{Href: rostersPath + "/" + one.ID, Title: r.shownLine(one.Title, true), Closed: one.Closed}
	l.Line = r.shownLine(one.Place, true) + " · " + r.shiftSentence(one)
	if one.Closed {
		return l, nil
	}
	shifts, err := one.Shifts(tx, r.now, r.today().AddDate(0, 0, soon), 0)
	missing := 0
	for i := range shifts {
		if shifts[i].At.After(r.now) {
			missing += shifts[i].Free()
			r.FreshUntil(shifts[i].At)
		}
	}
	if missing > 0 {
		l.Next = r.T("roster.missing_soon", "n", missing, "days", soon)
	}
	return l, err
}

// shiftSentence is when the shifts of a roster are, in words.
func (s *speech) shiftSentence(one *mutualaid.Roster) string {
	e := asEvent(one)
	if one.Rule.IsZero() {
		return s.wholeDay(one.Starts) + s.dates.at + s.dates.hour(clockOf(one.Starts))
	}
	return s.sentenceOf(&e)
}

// asEvent is a roster as the series its words and its form are made of.
func asEvent(one *mutualaid.Roster) agenda.Event {
	return agenda.Event{
		Starts: one.Starts, Ends: one.Starts.Later(time.Duration(one.Lasts) * time.Minute), Zone: one.Zone,
		Repeat: agenda.Repeat{Rule: one.Rule, Skip: one.Skip},
	}
}

// myTurns are the reader's turns to come, and those proposed to them.
func (r *request) myTurns(tx *store.Tx, p *rosterPage) error {
	mine, proposed, err := mutualaid.MyTurns(tx)
	if err != nil {
		return err
	}
	for _, turns := range []struct {
		list []mutualaid.Turn
		into *[]shiftView
	}{{mine, &p.Mine}, {proposed, &p.Proposed}} {
		for i := range turns.list {
			t := &turns.list[i]
			one, err := mutualaid.GetRoster(tx, t.RosterID)
			if store.KindOf(err) == store.NotFound {
				continue // hidden since
			}
			if err != nil {
				return err
			}
			s, err := one.Shift(tx, t.Date.String())
			if store.KindOf(err) == store.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			v := r.shiftWords(&one, &s)
			v.Title = r.shownLine(one.Title, true)
			*turns.into = append(*turns.into, v)
		}
	}
	return nil
}

// shiftWords is a shift in words, without people.
func (r *request) shiftWords(one *mutualaid.Roster, s *mutualaid.Shift) shiftView {
	name := s.Date.String()
	v := shiftView{
		Name: name, Href: rostersPath + "/" + one.ID + "/" + name, Free: s.Free(), Note: r.Typo(s.Note),
		When: r.When(s.At, s.Until, false), Day: r.Day(s.At), Hours: r.T("ui.card.hours", "from", r.Hour(s.At), "to", r.Hour(s.Until)),
		Machine: r.Machine(s.At), Coming: r.T("roster.coming", "n", len(s.Turns), "places", s.Places), Begun: !s.At.After(r.now),
	}
	switch {
	case s.Cancelled:
		v.Flag = r.T("roster.flag.cancelled")
	case s.Struck != "":
		v.Flag = r.T("roster.flag.holiday")
	}
	return v
}

// shiftView is a shift with its people, as its reader may see them: visitors
// see how many.
func (r *request) shiftView(tx *store.Tx, one *mutualaid.Roster, s *mutualaid.Shift) (shiftView, error) {
	v := r.shiftWords(one, s)
	if !r.actor.Can(store.Resident) {
		return v, nil
	}
	for i := range s.Turns {
		t := &s.Turns[i]
		name, err := t.NameOf(tx)
		if err != nil {
			return v, err
		}
		if name == "" {
			name = r.T("roster.somebody")
		}
		w := turnView{ID: t.ID, Name: name}
		if t.AccountID == r.actor.ID {
			if w.Proposed, err = r.proposedTo(tx, t); err != nil {
				return v, err
			}
			v.Mine = &w
		} else if err := r.offered(tx, &w, t); err != nil {
			return v, err
		}
		v.People = append(v.People, w)
	}
	return v, nil
}

// offered says whether the reader may accept somebody's turn, and for what.
func (r *request) offered(tx *store.Tx, w *turnView, t *mutualaid.Turn) error {
	w.Offered, w.Asked = t.Offer == mutualaid.ToWhoever, t.Offer == mutualaid.ToOneOther && t.OfferedTo == r.actor.ID
	w.ForMe = w.Offered || w.Asked
	if !w.Asked || t.Against == "" {
		return nil
	}
	theirs, err := mutualaid.TurnByID(tx, t.Against)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	w.Against = r.T("roster.swap.against", "day", r.Day(theirs.At))
	return err
}

// proposedTo says to whom the reader's own turn is proposed.
func (r *request) proposedTo(tx *store.Tx, t *mutualaid.Turn) (string, error) {
	switch t.Offer {
	case mutualaid.ToWhoever:
		return r.T("roster.swap.open"), nil
	case mutualaid.ToOneOther:
		name, err := account.ShownName(tx, t.OfferedTo)
		return r.T("roster.swap.asked", "name", name), err
	case mutualaid.Keeps:
	}
	return "", nil
}

// readRoster fills the page with the roster of the address; do reads more of it.
func (r *request) readRoster(p *rosterPage, do func(*store.Tx, *mutualaid.Roster) error) error {
	p.Section = "entraide"
	err := r.View(func(tx *store.Tx) error {
		ref := rosterRef(r.Param("id"))
		if err := directory.Vouch(tx, ref); err != nil {
			return err
		}
		one, err := mutualaid.GetRoster(tx, ref.ID)
		if err != nil {
			return err
		}
		p.Roster, p.Plans, p.Href = &one, one.MayChange(tx), rostersPath+"/"+one.ID
		if p.around, err = r.around(tx, ref, "", one.Audience); err != nil {
			return err
		}
		return do(tx, &one)
	})
	if err != nil {
		return err
	}
	p.Title, p.Place, p.Sentence = r.shownLine(p.Roster.Title, true), r.shownLine(p.Roster.Place, true), r.shiftSentence(p.Roster)
	p.Text = r.shownText(p.Roster.Text, true, p.Roster.Title, p.Roster.Place)
	return nil
}

// shiftsShown is how many shifts a page lists.
const shiftsShown = 12

// roster is one roster with its next shifts.
func (s *Server) roster(r *request) error {
	f := r.queryForm()
	from := f.date("le")
	if !f.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.date").At("le")}
	}
	if from.Before(r.now) || from.Year() > 2200 {
		from = r.now
	}
	p := &rosterPage{page: r.page("")}
	err := r.readRoster(p, func(tx *store.Tx, one *mutualaid.Roster) error {
		shifts, err := one.Shifts(tx, from, from.AddDate(1, 0, 0), shiftsShown+1)
		if err != nil {
			return err
		}
		if len(shifts) > shiftsShown {
			p.Pager.After = rostersPath + "/" + one.ID + "?le=" + url.QueryEscape(r.local(shifts[shiftsShown].At).Format(time.DateOnly))
			p.Pager.AfterWord = r.T("roster.later")
			shifts = shifts[:shiftsShown]
		}
		if from.After(r.now) {
			p.Pager.Before, p.Pager.BeforeWord = rostersPath+"/"+one.ID, r.T("roster.first")
		}
		for i := range shifts {
			v, err := r.shiftView(tx, one, &shifts[i])
			if err != nil {
				return err
			}
			r.FreshUntil(shifts[i].At)
			p.Shifts = append(p.Shifts, v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Render("roster/roster", p)
}

// printedDays is how many days a printed table has.
const printedDays = 31

// rosterPrint is the next weeks of a roster as a table for an A4, with room to
// write a name by hand.
func (s *Server) rosterPrint(r *request) error {
	f := r.queryForm()
	day := f.date("le")
	if !f.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.date").At("le")}
	}
	if day.IsZero() || day.Year() < 1990 || day.Year() > 2200 {
		day = r.today()
	}
	next := day.AddDate(0, 0, printedDays)
	p := &rosterPage{page: r.page("")}
	err := r.readRoster(p, func(tx *store.Tx, one *mutualaid.Roster) error {
		shifts, err := one.Shifts(tx, day, next, 0)
		most := 1
		for i := range shifts {
			v, err := r.shiftView(tx, one, &shifts[i])
			if err != nil {
				return err
			}
			most = max(most, shifts[i].Places, len(shifts[i].Turns))
			p.Shifts = append(p.Shifts, v)
		}
		p.Blank = make([]int, min(most, printedPlaces))
		return err
	})
	if err != nil {
		return err
	}
	at := func(day time.Time) string { return p.Href + "/imprimer?le=" + day.Format(time.DateOnly) }
	p.Sentence = r.T("roster.print.span", "from", r.Day(day), "to", r.Day(next.AddDate(0, 0, -1)))
	p.Pager = pagerView{at(day.AddDate(0, 0, -printedDays)), at(next), r.T("roster.print.before"), r.T("roster.print.after")}
	return r.Render("roster/print", p)
}

// printedPlaces is how many columns a printed table has for names at most.
const printedPlaces = 6

// Cells are what stands in the columns of a printed row: names, then room for
// more; a last cell gathers those who do not fit.
func (p *rosterPage) Cells(v shiftView) []string {
	cells := make([]string, len(p.Blank))
	for i, t := range v.People {
		if i < len(cells) {
			cells[i] = t.Name
		} else {
			cells[len(cells)-1] += ", " + t.Name
		}
	}
	return cells
}

// rosterSeen are who may see a roster or a chore.
func (r *request) rosterSeen() []choice {
	return []choice{
		{Value: "public", Label: r.T("listing.audience.public")},
		{Value: "members", Label: r.T("listing.audience.members")},
	}
}

// audienceOf reads that choice.
func (f *form) audienceOf() listing.Audience {
	if f.text("audience") == "members" {
		return listing.Members
	}
	return listing.Public
}

// audienceWord writes it.
func audienceWord(a listing.Audience) string {
	if a == listing.Public {
		return "public"
	}
	return "members"
}

// shiftActs is a shift with what its reader can do about it.
type shiftActs struct {
	P *rosterPage
	V shiftView
}

// Acts hands a shift to the part that draws its buttons.
func (p *rosterPage) Acts(v shiftView) shiftActs { return shiftActs{p, v} }
