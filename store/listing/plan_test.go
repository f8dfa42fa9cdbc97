package listing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/storetest"
)

// fill puts n public events, in batches.
func fill(t testing.TB, db *store.DB, n int) {
	t.Helper()
	words := strings.Fields("loto bal marché concert fête école vélo chorale randonnée atelier")
	for done := 0; done < n; done += 1000 {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
			for i := done; i < min(done+1000, n); i++ {
				at := At(44+float64(i%1000)/1000, 1+float64(i%997)/997)
				c := Card{
					Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: KindEvent, Audience: Public, Position: &at,
					Title: fmt.Sprintf("%s %s %d", words[i%10], words[i/10%10], i), Tags: []string{words[i/100%10]},
					StartsAt: storetest.Now.Add(time.Duration(i%20000-5000) * time.Hour),
				}
				c.EndsAt = c.StartsAt.Add(2 * time.Hour)
				if err := Put(tx, c, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// TestPagesReadNoMoreThanTheyShow asks SQLite how it answers the pages people
// open most: along an index in the right order, without sorting.
func TestPagesReadNoMoreThanTheyShow(t *testing.T) {
	db, _ := storetest.Open(t)
	fill(t, db, 50)
	storetest.Update(t, db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		return MakeZone(tx, &Zone{Name: "Z", Kind: ZoneOther})
	})
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		for name, c := range map[string]struct {
			q    Query
			want string
		}{
			"newest":        {Query{}, "SCAN c"}, // backwards along the table itself
			"newest events": {Query{Kind: KindEvent}, "listing_cards_kind"},
			"agenda":        {Query{Kind: KindEvent, From: tx.Now}, "listing_cards_dates"},
			"one month":     {Query{Kind: KindEvent, From: tx.Now, To: tx.Now.AddDate(0, 1, 0)}, "listing_cards_dates"},
			"commune":       {Query{Commune: "46029"}, "listing_cards_commune"},
			"own":           {Query{Origin: FromHere}, "listing_cards_origin"},
			"own search":    {Query{Q: "loto", Origin: FromHere}, "SCAN listing_search VIRTUAL TABLE"},
			"search":        {Query{Q: "loto"}, "SCAN listing_search VIRTUAL TABLE"},
			"zone":          {Query{Zone: "z"}, "SEARCH z USING PRIMARY KEY (zone_id=?)"}, // backwards along the zone
			"zone's kind":   {Query{Zone: "z", Kind: KindEvent}, "SEARCH z USING PRIMARY KEY (zone_id=?)"},
			"zone's agenda": {Query{Zone: "z", Kind: KindEvent, From: tx.Now}, "listing_cards_dates"},
			"zone's search": {Query{Zone: "z", Q: "loto"}, "SCAN listing_search VIRTUAL TABLE"},
			"directory":     {Query{Kinds: []string{KindOrg, KindPlace}, Order: ByName}, "listing_cards_name"},
			"organisations": {Query{Kind: KindOrg, Order: ByName}, "listing_cards_kind_name"},
			"next names":    {Query{Kind: KindOrg, Order: ByName, Cursor: "a1.0.YQ"}, "listing_cards_kind_name"},
			"of a group":    {Query{Group: "g1"}, "listing_cards_group (group_id=?)"},
			"group's kind":  {Query{Group: "g1", Kind: KindEvent}, "listing_cards_group (group_id=?)"},
			"next page":     {Query{Kind: KindEvent, From: tx.Now, Cursor: "d1.1"}, "listing_cards_dates"},
		} {
			s, err := newSearch(tx, c.q)
			if err != nil {
				return err
			}
			query, args := s.statement()
			if s.SortedBy() == ByDate {
				query, args = s.singles()
			}
			plan, err := planOf(tx, query, append(args, 50)...)
			if err != nil {
				return err
			}
			if !strings.Contains(plan, c.want) || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s: %s", name, plan)
			}
		}
		return nil
	})
}

// planOf is how SQLite answers a statement.
func planOf(tx *store.Tx, query string, args ...any) (string, error) {
	steps, err := store.All(tx, func(r store.Row) (step string, err error) {
		var id, parent, unused int
		err = r.Scan(&id, &parent, &unused, &step)
		return step, err
	}, "EXPLAIN QUERY PLAN "+query, args...)
	return strings.Join(steps, "; "), err
}

// TestCirclesReadTheirSurroundings: a radius is answered by the index of places
// and that of cards without one, not by looking at every card.
func TestCirclesReadTheirSurroundings(t *testing.T) {
	db, _ := storetest.Open(t)
	fill(t, db, 50)
	here := At(44.5, 1.5)
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		s, err := newSearch(tx, Query{Near: &here, RadiusKM: 5})
		if err != nil {
			return err
		}
		query, args := s.statement()
		plan, err := planOf(tx, query, append(args, 50)...)
		if !strings.Contains(plan, "listing_cards_place ") || !strings.Contains(plan, "listing_cards_placeless") || strings.Contains(plan, "SCAN c") {
			t.Errorf("within 5 km: %s", plan)
		}
		return err
	})
}

// TestTwinsAreLookedForByDate: what may be one event with a card is found along
// the index of dates, not among all events.
func TestTwinsAreLookedForByDate(t *testing.T) {
	db, _ := storetest.Open(t)
	fill(t, db, 50)
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		for query, args := range map[string][]any{
			sqlRivalMinutes: {"[1]"}, sqlRivalDays: {"[1]"}, sqlRivals: {0, 60, false, maxRivals}, sqlStartsFrom: {0, pairedAtOnce},
		} {
			plan, err := planOf(tx, query, args...)
			if err != nil {
				return err
			}
			if !strings.Contains(plan, "listing_cards_dates (starts_at>?") || strings.Contains(plan, "listing_cards_kind") {
				t.Errorf("%s\n%s", query, plan)
			}
		}
		return nil
	})
}

// BenchmarkFind reads the pages people open most among 100,000 cards, each
// beside the barest SQLite statement that brings as many rows: "×bare" is how
// many times its time, both measured in turns of one run.
func BenchmarkFind(b *testing.B) {
	db, _ := storetest.Open(b)
	fill(b, db, 100_000)
	const bareRows = "SELECT c.card_id, c.id, c.title, c.tags, c.starts_at, c.ends_at FROM listing_cards c"
	for name, c := range map[string]struct {
		q    Query
		bare string
	}{
		"list":          {Query{Kind: KindEvent}, bareRows + " WHERE kind = 'event' ORDER BY card_id DESC LIMIT 50"},
		"agenda":        {Query{Kind: KindEvent, From: storetest.Now}, bareRows + " WHERE starts_at > 1795251600 ORDER BY starts_at LIMIT 50"},
		"search newest": {Query{Q: "loto"}, bareRows + " JOIN listing_search ON c.card_id = listing_search.rowid WHERE listing_search MATCH 'loto' ORDER BY listing_search.rowid DESC LIMIT 50"},
		"search best":   {Query{Q: "loto bal", Order: Best}, bareRows + " JOIN listing_search ON c.card_id = listing_search.rowid WHERE listing_search MATCH 'loto bal' ORDER BY rank LIMIT 50"},
		"near":          {Query{Near: &Point{Lat: 4450000, Lon: 150000}, RadiusKM: 5}, bareRows + " WHERE lat BETWEEN 4445000 AND 4455000 AND lon BETWEEN 145000 AND 155000 ORDER BY card_id DESC LIMIT 50"},
	} {
		b.Run(name, func(b *testing.B) {
			var ours, bare time.Duration
			storetest.View(b, db, store.Actor{}, func(tx *store.Tx) error {
				for range max(b.N, 3) {
					begun := time.Now()
					if _, err := Find(tx, c.q); err != nil {
						return err
					}
					between := time.Now()
					_, err := store.All(tx, func(r store.Row) (v [6]any, err error) {
						return v, r.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5])
					}, c.bare)
					if err != nil {
						return err
					}
					ours, bare = ours+between.Sub(begun), bare+time.Since(between)
				}
				return nil
			})
			b.ReportMetric(float64(ours)/float64(bare), "×bare")
			b.ReportMetric(float64(ours.Microseconds())/float64(max(b.N, 3)), "µs/find")
		})
	}
}
