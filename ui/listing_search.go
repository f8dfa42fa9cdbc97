package ui

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/group"
	"copi.local/store/listing"
)

// What a search shows at a glance.
const (
	glanceCards    = 4 // of each kind
	glanceTags     = 12
	glanceCommunes = 8
)

// rings are the circles around the commune people choose from, in kilometres.
var rings = []float64{5, 10, 20, 40}

// searchPage is what a search found: everything under its kinds, or one list
// when the address chooses a kind or an order.
type searchPage struct {
	page
	Form   *form
	Asked  bool
	Words  string
	Total  int64
	Groups []groupView
	Cards  []cardView
	Pager  pagerView
	Chosen []facetLink // filters that are on; each link takes one off
	Facets []facetView
	Offers []noticeView // when nothing was found
	Query  string
	Beyond string      // the search of linked boxes for the same; empty when there is none
	Follow *followView // of the tag, the commune or the zone looked at
	Inside *groupView  // what is in the groups of who asks and nowhere else

	Further []further // when the address chooses a circle

	Orders, Radii, Kinds, Origins, Zones, Sizes []choice
}

// groupView is the cards of one kind, the first of them shown.
type groupView struct {
	Subject subject
	N       int64
	Href    string // of all of them; empty when all are shown
	Cards   []cardView
}

// facetView is one way to narrow a search: a word and links with their numbers.
type facetView struct {
	Word  string
	Links []facetLink
}

// facetLink adds or drops one filter.
type facetLink struct {
	Href, Word string
	N          int64
}

// search looks through everything.
func (s *Server) search(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	if done, err := r.toCanonical(q); done || err != nil {
		return err
	}
	p := &searchPage{page: r.page("listing.search.title"), Form: r.queryForm(), Asked: r.filtered()}
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		if err := r.found(tx, p, q); err != nil {
			return err
		}
		if p.Follow, err = r.followSearch(tx, q); err != nil {
			return err
		}
		if err = r.insideGroups(tx, p, q); err != nil {
			return err
		}
		if p.Zones, err = r.zoneChoices(tx); err != nil {
			return err
		}
		if q.RadiusKM > 0 {
			if p.Further, err = r.further(tx, q, "/recherche", r.QueryParams()); err != nil {
				return err
			}
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	v := maps.Clone(r.QueryParams())
	v.Del("cursor")
	p.Query, p.Sizes = "?"+v.Encode(), r.communeSizes(q.MaxPop)
	p.sameList("/fiches.atom", p.Query)
	if p.Asked {
		p.Beyond = r.beyondHref(q)
	}
	p.Radii, p.Kinds, p.Origins, p.Orders = r.radii(), r.kinds(), r.origins(), r.orders(q)
	return r.Render("listing/search", p)
}

// found fills what a search found, or what it would find otherwise.
func (r *request) found(tx *store.Tx, p *searchPage, q listing.Query) error {
	glance := listing.Glance{Today: r.today(), Rings: rings, Tags: glanceTags}
	flat := q.Kind != "" || q.Order != listing.ByDefault || q.Cursor != ""
	if !flat {
		glance.Cards = glanceCards
	}
	all, err := listing.Overview(tx, q, glance)
	if err != nil {
		return err
	}
	p.Total = all.Total
	places, err := r.places(tx, q, all.Communes)
	if err != nil {
		return err
	}
	p.Words = r.filterWords(q, places)
	p.Chosen, p.Facets = r.chosen(p, q, places), r.facets(p, q, all, places)
	switch {
	case all.Total == 0:
		p.Offers, err = r.offers(tx, p, q)
		return err
	case flat:
		return r.flat(tx, p, q)
	default:
		for _, g := range all.Groups {
			if err := r.findCovers(tx, g.Cards); err != nil {
				return err
			}
		}
		r.grouped(p, all)
		return nil
	}
}

// insideGroups finds the same in the groups of who asks: what no other list has.
func (r *request) insideGroups(tx *store.Tx, p *searchPage, q listing.Query) error {
	if !p.Asked || !p.SignedIn() || q.Group != "" || q.InGroups || q.Cursor != "" {
		return nil
	}
	q.InGroups, q.Limit = true, glanceCards
	res, err := listing.Find(tx, q)
	if err != nil || res.Total == 0 {
		return err
	}
	if err := r.findCovers(tx, res.Cards); err != nil {
		return err
	}
	p.Inside = &groupView{Subject: r.subjectOf(listing.KindGroup), N: res.Total}
	p.Inside.Subject.Word = r.T("listing.inside")
	if res.Next != "" {
		p.Inside.Href = p.With("group", mineGroups)
	}
	distances(res.Cards, r.asksDistance())
	for _, c := range res.Cards {
		p.Inside.Cards = append(p.Inside.Cards, r.card(c, false).within())
	}
	return nil
}

// flat is one list, this box's cards first unless the address says otherwise.
func (r *request) flat(tx *store.Tx, p *searchPage, q listing.Query) error {
	if q.Order == listing.ByDefault {
		q.Order = listing.OwnFirst
	}
	res, err := listing.Find(tx, q)
	if err != nil {
		return err
	}
	if err := r.findCovers(tx, res.Cards); err != nil {
		return err
	}
	distances(res.Cards, r.asksDistance())
	for _, c := range res.Cards {
		p.Cards = append(p.Cards, r.card(c, false))
	}
	p.Pager = r.pager(r.QueryParams(), q.Cursor, res.Next, "listing.next")
	return nil
}

// grouped is the first cards of every kind.
func (r *request) grouped(p *searchPage, all listing.Facets) {
	for _, g := range all.Groups {
		v := groupView{Subject: r.subjectOf(g.Kind), N: g.N}
		if int(g.N) > len(g.Cards) {
			v.Href = p.With("kind", g.Kind)
		}
		distances(g.Cards, r.asksDistance())
		for _, c := range g.Cards {
			v.Cards = append(v.Cards, r.card(c, false).within())
		}
		p.Groups = append(p.Groups, v)
	}
}

// facets are the ways to narrow what was found, each with its exact number;
// what would change nothing is left out.
func (r *request) facets(p *searchPage, q listing.Query, all listing.Facets, places map[string]string) []facetView {
	var list []facetView
	add := func(word string, links ...facetLink) {
		links = slices.DeleteFunc(links, func(l facetLink) bool { return l.N == 0 || l.N == all.Total })
		if len(links) > 0 {
			list = append(list, facetView{r.T(word), links})
		}
	}
	if q.Kind == "" {
		var links []facetLink
		for _, g := range all.Groups {
			links = append(links, facetLink{p.With("kind", g.Kind), r.subjectOf(g.Kind).Word, g.N})
		}
		add("listing.filter.kind", links...)
	}
	if q.Origin == "" {
		add("listing.filter.origin", facetLink{p.With("origin", listing.FromHere), r.T("listing.origin.own"), all.Own},
			facetLink{p.With("origin", listing.FromNeighbours), r.T("listing.origin.neighbours"), all.Neighbours})
	}
	if q.RadiusKM == 0 {
		var links []facetLink
		for _, ring := range all.Rings {
			links = append(links, facetLink{p.With("radius_km", r.plainNumber(ring.KM)), r.T("listing.radius.km", "n", int(ring.KM)), ring.N})
		}
		add("listing.filter.radius", links...)
	}
	if q.From.IsZero() && q.To.IsZero() {
		today := r.today()
		add("listing.filter.date", facetLink{p.With("from", today.Format("2006-01-02")), r.T("listing.date.upcoming"), all.Upcoming},
			facetLink{p.With("to", today.AddDate(0, 0, -1).Format("2006-01-02")), r.T("listing.date.before"), all.Before})
	}
	if q.Commune == "" {
		var links []facetLink
		for _, c := range all.Communes {
			if name := places[c.Name]; name != "" && len(links) < glanceCommunes {
				links = append(links, facetLink{p.With("commune", c.Name), name, c.N})
			}
		}
		add("listing.filter.commune", links...)
	}
	if q.Tag == "" {
		var links []facetLink
		for _, t := range all.Tags {
			links = append(links, facetLink{p.With("tag", t.Name), t.Name, t.N})
		}
		add("listing.filter.tags", links...)
	}
	return list
}

// chosen are the filters that are on, in words.
func (r *request) chosen(p *searchPage, q listing.Query, places map[string]string) []facetLink {
	var list []facetLink
	for _, f := range r.filterParts(q, places) {
		if f.name != "q" {
			list = append(list, facetLink{Href: p.Without(f.name), Word: f.word})
		}
	}
	return list
}

// places names the communes cards are of, by code: those met most often, the
// one of the address and those of the boxes.
func (r *request) places(tx *store.Tx, q listing.Query, found []listing.Tally) (map[string]string, error) {
	codes := []string{q.Commune}
	for _, c := range found[:min(len(found), 2*glanceCommunes)] {
		codes = append(codes, c.Name)
	}
	names := map[string]string{}
	origins, err := listing.Origins(tx)
	if err != nil {
		return nil, err
	}
	for _, o := range origins {
		names[o.Commune] = o.Name
	}
	areas, err := listing.Areas(tx, codes)
	for code, a := range areas {
		if a.Name != "" {
			names[code] = a.Name
		}
	}
	if err != nil {
		return nil, err
	}
	if id := r.QueryParam("element"); id != "" {
		e, err := directory.Get(tx, id)
		if err != nil && store.KindOf(err) != store.NotFound {
			return nil, err
		}
		names[elementKey(id)] = e.Name
	}
	if q.Group != "" {
		if names[groupKey(q.Group)], err = group.NameOf(tx, q.Group); err != nil {
			return nil, err
		}
	}
	return names, nameZone(tx, q, names)
}

// groupKey is where places keeps the name of a group.
func groupKey(id string) string { return "group " + id }

// elementKey is where places keeps the name of an element of the directory.
func elementKey(id string) string { return "element " + id }

// kindsOfAll are the kinds of cards in the order of lists.
var kindsOfAll = []string{
	listing.KindEvent, listing.KindOffer, listing.KindWanted, listing.KindNeed, listing.KindHelp, listing.KindRide, listing.KindPlace, listing.KindOrg, listing.KindProject, listing.KindGroup, listing.KindNotice,
	listing.KindTopic, listing.KindPetition, listing.KindDecision,
}

// kinds are the kinds of cards a search can be limited to.
func (r *request) kinds() []choice {
	list := []choice{{Value: "", Label: r.T("listing.kind.any")}}
	for _, k := range r.shownKinds() {
		list = append(list, choice{Value: k, Label: r.subjectOf(k).Word})
	}
	return list
}

// communeSizes lets the large communes around be left out, so that a town does
// not hide the villages; a size somebody asked for stays among them.
func (r *request) communeSizes(asked int) []choice {
	list := []choice{{Value: "", Label: r.T("listing.size.any")}}
	sizes := []int{1000, 5000, 20000}
	if asked > 0 && !slices.Contains(sizes, asked) {
		sizes = append(sizes, asked)
		slices.Sort(sizes)
	}
	for _, n := range sizes {
		list = append(list, choice{Value: strconv.Itoa(n), Label: r.T("listing.size.under", "n", n)})
	}
	return list
}

// origins are the boxes a search can be limited to; a single neighbour's cards
// are found from its own page.
func (r *request) origins() []choice {
	list := []choice{
		{Value: "", Label: r.T("listing.origin.any")},
		{Value: listing.FromHere, Label: r.T("listing.origin.own")},
		{Value: listing.FromNeighbours, Label: r.T("listing.origin.neighbours")},
	}
	if name := r.QueryParam("origin"); len(name) == 2*32 {
		list = append(list, choice{Value: name, Label: r.T("listing.origin.one")})
	}
	return list
}

// orders are the ways to sort a search.
func (r *request) orders(q listing.Query) []choice {
	list := []choice{
		{Value: "", Label: r.T("listing.order.own")},
		{Value: "newest", Label: r.T("listing.order.newest")},
		{Value: "date", Label: r.T("listing.order.date")},
		{Value: "near", Label: r.T("listing.order.near")},
	}
	if q.Q != "" {
		list = append(list, choice{Value: "best", Label: r.T("listing.order.best")})
	}
	return list
}

// listSides are what stands beside the cards of a list: the zones one can choose,
// how much more there is further off, and the names of places in its filters.
type listSides struct {
	Zones   []choice
	Further []further // when the address chooses a circle
	named   map[string]string
}

// sidesOf reads them for a list at an address, and how long the list keeps.
func (r *request) sidesOf(tx *store.Tx, q listing.Query, address string) (b listSides, err error) {
	if b.Zones, err = r.zoneChoices(tx); err != nil {
		return b, err
	}
	if q.RadiusKM > 0 {
		if b.Further, err = r.further(tx, q, address, r.QueryParams()); err != nil {
			return b, err
		}
	}
	if b.named, err = r.places(tx, q, nil); err != nil {
		return b, err
	}
	return b, r.freshUntilListsChange(tx)
}

// orderWord is the order of a list as its count says it: the chosen one of its
// orders, else the first.
func orderWord(orders []choice, chosen listing.Order) string {
	for _, o := range orders {
		if o.Value == string(chosen) {
			return o.Label
		}
	}
	return orders[0].Label
}

// radii are the distances a list can be limited to, in kilometres.
func (r *request) radii() []choice {
	list := []choice{{Value: "", Label: r.T("listing.radius.any")}}
	for _, km := range rings {
		list = append(list, choice{Value: strconv.Itoa(int(km)), Label: r.T("listing.radius.km", "n", int(km))})
	}
	return list
}

// Without is this page's address without a filter, from the first line on.
func (p *page) Without(name string) string {
	names := []string{name}
	if name == "dates" {
		names = []string{"from", "to"}
	}
	kept := url.Values{}
	for k, v := range p.query {
		if !slices.Contains(names, k) {
			kept[k] = v
		}
	}
	bare := *p
	bare.query = kept
	return bare.with("", "")
}
