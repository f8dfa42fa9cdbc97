package mutualaid

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// The list of isolated persons (EN-7): whom the village looks after in a heat
// wave or a flood. A secretary adds people to it and never reads it back; two
// referents, named by an operator, open it each with a phrase of their own and
// print it. The box holds nothing of a person but sealed bytes, a number and
// two days. It is no card, and nothing of it leaves the box in clear, in a
// backup neither.

// How long consent holds, when the box begins to remind of it, and how long it
// keeps what nobody renewed.
const (
	consentMonths = 12
	warnDays      = 30
	graceDays     = 90
)

// Limits of what is written about a person, in characters.
const (
	maxIsolatedLine = 120
	maxIsolatedText = 1000
)

// seats are how many read the list.
const seats = 2

// WatchRef is what notices about the list point at.
var WatchRef = store.Ref{Module: Module, ID: "veille"}

// Referent is one of the two who may open the list.
type Referent struct {
	Seat    int // 1 or 2
	Account string
	Name    string // as others read it; empty when the account is gone
	Ready   bool   // has chosen a phrase
	NamedAt time.Time

	public []byte
	closed string
}

// Isolated is what the list says of a person. It exists in memory only, and on
// paper.
type Isolated struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Phone   string `json:"phone"`
	Trusted string `json:"trusted"` // whom to tell, and how
	Needs   string `json:"needs"`
}

// Entry is what the box itself knows of a person on the list.
type Entry struct {
	ID      string
	Number  string        // on the paper the person keeps
	Consent calendar.Wall // the day they agreed
	Until   calendar.Wall // the day they are to be asked again
	Lost    bool          // neither referent has it: it must be taken down again
}

// Due tells that the person is to be asked again.
func (e *Entry) Due(now time.Time) bool { return !dayOf(now).Before(e.Until.AddDays(-warnDays)) }

// Gone is the day the entry is deleted when nobody renews it.
func (e *Entry) Gone() calendar.Wall { return e.Until.AddDays(graceDays) }

// dayOf is the day in the village, at midnight on the wall.
func dayOf(t time.Time) calendar.Wall {
	zone, err := calendar.Location(Paris)
	if err != nil {
		zone = time.UTC
	}
	return calendar.WallOf(t.In(zone)).Midnight()
}

// Check tells what is wrong with what is written of a person.
func (p *Isolated) Check() error {
	var bad store.Errors
	for _, f := range []struct {
		name, text string
		needed     bool
		most       int
	}{
		{"name", p.Name, true, maxIsolatedLine},
		{"address", p.Address, true, maxIsolatedLine},
		{"phone", p.Phone, false, maxIsolatedLine},
		{"trusted", p.Trusted, false, maxIsolatedLine},
		{"needs", p.Needs, false, maxIsolatedText},
	} {
		if f.needed && strings.TrimSpace(f.text) == "" {
			bad.Add(store.E(store.Invalid, "err.isolated.empty").At(f.name))
		}
		bad.Add(listing.CheckText(f.name, f.text, f.most))
	}
	return bad.OrNil()
}

// Referents lists who may open the list, for operators and for themselves.
func Referents(tx *store.Tx) ([]Referent, error) {
	list, err := store.All(tx, scanReferent, sqlReferents)
	if err != nil {
		return nil, err
	}
	mine := false
	for i := range list {
		mine = mine || list[i].Account == tx.Actor.ID && tx.Actor.ID != ""
		if list[i].Name, err = account.ShownName(tx, list[i].Account); err != nil {
			return nil, err
		}
	}
	if !mine {
		return list, tx.Actor.Need(store.Operator)
	}
	return list, nil
}

// referent is the acting account's seat; it fails with kind Forbidden for
// anybody else, operators too.
func referent(tx *store.Tx) (Referent, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Referent{}, err
	}
	r, err := store.One(tx, scanReferent, sqlReferentOf, tx.Actor.ID)
	if store.KindOf(err) == store.NotFound {
		return r, store.E(store.Forbidden, "err.forbidden")
	}
	return r, err
}

// NameReferent gives a seat to an account, on behalf of an operator; the public
// log says so. What was sealed for who had the seat is gone; it is sealed for
// the new one when the other referent next opens the list, and so it is refused
// (kind Conflict) while the other could not read all of it.
func NameReferent(tx *store.Tx, seat int, accountID string) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if seat < 1 || seat > seats {
		return store.E(store.Invalid, "err.isolated.seat")
	}
	if _, err := account.ByID(tx, accountID); err != nil {
		return store.E(store.Invalid, "err.isolated.nobody").At("login")
	}
	if taken, err := store.One(tx, scanReferent, sqlReferentOf, accountID); err == nil {
		if taken.Seat == seat {
			return nil
		}
		return store.E(store.Invalid, "err.isolated.both").At("login")
	} else if store.KindOf(err) != store.NotFound {
		return err
	}
	if err := otherReadsAll(tx, seat); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlVacate, seat); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlNameReferent, seat, accountID, tx.Now.Unix()); err != nil {
		return err
	}
	if err := notify.Tell(tx, accountID, WatchRef, "notify.isolated_named"); err != nil {
		return err
	}
	return changedReader(tx, seat, account.ActIsolatedReferent)
}

// changedReader tells the public log and the referent in the other seat that
// somebody else, or another key, reads the list once it is next opened: nobody
// is seated behind their back.
func changedReader(tx *store.Tx, seat int, act account.Act) error {
	list, err := store.All(tx, scanReferent, sqlReferents)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Seat == seat {
			continue
		}
		if err := notify.Tell(tx, r.Account, WatchRef, "notify.isolated_other"); err != nil {
			return err
		}
	}
	return account.Log(tx, act)
}

// otherReadsAll refuses to empty a seat while something is sealed for it alone.
func otherReadsAll(tx *store.Tx, seat int) error {
	only, err := store.One(tx, store.Scan[int], sqlOnlyFor, seat, seat)
	if err == nil && only > 0 {
		return store.E(store.Conflict, "err.isolated.last_reader", "n", only)
	}
	return err
}

// Keys are what a referent's phrase stands for: see NewKeys.
type Keys struct {
	Public []byte
	Closed string // the private key, as account.Desk.Close sealed it
}

// MyKeys is the sealed private key of the acting referent; empty before they
// chose a phrase.
func MyKeys(tx *store.Tx) (closed string, err error) {
	r, err := referent(tx)
	return r.closed, err
}

// SetKeys gives the acting referent a pair of keys. In the place of another
// pair it is refused as NameReferent is: what was sealed for that is gone.
func SetKeys(tx *store.Tx, k Keys) error {
	r, err := referent(tx)
	if err != nil {
		return err
	}
	if r.Ready {
		if err := otherReadsAll(tx, r.Seat); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlDropSealed, r.Seat); err != nil {
			return err
		}
	}
	if _, err = tx.Exec(sqlSetKeys, k.Public, k.Closed, r.Seat); err != nil || !r.Ready {
		return err
	}
	return changedReader(tx, r.Seat, account.ActIsolatedKey)
}

// Rephrase stores the private key of the acting referent under another phrase.
func Rephrase(tx *store.Tx, was, closed string) error {
	r, err := referent(tx)
	if err != nil {
		return err
	}
	if r.closed != was {
		return store.E(store.Conflict, "err.isolated.changed")
	}
	_, err = tx.Exec(sqlSetKeys, r.public, closed, r.Seat)
	return err
}

// AddIsolated seals what is written of a person for both referents, on behalf
// of an operator, who cannot read it back. The person agreed today.
func AddIsolated(tx *store.Tx, p Isolated) (Entry, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Entry{}, err
	}
	if err := p.Check(); err != nil {
		return Entry{}, err
	}
	readers, err := store.All(tx, scanReferent, sqlReferents)
	if err != nil {
		return Entry{}, err
	}
	if len(readers) < seats || !readers[0].Ready || !readers[1].Ready {
		return Entry{}, store.E(store.Conflict, "err.isolated.no_readers")
	}
	e := Entry{ID: tx.NewID(), Consent: dayOf(tx.Now)}
	e.Until = yearAfter(e.Consent)
	e.Number = strings.ToUpper(e.ID[:4])
	_, err = tx.Exec(sqlInsertIsolated, e.ID, e.Number, e.Consent.Date(), e.Until.Date())
	if store.IsUnique(err) { // one number in a million
		return Entry{}, store.E(store.Busy, "err.busy").Because(err)
	}
	if err != nil {
		return Entry{}, err
	}
	for i := range readers {
		if err := readers[i].seal(tx, e.ID, &p); err != nil {
			return Entry{}, err
		}
	}
	return e, nil
}

func yearAfter(day calendar.Wall) calendar.Wall {
	return calendar.WallOf(time.Date(day.Year, day.Month+consentMonths, day.Day, 0, 0, 0, 0, time.UTC))
}

// Entries lists what the box knows of the persons on the list, those to be
// asked again first, for operators and referents.
func Entries(tx *store.Tx) ([]Entry, error) {
	if _, err := referent(tx); err != nil {
		if err := tx.Actor.Need(store.Operator); err != nil {
			return nil, err
		}
	}
	return store.All(tx, scanEntry, sqlEntries)
}

// RenewIsolated notes that a person agreed again, today.
func RenewIsolated(tx *store.Tx, id string) error {
	if _, err := Entries(tx); err != nil {
		return err
	}
	today := dayOf(tx.Now)
	return onEntry(tx, sqlRenew, today.Date(), yearAfter(today).Date(), id)
}

// onEntry runs a statement on one entry; it fails with kind NotFound when there
// is none.
func onEntry(tx *store.Tx, statement string, args ...any) error {
	done, err := tx.Exec(statement, args...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return store.E(store.NotFound, "err.not_found")
}

// RemoveIsolated takes a person off the list, as they wish, at once.
func RemoveIsolated(tx *store.Tx, id string) error {
	if _, err := Entries(tx); err != nil {
		return err
	}
	return onEntry(tx, sqlRemoveIsolated, id)
}
