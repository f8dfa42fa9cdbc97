package account

import (
	"crypto/sha256"
	"fmt"
	"time"

	"copi.local/store"
)

// Personal is what this module holds about a person.
var Personal = store.Personal{
	Module: "account",
	Tables: []string{
		"account_people", "account_acceptances", "account_sessions", "account_slips",
		"account_codes", "account_acts", "account_suspensions", "account_minors",
	},
	Export: export,
	Erase:  erase,
}

// Part is what one module holds about a person.
type Part struct {
	Module string
	Data   any // for encoding/json
}

// Export collects what every module holds about the acting person.
func Export(tx *store.Tx) ([]Part, error) {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return nil, err
	}
	var parts []Part
	for _, p := range tx.Personal() {
		data, err := p.Export(tx, tx.Actor.ID)
		if err != nil {
			return nil, fmt.Errorf("export %s: %w", p.Module, err)
		}
		if data != nil {
			parts = append(parts, Part{p.Module, data})
		}
	}
	return parts, nil
}

// Holding is what the module exports. Hashes of secrets stay in the box: they
// tell the person nothing and would be a risk on a lent computer.
type Holding struct {
	Login       string       `json:"login"`
	Name        string       `json:"name"`
	Hamlet      string       `json:"hamlet,omitempty"`
	Role        string       `json:"role"`
	CreatedAt   time.Time    `json:"created_at"`
	Charter     []Acceptance `json:"charter"`
	Sessions    []Visit      `json:"sessions"`
	CodesUnused int          `json:"codes_unused"`
	SlipUntil   *time.Time   `json:"slip_until,omitempty"`
	History     []Happening  `json:"history"`
	Suspended   *Suspension  `json:"suspended,omitempty"`
	Minority    *Minority    `json:"minority,omitempty"`
}

// Visit is a session as exported.
type Visit struct {
	Device    string    `json:"device"`
	Shared    bool      `json:"shared"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

func export(tx *store.Tx, account string) (any, error) {
	p, err := ByID(tx, account)
	if err != nil {
		return nil, err
	}
	h := Holding{Login: p.Login, Name: p.Name, Hamlet: p.Hamlet, Role: p.Role.String(), CreatedAt: p.CreatedAt}
	if h.Charter, err = acceptances(tx, account); err != nil {
		return nil, err
	}
	sessions, err := store.All(tx, scanSession, sqlSessionsOf, account, 0)
	if err != nil {
		return nil, err
	}
	for _, s := range sessions {
		h.Sessions = append(h.Sessions, Visit{s.Device, s.Shared, s.CreatedAt, s.SeenAt, s.ExpiresAt})
	}
	if h.CodesUnused, err = store.One(tx, store.Scan[int], sqlCodesLeft, account); err != nil {
		return nil, err
	}
	until, err := SlipUntil(tx, account)
	if err != nil {
		return nil, err
	}
	if !until.IsZero() {
		h.SlipUntil = &until
	}
	if h.History, err = store.All(tx, scanHappening, sqlActs, account); err != nil {
		return nil, err
	}
	suspension, ok, err := SuspensionOf(tx, account)
	if err != nil {
		return nil, err
	}
	if ok {
		h.Suspended = &suspension
	}
	minority, ok, err := MinorityOf(tx, account)
	if ok {
		h.Minority = &minority
	}
	return h, err
}

func erase(tx *store.Tx, account string, _ store.Erasure) error {
	_, err := tx.Exec(sqlDeletePerson, account) // the other tables follow by their keys
	return err
}

// Blocks lists what keeps an account from leaving, to be shown before the
// person confirms; empty when nothing does.
func Blocks(tx *store.Tx, id string) (store.Errors, error) {
	p, err := ByID(tx, id)
	if err != nil {
		return nil, err
	}
	var blocks store.Errors
	switch err := keepsOperator(tx, p); store.KindOf(err) {
	case store.Conflict:
		blocks.Add(store.E(store.Conflict, "err.account.last_operator"))
	default:
		if err != nil {
			return nil, err
		}
	}
	for _, m := range tx.Personal() {
		if m.Blocks == nil {
			continue
		}
		more, err := m.Blocks(tx, id)
		if err != nil {
			return nil, fmt.Errorf("leave %s: %w", m.Module, err)
		}
		blocks = append(blocks, more...)
	}
	return blocks, nil
}

// Leave erases an account from every module, as how says, for the person or
// an operator. The hash of its id is remembered, so that an older backup does
// not bring the person back.
func Leave(tx *store.Tx, id string, how store.Erasure) error {
	if tx.Actor.ID != id || id == "" {
		if err := tx.Actor.Need(store.Operator); err != nil {
			return err
		}
	}
	blocks, err := Blocks(tx, id)
	if err != nil {
		return err
	}
	if err := blocks.OrNil(); err != nil {
		return err
	}
	return erased(tx, id, how)
}

// erased takes an account away and remembers that it did.
func erased(tx *store.Tx, id string, how store.Erasure) error {
	if err := takeAway(tx, id, how); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(id))
	day := tx.Now.UTC().Truncate(24 * time.Hour).Unix()
	if _, err := tx.Exec(sqlErased, sum[:], day, how == store.KeepUnnamed); err != nil {
		return err
	}
	return Log(tx, ActErased)
}

// takeAway erases the account in every module, this one last: the others may
// still ask who it was.
func takeAway(tx *store.Tx, id string, how store.Erasure) error {
	for _, p := range tx.Personal() {
		if p.Module == Personal.Module {
			continue
		}
		if err := p.Erase(tx, id, how); err != nil {
			return fmt.Errorf("erase %s: %w", p.Module, err)
		}
	}
	return erase(tx, id, how)
}

// Erasure is an account that left: all that is kept of it.
type Erasure struct {
	IDHash []byte // SHA-256 of the id
	On     time.Time
	How    store.Erasure
}

// Erasures lists who left, for a backup's companion and for Reapply.
func Erasures(tx *store.Tx) ([]Erasure, error) { return store.All(tx, scanErasure, sqlErasures) }

// Reapply takes away again, after an older backup was restored, everyone who
// had left since; it returns how many.
func Reapply(tx *store.Tx, left []Erasure) (int, error) {
	gone := make(map[[sha256.Size]byte]Erasure, len(left))
	for _, e := range left {
		if len(e.IDHash) == sha256.Size {
			gone[[sha256.Size]byte(e.IDHash)] = e
		}
		if _, err := tx.Exec(sqlErased, e.IDHash, e.On.Unix(), e.How == store.KeepUnnamed); err != nil {
			return 0, err
		}
	}
	ids, err := store.All(tx, store.Scan[string], sqlAllIDs)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, id := range ids {
		if e, ok := gone[sha256.Sum256([]byte(id))]; ok {
			if err := takeAway(tx, id, e.How); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

func scanErasure(r store.Row) (Erasure, error) {
	var e Erasure
	var on int64
	var keep bool
	err := r.Scan(&e.IDHash, &on, &keep)
	e.On = time.Unix(on, 0).UTC()
	if !keep {
		e.How = store.EraseAll
	}
	return e, err
}
