package directory

import (
	"time"

	"copi.local/store"
)

// Rule says when an element is to be looked at again. Nothing is ever deleted
// by it: an element that nobody looks at is greyed, later it leaves the lists,
// and one tap brings it back.
type Rule struct {
	Months        int // after which the first reminder comes
	Reminders     int
	Days          int // between two reminders; so long after the last it is greyed
	ArchiveMonths int // after it was greyed
}

// Step is what time does to an element.
type Step uint8

// The steps, in their order.
const (
	Fresh    Step = iota
	Due           // whoever answers for it is reminded
	Greyed        // shown as perhaps out of date
	Archived      // in no list; its address stays
)

// months later, on the same day of the month or on its last.
func later(t time.Time, months int) time.Time {
	y, m, d := t.Date()
	last := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, t.Location()).Day()
	hour, minute, second := t.Clock()
	return time.Date(y, m+time.Month(months), min(d, last), hour, minute, second, 0, t.Location())
}

// Due are the instants of the reminders about an element verified at an
// instant, in the zone of that instant.
func (r Rule) Due(verified time.Time) []time.Time {
	list := make([]time.Time, r.Reminders)
	first := later(verified, r.Months)
	for i := range list {
		list[i] = first.AddDate(0, 0, i*r.Days)
	}
	return list
}

// Greys is when the element is greyed.
func (r Rule) Greys(verified time.Time) time.Time {
	return later(verified, r.Months).AddDate(0, 0, r.Reminders*r.Days)
}

// Archives is when it leaves the lists.
func (r Rule) Archives(verified time.Time) time.Time {
	return later(r.Greys(verified), r.ArchiveMonths)
}

// At is how far an element verified at an instant has come by now, and how
// many reminders are due by then.
func (r Rule) At(verified, now time.Time) (Step, int) {
	n := 0
	for _, at := range r.Due(verified) {
		if !now.Before(at) {
			n++
		}
	}
	switch {
	case !now.Before(r.Archives(verified)):
		return Archived, n
	case !now.Before(r.Greys(verified)):
		return Greyed, n
	case n > 0:
		return Due, n
	default:
		return Fresh, 0
	}
}

func (r Rule) check() error {
	var bad store.Errors
	for _, f := range []struct {
		field       string
		value       int
		least, most int
	}{{"months", r.Months, 1, 60}, {"reminders", r.Reminders, 0, 12}, {"days", r.Days, 1, 90}, {"archive_months", r.ArchiveMonths, 1, 60}} {
		if f.value < f.least || f.value > f.most {
			bad.Add(store.E(store.Invalid, "err.directory.rule", "min", f.least, "max", f.most).At(f.field))
		}
	}
	return bad.OrNil()
}

// RuleOf is the rule of this box.
func RuleOf(tx *store.Tx) (Rule, error) {
	return store.One(tx, func(row store.Row) (r Rule, err error) {
		err = row.Scan(&r.Months, &r.Reminders, &r.Days, &r.ArchiveMonths)
		return r, err
	}, sqlRule)
}

// SetRule changes it. What is archived stays so until somebody verifies it.
func SetRule(tx *store.Tx, r Rule) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	_, err := tx.Exec(sqlSetRule, r.Months, r.Reminders, r.Days, r.ArchiveMonths)
	return err
}
