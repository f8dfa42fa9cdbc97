package timebank

import (
	"crypto/sha256"
	"time"

	"copi.local/store"
)

// maxSeries is how many letters a series of receipts has at most.
const maxSeries = 3

// Gap is what an older copy of the box lacks (TB-11): the movements after its
// last one, of a series that ended with it. They are on paper receipts only,
// until somebody takes them in again.
type Gap struct {
	N       int64
	Series  string    // of the receipts that may be missing
	Last    int64     // the last movement that is not missing; 0: there was none
	Coupon  int64     // the last coupon the copy knows
	TakenAt time.Time // the copy
	NotedAt time.Time
	NotedBy string    // account id; empty: the box, or somebody who left
	DoneAt  time.Time // zero: it is open
	DoneBy  string

	Again   int   // movements taken in again
	Minutes int64 // of them
}

// Open tells whether movements may still be missing.
func (g *Gap) Open() bool { return g.DoneAt.IsZero() }

// First is the first receipt that may be missing: "A-18".
func (g *Gap) First() string { return receipt(g.Series, g.Last+1) }

// Restored notes that the box is an older copy, taken at an instant: what moved
// after it is missing. Receipts and coupons get new letters, so that no number
// is given twice; who keeps an account is told. The box may say so, or an
// operator.
func Restored(tx *store.Tx, taken time.Time) (Gap, error) {
	if tx.Actor != (store.Actor{}) {
		if err := tx.Actor.Need(store.Operator); err != nil {
			return Gap{}, err
		}
	}
	if taken.IsZero() || taken.After(tx.Now) {
		return Gap{}, store.E(store.Invalid, "err.timebank.taken").At("taken")
	}
	rules, err := RulesOf(tx)
	if err != nil {
		return Gap{}, err
	}
	g := Gap{Series: rules.Series, TakenAt: taken.UTC().Truncate(time.Second), NotedAt: tx.Now.UTC().Truncate(time.Second), NotedBy: tx.Actor.ID}
	if g.Last, err = store.One(tx, store.Scan[int64], sqlLastBefore, taken.Unix()); err != nil {
		return g, err
	}
	if g.Coupon, err = store.One(tx, store.Scan[int64], sqlLastCouponBefore, taken.Unix()); err != nil {
		return g, err
	}
	res, err := tx.Exec(sqlNoteGap, g.Series, g.Last, g.Coupon, g.TakenAt.Unix(), g.NotedAt.Unix(), g.NotedBy)
	if err != nil {
		return g, err
	}
	if g.N, err = res.LastInsertId(); err != nil {
		return g, err
	}
	if _, err = tx.Exec(sqlSetSeries, freshSeries(tx, rules.Series)); err != nil {
		return g, err
	}
	return g, g.tell(tx)
}

// freshSeries are letters for receipts that follow a gap. They are drawn, not
// counted: the copy cannot know which letters followed it the last time it was
// put back. Two that look alike, I and O, are left out.
func freshSeries(tx *store.Tx, was string) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	for {
		drawn := sha256.Sum256([]byte(tx.NewID() + was))
		series := make([]byte, maxSeries)
		for i := range series {
			series[i] = letters[int(drawn[i])%len(letters)]
		}
		if string(series) != was {
			return string(series)
		}
	}
}

// tell lets everybody who keeps an account know that their receipts are needed.
func (g *Gap) tell(tx *store.Tx) error {
	accounts, err := store.All(tx, scanAccount, sqlOpenAccounts)
	if err != nil {
		return err
	}
	for i := range accounts {
		if err := accounts[i].tellKeepers(tx, store.Ref{Module: Module, ID: accounts[i].Number}, "notify.timebank_gap"); err != nil {
			return err
		}
	}
	return nil
}

// OpenGaps lists what may be missing still, the latest first; anybody may know,
// so that nobody takes a balance for whole that is not.
func OpenGaps(tx *store.Tx) ([]Gap, error) { return store.All(tx, scanGap, sqlOpenGaps) }

// Gaps lists all there ever were, the latest first, for an operator.
func Gaps(tx *store.Tx) ([]Gap, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	return store.All(tx, scanGap, sqlGaps)
}

// FindGap is one of them, for an operator.
func FindGap(tx *store.Tx, n int64) (Gap, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Gap{}, err
	}
	return store.One(tx, scanGap, sqlGap, n)
}

// maxMissing is how many receipts are named at most.
const maxMissing = 60

// Missing names the receipts that are known to be missing: movements are
// counted without a hole, so one that was taken in again tells of all before
// it. Others after the last may be missing too. more is how many are not named.
func (g *Gap) Missing(tx *store.Tx) (receipts []string, more int, err error) {
	first, err := store.One(tx, store.Scan[int64], sqlLastOfSeries, g.Series, g.Last)
	if err != nil {
		return nil, 0, err
	}
	papers, err := store.All(tx, store.Scan[string], sqlAgain, g.N)
	if err != nil {
		return nil, 0, err
	}
	there, last := map[int64]bool{}, first
	for _, paper := range papers {
		_, n, _ := parseReceipt(paper)
		there[n] = true
		last = max(last, n)
	}
	for n := first + 1; n < last; n++ {
		switch {
		case there[n]:
		case len(receipts) < maxMissing:
			receipts = append(receipts, receipt(g.Series, n))
		default:
			more++
		}
	}
	return receipts, more, nil
}

// CloseGap says that all receipts anybody brought are in again.
func CloseGap(tx *store.Tx, n int64) error {
	g, err := FindGap(tx, n)
	if err != nil {
		return err
	}
	if !g.Open() {
		return store.E(store.Conflict, "err.timebank.gap_done")
	}
	_, err = tx.Exec(sqlCloseGap, tx.Now.Unix(), tx.Actor.ID, n)
	return err
}

func scanGap(r store.Row) (g Gap, err error) {
	var taken, noted, done int64
	err = r.Scan(&g.N, &g.Series, &g.Last, &g.Coupon, &taken, &noted, &g.NotedBy, &done, &g.DoneBy, &g.Again, &g.Minutes)
	g.TakenAt, g.NotedAt = time.Unix(taken, 0).UTC(), time.Unix(noted, 0).UTC()
	if done > 0 {
		g.DoneAt = time.Unix(done, 0).UTC()
	}
	return g, err
}
