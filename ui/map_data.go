package ui

import (
	"net/http"
	"net/url"
	"os"
	"strconv"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
)

// apiView is the answer of /api/v1/map.
type apiView struct {
	Total    int64        `json:"total"`    // of the filters, anywhere or nowhere
	Unplaced int64        `json:"unplaced"` // those of them without a place
	Inside   int64        `json:"inside"`   // those of them in the box
	Clusters []apiCluster `json:"clusters"` // above 1000 in the box
	Items    []apiPin     `json:"items"`    // up to 1000
}

type apiCluster struct {
	N    int64      `json:"n"`
	Lat  float64    `json:"lat"`
	Lon  float64    `json:"lon"`
	Box  [4]float64 `json:"box"`            // south, west, north, east
	Kind string     `json:"kind,omitempty"` // when they are all of one
}

// apiPin is what a map shows of one card; the rest is at its address.
type apiPin struct {
	ID     string  `json:"id"`
	Kind   string  `json:"kind"`
	Title  string  `json:"title"`
	Lat    float64 `json:"lat"`
	Lon    float64 `json:"lon"`
	URL    string  `json:"url"`
	Colour string  `json:"colour,omitempty"` // on a saved map: one of the subjects'
	Letter string  `json:"letter,omitempty"` // on a saved map: what tells its tags apart without colour
}

// apiMap answers what a map shows of the filters in a box.
func (s *Server) apiMap(r *request) error {
	box, zoom, err := r.viewport()
	if err != nil {
		return err
	}
	v := r.QueryParams()
	v.Del("box") // what is shown of the set, no part of it
	q, saved, err := r.asked(v)
	if err != nil {
		return err
	}
	var out apiView
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		v, err := listing.Clusters(tx, q, box, zoom)
		if err != nil {
			return err
		}
		if out.Total, out.Unplaced, err = listing.Places(tx, pageless(q)); err != nil {
			return err
		}
		if err := out.fill(tx, v, saved); err != nil {
			return err
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// asked are the filters of an address, or those of the saved map it names. One
// that another web site shows sees what a visitor sees and may take away.
func (r *request) asked(v url.Values) (q listing.Query, saved *listing.SavedMap, err error) {
	if v.Get("public") == "yes" {
		r.asVisitor()
	}
	if slug := v.Get("saved"); slug != "" {
		var m listing.SavedMap
		err := r.View(func(tx *store.Tx) (err error) {
			m, err = listing.MapBySlug(tx, slug)
			return err
		})
		if err != nil {
			return q, nil, err
		}
		saved, v = &m, mergedFilters(m, v)
	}
	if q, err = r.parseFilters(v); err != nil {
		return q, saved, &badAddress{err}
	}
	q.Leaves = r.QueryParam("public") == "yes"
	return q, saved, nil
}

// mergedFilters are the filters of a saved map, and of the address only which
// part of them is looked at.
func mergedFilters(m listing.SavedMap, v url.Values) url.Values {
	f, err := url.ParseQuery(m.Filters)
	if err != nil {
		return url.Values{} // Check read it when it was saved
	}
	for _, name := range []string{"box", "placed", "cursor"} {
		if v.Get(name) != "" {
			f.Set(name, v.Get(name))
		}
	}
	return f
}

// asVisitor forgets who asks, for what other web sites show.
func (r *request) asVisitor() {
	r.me, r.actor = account.Session{}, store.Actor{}
	r.SetRequest(r.Request().WithContext(store.As(r.context(), store.Actor{})))
}

func (out *apiView) fill(tx *store.Tx, v listing.View, saved *listing.SavedMap) error {
	out.Inside, out.Clusters, out.Items = v.Inside, []apiCluster{}, []apiPin{}
	for _, c := range v.Clusters {
		lat, lon := c.At.Degrees()
		out.Clusters = append(out.Clusters, apiCluster{c.N, lat, lon, degrees(c.Box), c.Kind})
	}
	if saved == nil {
		saved = &listing.SavedMap{}
	}
	paint := saved.Painter(tx)
	for _, c := range v.Pins {
		lat, lon := c.Position.Degrees()
		pin := apiPin{ID: c.Ref.ID, Kind: c.Kind, Title: c.Title, Lat: lat, Lon: lon, URL: cardHref(c)}
		if i, err := paint(c); err != nil {
			return err
		} else if i >= 0 {
			pin.Colour, pin.Letter = saved.Colours[i].Colour, letter(i)
		}
		out.Items = append(out.Items, pin)
	}
	return nil
}

// degrees are the edges of a box: south, west, north, east.
func degrees(b listing.Box) [4]float64 {
	south, west := listing.Point{Lat: b.South, Lon: b.West}.Degrees()
	north, east := listing.Point{Lat: b.North, Lon: b.East}.Degrees()
	return [4]float64{south, west, north, east}
}

// viewport is the box and the zoom of the address; without them the whole
// world, from afar.
func (r *request) viewport() (box listing.Box, zoom int, err error) {
	box = listing.World
	if s := r.QueryParam("box"); s != "" {
		var ok bool
		if box, ok = listing.ParseBox(s); !ok {
			return box, 0, &badAddress{store.E(store.Invalid, "err.listing.box").At("box")}
		}
	}
	if s := r.QueryParam("zoom"); s != "" {
		if zoom, err = strconv.Atoi(s); err != nil || zoom < 0 || zoom > listing.MaxZoom {
			return box, 0, &badAddress{store.E(store.Invalid, "err.listing.zoom", "max", listing.MaxZoom).At("zoom")}
		}
	}
	return box, zoom, nil
}

// mapCardsView is what the panel of a map shows: the cards of one mark.
type mapCardsView struct {
	*speech
	Total int64
	Cards []cardView
	Rest  string // the address of the whole list, when it is longer
}

// mapCards is a piece of a page: the cards of a box, the first of them whole.
func (s *Server) mapCards(r *request) error {
	q, saved, err := r.asked(r.QueryParams())
	if err != nil {
		return err
	}
	q.Limit = mapList
	p := &mapCardsView{speech: r.speech}
	err = r.View(func(tx *store.Tx) error {
		if err := fromHome(tx, &q); err != nil {
			return err
		}
		res, err := listing.Find(tx, q)
		if err != nil {
			return err
		}
		p.Total = res.Total
		for _, c := range res.Cards {
			p.Cards = append(p.Cards, r.card(c, false))
		}
		if res.Next != "" {
			p.Rest = "/carte?" + r.restOf(saved).Encode()
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	return r.RenderPiece("map/cards", p)
}

// restOf are the filters of all the cards a panel shows the first of.
func (r *request) restOf(saved *listing.SavedMap) url.Values {
	if saved == nil {
		return filtersOf(r.QueryParams())
	}
	return filtersOf(mergedFilters(*saved, r.QueryParams()))
}

// apiName is a commune's name on the map.
type apiName struct {
	Name string  `json:"name"`
	Lat  float64 `json:"lat"`
	Lon  float64 `json:"lon"`
	Home bool    `json:"home,omitempty"`
}

// mapNames are the communes to write on the ground of a map: this one, those
// whose boxes are known, and the most populous of the others.
func (s *Server) mapNames(r *request) error {
	box, zoom, err := r.viewport()
	if err != nil {
		return err
	}
	out := struct {
		Places []apiName `json:"places"`
	}{[]apiName{}}
	seen := map[string]bool{}
	add := func(name string, at *listing.Point, home bool) {
		if at == nil || name == "" || seen[name] || !box.Has(*at) {
			return
		}
		seen[name] = true
		lat, lon := at.Degrees()
		out.Places = append(out.Places, apiName{name, lat, lon, home})
	}
	err = r.View(func(tx *store.Tx) error {
		home, err := listing.HomeOf(tx)
		if err != nil {
			return err
		}
		add(home.Name, home.Position, true)
		boxes, err := listing.Origins(tx)
		for _, o := range boxes {
			if zoom >= nearZoom {
				add(o.Name, o.Position, false)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	names, err := listing.Names(box, zoom)
	if err != nil {
		return err
	}
	for _, n := range names {
		add(n.Name, &n.At, false)
	}
	return r.JSON(http.StatusOK, out)
}

// nearZoom is from where on the names of all known boxes have room.
const nearZoom = 11

// mapTiles is the operator's own map, in the pieces the script asks for: this
// one file, never the directory it lies in.
func (s *Server) mapTiles(r *request) error {
	file := s.tiles()
	if file == "" {
		return errNoPage
	}
	f, err := os.Open(file) // of the data directory, by no name a visitor gave
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h := r.Response().Header()
	h["Content-Type"], h["Cache-Control"] = []string{"application/octet-stream"}, noCache
	http.ServeContent(r.Response(), r.Request(), "", info.ModTime(), f)
	return nil
}
