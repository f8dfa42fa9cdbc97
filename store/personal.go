package store

// Personal is what one module stores about persons, and how it gives it out
// and takes it away. Every module with a column that names an account has one;
// a test fails for a table left out.
type Personal struct {
	Module string
	Tables []string // tables with a column that names an account

	// Export returns what the module holds about the account, ready to be
	// encoded as JSON; nil when there is nothing.
	Export func(tx *Tx, account string) (any, error)
	// Erase removes the account's traces as the person chose.
	Erase func(tx *Tx, account string, how Erasure) error
	// Blocks lists what has to be settled before the account may leave; nil for
	// a module where nothing ever has.
	Blocks func(tx *Tx, account string) (Errors, error)
}

// Erasure is what becomes of the things a leaving person wrote.
type Erasure uint8

// What a leaving person chooses.
const (
	KeepUnnamed Erasure = iota // what I wrote stays, without my name
	EraseAll                   // what I wrote goes too
)
