package ui

import (
	"copi.local/store"
	"copi.local/store/group"
	"copi.local/store/listing"
)

func (s *Server) groupRoutes() []route {
	return []route{
		{GET, "/groupes", public, s.groups},
		{GET, "/groupes/nouveau", resident, s.groupNew},
		{POST, "/groupes/nouveau", resident, s.groupBegin},
		{GET, "/groupes/:id", public, s.groupOne},
		{GET, "/groupes/:id/modifier", owner, s.groupEdit},
		{POST, "/groupes/:id/modifier", owner, s.groupChange},
		{POST, "/groupes/:id/rejoindre", resident, s.groupJoin},
		{POST, "/groupes/:id/quitter", resident, s.groupLeave},
		{POST, "/groupes/:id/moi", resident, s.groupAppear},
		{POST, "/groupes/:id/reprendre", resident, s.groupTake},
	}
}

// groupHref is the page of a group.
func groupHref(id string) string { return "/groupes/" + id }

// themeIcons are the pictures of the themes.
var themeIcons = map[string]string{
	"neighbours": "house", "nature": "leaf", "civic": "landmark", "culture": "palette", "sport": "volleyball",
	"children": "toy-brick", "solidarity": "hand-heart", "works": "hammer", "leisure": "star", "other": "users",
}

// groupsPage is the directory of groups, with one's own above it.
type groupsPage struct {
	page
	listSides
	Form    *form
	Words   string // the filters in words
	Total   int64
	Order   string
	Orders  []choice
	Radii   []choice
	Doors   []aidDoor
	Mine    []groupLine
	Invited []group.Waiting
	Cards   []cardView
	Pager   pagerView
	Empty   *noticeView
	Query   string
	Follow  *followView
}

// groupLine is one of the reader's own groups.
type groupLine struct{ Href, Name, What, Waiting string }

// groups lists the groups the reader may know of, here and at the neighbours'.
func (s *Server) groups(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	if done, err := r.toCanonical(q); done || err != nil {
		return err
	}
	p := &groupsPage{page: r.page("group.title"), Form: r.queryForm()}
	q.Kind = listing.KindGroup
	err = r.View(func(tx *store.Tx) (err error) {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		if err := r.groupsFound(tx, p, q); err != nil {
			return err
		}
		if p.Doors, err = r.groupDoors(tx, q); err != nil {
			return err
		}
		if p.Mine, err = r.groupsMine(tx); err != nil {
			return err
		}
		if p.Invited, err = group.InvitedTo(tx); err != nil {
			return err
		}
		if p.Follow, err = r.followSearch(tx, q); err != nil {
			return err
		}
		p.listSides, err = r.sidesOf(tx, q, "/groupes")
		return err
	})
	if err != nil {
		return err
	}
	v := r.sameFilters()
	v.Set("kind", listing.KindGroup)
	p.Query = "?" + v.Encode()
	p.sameList("/fiches.atom", p.Query)
	said := q
	said.Kind, said.Also = "", "" // the page and its doors say it
	p.Words, p.Radii, p.Orders = r.filterWords(said, p.named), r.radii(), r.orders(q)[1:]
	p.Order = orderWord(p.Orders, q.SortedBy())
	if p.Total == 0 {
		p.Empty = &noticeView{Text: r.T("group.empty"), Href: "/groupes/nouveau", Action: r.T("group.new.go")}
	}
	return r.Render("group/list", p)
}

// groupsFound fills the cards.
func (r *request) groupsFound(tx *store.Tx, p *groupsPage, q listing.Query) error {
	res, err := listing.Find(tx, q)
	if err != nil {
		return err
	}
	distances(res.Cards, r.asksDistance())
	for _, c := range res.Cards {
		v := r.card(c, false)
		if c.Origin == nil {
			if err := r.groupOnCard(tx, &v, c.Ref.ID); err != nil {
				return err
			}
		}
		p.Cards = append(p.Cards, v)
	}
	p.Total, p.Pager = res.Total, r.pager(r.QueryParams(), q.Cursor, res.Next, "listing.next")
	return nil
}

// groupOnCard writes what a card cannot know on the line under its title: how
// one joins, how many belong where the reader may know it, how alive it is.
func (r *request) groupOnCard(tx *store.Tx, v *cardView, id string) error {
	g, err := group.Get(tx, id)
	if err != nil {
		return err
	}
	v.When, v.Price = r.T("group.joins."+string(g.Joining)), r.T("group.active", "ago", r.Ago(g.ActiveAt))
	n, ok, err := group.CountOf(tx, &g)
	if ok {
		v.Programme = r.T("group.members", "n", n)
	}
	return err
}

// groupDoors are the themes of what is looked at, each with its number.
func (r *request) groupDoors(tx *store.Tx, q listing.Query) (list []aidDoor, err error) {
	for _, theme := range group.Themes {
		one := q
		one.Also, one.Cursor = group.ThemeWord(theme), ""
		n, err := listing.Count(tx, one)
		if err != nil {
			return nil, err
		}
		v := r.sameFilters()
		v.Set("also", one.Also)
		current := listing.TagKey(q.Also) == listing.TagKey(one.Also)
		if current {
			v.Del("also")
		} else if n == 0 {
			continue
		}
		href := "/groupes"
		if len(v) > 0 {
			href += "?" + v.Encode()
		}
		list = append(list, aidDoor{door: door{href, themeIcons[theme], r.T("group.theme." + theme), "groups"}, Count: n, Current: current})
	}
	return list, nil
}

// groupsMine are the reader's own groups, secret ones among them.
func (r *request) groupsMine(tx *store.Tx) (list []groupLine, err error) {
	if r.actor.ID == "" {
		return nil, nil
	}
	mine, err := group.Memberships(tx)
	for _, m := range mine {
		line := groupLine{Href: groupHref(m.Group.ID), Name: r.Typo(m.Group.Name), What: r.T("group.active", "ago", r.Ago(m.Group.ActiveAt))}
		switch {
		case m.Member.Waiting:
			line.What = r.T("group.waiting")
		case m.Group.Closed():
			line.What = r.T("group.closed")
		case m.Role == group.Keeper:
			line.What = r.T("group.you_keep") + " · " + line.What
		}
		if m.Waiting > 0 {
			line.Waiting = r.T("group.asking", "n", m.Waiting)
		}
		list = append(list, line)
	}
	return list, err
}

// groupTitle is the name of a group that has no card: a secret one, for who
// belongs to it.
func groupTitle(tx *store.Tx, id string) (string, error) { return group.NameOf(tx, id) }
