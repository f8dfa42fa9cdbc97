package ui

import (
	"net/url"

	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// groupPage is one group: its page, or the form it is written in.
type groupPage struct {
	page
	Group     group.Group
	Roster    group.Roster
	Form      *form
	Tab       subject
	Canonical string
	Theme     string
	Reads     string // who reads it, in words
	Joins     string // how one joins
	Count     string // of members; empty where the reader may not know it
	Active    string
	For       *standView // the organisation that carries it
	Code      string
	Address   string
	Hidden    *noticeView
	MayRead   bool
	MayTake   bool // it has no keeper, and the reader may be it
	Banned    bool
	SignIn    string // where a visitor signs in to join; empty for who has
	Follow    *followView
	Parts     int // groups in this group of groups
	Sections  []groupSection

	// Of the form.
	Action   string
	Names    []choice
	Warnings []string
}

// groupSection is what another module keeps in a group, on the group's page.
type groupSection struct {
	Title   string
	Cards   []cardView
	Lines   []assemblyLine // what has no card
	None    string         // what is said without any; empty: the section is left out
	Actions []door         // where one sees all of it, or adds to it
}

// groupSections are the sections of a group's page in their order, for who may
// read the group: a module that keeps something in groups adds its line. One
// that has nothing to say answers the zero section.
func (r *request) groupSections() []func(*store.Tx, *groupPage) (groupSection, error) {
	return []func(*store.Tx, *groupPage) (groupSection, error){
		r.groupJournal, r.groupTopics, r.groupVotes, r.groupAssemblies, r.groupAgenda, r.groupAds,
	}
}

// Belongs tells whether the reader is a member, Keeps whether they keep it.
func (p *groupPage) Belongs() bool { return p.Roster.Belongs() }

// Keeps tells whether the reader keeps the group.
func (p *groupPage) Keeps() bool { return p.Roster.Keeps() }

// MayJoin tells whether to offer joining.
func (p *groupPage) MayJoin() bool {
	return p.Roster.Mine == nil && !p.Group.Closed() && !p.Banned && p.Group.Joining != group.Invited
}

// Unnamed is how many members the reader is told of but not by name.
func (p *groupPage) Unnamed() int { return max(0, p.Roster.Count-len(p.Roster.Members)) }

// Role is what a member is, in words; empty for a plain one.
func (p *groupPage) Role(m group.Member) string {
	switch m.Role {
	case group.Keeper:
		return p.T("group.role.keeper")
	case group.Moderator:
		return p.T("group.role.moderator")
	default:
		return ""
	}
}

// groupOne shows one group.
func (s *Server) groupOne(r *request) error { return s.showGroup(r, r.Param("id")) }

func (s *Server) showGroup(r *request, id string) error {
	p, err := r.groupPage(id, r.emptyForm())
	if err != nil {
		return err
	}
	if p.Code != "" {
		p.sameCard(p.Group.ID, false)
	}
	return r.Render("group/group", p)
}

// groupPage reads a group with all that stands on its page.
func (r *request) groupPage(id string, f *form) (*groupPage, error) {
	p := &groupPage{page: r.page(""), Form: f}
	p.Section = "groupes"
	err := r.View(func(tx *store.Tx) (err error) {
		if p.Group, err = group.Get(tx, id); err != nil {
			return err
		}
		if p.Roster, err = group.Members(tx, id); err != nil {
			return err
		}
		if err := r.groupReader(tx, p); err != nil {
			return err
		}
		if err := r.groupAround(tx, p); err != nil || !p.MayRead {
			return err
		}
		for _, section := range r.groupSections() {
			v, err := section(tx, p)
			if err != nil {
				return err
			}
			if len(v.Cards) > 0 || v.None != "" {
				p.Sections = append(p.Sections, v)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	g := &p.Group
	p.Title, p.Tab, p.Canonical = r.Typo(g.Name), r.subjectOf(listing.KindGroup), groupHref(id)
	p.Theme, p.Reads, p.Joins = r.T("group.theme."+g.Theme), r.T("group.reads."+string(g.Reading)), r.T("group.joins."+string(g.Joining))
	if g.Secret() {
		p.Reads = r.T("group.reads.secret")
	}
	if p.Roster.Counted {
		p.Count = r.T("group.members", "n", p.Roster.Count)
	}
	if p.MayRead {
		p.Active = r.Ago(g.ActiveAt)
	}
	if p.Code != "" {
		p.Address = r.Request().Host + "/" + p.Code
	}
	if r.actor.ID == "" && p.MayJoin() {
		p.SignIn = signInPath + "?vers=" + url.QueryEscape(p.Canonical)
	}
	return p, nil
}

// groupReader looks up what the reader may do in a group.
func (r *request) groupReader(tx *store.Tx, p *groupPage) (err error) {
	g := &p.Group
	parts, err := group.Parts(tx, g.ID)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if part.Agreed {
			p.Parts++
		}
	}
	if p.MayRead, err = g.MayRead(tx); err != nil || r.actor.ID == "" {
		return err
	}
	if p.Banned, err = group.Banned(tx, g.ID, r.actor.ID); err != nil {
		return err
	}
	p.MayTake, err = g.MayTake(tx)
	return err
}

// groupAround looks up the card, and who carries the group.
func (r *request) groupAround(tx *store.Tx, p *groupPage) error {
	e, ok, err := p.Group.CarriedBy(tx)
	if err != nil {
		return err
	}
	if ok {
		p.For = r.standOf(e)
	}
	if p.Hidden, err = r.hiddenNotice(tx, p.Group.Ref()); err != nil {
		return err
	}
	c, err := listing.ByRef(tx, p.Group.Ref())
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	p.Code = c.Code
	if p.Follow, err = r.follow(tx, notify.Card, c.Ref.ID, c.Title); err != nil {
		return err
	}
	return r.freshUntilListsChange(tx)
}

// onGroup runs what somebody does on a group's page, and shows it again on a
// fault. to is where it leads after done; empty is the group's page.
func (r *request) onGroup(to, done string, do func(*store.Tx, *form) error) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return do(tx, f) })
	if err == nil {
		if to == "" {
			to = groupHref(r.Param("id"))
		}
		return r.Redirect(to, done)
	}
	if k := store.KindOf(err); k == store.NotFound || k == store.Internal {
		return err
	}
	p, perr := r.groupPage(r.Param("id"), f)
	if perr != nil {
		return perr
	}
	return r.again(f, err, "group/group", p)
}

// groupJoin makes the reader a member, or asks for it.
func (s *Server) groupJoin(r *request) error {
	id, done := r.Param("id"), "group.joined"
	var g group.Group
	err := r.View(func(tx *store.Tx) (err error) {
		g, err = group.Get(tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if g.Joining == group.Asked {
		done = "group.asked"
	}
	return r.onGroup("", done, func(tx *store.Tx, f *form) error { return group.Join(tx, id, f.lines("note")) })
}

// groupLeave ends the reader's membership. A group they may not know of any more
// is left for the list.
func (s *Server) groupLeave(r *request) error {
	return r.onGroup("/groupes", "group.left", func(tx *store.Tx, _ *form) error { return group.Leave(tx, r.Param("id")) })
}

// groupAppear says whether the reader is named among the members.
func (s *Server) groupAppear(r *request) error {
	return r.onGroup("", "group.silent.done", func(tx *store.Tx, f *form) error {
		return group.Appear(tx, r.Param("id"), f.has("silent"))
	})
}

// groupTake makes the reader the keeper of a group nobody keeps.
func (s *Server) groupTake(r *request) error {
	return r.onGroup("", "group.taken", func(tx *store.Tx, _ *form) error { return group.Take(tx, r.Param("id")) })
}
