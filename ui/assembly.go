package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/directory"
	"copi.local/store/group"
)

const assemblyPath = votePath + "/assemblees"

func (s *Server) assemblyRoutes() []route {
	return []route{
		{GET, assemblyPath, resident, s.assemblies},
		{GET, assemblyPath + "/nouvelle", owner, s.assemblyNew},
		{POST, assemblyPath + "/nouvelle", owner, s.assemblyPlan},
		{GET, assemblyPath + "/:id", owner, s.assembly},
		{POST, assemblyPath + "/:id", owner, s.assemblyDo},
		{GET, assemblyPath + "/:id/modifier", owner, s.assemblyEdit},
		{POST, assemblyPath + "/:id/modifier", owner, s.assemblyChange},
		{POST, assemblyPath + "/:id/etat", owner, s.assemblyMark},
		{GET, assemblyPath + "/:id/appel", owner, s.assemblyCall},
		{POST, assemblyPath + "/:id/appel", owner, s.assemblyCalled},
		{GET, assemblyPath + "/:id/convocation", owner, s.assemblyLetter},
		{GET, assemblyPath + "/:id/liste", owner, s.assemblySheet},
		{GET, assemblyPath + "/:id/proces-verbal", owner, s.assemblyMinutes},
		{GET, assemblyPath + "/:id/proces-verbal.pdf", owner, s.assemblyFile},
		{GET, assemblyPath + "/:id/suite", owner, s.assemblyAgain},
		{POST, assemblyPath + "/:id/suite", owner, s.assemblyRecall},
	}
}

// assemblyLine is a meeting in a list.
type assemblyLine struct{ Href, Title, When, State string }

// assembliesPage lists the meetings of the reader, and where they may plan one.
type assembliesPage struct {
	page
	Meetings []assemblyLine
	Plan     []door
}

// assemblies lists the meetings the reader is convened to or keeps.
func (s *Server) assemblies(r *request) error {
	p := &assembliesPage{page: r.page("assembly.title")}
	p.Section = "decisions"
	err := r.View(func(tx *store.Tx) error {
		list, err := assembly.Mine(tx)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		add := func(list []assembly.Assembly) {
			for i := range list {
				if !seen[list[i].ID] {
					seen[list[i].ID] = true
					p.Meetings = append(p.Meetings, r.assemblyLine(&list[i]))
				}
			}
		}
		add(list)
		groups, elements, err := keptBodies(tx)
		if err != nil {
			return err
		}
		for _, g := range groups {
			if !g.Closed() {
				p.Plan = append(p.Plan, door{assemblyPath + "/nouvelle?groupe=" + g.ID, "users", r.Typo(g.Name), ""})
			}
			if list, err = assembly.Of(tx, g.ID, ""); err != nil {
				return err
			}
			add(list)
		}
		for _, e := range elements {
			p.Plan = append(p.Plan, door{assemblyPath + "/nouvelle?organisation=" + e.ID, "contact", r.Typo(e.Name), ""})
			if list, err = assembly.Of(tx, "", e.ID); err != nil {
				return err
			}
			add(list)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.Render("assembly/list", p)
}

func (s *speech) assemblyLine(a *assembly.Assembly) assemblyLine {
	return assemblyLine{assemblyPath + "/" + a.ID, s.Typo(a.Title), s.WholeTime(a.StartsAt), s.T("assembly.state." + string(a.State))}
}

// keptBodies are the groups the actor keeps, and the organisations it
// administers.
func keptBodies(tx *store.Tx) (groups []group.Group, elements []directory.Element, err error) {
	mine, err := group.Mine(tx)
	if err != nil {
		return nil, nil, err
	}
	for i := range mine {
		role, err := group.RoleOf(tx, mine[i].ID)
		if err != nil {
			return nil, nil, err
		}
		if role == group.Keeper {
			groups = append(groups, mine[i])
		}
	}
	list, err := directory.Memberships(tx)
	for _, m := range list {
		if m.Admin && m.Element.Kind == directory.Org {
			elements = append(elements, m.Element)
		}
	}
	return groups, elements, err
}

// assemblyForm is the page of the form of a meeting.
func (r *request) assemblyForm(f *form) *assemblyPage {
	p := &assemblyPage{page: r.page("assembly.new.title"), Form: f, Href: assemblyPath}
	p.Section = "decisions"
	p.Action = r.Request().URL.RequestURI() // with the group or the organisation
	if id := r.Param("id"); id != "" {
		p.page = r.page("assembly.edit.title")
		p.Section, p.Href = "decisions", assemblyPath+"/"+id
	}
	return p
}

// assemblyTyped reads a meeting as it was typed, and its order of the day.
func assemblyTyped(f *form) (a assembly.Assembly, items []string) {
	at, _ := f.clock("starts_time")
	a = assembly.Assembly{
		Title: f.text("title"), Place: f.text("place"), Text: f.lines("text"),
		Starts: wallOf(f.date("starts"), at), Zone: f.zone.String(), Notice: f.int("notice"), Strict: f.has("strict"), Proxies: f.int("proxies"),
		Quorum: shareTyped(f, "quorum"), Again: shareTyped(f, "again"), AgainNotice: f.int("again_notice"),
	}
	for line := range strings.SplitSeq(f.lines("items"), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			items = append(items, line)
		}
	}
	return a, items
}

func shareTyped(f *form, name string) (s assembly.Share) {
	s.Num, s.Den, s.AtLeast = f.share(name)
	if s.Den == 0 {
		return assembly.Share{}
	}
	s.AtLeast = s.AtLeast || f.text(name) == "other"
	return s
}

// assemblyWritten writes a meeting into a form.
func (r *request) assemblyWritten(a *assembly.Assembly, items []assembly.Item) *form {
	titles := make([]string, len(items))
	for i := range items {
		titles[i] = items[i].Title
	}
	f := r.emptyForm("title", a.Title, "place", a.Place, "text", a.Text, "notice", strconv.Itoa(a.Notice), "proxies", strconv.Itoa(a.Proxies),
		"again_notice", strconv.Itoa(a.AgainNotice), "items", strings.Join(titles, "\n"))
	if !a.Starts.IsZero() {
		f.values.Set("starts", dayOf(a.Starts))
		f.values.Set("starts_time", hourOf(a.Starts))
	}
	if a.Strict {
		f.values.Set("strict", "1")
	}
	for name, s := range map[string]assembly.Share{"quorum": a.Quorum, "again": a.Again} {
		chosen := "none"
		if s.Den > 0 {
			chosen = shareName(s.Num, s.Den, s.AtLeast)
			f.values.Set(name+"_other", strconv.Itoa(s.Num)+"/"+strconv.Itoa(s.Den))
		}
		f.values.Set(name, chosen)
	}
	return f
}

// assemblyNew is the empty form, for who keeps the group or the organisation of
// the address.
func (s *Server) assemblyNew(r *request) error {
	a := assembly.Assembly{
		GroupID: r.QueryParam("groupe"), ElementID: r.QueryParam("organisation"), Title: r.T("assembly.form.title_usual"),
		Notice: assembly.UsualNotice, Proxies: assembly.UsualProxies, AgainNotice: assembly.UsualNotice,
	}
	if err := r.mayPlan(&a); err != nil {
		return err
	}
	return r.Render("assembly/form", r.assemblyForm(r.assemblyWritten(&a, nil)))
}

// mayPlan refuses who keeps neither the group nor the organisation of a meeting.
func (r *request) mayPlan(a *assembly.Assembly) error {
	return r.View(func(tx *store.Tx) error {
		may, err := assembly.MayPlan(tx, a.GroupID, a.ElementID)
		if err == nil && !may {
			err = store.E(store.Forbidden, "err.forbidden")
		}
		return err
	})
}

// assemblyPlan stores a draft.
func (s *Server) assemblyPlan(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	a, items := assemblyTyped(f)
	a.GroupID, a.ElementID = r.QueryParam("groupe"), r.QueryParam("organisation")
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error { return assembly.Plan(tx, &a, items) })
	} else {
		err = r.mayPlan(&a)
	}
	if f.refuse(err) || err == nil && !f.ok() {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("assembly/form", r.assemblyForm(f))
	} else if err != nil {
		return err
	}
	return r.Redirect(assemblyPath+"/"+a.ID, "assembly.planned")
}

// assemblyEdit is the form of a draft.
func (s *Server) assemblyEdit(r *request) error {
	var f *form
	err := r.View(func(tx *store.Tx) error {
		a, err := assembly.Kept(tx, r.Param("id"))
		if err != nil {
			return err
		}
		if a.State != assembly.Draft {
			return store.E(store.Conflict, "err.assembly.state")
		}
		items, err := a.Items(tx)
		if err != nil {
			return err
		}
		f = r.assemblyWritten(&a, items)
		shown, err := store.Shown(a.Words(items))
		f.values.Set("shown", shown)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("assembly/form", r.assemblyForm(f))
}

// assemblyChange stores a draft as it was changed.
func (s *Server) assemblyChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	a, items := assemblyTyped(f)
	a.ID = r.Param("id")
	err = r.Update(func(tx *store.Tx) error {
		if err := assembly.Edit(tx, &a, items, f.text("shown")); err != nil {
			return err
		}
		return faulty(f)
	})
	if f.refuse(err) {
		f.Faults = onePerField(f.Faults)
		return r.RenderForm("assembly/form", r.assemblyForm(f))
	} else if err != nil {
		return err
	}
	return r.Redirect(assemblyPath+"/"+a.ID, "assembly.changed")
}

// faulty fails when something is wrong with what was typed, so that nothing of
// it is stored. It says so at the first field that is, which has its sentence
// already: onePerField shows that one alone.
func faulty(f *form) error {
	if f.ok() {
		return nil
	}
	return store.E(store.Invalid, "err.vote.form").At(f.Faults[0].Field)
}

// assemblyAgain is the form of a second convocation.
func (s *Server) assemblyAgain(r *request) error {
	p, err := r.assemblyPage(r.emptyForm())
	if err != nil {
		return err
	}
	if !p.Keeps {
		return store.E(store.Forbidden, "err.forbidden")
	}
	p.Form.values.Set("place", p.Assembly.Place)
	p.Form.values.Set("starts_time", hourOf(p.Assembly.Starts))
	return r.Render("assembly/again", p)
}

// assemblyRecall drafts the second convocation.
func (s *Server) assemblyRecall(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	at, _ := f.clock("starts_time")
	a := assembly.Assembly{Starts: wallOf(f.date("starts"), at), Place: f.text("place")}
	err = r.Update(func(tx *store.Tx) error {
		if err := assembly.Recall(tx, r.Param("id"), &a); err != nil {
			return err
		}
		return faulty(f)
	})
	if f.refuse(err) {
		f.Faults = onePerField(f.Faults)
		p, err := r.assemblyPage(f)
		if err != nil {
			return err
		}
		return r.RenderForm("assembly/again", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(assemblyPath+"/"+a.ID, "assembly.recalled")
}

// groupAssemblies are the meetings of a group the reader may know of, on its
// page; its keepers plan one there.
func (r *request) groupAssemblies(tx *store.Tx, p *groupPage) (v groupSection, err error) {
	if r.isOff(votePath) || r.actor.ID == "" {
		return v, nil
	}
	list, err := assembly.Of(tx, p.Group.ID, "")
	for i := range list {
		v.Lines = append(v.Lines, r.assemblyLine(&list[i]))
	}
	plans := p.Keeps() && !p.Group.Closed()
	if err != nil || !plans && len(v.Lines) == 0 {
		return groupSection{}, err
	}
	v.Title, v.None = r.T("assembly.title"), r.T("assembly.none")
	if plans {
		v.Actions = []door{{assemblyPath + "/nouvelle?groupe=" + p.Group.ID, "calendar-plus", r.T("assembly.plan"), ""}}
	}
	return v, nil
}

// conveneSoon is how long before the last day a draft is urgent, in days.
const conveneSoon = 3

// assemblyDuty are the meetings the person has to convene, with the last day the
// statutes leave for it.
func assemblyDuty(r *request, tx *store.Tx) ([]task, error) {
	drafts, err := assembly.Drafts(tx)
	var list []task
	for i := range drafts {
		a := &drafts[i]
		last := a.LastDay()
		key, late := "todo.convene", false
		if lacks, _ := a.Lacks(r.now); !a.StartsAt.After(r.now) {
			key, late = "todo.convene_past", true
		} else if lacks > 0 {
			key, late = "todo.convene_late", true
		}
		soon, _ := a.Lacks(r.now.AddDate(0, 0, conveneSoon))
		list = append(list, task{
			Text: r.T(key, "day", r.wholeDay(last), "title", r.Typo(a.Title)), Action: r.T("todo.convene_go"), Href: assemblyPath + "/" + a.ID,
			Urgent: late || soon > 0,
		})
	}
	return list, err
}
