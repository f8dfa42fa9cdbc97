package listing

// Swapped is the point with its coordinates the other way round; ok is false
// when that is nowhere.
func (p Point) Swapped() (q Point, ok bool) {
	q = Point{Lat: p.Lon, Lon: p.Lat}
	return q, q.valid()
}

// nearKM is how far from the box a place is plausible whatever its country.
const nearKM = 150

// countries are rectangles around France and its territories overseas: south,
// north, west, east in degrees.
var countries = [][4]float64{
	{41.2, 51.2, -5.3, 9.7},      // mainland and Corsica
	{15.8, 18.2, -63.2, -60.9},   // Guadeloupe, Saint-Martin, Saint-Barthélemy
	{14.3, 15.0, -61.3, -60.7},   // Martinique
	{2.0, 5.9, -54.7, -51.5},     // Guyane
	{-21.5, -20.7, 55.1, 55.9},   // La Réunion
	{-13.1, -12.5, 44.9, 45.4},   // Mayotte
	{46.6, 47.2, -56.5, -56.0},   // Saint-Pierre-et-Miquelon
	{-23.0, -17.5, 158, 172},     // Nouvelle-Calédonie
	{-28.0, -7.5, -155, -134},    // Polynésie française
	{-14.5, -13.1, -178.3, -176}, // Wallis-et-Futuna
}

// plausible tells whether somebody of a box at home may mean p.
func (p Point) plausible(home *Point) bool {
	if home != nil && home.DistanceKM(p) <= nearKM {
		return true
	}
	lat, lon := p.Degrees()
	for _, c := range countries {
		if lat >= c[0] && lat <= c[1] && lon >= c[2] && lon <= c[3] {
			return true
		}
	}
	return false
}

// Doubt is why a typed place is asked about before it is stored.
type Doubt uint8

// The doubts. Inverted means that latitude and longitude the other way round
// are at home (MA-9), Far that neither way is.
const (
	NoDoubt Doubt = iota
	Inverted
	Far
)

// DoubtOf judges a typed place by where the box stands, which may be unknown.
func DoubtOf(p Point, home *Point) Doubt {
	if p.plausible(home) {
		return NoDoubt
	}
	if q, ok := p.Swapped(); ok && q.plausible(home) {
		return Inverted
	}
	return Far
}
