package peer

import (
	"bytes"
	"context"
	"io"
	"os"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/photo"
)

// Photos is the files of this box's own pictures, and the room there is for
// more: a photo.Album.
type Photos interface {
	Open(f photo.File, thumb bool) (*os.File, error)
	Room() error // fails with kind Busy when the SD card is nearly full
}

// content is bytes to be given out. The caller closes it.
type content struct {
	io.ReadSeeker
	io.Closer
	size int64
}

func bodyContent(b []byte) content {
	return content{bytes.NewReader(b), io.NopCloser(nil), int64(len(b))}
}

func fileContent(f *os.File) (content, error) {
	info, err := f.Stat()
	if err != nil {
		return content{}, err
	}
	return content{f, f, info.Size()}, nil
}

// offer finds the bytes of a hash that everybody may see now: what stands
// behind a public card of this box, or what is here of another's that is shown.
// It fails with kind NotFound for all else, whatever is in the database: a card
// hidden, switched off, of another audience, or gone a moment ago.
func (n *Node) offer(ctx context.Context, hash wire.Hash) (c content, err error) {
	for _, find := range []func(*store.Tx, wire.Hash) (content, error){n.ownBody, n.ownPhoto, n.copied} {
		err = n.db.View(ctx, func(tx *store.Tx) error { // as nobody in particular
			c, err = find(tx, hash)
			return err
		})
		if store.KindOf(err) != store.NotFound {
			break
		}
	}
	if err == nil && (c.size == 0 || c.size > wire.MaxBlob) {
		err = store.E(store.NotFound, "err.not_found")
		_ = c.Close()
	}
	return c, err
}

func (n *Node) ownBody(tx *store.Tx, hash wire.Hash) (content, error) {
	bodies, err := neighbour.Bodies(tx, hash)
	if err != nil {
		return content{}, err
	}
	for _, b := range bodies {
		public, err := isPublic(tx, b.ID)
		if err != nil {
			return content{}, err
		}
		if public {
			return bodyContent(b.Body), nil
		}
	}
	return content{}, store.E(store.NotFound, "err.not_found")
}

func (n *Node) ownPhoto(tx *store.Tx, hash wire.Hash) (content, error) {
	none := store.E(store.NotFound, "err.not_found")
	if n.opt.Photos == nil {
		return content{}, none
	}
	thumb := false
	f, public, err := photo.Seen(tx, hash.String())
	if store.KindOf(err) == store.NotFound {
		var large string
		if large, err = photo.ByThumb(tx, hash.String()); err == nil {
			thumb = true
			f, public, err = photo.Seen(tx, large)
		}
	}
	switch {
	case err != nil:
		return content{}, err
	case !public:
		return content{}, none
	}
	file, err := n.opt.Photos.Open(f, thumb)
	if err != nil {
		return content{}, err
	}
	return fileContent(file)
}

// copied is a copy of another box's, while a card that names it is shown here.
func (n *Node) copied(tx *store.Tx, hash wire.Hash) (content, error) {
	held, err := neighbour.CopyOf(tx, hash)
	if err != nil {
		return content{}, err
	}
	if shown, err := shownNaming(tx, hash); err != nil || len(shown) == 0 {
		return content{}, orMissing(err)
	}
	if held.Body != nil {
		return bodyContent(held.Body), nil
	}
	f, err := n.shelf.open(hash)
	if err != nil {
		return content{}, orMissing(nil)
	}
	return fileContent(f)
}

func orMissing(err error) error {
	if err != nil {
		return err
	}
	return store.E(store.NotFound, "err.not_found")
}

// naming is a card that names a hash, and the log it is of.
type naming struct {
	neighbour.Mention
	log neighbour.Log
}

// shownNaming lists what shown cards of other boxes name by a hash.
func shownNaming(tx *store.Tx, hash wire.Hash) ([]naming, error) {
	all, err := neighbour.Naming(tx, hash)
	if err != nil {
		return nil, err
	}
	logs, err := neighbour.Logs(tx)
	if err != nil {
		return nil, err
	}
	hidden, err := listing.HiddenForeign(tx)
	if err != nil {
		return nil, err
	}
	var out []naming
	for _, m := range all {
		for _, l := range logs {
			if l.ID == m.Log && !isIn(hidden[l.Listed], m.ID) {
				out = append(out, naming{m, l})
			}
		}
	}
	return out, nil
}
