package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/timebank"
)

// batchView is a batch in words.
type batchView struct {
	N              int64
	Href           string
	State, Total   string
	On, By         string
	Checked        string // by whom and how; empty: not yet
	Ended          string
	Count, Valid   int
	Shown          string // see store.Shown
	Typed, Ready   bool   // waits for its second look; may be booked
	Open, Receipts bool
	Mine           bool // the reader typed it, and so cannot type it again
	Slips          []batchSlip
	Ticks          []choice
}

// batchSlip is one line of a batch in words.
type batchSlip struct {
	Paper, From, To, Time, Day string
	Fault                      string // why it cannot be booked, or was not
	Receipt, Href              string // of its movement
}

// batchLine is a batch as lists show it.
func (r *request) batchLine(b *timebank.Batch) batchView {
	return batchView{
		N: b.N, Href: "/heures/lots/" + strconv.FormatInt(b.N, 10), State: r.T("timebank.batch.state." + string(b.State)), Total: r.Minutes(b.Total),
		On: r.Day(b.TypedAt), Count: b.Count, Open: b.Open(), Receipts: b.Gap != 0,
		Typed: b.State == timebank.BatchTyped, Ready: b.State == timebank.BatchChecked, Mine: b.TypedBy != "" && b.TypedBy == r.actor.ID,
	}
}

func (r *request) batchView(tx *store.Tx, b *timebank.Batch) (*batchView, error) {
	v := r.batchLine(b)
	v.Valid = b.Valid()
	shown, err := store.Shown(b.Lines())
	if err != nil {
		return nil, err
	}
	v.Shown = shown
	if v.By, err = r.byName(tx, b.TypedBy); err != nil {
		return nil, err
	}
	if b.Checked != timebank.Unchecked {
		who, err := r.byName(tx, b.CheckedBy)
		if err != nil {
			return nil, err
		}
		v.Checked = r.T("timebank.batch.checked_"+string(b.Checked), "name", who)
	}
	if !b.EndedAt.IsZero() {
		who, err := r.byName(tx, b.EndedBy)
		if err != nil {
			return nil, err
		}
		v.Ended = r.T("timebank.batch.ended_"+string(b.State), "name", who, "day", r.DayTime(b.EndedAt))
	}
	for i := range b.Slips {
		line, err := r.slipView(tx, &b.Slips[i])
		if err != nil {
			return nil, err
		}
		v.Slips = append(v.Slips, line)
		v.Ticks = append(v.Ticks, choice{Value: strconv.Itoa(i + 1), Label: line.words(r), Help: line.Fault})
	}
	return &v, nil
}

func (r *request) slipView(tx *store.Tx, s *timebank.Slip) (v batchSlip, err error) {
	v = batchSlip{Paper: s.PaperNumber(), Time: r.Minutes(s.Minutes), Receipt: s.Receipt}
	if s.Transfer != "" {
		v.Href = "/heures/mouvements/" + s.Transfer
	}
	if v.From, err = r.namedAccount(tx, s.From); err != nil {
		return v, err
	}
	if v.To, err = r.namedAccount(tx, s.To); err != nil {
		return v, err
	}
	day, _, _ := s.On.In(r.zone, false)
	v.Day = r.Day(day)
	if s.Fault != timebank.NoFault {
		v.Fault = r.T("timebank.slip.fault."+string(s.Fault), "after", timebank.Minutes(s.After))
	}
	return v, nil
}

// words is the line as it is compared with the paper.
func (v *batchSlip) words(r *request) string {
	return r.T("timebank.slip.line", "paper", v.Paper, "from", v.From, "to", v.To, "time", v.Time, "day", v.Day)
}

// batchPage shows one batch; f is the form that was refused.
func (r *request) batchPage(f *form) (*paperPage, error) {
	n, err := r.rowNumber()
	if err != nil {
		return nil, err
	}
	p := r.paperPage("timebank.batch.title", "n", n)
	p.Form = f
	return p, r.View(func(tx *store.Tx) error {
		b, err := timebank.FindBatch(tx, n)
		if err != nil {
			return err
		}
		p.Batch, err = r.batchView(tx, &b)
		return err
	})
}

func (s *Server) batch(r *request) error {
	p, err := r.batchPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("timebank/batch", p)
}

// batchDo notes that the lines were compared with the paper, books the batch or
// drops it.
func (s *Server) batchDo(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	n, err := r.rowNumber()
	if err != nil {
		return err
	}
	do, done := f.text("do"), "timebank.batch.done_"+f.text("do")
	var total int64
	if do == "check" {
		var given bool
		if total, given = f.minutes("total"); !given {
			f.fault("total", "err.timebank.total_empty")
		}
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			if err := timebank.StillTyped(tx, n, f.text("shown")); err != nil {
				return err
			}
			switch do {
			case "check":
				return timebank.CheckLines(tx, n, ticked(f, "seen"), total)
			case "whole", "valid":
				return timebank.BookBatch(tx, n, do == "whole", f.int("lines"))
			case "drop":
				return timebank.DropBatch(tx, n)
			}
			return store.E(store.Invalid, "err.ui.act")
		})
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.batchPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("timebank/batch", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/heures/lots/"+strconv.FormatInt(n, 10), done)
}

// ticked are the numbers of the boxes that are ticked.
func ticked(f *form, name string) (list []int) {
	for _, v := range f.values[name] {
		if n, err := strconv.Atoi(v); err == nil {
			list = append(list, n)
		}
	}
	return list
}

// batchRow is one line to type; its fields are drawn by hand.
type batchRow struct {
	N      int // from 1
	Fields []field
}

// slipFields are the fields of a line that make it one; a day alone does not.
var slipFields = []string{"paper", "from", "to", "minutes"}

// Rows a form begins with, and how many more are given at once.
const (
	slipsAtFirst = 15
	slipsMore    = 10
)

// batchTask is which form of a batch an address is: a new one, its correction,
// or the second typing.
type batchTask struct {
	n     int64 // of the batch; 0: a new one
	again bool
	gap   int64
}

func (r *request) batchTask() (t batchTask, err error) {
	if gap := r.queryForm().text("manque"); gap != "" {
		if t.gap, err = strconv.ParseInt(gap, 10, 64); err != nil || t.gap < 1 {
			return t, errNoPage
		}
	}
	if r.Param("n") == "" {
		return t, nil
	}
	t.n, err = r.rowNumber()
	t.again = strings.HasSuffix(r.Request().URL.Path, "/relecture")
	return t, err
}

// batchFormPage is the form to type paper, with so many lines at least; f is
// what was typed, nil at first.
func (r *request) batchFormPage(t batchTask, f *form, atLeast int) (*paperPage, error) {
	p := r.paperPage("timebank.batch.new")
	p.Action, p.Lead = "/heures/lots", r.T("timebank.batch.new_lead")
	rows := max(slipsAtFirst, atLeast)
	err := r.View(func(tx *store.Tx) error {
		if t.n == 0 {
			if t.gap == 0 {
				return nil
			}
			g, err := timebank.FindGap(tx, t.gap)
			p.Title, p.Lead = r.T("timebank.batch.receipts"), r.T("timebank.batch.receipts_lead", "first", g.First())
			p.Action += "?manque=" + strconv.FormatInt(t.gap, 10)
			return err
		}
		b, err := timebank.FindBatch(tx, t.n)
		if err != nil {
			return err
		}
		p.Back = wordLink{"/heures/lots/" + strconv.FormatInt(t.n, 10), r.T("timebank.batch.title", "n", t.n)}
		p.Action, rows, t.gap = p.Back.Href+"/corriger", max(b.Count+2, atLeast), b.Gap
		p.Title, p.Lead = r.T("timebank.batch.correct"), r.T("timebank.batch.correct_lead")
		if t.again {
			p.Action, rows = p.Back.Href+"/relecture", max(b.Count, atLeast)
			p.Title, p.Lead = r.T("timebank.batch.again"), r.T("timebank.batch.again_lead", "n", b.Count)
		} else if f == nil {
			f = r.batchTyped(&b)
		}
		return nil
	})
	if f == nil {
		f = r.emptyForm()
	}
	p.Form = f
	r.batchRows(p, rows, t.gap != 0)
	return p, err
}

// batchRows draws the lines of the form: those with something in them, and as
// many as a sheet begins with.
func (r *request) batchRows(p *paperPage, rows int, receipts bool) {
	paper := "timebank.slip.coupon"
	if receipts {
		paper = "timebank.slip.receipt"
	}
	for i := range timebank.MaxSlips {
		for _, name := range slipFields {
			if p.Form.text(timebank.SlipField(i, name)) != "" {
				rows = max(rows, i+1)
			}
		}
	}
	rows = min(rows, timebank.MaxSlips)
	for i := range rows {
		at := func(name string) string { return timebank.SlipField(i, name) }
		p.Rows = append(p.Rows, batchRow{i + 1, []field{
			p.Form.Text(at("paper"), paper).Max(16), p.Form.Text(at("from"), "timebank.slip.from").Max(12), p.Form.Text(at("to"), "timebank.slip.to").Max(12),
			p.Form.Text(at("minutes"), "timebank.slip.minutes").Max(20), p.Form.Day(at("day"), "timebank.slip.day"),
		}})
	}
}

// batchTyped writes the lines of a batch into a form.
func (r *request) batchTyped(b *timebank.Batch) *form {
	f := r.emptyForm("total", r.minutesTyped(b.Total))
	for i := range b.Slips {
		s := &b.Slips[i]
		for name, value := range map[string]string{
			"paper": s.PaperNumber(), "from": s.From, "to": s.To, "minutes": r.minutesTyped(s.Minutes), "day": s.On.Date(),
		} {
			f.values.Set(timebank.SlipField(i, name), value)
		}
	}
	return f
}

func (s *Server) batchForm(r *request) error {
	t, err := r.batchTask()
	if err != nil {
		return err
	}
	p, err := r.batchFormPage(t, nil, 0)
	if err != nil {
		return err
	}
	return r.Render("timebank/batch_form", p)
}

// batchType keeps what was typed: as a new batch, as its correction, or to
// compare it with what somebody else typed.
func (s *Server) batchType(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	t, err := r.batchTask()
	if err != nil {
		return err
	}
	slips, total := typedSlips(f)
	if f.text("do") == "more" {
		f.Faults = nil
		p, err := r.batchFormPage(t, f, f.int("rows")+slipsMore)
		if err != nil {
			return err
		}
		return r.Render("timebank/batch_form", p)
	}
	done := "timebank.batch.typed"
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			switch {
			case t.again:
				done = "timebank.batch.done_check"
				return timebank.CheckAgain(tx, t.n, slips, total)
			case t.n != 0:
				return timebank.RetypeBatch(tx, t.n, slips, total)
			default:
				b, err := timebank.TypeBatch(tx, t.gap, slips, total)
				t.n = b.N
				return err
			}
		})
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.batchFormPage(t, f, 0)
		if err != nil {
			return err
		}
		return r.RenderForm("timebank/batch_form", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/heures/lots/"+strconv.FormatInt(t.n, 10), done)
}

// typedSlips reads the lines of the form, with gaps between them closed, and
// the total counted by hand. A line without a day has that of the stack.
func typedSlips(f *form) (slips []timebank.Slip, total int64) {
	var given bool
	if total, given = f.minutes("total"); !given {
		f.fault("total", "err.timebank.total_empty")
	}
	usual := f.date("day")
	for i := range f.rows("slip", timebank.MaxSlips, slipFields, []string{"day"}) {
		at := func(name string) string { return timebank.SlipField(i, name) }
		s := timebank.Slip{Paper: f.text(at("paper")), From: f.text(at("from")), To: f.text(at("to"))}
		if s.Minutes, given = f.minutes(at("minutes")); !given {
			f.fault(at("minutes"), "err.timebank.hours_empty")
		}
		if day := f.date(at("day")); !day.IsZero() {
			s.On = calendar.WallOf(day)
		} else if !usual.IsZero() {
			s.On = calendar.WallOf(usual)
		}
		slips = append(slips, s)
	}
	return slips, total
}
