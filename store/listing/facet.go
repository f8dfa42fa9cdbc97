package listing

import (
	"cmp"
	"database/sql"
	"slices"
	"time"

	"copi.local/store"
)

// Facets is the whole of an answer at a glance: how many cards of each sort
// there are, exactly, and the first few of each kind.
type Facets struct {
	Total            int64
	Groups           []OfKind // one a kind, the largest first
	Own, Neighbours  int64
	Communes         []Tally  // codes, the commonest first
	Tags             []Tag    // the commonest first
	Upcoming, Before int64    // on today or later; begun before today
	Rings            []Nearby // as asked for
}

// OfKind is the cards of one kind.
type OfKind struct {
	Kind  string
	N     int64
	Cards []Card // the first few: own ones, then neighbours'; what is to come first, else the newest
}

// Tally is how many cards have something.
type Tally struct {
	Name string
	N    int64
}

// Nearby is how many cards are within a distance of Query.Near.
type Nearby struct {
	KM float64
	N  int64
}

// Glance says what Overview is to count.
type Glance struct {
	Today time.Time // the midnight the day began at
	Rings []float64 // kilometres around Query.Near
	Cards int       // of each kind
	Tags  int       // the commonest so many
}

// Overview counts the cards of q in one pass over them, whatever their order;
// Limit and Cursor are ignored.
func Overview(tx *store.Tx, q Query, g Glance) (Facets, error) {
	q.Order, q.Cursor, q.Limit = ByDefault, "", 0
	if err := q.Check(); err != nil {
		return Facets{}, err
	}
	s, err := newSearch(tx, q)
	if err != nil || s.nothing {
		return Facets{}, err
	}
	o := &overview{glance: g, today: g.Today.Unix(), near: q.Near, groups: map[string]*tally{}, communes: map[string]int64{}, placeless: map[string]int64{}}
	for _, km := range g.Rings {
		o.facets.Rings = append(o.facets.Rings, Nearby{KM: km})
	}
	if s.window.repeats {
		if err := o.readSpans(tx); err != nil {
			return Facets{}, err
		}
	}
	from, w := s.set()
	if _, err := store.All(tx, o.count, sqlOverview+from+w.sql(), w.args...); err != nil {
		return Facets{}, err
	}
	if err := o.fill(tx, q); err != nil {
		return Facets{}, err
	}
	if g.Tags > 0 && o.facets.Total > 0 {
		o.facets.Tags, err = store.All(tx, scanTag, sqlTagTallies+from+sqlJoinTags+w.sql()+sqlCommonest, append(w.args, g.Tags)...)
	}
	for i, t := range o.facets.Tags {
		if err == nil {
			o.facets.Tags[i].Name, err = TagName(tx, t.Key)
		}
	}
	return o.facets, err
}

// set is where the cards of a search are and which they are, in no order.
func (s *search) set() (from string, w where) {
	w = s.conditions()
	if s.match == "" {
		return sqlOnlyCards, w
	}
	w.add("listing_search MATCH ?", s.match)
	return sqlOnlyWords, w
}

// overview is the pass under way.
type overview struct {
	facets    Facets
	glance    Glance
	today     int64
	near      *Point
	groups    map[string]*tally
	communes  map[string]int64
	placeless map[string]int64 // cards without a place, by commune
	spans     map[int64]span   // of cards that repeat
}

// span is from the first of a card's dates to the last.
type span struct{ first, last, ends int64 }

func (o *overview) readSpans(tx *store.Tx) error {
	o.spans = map[int64]span{}
	_, err := store.All(tx, func(r store.Row) (_ struct{}, err error) {
		var row int64
		var s span
		err = r.Scan(&row, &s.first, &s.last, &s.ends)
		o.spans[row] = s
		return struct{}{}, err
	}, sqlDatesSpans)
	return err
}

// when tells of a card with a date whether it is on today or later, and whether
// it began before.
func (o *overview) when(row, starts, ends int64) (ahead, before bool) {
	s, repeats := o.spans[row]
	if !repeats {
		s = span{starts, starts, ends}
	}
	return s.ends > o.today || s.last >= o.today, s.first < o.today
}

// tally counts a kind and keeps its first cards.
type tally struct {
	n     int64
	first []glimpse
}

// glimpse is what decides which cards are the first of their kind.
type glimpse struct {
	row            int64
	foreign, ahead bool
	starts         int64
}

// before puts own cards first, then what is to come by date, then the newest.
func (a glimpse) before(b glimpse) int {
	rank := func(g glimpse) int {
		n := 0
		if g.foreign {
			n += 2
		}
		if !g.ahead {
			n++
		}
		return n
	}
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	if a.ahead {
		if c := cmp.Compare(a.starts, b.starts); c != 0 {
			return c
		}
	}
	return cmp.Compare(b.row, a.row)
}

// count takes one card in.
func (o *overview) count(r store.Row) (_ struct{}, err error) {
	var row, origin int64
	var kind, commune sql.RawBytes
	var starts, ends sql.NullInt64
	var lat, lon sql.NullInt32
	if err := r.Scan(&row, &origin, &kind, &commune, &starts, &ends, &lat, &lon); err != nil {
		return struct{}{}, err
	}
	f := &o.facets
	f.Total++
	if origin == 0 {
		f.Own++
	} else {
		f.Neighbours++
	}
	o.communes[string(commune)]++
	g := glimpse{row: row, foreign: origin != 0, starts: starts.Int64}
	if starts.Valid {
		var before bool
		if g.ahead, before = o.when(row, starts.Int64, ends.Int64); g.ahead {
			f.Upcoming++
		}
		if before {
			f.Before++
		}
	}
	if p := point(lat, lon); p != nil {
		o.ring(*p, 1)
	} else {
		o.placeless[string(commune)]++
	}
	t := o.groups[string(kind)]
	if t == nil {
		t = &tally{}
		o.groups[string(kind)] = t
	}
	t.add(g, o.glance.Cards)
	return struct{}{}, nil
}

// ring adds n cards at a place.
func (o *overview) ring(p Point, n int64) {
	if o.near == nil {
		return
	}
	d := o.near.DistanceKM(p)
	for i := range o.facets.Rings {
		if d <= o.facets.Rings[i].KM {
			o.facets.Rings[i].N += n
		}
	}
}

// ringCommunes adds the cards without a place: they are where their commune is.
func (o *overview) ringCommunes(tx *store.Tx) error {
	if o.near == nil || len(o.facets.Rings) == 0 {
		return nil
	}
	for commune, n := range o.placeless {
		area, err := AreaOf(tx, commune)
		if err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		if area.Position != nil {
			o.ring(*area.Position, n)
		}
	}
	return nil
}

// add counts a card and keeps it when it is among the first.
func (t *tally) add(g glimpse, keep int) {
	t.n++
	if len(t.first) == keep && (keep == 0 || g.before(t.first[keep-1]) > 0) {
		return
	}
	at, _ := slices.BinarySearchFunc(t.first, g, glimpse.before)
	t.first = slices.Insert(t.first, at, g)
	t.first = t.first[:min(len(t.first), keep)]
}

// fill makes lists of what was counted, and reads the first cards.
func (o *overview) fill(tx *store.Tx, q Query) error {
	for kind, t := range o.groups {
		g := OfKind{Kind: kind, N: t.n}
		var rows []int64
		for _, first := range t.first {
			rows = append(rows, first.row)
		}
		cards, err := readRows(tx, rows)
		if err != nil {
			return err
		}
		g.Cards = cards
		if err := show(tx, g.Cards, false); err != nil {
			return err
		}
		if err := q.measure(tx, g.Cards); err != nil {
			return err
		}
		o.facets.Groups = append(o.facets.Groups, g)
	}
	slices.SortFunc(o.facets.Groups, func(a, b OfKind) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Kind, b.Kind)) })
	if err := o.ringCommunes(tx); err != nil {
		return err
	}
	for code, n := range o.communes {
		o.facets.Communes = append(o.facets.Communes, Tally{code, n})
	}
	slices.SortFunc(o.facets.Communes, func(a, b Tally) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	return nil
}
