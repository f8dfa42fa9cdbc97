package timebank

import (
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// oldest is how long ago a help can have been that is paid for.
const oldest = 2 * 365 * 24 * time.Hour

// Pay books a payment of the acting person, from an account they keep.
func Pay(tx *store.Tx, p Payment) (Transfer, error) {
	from, err := kept(tx, p.From)
	if err != nil {
		return Transfer{}, err
	}
	return pay(tx, &from, p, Paid, "notify.timebank_received")
}

// Enter books a payment made on paper, which an operator types in.
func Enter(tx *store.Tx, p Payment) (Transfer, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Transfer{}, err
	}
	from, err := Get(tx, p.From)
	if err != nil {
		return Transfer{}, noAccount(err, "from")
	}
	t, err := pay(tx, &from, p, Paper, "notify.timebank_received")
	if err != nil {
		return t, err
	}
	return t, from.tellKeepers(tx, t.Ref(), "notify.timebank_paper")
}

// pay books p, whose payer is known, unless it is booked already, and tells the
// receiver.
func pay(tx *store.Tx, from *Account, p Payment, way Way, key string) (Transfer, error) {
	if p.ID != "" {
		if err := p.checkID(); err != nil {
			return Transfer{}, err
		}
		if t, err := known(tx, &p); store.KindOf(err) != store.NotFound {
			return t, err
		}
	}
	to, err := Get(tx, p.To)
	if err != nil {
		return Transfer{}, noAccount(err, "to")
	}
	t := Transfer{Payment: p, Way: way, EnteredBy: tx.Actor.ID}
	if err := t.book(tx, from, &to); err != nil {
		return t, err
	}
	return t, to.tellKeepers(tx, t.Ref(), key)
}

// checkID wants an id that a box made: it becomes an address, and stays for
// ever.
func (p *Payment) checkID() error {
	_, err := store.ParseID(p.ID)
	return err
}

// known is the movement that was booked when the same payment came before. An
// id of another payment is refused.
func known(tx *store.Tx, p *Payment) (Transfer, error) {
	t, err := byID(tx, p.ID)
	if err == nil && (t.From != p.From || t.To != p.To || t.Minutes != p.Minutes || t.EnteredBy != tx.Actor.ID) {
		err = store.E(store.Conflict, "err.timebank.twice")
	}
	return t, err
}

// noAccount makes a fault of a form of an account that is not there.
func noAccount(err error, field string) error {
	if store.KindOf(err) == store.NotFound {
		return store.E(store.Invalid, "err.timebank.no_account").At(field)
	}
	return err
}

// CheckWords tells what is wrong with what a payment is for.
func (p *Payment) CheckWords(now time.Time) error {
	var bad store.Errors
	bad.Add(listing.CheckText("text", p.Text, MaxText))
	if !p.On.IsZero() {
		on := p.On.Midnight()
		at := time.Date(on.Year, on.Month, on.Day, 0, 0, 0, 0, time.UTC)
		if at.After(now.Add(24*time.Hour)) || now.Sub(at) > oldest {
			bad.Add(store.E(store.Invalid, "err.timebank.day").At("day"))
		}
	}
	return bad.OrNil()
}

// book writes the movement, after all rules, and brings both accounts up to
// date.
func (t *Transfer) book(tx *store.Tx, from, to *Account) error {
	if err := t.CheckWords(tx.Now); err != nil {
		return err
	}
	rules, err := RulesOf(tx)
	if err != nil {
		return err
	}
	if !rules.WrongAt.IsZero() {
		return store.E(store.Conflict, "err.timebank.wrong")
	}
	if err := across(tx, from, to, t.Minutes); err != nil {
		return err
	}
	judge := rules.Judge
	if t.Way == Reversed {
		judge = rules.judge
	}
	over, bad := judge(from, to, t.Minutes)
	if bad != nil {
		return bad
	}
	t.Over, t.Series = over, rules.Series
	return t.insert(tx, from, to)
}

func (t *Transfer) insert(tx *store.Tx, from, to *Account) error {
	if t.ID == "" {
		t.ID = tx.NewID()
	}
	day, reverses := "", any(nil)
	if !t.On.IsZero() {
		t.On = t.On.Midnight()
		day = t.On.Date()
	}
	if t.Reverses != "" {
		reverses = t.Reverses
	}
	t.At = tx.Now.UTC().Truncate(time.Second)
	res, err := tx.Exec(sqlBook, t.ID, t.Series, t.Way, t.From, t.To, t.Minutes, t.Text, t.About.Module, t.About.ID, day,
		t.At.Unix(), t.EnteredBy, reverses, t.Over)
	if err != nil {
		return err
	}
	from.Balance -= t.Minutes
	to.Balance += t.Minutes
	t.N, err = res.LastInsertId()
	return err
}

// Receipt is the number of the movement on paper: "A-17".
func (t *Transfer) Receipt() string { return receipt(t.Series, t.N) }

func receipt(series string, n int64) string { return series + "-" + strconv.FormatInt(n, 10) }

// FindTransfer is one movement, for who keeps an account at either end, and for
// operators. Others learn nothing.
func FindTransfer(tx *store.Tx, id string) (Transfer, error) {
	t, err := byID(tx, id)
	if err != nil || tx.Actor.Can(store.Operator) {
		return t, err
	}
	for _, number := range []string{t.From, t.To} {
		a, err := Get(tx, number)
		if err != nil {
			return t, err
		}
		if keeps, err := a.Keeps(tx); err != nil || keeps {
			return t, err
		}
	}
	return Transfer{}, store.E(store.NotFound, "err.not_found")
}

// By is the name of who entered the movement; empty: the box, or somebody who
// left.
func (t *Transfer) By(tx *store.Tx) (string, error) { return account.ShownName(tx, t.EnteredBy) }

func byID(tx *store.Tx, id string) (Transfer, error) {
	return store.One(tx, scanTransfer, sqlTransfer, id)
}

func scanTransfer(r store.Row) (t Transfer, err error) {
	var day string
	var at int64
	err = r.Scan(&t.N, &t.ID, &t.Series, &t.Way, &t.From, &t.To, &t.Minutes, &t.Text, &t.About.Module, &t.About.ID, &day,
		&at, &t.EnteredBy, &t.Reverses, &t.ReversedBy, &t.Over)
	t.At = time.Unix(at, 0).UTC()
	if err == nil && day != "" {
		t.On, err = calendar.ParseWall(day + "T00:00")
	}
	return t, err
}
