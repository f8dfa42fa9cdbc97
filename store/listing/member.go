package listing

import (
	"strconv"

	"copi.local/store"
)

// Which cards lie in which zones is worked out when a card or a zone changes
// and kept in listing_zone_cards, so that a list of a zone reads an index.

// zoneIndex answers for a writer which zones a card lies in. It asks the
// database for each commune once, and reads outlines and hands once: the cards
// of one batch come from few communes.
type zoneIndex struct {
	tx       *store.Tx
	none     bool // there is no zone at all
	communes map[string][]int64
	outlines []outline
	hands    map[int64]map[string][]hand // by origin and id
}

// outline is a zone's shape with the rectangle around it.
type outline struct {
	zone                     int64
	south, north, west, east int32
	shape                    Shape
}

// hand is what a moderator said of a card.
type hand struct {
	zone  int64
	added bool
}

func newZoneIndex(tx *store.Tx) (*zoneIndex, error) {
	some, err := store.One(tx, store.Scan[bool], sqlZonesAny)
	if err != nil || !some {
		return &zoneIndex{none: true}, err
	}
	x := &zoneIndex{tx: tx, communes: map[string][]int64{}, hands: map[int64]map[string][]hand{}}
	x.outlines, err = store.All(tx, scanOutline, sqlOutlines)
	return x, err
}

func scanOutline(r store.Row) (o outline, err error) {
	var text string
	if err = r.Scan(&o.zone, &o.south, &o.north, &o.west, &o.east, &text); err == nil {
		err = o.shape.gather([]byte(text), 0)
	}
	return o, err
}

func (o *outline) contains(p Point) bool {
	return p.Lat >= o.south && p.Lat <= o.north && p.Lon >= o.west && p.Lon <= o.east && o.shape.Contains(p)
}

// zonesOf lists the zones a card of an origin lies in.
func (x *zoneIndex) zonesOf(c *Card, origin int64) ([]int64, error) {
	in := map[int64]bool{}
	byCommune, err := x.ofCommune(c.Commune)
	if err != nil {
		return nil, err
	}
	for _, z := range byCommune {
		in[z] = true
	}
	if c.Position != nil {
		for i := range x.outlines {
			if o := &x.outlines[i]; !in[o.zone] && o.contains(*c.Position) {
				in[o.zone] = true
			}
		}
	}
	hands, err := x.handsOf(origin)
	if err != nil {
		return nil, err
	}
	for _, h := range hands[c.Ref.ID] {
		in[h.zone] = h.added
	}
	var list []int64
	for z, inside := range in {
		if inside {
			list = append(list, z)
		}
	}
	return list, nil
}

func (x *zoneIndex) ofCommune(commune string) ([]int64, error) {
	if list, ok := x.communes[commune]; ok {
		return list, nil
	}
	list, err := store.All(x.tx, store.Scan[int64], sqlZonesOfCommune, commune)
	x.communes[commune] = list
	return list, err
}

func (x *zoneIndex) handsOf(origin int64) (map[string][]hand, error) {
	if m, ok := x.hands[origin]; ok {
		return m, nil
	}
	m := map[string][]hand{}
	_, err := store.All(x.tx, func(r store.Row) (_ struct{}, err error) {
		var id string
		var h hand
		err = r.Scan(&id, &h.zone, &h.added)
		m[id] = append(m[id], h)
		return struct{}{}, err
	}, sqlHandsOf, origin)
	x.hands[origin] = m
	return m, err
}

// place puts a written card into its zones; was says whether it lay in some
// before.
func (w *writer) place(c *Card, origin, row int64, was bool) error {
	if w.zones == nil {
		var err error
		if w.zones, err = newZoneIndex(w.tx); err != nil {
			return err
		}
	}
	if w.zones.none {
		return nil
	}
	if was {
		if _, err := w.tx.Exec(sqlUnplace, row); err != nil {
			return err
		}
	}
	list, err := w.zones.zonesOf(c, origin)
	if err != nil {
		return err
	}
	for _, z := range list {
		if _, err := w.tx.Exec(sqlPlace, z, row); err != nil {
			return err
		}
	}
	return nil
}

// gatherZone works out anew which cards lie in a zone.
func gatherZone(tx *store.Tx, zone int64) error {
	for _, statement := range []string{sqlZoneEmpty, sqlZoneByCommune} {
		if _, err := tx.Exec(statement, zone); err != nil {
			return err
		}
	}
	outlines, err := store.All(tx, scanOutline, sqlOutline, zone)
	if err != nil {
		return err
	}
	for i := range outlines {
		if err := outlines[i].gather(tx); err != nil {
			return err
		}
	}
	for _, statement := range []string{sqlZonePutIn, sqlZoneTakeOut} {
		if _, err := tx.Exec(statement, zone); err != nil {
			return err
		}
	}
	return nil
}

// gather adds the cards whose place lies in the outline.
func (o *outline) gather(tx *store.Tx) error {
	type spot struct {
		row int64
		at  Point
	}
	spots, err := store.All(tx, func(r store.Row) (s spot, err error) {
		err = r.Scan(&s.row, &s.at.Lat, &s.at.Lon)
		return s, err
	}, sqlSpots, o.south, o.north, o.west, o.east)
	if err != nil {
		return err
	}
	for _, s := range spots {
		if !o.shape.Contains(s.at) {
			continue
		}
		if _, err := tx.Exec(sqlPlace, o.zone, s.row); err != nil {
			return err
		}
	}
	return nil
}

// gatherZones works out all zones anew: the communes of many cards changed.
func gatherZones(tx *store.Tx) error {
	rows, err := store.All(tx, store.Scan[int64], sqlZoneRows)
	if err != nil {
		return err
	}
	for _, z := range rows {
		if err := gatherZone(tx, z); err != nil {
			return err
		}
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
