package ui

import (
	"maps"
	"net/url"
	"slices"
	"strconv"

	"copi.local/store"
	"copi.local/store/listing"
)

// mapRoutes are the map of any list, maps people saved, and what the script of
// both asks for. Without the script, or before it has loaded, a map's page is
// the list itself with distances and directions in words.
func (s *Server) mapRoutes() []route {
	return []route{
		{GET, "/carte", public, s.mapPage},
		{GET, "/carte/fiches", public, s.mapCards},
		{GET, "/carte/noms", public, s.mapNames},
		{GET, "/carte/fond.pmtiles", public, s.mapTiles},
		{GET, "/api/v1/map", public, s.apiMap},
		{GET, "/cartes", public, s.savedMaps},
		{GET, "/cartes/nouvelle", resident, s.mapNew},
		{POST, "/cartes/nouvelle", resident, s.mapSave},
		{GET, "/carte/:slug", public, s.savedMap},
		{GET, "/carte/:slug/modifier", owner, s.mapEdit},
		{POST, "/carte/:slug/modifier", owner, s.mapChange},
		{POST, "/carte/:slug/retirer", owner, s.mapRemove},
		{POST, "/carte/:slug/enlever", operator, s.mapTakeDown},
		{GET, "/carte/:slug/export.zip", public, s.mapExport},
		{GET, "/integration/carte", public, s.embedMap},
		{GET, "/integration/carte/:slug", public, s.embedMap},
		{GET, "/integration/agenda", public, s.embedAgenda},
	}
}

// mapList is how many cards the list beside a map shows at once.
const mapList = 12

// mapPage is a map with its list.
type mapPage struct {
	page
	Form  *form
	Kinds []choice
	Radii []choice
	Past  []choice
	Kept  []pair // filters the form has no field for
	Save  string // the form of a saved map with these filters
	mapBody
}

// mapBody is what a map's page, a saved map's and an embedded one share.
type mapBody struct {
	Words   string // the filters
	Counted mapCount
	Map     *mapView // nil when there is nothing to draw
	Cards   []cardView
	Pager   pagerView
	Empty   *noticeView
	Query   string // of the same set as a table or a feed
	Without bool   // the list of what has no place
	All     string // back from there
}

// mapCount is the line above a map: how many, and how many of them nowhere.
type mapCount struct {
	*speech
	Total, Unplaced int64
	Href            string // the list of those
}

// Sentence is « 137 résultats dont 12 sans lieu », the latter a link.
func (c mapCount) Sentence() string { return c.T("map.count", "n", c.Total) }

// Nowhere is the part of it about what has no place.
func (c mapCount) Nowhere() string { return c.T("map.nowhere", "n", c.Unplaced) }

// mapPage shows what a list holds on a map. Without filters that is all that
// is not over.
func (s *Server) mapPage(r *request) error {
	ask := mapAsk{filters: r.mapFilters(), cursor: r.QueryParam("cursor"), chosen: r.filtered(), path: "/carte"}
	q, err := r.mapQuery(ask)
	if err != nil {
		return err
	}
	p := &mapPage{page: r.page("map.title"), Form: r.queryForm()}
	p.Form.values.Set("current", ask.filters.Get("current"))
	if err := r.fillMap(&p.mapBody, q, ask); err != nil {
		return err
	}
	p.Radii = r.radii()
	p.Kinds = r.kinds()[1:]
	p.Past = r.pasts()
	p.Kept = kept(ask.filters, "q", "kind", "tag", "radius_km", "from", "to", "current")
	p.Save = "/cartes/nouvelle?" + ask.filters.Encode()
	return r.Render("map/map", p)
}

// mapFilters are the filters of the address; without any, all that is not over.
func (r *request) mapFilters() url.Values {
	v := filtersOf(r.QueryParams())
	if !r.filtered() {
		v.Set("current", "yes")
	}
	return v
}

// pasts tells whether a map shows what is over.
func (s *speech) pasts() []choice {
	return []choice{{Value: "yes", Label: s.T("map.past.no")}, {Value: "no", Label: s.T("map.past.yes")}}
}

// mapAsk is what a map is of.
type mapAsk struct {
	filters url.Values
	cursor  string
	chosen  bool              // somebody chose the filters: show all they find
	path    string            // of the page
	saved   *listing.SavedMap // nil for a list's own map
	leaves  bool              // for another web site
}

// mapQuery reads the filters of a map. What has no date and is not asked for in
// another order is listed the nearest first.
func (r *request) mapQuery(ask mapAsk) (listing.Query, error) {
	v := maps.Clone(ask.filters)
	if v.Get("order") == "" && v.Get("from") == "" && v.Get("to") == "" && (v.Get("near") != "" || r.hasHome()) {
		v.Set("order", string(listing.Nearest))
	}
	if ask.cursor != "" {
		v.Set("cursor", ask.cursor)
	}
	q, err := r.parseFilters(v)
	if err != nil {
		return q, &badAddress{err}
	}
	q.Limit, q.Leaves = mapList, ask.leaves
	return q, nil
}

// hasHome tells whether the box knows where its commune is.
func (r *request) hasHome() bool {
	var home listing.Home
	err := r.View(func(tx *store.Tx) (err error) {
		home, err = listing.HomeOf(tx)
		return err
	})
	return err == nil && home.Position != nil
}

// found is what the box knows of a map's query.
type found struct {
	listing.Result
	unplaced int64
	extent   listing.Box
	home     listing.Home
}

func (f *found) ask(tx *store.Tx, q *listing.Query) (err error) {
	if f.home, err = listing.HomeOf(tx); err != nil {
		return err
	}
	if err = fromHome(tx, q); err != nil {
		return err
	}
	if f.Result, err = listing.Find(tx, *q); err != nil {
		return err
	}
	if _, f.unplaced, err = listing.Places(tx, pageless(*q)); err != nil || f.Total == f.unplaced {
		return err
	}
	f.extent, _, err = listing.Extent(tx, pageless(*q))
	return err
}

// fillMap asks for the cards of a query and makes their map and their list.
func (r *request) fillMap(p *mapBody, q listing.Query, ask mapAsk) error {
	near := q.Near != nil
	var f found
	var places map[string]string
	err := r.View(func(tx *store.Tx) (err error) {
		if err = f.ask(tx, &q); err != nil {
			return err
		}
		if err = r.findCovers(tx, f.Cards); err != nil {
			return err
		}
		if places, err = r.places(tx, q, nil); err != nil {
			return err
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	for _, c := range f.Cards {
		p.Cards = append(p.Cards, r.card(c, false))
	}
	p.Words, p.Query = r.filterWords(q, places), "?"+ask.filters.Encode()
	p.Counted = mapCount{speech: r.speech, Total: f.Total, Unplaced: f.unplaced}
	p.Without = q.Placed == listing.WithoutPlace
	if p.Without {
		p.All = ask.address(changed(ask.filters, "placed", ""))
	} else if f.unplaced > 0 {
		p.Counted.Href = ask.address(changed(ask.filters, "placed", "no"))
	}
	if f.Total == 0 {
		p.Empty = &noticeView{Text: r.T("listing.nothing")}
	}
	p.Pager = r.pager(r.QueryParams(), q.Cursor, f.Next, "listing.next")
	if f.Total > f.unplaced {
		p.Map = r.mapView(ask, f.Total)
		p.Map.aim(q, near, ask.chosen, f.home, f.extent)
		p.Map.follow(ask.saved)
	}
	return nil
}

// address is the map's page with other filters: a saved map has its own, and
// only what has no place is asked of it.
func (a mapAsk) address(v url.Values) string {
	if a.saved != nil {
		v = filtersOf(url.Values{"placed": v["placed"]})
	}
	if len(v) == 0 {
		return a.path
	}
	return a.path + "?" + v.Encode()
}

// pageless is q without the page of it that is shown.
func pageless(q listing.Query) listing.Query {
	q.Cursor, q.Limit, q.Order = "", 0, listing.ByDefault
	return q
}

// filtersOf keeps the filters of an address, and nothing that is of one page.
func filtersOf(v url.Values) url.Values {
	f := url.Values{}
	for _, name := range filterNames {
		for _, value := range v[name] {
			if value != "" {
				f.Add(name, value)
			}
		}
	}
	return f
}

// changed is v with one filter set, or without it.
func changed(v url.Values, name, value string) url.Values {
	w := maps.Clone(v)
	w.Del(name)
	if value != "" {
		w.Set(name, value)
	}
	return w
}

// kept are the filters of an address that a form has no field for.
func kept(v url.Values, fields ...string) []pair {
	var list []pair
	for _, name := range filterNames {
		for _, value := range v[name] {
			if value != "" && !slices.Contains(fields, name) {
				list = append(list, pair{name, value})
			}
		}
	}
	return list
}

// atMost is a number of an address within bounds; or when it is none.
func atMost(s string, bound, or int) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > bound {
		return or
	}
	return n
}
