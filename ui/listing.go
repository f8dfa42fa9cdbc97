package ui

import (
	"net/http"
	"net/url"
	"strings"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
)

// listingRoutes are search and the pages of single cards. They are registered
// last: short codes stand at the root.
func (s *Server) listingRoutes() []route {
	return []route{
		{GET, "/recherche", public, s.search},
		{GET, "/fiche/:id", public, s.foreignCard},
		{GET, "/:code", public, s.shortCode},
	}
}

// searchPage is what a search found.
type searchPage struct {
	page
	Form   *form
	Asked  bool
	Words  string
	Total  int64
	Cards  []cardView
	Pager  pagerView
	Empty  *noticeView
	Orders []choice
	Radii  []choice
	Kinds  []choice
	Query  string
}

// search looks through everything, the newest first.
func (s *Server) search(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	p := &searchPage{page: r.page("listing.search.title"), Form: r.queryForm(), Asked: r.filtered()}
	var res listing.Result
	err = r.View(func(tx *store.Tx) (err error) {
		if err = fromHome(tx, &q); err != nil {
			return err
		}
		if res, err = listing.Find(tx, q); err != nil {
			return err
		}
		if res.Total == 0 {
			if p.Empty, err = r.wider(tx, q); err != nil {
				return err
			}
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	p.Total = res.Total
	distances(res.Cards, r.asksDistance())
	for _, c := range res.Cards {
		p.Cards = append(p.Cards, r.card(c, false))
	}
	v := r.QueryParams()
	p.Pager = r.pager(v, q.Cursor, res.Next, "listing.next")
	v.Del("cursor")
	p.Query = "?" + v.Encode()
	p.Words, p.Radii, p.Kinds = r.filterWords(q), r.radii(), r.kinds()
	p.Orders = []choice{{Value: "", Label: r.T("listing.order.newest")}, {Value: "date", Label: r.T("listing.order.date")}, {Value: "near", Label: r.T("listing.order.near")}}
	if q.Q != "" {
		p.Orders = append(p.Orders, choice{Value: "best", Label: r.T("listing.order.best")})
	}
	return r.Render("listing/search", p)
}

// kinds are the kinds of cards a search can be limited to.
func (r *request) kinds() []choice {
	list := []choice{{Value: "", Label: r.T("listing.kind.any")}}
	for _, k := range []string{
		listing.KindEvent, listing.KindOffer, listing.KindNeed, listing.KindPlace, listing.KindOrg, listing.KindProject, listing.KindNotice,
	} {
		list = append(list, choice{Value: k, Label: r.subjectOf(k).Word})
	}
	return list
}

// wider says what a wider circle would find when a search found nothing, or
// the same search without its other filters (RE-7).
func (r *request) wider(tx *store.Tx, q listing.Query) (*noticeView, error) {
	q.Cursor = ""
	for _, km := range []float64{15, 30, 50, 100, 0} {
		if q.RadiusKM == 0 || (km != 0 && km <= q.RadiusKM) {
			continue
		}
		wide := q
		wide.RadiusKM = km
		n, err := listing.Count(tx, wide)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			continue
		}
		v := r.QueryParams()
		v.Del("cursor")
		v.Del("radius_km")
		text := r.T("listing.wider_all", "n", n)
		if km != 0 {
			v.Set("radius_km", r.plainNumber(km))
			text = r.T("listing.wider", "n", n, "km", int(km))
		}
		return &noticeView{Text: text, Href: "/recherche?" + v.Encode(), Action: r.T("listing.widen")}, nil
	}
	return &noticeView{Text: r.T("listing.nothing")}, nil
}

// shortCode shows the thing of a short code.
func (s *Server) shortCode(r *request) error {
	code, ok := listing.ParseCode(r.Param("code"))
	if !ok {
		return errNoPage
	}
	if code != r.Param("code") {
		return r.Context.Redirect(http.StatusMovedPermanently, "/"+code)
	}
	var c listing.Card
	err := r.View(func(tx *store.Tx) (err error) {
		c, err = listing.ByCode(tx, code)
		return err
	})
	if err != nil {
		return err
	}
	if c.Ref.Module != agenda.Module {
		return r.Redirect("/"+c.Ref.Module+"/"+c.Ref.ID, "")
	}
	return s.showEvent(r, c.Ref.ID)
}

// foreignPage is a neighbour's card as far as this box knows it.
type foreignPage struct {
	page
	Card   listing.Card
	View   cardView
	When   string
	Box    string
	Copied string
	Tags   []monthLink
}

// foreignCard shows a neighbour's card: read only, with where it comes from
// and how old the copy is. Own cards have their own pages.
func (s *Server) foreignCard(r *request) error {
	p := &foreignPage{page: r.page("")}
	var home listing.Home
	err := r.View(func(tx *store.Tx) (err error) {
		if home, err = listing.HomeOf(tx); err != nil {
			return err
		}
		p.Card, err = listing.ByID(tx, r.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	c := &p.Card
	if c.Origin == nil {
		return r.Redirect("/"+c.Ref.Module+"/"+c.Ref.ID, "")
	}
	if home.Position != nil && c.Position != nil {
		km := home.Position.DistanceKM(*c.Position)
		c.DistanceKM = &km
	}
	p.View = r.card(*c, false)
	p.Title, p.When = p.View.Title, p.View.When
	p.Box, p.Copied = r.T("listing.foreign.box", "of", r.Of(c.Origin.Name)), r.T("listing.foreign.copied", "day", r.Day(c.UpdatedAt))
	for _, t := range c.Tags {
		p.Tags = append(p.Tags, monthLink{"/recherche?tag=" + url.QueryEscape(t), t})
	}
	r.FreshUntil(c.EndsAt)
	return r.Render("listing/foreign", p)
}

// plainNumber is a number for an address.
func (r *request) plainNumber(km float64) string { return strings.TrimSuffix(formatFloat(km), ".0") }
