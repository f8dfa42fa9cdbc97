package listing

import (
	"cmp"
	"slices"
	"strings"

	"copi.local/store"
)

// window is when the cards asked for take place. A card that repeats takes
// place when any of its dates does. No date lasts longer than the longest one
// stored, which bounds how far back an index is read.
type window struct {
	from, to  *int64 // dates that touch [from, to); nil for no bound
	current   *int64 // not what was over before; undated cards stay
	undated   bool   // cards without a date are asked for too
	apart     bool   // c.starts_at is no index to follow: another one is better
	repeats   bool   // there are cards with several dates
	span      int64  // seconds of the longest card
	datesSpan int64  // seconds of the longest date of those with several
}

func (q *Query) window(tx *store.Tx) (v window, err error) {
	v.undated = !q.dated() && q.SortedBy() != ByDate
	v.apart = q.Placed == WithoutPlace || q.Group != "" || q.InGroups // the few that are nowhere, or a group's, have an index of their own
	if !q.From.IsZero() {
		v.from = new(q.From.Unix())
	}
	if !q.To.IsZero() {
		v.to = new(q.To.Unix())
	}
	if !q.Current.IsZero() {
		v.current = new(q.Current.Unix())
	}
	span := func(query string) (int64, bool) {
		n, bad := store.One(tx, store.Scan[*int64], query)
		if err = cmp.Or(err, bad); n == nil {
			return 0, false
		}
		return *n, true
	}
	v.datesSpan, v.repeats = span(sqlMaxDateSpan)
	if v.from != nil {
		v.span, _ = span(sqlMaxSpan)
	}
	return v, err
}

// touch keeps the cards that take place in the window, each once.
func (v *window) touch(w *where) {
	var own, dates where
	v.bound(&own, v.starts(), "c.ends_at", v.span)
	if len(own.conds) == 0 {
		return
	}
	if !v.repeats {
		w.add(own.all(), own.args...)
		return
	}
	v.bound(&dates, "d.starts_at", "d.ends_at", v.datesSpan)
	either := "(" + own.all() + " OR c.card_id IN (SELECT d.card_id FROM listing_dates d"
	w.add(either+dates.sql()+"))", append(own.args, dates.args...)...)
}

// starts is the column of a card's begin; the + leaves the choice to another
// index.
func (v *window) starts() string {
	if v.apart {
		return "+c.starts_at"
	}
	return "c.starts_at"
}

// bound is the condition of the window on two columns.
func (v *window) bound(w *where, starts, ends string, span int64) {
	if v.from != nil {
		w.add(starts+" >= ? AND ("+ends+" > ? OR "+starts+" >= ?)", *v.from-span, *v.from, *v.from)
	}
	if v.to != nil {
		w.add(starts+" < ?", *v.to)
	}
	if v.current != nil && v.undated {
		w.add("("+starts+" IS NULL OR "+ends+" > ? OR "+starts+" >= ?)", *v.current, *v.current)
	} else if v.current != nil {
		w.add("("+ends+" > ? OR "+starts+" >= ?)", *v.current, *v.current)
	}
	if v.from == nil && v.to == nil && v.current == nil && !v.undated {
		w.add(starts + " IS NOT NULL")
	}
}

// all are the conditions in one line.
func (w *where) all() string { return strings.Join(w.conds, " AND ") }

// datePage reads cards by date. Those with several dates come once, at their
// first in the window, or with each of them when every date is asked for.
func (s *search) datePage(tx *store.Tx, res *Result) error {
	query, args := s.singles()
	cards, err := store.All(tx, scanCard, query, append(args, s.limit()+1)...)
	if err != nil {
		return err
	}
	if s.window.repeats {
		query, args = s.repeated()
		more, err := store.All(tx, scanCard, query, append(args, s.limit()+1)...)
		if err != nil {
			return err
		}
		cards = append(cards, more...)
		slices.SortFunc(cards, func(a, b Card) int {
			return cmp.Or(a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.row, b.row))
		})
	}
	s.cut(res, cards, func(last Card) cursor { return cursor{a: last.StartsAt.Unix(), b: last.row} })
	return nil
}

// singles selects the cards with one date, along its index.
func (s *search) singles() (query string, args []any) {
	w := s.anytime()
	s.worded(&w)
	s.window.bound(&w, s.window.starts(), "c.ends_at", s.window.span)
	if s.window.repeats {
		w.add(sqlNoDates)
	}
	if s.Cursor != "" {
		w.add("(c.starts_at, c.card_id) > (?, ?)", s.from.a, s.from.b)
	}
	return sqlCardColumns + sqlFromCards + w.sql() + " ORDER BY c.starts_at, c.card_id" + sqlLimit, w.args
}

// repeated selects the dates of cards that have several.
func (s *search) repeated() (query string, args []any) {
	from, within := s.dates()
	w := s.anytime()
	s.worded(&w)
	if s.Cursor != "" {
		w.add("(d.starts_at, d.card_id) > (?, ?)", s.from.a, s.from.b)
	}
	return sqlDateColumns + from + sqlDatesCards + w.sql() + " ORDER BY d.starts_at, d.card_id" + sqlLimit, append(within, w.args...)
}

// dates is where the dates in the window are: every one, or the first of each
// card.
func (s *search) dates() (from string, args []any) {
	var w where
	s.window.bound(&w, "starts_at", "ends_at", s.window.datesSpan)
	if s.every {
		return " FROM (SELECT * FROM listing_dates" + w.sql() + ") d", w.args
	}
	return " FROM (SELECT card_id, min(starts_at) AS starts_at, ends_at, flags, summary FROM listing_dates" + w.sql() + " GROUP BY card_id) d", w.args
}

// datesTotal counts what datePage lists: the cards with one date as any, and
// beside them the dates of the others.
func (s *search) datesTotal(tx *store.Tx) (int64, error) {
	own := s.anytime()
	s.worded(&own)
	s.window.bound(&own, s.window.starts(), "c.ends_at", s.window.span)
	n, err := store.One(tx, store.Scan[int64], "SELECT count(*) FROM listing_cards c"+own.sql(), own.args...)
	if err != nil || !s.window.repeats {
		return n, err
	}
	own.add("c.card_id IN (SELECT card_id FROM listing_dates)")
	twice, err := store.One(tx, store.Scan[int64], "SELECT count(*) FROM listing_cards c"+own.sql(), own.args...)
	if err != nil {
		return 0, err
	}
	from, args := s.dates()
	w := s.anytime()
	s.worded(&w)
	more, err := store.One(tx, store.Scan[int64], "SELECT count(*)"+from+" CROSS JOIN listing_cards c USING (card_id)"+w.sql(), append(args, w.args...)...)
	return n - twice + more, err
}
