package ui

import (
	"context"
	"io"
	"time"
)

// The stages of an update.
const (
	UpdateNone  = ""
	UpdateComes = "comes" // it is being received, onto the card's idle place
	UpdateReady = "ready" // it was read again: go on, or give it up
	UpdateGoes  = "goes"  // the box is about to start again
)

// Updater takes a new version of the program, one at a time.
type Updater interface {
	// State is how far it is.
	State() Update
	// Receive takes the file of an update. It fails with kind Invalid when it is
	// no update signed for this box, Conflict when it is not for this version of
	// it or another is under way, Busy when the card fails. The box goes on as it
	// was then.
	Receive(ctx context.Context, file io.Reader) error
	// Go switches to it: the box starts again. id is of the state somebody saw;
	// kind Conflict when it has changed, while a vote is about to end, or when the
	// box is not well.
	Go(ctx context.Context, id string) error
	// Drop gives it up.
	Drop(id string) error
	// Last is the last version that was switched to; the zero value without one.
	Last() (UpdateTrial, error)
	// Return goes back to the version before. It fails with kind Conflict where
	// that is no longer on the card.
	Return(ctx context.Context) error
}

// Update is how far an update is.
type Update struct {
	ID      string
	Stage   string
	Written int64 // bytes, while it comes
	Size    int64 // of them; 0 when not known yet

	Version string
	Built   time.Time
	Notes   func(language string) string // what changes; nil when not known yet
}

// Share is how much has come, in per cent.
func (u *Update) Share() int {
	if u.Size <= 0 {
		return 0
	}
	return int(min(u.Written*100/u.Size, 100))
}

// UpdateTrial is a version that was switched to.
type UpdateTrial struct {
	Version, From string // From is empty once its place was given to another
	At            time.Time
	Ended         bool
	Back          bool   // it was left
	Why           string // as in "update.why.<why>"
}
