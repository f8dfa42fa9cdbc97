package format

import (
	"bufio"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Limits of an extract of OpenStreetMap.
const (
	maxOSMDepth = 8
	maxNodes    = 3_000_000 // kept to place ways: 16 bytes each; a département has some 10 million
	maxTagBytes = 4 << 10
	maxRefs     = 2000 // nodes of a way: what the format allows
	maxTagCount = 500
	// OSMCredit must stand where the data is shown (ODbL §4.3).
	OSMCredit = "© les contributeurs d’OpenStreetMap, ODbL"
)

// guarded counts what an XML decoder pulls for one token, which it keeps in
// memory whole.
type guarded struct {
	r    *bufio.Reader
	left int
}

// ReadByte is what encoding/xml reads by.
func (g *guarded) ReadByte() (byte, error) {
	if g.left--; g.left < 0 {
		return 0, errHuge
	}
	return g.r.ReadByte()
}

// Read is there because a decoder is given an io.Reader; it uses ReadByte.
func (g *guarded) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := g.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// place is a position by the id of its node, in degrees × 10 million as
// OpenStreetMap keeps them.
type place struct {
	id       int64
	lat, lon int32
}

// osm is an extract being read.
type osm struct {
	o        *Options
	v        *Visitor
	n        int // things so far
	depth    int
	nodes    []place
	sorted   bool
	overflow bool

	// Of the thing being read.
	thing  string // node, way or relation; empty between things
	id     string
	at     place
	placed bool
	refs   []int64
	tags   map[string]string
}

// readOSM reads the nodes, ways and relations of an XML extract that have a use
// the box knows (osmkind.go). A way lies in the middle of its nodes, which must
// be in the file, or where its <center> says. Entities are refused.
func readOSM(r *bufio.Reader, o *Options, v *Visitor) error {
	g := &guarded{r: r}
	d := xml.NewDecoder(g)
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) { return nil, errors.New("charset " + label) }
	m := &osm{o: o, v: v, sorted: true, tags: map[string]string{}}
	for {
		g.left = maxThing
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) && m.depth == 0 && m.n > 0 {
			return nil
		}
		if err != nil {
			return m.fault(err)
		}
		switch t := t.(type) {
		case xml.Directive:
			return &Broken{m.n, Entities, ""}
		case xml.StartElement:
			err = m.start(t)
		case xml.EndElement:
			err = m.end(t.Name.Local)
		}
		if err != nil {
			return err
		}
	}
}

// fault makes a Broken of what the decoder says.
func (m *osm) fault(err error) error {
	syntax, bad := errors.AsType[*xml.SyntaxError](err)
	switch {
	case errors.Is(err, io.EOF) && m.depth == 0:
		return &Broken{Reason: NotThis, Detail: "OpenStreetMap"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), bad && strings.Contains(syntax.Msg, "unexpected EOF"):
		return &Broken{m.n, Cut, ""}
	case errors.Is(err, errHuge):
		return &Broken{m.n, HugeThing, ""}
	case bad && strings.Contains(syntax.Msg, "entity"):
		return &Broken{m.n, Entities, ""}
	case bad || strings.HasPrefix(err.Error(), "xml:"):
		return &Broken{m.n, Markup, ""}
	}
	return err
}

func (m *osm) start(t xml.StartElement) error {
	if m.depth++; m.depth > maxOSMDepth {
		return &Broken{m.n, Deep, ""}
	}
	name := t.Name.Local
	if m.depth == 1 {
		switch name {
		case "osm":
			m.n = max(m.n, 0)
			return nil
		case "kml":
			return &Broken{Reason: KML}
		}
		return &Broken{Reason: NotThis, Detail: "OpenStreetMap"}
	}
	switch {
	case m.depth == 2 && (name == "node" || name == "way" || name == "relation"):
		m.n++
		m.thing, m.id, m.placed, m.refs = name, attr(t, "id"), false, m.refs[:0]
		clear(m.tags)
		m.lie(t)
		if name == "node" {
			m.keep()
		}
	case m.thing == "":
	case name == "tag" && len(m.tags) < maxTagCount:
		if k, v := attr(t, "k"), attr(t, "v"); len(k)+len(v) < maxTagBytes {
			m.tags[k] = v
		}
	case name == "nd" && len(m.refs) < maxRefs:
		if ref, err := strconv.ParseInt(attr(t, "ref"), 10, 64); err == nil {
			m.refs = append(m.refs, ref)
		}
		m.lie(t) // some extracts write it at each node
	case name == "center":
		m.lie(t)
	}
	return nil
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// lie takes a position from attributes.
func (m *osm) lie(t xml.StartElement) {
	lat, lon, ok := point(attr(t, "lat"), attr(t, "lon"))
	if ok && !m.placed {
		m.at, m.placed = place{lat: int32(lat * 1e7), lon: int32(lon * 1e7)}, true
	}
}

// keep remembers a node for the ways that come after.
func (m *osm) keep() {
	id, err := strconv.ParseInt(m.id, 10, 64)
	if err != nil || !m.placed {
		return
	}
	if len(m.nodes) >= maxNodes {
		m.overflow = true
		return
	}
	if n := len(m.nodes); n > 0 && m.nodes[n-1].id > id {
		m.sorted = false
	}
	m.nodes = append(m.nodes, place{id, m.at.lat, m.at.lon})
}

func (m *osm) end(name string) error {
	m.depth--
	if m.depth < 0 {
		return &Broken{m.n, Markup, ""}
	}
	if m.depth == 0 && m.n == 0 {
		return &Broken{Reason: Empty}
	}
	if m.thing == "" || m.depth != 1 || name != m.thing {
		return nil
	}
	thing := m.thing
	m.thing = ""
	if len(m.tags) == 0 {
		return nil
	}
	use := placeOf(m.tags)
	if use.kind == "" {
		v := m.tags["name"]
		if v != "" {
			m.v.Skip(NotShown)
		}
		return nil
	}
	rec := m.record(thing, use)
	switch {
	case rec.Name == "":
		m.v.Skip(Unnamed)
		return nil
	case !m.placed && !m.middle():
		m.v.refuse(m.n, NoCentre, rec.Name)
		return nil
	}
	rec.Lat, rec.Lon, rec.Placed = float64(m.at.lat)/1e7, float64(m.at.lon)/1e7, true
	return m.v.Take(rec)
}

// middle puts a way at the middle of its nodes.
func (m *osm) middle() bool {
	if !m.sorted {
		slices.SortFunc(m.nodes, func(a, b place) int { return cmp.Compare(a.id, b.id) })
		m.sorted = true
	}
	var south, north, west, east int32
	found := 0
	for _, ref := range m.refs {
		i, ok := slices.BinarySearchFunc(m.nodes, ref, func(p place, id int64) int { return cmp.Compare(p.id, id) })
		if !ok {
			continue
		}
		p := m.nodes[i]
		if found == 0 {
			south, north, west, east = p.lat, p.lat, p.lon, p.lon
		}
		south, north, west, east = min(south, p.lat), max(north, p.lat), min(west, p.lon), max(east, p.lon)
		found++
	}
	m.at = place{lat: south/2 + north/2, lon: west/2 + east/2}
	return found > 0
}

// record is the thing just read.
func (m *osm) record(thing string, u use) Record {
	get := func(names ...string) string {
		for _, n := range names {
			if m.tags[n] != "" {
				return m.tags[n]
			}
		}
		return ""
	}
	rec := Record{
		Line: m.n, ID: thing + "/" + m.id, Kind: u.kind, Category: u.category,
		Name: tidy(get("name:fr", "name", "official_name", "short_name")), Text: lines(get("description:fr", "description")),
		Street:     tidy(strings.TrimSpace(get("addr:housenumber") + " " + get("addr:street", "addr:place"))),
		PostalCode: get("addr:postcode"), City: tidy(get("addr:city")), INSEE: strings.ToUpper(get("ref:INSEE")),
		Phone: tidy(get("contact:phone", "phone")), Email: mail(get("contact:email", "email")),
		Website: website(get("contact:website", "website")), Hours: get("opening_hours"), SIRET: get("ref:FR:SIRET"),
	}
	if rec.Name == "" && u.kind == KindPOI { // nobody names a bench
		rec.Name = u.name
		if where := tidy(get("defibrillator:location", "operator")); where != "" && len(where) <= 60 {
			rec.Name += " (" + where + ")"
		}
	}
	return rec
}
