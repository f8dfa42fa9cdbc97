package ui

import (
	"context"
	"time"
)

// The parts of the machine that pages show or touch. Package appliance passes
// the real ones; a nil one means the box has none. The boxes around it are in
// neighbour.go.

// Presence knows whether somebody stands at the box: who can read the code its
// LED blinks, or that copi serve printed, may set the box up or recover it.
type Presence interface {
	// Expected tells whether a code would be accepted at all just now.
	Expected() bool
	// Prove accepts a code as typed. It fails with kind Invalid for a wrong
	// code and Busy after too many.
	Prove(ctx context.Context, code string) error
	// Done closes the window: what the code was for has been done.
	Done()
}

// Timekeeper is the box's clock for the person who sets it.
type Timekeeper interface {
	// Shown is the best guess at the time of day, to show and for nothing else.
	Shown() time.Time
	// Confirm sets the clock. It fails with kind Conflict for a jump of more
	// than a day until sure is true, and Invalid for more than a day back.
	Confirm(t time.Time, sure bool) error
}

// Panel is the LED and the button of the case.
type Panel interface {
	// Light is what the LED shows.
	Light() Light
	// Simulated tells whether the button may be pressed from a page, by a
	// visitor on the box itself.
	Simulated() bool
	// Press holds the simulated button down for so long.
	Press(hold time.Duration)
}

// Light is what the LED shows, for a page that draws it.
type Light struct {
	Code    string // what it means, as in "ui.light.<code>"
	Flashes int    // counted flashes between two pauses; 0 when the state has none
}

// Health knows how the box is doing.
type Health interface {
	// Check looks at every part; it answers within a second.
	Check(ctx context.Context) Check
}

// Status grades one part of the box.
type Status uint8

// The grades, from best to worst.
const (
	Fine   Status = iota
	Notice        // worth a look, nothing lost
	Broken        // something does not work
)

// String is the grade's name in JSON and in translation keys.
func (s Status) String() string {
	switch s {
	case Fine:
		return "ok"
	case Notice:
		return "notice"
	case Broken:
		return "broken"
	default:
		return "unknown"
	}
}

// Check is one node of the health tree.
type Check struct {
	Name   string // of the part, in English, for JSON and logs: "clock"
	Status Status
	Key    string // translation key of the sentence that says how it is
	Args   []any  // of the sentence: name, value, …
	Detail string // the error behind it, for who keeps the box; visitors do not see it
	Href   string // page where it is put right; empty where there is none
	Kept   bool   // said to operators alone
	Parts  []Check
}

// Bytes is an amount of memory among the Args of a sentence, written there as
// people say it: "12 ko", "3,4 Go".
type Bytes int64

// Worst is the worst grade in the tree.
func (c Check) Worst() Status {
	worst := c.Status
	for _, part := range c.Parts {
		worst = max(worst, part.Worst())
	}
	return worst
}
