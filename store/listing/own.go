package listing

import "copi.local/store"

// Cursors of OwnFirst begin with the half of the list they are in: own cards,
// then the neighbours'. The cursor within that half follows.
const (
	ownHalf   = 'o'
	otherHalf = 'v'
)

// half is q for one half of OwnFirst: its cards in the order they would have
// anyway.
func (q *Query) half(which byte, cursor string) Query {
	h := *q
	h.Order, h.Cursor, h.Origin, h.halved = ByDefault, cursor, FromHere, true
	if which == otherHalf {
		h.Origin = FromNeighbours
	}
	return h
}

// ownFirst fills one page: this box's cards, and when they end the neighbours'.
func (s *search) ownFirst(tx *store.Tx, res *Result) error {
	which, inner := byte(ownHalf), ""
	if s.Cursor != "" {
		which, inner = s.Cursor[0], s.Cursor[1:]
	}
	if which == ownHalf {
		own := s.half(ownHalf, inner)
		if err := halfPage(tx, own, res); err != nil {
			return err
		}
		if res.Next != "" {
			res.Next = string(ownHalf) + res.Next
			return nil
		}
		inner = ""
	}
	others := s.half(otherHalf, inner)
	others.Limit = s.limit() - len(res.Cards)
	return s.othersAfter(tx, others, res)
}

// othersAfter adds neighbours' cards to the own ones of a page; a full page
// only asks whether there are any.
func (s *search) othersAfter(tx *store.Tx, q Query, res *Result) error {
	full := q.Limit == 0
	if full {
		q.Limit = 1
	}
	var more Result
	if err := halfPage(tx, q, &more); err != nil || len(more.Cards) == 0 {
		return err
	}
	if full {
		res.Next = string(otherHalf)
		return nil
	}
	res.Cards = append(res.Cards, more.Cards...)
	if more.Next != "" {
		res.Next = string(otherHalf) + more.Next
	}
	return nil
}

func halfPage(tx *store.Tx, q Query, res *Result) error {
	s, err := newSearch(tx, q)
	if err != nil {
		return err
	}
	return s.page(tx, res)
}

// checkHalves tells whether a cursor of OwnFirst was made by it.
func (q *Query) checkHalves() *store.Error {
	bad := store.E(store.Invalid, "err.listing.cursor").At("cursor")
	which, inner := q.Cursor[0], q.Cursor[1:]
	if which != ownHalf && which != otherHalf || (inner == "" && which == ownHalf) {
		return bad
	}
	if inner == "" {
		return nil
	}
	h := q.half(which, inner)
	_, err := parseCursor(h.SortedBy(), inner)
	return err
}
