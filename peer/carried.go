package peer

import (
	"context"
	"encoding/hex"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// Carried is an origin whose cards are here, or may come, as operators and
// visitors see it.
type Carried struct {
	Origin   wire.Hash
	Name     string
	Hops     int       // of boxes between: 1 is linked
	Via      string    // who vouches for it; empty when linked
	From     string    // the linked box that brought what is here; empty before
	Cards    int       // shown here
	Seen     time.Time // when a neighbour last had its head; zero before
	Over     bool      // publishes more than is carried: stays at its last head
	Waits    bool      // changed too much at once: stays there until tomorrow or so
	Frozen   bool      // two boxes speak for it
	Stale    bool      // nothing newer of it came for long
	Shut     bool      // kept out by an operator; of the others only Origin and Name are filled
	Labelled bool      // that this box keeps it out is published
}

// Carried lists the origins this box carries, the nearest first, then those an
// operator keeps out.
func (n *Node) Carried(ctx context.Context) ([]Carried, error) {
	var out []Carried
	err := n.db.View(ctx, func(tx *store.Tx) error {
		v, err := carriedView(tx)
		if err != nil {
			return err
		}
		for _, r := range v.routes {
			c, err := v.carried(tx, r)
			if err != nil {
				return err
			}
			out = append(out, c)
		}
		shut, err := neighbour.Blocks(tx)
		if err != nil {
			return err
		}
		for _, b := range shut {
			said, err := neighbour.Said(tx, neighbour.Label, b.Origin)
			if err != nil {
				return err
			}
			out = append(out, Carried{Origin: b.Origin, Name: b.Name, Shut: true, Labelled: said})
		}
		return nil
	})
	return out, err
}

// view is what a list of origins is made from.
type view struct {
	routes []neighbour.Route
	names  map[neighbour.Hash]string // of origins, as their profile or their link says
	peers  map[string]string         // names of linked boxes
}

func carriedView(tx *store.Tx) (*view, error) {
	v := &view{peers: map[string]string{}}
	var err error
	if v.routes, err = neighbour.Routes(tx); err != nil {
		return nil, err
	}
	if v.names, err = neighbour.ClaimedNames(tx); err != nil {
		return nil, err
	}
	links, err := neighbour.Links(tx)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		v.names[l.Origin], v.peers[l.Peer] = l.Name, l.Name
	}
	origins, err := listing.Origins(tx)
	for _, o := range origins {
		if o.Name != "" {
			v.names[o.Key] = o.Name
		}
	}
	return v, err
}

func (v *view) carried(tx *store.Tx, r neighbour.Route) (Carried, error) {
	c := Carried{Origin: r.Origin, Name: v.names[r.Origin], Hops: int(r.Hops), Via: v.names[r.Via]}
	l, err := neighbour.LogOf(tx, r.Origin)
	if store.KindOf(err) == store.NotFound {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	c.Stale = l.Lease == neighbour.Stale
	c.From, c.Seen, c.Over, c.Waits, c.Frozen = v.peers[l.From], l.ConfirmedAt, l.OverQuota, l.Waits, l.Frozen
	if l.Listed != 0 {
		c.Cards, err = listing.CountFrom(tx, l.Listed)
	}
	return c, err
}

// ShutOut keeps an origin out, carried or found by a search, and takes what it
// published off this box at once;
// tell publishes that, for boxes whose operators choose to follow it.
func (n *Node) ShutOut(ctx context.Context, origin string, tell bool) error {
	o, err := originKey(origin)
	if err != nil {
		return err
	}
	return n.db.Update(ctx, func(tx *store.Tx) error {
		v, err := carriedView(tx)
		if err != nil {
			return err
		}
		if _, err := neighbour.RouteOf(tx, o); err != nil {
			name, ok := n.beyond.named(o)
			if !ok || store.KindOf(err) != store.NotFound {
				return err
			}
			v.names[o] = name
		}
		if tell {
			if err := neighbour.Say(tx, neighbour.Label, o, v.names[o]); err != nil {
				return err
			}
		}
		if err := neighbour.TakeBack(tx, neighbour.Vouch, o); err != nil {
			return err
		}
		return neighbour.ShutOut(tx, o, v.names[o])
	})
}

// LetIn ends ShutOut, and takes back what was published of it.
func (n *Node) LetIn(ctx context.Context, origin string) error {
	o, err := originKey(origin)
	if err != nil {
		return err
	}
	return n.db.Update(ctx, func(tx *store.Tx) error { return letIn(tx, o) })
}

func letIn(tx *store.Tx, o wire.Hash) error {
	if err := neighbour.TakeBack(tx, neighbour.Label, o); err != nil {
		return err
	}
	return neighbour.LetIn(tx, o)
}

// FollowLabels sets whether what a linked box keeps out is kept out here too.
func (n *Node) FollowLabels(ctx context.Context, peer string, on bool) error {
	return n.db.Update(ctx, func(tx *store.Tx) error {
		if _, err := neighbour.LinkByPeer(tx, peer); err != nil {
			return err
		}
		return neighbour.FollowLabels(tx, peer, on)
	})
}

// originKey reads an origin's id in hexadecimal; kind NotFound when it is none.
func originKey(s string) (o wire.Hash, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(o) {
		return o, store.E(store.NotFound, "err.not_found")
	}
	return wire.Hash(b), nil
}
