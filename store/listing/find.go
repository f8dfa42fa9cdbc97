package listing

import (
	"slices"
	"strings"

	"copi.local/store"
)

// Result is one page of an answer.
type Result struct {
	Total int64 // of all pages, exactly
	Cards []Card
	Next  string // cursor of the next page; empty on the last
}

// Find answers q with what the actor may see. A card that repeats is found by
// any of its dates and shown once, by date at its first one in the window.
func Find(tx *store.Tx, q Query) (Result, error) { return find(tx, q, true) }

// Page is Find with no Total: whoever only wants the first cards need not have
// all of them counted.
func Page(tx *store.Tx, q Query) (Result, error) { return find(tx, q, false) }

// Dates is Find by date with a card for each date in the window: of a card that
// repeats its times, its cancellation and its summary are those of that date.
// Total counts dates.
func Dates(tx *store.Tx, q Query) (Result, error) {
	q.Order, q.every = ByDate, true
	return find(tx, q, true)
}

// WalkDates is Walk over what Dates lists.
func WalkDates(tx *store.Tx, q Query, fn func(Card) error) error {
	q.Order, q.every = ByDate, true
	return Walk(tx, q, fn)
}

// find leaves Total at 0 when nobody asks for it.
func find(tx *store.Tx, q Query, counted bool) (Result, error) {
	if err := q.Check(); err != nil {
		return Result{}, err
	}
	s, err := newSearch(tx, q)
	if err != nil || s.nothing {
		return Result{}, err
	}
	var res Result
	if err := s.page(tx, &res); err != nil {
		return Result{}, err
	}
	switch {
	case !counted:
	case q.Cursor == "" && res.Next == "":
		res.Total = int64(len(res.Cards)) // all of them: nothing to count
	default:
		if res.Total, err = s.total(tx); err != nil {
			return Result{}, err
		}
	}
	if err := show(tx, res.Cards, q.every); err != nil {
		return Result{}, err
	}
	return res, q.measure(tx, res.Cards)
}

// Count is the Total of q alone.
func Count(tx *store.Tx, q Query) (int64, error) {
	if err := q.Check(); err != nil {
		return 0, err
	}
	s, err := newSearch(tx, q)
	if err != nil || s.nothing {
		return 0, err
	}
	return s.total(tx)
}

// Walk calls fn with every card of q, in its order; for feeds and files, which
// are whole. Limit and Cursor are ignored.
func Walk(tx *store.Tx, q Query, fn func(Card) error) error {
	q.Cursor, q.Limit = "", MaxLimit
	for {
		res, err := find(tx, q, false)
		if err != nil {
			return err
		}
		for _, c := range res.Cards {
			if err := fn(c); err != nil {
				return err
			}
		}
		if q.Cursor = res.Next; q.Cursor == "" {
			return nil
		}
	}
}

// search is a query on its way to SQL.
type search struct {
	Query
	from    cursor
	match   string // FTS5 expression; empty without words
	filters *where
	window  window
	zone    int64 // row of the zone asked for
	off     Off   // what is switched off
	nothing bool  // words were typed and none is left of them, or there is no such zone
	behind  where // a card stands behind a twin; see readBehind
	bare    bool  // twins are all wanted
}

func newSearch(tx *store.Tx, q Query) (*search, error) {
	if q.RadiusKM > 0 && q.Near == nil {
		return nil, store.E(store.Invalid, "err.listing.radius").At("radius_km")
	}
	if q.SortedBy() == Nearest && q.Near == nil {
		return nil, store.E(store.Invalid, "err.listing.no_home").At("order")
	}
	s := &search{Query: q}
	if q.Cursor != "" && q.SortedBy() != OwnFirst {
		from, bad := parseCursor(q.SortedBy(), q.Cursor)
		if bad != nil {
			return nil, bad
		}
		s.from = from
	}
	var err error
	if s.off, err = OffOf(tx); err != nil {
		return nil, err
	}
	if err = s.admit(tx); err != nil {
		return nil, err
	}
	if s.filters, err = s.Query.filters(tx, &s.off); err != nil {
		return nil, err
	}
	if s.window, err = q.window(tx); err != nil {
		return nil, err
	}
	if q.Zone != "" {
		if s.zone, err = zoneRow(tx, q.Zone); err != nil {
			return nil, err
		}
		s.nothing = s.nothing || s.zone == 0
	}
	if q.Q != "" {
		if err := s.readWords(tx); err != nil {
			return nil, err
		}
	}
	return s, s.readBehind(tx)
}

// readWords makes the expression of the words asked for.
func (s *search) readWords(tx *store.Tx) error {
	words, err := match(tx, s.Q, s.SortedBy() == Best)
	if err != nil {
		return err
	}
	s.nothing = s.nothing || words == ""
	s.match = s.marked(words, role(tx))
	return nil
}

// marked restricts an expression to what a role may see and to the kind asked
// for, all within the full-text index.
func (s *search) marked(words string, role int) string {
	m := "(" + words + ")"
	if strings.Contains(words, `"0`) { // it may begin as marks do; no other word can be one
		m = "({title tags body} : " + m + ")"
	}
	if s.Kind != "" {
		m += ` AND marks : "` + kindMark(s.Kind) + `"`
	}
	if len(s.Kinds) > 0 {
		either := make([]string, len(s.Kinds))
		for i, k := range s.Kinds {
			either[i] = `marks : "` + kindMark(k) + `"`
		}
		m += " AND (" + strings.Join(either, " OR ") + ")"
	}
	for _, kind := range s.off.Kinds {
		m = "(" + m + `) NOT marks : "` + kindMark(kind) + `"`
	}
	m, inside := s.marksOfGroups(m)
	if inside {
		return m
	}
	if role < 1 {
		return "(" + m + `) NOT marks : "` + markMembers + `"`
	}
	return "(" + m + `) NOT marks : "` + markHidden + `"`
}

// plain tells whether words, kind and audience are the only filters, so that
// totals come from the full-text index or the counters alone.
func (s *search) plain() bool {
	return s.Tag == "" && s.Also == "" && s.Commune == "" && s.RadiusKM == 0 && s.MaxPop == 0 && !s.dated() && s.Origin == "" && len(s.Without) == 0 && s.SortedBy() != ByDate &&
		(s.Kind == "" || len(s.Kinds) == 0) && s.IDs == nil && len(s.Tags) == 0 && s.Box == nil && s.Placed == Anywhere && s.Current.IsZero() && !s.Leaves && s.Group == "" && !s.InGroups
}

// zoneRow is the row of a zone; 0 when there is none.
func zoneRow(tx *store.Tx, id string) (int64, error) {
	row, err := store.One(tx, store.Scan[int64], sqlZoneRow, id)
	if store.KindOf(err) == store.NotFound {
		return 0, nil
	}
	return row, err
}

// unzoned are the filters as a new list to add to, all but the zone.
func (s *search) unzoned() where {
	w := where{conds: slices.Clone(s.filters.conds), args: slices.Clone(s.filters.args)}
	s.window.touch(&w)
	s.once(&w)
	return w
}

// conditions are the filters as a new list to add to.
func (s *search) conditions() where {
	w := s.anytime()
	s.window.touch(&w)
	return w
}

// anytime are the filters whatever the date. Lists that do not follow the
// zone's own index ask it for each card.
func (s *search) anytime() where {
	w := where{conds: slices.Clone(s.filters.conds), args: slices.Clone(s.filters.args)}
	if s.zone != 0 {
		w.add("(SELECT 1 FROM listing_zone_cards z WHERE z.zone_id = ? AND z.card_id = c.card_id)", s.zone)
	}
	s.once(&w)
	return w
}

// where is the conditions of the search, its words among them.
func (s *search) where() where {
	w := s.conditions()
	s.worded(&w)
	return w
}

// worded keeps the cards with the words asked for.
func (s *search) worded(w *where) {
	if s.match != "" {
		w.add("c.card_id IN (SELECT rowid FROM listing_search WHERE listing_search MATCH ?)", s.match)
	}
}

// total counts all cards, and takes off those few that stand behind others:
// so the counters and the index alone still answer.
func (s *search) total(tx *store.Tx) (int64, error) {
	all := *s
	all.bare = true
	n, err := all.bareTotal(tx)
	if err != nil {
		return 0, err
	}
	behind, err := s.left(tx)
	return n - behind, err
}

func (s *search) bareTotal(tx *store.Tx) (int64, error) {
	if s.SortedBy() == ByDate && (s.every || s.zone == 0 || s.match != "") {
		return s.datesTotal(tx)
	}
	if s.plain() && len(s.off.Modules) == 0 && (s.zone == 0 || s.match == "") {
		return s.plainTotal(tx)
	}
	if s.match == "" && s.zone != 0 {
		w := s.unzoned()
		w.add("z.zone_id = ?", s.zone)
		return store.One(tx, store.Scan[int64], "SELECT count(*) FROM listing_zone_cards z CROSS JOIN listing_cards c ON c.card_id = z.card_id"+w.sql(), w.args...)
	}
	w := s.where()
	return store.One(tx, store.Scan[int64], "SELECT count(*) FROM listing_cards c"+w.sql(), w.args...)
}

// plainTotal is what is there less what has expired.
func (s *search) plainTotal(tx *store.Tx) (int64, error) {
	var all, expired int64
	var err error
	count := func(n *int64, query string, args ...any) {
		if err == nil {
			*n, err = store.One(tx, store.Scan[int64], query, args...)
		}
	}
	but, kinds := s.off.but()
	with := func(args ...any) []any { return append(args, kinds...) }
	switch {
	case len(s.Kinds) > 0 && s.match == "":
		return s.kindsTotal(tx)
	case s.zone != 0 && s.Kind != "":
		count(&all, sqlCountZoneKind+but, with(s.zone, role(tx), expiry(tx), s.Kind)...)
	case s.zone != 0:
		count(&all, sqlCountZone+but, with(s.zone, role(tx), expiry(tx))...)
	case s.match != "":
		count(&all, sqlCountWords, s.match)
		var some int64
		if count(&some, sqlAnyExpired, expiry(tx)); some > 0 { // else the words need not be looked for again
			count(&expired, sqlExpiredWords, s.match, expiry(tx))
		}
	case s.Kind != "":
		count(&all, sqlCountKind+but, with(s.Kind, role(tx))...)
		count(&expired, sqlExpiredKind+but, with(expiry(tx), s.Kind, role(tx))...)
	default:
		count(&all, sqlCountAll+but, with(role(tx))...)
		count(&expired, sqlExpiredAll+but, with(expiry(tx), role(tx))...)
	}
	return all - expired, err
}

// kindsTotal is the sum over the kinds asked for.
func (s *search) kindsTotal(tx *store.Tx) (sum int64, err error) {
	for _, k := range s.Kinds {
		one := search{Query: Query{Kind: k}, zone: s.zone, off: s.off}
		n, err := one.plainTotal(tx)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// page fills the cards of one page and the cursor of the next. It asks for one
// card more than it shows, to know whether there is a next page.
func (s *search) page(tx *store.Tx, res *Result) error {
	switch s.SortedBy() {
	case Best:
		return s.bestPage(tx, res)
	case Nearest:
		return s.nearPage(tx, res)
	case OwnFirst:
		return s.ownFirst(tx, res)
	case ByDate:
		return s.datePage(tx, res)
	default:
	}
	query, args := s.statement()
	cards, err := store.All(tx, scanCard, query, append(args, s.limit()+1)...)
	if err != nil {
		return err
	}
	var key string
	if s.SortedBy() == ByName && len(cards) > s.limit() {
		if key, err = store.One(tx, store.Scan[string], sqlNameKey, cards[s.limit()-1].row); err != nil {
			return err
		}
	}
	s.cut(res, cards, func(last Card) cursor { return cursor{a: last.row, key: key} })
	return nil
}

// statement selects the cards from the cursor on. Newest matches are read off
// the full-text index backwards, without sorting or reading the others.
func (s *search) statement() (query string, args []any) {
	if s.SortedBy() == Newest && s.match == "" && s.zone != 0 {
		return s.zoneStatement()
	}
	w := s.conditions()
	if s.SortedBy() == ByName {
		return s.byName(w)
	}
	if s.match == "" {
		if s.Cursor != "" {
			w.add("c.card_id < ?", s.from.a)
		}
		return sqlCardColumns + sqlFromCards + w.sql() + " ORDER BY c.card_id DESC" + sqlLimit, w.args
	}
	w.add("listing_search MATCH ?", s.match)
	if s.Cursor != "" {
		w.add("listing_search.rowid < ?", s.from.a)
	}
	return sqlCardColumns + sqlFromWords + w.sql() + " ORDER BY listing_search.rowid DESC" + sqlLimit, w.args
}

// zoneStatement reads the newest cards of a zone off its own index.
func (s *search) zoneStatement() (query string, args []any) {
	w := s.unzoned()
	w.add("z.zone_id = ?", s.zone)
	if s.Cursor != "" {
		w.add("z.card_id < ?", s.from.a)
	}
	return sqlCardColumns + sqlFromZone + w.sql() + " ORDER BY z.card_id DESC" + sqlLimit, w.args
}

// byName selects along an index of names: of one kind, or of all.
func (s *search) byName(w where) (query string, args []any) {
	s.worded(&w)
	if s.Cursor != "" {
		w.add("(c.name_key, c.card_id) > (?, ?)", s.from.key, s.from.a)
	}
	return sqlCardColumns + sqlFromCards + w.sql() + " ORDER BY c.name_key, c.card_id" + sqlLimit, w.args
}

// cut keeps a page of cards and makes the cursor when there are more.
func (s *search) cut(res *Result, cards []Card, at func(Card) cursor) {
	res.Cards = cards
	if len(cards) > s.limit() {
		res.Cards = cards[:s.limit()]
		res.Next = at(res.Cards[s.limit()-1]).text(s.SortedBy())
	}
}
