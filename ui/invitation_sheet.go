package ui

import (
	"net/url"

	"copi.local/store"
	"copi.local/store/directory"
)

// unclaimedPage is the operator's list of cards nobody answers for, to print a
// slip for each association (SEEDS 114).
type unclaimedPage struct {
	page
	Form  *form
	Cards []choice
	Pager pagerView
	Fresh bool // slips can still be printed
}

const adminInvitations = "/admin/invitations"

// unclaimedPage lists a sheet's worth of cards after the one in the address.
// None whose slip is less than a day old is ticked beforehand.
func (r *request) unclaimedPage(f *form) (*unclaimedPage, error) {
	p := &unclaimedPage{page: r.page("invitation.unclaimed.title"), Form: f}
	after := r.QueryParam("apres")
	err := r.View(func(tx *store.Tx) error {
		list, err := directory.UnclaimedAfter(tx, after, directory.MaxCopies+1)
		if len(list) > directory.MaxCopies {
			list = list[:directory.MaxCopies]
			p.Pager.After = adminInvitations + "?apres=" + url.QueryEscape(list[len(list)-1].Element.ID)
			p.Pager.AfterWord = r.T("invitation.unclaimed.next")
		}
		for _, u := range list {
			c := choice{Value: u.Element.ID, Label: r.Typo(u.Element.Name), Help: u.Element.Street}
			if !u.Printed.IsZero() {
				c.Help = r.T("invitation.unclaimed.printed", "day", r.NearDay(u.Printed))
			}
			p.Cards = append(p.Cards, c)
			if r.Request().Method == GET && u.Due(r.now) {
				f.values.Add("card", u.Element.ID)
			}
		}
		return err
	})
	if after != "" {
		p.Pager.Before, p.Pager.BeforeWord = adminInvitations, r.T("listing.first_page")
	}
	p.Fresh = r.s.once.get(slipsKey(r, "")) != nil
	return p, err
}

func (s *Server) unclaimedCards(r *request) error {
	p, err := r.unclaimedPage(r.emptyForm("days", "14"))
	if err != nil {
		return err
	}
	return r.Render("member/unclaimed", p)
}

func (s *Server) printUnclaimed(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	days := f.int("days")
	var slips []directory.Slip
	if f.ok() {
		err = r.Update(func(tx *store.Tx) error {
			slips, err = directory.PrintSlips(tx, f.values["card"], days)
			return err
		})
	}
	if err == nil && f.ok() && len(slips) == 0 {
		f.fault("card", "err.invitation.none_due")
	}
	if err != nil || !f.ok() {
		p, perr := r.unclaimedPage(f)
		switch {
		case perr != nil:
			return perr
		case err == nil:
			return r.RenderForm("member/unclaimed", p)
		}
		return r.again(f, err, "member/unclaimed", p)
	}
	var views []slipView
	for _, v := range slips {
		views = append(views, slipsOf(v.Element, []directory.Invitation{v.Invitation})...)
	}
	r.keepSlips("", views)
	return r.Redirect(adminInvitations+"/bons", "")
}

func (s *Server) unclaimedSlips(r *request) error {
	p, err := r.slipsPage("", adminInvitations, invitationPath)
	if err != nil {
		return err
	}
	return r.Render("member/slips", p)
}
