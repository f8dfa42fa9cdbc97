package listing

import (
	"math"

	"copi.local/store"
)

// A person's home is never stored: what is kept and shown is the square of
// about a kilometre it lies in. A square is worked out once and used again, so
// that five ads, or five fixes of a phone that jumps over the edge of a square,
// tell no more than the first did (MA-7).

const (
	squareUnits = 900   // of latitude, in degrees × 100,000: 1.0007 km
	sameHomeKM  = 5     // what lies nearer to a known square is the same home
	maxHomes    = 8     // of one account: more would draw a trace
	poleUnits   = 89e5  // beyond it squares of longitude make no sense
	fullCircle  = 360e5 // degrees × 100,000
)

// Rounded is the point to store instead of a private place of an account: the
// centre of a square of about a kilometre. Places within five kilometres of one
// that was rounded before are the same home, and get the same point; after
// eight homes an account gets the nearest.
func Rounded(tx *store.Tx, account string, at Point) (Point, error) {
	if account == "" {
		return Point{}, store.E(store.Unauthenticated, "err.sign_in")
	}
	if !at.valid() {
		return Point{}, store.E(store.Invalid, "err.listing.position").At("position")
	}
	homes, err := Homes(tx, account)
	if err != nil {
		return Point{}, err
	}
	if near, km := nearest(homes, at); len(homes) > 0 && (km <= sameHomeKM || len(homes) >= maxHomes) {
		return near, nil
	}
	p := square(at)
	_, err = tx.Exec(sqlHomeAdd, account, p.Lat, p.Lon, tx.Now.Unix())
	return p, err
}

// Homes are the squares known of an account.
func Homes(tx *store.Tx, account string) ([]Point, error) {
	return store.All(tx, scanPoint, sqlHomes, account)
}

// ForgetHomes forgets the squares of an account: for somebody who moved within
// five kilometres, or made a mistake. What is stored elsewhere stays.
func ForgetHomes(tx *store.Tx, account string) error {
	_, err := tx.Exec(sqlHomesForget, account)
	return err
}

func nearest(points []Point, to Point) (best Point, km float64) {
	km = math.Inf(1)
	for _, p := range points {
		if d := p.DistanceKM(to); d < km {
			best, km = p, d
		}
	}
	return best, km
}

// square is the centre of the square of the grid that p lies in. Squares are
// as wide as they are high: rows nearer to a pole have fewer of them.
func square(p Point) Point {
	lat := centre(min(max(int64(p.Lat), -poleUnits), poleUnits), squareUnits)
	width := int64(math.Round(squareUnits / math.Cos(float64(lat)/degree*math.Pi/180)))
	lon := centre(int64(p.Lon), width)
	if lon > fullCircle/2 {
		lon = fullCircle / 2
	}
	return Point{Lat: int32(lat), Lon: int32(max(lon, -fullCircle/2))}
}

// centre is the middle of the step of a scale that v lies in.
func centre(v, step int64) int64 {
	n := v / step
	if v%step < 0 {
		n--
	}
	return n*step + step/2
}

func scanPoint(r store.Row) (p Point, err error) {
	err = r.Scan(&p.Lat, &p.Lon)
	return p, err
}
