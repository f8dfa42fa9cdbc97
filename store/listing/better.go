package listing

import (
	"strings"

	"copi.local/store"
)

// Imported is the quality of a position from a file an operator brought.
const Imported Quality = 'i'

// CommunePoint is the position of a commune in such a file.
type CommunePoint struct {
	INSEE string
	At    Point
}

// PlaceCommunes remembers better positions than the ones built in, which are
// estimates for most small communes. The set-up, the territory and "near here"
// use them from then on; where this box itself stands, somebody confirmed.
func PlaceCommunes(tx *store.Tx, places []CommunePoint) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	for _, p := range places {
		code := strings.ToUpper(p.INSEE)
		if !insee(code) || !p.At.valid() {
			return store.E(store.Invalid, "err.listing.position").At("position")
		}
		if _, err := tx.Exec(sqlBetterSet, code, p.At.Lat, p.At.Lon, tx.Now.Unix()); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlAreaPlace, p.At.Lat, p.At.Lon, code); err != nil {
			return err
		}
	}
	return nil
}

// Improve gives a commune the position a file brought, if one did.
func (c *Commune) Improve(tx *store.Tx) error {
	p, err := store.One(tx, func(r store.Row) (p Point, err error) {
		err = r.Scan(&p.Lat, &p.Lon)
		return p, err
	}, sqlBetter, c.INSEE)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err == nil {
		c.Position, c.Quality = &p, Imported
	}
	return err
}

// EachCommune calls fn with every commune of the list, without the names of its
// département and grouping.
func EachCommune(fn func(Commune)) error {
	return eachCommune(func(col []string) { fn(commune(col)) })
}
