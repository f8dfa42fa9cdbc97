package timebank

import (
	"math"
	"time"

	"copi.local/store"
)

// Personal is what the module holds about persons. The ledger stays when
// somebody leaves, without their name.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{
		"timebank_accounts", "timebank_transfers", "timebank_requests",
		"timebank_prints", "timebank_batches", "timebank_gaps", "timebank_lines",
	},
	Export: export,
	Erase:  erase,
	Blocks: blocks,
}

// Holding is what the module exports.
type Holding struct {
	Accounts []ExportedAccount `json:"accounts,omitempty"`
	Requests []Exported        `json:"requests,omitempty"` // they made
	Refusals []string          `json:"refusals,omitempty"` // why they refused to pay
	Entered  int               `json:"entered,omitempty"`  // movements they typed in for others
	Paper    int               `json:"paper,omitempty"`    // prints, batches, gaps and lines they had a hand in
}

// ExportedAccount is an account of the person with all that moved on it.
type ExportedAccount struct {
	Number   string     `json:"number"`
	OpenedAt time.Time  `json:"opened_at"`
	ClosedAt *time.Time `json:"closed_at,omitempty"`
	Balance  int64      `json:"balance_minutes"`
	Moved    []Exported `json:"movements,omitempty"`
}

// Exported is a movement or a request as the person gets it. Others are numbers
// of accounts.
type Exported struct {
	From    string    `json:"from"`
	To      string    `json:"to"`
	Minutes int64     `json:"minutes"`
	Text    string    `json:"text,omitempty"`
	At      time.Time `json:"at"`
	State   string    `json:"state,omitempty"`
	Receipt string    `json:"receipt,omitempty"`
}

func export(tx *store.Tx, person string) (any, error) {
	var h Holding
	accounts, err := store.All(tx, scanAccount, sqlAllOfPerson, person)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		e := ExportedAccount{Number: a.Number, OpenedAt: a.OpenedAt, Balance: a.Balance}
		if a.Closed() {
			e.ClosedAt = &a.ClosedAt
		}
		moved, err := store.All(tx, scanTransfer, sqlStatement, a.Number, 0, int64(math.MaxInt64))
		if err != nil {
			return nil, err
		}
		for i := range moved {
			e.Moved = append(e.Moved, exported(&moved[i].Payment, moved[i].At, string(moved[i].Way), moved[i].Receipt()))
		}
		h.Accounts = append(h.Accounts, e)
	}
	requests, err := store.All(tx, scanRequest, sqlAskedBy, person)
	if err != nil {
		return nil, err
	}
	for i := range requests {
		h.Requests = append(h.Requests, exported(&requests[i].Payment, requests[i].AskedAt, string(requests[i].State), ""))
	}
	if h.Refusals, err = store.All(tx, store.Scan[string], sqlReasonsOf, person); err != nil {
		return nil, err
	}
	if h.Entered, err = store.One(tx, store.Scan[int], sqlEnteredBy, person); err != nil {
		return nil, err
	}
	if h.Paper, err = store.One(tx, store.Scan[int], sqlEnteredPaper, person); err != nil {
		return nil, err
	}
	if len(h.Accounts)+len(h.Requests)+len(h.Refusals)+h.Entered+h.Paper == 0 {
		return nil, nil
	}
	return h, nil
}

func exported(p *Payment, at time.Time, state, receipt string) Exported {
	return Exported{From: p.From, To: p.To, Minutes: p.Minutes, Text: p.Text, At: at, State: state, Receipt: receipt}
}

// blocks keeps somebody from leaving whose account is not at 0 (TB-8).
func blocks(tx *store.Tx, person string) (store.Errors, error) {
	a, has, err := OfPerson(tx, person)
	if err != nil || !has || a.Balance == 0 {
		return nil, err
	}
	return store.Errors{a.notZero()}, nil
}

// erase takes the name off the ledger, which stays. An account that is not at 0
// here belongs to somebody who left before an older backup was put back: the
// common account settles it.
func erase(tx *store.Tx, person string, how store.Erasure) error {
	a, has, err := OfPerson(tx, person)
	if err != nil {
		return err
	}
	if has {
		if _, err := a.settle(tx, ""); err != nil {
			return err
		}
		if err := a.close(tx); err != nil {
			return err
		}
	}
	if how == store.EraseAll {
		for _, statement := range []string{sqlBlankTransfers, sqlBlankAsked, sqlBlankRequests, sqlBlankReasons} {
			if _, err := tx.Exec(statement, person); err != nil {
				return err
			}
		}
	}
	for _, statement := range append([]string{sqlUnnameAccounts, sqlUnnameTransfers, sqlUnnameRequests}, sqlUnnamePaper...) {
		if _, err := tx.Exec(statement, person); err != nil {
			return err
		}
	}
	return nil
}
