package listing

import (
	"slices"
	"strings"

	"copi.local/store"
)

// Territory is where this box looks first, so that nobody has to choose
// theirs: a zone, or a circle around the box, or everywhere.
type Territory struct {
	Zone     string // id; empty for none
	RadiusKM int    // of the circle; 0 for none
}

// MaxTerritoryKM bounds the circle of a territory.
const MaxTerritoryKM = 100

// TerritoryOf is the territory an operator chose; everywhere until then.
func TerritoryOf(tx *store.Tx) (Territory, error) {
	return store.One(tx, func(r store.Row) (t Territory, err error) {
		err = r.Scan(&t.Zone, &t.RadiusKM)
		return t, err
	}, sqlTerritory)
}

// SetTerritory chooses the territory. The communes of a circle get their own
// addresses (AreaBySlug), as those of a zone have.
func SetTerritory(tx *store.Tx, t Territory) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if t.Zone != "" {
		row, err := zoneRow(tx, t.Zone)
		if err != nil {
			return err
		}
		if row == 0 {
			return store.E(store.Invalid, "err.listing.zone_gone").At("zone")
		}
		_, err = tx.Exec(sqlSetTerritory, row, nil)
		return err
	}
	if t.RadiusKM == 0 {
		_, err := tx.Exec(sqlSetTerritory, nil, nil)
		return err
	}
	if t.RadiusKM < 0 || t.RadiusKM > MaxTerritoryKM {
		return store.E(store.Invalid, "err.listing.territory_km", "max", MaxTerritoryKM).At("radius")
	}
	home, err := HomeOf(tx)
	if err != nil {
		return err
	}
	if home.Position == nil {
		return store.E(store.Invalid, "err.listing.no_home").At("radius")
	}
	codes, err := communesAround(*home.Position, float64(t.RadiusKM))
	if err != nil {
		return err
	}
	if err := learn(tx, codes...); err != nil {
		return err
	}
	_, err = tx.Exec(sqlSetTerritory, nil, t.RadiusKM)
	return err
}

// Limit keeps a query within the territory; a circle is counted from the box,
// whose position q.Near must be then.
func (t Territory) Limit(q *Query) {
	q.Zone = t.Zone
	if q.Near != nil {
		q.RadiusKM = float64(t.RadiusKM)
	}
}

// CountWithin counts what q finds within each of some radii of q.Near, which
// take the place of its own; in one look.
func CountWithin(tx *store.Tx, q Query, radii []float64) ([]int64, error) {
	if q.Near == nil || len(radii) == 0 {
		return make([]int64, len(radii)), nil
	}
	q.RadiusKM, q.Cursor, q.Order = slices.Max(radii), "", Nearest
	if err := q.Check(); err != nil {
		return nil, err
	}
	s, err := newSearch(tx, q)
	out := make([]int64, len(radii))
	if err != nil || s.nothing {
		return out, err
	}
	w := s.where()
	var args []any
	for _, km := range radii {
		args = append(args, km)
	}
	p := q.Near
	args = append(append(args, p.Lat, p.Lat, p.Lon, p.Lat, p.Lat, p.Lon), w.args...)
	sums := strings.TrimSuffix(strings.Repeat("count(*) FILTER (WHERE km <= ?), ", len(radii)), ", ")
	_, err = store.One(tx, func(r store.Row) (_ struct{}, err error) {
		dest := make([]any, len(out))
		for i := range out {
			dest[i] = &out[i]
		}
		return struct{}{}, r.Scan(dest...)
	}, "SELECT "+sums+" FROM (SELECT coalesce("+distance("c")+", "+distance("m")+") AS km FROM listing_cards c"+
		" LEFT JOIN listing_communes m ON m.commune = c.commune AND c.lat IS NULL"+w.sql()+")", args...)
	return out, err
}
