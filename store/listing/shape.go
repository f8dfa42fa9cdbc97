package listing

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"copi.local/store"
)

// Bounds of a zone's outline: a hand draws no more, and the outline of a
// département taken from elsewhere still fits.
const (
	MaxShapeBytes  = 48 << 10
	MaxShapePoints = 2500
	circlePoints   = 48
	maxCircleKM    = 200
)

// Shape is an outline: some polygons, each a ring and the holes in it. A ring
// is not closed by its first point again.
type Shape [][]Ring

// Ring is a line that comes back to its first point.
type Ring []Point

// Contains tells whether p lies in the shape or on its line.
func (s Shape) Contains(p Point) bool {
	for _, polygon := range s {
		inside := false
		for _, ring := range polygon {
			odd, on := ring.crosses(p)
			if on {
				return true
			}
			inside = inside != odd
		}
		if inside {
			return true
		}
	}
	return false
}

// crosses tells whether a ray from p to the east crosses the ring an odd
// number of times, or p is on it; in whole numbers, so that no rounding
// decides.
func (r Ring) crosses(p Point) (odd, on bool) {
	for i := range r {
		a, b := r[i], r[(i+1)%len(r)]
		ax, ay, bx, by := int64(a.Lon-p.Lon), int64(a.Lat-p.Lat), int64(b.Lon-p.Lon), int64(b.Lat-p.Lat)
		side := ax*by - ay*bx
		if side == 0 && min(ax, bx) <= 0 && max(ax, bx) >= 0 && min(ay, by) <= 0 && max(ay, by) >= 0 {
			return false, true
		}
		if (ay > 0) != (by > 0) && (side > 0) == (by > ay) {
			odd = !odd
		}
	}
	return odd, false
}

// bounds is the rectangle around the shape.
func (s Shape) bounds() (south, north, west, east int32) {
	south, west = math.MaxInt32, math.MaxInt32
	north, east = math.MinInt32, math.MinInt32
	for _, polygon := range s {
		for _, p := range polygon[0] {
			south, north = min(south, p.Lat), max(north, p.Lat)
			west, east = min(west, p.Lon), max(east, p.Lon)
		}
	}
	return south, north, west, east
}

// Middle is the middle of the rectangle around the shape.
func (s Shape) Middle() Point {
	south, north, west, east := s.bounds()
	return Point{Lat: (south + north) / 2, Lon: (west + east) / 2}
}

// Inverted is the shape with latitudes and longitudes the other way round, as
// a file has it that was written the wrong way.
func (s Shape) Inverted() Shape {
	out := make(Shape, len(s))
	for i, polygon := range s {
		for _, ring := range polygon {
			turned := make(Ring, len(ring))
			for j, p := range ring {
				turned[j] = Point{Lat: p.Lon, Lon: p.Lat}
			}
			out[i] = append(out[i], turned)
		}
	}
	return out
}

// Circle is the shape of all that lies within a radius of a point.
func Circle(middle Point, radiusKM float64) (Shape, error) {
	if !middle.valid() || math.IsNaN(radiusKM) || radiusKM <= 0 || radiusKM > maxCircleKM {
		return nil, store.E(store.Invalid, "err.listing.circle", "max", maxCircleKM).At("radius")
	}
	ring := make(Ring, circlePoints)
	lat, lon := middle.Degrees()
	// The polygon's area is the circle's: half of its line lies outside.
	step := 2 * math.Pi / circlePoints
	r := radiusKM / earth * 180 / math.Pi * math.Sqrt(step/math.Sin(step))
	for i := range ring {
		sin, cos := math.Sincos(float64(i) * step)
		ring[i] = At(lat+r*cos, lon+r*sin/math.Cos(lat*math.Pi/180))
	}
	return Polygon(ring)
}

// Polygon is the shape of one ring.
func Polygon(ring Ring) (Shape, error) {
	s := Shape{{ring}}
	return s, s.check()
}

// check closes nothing and corrects nothing but a first point repeated at the
// end; it refuses what encloses nothing.
func (s Shape) check() error {
	points := 0
	for _, polygon := range s {
		if len(polygon) == 0 {
			return store.E(store.Invalid, "err.listing.shape").At("shape")
		}
		for i, ring := range polygon {
			if n := len(ring); n > 1 && ring[0] == ring[n-1] {
				ring = ring[:n-1]
				polygon[i] = ring
			}
			for _, p := range ring {
				if !p.valid() {
					return store.E(store.Invalid, "err.listing.position").At("shape")
				}
			}
			if len(ring) < 3 || ring.flat() {
				return store.E(store.Invalid, "err.listing.shape_flat").At("shape")
			}
			points += len(ring)
		}
	}
	switch {
	case points == 0:
		return store.E(store.Invalid, "err.listing.shape").At("shape")
	case points > MaxShapePoints:
		return store.E(store.Invalid, "err.listing.shape_long", "max", MaxShapePoints).At("shape")
	}
	return nil
}

// flat tells whether all points of the ring are on one line.
func (r Ring) flat() bool {
	a, b := r[0], r[0]
	for _, p := range r {
		if b == a {
			b = p
			continue
		}
		if int64(b.Lon-a.Lon)*int64(p.Lat-a.Lat) != int64(b.Lat-a.Lat)*int64(p.Lon-a.Lon) {
			return false
		}
	}
	return true
}

// ParseShape reads an outline from GeoJSON (RFC 7946): a Polygon or
// MultiPolygon, alone, as a Feature, or some of them in a collection.
func ParseShape(text string) (Shape, error) {
	if len(text) > MaxShapeBytes {
		return nil, store.E(store.Invalid, "err.listing.shape_long", "max", MaxShapePoints).At("shape")
	}
	var s Shape
	if err := s.gather([]byte(text), 0); err != nil {
		return nil, store.E(store.Invalid, "err.listing.shape").At("shape").Because(err)
	}
	return s, s.check()
}

// gather adds the polygons of a GeoJSON object. Collections in collections end
// at the third: nothing useful is deeper.
func (s *Shape) gather(text []byte, depth int) error {
	var object struct {
		Type        string            `json:"type"`
		Coordinates json.RawMessage   `json:"coordinates"`
		Geometry    json.RawMessage   `json:"geometry"`
		Features    []json.RawMessage `json:"features"`
		Geometries  []json.RawMessage `json:"geometries"`
	}
	if err := json.Unmarshal(text, &object); err != nil {
		return err
	}
	switch {
	case object.Type == "Polygon":
		var rings [][][]float64
		if err := json.Unmarshal(object.Coordinates, &rings); err != nil {
			return err
		}
		return s.add(rings)
	case object.Type == "MultiPolygon":
		var polygons [][][][]float64
		if err := json.Unmarshal(object.Coordinates, &polygons); err != nil {
			return err
		}
		for _, rings := range polygons {
			if err := s.add(rings); err != nil {
				return err
			}
		}
		return nil
	case object.Type == "Feature" && depth < 3:
		return s.gather(object.Geometry, depth+1)
	case (object.Type == "FeatureCollection" || object.Type == "GeometryCollection") && depth < 3:
		for _, part := range append(object.Features, object.Geometries...) {
			if err := s.gather(part, depth+1); err != nil {
				return err
			}
		}
		return nil
	default:
		return store.E(store.Invalid, "err.listing.shape")
	}
}

func (s *Shape) add(rings [][][]float64) error {
	var polygon []Ring
	for _, positions := range rings {
		ring := make(Ring, len(positions))
		for i, p := range positions {
			if len(p) < 2 || math.Abs(p[0]) > 180 || math.Abs(p[1]) > 180 {
				return store.E(store.Invalid, "err.listing.position")
			}
			ring[i] = At(p[1], p[0])
		}
		polygon = append(polygon, ring)
	}
	*s = append(*s, polygon)
	return nil
}

// GeoJSON is the shape as a MultiPolygon; empty for none.
func (s Shape) GeoJSON() string {
	if len(s) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(`{"type":"MultiPolygon","coordinates":[`)
	for i, polygon := range s {
		b.WriteString(comma(i) + "[")
		for j, ring := range polygon {
			b.WriteString(comma(j) + "[")
			for k := range len(ring) + 1 { // closed again, as RFC 7946 wants it
				p := ring[k%len(ring)]
				b.WriteString(comma(k) + "[" + decimal(p.Lon) + "," + decimal(p.Lat) + "]")
			}
			b.WriteString("]")
		}
		b.WriteString("]")
	}
	b.WriteString("]}")
	return b.String()
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func decimal(v int32) string { return strconv.FormatFloat(float64(v)/degree, 'f', -1, 64) }
