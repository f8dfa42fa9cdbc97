package listing

import (
	"slices"
	"strings"
	"unicode/utf8"

	"copi.local/store"
)

// Zone is an area people of the village speak of: some communes, an outline,
// or both, across any border. A card lies in it by its commune, by its place,
// or because a moderator put it there. Zones may overlap; a zone that goes
// leaves the cards as they are.
type Zone struct {
	ID    string // in addresses: "pays-des-deux-rives"
	Name  string
	Kind  ZoneKind
	Note  string // what it is, for its page
	Shape Shape  // nil without an outline

	Card   string      // id of its territory card; empty while it is not published
	Source *ZoneSource // nil unless it is a copy of another box's

	Communes []string // INSEE codes, sorted; filled by GetZone
	row      int64
}

// ZoneKind is what sort of area a zone is.
type ZoneKind string

// The kinds of zones.
const (
	ZoneCommune     ZoneKind = "commune"
	ZoneGrouping    ZoneKind = "grouping"    // an EPCI
	ZoneDepartment  ZoneKind = "department"  //
	ZoneQuarter     ZoneKind = "quarter"     // a quarter, a hamlet
	ZoneBasin       ZoneKind = "basin"       // a bassin de vie
	ZoneSelfManaged ZoneKind = "selfmanaged" // a "commune autogérée", by its own declaration
	ZoneOther       ZoneKind = "other"
)

// ZoneKinds lists them in the order of a form.
var ZoneKinds = []ZoneKind{ZoneCommune, ZoneGrouping, ZoneDepartment, ZoneQuarter, ZoneBasin, ZoneSelfManaged, ZoneOther}

// Administrative tells whether the state knows such areas. Pages say so of
// those it does not.
func (k ZoneKind) Administrative() bool {
	return k == ZoneCommune || k == ZoneGrouping || k == ZoneDepartment
}

// Bounds of zones.
const (
	MaxZoneName     = 80 // characters
	MaxZoneNote     = 2000
	MaxZones        = 200
	MaxZoneCommunes = 3000
	maxSlug         = 48

	reserved = "nouvelle" // the address of the form
)

// Check tells what is wrong with the zone as written.
func (z *Zone) Check() error {
	var bad store.Errors
	switch n := utf8.RuneCountInString(z.Name); {
	case Slug(z.Name) == "":
		bad.Add(store.E(store.Invalid, "err.listing.zone_name").At("name"))
	case n > MaxZoneName:
		bad.Add(store.E(store.Invalid, "err.listing.zone_long", "max", MaxZoneName).At("name"))
	}
	if !slices.Contains(ZoneKinds, z.Kind) {
		bad.Add(store.E(store.Invalid, "err.listing.zone_kind").At("kind"))
	}
	if utf8.RuneCountInString(z.Note) > MaxZoneNote {
		bad.Add(store.E(store.Invalid, "err.listing.zone_long", "max", MaxZoneNote).At("note"))
	}
	return bad.OrNil()
}

// Slug is a name as it stands in an address.
func Slug(name string) string {
	s := strings.ReplaceAll(Fold(name), " ", "-")
	if utf8.RuneCountInString(s) > maxSlug {
		s = strings.TrimRight(string([]rune(s)[:maxSlug]), "-")
	}
	return s
}

// MakeZone adds a zone without communes or outline, and gives it its id.
func MakeZone(tx *store.Tx, z *Zone) error {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return err
	}
	if err := z.Check(); err != nil {
		return err
	}
	all, err := Zones(tx)
	if err != nil {
		return err
	}
	if len(all) >= MaxZones {
		return store.E(store.Conflict, "err.listing.zones_many", "max", MaxZones)
	}
	taken := func(id string) bool {
		return id == reserved || slices.ContainsFunc(all, func(o Zone) bool { return o.ID == id })
	}
	z.ID = free(Slug(z.Name), taken)
	_, err = tx.Exec(sqlZoneAdd, z.ID, z.Name, string(z.Kind), z.Note, tx.Now.Unix(), tx.Now.Unix())
	return err
}

// free is the name itself, or the first of name-2, name-3… that is not taken.
func free(name string, taken func(string) bool) string {
	id := name
	for n := 2; taken(id); n++ {
		id = name + "-" + itoa(n)
	}
	return id
}

// ChangeZone changes the zone's name, kind and note.
func ChangeZone(tx *store.Tx, z Zone) error {
	was, err := editable(tx, z.ID)
	if err != nil {
		return err
	}
	if err := z.Check(); err != nil {
		return err
	}
	if _, err = tx.Exec(sqlZoneChange, z.Name, string(z.Kind), z.Note, tx.Now.Unix(), was.row); err != nil {
		return err
	}
	return was.spread(tx)
}

// DrawZone gives the zone an outline, or none.
func DrawZone(tx *store.Tx, id string, s Shape) error {
	z, err := editable(tx, id)
	if err != nil {
		return err
	}
	if err := z.draw(tx, s); err != nil {
		return err
	}
	if err := gatherZone(tx, z.row); err != nil {
		return err
	}
	return z.spread(tx)
}

// draw stores an outline, or none.
func (z *Zone) draw(tx *store.Tx, s Shape) error {
	if len(s) == 0 {
		_, err := tx.Exec(sqlZoneDraw, "", nil, nil, nil, nil, tx.Now.Unix(), z.row)
		return err
	}
	if err := s.check(); err != nil {
		return err
	}
	south, north, west, east := s.bounds()
	_, err := tx.Exec(sqlZoneDraw, s.GeoJSON(), south, north, west, east, tx.Now.Unix(), z.row)
	return err
}

// AddCommunes adds communes to the zone by their INSEE codes; those it has
// already change nothing. A code no commune has is refused, and with it all.
func AddCommunes(tx *store.Tx, id string, codes []string) error {
	z, err := editable(tx, id)
	if err != nil {
		return err
	}
	if len(z.Communes)+len(codes) > MaxZoneCommunes {
		return store.E(store.Conflict, "err.listing.zone_communes", "max", MaxZoneCommunes).At("commune")
	}
	if err := learn(tx, codes...); err != nil {
		return err
	}
	for _, code := range codes {
		c, err := store.One(tx, scanArea, sqlArea, code)
		if err != nil {
			return err
		}
		if c.Name == "" {
			return store.E(store.Invalid, "err.listing.commune").At("commune")
		}
		if _, err := tx.Exec(sqlZoneCommuneAdd, z.row, c.Commune); err != nil {
			return err
		}
	}
	if err := gatherZone(tx, z.row); err != nil {
		return err
	}
	return z.spread(tx)
}

// DropCommunes takes communes out of the zone.
func DropCommunes(tx *store.Tx, id string, codes []string) error {
	z, err := editable(tx, id)
	if err != nil {
		return err
	}
	for _, code := range codes {
		if _, err := tx.Exec(sqlZoneCommuneDrop, z.row, code); err != nil {
			return err
		}
	}
	if err := gatherZone(tx, z.row); err != nil {
		return err
	}
	return z.spread(tx)
}

// Hand says where a moderator put a card.
type Hand uint8

// The ways of a hand.
const (
	ByItself Hand = iota // its commune and place say
	PutIn
	TakenOut
)

// PutByHand puts a card into the zone or takes it out, whatever its place, or
// leaves it to its place again.
func PutByHand(tx *store.Tx, id string, c Card, how Hand) error {
	z, err := editable(tx, id)
	if err != nil {
		return err
	}
	if how == ByItself {
		_, err = tx.Exec(sqlHandDrop, z.row, c.originID(), c.Ref.ID)
	} else {
		_, err = tx.Exec(sqlHandPut, z.row, c.originID(), c.Ref.ID, how == PutIn)
	}
	if err != nil {
		return err
	}
	return gatherZone(tx, z.row)
}

// ByHand lists the cards of the zone that a moderator put in or took out and
// the actor may see.
func ByHand(tx *store.Tx, z Zone) (in, out []Card, err error) {
	for _, side := range []struct {
		cards *[]Card
		added bool
	}{{&in, true}, {&out, false}} {
		if *side.cards, err = store.All(tx, scanCard, sqlByHand, z.row, side.added, role(tx)); err != nil {
			return nil, nil, err
		}
	}
	return in, out, nil
}

// RemoveZone forgets the zone. What lay in it stays.
func RemoveZone(tx *store.Tx, id string) error {
	z, err := editable(tx, id)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(sqlZoneRemove, z.row); err != nil || z.Card == "" {
		return err
	}
	return nextRev(tx)
}

// editable is the zone with its communes, for somebody who may change it.
func editable(tx *store.Tx, id string) (Zone, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return Zone{}, err
	}
	return GetZone(tx, id)
}

// GetZone is one zone with its communes.
func GetZone(tx *store.Tx, id string) (Zone, error) {
	z, err := store.One(tx, scanZone, sqlZone, id)
	if err != nil {
		return z, err
	}
	z.Communes, err = store.All(tx, store.Scan[string], sqlZoneCommunes, z.row)
	return z, err
}

// Zones lists all zones by name, without their communes.
func Zones(tx *store.Tx) ([]Zone, error) {
	list, err := store.All(tx, scanZone, sqlZones)
	slices.SortStableFunc(list, func(a, b Zone) int { return strings.Compare(Fold(a.Name), Fold(b.Name)) })
	return list, err
}

// ZonesOfCommune lists the zones that have a commune, by name.
func ZonesOfCommune(tx *store.Tx, commune string) ([]Zone, error) {
	list, err := store.All(tx, scanZone, sqlZonesWith, commune)
	slices.SortStableFunc(list, func(a, b Zone) int { return strings.Compare(Fold(a.Name), Fold(b.Name)) })
	return list, err
}

func scanZone(r store.Row) (z Zone, err error) {
	var shape string
	var from ZoneSource
	var origin, version []byte
	var at int64
	err = r.Scan(&z.row, &z.ID, &z.Name, &z.Kind, &z.Note, &shape, &z.Card, &origin, &from.Card, &version, &from.Box, &at)
	if from.Card != "" {
		copy(from.Origin[:], origin)
		copy(from.Version[:], version)
		from.At = instant(at)
		z.Source = &from
	}
	if err != nil || shape == "" {
		return z, err
	}
	err = z.Shape.gather([]byte(shape), 0)
	if err == nil {
		err = z.Shape.check() // opens the rings, which are stored closed
	}
	return z, err
}
