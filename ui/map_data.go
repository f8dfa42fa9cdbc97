package ui

import (
	"net/http"
	"os"
	"strconv"

	"copi.local/store"
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
	Colour string  `json:"colour,omitempty"` // of a saved map, one of the subjects'
}

// apiMap answers what a map shows of the filters in a box.
func (s *Server) apiMap(r *request) error {
	q, err := r.filters()
	if err != nil {
		return err
	}
	box, zoom, err := r.viewport()
	if err != nil {
		return err
	}
	q.Box = nil
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
		out.fill(v)
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

func (out *apiView) fill(v listing.View) {
	out.Inside, out.Clusters, out.Items = v.Inside, []apiCluster{}, []apiPin{}
	for _, c := range v.Clusters {
		lat, lon := c.At.Degrees()
		out.Clusters = append(out.Clusters, apiCluster{c.N, lat, lon, degrees(c.Box), c.Kind})
	}
	for _, c := range v.Pins {
		lat, lon := c.Position.Degrees()
		out.Items = append(out.Items, apiPin{ID: c.Ref.ID, Kind: c.Kind, Title: c.Title, Lat: lat, Lon: lon, URL: cardHref(c)})
	}
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
	q, err := r.filters()
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
			p.Rest = "/carte?" + filtersOf(r.QueryParams()).Encode()
		}
		return r.freshUntilListsChange(tx)
	})
	if err != nil {
		return err
	}
	return r.RenderPiece("map/cards", p)
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
	f, err := os.Open(file) //nolint:gosec // of the data directory, by no name a visitor gave
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
