package ui

import (
	"errors"
	"net/http"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/mutualaid"
)

const isolatedPath = "/entraide/veille"

// isolatedRoutes are the pages of the list of isolated persons (EN-7). Right
// caretaker: the two referents, and operators, who add people and never read
// the list.
func (s *Server) isolatedRoutes() []route {
	return []route{
		{GET, isolatedPath, caretaker, s.isolated},
		{GET, isolatedPath + "/ajouter", operator, s.isolatedNew},
		{POST, isolatedPath + "/ajouter", operator, s.isolatedAdd},
		{POST, isolatedPath + "/referents", operator, s.isolatedName},
		{POST, isolatedPath + "/phrase", owner, s.isolatedPhrase},
		{POST, isolatedPath + "/imprimer", owner, s.isolatedPrint},
		{POST, isolatedPath + "/:id", caretaker, s.isolatedKeep},
	}
}

// isolatedPage is the list as the box knows it: numbers and days. Only the page
// that is printed has names, and it is kept nowhere.
type isolatedPage struct {
	page
	Form      *form
	Referents []referentView
	Mine      *referentView // the reader's own seat
	Free      []choice      // seats to name somebody for
	Ready     bool          // people can be added
	Entries   []entryView
	Opened    []mutualaid.Opened // of the page that is printed
	Missing   int                // what the reader cannot open
}

// referentView is a referent in words.
type referentView struct {
	Seat  int
	Name  string
	Ready bool
}

// entryView is an entry in words.
type entryView struct {
	ID, Number, Consent, Until, Gone string
	Due, Lost                        bool
}

// isolatedPage reads what stands on the page.
func (r *request) isolatedPage(key string, f *form) (*isolatedPage, error) {
	r.Uncached()
	p := &isolatedPage{page: r.page(key), Form: f}
	p.Section = "entraide"
	err := r.View(func(tx *store.Tx) error {
		list, err := mutualaid.Referents(tx)
		if err != nil {
			return err
		}
		ready := 0
		for _, one := range list {
			v := referentView{one.Seat, one.Name, one.Ready}
			if one.Ready {
				ready++
			}
			if one.Account == r.actor.ID {
				p.Mine = &v
			}
			p.Referents = append(p.Referents, v)
		}
		p.Ready = ready == 2
		entries, err := mutualaid.Entries(tx)
		for i := range entries {
			p.Entries = append(p.Entries, r.entryView(&entries[i]))
		}
		return err
	})
	for _, seat := range []string{"1", "2"} {
		p.Free = append(p.Free, choice{Value: seat, Label: r.T("isolated.seat_" + seat)})
	}
	return p, err
}

func (r *request) entryView(e *mutualaid.Entry) entryView {
	return entryView{
		ID: e.ID, Number: e.Number, Consent: r.wholeDay(e.Consent), Until: r.wholeDay(e.Until), Gone: r.wholeDay(e.Gone()),
		Due: e.Due(r.now), Lost: e.Lost,
	}
}

// isolated shows the numbers and days, and what the reader may do.
func (s *Server) isolated(r *request) error {
	p, err := r.isolatedPage("isolated.title", r.emptyForm("seat", "1"))
	if err != nil {
		return err
	}
	return r.Render("isolated/list", p)
}

// isolatedFaults is the page again, with what is wrong.
func (r *request) isolatedFaults(f *form, err error) error {
	p, readErr := r.isolatedPage("isolated.title", f)
	switch {
	case readErr != nil:
		return readErr
	case store.KindOf(err) == store.Busy:
		return r.busyForm(f, err, "isolated/list", p)
	}
	return r.RenderForm("isolated/list", p)
}

func (s *Server) isolatedNew(r *request) error {
	p, err := r.isolatedPage("isolated.new", r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("isolated/form", p)
}

// isolatedAdd seals what was typed. A form with a fault goes back as it was
// typed, and is stored nowhere.
func (s *Server) isolatedAdd(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	if !f.has("consent") {
		f.fault("consent", "err.isolated.consent")
	}
	var e mutualaid.Entry
	if f.ok() {
		err = r.Update(func(tx *store.Tx) (err error) {
			e, err = mutualaid.AddIsolated(tx, mutualaid.Isolated{
				Name: f.text("name"), Address: f.text("address"), Phone: f.text("phone"), Trusted: f.text("trusted"), Needs: f.lines("needs"),
			})
			return err
		})
	}
	if f.refuse(err) || !f.ok() {
		p, err := r.isolatedPage("isolated.new", f)
		if err != nil {
			return err
		}
		return r.RenderForm("isolated/form", p)
	}
	if err != nil {
		return err
	}
	return r.Redirect(isolatedPath, "isolated.added", "number", e.Number)
}

// isolatedName names a referent by the name they sign in with.
func (s *Server) isolatedName(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error {
		who, err := account.ByLogin(tx, f.text("login"))
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		return mutualaid.NameReferent(tx, f.int("seat"), who.ID)
	})
	if f.refuse(err) {
		return r.isolatedFaults(f, err)
	}
	if err != nil {
		return err
	}
	return r.Redirect(isolatedPath, "isolated.named")
}

// formOfReferent is the form, and the private key as it is kept; empty before
// they chose a phrase.
func (r *request) formOfReferent() (f *form, closed string, err error) {
	if f, err = r.form(); err != nil {
		return nil, "", err
	}
	err = r.View(func(tx *store.Tx) (err error) { closed, err = mutualaid.MyKeys(tx); return err })
	return f, closed, err
}

// isolatedPhrase lets a referent choose a phrase, change it, or begin anew when
// they forgot it.
func (s *Server) isolatedPhrase(r *request) error {
	f, closed, err := r.formOfReferent()
	if err != nil {
		return err
	}
	phrase := f.values.Get("new")
	if bad, ok := errors.AsType[*store.Error](account.CheckPhrase(phrase, r.me.Login)); ok {
		f.fault("new", bad.Key, bad.Args...)
	} else if phrase != f.values.Get("again") {
		f.fault("again", "err.isolated.again")
	}
	if f.ok() {
		if closed == "" || f.has("forgotten") {
			err = r.newKeys(phrase)
		} else {
			err = r.rephrase(closed, f.values.Get("old"), phrase)
		}
	}
	if f.refuse(err) || !f.ok() || store.KindOf(err) == store.Busy {
		return r.isolatedFaults(f, err)
	}
	if err != nil {
		return err
	}
	return r.Redirect(isolatedPath, "isolated.phrase_set")
}

// newKeys gives the referent new keys, closed with a phrase.
func (r *request) newKeys(phrase string) error {
	keys, err := mutualaid.NewKeys(r.context(), r.s.desk, phrase)
	if err != nil {
		return err
	}
	return r.Update(func(tx *store.Tx) error { return mutualaid.SetKeys(tx, keys) })
}

// rephrase closes the keys the referent has with another phrase.
func (r *request) rephrase(closed, was, phrase string) error {
	private, err := r.s.desk.Reopen(r.context(), r.actor.ID, r.source(), closed, was)
	if bad, ok := errors.AsType[*store.Error](err); ok && bad.Field == "phrase" {
		return bad.At("old")
	}
	if err != nil {
		return err
	}
	fresh, err := r.s.desk.Close(r.context(), phrase, private)
	if err != nil {
		return err
	}
	return r.Update(func(tx *store.Tx) error { return mutualaid.Rephrase(tx, closed, fresh) })
}

// isolatedPrint opens the list and shows it, to be printed. The answer is kept
// by nobody, the log is written before it leaves.
func (s *Server) isolatedPrint(r *request) error {
	f, closed, err := r.formOfReferent()
	if err != nil {
		return err
	}
	if closed == "" {
		f.fault("new", "err.isolated.no_phrase")
		return r.isolatedFaults(f, nil)
	}
	private, err := s.desk.Reopen(r.context(), r.actor.ID, r.source(), closed, f.values.Get("phrase"))
	if f.refuse(err) || store.KindOf(err) == store.Busy {
		return r.isolatedFaults(f, err)
	}
	if err != nil {
		return err
	}
	p, err := r.isolatedPage("isolated.print_title", f)
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) (err error) {
		p.Opened, p.Missing, err = mutualaid.OpenList(tx, private)
		return err
	})
	if err != nil {
		return err
	}
	r.Response().Header().Set("Cache-Control", "no-store")
	return r.RenderStatus(http.StatusOK, "isolated/print", p)
}

// isolatedKeep renews a consent, or takes a person off the list.
func (s *Server) isolatedKeep(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	told := "isolated.renewed"
	err = r.Update(func(tx *store.Tx) error {
		if f.text("do") == "remove" {
			told = "isolated.removed"
			return mutualaid.RemoveIsolated(tx, r.Param("id"))
		}
		return mutualaid.RenewIsolated(tx, r.Param("id"))
	})
	if err != nil {
		return err
	}
	return r.Redirect(isolatedPath, told)
}

// isolatedTitle is the list of isolated persons as a notice names it; href is
// empty for any other thing.
func (r *request) isolatedTitle(about store.Ref) (title, href string) {
	if about != mutualaid.WatchRef {
		return "", ""
	}
	return r.T("isolated.title"), isolatedPath
}
