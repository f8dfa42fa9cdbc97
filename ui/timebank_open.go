package ui

import (
	"copi.local/store"
	"copi.local/store/timebank"
)

// myself is the choice that is no organisation.
const myself = "moi"

// timebankOpenPage is the rules to accept before an account is opened.
func (r *request) timebankOpenPage(f *form) (*timebankPage, error) {
	p := r.timebankPage("timebank.open.title")
	p.Form = f
	if !f.has("pour") {
		f.values.Set("pour", myself)
	}
	return p, r.View(func(tx *store.Tx) error {
		rules, err := timebank.RulesOf(tx)
		if err != nil {
			return err
		}
		r.describeRules(p, &rules)
		own, has, err := timebank.OfPerson(tx, r.actor.ID)
		if err != nil {
			return err
		}
		if err := r.openable(tx, p); err != nil {
			return err
		}
		if has {
			v, err := r.accountView(tx, &own, &rules)
			p.Mine = append(p.Mine, v)
			return err
		}
		if len(p.Opens) > 0 {
			p.Opens = append([]choice{{Value: myself, Label: r.T("timebank.open.myself")}}, p.Opens...)
		}
		return nil
	})
}

// timebankOpenForm shows the rules.
func (s *Server) timebankOpenForm(r *request) error {
	p, err := r.timebankOpenPage(r.queryForm())
	if err != nil {
		return err
	}
	return r.Render("timebank/open", p)
}

// timebankOpen opens the actor's account, or that of an organisation they
// administer.
func (s *Server) timebankOpen(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if !f.has("accept") {
		f.fault("accept", "err.timebank.accept")
	}
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			if element := f.text("pour"); element != "" && element != myself {
				_, err := timebank.OpenFor(tx, element)
				return err
			}
			_, err := timebank.Open(tx)
			return err
		})
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.timebankOpenPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("timebank/open", p)
	} else if err != nil {
		return err
	}
	return r.Redirect("/heures", "timebank.open.done")
}
