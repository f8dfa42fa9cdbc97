package ui

import (
	"encoding/json"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/invitation"
)

const invitationPath = "/invitation"

func (s *Server) invitationRoutes() []route {
	return []route{
		{GET, "/annuaire/:id/invitations", owner, s.invitations},
		{POST, "/annuaire/:id/invitations", owner, s.invite},
		{GET, "/annuaire/:id/invitations/bons", owner, s.invitationSlips},
		{POST, "/annuaire/:id/invitations/:invitation", owner, s.invitationChange},
		{GET, invitationPath, public, s.invitationEnter},
		{POST, invitationPath, public, s.invitationFind},
		{GET, "/invitation/:code", public, s.invitation},
		{POST, "/invitation/:code", public, s.invitationAnswer},
		{GET, "/admin/invitations", operator, s.unclaimedCards},
		{POST, "/admin/invitations", operator, s.printUnclaimed},
		{GET, "/admin/invitations/bons", operator, s.unclaimedSlips},
	}
}

// invitationsPage is what an element's administrators gave out, and the form
// for more.
type invitationsPage struct {
	page
	Element directory.Element
	Form    *form
	List    []invitationView
	Fresh   bool // slips can still be printed
}

// invitationView is an invitation with the names of who it is about.
type invitationView struct {
	directory.Invitation
	By, Used string
	Due      bool // a new code may be made
	Live     bool // it can be taken back
}

// State is where an invitation stands, in words.
func (p *invitationsPage) State(v invitationView) string {
	return p.T("invitation.state."+string(v.State), "day", p.NearDay(v.ExpiresAt), "name", v.Used)
}

func (r *request) invitationsPage(f *form) (*invitationsPage, error) {
	p := &invitationsPage{page: r.page("invitation.title"), Form: f}
	p.Section = "annuaire"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Element, err = directory.Get(tx, r.Param("id")); err != nil {
			return err
		}
		list, err := directory.Invitations(tx, p.Element.ID)
		for _, i := range list {
			v := invitationView{Invitation: i, Due: i.CanReprint(tx.Now)}
			v.Live = i.State.Live()
			if v.By, err = account.ShownName(tx, i.InvitedBy); err != nil {
				return err
			}
			if v.Used, err = account.ShownName(tx, i.UsedBy); err != nil {
				return err
			}
			p.List = append(p.List, v)
		}
		return err
	})
	p.Fresh = r.s.once.get(slipsKey(r, p.Element.ID)) != nil
	return p, err
}

func (s *Server) invitations(r *request) error {
	p, err := r.invitationsPage(r.emptyForm("days", "14", "copies", "1"))
	if err != nil {
		return err
	}
	return r.Render("member/invitations", p)
}

// invite makes invitations; their codes are shown on the page of slips, for
// ten minutes, and nowhere else.
func (s *Server) invite(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id := r.Param("id")
	i := directory.Invitation{
		ElementID: id, Label: f.text("label"), Note: f.text("note"), Admin: f.has("admin"), Days: f.int("days"),
	}
	copies := f.int("copies")
	var made []directory.Invitation
	var e directory.Element
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			if made, err = directory.Invite(tx, i, copies); err != nil {
				return err
			}
			e, err = directory.Get(tx, id)
			return err
		})
	}
	if err != nil || !f.ok() {
		p, perr := r.invitationsPage(f)
		switch {
		case perr != nil:
			return perr
		case err == nil:
			return r.RenderForm("member/invitations", p)
		}
		return r.again(f, err, "member/invitations", p)
	}
	r.keepSlips(id, slipsOf(e, made))
	return r.Redirect(elementHref(id)+"/invitations/bons", "")
}

// invitationChange makes a new code, or makes an invitation void.
func (s *Server) invitationChange(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, done := r.Param("id"), "invitation.revoked"
	var made directory.Invitation
	var e directory.Element
	err = r.Update(func(tx *store.Tx) error {
		if e, err = directory.Get(tx, id); err != nil {
			return err
		}
		if f.text("do") == "reprint" {
			made, err = directory.Reprint(tx, r.Param("invitation"))
			return err
		}
		return directory.Revoke(tx, r.Param("invitation"))
	})
	switch {
	case err != nil:
		p, perr := r.invitationsPage(f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "member/invitations", p)
	case made.Code != "":
		r.keepSlips(id, slipsOf(e, []directory.Invitation{made}))
		return r.Redirect(elementHref(id)+"/invitations/bons", "")
	}
	return r.Redirect(elementHref(id)+"/invitations", done)
}

// slipView is one invitation to be cut out.
type slipView struct {
	Name, Label, Note, Code string
	Admin                   bool
	Until                   time.Time
	QR                      qrCode `json:"-"`
}

func slipsOf(e directory.Element, made []directory.Invitation) []slipView {
	list := make([]slipView, len(made))
	for i, m := range made {
		list[i] = slipView{e.Name, m.Label, m.Note, m.Code, m.Admin, m.ExpiresAt, qrCode{}}
	}
	return list
}

func slipsKey(r *request, name string) string {
	return "slips/" + r.actor.ID + "/" + r.me.ID + "/" + name
}

// keepSlips puts slips where the page of slips finds them.
func (r *request) keepSlips(name string, slips []slipView) {
	values := make([]string, len(slips))
	for i, v := range slips {
		b, err := json.Marshal(v)
		if err != nil {
			continue // strings and a date: cannot fail
		}
		values[i] = string(b)
	}
	r.s.once.put(slipsKey(r, name), values...)
}

// slipsPage is a sheet of slips to print, several on one A4.
type slipsPage struct {
	page
	Slips   []slipView
	Back    string
	Box     string
	Address string
}

func (r *request) slipsPage(name, back, path string) (*slipsPage, error) {
	p := &slipsPage{page: r.page("invitation.slips.title"), Back: back}
	p.Section = "annuaire"
	p.Address = r.Scheme() + "://" + r.Request().Host + path
	for _, text := range r.s.once.get(slipsKey(r, name)) {
		var v slipView
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return nil, err
		}
		var err error
		if v.QR, err = newQR(p.Address + "/" + v.Code); err != nil {
			return nil, err
		}
		p.Slips = append(p.Slips, v)
	}
	return p, r.View(func(tx *store.Tx) error {
		b, err := account.BoxOf(tx)
		p.Box = b.Name
		if store.KindOf(err) == store.NotFound {
			err = nil
		}
		return err
	})
}

func (s *Server) invitationSlips(r *request) error {
	id := r.Param("id")
	err := r.View(func(tx *store.Tx) error {
		if _, err := directory.Get(tx, id); err != nil {
			return err
		}
		return directory.NeedAdmin(tx, id)
	})
	if err != nil {
		return err
	}
	p, err := r.slipsPage(id, elementHref(id)+"/invitations", invitationPath)
	if err != nil {
		return err
	}
	return r.Render("member/slips", p)
}

// invitationPage is where a code leads, with an account or without.
type invitationPage struct {
	page
	Form       *form
	Element    directory.Element
	Invitation directory.Invitation
	By         string
	Subject    subject
	Address    string // of this page
	Asked      bool   // for a new code, by this form or before
	Over       string // why the code is of no use; empty while it is
	Late       bool   // it has expired
}

// readInvitation finds what a code is for. Wrong ones are limited, so that
// nobody tries them all; right ones are not.
func (r *request) readInvitation(f *form) (*invitationPage, error) {
	r.Uncached()
	r.Response().Header().Set("Referrer-Policy", "no-referrer")
	p := &invitationPage{page: r.page("invitation.page.title"), Form: f}
	p.Section = "annuaire"
	err := r.s.desk.Guess(r.source(), func() error {
		return r.View(func(tx *store.Tx) (err error) {
			if p.Invitation, p.Element, err = directory.Look(tx, r.Param("code")); err != nil {
				return err
			}
			p.By, err = account.ShownName(tx, p.Invitation.InvitedBy)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	p.Subject, p.Address = r.subjectOfElement(p.Element.Kind), "/invitation/"+r.Param("code")
	p.Asked = !p.Invitation.AskedAt.IsZero()
	if p.Invitation.State != invitation.Pending {
		p.Over = r.T(p.Invitation.State.Why())
		p.Late = p.Invitation.State == invitation.Expired
	}
	return p, nil
}

// invitation shows what a code invites to.
func (s *Server) invitation(r *request) error {
	p, err := r.readInvitation(r.emptyForm())
	if store.KindOf(err) == store.NotFound {
		f := r.emptyForm("code", r.Param("code"))
		f.fault("code", "err.invitation.unknown")
		return r.RenderForm("member/enter", r.enterPage(f))
	}
	if err != nil {
		return err
	}
	return r.Render("member/invitation", p)
}

// invitationAnswer accepts, declines, or asks for a new code.
func (s *Server) invitationAnswer(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, err := r.readInvitation(f)
	if err != nil {
		return err
	}
	code := r.Param("code")
	switch f.text("do") {
	case "decline":
		if err = r.Update(func(tx *store.Tx) error { return directory.Decline(tx, code) }); err == nil {
			return r.Redirect("/", "invitation.declined")
		}
	case "again":
		err = r.Update(func(tx *store.Tx) error {
			_, _, err := directory.AskAgain(tx, code)
			return err
		})
		if err == nil {
			return r.Redirect(p.Address, "invitation.asked_again")
		}
	default:
		if r.actor.ID == "" {
			return r.Redirect(signInPath+"?vers="+p.Address, "")
		}
		err = r.Update(func(tx *store.Tx) error {
			_, err := directory.Join(tx, code)
			return err
		})
		if err == nil {
			return r.Redirect(elementHref(p.Element.ID)+"/membres", "invitation.accepted")
		}
	}
	if f.refuse(err) {
		return r.RenderForm("member/invitation", p)
	}
	return err
}

// enterPage is where a code is typed from paper.
type enterPage struct {
	page
	Form *form
}

func (r *request) enterPage(f *form) *enterPage {
	r.Uncached()
	return &enterPage{r.page("invitation.enter.title"), f}
}

func (s *Server) invitationEnter(r *request) error {
	return r.Render("member/enter", r.enterPage(r.emptyForm()))
}

func (s *Server) invitationFind(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	code := invitation.Tidy(f.text("code"))
	if code == "" {
		f.fault("code", "err.invitation.unknown")
		return r.RenderForm("member/enter", r.enterPage(f))
	}
	return r.Redirect("/invitation/"+code, "")
}
