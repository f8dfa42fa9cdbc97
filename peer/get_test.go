package peer

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"os"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/photo"
	"copi.local/store/storetest"
)

var lea = store.Actor{ID: "lea", Role: store.Resident}

// hang puts a photo on an event of the box.
func (b *testBox) hang(id string, shade uint8) photo.Photo {
	b.t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for i := range img.Pix { // noise, so that there is something to send
		img.Pix[i] = uint8(i*int(shade)) ^ uint8(i>>7)
	}
	img.Set(0, 0, color.White)
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, nil); err != nil {
		b.t.Fatal(err)
	}
	album := b.opt.Photos.(*photo.Album)
	var p photo.Photo
	err := album.Keep(b.t.Context(), bytes.NewReader(file.Bytes()), func(f photo.File) error {
		return b.db.Update(store.As(b.t.Context(), lea), func(tx *store.Tx) (err error) {
			p, err = photo.Attach(tx, store.Ref{Module: "agenda", ID: id}, f, "La place en fête", false)
			return err
		})
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// behindOf is what a neighbour's card names here, and which of it is here.
func (b *testBox) behindOf(id string) (all []neighbour.Mention, here map[neighbour.Role]int) {
	b.t.Helper()
	here = map[neighbour.Role]int{}
	raw, err := store.ParseID(id)
	if err != nil {
		b.t.Fatal(err)
	}
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		logs, err := neighbour.Logs(tx)
		for _, l := range logs {
			list, err := neighbour.MentionsOf(tx, l, raw)
			if err != nil {
				return err
			}
			for _, m := range list {
				all = append(all, m)
				if _, err := neighbour.CopyOf(tx, m.Hash); err == nil {
					here[m.Role]++
				}
			}
		}
		return err
	})
	return all, here
}

// heldBytes is how many bytes of copies the database speaks of.
func (b *testBox) heldBytes() (held int64) {
	b.t.Helper()
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		held, err = neighbour.Held(tx)
		return err
	})
	return held
}

// onShelf counts the pictures of neighbours that are files here.
func (b *testBox) onShelf() int {
	entries, err := os.ReadDir(b.shelf.dir)
	if err != nil && !os.IsNotExist(err) {
		b.t.Fatal(err)
	}
	return len(entries)
}

// gives reads what a box gives out under a hash; nil for a miss.
func (b *testBox) gives(hash wire.Hash) []byte {
	b.t.Helper()
	c, err := b.offer(b.t.Context(), hash)
	if store.KindOf(err) == store.NotFound {
		return nil
	}
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	got, err := io.ReadAll(c)
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

// hashOf reads a hash as photos write it.
func hashOf(t testing.TB, text string) wire.Hash {
	t.Helper()
	h, err := parseHash(text)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Of a linked box all bodies and small pictures come by themselves; the large
// ones when somebody asks.
func TestWhatStandsBehindACardComesAhead(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	id := store.NewID()
	a.put(id, "Bal du village")
	p := a.hang(id, 3)
	link(t, a, b)
	soon(t, 2*time.Second, "body and small picture", func() bool {
		_, here := b.behindOf(id)
		return here[neighbour.RoleBody] == 1 && here[neighbour.RoleThumb] == 1
	})
	if _, here := b.behindOf(id); here[neighbour.RolePicture] != 0 {
		t.Error("the large picture came without being asked for")
	}
	if l := b.shown("nombreux"); len(l) != 1 || l[0].Summary != "Venez nombreux." {
		t.Errorf("the words of the body are found and shown as %+v", l)
	}
	if err := b.Fetch(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if got := b.gives(hashOf(t, p.Hash)); int64(len(got)) != p.Bytes || wire.Sum(got).String() != p.Hash {
		t.Errorf("%d bytes of the large picture, want %d", len(got), p.Bytes)
	}
	all, _ := b.behindOf(id)
	if len(all) != 3 || all[1].Alt != "La place en fête" || all[1].Width != p.ThumbWidth || all[1].Height != p.ThumbHeight {
		t.Errorf("known of it: %+v", all)
	}
	// A changed card keeps its words and pictures: they are here.
	a.put(id, "Grand bal du village")
	soon(t, 2*time.Second, "the edit", func() bool { return len(b.shown("grand")) == 1 })
	soon(t, 2*time.Second, "its words", func() bool { return len(b.shown("nombreux")) == 1 })
}

// Withdrawal, erasure and a block take the bytes with them.
func TestWhatIsGoneTakesItsBytesAlong(t *testing.T) {
	for name, act := range map[string]func(*testBox, *testBox, store.Ref) error{
		"withdrawn": func(a, _ *testBox, ref store.Ref) error {
			return a.db.Update(t.Context(), func(tx *store.Tx) error { return listing.Withdraw(tx, ref) })
		},
		"erased": func(a, _ *testBox, ref store.Ref) error {
			return a.db.Update(t.Context(), func(tx *store.Tx) error { return listing.Erase(tx, ref) })
		},
		"blocked": func(a, b *testBox, _ store.Ref) error { return b.Block(t.Context(), a.PeerID()) },
	} {
		t.Run(name, func(t *testing.T) {
			a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
			id := store.NewID()
			a.put(id, "Bal du village")
			p := a.hang(id, 3)
			link(t, a, b)
			eventually(t, "the small picture", func() bool { _, here := b.behindOf(id); return here[neighbour.RoleThumb] == 1 })
			thumb := hashOf(t, p.ThumbHash)
			if err := act(a, b, store.Ref{Module: "agenda", ID: id}); err != nil {
				t.Fatal(err)
			}
			eventually(t, "nothing is here any more", func() bool {
				all, _ := b.behindOf(id)
				return len(all) == 0 && b.onShelf() == 0
			})
			if b.gives(thumb) != nil {
				t.Error("still given out")
			}
			eventually(t, "no copy is in the database", func() bool { return b.heldBytes() == 0 })
		})
	}
}

// What a moderator of the receiving box hides is removed, and what the origin
// does later does not bring it back; shown again, it comes again.
func TestHiddenHereComesBackOnlyWhenShownHere(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	id := store.NewID()
	a.put(id, "Bal du village")
	a.hang(id, 3)
	link(t, a, b)
	eventually(t, "the small picture", func() bool { _, here := b.behindOf(id); return here[neighbour.RoleThumb] == 1 })
	hide := func(hidden bool) {
		storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
			return listing.Hide(tx, store.Ref{Module: listing.Neighbour, ID: id}, hidden)
		})
	}
	hide(true)
	soon(t, time.Second, "bytes gone", func() bool { _, here := b.behindOf(id); return len(here) == 0 && b.onShelf() == 0 })
	a.put(id, "Grand bal du village", func(c *listing.Card) { c.Tags = []string{"fête"} })
	other := store.NewID()
	a.put(other, "Loto")
	eventually(t, "the next card came", func() bool { _, here := b.behindOf(other); return here[neighbour.RoleBody] == 1 })
	if _, here := b.behindOf(id); len(here) > 1 || len(b.shown("nombreux")) != 1 { // the loto has the same body
		t.Errorf("what was hidden came back: %v", here)
	}
	if b.onShelf() != 0 {
		t.Error("its picture came back")
	}
	hide(false)
	eventually(t, "all is back", func() bool { _, here := b.behindOf(id); return here[neighbour.RoleBody] == 1 })
}

// Nothing is given out that not everybody may see at this moment, whatever is
// still in the database.
func TestOnlyWhatIsPublicAndShownIsGivenOut(t *testing.T) {
	for name, act := range map[string]func(*store.Tx, listing.Card) error{
		"hidden":        func(tx *store.Tx, c listing.Card) error { return listing.Hide(tx, c.Ref, true) },
		"withdrawn":     func(tx *store.Tx, c listing.Card) error { return listing.Withdraw(tx, c.Ref) },
		"for residents": func(tx *store.Tx, c listing.Card) error { return again(tx, c, listing.Members) },
		"for this box":  func(tx *store.Tx, c listing.Card) error { return again(tx, c, listing.Here) },
	} {
		t.Run(name, func(t *testing.T) {
			a := newTestBox(t, "Cajarc")
			id := store.NewID()
			a.put(id, "Bal du village")
			p := a.hang(id, 5)
			var body wire.Hash
			eventually(t, "the body is signed with its picture", func() bool {
				body = a.bodyOf(id)
				return body != wire.Hash{} && bytes.Contains(a.gives(body), []byte(p.Hash))
			})
			thumb, large := hashOf(t, p.ThumbHash), hashOf(t, p.Hash)
			for what, h := range map[string]wire.Hash{"body": body, "small picture": thumb, "large picture": large} {
				if len(a.gives(h)) == 0 {
					t.Errorf("the %s is not given out while it is public", what)
				}
			}
			a.kill() // the publisher is too slow to help
			storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
				c, err := listing.ByRef(tx, store.Ref{Module: "agenda", ID: id})
				if err != nil {
					return err
				}
				return act(tx, c)
			})
			for what, h := range map[string]wire.Hash{"body": body, "small picture": thumb, "large picture": large} {
				if b := a.gives(h); b != nil {
					t.Errorf("the %s is given out: %d bytes", what, len(b))
				}
			}
		})
	}
}

// again puts a card for another audience.
func again(tx *store.Tx, c listing.Card, audience listing.Audience) error {
	c.Audience = audience
	return listing.Put(tx, c, listing.Body{"description": "Venez nombreux."})
}

// bodyOf is the hash that the box's own log names for a card.
func (b *testBox) bodyOf(id string) (h wire.Hash) {
	b.t.Helper()
	raw, err := store.ParseID(id)
	if err != nil {
		b.t.Fatal(err)
	}
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		own, err := neighbour.OwnLog(tx)
		if err != nil {
			return err
		}
		rec, err := neighbour.RecordOf(tx, own, raw)
		if err != nil {
			return nil //nolint:nilerr // not yet
		}
		c, err := wire.DecodeCard(rec.Card)
		if err == nil {
			h = c.Body
		}
		return err
	})
	return h
}
