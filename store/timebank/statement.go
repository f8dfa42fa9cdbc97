package timebank

import (
	"fmt"
	"time"

	"copi.local/store"
)

// Statement is what moved on an account in a stretch of time: Opening and all
// its lines together are Closing.
type Statement struct {
	Account Account
	From    time.Time // with it
	Until   time.Time // without it
	Opening int64     // minutes
	Lines   []Line
	Closing int64
}

// Line is one movement on a statement.
type Line struct {
	Transfer
	Change  int64 // minutes, negative when the account paid
	Balance int64 // after it
	Other   Found // the account at the other end
}

// StatementOf is the statement of an account for one of its keepers, or an
// operator.
func StatementOf(tx *store.Tx, number string, from, until time.Time) (Statement, error) {
	a, err := Own(tx, number)
	if err != nil {
		return Statement{}, err
	}
	s := Statement{Account: a, From: from, Until: until}
	if s.Opening, err = store.One(tx, store.Scan[int64], sqlBalanceBefore, number, from.Unix()); err != nil {
		return s, err
	}
	list, err := store.All(tx, scanTransfer, sqlStatement, number, from.Unix(), until.Unix())
	if err != nil {
		return s, err
	}
	s.Closing = s.Opening
	others := map[string]Found{}
	for _, t := range list {
		l := Line{Transfer: t, Change: t.Side(number)}
		s.Closing += l.Change
		l.Balance = s.Closing
		if l.Other, err = other(tx, others, t.Other(number)); err != nil {
			return s, err
		}
		s.Lines = append(s.Lines, l)
	}
	return s, nil
}

// other is an account with its name, asked for once.
func other(tx *store.Tx, known map[string]Found, number string) (Found, error) {
	if f, ok := known[number]; ok {
		return f, nil
	}
	a, err := Get(tx, number)
	if err != nil {
		return Found{}, err
	}
	name, err := a.NameOf(tx)
	known[number] = Found{a, name}
	return known[number], err
}

// Figures are what everybody may know of the time bank.
type Figures struct {
	Sum       int64 // of all balances: 0
	Accounts  int   // of people and organisations, open
	Minutes   int64 // exchanged since an instant, without what was taken back
	Movements int   // the same movements
}

// FiguresOf counts; since is when the year began.
func FiguresOf(tx *store.Tx, since time.Time) (Figures, error) {
	return store.One(tx, func(r store.Row) (f Figures, err error) {
		err = r.Scan(&f.Sum, &f.Accounts, &f.Minutes, &f.Movements)
		return f, err
	}, sqlFigures, since.Unix())
}

// Verify fails when the balances are not those the movements make, or do not
// add up to 0.
func Verify(tx *store.Tx) error {
	type wrong struct {
		number      string
		has, should int64
	}
	list, err := store.All(tx, func(r store.Row) (w wrong, err error) {
		err = r.Scan(&w.number, &w.has, &w.should)
		return w, err
	}, sqlVerify)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		return fmt.Errorf("account %s has %d minutes, its movements make %d; %d accounts are wrong",
			list[0].number, list[0].has, list[0].should, len(list))
	}
	sum, err := store.One(tx, store.Scan[int64], sqlSum)
	if err == nil && sum != 0 {
		err = fmt.Errorf("all balances add up to %d minutes instead of 0", sum)
	}
	return err
}

// Audit runs Verify, and stops or allows payments accordingly. It changes
// nothing when what it finds is what it found before.
func Audit(tx *store.Tx) error {
	rules, err := RulesOf(tx)
	if err != nil {
		return err
	}
	var since any
	switch wrong := Verify(tx); {
	case (wrong != nil) == !rules.WrongAt.IsZero():
		return nil
	case wrong != nil:
		since = tx.Now.Unix()
	}
	_, err = tx.Exec(sqlSetWrong, since)
	return err
}

// Jobs are what the module does by itself.
var Jobs = []store.Job{
	{Name: "timebank requests", Every: time.Hour, Expires: true, Run: expire},
	{Name: "timebank audit", Every: 24 * time.Hour, Run: Audit},
}
