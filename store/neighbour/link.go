package neighbour

import (
	"strings"
	"time"

	"copi.local/store"
)

// State is how far two boxes trust each other.
type State string

// The states of a link.
const (
	Pairing State = "pairing" // one side has asked, an operator has not confirmed
	Paired  State = "paired"
	Blocked State = "blocked" // by an operator, or after three faults
)

// Link is another box that this one talks to, or refuses to.
type Link struct {
	Peer      string // libp2p peer id
	Origin    Hash   // zero until it has told
	Name      string // of its commune, as it says
	Commune   string
	State     State
	Addresses []string // multiaddrs, last seen first
	PairedAt  time.Time
	ContactAt time.Time // zero: never

	// Kept by the sync; SaveLink leaves them alone.
	Feed         [8]byte // its have-feed as last seen
	FeedRev      uint64  // how far this box has read it
	CoveredEpoch uint64  // how much of our own log it says it holds
	CoveredSeq   uint64
	Faults       int
	Labels       bool // the blocks it publishes hold here too
}

// SaveLink adds a link or changes what it says of its box. What is carried
// follows.
func SaveLink(tx *store.Tx, l Link) error {
	var origin []byte
	if l.Origin != (Hash{}) {
		origin = l.Origin[:]
	} else {
		origin = []byte{}
	}
	_, err := tx.Exec(sqlSaveLink, l.Peer, origin, l.Name, l.Commune, string(l.State),
		strings.Join(l.Addresses, "\n"), store.Unix(l.PairedAt), store.Unix(l.ContactAt))
	if store.IsUnique(err) {
		return store.E(store.Conflict, "err.neighbour.origin_linked").Because(err)
	}
	if err != nil {
		return err
	}
	return Reckon(tx)
}

// Links lists all links, oldest first.
func Links(tx *store.Tx) ([]Link, error) { return store.All(tx, scanLink, sqlLinks) }

// LinkByPeer finds a link by peer id; kind NotFound without one.
func LinkByPeer(tx *store.Tx, peer string) (Link, error) {
	return store.One(tx, scanLink, sqlLinkByPeer, peer)
}

// LinkByOrigin finds a link by origin; kind NotFound without one.
func LinkByOrigin(tx *store.Tx, origin Hash) (Link, error) {
	return store.One(tx, scanLink, sqlLinkByOrigin, origin[:])
}

// DropLink forgets a link, and what it published unless another box vouches
// for it.
func DropLink(tx *store.Tx, peer string) error {
	if _, err := tx.Exec(sqlDropLink, peer); err != nil {
		return err
	}
	return Reckon(tx)
}

// Rekey makes a link that of the key which its origin's statements now name.
func Rekey(tx *store.Tx, was, now string) error {
	_, err := tx.Exec(sqlRekey, now, was)
	return err
}

// Met records a contact and the addresses that work.
func Met(tx *store.Tx, peer string, addresses []string) error {
	_, err := tx.Exec(sqlMet, tx.Now.Unix(), strings.Join(addresses, "\n"), peer)
	return err
}

// SetCursor records how far a link's have-feed was read and acted on under a
// scope; nothing when that is no longer the scope.
func SetCursor(tx *store.Tx, peer string, feed [8]byte, rev, scope uint64) error {
	_, err := tx.Exec(sqlCursor, feed[:], int64(rev), peer, int64(scope))
	return err
}

// Receipt records that a link holds our own log up to a number.
func Receipt(tx *store.Tx, peer string, epoch, seq uint64) error {
	_, err := tx.Exec(sqlReceipt, int64(epoch), int64(seq), peer, int64(epoch), int64(seq))
	return err
}

// Fault counts a malformed or forged message of a link and returns how many
// there were since an operator last looked.
func Fault(tx *store.Tx, peer string) (int, error) {
	return store.One(tx, store.Scan[int], sqlFault, peer)
}

// Pardon forgets a link's faults.
func Pardon(tx *store.Tx, peer string) error {
	_, err := tx.Exec(sqlPardon, peer)
	return err
}

func scanLink(r store.Row) (Link, error) {
	var l Link
	var origin, feed []byte
	var state, addresses string
	var rev, epoch, seq, paired, contact int64
	err := r.Scan(&l.Peer, &origin, &l.Name, &l.Commune, &state, &addresses, &feed, &rev, &epoch, &seq,
		&l.Faults, &paired, &contact, &l.Labels)
	copy(l.Origin[:], origin)
	copy(l.Feed[:], feed)
	l.State, l.FeedRev, l.CoveredEpoch, l.CoveredSeq = State(state), uint64(rev), uint64(epoch), uint64(seq)
	l.Addresses = strings.Fields(addresses)
	l.PairedAt, l.ContactAt = store.Instant(paired), store.Instant(contact)
	return l, err
}
