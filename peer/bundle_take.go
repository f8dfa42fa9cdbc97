package peer

import (
	"context"
	"errors"
	"io"

	"github.com/libp2p/go-libp2p/core/crypto"
	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
)

// TakeBundle takes from a bundle what this box carries, exactly as it would
// from its maker over the network (PROTOCOL.md §4), and keeps the maker's
// have-vector. The whole file is read and its signature checked before anything
// is written: of one cut short nothing is used. accept links the maker first:
// two people have compared its digits. Taken twice it changes nothing more. It
// fails as LookBundle does.
func (r *Replica) TakeBundle(ctx context.Context, file io.ReadSeeker, accept bool) (*Bundle, error) {
	b, err := r.LookBundle(ctx, file, accept)
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	b.Pictures = bundle.Size{} // counted as they are kept
	t := &taking{r: r, ctx: ctx, accept: accept, bundle: b}
	defer func() { t.pull.Release() }()
	return b, bundle.Read(file, t)
}

// taking is a bundle being taken.
type taking struct {
	r      *Replica
	ctx    context.Context //nolint:containedctx // of TakeBundle, as long as this
	accept bool
	bundle *Bundle
	peer   string // the maker's key on the network: what it gave is not offered back to it

	at   *BundlePart
	pull *Pull
}

func (t *taking) Header(h *wire.BundleHeader) error {
	last, err := wire.DecodeEpoch(h.Epochs[len(h.Epochs)-1].Statement)
	if err != nil {
		return err
	}
	if t.peer, err = peerOf(last.BoxKey); err != nil {
		return err
	}
	return t.r.db.Update(t.ctx, func(tx *store.Tx) error {
		if !t.bundle.Linked {
			if !t.accept {
				return nil
			}
			if err := t.link(tx); err != nil {
				return err
			}
			t.bundle.Linked = true
		}
		return t.heard(tx, h)
	})
}

// peerOf is the name on the network of a box key.
func peerOf(key wire.Hash) (string, error) {
	pub, err := crypto.UnmarshalEd25519PublicKey(key[:])
	if err != nil {
		return "", err
	}
	id, err := libp2p.IDFromPublicKey(pub)
	return id.String(), err
}

// link links the maker, as after six digits: its twenty were compared.
func (t *taking) link(tx *store.Tx) error {
	if _, err := neighbour.LinkByPeer(tx, t.peer); store.KindOf(err) != store.NotFound {
		return errors.Join(store.E(store.Conflict, "err.neighbour.linked").At("file"), err)
	}
	return neighbour.SaveLink(tx, neighbour.Link{
		Peer: t.peer, Origin: t.bundle.Origin, Name: t.bundle.Name, State: neighbour.Paired, PairedAt: tx.Now,
	})
}

// heard keeps what the maker holds: where the next bundle for it begins, and
// its receipt for our own log.
func (t *taking) heard(tx *store.Tx, h *wire.BundleHeader) error {
	vector := make(map[neighbour.Hash]neighbour.Reach, len(h.Haves))
	for _, e := range h.Haves {
		vector[e.Origin] = neighbour.Reach{Epoch: e.Epoch, Seq: e.Seq}
	}
	if err := neighbour.SetVector(tx, h.Origin, vector); err != nil {
		return err
	}
	own, err := neighbour.OwnLog(tx)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if e, ok := h.Has(own.Origin); ok && err == nil {
		return neighbour.Receipt(tx, t.peer, e.Epoch, e.Seq)
	}
	return err
}

func (t *taking) Part(e wire.HaveEntry, w *wire.Want) (bool, error) {
	t.at = nil
	for i := range t.bundle.Parts {
		if p := &t.bundle.Parts[i]; p.Origin == e.Origin && (p.State == PartTaken || p.State == PartKnown) {
			t.at = p
		}
	}
	if t.at == nil || t.at.State == PartKnown {
		return t.at != nil, nil // its bodies may be news
	}
	var err error
	if t.pull, err = t.r.Begin(t.ctx, t.peer, e); err != nil {
		return false, t.fails(err)
	}
	if t.pull != nil && !t.pull.follows(w) {
		if err := t.anew(e); err != nil {
			return false, t.fails(err)
		}
	}
	switch {
	case t.pull == nil:
		t.at.State = PartKnown // it came over the network since
	case !t.pull.follows(w):
		t.at.State = PartGap
		t.done()
	}
	return true, nil
}

// anew begins the pull again without what an unfinished one left: a relist that
// was cut must not stand in the way of a file that has what is missing.
func (t *taking) anew(e wire.HaveEntry) (err error) {
	err = t.r.db.Update(t.ctx, func(tx *store.Tx) error {
		l, err := neighbour.LogOf(tx, e.Origin)
		if store.KindOf(err) == store.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		return neighbour.DropStaging(tx, l)
	})
	t.done()
	if err != nil {
		return err
	}
	t.pull, err = t.r.Begin(t.ctx, t.peer, e)
	return err
}

// done ends the pull of the part.
func (t *taking) done() {
	t.pull.Release()
	t.pull = nil
}

// follows tells whether a bundle's part that begins with w continues what this
// pull has.
func (p *Pull) follows(w *wire.Want) bool {
	return w.Relist || !p.want.Relist && p.want.Epoch == w.Epoch && w.After <= p.want.After
}

func (t *taking) Batch(b *wire.Batch) error {
	if t.pull == nil {
		return nil // the part has failed, or is known
	}
	b, err := t.pull.news(b)
	if err == nil && b != nil {
		err = t.pull.Stage(t.ctx, b)
	}
	return t.fails(err)
}

// news is a batch without the records this pull has; nil when it has them all
// and others follow.
func (p *Pull) news(b *wire.Batch) (*wire.Batch, error) {
	if b.Relist || p.want.Relist {
		return b, nil
	}
	if b.More && b.UpTo <= p.want.After {
		return nil, nil
	}
	records, err := wire.UnpackRecords(b.Zstd)
	if err != nil {
		return nil, err
	}
	had := 0
	for _, rec := range records {
		c, err := wire.DecodeCard(rec.Card)
		if err != nil {
			return nil, err
		}
		if c.Seq > p.want.After {
			break
		}
		had++
	}
	if had == 0 {
		return b, nil
	}
	rest := *b
	rest.Zstd, _ = wire.PackRecords(records[had:])
	return &rest, nil
}

func (t *taking) Tip(tip *wire.Tip) error {
	if t.pull == nil {
		return nil
	}
	err := t.pull.Finish(t.ctx, tip)
	t.done()
	return t.fails(err)
}

// partFaults says what became of a part by the sentence its pull ended with.
var partFaults = map[string]PartState{
	"err.neighbour.busy": PartBusy, "err.neighbour.moved_on": PartBusy, "err.neighbour.not_carried": PartForeign,
	"err.neighbour.frozen": PartFrozen, "err.neighbour.stale": PartKnown, "err.neighbour.quota": PartQuota,
	"err.neighbour.faulty": PartFaulty, "err.neighbour.mixed": PartFaulty,
}

// fails notes the end of a part that cannot be taken; the others go on. A
// fault of our own ends the reading.
func (t *taking) fails(err error) error {
	if err == nil {
		return nil
	}
	known, ok := errors.AsType[*store.Error](err)
	if !ok || partFaults[known.Key] == "" {
		return err
	}
	t.at.State, t.at.New, t.at.Changed, t.at.Gone = partFaults[known.Key], 0, 0, 0
	if t.pull != nil {
		t.done()
	}
	return nil
}
