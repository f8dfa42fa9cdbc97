package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/group"
)

// groupForm is the page of the form of a group.
func (r *request) groupForm(f *form) (*groupPage, error) {
	names, err := r.namesFor(f, group.RefOf(r.Param("id")))
	if err != nil {
		return nil, err
	}
	p := &groupPage{page: r.page("group.new.title"), Form: f, Names: names, Action: r.Request().URL.Path}
	if id := r.Param("id"); id != "" {
		p.Title, p.Canonical = r.T("group.edit.title"), groupHref(id)
	}
	p.Section = "groupes"
	return p, nil
}

// Themes, Readings, Sights and Joinings are the choices of the form.
func (p *groupPage) Themes() []choice { return choicesOf(p.speech(), "group.theme.", group.Themes) }

// Readings are who reads what is written.
func (p *groupPage) Readings() []choice { return choicesOf(p.speech(), "group.reads.", group.Readings) }

// Sights are who sees the members.
func (p *groupPage) Sights() []choice { return choicesOf(p.speech(), "group.seen.", group.Sights) }

// Joinings are the ways in.
func (p *groupPage) Joinings() []choice { return choicesOf(p.speech(), "group.joins.", group.Joinings) }

// Pauses are the waits between two messages.
func (p *groupPage) Pauses() []choice {
	list := make([]choice, len(group.Pauses))
	for i, m := range group.Pauses {
		list[i] = choice{Value: strconv.Itoa(m), Label: p.T("group.pause." + strconv.Itoa(m))}
	}
	return list
}

// choicesOf are the choices of some values, each with the sentence of its word.
func choicesOf[T ~string](s *speech, prefix string, values []T) []choice {
	list := make([]choice, len(values))
	for i, v := range values {
		list[i] = choice{Value: string(v), Label: s.T(prefix + string(v))}
	}
	return list
}

// groupOf reads a group as it was typed.
func groupOf(f *form) group.Group {
	return group.Group{
		Name: f.text("name"), Purpose: f.lines("purpose"), Theme: f.text("theme"), Reading: group.Circle(f.text("reading")),
		Seen: group.Circle(f.text("seen")), Joining: group.Joining(f.text("joining")), Pause: f.int("pause"),
	}
}

// groupNew is an empty form: the widest group, whose members see each other.
func (s *Server) groupNew(r *request) error {
	p, err := r.groupForm(r.emptyForm("reading", string(group.ToEverybody), "seen", string(group.ToMembers), "joining", string(group.Free), "pause", "0",
		"theme", r.QueryParam("theme"), "organisation", r.QueryParam("organisation")))
	if err != nil {
		return err
	}
	return r.Render("group/form", p)
}

// writeGroup stores a form, or shows it again with what is wrong; save answers
// where it leads.
func (r *request) writeGroup(f *form, save func(*store.Tx, *group.Group) error, told string) error {
	p, err := r.groupForm(f)
	if err != nil {
		return err
	}
	g := groupOf(f)
	g.ID = r.Param("id")
	f.chosenName(p.Names)
	if f.ok() {
		if err = r.Update(func(tx *store.Tx) error { return save(tx, &g) }); err == nil {
			return r.Redirect(groupHref(g.ID), told)
		}
		return r.again(f, err, "group/form", p)
	}
	return r.RenderForm("group/form", p)
}

// groupBegin adds a group.
func (s *Server) groupBegin(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	return r.writeGroup(f, func(tx *store.Tx, g *group.Group) error {
		return group.Begin(tx, g, f.text("organisation"))
	}, "group.begun")
}

// keptGroup is the group of the address, for who keeps it.
func (r *request) keptGroup() (g group.Group, err error) {
	return g, r.View(func(tx *store.Tx) error {
		g, err = group.Kept(tx, r.Param("id"))
		return err
	})
}

// groupEdit is the form of a group as it stands.
func (s *Server) groupEdit(r *request) error {
	g, err := r.keptGroup()
	if err != nil {
		return err
	}
	p, err := r.groupForm(r.emptyForm("name", g.Name, "purpose", g.Purpose, "theme", g.Theme, "reading", string(g.Reading),
		"seen", string(g.Seen), "joining", string(g.Joining), "pause", strconv.Itoa(g.Pause)))
	if err != nil {
		return err
	}
	return r.Render("group/form", p)
}

// groupChange stores a group as it was changed. Switches that frighten somebody
// are asked about once more, with what they mean (FO-4).
func (s *Server) groupChange(r *request) error {
	was, err := r.keptGroup()
	if err != nil {
		return err
	}
	f, err := r.form()
	if err != nil {
		return err
	}
	g := groupOf(f)
	if keys := g.Warnings(&was); g.Check() == nil && len(keys) > 0 && !f.has("sure") {
		p, err := r.groupForm(f)
		if err != nil {
			return err
		}
		for _, key := range keys {
			p.Warnings = append(p.Warnings, r.T(key))
		}
		return r.Render("group/switch", p)
	}
	return r.writeGroup(f, func(tx *store.Tx, g *group.Group) error {
		return group.Edit(tx, g, f.text("organisation"))
	}, "group.changed")
}

// Sent are the fields of the form, carried through the page that warns.
func (p *groupPage) Sent() []string {
	list := []string{"name", "purpose", "theme", "reading", "seen", "joining", "pause"}
	if len(p.Names) > 0 {
		list = append(list, "organisation")
	}
	return list
}
