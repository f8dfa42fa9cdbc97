package booking_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/calendar"
	"copi.local/store/storetest"
)

// crowded is a room with 20,000 bookings, four a day from 2020 on, and a part
// of it.
func crowded(b *testing.B) (*store.DB, booking.Resource) {
	b.Helper()
	db, _ := storetest.Open(b)
	r := room(b, db, nil)
	day := calendar.Wall{Year: 2020, Month: time.January, Day: 1}
	const perDay, days = 4, 5000
	for from := 0; from < days; from += 500 {
		storetest.Update(b, db, operator, func(tx *store.Tx) error {
			for n := range 500 * perDay {
				at := day.AddDays(from + n/perDay)
				at.Hour = 9 + 3*(n%perDay)
				one := booking.Booking{Title: "Répétition", Slot: booking.Slot{Resource: r.ID, Starts: at, Ends: at.Later(2 * time.Hour)}}
				if err := booking.Request(tx, &one, booking.Way{}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return db, r
}

// BenchmarkConflict20k looks whether two hours in the middle of 20,000 bookings
// are free, beside the one indexed query that needs at least.
func BenchmarkConflict20k(b *testing.B) {
	db, r := crowded(b)
	at := time.Date(2027, 3, 14, 10, 0, 0, 0, time.UTC)
	storetest.View(b, db, visitor, func(tx *store.Tx) error {
		b.Run("free", func(b *testing.B) {
			for b.Loop() {
				free, err := booking.Free(tx, &r, booking.Span{From: at, Until: at.Add(2 * time.Hour)}, 1)
				if err != nil || free {
					b.Fatal(free, err)
				}
			}
		})
		b.Run("bare", func(b *testing.B) {
			for b.Loop() {
				n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM booking_spans
					WHERE resource_id = ? AND busy_from > ? AND busy_from < ? AND busy_until > ?`,
					r.ID, at.Add(-3*time.Hour).Unix(), at.Add(2*time.Hour).Unix(), at.Unix())
				if err != nil || n == 0 {
					b.Fatal(n, err)
				}
			}
		})
		return nil
	})
}
