package appliance

import (
	"context"

	"copi.local/ui"
)

// Carried lists the boxes whose listings are carried or kept out.
func (n neighbours) Carried(ctx context.Context) ([]ui.CarriedBox, error) {
	list, err := n.node.Carried(ctx)
	out := make([]ui.CarriedBox, len(list))
	for i, c := range list {
		out[i] = ui.CarriedBox{
			Key: c.Origin.String(), Name: c.Name, Hops: c.Hops, Via: c.Via, From: c.From, Cards: c.Cards, Seen: c.Seen,
			Over: c.Over, Waits: c.Waits, Frozen: c.Frozen, Stale: c.Stale, Shut: c.Shut, Told: c.Labelled,
		}
	}
	return out, err
}

// Vouch says that the operators know a linked box.
func (n neighbours) Vouch(ctx context.Context, id string, on bool) error {
	return n.node.Vouch(ctx, id, on)
}

// Follow keeps out what a linked box keeps out.
func (n neighbours) Follow(ctx context.Context, id string, on bool) error {
	return n.node.FollowLabels(ctx, id, on)
}

// Shut keeps a box out; tell publishes it.
func (n neighbours) Shut(ctx context.Context, key string, tell bool) error {
	return n.node.ShutOut(ctx, key, tell)
}

// LetIn ends that.
func (n neighbours) LetIn(ctx context.Context, key string) error { return n.node.LetIn(ctx, key) }

// Relays tells whether calls of linked boxes may pass through this one.
func (n neighbours) Relays(ctx context.Context) (bool, error) { return n.node.Relays(ctx) }

// SetRelays changes it.
func (n neighbours) SetRelays(ctx context.Context, on bool) error { return n.node.SetRelays(ctx, on) }
