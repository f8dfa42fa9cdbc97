package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/moderation"
)

// suspendDays are the durations a moderator chooses from.
var suspendDays = []int{1, 3, 7, 14, 30, 90, 365}

// suspendPage is somebody a moderator may suspend, or has.
type suspendPage struct {
	formPage
	Person   account.Person
	Under    *account.Suspension
	Reasons  []choice
	Articles []choice
	Days     []choice
}

func (r *request) suspendPage(f *form) (*suspendPage, error) {
	p := &suspendPage{formPage: r.formPage("moderation.suspend.title", f), Reasons: r.reasons(moderation.Offences)}
	for _, n := range suspendDays {
		p.Days = append(p.Days, choice{Value: strconv.Itoa(n), Label: r.T("moderation.days", "n", n)})
	}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Person, err = account.ByID(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Articles, err = r.articles(tx); err != nil {
			return err
		}
		s, under, err := account.SuspensionOf(tx, p.Person.ID)
		if under {
			p.Under = &s
		}
		return err
	})
	return p, err
}

// articles are the titles of the charter, to choose the one a decision rests on.
func (r *request) articles(tx *store.Tx) ([]choice, error) {
	titles, err := moderation.Articles(tx)
	if len(titles) == 0 {
		return nil, err
	}
	list := []choice{{Label: r.T("moderation.form.no_article")}}
	for _, t := range titles {
		list = append(list, choice{Value: t, Label: r.Typo(t)})
	}
	return list, err
}

// suspendForm asks for how long, and why.
func (s *Server) suspendForm(r *request) error {
	p, err := r.suspendPage(r.emptyForm("days", "7"))
	if err != nil {
		return err
	}
	return r.Render("moderation/suspend", p)
}

// suspend keeps somebody from acting for a time, or lets them again.
func (s *Server) suspend(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.suspendPage(f)
	if err != nil {
		return err
	}
	told := "moderation.suspend.done"
	if f.text("do") == "readmit" {
		told = "moderation.suspend.ended"
		err = r.Update(func(tx *store.Tx) error { return moderation.Readmit(tx, p.Person.ID) })
	} else {
		days := f.int("days")
		err = r.Update(func(tx *store.Tx) error { return moderation.Suspend(tx, p.Person.ID, days, r.cause(f)) })
	}
	if err != nil {
		return r.again(f, err, "moderation/suspend", p)
	}
	return r.Redirect("/moderation", told)
}
