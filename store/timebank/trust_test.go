package timebank_test

import (
	"testing"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// linkTo links a neighbouring box.
func linkTo(t testing.TB, db *store.DB, peer string, state neighbour.State) {
	t.Helper()
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{Peer: peer, Name: "Altillac", State: state, PairedAt: tx.Now})
	})
}

// trusted makes a line and returns the number of its frontier account.
func trusted(t testing.TB, db *store.DB, peer string, ours, theirs timebank.Limits) (number string) {
	t.Helper()
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		l, err := timebank.SetLine(tx, peer, ours, theirs)
		number = l.Number
		return err
	})
	return number
}

// enter books a movement as an operator does.
func enter(t testing.TB, db *store.DB, from, to string, minutes int64) error {
	t.Helper()
	return as(t, db, operator, func(tx *store.Tx) error {
		_, err := timebank.Enter(tx, timebank.Payment{From: from, To: to, Minutes: minutes})
		return err
	})
}

func TestTB12_NothingCrossesWithoutALine(t *testing.T) {
	db, _ := storetest.Open(t)
	a := opened(t, db, ana)
	var frontier string
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		f, err := timebank.OpenFrontier(tx, "Altillac")
		frontier = f.Number
		return err
	})
	refused(t, enter(t, db, a, frontier, 30), "err.timebank.no_line")
	refused(t, enter(t, db, frontier, a, 30), "err.timebank.no_line")
	balances(t, db, map[string]int64{a: 0, frontier: 0})
}

func TestTB12_ALineNeedsALinkedBox(t *testing.T) {
	db, _ := storetest.Open(t)
	linkTo(t, db, "pairing", neighbour.Pairing)
	for _, peer := range []string{"unknown", "pairing"} {
		err := as(t, db, operator, func(tx *store.Tx) error {
			_, err := timebank.SetLine(tx, peer, timebank.Limits{Owe: 60}, timebank.Limits{Lend: 60})
			return err
		})
		refused(t, err, "err.timebank.not_linked")
	}
}

func TestTB12_TheMoreCarefulOfBothSidesCounts(t *testing.T) {
	db, _ := storetest.Open(t)
	a := opened(t, db, ana)
	linkTo(t, db, "p", neighbour.Paired)
	f := trusted(t, db, "p", timebank.Limits{Owe: 120, Lend: 60}, timebank.Limits{Owe: 90, Lend: 100})
	if err := enter(t, db, a, f, 100); err != nil { // they lend 100 at most
		t.Fatal(err)
	}
	refused(t, enter(t, db, a, f, 1), "err.timebank.line_high")
	if err := enter(t, db, f, a, 160); err != nil { // we lend 60 at most
		t.Fatal(err)
	}
	refused(t, enter(t, db, f, a, 1), "err.timebank.line_low")
	balances(t, db, map[string]int64{a: 60, f: -60})
}

func TestTB12_NarrowerLimitsLetTheAccountComeBack(t *testing.T) {
	db, _ := storetest.Open(t)
	a := opened(t, db, ana)
	linkTo(t, db, "p", neighbour.Paired)
	wide, narrow := timebank.Limits{Owe: 200, Lend: 200}, timebank.Limits{Owe: 20, Lend: 20}
	f := trusted(t, db, "p", wide, wide)
	if err := enter(t, db, a, f, 150); err != nil {
		t.Fatal(err)
	}
	if again := trusted(t, db, "p", narrow, wide); again != f {
		t.Errorf("the frontier account changed from %s to %s", f, again)
	}
	refused(t, enter(t, db, a, f, 1), "err.timebank.line_high")
	if err := enter(t, db, f, a, 40); err != nil {
		t.Errorf("back: %v", err)
	}
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return timebank.EndLine(tx, "p") })
	refused(t, enter(t, db, f, a, 10), "err.timebank.no_line")
	trusted(t, db, "p", wide, wide)
	linkTo(t, db, "p", neighbour.Blocked)
	refused(t, enter(t, db, f, a, 10), "err.timebank.not_linked")
	balances(t, db, map[string]int64{a: -110, f: 110})
}

func TestTB12_PeopleDoNotPayAcrossByThemselves(t *testing.T) {
	db, _ := storetest.Open(t)
	a := opened(t, db, ana)
	linkTo(t, db, "p", neighbour.Paired)
	f := trusted(t, db, "p", timebank.Limits{Owe: 120, Lend: 120}, timebank.Limits{Owe: 120, Lend: 120})
	_, err := pay(t, db, ana, a, f, 10)
	refused(t, err, "err.timebank.across")
	if err := enter(t, db, f, a, 10); err != nil {
		t.Fatal(err)
	}
	var booked timebank.Transfer
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		s, err := timebank.StatementOf(tx, f, storetest.Now.AddDate(0, 0, -1), storetest.Now.AddDate(0, 0, 1))
		booked = s.Lines[0].Transfer
		return err
	})
	err = as(t, db, ana, func(tx *store.Tx) error { _, err := timebank.Reverse(tx, booked.ID, ""); return err })
	refused(t, err, "err.timebank.across")
	b := typedAcross(t, db, a, f)
	if b.Slips[0].Fault != "" || b.Slips[1].Fault != timebank.LineFault {
		t.Errorf("a batch across: %+v", b.Slips)
	}
}

// typedAcross is a batch of two coupons to another village, the second over the
// line's limit.
func typedAcross(t *testing.T, db *store.DB, from, to string) timebank.Batch {
	t.Helper()
	c := printed(t, db, "", 2)
	return typed(t, db, []timebank.Slip{
		{Paper: c[0].Key(), From: from, To: to, Minutes: 100, On: day()},
		{Paper: c[1].Key(), From: from, To: to, Minutes: 100, On: day()},
	})
}

// TestTB12_LimitsOfALine: both boxes have their own line to each other, with
// the same four numbers the other way round. What one allows the other allows,
// and no account leaves its limits.
func TestTB12_LimitsOfALine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Int64Range(0, 300)
		ours := timebank.Limits{Owe: limit.Draw(t, "owe"), Lend: limit.Draw(t, "lend")}
		theirs := timebank.Limits{Owe: limit.Draw(t, "their owe"), Lend: limit.Draw(t, "their lend")}
		here := timebank.TrustLine{Limits: ours, Theirs: theirs}
		there := timebank.TrustLine{Limits: theirs, Theirs: ours}
		if here.High() != -there.Low() || here.Low() != -there.High() {
			t.Fatalf("here %d to %d, there %d to %d", here.Low(), here.High(), there.Low(), there.High())
		}
		balance := int64(0)
		for range 20 {
			change := rapid.Int64Range(-200, 200).Filter(func(n int64) bool { return n != 0 }).Draw(t, "change")
			bad, mirrored := here.Judge(balance, change), there.Judge(-balance, -change)
			if (bad == nil) != (mirrored == nil) {
				t.Fatalf("%+d at %d: %v here, %v there", change, balance, bad, mirrored)
			}
			if bad == nil {
				balance += change
			}
			if balance > ours.Owe || balance > theirs.Lend || -balance > ours.Lend || -balance > theirs.Owe {
				t.Fatalf("%d is beyond a limit: ours %+v, theirs %+v", balance, ours, theirs)
			}
		}
	})
}
