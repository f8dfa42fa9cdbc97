package ui

import (
	"fmt"
	"sync"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// doorCounts remembers how many cards have which tag and are of which kind, for
// the doors of a list, until a commit or the instant at which lists change by
// themselves. Counting reads every card of the list; people with an account
// have no page cache, and the doors are the same on each page.
type doorCounts struct {
	mu      sync.Mutex // guards all below
	version uint64
	until   time.Time
	known   map[string]doorCount
}

// doorCount is what one query counts.
type doorCount struct{ byTag, byKind map[string]int64 }

// doorsKept bounds how many queries are remembered.
const doorsKept = 64

// countDoors counts what a query finds. version is that of the database before
// the transaction began: what was committed since is counted with it, and is
// asked for again by the next reader.
func (s *Server) countDoors(tx *store.Tx, q listing.Query, today time.Time, version uint64) (doorCount, error) {
	q.Cursor, q.Order, q.Limit = "", listing.ByDefault, 0
	key := countKey(tx, q, today)
	if c, ok := s.doorsOf.get(key, version, tx.Now); ok {
		return c, nil
	}
	all, err := listing.Overview(tx, q, listing.Glance{Today: today, Tags: maxTags})
	if err != nil {
		return doorCount{}, err
	}
	c := doorCount{map[string]int64{}, map[string]int64{}}
	for _, t := range all.Tags {
		c.byTag[t.Key] = t.N
	}
	for _, g := range all.Groups {
		c.byKind[g.Kind] = g.N
	}
	until, err := listing.NextChange(tx)
	s.doorsOf.put(key, version, until, c)
	return c, err
}

// countKey is what makes two counts the same: what is in groups differs from
// person to person.
func countKey(tx *store.Tx, q listing.Query, today time.Time) string {
	var near listing.Point
	var box listing.Box
	if q.Near != nil {
		near, q.Near = *q.Near, nil
	}
	if q.Box != nil {
		box, q.Box = *q.Box, nil
	}
	who := ""
	if q.Group != "" || q.InGroups {
		who = tx.Actor.ID
	}
	return fmt.Sprintf("%s %t %s %+v %v %v", who, tx.Actor.Can(store.Resident), today.Format(time.DateOnly), q, near, box)
}

func (d *doorCounts) get(key string, version uint64, now time.Time) (doorCount, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.known[key]
	return c, ok && d.version == version && (d.until.IsZero() || now.Before(d.until))
}

func (d *doorCounts) put(key string, version uint64, until time.Time, c doorCount) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known == nil || d.version != version || !d.until.Equal(until) || len(d.known) >= doorsKept {
		d.known, d.version, d.until = map[string]doorCount{}, version, until
	}
	d.known[key] = c
}
