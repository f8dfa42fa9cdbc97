package ui

import (
	"encoding/json"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// mapRoutes are the map of any list, and what its script asks for. Without the
// script, or before it has loaded, the page is the list itself with distances
// and directions in words.
func (s *Server) mapRoutes() []route {
	return []route{
		{GET, "/carte", public, s.mapPage},
		{GET, "/carte/fiches", public, s.mapCards},
		{GET, "/carte/noms", public, s.mapNames},
		{GET, "/carte/fond.pmtiles", public, s.mapTiles},
		{GET, "/api/v1/map", public, s.apiMap},
	}
}

// mapList is how many cards the list beside a map shows at once.
const mapList = 20

// mapPage is a map with its list.
type mapPage struct {
	page
	Form    *form
	Asked   bool
	Words   string
	Counted mapCount
	Map     *mapView // nil when there is nothing to draw
	Cards   []cardView
	Pager   pagerView
	Empty   *noticeView
	Kinds   []choice
	Radii   []choice
	Past    []choice
	Kept    []pair // filters the form has no field for
	Query   string
	Without bool   // the list of what has no place
	All     string // back from there
}

// mapCount is the line above a map: how many, and how many of them nowhere.
type mapCount struct {
	*speech
	Total, Unplaced int64
	Href            string // the list of those
}

// mapView is what the script needs to draw, and the legend.
type mapView struct {
	*speech
	Label               string
	Src, Panel, Names   string
	Lat, Lon            string
	Zoom                int
	Bounds, Extent      string   // south,west,north,east
	Grounds             []string // outlines
	Tiles               string   // address of a .pmtiles file, when there is one
	Icons, Kinds, Words string
	Legend              []subject
	Keep                bool // where one looks is kept in the address
}

// mapPage shows what a list holds on a map. Without filters that is all that
// is not over.
func (s *Server) mapPage(r *request) error {
	v := r.QueryParams()
	if !r.filtered() {
		v.Set("current", "yes")
	}
	p := &mapPage{page: r.page("map.title"), Form: r.queryForm(), Asked: r.filtered()}
	q, err := r.mapQuery(v)
	if err != nil {
		return err
	}
	p.Form.values.Set("current", v.Get("current"))
	if err := r.fillMap(p, q, v); err != nil {
		return err
	}
	var places map[string]string
	err = r.View(func(tx *store.Tx) (err error) {
		places, err = r.places(tx, q, nil)
		return err
	})
	if err != nil {
		return err
	}
	p.Words, p.Radii = r.filterWords(q, places), r.radii()
	p.Kinds = r.kinds()[1:]
	p.Past = []choice{{Value: "yes", Label: r.T("map.past.no")}, {Value: "no", Label: r.T("map.past.yes")}}
	p.Kept = kept(v, "q", "kind", "tag", "radius_km", "from", "to", "current")
	return r.Render("map/map", p)
}

// mapQuery reads the filters of a map. What has no date and is not asked for in
// another order is listed the nearest first.
func (r *request) mapQuery(v url.Values) (listing.Query, error) {
	if v.Get("order") == "" && v.Get("from") == "" && v.Get("to") == "" && (v.Get("near") != "" || r.hasHome()) {
		v = changed(v, "order", string(listing.Nearest))
	}
	q, err := r.parseFilters(v)
	if err != nil {
		return q, &badAddress{err}
	}
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

// fillMap asks for the cards of a query and makes their map and their list.
func (r *request) fillMap(p *mapPage, q listing.Query, v url.Values) error {
	if q.Limit == 0 {
		q.Limit = mapList
	}
	asked := q.Near != nil
	var res listing.Result
	var unplaced int64
	var extent listing.Box
	var home listing.Home
	err := r.View(func(tx *store.Tx) (err error) {
		if home, err = listing.HomeOf(tx); err != nil {
			return err
		}
		if err = fromHome(tx, &q); err != nil {
			return err
		}
		if res, err = listing.Find(tx, q); err != nil {
			return err
		}
		if _, unplaced, err = listing.Places(tx, pageless(q)); err != nil {
			return err
		}
		if res.Total > unplaced {
			if extent, _, err = listing.Extent(tx, pageless(q)); err != nil {
				return err
			}
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	for _, c := range res.Cards {
		p.Cards = append(p.Cards, r.card(c, false))
	}
	p.Without = q.Placed == listing.WithoutPlace
	p.Counted = mapCount{speech: r.speech, Total: res.Total, Unplaced: unplaced}
	if res.Total == 0 {
		p.Empty = &noticeView{Text: r.T("listing.nothing")}
	}
	p.Pager = r.pager(r.QueryParams(), q.Cursor, res.Next, "listing.next")
	filters := filtersOf(v)
	p.Query = "?" + filters.Encode()
	if p.Without {
		p.All = r.Request().URL.Path + "?" + changed(filters, "placed", "").Encode()
	} else if unplaced > 0 {
		p.Counted.Href = r.Request().URL.Path + "?" + changed(filters, "placed", "no").Encode()
	}
	if res.Total > unplaced {
		p.Map = r.mapView(filters, res.Total)
		p.Map.aim(q, asked, p.Asked, home, extent)
	}
	return nil
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

// mapView is a map of filters, yet without a place to look at.
func (r *request) mapView(filters url.Values, total int64) *mapView {
	query := ""
	if len(filters) > 0 {
		query = "?" + filters.Encode()
	}
	m := &mapView{
		speech: r.speech, Label: r.T("map.label", "n", total), Keep: true,
		Src: "/api/v1/map" + query, Panel: "/carte/fiches" + query, Names: "/carte/noms", Icons: r.s.assets.names["icons.svg"],
	}
	if r.s.tiles() != "" {
		m.Tiles = "/carte/fond.pmtiles"
	}
	for _, k := range r.kinds()[1:] {
		m.Legend = append(m.Legend, r.subjectOf(k.Value))
	}
	m.Kinds, m.Words = r.mapKinds(), r.mapWords()
	return m
}

// mapKinds tells the script how each kind of card looks.
func (s *speech) mapKinds() string {
	kinds := map[string]map[string]string{}
	for k := range subjects {
		sub := s.subjectOf(k)
		kinds[k] = map[string]string{"colour": sub.Colour, "icon": sub.Icon, "word": sub.Word}
	}
	return inAttribute(kinds)
}

// mapWords are the sentences of the script.
func (s *speech) mapWords() string {
	words := map[string]string{"credits": mapCredits, "thousands": strings.Trim(s.Number(1000), "01")}
	for name, key := range map[string]string{
		"zoomIn": "map.zoom_in", "zoomOut": "map.zoom_out", "failed": "map.failed", "close": "map.close", "one": "map.one", "tiles": "map.tiles",
	} {
		words[name] = s.T(key)
	}
	words["closer"], words["list"] = s.T("map.closer", "n", "{n}"), s.T("map.list", "n", "{n}")
	return inAttribute(words)
}

// mapCredits names whose outlines and names are on the ground of a map.
const mapCredits = "Natural Earth · GeoNames"

// inAttribute is a value for an attribute that the script reads.
func inAttribute(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "{}" // of strings: cannot be
	}
	return string(b)
}

// closeZoom shows a hamlet, villageZoom a commune and its neighbours.
const (
	closeZoom   = 13
	villageZoom = 12
)

// aim says where a map looks first: at the circle asked for, at the place asked
// for, at all that the filters chose, or at the commune.
func (m *mapView) aim(q listing.Query, near, chosen bool, home listing.Home, extent listing.Box) {
	m.Extent, m.Zoom = extent.String(), villageZoom
	at := home.Position
	switch {
	case q.RadiusKM > 0 && q.Near != nil:
		m.Bounds = q.Near.Around(q.RadiusKM).String()
	case near:
		at, m.Zoom = q.Near, closeZoom
	case q.Box != nil:
		m.Bounds = q.Box.String()
	case chosen, at == nil:
		m.Bounds = m.Extent
	}
	m.look(at)
}

// look puts the middle of the map.
func (m *mapView) look(at *listing.Point) {
	m.Grounds = groundOf(at)
	if at == nil {
		return
	}
	lat, lon := at.Degrees()
	m.Lat, m.Lon = formatFloat(lat), formatFloat(lon)
}

// metropole is where the outlines of metropolitan France and of its neighbours
// are looked for; elsewhere those of the overseas départements are.
var metropole = listing.Box{South: 3800000, West: -1050000, North: 5500000, East: 2000000}

func groundOf(at *listing.Point) []string {
	if at == nil || metropole.Has(*at) {
		return []string{"vendor/natural-earth/europe.topojson", "vendor/natural-earth/departements.topojson"}
	}
	return []string{"vendor/natural-earth/outremer.topojson"}
}

// tiles is the map an operator brought: the first .pmtiles file beside the
// database; empty when there is none.
func (s *Server) tiles() string {
	if s.opt.Basemaps == "" {
		return ""
	}
	files, err := filepath.Glob(filepath.Join(s.opt.Basemaps, "*.pmtiles"))
	if err != nil || len(files) == 0 {
		return ""
	}
	return files[0]
}

// Sentence is « 137 résultats dont 12 sans lieu », the latter a link.
func (c mapCount) Sentence() string { return c.T("map.count", "n", c.Total) }

// Nowhere is the part of it about what has no place.
func (c mapCount) Nowhere() string { return c.T("map.nowhere", "n", c.Unplaced) }
