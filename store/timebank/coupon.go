package timebank

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"copi.local/store"
)

// MaxCoupons is how many coupons are printed at once.
const MaxCoupons = 60

// Coupon is the number of a coupon: the letters of its series and a count. Its
// last digit checks the others and the letters.
type Coupon struct {
	Series string
	N      int64 // from 1
}

// String is the number as it is printed: "A 00173".
func (c Coupon) String() string { return c.Series + " " + c.digits() }

// Key is the number as it is kept: "A00173".
func (c Coupon) Key() string { return c.Series + c.digits() }

func (c Coupon) digits() string {
	digits := fmt.Sprintf("%04d", c.N)
	return digits + string(checkDigit(lettersAsDigits(c.Series)+digits))
}

// lettersAsDigits lets a check digit stand for letters too.
func lettersAsDigits(series string) string {
	b := make([]byte, 0, 2*len(series))
	for _, l := range []byte(series) {
		b = append(b, '0'+(l-'A')/10, '0'+(l-'A')%10)
	}
	return string(b)
}

// ParseCoupon reads the number of a coupon as people type it: "a 00173",
// "A-00173". ok is false for what cannot be one, such as a number with one
// digit wrong.
func ParseCoupon(s string) (c Coupon, ok bool) {
	series, digits := cutSeries(s)
	if series == "" || len(digits) < 5 || len(digits) > 12 || checkDigit(lettersAsDigits(series)+digits) != '0' {
		return Coupon{}, false
	}
	n, err := strconv.ParseInt(digits[:len(digits)-1], 10, 64)
	c = Coupon{series, n}
	return c, err == nil && n > 0 && c.Key() == series+digits
}

// parseReceipt reads the number of a receipt: "A-17", "a 17".
func parseReceipt(s string) (series string, n int64, ok bool) {
	series, digits := cutSeries(s)
	if series == "" || digits == "" || digits[0] == '0' || len(digits) > 12 {
		return "", 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return series, n, err == nil
}

// cutSeries parts letters and digits; both are empty when there is anything
// else.
func cutSeries(s string) (series, digits string) {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "-", "", ".", "").Replace(strings.ToUpper(s))
	at := strings.IndexAny(s, "0123456789")
	if at < 1 || at > maxSeries {
		return "", ""
	}
	for i := range len(s) {
		if letter := s[i] >= 'A' && s[i] <= 'Z'; letter != (i < at) || !letter && (s[i] < '0' || s[i] > '9') {
			return "", ""
		}
	}
	return s[:at], s[at:]
}

// Print is a sheet of coupons, or a booklet of a member: coupons on which the
// payer stands already.
type Print struct {
	N      int64
	Series string
	First  int64
	Count  int
	Number string // the account whose booklet it is; empty: blank coupons
	At     time.Time
	By     string // account id; empty: somebody who left
}

// Coupons are the numbers of the print.
func (p *Print) Coupons() []Coupon {
	list := make([]Coupon, p.Count)
	for i := range list {
		list[i] = Coupon{p.Series, p.First + int64(i)}
	}
	return list
}

// PrintCoupons gives count fresh numbers to coupons that are about to be
// printed: blank ones, or the booklet of an account. Only an operator may. The
// same print can be put on paper again: a number is booked once.
func PrintCoupons(tx *store.Tx, number string, count int) (Print, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Print{}, err
	}
	if count < 1 || count > MaxCoupons {
		return Print{}, store.E(store.Invalid, "err.timebank.coupons", "max", MaxCoupons).At("count")
	}
	if number != "" {
		a, err := Get(tx, number)
		if err != nil {
			return Print{}, err
		}
		if a.Closed() || !a.Limited() {
			return Print{}, store.E(store.Conflict, "err.timebank.closed", "number", number)
		}
	}
	rules, err := RulesOf(tx)
	if err != nil {
		return Print{}, err
	}
	p := Print{Series: rules.Series, Count: count, Number: number, At: tx.Now.UTC().Truncate(time.Second), By: tx.Actor.ID}
	if p.First, err = store.One(tx, store.Scan[int64], sqlNextCoupon); err != nil {
		return p, err
	}
	var whose any
	if number != "" {
		whose = number
	}
	res, err := tx.Exec(sqlPrint, p.Series, p.First, p.Count, whose, p.At.Unix(), p.By)
	if err != nil {
		return p, err
	}
	p.N, err = res.LastInsertId()
	return p, err
}

// FindPrint is one print, for an operator.
func FindPrint(tx *store.Tx, n int64) (Print, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Print{}, err
	}
	return store.One(tx, scanPrint, sqlPrintByN, n)
}

// Prints lists the latest prints, the last first, for an operator.
func Prints(tx *store.Tx, limit int) ([]Print, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	return store.All(tx, scanPrint, sqlPrints, limit)
}

// printed tells whether the box printed a coupon, and of which account's
// booklet it is; empty: a blank one. One of a series that ended with an older
// copy of the box may have been printed all the same.
func (c Coupon) printed(tx *store.Tx) (known bool, number string, err error) {
	p, err := store.One(tx, scanPrint, sqlPrintOf, c.Series, c.N)
	if err == nil {
		return true, p.Number, nil
	}
	if store.KindOf(err) != store.NotFound {
		return false, "", err
	}
	lost, err := store.One(tx, store.Scan[int], sqlCouponLost, c.Series, c.N)
	return lost > 0, "", err
}

func scanPrint(r store.Row) (p Print, err error) {
	var at int64
	err = r.Scan(&p.N, &p.Series, &p.First, &p.Count, &p.Number, &at, &p.By)
	p.At = time.Unix(at, 0).UTC()
	return p, err
}
