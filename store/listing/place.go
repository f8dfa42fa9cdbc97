package listing

import "math"

// Point is a place on earth in degrees × 100,000 (about a metre), as it
// travels between boxes.
type Point struct{ Lat, Lon int32 }

const degree = 100_000

// At is the Point nearest to a position in degrees.
func At(lat, lon float64) Point {
	return Point{Lat: int32(math.Round(lat * degree)), Lon: int32(math.Round(lon * degree))}
}

// Degrees is the point's latitude and longitude.
func (p Point) Degrees() (lat, lon float64) {
	return float64(p.Lat) / degree, float64(p.Lon) / degree
}

func (p Point) valid() bool {
	return p.Lat >= -90*degree && p.Lat <= 90*degree && p.Lon >= -180*degree && p.Lon <= 180*degree
}

// earth is the mean radius in kilometres (IUGG).
const earth = 6371.0088

// DistanceKM is the way from p to q over the ground, as the crow flies
// (haversine), in kilometres.
func (p Point) DistanceKM(q Point) float64 {
	const rad = math.Pi / 180 / degree
	sinLat := math.Sin(float64(q.Lat-p.Lat) * rad / 2)
	sinLon := math.Sin(float64(q.Lon-p.Lon) * rad / 2)
	h := sinLat*sinLat + math.Cos(float64(p.Lat)*rad)*math.Cos(float64(q.Lat)*rad)*sinLon*sinLon
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Around is the box that holds all points within radius kilometres of p.
func (p Point) Around(radius float64) Box {
	south, north, west, east := p.box(radius)
	return Box{
		South: int32(max(south, -90*degree)), West: int32(west),
		North: int32(min(north, 90*degree)), East: int32(east),
	}
}

// box is the rectangle around all points within radius kilometres of p. Near
// a pole or the date line it spans all longitudes rather than miss any.
func (p Point) box(radius float64) (south, north, west, east int64) {
	lat, lon := p.Degrees()
	dLat := radius / earth * 180 / math.Pi
	south, north = int64((lat-dLat)*degree)-1, int64((lat+dLat)*degree)+1
	west, east = -180*degree, 180*degree
	if s := math.Sin(radius/earth) / math.Cos(lat*math.Pi/180); math.Abs(lat)+dLat < 90 && s < 1 {
		dLon := math.Asin(s) * 180 / math.Pi
		if w, e := lon-dLon, lon+dLon; w > -180 && e < 180 {
			west, east = int64(w*degree)-1, int64(e*degree)+1
		}
	}
	return south, north, west, east
}
