package timebank

import (
	"copi.local/store"
)

// Fault is why a line of a batch cannot be booked; its sentence is
// "timebank.slip.fault." and its name.
type Fault string

// The faults. They are looked for in this order.
const (
	NoFault        Fault = ""
	DoubledFault   Fault = "doubled"   // stands in the batch before
	UsedFault      Fault = "used"      // booked already, in another batch
	UnprintedFault Fault = "unprinted" // no coupon this box has printed
	BookletFault   Fault = "booklet"   // of somebody else's booklet
	SeriesFault    Fault = "series"    // no receipt of the gap
	PresentFault   Fault = "present"   // the movement is on the accounts
	FromFault      Fault = "from"      // no such account pays
	ToFault        Fault = "to"        // no such account is paid
	SelfFault      Fault = "self"
	ClosedFault    Fault = "closed"
	DayFault       Fault = "day"
	LineFault      Fault = "line" // no trust line, or beyond its limit
	LowFault       Fault = "low"
	HighFault      Fault = "high"
)

// judge tells of each line what would keep it from being booked, after all
// lines before it that can be.
func (b *Batch) judge(tx *store.Tx) error {
	j := &judge{tx: tx, accounts: map[string]*Account{}, seen: map[string]bool{}}
	var err error
	if j.rules, err = RulesOf(tx); err != nil {
		return err
	}
	if b.Gap != 0 {
		gap, err := FindGap(tx, b.Gap)
		if err != nil {
			return err
		}
		j.gap = &gap
	}
	for i := range b.Slips {
		if b.Slips[i].Fault, err = j.slip(&b.Slips[i]); err != nil {
			return err
		}
	}
	return nil
}

// judge holds accounts as they would stand after the lines so far.
type judge struct {
	tx       *store.Tx
	rules    Rules
	gap      *Gap // nil: coupons
	accounts map[string]*Account
	seen     map[string]bool
}

func (j *judge) slip(s *Slip) (Fault, error) {
	if f, err := j.paper(s); f != NoFault || err != nil {
		return f, err
	}
	from, err := j.account(s.From)
	if from == nil || err != nil {
		return FromFault, err
	}
	to, err := j.account(s.To)
	if to == nil || err != nil {
		return ToFault, err
	}
	if !j.dayIsFine(s) {
		return DayFault, nil
	}
	s.After = from.Balance - s.Minutes
	if f, err := j.move(from, to, s.Minutes); f != NoFault || err != nil {
		return f, err
	}
	from.Balance -= s.Minutes
	to.Balance += s.Minutes
	j.seen[s.Paper] = true
	return NoFault, nil
}

// paper judges the slip itself.
func (j *judge) paper(s *Slip) (Fault, error) {
	if j.seen[s.Paper] {
		return DoubledFault, nil
	}
	used, err := store.One(j.tx, store.Scan[int], sqlPaperUsed, s.Paper)
	if err != nil || used > 0 {
		return UsedFault, err
	}
	if j.gap != nil {
		return j.receipt(s)
	}
	c, ok := ParseCoupon(s.Paper)
	if !ok {
		return UnprintedFault, nil
	}
	known, number, err := c.printed(j.tx)
	switch {
	case err != nil || !known:
		return UnprintedFault, err
	case number != "" && number != s.From:
		return BookletFault, nil
	}
	return NoFault, nil
}

// receipt judges the receipt of a movement that may be missing. One whose number
// the box has given again, before somebody noted the gap, is missing all the
// same when it is of another movement.
func (j *judge) receipt(s *Slip) (Fault, error) {
	series, n, _ := parseReceipt(s.Paper)
	if series != j.gap.Series {
		return SeriesFault, nil
	}
	if n <= j.gap.Last {
		return PresentFault, nil
	}
	same, err := store.One(j.tx, store.Scan[int], sqlPresent, series, n, s.From, s.To, s.Minutes)
	if err != nil || same > 0 {
		return PresentFault, err
	}
	return NoFault, nil
}

// dayIsFine tells whether the help can have been on the day of the slip.
func (j *judge) dayIsFine(s *Slip) bool {
	p := Payment{On: s.On}
	return p.CheckWords(j.tx.Now) == nil
}

// move judges the movement by the rules of the box.
func (j *judge) move(from, to *Account, minutes int64) (Fault, error) {
	if err := across(j.tx, from, to, minutes); store.KindOf(err) == store.Conflict {
		return LineFault, nil
	} else if err != nil {
		return NoFault, err
	}
	_, bad := j.rules.Judge(from, to, minutes)
	switch {
	case bad == nil:
		return NoFault, nil
	case from.Number == to.Number:
		return SelfFault, nil
	case from.Closed() || to.Closed():
		return ClosedFault, nil
	case bad.Field == "to":
		return HighFault, nil
	default:
		return LowFault, nil
	}
}

// account is an account as it would stand; nil when there is none.
func (j *judge) account(number string) (*Account, error) {
	if a, ok := j.accounts[number]; ok {
		return a, nil
	}
	a, err := Get(j.tx, number)
	if store.KindOf(err) == store.NotFound {
		return nil, nil //nolint:nilnil // no account is an answer
	}
	if err != nil {
		return nil, err
	}
	j.accounts[number] = &a
	return &a, nil
}
