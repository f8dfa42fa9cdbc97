package ui

import (
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/group"
	"copi.local/store/invitation"
)

// groupCodePath is where a code from paper is typed; the code follows it.
const groupCodePath = "/groupes/code"

func (s *Server) groupInvitationRoutes() []route {
	return []route{
		{GET, "/groupes/:id/invitations", owner, s.groupInvitations},
		{POST, "/groupes/:id/invitations", owner, s.groupInvite},
		{GET, "/groupes/:id/invitations/bons", owner, s.groupSlips},
		{POST, "/groupes/:id/invitations/:invitation", owner, s.groupRevoke},
		{GET, groupCodePath, public, s.groupCodeEnter},
		{POST, groupCodePath, public, s.groupCodeFind},
		{GET, "/groupes/code/:code", public, s.groupCode},
		{POST, "/groupes/code/:code", public, s.groupCodeAnswer},
		{GET, "/groupes/invitations/:invitation", owner, s.groupInvited},
		{POST, "/groupes/invitations/:invitation", owner, s.groupInvitedAnswer},
	}
}

// groupInvitationsPage is what a member gave out, all of them for a keeper, and
// the forms for more.
type groupInvitationsPage struct {
	page
	Group     group.Group
	Form      *form
	Canonical string
	Keeps     bool // may give a label, and reads who invited
	List      []group.Invitation
	Fresh     bool // slips can still be printed
}

// State is where an invitation stands, in words.
func (p *groupInvitationsPage) State(i group.Invitation) string {
	if i.State == invitation.Accepted {
		return p.T("group.invitation.accepted")
	}
	return p.T("invitation.state."+string(i.State), "day", p.NearDay(i.ExpiresAt))
}

// Live tells whether it can be taken back.
func (p *groupInvitationsPage) Live(i group.Invitation) bool {
	return i.State.Live()
}

func (r *request) groupInvitationsPage(f *form) (*groupInvitationsPage, error) {
	id := r.Param("id")
	p := &groupInvitationsPage{page: r.page("invitation.title"), Form: f, Canonical: groupHref(id)}
	p.Section = "groupes"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Group, err = group.Get(tx, id); err != nil {
			return err
		}
		role, err := group.RoleOf(tx, id)
		if err == nil && role == group.None {
			err = store.E(store.Forbidden, "err.forbidden")
		}
		if err != nil {
			return err
		}
		p.Keeps = role == group.Keeper
		p.List, err = group.Invitations(tx, id)
		return err
	})
	p.Fresh = err == nil && r.s.once.get(slipsKey(r, id)) != nil
	return p, err
}

func (s *Server) groupInvitations(r *request) error {
	p, err := r.groupInvitationsPage(r.emptyForm("days", "14", "copies", "1"))
	if err != nil {
		return err
	}
	return r.Render("group/invitations", p)
}

// groupInvite makes invitations: by codes, shown on the page of slips for ten
// minutes and nowhere else, or to somebody who has an account here.
func (s *Server) groupInvite(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id := r.Param("id")
	p, err := r.groupInvitationsPage(f)
	if err != nil {
		return err
	}
	i := group.Invitation{GroupID: id, Label: f.text("label"), Days: f.int("days")}
	if f.has("guest") {
		i.Days = group.UsualDays
		err = r.Update(func(tx *store.Tx) error {
			if i.Guest, err = guestNamed(tx, f.text("guest")); err != nil {
				return err
			}
			return group.InviteAccount(tx, i)
		})
		if err != nil {
			return r.again(f, err, "group/invitations", p)
		}
		return r.Redirect(p.Canonical+"/invitations", "group.invitation.sent")
	}
	i.Note = f.text("note")
	copies := f.int("copies")
	var made []group.Invitation
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			made, err = group.Invite(tx, i, copies)
			return err
		})
	}
	if err != nil || !f.ok() {
		if err == nil {
			return r.RenderForm("group/invitations", p)
		}
		return r.again(f, err, "group/invitations", p)
	}
	slips := make([]slipView, len(made))
	for k, m := range made {
		slips[k] = slipView{p.Group.Name, m.Label, m.Note, m.Code, false, m.ExpiresAt, qrCode{}}
	}
	r.keepSlips(id, slips)
	return r.Redirect(p.Canonical+"/invitations/bons", "")
}

// guestNamed is the account somebody typed: its name as it is shown, or its
// login.
func guestNamed(tx *store.Tx, typed string) (string, error) {
	list, err := account.Named(tx, typed)
	switch {
	case err != nil:
		return "", err
	case len(list) == 0:
		return "", store.E(store.Invalid, "err.group.guest_unknown").At("guest")
	case len(list) > 1:
		return "", store.E(store.Invalid, "err.group.guest_several", "name", list[0].Shown()).At("guest")
	}
	return list[0].ID, nil
}

// groupSlips is the sheet of slips to print.
func (s *Server) groupSlips(r *request) error {
	id := r.Param("id")
	if _, err := r.groupInvitationsPage(r.emptyForm()); err != nil {
		return err
	}
	p, err := r.slipsPage(id, groupHref(id)+"/invitations", groupCodePath)
	if err != nil {
		return err
	}
	p.Section = "groupes"
	return r.Render("member/slips", p)
}

// groupRevoke makes an invitation void.
func (s *Server) groupRevoke(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.groupInvitationsPage(f)
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return group.Revoke(tx, r.Param("invitation")) })
	if err != nil {
		return r.again(f, err, "group/invitations", p)
	}
	return r.Redirect(p.Canonical+"/invitations", "invitation.revoked")
}

// groupCodePage is where a code, or an invitation in the box, leads; without
// either, where a code is typed.
type groupCodePage struct {
	page
	Form       *form
	Group      group.Group
	Invitation group.Invitation
	By         string
	Tab        subject
	Address    string // of this page; empty where a code is typed
	Over       string // why it is of no use; empty while it is
	Late       bool   // a code that has expired
	Asked      bool   // for a new one
}

func (r *request) groupCodePage(f *form) *groupCodePage {
	r.Uncached()
	p := &groupCodePage{page: r.page("invitation.page.title"), Form: f, Tab: r.subjectOf("group")}
	p.Section = "groupes"
	return p
}

// describe writes an invitation in words.
func (p *groupCodePage) describe(tx *store.Tx) (err error) {
	p.By, err = account.ShownName(tx, p.Invitation.InvitedBy)
	p.Asked = !p.Invitation.AskedAt.IsZero()
	if state := p.Invitation.State; state != invitation.Pending {
		p.Over, p.Late = p.T(state.Why()), state == invitation.Expired && p.Invitation.Guest == ""
	}
	return err
}

// readGroupCode finds what a code is for. Wrong ones are limited, so that nobody
// tries them all; right ones are not.
func (r *request) readGroupCode(f *form) (*groupCodePage, error) {
	r.Response().Header().Set("Referrer-Policy", "no-referrer")
	p := r.groupCodePage(f)
	p.Address = groupCodePath + "/" + r.Param("code")
	return p, r.s.desk.Guess(r.source(), func() error {
		return r.View(func(tx *store.Tx) (err error) {
			if p.Invitation, p.Group, err = group.Look(tx, r.Param("code")); err != nil {
				return err
			}
			return p.describe(tx)
		})
	})
}

func (s *Server) groupCodeEnter(r *request) error {
	return r.Render("group/code", r.groupCodePage(r.emptyForm()))
}

func (s *Server) groupCodeFind(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	code := invitation.Tidy(f.text("code"))
	if code == "" {
		f.fault("code", "err.invitation.unknown")
		return r.RenderForm("group/code", r.groupCodePage(f))
	}
	return r.Redirect(groupCodePath+"/"+code, "")
}

// groupCode shows what a code invites to.
func (s *Server) groupCode(r *request) error {
	p, err := r.readGroupCode(r.emptyForm())
	if store.KindOf(err) == store.NotFound {
		f := r.emptyForm("code", r.Param("code"))
		f.fault("code", "err.invitation.unknown")
		return r.RenderForm("group/code", r.groupCodePage(f))
	}
	if err != nil {
		return err
	}
	return r.Render("group/code", p)
}

// groupCodeAnswer accepts, declines, or asks for a new code.
func (s *Server) groupCodeAnswer(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.readGroupCode(f)
	if err != nil {
		return err
	}
	code := r.Param("code")
	if do := f.text("do"); do != "decline" && do != "again" && r.actor.ID == "" {
		return r.Redirect(signInPath+"?vers="+p.Address, "")
	}
	return r.answerGroup(f, p, func(tx *store.Tx) error { return group.Decline(tx, code) }, func(tx *store.Tx) error {
		if f.text("do") == "again" {
			return group.AskAgain(tx, code)
		}
		_, err := group.Use(tx, code)
		return err
	})
}

// answerGroup runs the answer to an invitation, and shows it again on a fault.
func (r *request) answerGroup(f *form, p *groupCodePage, decline, accept func(*store.Tx) error) error {
	to, told, run := groupHref(p.Group.ID), "group.joined", accept
	switch f.text("do") {
	case "decline":
		to, told, run = "/groupes", "group.invitation.declined", decline
	case "again":
		to, told = p.Address, "invitation.asked_again"
	}
	err := r.Update(run)
	if err == nil {
		return r.Redirect(to, told)
	}
	return r.again(f, err, "group/code", p)
}

// readInvited is an invitation in the box, for the account it is for.
func (r *request) readInvited(f *form) (*groupCodePage, error) {
	p := r.groupCodePage(f)
	p.Address = "/groupes/invitations/" + r.Param("invitation")
	return p, r.View(func(tx *store.Tx) (err error) {
		if p.Invitation, p.Group, err = group.Guest(tx, r.Param("invitation")); err != nil {
			return err
		}
		return p.describe(tx)
	})
}

// groupInvited shows it.
func (s *Server) groupInvited(r *request) error {
	p, err := r.readInvited(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("group/code", p)
}

// groupInvitedAnswer accepts or declines it.
func (s *Server) groupInvitedAnswer(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.readInvited(f)
	if err != nil {
		return err
	}
	id := r.Param("invitation")
	return r.answerGroup(f, p, func(tx *store.Tx) error { return group.DeclineMine(tx, id) }, func(tx *store.Tx) error {
		_, err := group.Accept(tx, id)
		return err
	})
}
