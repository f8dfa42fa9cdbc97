package ui

import (
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// zoneDraw takes an outline: a list of points, a circle, or GeoJSON as a map
// draws it.
func (s *Server) zoneDraw(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	var home listing.Home
	err = r.View(func(tx *store.Tx) (err error) { home, err = listing.HomeOf(tx); return err })
	if err != nil {
		return err
	}
	shape := f.shape(home.Position)
	return r.zoneChanged("shape", f, func(tx *store.Tx) error {
		return listing.DrawZone(tx, r.Param("zone"), shape)
	})
}

// shape reads the outline of the form; nil when it is to have none.
func (f *form) shape(home *listing.Point) (shape listing.Shape) {
	if f.has("none") {
		return nil
	}
	var err error
	switch f.text("how") {
	case "points":
		shape, err = f.pointsShape(home)
	case "circle":
		km, bad := strconv.ParseFloat(strings.ReplaceAll(f.text("radius"), ",", "."), 64)
		middle := f.position("middle", home)
		switch {
		case !f.ok():
		case middle == nil || bad != nil:
			f.fault("radius", "err.listing.circle", "max", 200)
		default:
			shape, err = listing.Circle(*middle, km)
		}
	case "geojson":
		if shape, err = listing.ParseShape(f.lines("geojson")); err == nil && listing.DoubtOf(shape.Middle(), home) == listing.Inverted {
			err = store.E(store.Invalid, "err.listing.shape_inverted").At("geojson")
		}
	}
	if err != nil && !f.refuse(atField(err, f.text("how"))) {
		f.fault(f.text("how"), "err.listing.shape")
	}
	return shape
}

// atField ties an error of an outline to the field it was written in.
func atField(err error, field string) error {
	e, ok := err.(*store.Error) //nolint:errorlint // made by package listing, never wrapped
	if !ok {
		return err
	}
	if field == "circle" {
		field = "radius"
	}
	return e.At(field)
}

// pointsShape reads a point a line.
func (f *form) pointsShape(home *listing.Point) (listing.Shape, error) {
	var ring listing.Ring
	for i, line := range strings.Split(f.lines("points"), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		p, err := listing.ParsePoint(line)
		if err != nil {
			return nil, store.E(store.Invalid, "err.listing.shape_line", "line", i+1).At("points")
		}
		if listing.DoubtOf(p, home) == listing.Inverted {
			swapped, _ := p.Swapped()
			return nil, store.E(store.Invalid, "err.listing.shape_line_inverted", "line", i+1, "place", f.coordinates(swapped)).At("points")
		}
		ring = append(ring, p)
	}
	return listing.Polygon(ring)
}
