package ui

import (
	"copi.local/store"
	"copi.local/store/directory"
)

func (s *Server) claimRoutes() []route {
	return []route{
		{GET, "/annuaire/:id/reprendre", resident, s.claimForm},
		{POST, "/annuaire/:id/reprendre", resident, s.claim},
		{GET, "/moderation/reprise/:id", moderator, s.claimed},
		{POST, "/moderation/reprise/:id", moderator, s.claimDecide},
	}
}

// ClaimState is how far a claim is, in words.
func (s *localizer) ClaimState(c directory.ClaimState) string { return s.T("claim.state." + string(c)) }

// claimPage lets somebody answer for an element that nobody answers for.
type claimPage struct {
	page
	Element directory.Element
	Roster  rosterView
	Form    *form
	Mine    *directory.Claim // the reader's own
	Others  int              // claims of others that wait
}

func (r *request) claimPage(f *form) (*claimPage, error) {
	p := &claimPage{page: r.page("claim.title"), Form: f}
	p.Section = "annuaire"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Element, err = directory.Get(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Element.Kind == directory.Person {
			return store.E(store.NotFound, "err.not_found")
		}
		if p.Roster, err = r.rosterOf(tx, &p.Element); err != nil {
			return err
		}
		p.Mine, p.Others, err = directory.ClaimsOn(tx, p.Element.ID)
		return err
	})
	return p, err
}

// Answered tells whether somebody answers for the element.
func (p *claimPage) Answered() bool { return p.Roster.Admins > 0 }

func (s *Server) claimForm(r *request) error {
	p, err := r.claimPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("member/claim", p)
}

// claim takes an orphan over for one of its members, files a claim for
// anybody else, or takes it back.
func (s *Server) claim(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	id, done, to := r.Param("id"), "claim.filed", "/reprendre"
	err = r.Update(func(tx *store.Tx) error {
		switch f.text("do") {
		case "take_over":
			done, to = "claim.taken_over", "/gerer"
			return directory.TakeOver(tx, id)
		case "withdraw":
			done = "claim.withdrawn"
			return directory.Withdraw(tx, id)
		default:
			others, err := directory.File(tx, id, f.lines("reason"))
			if others > 0 {
				done = "claim.filed_after"
			}
			return err
		}
	})
	if err == nil {
		return r.Redirect(elementHref(id)+to, done)
	}
	p, perr := r.claimPage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "member/claim", p)
}

// claimedPage is a claim, for the moderator who decides.
type claimedPage struct {
	page
	Claim directory.Claim
	Form  *form
	Open  bool
}

func (r *request) claimedPage(f *form) (*claimedPage, error) {
	p := &claimedPage{page: r.page("claim.decide.title"), Form: f}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Claim, err = directory.ClaimByID(tx, r.Param("id"))
		return err
	})
	p.Open = p.Claim.State == directory.ClaimWaiting
	return p, err
}

func (s *Server) claimed(r *request) error {
	p, err := r.claimedPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("member/claimed", p)
}

// claimDecide accepts a claim, or refuses it with words the claimant reads.
func (s *Server) claimDecide(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	done := "claim.accepted"
	err = r.Update(func(tx *store.Tx) error {
		if f.text("do") == "accept" {
			_, err := directory.AcceptClaim(tx, r.Param("id"))
			return err
		}
		done = "claim.refused"
		_, err := directory.RefuseClaim(tx, r.Param("id"), f.lines("answer"))
		return err
	})
	if err == nil {
		return r.Redirect("/moderation", done)
	}
	p, perr := r.claimedPage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "member/claimed", p)
}
