package timebank_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// errUndone rolls a transaction back.
var errUndone = errors.New("undone")

// TestTB7_WhatTheListSaysIsWhatIsBooked: of random batches, the lines the list
// calls valid are those that can be booked one after the other, and no others.
func TestTB7_WhatTheListSaysIsWhatIsBooked(t *testing.T) {
	db, _ := storetest.Open(t)
	numbers := []string{opened(t, db, ana), opened(t, db, bob), opened(t, db, cleo), timebank.CommonNumber}
	coupons := printed(t, db, "", 10)
	setRules(t, db, func(r *timebank.Rules) { r.Low, r.High = -60, 60 })
	ctx := store.As(t.Context(), operator)
	rapid.Check(t, func(t *rapid.T) {
		var slips []timebank.Slip
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			slips = append(slips, timebank.Slip{
				Paper: rapid.SampledFrom(coupons).Draw(t, "coupon").Key(), From: rapid.SampledFrom(numbers).Draw(t, "from"),
				To: rapid.SampledFrom(numbers).Draw(t, "to"), Minutes: rapid.Int64Range(1, 80).Draw(t, "minutes"), On: day(),
			})
		}
		err := db.Update(ctx, func(tx *store.Tx) error {
			b, err := timebank.TypeBatch(tx, 0, slips, total(slips))
			if err != nil {
				return err
			}
			used := map[string]bool{}
			for i, s := range b.Slips {
				if used[s.Paper] {
					if s.Fault != timebank.DoubledFault {
						t.Fatalf("line %d comes twice: %q", i+1, s.Fault)
					}
					continue
				}
				_, err := timebank.Enter(tx, timebank.Payment{From: s.From, To: s.To, Minutes: s.Minutes, On: s.On})
				if kind := store.KindOf(err); err != nil && kind != store.Invalid && kind != store.Conflict {
					return err
				}
				if (err == nil) != (s.Fault == timebank.NoFault) {
					t.Fatalf("line %d: the list says %q, booking says %v", i+1, s.Fault, err)
				}
				used[s.Paper] = used[s.Paper] || err == nil
			}
			if err := timebank.Verify(tx); err != nil {
				return err
			}
			return errUndone
		})
		if !errors.Is(err, errUndone) {
			t.Fatal(err)
		}
	})
}
