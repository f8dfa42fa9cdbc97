package ui

import (
	"maps"
	"net/url"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/mutualaid"
)

func (s *Server) mutualaidRoutes() []route {
	return []route{
		{GET, "/entraide", public, s.aid},
		{GET, "/entraide/nouvelle", resident, s.favourNew},
		{POST, "/entraide/nouvelle", resident, s.favourAdd},
		{GET, "/entraide/miennes", resident, s.favoursMine},
		{GET, "/entraide/:id", public, s.favour},
		{GET, "/entraide/:id/modifier", owner, s.favourEdit},
		{POST, "/entraide/:id/modifier", owner, s.favourChange},
		{POST, "/entraide/:id/etat", owner, s.favourMark},
		{GET, "/entraide/:id/repondre", resident, s.favourAnswer},
		{POST, "/entraide/:id/repondre", resident, s.favourReply},
		{GET, "/entraide/:id/reponses", owner, s.favourReplies},
		{POST, "/entraide/:id/reponses/:reponse", owner, s.favourDecide},
		{POST, "/entraide/:id/merci/:reponse", owner, s.favourThank},
	}
}

// favourRef points at the favour of an address.
func favourRef(id string) store.Ref { return store.Ref{Module: mutualaid.Module, ID: id} }

// aidKinds are the kinds of cards of mutual aid.
var aidKinds = []string{listing.KindNeed, listing.KindHelp, listing.KindRide}

// sortIcons are the pictures of the sorts.
var sortIcons = map[mutualaid.Sort]string{
	mutualaid.Hand: "hand-helping", mutualaid.Goods: "armchair", mutualaid.Skill: "wrench", mutualaid.Space: "door-open", mutualaid.Ride: "car",
}

// aidDoor leads to one sort of a list.
type aidDoor struct {
	door
	Count   int64
	Current bool
	Help    string // where one chooses what to do
}

// aidPage is the list of what is asked for and offered; with Begin it asks what
// to put in.
type aidPage struct {
	page
	listSides
	Form    *form
	Words   string // the filters in words
	Total   int64
	Order   string
	Views   []viewLink
	Doors   []aidDoor
	Alerts  []noticeView
	Cards   []cardView
	Pager   pagerView
	Empty   *noticeView
	Query   string
	Follow  *followView
	Radii   []choice
	Orders  []choice
	Begin   []aidSide
	Mine    []favourLine
	Replies []favourLine
}

// aidSide is one side of the page that asks what to put in.
type aidSide struct {
	Word  string
	Doors []aidDoor
}

// aid lists what is asked for and offered, here and at the neighbours'.
func (s *Server) aid(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	if done, err := r.toCanonical(q); done || err != nil {
		return err
	}
	p := &aidPage{page: r.page("mutualaid.title"), Form: r.queryForm()}
	if q.Kind == "" && q.Kinds == nil {
		q.Kinds = aidKinds
	}
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		if err := r.aidFound(tx, p, q); err != nil {
			return err
		}
		if p.Doors, err = r.aidDoors(tx, q); err != nil {
			return err
		}
		if p.Alerts, err = r.aidAlerts(tx, 0); err != nil {
			return err
		}
		if p.Follow, err = r.followSearch(tx, q); err != nil {
			return err
		}
		p.listSides, err = r.sidesOf(tx, q, "/entraide")
		return err
	})
	if err != nil {
		return err
	}
	r.aidWords(p, q)
	return r.Render("mutualaid/list", p)
}

// aidFound fills the cards.
func (r *request) aidFound(tx *store.Tx, p *aidPage, q listing.Query) error {
	res, err := listing.Find(tx, q)
	if err != nil {
		return err
	}
	if err := r.findCovers(tx, res.Cards); err != nil {
		return err
	}
	urgent, err := r.urgentOnes(tx)
	if err != nil {
		return err
	}
	distances(res.Cards, r.asksDistance())
	for _, c := range res.Cards {
		v := r.card(c, false)
		if c.Origin == nil && urgent[c.Ref.ID] {
			v.Flag = r.T("mutualaid.urgent.flag")
		}
		p.Cards = append(p.Cards, v)
	}
	p.Total, p.Pager = res.Total, r.pager(r.QueryParams(), q.Cursor, res.Next, "listing.next")
	return nil
}

// urgentOnes are the ids of the urgent needs nobody has answered; a page that
// says so is fresh until the first flag ends.
func (r *request) urgentOnes(tx *store.Tx) (map[string]bool, error) {
	list, err := mutualaid.Alerts(tx)
	ids := map[string]bool{}
	for i := range list {
		ids[list[i].ID] = true
		r.FreshUntil(list[i].UrgentUntil)
	}
	return ids, err
}

// aidAlerts are the urgent needs nobody has answered, the one whose flag ends
// first before the others; at most so many, 0 for all (EN-4).
func (r *request) aidAlerts(tx *store.Tx, most int) ([]noticeView, error) {
	if r.isOff("/entraide") {
		return nil, nil
	}
	list, err := mutualaid.Alerts(tx)
	if most > 0 {
		list = list[:min(most, len(list))]
	}
	var notices []noticeView
	for i := range list {
		f := &list[i]
		r.FreshUntil(f.UrgentUntil)
		notices = append(notices, noticeView{
			Kind: "attention", Text: r.T("mutualaid.urgent.alert", "title", r.shownLine(f.Title, f.Masked)), Href: "/entraide/" + f.ID, Action: r.T("mutualaid.urgent.see"),
		})
	}
	return notices, err
}

// aidDoors are the sorts of what is looked at, each with its number.
func (r *request) aidDoors(tx *store.Tx, q listing.Query) ([]aidDoor, error) {
	var list []aidDoor
	for _, side := range []mutualaid.Side{mutualaid.Need, mutualaid.Help} {
		for _, sort := range mutualaid.Sorts {
			d := mutualaid.Favour{Side: side, Sort: sort}
			tag := mutualaid.Word(side, sort)
			one := q
			one.Also, one.Cursor, one.Kind, one.Kinds = tag, "", d.Kind(), nil
			if q.Kind != "" && q.Kind != d.Kind() || q.Kind == "" && sort != mutualaid.Ride && side == mutualaid.Help {
				continue // of the other list; of both together each sort is one door
			}
			if q.Kind == "" && sort != mutualaid.Ride {
				one.Kind, one.Kinds = "", aidKinds
			}
			n, err := listing.Count(tx, one)
			if err != nil {
				return nil, err
			}
			v := r.sameFilters()
			v.Set("also", tag)
			word := r.T("mutualaid.sort." + string(sort))
			if sort == mutualaid.Ride {
				word = r.T("mutualaid.ride." + string(side))
			}
			current := listing.TagKey(q.Also) == listing.TagKey(tag)
			if current {
				v.Del("also")
			} else if n == 0 {
				continue
			}
			list = append(list, aidDoor{door: door{aidHref(v), sortIcons[sort], word, "aid"}, Count: n, Current: current})
		}
	}
	return list, nil
}

// aidHref is the list under some filters.
func aidHref(v url.Values) string {
	if len(v) == 0 {
		return "/entraide"
	}
	return "/entraide?" + v.Encode()
}

// aidWords fills what stands around the list.
func (r *request) aidWords(p *aidPage, q listing.Query) {
	for _, view := range []struct{ kind, key string }{
		{"", "mutualaid.view.all"}, {listing.KindNeed, "mutualaid.view.needs"}, {listing.KindHelp, "mutualaid.view.helps"}, {listing.KindRide, "mutualaid.view.rides"},
	} {
		v := r.sameFilters()
		v.Del("also")
		v.Del("kind")
		if view.kind != "" {
			v.Set("kind", view.kind)
		}
		p.Views = append(p.Views, viewLink{aidHref(v), r.T(view.key), q.Kind == view.kind})
	}
	v := maps.Clone(r.QueryParams())
	v.Del("cursor")
	if q.Kind == "" {
		v["kind"] = aidKinds
	}
	p.Query = "?" + v.Encode()
	p.sameList("/fiches.atom", p.Query)
	said := q
	said.Kind, said.Kinds, said.Also = "", nil, "" // the tabs and doors say it
	p.Words, p.Radii, p.Orders = r.filterWords(said, p.named), r.radii(), r.orders(q)[1:]
	p.Order = orderWord(p.Orders, q.SortedBy())
	if p.Total == 0 {
		p.Empty = &noticeView{Text: r.T("mutualaid.empty"), Href: "/entraide/nouvelle", Action: r.T("mutualaid.new.go")}
	}
}
