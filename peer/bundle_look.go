package peer

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
)

// Bundle is what a bundle would change here, or has changed.
type Bundle struct {
	Origin wire.Hash // of the box that made it
	Name   string    // of its commune, as it says
	Linked bool      // its own log is carried here; otherwise its digits are compared first
	Digits string    // twenty, of Origin: the same on its own pages
	Other  bool      // it was made for another box than this one
	Made   wire.Date // by the clock of the maker
	Parts  []BundlePart

	Pictures bundle.Size // that shown cards name and that are not here yet
}

// BundlePart is one origin's part of a bundle.
type BundlePart struct {
	Origin             wire.Hash
	Name               string // of its commune, as its profile says here or in the bundle
	State              PartState
	New, Changed, Gone int       // cards people see, if the part is taken
	Head               wire.Date // the day its origin last said that this is all
}

// PartState is what becomes of a part.
type PartState string

// The states of a part.
const (
	PartTaken   PartState = "taken"    // it is, or would be, shown here
	PartKnown   PartState = "known"    // this box has all of it, or something newer
	PartGap     PartState = "gap"      // it begins after what this box has: a whole bundle is needed
	PartForeign PartState = "stranger" // of a box this one does not carry
	PartBlocked PartState = "blocked"  // an operator stopped the exchange with it
	PartFrozen  PartState = "frozen"   // two boxes speak for it
	PartQuota   PartState = "quota"    // more cards than are carried of one origin
	PartFaulty  PartState = "faulty"   // its cards do not add up to what its origin signed
	PartBusy    PartState = "busy"     // it is coming over the network at this moment
)

// Digits are an origin's twenty digits, for two people to compare: 66 bits of
// its hash, so that nobody makes a box with the same ones.
func Digits(origin wire.Hash) string {
	sum := sha256.Sum256(append([]byte("copi-digits-v1\x00"), origin[:]...))
	const each = 10_000_000_000
	return fmt.Sprintf("%010d%010d", binary.BigEndian.Uint64(sum[:8])%each, binary.BigEndian.Uint64(sum[8:16])%each)
}

// LookBundle reads a bundle to its end, changes nothing, and says what taking
// it would change; accept counts its maker as linked. It fails with kind Invalid
// at the field "file" when the file cannot be believed, with kind Forbidden or
// Conflict when it is of no use here.
func (r *Replica) LookBundle(ctx context.Context, in io.Reader, accept bool) (*Bundle, error) {
	var out *Bundle
	err := r.db.View(ctx, func(tx *store.Tx) error {
		s := &survey{tx: tx, accept: accept, named: map[wire.Hash]neighbour.Mention{}, counted: map[wire.Hash]bool{}}
		if err := bundle.Read(in, s); err != nil {
			return err
		}
		out = s.bundle
		return nil
	})
	return out, err
}

// survey counts what a bundle would change, without writing.
type survey struct {
	tx     *store.Tx
	accept bool
	own    wire.Hash
	bundle *Bundle

	p      *BundlePart // being read
	main   map[neighbour.ID]neighbour.Entry
	behind map[wire.Hash]bool // bodies that cards of this part name
	want   wire.Want          // what comes next
	whole  bool               // cards of main that do not come are gone

	named   map[wire.Hash]neighbour.Mention // pictures that bodies in the bundle name
	counted map[wire.Hash]bool              // pictures
}

// maxNamed bounds what is remembered of a bundle while it is looked at: more
// pictures than that are not counted.
const maxNamed = 100_000

func (s *survey) Header(h *wire.BundleHeader) error {
	own, err := neighbour.OwnLog(s.tx)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	if own.Origin == h.Origin {
		return store.E(store.Conflict, "err.neighbour.bundle_own").At("file")
	}
	link, err := neighbour.LinkByOrigin(s.tx, h.Origin)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	if link.State == neighbour.Blocked {
		return store.E(store.Forbidden, "err.neighbour.bundle_blocked").At("file")
	}
	s.own = own.Origin
	s.bundle = &Bundle{
		Origin: h.Origin, Name: printable(h.Name, 80), Linked: link.State == neighbour.Paired, Digits: Digits(h.Origin),
		Other: h.For != wire.Hash{} && h.For != own.Origin, Made: h.Made,
	}
	return nil
}

func (s *survey) Part(e wire.HaveEntry, w *wire.Want) (bool, error) {
	if e.Origin == s.own {
		return false, nil // nobody tells this box what it publishes
	}
	l, err := neighbour.LogOf(s.tx, e.Origin)
	if err != nil && store.KindOf(err) != store.NotFound {
		return false, err
	}
	part := BundlePart{Origin: e.Origin}
	if part.State, err = s.state(l, e, w); err != nil {
		return false, err
	}
	if part.Name, err = s.name(e.Origin); err != nil {
		return false, err
	}
	s.bundle.Parts = append(s.bundle.Parts, part)
	s.p = &s.bundle.Parts[len(s.bundle.Parts)-1]
	s.want, s.whole, s.main, s.behind = *w, w.Relist, map[neighbour.ID]neighbour.Entry{}, map[wire.Hash]bool{}
	if part.State != PartTaken {
		return part.State == PartKnown, nil // its bodies may be news
	}
	if l.ID == 0 {
		return true, nil
	}
	entries, err := neighbour.Entries(s.tx, l, l.Generation)
	for _, e := range entries {
		if e.Gone == 0 {
			s.main[e.ID] = e
		}
	}
	return true, err
}

// state decides on a part as the pull will: the same questions in the same
// order, before anything is written.
func (s *survey) state(l neighbour.Log, e wire.HaveEntry, w *wire.Want) (PartState, error) {
	link, err := neighbour.LinkByOrigin(s.tx, e.Origin)
	if err != nil && store.KindOf(err) != store.NotFound {
		return "", err
	}
	if link.State == neighbour.Blocked {
		return PartBlocked, nil
	}
	_, err = carried(s.tx, e)
	switch {
	case err != nil && store.KindOf(err) != store.Forbidden:
		return "", err
	case err != nil && (!s.accept || e.Origin != s.bundle.Origin):
		return PartForeign, nil
	case l.Frozen:
		return PartFrozen, nil
	case !l.Before(e.Epoch, e.Seq):
		return PartKnown, nil
	case !w.Relist && (l.Epoch != e.Epoch || l.Relist || l.Seq < w.After):
		return PartGap, nil
	}
	return PartTaken, nil
}

// name is what an origin is called here; of an unlinked maker, what it says.
func (s *survey) name(origin wire.Hash) (string, error) {
	known, err := listing.Origins(s.tx)
	for _, o := range known {
		if o.Key == origin {
			return o.Name, err
		}
	}
	link, linkErr := neighbour.LinkByOrigin(s.tx, origin)
	switch {
	case err != nil:
		return "", err
	case linkErr == nil:
		return link.Name, nil
	case store.KindOf(linkErr) != store.NotFound:
		return "", linkErr
	case origin == s.bundle.Origin:
		return s.bundle.Name, nil
	}
	return "", nil
}

func (s *survey) Batch(b *wire.Batch) error {
	if s.p.State != PartTaken {
		return nil
	}
	records, err := readBatch(b, s.want.After)
	if err != nil {
		return bundle.Unreadable(err)
	}
	if b.UpTo < s.want.After {
		return bundle.Damaged("batch that goes back")
	}
	s.want.After = b.UpTo
	for i := range records {
		s.count(&records[i])
	}
	return nil
}

// count counts one record among what people see.
func (s *survey) count(rec *neighbour.Record) {
	was, shown := s.main[rec.ID]
	delete(s.main, rec.ID)
	c, err := wire.DecodeCard(rec.Card)
	if err != nil {
		return // readBatch has read it
	}
	if _, forPeople := listingCard(c); rec.Gone == 0 && !forPeople {
		return
	}
	if len(s.behind) < maxNamed {
		s.behind[c.Body] = true
	}
	switch {
	case rec.Gone != 0 && shown:
		s.p.Gone++
	case rec.Gone == 0 && !shown:
		s.p.New++
	case rec.Gone == 0 && was.Hash != rec.Hash:
		s.p.Changed++
	}
}

func (s *survey) Tip(t *wire.Tip) error {
	if s.p.State != PartTaken {
		return nil
	}
	epoch, err := wire.VerifyEpochs(t.Origin, t.Epochs)
	if err != nil {
		return bundle.Unreadable(err)
	}
	head, err := wire.VerifyHead(epoch.BoxKey[:], t.Head)
	if err != nil {
		return bundle.Unreadable(err)
	}
	s.p.Head = head.Made
	if s.whole {
		s.p.Gone += len(s.main)
	}
	return nil
}

// Bodies notes the pictures that bodies name which would be kept.
func (s *survey) Bodies(m *wire.Bodies) error {
	list, err := m.Unpack()
	if err != nil {
		return bundle.Unreadable(err)
	}
	for _, body := range list {
		hash := wire.Sum(body)
		would := s.behind[hash]
		if !would && s.p.State == PartKnown {
			shown, err := shownNaming(s.tx, hash)
			if err != nil {
				return err
			}
			would = slices.ContainsFunc(shown, func(m naming) bool { return m.Role == neighbour.RoleBody && m.log.Origin == s.p.Origin })
		}
		if would && len(s.named) < maxNamed {
			notePictures(s.named, body)
		}
	}
	return nil
}
