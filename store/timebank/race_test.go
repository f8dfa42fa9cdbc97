package timebank_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// together runs fn n times at once and tells how often it succeeded; it fails
// on errors that are no conflict.
func together(t *testing.T, n int, fn func(i int) error) (done int) {
	t.Helper()
	var start, all sync.WaitGroup
	var ok atomic.Int64
	start.Add(1)
	for i := range n {
		all.Go(func() {
			start.Wait()
			switch err := fn(i); {
			case err == nil:
				ok.Add(1)
			case store.KindOf(err) != store.Conflict:
				t.Error(err)
			}
		})
	}
	start.Done()
	all.Wait()
	return int(ok.Load())
}

func TestTB2_TwoPhonesAtTheSameMoment(t *testing.T) {
	db, _ := storetest.Open(t)
	d, b := opened(t, db, dan), opened(t, db, bob)
	given(t, db, d, -150)
	send := func(minutes int64) int {
		return together(t, 2, func(int) error {
			_, err := pay(t, db, dan, d, b, minutes)
			return err
		})
	}
	if n := send(100); n != 1 {
		t.Errorf("%d of two payments of 100 succeeded", n)
	}
	balances(t, db, map[string]int64{d: -250, b: 100})
	if n := send(200); n != 0 {
		t.Errorf("%d of two payments of 200 succeeded", n)
	}
	balances(t, db, map[string]int64{d: -250, b: 100})
	noLimitCrossed(t, db, timebank.Rules{Low: -300, High: 1200})
}

// TestTwoHundredPaymentsAtOnce lets two hundred phones pay from and to one
// account at the same moment.
func TestTwoHundredPaymentsAtOnce(t *testing.T) {
	db, _ := storetest.Open(t)
	d := opened(t, db, dan)
	others := make([]string, 20)
	who := make([]store.Actor, len(others))
	for i := range others {
		who[i] = store.Actor{ID: fmt.Sprintf("resident%02d", i), Role: store.Resident}
		others[i] = opened(t, db, who[i])
	}
	out := together(t, 200, func(i int) error {
		o := i % len(others)
		if i%2 == 0 {
			_, err := pay(t, db, dan, d, others[o], 7)
			return err
		}
		_, err := pay(t, db, who[o], others[o], d, 5)
		return err
	})
	if out < 100 {
		t.Errorf("only %d of 200 were booked", out)
	}
	balances(t, db, nil)
	noLimitCrossed(t, db, timebank.Rules{Low: -300, High: 1200})
}

// noLimitCrossed replays all movements in their order: no account that has
// limits may ever have been outside, but by a movement of an operator's.
func noLimitCrossed(t testing.TB, db *store.DB, r timebank.Rules) {
	t.Helper()
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		type moved struct {
			from, to, way string
			minutes       int64
		}
		list, err := store.All(tx, func(row store.Row) (m moved, err error) {
			err = row.Scan(&m.from, &m.to, &m.way, &m.minutes)
			return m, err
		}, `SELECT from_number, to_number, kind, minutes FROM timebank_transfers ORDER BY n`)
		if err != nil {
			return err
		}
		at := map[string]int64{}
		for i, m := range list {
			at[m.from] -= m.minutes
			at[m.to] += m.minutes
			if m.from != timebank.CommonNumber && at[m.from] < r.Low || m.to != timebank.CommonNumber && at[m.to] > r.High {
				t.Errorf("movement %d crosses a limit: %+v leaves %d and %d", i+1, m, at[m.from], at[m.to])
			}
		}
		return nil
	})
}

// move is what somebody does in a history: pays, or takes the last payment they
// received back.
type move struct {
	Do       string // "pay" or "reverse"
	From, To int
	Minutes  int64
}

// ledger is the state of the model: what three accounts have.
type ledger [3]int64

// oneByOne says what each movement must answer if they came one after another.
var oneByOne = porcupine.Model{
	Init: func() any { return ledger{} },
	Step: func(state, input, output any) (bool, any) {
		l, m := state.(ledger), input.(move)
		fits := l[m.From]-m.Minutes >= modelLow && l[m.To]+m.Minutes <= modelHigh
		if output.(string) != map[bool]string{true: "booked", false: "refused"}[fits] {
			return false, state
		}
		if fits {
			l[m.From] -= m.Minutes
			l[m.To] += m.Minutes
		}
		return true, l
	},
}

// Limits of the model: narrow, so that refusals are many.
const modelLow, modelHigh = -60, 90

// TestHistoriesOfManyWriters draws histories of payments and reversals and lets
// four writers carry each out at once. What each was told must be possible one
// after the other, and whatever came of it: the sum is 0, no limit was crossed,
// each reversal gives back exactly what it takes back, and each statement adds
// up wherever it is cut.
func TestHistoriesOfManyWriters(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		moves := rapid.SliceOfN(rapid.Custom(drawMove), 4, 24).Draw(rt, "moves")
		db, clock := storetest.Open(t)
		setRules(t, db, func(r *timebank.Rules) { r.Low, r.High = modelLow, modelHigh })
		who := []store.Actor{ana, bob, cleo}
		numbers := make([]string, len(who))
		for i := range who {
			numbers[i] = opened(t, db, who[i])
		}
		var order atomic.Int64
		var mu sync.Mutex // guards done
		var done []porcupine.Operation
		var writers sync.WaitGroup
		for w := range 4 {
			writers.Go(func() {
				var received timebank.Transfer
				for i := w; i < len(moves); i += 4 {
					m := moves[i]
					call := order.Add(1)
					got, err := carryOut(db, who, numbers, &m, &received)
					if store.KindOf(err) != store.Conflict && err != nil {
						t.Error(err)
					}
					answer := "booked"
					if err != nil {
						answer = "refused"
					} else if m.Do == "pay" {
						received = got
					}
					clock.Add(time.Minute)
					mu.Lock()
					done = append(done, porcupine.Operation{ClientId: w, Input: m, Call: call, Output: answer, Return: order.Add(1)})
					mu.Unlock()
				}
			})
		}
		writers.Wait()
		if got := porcupine.CheckOperationsTimeout(oneByOne, done, time.Minute); got != porcupine.Ok {
			rt.Errorf("%s: no order of these answers is possible: %+v", got, done)
		}
		balances(t, db, nil)
		noLimitCrossed(t, db, timebank.Rules{Low: modelLow, High: modelHigh})
		cut := clock.Now().Add(-time.Duration(rapid.IntRange(0, len(moves)).Draw(rt, "cut")) * time.Minute)
		for i, number := range numbers {
			addsUp(t, db, who[i], number, cut)
		}
	})
}

func drawMove(rt *rapid.T) move {
	m := move{
		Do: rapid.SampledFrom([]string{"pay", "pay", "reverse"}).Draw(rt, "do"), From: rapid.IntRange(0, 2).Draw(rt, "from"),
		Minutes: rapid.Int64Range(1, 80).Draw(rt, "minutes"),
	}
	m.To = (m.From + rapid.IntRange(1, 2).Draw(rt, "to")) % 3
	return m
}

// carryOut does what m says; of a reversal it writes down what it comes to. A
// writer that paid nothing yet pays.
func carryOut(db *store.DB, who []store.Actor, numbers []string, m *move, last *timebank.Transfer) (t timebank.Transfer, err error) {
	if last.ID == "" {
		m.Do = "pay"
	}
	if m.Do == "reverse" {
		for i, number := range numbers {
			switch number {
			case last.To:
				m.From = i
			case last.From:
				m.To = i
			}
		}
		m.Minutes = last.Minutes
	}
	err = db.Update(store.As(context.Background(), who[m.From]), func(tx *store.Tx) (err error) {
		if m.Do == "reverse" {
			t, err = timebank.Reverse(tx, last.ID, "")
			return err
		}
		t, err = timebank.Pay(tx, timebank.Payment{From: numbers[m.From], To: numbers[m.To], Minutes: m.Minutes})
		return err
	})
	if m.Do == "reverse" && err == nil {
		*last = timebank.Transfer{} // once only
	}
	return t, err
}

// addsUp looks at an account's statements before and after an instant.
func addsUp(t testing.TB, db *store.DB, who store.Actor, number string, cut time.Time) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		before, err := timebank.StatementOf(tx, number, storetest.Now.AddDate(-1, 0, 0), cut)
		if err != nil {
			return err
		}
		after, err := timebank.StatementOf(tx, number, cut, storetest.Now.AddDate(1, 0, 0))
		if err != nil {
			return err
		}
		a, err := timebank.Get(tx, number)
		if before.Opening != 0 || before.Closing != after.Opening || after.Closing != a.Balance {
			t.Errorf("%s: %d to %d, then %d to %d; it has %d", number, before.Opening, before.Closing, after.Opening, after.Closing, a.Balance)
		}
		for _, s := range []timebank.Statement{before, after} {
			sum := s.Opening
			for _, l := range s.Lines {
				sum += l.Change
				if l.Balance != sum {
					t.Errorf("%s: a line says %d, its sum is %d", number, l.Balance, sum)
				}
				if l.Reverses != "" {
					exact(t, tx, &l.Transfer)
				}
			}
			if sum != s.Closing {
				t.Errorf("%s: opening and lines make %d, closing is %d", number, sum, s.Closing)
			}
		}
		return err
	})
}

// exact looks whether a reversal is its movement the other way.
func exact(t testing.TB, tx *store.Tx, back *timebank.Transfer) {
	t.Helper()
	was, err := timebank.FindTransfer(tx, back.Reverses)
	if err != nil || was.From != back.To || was.To != back.From || was.Minutes != back.Minutes || was.ReversedBy != back.ID {
		t.Errorf("%+v takes back %+v: %v", back, was, err)
	}
}
