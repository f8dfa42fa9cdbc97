package peer

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
)

// Bounds of pairing. A box in between is lucky once in a million tries: three
// tries while the door is open, and the operator has to open it again.
const (
	doorOpenFor  = 10 * time.Minute
	exchangeIn   = 15 * time.Second // introductions and numbers
	compareIn    = 10 * time.Minute // for two people to find each other
	maxPairings  = 4                // under way at once
	maxTries     = 3                // by strangers, before the door closes
	maxRemember  = 16               // ended ones still shown
	rememberFor  = 10 * time.Minute
	callWithin   = 10 * time.Second
	answerWithin = 5 * time.Second
)

// PairingState is how far a pairing is, in the words of an operator's page.
type PairingState string

// The states of a pairing.
const (
	PairingCalling PairingState = "calling" // the other box is being asked
	PairingCompare PairingState = "compare" // are the digits the same?
	PairingWaiting PairingState = "waiting" // our operator said yes
	PairingDone    PairingState = "done"
	PairingRefused PairingState = "refused"
	PairingFailed  PairingState = "failed"
)

// Pairing is one pairing, under way or lately ended.
type Pairing struct {
	ID     string
	Peer   string // the other's key
	Name   string // the commune the other says it is; empty before it said so
	State  PairingState
	Digits string // six, from PairingCompare on; none when a code was used
	Why    Obstacle
	Began  time.Time
}

// Obstacle is why a pairing was refused or failed, where there is more to say.
type Obstacle string

// The obstacles.
const (
	ObstacleCode  Obstacle = "code"  // the caller's code is wrong, used, over or missing
	ObstacleBusy  Obstacle = "busy"  // the other box is pairing with a third
	ObstacleOther Obstacle = "other" // the other box does not know the code we have
)

// newLink is what a pairing establishes about the other box.
type newLink struct {
	peer    libp2p.ID
	origin  wire.Hash
	name    string
	commune string
	addrs   []string // where it can be called, as they are kept
}

// pairings runs the pairings of a box.
type pairings struct {
	self  libp2p.ID
	gate  *gate
	clock store.Clock
	log   *slog.Logger
	where func(network.Conn) []string                        // the other end of a connection can be called
	intro func(ctx context.Context) (*wire.PairHello, error) // who we are
	keep  func(ctx context.Context, l newLink) error         // as a neighbour

	mu    sync.Mutex // guards all below
	byID  map[string]*pairing
	count int           // pairings begun
	tries int           // by strangers since the door was opened
	door  chan struct{} // closed when the door is; nil while it is closed

	digits  bool        // the door is open to who comes to compare digits …
	invited *invitation // … and to who knows this code; nil: none
}

// pairing is one of them; the mutex of pairings guards what is shown of it.
type pairing struct {
	Pairing
	number  int // in the order they began
	peer    libp2p.ID
	stage   stage
	inbound bool
	aim     aim // of a call of ours
	ended   time.Time
	answers chan bool // the operator's, at most one is taken
	cancel  context.CancelFunc
}

// aim is what a call of ours is to reach, beside a key.
type aim struct {
	secret *wire.Secret // of the code we were given; nil: digits will be compared
	origin wire.Hash    // of the code; zero when it does not say
	names  []string     // where we call it, of what is a name, as they are kept
}

// errNotWaiting is what a box that is not waiting for us looks like from here.
func errNotWaiting(cause error) error {
	return store.E(store.Conflict, "err.neighbour.not_waiting").At("address").Because(cause)
}

// openDoor lets strangers ask for a pairing for a while; it ends with ctx.
func (ps *pairings) openDoor(ctx context.Context) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.digits = true
	ps.openDoorLocked(ctx)
}

// openDoorLocked opens the door to whom digits and invited say, anew.
func (ps *pairings) openDoorLocked(ctx context.Context) {
	if ps.door != nil {
		close(ps.door)
	}
	ps.tries = 0
	shut := make(chan struct{})
	ps.door = shut
	ps.gate.setOpen(true)
	go func() { // ends when the door is shut, at the latest after doorOpenFor
		select {
		case <-shut:
			return
		case <-ctx.Done():
		case <-ps.clock.After(doorOpenFor):
		}
		ps.mu.Lock()
		defer ps.mu.Unlock()
		if ps.door == shut {
			ps.shutDoorLocked()
		}
	}()
}

func (ps *pairings) shutDoor() {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.shutDoorLocked()
}

func (ps *pairings) shutDoorLocked() {
	if ps.door != nil {
		close(ps.door)
		ps.door = nil
	}
	ps.digits, ps.invited = false, nil
	ps.gate.setOpen(false)
}

// isOpen tells whether a box may ask for a pairing.
func (ps *pairings) isOpen() bool {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	return ps.door != nil
}

// begin takes a place for a pairing with peer, one at a time for each. A box
// that calls while we call it is taken when its key is the lower one, so that
// both sides keep the same of the two.
func (ps *pairings) begin(peer libp2p.ID, inbound bool, cancel context.CancelFunc) (*pairing, error) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.forget()
	under, strangers := 0, 0
	for _, p := range ps.byID {
		if p.stage.over() {
			continue
		}
		if p.peer == peer {
			if !inbound || p.inbound || p.stage != asking || ps.self < peer {
				return nil, store.E(store.Conflict, "err.neighbour.pairing_under_way")
			}
			ps.dropLocked(p)
			continue
		}
		under++
		if p.inbound {
			strangers++
		}
	}
	if under >= maxPairings || inbound && strangers > 0 {
		return nil, store.E(store.Busy, "err.neighbour.too_many_pairings")
	}
	ps.count++
	p := &pairing{
		number: ps.count, Pairing: Pairing{ID: store.NewID(), Peer: peer.String(), State: PairingCalling, Began: ps.clock.Now()},
		peer: peer, inbound: inbound, answers: make(chan bool, 1), cancel: cancel,
	}
	ps.byID[p.ID] = p
	return p, nil
}

// drop ends a pairing that never began.
func (ps *pairings) drop(p *pairing) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.dropLocked(p)
}

func (ps *pairings) dropLocked(p *pairing) {
	p.stage = failed
	p.cancel()
	delete(ps.byID, p.ID)
}

// forget drops what ended long ago or is too many.
func (ps *pairings) forget() {
	now := ps.clock.Now()
	var ended []*pairing
	for id, p := range ps.byID {
		switch {
		case !p.stage.over():
		case now.Sub(p.ended) > rememberFor:
			delete(ps.byID, id)
		default:
			ended = append(ended, p)
		}
	}
	sort.Slice(ended, func(i, j int) bool { return ended[i].ended.Before(ended[j].ended) })
	for len(ended) > maxRemember {
		delete(ps.byID, ended[0].ID)
		ended = ended[1:]
	}
}

// list is the pairings under way and lately ended, the newest first.
func (ps *pairings) list() []Pairing {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.forget()
	list := slices.Collect(maps.Values(ps.byID))
	sort.Slice(list, func(i, j int) bool { return list[i].number > list[j].number })
	out := make([]Pairing, len(list))
	for i, p := range list {
		out[i] = p.Pairing
	}
	return out
}

// answer takes the operator's yes or no.
func (ps *pairings) answer(id string, yes bool) error {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p, ok := ps.byID[id]
	if !ok {
		return store.E(store.NotFound, "err.not_found")
	}
	e := ourNo
	if yes {
		e = ourYes
	}
	if _, err := p.stage.after(e); err != nil {
		return store.E(store.Conflict, "err.neighbour.pairing_over").Because(err)
	}
	select {
	case p.answers <- yes:
	default: // answered already
	}
	return nil
}

// move applies a step and says what it led to.
func (ps *pairings) move(p *pairing, e step) stage {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	to, err := p.stage.after(e)
	if err != nil {
		return p.stage
	}
	if to.over() {
		ps.endLocked(p, to, e)
	}
	p.stage = to
	if to == comparing || to == agreed {
		p.State = PairingCompare
	}
	if to == waiting {
		p.State = PairingWaiting
	}
	return to
}

// endLocked records the end of a pairing. A stranger that saw the digits and
// went away has used one of its tries, and so has one without the right code.
func (ps *pairings) endLocked(p *pairing, to stage, e step) {
	switch to {
	case paired: // shown as done when the link is kept
	case refused:
		p.State = PairingRefused
	default:
		p.State = PairingFailed
	}
	if p.inbound && to != paired && (p.stage > asking || e == theirFalse) {
		if ps.tries++; ps.tries >= maxTries {
			ps.shutDoorLocked()
		}
	}
	p.stage, p.ended = to, ps.clock.Now()
}

// because notes why a pairing is about to end.
func (ps *pairings) because(p *pairing, why Obstacle) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p.Why = why
}

// show fills in what the other said and the digits.
func (ps *pairings) show(p *pairing, name, digits string) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	p.Name, p.Digits = name, digits
}
