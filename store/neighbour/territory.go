package neighbour

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// MaxTerritories is how many territory cards of one origin are shown, in the
// order of their ids.
const MaxTerritories = listing.MaxZonesPublished

// Territory is a territory that another box publishes (PROTOCOL.md §6).
type Territory struct {
	Origin  Hash
	ID      ID // of the card
	Name    string
	Version Hash      // of the body
	At      time.Time // this version came here
}

// Territories lists the territories that come with the logs held here.
func Territories(tx *store.Tx) ([]Territory, error) {
	return store.All(tx, scanTerritory, sqlTerritories, MaxTerritories)
}

// TerritoryOf is one of them; kind NotFound when its origin publishes it no more
// or is not held here.
func TerritoryOf(tx *store.Tx, origin Hash, id ID) (Territory, error) {
	return store.One(tx, scanTerritory, sqlTerritoryOf, origin[:], id[:])
}

// TerritoriesOf lists the ids of a log's territory cards.
func TerritoriesOf(tx *store.Tx, l Log) ([]ID, error) {
	all, err := store.All(tx, scanTerritory, sqlTerritoriesOf, l.ID, MaxTerritories)
	ids := make([]ID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	return ids, err
}

// LogOfTerritory is the log that has a territory card with an id.
func LogOfTerritory(tx *store.Tx, id ID) (Log, error) {
	t, err := store.One(tx, scanTerritory, sqlTerritoryNamed, id[:])
	if err != nil {
		return Log{}, err
	}
	return LogOf(tx, t.Origin)
}

// SetTerritories brings the territories of a log in line with a change of its
// cards: those of changed and gone cards that are not among now are forgotten.
func SetTerritories(tx *store.Tx, l Log, changed, gone []ID, now []Territory) error {
	known, err := store.All(tx, scanTerritory, sqlTerritoriesOf, l.ID, -1)
	if err != nil {
		return err
	}
	if len(known) > 0 {
		touched := make(map[ID]bool, len(changed)+len(gone))
		for _, list := range [][]ID{changed, gone} {
			for _, id := range list {
				touched[id] = true
			}
		}
		for i := range now {
			delete(touched, now[i].ID)
		}
		for i := range known {
			if !touched[known[i].ID] {
				continue
			}
			if _, err := tx.Exec(sqlDropTerritory, l.ID, known[i].ID[:]); err != nil {
				return err
			}
		}
	}
	for i := range now {
		t := &now[i]
		if _, err := tx.Exec(sqlPutTerritory, l.ID, t.ID[:], t.Name, t.Version[:], tx.Now.Unix()); err != nil {
			return err
		}
	}
	return nil
}

// Zone is what the territory is, as a zone of this box would be. It fails with
// kind Busy while its body is not here, and Invalid when that is no territory or
// beyond the bounds of one.
func (t *Territory) Zone(tx *store.Tx) (listing.Zone, error) {
	c, err := CopyOf(tx, t.Version)
	if store.KindOf(err) == store.NotFound {
		err = store.E(store.Busy, "err.neighbour.not_fetched")
	}
	if err != nil {
		return listing.Zone{}, err
	}
	return listing.ReadZone(t.Name, c.Plain)
}

func scanTerritory(r store.Row) (t Territory, err error) {
	var origin, id, version []byte
	var at int64
	err = r.Scan(&origin, &id, &t.Name, &version, &at)
	copy(t.Origin[:], origin)
	copy(t.ID[:], id)
	copy(t.Version[:], version)
	t.At = store.Instant(at)
	return t, err
}
