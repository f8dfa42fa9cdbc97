package peer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"testing"

	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// walls is where the pictures of a test's box hang: hashes that have bytes, and
// those that were kept.
type walls struct {
	b    *box
	own  map[wire.Hash][]byte
	kept map[wire.Hash][]byte
}

func withWalls(b *box) *walls {
	w := &walls{b, map[wire.Hash][]byte{}, map[wire.Hash][]byte{}}
	b.replica.pictures = w
	return w
}

func (w *walls) openPicture(_ *store.Tx, hash wire.Hash) (content, error) {
	if b, ok := w.own[hash]; ok {
		return bodyContent(b), nil
	}
	return content{}, store.E(store.NotFound, "err.not_found")
}

func (w *walls) keepPicture(ctx context.Context, hash wire.Hash, b []byte) (kept bool, err error) {
	err = w.b.db.Update(ctx, func(tx *store.Tx) error {
		named, err := lacksPicture(tx, hash, int64(len(b)))
		if kept = err == nil && len(named) > 0; kept {
			w.kept[hash] = bytes.Clone(b)
			return neighbour.KeepCopy(tx, neighbour.Copy{Hash: hash, Bytes: int64(len(b))})
		}
		return err
	})
	return kept, err
}

// hang makes an event with a photo of so many bytes and its small one.
func (w *walls) hang(t testing.TB, id, title string, size int) (string, wire.Hash, wire.Hash) {
	t.Helper()
	if id == "" {
		id = store.NewID()
	}
	image := map[string]any{}
	put := func(of map[string]any, b []byte) wire.Hash {
		h := wire.Sum(b)
		w.own[h] = b
		of["hash"], of["len"] = h.String(), uint64(len(b))
		return h
	}
	large := put(image, bytes.Repeat([]byte(title+" en grand "), size/len(title))[:size])
	thumb := map[string]any{}
	small := put(thumb, []byte(title+" en petit"))
	image["thumb"] = thumb
	storetest.Update(t, w.b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Put(tx, listing.Card{
			Ref: store.Ref{Module: "agenda", ID: id}, Kind: listing.KindEvent, Title: title, Audience: listing.Public, StartsAt: tx.Now,
		}, listing.Body{"description": title, "image": []any{image}})
	})
	w.b.publish(t)
	return id, small, large
}

// TestPicturesInBundles: none, the small ones or all, as it was ordered; what a
// look says is what comes; a difference brings the pictures of what changed.
func TestPicturesInBundles(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	from, to := withWalls(a), withWalls(b)
	_, small, large := from.hang(t, "", "Bal", 300_000) // three pieces
	order := BundleOrder{For: b.log.Origin(), Whole: true}
	for _, c := range []struct {
		pictures bundle.Pictures
		news     bundle.Size
		kept     []wire.Hash
	}{
		{"", bundle.Size{}, nil},
		{bundle.NoPictures, bundle.Size{}, nil},
		{bundle.SmallPictures, bundle.Size{Pictures: 1, Bytes: 12}, []wire.Hash{small}},
		{bundle.SmallPictures, bundle.Size{}, []wire.Hash{small}}, // it is here
		{bundle.AllPictures, bundle.Size{Pictures: 1, Bytes: 300_000}, []wire.Hash{small, large}},
	} {
		order.Pictures = c.pictures
		file := a.bundle(t, order)
		seen, err := b.replica.LookBundle(t.Context(), bytes.NewReader(file), false)
		if err != nil || seen.Pictures != c.news {
			t.Errorf("%q: a look says %+v, %v", c.pictures, seen.Pictures, err)
		}
		if got := b.take(t, file, false); got.Pictures != c.news {
			t.Errorf("%q: taken %+v", c.pictures, got.Pictures)
		}
		if len(to.kept) != len(c.kept) {
			t.Errorf("%q: %d pictures are here", c.pictures, len(to.kept))
		}
		for _, h := range c.kept {
			if !bytes.Equal(to.kept[h], from.own[h]) {
				t.Errorf("%q: a picture of %d bytes came as %d", c.pictures, len(from.own[h]), len(to.kept[h]))
			}
		}
	}
	a.take(t, b.bundleFor(t, a), false) // says what b has
	from.hang(t, "", "Loto", 4000)
	news := b.take(t, a.bundle(t, BundleOrder{For: b.log.Origin(), Pictures: bundle.AllPictures}), false).Pictures
	if want := (bundle.Size{Pictures: 2, Bytes: 4013}); news != want {
		t.Errorf("the difference brings %+v", news)
	}
}

// TestBundlePicturesNobodyNames: a stick is no way to fill a card. A picture
// that no shown card names, or with another length, is neither counted nor kept.
func TestBundlePicturesNobodyNames(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	from, to := withWalls(a), withWalls(b)
	from.hang(t, "", "Bal", 4000)
	other := []byte("que personne ne nomme")
	file := a.forge(t, BundleOrder{For: b.log.Origin(), Pictures: bundle.AllPictures}, func(m wire.Message) []wire.Message {
		if _, ok := m.(*wire.Blob); ok {
			return one(&wire.Blob{Piece: wire.Piece{Hash: wire.Sum(other), Total: uint64(len(other)), Bytes: other}})
		}
		return one(m)
	})
	seen, err := b.replica.LookBundle(t.Context(), bytes.NewReader(file), false)
	if err != nil || seen.Pictures != (bundle.Size{}) {
		t.Errorf("a look says %+v, %v", seen.Pictures, err)
	}
	if b.take(t, file, false); len(to.kept) > 0 {
		t.Errorf("%d pictures are here", len(to.kept))
	}
	c := newBox(t, "c") // carries none of it
	strange := withWalls(c)
	got := c.take(t, a.bundle(t, BundleOrder{Pictures: bundle.AllPictures}), false)
	if len(strange.kept) > 0 || got.Pictures != (bundle.Size{}) {
		t.Errorf("of a stranger's cards %+v", got.Pictures)
	}
	hash := wire.Sum(other)
	false1 := a.forge(t, BundleOrder{For: b.log.Origin(), Pictures: bundle.AllPictures}, func(m wire.Message) []wire.Message {
		if blob, ok := m.(*wire.Blob); ok {
			blob.Bytes[0] ^= 1
		}
		return one(m)
	})
	_, err = b.replica.TakeBundle(t.Context(), bytes.NewReader(false1), false)
	wantKey(t, "a picture that is another", err, "err.neighbour.bundle_damaged")
	if _, ok := to.kept[hash]; ok || len(to.kept) > 0 {
		t.Error("something of it is kept")
	}
}

// hangs lists the pictures named by an event of a that b has as files.
func (b *testBox) hangs(id string) map[neighbour.Role]int {
	_, here := b.behindOf(id)
	return maps.Clone(here)
}

// TestRunningBoxesCarryPictures: the pictures of an album reach the pages of a
// box that never meets the other; hidden ones do not travel, and a full card
// takes the words only.
func TestRunningBoxesCarryPictures(t *testing.T) {
	a, b := withDesk(newTestBox(t, "Cajarc")), withDesk(newTestBox(t, "Altillac"))
	id := store.NewID()
	a.put(id, "Bal du village")
	p := a.hang(id, 3)
	carry := func(pictures bundle.Pictures, whole bool) *Bundle {
		t.Helper()
		f, err := a.MakeBundle(t.Context(), "", whole, pictures)
		if err != nil {
			t.Fatal(err)
		}
		name, err := b.ReceiveBundle(t.Context(), f)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		got, err := b.TakeBundle(t.Context(), name, true)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	a.made("", true) // waits until the log has it
	small, all, err := a.BundlePictures(t.Context())
	if err != nil || small.Pictures != 1 || all.Pictures != 2 || all.Bytes <= small.Bytes {
		t.Errorf("before it is made: %+v, %+v, %v", small, all, err)
	}
	if got := carry(bundle.SmallPictures, false); got.Pictures != small || b.hangs(id)[neighbour.RoleThumb] != 1 || b.onShelf() != 1 {
		t.Errorf("the small one: %+v, %v", got, b.hangs(id))
	}
	b.maxCopies = b.heldBytes() // nothing more may be brought unasked
	if got := carry(bundle.AllPictures, true); got.Pictures != (bundle.Size{}) || b.onShelf() != 1 {
		t.Errorf("a full box: %+v", got)
	}
	b.maxCopies = 0
	busy := b.shelf.hold(hashOf(t, p.Hash))
	if got := carry(bundle.AllPictures, true); busy != nil || got.Pictures != (bundle.Size{}) {
		t.Errorf("while it comes over the network: %+v", got)
	}
	b.shelf.letGo(hashOf(t, p.Hash))
	if got := carry(bundle.AllPictures, true); got.Pictures.Pictures != 1 || b.hangs(id)[neighbour.RolePicture] != 1 {
		t.Errorf("the large one: %+v, %v", got, b.hangs(id))
	}
	f, err := b.Picture(hashOf(t, p.Hash))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(f); err != nil || wire.Sum(got) != hashOf(t, p.Hash) {
		t.Errorf("the picture is %d bytes, %v", len(got), err)
	}
	_ = f.Close()
	storetest.Update(t, a.db, store.Actor{ID: "m", Role: store.Moderator}, func(tx *store.Tx) error {
		return listing.Hide(tx, store.Ref{Module: "agenda", ID: id}, true)
	})
	if small, all, err := a.BundlePictures(t.Context()); err != nil || small.Pictures+all.Pictures != 0 {
		t.Errorf("of a hidden event: %+v, %+v, %v", small, all, err)
	}
}

// TestLargePicturesGiveWay: what would not fit stays out, and the rest goes on.
func TestLargePicturesGiveWay(t *testing.T) {
	a := newBox(t, "a")
	from := withWalls(a)
	_, small, large := from.hang(t, "", "Bal", 4000)
	var out bytes.Buffer
	storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		header, err := bundleHeader(tx, BundleOrder{})
		if err != nil {
			return err
		}
		w, err := wire.NewBundleWriter(&out, header)
		if err != nil {
			return err
		}
		b := &bundling{tx: tx, out: w, named: map[wire.Hash]neighbour.Mention{
			small: {Role: neighbour.RoleThumb, Hash: small, Bytes: 12}, large: {Role: neighbour.RolePicture, Hash: large, Bytes: 4000},
		}}
		return errors.Join(b.pictures(from, bundle.AllPictures, func() int64 { return 1000 }), w.End(a.keys.Box))
	})
	v := &walked{}
	if err := bundle.Read(bytes.NewReader(out.Bytes()), v); err != nil || len(v.hashes) != 1 || v.hashes[0] != small {
		t.Errorf("%v, %v", v.hashes, err)
	}
}

// walked notes the pictures of a bundle.
type walked struct{ hashes []wire.Hash }

func (*walked) Header(*wire.BundleHeader) error               { return nil }
func (*walked) Part(wire.HaveEntry, *wire.Want) (bool, error) { return false, nil }
func (*walked) Batch(*wire.Batch) error                       { return nil }
func (*walked) Tip(*wire.Tip) error                           { return nil }
func (*walked) Bodies(*wire.Bodies) error                     { return nil }
func (v *walked) Picture(h wire.Hash, _ []byte) error         { v.hashes = append(v.hashes, h); return nil }
