package listing

import (
	"math"
	"slices"
	"strings"

	"copi.local/store"
)

// bestPage gives the newest matches in the order of how well they fit, then
// the others as Newest would. The set is pinned by its newest card, so that
// what arrives meanwhile moves nothing.
func (s *search) bestPage(tx *store.Tx, res *Result) error {
	top := int64(math.MaxInt64)
	if s.Cursor != "" {
		top = s.from.a
	}
	rows, err := s.ranked(tx, top)
	if err != nil || len(rows) == 0 {
		return err
	}
	top = slices.Max(rows)
	oldest, skip := slices.Min(rows), int(min(s.from.b, math.MaxInt32))
	more := max(0, skip-len(rows)) // of the others, given out already
	rows = rows[min(skip, len(rows)):]
	if want := s.limit() + 1; len(rows) < want {
		rest, err := s.others(tx, oldest, want-len(rows), more)
		if err != nil {
			return err
		}
		rows = append(rows, rest...)
	}
	cards, err := readRows(tx, rows[:min(len(rows), s.limit()+1)])
	if err != nil {
		return err
	}
	s.cut(res, cards, func(Card) cursor { return cursor{a: top, b: int64(skip + s.limit())} })
	return nil
}

// readRows reads cards in the order of their rows, all with one statement.
func readRows(tx *store.Tx, rows []int64) ([]Card, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	query, args := byRows(rows)
	cards, err := store.All(tx, scanCard, query, args...)
	if err != nil {
		return nil, err
	}
	at := make(map[int64]int, len(rows))
	for i, row := range rows {
		at[row] = i
	}
	slices.SortFunc(cards, func(a, b Card) int { return at[a.row] - at[b.row] })
	return cards, nil
}

// byRows selects cards by their rows, in no order. The statement has one of few
// shapes, so that it stays prepared.
func byRows(rows []int64) (query string, args []any) {
	places := 8
	for places < len(rows) {
		places *= 2
	}
	for i := range places {
		args = append(args, rows[min(i, len(rows)-1)])
	}
	return sqlByRows + strings.Repeat(", ?", places-1) + ")", args
}

// ranked is the newest matches up to top, at most rankedSet of them, the best
// first.
func (s *search) ranked(tx *store.Tx, top int64) ([]int64, error) {
	query, args := s.rankedStatement(top)
	return store.All(tx, store.Scan[int64], query, args...)
}

func (s *search) rankedStatement(top int64) (query string, args []any) {
	w := s.matching("listing_search.rowid <= ?", top)
	return sqlBestHead + sqlFromWords + w.sql() + sqlBestTail, append(w.args, rankedSet)
}

// others is matches older than a card, the newest first.
func (s *search) others(tx *store.Tx, than int64, limit, offset int) ([]int64, error) {
	w := s.matching("listing_search.rowid < ?", than)
	return store.All(tx, store.Scan[int64],
		"SELECT c.card_id"+sqlFromWords+w.sql()+" ORDER BY listing_search.rowid DESC"+sqlLimit+" OFFSET ?", append(w.args, limit, offset)...)
}

// matching is the filters and words of the search with one more condition.
func (s *search) matching(cond string, arg int64) where {
	w := s.conditions()
	w.add("listing_search MATCH ?", s.match)
	w.add(cond, arg)
	return w
}
