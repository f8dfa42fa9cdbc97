package ui

import (
	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/invitation"
	"copi.local/store/listing"
)

func (s *Server) memberRoutes() []route {
	return []route{
		{GET, "/annuaire/:id/membres", public, s.members},
		{POST, "/annuaire/:id/membres", resident, s.memberAsk},
		{POST, "/annuaire/:id/membres/moi", resident, s.memberAppear},
		{POST, "/annuaire/:id/membres/quitter", resident, s.memberLeave},
		{GET, "/annuaire/:id/gerer", owner, s.manage},
		{POST, "/annuaire/:id/gerer/membre", owner, s.manageMember},
		{POST, "/annuaire/:id/gerer/reglages", owner, s.manageCircle},
		{GET, "/annuaire/:id/gerer/journal", owner, func(r *request) error { return s.elementActs(r, true) }},
		{GET, "/moderation/actes/:id", moderator, func(r *request) error { return s.elementActs(r, false) }},
		{GET, "/compte/organisations", resident, s.belonging},
	}
}

// elementHref is the page of an element.
func elementHref(id string) string { return "/annuaire/" + id }

// rosterView is what a page about an element says of its members. The
// element's own page shows it by its part "roster".
type rosterView struct {
	*speech
	directory.Roster
	Href     string // of the element
	Signed   bool   // an account looks
	NoOne    bool   // imported, nobody answers for it
	Orphaned bool   // who answered for it has left
	Member   bool   // the reader belongs to it
	Admin    bool   // the reader administers it
	Linked   bool   // it has a page of links
}

// rosterOf reads it; a person has none.
func (r *request) rosterOf(tx *store.Tx, e *directory.Element) (v rosterView, err error) {
	v = rosterView{speech: r.speech, Href: elementHref(e.ID), Signed: r.actor.ID != "", Linked: e.Kind != directory.Person}
	if v.Roster, err = directory.RosterOf(tx, e); err != nil {
		return v, err
	}
	v.Orphaned = v.Orphan(e)
	v.NoOne = !e.Claimed && e.Kind != directory.Person && v.Admins == 0
	v.Member = v.Mine != nil && !v.Mine.Asked
	v.Admin = v.Mine != nil && v.Mine.Admin
	return v, nil
}

// Shows tells whether there is anything to say about members.
func (v rosterView) Shows() bool { return v.Linked }

// Unnamed is how many members the reader is told of but not by name.
func (v rosterView) Unnamed() int {
	if !v.Counted {
		return 0
	}
	return v.Count - len(v.Members)
}

// MayAsk tells whether the reader can ask to join.
func (v rosterView) MayAsk() bool { return v.Joining && v.Mine == nil && v.Admins > 0 }

// seenChoices are how far a thing about members may be told.
func (s *speech) seenChoices(prefix string) []choice {
	var list []choice
	for _, word := range []string{"nobody", "residents", "everybody"} {
		list = append(list, choice{Value: word, Label: s.T(prefix + word)})
	}
	return list
}

// seenWord and seenOf write and read a choice of seenChoices.
func seenWord(v directory.Seen) string {
	return map[directory.Seen]string{
		directory.ToNobody: "nobody", directory.ToResidents: "residents", directory.ToEverybody: "everybody",
	}[v]
}

func (f *form) seenOf(name string) directory.Seen {
	switch f.text(name) {
	case "residents":
		return directory.ToResidents
	case "everybody":
		return directory.ToEverybody
	default:
		return directory.ToNobody
	}
}

// membersPage says who belongs to an element, and lets the reader join, leave
// and decide about their own name.
type membersPage struct {
	page
	Element directory.Element
	Roster  rosterView
	Form    *form
	Last    bool // leaving has to be confirmed
}

// Seens are the choices about one's own name.
func (p *membersPage) Seens() []choice { return p.speech().seenChoices("member.shown.") }

func (r *request) membersPage(f *form) (*membersPage, error) {
	p := &membersPage{page: r.page("member.title"), Form: f}
	p.Section = "annuaire"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Element, err = directory.Get(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Element.Kind == directory.Person {
			return store.E(store.NotFound, "err.not_found")
		}
		p.Roster, err = r.rosterOf(tx, &p.Element)
		return err
	})
	if err != nil {
		return nil, err
	}
	if m := p.Roster.Mine; m != nil && !f.has("shown") {
		f.values.Set("shown", seenWord(m.Shown))
	}
	p.Last = p.Roster.Admin && p.Roster.Admins == 1
	return p, nil
}

func (s *Server) members(r *request) error {
	p, err := r.membersPage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("member/members", p)
}

// onMembers runs what a resident does about their own membership, and shows
// the page again on a fault.
func (r *request) onMembers(to, done string, do func(*store.Tx, *form) error) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return do(tx, f) })
	if err == nil {
		return r.Redirect(elementHref(r.Param("id"))+to, done)
	}
	p, perr := r.membersPage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "member/members", p)
}

func (s *Server) memberAsk(r *request) error {
	return r.onMembers("/membres", "member.ask.done", func(tx *store.Tx, f *form) error {
		return directory.Ask(tx, r.Param("id"), f.lines("note"))
	})
}

func (s *Server) memberAppear(r *request) error {
	return r.onMembers("/membres", "member.shown.done", func(tx *store.Tx, f *form) error {
		return directory.Appear(tx, r.Param("id"), f.seenOf("shown"))
	})
}

func (s *Server) memberLeave(r *request) error {
	return r.onMembers("", "member.leave.done", func(tx *store.Tx, f *form) error {
		return directory.Leave(tx, r.Param("id"), f.has("sure"))
	})
}

// managePage is an administrator's page of an element.
type managePage struct {
	page
	Element directory.Element
	Roster  rosterView
	Form    *form
	Pending int // invitations that wait
	Again   int // whose holder asks for a new code
}

// Seens are the choices of the settings.
func (p *managePage) Seens() []choice { return p.speech().seenChoices("member.seen.") }

// Joinings are the ways in.
func (p *managePage) Joinings() []choice {
	return []choice{
		{Value: "asked", Label: p.T("member.joining.asked")}, {Value: "invited", Label: p.T("member.joining.invited")},
	}
}

// Self tells whether a member is the reader.
func (p *managePage) Self(m directory.Member) bool { return m.Account == p.Me.Actor.ID }

// Labelled is the form of a member's label.
func (p *managePage) Labelled(m directory.Member) field {
	fd := p.Form.Text("label", "member.label").Optional().Max(directory.MaxLabel).On(m.Account)
	if p.Form.text("account") != m.Account {
		fd.Value, fd.Fault = m.Label, ""
	}
	return fd
}

func (r *request) managePage(f *form) (*managePage, error) {
	p := &managePage{page: r.page("member.manage.title"), Form: f}
	p.Section = "annuaire"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Element, err = directory.Get(tx, r.Param("id")); err != nil {
			return err
		}
		if p.Roster, err = r.rosterOf(tx, &p.Element); err != nil {
			return err
		}
		invitations, err := directory.Invitations(tx, p.Element.ID) // an administrator's only
		for _, i := range invitations {
			if i.State == invitation.Pending {
				p.Pending++
			}
			if !i.AskedAt.IsZero() && i.State == invitation.Expired {
				p.Again++
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	joining := "invited"
	if p.Roster.Joining {
		joining = "asked"
	}
	for name, value := range map[string]string{"joining": joining, "seen": seenWord(p.Roster.Seen)} {
		if !f.has(name) {
			f.values.Set(name, value)
		}
	}
	return p, nil
}

func (s *Server) manage(r *request) error {
	p, err := r.managePage(r.emptyForm())
	if err != nil {
		return err
	}
	return r.Render("member/manage", p)
}

// onManage runs what an administrator does, and shows the page again on a
// fault.
func (r *request) onManage(do func(*store.Tx, *form) (done string, err error)) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var done string
	err = r.Update(func(tx *store.Tx) error {
		done, err = do(tx, f)
		return err
	})
	if err == nil {
		return r.Redirect(elementHref(r.Param("id"))+"/gerer", done)
	}
	p, perr := r.managePage(f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "member/manage", p)
}

// manageMember is what an administrator does about one member.
func (s *Server) manageMember(r *request) error {
	return r.onManage(func(tx *store.Tx, f *form) (string, error) {
		id, who := r.Param("id"), f.text("account")
		switch f.text("do") {
		case "admit":
			return "member.admit.done", directory.Admit(tx, id, who)
		case "refuse":
			return "member.refuse.done", directory.Refuse(tx, id, who)
		case "dismiss":
			return "member.dismiss.done", directory.Dismiss(tx, id, who)
		case "promote":
			return "member.promote.done", directory.Promote(tx, id, who)
		case "demote":
			return "member.demote.done", directory.Demote(tx, id, who)
		default:
			return "member.label.done", directory.Relabel(tx, id, who, f.text("label"))
		}
	})
}

func (s *Server) manageCircle(r *request) error {
	return r.onManage(func(tx *store.Tx, f *form) (string, error) {
		c := directory.Circle{Joining: f.text("joining") == "asked", Seen: f.seenOf("seen")}
		return "member.circle.done", directory.SetCircle(tx, r.Param("id"), c)
	})
}

// actsPerPage is how many lines of an element's acts one page has.
const actsPerPage = 50

type elementActsPage struct {
	page
	Element directory.Element
	Lines   []directory.Act
	Older   int64
}

// Say is a line in words.
func (p *elementActsPage) Say(a directory.Act) string {
	by := a.By
	if by == "" {
		by = p.T("member.gone")
	}
	about := a.About
	if about == "" {
		about = p.T("member.gone")
	}
	return p.T("member.act."+a.Act, "by", by, "about", about, "title", p.Typo(a.Title))
}

// elementActs is who did what in the name of an element: for its
// administrators, and for moderators.
func (s *Server) elementActs(r *request, own bool) error {
	f := r.queryForm()
	before := int64(f.int("avant"))
	if !f.ok() {
		return &badAddress{store.E(store.Invalid, "err.ui.number").At("avant")}
	}
	p := &elementActsPage{page: r.page("member.acts.title")}
	p.Section = "annuaire"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Element, err = directory.Get(tx, r.Param("id")); err != nil {
			return err
		}
		if own { // moderators have an address of their own
			if err := directory.NeedAdmin(tx, p.Element.ID); err != nil {
				return err
			}
		}
		p.Lines, err = directory.Acts(tx, p.Element.ID, before, actsPerPage+1)
		return err
	})
	if err != nil {
		return err
	}
	if len(p.Lines) > actsPerPage {
		p.Lines = p.Lines[:actsPerPage]
		p.Older = p.Lines[actsPerPage-1].N
	}
	return r.Render("member/acts", p)
}

// belongingPage is what a person belongs to and what they claimed.
type belongingPage struct {
	page
	Memberships []directory.Membership
	Claims      []directory.Claim
}

func (s *Server) belonging(r *request) error {
	p := &belongingPage{page: r.page("member.mine.title")}
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Memberships, err = directory.Memberships(tx); err != nil {
			return err
		}
		p.Claims, err = directory.MyClaims(tx)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("member/mine", p)
}

// subjectOfElement is the tab of a kind of element.
func (s *speech) subjectOfElement(k directory.Kind) subject {
	kinds := map[directory.Kind]string{directory.Org: listing.KindOrg, directory.Project: listing.KindProject, directory.Person: listing.KindOrg}
	if kind, ok := kinds[k]; ok {
		return s.subjectOf(kind)
	}
	return s.subjectOf(listing.KindPlace)
}
