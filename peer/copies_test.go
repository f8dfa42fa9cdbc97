package peer

import (
	"os"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/photo"
	"copi.local/store/storetest"
)

// A box in between asks its own neighbours for what a card it shows names, as
// often as the question allows and no more.
func TestABoxInBetweenPassesOn(t *testing.T) {
	origin, between, asker := newTestBox(t, "Cajarc"), newTestBox(t, "Figeac"), newTestBox(t, "Altillac")
	id := store.NewID()
	origin.put(id, "Bal du village")
	p := origin.hang(id, 3)
	link(t, origin, between)
	link(t, origin, asker)
	link(t, between, asker)
	for _, b := range []*testBox{between, asker} {
		eventually(t, "the body is here", func() bool { all, _ := b.behindOf(id); return len(all) == 3 })
	}
	eventually(t, "asker and box in between talk", func() bool { return asker.isOpen(between.id.id) })
	l, wants, err := asker.behind(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	without := origin.id.id // as if it could not be reached
	if err := asker.fetch(t.Context(), l, wants, 0, without); store.KindOf(err) != store.Busy {
		t.Errorf("passed on unasked: %v", err)
	}
	if err := asker.fetch(t.Context(), l, wants, 1, without); err != nil {
		t.Fatal(err)
	}
	if got := asker.gives(hashOf(t, p.Hash)); wire.Sum(got).String() != p.Hash {
		t.Errorf("%d bytes came", len(got))
	}
}

// shelve keeps pictures of a card of some origin, the last looked at last.
func (b *testBox) shelve(role neighbour.Role, sizes ...int) (hashes []wire.Hash) {
	b.t.Helper()
	for i, size := range sizes {
		content := static(size)
		content[0] = byte(i)
		h := wire.Sum(content)
		hashes = append(hashes, h)
		if err := b.shelf.add(h, 0, content); err != nil {
			b.t.Fatal(err)
		}
		if err := b.shelf.finish(h); err != nil {
			b.t.Fatal(err)
		}
	}
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.AddLog(tx, neighbour.Hash{byte(role), 9}, false)
		if err != nil {
			return err
		}
		var named []neighbour.Mention
		for i, h := range hashes {
			named = append(named, neighbour.Mention{Role: role, Place: i, Hash: h, Bytes: int64(sizes[i])})
		}
		if err := neighbour.Pictured(tx, l, neighbour.ID{9}, named); err != nil {
			return err
		}
		now := tx.Now
		defer func() { tx.Now = now }()
		for i, h := range hashes {
			tx.Now = now.Add(time.Duration(i-len(hashes)) * time.Hour)
			if err := neighbour.KeepCopy(tx, neighbour.Copy{Hash: h, Bytes: int64(sizes[i])}); err != nil {
				return err
			}
		}
		return nil
	})
	return hashes
}

func (b *testBox) onCard(h wire.Hash) bool {
	_, err := os.Stat(b.shelf.path(h))
	return err == nil
}

// Over the limit the least used go, and only as many as must.
func TestTheLeastUsedGoFirst(t *testing.T) {
	b := newTestBox(t, "Altillac")
	b.kill() // nobody else tidies
	h := b.shelve(neighbour.RolePicture, 1000, 1000, 1000)
	b.maxCopies = 2500
	if err := b.tidy(t.Context(), &tidied{}); err != nil {
		t.Fatal(err)
	}
	if b.onCard(h[0]) || !b.onCard(h[1]) || !b.onCard(h[2]) || b.heldBytes() != 2000 {
		t.Errorf("kept %v %v %v, %d bytes", b.onCard(h[0]), b.onCard(h[1]), b.onCard(h[2]), b.heldBytes())
	}
}

// Large pictures nobody looked at go after a month; small ones stay, since
// they were not asked for.
func TestWhatNobodyLookedAtGoesAfterAMonth(t *testing.T) {
	b := newTestBox(t, "Altillac")
	b.kill()
	large, small := b.shelve(neighbour.RolePicture, 1000, 1000), b.shelve(neighbour.RoleThumb, 500)
	b.clock.Add(29 * 24 * time.Hour)
	last := &tidied{}
	if err := b.tidy(t.Context(), last); err != nil || !b.onCard(large[0]) {
		t.Fatalf("gone after 29 days, or %v", err)
	}
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.Looked(tx, neighbour.Copy{Hash: large[1]})
	})
	b.clock.Add(48 * time.Hour)
	if err := b.tidy(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	if b.onCard(large[0]) || !b.onCard(large[1]) || !b.onCard(small[0]) {
		t.Errorf("kept %v %v %v", b.onCard(large[0]), b.onCard(large[1]), b.onCard(small[0]))
	}
}

// A start finds what a power cut left: a file without its row, and what was
// begun for a card that is gone. What is coming in for one that is shown stays.
func TestAStartSweepsThePicturesOfOthers(t *testing.T) {
	b, s := newTestBox(t, "Altillac"), newStranger(t)
	b.kill()
	kept := b.shelve(neighbour.RolePicture, 1000)
	coming, lost, stray := wire.Hash{1}, wire.Hash{2}, wire.Sum(static(7))
	b.names(s, coming, 100)
	for _, h := range []wire.Hash{coming, lost} {
		if err := b.shelf.add(h, 0, []byte("begun")); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.shelf.add(stray, 0, static(7)); err != nil {
		t.Fatal(err)
	}
	if err := b.shelf.finish(stray); err != nil {
		t.Fatal(err)
	}
	if err := b.tidy(t.Context(), &tidied{}); err != nil {
		t.Fatal(err)
	}
	if !b.onCard(kept[0]) || b.onCard(stray) || b.shelf.begun(coming) == 0 || b.shelf.begun(lost) != 0 {
		t.Errorf("kept %v, stray %v, coming in %d, lost %d", b.onCard(kept[0]), b.onCard(stray), b.shelf.begun(coming), b.shelf.begun(lost))
	}
}

// full is an SD card that is nearly so.
func full(string) (free, total int64, err error) { return 1, 100, nil }

// With a card that is nearly full the words of neighbours still come, their
// pictures do not.
func TestDO6_AFullCardTakesNeighboursWordsOnly(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	b.opt.Photos = photo.NewAlbum(b.db, full)
	id := store.NewID()
	a.put(id, "Bal du village")
	a.hang(id, 3)
	link(t, a, b)
	eventually(t, "the body is here", func() bool { _, here := b.behindOf(id); return here[neighbour.RoleBody] == 1 })
	if err := b.Fetch(t.Context(), id); store.KindOf(err) != store.Busy {
		t.Errorf("pictures on a full card: %v", err)
	}
	if n := b.onShelf(); n != 0 {
		t.Errorf("%d pictures came", n)
	}
}
