package listing

import (
	"math"
	"slices"

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
	cards := make([]Card, 0, s.limit()+1)
	for _, row := range rows[:min(len(rows), s.limit()+1)] {
		c, err := store.One(tx, scanCard, sqlByRow, row)
		if err != nil {
			return err
		}
		cards = append(cards, c)
	}
	s.cut(res, cards, func(Card) cursor { return cursor{a: top, b: int64(skip + s.limit())} })
	return nil
}

// ranked is the newest matches up to top, at most rankedSet of them, the best
// first.
func (s *search) ranked(tx *store.Tx, top int64) ([]int64, error) {
	w := s.matching("listing_search.rowid <= ?", top)
	return store.All(tx, store.Scan[int64], sqlBestHead+sqlFromWords+w.sql()+sqlBestTail, append(w.args, rankedSet)...)
}

// others is matches older than a card, the newest first.
func (s *search) others(tx *store.Tx, than int64, limit, offset int) ([]int64, error) {
	w := s.matching("listing_search.rowid < ?", than)
	return store.All(tx, store.Scan[int64],
		"SELECT c.card_id"+sqlFromWords+w.sql()+" ORDER BY listing_search.rowid DESC LIMIT ? OFFSET ?", append(w.args, limit, offset)...)
}

// matching is the filters and words of the search with one more condition.
func (s *search) matching(cond string, arg int64) where {
	w := s.conditions()
	w.add("listing_search MATCH ?", s.match)
	w.add(cond, arg)
	return w
}
