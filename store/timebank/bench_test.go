package timebank_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// BenchmarkPay books payments one after the other, each durable before the next
// begins, beside the bare transaction that needs at least: one row and two
// balances, in a database with the same settings.
func BenchmarkPay(b *testing.B) {
	b.Run("pay", func(b *testing.B) {
		db, _ := storetest.Open(b)
		from, to := opened(b, db, ana), opened(b, db, bob)
		setRules(b, db, func(r *timebank.Rules) { r.Low, r.High = -600_000, 600_000 })
		ctx := store.As(b.Context(), ana)
		back := store.As(b.Context(), bob)
		there := true
		for b.Loop() {
			p, c := timebank.Payment{From: from, To: to, Minutes: 1, Text: "Jardin"}, ctx
			if !there {
				p.From, p.To, c = to, from, back
			}
			there = !there
			err := db.Update(c, func(tx *store.Tx) error {
				_, err := timebank.Pay(tx, p)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
	})
	b.Run("bare", func(b *testing.B) {
		db, _ := storetest.Open(b)
		storetest.Update(b, db, ana, func(tx *store.Tx) error {
			for _, statement := range []string{
				"CREATE TABLE bare_accounts (number TEXT PRIMARY KEY, balance INTEGER NOT NULL) STRICT, WITHOUT ROWID",
				"CREATE TABLE bare_moves (n INTEGER PRIMARY KEY, from_number TEXT, to_number TEXT, minutes INTEGER, text TEXT, at INTEGER) STRICT",
				"INSERT INTO bare_accounts VALUES ('a', 0), ('b', 0)",
			} {
				if _, err := tx.Exec(statement); err != nil {
					return err
				}
			}
			return nil
		})
		for b.Loop() {
			err := db.Update(b.Context(), func(tx *store.Tx) error {
				if _, err := tx.Exec("INSERT INTO bare_moves (from_number, to_number, minutes, text, at) VALUES ('a', 'b', 1, 'Jardin', ?)", tx.Now.Unix()); err != nil {
					return err
				}
				if _, err := tx.Exec("UPDATE bare_accounts SET balance = balance - 1 WHERE number = 'a'"); err != nil {
					return err
				}
				_, err := tx.Exec("UPDATE bare_accounts SET balance = balance + 1 WHERE number = 'b'")
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payments/s")
	})
}

// BenchmarkStatement100k reads a month of one account among a hundred thousand
// movements, and looks at all sums.
func BenchmarkStatement100k(b *testing.B) {
	db, clock := storetest.Open(b)
	numbers := make([]string, 100)
	for i := range numbers {
		numbers[i] = opened(b, db, store.Actor{ID: string(rune('A'+i/26)) + string(rune('a'+i%26)), Role: store.Resident})
	}
	for range 100 {
		storetest.Update(b, db, operator, func(tx *store.Tx) error {
			for i := range 1000 {
				from, to := numbers[i%100], numbers[(i+1)%100]
				if _, err := timebank.Enter(tx, timebank.Payment{From: from, To: to, Minutes: 1}); err != nil {
					return err
				}
			}
			return nil
		})
		clock.Set(clock.Now().AddDate(0, 0, 11))
	}
	storetest.View(b, db, operator, func(tx *store.Tx) error {
		b.Run("month", func(b *testing.B) {
			for b.Loop() {
				s, err := timebank.StatementOf(tx, numbers[3], clock.Now().AddDate(0, -1, 0), clock.Now())
				if err != nil || len(s.Lines) == 0 {
					b.Fatal(len(s.Lines), err)
				}
			}
		})
		b.Run("verify", func(b *testing.B) {
			for b.Loop() {
				if err := timebank.Verify(tx); err != nil {
					b.Fatal(err)
				}
			}
		})
		return nil
	})
}
