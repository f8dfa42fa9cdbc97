package peer

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// doubt is what b asks its operator.
func (b *box) doubt(t testing.TB) neighbour.Doubt {
	t.Helper()
	return b.publisher(t).Doubt
}

func (b *box) publisher(t testing.TB) (p neighbour.Publisher) {
	t.Helper()
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		p, err = neighbour.PublisherOf(tx)
		return err
	})
	return p
}

// copied is the path of a copy of b's database as it is now.
func (b *box) copied(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copi.db")
	if err := b.db.CopyTo(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// stop ends b's log cleanly.
func (b *box) stop(t testing.TB) {
	t.Helper()
	if err := b.log.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// clone is another box that starts from a copy of b's card.
func (b *box) clone(t testing.TB, copied string) *box {
	t.Helper()
	c := &box{name: b.name, clock: b.clock, keys: b.keys}
	c.cutPower(t, copied)
	return c
}

// proceed is the operator's "moved" or "restored".
func (b *box) proceed(t testing.TB) {
	t.Helper()
	if err := b.log.Continue(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func machine(name string) wire.Hash { return wire.Sum([]byte("serials of " + name)) }

func TestAnotherMachinePublishesNothing(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.stop(t)
	a.keys.Machine = machine("first")
	a.start(t) // a box from before this was looked at: bound, not asked
	id := a.put(t, "", "Bal")
	a.publish(t)
	b.mustPull(t, a)
	if d := a.doubt(t); d != neighbour.NoDoubt || len(b.titles(t, a)) != 1 {
		t.Fatalf("doubt %q on the first machine", d)
	}
	was := a.publisher(t)
	a.stop(t)
	a.keys.Machine = machine("second")
	a.start(t)
	a.put(t, "", "Loto")
	if a.publish(t); a.doubt(t) != neighbour.Moved || b.mustPull(t, a) != 0 {
		t.Fatalf("doubt %q: something was published on another machine before an answer", a.doubt(t))
	}
	a.proceed(t)
	a.publish(t)
	b.mustPull(t, a)
	now, held := a.publisher(t), b.held(t, a)
	if now.Inst == was.Inst || now.Machine != machine("second") || now.Doubt != neighbour.NoDoubt {
		t.Errorf("after the answer: inst %x as before, machine %x, doubt %q", now.Inst, now.Machine, now.Doubt)
	}
	if held.Epoch != 2 || len(b.titles(t, a)) != 2 || b.titles(t, a)[id] != "Bal" {
		t.Errorf("b is in epoch %d and shows %v", held.Epoch, b.titles(t, a))
	}
	if err := a.log.Continue(t.Context()); store.KindOf(err) != store.Conflict {
		t.Errorf("an answer without a question: %v", err)
	}
	a.stop(t)
	if a.start(t); a.doubt(t) != neighbour.NoDoubt {
		t.Error("asked again on the same machine")
	}
}

// TestEpochSignsEverythingAnew: a new epoch numbers the live cards from 1,
// forgets tombstones, and holders keep nothing else.
func TestEpochSignsEverythingAnew(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	for _, title := range []string{"un", "deux", "trois"} {
		a.withdraw(t, a.put(t, "", "parti "+title))
		a.put(t, "", title)
		a.publish(t)
		b.mustPull(t, a)
	}
	shown := b.titles(t, a)
	a.stop(t)
	a.keys.Machine = machine("first")
	a.start(t)
	a.stop(t)
	a.keys.Machine = machine("second")
	a.start(t)
	a.proceed(t)
	if n := b.mustPull(t, a); n != 4 { // and the profile
		t.Errorf("%d cards came, want 4", n)
	}
	held := b.held(t, a)
	if held.Epoch != 2 || held.Seq != 5 || held.Floor != 0 || held.Size != 4 || !maps.Equal(b.titles(t, a), shown) {
		t.Errorf("b holds epoch %d, seq %d, floor %d, %d records, shows %v", held.Epoch, held.Seq, held.Floor, held.Size, b.titles(t, a))
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		chain, err := epochsOf(tx, held)
		if err != nil {
			return err
		}
		rows, err := neighbour.After(tx, held, 0, 10)
		for i, r := range rows {
			if _, err := VerifyRecord(chain, held.Origin, 2, wire.Record{Card: r.Card, Sig: r.Sig}); err != nil || r.Seq != uint64(i+1) {
				t.Errorf("card %d has number %d: %v", i, r.Seq, err)
			}
		}
		return err
	})
}

// TestRestoredBoxTakesBackItsCards: a box put back from an old copy learns from
// a neighbour that it is old, stops, and with its operator's word takes back
// what it had published since.
func TestRestoredBoxTakesBackItsCards(t *testing.T) {
	a, b, c := newBox(t, "a"), newBox(t, "b"), newBox(t, "c")
	pair(t, a, b, c)
	kept, gone := a.put(t, "", "Bal"), a.put(t, "", "Annulé depuis")
	a.publish(t)
	a.stop(t)
	old := a.copied(t)
	a.start(t)
	lost := a.put(t, "", "Publié depuis la copie")
	a.put(t, kept, "Grand bal")
	a.withdraw(t, gone)
	a.publish(t)
	b.mustPull(t, a)
	want := b.titles(t, a)

	a.cutPower(t, old)
	a.mustPull(t, b)
	if a.doubt(t) != neighbour.Older {
		t.Fatalf("doubt %q, though b holds more", a.doubt(t))
	}
	a.put(t, "", "Pendant la question")
	if a.publish(t); b.mustPull(t, a) != 0 {
		t.Fatal("something was published before an answer")
	}
	a.proceed(t)
	b.mustPull(t, a)
	if got := b.titles(t, a); !maps.Equal(got, want) || b.held(t, a).Epoch != 2 {
		t.Errorf("b shows %v in epoch %d, want %v in 2", got, b.held(t, a).Epoch, want)
	}
	a.publish(t)
	c.mustPull(t, a)
	b.mustPull(t, a)
	if got := c.titles(t, a); len(got) != 3 || got[lost] == "" || got[gone] != "" {
		t.Errorf("c shows %v", got)
	}
	if a.mustPull(t, b); a.doubt(t) != neighbour.NoDoubt {
		t.Errorf("doubt %q after the answer", a.doubt(t))
	}
}

// TestPartOfOurLogIsNotTakenBack: a neighbour that leaves a card out of what it
// gives back is found by the digest, and stops nobody.
func TestPartOfOurLogIsNotTakenBack(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.stop(t)
	old := a.copied(t)
	a.start(t)
	a.put(t, "", "Bal")
	a.put(t, "", "Loto")
	a.publish(t)
	b.mustPull(t, a)
	a.cutPower(t, old)
	omit := func(batch *wire.Batch) bool {
		records, err := wire.UnpackRecords(batch.Zstd)
		if err != nil {
			t.Fatal(err)
		}
		batch.Zstd, _ = wire.PackRecords(records[1:])
		return true
	}
	errs := a.pull(t.Context(), &stream{from: b, batch: omit})
	if err := errs[a.log.Origin()]; !errors.Is(err, errDigest) || a.doubt(t) != neighbour.NoDoubt {
		t.Errorf("%v, doubt %q", err, a.doubt(t))
	}
	if a.mustPull(t, b); a.doubt(t) != neighbour.Older {
		t.Errorf("doubt %q once all of it came", a.doubt(t))
	}
}

// TestClaimAloneStopsNobody: a neighbour that says it holds more of our log
// than there is, and cannot show it, does not stop the publisher.
func TestClaimAloneStopsNobody(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	b.mustPull(t, a)
	held := b.held(t, a)
	e := wire.HaveEntry{Origin: held.Origin, Epoch: held.Epoch, Seq: held.Seq + 1000, Hops: 1}
	for _, lie := range []func(*wire.Tip){
		func(*wire.Tip) {}, // the true head, older than claimed
		func(tip *wire.Tip) { // a head of its own making
			h, err := wire.DecodeHead(tip.Head.Head)
			if err != nil {
				t.Fatal(err)
			}
			h.Seq += 1000
			bytes, err := h.Encode()
			if err != nil {
				t.Fatal(err)
			}
			tip.Head = wire.SignedHead{Head: bytes, Sig: wire.SignHead(b.keys.Box, bytes)}
		},
	} {
		if err := a.pullOne(t.Context(), &stream{from: b, tip: lie}, e); err == nil {
			t.Error("taken")
		}
		if d := a.doubt(t); d != neighbour.NoDoubt {
			t.Fatalf("doubt %q on a claim", d)
		}
	}
}

// sheetKey is the recovery key of a box's sheet.
func sheetKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("sheet of " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func sheetHash(name string) wire.Hash {
	return sha256.Sum256(sheetKey(name).Public().(ed25519.PublicKey))
}

// newSheetBox is a box whose origin names a recovery key that the test has.
func newSheetBox(t testing.TB, name string) *box {
	t.Helper()
	b := newUnfoundedBox(t, name)
	b.keys.Recovery = sheetHash(name)
	b.start(t)
	return b
}

// peerID is the name by which neighbours call a box with this key.
func peerID(t testing.TB, key ed25519.PrivateKey) string {
	t.Helper()
	id, err := NewIdentity(key)
	if err != nil {
		t.Fatal(err)
	}
	return id.PeerID()
}

// TestStolenCardLosesToTheSheet: who has the box key publishes until the
// recovery key names another; then holders follow the new key and hear nothing
// of the old.
func TestStolenCardLosesToTheSheet(t *testing.T) {
	a, b := newSheetBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.put(t, "", "Bal")
	a.publish(t)
	a.stop(t)
	thief := a.clone(t, a.copied(t))
	a.start(t)
	b.mustPull(t, a)

	thief.put(t, "", "Faux")
	thief.publish(t)
	b.mustPull(t, thief)
	_, other, _ := ed25519.GenerateKey(nil)
	if err := a.log.Repair(t.Context(), other, other); store.KindOf(err) != store.Invalid {
		t.Fatalf("a repair by another sheet: %v", err)
	}
	next := ed25519.NewKeyFromSeed(make([]byte, 32))
	if err := a.log.Repair(t.Context(), next, sheetKey("a")); err != nil {
		t.Fatal(err)
	}
	a.put(t, "", "Loto")
	a.publish(t)
	b.mustPull(t, a)
	shown := b.titles(t, a)
	if held := b.held(t, a); held.Epoch != 2 || len(shown) != 2 || maps.Equal(shown, thief.titles(t, thief)) {
		t.Errorf("b is in epoch %d and shows %v", held.Epoch, shown)
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		link, err := neighbour.LinkByOrigin(tx, a.log.Origin())
		if link.Peer != peerID(t, next) {
			t.Errorf("the link is still with %s", link.Peer)
		}
		return err
	})
	thief.put(t, "", "Encore faux")
	thief.publish(t)
	if b.pull(t.Context(), &stream{from: thief}); !maps.Equal(b.titles(t, a), shown) {
		t.Errorf("b hears the thief: %v", b.titles(t, a))
	}
	// A neighbour that still talks to the old box tells it.
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.Rekey(tx, peerID(t, next), "a") })
	if thief.mustPull(t, b); thief.doubt(t) != neighbour.Forked {
		t.Errorf("the old box has doubt %q", thief.doubt(t))
	}
}

// TestNextKeyTakesItsPlaceAtTheStart: the key that a repair named is the box's
// from the next start on; one whose repair never came to be is forgotten.
func TestNextKeyTakesItsPlaceAtTheStart(t *testing.T) {
	a, dir := newUnfoundedBox(t, "a"), t.TempDir()
	a.keys.Recovery = sheetHash("a")
	first := mustIdentity(t, dir)
	a.keys.Box = first.Key()
	a.start(t)
	if _, err := first.prepare(); err != nil {
		t.Fatal(err)
	}
	a.settleKey(t, dir)
	if now := mustIdentity(t, dir); now.PeerID() != first.PeerID() {
		t.Fatal("a key that no statement names took its place")
	}
	next, err := first.prepare()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.log.Repair(t.Context(), next, sheetKey("a")); err != nil {
		t.Fatal(err)
	}
	a.settleKey(t, dir)
	a.settleKey(t, dir)
	if now := mustIdentity(t, dir); now.PeerID() != peerID(t, next) {
		t.Error("the key named by the new epoch is not the box's")
	}
	a.keys.Box = next
	a.start(t) // the log takes the new key for its own
}

// TestCopyBecomesAnotherBox: a copy takes a key of its own and forgets its
// links and its origin; what it shows of its own stays.
func TestCopyBecomesAnotherBox(t *testing.T) {
	a, b, dir := newBox(t, "a"), newBox(t, "b"), t.TempDir()
	pair(t, a, b)
	a.put(t, "", "Bal")
	a.publish(t)
	a.mustPull(t, b)
	was := a.log.Origin()
	storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error { return neighbour.SetDoubt(tx, neighbour.Copied) })
	if a.put(t, "", "Loto"); len(a.titles(t, a)) != 2 {
		t.Fatal("a copy does not serve its own people")
	}
	a.settleKey(t, dir)
	a.keys.Box = mustIdentity(t, dir).Key()
	a.start(t)
	if a.log.Origin() == was || a.doubt(t) != neighbour.NoDoubt || a.held(t, b).Epoch != 0 {
		t.Errorf("origin as before: %v, doubt %q, holds b: %v", a.log.Origin() == was, a.doubt(t), a.held(t, b).Epoch)
	}
	storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		if links, err := neighbour.Links(tx); err != nil || len(links) > 0 {
			t.Errorf("links %v, %v", links, err)
		}
		return nil
	})
	pair(t, a, newBox(t, "c"))
	c := newBox(t, "d")
	pair(t, a, c)
	if c.mustPull(t, a); len(c.titles(t, a)) != 2 {
		t.Errorf("a neighbour of the new box sees %v", c.titles(t, a))
	}
}

func (b *box) settleKey(t testing.TB, dir string) {
	t.Helper()
	if err := SettleKey(t.Context(), b.db, dir); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, keyFile+".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(dir, keyFile)); err != nil {
		t.Error(err)
	}
}

func mustIdentity(t testing.TB, dir string) *Identity {
	t.Helper()
	id, err := LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
