package listing

import (
	"database/sql"
	"time"

	"copi.local/store"
)

// Origin is a box: this one (ID 0) or a neighbour's. What it says of its
// commune is a claim, its key is its identity (PROTOCOL.md §1).
type Origin struct {
	ID       int64
	Key      [32]byte // zero for this box
	Name     string   // of its commune
	Commune  string   // INSEE code, or x-… when self-declared
	Position *Point
	SeenAt   time.Time // when it last told us something new
	Web      string    // of its pages, as an operator noted; SetOrigin leaves it alone
	Stale    bool      // nothing confirmed its cards for long (SetStale)
}

// Home is the commune of this box.
type Home struct {
	Commune  string // INSEE code, or x-…
	Name     string
	Position *Point
}

// SetHome says where this box stands. Cards that were of the commune before
// are of the new one.
func SetHome(tx *store.Tx, h Home) error {
	if len(h.Commune) > MaxCommune {
		return store.E(store.Invalid, "err.listing.commune").At("commune")
	}
	if h.Position != nil && !h.Position.valid() {
		return store.E(store.Invalid, "err.listing.position").At("position")
	}
	before, err := HomeOf(tx)
	if err != nil {
		return err
	}
	lat, lon := columns(h.Position)
	if _, err := tx.Exec(sqlSetHome, h.Name, h.Commune, lat, lon, tx.Now.Unix()); err != nil {
		return err
	}
	if before.Commune == h.Commune {
		return nil
	}
	if err := learn(tx, h.Commune); err != nil {
		return err
	}
	if _, err = tx.Exec(sqlMoveOwn, h.Commune, before.Commune); err != nil {
		return err
	}
	if err := pairAgain(tx); err != nil {
		return err
	}
	return gatherZones(tx)
}

// HomeOf is where this box stands; empty before the set-up.
func HomeOf(tx *store.Tx) (Home, error) {
	o, err := store.One(tx, scanOrigin, sqlHome)
	return Home{Commune: o.Commune, Name: o.Name, Position: o.Position}, err
}

// SetOrigin remembers a neighbouring box by its key, or what changed about it,
// and returns its id. SeenAt never goes back; Stale ends, whatever o says.
func SetOrigin(tx *store.Tx, o Origin) (int64, error) {
	if o.Key == ([32]byte{}) {
		return 0, store.E(store.Invalid, "err.listing.origin")
	}
	lat, lon := columns(o.Position)
	return store.One(tx, store.Scan[int64], sqlSetOrigin, o.Key[:], o.Name, o.Commune, lat, lon, o.SeenAt.Unix())
}

// SetStale marks a neighbouring box whose cards nothing confirmed for long;
// SetOrigin ends that.
func SetStale(tx *store.Tx, origin int64) error {
	_, err := tx.Exec(sqlSetStale, origin)
	return err
}

// Origins lists the neighbouring boxes whose cards are kept.
func Origins(tx *store.Tx) ([]Origin, error) { return store.All(tx, scanOrigin, sqlOrigins) }

func scanOrigin(r store.Row) (Origin, error) {
	var o origin
	err := r.Scan(o.into()...)
	return o.value(), err
}

// origin is a row of listing_origins being read.
type origin struct {
	id            int64
	key           []byte
	name, commune string
	lat, lon      sql.NullInt32
	seen          int64
	web           string
	stale         bool
}

func (o *origin) into() []any {
	return []any{&o.id, &o.key, &o.name, &o.commune, &o.lat, &o.lon, &o.seen, &o.web, &o.stale}
}

func (o *origin) value() Origin {
	v := Origin{ID: o.id, Name: o.name, Commune: o.commune, Position: point(o.lat, o.lon), SeenAt: time.Unix(o.seen, 0).UTC(), Web: o.web, Stale: o.stale}
	copy(v.Key[:], o.key)
	return v
}

// columns is a position as it is stored, nulls for nil.
func columns(p *Point) (lat, lon any) {
	if p == nil {
		return nil, nil
	}
	return p.Lat, p.Lon
}

func point(lat, lon sql.NullInt32) *Point {
	if !lat.Valid || !lon.Valid {
		return nil
	}
	return &Point{Lat: lat.Int32, Lon: lon.Int32}
}
