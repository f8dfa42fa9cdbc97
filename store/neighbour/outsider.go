package neighbour

import (
	"fmt"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Outsider is an origin that vouches lead to and that lies outside what this
// box looks for. Nothing of it is kept but what it said of itself.
type Outsider struct {
	Origin Hash
	Name   string
	Place  Place
	Cards  int // live ones it had
	At     time.Time
}

// LookAgain is after how long an outsider is looked at again: it may have moved.
const LookAgain = 7 * 24 * time.Hour

// SetOutside drops an origin that lies outside, and remembers where it lies so
// that its cards do not come again to be looked at.
func SetOutside(tx *store.Tx, o Outsider) error {
	if err := putOutside(tx, o); err != nil {
		return err
	}
	return Reckon(tx)
}

func putOutside(tx *store.Tx, o Outsider) error {
	_, err := tx.Exec(sqlSetOutside, o.Origin[:], o.Name, strings.Join(o.Place.Communes, " "), points(o.Place.Points), o.Cards, tx.Now.Unix())
	return err
}

// Outsiders lists them by name.
func Outsiders(tx *store.Tx) ([]Outsider, error) { return store.All(tx, scanOutsider, sqlOutsiders) }

// LookedLongAgo tells whether some outsider is to be looked at again.
func LookedLongAgo(tx *store.Tx) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlOldOutsider, tx.Now.Add(-LookAgain).Unix())
}

// ForgetOutsiders has those looked at again that were not for LookAgain.
func ForgetOutsiders(tx *store.Tx) error {
	if _, err := tx.Exec(sqlForgetOutsiders, tx.Now.Add(-LookAgain).Unix()); err != nil {
		return err
	}
	return Reckon(tx)
}

// OutsideOf is the outsider an origin whose cards are held would be.
func OutsideOf(tx *store.Tx, l Log) (Outsider, error) {
	out := Outsider{Origin: l.Origin, Cards: int(l.Size)}
	list, err := listing.Origins(tx)
	if err != nil {
		return out, err
	}
	for _, o := range list {
		if o.Key == l.Origin {
			out.Name = o.Name
			out.Place, err = placeOf(tx, o)
		}
	}
	return out, err
}

// Wish is an origin wanted wherever it lies.
type Wish struct {
	Origin Hash
	Name   string
}

// Wishes lists them.
func Wishes(tx *store.Tx) ([]Wish, error) {
	return store.All(tx, func(r store.Row) (w Wish, err error) {
		var origin []byte
		err = r.Scan(&origin, &w.Name)
		copy(w.Origin[:], origin)
		return w, err
	}, sqlWishes)
}

// SetWish names an origin as wanted wherever it lies, or no longer; what is
// carried follows, and what is asked for.
func SetWish(tx *store.Tx, w Wish, on bool) error {
	all, err := Wishes(tx)
	if err != nil {
		return err
	}
	if on && len(all) >= MaxWishes {
		return store.E(store.Conflict, "err.neighbour.wishes", "max", MaxWishes)
	}
	if on {
		_, err = tx.Exec(sqlAddWish, w.Origin[:], w.Name)
	} else {
		_, err = tx.Exec(sqlDropWish, w.Origin[:])
	}
	if err != nil {
		return err
	}
	if err := Reckon(tx); err != nil {
		return err
	}
	return Rescope(tx)
}

// points are places as they are stored.
func points(list []listing.Point) string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = fmt.Sprintf("%d,%d", p.Lat, p.Lon)
	}
	return strings.Join(out, " ")
}

func scanOutsider(r store.Row) (o Outsider, err error) {
	var origin []byte
	var communes, at string
	var looked int64
	err = r.Scan(&origin, &o.Name, &communes, &at, &o.Cards, &looked)
	copy(o.Origin[:], origin)
	o.At, o.Place.Communes = store.Instant(looked), strings.Fields(communes)
	for _, text := range strings.Fields(at) {
		var p listing.Point
		if _, bad := fmt.Sscanf(text, "%d,%d", &p.Lat, &p.Lon); bad == nil {
			o.Place.Points = append(o.Place.Points, p)
		}
	}
	return o, err
}
