package timebank_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

var second = store.Actor{ID: "op2", Role: store.Operator}

// printed are the numbers of fresh coupons.
func printed(t testing.TB, db *store.DB, number string, count int) (list []timebank.Coupon) {
	t.Helper()
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		p, err := timebank.PrintCoupons(tx, number, count)
		list = p.Coupons()
		return err
	})
	return list
}

// stack is fifteen coupons of a village: ana pays bob, and the ninth would take
// dan below his limit.
func stack(t testing.TB, db *store.DB) (slips []timebank.Slip, numbers [4]string) {
	t.Helper()
	for i, who := range []store.Actor{ana, bob, cleo, dan} {
		numbers[i] = opened(t, db, who)
	}
	given(t, db, numbers[3], -250)
	coupons := printed(t, db, "", 15)
	for i, c := range coupons {
		s := timebank.Slip{Paper: c.String(), From: numbers[0], To: numbers[1], Minutes: 10, On: day()}
		if i == 8 {
			s.From, s.Minutes = numbers[3], 60
		}
		slips = append(slips, s)
	}
	return slips, numbers
}

func day() calendar.Wall { return calendar.WallOf(storetest.Now).Midnight() }

func total(slips []timebank.Slip) (sum int64) {
	for _, s := range slips {
		sum += s.Minutes
	}
	return sum
}

// typed is a batch as it was typed.
func typed(t testing.TB, db *store.DB, slips []timebank.Slip) (b timebank.Batch) {
	t.Helper()
	storetest.Update(t, db, operator, func(tx *store.Tx) (err error) {
		b, err = timebank.TypeBatch(tx, 0, slices.Clone(slips), total(slips))
		return err
	})
	return b
}

// checked is a batch that was compared line by line.
func checked(t testing.TB, db *store.DB, slips []timebank.Slip) timebank.Batch {
	t.Helper()
	b := typed(t, db, slips)
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		var seen []int
		for i := range slips {
			seen = append(seen, i+1)
		}
		return timebank.CheckLines(tx, b.N, seen, total(slips))
	})
	return b
}

func as(t testing.TB, db *store.DB, who store.Actor, do func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), do)
}

func TestTB7_ALineThatBreaksTheLimitIsExplainedBeforeAnythingIsWritten(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, numbers := stack(t, db)
	b := typed(t, db, slips)
	if b.Valid() != 14 || b.Slips[8].Fault != timebank.LowFault || b.Slips[8].After != -310 {
		t.Fatalf("%d valid, line 9: %+v", b.Valid(), b.Slips[8])
	}
	balances(t, db, map[string]int64{numbers[0]: 0, numbers[1]: 0, numbers[3]: -250})
}

func TestTB7_AllValidLinesAreBookedOrNone(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, numbers := stack(t, db)
	b := checked(t, db, slips)
	err := as(t, db, operator, func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, true, 14) })
	refused(t, err, "err.timebank.batch_faulty")
	balances(t, db, map[string]int64{numbers[0]: 0, numbers[1]: 0, numbers[3]: -250})

	storetest.Update(t, db, operator, func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, false, 14) })
	balances(t, db, map[string]int64{numbers[0]: -140, numbers[1]: 140, numbers[3]: -250})
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		b, err := timebank.FindBatch(tx, b.N)
		if err != nil {
			return err
		}
		if b.State != timebank.BatchBooked || b.EndedBy != operator.ID || b.Slips[8].Fault != timebank.LowFault || b.Slips[8].Transfer != "" {
			t.Errorf("batch %+v, line 9 %+v", b, b.Slips[8])
		}
		for i, s := range b.Slips {
			if i != 8 && (s.Transfer == "" || s.Receipt == "") {
				t.Errorf("line %d is not booked: %+v", i+1, s)
			}
		}
		m, err := timebank.FindTransfer(tx, b.Slips[0].Transfer)
		if m.Way != timebank.Paper || m.Text != b.Slips[0].PaperNumber() || m.On.Date() != day().Date() || m.EnteredBy != operator.ID {
			t.Errorf("movement %+v", m)
		}
		return err
	})
	err = as(t, db, operator, func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, false, 14) })
	refused(t, err, "err.timebank.batch_ended")
}

func TestTB7_NoneIsBookedWhenTheOperatorSaysSo(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, numbers := stack(t, db)
	b := checked(t, db, slips)
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return timebank.DropBatch(tx, b.N) })
	balances(t, db, map[string]int64{numbers[0]: 0, numbers[1]: 0})
	again := checked(t, db, slips) // nothing of the paper is used up
	if again.N != b.N+1 || again.Valid() != 14 {
		t.Errorf("batch %d after %d, %d valid", again.N, b.N, again.Valid())
	}
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		list, err := timebank.Batches(tx, 10)
		if len(list) != 2 || list[0].N != again.N || list[1].State != timebank.BatchDropped || list[0].Count != 15 || list[0].Total != 200 {
			t.Errorf("%+v", list)
		}
		return err
	})
}

func TestTB7_ACouponIsBookedOnceForEver(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, _ := stack(t, db)
	b := checked(t, db, slips[:2])
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, true, 2) })
	twice := typed(t, db, []timebank.Slip{slips[1], slips[2], slips[2]})
	for i, want := range []timebank.Fault{timebank.UsedFault, timebank.NoFault, timebank.DoubledFault} {
		if got := twice.Slips[i].Fault; got != want {
			t.Errorf("line %d: %q, want %q", i+1, got, want)
		}
	}
}

func TestTB7_LinesThatCannotBeBookedAreExplained(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, n := stack(t, db)
	setRules(t, db, func(r *timebank.Rules) { r.High = 100 })
	_, org := society(t, db)
	booklet := printed(t, db, n[2], 1)[0]
	nobody := ""
	for check := range 10 {
		if number, ok := timebank.ParseNumber(fmt.Sprintf("099%d", check)); ok {
			nobody = number
		}
	}
	unprinted := timebank.Coupon{Series: "A", N: 999}
	line := func(change func(*timebank.Slip)) timebank.Slip {
		s := slips[0]
		slips = slips[1:]
		change(&s)
		return s
	}
	wants := []timebank.Fault{
		timebank.UnprintedFault, timebank.BookletFault, timebank.NoFault, timebank.FromFault, timebank.ToFault, timebank.SelfFault,
		timebank.DayFault, timebank.HighFault, timebank.NoFault,
	}
	b := typed(t, db, []timebank.Slip{
		line(func(s *timebank.Slip) { s.Paper = unprinted.Key() }),
		line(func(s *timebank.Slip) { s.Paper = booklet.Key() }),
		line(func(s *timebank.Slip) { s.Paper, s.From = booklet.Key(), n[2] }),
		line(func(s *timebank.Slip) { s.From = nobody }),
		line(func(s *timebank.Slip) { s.To = nobody }),
		line(func(s *timebank.Slip) { s.To = s.From }),
		line(func(s *timebank.Slip) { s.On = calendar.WallOf(storetest.Now.AddDate(0, 0, 9)) }),
		line(func(s *timebank.Slip) { s.From, s.To, s.Minutes = n[0], n[1], 95 }), // bob has 10 already
		line(func(s *timebank.Slip) { s.From, s.To, s.Minutes = n[0], org, 100 }),
	})
	for i, want := range wants {
		if got := b.Slips[i].Fault; got != want {
			t.Errorf("line %d: %q, want %q", i+1, got, want)
		}
	}
}

func TestTB7_LinesBeforeCountForThoseAfter(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	c := printed(t, db, "", 3)
	list := typed(t, db, []timebank.Slip{
		{Paper: c[0].Key(), From: a, To: b, Minutes: 300, On: day()},
		{Paper: c[1].Key(), From: a, To: b, Minutes: 1, On: day()},   // at the limit by the first
		{Paper: c[2].Key(), From: b, To: a, Minutes: 600, On: day()}, // thanks to the first
	})
	if f := list.Slips; f[0].Fault != "" || f[1].Fault != timebank.LowFault || f[2].Fault != "" {
		t.Errorf("%+v", f)
	}
}

func TestTB7_TheTotalCountedByHandMustAgree(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, _ := stack(t, db)
	err := as(t, db, operator, func(tx *store.Tx) error {
		_, err := timebank.TypeBatch(tx, 0, slips, total(slips)+10)
		return err
	})
	refused(t, err, "err.timebank.total")
	b := typed(t, db, slips[:2])
	err = as(t, db, operator, func(tx *store.Tx) error { return timebank.CheckLines(tx, b.N, []int{1, 2}, 30) })
	refused(t, err, "err.timebank.total")
	err = as(t, db, operator, func(tx *store.Tx) error { return timebank.CheckLines(tx, b.N, []int{1}, 20) })
	refused(t, err, "err.timebank.unseen")
	err = as(t, db, operator, func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, true, 2) })
	refused(t, err, "err.timebank.batch_unchecked")
}

func TestTB7_ASecondPersonTypesTheSame(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, _ := stack(t, db)
	b := typed(t, db, slips[:3])
	again := func(who store.Actor, change func([]timebank.Slip) []timebank.Slip) error {
		list := change(slices.Clone(slips[:3]))
		return as(t, db, who, func(tx *store.Tx) error { return timebank.CheckAgain(tx, b.N, list, total(list)) })
	}
	same := func(list []timebank.Slip) []timebank.Slip { slices.Reverse(list); return list }
	refused(t, again(operator, same), "err.timebank.same_person")
	err := again(second, func(list []timebank.Slip) []timebank.Slip { list[1].Minutes = 15; return list })
	refused(t, err, "err.timebank.differs")
	var many store.Errors
	if !errors.As(err, &many) || many[0].Field != "slip_1_minutes" {
		t.Errorf("the fault is at %v", err)
	}
	refused(t, again(second, func(list []timebank.Slip) []timebank.Slip { return list[:2] }), "err.timebank.differs_count")
	if err := again(second, same); err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, db, second, func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, true, 3) })
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		b, err := timebank.FindBatch(tx, b.N)
		if b.Checked != timebank.Again || b.CheckedBy != second.ID || b.TypedBy != operator.ID {
			t.Errorf("%+v", b)
		}
		return err
	})
}

func TestTB7_WhatChangesAfterTheLookStopsTheBooking(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, n := stack(t, db)
	b := checked(t, db, slips[:8])
	paid(t, db, ana, n[0], n[2], 290) // one of ana's eight coupons is left
	err := as(t, db, operator, func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, false, 8) })
	refused(t, err, "err.timebank.batch_changed")
	balances(t, db, map[string]int64{n[0]: -290, n[1]: 0})
}

func TestTB7_ALineThatIsCorrectedIsLookedAtAgain(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, n := stack(t, db)
	b := checked(t, db, slips[7:9])
	slips[8].Minutes = 50
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return timebank.RetypeBatch(tx, b.N, slices.Clone(slips[7:9]), 60) })
	err := as(t, db, operator, func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, true, 2) })
	refused(t, err, "err.timebank.batch_unchecked")
	balances(t, db, map[string]int64{n[0]: 0})
}

func TestTB7_OnlyOperatorsTypePaper(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, _ := stack(t, db)
	b := typed(t, db, slips[:2])
	for name, do := range map[string]func(*store.Tx) error{
		"print":   func(tx *store.Tx) error { _, err := timebank.PrintCoupons(tx, "", 4); return err },
		"type":    func(tx *store.Tx) error { _, err := timebank.TypeBatch(tx, 0, slips[:1], 10); return err },
		"read":    func(tx *store.Tx) error { _, err := timebank.FindBatch(tx, b.N); return err },
		"list":    func(tx *store.Tx) error { _, err := timebank.Batches(tx, 9); return err },
		"check":   func(tx *store.Tx) error { return timebank.CheckLines(tx, b.N, []int{1, 2}, 20) },
		"book":    func(tx *store.Tx) error { return timebank.BookBatch(tx, b.N, true, 2) },
		"drop":    func(tx *store.Tx) error { return timebank.DropBatch(tx, b.N) },
		"restore": func(tx *store.Tx) error { _, err := timebank.Restored(tx, tx.Now.Add(-time.Hour)); return err },
		"trust": func(tx *store.Tx) error {
			_, err := timebank.SetLine(tx, "x", timebank.Limits{}, timebank.Limits{})
			return err
		},
	} {
		if err := as(t, db, ana, do); store.KindOf(err) != store.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTB7_WhatCannotBeANumberIsRefusedWhereItIsTyped(t *testing.T) {
	db, _ := storetest.Open(t)
	slips, _ := stack(t, db)
	for field, change := range map[string]func(*timebank.Slip){
		"paper": func(s *timebank.Slip) { s.Paper = "A 00011" }, "from": func(s *timebank.Slip) { s.From = "0018" },
		"to": func(s *timebank.Slip) { s.To = "" }, "minutes": func(s *timebank.Slip) { s.Minutes = -5 }, "day": func(s *timebank.Slip) { s.On = calendar.Wall{} },
	} {
		list := slices.Clone(slips[:2])
		change(&list[1])
		err := as(t, db, operator, func(tx *store.Tx) error { _, err := timebank.TypeBatch(tx, 0, list, total(list)); return err })
		var many store.Errors
		if !errors.As(err, &many) || len(many) != 1 || many[0].Field != "slip_1_"+field {
			t.Errorf("%s: %v", field, err)
		}
	}
	err := as(t, db, operator, func(tx *store.Tx) error { _, err := timebank.TypeBatch(tx, 0, nil, 0); return err })
	refused(t, err, "err.timebank.slips")
}

func TestCouponNumbersFindWrongDigits(t *testing.T) {
	for _, series := range []string{"A", "KDT"} {
		c := timebank.Coupon{Series: series, N: 17}
		if got, ok := timebank.ParseCoupon(" " + c.String() + " "); !ok || got != c {
			t.Errorf("%s is read as %v, %v", c, got, ok)
		}
		key := c.Key()
		for i := range key {
			for _, other := range "0123456789ABK" {
				wrong := key[:i] + string(other) + key[i+1:]
				if got, ok := timebank.ParseCoupon(wrong); ok && got == c && wrong != key {
					t.Errorf("%s passes for %s", wrong, key)
				} else if ok && wrong != key && len(series) == 1 {
					t.Errorf("%s passes", wrong)
				}
			}
		}
	}
	for _, s := range []string{"", "A", "17", "A 17", "A 000170", "AAAA 00017", "Ä 00017", "A0001X7", fmt.Sprintf("A%020d", 7)} {
		if c, ok := timebank.ParseCoupon(s); ok {
			t.Errorf("%q is read as %v", s, c)
		}
	}
}
