package timebank_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/notify"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// restored is a box put back to a copy of two days ago: of three payments only
// the first is in it. The receipts of the two others are on paper.
func restored(t *testing.T) (db *store.DB, gap timebank.Gap, numbers [2]string, paper []timebank.Slip) {
	t.Helper()
	db, clock := storetest.Open(t)
	numbers = [2]string{opened(t, db, ana), opened(t, db, bob)}
	first := paid(t, db, ana, numbers[0], numbers[1], 30)
	taken := clock.Now()
	clock.Add(48 * time.Hour)
	storetest.Update(t, db, operator, func(tx *store.Tx) (err error) {
		gap, err = timebank.Restored(tx, taken.Add(time.Hour))
		return err
	})
	if gap.Series != "A" || gap.Last != first.N || gap.First() != "A-2" {
		t.Fatalf("%+v", gap)
	}
	return db, gap, numbers, []timebank.Slip{
		{Paper: "A-2", From: numbers[0], To: numbers[1], Minutes: 60, On: day()},
		{Paper: "a 5", From: numbers[1], To: numbers[0], Minutes: 15, On: day()},
	}
}

func TestTB11_ANumberIsNeverGivenTwice(t *testing.T) {
	db, _, n, _ := restored(t)
	after := paid(t, db, ana, n[0], n[1], 5)
	if after.N != 2 || strings.HasPrefix(after.Receipt(), "A-") || len(after.Series) != 3 {
		t.Errorf("the receipt after the gap is %s", after.Receipt())
	}
	if c := printed(t, db, "", 1)[0]; c.Series != after.Series {
		t.Errorf("the coupon after the gap is %s", c)
	}
}

func TestTB11_TheSameCopyPutBackTwiceGetsOtherLetters(t *testing.T) {
	series := map[string]bool{}
	for range 2 { // the same copy of the box, which knows of nothing that followed
		db, _, n, _ := restored(t)
		series[paid(t, db, ana, n[0], n[1], 5).Series] = true
	}
	if len(series) != 2 {
		t.Errorf("letters %v", series)
	}
}

func TestTB11_EverybodyLearnsThatMovementsMayBeMissing(t *testing.T) {
	db, gap, _, _ := restored(t)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		list, err := timebank.OpenGaps(tx)
		if len(list) != 1 || list[0].N != gap.N || !list[0].Open() {
			t.Errorf("%+v", list)
		}
		return err
	})
	for _, who := range []store.Actor{ana, bob} {
		storetest.View(t, db, who, func(tx *store.Tx) error {
			list, err := notify.Notices(tx, 0, 10)
			if !slices.ContainsFunc(list, func(n notify.Notice) bool { return n.Key == "notify.timebank_gap" }) {
				t.Errorf("%s is told %+v", who.ID, list)
			}
			return err
		})
	}
}

func TestTB11_MovementsAreTakenInAgainFromReceipts(t *testing.T) {
	db, gap, n, paper := restored(t)
	paper = append(paper,
		timebank.Slip{Paper: "A-1", From: n[0], To: n[1], Minutes: 30, On: day()}, // in the copy
		timebank.Slip{Paper: "B-7", From: n[0], To: n[1], Minutes: 30, On: day()}, // of no series that ended
	)
	var b timebank.Batch
	storetest.Update(t, db, operator, func(tx *store.Tx) (err error) {
		b, err = timebank.TypeBatch(tx, gap.N, slices.Clone(paper), total(paper))
		return err
	})
	for i, want := range []timebank.Fault{"", "", timebank.PresentFault, timebank.SeriesFault} {
		if b.Slips[i].Fault != want {
			t.Errorf("line %d: %q, want %q", i+1, b.Slips[i].Fault, want)
		}
	}
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		if err := timebank.CheckLines(tx, b.N, []int{1, 2, 3, 4}, total(paper)); err != nil {
			return err
		}
		return timebank.BookBatch(tx, b.N, false, 2)
	})
	balances(t, db, map[string]int64{n[0]: -30 - 60 + 15})
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		g, err := timebank.FindGap(tx, gap.N)
		if err != nil {
			return err
		}
		missing, more, err := g.Missing(tx)
		if err != nil {
			return err
		}
		if g.Again != 2 || g.Minutes != 75 || !slices.Equal(missing, []string{"A-3", "A-4"}) || more != 0 {
			t.Errorf("%+v, missing %v and %d", g, missing, more)
		}
		if err := timebank.CloseGap(tx, gap.N); err != nil {
			return err
		}
		open, err := timebank.OpenGaps(tx)
		if len(open) != 0 {
			t.Errorf("still open: %+v", open)
		}
		return err
	})
	err := as(t, db, operator, func(tx *store.Tx) error {
		_, err := timebank.TypeBatch(tx, gap.N, slices.Clone(paper[:1]), 60)
		return err
	})
	refused(t, err, "err.timebank.gap_done")
}

func TestTB11_ReceiptsGivenAgainBeforeAnybodyNoticed(t *testing.T) {
	db, clock := storetest.Open(t)
	n := [2]string{opened(t, db, ana), opened(t, db, bob)}
	taken := clock.Now()
	clock.Add(time.Hour)
	paid(t, db, ana, n[0], n[1], 20) // A-1 again: another A-1 is on paper
	var gap timebank.Gap
	storetest.Update(t, db, operator, func(tx *store.Tx) (err error) {
		gap, err = timebank.Restored(tx, taken)
		return err
	})
	for minutes, want := range map[int64]timebank.Fault{20: timebank.PresentFault, 45: ""} {
		var b timebank.Batch
		storetest.Update(t, db, operator, func(tx *store.Tx) (err error) {
			b, err = timebank.TypeBatch(tx, gap.N, []timebank.Slip{{Paper: "A-1", From: n[0], To: n[1], Minutes: minutes, On: day()}}, minutes)
			return err
		})
		if b.Slips[0].Fault != want {
			t.Errorf("%d minutes: %q, want %q", minutes, b.Slips[0].Fault, want)
		}
	}
}

func TestTB11_CouponsTheCopyDoesNotKnowAreTaken(t *testing.T) {
	db, clock := storetest.Open(t)
	n := [2]string{opened(t, db, ana), opened(t, db, bob)}
	known := printed(t, db, "", 4)
	storetest.Update(t, db, operator, func(tx *store.Tx) error { _, err := timebank.Restored(tx, clock.Now()); return err })
	b := typed(t, db, []timebank.Slip{
		{Paper: timebank.Coupon{Series: "A", N: 5}.Key(), From: n[0], To: n[1], Minutes: 5, On: day()}, // printed after the copy
		{Paper: known[3].Key(), From: n[0], To: n[1], Minutes: 5, On: day()},
		{Paper: timebank.Coupon{Series: "B", N: 5}.Key(), From: n[0], To: n[1], Minutes: 5, On: day()},
	})
	if f := b.Slips; f[0].Fault != "" || f[1].Fault != "" || f[2].Fault != timebank.UnprintedFault {
		t.Errorf("%+v", f)
	}
}

func TestTB11_ADayToComeIsNoCopy(t *testing.T) {
	db, clock := storetest.Open(t)
	for _, taken := range []time.Time{{}, clock.Now().Add(time.Minute)} {
		err := as(t, db, operator, func(tx *store.Tx) error { _, err := timebank.Restored(tx, taken); return err })
		refused(t, err, "err.timebank.taken")
	}
	if err := as(t, db, visitor, func(tx *store.Tx) error { _, err := timebank.Restored(tx, clock.Now()); return err }); err != nil {
		t.Errorf("the box itself: %v", err)
	}
}
