package ads

import (
	"time"

	"copi.local/store"
)

// Rule is what the operator decides about all ads.
type Rule struct {
	Days     int // an ad stands for: 7 to 365
	Renewals int // without a change of its words: 0 to 52
}

const (
	// warnBefore is how long before its end an ad's author is told.
	warnBefore = 3 * 24 * time.Hour
	// renewFrom is how long before its end an ad can be prolonged: sooner it
	// would gain nothing.
	renewFrom = 7 * 24 * time.Hour
	// kept is how long an ad that ended is kept for who may put it back.
	keptMonths = 12
)

func (r Rule) check() error {
	var bad store.Errors
	for _, f := range []struct {
		field       string
		value       int
		least, most int
	}{{"days", r.Days, 7, 365}, {"renewals", r.Renewals, 0, 52}} {
		if f.value < f.least || f.value > f.most {
			bad.Add(store.E(store.Invalid, "err.ads.rule", "min", f.least, "max", f.most).At(f.field))
		}
	}
	return bad.OrNil()
}

// RuleOf is the rule of this box.
func RuleOf(tx *store.Tx) (Rule, error) {
	return store.One(tx, func(row store.Row) (r Rule, err error) {
		err = row.Scan(&r.Days, &r.Renewals)
		return r, err
	}, sqlRule)
}

// SetRule changes it, for an operator. Ads that stand keep their day.
func SetRule(tx *store.Tx, r Rule) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	_, err := tx.Exec(sqlSetRule, r.Days, r.Renewals)
	return err
}

// until is the end of an ad that begins, or begins again, now.
func until(tx *store.Tx) (time.Time, error) {
	r, err := RuleOf(tx)
	return tx.Now.AddDate(0, 0, r.Days), err
}
