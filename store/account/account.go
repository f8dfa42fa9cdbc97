// Package account keeps the people of a box: who they are, how they prove it,
// what they may do, and how they leave. It also keeps what the box is: its
// commune, its publisher, its charter, and the steps of its first set-up.
//
// Verbs take a transaction and never hash a password: hashing takes a second
// on a small board, and a transaction must not last that long. Desk is the
// counter in front of the verbs: it slows guessing down, hashes between two
// transactions, and is what a page or the command line talks to.
package account

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"copi.local/store"
)

// Bounds of what a person types, in characters.
const (
	MaxName   = 60
	MaxLogin  = 32
	MinLogin  = 3
	MaxHamlet = 40
)

// Person is one account.
type Person struct {
	ID         string
	Login      string // folded, unique: "elodie.martin"
	Name       string // as the person writes it; may repeat
	Hamlet     string // optional
	Role       store.Role
	MustChange bool // the password came from a slip or an operator
	CreatedAt  time.Time
	HasKey     bool // has a password of their own

	sameName, sameHamlet int // others who share the name, the name and the hamlet
}

// Shown is the person's name as others read it: alone when no one shares it,
// with the hamlet or a short suffix when someone does.
func (p Person) Shown() string {
	switch {
	case p.sameName == 0:
		return p.Name
	case p.Hamlet != "" && p.sameHamlet == 0:
		return p.Name + " (" + p.Hamlet + ")"
	default:
		return p.Name + " (" + strings.ToUpper(p.ID[:3]) + ")"
	}
}

// Check tells what is wrong with the person's own words.
func (p Person) Check() error {
	var bad store.Errors
	bad.Add(checkName(p.Name))
	bad.Add(checkLogin(p.Login))
	if utf8.RuneCountInString(p.Hamlet) > MaxHamlet {
		bad.Add(store.E(store.Invalid, "err.account.hamlet_long", "max", MaxHamlet).At("hamlet"))
	}
	return bad.OrNil()
}

func checkName(name string) *store.Error {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return store.E(store.Invalid, "err.account.name_missing").At("name")
	case n > MaxName:
		return store.E(store.Invalid, "err.account.name_long", "max", MaxName).At("name")
	}
	return nil
}

var loginShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)

func checkLogin(login string) *store.Error {
	switch {
	case login == "":
		return store.E(store.Invalid, "err.account.login_missing").At("login")
	case len(login) < MinLogin || len(login) > MaxLogin || !loginShape.MatchString(login):
		return store.E(store.Invalid, "err.account.login_shape", "min", MinLogin, "max", MaxLogin).At("login")
	}
	return nil
}

// insert adds the person; a login that is taken is a fault of its field.
func insert(tx *store.Tx, p *Person, password string) error {
	p.ID, p.CreatedAt = tx.NewID(), tx.Now
	_, err := tx.Exec(sqlInsertPerson, p.ID, p.Login, p.Name, Fold(p.Name), p.Hamlet,
		p.Role, password, p.MustChange, tx.Now.Unix())
	if store.IsUnique(err) {
		return store.E(store.Invalid, "err.account.login_taken").At("login")
	}
	return err
}

// ByID is the account id; NotFound when it is gone.
func ByID(tx *store.Tx, id string) (Person, error) {
	return store.One(tx, scanPerson, sqlPersonByID, id)
}

// ByLogin is the account someone signs in to as login, folded or not.
func ByLogin(tx *store.Tx, login string) (Person, error) {
	return store.One(tx, scanPerson, sqlPersonByLogin, FoldLogin(login))
}

// ShownName is how to write the name of the account id; empty when it is gone
// or none, so that a page can say "membre parti".
func ShownName(tx *store.Tx, id string) (string, error) {
	p, err := ByID(tx, id)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return p.Shown(), nil
}

// People lists the accounts for an operator: highest role first, then by
// name. q keeps those whose name or login contains it; empty keeps all.
func People(tx *store.Tx, q string) ([]Person, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	return store.All(tx, scanPerson, sqlPeople, Fold(q))
}

// Namesakes are the accounts with a name, however its accents and capitals were
// typed. Who asks knows the name; nothing but that somebody has it is told.
func Namesakes(tx *store.Tx, name string) ([]Person, error) {
	return store.All(tx, scanPerson, sqlNamesakes, Fold(name))
}

// Count is the number of accounts with role or more.
func Count(tx *store.Tx, role store.Role) (int, error) {
	return store.One(tx, store.Scan[int], sqlCountRole, role)
}

// Rename changes how the acting person is shown.
func Rename(tx *store.Tx, name, hamlet string) error {
	p, err := ByID(tx, tx.Actor.ID)
	if err != nil {
		return err
	}
	p.Name, p.Hamlet = Tidy(name), Tidy(hamlet)
	if err := p.Check(); err != nil {
		return err
	}
	_, err = tx.Exec(sqlRename, p.Name, Fold(p.Name), p.Hamlet, p.ID)
	return err
}

func scanPerson(r store.Row) (Person, error) {
	var p Person
	var created int64
	err := r.Scan(&p.ID, &p.Login, &p.Name, &p.Hamlet, &p.Role, &p.MustChange, &created, &p.HasKey,
		&p.sameName, &p.sameHamlet)
	p.CreatedAt = time.Unix(created, 0).UTC()
	return p, err
}
