package ui

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

const peoplePath = "/admin/personnes"

func (s *Server) peopleRoutes() []route {
	return []route{
		{GET, peoplePath, operator, s.people},
		{POST, peoplePath, operator, s.addPerson},
		{GET, "/admin/personnes/:id", operator, s.person},
		{POST, "/admin/personnes/:id/role", operator, s.setRole},
		{POST, "/admin/personnes/:id/bon", operator, s.printSlip},
		{GET, "/admin/personnes/:id/bon", operator, s.slip},
		{POST, "/admin/personnes/:id/partir", operator, s.erasePerson},
		{POST, "/admin/recuperation/arreter", operator, s.stopWait},
		{GET, sealPath, operator, s.sealForm},
		{POST, sealPath, operator, s.seal},
	}
}

// roleChoices are the roles an operator gives.
func roleChoices(s *speech) []choice {
	var list []choice
	for _, role := range []store.Role{store.Resident, store.Moderator, store.Operator} {
		name := "account.role." + role.String()
		list = append(list, choice{Value: role.String(), Label: s.T(name), Help: s.T(name + "_more")})
	}
	return list
}

type peoplePage struct {
	formPage
	People []account.Person
	Query  string
}

// Roles are the roles to choose from.
func (p *peoplePage) Roles() []choice { return roleChoices(p.speech()) }

// Months are the months of birth of somebody under 15; none for others.
func (p *peoplePage) Months() []choice {
	return append([]choice{{Label: p.T("minor.no_month")}}, p.speech().months()...)
}

func (r *request) peoplePage(f *form) (*peoplePage, error) {
	p := &peoplePage{formPage: r.formPage("account.people.title", f), Query: strings.TrimSpace(r.QueryParam("q"))}
	err := r.View(func(tx *store.Tx) (err error) {
		p.People, err = account.People(tx, p.Query)
		return err
	})
	return p, err
}

func (s *Server) people(r *request) error {
	p, err := r.peoplePage(r.emptyForm("q", r.QueryParam("q"), "role", store.Resident.String()))
	if err != nil {
		return err
	}
	return r.Render("account/people", p)
}

func (s *Server) addPerson(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var p account.Person
	var slip string
	role, err := store.ParseRole(f.text("role"))
	if err != nil {
		err = store.E(store.Invalid, "err.role").At("role")
	}
	if err == nil && role > store.Resident {
		err = s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source())
	}
	if err == nil {
		p, slip, err = s.desk.Add(r.context(), account.NewPerson{
			Login: f.text("login"), Name: f.text("name"), Hamlet: f.text("hamlet"), Role: role, OnPaper: f.has("on_paper"),
			Birth: f.birth(), Agreed: f.has("agreed"),
		})
	}
	if err != nil {
		page, perr := r.peoplePage(f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "account/people", page)
	}
	s.once.put(slipKey(r, p.ID), slip)
	return r.Redirect(peoplePath+"/"+p.ID+"/bon", "account.people.added")
}

func slipKey(r *request, id string) string { return "slip/" + r.me.ID + "/" + id }

type personPage struct {
	formPage
	Person    account.Person
	SlipUntil time.Time
	Blocks    []string
	Accepted  []account.Acceptance
	Charter   account.Charter // in force
	Minor     *account.Minority
	Suspended *account.Suspension
}

// MustAccept tells whether the charter in force is still to be accepted.
func (p *personPage) MustAccept() bool {
	n := len(p.Accepted)
	return n == 0 || p.Accepted[n-1].Major < p.Charter.Major
}

// Roles are the roles to choose from.
func (p *personPage) Roles() []choice { return roleChoices(p.speech()) }

// Above tells whether the person has rights over others.
func (p *personPage) Above() bool { return p.Person.Role > store.Resident }

// Choices are what becomes of what the person wrote.
func (p *personPage) Choices() []choice { return erasures(p.speech()) }

func (r *request) personPage(f *form) (*personPage, error) {
	p := &personPage{formPage: r.formPage("", f)}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Person, err = account.ByID(tx, r.Param("id")); err != nil {
			return err
		}
		if p.SlipUntil, err = account.SlipUntil(tx, p.Person.ID); err != nil {
			return err
		}
		blocks, err := account.Blocks(tx, p.Person.ID)
		if err != nil {
			return err
		}
		for _, b := range blocks {
			p.Blocks = append(p.Blocks, r.T(b.Key, b.Args...))
		}
		return p.stands(tx)
	})
	p.Title = p.Person.Shown()
	return p, err
}

// stands reads what the person accepted, and what keeps them from acting.
func (p *personPage) stands(tx *store.Tx) (err error) {
	if p.Accepted, err = account.AcceptancesOf(tx, p.Person.ID); err != nil {
		return err
	}
	if p.Charter, err = account.CharterOf(tx); err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	m, minor, err := account.MinorityOf(tx, p.Person.ID)
	if err != nil {
		return err
	}
	if minor {
		p.Minor = &m
	}
	s, suspended, err := account.SuspensionOf(tx, p.Person.ID)
	if suspended {
		p.Suspended = &s
	}
	return err
}

func (s *Server) person(r *request) error {
	p, err := r.personPage(nil)
	if err != nil {
		return err
	}
	p.Form = r.emptyForm("role", p.Person.Role.String())
	return r.Render("account/person", p)
}

// onPerson runs what an operator does to somebody, with the passphrase when
// confirm says so, and shows the person's page again on a fault.
func (r *request) onPerson(confirm func(account.Person) bool, do func(*form, account.Person) error) (done bool, err error) {
	f, err := r.form()
	if err != nil {
		return false, err
	}
	p, err := r.personPage(f)
	if err != nil {
		return false, err
	}
	var fault error
	if confirm(p.Person) {
		fault = r.s.desk.Confirm(r.context(), r.actor.ID, f.lines("current"), r.source())
	}
	if fault == nil {
		fault = do(f, p.Person)
	}
	if fault != nil {
		if f.text("role") == "" {
			f.values.Set("role", p.Person.Role.String())
		}
		return false, r.again(f, fault, "account/person", p)
	}
	return true, nil
}

func always(account.Person) bool { return true }

func never(account.Person) bool { return false }

func (s *Server) setRole(r *request) error {
	done, err := r.onPerson(always, func(f *form, p account.Person) error {
		role, err := store.ParseRole(f.text("role"))
		if err != nil {
			return store.E(store.Invalid, "err.role").At("role")
		}
		return r.Update(func(tx *store.Tx) error { return account.SetRole(tx, p.ID, role) })
	})
	if err != nil || !done {
		return err
	}
	return r.Redirect(peoplePath+"/"+r.Param("id"), "account.person.role_set")
}

// printSlip replaces a forgotten password. For somebody with rights over
// others the passphrase is asked: the slip opens their account.
func (s *Server) printSlip(r *request) error {
	var slip string
	done, err := r.onPerson(func(p account.Person) bool { return p.Role > store.Resident },
		func(_ *form, p account.Person) (err error) {
			_, slip, err = s.desk.PrintSlip(r.context(), p.ID)
			return err
		})
	if err != nil || !done {
		return err
	}
	s.once.put(slipKey(r, r.Param("id")), slip)
	return r.Redirect(peoplePath+"/"+r.Param("id")+"/bon", "")
}

type slipPage struct {
	page
	Person account.Person
	Slip   string // empty when the ten minutes are over
	Until  time.Time
	Box    string
	Host   string
}

// slip shows the slip to print, for ten minutes.
func (s *Server) slip(r *request) error {
	p := &slipPage{page: r.page("account.slip.title"), Host: r.Request().Host}
	if v := s.once.get(slipKey(r, r.Param("id"))); v != nil {
		p.Slip = v[0]
	}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Person, err = account.ByID(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Until, err = account.SlipUntil(tx, p.Person.ID); err != nil {
			return err
		}
		b, err := account.BoxOf(tx)
		p.Box = b.Name
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("account/slip", p)
}

func (s *Server) erasePerson(r *request) error {
	done, err := r.onPerson(always, func(f *form, p account.Person) error {
		how, err := f.erasure()
		if err != nil {
			return err
		}
		return r.Update(func(tx *store.Tx) error { return account.Leave(tx, p.ID, how) })
	})
	if err != nil || !done {
		return err
	}
	return r.Redirect(peoplePath, "account.person.erased")
}

// accountChores are the recovery somebody started, and a recovery sheet that
// has served.
func (s *Server) accountChores(r *request) (list []task, err error) {
	var w account.Wait
	var b account.Box
	err = r.View(func(tx *store.Tx) (err error) {
		if b, err = account.BoxOf(tx); err != nil {
			return err
		}
		w, err = account.WaitOf(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if w.Running(r.now) {
		list = append(list, task{
			Text: r.T("account.wait.chore", "until", w.EndsAt), Action: r.T("account.wait.see"), Href: rescuePath, Urgent: true,
		})
	}
	if !b.SheetUsedAt.IsZero() {
		list = append(list, task{
			Text: r.T("account.seal.chore", "day", r.Day(b.SheetUsedAt)), Action: r.T("account.seal.title"), Href: sealPath, Urgent: true,
		})
	}
	return list, nil
}
