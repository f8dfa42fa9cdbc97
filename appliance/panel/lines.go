package panel

import (
	"context"
	"time"
)

// Timer measures elapsed time. It takes no part in corrections of the time of
// day; clock.Clock is one.
type Timer interface {
	Elapsed() time.Duration
	After(d time.Duration) <-chan time.Time
}

// Lines are one LED and one button. Both implementations, gpioioctl on a Pi
// and Sim on a PC, pass the same conformance test.
type Lines interface {
	// Light switches the LED on or off.
	Light(on bool) error
	// Watch calls change with the button's level when it starts and at each
	// edge after (true: down), one call at a time, until ctx ends; within a
	// second of that it returns nil. It fails when the button cannot be read.
	// A level may be told twice; edges faster than change may be told as one.
	Watch(ctx context.Context, change func(down bool)) error
	// Close makes the LED dark and gives the lines back.
	Close() error
}
