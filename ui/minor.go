package ui

import (
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// Accounts of people under 15: opened by the child, agreed to by a parent on
// paper, confirmed alone from the birthday on.

const (
	youngPath    = "/inscription/moins-de-15-ans"
	majorityPath = "/compte/quinze-ans"
)

func (s *Server) minorRoutes() []route {
	return []route{
		{GET, youngPath, public, s.registerForm},
		{POST, youngPath, public, s.registerPerson},
		{GET, majorityPath, resident, s.majority},
		{POST, majorityPath, resident, s.comeOfAge},
		{GET, majorityPath + "/feuille", resident, s.ownSheet},
		{GET, "/admin/personnes/:id/feuille", operator, s.sheet},
		{POST, "/admin/personnes/:id/accord", operator, s.agree},
		{POST, "/admin/personnes/:id/charte", operator, s.acceptOnPaper},
	}
}

// months are the months to choose from.
func (s *speech) months() []choice {
	list := make([]choice, len(s.dates.months))
	for i, name := range s.dates.months {
		list[i] = choice{Value: strconv.Itoa(i + 1), Label: name}
	}
	return list
}

// birth reads a month of birth; none is the zero Birth.
func (f *form) birth() account.Birth {
	return account.Birth{Year: f.int("birth_year"), Month: f.int("birth_month")}
}

// majorityPage is what somebody under 15 knows about their account.
type majorityPage struct {
	formPage
	Person  account.Person
	Minor   account.Minority
	Charter []passage // on the sheet
	Edition string    // name of the version
	Commune string
}

// Month is the month of the 15th birthday, in words.
func (p *majorityPage) Month() string {
	at, err := time.Parse("2006-01", p.Minor.Fifteenth)
	if err != nil {
		return ""
	}
	return p.speech().monthYear(at.Add(12 * time.Hour))
}

func (r *request) majorityPage(id, title string, f *form) (p *majorityPage, minor bool, err error) {
	p = &majorityPage{formPage: r.formPage(title, f)}
	err = r.View(func(tx *store.Tx) (err error) {
		if p.Person, err = account.ByID(tx, id); err != nil {
			return err
		}
		if p.Minor, minor, err = account.MinorityOf(tx, id); err != nil {
			return err
		}
		c, err := account.CharterOf(tx)
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		p.Charter, p.Edition = passages(c.Body), c.Name()
		b, err := account.BoxOf(tx)
		p.Commune = b.Commune
		return err
	})
	return p, minor, err
}

// majority tells a child what the account waits for, and from the birthday on
// lets them confirm it.
func (s *Server) majority(r *request) error {
	p, minor, err := r.majorityPage(r.actor.ID, "minor.title", r.emptyForm())
	if err != nil {
		return err
	}
	if !minor {
		return r.Redirect(accountPath, "")
	}
	return r.Render("account/majority", p)
}

func (s *Server) comeOfAge(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = store.E(store.Invalid, "err.account.under_fifteen").At("fifteen")
	if f.has("fifteen") {
		err = r.Update(account.ComeOfAge)
	}
	if err != nil {
		p, minor, perr := r.majorityPage(r.actor.ID, "minor.title", f)
		if perr != nil {
			return perr
		}
		if !minor {
			return r.Redirect(accountPath, "")
		}
		return r.again(f, err, "account/majority", p)
	}
	return r.Redirect(accountPath, "minor.confirmed")
}

// ownSheet is the sheet a child takes home to sign.
func (s *Server) ownSheet(r *request) error { return s.showSheet(r, r.actor.ID) }

// sheet is what somebody signs at the desk: the charter, and for a child the
// agreement of a parent.
func (s *Server) sheet(r *request) error { return s.showSheet(r, r.Param("id")) }

func (s *Server) showSheet(r *request, id string) error {
	p, minor, err := r.majorityPage(id, "minor.sheet.charter", nil)
	if err != nil {
		return err
	}
	if minor {
		p.Title = r.T("minor.sheet.title")
	} else {
		p.Minor = account.Minority{}
	}
	return r.Render("account/sheet", p)
}

// agree notes that the operator saw the sheet a parent signed.
func (s *Server) agree(r *request) error {
	return r.atDesk(always, account.Agree, "minor.agreed")
}

// acceptOnPaper notes that the operator saw the charter signed.
func (s *Server) acceptOnPaper(r *request) error {
	return r.atDesk(never, account.AcceptOnPaper, "charter.paper.done")
}

// atDesk notes what a person signed before the operator's eyes.
func (r *request) atDesk(confirm func(account.Person) bool, do func(*store.Tx, string) error, done string) error {
	ok, err := r.onPerson(confirm, func(_ *form, p account.Person) error {
		return r.Update(func(tx *store.Tx) error { return do(tx, p.ID) })
	})
	if err != nil || !ok {
		return err
	}
	return r.Redirect(peoplePath+"/"+r.Param("id"), done)
}
