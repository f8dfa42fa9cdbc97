package timebank

import (
	"strconv"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
)

// MaxSlips is how many slips of paper a batch has at most.
const MaxSlips = 40

// BatchState is where a batch stands.
type BatchState string

// The states. Nothing of a batch is on the accounts before it is booked.
const (
	BatchTyped   BatchState = "typed"   // waits for its second look
	BatchChecked BatchState = "checked" // was looked at twice
	BatchBooked  BatchState = "booked"
	BatchDropped BatchState = "dropped" // nothing of it was booked
)

// Second is how a batch was looked at a second time.
type Second string

// The ways: another operator typed it again, or somebody compared it with the
// paper line by line.
const (
	Unchecked Second = ""
	Again     Second = "again"
	ByLines   Second = "lines"
)

// Batch is paper typed in together: coupons, or receipts of movements that an
// older copy of the box lacks.
type Batch struct {
	N         int64
	Gap       int64 // of receipts; 0: coupons
	State     BatchState
	Checked   Second
	TypedAt   time.Time
	TypedBy   string // account id; empty: somebody who left; so below
	CheckedBy string
	EndedAt   time.Time // booked or dropped; zero before
	EndedBy   string

	Slips []Slip // nil in lists
	Count int    // of the slips
	Total int64  // minutes of all slips
}

// Open tells whether the batch can still be changed.
func (b *Batch) Open() bool { return b.State == BatchTyped || b.State == BatchChecked }

// Slip is one slip of paper as it was typed.
type Slip struct {
	Paper    string // number of the coupon ("A00173") or of the receipt ("A-18")
	From, To string // numbers of accounts
	Minutes  int64
	On       calendar.Wall // the day of the help
	Fault    Fault         // why it cannot be booked, or was not
	Transfer string        // id of its movement, once it is booked
	Receipt  string        // of it
	After    int64         // what the payer would have, for LowFault
}

// TypeBatch keeps what an operator typed from paper, to be looked at again. gap
// is that of receipts, 0 for coupons. total is what the slips make together, as
// counted by hand; it must be what the lines make.
func TypeBatch(tx *store.Tx, gap int64, slips []Slip, total int64) (Batch, error) {
	if err := checkTyped(tx, gap, slips, total); err != nil {
		return Batch{}, err
	}
	var of any
	if gap != 0 {
		of = gap
	}
	res, err := tx.Exec(sqlTypeBatch, of, tx.Now.Unix(), tx.Actor.ID)
	if err != nil {
		return Batch{}, err
	}
	n, err := res.LastInsertId()
	if err != nil {
		return Batch{}, err
	}
	if err := writeSlips(tx, n, slips); err != nil {
		return Batch{}, err
	}
	return FindBatch(tx, n)
}

// RetypeBatch replaces the lines of a batch nothing of which is booked. It has
// to be looked at again.
func RetypeBatch(tx *store.Tx, n int64, slips []Slip, total int64) error {
	b, err := openBatch(tx, n)
	if err != nil {
		return err
	}
	if err := checkTyped(tx, b.Gap, slips, total); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDropSlips, n); err != nil {
		return err
	}
	if err := writeSlips(tx, n, slips); err != nil {
		return err
	}
	_, err = tx.Exec(sqlRetypeBatch, tx.Now.Unix(), tx.Actor.ID, n)
	return err
}

// stillMissing refuses what is typed in for a gap that somebody closed; gap is
// 0 for paper of every day.
func stillMissing(tx *store.Tx, gap int64) error {
	if gap == 0 {
		return nil
	}
	g, err := FindGap(tx, gap)
	if err == nil && !g.Open() {
		err = store.E(store.Conflict, "err.timebank.gap_done")
	}
	return err
}

// checkTyped tells what is wrong with lines as they were typed, before anybody
// looks at accounts.
func checkTyped(tx *store.Tx, gap int64, slips []Slip, total int64) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if err := stillMissing(tx, gap); err != nil {
		return err
	}
	if len(slips) == 0 || len(slips) > MaxSlips {
		return store.E(store.Invalid, "err.timebank.slips", "max", MaxSlips).At(SlipField(0, "paper"))
	}
	var bad store.Errors
	sum := int64(0)
	for i := range slips {
		slips[i].tidy(gap != 0, i, &bad)
		sum += slips[i].Minutes
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	if sum != total {
		return store.E(store.Invalid, "err.timebank.total", "lines", Minutes(sum), "total", Minutes(total)).At("total")
	}
	return nil
}

// SlipField names the field of the ith line of a batch, from 0, in a form.
func SlipField(i int, field string) string { return "slip_" + strconv.Itoa(i) + "_" + field }

// tidy brings the numbers of a line into the form they are kept in.
func (s *Slip) tidy(receipts bool, i int, bad *store.Errors) {
	at := func(field, key string) { bad.Add(store.E(store.Invalid, key).At(SlipField(i, field))) }
	switch c, ok := ParseCoupon(s.Paper); {
	case receipts:
		series, n, ok := parseReceipt(s.Paper)
		if !ok {
			at("paper", "err.timebank.receipt_number")
		}
		s.Paper = receipt(series, n)
	case ok:
		s.Paper = c.Key()
	default:
		at("paper", "err.timebank.coupon_number")
	}
	for _, end := range []struct {
		field  string
		number *string
	}{{"from", &s.From}, {"to", &s.To}} {
		number, ok := ParseNumber(*end.number)
		if !ok {
			at(end.field, "err.timebank.account_number")
			continue
		}
		*end.number = number
	}
	if s.Minutes <= 0 || s.Minutes > MaxMinutes {
		at("minutes", "err.timebank.minutes")
	}
	if s.On.IsZero() {
		at("day", "err.timebank.slip_day")
	}
}

func writeSlips(tx *store.Tx, n int64, slips []Slip) error {
	for i, s := range slips {
		if _, err := tx.Exec(sqlWriteSlip, n, i+1, s.Paper, s.From, s.To, s.Minutes, s.On.Midnight().Date()); err != nil {
			return err
		}
	}
	return nil
}

// FindBatch is one batch with its lines, for an operator. While it is open,
// each line says what would keep it from being booked now.
func FindBatch(tx *store.Tx, n int64) (Batch, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Batch{}, err
	}
	b, err := store.One(tx, scanBatch, sqlBatch, n)
	if err != nil {
		return b, err
	}
	if b.Slips, err = store.All(tx, scanSlip, sqlSlips, n); err != nil || !b.Open() {
		return b, err
	}
	return b, b.judge(tx)
}

// Batches lists the latest batches, the last first, for an operator.
func Batches(tx *store.Tx, limit int) ([]Batch, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	return store.All(tx, scanBatch, sqlBatches, limit)
}

// openBatch is a batch nothing of which is booked or dropped.
func openBatch(tx *store.Tx, n int64) (Batch, error) {
	b, err := FindBatch(tx, n)
	if err == nil && !b.Open() {
		err = store.E(store.Conflict, "err.timebank.batch_ended")
	}
	return b, err
}

// Valid counts the lines that can be booked.
func (b *Batch) Valid() (n int) {
	for i := range b.Slips {
		if b.Slips[i].Fault == NoFault {
			n++
		}
	}
	return n
}

// BookBatch books a batch that was looked at twice, in the transaction of tx:
// all of it or nothing. With whole, nothing is booked unless every line can be;
// without, the lines that can be are. valid is how many lines could be when
// the operator said so: when it is another number now, nothing is booked.
func BookBatch(tx *store.Tx, n int64, whole bool, valid int) error {
	b, err := openBatch(tx, n)
	if err != nil {
		return err
	}
	switch {
	case b.State != BatchChecked:
		return store.E(store.Conflict, "err.timebank.batch_unchecked")
	case b.Valid() == 0:
		return store.E(store.Conflict, "err.timebank.batch_none")
	case b.Valid() != valid:
		return store.E(store.Conflict, "err.timebank.batch_changed")
	case whole && valid < len(b.Slips):
		return store.E(store.Conflict, "err.timebank.batch_faulty")
	}
	if err := stillMissing(tx, b.Gap); err != nil {
		return err
	}
	for i := range b.Slips {
		if err := b.Slips[i].book(tx, n, i+1); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlEndBatch, BatchBooked, tx.Now.Unix(), tx.Actor.ID, n)
	return err
}

// book enters a line that can be, and writes down why another one was not.
func (s *Slip) book(tx *store.Tx, n int64, place int) error {
	if s.Fault != NoFault {
		_, err := tx.Exec(sqlSlipFault, s.Fault, n, place)
		return err
	}
	t, err := Enter(tx, Payment{From: s.From, To: s.To, Minutes: s.Minutes, On: s.On, Text: s.PaperNumber()})
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlSlipBooked, t.N, n, place)
	return err
}

// DropBatch ends a batch of which nothing is to be booked. Its number and its
// lines stay, to be read.
func DropBatch(tx *store.Tx, n int64) error {
	b, err := openBatch(tx, n)
	if err != nil {
		return err
	}
	for i := range b.Slips {
		if _, err := tx.Exec(sqlSlipFault, b.Slips[i].Fault, n, i+1); err != nil {
			return err
		}
	}
	_, err = tx.Exec(sqlEndBatch, BatchDropped, tx.Now.Unix(), tx.Actor.ID, n)
	return err
}

func scanBatch(r store.Row) (b Batch, err error) {
	var typed, ended int64
	err = r.Scan(&b.N, &b.Gap, &b.State, &b.Checked, &typed, &b.TypedBy, &b.CheckedBy, &ended, &b.EndedBy, &b.Count, &b.Total)
	b.TypedAt = time.Unix(typed, 0).UTC()
	if ended > 0 {
		b.EndedAt = time.Unix(ended, 0).UTC()
	}
	return b, err
}

func scanSlip(r store.Row) (s Slip, err error) {
	var day, series string
	var n int64
	if err = r.Scan(&s.Paper, &s.From, &s.To, &s.Minutes, &day, &s.Fault, &s.Transfer, &series, &n); err != nil {
		return s, err
	}
	if s.Transfer != "" {
		s.Receipt = receipt(series, n)
	}
	s.On, err = calendar.ParseWall(day + "T00:00")
	return s, err
}

// PaperNumber is the number of a slip as it is printed: "A 00173", "A-18".
func (s *Slip) PaperNumber() string {
	if c, ok := ParseCoupon(s.Paper); ok && !strings.Contains(s.Paper, "-") {
		return c.String()
	}
	return s.Paper
}
