package peer

import (
	"fmt"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

const week = 7 * 24 * time.Hour

// size is what a log takes on the disk: live cards, tombstones, heads.
type size struct{ live, tombs, heads int }

func (b *box) size(t testing.TB, of *box) (s size) {
	t.Helper()
	l := b.held(t, of)
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		entries, err := neighbour.Entries(tx, l, l.Generation)
		for _, e := range entries {
			if e.Gone == 0 {
				s.live++
			} else {
				s.tombs++
			}
		}
		heads, trailErr := neighbour.Trail(tx, l)
		s.heads = len(heads)
		if err == nil {
			err = trailErr
		}
		return err
	})
	return s
}

// churn lives through years of weeks in which so many cards come and as many
// go; a neighbour looks every tenth week. It answers the largest log of the
// second year and of the last.
func churn(t *testing.T, years, perWeek int) (second, last size) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	var now []string
	for n := range years * 52 {
		fresh := ids(perWeek)
		a.many(t, fresh, fmt.Sprint("semaine ", n))
		for _, id := range now {
			a.withdraw(t, id)
		}
		now = fresh
		a.clock.Add(week)
		b.clock.Add(week)
		a.publish(t)
		if n%10 == 9 {
			b.mustPull(t, a)
			if got, want := len(b.titles(t, a)), perWeek; got != want {
				t.Fatalf("week %d: %d cards on the neighbour, want %d", n, got, want)
			}
		}
		year := size{}
		for _, of := range []*box{a, b} {
			s := of.size(t, a)
			year = size{max(year.live, s.live), max(year.tombs, s.tombs), max(year.heads, s.heads)}
		}
		most := &last
		if n/52 == 1 {
			most = &second
		} else if n/52 != years-1 {
			continue
		}
		*most = size{max(most.live, year.live), max(most.tombs, year.tombs), max(most.heads, year.heads)}
	}
	return second, last
}

// checkFlat: the log is as large in the last year as in the second, when the
// first tombstones were forgotten.
func checkFlat(t *testing.T, second, last size, perWeek int) {
	t.Helper()
	t.Logf("second year %+v, last year %+v", second, last)
	weeks := int(tombstoneIn/week) + 2
	if last.tombs > min(neighbour.MaxTombstones, weeks*perWeek) || last.tombs < min(neighbour.MaxTombstones, (weeks-4)*perWeek) {
		t.Errorf("%d tombstones, kept 400 days and at most %d", last.tombs, neighbour.MaxTombstones)
	}
	if last.live != second.live || last.tombs > second.tombs+2*perWeek || last.heads > 32 {
		t.Error("the log grows with the years")
	}
}

// TestChurnKeepsTheLogFlat: the log's size follows the live cards, not the age of
// the box (PROTOCOL.md §3).
func TestChurnKeepsTheLogFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("three years")
	}
	const perWeek = 2
	second, last := churn(t, 4, perWeek)
	checkFlat(t, second, last, perWeek)
}
