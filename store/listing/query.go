package listing

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
)

// Bounds of Query.Limit.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Order is how a list is sorted.
type Order string

// The orders. The zero value is the newest first; with From or To it is by date.
const (
	ByDefault Order = ""
	Newest    Order = "newest"
	ByDate    Order = "date"
	Nearest   Order = "near" // with Near: the nearest first, then what has no place
	OwnFirst  Order = "own"  // this box's cards before the neighbours', each as by default
	ByName    Order = "name" // by title, as a dictionary does
	Best      Order = "best" // with Q: how well a card fits, among the newest rankedSet matches; then the others
)

// Placed tells cards that have a place on a map from those that have none.
type Placed string

// The zero value takes both.
const (
	Anywhere     Placed = ""
	WithPlace    Placed = "yes"
	WithoutPlace Placed = "no"
)

// rankedSet bounds how many matches are ranked: ranking costs, and what comes
// after a thousand better ones is looked for with other words.
const rankedSet = 1000

// Query asks for cards. All filters must hold; zero values do not filter. The
// same query gives the same set in every view.
type Query struct {
	Q        string // words; see match
	Kind     string
	IDs      []string  // of own cards: nothing but these
	Tag      string    // any spelling, with or without #
	Also     string    // a second tag, which the cards have too
	Commune  string    // INSEE code, or x-…
	Zone     string    // id of a zone; one that is not there has no cards
	MaxPop   int       // not from communes with more inhabitants; 0 for all
	Near     *Point    // distances are counted from here
	RadiusKM float64   // of a circle around Near; Find fails without Near. A card without a place is where its commune is
	From, To time.Time // cards whose time touches [From, To); undated ones do not
	Origin   string    // FromHere, FromNeighbours, or a box as OriginName calls it
	Without  []string  // none of these boxes, as OriginName calls them
	Kinds    []string  // any of them
	Tags     []string  // any of them, in any spelling
	Box      *Box      // what has its place in it
	Placed   Placed    // with a place on a map, or without
	Current  time.Time // not what was over before; undated cards stay
	Leaves   bool      // only what may leave the box: for other web sites
	Group    string    // what belongs to a group, and with it what is for its members alone when the actor is one
	InGroups bool      // nothing but what is for the members of groups alone: of those of the actor
	Order    Order
	Cursor   string // Result.Next of the page before, with all else the same
	Limit    int    // 0 is DefaultLimit

	inside []string // groups whose own things are asked for; read by newSearch
	halved bool     // one half of OwnFirst
	every  bool     // by date: each date of a card that repeats, not its first alone; see Dates
}

// Check tells what is wrong with a query somebody typed or a program sent.
func (q *Query) Check() error {
	var bad store.Errors
	if q.Limit < 0 || q.Limit > MaxLimit {
		bad.Add(store.E(store.Invalid, "err.listing.limit", "max", MaxLimit).At("limit"))
	}
	if q.Near != nil && !q.Near.valid() {
		bad.Add(store.E(store.Invalid, "err.listing.position").At("near"))
	}
	if math.IsNaN(q.RadiusKM) || q.RadiusKM < 0 || q.RadiusKM > 20_100 {
		bad.Add(store.E(store.Invalid, "err.listing.radius").At("radius_km"))
	}
	if q.Box != nil && !q.Box.valid() {
		bad.Add(store.E(store.Invalid, "err.listing.box").At("box"))
	}
	if q.Placed != Anywhere && q.Placed != WithPlace && q.Placed != WithoutPlace {
		bad.Add(store.E(store.Invalid, "err.listing.placed").At("placed"))
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		bad.Add(store.E(store.Invalid, "err.listing.range").At("to"))
	}
	if q.MaxPop < 0 {
		bad.Add(store.E(store.Invalid, "err.listing.population").At("pop_max"))
	}
	bad.Add(checkOrigin(q.Origin))
	bad.Add(q.checkOrder())
	return bad.OrNil()
}

// checkOrder looks at the order and at where it is to go on.
func (q *Query) checkOrder() *store.Error {
	switch o := q.SortedBy(); o {
	case Newest, ByDate, ByName, Nearest, OwnFirst, Best:
		if o == Best && q.Q == "" {
			return store.E(store.Invalid, "err.listing.order").At("order")
		}
		if q.Cursor == "" {
			return nil
		}
		if o == OwnFirst {
			return q.checkHalves()
		}
		_, bad := parseCursor(o, q.Cursor)
		return bad
	default:
		return store.E(store.Invalid, "err.listing.order").At("order")
	}
}

// SortedBy is the order the cards come in, the default one resolved.
func (q *Query) SortedBy() Order {
	switch {
	case q.Order != ByDefault && (q.Order != OwnFirst || q.Origin == ""):
		return q.Order
	case q.dated():
		return ByDate
	default:
		return Newest
	}
}

func (q *Query) dated() bool { return !q.From.IsZero() || !q.To.IsZero() }

func (q *Query) limit() int {
	if q.Limit == 0 {
		return DefaultLimit
	}
	return q.Limit
}

// cursor is where a page ended: for Newest the last card (a); for ByDate the
// last start (a) and card (b); for Nearest the last distance in metres (a) and
// card (b); for Best the newest card when ranking began (a)
// and how many matches were given out (b); for ByName the last card (a) and
// its key.
type cursor struct {
	a, b int64
	key  string
}

// cursorLetters tell the orders apart in an address; m is for metres.
var cursorLetters = map[Order]string{Newest: "n", ByDate: "d", Best: "b", Nearest: "m", ByName: "a"}

func (c cursor) text(o Order) string {
	s := fmt.Sprintf("%s%d.%d", cursorLetters[o], c.a, c.b)
	if o == ByName {
		s += "." + base64.RawURLEncoding.EncodeToString([]byte(c.key))
	}
	return s
}

func parseCursor(o Order, s string) (cursor, *store.Error) {
	var c cursor
	bad := store.E(store.Invalid, "err.listing.cursor").At("cursor")
	numbers, last := s, ""
	if o == ByName {
		i := strings.LastIndexByte(s, '.')
		if i < 0 {
			return cursor{}, bad
		}
		numbers, last = s[:i], s[i+1:]
		key, err := base64.RawURLEncoding.DecodeString(last)
		if err != nil || !utf8.Valid(key) {
			return cursor{}, bad
		}
		c.key = string(key)
	}
	var letter rune
	n, err := fmt.Sscanf(numbers, "%c%d.%d", &letter, &c.a, &c.b)
	if err != nil || n != 3 || c.b < 0 || c.text(o) != s {
		return cursor{}, bad
	}
	return c, nil
}

// where collects conditions of a statement and their parameters.
type where struct {
	conds []string
	args  []any
}

func (w *where) add(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.args = append(w.args, args...)
}

// in adds a condition on a list, whose place is the first ? of cond.
func (w *where) in(cond string, list []string) {
	args := make([]any, len(list))
	for i, v := range list {
		args[i] = v
	}
	w.add(strings.Replace(cond, "?", strings.Repeat(", ?", len(list))[2:], 1), args...)
}

func (w *where) sql() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

// filters are the conditions of q on listing_cards c, all but its words and
// its dates.
func (q *Query) filters(tx *store.Tx, off *Off) (*where, error) {
	w := &where{}
	q.seen(w, tx)
	w.add("c.expires_at > ?", expiry(tx))
	off.hide(w)
	switch {
	case q.Kind == "":
	case q.SortedBy() == ByDate || q.RadiusKM > 0 || q.SortedBy() == Nearest || q.Zone != "" || q.Box != nil || q.Placed == WithoutPlace || q.Group != "" || q.InGroups:
		w.add("+c.kind = ?", q.Kind) // the + leaves the choice to another index
	default:
		w.add("c.kind = ?", q.Kind)
	}
	if q.Commune != "" {
		w.add("c.commune = ?", q.Commune)
	}
	if q.MaxPop > 0 {
		w.add("c.commune NOT IN (SELECT commune FROM listing_communes WHERE population > ?)", q.MaxPop)
	}
	if err := q.from(tx, w); err != nil {
		return nil, err
	}
	for _, t := range []string{q.Tag, q.Also} {
		if t == "" {
			continue
		}
		tag, err := canonical(tx, TagKey(t))
		if err != nil {
			return nil, err
		}
		w.add("c.card_id IN (SELECT card_id FROM listing_card_tags WHERE tag = ?)", tag)
	}
	if err := q.among(tx, w); err != nil {
		return nil, err
	}
	q.around(w)
	return w, nil
}

// among keeps cards of any of several kinds and tags, and with a place or none.
func (q *Query) among(tx *store.Tx, w *where) error {
	if len(q.Kinds) > 0 {
		w.in("+c.kind IN (?)", q.Kinds)
	}
	if len(q.Tags) > 0 {
		tags := make([]string, len(q.Tags))
		for i, t := range q.Tags {
			var err error
			if tags[i], err = canonical(tx, TagKey(t)); err != nil {
				return err
			}
		}
		w.in("c.card_id IN (SELECT card_id FROM listing_card_tags WHERE tag IN (?))", tags)
	}
	switch q.Placed {
	case WithPlace:
		w.add("c.lat IS NOT NULL")
	case WithoutPlace:
		w.add("c.lat IS NULL")
	case Anywhere:
	}
	if q.Box != nil {
		q.Box.within(w)
	}
	if q.IDs != nil {
		ids, err := json.Marshal(q.IDs)
		if err != nil {
			return err
		}
		w.add("c.origin_id = 0 AND c.id IN (SELECT value FROM json_each(?))", string(ids))
	}
	if q.Leaves {
		w.add("c.audience = 0 AND c.here = 0")
	}
	return nil
}

// around keeps cards within the radius: a rectangle an index can answer, then
// the distance itself. A card without a place is where its commune is.
func (q *Query) around(w *where) {
	if q.Near == nil || q.RadiusKM == 0 {
		return
	}
	w.within(*q.Near, q.RadiusKM)
}

// within is the condition of around. Which cards have no place is asked of
// their own index.
func (w *where) within(p Point, km float64) {
	south, north, west, east := p.box(km)
	w.add("(c.lat BETWEEN ? AND ? AND c.lon BETWEEN ? AND ? AND "+distance("c")+" <= ? OR c.card_id IN ("+sqlPlaceless+"))",
		south, north, west, east, p.Lat, p.Lat, p.Lon, km, south, north, p.Lat, p.Lat, p.Lon, km)
}
