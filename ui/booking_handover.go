package ui

import (
	"slices"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/booking"
)

func (s *Server) bookingHandoverRoutes() []route {
	return append([]route{
		{GET, "/salles/reservations/:id/dossier", caretaker, s.handover},
		{POST, "/salles/reservations/:id/dossier", caretaker, s.handoverStep},
		{GET, stateGallery.base + "/:id", caretaker, s.stateBack},
	}, s.photoPages(stateGallery)...)
}

// stateGallery is the photos of a place as it was found or left; its ids are
// those of booking.StateRef.
var stateGallery = gallery{
	module: booking.Module, base: "/salles/etat", section: "salles", right: caretaker,
	own: func(tx *store.Tx, ref string) (string, error) {
		id, _, ok := booking.StateOf(ref)
		if !ok {
			return "", errNoPage
		}
		b, err := booking.Find(tx, id)
		if err != nil {
			return "", err
		}
		room, err := booking.Own(tx, b.Resource)
		return room.Name, err
	},
}

// handoverPage is the file of a booking: what it costs, what changes hands. It
// prints as the sheet that is signed.
type handoverPage struct {
	page
	Form      *form
	Booking   booking.Booking
	Room      booking.Resource
	When, Who string
	State     string
	Canonical string // of the booking
	Answers   []booking.Answer
	Quote     *quoteView
	Price     string // empty when nobody knows
	Fee       string // for cancelling now, or for having cancelled
	FeeAsked  bool   // it was cancelled
	Steps     []stepRow
	Manages   bool
	Late      bool
	Short     bool // what was booked may not be back in time
}

// stepRow is one thing that changes hands.
type stepRow struct {
	Step, Item string
	Word       string
	Done       *stepDone
	Blocked    string  // why it cannot be done yet
	Fields     []field // to do it with
	Do         string  // on its button
	PhotosHref string  // for managers
	Photos     []photoView
	Fault      bool // the form of this step was refused
	place      int
}

// stepDone is how it was done.
type stepDone struct{ When, Who, Note, Amount string }

// ID is the row's id in the page: the summary of faults links to it. Documents
// are told apart by their place.
func (s stepRow) ID() string {
	if s.place > 0 {
		return "f-" + s.Step + "-" + strconv.Itoa(s.place)
	}
	return "f-" + s.Step
}

// handoverPage prepares the page; f is the step that was refused.
func (r *request) handoverPage(f *form) (*handoverPage, error) {
	p := &handoverPage{page: r.page("booking.handover.title"), Form: f}
	p.Section = "salles"
	err := r.View(func(tx *store.Tx) error {
		h, err := booking.HandoverOf(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if p.Manages, err = booking.Manages(tx, h.Room.ID); err != nil {
			return err
		}
		if p.Who, err = r.bookedBy(tx, &h.Booking); err != nil {
			return err
		}
		if p.Short, err = booking.Threatened(tx, &h.Booking); err != nil {
			return err
		}
		p.Steps, err = r.stepRows(tx, &h, p.Manages, f)
		r.describeHandover(p, &h)
		return err
	})
	return p, err
}

// describeHandover writes the words of the page.
func (r *request) describeHandover(p *handoverPage, h *booking.Handover) {
	b := &h.Booking
	p.Booking, p.Room, p.Answers, p.Late = *b, h.Room, h.Answers, h.Late
	p.When, p.Canonical, p.State = r.whenBooked(b), "/salles/reservations/"+b.ID, r.T("booking.state."+string(b.State))
	p.Quote = r.quoteOf(h.Quote())
	if cents, known := h.Price(); known {
		p.Price = r.freeOr(cents)
	}
	p.FeeAsked = b.State == booking.Cancelled
	if fee := h.Fee(r.now); fee > 0 && (p.FeeAsked || b.AuthorID == r.actor.ID) {
		p.Fee = r.Money(fee)
	}
}

// freeOr is an amount, or that there is none to pay.
func (s *speech) freeOr(cents int64) string {
	if cents == 0 {
		return s.T("booking.terms.free")
	}
	return s.Money(cents)
}

// stepRows lists what changes hands with a booking: what its terms ask for, and
// what was done all the same.
func (r *request) stepRows(tx *store.Tx, h *booking.Handover, manages bool, f *form) ([]stepRow, error) {
	var rows []stepRow
	for _, step := range booking.Steps {
		items := []string{""}
		if step == booking.DocumentIn {
			items = documentsOf(h)
		}
		for i, item := range items {
			if !r.concerns(h, step, item) {
				continue
			}
			row, err := r.stepRow(tx, h, step, item, manages, f)
			if err != nil {
				return nil, err
			}
			row.place = i
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// documentsOf are the documents that are asked for, and those handed in before
// the terms changed.
func documentsOf(h *booking.Handover) []string {
	items := append([]string(nil), h.Terms.Documents...)
	for _, d := range h.Done {
		if _, asked := h.Step(booking.DocumentIn, d.Item); d.Step == booking.DocumentIn && asked && !slices.Contains(items, d.Item) {
			items = append(items, d.Item)
		}
	}
	return items
}

// concerns tells whether a step is to be shown.
func (r *request) concerns(h *booking.Handover, step booking.Step, item string) bool {
	if _, done := h.Step(step, item); done {
		return true
	}
	_, deposit := h.Step(booking.DepositIn, "")
	_, out := h.Step(booking.KeyOut, "")
	state := h.Booking.State
	switch step {
	case booking.PriceAgreed, booking.DocumentIn:
		return state == booking.Asked || state == booking.Approved
	case booking.DepositIn:
		return state == booking.Approved && h.Terms.Deposit > 0
	case booking.StateIn, booking.KeyOut:
		return state == booking.Approved
	case booking.KeyIn, booking.StateOut:
		return state == booking.Approved || out
	case booking.DepositOut:
		return deposit
	case booking.FeeWaived:
		return state == booking.Cancelled && h.Fee(r.now) > 0
	default:
		return false
	}
}

// stepWord is a step in words; of goods no key is handed out but the goods.
func (s *speech) stepWord(h *booking.Handover, step booking.Step, item string) string {
	switch {
	case step == booking.DocumentIn:
		return s.Typo(item)
	case h.Room.Kind == booking.Good && (step == booking.KeyOut || step == booking.KeyIn):
		return s.T("booking.handover.goods_" + string(step))
	default:
		return s.T("booking.handover.step_" + string(step))
	}
}

func (r *request) stepRow(tx *store.Tx, h *booking.Handover, step booking.Step, item string, manages bool, f *form) (stepRow, error) {
	row := stepRow{Step: string(step), Item: item, Word: r.stepWord(h, step, item), Do: r.T("booking.handover.do_" + string(step))}
	if step == booking.StateIn || step == booking.StateOut {
		ref := booking.StateRef(h.Booking.ID, step)
		var err error
		if row.Photos, err = photosOf(tx, ref); err != nil {
			return row, err
		}
		if manages {
			row.PhotosHref = stateGallery.base + "/" + ref.ID + "/photos"
		}
	}
	if d, ok := h.Step(step, item); ok {
		row.Done = &stepDone{When: r.DayTime(d.At), Note: r.Typo(d.Note)}
		if d.Cents > 0 || step == booking.PriceAgreed {
			row.Done.Amount = r.freeOr(d.Cents)
		}
		if d.By == "" {
			return row, nil
		}
		var err error
		row.Done.Who, err = account.ShownName(tx, d.By)
		return row, err
	}
	r.offerStep(&row, h, step, f)
	return row, nil
}

// offerStep gives the row what it takes to do it.
func (r *request) offerStep(row *stepRow, h *booking.Handover, step booking.Step, f *form) {
	_, out := h.Step(booking.KeyOut, "")
	missing := h.Missing()
	switch {
	case step == booking.KeyOut && len(missing) > 0:
		row.Blocked = r.T("booking.handover.waits", "for", r.Typo(strings.Join(missing, ", ")))
	case step == booking.KeyIn && !out:
		row.Blocked = r.T("booking.handover.not_yet")
	}
	mine := r.emptyForm()
	if f.text("step") == row.Step && f.text("item") == row.Item {
		mine, row.Fault = f, !f.ok()
	}
	amount := func(cents int64) {
		name := row.Step + "_cents"
		if _, typed := mine.values[name]; !typed && cents > 0 {
			mine.values.Set(name, r.amountTyped(cents))
		}
		row.Fields = append(row.Fields, mine.Text(name, "booking.handover.amount").Max(12))
	}
	deposit, _ := h.Step(booking.DepositIn, "")
	switch step { //nolint:exhaustive // the others have a note at most
	case booking.PriceAgreed:
		price, _ := h.Price()
		amount(price)
	case booking.DepositIn:
		amount(h.Terms.Deposit)
	case booking.DepositOut:
		amount(deposit.Cents)
	}
	switch step { //nolint:exhaustive // the others need no note
	case booking.StateIn, booking.StateOut:
		row.Fields = append(row.Fields, mine.Area(row.Step+"_note", "booking.handover.state").Max(booking.MaxNote).Tall(3))
	case booking.FeeWaived:
		row.Fields = append(row.Fields, mine.Text(row.Step+"_note", "booking.handover.why").Max(booking.MaxNote))
	case booking.PriceAgreed, booking.DepositIn, booking.DepositOut:
		row.Fields = append(row.Fields, mine.Text(row.Step+"_note", "booking.handover.note").Optional().Max(booking.MaxNote))
	}
}

// handover shows the file of a booking.
func (s *Server) handover(r *request) error {
	p, err := r.handoverPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("booking/handover", p)
}

// handoverStep notes that a step was done, or takes it back.
func (s *Server) handoverStep(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, step, item, told := r.Param("id"), booking.Step(f.text("step")), f.text("item"), "booking.handover.noted"
	d := booking.Done{Step: step, Item: item, Note: f.lines(string(step) + "_note")}
	if f.text("do") != "undo" {
		var given bool
		if d.Cents, given = f.money(string(step) + "_cents"); !given && (step == booking.PriceAgreed || step == booking.DepositOut) {
			f.fault(string(step)+"_cents", "err.booking.handover.amount")
		}
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			if f.text("do") == "undo" {
				told = "booking.handover.undone"
				return booking.Undo(tx, id, step, item)
			}
			return booking.Do(tx, id, d)
		})
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.handoverPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("booking/handover", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/salles/reservations/"+id+"/dossier", told)
}

// stateBack leads from the photos of a state back to the file they belong to.
func (s *Server) stateBack(r *request) error {
	if err := r.View(func(tx *store.Tx) error { _, err := stateGallery.own(tx, r.Param("id")); return err }); err != nil {
		return err
	}
	id, _, _ := booking.StateOf(r.Param("id"))
	return r.Redirect("/salles/reservations/"+id+"/dossier", "")
}
