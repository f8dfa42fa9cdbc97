package neighbour

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"copi.local/store"
)

// Role is what bytes named by their hash are to a card.
type Role uint8

// The roles, in the order in which they are fetched.
const (
	RoleBody    Role = iota // what stands behind the card
	RoleThumb               // a small picture
	RolePicture             // a large one
)

// Limits of what is kept of other boxes (PROTOCOL.md §§6, 7).
const (
	MaxCopies   = 512 << 20           // bytes of all copies: 512 MiB
	MaxOf       = 200 << 20           // bytes of copies that one origin's cards name
	MaxPictures = 8                   // pictures of one card that are kept
	KeepUnused  = 30 * 24 * time.Hour // a large picture nobody looked at
)

// Mention is a hash that a card of another box names, or its body does.
type Mention struct {
	Log           int64
	ID            ID // of the card
	Role          Role
	Place         int // among those of its role, from 0 on
	Hash          Hash
	Bytes         int64 // what comes must be that long
	Alt           string
	Width, Height int // pixels of a picture; 0: nobody said
}

// Copy is bytes of another box that are here, checked against their hash.
type Copy struct {
	Hash      Hash
	Bytes     int64
	Body      []byte // as received; nil: a file of the data directory
	Plain     []byte // the body as JSON; nil for a file, and for what JSON cannot say
	FetchedAt time.Time
	UsedAt    time.Time // to the day
}

// Mentions tells whether any card of an origin names anything.
func Mentions(tx *store.Tx, l Log) (bool, error) {
	return store.One(tx, store.Scan[bool], sqlMentions, l.ID)
}

// Mentioned notes that a card names a body. What it named before is forgotten
// unless it is the same. A zero hash is a card without a body.
func Mentioned(tx *store.Tx, l Log, id ID, body Hash, bytes int64) error {
	if _, err := tx.Exec(sqlUnmention, l.ID, id[:], l.ID, id[:], body[:]); err != nil || body == (Hash{}) {
		return err
	}
	return MentionedFirst(tx, l, []Mention{{ID: id, Hash: body, Bytes: bytes}})
}

// MentionedFirst is Mentioned for bodies of cards that named nothing before.
func MentionedFirst(tx *store.Tx, l Log, bodies []Mention) error {
	values := make([]any, 0, 9*len(bodies))
	for i := range bodies {
		m := &bodies[i]
		values = append(values, l.ID, m.ID[:], RoleBody, 0, m.Hash[:], m.Bytes, "", 0, 0)
	}
	return tx.InsertRows(sqlMention, values)
}

// BodiesHere lists the bodies an origin's cards name that are here already.
func BodiesHere(tx *store.Tx, l Log) ([]Mention, error) {
	return store.All(tx, scanMention, sqlBodiesHere, l.ID)
}

// Pictured notes the pictures that the body of a card names, instead of those
// it named before.
func Pictured(tx *store.Tx, l Log, id ID, pictures []Mention) error {
	if _, err := tx.Exec(sqlUnpicture, l.ID, id[:]); err != nil {
		return err
	}
	for _, m := range pictures {
		if _, err := tx.Exec(sqlMention, l.ID, id[:], m.Role, m.Place, m.Hash[:], m.Bytes, m.Alt, m.Width, m.Height); err != nil {
			return err
		}
	}
	return nil
}

// Unmentioned forgets all that a card that is gone named, and its body unless
// another card names it. Files follow with Loose.
func Unmentioned(tx *store.Tx, l Log, ids []ID) error {
	for _, id := range ids {
		if _, err := tx.Exec(sqlUnmention, l.ID, id[:], l.ID, id[:], []byte{}); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(sqlDropLooseBodies)
	return err
}

// StagesErasure tells whether a staging obliges to leave no trace of what goes
// with it (PROTOCOL.md §8): it holds the tombstone of an erasure, or it is a
// relist that lacks a card of main without saying why, whose tombstone may have
// been one and is forgotten.
func StagesErasure(tx *store.Tx, l Log, s Staging) (bool, error) {
	erased, err := store.One(tx, store.Scan[bool], sqlStagesErasure, l.ID, s.Generation)
	if err != nil || erased || !s.Relist {
		return erased, err
	}
	return store.One(tx, store.Scan[bool], sqlUnexplained, l.ID, l.Generation, s.Generation)
}

// MentionsOf lists what a card names: its body, then its pictures in order.
func MentionsOf(tx *store.Tx, l Log, id ID) ([]Mention, error) {
	return store.All(tx, scanMention, sqlMentionsOf, l.ID, id[:])
}

// Naming lists who names a hash.
func Naming(tx *store.Tx, hash Hash) ([]Mention, error) {
	return store.All(tx, scanMention, sqlNaming, hash[:])
}

// Wanted lists at most limit bodies and small pictures of an origin that are
// not here, bodies first. Those of the cards in hidden are left out.
func Wanted(tx *store.Tx, l Log, hidden []ID, limit int) ([]Mention, error) {
	return store.All(tx, scanMention, sqlWanted, l.ID, hexList(hidden), limit)
}

// hexList is a list of ids as one value of a query.
func hexList(ids []ID) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = hex.EncodeToString(id[:])
	}
	b, _ := json.Marshal(list) //nolint:errchkjson // strings always encode
	return string(b)
}

// CopyOf is the copy with a hash; kind NotFound when it is not here.
func CopyOf(tx *store.Tx, hash Hash) (Copy, error) {
	return store.One(tx, scanCopy, sqlCopy, hash[:])
}

// KeepCopy keeps checked bytes, or notes that their file is there.
func KeepCopy(tx *store.Tx, c Copy) error {
	var plain any
	if c.Plain != nil {
		plain = string(c.Plain)
	}
	_, err := tx.Exec(sqlKeepCopy, c.Hash[:], c.Bytes, c.Body, plain, tx.Now.Unix(), tx.Now.Unix())
	return err
}

// Looked notes that somebody looked at a copy; once a day is enough, since it
// wears the SD card.
func Looked(tx *store.Tx, c Copy) error {
	_, err := tx.Exec(sqlLooked, tx.Now.Unix(), c.Hash[:])
	return err
}

// Loose lists the copies nothing shows: no card names them any more, or only
// such as are hidden here do. hidden is, by log, what a moderator hid.
func Loose(tx *store.Tx, hidden map[int64][]ID) ([]Hash, error) {
	list := []string{}
	for log, ids := range hidden {
		for _, id := range ids {
			list = append(list, strconv.FormatInt(log, 10)+":"+hex.EncodeToString(id[:]))
		}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return store.All(tx, scanHash, sqlLoose, string(b))
}

// Idle lists large pictures nobody looked at since an instant.
func Idle(tx *store.Tx, since time.Time) ([]Hash, error) {
	return store.All(tx, scanHash, sqlIdle, since.Unix())
}

// LeastUsed lists the copies to give up, least used first, so that at most so
// many bytes stay.
func LeastUsed(tx *store.Tx, most int64) ([]Hash, error) {
	held, err := Held(tx)
	if err != nil || held <= most {
		return nil, err
	}
	copies, err := store.All(tx, scanCopy, sqlByUse)
	var out []Hash
	for i := range copies {
		if held <= most {
			break
		}
		held -= copies[i].Bytes
		out = append(out, copies[i].Hash)
	}
	return out, err
}

// Held is how many bytes all copies take.
func Held(tx *store.Tx) (int64, error) { return store.One(tx, store.Scan[int64], sqlHeld) }

// HeldOf is how many bytes of copies the cards of one origin name.
func HeldOf(tx *store.Tx, l Log) (int64, error) {
	return store.One(tx, store.Scan[int64], sqlHeldOf, l.ID)
}

// DropCopies forgets copies. Their files are the caller's to remove, before.
func DropCopies(tx *store.Tx, hashes []Hash) error {
	for _, h := range hashes {
		if _, err := tx.Exec(sqlDropCopy, h[:]); err != nil {
			return err
		}
	}
	return nil
}

func scanMention(r store.Row) (m Mention, err error) {
	var id, hash []byte
	err = r.Scan(&m.Log, &id, &m.Role, &m.Place, &hash, &m.Bytes, &m.Alt, &m.Width, &m.Height)
	copy(m.ID[:], id)
	copy(m.Hash[:], hash)
	return m, err
}

func scanCopy(r store.Row) (c Copy, err error) {
	var hash []byte
	var fetched, used int64
	err = r.Scan(&hash, &c.Bytes, &c.Body, &c.Plain, &fetched, &used)
	copy(c.Hash[:], hash)
	c.FetchedAt, c.UsedAt = store.Instant(fetched), store.Instant(used)
	return c, err
}

func scanHash(r store.Row) (h Hash, err error) {
	var b []byte
	err = r.Scan(&b)
	copy(h[:], b)
	return h, err
}
