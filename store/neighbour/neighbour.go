// Package neighbour keeps what a box knows of other boxes: the links its
// operators made, the log of each origin as last verified, pulls under way,
// and the state of its own publisher (PROTOCOL.md §§3-5, 7).
//
// It stores bytes and numbers and takes no decision about them: package peer
// encodes, decodes, signs and verifies, then calls the verbs here inside one
// transaction. Short words: a log is an origin's records in the order of their
// numbers; main is the generation of records equal to the last verified head;
// a staging is a later generation that is still coming in; rev counts the
// changes of what this box holds, for the neighbours who follow it.
package neighbour

import (
	"copi.local/store"
)

// Quotas of one origin (PROTOCOL.md §7).
const (
	MaxCards      = 6000 // live cards of a linked origin
	MaxTombstones = 5000 // tombstones an origin keeps, and holders take
	MaxChanged    = 2000 // changed cards a day
)

// Quota is how many live cards are carried of an origin so many hops away.
func Quota(hops uint64) int {
	switch {
	case hops <= 1:
		return MaxCards
	case hops == 2:
		return 2000
	default:
		return 1000
	}
}

// Hash is a SHA-256; an origin's id is one.
type Hash = [32]byte

// ID is the id of a card.
type ID = [store.IDBytes]byte
