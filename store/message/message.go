// Package message keeps what two parties write each other about a thing: an
// event, a room, an ad, somebody's entry in the directory.
//
// A party is a person, or an organisation for which all its administrators
// read and answer. Nobody else reads a word: no moderator, no operator, no
// search, no feed, no neighbour, no notice. The one exception is a message that
// its reader reports. Then moderators read that message and a few around it,
// until they have decided. Of a desk without administrators the operators are
// the party (KeepDesk).
//
// Nobody learns whether the other has read. Who blocks somebody is not named:
// the other reads that this person takes no messages from them. Words are kept
// for a year after the last one of their thread.
package message

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/moderation"
)

// Module names this package in refs: the ref of a thread.
const Module = "message"

// Limits.
const (
	MaxText    = 2000 // of a message, in characters
	PerHour    = 60   // messages of one account
	NewPerHour = 10   // threads one account begins
)

// How long things last.
const (
	Kept  = 365 * 24 * time.Hour // a thread after its last message
	Grace = 30 * 24 * time.Hour  // a thread takes messages after the thing is gone, counted from its last one
	twice = time.Minute          // the same words again are one message: somebody tapped twice
)

// Party is one of the two who write each other. Exactly one field is set; none
// is a person who has left.
type Party struct {
	Account string // a person
	Element string // an organisation, a place or a project of the directory
}

// Gone tells whether the person has left.
func (p Party) Gone() bool { return p == Party{} }

// Mine tells whether the actor reads and writes for the party.
func (p Party) Mine(tx *store.Tx) (bool, error) { return p.mine(tx, "") }

// mine tells it of one thread; of any where that is empty.
func (p Party) mine(tx *store.Tx, thread string) (bool, error) {
	switch {
	case tx.Actor.ID == "":
		return false, nil
	case p.Element != "":
		if admin, err := directory.IsAdmin(tx, p.Element, tx.Actor.ID); err != nil || admin {
			return admin, err
		}
		return staffs(tx, p.Element, thread)
	default:
		return p.Account == tx.Actor.ID, nil
	}
}

// Readers are the accounts that read for the party.
func (p Party) Readers(tx *store.Tx) ([]string, error) {
	switch {
	case p.Element != "":
		if admins, err := directory.AdminsOf(tx, p.Element); err != nil || len(admins) > 0 {
			return admins, err
		}
		return staffed(tx, p.Element)
	case p.Account != "":
		return []string{p.Account}, nil
	default:
		return nil, nil
	}
}

// there fails with kind NotFound unless somebody reads for the party. Modules
// forget the account of who has left, so one they name is there.
func (p Party) there(tx *store.Tx) error {
	list, err := p.Readers(tx)
	if err == nil && len(list) == 0 {
		err = store.E(store.NotFound, "err.message.nobody")
	}
	return err
}

// Name is how the party is written; empty when it has left, or is not to be
// known any more.
func (p Party) Name(tx *store.Tx) (string, error) {
	if p.Element == "" {
		return account.ShownName(tx, p.Account)
	}
	e, err := directory.Get(tx, p.Element)
	if store.KindOf(err) == store.NotFound {
		return "", nil
	}
	return e.Name, err
}

// Thread is what two parties wrote about one thing, as one of them sees it.
type Thread struct {
	ID     string
	About  store.Ref
	Title  string // of the thing
	Sides  [2]Party
	Mine   int // which side the actor is on
	LastAt time.Time
	Unread int     // messages the actor has not opened
	Last   Message // the latest one

	lastN   int
	cleared [2]int
}

// Ref points at the thread.
func (t *Thread) Ref() store.Ref { return store.Ref{Module: Module, ID: t.ID} }

// As is the party the actor writes as.
func (t *Thread) As() Party { return t.Sides[t.Mine] }

// Other is whom the actor writes to.
func (t *Thread) Other() Party { return t.Sides[1-t.Mine] }

// Message is what one party wrote.
type Message struct {
	N      int
	Side   int
	Author string // the account that wrote it, also for an organisation; empty after it left
	Text   string // empty once it was taken away
	Taken  string // why: Erased, or a moderator's reason; empty: it is there
	At     time.Time
}

// Erased is the reason of a message whose author left and took it along.
const Erased = "erased"

// Complaints are the reasons to report a message, in the order they are shown.
var Complaints = []moderation.Reason{"insult", "advertising", "personal", "illegal", "other"}

// check tells what is wrong with a message's words.
func check(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", store.E(store.Invalid, "err.message.empty").At("text")
	}
	if bad := listing.CheckText("text", text, MaxText); bad != nil {
		return "", bad
	}
	return text, nil
}
