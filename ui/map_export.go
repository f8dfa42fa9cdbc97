package ui

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"

	"copi.local/store"
	"copi.local/store/listing"
)

// maxExport is how many cards a map in a file may have: all of them are drawn
// by the reader's machine.
const maxExport = 20_000

// exportPage is the page of a map in a file: it names nothing of the box but
// the addresses of the cards.
type exportPage struct {
	*speech
	Title, Note string
	Made        string
	Home        string // the map's own page
	Counted     mapCount
	Map         *mapView
	Cards       []exportCard
}

// exportCard is a card of a map in a file. Its names in JSON are what the
// script of the map reads.
type exportCard struct {
	Kind    string   `json:"kind"`
	Title   string   `json:"title"`
	URL     string   `json:"url"`
	Lat     *float64 `json:"lat,omitempty"`
	Lon     *float64 `json:"lon,omitempty"`
	When    string   `json:"when,omitempty"`
	Summary string   `json:"summary,omitempty"`
	Colour  string   `json:"colour,omitempty"`
	Letter  string   `json:"letter,omitempty"`
	Word    string   `json:"-"`
	Origin  string   `json:"-"`
}

// mapExport is a saved map as a folder that any web site can carry and that
// opens from a disk: a page, its data and what draws them.
func (s *Server) mapExport(r *request) error {
	m, err := r.savedBySlug()
	if err != nil {
		return err
	}
	r.asVisitor()
	ask := mapAsk{filters: mergedFilters(m, nil), chosen: true, path: "/carte/" + m.Slug, saved: &m, leaves: true}
	q, err := r.mapQuery(ask)
	if err != nil {
		return err
	}
	p := &exportPage{speech: r.speech, Title: r.Typo(m.Title), Note: m.Note, Home: r.base() + ask.path}
	p.Made = r.T("map.export.made", "day", r.Day(r.now), "of", r.Of(s.village(r.context())))
	var features []feature
	var f found
	err = r.View(func(tx *store.Tx) error {
		if err := f.ask(tx, &q); err != nil {
			return err
		}
		if f.Total > maxExport {
			return store.E(store.Conflict, "err.listing.export_many", "max", maxExport)
		}
		paint := m.Painter(tx)
		return listing.Walk(tx, q, func(c listing.Card) error {
			i, err := paint(c)
			if err != nil {
				return err
			}
			features = append(features, r.feature(c, f.home))
			p.Cards = append(p.Cards, r.exportCard(c, &m, i))
			return nil
		})
	})
	if err != nil {
		return err
	}
	p.Counted = mapCount{speech: r.speech, Total: f.Total, Unplaced: f.unplaced}
	p.Map = r.mapView(ask, f.Total)
	p.Map.aim(q, false, true, f.home, f.extent)
	p.Map.follow(&m)
	b, err := r.packMap(p, features, f.extent)
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="carte-`+m.Slug+`.zip"`)
	return r.Data(http.StatusOK, "application/zip", b)
}

func (r *request) exportCard(c listing.Card, m *listing.SavedMap, rule int) exportCard {
	view := r.card(c, false)
	out := exportCard{
		Kind: c.Kind, Title: view.Title, URL: r.base() + view.Href, When: view.When, Summary: view.More,
		Word: view.Subject.Word, Origin: view.Origin,
	}
	if c.Position != nil {
		lat, lon := c.Position.Degrees()
		out.Lat, out.Lon = &lat, &lon
	}
	if rule >= 0 {
		out.Colour, out.Letter = m.Colours[rule].Colour, letter(rule)
	}
	return out
}

// packMap writes the folder.
func (r *request) packMap(p *exportPage, features []feature, extent listing.Box) ([]byte, error) {
	data, err := r.s.mapInFile(p, extent)
	if err != nil {
		return nil, err
	}
	geo, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	if err := r.s.pages.set.ExecuteTemplate(&page, "map/export", p); err != nil {
		return nil, fmt.Errorf("template map/export: %w", err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add := func(name string, body []byte) {
		if err == nil {
			var w interface{ Write([]byte) (int, error) }
			if w, err = z.Create(name); err == nil {
				_, err = w.Write(body)
			}
		}
	}
	add("index.html", page.Bytes())
	add("donnees.js", data)
	add("donnees.geojson", geo)
	for name, file := range map[string]string{
		"carte.js": "map.js", "carte.css": "map.css", "copi.css": "copi.css",
		"leaflet.js": "vendor/leaflet/leaflet.js", "leaflet.css": "vendor/leaflet/leaflet.css", "leaflet-LICENSE.txt": "vendor/leaflet/LICENSE",
	} {
		body, bad := r.s.assets.plain(file)
		err = cmp.Or(err, bad)
		add(name, body)
	}
	if err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// drawing is an icon of the sprite.
var drawing = regexp.MustCompile(`<symbol id="([a-z0-9-]+)"[^>]*>(.*?)</symbol>`)

// mapInFile is what the script asks a box for, as one file it can load from a
// disk: cards, names and outlines of the ground, icons.
func (s *Server) mapInFile(p *exportPage, extent listing.Box) ([]byte, error) {
	still := struct {
		Items  []exportCard      `json:"items"`
		Ground []json.RawMessage `json:"ground"`
		Names  []apiName         `json:"names"`
		Icons  map[string]string `json:"icons"`
	}{Items: []exportCard{}, Names: []apiName{}, Icons: map[string]string{}}
	for _, c := range p.Cards {
		if c.Lat != nil {
			still.Items = append(still.Items, c)
		}
	}
	for _, name := range p.Map.Grounds {
		ground, err := s.assets.plain(name)
		if err != nil {
			return nil, err
		}
		still.Ground = append(still.Ground, ground)
	}
	names, err := listing.Names(extent.Wider(degreeTenth), nearZoom)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		lat, lon := n.At.Degrees()
		still.Names = append(still.Names, apiName{Name: n.Name, Lat: lat, Lon: lon})
	}
	icons, err := s.assets.plain("icons.svg")
	if err != nil {
		return nil, err
	}
	for _, m := range drawing.FindAllSubmatch(icons, -1) {
		for _, sub := range subjects {
			if sub.Icon == string(m[1]) {
				still.Icons[sub.Icon] = string(m[2])
			}
		}
	}
	b, err := json.Marshal(still)
	return append(append([]byte("window.copiMap = "), b...), ";\n"...), err
}

// degreeTenth is as much ground around a map's cards as has names.
const degreeTenth = 10_000
