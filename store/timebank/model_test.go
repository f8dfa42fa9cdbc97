package timebank_test

import (
	"testing"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
)

// bank is a time bank beside its model: what each of four accounts has. The
// first is the common one.
type bank struct {
	t       *rapid.T
	db      *store.DB
	who     []store.Actor
	numbers []string
	has     []int64
	rules   timebank.Rules
	booked  []timebank.Transfer
	taken   map[string]bool // movements taken back
}

// TestEveryHistoryKeepsTheRules draws histories of all that moves minutes, with
// rules that change in between, and compares each step with a model of a few
// lines: what may be booked is booked and nothing else, balances are those of
// the model, and an account that is outside of the limits only comes back
// (TB-9).
func TestEveryHistoryKeepsTheRules(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		db, _ := storetest.Open(t)
		b := &bank{
			t: rt, db: db, who: []store.Actor{operator, ana, bob, cleo}, numbers: []string{timebank.CommonNumber},
			has: make([]int64, 4), taken: map[string]bool{},
		}
		for _, who := range b.who[1:] {
			b.numbers = append(b.numbers, opened(t, db, who))
		}
		b.change(timebank.Rules{Low: -60, High: 90, Days: 14})
		rt.Repeat(map[string]func(*rapid.T){
			"pay": func(rt *rapid.T) { b.t = rt; b.pay() }, "ask": func(rt *rapid.T) { b.t = rt; b.ask() },
			"reverse": func(rt *rapid.T) { b.t = rt; b.reverse() }, "settle": func(rt *rapid.T) { b.t = rt; b.settle() },
			"rules": func(rt *rapid.T) {
				b.t = rt
				b.change(timebank.Rules{
					Low: -rapid.Int64Range(0, 80).Draw(rt, "low"), High: rapid.Int64Range(0, 120).Draw(rt, "high"),
					Soft: rapid.Bool().Draw(rt, "soft"), Days: 14,
				})
			},
			"": func(rt *rapid.T) { b.t = rt; b.check() },
		})
	})
}

// as runs fn in a transaction of the keeper of an account.
func (b *bank) as(i int, fn func(*store.Tx) error) error {
	return b.db.Update(store.As(b.t.Context(), b.who[i]), fn)
}

func (b *bank) change(r timebank.Rules) {
	if err := b.as(0, func(tx *store.Tx) error { return timebank.SetRules(tx, r) }); err != nil {
		b.t.Fatal(err)
	}
	b.rules = r
}

// fits is what the model says of a payment.
func (b *bank) fits(from, to int, minutes int64) bool {
	return (from == 0 || b.has[from]-minutes >= b.rules.Low) && (to == 0 || b.rules.Soft || b.has[to]+minutes <= b.rules.High)
}

// expect compares what was done with the model, and follows it.
func (b *bank) expect(t timebank.Transfer, err error, from, to int, minutes int64) {
	b.t.Helper()
	if fits := b.fits(from, to, minutes); fits != (err == nil) {
		b.t.Fatalf("%d to %d, %d minutes of %v: %v", from, to, minutes, b.has, err)
	} else if !fits {
		if store.KindOf(err) != store.Conflict {
			b.t.Fatal(err)
		}
		return
	}
	b.has[from] -= minutes
	b.has[to] += minutes
	if over := to != 0 && b.has[to] > b.rules.High; t.Over != over {
		b.t.Errorf("flagged %v at %d of %d", t.Over, b.has[to], b.rules.High)
	}
	b.booked = append(b.booked, t)
}

// two are the ends of a movement.
func (b *bank) two(least int) (from, to int, minutes int64) {
	from = rapid.IntRange(least, 3).Draw(b.t, "from")
	to = rapid.IntRange(0, 3).Filter(func(i int) bool { return i != from }).Draw(b.t, "to")
	return from, to, rapid.Int64Range(1, 70).Draw(b.t, "minutes")
}

func (b *bank) pay() {
	from, to, minutes := b.two(0)
	var t timebank.Transfer
	err := b.as(from, func(tx *store.Tx) (err error) {
		t, err = timebank.Pay(tx, timebank.Payment{From: b.numbers[from], To: b.numbers[to], Minutes: minutes})
		return err
	})
	b.expect(t, err, from, to, minutes)
}

// ask files a request and accepts it; one that cannot be paid is refused.
func (b *bank) ask() {
	from, to, minutes := b.two(1)
	var q timebank.Request
	err := b.as(to, func(tx *store.Tx) (err error) {
		q, err = timebank.Ask(tx, timebank.Payment{From: b.numbers[from], To: b.numbers[to], Minutes: minutes})
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	var t timebank.Transfer
	err = b.as(from, func(tx *store.Tx) (err error) {
		t, err = timebank.Accept(tx, q.ID)
		return err
	})
	b.expect(t, err, from, to, minutes)
	if err != nil {
		if err := b.as(from, func(tx *store.Tx) error { return timebank.Refuse(tx, q.ID, "") }); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *bank) reverse() {
	if len(b.booked) == 0 {
		b.t.Skip("nothing was booked")
	}
	was := rapid.SampledFrom(b.booked).Draw(b.t, "movement")
	if b.taken[was.ID] || was.Way == timebank.Reversed {
		b.t.Skip("taken back already")
	}
	from, to := b.at(was.To), b.at(was.From)
	var t timebank.Transfer
	err := b.as(from, func(tx *store.Tx) (err error) {
		t, err = timebank.Reverse(tx, was.ID, "")
		return err
	})
	b.expect(t, err, from, to, was.Minutes)
	b.taken[was.ID] = err == nil
}

// settle brings an account to 0, whatever the limits.
func (b *bank) settle() {
	i := rapid.IntRange(1, 3).Draw(b.t, "account")
	err := b.as(0, func(tx *store.Tx) error {
		_, err := timebank.Settle(tx, b.numbers[i], "Départ")
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.has[0], b.has[i] = b.has[0]+b.has[i], 0
}

func (b *bank) at(number string) int {
	for i, n := range b.numbers {
		if n == number {
			return i
		}
	}
	b.t.Fatalf("no account %s", number)
	return 0
}

// check compares all balances with the model.
func (b *bank) check() {
	err := b.db.View(b.t.Context(), func(tx *store.Tx) error {
		for i, number := range b.numbers {
			a, err := timebank.Get(tx, number)
			if err != nil {
				return err
			}
			if a.Balance != b.has[i] {
				b.t.Errorf("account %s has %d, the model %d", number, a.Balance, b.has[i])
			}
		}
		return timebank.Verify(tx)
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
