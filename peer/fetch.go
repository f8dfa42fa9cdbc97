package peer

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// Bounds of asking on demand.
const (
	fetchWithin = 20 * time.Second // that it may take
	maxFetches  = 4                // at once; more are told to come back
	maxSources  = 3                // boxes asked beside the one the card is from
)

// bringAll brings what a card names, then the pictures that its body names.
func (n *Node) bringAll(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	for range 2 { // the body names the pictures
		l, wants, err := n.behind(ctx, id)
		if err != nil || len(wants) == 0 {
			return err
		}
		if err := n.fetch(ctx, l, wants, wire.MaxTTL, ""); err != nil {
			return err
		}
	}
	return nil
}

// Picture opens a neighbour's picture that is here; kind NotFound when it is
// not. Who may see it is the caller's affair.
func (n *Node) Picture(hash wire.Hash) (*os.File, error) {
	f, err := n.shelf.open(hash)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.E(store.NotFound, "err.not_found").Because(err)
	}
	return f, err
}

// behind lists what a card names and is not here.
func (n *Node) behind(ctx context.Context, id string) (l neighbour.Log, wants []neighbour.Mention, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) error {
		raw, err := store.ParseID(id)
		if err != nil {
			return err
		}
		if l, err = logBehind(tx, id, raw); err != nil {
			return err
		}
		all, err := neighbour.MentionsOf(tx, l, raw)
		if err == nil {
			wants, err = lacking(tx, all)
		}
		return err
	})
	return l, wants, err
}

// logBehind is the log of a neighbour's card that is shown here, or of a
// territory.
func logBehind(tx *store.Tx, id string, raw neighbour.ID) (neighbour.Log, error) {
	c, err := listing.ByID(tx, id)
	switch {
	case store.KindOf(err) == store.NotFound:
		return neighbour.LogOfTerritory(tx, raw)
	case err != nil:
		return neighbour.Log{}, err
	case c.Origin == nil:
		return neighbour.Log{}, store.E(store.NotFound, "err.not_found")
	default:
		return neighbour.LogOf(tx, c.Origin.Key)
	}
}

// lacking are those of wants that are not here.
func lacking(tx *store.Tx, wants []neighbour.Mention) ([]neighbour.Mention, error) {
	var out []neighbour.Mention
	for _, m := range wants {
		_, err := neighbour.CopyOf(tx, m.Hash)
		if store.KindOf(err) == store.NotFound {
			out, err = append(out, m), nil
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fetch brings what cards of one origin name: from the origin itself, then from
// others that may ask theirs ttl times, never from except. It fails with kind
// Busy unless everything is here afterwards.
func (n *Node) fetch(ctx context.Context, l neighbour.Log, wants []neighbour.Mention, ttl uint64, except libp2p.ID) error {
	if err := n.roomFor(ctx, l, wants); err != nil {
		return err
	}
	origin, others, err := n.sources(ctx, l, except)
	if err != nil {
		return err
	}
	var last error
	for i, id := range append(origin, others...) {
		asks := ttl
		if i < len(origin) {
			asks = 0 // nobody has what the origin itself has not got
		}
		_, last = n.askFor(ctx, id, wants, asks)
		err := n.db.View(ctx, func(tx *store.Tx) (err error) {
			wants, err = lacking(tx, wants)
			return err
		})
		if err != nil {
			return err
		}
		if len(wants) == 0 {
			return nil
		}
	}
	return store.E(store.Busy, "err.neighbour.not_fetched").Because(last)
}

// sources are the boxes to ask for what an origin's cards name: the origin, if
// it is linked, and others with an open session.
func (n *Node) sources(ctx context.Context, l neighbour.Log, except libp2p.ID) (origin, others []libp2p.ID, err error) {
	links, err := n.links(ctx)
	if err != nil {
		return nil, nil, err
	}
	for id, link := range links {
		switch {
		case id == except || !n.gate.isLinked(id):
		case link.Origin == l.Origin:
			origin = append(origin, id)
		case n.isOpen(id) && len(others) < maxSources:
			others = append(others, id)
		}
	}
	return origin, others, nil
}

// isOpen tells whether a session with a neighbour is open.
func (n *Node) isOpen(id libp2p.ID) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.callers[id]
	return c != nil && c.open
}

// roomFor fails with kind Busy when the origin has had its share or, for
// pictures, when the SD card is nearly full: what is left is for words.
func (n *Node) roomFor(ctx context.Context, l neighbour.Log, wants []neighbour.Mention) error {
	size, picture := int64(0), false
	for _, m := range wants {
		size += m.Bytes
		picture = picture || m.Role != neighbour.RoleBody
	}
	if picture && n.opt.Photos != nil {
		if err := n.opt.Photos.Room(); err != nil {
			return err
		}
	}
	return n.db.View(ctx, func(tx *store.Tx) error {
		held, err := neighbour.HeldOf(tx, l)
		if err == nil && held+size > neighbour.MaxOf {
			err = store.E(store.Busy, "err.neighbour.not_fetched").Because(errors.New("the origin's share is used up"))
		}
		return err
	})
}

// askFor asks one neighbour for what nobody else is being asked for now, and
// waits for what is.
func (n *Node) askFor(ctx context.Context, id libp2p.ID, wants []neighbour.Mention, ttl uint64) (missed []wire.Hash, err error) {
	var mine []neighbour.Mention
	var busy []<-chan struct{}
	seen := map[wire.Hash]bool{}
	for _, m := range wants {
		if seen[m.Hash] {
			continue
		}
		seen[m.Hash] = true
		if other := n.shelf.hold(m.Hash); other != nil {
			busy = append(busy, other)
		} else {
			mine = append(mine, m)
		}
	}
	if len(mine) > 0 {
		missed, err = n.ask(ctx, id, mine, ttl)
	}
	for _, m := range mine {
		n.shelf.letGo(m.Hash)
	}
	for _, other := range busy {
		select {
		case <-other:
		case <-ctx.Done():
			return missed, ctx.Err()
		}
	}
	return missed, err
}

// arrived keeps checked bytes for the cards shown here that name them; when
// none does any more, they are not kept.
func (n *Node) arrived(ctx context.Context, copies []neighbour.Copy) error {
	if len(copies) == 0 {
		return nil
	}
	var useless []wire.Hash
	err := n.db.Update(ctx, func(tx *store.Tx) error {
		useless = nil
		for _, c := range copies {
			named, err := shownNaming(tx, c.Hash)
			if err != nil {
				return err
			}
			if len(named) == 0 {
				useless = append(useless, c.Hash)
				continue
			}
			if err := keepCopy(tx, c, named); err != nil {
				return err
			}
		}
		return nil
	})
	for _, h := range useless {
		err = errors.Join(err, n.shelf.drop(h))
	}
	return err
}

// keepCopy keeps a copy; a body is opened for each card that names it.
func keepCopy(tx *store.Tx, c neighbour.Copy, named []naming) error {
	if err := neighbour.KeepCopy(tx, c); err != nil || c.Body == nil {
		return err
	}
	for _, m := range named {
		if m.Role != neighbour.RoleBody {
			continue
		}
		if err := opened(tx, m.log, m.ID, c.Body); err != nil {
			return err
		}
	}
	return nil
}
