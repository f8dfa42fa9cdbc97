package appliance

import (
	"context"
	"runtime/debug"
	"time"
)

// The start parses every page and sentence, and the first jobs read much: most
// of that memory is free soon after. Later a busy hour leaves some behind.
const (
	startTook = 10 * time.Second
	hourTook  = 15 * time.Minute
)

// giveBack returns memory to the system which nothing needs any more: what the
// runtime keeps for itself is missing in the page cache of a small board.
func (b *box) giveBack(ctx context.Context) error {
	for wait := startTook; ; wait = hourTook {
		select {
		case <-ctx.Done():
			return nil
		case <-b.clock.After(wait):
			debug.FreeOSMemory()
		}
	}
}
