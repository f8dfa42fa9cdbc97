package moderation

import "copi.local/store"

// MaxReports is the highest number of reports an operator can ask for before
// a thing is hidden for the time being.
const MaxReports = 20

// Rule is what the operator decides.
type Rule struct {
	Reports int // that hide a thing until a moderator decides; 0 to MaxReports, 0 is never
}

// RuleOf is the rule of this box.
func RuleOf(tx *store.Tx) (Rule, error) {
	return store.One(tx, func(row store.Row) (r Rule, err error) {
		err = row.Scan(&r.Reports)
		return r, err
	}, sqlRule)
}

// SetRule changes it, for an operator. What is hidden stays so until somebody
// decides.
func SetRule(tx *store.Tx, r Rule) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if r.Reports < 0 || r.Reports > MaxReports {
		return store.E(store.Invalid, "err.moderation.rule", "max", MaxReports).At("reports")
	}
	_, err := tx.Exec(sqlSetRule, r.Reports)
	return err
}
