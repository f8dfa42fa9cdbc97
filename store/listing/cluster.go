package listing

import (
	"database/sql"
	"math"

	"copi.local/store"
)

// MaxZoom is the nearest a map gets: what stays together there is listed.
const MaxZoom = 18

// MaxPins is how many cards a view shows one by one; above it they are counted
// by cells of a grid. An old phone draws a thousand marks in a blink, five
// thousand in two seconds.
const MaxPins = 1000

// cellSize is a cell of the grid, in pixels of the screen.
const cellSize = 64

// View is what a map shows of a query in a box: Pins when there are few, else
// Clusters. Whatever the box and the zoom, the cards of either add up to Inside.
type View struct {
	Inside   int64 // cards of the query in the box
	Clusters []Cluster
	Pins     []Card
}

// Cluster is the cards of one cell: how many, their mean place, and the box
// that just holds them, to look closer. Kind is empty when there are several.
type Cluster struct {
	N    int64
	At   Point
	Box  Box
	Kind string
}

// Clusters answers q for a map that shows a box at a zoom (of web maps: a world
// of 256 pixels at 0, twice as wide at each step). Cursor, Limit and Order play
// no part.
func Clusters(tx *store.Tx, q Query, box Box, zoom int) (View, error) {
	q.Cursor, q.Limit = "", 0
	if !box.valid() {
		return View{}, store.E(store.Invalid, "err.listing.box").At("box")
	}
	if zoom < 0 || zoom > MaxZoom {
		return View{}, store.E(store.Invalid, "err.listing.zoom", "max", MaxZoom).At("zoom")
	}
	if err := q.Check(); err != nil {
		return View{}, err
	}
	asked := q.Box
	q.Box = &box
	var v View
	s, err := newSearch(tx, q)
	if err != nil || s.nothing {
		return v, err
	}
	if asked != nil {
		asked.within(s.filters)
	}
	w, high, wide := s.where(), cellHeight(box, zoom), cellWidth(zoom)
	v.Clusters, err = store.All(tx, scanCluster, sqlClusterHead+w.sql()+sqlClusterTail, append(w.args, high, wide)...)
	if err != nil {
		return v, err
	}
	for i := range v.Clusters {
		v.Inside += v.Clusters[i].N
	}
	if v.Inside > MaxPins {
		return v, nil
	}
	v.Clusters = nil
	v.Pins, err = store.All(tx, scanCard, sqlCardColumns+sqlFromCards+w.sql()+" ORDER BY c.card_id DESC", w.args...)
	if err == nil {
		err = alongside(tx, v.Pins, false)
	}
	return v, err
}

// Places counts the cards of q, and those among them that are nowhere on a map.
func Places(tx *store.Tx, q Query) (total, unplaced int64, err error) {
	if total, err = Count(tx, q); err != nil {
		return 0, 0, err
	}
	if q.Placed == WithPlace || q.Box != nil {
		return total, 0, nil // nothing of that is nowhere
	}
	if q.Placed == WithoutPlace {
		return total, total, nil
	}
	q.Placed = WithoutPlace
	unplaced, err = Count(tx, q)
	return total, unplaced, err
}

// Extent is the box that just holds the cards of q; ok is false when none has a
// place. It never crosses the date line: it goes round the other way.
func Extent(tx *store.Tx, q Query) (b Box, ok bool, err error) {
	if err := q.Check(); err != nil {
		return b, false, err
	}
	s, err := newSearch(tx, q)
	if err != nil || s.nothing {
		return b, false, err
	}
	w := s.where()
	w.add("c.lat IS NOT NULL")
	err = tx.QueryRow(sqlExtent+w.sql(), w.args...).Scan(into(&b, &ok)...)
	return b, ok, err
}

// into reads the corners of a box that may be null.
func into(b *Box, ok *bool) []any {
	corners := []*int32{&b.South, &b.West, &b.North, &b.East}
	dest := make([]any, len(corners))
	for i, c := range corners {
		dest[i] = &corner{c, ok}
	}
	return dest
}

// corner is one edge of a box being read.
type corner struct {
	to *int32
	ok *bool
}

// Scan takes a null for no box.
func (c *corner) Scan(v any) error {
	var n sql.NullInt32
	if err := n.Scan(v); err != nil {
		return err
	}
	*c.to, *c.ok = n.Int32, n.Valid
	return nil
}

func scanCluster(r store.Row) (Cluster, error) {
	var c Cluster
	var lat, lon int64
	var first, last string
	err := r.Scan(&c.N, &lat, &lon, &c.Box.South, &c.Box.West, &c.Box.North, &c.Box.East, &first, &last)
	if err != nil {
		return c, err
	}
	c.At = Point{Lat: int32(lat / c.N), Lon: int32(lon / c.N)}
	if first == last {
		c.Kind = first
	}
	return c, nil
}

// cellWidth is a cell of the grid at a zoom, in Point units of longitude.
func cellWidth(zoom int) int64 {
	return max(1, int64(360*degree*cellSize/256)>>zoom)
}

// cellHeight is as many pixels on the screen, in Point units of latitude: web
// maps stretch towards the poles. The same for all boxes of about one latitude,
// so that marks stay where they are when the map is moved.
func cellHeight(box Box, zoom int) int64 {
	middle := (float64(box.South) + float64(box.North)) / 2 / degree
	middle = math.Min(80, math.Round(math.Abs(middle)/5)*5)
	return max(1, int64(float64(cellWidth(zoom))*math.Cos(middle*math.Pi/180)))
}
