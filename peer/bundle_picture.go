package peer

import (
	"cmp"
	"context"
	"io"
	"slices"

	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// gallery is the pictures a bundle may carry: Node, which knows where they lie.
type gallery interface {
	// openPicture opens one that everybody may see now; kind NotFound for others.
	openPicture(tx *store.Tx, hash wire.Hash) (content, error)
	// keepPicture keeps checked bytes if a shown card names them and there is
	// room, and tells whether it did.
	keepPicture(ctx context.Context, hash wire.Hash, b []byte) (bool, error)
}

// counter counts what is written.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// picturesOf notes the pictures a body names.
func (b *bundling) picturesOf(body []byte) { notePictures(b.named, body) }

func notePictures(named map[wire.Hash]neighbour.Mention, body []byte) {
	document, err := wire.DecodeBody(body)
	if err != nil {
		return // it has no pictures a page could show
	}
	for _, m := range pictures(document) {
		if known, ok := named[m.Hash]; !ok || m.Role < known.Role {
			named[m.Hash] = m
		}
	}
}

// pictures writes those that were ordered, the small ones first, each once,
// while there is room for them and for the end of the file.
func (b *bundling) pictures(from gallery, order bundle.Pictures, room func() int64) error {
	largest := map[bundle.Pictures]neighbour.Role{bundle.SmallPictures: neighbour.RoleThumb, bundle.AllPictures: neighbour.RolePicture}[order]
	var list []neighbour.Mention
	for _, m := range b.named {
		if m.Role <= largest {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(x, y neighbour.Mention) int {
		return cmp.Or(cmp.Compare(x.Role, y.Role), slices.Compare(x.Hash[:], y.Hash[:]))
	})
	for _, m := range list {
		const around = 128 // bytes of a frame that are no picture, and those of the end
		if pieces := m.Bytes/wire.MaxPiece + 2; m.Bytes+pieces*around > room() {
			continue
		}
		if err := b.picture(from, m); err != nil {
			return err
		}
	}
	return nil
}

// picture writes one picture, unless it is not here, or is not what the card
// says.
func (b *bundling) picture(from gallery, m neighbour.Mention) error {
	c, err := from.openPicture(b.tx, m.Hash)
	if err != nil {
		return orNothing(err)
	}
	defer func() { _ = c.Close() }() // it was only read
	all, err := io.ReadAll(io.LimitReader(c, wire.MaxBlob+1))
	if err != nil {
		return err
	}
	if int64(len(all)) != m.Bytes || wire.Sum(all) != m.Hash {
		return nil
	}
	offset := 0
	for piece := range slices.Chunk(all, wire.MaxPiece) {
		err := b.out.Write(&wire.Blob{Piece: wire.Piece{Hash: m.Hash, Offset: uint64(offset), Total: uint64(len(all)), Bytes: piece}})
		if err != nil {
			return err
		}
		offset += len(piece)
	}
	return nil
}

// openPicture is a picture as it is given to a neighbour that asks.
func (n *Node) openPicture(tx *store.Tx, hash wire.Hash) (content, error) {
	c, err := n.ownPhoto(tx, hash)
	if store.KindOf(err) != store.NotFound {
		return c, err
	}
	return n.copied(tx, hash)
}

// keepPicture holds a picture of a bundle to the same rules as one that was
// fetched ahead: a shown card names it with its length, and neither its origin's
// share, nor that of what nobody asked for, nor the SD card is full.
func (n *Node) keepPicture(ctx context.Context, hash wire.Hash, b []byte) (bool, error) {
	if busy := n.shelf.hold(hash); busy != nil {
		return false, nil // it comes over the network
	}
	defer n.shelf.letGo(hash)
	wanted := false
	err := n.db.View(ctx, func(tx *store.Tx) (err error) {
		wanted, err = n.wantsPicture(tx, hash, int64(len(b)))
		return err
	})
	if err != nil || !wanted {
		return false, err
	}
	if n.opt.Photos != nil {
		if err := n.opt.Photos.Room(); store.KindOf(err) == store.Busy {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	if err := n.shelf.drop(hash); err != nil { // what a cut left
		return false, err
	}
	if err := n.shelf.add(hash, 0, b); err != nil {
		return false, err
	}
	if err := n.shelf.finish(hash); err != nil {
		return false, err
	}
	return true, n.arrived(ctx, []neighbour.Copy{{Hash: hash, Bytes: int64(len(b))}})
}

// wantsPicture tells whether a picture is named, not here, and within what may
// be kept.
func (n *Node) wantsPicture(tx *store.Tx, hash wire.Hash, size int64) (bool, error) {
	named, err := lacksPicture(tx, hash, size)
	if err != nil || len(named) == 0 {
		return false, err
	}
	most, err := n.mostCopies(tx)
	if err != nil {
		return false, err
	}
	all, err := neighbour.Held(tx)
	if err != nil || all+size > aheadOf(most) {
		return false, err
	}
	for _, m := range named {
		held, err := neighbour.HeldOf(tx, m.log)
		if err != nil || held+size <= neighbour.MaxOf {
			return err == nil, err
		}
	}
	return false, nil
}

// lacksPicture lists the shown cards that name a picture which is not here.
func lacksPicture(tx *store.Tx, hash wire.Hash, size int64) ([]naming, error) {
	if _, err := neighbour.CopyOf(tx, hash); store.KindOf(err) != store.NotFound {
		return nil, err
	}
	named, err := shownNaming(tx, hash)
	return slices.DeleteFunc(named, func(m naming) bool { return m.Role == neighbour.RoleBody || m.Bytes != size }), err
}

// Picture counts one that would be kept.
func (s *survey) Picture(hash wire.Hash, b []byte) error {
	if s.counted[hash] {
		return nil
	}
	if _, err := neighbour.CopyOf(s.tx, hash); store.KindOf(err) != store.NotFound {
		return err
	}
	m, ok := s.named[hash]
	if !ok || m.Bytes != int64(len(b)) {
		shown, err := lacksPicture(s.tx, hash, int64(len(b)))
		if err != nil || len(shown) == 0 {
			return err
		}
	}
	s.counted[hash] = true
	s.bundle.Pictures.Add(int64(len(b)))
	return nil
}

// Picture keeps one that shown cards name.
func (t *taking) Picture(hash wire.Hash, b []byte) error {
	if t.r.pictures == nil {
		return nil
	}
	kept, err := t.r.pictures.keepPicture(t.ctx, hash, b)
	if kept {
		t.bundle.Pictures.Add(int64(len(b)))
	}
	return err
}

// BundlePictures is how many pictures a bundle with everything would carry: the
// small ones, and all.
func (n *Node) BundlePictures(ctx context.Context) (small, all bundle.Size, err error) {
	err = n.db.View(ctx, func(tx *store.Tx) error {
		named, err := allPictures(tx)
		if err != nil {
			return err
		}
		for _, m := range named {
			if all.Add(m.Bytes); m.Role == neighbour.RoleThumb {
				small.Add(m.Bytes)
			}
		}
		return nil
	})
	return small, all, err
}

// allPictures are the pictures that shown cards name and that are here.
func allPictures(tx *store.Tx) (map[wire.Hash]neighbour.Mention, error) {
	logs, err := neighbour.Logs(tx)
	if err != nil {
		return nil, err
	}
	out := map[wire.Hash]neighbour.Mention{}
	for i := range logs {
		named := map[wire.Hash]neighbour.Mention{}
		err := eachShown(tx, &logs[i], 0, func(shown [][]byte) error {
			for _, body := range shown {
				notePictures(named, body)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for hash, m := range named {
			if !logs[i].Own {
				if _, err := neighbour.CopyOf(tx, hash); store.KindOf(err) == store.NotFound {
					continue
				} else if err != nil {
					return nil, err
				}
			}
			out[hash] = m
		}
	}
	return out, nil
}
