package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"copi.local/store/booking"
)

// TestAPlanFillsItsRows: every lane has all columns whatever overlaps, begins
// off the quarter or reaches over midnight.
func TestAPlanFillsItsRows(t *testing.T) {
	b := newBox(t)
	tables := b.bookable(func(r *booking.Resource) {
		r.Kind, r.Name, r.Stock, r.Validated, r.After = booking.Good, "Tables", 20, false, 20*time.Minute
	})
	many := func(one *booking.Booking) { one.Units = 5 }
	b.booked(tables, "tom", "2026-11-21T14:05", "2026-11-21T16:10", many)
	b.booked(tables, "zoe", "2026-11-21T15:00", "2026-11-21T18:00", many)
	b.booked(tables, "tom", "2026-11-21T22:00", "2026-11-23T10:00", many)
	for _, view := range []string{"jour", "semaine", "mois"} {
		body := b.get("/salles/" + tables + "/planning?vue=" + view + "&le=2026-11-21")
		head, rows, _ := strings.Cut(body, "<tbody>")
		want := spans(head, "<th ")
		for row := range strings.SplitSeq(rows, "<tr>") {
			if got := spans(row, "<td"); strings.Contains(row, "<td") && got != want {
				t.Errorf("%s: %d columns under %d:\n%s", view, got, want, row)
			}
		}
		if n := strings.Count(rows, `rowspan="2"`); n != 1 {
			t.Errorf("%s: %d rows with two lanes, want 1", view, n)
		}
	}
}

// spans adds up the columns of the cells that begin so.
func spans(html, cell string) (n int) {
	for _, part := range strings.Split(html, cell)[1:] {
		tag, _, _ := strings.Cut(part, ">")
		one := 1
		if _, after, ok := strings.Cut(tag, `colspan="`); ok {
			_, _ = fmt.Sscanf(after, "%d", &one)
		}
		n += one
	}
	return n
}

// TestABallStaysInItsEvening: the morning after has no piece of it (AG-12), and
// a week-end is in all its days.
func TestABallStaysInItsEvening(t *testing.T) {
	b := newBox(t)
	room := b.bookable(func(r *booking.Resource) { r.Validated, r.After = false, 30*time.Minute })
	b.booked(room, "tom", "2026-11-28T22:00", "2026-11-29T02:00")
	body := b.get("/salles/" + room + "/planning?le=2026-11-28")
	if n := strings.Count(body, `<td class="taken`); n != 1 {
		t.Errorf("the ball stands %d times", n)
	}
	b.booked(room, "tom", "2026-12-05T08:00", "2026-12-07T08:00")
	body = b.get("/salles/" + room + "/planning?le=2026-12-05")
	if n := strings.Count(body, `<td class="taken`); n != 2 {
		t.Errorf("the week-end stands %d times in its week", n)
	}
}
