package timebank

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// Open opens the account of the acting person, who has accepted the rules of
// the box.
func Open(tx *store.Tx) (Account, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Account{}, err
	}
	if a, has, err := OfPerson(tx, tx.Actor.ID); err != nil || has {
		return a, err
	}
	if err := account.NotForMinors(tx); err != nil {
		return Account{}, err
	}
	return open(tx, Account{Kind: Person, AccountID: tx.Actor.ID})
}

// OpenFor opens the account of an organisation the acting person administers.
func OpenFor(tx *store.Tx, element string) (Account, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Account{}, err
	}
	admin, err := directory.IsAdmin(tx, element, tx.Actor.ID)
	if err != nil {
		return Account{}, err
	}
	if !admin {
		return Account{}, store.E(store.Forbidden, "err.forbidden")
	}
	if a, has, err := OfElement(tx, element); err != nil || has {
		return a, err
	}
	e, err := directory.Own(tx, element)
	if err != nil {
		return Account{}, err
	}
	return open(tx, Account{Kind: Element, ElementID: element, Name: e.Name})
}

// OpenFrontier opens the account that stands for a neighbouring box, whose
// name is given; only an operator may.
func OpenFrontier(tx *store.Tx, name string) (Account, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Account{}, err
	}
	return open(tx, Account{Kind: Frontier, Name: name})
}

func open(tx *store.Tx, a Account) (Account, error) {
	n, err := store.One(tx, store.Scan[int], sqlCountAll)
	if err != nil {
		return a, err
	}
	a.Number, a.OpenedAt = numberOf(n), tx.Now.UTC().Truncate(time.Second)
	a.Debt = a.Kind != Element || tx.Actor.Can(store.Operator)
	_, err = tx.Exec(sqlOpen, a.Number, a.Kind, a.AccountID, a.ElementID, a.Name, a.Debt, tx.Now.Unix())
	return a, err
}

// Get is the account of a number, whoever asks: for what the box itself does.
// It fails with kind NotFound without one.
func Get(tx *store.Tx, number string) (Account, error) {
	return store.One(tx, scanAccount, sqlAccount, number)
}

// Own is an account for one of its keepers, or for an operator.
func Own(tx *store.Tx, number string) (Account, error) {
	a, err := Get(tx, number)
	if err != nil {
		return a, err
	}
	keeps, err := a.Keeps(tx)
	if err == nil && !keeps && !tx.Actor.Can(store.Operator) {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return a, err
}

// OfPerson is the open account of a person; ok is false without one.
func OfPerson(tx *store.Tx, person string) (a Account, ok bool, err error) {
	if person == "" {
		return a, false, nil
	}
	return maybe(store.One(tx, scanAccount, sqlOfPerson, person))
}

// OfElement is the open account of an organisation; ok is false without one.
func OfElement(tx *store.Tx, element string) (a Account, ok bool, err error) {
	if element == "" {
		return a, false, nil
	}
	return maybe(store.One(tx, scanAccount, sqlOfElement, element))
}

func maybe(a Account, err error) (Account, bool, error) {
	if store.KindOf(err) == store.NotFound {
		return a, false, nil
	}
	return a, err == nil, err
}

// Keeps tells whether the actor may pay from the account.
func (a *Account) Keeps(tx *store.Tx) (bool, error) {
	switch {
	case tx.Actor.ID == "":
		return false, nil
	case a.Kind == Person:
		return a.AccountID == tx.Actor.ID, nil
	case a.Kind == Element:
		return directory.IsAdmin(tx, a.ElementID, tx.Actor.ID)
	case a.Kind == Common:
		return tx.Actor.Can(store.Operator), nil
	default:
		return false, nil
	}
}

// Mine lists the open accounts the actor keeps: their own first, then those of
// organisations by name.
func Mine(tx *store.Tx) ([]Account, error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	var list []Account
	if a, has, err := OfPerson(tx, tx.Actor.ID); err != nil {
		return nil, err
	} else if has {
		list = append(list, a)
	}
	members, err := directory.Memberships(tx)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if !m.Admin {
			continue
		}
		if a, has, err := OfElement(tx, m.ElementID); err != nil {
			return nil, err
		} else if has {
			list = append(list, a)
		}
	}
	return list, nil
}

// Holds tells whether the actor keeps an account of the time bank.
func Holds(tx *store.Tx) (bool, error) {
	list, err := Mine(tx)
	return len(list) > 0, err
}

// NameOf is how others read whose an account is; empty for the common one, for
// a person who left, and for a visitor who may not know of the organisation.
func (a *Account) NameOf(tx *store.Tx) (string, error) {
	switch a.Kind {
	case Person:
		return account.ShownName(tx, a.AccountID)
	case Element:
		e, err := directory.Get(tx, a.ElementID)
		switch {
		case store.KindOf(err) == store.NotFound && tx.Actor.ID == "":
			return "", nil
		case store.KindOf(err) == store.NotFound:
			return a.Name, nil // it is gone: as last known
		}
		return e.Name, err
	default:
		return a.Name, nil
	}
}

// Found is an account with the name it is found by.
type Found struct {
	Account
	Name string
}

// mostFound is how many accounts a search shows at most.
const mostFound = 10

// Find lists open accounts whose name has the words of q, for somebody who
// keeps an account: whom to pay. more is true when there are others.
func Find(tx *store.Tx, q string) (list []Found, more bool, err error) {
	if holds, err := Holds(tx); err != nil || !holds && !tx.Actor.Can(store.Operator) {
		return nil, false, err
	}
	words := strings.Fields(listing.Fold(q))
	if len(words) == 0 {
		return nil, false, nil
	}
	all, err := named(tx)
	if err != nil {
		return nil, false, err
	}
	for _, f := range all {
		if !hasWords(listing.Fold(f.Name), words) {
			continue
		}
		if len(list) == mostFound {
			return list, true, nil
		}
		list = append(list, f)
	}
	return list, false, nil
}

func hasWords(name string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(name, w) {
			return false
		}
	}
	return true
}

// named are all open accounts with their names, the common one first, then by
// number.
func named(tx *store.Tx) ([]Found, error) {
	accounts, err := store.All(tx, scanAccount, sqlOpenAccounts)
	if err != nil {
		return nil, err
	}
	list := make([]Found, len(accounts))
	for i := range accounts {
		name, err := accounts[i].NameOf(tx)
		if err != nil {
			return nil, err
		}
		list[i] = Found{accounts[i], name}
	}
	return list, nil
}

// Balances lists all open accounts with what is on them, for those the rules
// let read it.
func Balances(tx *store.Tx) ([]Found, error) {
	rules, err := RulesOf(tx)
	if err != nil {
		return nil, err
	}
	may := rules.Shown == ToEverybody || tx.Actor.Can(store.Operator)
	if !may && rules.Shown == ToHolders {
		if may, err = Holds(tx); err != nil {
			return nil, err
		}
	}
	if !may {
		return nil, store.E(store.Forbidden, "err.forbidden")
	}
	return named(tx)
}

// SetAuto says whether the account pays a request nobody answered in time; its
// keepers decide.
func SetAuto(tx *store.Tx, number string, auto bool) error {
	a, err := kept(tx, number)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlSetAuto, auto, a.Number)
	return err
}

// SetDebt says whether an organisation's account may go below 0, to the low
// limit; only an operator may. What it owes already it keeps.
func SetDebt(tx *store.Tx, number string, debt bool) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	a, err := Get(tx, number)
	if err != nil {
		return err
	}
	if a.Kind != Element {
		return store.E(store.Invalid, "err.not_found")
	}
	_, err = tx.Exec(sqlSetDebt, debt, a.Number)
	return err
}

// kept is an account the actor may pay from.
func kept(tx *store.Tx, number string) (Account, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return Account{}, err
	}
	a, err := Get(tx, number)
	if store.KindOf(err) == store.NotFound {
		return a, store.E(store.Invalid, "err.timebank.no_account").At("from")
	}
	if err != nil {
		return a, err
	}
	keeps, err := a.Keeps(tx)
	if err == nil && !keeps {
		err = store.E(store.Forbidden, "err.forbidden")
	}
	return a, err
}

// tellKeepers tells whoever keeps an account about a movement or a request.
func (a *Account) tellKeepers(tx *store.Tx, about store.Ref, key string) error {
	keepers := []string{a.AccountID}
	if a.Kind == Element {
		var err error
		if keepers, err = directory.AdminsOf(tx, a.ElementID); err != nil {
			return err
		}
	}
	for _, k := range keepers {
		if err := notify.Tell(tx, k, about, key); err != nil {
			return err
		}
	}
	return nil
}

func scanAccount(r store.Row) (a Account, err error) {
	var opened, closed int64
	err = r.Scan(&a.Number, &a.Kind, &a.AccountID, &a.ElementID, &a.Name, &a.Balance, &a.Auto, &a.Debt, &opened, &closed)
	a.OpenedAt = time.Unix(opened, 0).UTC()
	if closed > 0 {
		a.ClosedAt = time.Unix(closed, 0).UTC()
	}
	return a, err
}
