package listing

import (
	"slices"

	"copi.local/store"
)

// nearRings are the circles a list by distance looks through one after the
// other, in kilometres: whoever asks for the nearest rarely leaves the first.
var nearRings = []float64{5, 20, 80, 320}

// nowhereMetres is where what has no place comes in a list by distance.
const nowhereMetres int64 = 1 << 40

// nearPage gives the nearest cards first, and after them what has no place and
// no known commune, the newest first. All that is nearer than a ring's radius
// lies in that ring, so the first ring that fills the page is enough.
func (s *search) nearPage(tx *store.Tx, res *Result) error {
	rings := append(slices.Clone(nearRings), 0)
	if s.RadiusKM > 0 {
		rings = []float64{0} // the filters have it
	}
	for _, km := range rings {
		if km > 0 && s.from.a >= int64(km*1000) {
			continue // given out already
		}
		found, err := s.ring(tx, km)
		if err != nil {
			return err
		}
		if len(found) <= s.limit() && km > 0 {
			continue
		}
		cards := make([]Card, 0, len(found))
		for _, f := range found {
			cards = append(cards, f.Card)
		}
		s.cut(res, cards, func(last Card) cursor {
			i := slices.IndexFunc(found, func(f away) bool { return f.row == last.row })
			return cursor{a: found[i].metres, b: last.row}
		})
		return nil
	}
	return nil
}

// away is a card and how far it is.
type away struct {
	Card
	metres int64
}

// ring is the first page of what lies within km of Near and after the cursor;
// 0 is everywhere.
func (s *search) ring(tx *store.Tx, km float64) ([]away, error) {
	w := s.conditions()
	if s.match != "" {
		w.add("c.card_id IN (SELECT rowid FROM listing_search WHERE listing_search MATCH ?)", s.match)
	}
	if km > 0 {
		w.within(*s.Near, km)
	}
	p := s.Near
	args := append([]any{p.Lat, p.Lat, p.Lon, p.Lat, p.Lat, p.Lon, nowhereMetres}, w.args...)
	query := "SELECT * FROM (" + sqlCardColumns + ", CAST(coalesce(1000 * " + distance("c") + ", 1000 * " + distance("m") + ", ?) AS INTEGER) AS metres" +
		sqlFromPlaces + w.sql() + ")"
	if s.Cursor != "" {
		query += " WHERE metres > ? OR (metres = ? AND card_id < ?)"
		args = append(args, s.from.a, s.from.a, s.from.b)
	}
	return store.All(tx, scanAway, query+" ORDER BY metres, card_id DESC"+sqlLimit, append(args, s.limit()+1)...)
}

func scanAway(r store.Row) (a away, err error) {
	a.Card, err = scanCard(with{r, &a.metres})
	return a, err
}

// with is a row with one column more than its reader knows of.
type with struct {
	store.Row
	more any
}

// Scan reads the row and the column after it.
func (w with) Scan(dest ...any) error { return w.Row.Scan(append(dest, w.more)...) }

// measure fills how far and where the cards are from Near.
func (q *Query) measure(tx *store.Tx, cards []Card) error {
	if q.Near == nil {
		return nil
	}
	areas := map[string]*Point{}
	for i := range cards {
		c := &cards[i]
		at := c.Position
		if at == nil {
			known, ok := areas[c.Commune]
			if !ok {
				a, err := AreaOf(tx, c.Commune)
				if err != nil && store.KindOf(err) != store.NotFound {
					return err
				}
				known = a.Position
				areas[c.Commune] = known
			}
			at = known
		}
		if at == nil {
			continue
		}
		km := q.Near.DistanceKM(*at)
		c.DistanceKM, c.Roughly = &km, c.Position == nil
		if km >= windKM {
			c.Direction = q.Near.Direction(*at)
		}
	}
	return nil
}

// windKM is from where on a direction is worth saying.
const windKM = 0.5
