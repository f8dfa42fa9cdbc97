package listing

import (
	"math"
	"slices"
)

// Landmark is a commune whose main place is known, seen from somewhere.
type Landmark struct {
	Name       string
	DistanceKM float64
	Direction  string // n, ne, e, se, s, sw, w or nw
}

// Landmarks are the n nearest exactly known places around p, other than the
// commune of the code except: what a person without a map can compare with.
func Landmarks(p Point, except string, n int) ([]Landmark, error) {
	var near []Landmark
	err := eachCommune(func(col []string) {
		if col[colQuality] != string(Exact) || col[colINSEE] == except {
			return
		}
		c := commune(col)
		d := p.DistanceKM(*c.Position)
		if len(near) == n && d >= near[n-1].DistanceKM {
			return
		}
		near = append(near, Landmark{Name: c.Name, DistanceKM: d, Direction: p.Direction(*c.Position)})
		slices.SortFunc(near, func(a, b Landmark) int { return int(math.Copysign(1, a.DistanceKM-b.DistanceKM)) })
		near = near[:min(n, len(near))]
	})
	return near, err
}

var winds = [...]string{"n", "ne", "e", "se", "s", "sw", "w", "nw"}

// Direction is the wind in which q lies from p, for short distances: n, ne, e,
// se, s, sw, w or nw.
func (p Point) Direction(q Point) string {
	lat, _ := p.Degrees()
	north, east := float64(q.Lat-p.Lat), float64(q.Lon-p.Lon)*math.Cos(lat*math.Pi/180)
	return winds[int(math.Round(math.Atan2(east, north)/(math.Pi/4))+8)%8]
}

// metresPerDegree of latitude.
const metresPerDegree = 111_195.0

// Moved is p shifted by metres to the n, s, e or w; another wind leaves it.
func (p Point) Moved(wind rune, metres float64) Point {
	lat, lon := p.Degrees()
	d := metres / metresPerDegree
	switch wind {
	case 'n':
		lat += d
	case 's':
		lat -= d
	case 'e':
		lon += d / math.Cos(lat*math.Pi/180)
	case 'w':
		lon -= d / math.Cos(lat*math.Pi/180)
	}
	return At(lat, lon)
}
