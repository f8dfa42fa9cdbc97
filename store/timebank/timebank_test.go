package timebank_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

var (
	visitor  = store.Actor{}
	ana      = store.Actor{ID: "ana", Role: store.Resident}
	bob      = store.Actor{ID: "bob", Role: store.Resident}
	cleo     = store.Actor{ID: "cleo", Role: store.Resident}
	dan      = store.Actor{ID: "dan", Role: store.Resident}
	operator = store.Actor{ID: "op", Role: store.Operator}
)

// opened opens the account of a person and returns its number.
func opened(t testing.TB, db *store.DB, who store.Actor) (number string) {
	t.Helper()
	storetest.Update(t, db, who, func(tx *store.Tx) error {
		a, err := timebank.Open(tx)
		number = a.Number
		return err
	})
	return number
}

// society is an organisation ana administers, with its account.
func society(t testing.TB, db *store.DB) (element, number string) {
	t.Helper()
	e := directory.Element{Kind: directory.Org, Name: "Les Amis du moulin", Audience: listing.Public}
	storetest.Update(t, db, ana, func(tx *store.Tx) error {
		if err := directory.Add(tx, &e); err != nil {
			return err
		}
		a, err := timebank.OpenFor(tx, e.ID)
		number = a.Number
		return err
	})
	storetest.Update(t, db, operator, func(tx *store.Tx) error { return timebank.SetDebt(tx, number, true) })
	return e.ID, number
}

// pay tries a payment as somebody.
func pay(t testing.TB, db *store.DB, who store.Actor, from, to string, minutes int64) (out timebank.Transfer, err error) {
	t.Helper()
	err = db.Update(store.As(t.Context(), who), func(tx *store.Tx) error {
		out, err = timebank.Pay(tx, timebank.Payment{From: from, To: to, Minutes: minutes, Text: "Jardin"})
		return err
	})
	return out, err
}

// paid is pay that must succeed.
func paid(t testing.TB, db *store.DB, who store.Actor, from, to string, minutes int64) timebank.Transfer {
	t.Helper()
	out, err := pay(t, db, who, from, to, minutes)
	if err != nil {
		t.Fatalf("%s to %s, %d minutes: %v", from, to, minutes, err)
	}
	return out
}

// given brings accounts to a balance, from the common one.
func given(t testing.TB, db *store.DB, number string, minutes int64) {
	t.Helper()
	from, to := timebank.CommonNumber, number
	if minutes < 0 {
		from, to, minutes = to, from, -minutes
	}
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		_, err := timebank.Enter(tx, timebank.Payment{From: from, To: to, Minutes: minutes})
		return err
	})
}

// balances fails unless the accounts have so much, and all add up to 0.
func balances(t testing.TB, db *store.DB, want map[string]int64) {
	t.Helper()
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		for number, minutes := range want {
			a, err := timebank.Get(tx, number)
			if err != nil {
				return err
			}
			if a.Balance != minutes {
				t.Errorf("account %s has %d minutes, want %d", number, a.Balance, minutes)
			}
		}
		return timebank.Verify(tx)
	})
}

// refused fails unless err has the key.
func refused(t testing.TB, err error, key string) {
	t.Helper()
	var many store.Errors
	if errors.As(err, &many) && len(many) == 1 {
		err = many[0]
	}
	e, ok := errors.AsType[*store.Error](err)
	if !ok || e.Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func setRules(t testing.TB, db *store.DB, change func(*timebank.Rules)) {
	t.Helper()
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		r, err := timebank.RulesOf(tx)
		if err != nil {
			return err
		}
		change(&r)
		return timebank.SetRules(tx, r)
	})
}

func TestTB1_LimitsHoldAndTheSumIsZero(t *testing.T) {
	db, _ := storetest.Open(t, timebank.Personal)
	a, b, c := opened(t, db, ana), opened(t, db, bob), opened(t, db, cleo)
	_, asso := society(t, db)
	paid(t, db, ana, a, b, 180)
	balances(t, db, map[string]int64{a: -180, b: 180})
	paid(t, db, ana, a, c, 120)
	balances(t, db, map[string]int64{a: -300, b: 180, c: 120})
	_, err := pay(t, db, ana, a, b, 1)
	refused(t, err, "err.timebank.low")
	balances(t, db, map[string]int64{a: -300, b: 180, c: 120})
	paid(t, db, bob, b, asso, 200)
	balances(t, db, map[string]int64{a: -300, b: -20, c: 120, asso: 200})
}

func TestTB3_WhatIsNoPayment(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	for name, c := range map[string]struct {
		to      string
		minutes int64
		key     string
	}{
		"to oneself":      {a, 60, "err.timebank.self"},
		"nothing":         {b, 0, "err.timebank.minutes"},
		"less":            {b, -5, "err.timebank.minutes"},
		"too much":        {b, timebank.MaxMinutes + 1, "err.timebank.minutes_many"},
		"no such account": {"9999", 60, "err.timebank.no_account"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pay(t, db, ana, a, c.to, c.minutes)
			refused(t, err, c.key)
		})
	}
	balances(t, db, map[string]int64{a: 0, b: 0})
}

func TestTB4_TheCeilingTellsNoBalance(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	given(t, db, b, 1150)
	_, err := pay(t, db, ana, a, b, 100)
	refused(t, err, "err.timebank.high")
	if strings.Contains(err.Error(), "1150") || strings.Contains(err.Error(), "50") {
		t.Errorf("the refusal tells the balance: %v", err)
	}
	balances(t, db, map[string]int64{a: 0, b: 1150})

	setRules(t, db, func(r *timebank.Rules) { r.Soft = true })
	if got := paid(t, db, ana, a, b, 100); !got.Over {
		t.Error("a movement above a soft ceiling is not flagged")
	}
	if got := paid(t, db, bob, b, a, 200); got.Over {
		t.Error("a movement below the ceiling is flagged")
	}
	balances(t, db, map[string]int64{a: 100, b: 1050})
}

func TestTB5_AMistakeIsTakenBackByALinkedMovement(t *testing.T) {
	db, clock := storetest.Open(t)
	a, b, c := opened(t, db, ana), opened(t, db, bob), opened(t, db, cleo)
	wrong := paid(t, db, ana, a, b, 120)
	clock.Add(3 * 24 * time.Hour)

	reverse := func(who store.Actor, id, reason string) (back timebank.Transfer, err error) {
		err = db.Update(store.As(t.Context(), who), func(tx *store.Tx) error {
			back, err = timebank.Reverse(tx, id, reason)
			return err
		})
		return back, err
	}
	_, err := reverse(cleo, wrong.ID, "")
	refused(t, err, "err.not_found")
	_, err = reverse(ana, wrong.ID, "")
	refused(t, err, "err.forbidden")
	_, err = reverse(operator, wrong.ID, " ")
	refused(t, err, "err.timebank.reason")
	back, err := reverse(bob, wrong.ID, "C'était 1 h 30")
	if err != nil {
		t.Fatal(err)
	}
	if back.From != b || back.To != a || back.Minutes != 120 || back.Reverses != wrong.ID {
		t.Errorf("taken back by %+v", back)
	}
	balances(t, db, map[string]int64{a: 0, b: 0, c: 0})
	_, err = reverse(bob, wrong.ID, "")
	refused(t, err, "err.timebank.reversed")
	_, err = reverse(ana, back.ID, "")
	refused(t, err, "err.timebank.reversal")

	storetest.View(t, db, ana, func(tx *store.Tx) error {
		s, err := timebank.StatementOf(tx, a, clock.Now().AddDate(0, -1, 0), clock.Now().AddDate(0, 1, 0))
		if err != nil {
			return err
		}
		if len(s.Lines) != 2 || s.Lines[0].ReversedBy != back.ID || s.Lines[1].Reverses != wrong.ID || s.Lines[1].Change != 120 {
			t.Errorf("the statement shows %+v", s.Lines)
		}
		return nil
	})

	for _, statement := range []string{
		"UPDATE timebank_transfers SET minutes = 90", "UPDATE timebank_transfers SET to_number = '" + c + "'", "DELETE FROM timebank_transfers",
	} {
		err := db.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(statement)
			return err
		})
		if err == nil {
			t.Errorf("%s: a movement was changed", statement)
		}
	}
}

func TestTB9_NewLimitsTakeNothingAway(t *testing.T) {
	db, _ := storetest.Open(t)
	eve, b := opened(t, db, dan), opened(t, db, bob)
	given(t, db, b, 300)
	given(t, db, eve, -260)
	setRules(t, db, func(r *timebank.Rules) { r.Low = -200 })
	balances(t, db, map[string]int64{eve: -260})
	_, err := pay(t, db, dan, eve, b, 1)
	refused(t, err, "err.timebank.low")
	paid(t, db, bob, b, eve, 30)
	_, err = pay(t, db, dan, eve, b, 1)
	refused(t, err, "err.timebank.low")
	paid(t, db, bob, b, eve, 70)
	_, err = pay(t, db, dan, eve, b, 41)
	refused(t, err, "err.timebank.low")
	paid(t, db, dan, eve, b, 40)
	balances(t, db, map[string]int64{eve: -200})
}

func TestTB10_AStatementAddsUp(t *testing.T) {
	db, clock := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	march := time.Date(2027, time.March, 1, 0, 0, 0, 0, time.UTC)
	april := march.AddDate(0, 1, 0)
	for i, at := range []time.Time{march.Add(-48 * time.Hour), march.Add(-time.Second), march, march.Add(300 * time.Hour), april.Add(-time.Second), april} {
		clock.Set(at)
		if i%2 == 0 {
			paid(t, db, ana, a, b, int64(10+i))
		} else {
			paid(t, db, bob, b, a, int64(20+i))
		}
	}
	storetest.View(t, db, ana, func(tx *store.Tx) error {
		s, err := timebank.StatementOf(tx, a, march, april)
		if err != nil {
			return err
		}
		if s.Opening != -10+21 || len(s.Lines) != 3 || s.Closing != 11-12+23-14 {
			t.Errorf("opening %d, %d lines, closing %d", s.Opening, len(s.Lines), s.Closing)
		}
		f, err := timebank.FiguresOf(tx, march)
		if err != nil {
			return err
		}
		if f.Sum != 0 || f.Accounts != 2 || f.Minutes != 12+23+14+25 || f.Movements != 4 {
			t.Errorf("figures %+v", f)
		}
		return nil
	})
	storetest.View(t, db, bob, func(tx *store.Tx) error {
		_, err := timebank.StatementOf(tx, a, march, april)
		refused(t, err, "err.forbidden")
		_, err = timebank.Balances(tx)
		refused(t, err, "err.forbidden")
		return nil
	})
	setRules(t, db, func(r *timebank.Rules) { r.Shown = timebank.ToHolders })
	for who, shown := range map[store.Actor]bool{visitor: false, cleo: false, bob: true, operator: true} {
		storetest.View(t, db, who, func(tx *store.Tx) error {
			if _, err := timebank.Balances(tx); (err == nil) != shown {
				t.Errorf("balances as %q: %v", who.ID, err)
			}
			return nil
		})
	}
}

func TestAnAccountNumberFindsItsMistakes(t *testing.T) {
	db, _ := storetest.Open(t)
	opened(t, db, ana)
	number := opened(t, db, bob)
	if got, ok := timebank.ParseNumber(" " + number[:2] + " " + number[2:]); !ok || got != number {
		t.Errorf("%s with a space is read as %q, %v", number, got, ok)
	}
	for i := range number {
		for d := byte('0'); d <= '9'; d++ {
			wrong := number[:i] + string(d) + number[i+1:]
			if _, ok := timebank.ParseNumber(wrong); ok != (wrong == number) {
				t.Errorf("%s is taken for a number: %v", wrong, ok)
			}
		}
		if i > 0 && number[i] != number[i-1] {
			swapped := number[:i-1] + string(number[i]) + string(number[i-1]) + number[i+1:]
			if _, ok := timebank.ParseNumber(swapped); ok {
				t.Errorf("%s, two digits of %s changed, is taken for a number", swapped, number)
			}
		}
	}
	for _, bad := range []string{"", "1", "12a4", "1234567890"} {
		if _, ok := timebank.ParseNumber(bad); ok {
			t.Errorf("%q is taken for a number", bad)
		}
	}
}

func TestAPaymentSentTwiceIsBookedOnce(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	p := timebank.Payment{ID: store.NewID(), From: a, To: b, Minutes: 60}
	var first timebank.Transfer
	for range 2 {
		storetest.Update(t, db, ana, func(tx *store.Tx) error {
			got, err := timebank.Pay(tx, p)
			if first.ID == "" {
				first = got
			}
			if got.N != first.N || got.At != first.At {
				t.Errorf("booked as %+v, then %+v", first, got)
			}
			return err
		})
	}
	balances(t, db, map[string]int64{a: -60, b: 60})
	p.Minutes = 61
	err := db.Update(store.As(t.Context(), ana), func(tx *store.Tx) error {
		_, err := timebank.Pay(tx, p)
		return err
	})
	refused(t, err, "err.timebank.twice")
}

func TestOnlyKeepersPay(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	_, asso := society(t, db)
	for who, may := range map[store.Actor]bool{visitor: false, bob: false, operator: false, ana: true} {
		for _, from := range []string{a, asso} {
			_, err := pay(t, db, who, from, b, 10)
			if (err == nil) != may {
				t.Errorf("%q pays from %s: %v", who.ID, from, err)
			}
		}
	}
	_, err := pay(t, db, ana, timebank.CommonNumber, a, 10)
	refused(t, err, "err.forbidden")
	paid(t, db, operator, timebank.CommonNumber, a, 2000-900)
	balances(t, db, map[string]int64{timebank.CommonNumber: -1100})
}

func TestAWrongSumStopsPayments(t *testing.T) {
	db, _ := storetest.Open(t)
	a, b := opened(t, db, ana), opened(t, db, bob)
	paid(t, db, ana, a, b, 60)
	audit := func() { storetest.Update(t, db, visitor, timebank.Audit) }
	audit()
	paid(t, db, ana, a, b, 60)
	tamper := func(by int) {
		storetest.Update(t, db, visitor, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE timebank_accounts SET balance = balance + ? WHERE number = ?", by, b)
			return err
		})
	}
	tamper(5)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		if err := timebank.Verify(tx); err == nil || !strings.Contains(err.Error(), b) {
			t.Errorf("a changed balance is found to be %v", err)
		}
		return nil
	})
	audit()
	_, err := pay(t, db, ana, a, b, 10)
	refused(t, err, "err.timebank.wrong")
	tamper(-5)
	audit()
	paid(t, db, ana, a, b, 10)
}
