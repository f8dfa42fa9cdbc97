package listing

import (
	"strings"
	"time"

	"copi.local/store"
)

// Published counts the own cards that appeared between each instant and the
// next, and are still shown to the actor; in one look.
func Published(tx *store.Tx, bounds []time.Time) ([]int64, error) {
	if len(bounds) < 2 {
		return nil, nil
	}
	s, err := newSearch(tx, Query{Origin: FromHere})
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(bounds)-1)
	dest, args := make([]any, len(out)), make([]any, 0, 2*len(out))
	for i := range out {
		dest[i] = &out[i]
		args = append(args, bounds[i].Unix(), bounds[i+1].Unix())
	}
	w := s.where()
	sums := strings.TrimSuffix(strings.Repeat("count(*) FILTER (WHERE c.created_at >= ? AND c.created_at < ?), ", len(out)), ", ")
	_, err = store.One(tx, func(r store.Row) (struct{}, error) { return struct{}{}, r.Scan(dest...) },
		"SELECT "+sums+" FROM listing_cards c"+w.sql(), append(args, w.args...)...)
	return out, err
}
