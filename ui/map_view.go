package ui

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"copi.local/store/listing"
)

// mapView is what the script needs to draw, and the legend.
type mapView struct {
	*speech
	Label             string
	Src, Panel, Names string // what to ask for marks, for their cards, for names on the ground
	Lat, Lon          string
	Zoom              int
	Bounds, Extent    string   // south,west,north,east
	Grounds           []string // outlines
	Tiles             string   // address of a .pmtiles file, when there is one
	Icons             string
	Kinds, Words      string
	Legend            []mapSign
	Keep              bool   // where one looks is kept in the address
	Pick              string // id of the field that a tap fills; empty on a map of cards
}

// mapSign is a line of the legend: an icon or a letter in a colour, and a word.
type mapSign struct{ Colour, Icon, Letter, Word string }

// mapView is a map, yet without a place to look at.
func (r *request) mapView(ask mapAsk, total int64) *mapView {
	v := ask.filters
	if ask.saved != nil {
		v = filtersOf(url.Values{"placed": v["placed"]})
		v.Set("saved", ask.saved.Slug)
	}
	if ask.leaves {
		v = changed(v, "public", "yes")
	}
	query := ""
	if len(v) > 0 {
		query = "?" + v.Encode()
	}
	m := &mapView{
		speech: r.speech, Label: r.T("map.label", "n", total), Keep: !ask.leaves,
		Src: "/api/v1/map" + query, Panel: "/carte/fiches" + query, Names: "/carte/noms", Icons: r.s.assets.names["icons.svg"],
		Kinds: r.mapKinds(), Words: r.mapWords(), Legend: r.legend(ask),
	}
	m.ground(r.s)
	return m
}

// pickMap is a map to point at, for the field of a form: a place or, where the
// field has lines, the corners of an outline. Nil when the box has no place to
// begin at.
func (r *request) pickMap(field string, home *listing.Point) *mapView {
	if home == nil {
		return nil
	}
	m := &mapView{
		speech: r.speech, Label: r.T("map.pick.label"), Names: "/carte/noms", Kinds: r.mapKinds(), Words: r.mapWords(),
		Zoom: villageZoom, Pick: "f-" + field,
	}
	m.ground(r.s)
	m.look(home)
	return m
}

// ground takes the map the operator brought, if there is one.
func (m *mapView) ground(s *Server) {
	if s.tiles() != "" {
		m.Tiles = "/carte/fond.pmtiles"
	}
}

// legend says what each mark means: the tags of a saved map by letters, or else
// the kinds of cards by icons.
func (r *request) legend(ask mapAsk) []mapSign {
	var list []mapSign
	if ask.saved != nil && len(ask.saved.Colours) > 0 {
		for i, c := range ask.saved.Colours {
			list = append(list, mapSign{Colour: c.Colour, Letter: letter(i), Word: c.Tag})
		}
		return list // each card of such a map has one of its tags
	}
	asked := ask.filters["kind"]
	for _, k := range r.kinds()[1:] {
		if len(asked) == 0 || slices.Contains(asked, k.Value) {
			sub := r.subjectOf(k.Value)
			list = append(list, mapSign{Colour: sub.Colour, Icon: sub.Icon, Word: sub.Word})
		}
	}
	return list
}

// letter is the sign of a saved map's tag.
func letter(i int) string { return string(rune('A' + i)) }

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

// follow looks where a saved map was made to look.
func (m *mapView) follow(saved *listing.SavedMap) {
	if saved == nil {
		return
	}
	if m.Bounds = m.Extent; saved.At != nil {
		m.Bounds, m.Zoom = "", saved.Zoom
		m.look(saved.At)
	}
}

// look puts the middle of the map.
func (m *mapView) look(at *listing.Point) {
	m.Grounds = groundsOf(at)
	if at == nil {
		return
	}
	lat, lon := at.Degrees()
	m.Lat, m.Lon = formatFloat(lat), formatFloat(lon)
}

// metropole is where the outlines of metropolitan France and of its neighbours
// are looked for; elsewhere those of the overseas départements are.
var metropole = listing.Box{South: 3800000, West: -1050000, North: 5500000, East: 2000000}

func groundsOf(at *listing.Point) []string {
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

// onMap is the map around one thing; empty when it has no place.
func onMap(at *listing.Point) string {
	if at == nil {
		return ""
	}
	lat, lon := at.Degrees()
	return "/carte?near=" + formatFloat(lat) + "," + formatFloat(lon) + "&radius_km=2&current=yes"
}
