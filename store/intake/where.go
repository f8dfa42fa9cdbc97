package intake

import (
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/intake/format"
	"copi.local/store/listing"
)

// Distances, in kilometres, that tell changed places of latitude and longitude
// from a thing that lies far away.
const (
	farAway = 500
	nearby  = 150
)

// where knows which communes an import is for.
type where struct {
	home   listing.Home
	wanted map[string]bool     // INSEE codes; empty: all
	postal map[string][]string // codes of communes, by postal code
	names  map[string]string   // by code, folded
}

// Territory lists the communes an import is for while nobody says otherwise:
// those of the zone where the box looks first, or its own. A commune that
// declared itself is in no register: none.
func Territory(tx *store.Tx) ([]string, error) {
	t, err := listing.TerritoryOf(tx)
	if err != nil {
		return nil, err
	}
	if t.Zone != "" {
		z, err := listing.GetZone(tx, t.Zone)
		if err != nil || len(z.Communes) > 0 {
			return z.Communes, err
		}
	}
	home, err := listing.HomeOf(tx)
	if err != nil || home.Commune == "" || strings.HasPrefix(home.Commune, "x-") {
		return nil, err
	}
	return []string{home.Commune}, nil
}

// newWhere reads the list of communes once: the wanted ones, or all.
func newWhere(home listing.Home, codes []string) (*where, error) {
	w := &where{home: home, wanted: map[string]bool{}, postal: map[string][]string{}, names: map[string]string{}}
	for _, c := range codes {
		w.wanted[strings.ToUpper(c)] = true
	}
	err := listing.EachCommune(func(c listing.Commune) {
		if len(w.wanted) > 0 && !w.wanted[c.INSEE] {
			return
		}
		w.names[c.INSEE] = listing.Fold(c.Name)
		for _, p := range c.Postal {
			w.postal[p] = append(w.postal[p], c.INSEE)
		}
	})
	return w, err
}

// commune is the commune of a thing; ok is false when it is of none that is
// wanted. What says neither commune nor postal code is of the box's own: the
// file was cut out for it.
func (w *where) commune(r *format.Record) (code string, ok bool) {
	code, city := r.INSEE, listing.Fold(r.City)
	if _, known := w.names[code]; known {
		return code, true
	}
	home := w.home.Commune
	ours := len(w.wanted) == 0 || w.wanted[strings.ToUpper(home)] || home == ""
	if code == "" && r.PostalCode == "" && city == "" || code != "" && strings.EqualFold(code, home) {
		return home, ours
	}
	if strings.HasPrefix(home, "x-") && city == listing.Fold(w.home.Name) { // in no list of communes
		return home, ours
	}
	candidates := w.postal[strings.TrimSpace(r.PostalCode)]
	for _, c := range candidates {
		if city != "" && sameCity(w.names[c], city) {
			return c, true
		}
	}
	if city == "" && len(candidates) == 1 && code == "" {
		return candidates[0], true
	}
	if r.PostalCode == "" && city != "" {
		for c := range w.wanted {
			if sameCity(w.names[c], city) {
				return c, true
			}
		}
		if city == listing.Fold(w.home.Name) {
			return home, ours
		}
	}
	return "", false
}

// sameCity compares folded names of communes as registers shorten them.
func sameCity(a, b string) bool {
	long := func(s string) string {
		words := strings.Fields(s)
		for i, w := range words {
			switch w {
			case "st":
				words[i] = "saint"
			case "ste":
				words[i] = "sainte"
			}
		}
		if n := len(words); n > 1 && words[n-1] == "cedex" {
			words = words[:n-1]
		}
		return strings.Join(words, " ")
	}
	return long(a) == long(b)
}

// inverted tells whether a position makes sense only the other way round.
func (w *where) inverted(r *format.Record) bool {
	if !r.Placed || w.home.Position == nil || r.Lon < -90 || r.Lon > 90 {
		return false
	}
	home := *w.home.Position
	return home.DistanceKM(listing.At(r.Lat, r.Lon)) > farAway && home.DistanceKM(listing.At(r.Lon, r.Lat)) < nearby
}

// Codes reads INSEE codes as people list them, and refuses what is none.
func Codes(s string) (codes []string, wrong string) {
	for word := range strings.FieldsFuncSeq(strings.ToUpper(s), func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' }) {
		if _, err := listing.CommuneByINSEE(word); err != nil {
			return nil, word
		}
		if !slices.Contains(codes, word) {
			codes = append(codes, word)
		}
	}
	return codes, ""
}
