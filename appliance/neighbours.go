package appliance

import (
	"context"
	"crypto/ed25519"
	"os"

	"copi.local/peer"
	"copi.local/ui"
)

// neighbours shows a peer.Node to the pages: ui and peer never meet.
type neighbours struct{ node *peer.Node }

var _ ui.Neighbours = neighbours{}

// Boxes lists the linked boxes.
func (n neighbours) Boxes(ctx context.Context) ([]ui.NeighbourBox, error) {
	links, err := n.node.Links(ctx)
	out := make([]ui.NeighbourBox, len(links))
	for i, l := range links {
		out[i] = ui.NeighbourBox{
			ID: l.Peer, Name: l.Name, Cards: l.Cards, Contact: l.Contact, Connected: l.Connected, Through: l.Through, Blocked: l.Blocked,
			Vouched: l.Vouched, Follows: l.Labels,
			Frozen: l.Frozen, Stale: l.Stale, Lapsed: l.Lapsed,
			Since: l.Since, Told: l.Told, Missing: l.Missing, Why: string(l.Why), In: l.In, Out: l.Out, Started: l.Started,
		}
	}
	return out, err
}

// Seen lists boxes on the local network that are not linked.
func (n neighbours) Seen() []ui.SeenBox {
	var out []ui.SeenBox
	for _, f := range n.node.Found() {
		if !f.Linked {
			out = append(out, ui.SeenBox{Name: f.Name, Address: f.Peer, Where: f.Addrs[0]})
		}
	}
	return out
}

// Addresses lists where this box can be called, the best first.
func (n neighbours) Addresses() []string { return n.node.Addrs() }

// Open lets another box ask for a link.
func (n neighbours) Open() { n.node.OpenDoor() }

// Opened tells whether another box may ask.
func (n neighbours) Opened() bool { return n.node.DoorOpen() }

// Call asks another box for a link.
func (n neighbours) Call(ctx context.Context, address string) error {
	_, err := n.node.StartPairing(ctx, address)
	return err
}

// Links lists the links being made.
func (n neighbours) Links() []ui.Linking {
	pairings := n.node.Pairings()
	out := make([]ui.Linking, len(pairings))
	for i, p := range pairings {
		out[i] = ui.Linking{ID: p.ID, Name: p.Name, State: string(p.State), Why: string(p.Why), Digits: p.Digits, Began: p.Began}
	}
	return out
}

// Answer says whether the digits of a link are the same.
func (n neighbours) Answer(id string, same bool) error {
	if same {
		return n.node.Confirm(id)
	}
	return n.node.Refuse(id)
}

// Invite makes a code for another operator.
func (n neighbours) Invite(ctx context.Context, at string) error { return n.node.Invite(ctx, at) }

// Withdraw takes it back.
func (n neighbours) Withdraw() { n.node.Withdraw() }

// Invitation is the code shown now.
func (n neighbours) Invitation() (ui.LinkCode, bool) {
	i, ok := n.node.Invitation()
	return ui.LinkCode{Code: i.Code, Short: i.Short, Addresses: i.Addresses, Left: i.Left}, ok
}

// ReadCode tells who another's code is of.
func (n neighbours) ReadCode(code string) (ui.Inviter, error) {
	who, err := n.node.ReadCode(code)
	return ui.Inviter(who), err
}

// Accept links with the box whose code this is.
func (n neighbours) Accept(ctx context.Context, code string) error {
	_, err := n.node.Accept(ctx, code)
	return err
}

// AcceptShort is Accept with what people type.
func (n neighbours) AcceptShort(ctx context.Context, address, code string) error {
	_, err := n.node.AcceptShort(ctx, address, code)
	return err
}

// Fetch brings what stands behind a neighbour's card.
func (n neighbours) Fetch(ctx context.Context, id string) error { return n.node.Fetch(ctx, id) }

// Picture opens a neighbour's picture.
func (n neighbours) Picture(hash [32]byte) (*os.File, error) { return n.node.Picture(hash) }

// Block stops the exchange with a linked box.
func (n neighbours) Block(ctx context.Context, id string) error { return n.node.Block(ctx, id) }

// Unblock resumes it.
func (n neighbours) Unblock(ctx context.Context, id string) error { return n.node.Unblock(ctx, id) }

// Question is what this box asks about itself.
func (n neighbours) Question(ctx context.Context) (ui.OwnQuestion, error) {
	q, err := n.node.Question(ctx)
	return ui.OwnQuestion{
		Doubt: string(q.Doubt), Restart: q.Restart, From: q.From, Lost: q.Lost, More: q.More, Gone: q.Gone,
	}, err
}

// Continue answers that this box is the only one.
func (n neighbours) Continue(ctx context.Context) error { return n.node.Continue(ctx) }

// BeCopy answers that it is a copy.
func (n neighbours) BeCopy(ctx context.Context) error { return n.node.BeCopy(ctx) }

// Repair gives the box a new key.
func (n neighbours) Repair(ctx context.Context, recovery ed25519.PrivateKey) error {
	return n.node.Repair(ctx, recovery)
}
