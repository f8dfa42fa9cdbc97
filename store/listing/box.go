package listing

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Box is a part of the earth between two parallels and two meridians, edges
// included. West is greater than East where it crosses the date line.
type Box struct{ South, West, North, East int32 }

// World is all of it.
var World = Box{South: -90 * degree, West: -180 * degree, North: 90 * degree, East: 180 * degree}

// Only is the box of one place.
func Only(p Point) Box { return Box{p.Lat, p.Lon, p.Lat, p.Lon} }

// ParseBox reads "south,west,north,east" in degrees. A map that was turned
// past the date line sends longitudes beyond 180: they are brought back.
func ParseBox(s string) (Box, bool) {
	part := strings.Split(s, ",")
	if len(part) != 4 {
		return Box{}, false
	}
	var at [4]float64
	for i, text := range part {
		f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || math.IsNaN(f) || math.Abs(f) > 3600 {
			return Box{}, false
		}
		at[i] = f
	}
	south, west, north, east := at[0], at[1], at[2], at[3]
	if south < -90 || north > 90 || south > north || east < west && (math.Abs(west) > 180 || math.Abs(east) > 180) {
		return Box{}, false
	}
	b := Box{South: At(south, 0).Lat, West: World.West, North: At(north, 0).Lat, East: World.East}
	if east-west < 360 {
		b.West, b.East = At(0, turned(west)).Lon, At(0, turned(east)).Lon
	}
	return b, true
}

// turned is a longitude brought to −180…180; both ends stay what they are.
func turned(lon float64) float64 {
	if lon >= -180 && lon <= 180 {
		return lon
	}
	return math.Mod(math.Mod(lon+180, 360)+360, 360) - 180
}

// String is the box as ParseBox reads it.
func (b Box) String() string {
	deg := func(n int32) string { return strconv.FormatFloat(float64(n)/degree, 'f', -1, 64) }
	return fmt.Sprintf("%s,%s,%s,%s", deg(b.South), deg(b.West), deg(b.North), deg(b.East))
}

// Has tells whether p lies in the box.
func (b Box) Has(p Point) bool {
	if p.Lat < b.South || p.Lat > b.North {
		return false
	}
	if b.West > b.East {
		return p.Lon >= b.West || p.Lon <= b.East
	}
	return p.Lon >= b.West && p.Lon <= b.East
}

func (b Box) valid() bool {
	return b.South <= b.North && b.South >= World.South && b.North <= World.North &&
		b.West >= World.West && b.West <= World.East && b.East >= World.West && b.East <= World.East
}

// Spot tells whether the box is a single place: no map takes it apart.
func (b Box) Spot() bool { return b.South == b.North && b.West == b.East }

// Wider is the box with so much more on each side, in Point units, as far as
// the world goes.
func (b Box) Wider(by int32) Box {
	return Box{
		South: max(b.South-by, World.South), West: max(b.West-by, World.West),
		North: min(b.North+by, World.North), East: min(b.East+by, World.East),
	}
}

// within keeps the cards of the box.
func (b Box) within(w *where) {
	w.add("c.lat BETWEEN ? AND ?", b.South, b.North)
	if b.West > b.East {
		w.add("(c.lon >= ? OR c.lon <= ?)", b.West, b.East)
		return
	}
	w.add("c.lon BETWEEN ? AND ?", b.West, b.East)
}
