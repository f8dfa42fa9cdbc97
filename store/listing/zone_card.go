package listing

import (
	"encoding/json"
	"math"
	"slices"

	"copi.local/store"
)

// Bounds of a territory card (PROTOCOL.md §6): what a zone may be while it is
// published, and what is taken of a neighbour's. All of it fits a body: 6 KB of
// codes, 17 KB of points, 8 KB of words.
const (
	MaxZonesPublished = 32
	MaxCardCommunes   = 1000 // every département fits
	MaxCardPoints     = 1500 // of the outline
	MaxCardKM         = 1000 // of the outline, from west to east and from south to north
)

// kmOfDegree is a degree of latitude, in kilometres.
const kmOfDegree = earth * math.Pi / 180

// PublishZone gives the zone a card of kind territory, so that neighbouring
// boxes may see and adopt it, or takes that back.
func PublishZone(tx *store.Tx, id string, on bool) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	z, err := GetZone(tx, id)
	if err != nil || (z.Card != "") == on {
		return err
	}
	z.Card = ""
	if on {
		all, err := PublishedZones(tx)
		if err != nil {
			return err
		}
		if len(all) >= MaxZonesPublished {
			return store.E(store.Conflict, "err.listing.zones_published", "max", MaxZonesPublished).At("publish")
		}
		if err := z.fits(); err != nil {
			return err
		}
		z.Card = tx.NewID()
	}
	if _, err := tx.Exec(sqlZonePublish, z.Card, tx.Now.Unix(), z.row); err != nil {
		return err
	}
	return nextRev(tx)
}

// PublishedZones lists the zones that have a territory card, with their
// communes.
func PublishedZones(tx *store.Tx) ([]Zone, error) {
	list, err := store.All(tx, scanZone, sqlZonesPublished)
	for i := range list {
		if err == nil {
			list[i].Communes, err = store.All(tx, store.Scan[string], sqlZoneCommunes, list[i].row)
		}
	}
	return list, err
}

// IsZoneCard tells whether a zone is published under this id.
func IsZoneCard(tx *store.Tx, card string) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlZoneIsCard, card)
}

// UnpublishCard forgets that a zone is published under this id, whoever acts:
// its own log says that it is withdrawn.
func UnpublishCard(tx *store.Tx, card string) error {
	_, err := tx.Exec(sqlZoneUnpublish, card)
	return err
}

// spread lets the neighbours hear of a change of the zone, if it is published.
// A change that would not fit its card is refused.
func (z *Zone) spread(tx *store.Tx) error {
	if z.Card == "" {
		return nil
	}
	now, err := GetZone(tx, z.ID)
	if err != nil {
		return err
	}
	if err := now.fits(); err != nil {
		return err
	}
	return nextRev(tx)
}

// nextRev wakes the publisher.
func nextRev(tx *store.Tx) error {
	_, err := store.One(tx, store.Scan[int64], sqlNextRev)
	return err
}

// fits tells whether the zone can be a territory card.
func (z *Zone) fits() error {
	refuse := func(key string, args ...any) error { return store.E(store.Invalid, key, args...).At("publish") }
	points := 0
	for _, polygon := range z.Shape {
		for _, ring := range polygon {
			points += len(ring)
		}
	}
	switch {
	case len(z.Communes) == 0 && len(z.Shape) == 0:
		return refuse("err.listing.zone_card_empty")
	case len(z.Communes) > MaxCardCommunes:
		return refuse("err.listing.zone_card_communes", "max", MaxCardCommunes)
	case points > MaxCardPoints:
		return refuse("err.listing.zone_card_points", "max", MaxCardPoints)
	case z.Shape.spanKM() > MaxCardKM:
		return refuse("err.listing.zone_card_wide", "max", MaxCardKM)
	}
	return nil
}

// spanKM is the longer side of the rectangle around the shape, measured where
// it is widest; one across the date line is as wide as the world.
func (s Shape) spanKM() float64 {
	if len(s) == 0 {
		return 0
	}
	south, north, west, east := s.bounds()
	widest := float64(max(0, south, -north)) / degree // the parallel nearest to the equator
	return max(float64(north-south), float64(east-west)*math.Cos(widest*math.Pi/180)) / degree * kmOfDegree
}

// Body is what stands behind the zone's territory card: its communes by INSEE
// code, and its outline as polygons of rings of latitudes and longitudes in
// turn, in degrees × 100,000, not closed.
func (z *Zone) Body() Body {
	b := Body{"@type": "Place", "additionalType": string(z.Kind)}
	if z.Note != "" {
		b["description"] = z.Note
	}
	if len(z.Communes) > 0 {
		b["communes"] = z.Communes
	}
	if len(z.Shape) == 0 {
		return b
	}
	polygons := make([][][]int32, len(z.Shape))
	for i, polygon := range z.Shape {
		for _, ring := range polygon {
			line := make([]int32, 0, 2*len(ring))
			for _, p := range ring {
				line = append(line, p.Lat, p.Lon)
			}
			polygons[i] = append(polygons[i], line)
		}
	}
	b["polygons"] = polygons
	return b
}

// ReadZone reads a neighbour's territory card: its title, and its body as JSON.
// It fails with kind Invalid when that is no territory, or beyond its bounds.
// Its communes may hold codes that no commune has.
func ReadZone(title string, body []byte) (z Zone, err error) {
	var in struct {
		Kind     string      `json:"additionalType"`
		Note     string      `json:"description"`
		Communes []string    `json:"communes"`
		Polygons [][][]int32 `json:"polygons"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return z, store.E(store.Invalid, "err.listing.zone_card").Because(err)
	}
	z = Zone{Name: Clip(Plain(title), MaxZoneName), Kind: ZoneKind(in.Kind), Note: Shorten(Plain(in.Note), MaxZoneNote), Communes: in.Communes}
	if !slices.Contains(ZoneKinds, z.Kind) {
		z.Kind = ZoneOther
	}
	if Slug(z.Name) == "" {
		return z, store.E(store.Invalid, "err.listing.zone_card")
	}
	for _, code := range z.Communes {
		if code == "" || len(code) > MaxCommune {
			return z, store.E(store.Invalid, "err.listing.zone_card")
		}
	}
	slices.Sort(z.Communes)
	z.Communes = slices.Compact(z.Communes)
	if z.Shape, err = shapeOf(in.Polygons); err != nil {
		return z, err
	}
	return z, z.fits()
}

// shapeOf is the outline of a body's polygons.
func shapeOf(polygons [][][]int32) (s Shape, err error) {
	for _, lines := range polygons {
		var polygon []Ring
		for _, line := range lines {
			if len(line)%2 != 0 {
				return nil, store.E(store.Invalid, "err.listing.zone_card")
			}
			ring := make(Ring, len(line)/2)
			for i := range ring {
				ring[i] = Point{Lat: line[2*i], Lon: line[2*i+1]}
			}
			polygon = append(polygon, ring)
		}
		s = append(s, polygon)
	}
	if len(s) == 0 {
		return nil, nil
	}
	return s, s.check()
}
