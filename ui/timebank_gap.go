package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/timebank"
)

const gapsPath = "/heures/manques"

// gapView is what an older copy of the box lacks, in words.
type gapView struct {
	N            int64
	Taken, Noted string
	First        string // receipt that may be missing
	Again        string // what was taken in again
	Missing      string // receipts known to be missing; empty: none
	Open         bool
	Done         string
}

func (r *request) gapView(tx *store.Tx, g *timebank.Gap) (gapView, error) {
	v := gapView{
		N: g.N, Taken: r.DayTime(g.TakenAt), Noted: r.DayTime(g.NotedAt), First: g.First(), Open: g.Open(),
		Again: r.T("timebank.gap.again", "n", g.Again, "minutes", timebank.Minutes(g.Minutes)),
	}
	if g.Open() {
		missing, more, err := g.Missing(tx)
		if len(missing) > 0 {
			v.Missing = r.T("timebank.gap.known", "receipts", strings.Join(missing, ", "))
		}
		if more > 0 {
			v.Missing += " " + r.T("timebank.gap.known_more", "n", more)
		}
		return v, err
	}
	who, err := r.byName(tx, g.DoneBy)
	v.Done = r.T("timebank.gap.done_by", "name", who, "day", r.Day(g.DoneAt))
	return v, err
}

// openGaps adds what may be missing still.
func (r *request) openGaps(tx *store.Tx, p *paperPage) error {
	list, err := timebank.OpenGaps(tx)
	for i := range list {
		v, err := r.gapView(tx, &list[i])
		if err != nil {
			return err
		}
		p.Gaps = append(p.Gaps, v)
	}
	return err
}

// gapTold is the sentence everybody reads while movements may be missing; empty
// when none are.
func (r *request) gapTold(tx *store.Tx) (string, error) {
	list, err := timebank.OpenGaps(tx)
	if err != nil || len(list) == 0 {
		return "", err
	}
	g := list[len(list)-1] // the oldest copy lacks the most
	return r.T("timebank.gap.told", "taken", r.DayTime(g.TakenAt), "noted", r.DayTime(list[0].NotedAt), "first", g.First()), nil
}

// gapsFaults is the page again, with what is wrong.
func (r *request) gapsFaults(f *form) error {
	p, err := r.gapsPage(f)
	if err != nil {
		return err
	}
	return r.RenderForm("timebank/gaps", p)
}

func (r *request) gapsPage(f *form) (*paperPage, error) {
	p := r.paperPage("timebank.gap.title")
	p.Form = f
	return p, r.View(func(tx *store.Tx) error {
		list, err := timebank.Gaps(tx)
		if err != nil {
			return err
		}
		for i := range list {
			v, err := r.gapView(tx, &list[i])
			if err != nil {
				return err
			}
			p.Gaps = append(p.Gaps, v)
		}
		return nil
	})
}

// gaps lists what older copies lack, and has the form that says the box is one.
func (s *Server) gaps(r *request) error {
	p, err := r.gapsPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("timebank/gaps", p)
}

// gapNote notes that the box was put back to an older copy.
func (s *Server) gapNote(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	taken := f.moment("taken", "taken_time")
	if f.text("taken") == "" {
		f.fault("taken", "err.timebank.taken")
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { _, err := timebank.Restored(tx, taken); return err })
	}
	if f.refuse(err) || !f.ok() {
		return r.gapsFaults(f)
	} else if err != nil {
		return err
	}
	return r.Redirect(gapsPath, "timebank.gap.noted")
}

// gapClose says that everything anybody brought is in again.
func (s *Server) gapClose(r *request) error {
	n, err := r.rowNumber()
	if err != nil {
		return err
	}
	f := r.emptyForm()
	if err = r.Update(func(tx *store.Tx) error { return timebank.CloseGap(tx, n) }); f.refuse(err) {
		return r.gapsFaults(f)
	} else if err != nil {
		return err
	}
	return r.Redirect(gapsPath, "timebank.gap.closed")
}

// accountTitle is what a notice about an account the reader keeps is titled.
func (r *request) accountTitle(tx *store.Tx, number string) (title, href string, err error) {
	a, err := timebank.Own(tx, number)
	if err != nil {
		return "", "", notFoundIsNil(err)
	}
	return r.T("timebank.gap.notice", "number", a.Number), "/heures", nil
}

// paperChores are batches that wait to be booked, and movements that may be
// missing.
func (s *Server) paperChores(r *request) (list []task, err error) {
	err = r.View(func(tx *store.Tx) error {
		gaps, err := timebank.OpenGaps(tx)
		if err != nil {
			return err
		}
		if len(gaps) > 0 {
			list = append(list, task{Text: r.T("timebank.gap.chore"), Action: r.T("timebank.gap.chore_go"), Href: gapsPath, Urgent: true})
		}
		batches, err := timebank.Batches(tx, onDesk)
		for i := range batches {
			if b := &batches[i]; b.Open() {
				n := strconv.FormatInt(b.N, 10)
				list = append(list, task{Text: r.T("timebank.batch.chore", "n", n), Action: r.T("timebank.batch.chore_go"), Href: "/heures/lots/" + n})
			}
		}
		return err
	})
	return list, err
}
