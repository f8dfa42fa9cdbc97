package peer

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"time"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
)

// Pairing by a code (PROTOCOL.md §7): one operator shows a QR code, or reads its
// short form aloud; it holds a secret that is used once. The other's box calls,
// and each proves to the other that it knows the secret, for the two keys of
// their connection: whoever sits in between has neither. Who shows the code has
// agreed by showing it, who uses it by using it, so there are no digits to
// compare. A code lives in memory alone.

// inviteFor is how long a code is good for, in elapsed time.
const inviteFor = doorOpenFor

// Invitation is the code this box shows now.
type Invitation struct {
	Code      string        // for machines: a wire.Invite in base64url
	Short     string        // for people, who type an address beside it
	Addresses []string      // "host:port", the best first
	Left      time.Duration // how long it is good for
}

// Inviter is who a code says it is of. Only the key is certain, and only once
// a pairing is done.
type Inviter struct {
	Name   string // of the commune
	Linked bool   // the box is a neighbour already
}

// invitation is the code shown; the mutex of pairings guards it.
type invitation struct {
	shown  Invitation
	secret wire.Secret
	until  time.Duration // of running time
	by     libp2p.ID     // who proved the secret: nobody else may any more
}

// Invite makes a code, in place of the one before, and lets boxes that know it
// in until it is over. at is where the other box may call this one from far
// away, "" when both are on one network. It fails with kind Invalid at
// "at", and with kind Conflict before the box is set up.
func (n *Node) Invite(ctx context.Context, at string) error {
	hello, err := n.introduce(ctx)
	if err != nil {
		return err
	}
	i := &invitation{until: n.clock.Running() + inviteFor}
	if strings.TrimSpace(at) != "" {
		t, err := parseTarget(at)
		if err != nil {
			return store.E(store.Invalid, "err.neighbour.address").At("at").Because(err)
		}
		i.shown.Addresses = append(i.shown.Addresses, t.String())
	}
	own := n.Addrs()
	i.shown.Addresses = append(i.shown.Addresses, own[:min(len(own), wire.MaxInviteAddresses-len(i.shown.Addresses))]...)
	if len(i.shown.Addresses) == 0 {
		return store.E(store.Conflict, "err.neighbour.no_address").At("at")
	}
	_, _ = rand.Read(i.secret[:]) // never fails (crypto/rand)
	b, err := (&wire.Invite{
		Version: 1, BoxKey: n.id.Public(), Origin: hello.Origin, Secret: i.secret, Addresses: i.shown.Addresses, Name: hello.Name,
	}).Encode()
	if errors.Is(err, wire.ErrForm) { // an address as long as nobody's is
		return store.E(store.Invalid, "err.neighbour.address").At("at").Because(err)
	}
	if err != nil {
		return err
	}
	i.shown.Code, i.shown.Short = base64.RawURLEncoding.EncodeToString(b), shortOf(i.secret)
	n.pairs.invite(n.ctx, i) //nolint:contextcheck // it outlives the request that asked for it
	n.lookAround()
	return nil
}

// Invitation is the code shown now, if there is one.
func (n *Node) Invitation() (Invitation, bool) { return n.pairs.shown() }

// Withdraw takes the code back, and lets nobody in any more.
func (n *Node) Withdraw() { n.pairs.shutDoor() }

// ReadCode tells who a code is of. It fails with kind Invalid, and with kind
// Conflict when it is this box's own.
func (n *Node) ReadCode(text string) (Inviter, error) {
	i, id, err := n.readCode(text)
	if err != nil {
		return Inviter{}, err
	}
	return Inviter{Name: printable(i.Name, 80), Linked: n.gate.knows(id)}, nil
}

func (n *Node) readCode(text string) (*wire.Invite, libp2p.ID, error) {
	i, id, err := decodeCode(text)
	if err != nil {
		return nil, "", store.E(store.Invalid, "err.neighbour.code").At("c").Because(err)
	}
	if id == n.id.id {
		return nil, "", store.E(store.Conflict, "err.neighbour.own_code").At("c")
	}
	return i, id, nil
}

// decodeCode reads a code, or the whole address that a QR code holds.
func decodeCode(text string) (*wire.Invite, libp2p.ID, error) {
	text = strings.TrimSpace(text)
	if u, err := url.Parse(text); err == nil && u.Query().Has("c") {
		text = u.Query().Get("c")
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, "", err
	}
	i, err := wire.DecodeInvite(b)
	if err != nil {
		return nil, "", err
	}
	name, err := peerOf(i.BoxKey)
	if err != nil {
		return nil, "", err
	}
	id, err := libp2p.Decode(name)
	return i, id, err
}

// Accept calls the box whose code this is, which must have the key the code
// names, and links both. It returns the pairing's id once the box was reached;
// what follows is in Pairings. Errors are at "c".
func (n *Node) Accept(ctx context.Context, code string) (string, error) {
	i, id, err := n.readCode(code)
	if err != nil {
		return "", err
	}
	if n.gate.isLinked(id) {
		return "", store.E(store.Conflict, "err.neighbour.linked").At("c")
	}
	if _, err := n.introduce(ctx); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	addrs := resolve(ctx, i.Addresses)
	if len(addrs) == 0 {
		return "", store.E(store.Conflict, "err.neighbour.unreachable").At("c")
	}
	p, err := n.pairWith(ctx, id, addrs, aim{secret: &i.Secret, origin: i.Origin, names: namesIn(i.Addresses)})
	return p, atCode(err, "c")
}

// AcceptShort is Accept with what people type: where the other box is, and the
// short form of its code. Errors are at "address" and "code".
func (n *Node) AcceptShort(ctx context.Context, where, short string) (string, error) {
	secret, err := parseShort(short)
	if err != nil {
		return "", err
	}
	if _, err := n.introduce(ctx); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	id, addrs, err := n.locateNew(ctx, where)
	if err != nil {
		return "", err
	}
	p, err := n.pairWith(ctx, id, addrs, aim{secret: &secret, names: namesIn([]string{where})})
	return p, atCode(err, "code")
}

// atCode says of a call with a code why it failed. A box that shows no code
// takes no calls of strangers.
func atCode(err error, field string) error {
	if e, ok := errors.AsType[*store.Error](err); !ok || e.Key != "err.neighbour.not_waiting" {
		return err
	}
	key := "err.neighbour.code_over"
	switch whyUnreached(err) {
	case OtherKey:
		key = "err.neighbour.code_other_key"
	case NoAnswer, NoRoute, NobodyThere:
		key = "err.neighbour.unreachable"
	case KeptOut, Unexplained:
	}
	return store.E(store.Conflict, key).At(field).Because(err)
}

// namesIn are the names among addresses, as they are kept: they outlive a
// change of address.
func namesIn(addresses []string) (names []string) {
	for _, a := range addresses {
		if t, err := parseTarget(a); err == nil && !t.isIP() {
			names = append(names, t.multiaddr())
		}
	}
	return names
}

// invite shows a code. Boxes that know none are not heard meanwhile, unless an
// operator opens the door to them as well.
func (ps *pairings) invite(ctx context.Context, i *invitation) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.invited, ps.digits = i, false
	ps.openDoorLocked(ctx)
}

func (ps *pairings) shown() (Invitation, bool) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	i := ps.invitedLocked()
	if i == nil {
		return Invitation{}, false
	}
	shown := i.shown
	shown.Left = i.until - ps.clock.Running()
	return shown, true
}

// invitedLocked is the code shown, unless its time is over.
func (ps *pairings) invitedLocked() *invitation {
	if ps.invited != nil && ps.clock.Running() >= ps.invited.until {
		ps.invited = nil
	}
	return ps.invited
}

// entitled decides on the proof in a caller's introduction, before anything
// else in it is believed: by a right one it is linked with the secret returned,
// without one it may compare digits, if an operator waits for that. Otherwise
// it has used a try.
func (ps *pairings) entitled(p *pairing, proof wire.Hash) (*wire.Secret, error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if proof == (wire.Hash{}) && ps.digits {
		return nil, nil
	}
	i := ps.invitedLocked()
	if i != nil && (i.by == "" || i.by == p.peer) && proves(&i.secret, proof, true, p.peer, ps.self) {
		i.by = p.peer
		return &i.secret, nil
	}
	return nil, errProof
}

// errProof is a code that is wrong, over, or missing.
var errProof = errors.New("the code is not proved")

// proves compares in constant time.
func proves(s *wire.Secret, proof wire.Hash, initiator bool, from, to libp2p.ID) bool {
	want := s.Proof(initiator, string(from), string(to))
	return subtle.ConstantTimeCompare(want[:], proof[:]) == 1
}
