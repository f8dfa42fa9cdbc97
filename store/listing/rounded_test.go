package listing_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// TestMA7_ManyNoisyFixesTellOneSquare: whatever a phone says of one home, what
// is stored is one point, within a square of a kilometre of it.
func TestMA7_ManyNoisyFixesTellOneSquare(t *testing.T) {
	db, _ := storetest.Open(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		account := store.NewID()
		lat, lon := rapid.Float64Range(-60, 70).Draw(rt, "lat"), rapid.Float64Range(-179, 179).Draw(rt, "lon")
		if rapid.Bool().Draw(rt, "edge") { // right at the edge of a square
			lat = math.Round(lat*100000/900) * 900 / 100000
		}
		noise := rapid.Float64Range(0.001, 2).Draw(rt, "noise km")
		r := rand.New(rand.NewPCG(uint64(n), 1))
		seen := map[listing.Point]bool{}
		storetest.Update(t, db, resident, func(tx *store.Tx) error {
			for range 25 {
				angle, far := r.Float64()*2*math.Pi, r.Float64()*noise
				fix := listing.At(lat+far*math.Cos(angle)/111.195, lon+far*math.Sin(angle)/111.195/math.Cos(lat*math.Pi/180))
				p, err := listing.Rounded(tx, account, fix)
				if err != nil {
					return err
				}
				seen[p] = true
				if d := p.DistanceKM(listing.At(lat, lon)); d > noise+0.75 {
					rt.Fatalf("%v km from home", d)
				}
			}
			return nil
		})
		if len(seen) != 1 {
			rt.Fatalf("%d squares for one home", len(seen))
		}
	})
}

// TestRoundedPointsAreOnAGrid: two homes of one square cannot be told apart,
// and coming back to a home gives no second square.
func TestRoundedPointsAreOnAGrid(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.Update(t, db, resident, func(tx *store.Tx) error {
		rounded := func(account string, lat, lon float64) listing.Point {
			p, err := listing.Rounded(tx, account, listing.At(lat, lon))
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		home := rounded("a", 44.9262, 1.8491)
		if neighbour := rounded("b", 44.9268, 1.8485); neighbour != home || home == listing.At(44.9262, 1.8491) {
			t.Errorf("next door is %v, home is %v", neighbour, home)
		}
		away := rounded("a", 45.1589, 1.5331)
		if away == home || rounded("a", 44.9350, 1.8600) != home || rounded("a", 45.1600, 1.5400) != away {
			t.Error("coming home gives another square")
		}
		for i := range 40 {
			rounded("a", 46+float64(i), 2)
		}
		if homes, err := listing.Homes(tx, "a"); err != nil || len(homes) > 8 {
			t.Errorf("%d homes of one account: %v", len(homes), err)
		}
		data, err := listing.Personal.Export(tx, "a")
		if err != nil || data == nil {
			t.Errorf("exported %v, %v", data, err)
		}
		if err := listing.Personal.Erase(tx, "a", store.EraseAll); err != nil {
			return err
		}
		data, err = listing.Personal.Export(tx, "a")
		if data != nil {
			t.Errorf("left after erasure: %v", data)
		}
		_, bad := listing.Rounded(tx, "", home)
		if store.KindOf(bad) != store.Unauthenticated {
			t.Errorf("nobody's home: %v", bad)
		}
		return err
	})
}

func TestMA9_PositionsAsPeopleTypeThem(t *testing.T) {
	want := listing.At(44.9, 1.85)
	for _, s := range []string{
		"44.90 , 1.85", "44.90,1.85", "44,90 1,85", "44,90 ; 1,85", "44,90, 1,85", "(44.9, 1.85)", "44.9° 1.85°", "44.9 / 1.85",
		"44°54'00\"N 1°51'00\"E", "44° 54' N, 1° 51' E", "N 44° 54.0' E 1° 51.0'", "44°54′00″ Nord 1°51′00″ Est", "1°51'E 44°54'N",
		"44 54 00 N 1 51 00 E", "44.9 N 1.85 E", "44,9°N ; 1,85°E", "geo:44.90,1.85;u=35", "geo:44.9,1.85?z=12", "geo:0,0?q=44.9,1.85(Halle)",
		"https://www.openstreetmap.org/#map=15/44.90/1.85", "https://www.openstreetmap.org/?mlat=44.9&mlon=1.85#map=12/44/2",
		"https://www.google.com/maps/@44.9,1.85,15z", "https://www.google.fr/maps/place/X/@44.8,1.8,17z/data=!3m1!4b1!4m5!3m4!3d44.9!4d1.85",
		"https://maps.google.com/?q=44.9,1.85", "https://maps.google.com/?q=44.9%2C1.85", "http://maps.apple.com/?ll=44.9,1.85",
		"https://umap.openstreetmap.fr/fr/map/x_1#12/44.9/1.85", "+44.9 +1.85",
	} {
		p, err := listing.ParsePoint(s)
		if err != nil || p.DistanceKM(want) > 0.01 {
			t.Errorf("%q: %v, %v", s, p, err)
		}
	}
	for _, s := range []string{
		"", "Biars", "44.9", "44.9, 1.85, 3", "91, 181", "200, 300", "44°75'N 1°51'E", "44 N 45 S", "1 E 2 E", "https://example.org/", "geo:x,y",
		"44..9 1.85", "NaN, NaN", "1e400, 2", "44°54'00\"N",
	} {
		if p, err := listing.ParsePoint(s); err == nil {
			t.Errorf("%q is taken for %v", s, p)
		}
	}
	if p, err := listing.ParsePoint("44°54'N 1°51'O"); err != nil || p.DistanceKM(listing.At(44.9, -1.85)) > 0.01 {
		t.Errorf("O is the French west: %v, %v", p, err)
	}
}

func TestMA9_InvertedCoordinatesAreDoubted(t *testing.T) {
	home := listing.At(44.93, 1.84)
	for _, c := range []struct {
		typed string
		home  *listing.Point
		want  listing.Doubt
	}{
		{"44.90 , 1.85", &home, listing.NoDoubt},
		{"1.85, 44.90", &home, listing.Inverted}, // off Somalia
		{"1.85, 44.90", nil, listing.Inverted},
		{"48.85, 2.35", &home, listing.NoDoubt},
		{"-21.1, 55.5", &home, listing.NoDoubt}, // La Réunion
		{"55.5, -21.1", &home, listing.Inverted},
		{"40.4, -3.7", &home, listing.Far}, // Madrid
		{"43.3, -1.9", &home, listing.NoDoubt},
	} {
		p, err := listing.ParsePoint(c.typed)
		if err != nil {
			t.Fatal(err)
		}
		if got := listing.DoubtOf(p, c.home); got != c.want {
			t.Errorf("%s: doubt %v, want %v", c.typed, got, c.want)
		}
	}
}

func FuzzParsePoint(f *testing.F) {
	for _, s := range []string{"44.9, 1.85", "44°54'00\"N 1°51'E", "geo:1,2", "https://x/#map=1/2/3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := listing.ParsePoint(s)
		if err != nil {
			return
		}
		if lat, lon := p.Degrees(); math.Abs(lat) > 90 || math.Abs(lon) > 180 {
			t.Fatalf("%q is %v", s, p)
		}
	})
}
