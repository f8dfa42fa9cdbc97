package ui

import (
	"strconv"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/agenda"
	"copi.local/store/assembly"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/invitation"
	"copi.local/store/vote"
)

func (s *Server) groupManageRoutes() []route {
	return []route{
		{GET, "/groupes/:id/gerer", owner, s.groupManage},
		{POST, "/groupes/:id/gerer", owner, s.groupMember},
		{POST, "/groupes/:id/etat", owner, s.groupMark},
		{GET, "/groupes/:id/journal", owner, s.groupActs},
	}
}

// groupActsShown is how many lines of what was done one page has.
const groupActsShown = 50

// groupManagePage is a keeper's page of a group, or the journal of what was done
// in it.
type groupManagePage struct {
	page
	Group     group.Group
	Roster    group.Roster
	Form      *form
	Canonical string
	Bans      []group.Ban
	Pending   int // invitations that wait
	Removable bool
	Lines     []group.Act
	Older     int64
}

// Self tells whether a member is the reader.
func (p *groupManagePage) Self(m group.Member) bool { return m.Account == p.Me.Actor.ID }

// Labelled is the form of a member's label.
func (p *groupManagePage) Labelled(m group.Member) field {
	return p.own(m, p.Form.Text("label", "group.label").Optional().Max(group.MaxLabel).On(m.Account), m.Label)
}

// Ranked is the form of a member's role.
func (p *groupManagePage) Ranked(m group.Member) field {
	roles := []choice{
		{Value: "1", Label: p.T("group.role.member")}, {Value: "2", Label: p.T("group.role.moderates")}, {Value: "3", Label: p.T("group.role.keeps")},
	}
	return p.own(m, p.Form.Select("role", "group.role"), strconv.Itoa(int(m.Role))).Of(roles).On(m.Account)
}

// Reasoned is why somebody is put out.
func (p *groupManagePage) Reasoned(m group.Member) field {
	return p.own(m, p.Form.Text("reason", "group.exclude.reason").Optional().Max(group.MaxReason).On(m.Account), "")
}

// Worded is what is said to somebody who is not taken in.
func (p *groupManagePage) Worded(m group.Member) field {
	return p.own(m, p.Form.Text("word", "group.refuse.word").Optional().Max(group.MaxReason).On(m.Account), "")
}

// own is a field with what is stored, unless the form that comes back is of this
// member.
func (p *groupManagePage) own(m group.Member, fd field, stored string) field {
	if p.Form.text("account") != m.Account {
		fd.Value, fd.Fault = stored, ""
	}
	return fd
}

// Say is a line of the journal in words.
func (p *groupManagePage) Say(a group.Act) string {
	by, about := a.By, a.About
	if by == "" {
		by = p.T("member.gone")
	}
	if about == "" {
		about = p.T("member.gone")
	}
	return p.T("group.act."+a.Act, "by", by, "about", about)
}

func (r *request) groupManagePage(f *form) (*groupManagePage, error) {
	p := &groupManagePage{page: r.page("group.manage.title"), Form: f, Canonical: groupHref(r.Param("id"))}
	p.Section = "groupes"
	return p, r.View(func(tx *store.Tx) (err error) {
		id := r.Param("id")
		if p.Group, err = group.Kept(tx, id); err != nil {
			return err
		}
		if p.Roster, err = group.Members(tx, id); err != nil {
			return err
		}
		if p.Bans, err = group.Bans(tx, id); err != nil {
			return err
		}
		list, err := group.Invitations(tx, id)
		for _, i := range list {
			if i.State == invitation.Pending {
				p.Pending++
			}
		}
		if err != nil {
			return err
		}
		p.Removable, err = p.Group.Removable(tx)
		return err
	})
}

// groupManage is the keeper's page.
func (s *Server) groupManage(r *request) error {
	p, err := r.groupManagePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("group/manage", p)
}

// groupMember is what a keeper does about one person.
func (s *Server) groupMember(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, who := r.Param("id"), f.text("account")
	do := f.text("do")
	verbs := map[string]func(*store.Tx) error{
		"admit":   func(tx *store.Tx) error { return group.Answer(tx, id, who, true, "") },
		"refuse":  func(tx *store.Tx) error { return group.Answer(tx, id, who, false, f.text("word")) },
		"label":   func(tx *store.Tx) error { return group.Label(tx, id, who, f.text("label")) },
		"role":    func(tx *store.Tx) error { return group.SetRole(tx, id, who, roleTyped(f.text("role"))) },
		"exclude": func(tx *store.Tx) error { return group.Exclude(tx, id, who, f.text("reason")) },
		"forgive": func(tx *store.Tx) error { return group.Forgive(tx, id, who) },
	}
	if verbs[do] == nil {
		return errBadText
	}
	err = r.Update(func(tx *store.Tx) error {
		if _, err := group.Kept(tx, id); err != nil {
			return err
		}
		return verbs[do](tx)
	})
	if err == nil {
		to := groupHref(id) + "/gerer"
		if do == "role" && who == r.actor.ID {
			to = groupHref(id) // may be no keeper any more
		}
		return r.Redirect(to, "group.done."+do)
	}
	p, perr := r.groupManagePage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "group/manage", p)
}

// roleTyped is a role from a form; None for what is none.
func roleTyped(s string) group.Role {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > int(group.Keeper) {
		return group.None
	}
	return group.Role(n)
}

// groupMark closes, opens or removes a group.
func (s *Server) groupMark(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, to := r.Param("id"), groupHref(r.Param("id"))
	verb := map[string]func(*store.Tx, string) error{
		"close": group.Close, "open": group.Open,
		"remove": func(tx *store.Tx, id string) error { return group.Remove(tx, id, forgetGroup) },
	}[f.text("do")]
	if verb == nil {
		return errBadText
	}
	if f.text("do") == "remove" {
		to = "/groupes"
	}
	err = r.Update(func(tx *store.Tx) error { return verb(tx, id) })
	if err == nil {
		return r.Redirect(to, "group.mark."+f.text("do"))
	}
	p, perr := r.groupManagePage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "group/manage", p)
}

// forgetGroup takes away what other modules keep in a group that goes: a module
// that keeps something in groups adds its line.
func forgetGroup(tx *store.Tx, id string) error {
	for _, forget := range []func(*store.Tx, string) error{agenda.Ungroup, ads.Ungroup, discussion.DropGroup, assembly.DropGroup, vote.DropGroup} {
		if err := forget(tx, id); err != nil {
			return err
		}
	}
	return nil
}

// groupActs is who did what in a group, for its keepers and moderators.
func (s *Server) groupActs(r *request) error {
	f := r.queryForm()
	before := int64(f.int("avant"))
	if !f.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("avant")}
	}
	p := &groupManagePage{page: r.page("group.acts.title"), Canonical: groupHref(r.Param("id"))}
	p.Section = "groupes"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Group, err = group.Get(tx, r.Param("id")); err != nil {
			return err
		}
		p.Lines, err = group.Acts(tx, p.Group.ID, before, groupActsShown+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(p.Lines) > groupActsShown {
		p.Lines = p.Lines[:groupActsShown]
		p.Older = p.Lines[groupActsShown-1].N
	}
	return r.Render("group/acts", p)
}
