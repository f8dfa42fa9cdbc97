package timebank

import (
	"slices"

	"copi.local/store"
)

// CheckLines is the second look at a batch by somebody who holds the paper:
// seen are the lines compared with it, from 1, and they must be all. total is
// what the slips make, counted again.
func CheckLines(tx *store.Tx, n int64, seen []int, total int64) error {
	b, err := openBatch(tx, n)
	if err != nil {
		return err
	}
	for place := range b.Slips {
		if !slices.Contains(seen, place+1) {
			return store.E(store.Invalid, "err.timebank.unseen", "n", place+1).At("seen")
		}
	}
	return b.check(tx, ByLines, total)
}

// CheckAgain is the second look at a batch by another operator, who types its
// slips again, in whatever order, and does not see what was typed first. Where
// both differ, the faults say in which line.
func CheckAgain(tx *store.Tx, n int64, slips []Slip, total int64) error {
	b, err := openBatch(tx, n)
	if err != nil {
		return err
	}
	if b.TypedBy != "" && b.TypedBy == tx.Actor.ID {
		return store.E(store.Conflict, "err.timebank.same_person")
	}
	if err := checkTyped(tx, b.Gap, slips, total); err != nil {
		return err
	}
	if err := b.compare(slips); err != nil {
		return err
	}
	return b.check(tx, Again, total)
}

// compare tells where lines typed a second time differ from the first.
func (b *Batch) compare(slips []Slip) error {
	var bad store.Errors
	first := map[string][]Slip{} // what of each paper was not typed again yet
	for _, s := range b.Slips {
		first[s.Paper] = append(first[s.Paper], s)
	}
	differs := func(i int, field string) {
		bad.Add(store.E(store.Invalid, "err.timebank.differs", "n", i+1).At(SlipField(i, field)))
	}
	for i, s := range slips {
		left := first[s.Paper]
		if len(left) == 0 {
			differs(i, "paper")
			continue
		}
		was := left[0]
		first[s.Paper] = left[1:]
		switch {
		case s.From != was.From:
			differs(i, "from")
		case s.To != was.To:
			differs(i, "to")
		case s.Minutes != was.Minutes:
			differs(i, "minutes")
		case s.On.Midnight() != was.On.Midnight():
			differs(i, "day")
		}
	}
	if len(bad) == 0 && len(slips) != len(b.Slips) {
		bad.Add(store.E(store.Invalid, "err.timebank.differs_count", "n", len(slips), "first", len(b.Slips)).At(SlipField(0, "paper")))
	}
	return bad.OrNil()
}

// check writes that the batch was looked at a second time, when both totals
// agree.
func (b *Batch) check(tx *store.Tx, how Second, total int64) error {
	if total != b.Total {
		return store.E(store.Invalid, "err.timebank.total", "lines", Minutes(b.Total), "total", Minutes(total)).At("total")
	}
	_, err := tx.Exec(sqlCheckBatch, how, tx.Actor.ID, b.N)
	return err
}

// Lines is what the second look at a batch is about: each line as it was
// typed, and not whether it can be booked just now. See store.Shown.
func (b *Batch) Lines() any {
	lines := make([]Slip, len(b.Slips))
	for i, s := range b.Slips {
		lines[i] = Slip{Paper: s.Paper, From: s.From, To: s.To, Minutes: s.Minutes, On: s.On}
	}
	return lines
}

// StillTyped fails with kind Conflict when the lines of a batch are not those
// that shown is the digest of.
func StillTyped(tx *store.Tx, n int64, shown string) error {
	b, err := openBatch(tx, n)
	if err != nil {
		return err
	}
	return store.Unchanged(shown, b.Lines())
}
