package peer

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/libp2p/go-libp2p/core/sec"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
)

// Reason is why a box was not reached, as far as this side can tell.
type Reason string

// The reasons.
const (
	Unexplained Reason = ""
	NobodyThere Reason = "refused"  // the machine is there, but no box answers on it
	NoRoute     Reason = "no_route" // no way leads there, or the name means nothing
	NoAnswer    Reason = "timeout"  // switched off, or a router in between is shut
	OtherKey    Reason = "key"      // another box answers at the address
	KeptOut     Reason = "kept_out" // the box is there and hangs up on us
)

// whyUnreached reads the error of a call. Of several addresses that failed in
// several ways it tells what says most.
func whyUnreached(err error) Reason {
	var other sec.ErrPeerIDMismatch
	var dial *swarm.DialError
	switch {
	case err == nil:
		return Unexplained
	case errors.As(err, &other):
		return OtherKey
	case !errors.As(err, &dial) && !errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return KeptOut // there was a connection, and it was ended
	case errors.Is(err, syscall.ECONNREFUSED):
		return NobodyThere
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, swarm.ErrNoAddresses):
		return NoRoute
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), os.IsTimeout(err), errors.Is(err, syscall.ETIMEDOUT):
		return NoAnswer
	}
	return Unexplained
}
