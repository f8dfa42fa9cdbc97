package message

import (
	"time"

	"copi.local/store"
)

// Personal is what the module holds about persons: what they wrote and to whom,
// whom they block, what they reported and decided.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"message_sides", "message_seats", "message_messages", "message_blocks", "message_reports"},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Threads   []Exported `json:"threads,omitempty"`
	Blocked   []string   `json:"blocked,omitempty"`   // names
	Reported  int        `json:"reported,omitempty"`  // messages of others
	Decisions int        `json:"decisions,omitempty"` // as a moderator
}

// Exported is a thread as a person gets it back: whole when it is their own; of
// an organisation's, what they wrote for it.
type Exported struct {
	About string `json:"about"` // title of the thing
	With  string `json:"with"`  // name; empty: has left, or never wrote
	For   string `json:"for,omitempty"`
	Said  []Said `json:"said"`
}

// Said is one message.
type Said struct {
	Mine bool      `json:"mine"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

func export(tx *store.Tx, account string) (any, error) {
	var h Holding
	ids, err := store.All(tx, store.Scan[string], sqlThreadsOf, account)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		e, err := exported(tx, id, account)
		if err != nil {
			return nil, err
		}
		if len(e.Said) > 0 {
			h.Threads = append(h.Threads, e)
		}
	}
	blocks, err := store.All(tx, scanBlocking, sqlBlockings, account, "[]")
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		name, err := b.Of.Name(tx)
		if err != nil {
			return nil, err
		}
		h.Blocked = append(h.Blocked, name)
	}
	for count, into := range map[string]*int{sqlReportedBy: &h.Reported, sqlDecidedBy: &h.Decisions} {
		if *into, err = store.One(tx, store.Scan[int], count, account); err != nil {
			return nil, err
		}
	}
	if len(h.Threads)+len(h.Blocked)+h.Reported+h.Decisions == 0 {
		return nil, nil
	}
	return h, nil
}

// exported is a thread for an account: what they can still read of their own,
// and of others' only what they wrote.
func exported(tx *store.Tx, id, account string) (e Exported, err error) {
	t, err := store.One(tx, scanThread, sqlThread, id, account)
	if err != nil {
		return e, err
	}
	if t.Sides[1].Account == account {
		t.Mine = 1
	}
	own := t.As().Account == account
	if !own {
		side, err := store.One(tx, store.Scan[int], sqlSideOfAuthor, id, account)
		if err != nil {
			return e, err
		}
		t.Mine = side
		if e.For, err = t.As().Name(tx); err != nil {
			return e, err
		}
	}
	e.About = t.Title
	if answered, err := t.Answered(tx); err != nil {
		return e, err
	} else if answered {
		if e.With, err = t.Other().Name(tx); err != nil {
			return e, err
		}
	}
	list, err := t.Messages(tx, 0, t.lastN+1)
	for _, m := range list {
		if own || m.Author == account {
			e.Said = append(e.Said, Said{m.Author == account, m.Text, m.At})
		}
	}
	return e, err
}

// erase takes a person's name off what they wrote, or the words too; the order
// of a thread stays (VP-2). A thread nobody reads any more goes.
func erase(tx *store.Tx, account string, how store.Erasure) error {
	threads, err := store.All(tx, store.Scan[string], sqlSidesOf, account)
	if err != nil {
		return err
	}
	statements := []string{sqlUntitle, sqlUnnameMessages, sqlEraseSeats, sqlEraseBlocks, sqlUnnameReports, sqlUnnameDecisions}
	if how == store.EraseAll {
		statements = append([]string{sqlUntitleAll, sqlEraseMessages, sqlEraseReports}, statements...)
	}
	for _, s := range append(statements, sqlUnnameSides) {
		if _, err := tx.Exec(s, account); err != nil {
			return err
		}
	}
	for _, id := range threads {
		if err := sweep(tx, id); err != nil {
			return err
		}
	}
	return nil
}
