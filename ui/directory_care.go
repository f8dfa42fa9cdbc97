package ui

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// elementVerify says that an element is right as it stands: one tap.
func (s *Server) elementVerify(r *request) error {
	id := r.Param("id")
	err := r.Update(func(tx *store.Tx) error {
		if err := directory.Verify(tx, id); err != nil {
			return err
		}
		return settleReminders(tx, id)
	})
	if err != nil {
		return err
	}
	return r.Redirect("/annuaire/"+id, "directory.is_verified")
}

// settleReminders reads, for everybody who answers for an element, the reminder
// that somebody has followed.
func settleReminders(tx *store.Tx, id string) error {
	e, err := directory.Get(tx, id)
	if err != nil {
		return err
	}
	keepers, err := e.Keepers(tx)
	if err != nil {
		return err
	}
	for _, account := range keepers {
		if err := notify.Settle(tx, account, e.Ref(), directory.Reminder); err != nil {
			return err
		}
	}
	return nil
}

// archivePage lists what has left the lists.
type archivePage struct {
	page
	Lines []archiveLine
}

type archiveLine struct{ Href, Name, When string }

// directoryArchive lists them: their addresses stay, and one tap brings them
// back.
func (s *Server) directoryArchive(r *request) error {
	p := &archivePage{page: r.page("directory.archive.title")}
	p.Section = "annuaire"
	err := r.View(func(tx *store.Tx) error {
		list, err := directory.ArchivedOnes(tx)
		for _, e := range list {
			p.Lines = append(p.Lines, archiveLine{thingHref(e.Ref()), r.Typo(e.Name), r.T("directory.verified", "day", r.Day(e.VerifiedAt))})
		}
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("directory/archive", p)
}

// tourPage is the list for somebody with a telephone and an afternoon: what to
// check, by commune, to tick off on paper.
type tourPage struct {
	page
	Total    int
	Communes []tourCommune
}

type tourCommune struct {
	Name  string
	Lines []tourLine
}

type tourLine struct {
	Href, ID, Name, Phone, Street, Seen, Address string
}

func (s *Server) directoryTour(r *request) error {
	p := &tourPage{page: r.page("directory.tour.title")}
	p.Section = "annuaire"
	err := r.View(func(tx *store.Tx) error {
		list, total, err := directory.Tour(tx)
		if err != nil {
			return err
		}
		p.Total = total
		return r.tourLines(tx, p, list)
	})
	if err != nil {
		return err
	}
	return r.Render("directory/tour", p)
}

// tourLines puts elements under their communes, the village's own first.
func (r *request) tourLines(tx *store.Tx, p *tourPage, list []directory.Element) error {
	home, err := listing.HomeOf(tx)
	if err != nil {
		return err
	}
	codes := make([]string, len(list))
	for i, e := range list {
		codes[i] = e.Commune
	}
	areas, err := listing.Areas(tx, codes)
	if err != nil {
		return err
	}
	at := map[string]int{}
	p.Communes = []tourCommune{{Name: home.Name}}
	at[""], at[home.Commune] = 0, 0
	for _, e := range list {
		n, known := at[e.Commune]
		if !known {
			n = len(p.Communes)
			name := areas[e.Commune].Name
			if name == "" {
				name = e.Commune
			}
			p.Communes, at[e.Commune] = append(p.Communes, tourCommune{Name: name}), n
		}
		line := tourLine{
			Href: thingHref(e.Ref()), ID: e.ID, Name: r.Typo(e.Name), Phone: e.Phone, Street: r.Typo(e.Street), Seen: r.ShortDay(e.VerifiedAt),
		}
		if c, err := listing.ByRef(tx, e.Ref()); err == nil && c.Code != "" {
			line.Address = "/" + c.Code
		}
		p.Communes[n].Lines = append(p.Communes[n].Lines, line)
	}
	if len(p.Communes[0].Lines) == 0 {
		p.Communes = p.Communes[1:]
	}
	return nil
}

// freshnessPage sets when elements are to be looked at again.
type freshnessPage struct {
	page
	Form    *form
	Example string
}

// freshness shows the rule and what it makes of an entry verified today.
func (s *Server) freshness(r *request) error {
	p := &freshnessPage{page: r.page("directory.rule.title")}
	err := r.View(func(tx *store.Tx) error {
		rule, err := directory.RuleOf(tx)
		p.Form = r.emptyForm("months", r.plainNumber(float64(rule.Months)), "reminders", r.plainNumber(float64(rule.Reminders)),
			"days", r.plainNumber(float64(rule.Days)), "archive_months", r.plainNumber(float64(rule.ArchiveMonths)))
		first := rule.Greys(r.now)
		if due := rule.Due(r.now); len(due) > 0 {
			first = due[0]
		}
		p.Example = r.T("directory.rule.example", "first", r.Day(first), "grey", r.Day(rule.Greys(r.now)), "gone", r.Day(rule.Archives(r.now)))
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("directory/rule", p)
}

// freshnessSet changes the rule.
func (s *Server) freshnessSet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	rule := directory.Rule{Months: f.int("months"), Reminders: f.int("reminders"), Days: f.int("days"), ArchiveMonths: f.int("archive_months")}
	if f.ok() {
		err = r.enact(f, account.ActRulesDirectory, func(tx *store.Tx) error { return directory.SetRule(tx, rule) })
	}
	if f.refuse(err) || !f.ok() {
		return r.RenderForm("directory/rule", &freshnessPage{page: r.page("directory.rule.title"), Form: f})
	}
	if err != nil {
		return err
	}
	return r.Redirect("/admin/annuaire", "directory.rule.set")
}
