package peer

import (
	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// bodiesAtOnce is how many bodies are read together; at most two megabytes.
const bodiesAtOnce = 64

// bodies writes what stands behind the cards of a part and is here: of our own,
// all; of another box's, the copies. Only what everybody may see now travels,
// as when a neighbour asks for it.
func (b *bundling) bodies(l *neighbour.Log, after uint64) error {
	return eachShown(b.tx, l, after, func(shown [][]byte) error {
		for _, body := range shown {
			b.picturesOf(body)
		}
		for len(shown) > 0 {
			packed, n := wire.PackBodies(shown)
			if err := b.out.Write(packed); err != nil {
				return err
			}
			shown = shown[n:]
		}
		return nil
	})
}

// eachShown gives out, some at a time, the bodies of a log after a number that
// everybody may see now.
func eachShown(tx *store.Tx, l *neighbour.Log, after uint64, do func([][]byte) error) error {
	hidden, err := listing.HiddenForeign(tx)
	if err != nil {
		return err
	}
	for {
		rows, err := behind(tx, l, after)
		if err != nil || len(rows) == 0 {
			return err
		}
		var shown [][]byte
		for i := range rows {
			after = rows[i].Seq
			ok := !isIn(hidden[l.Listed], rows[i].ID)
			if l.Own {
				if ok, err = isPublic(tx, rows[i].ID); err != nil {
					return err
				}
			}
			if ok {
				shown = append(shown, rows[i].Body)
			}
		}
		if err := do(shown); err != nil {
			return err
		}
	}
}

// behind lists the next bodies of a log.
func behind(tx *store.Tx, l *neighbour.Log, after uint64) ([]neighbour.NumberedBody, error) {
	if l.Own {
		return neighbour.BodiesAfter(tx, *l, after, bodiesAtOnce)
	}
	return neighbour.CopiesAfter(tx, *l, after, bodiesAtOnce)
}

// isPublic tells whether an own card may be seen by everybody now: the log may
// be a moment behind.
func isPublic(tx *store.Tx, id neighbour.ID) (bool, error) {
	c, err := listing.ByID(tx, store.FormatID(id))
	if store.KindOf(err) == store.NotFound {
		return listing.IsZoneCard(tx, store.FormatID(id))
	}
	return err == nil && c.Origin == nil && c.Audience == listing.Public && !c.Hidden, err
}

// bodies keeps those that shown cards of the part's origin name, as if they had
// been asked for. Others are stepped over, and so is what would take more than
// an origin's share.
func (t *taking) Bodies(m *wire.Bodies) error {
	if t.at.State != PartTaken && t.at.State != PartKnown {
		return nil
	}
	list, err := m.Unpack()
	if err != nil {
		return bundle.Unreadable(err)
	}
	return t.r.db.Update(t.ctx, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, t.at.Origin)
		if err != nil {
			return orNothing(err)
		}
		held, err := neighbour.HeldOf(tx, l)
		if err != nil {
			return err
		}
		for _, body := range list {
			if held += int64(len(body)); held > neighbour.MaxOf {
				return nil
			}
			if err := keepBody(tx, l, body); err != nil {
				return err
			}
		}
		return nil
	})
}

// orNothing takes what is not there for nothing to do.
func orNothing(err error) error {
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	return err
}

// keepBody keeps a body for the shown cards of a log that name it with its
// length; it stays as it is when it is here.
func keepBody(tx *store.Tx, l neighbour.Log, body []byte) error {
	hash := wire.Sum(body)
	if _, err := neighbour.CopyOf(tx, hash); store.KindOf(err) != store.NotFound {
		return err
	}
	all, err := shownNaming(tx, hash)
	if err != nil {
		return err
	}
	var named []naming
	for _, m := range all {
		if m.log.ID == l.ID && m.Role == neighbour.RoleBody && m.Bytes == int64(len(body)) {
			named = append(named, m)
		}
	}
	if len(named) == 0 {
		return nil
	}
	return keepCopy(tx, neighbour.Copy{Hash: hash, Bytes: int64(len(body)), Body: body, Plain: plainBody(body)}, named)
}
