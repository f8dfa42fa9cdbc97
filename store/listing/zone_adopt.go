package listing

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
)

// ZoneSource is whose territory a zone is a copy of.
type ZoneSource struct {
	Origin  [32]byte
	Card    string   // its id in that origin's log
	Version [32]byte // hash of the body that was copied
	Box     string   // what the origin was called then
	At      time.Time
}

// AdoptZone makes a zone of a neighbour's territory, or brings the copy made
// before to what the neighbour says now; its name here stays then. Codes that no
// commune has are left out. It fails with kind Invalid when nothing is left.
func AdoptZone(tx *store.Tx, theirs Zone, from ZoneSource) (Zone, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Zone{}, err
	}
	if err := theirs.fits(); err != nil {
		return Zone{}, err
	}
	z, err := ZoneFrom(tx, from.Origin, from.Card)
	switch {
	case store.KindOf(err) == store.NotFound:
		z = Zone{Name: theirs.Name, Kind: theirs.Kind, Note: theirs.Note}
		if err = MakeZone(tx, &z); err == nil {
			z, err = GetZone(tx, z.ID)
		}
	case err == nil:
		_, err = tx.Exec(sqlZoneChange, z.Name, string(theirs.Kind), theirs.Note, tx.Now.Unix(), z.row)
	}
	if err != nil {
		return z, err
	}
	if err := z.become(tx, theirs); err != nil {
		return z, err
	}
	if _, err := tx.Exec(sqlZoneSource, from.Origin[:], from.Card, from.Version[:], from.Box, tx.Now.Unix(), z.row); err != nil {
		return z, err
	}
	if err := z.spread(tx); err != nil {
		return z, err
	}
	return GetZone(tx, z.ID)
}

// become gives the zone another's communes and outline.
func (z *Zone) become(tx *store.Tx, theirs Zone) error {
	if _, err := tx.Exec(sqlZoneCommunesClear, z.row); err != nil {
		return err
	}
	if err := learn(tx, theirs.Communes...); err != nil {
		return err
	}
	known := 0
	for _, code := range theirs.Communes {
		a, err := AreaOf(tx, code)
		if store.KindOf(err) == store.NotFound || err == nil && a.Name == "" {
			continue
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(sqlZoneCommuneAdd, z.row, code); err != nil {
			return err
		}
		known++
	}
	if known == 0 && len(theirs.Shape) == 0 {
		return store.E(store.Invalid, "err.listing.zone_unknown")
	}
	if err := z.draw(tx, theirs.Shape); err != nil {
		return err
	}
	return gatherZone(tx, z.row)
}

// ZoneFrom is the zone that is a copy of a territory; kind NotFound when there
// is none.
func ZoneFrom(tx *store.Tx, origin [32]byte, card string) (Zone, error) {
	z, err := store.One(tx, scanZone, sqlZoneFrom, origin[:], card)
	if err != nil {
		return z, err
	}
	return GetZone(tx, z.ID)
}

// AdoptedZones lists the zones that are copies, by name, without their communes.
func AdoptedZones(tx *store.Tx) ([]Zone, error) {
	list, err := store.All(tx, scanZone, sqlZonesAdopted)
	slices.SortStableFunc(list, func(a, b Zone) int { return strings.Compare(Fold(a.Name), Fold(b.Name)) })
	return list, err
}

// Reaches lists the communes of the zone and those whose main place lies in its
// outline, by code.
func (z *Zone) Reaches() ([]string, error) {
	codes := slices.Clone(z.Communes)
	if len(z.Shape) == 0 {
		return codes, nil
	}
	var around Box
	around.South, around.North, around.West, around.East = z.Shape.bounds()
	err := eachCommune(func(col []string) {
		c := commune(col)
		near := c.Position != nil && c.Quality != ByDepartment && c.Quality != ByGrouping && around.Has(*c.Position)
		if near && z.Shape.Contains(*c.Position) {
			codes = append(codes, c.INSEE)
		}
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(codes)
	return slices.Compact(codes), nil
}
