// Package intake brings what exists elsewhere onto the box: registers of
// associations and businesses, tables, maps, calendars (package format reads
// them). Nobody has to type again what a town hall keeps in a file.
//
// A file is first looked at, from its beginning to its end, and nothing is
// written; then it is written in batches, each a transaction with the count of
// what it did. An import that was interrupted goes on where it stopped, one
// that is made again changes only what changed, and neither makes a second
// card. What came so belongs to nobody until somebody claims it; what somebody
// claimed or edited is theirs. An import can be undone, but for that.
package intake

import (
	"time"

	"copi.local/store"
	"copi.local/store/intake/format"
)

// Module names this package in its tables and sentences.
const Module = "intake"

// State is how far an import is.
type State string

// The states of an import.
const (
	Waiting State = "waiting" // to be looked at
	Writing State = "writing" // some batches are written
	Done    State = "done"
	Undone  State = "undone"
)

// Run is one file and what became of it.
type Run struct {
	ID      string
	Format  format.Format
	File    string // its name where it came from
	Size    int64
	State   State
	Choices Choices
	By      string // account; empty: the command line, or has left

	Position int64 // things of the file that are written
	Counts
	Removed   int64 // by undoing
	CreatedAt time.Time
	EndedAt   time.Time
}

// Choices is what the operator says beside the file.
type Choices struct {
	Label       string       `json:"label,omitempty"` // names the file among others of its format
	Kind        string       `json:"kind,omitempty"`  // of things whose file does not say
	Streets     bool         `json:"streets,omitempty"`
	SoleTraders bool         `json:"sole_traders,omitempty"`
	Communes    []string     `json:"communes,omitempty"` // INSEE codes; none: all of the file
	Match       format.Match `json:"match,omitempty"`    // of a table, once it is matched
}

// Counts is what an import does, thing by thing.
type Counts struct {
	Added, Updated, Unchanged int64
	Kept                      int64 // claimed or edited here
	Same                      int64 // another card has the number
	Refused, Skipped          int64
}

// Taken is how many things of the file are, or will be, on the box.
func (c *Counts) Taken() int64 { return c.Added + c.Updated + c.Unchanged + c.Kept + c.Same }

// Bounds of a report; the counts have none.
const (
	MaxFaults = 200
	maxTwins  = 50
	maxFirst  = 10
)

// Report is what a file holds and what importing it would do, or did.
type Report struct {
	Counts
	Skips   map[string]int64 // by reason
	Faults  []format.Fault   // the first
	Twins   []Twin           // the first that look like a card the box has
	First   []format.Record  // the first that would be written
	Repeats int64            // events of several dates
	Hidden  int64            // streets that are not shown
}

// Twin is a thing of the file and the card it looks like.
type Twin struct {
	Line     int
	Name     string
	ID, Seen string // of the element
}

// Runs lists the imports, the newest first.
func Runs(tx *store.Tx, limit int) ([]Run, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return nil, err
	}
	return store.All(tx, scanRun, sqlRuns, limit)
}

// Get is one import.
func Get(tx *store.Tx, id string) (Run, error) {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return Run{}, err
	}
	return store.One(tx, scanRun, sqlRun, id)
}

// Faults are the first lines an import refused.
func Faults(tx *store.Tx, id string) ([]format.Fault, error) {
	return store.All(tx, func(r store.Row) (f format.Fault, err error) {
		err = r.Scan(&f.Line, &f.Reason, &f.Detail)
		return f, err
	}, sqlFaults, id)
}

// WaitingFiles counts the files somebody left half-way.
func WaitingFiles(tx *store.Tx) (int, error) { return store.One(tx, store.Scan[int], sqlWaiting) }
