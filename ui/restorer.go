package ui

import (
	"context"
	"io"
	"time"
)

// The stages of a restore.
const (
	RestoreNone  = ""
	RestoreComes = "comes" // a file is being received or looked at
	RestoreAsks  = "asks"  // the words of a recovery sheet are wanted
	RestoreReads = "reads" // the box reads it through and lays it out
	RestoreStops = "stops" // somebody gave it up while it was read
	RestoreReady = "ready" // what it holds is known: go on, or give it up
	RestoreGoes  = "goes"  // the box is about to stop and start again
)

// Restorer puts a backup back while the box runs, one at a time.
type Restorer interface {
	// State is how far it is.
	State() Restore
	// Receive keeps a file that was sent and opens it where the box's own key
	// does; size is how many bytes it has at most, -1 when nobody knows. It fails
	// with kind Conflict while another restore is under way, Busy when the card is
	// too full, Invalid when the file is no backup; nothing is left then.
	Receive(ctx context.Context, file io.Reader, size int64) error
	// Choose takes a backup that lies on the card; kind NotFound without one.
	Choose(ctx context.Context, name string) error
	// Open opens the file with the words of a recovery sheet, kind Invalid when
	// they are not those. id is of the state somebody saw; kind Conflict when it
	// has changed, here and below.
	Open(ctx context.Context, id, words string) error
	// Go puts it back: the box stops, and starts as the backup has it. It fails
	// with kind Conflict while a vote is about to end.
	Go(ctx context.Context, id string) error
	// Drop gives it up.
	Drop(id string) error

	// Kept lists the backups on the card, the newest first.
	Kept() ([]BackupFile, error)
	// Last is how the last restore went; the zero value where there was none.
	Last() (RestoreNote, error)
	// Asides lists what lay in the box before restores, the newest first.
	Asides() ([]Aside, error)
	// DropAside deletes one for good; kind NotFound without one.
	DropAside(name string) error
}

// Restore is how far a restore is.
type Restore struct {
	ID    string
	Stage string
	Fault error // why the last one came to nothing

	Read, Size int64 // bytes, while it is read

	Backup  BackupHolds // once it is ready
	Missing int         // photos neither in it nor on the card
	Erased  int         // accounts in it that were closed since, and stay closed
}

// Share is how much of the file was read, in per cent.
func (r *Restore) Share() int {
	if r.Size <= 0 {
		return 0
	}
	return int(min(r.Read*100/r.Size, 100))
}

// BackupHolds is what a backup says it holds.
type BackupHolds struct {
	Commune, Name string
	MadeAt        time.Time
	Sure          bool // the clock was, when it was made
	Bytes         int64

	People, Events, Ads, Elements, Photos int64
}

// BackupFile is a backup on the card.
type BackupFile struct {
	Name  string
	Day   time.Time
	Bytes int64 // without its photos, which lie beside it
}

// RestoreNote is what a restore leaves to be said of it.
type RestoreNote struct {
	Missing int // photos
	Erased  int // accounts that were closed again
}

// Aside is what lay in the box before a restore.
type Aside struct {
	Name  string
	Day   time.Time
	Bytes int64 // that deleting it gives back
}
