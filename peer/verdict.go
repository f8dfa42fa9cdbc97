package peer

import (
	"errors"

	"copi.local/peer/wire"
	"copi.local/store"
)

// Verdict is what becomes of something a neighbour sent.
type Verdict uint8

// The verdicts.
const (
	Keep    Verdict = iota // it is stored
	Retry                  // not now: ask again later, of anyone
	Refuse                 // not this, not from this neighbour; the link goes on
	Suspend                // a rule of the protocol is broken: close, wait an hour, count a fault
)

// String names the verdict, for the log.
func (v Verdict) String() string {
	names := [...]string{"keep", "retry", "refuse", "suspend"}
	if int(v) < len(names) {
		return names[v]
	}
	return "unknown"
}

// Judge maps an error of this package or of the store to a verdict. A fault of
// our own is never held against a neighbour.
func Judge(err error) Verdict {
	if err == nil {
		return Keep
	}
	if errors.Is(err, wire.ErrForm) || errors.Is(err, wire.ErrSignature) {
		return Suspend
	}
	switch store.KindOf(err) {
	case store.Invalid, store.Unauthenticated: // malformed, forged
		return Suspend
	case store.Forbidden, store.NotFound: // not carried, over quota, faulty; not held
		return Refuse
	case store.Internal, store.Conflict, store.Busy: // our fault; out of date; someone is at it
		return Retry
	}
	return Retry
}

// malformed and forged give an error of peer/wire the kind that suspends.
func malformed(err error) error {
	return store.E(store.Invalid, "err.neighbour.malformed").Because(err)
}

func forged(err error) error {
	if errors.Is(err, wire.ErrForm) {
		return malformed(err)
	}
	return store.E(store.Unauthenticated, "err.neighbour.forged").Because(err)
}

func broken(what string) error { return malformed(errors.New(what)) }
