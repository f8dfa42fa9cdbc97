package peer

import (
	"errors"

	"copi.local/peer/wire"
)

// suspect asks a neighbour for its trail of an origin whose cards did not add
// up: two boxes may be speaking for it. It tells whether that is proved; then
// nobody is to blame for the cards.
func (o *opener) suspect(origin wire.Hash) (forked bool, err error) {
	if err := o.send(&wire.Trail{Heads: map[wire.Hash][]wire.SignedHead{origin: {}}}); err != nil {
		return false, err
	}
	for {
		m, err := o.read(progressWithin)
		if err != nil {
			return false, err
		}
		if m, ok := m.(*wire.Trail); ok {
			if heads, asked := m.Heads[origin]; asked {
				return o.n.replica.Witness(o.ctx, origin, heads)
			}
		}
		switch m.(type) {
		case *wire.Have, *wire.Trail, *wire.Unknown, *wire.Bye:
			if err := o.take(m); err != nil {
				return false, err
			}
		default:
			return false, outOfPlace(m)
		}
	}
}

// witness hears what a neighbour passes on of forks.
func (o *opener) witness(m *wire.Trail) error {
	for origin, heads := range m.Heads {
		forked := false
		err := o.share.check(o.ctx, false, func() (err error) {
			forked, err = o.n.replica.Witness(o.ctx, origin, heads)
			return err
		})
		if err != nil {
			return err
		}
		if forked {
			o.n.log.Warn("two boxes speak for one origin", "origin", origin.String(), "told by", o.peer.String())
		}
	}
	return nil
}

// doubled settles a pull whose cards did not add up: err, unless it is a fork.
func (o *opener) doubled(origin wire.Hash, err error) error {
	if !errors.Is(err, errDigest) {
		return err
	}
	forked, asked := o.suspect(origin)
	switch {
	case asked != nil:
		return asked
	case forked:
		o.n.log.Warn("two boxes speak for one origin", "origin", origin.String(), "found with", o.peer.String())
		return nil
	default:
		return err
	}
}

// trails answers a question for the trails of origins.
func (v *answerer) trails(asked *wire.Trail) error {
	answer := &wire.Trail{Heads: map[wire.Hash][]wire.SignedHead{}}
	for origin := range asked.Heads {
		heads, err := v.n.replica.Trail(v.ctx, origin)
		if err != nil {
			return err
		}
		size := int64(lookCost)
		for _, h := range heads {
			size += int64(len(h.Head) + len(h.Sig))
		}
		if err := v.share.bytes.take(v.ctx, size); err != nil {
			return err
		}
		answer.Heads[origin] = heads
	}
	return v.send(answer)
}

// warn passes on the proofs of forks that this stream has not heard of.
func (v *answerer) warn() error {
	proofs, err := v.n.replica.Proofs(v.ctx)
	if err != nil {
		return err
	}
	for origin := range proofs.Heads {
		if v.warned[origin] {
			delete(proofs.Heads, origin)
			continue
		}
		v.warned[origin] = true
	}
	if len(proofs.Heads) == 0 {
		return nil
	}
	return v.send(proofs)
}
