package peer

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// TestKilledInFirstSyncResumes: a first sync of 5,000 cards is killed in the
// middle; the box starts again and receives nothing twice.
func TestKilledInFirstSyncResumes(t *testing.T) {
	const cards = 5000
	a, b := crowd(t, "a", cards), newBox(t, "b")
	pair(t, a, b)
	first := &stream{from: a, cut: 9}
	if err := b.pull(t.Context(), first)[a.log.Origin()]; !errors.Is(err, errCut) {
		t.Fatalf("the pull was to be cut: %v", err)
	}
	if n := len(b.titles(t, a)); n != 0 {
		t.Errorf("%d cards show before the head was checked", n)
	}
	b.start(t) // without Close, as after kill -9
	second := b.mustPull(t, a)
	if first.cards != 9*wire.MaxBatchCards || first.cards+second != cards+1 {
		t.Errorf("received %d, then %d of %d", first.cards, second, cards+1)
	}
	if n := len(b.titles(t, a)); n != cards {
		t.Errorf("%d of %d cards show", n, cards)
	}
}

// TestPowerCutTakesTheTail: commits a neighbour has heard of are lost. No
// number is said twice, and the neighbour comes back to what the box now says.
func TestPowerCutTakesTheTail(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	kept := a.put(t, "", "Bal")
	a.publish(t)
	copied := filepath.Join(t.TempDir(), "copi.db")
	if err := a.db.CopyTo(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		a.put(t, "", fmt.Sprint("perdue ", i))
		a.publish(t)
	}
	b.mustPull(t, a)
	heard := b.held(t, a).Seq
	a.cutPower(t, copied)
	if now := a.held(t, a).Seq; now <= heard {
		t.Errorf("the box goes on at %d, its neighbour has heard of %d", now, heard)
	}
	_ = b.pull(t.Context(), &stream{from: a}) // does not add up: nobody is to blame
	b.mustPull(t, a)
	if shown := b.titles(t, a); len(shown) != 1 || shown[kept] != "Bal" {
		t.Errorf("b shows %v", shown)
	}

	if err := a.log.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := a.held(t, a).Seq
	a.start(t)
	a.put(t, kept, "Grand bal")
	if a.publish(t); a.held(t, a).Seq > before+2 {
		t.Error("numbers were skipped after a clean stop")
	}
}

// TestRelistAboveOldTombstones: a log whose floor is above most of its cards is
// sent in several batches without beginning again and again.
func TestRelistAboveOldTombstones(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	a.replica.batch = 2
	for i := range 7 {
		a.put(t, "", fmt.Sprint("carte ", i))
	}
	id := a.put(t, "", "retirée")
	a.publish(t)
	a.withdraw(t, id)
	a.publish(t)
	a.clock.Add(tombstoneIn + time.Hour)
	a.publish(t)
	if l := a.held(t, a); l.Floor == 0 {
		t.Fatal("the floor did not rise")
	}
	if n := b.mustPull(t, a); n != 8 { // and the profile, without the tombstone
		t.Errorf("%d records came", n)
	}
}

// TestHostileNeighbour: nothing of what a liar sends shows, and the verdict is
// the one its lie deserves.
func TestHostileNeighbour(t *testing.T) {
	repack := func(batch *wire.Batch, change func([]wire.Record) []wire.Record) bool {
		records, err := wire.UnpackRecords(batch.Zstd)
		if err != nil {
			t.Fatal(err)
		}
		batch.Zstd, _ = wire.PackRecords(change(records))
		return true
	}
	other := newBox(t, "other")
	other.put(t, "", "carte d'un autre")
	other.publish(t)
	_, otherTip, err := other.replica.Serve().Answer(t.Context(), &wire.Want{Origin: other.log.Origin(), Epoch: 1, Relist: true})
	if err != nil {
		t.Fatal(err)
	}
	var foreign wire.Record
	storetest.View(t, other.db, store.Actor{}, func(tx *store.Tx) error {
		own, err := neighbour.OwnLog(tx)
		if err != nil {
			return err
		}
		rows, err := neighbour.Live(tx, own)
		foreign = wire.Record{Card: rows[1].Card, Sig: rows[1].Sig}
		return err
	})
	for name, c := range map[string]struct {
		batch func(*wire.Batch) bool
		tip   func(*wire.Tip)
		want  Verdict
	}{
		"omitted card": {batch: func(b *wire.Batch) bool {
			return repack(b, func(r []wire.Record) []wire.Record { return r[:len(r)-1] })
		}, want: Refuse},
		"altered title": {batch: func(b *wire.Batch) bool {
			return repack(b, func(r []wire.Record) []wire.Record {
				r[1].Card = bytes.Replace(r[1].Card, []byte("Bal"), []byte("Mal"), 1)
				return r
			})
		}, want: Refuse},
		"foreign-origin card": {batch: func(b *wire.Batch) bool {
			return repack(b, func(r []wire.Record) []wire.Record { return append(r[:1], foreign) })
		}, want: Refuse},
		"repeated card": {batch: func(b *wire.Batch) bool {
			return repack(b, func(r []wire.Record) []wire.Record { return append(r, r[0]) })
		}, want: Suspend},
		"not a card": {batch: func(b *wire.Batch) bool {
			return repack(b, func(r []wire.Record) []wire.Record { r[0].Card = []byte{0xa0}; return r })
		}, want: Suspend},
		"not a batch":     {batch: func(b *wire.Batch) bool { b.Zstd = []byte("zstd"); return true }, want: Suspend},
		"another origin":  {batch: func(b *wire.Batch) bool { b.Origin[0] ^= 1; return true }, want: Suspend},
		"forged head":     {tip: func(tip *wire.Tip) { tip.Head.Sig[5] ^= 1 }, want: Suspend},
		"forged epoch":    {tip: func(tip *wire.Tip) { tip.Epochs[0].Sig[5] ^= 1 }, want: Suspend},
		"another's tip":   {tip: func(tip *wire.Tip) { *tip = *otherTip }, want: Suspend},
		"another's head":  {tip: func(tip *wire.Tip) { tip.Head = otherTip.Head }, want: Suspend},
		"another's epoch": {tip: func(tip *wire.Tip) { tip.Epochs = otherTip.Epochs }, want: Suspend},
	} {
		a, b := newBox(t, "a"), newBox(t, "b")
		pair(t, a, b)
		a.put(t, "", "Bal")
		a.publish(t)
		s := &stream{from: a, batch: c.batch, tip: c.tip}
		err := b.pull(t.Context(), s)[a.log.Origin()]
		if got := Judge(err); got != c.want {
			t.Errorf("%s: %v, verdict %d, want %d", name, err, got, c.want)
		}
		if shown := b.titles(t, a); len(shown) > 0 {
			t.Errorf("%s: b shows %v", name, shown)
		}
		if b.mustPull(t, a); len(b.titles(t, a)) != 1 {
			t.Errorf("%s: the honest log does not come afterwards", name)
		}
	}
}

// TestReplayAndForkAreRefused: an old head takes nothing back, and of two
// boxes that speak with one key the first is kept.
func TestReplayAndForkAreRefused(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	id := a.put(t, "", "Bal")
	a.publish(t)
	var old *wire.Tip
	if errs := b.pull(t.Context(), &stream{from: a, tip: func(tip *wire.Tip) { kept := *tip; old = &kept }}); len(errs) > 0 {
		t.Fatal(errs)
	}
	a.withdraw(t, id)
	a.publish(t)
	b.mustPull(t, a)

	a.put(t, "", "Concert")
	a.publish(t)
	err := b.pull(t.Context(), &stream{from: a, tip: func(tip *wire.Tip) { *tip = *old }})[a.log.Origin()]
	if Judge(err) != Retry || len(b.titles(t, a)) != 0 {
		t.Errorf("an old head: %v; b shows %v", err, b.titles(t, a))
	}
	b.mustPull(t, a)

	held := b.held(t, a)
	h, err := wire.DecodeHead(held.Head.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	h.Inst[0] ^= 1 // the same number, said by a copy of the box
	twin, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	a.put(t, "", "Loto")
	a.publish(t)
	err = b.pull(t.Context(), &stream{
		from: a,
		batch: func(batch *wire.Batch) bool {
			batch.Zstd, _ = wire.PackRecords(nil)
			batch.UpTo = held.Seq
			return true
		},
		tip: func(tip *wire.Tip) { tip.Head = wire.SignedHead{Head: twin, Sig: wire.SignHead(a.keys.Box, twin)} },
	})[a.log.Origin()]
	if Judge(err) != Refuse || !b.held(t, a).Frozen || !bytes.Equal(b.held(t, a).Head.Bytes, held.Head.Bytes) {
		t.Errorf("a fork: %v, frozen %v", err, b.held(t, a).Frozen)
	}
	if err := b.pull(t.Context(), &stream{from: a})[a.log.Origin()]; Judge(err) != Refuse {
		t.Errorf("a frozen origin is pulled: %v", err)
	}
}

// TestStrangersAreNotCarried: a linked box offers an origin that no operator
// of ours linked.
func TestStrangersAreNotCarried(t *testing.T) {
	a, b, c := newBox(t, "a"), newBox(t, "b"), newBox(t, "c")
	pair(t, a, b)
	pair(t, b, c)
	a.put(t, "", "Bal")
	a.publish(t)
	b.mustPull(t, a)
	p, err := c.replica.Begin(t.Context(), "b", wire.HaveEntry{Origin: a.log.Origin(), Epoch: 1, Seq: 9, Hops: 1})
	if p != nil || Judge(err) != Refuse {
		t.Errorf("%v, %v", p, err)
	}
	c.link(t, a, neighbour.Paired)
	if c.mustPull(t, b); len(c.titles(t, a)) != 1 {
		t.Error("a linked origin does not come through a relay")
	}
}

// TestReceipt: a neighbour's entry for our own log says how much it holds.
func TestReceipt(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	b.mustPull(t, a)
	a.mustPull(t, b)
	storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		l, err := neighbour.LinkByPeer(tx, "b")
		if own := a.held(t, a); l.CoveredEpoch != own.Epoch || l.CoveredSeq != own.Seq {
			t.Errorf("the receipt says (%d, %d), the log is at (%d, %d)", l.CoveredEpoch, l.CoveredSeq, own.Epoch, own.Seq)
		}
		return err
	})
}

// While what a neighbour sent is made what is shown, people post: the box lets
// them go first, and shows all of it or nothing in between.
func TestPeoplePostDuringAFirstSync(t *testing.T) {
	const cards = 400
	a, b := crowd(t, "a", cards), newBox(t, "b")
	pair(t, a, b)
	pulled := make(chan map[wire.Hash]error, 1)
	go func() { pulled <- b.pull(t.Context(), &stream{from: a}) }()
	posted := 0
	for pulling := true; pulling; {
		select {
		case errs := <-pulled:
			if pulling = false; len(errs) > 0 {
				t.Fatal(errs)
			}
		case <-time.After(20 * time.Millisecond):
			if posted < 5 {
				b.put(t, "", "Bal")
				posted++
			}
		}
		if got := len(b.titles(t, a)); got != 0 && got != cards {
			t.Fatalf("%d cards of %d are shown", got, cards)
		}
		b.addsUp(t, a)
	}
	if got, own := len(b.titles(t, a)), len(b.titles(t, b)); got != cards || own != posted {
		t.Errorf("%d cards of the neighbour, %d own ones of %d", got, own, posted)
	}
}

// Of two long pulls one is made main at a time: what is decoded of them takes
// memory. News of others do not wait for that.
func TestLongPullsTakeTurns(t *testing.T) {
	a, b, c := crowd(t, "a", long), newBox(t, "b"), newBox(t, "c")
	pair(t, a, b, c)
	c.put(t, "", "Loto")
	c.publish(t)
	b.replica.turn <- struct{}{} // another
	here, pulled := make(chan struct{}), make(chan map[wire.Hash]error, 1)
	go func() { pulled <- b.pull(t.Context(), &stream{from: a, tip: func(*wire.Tip) { close(here) }}) }()
	<-here
	b.mustPull(t, c)
	if news, got := len(b.titles(t, c)), len(b.titles(t, a)); news != 1 || got > 0 {
		t.Errorf("%d news and %d cards of the long pull are shown", news, got)
	}
	<-b.replica.turn
	if errs := <-pulled; len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := len(b.titles(t, a)); got != long || len(b.replica.turn) > 0 {
		t.Errorf("%d cards are shown in the end", got)
	}
}
