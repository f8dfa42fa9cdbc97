package listing

import (
	"database/sql"
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"copi.local/store"
)

// An event that several boxes entered is shown once (FE-11). Which cards are
// one event is worked out when one of them changes (compare) and kept in
// listing_twins; a reader is shown the first of them that is in the answer, so
// that what is hidden, over or not asked for stands in nobody's way.

// maxRivals bounds how many cards that begin in one minute are compared: own
// ones first, then the nearest boxes'. What is beyond them stands for itself.
const maxRivals = 500

// compare works out anew what is one event with the cards of some rows, which were
// stored or are about to go.
func compare(tx *store.Tx, rows []int64) error {
	moments, err := momentsOf(tx, rows)
	if err != nil {
		return err
	}
	return gather(tx, moments)
}

// paired are the moments at which cards of some rows stand beside others.
func paired(tx *store.Tx, rows []int64) ([]int64, error) {
	if some, err := anyTwins(tx); err != nil || !some {
		return nil, err
	}
	return store.All(tx, store.Scan[int64], sqlTwinMoments, listed(rows))
}

// momentsOf adds to paired the moments at which cards of other boxes begin with
// them.
func momentsOf(tx *store.Tx, rows []int64) ([]int64, error) {
	moments, err := paired(tx, rows)
	if err != nil {
		return nil, err
	}
	for _, query := range []string{sqlRivalMinutes, sqlRivalDays} {
		more, err := store.All(tx, store.Scan[int64], query, listed(rows))
		if err != nil {
			return nil, err
		}
		moments = append(moments, more...)
	}
	slices.Sort(moments)
	return slices.Compact(moments), nil
}

// gather finds who is one event with whom at some moments. Cards come in the
// order of who is shown: own ones, then those of nearer boxes, then by id. Each
// stands behind the first before it that leads and is the same event.
func gather(tx *store.Tx, moments []int64) error {
	for _, moment := range moments {
		from, to, allDay := within(moment)
		rivals, err := store.All(tx, scanRival, sqlRivals, from, to, allDay, maxRivals)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(sqlTwinsClear, moment); err != nil {
			return err
		}
		for _, group := range groups(rivals) {
			for place, r := range group {
				if _, err := tx.Exec(sqlTwinAdd, moment, group[0].row, place, r.row); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// groups are the cards that are one event, two at least.
func groups(rivals []rival) [][]rival {
	var all [][]rival
	for _, r := range rivals {
		i := slices.IndexFunc(all, func(g []rival) bool { return g[0].same(&r) })
		if i < 0 {
			all = append(all, []rival{r})
			continue
		}
		all[i] = append(all[i], r)
	}
	return slices.DeleteFunc(all, func(g []rival) bool { return len(g) < 2 })
}

func scanRival(row store.Row) (r rival, err error) {
	var title string
	var lat, lon sql.NullInt32
	err = row.Scan(&r.row, &r.origin, &title, &r.commune, &lat, &lon, &r.state)
	r.title, r.at = Fold(title), point(lat, lon)
	return r, err
}

// pairAgain begins the work on all cards anew, for the job.
func pairAgain(tx *store.Tx) error {
	_, err := tx.Exec(sqlTwinsRestart)
	return err
}

// pairedAtOnce bounds how many moments one run of the job looks at.
const pairedAtOnce = 300

// pairAll is the job that works on cards which were there before, a part at a
// time.
func pairAll(tx *store.Tx) error {
	from, err := store.One(tx, store.Scan[*int64], sqlTwinsFrom)
	if err != nil || from == nil {
		return err
	}
	starts, err := store.All(tx, store.Scan[int64], sqlStartsFrom, *from, pairedAtOnce)
	if err != nil {
		return err
	}
	var moments []int64
	for _, s := range starts {
		at := time.Unix(s, 0)
		moments = append(moments, momentOf(at, false), momentOf(at, true))
	}
	slices.Sort(moments)
	if err := gather(tx, slices.Compact(moments)); err != nil {
		return err
	}
	if len(starts) < pairedAtOnce {
		_, err := tx.Exec(sqlTwinsGoOn, nil)
		return err
	}
	if _, err := tx.Exec(sqlTwinsGoOn, starts[len(starts)-1]+1); err != nil {
		return err
	}
	return store.ErrMore
}

// SetHops says how far a neighbouring box is: 1 linked, else as many links away,
// as what it sent came. Of two boxes with one event the nearer one's card is
// shown.
func SetHops(tx *store.Tx, origin int64, hops int) error {
	res, err := tx.Exec(sqlSetHops, hops, origin, hops)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if some, err := anyTwins(tx); err != nil || !some {
		return err
	}
	moments, err := store.All(tx, store.Scan[int64], sqlTwinsOfOrigin, origin)
	if err != nil {
		return err
	}
	return gather(tx, moments)
}

func anyTwins(tx *store.Tx) (bool, error) { return store.One(tx, store.Scan[bool], sqlAnyTwins) }

// listed is a list of rows as one parameter.
func listed(rows []int64) string {
	text, err := json.Marshal(rows)
	if err != nil {
		panic(err) // numbers can always be written
	}
	return string(text)
}

// ofCard finds the columns of the card asked for in a condition.
var ofCard = regexp.MustCompile(`\bc\.`)

// readBehind makes the condition that a card stands behind another of the
// answer; none when no card can. The other is looked for with the same filters: c becomes t.
func (s *search) readBehind(tx *store.Tx) error {
	if s.Kind != "" && s.Kind != KindEvent || len(s.Kinds) > 0 && !slices.Contains(s.Kinds, KindEvent) ||
		s.Origin == FromHere || s.IDs != nil || s.Group != "" || s.InGroups {
		return nil // nothing but own cards, or no events
	}
	if some, err := anyTwins(tx); err != nil || !some {
		return err
	}
	others := s.filters
	if s.halved { // of a list in two halves the other one is in the answer too
		q := s.Query
		q.Origin = ""
		var err error
		if others, err = q.filters(tx, &s.off); err != nil {
			return err
		}
	}
	w := where{conds: slices.Clone(others.conds), args: slices.Clone(others.args)}
	if s.zone != 0 {
		w.add("EXISTS (SELECT 1 FROM listing_zone_cards z WHERE z.zone_id = ? AND z.card_id = c.card_id)", s.zone)
	}
	s.window.touch(&w)
	if s.match != "" {
		w.add("EXISTS (SELECT 1 FROM listing_search WHERE listing_search MATCH ? AND listing_search.rowid = c.card_id)", s.match)
	}
	s.behind = where{conds: []string{"EXISTS (" + sqlTwinAhead + " AND " + ofCard.ReplaceAllString(w.all(), "t.") + ")"}, args: w.args}
	return nil
}

// once leaves out what stands behind another card of the answer.
func (s *search) once(w *where) {
	if len(s.behind.conds) > 0 && !s.bare {
		w.add("NOT "+s.behind.all(), s.behind.args...)
	}
}

// left counts the cards that once leaves out.
func (s *search) left(tx *store.Tx) (int64, error) {
	if len(s.behind.conds) == 0 {
		return 0, nil
	}
	all := *s
	all.bare = true
	w := all.where()
	w.add(s.behind.all(), s.behind.args...)
	return store.One(tx, store.Scan[int64], sqlCountTwins+w.sql(), w.args...)
}

// alongside fills the cards' Also: their twins that the actor may see. dates
// tells that of a card that repeats one date is shown, and not all.
func alongside(tx *store.Tx, cards []Card, dates bool) error {
	events := func(c Card) bool { return c.Kind == KindEvent && c.row != 0 }
	if !slices.ContainsFunc(cards, events) {
		return nil
	}
	if some, err := anyTwins(tx); err != nil || !some {
		return err
	}
	rows := make([]int64, 0, len(cards))
	for i := range cards {
		rows = append(rows, cards[i].row)
	}
	slices.Sort(rows) // a card stands there once for each of its dates
	rows = slices.Compact(rows)
	off, err := OffOf(tx)
	if err != nil {
		return err
	}
	w := where{args: []any{listed(rows)}}
	w.add("c.seen_by <= ?", role(tx))
	w.add("c.expires_at > ?", expiry(tx))
	off.hide(&w)
	type twin struct {
		Card
		of, moment int64
	}
	twins, err := store.All(tx, func(r store.Row) (v twin, err error) {
		v.Card, err = scanCard(with{with{r, &v.moment}, &v.of})
		return v, err
	}, sqlTwinsOf+w.sql()+" ORDER BY b.moment, b.place", w.args...)
	for _, t := range twins {
		for i := range cards {
			c := &cards[i]
			if c.row == t.of && (!dates || momentOf(c.StartsAt, c.AllDay) == t.moment) {
				c.Also = append(c.Also, t.Card)
			}
		}
	}
	return err
}
