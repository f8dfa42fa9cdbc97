package store

import "time"

// Clock is the only way to the time of day; package appliance has the real
// one. A lint keeps time.Now and its kin out of everything else.
type Clock interface {
	// Now never goes back, whatever the machine's clock does.
	Now() time.Time
	// Quality is how far Now can be trusted.
	Quality() ClockQuality
	// After sends once, d later; it runs on elapsed time, not on the time of day.
	After(d time.Duration) <-chan time.Time
	// Running is how long the box has run, over all its starts. It stands while
	// the box is off, is never corrected, and after a power cut may lack the last
	// quarter of an hour.
	Running() time.Duration
}

// ClockQuality grades a box's clock (PROTOCOL.md §10). The numbers travel in
// heads and must not change.
type ClockQuality uint8

// The qualities of a clock.
const (
	ClockNone      ClockQuality = iota // a guess, not before the newest thing stored
	ClockHinted                        // from neighbours or a visitor's phone: display only
	ClockConfirmed                     // an operator or a validated RTC said so
	ClockNetwork                       // a time server the operator chose said so
)

// Sure tells whether things may expire and votes may close.
func (q ClockQuality) Sure() bool { return q >= ClockConfirmed }
