package ui

import (
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/timebank"
)

// printView is a sheet of coupons in words.
type printView struct {
	Href, First, Last string
	Count             int
	Whose             string // of a booklet; empty: blank coupons
	Name, Number      string
	On                string
	Coupons           []string
	Box               string
	Blank             []int // empty lines to write on
}

func (r *request) printView(tx *store.Tx, p *timebank.Print) (printView, error) {
	list := p.Coupons()
	v := printView{
		Href: "/heures/bons/" + strconv.FormatInt(p.N, 10), First: list[0].String(), Last: list[len(list)-1].String(), Count: p.Count,
		On: r.Day(p.At), Number: p.Number,
	}
	for _, c := range list {
		v.Coupons = append(v.Coupons, c.String())
	}
	if p.Number == "" {
		return v, nil
	}
	a, err := timebank.Get(tx, p.Number)
	if err != nil {
		return v, err
	}
	name, err := a.NameOf(tx)
	v.Name = r.holder(&a, name)
	v.Whose = v.Name + " (" + p.Number + ")"
	return v, err
}

// couponPrint gives numbers to fresh coupons and leads to the sheet.
func (s *Server) couponPrint(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	number := ""
	if typed := f.text("number"); typed != "" {
		known := false
		if number, known = timebank.ParseNumber(typed); !known {
			f.fault("number", "err.timebank.account_number")
		}
	}
	count := f.int("count")
	var made timebank.Print
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			made, err = timebank.PrintCoupons(tx, number, count)
			if store.KindOf(err) == store.NotFound {
				return store.E(store.Invalid, "err.timebank.no_account").At("number")
			}
			return err
		})
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.deskPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("timebank/desk", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/heures/bons/"+strconv.FormatInt(made.N, 10), "timebank.coupon.made")
}

// couponSheet is a sheet of coupons to print, or a booklet: the statement of
// its member, lines to write on, and coupons.
func (s *Server) couponSheet(r *request) error {
	n, err := r.rowNumber()
	if err != nil {
		return err
	}
	p := r.paperPage("timebank.coupon.sheet")
	err = r.View(func(tx *store.Tx) error {
		made, err := timebank.FindPrint(tx, n)
		if err != nil {
			return err
		}
		v, err := r.printView(tx, &made)
		if err != nil {
			return err
		}
		v.Box = p.Village
		p.Print = &v
		if made.Number == "" {
			return nil
		}
		p.Title = r.T("timebank.booklet.of", "name", v.Name)
		return r.bookletStatement(tx, p, made.Number)
	})
	if err != nil {
		return err
	}
	return r.Render("timebank/coupons", p)
}

// bookletLines is how many movements fit on the first page of a booklet, with
// room for what is written by hand.
const bookletLines = 14

// bookletStatement adds what moved on the account in this month and the last,
// the latest of it, and empty lines for what comes.
func (r *request) bookletStatement(tx *store.Tx, p *paperPage, number string) error {
	now := r.Now()
	from := time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, r.zone)
	s, err := timebank.StatementOf(tx, number, from, r.now.Add(time.Second))
	if err != nil {
		return err
	}
	if more := len(s.Lines) - bookletLines; more > 0 {
		s.Opening, s.From = s.Lines[more-1].Balance, s.Lines[more-1].At
		s.Lines = s.Lines[more:]
	}
	p.Sheet = r.statementView(&s)
	p.Sheet.Month = r.Day(s.From)
	p.Print.Blank = make([]int, 2*bookletLines-len(s.Lines))
	return nil
}
