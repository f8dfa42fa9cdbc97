package booking_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"copi.local/store/booking"
)

// TestALongerBookingNeverCostsLess and never more than its time in one unit
// alone, whatever the prices.
func TestALongerBookingNeverCostsLess(t *testing.T) {
	from := paris(t, "2026-07-06 08:00")
	rapid.Check(t, func(t *rapid.T) {
		terms := booking.Terms{HalfDay: rapid.IntRange(0, 12).Draw(t, "half")}
		each := map[booking.Unit]int64{}
		for _, u := range []booking.Unit{booking.ByHour, booking.ByHalfDay, booking.ByDay} {
			if rapid.Bool().Draw(t, "has "+string(u)) {
				each[u] = rapid.Int64Range(0, 500_00).Draw(t, string(u))
				terms.Prices = append(terms.Prices, booking.Price{Unit: u, Cents: each[u]})
			}
		}
		a := booking.Ask{From: from, Zone: from.Location()}
		short := rapid.IntRange(1, 5*24*60).Draw(t, "minutes")
		a.Until = from.Add(time.Duration(short) * time.Minute)
		less := terms.Quote(a)
		if less.Priced != (len(terms.Prices) > 0) {
			t.Fatalf("%v is priced: %v", terms.Prices, less.Priced)
		}
		if hour, ok := each[booking.ByHour]; ok && less.Total > (hour*int64(short)+30)/60 {
			t.Fatalf("%d minutes cost %d, more than by the hour", short, less.Total)
		}
		if day, ok := each[booking.ByDay]; ok && less.Total > day*int64((short+24*60-1)/(24*60)) {
			t.Fatalf("%d minutes cost %d, more than by the day", short, less.Total)
		}
		a.Until = a.Until.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "more")) * time.Minute)
		if more := terms.Quote(a); more.Total < less.Total {
			t.Fatalf("until %v costs %d, less than %d", a.Until, more.Total, less.Total)
		}
	})
}
