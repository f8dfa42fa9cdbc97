package neighbour_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// update runs fn in a transaction of nobody.
func update(t testing.TB, db *store.DB, fn func(*store.Tx) error) {
	t.Helper()
	storetest.Update(t, db, store.Actor{}, fn)
}

// addLog makes room for a neighbour's origin.
func addLog(t testing.TB, db *store.DB, origin byte) (l neighbour.Log) {
	t.Helper()
	update(t, db, func(tx *store.Tx) (err error) {
		l, err = neighbour.AddLog(tx, neighbour.Hash{origin}, false)
		return err
	})
	return l
}

// record is version seq of the card named by id.
func record(seq uint64, id byte, gone uint64) neighbour.Record {
	return neighbour.Record{
		Seq: seq, ID: neighbour.ID{id}, Gone: gone, Card: fmt.Appendf(nil, "card %d", seq), Sig: []byte("sig"),
		Hash: neighbour.Hash{id, byte(seq)},
	}
}

// live is the numbers of main's cards.
func live(t testing.TB, db *store.DB, l neighbour.Log) (seqs []uint64) {
	t.Helper()
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		rows, err := neighbour.Live(tx, l)
		for _, r := range rows {
			seqs = append(seqs, r.Seq)
		}
		return err
	})
	return seqs
}

// TestLinkStates: pairing again changes what a link says and leaves alone what
// the exchange keeps of it; no other state is stored.
func TestLinkStates(t *testing.T) {
	db, clock := storetest.Open(t)
	link := neighbour.Link{Peer: "p", Origin: neighbour.Hash{1}, Name: "Cajarc", State: neighbour.Pairing}
	update(t, db, func(tx *store.Tx) error { return neighbour.SaveLink(tx, link) })
	clock.Add(time.Hour)
	link.State, link.PairedAt, link.ContactAt = neighbour.Paired, clock.Now(), clock.Now()
	update(t, db, func(tx *store.Tx) error {
		if err := neighbour.SaveLink(tx, link); err != nil { // what is carried has grown: before it, no cursor counts
			return err
		}
		if err := neighbour.SetCursor(tx, "p", [8]byte{7}, 42, scopeOf(t, tx)); err != nil {
			return err
		}
		return neighbour.SaveLink(tx, link)
	})
	var got neighbour.Link
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		got, err = neighbour.LinkByOrigin(tx, link.Origin)
		return err
	})
	if got.State != neighbour.Paired || got.Feed != [8]byte{7} || got.FeedRev != 42 || !got.PairedAt.Equal(clock.Now()) {
		t.Errorf("kept as %+v", got)
	}
	link.State = "friend"
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return neighbour.SaveLink(tx, link) }); err == nil {
		t.Error("an unknown state was stored")
	}
}

// TestOneLinkPerOrigin: boxes that have not told their origin do not stand in
// each other's way; two that tell the same one do.
func TestOneLinkPerOrigin(t *testing.T) {
	db, _ := storetest.Open(t)
	update(t, db, func(tx *store.Tx) error {
		for _, l := range []neighbour.Link{{Peer: "a"}, {Peer: "b"}, {Peer: "c", Origin: neighbour.Hash{1}}} {
			l.State = neighbour.Pairing
			if err := neighbour.SaveLink(tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	err := db.Update(t.Context(), func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{Peer: "d", Origin: neighbour.Hash{1}, State: neighbour.Paired})
	})
	if store.KindOf(err) != store.Conflict {
		t.Errorf("a second link with one origin: %v", err)
	}
}

// TestFaultsAndReceipts: faults add up until an operator pardons them; a
// receipt never goes back.
func TestFaultsAndReceipts(t *testing.T) {
	db, _ := storetest.Open(t)
	update(t, db, func(tx *store.Tx) error {
		if err := neighbour.SaveLink(tx, neighbour.Link{Peer: "p", State: neighbour.Paired}); err != nil {
			return err
		}
		for want := 1; want <= 3; want++ {
			if n, err := neighbour.Fault(tx, "p"); err != nil || n != want {
				t.Errorf("fault %d counts %d, %v", want, n, err)
			}
		}
		for _, told := range [][2]uint64{{1, 9}, {2, 3}, {1, 20}, {2, 2}} {
			if err := neighbour.Receipt(tx, "p", told[0], told[1]); err != nil {
				return err
			}
		}
		if err := neighbour.Pardon(tx, "p"); err != nil {
			return err
		}
		l, err := neighbour.LinkByPeer(tx, "p")
		if l.CoveredEpoch != 2 || l.CoveredSeq != 3 || l.Faults != 0 {
			t.Errorf("covered (%d, %d), %d faults", l.CoveredEpoch, l.CoveredSeq, l.Faults)
		}
		return err
	})
}

// TestStagingResumesAndHides: what has come stays where it is over a restart,
// counts on, and is neither shown nor served before the swap.
func TestStagingResumesAndHides(t *testing.T) {
	db, _ := storetest.Open(t)
	l := addLog(t, db, 1)
	stage := func(upTo uint64, records ...neighbour.Record) {
		update(t, db, func(tx *store.Tx) error {
			s, err := neighbour.StagingOf(tx, l)
			if store.KindOf(err) == store.NotFound {
				s, err = neighbour.Staging{Epoch: 1, Generation: l.Generation + 1, From: "p"}, nil
			}
			if err != nil {
				return err
			}
			s.UpTo = upTo
			return neighbour.Stage(tx, l, s, records)
		})
	}
	stage(2, record(1, 1, 0), record(2, 2, 0))
	stage(5, record(4, 1, 0), record(5, 3, 1)) // a newer version of card 1, a tombstone
	if got := live(t, db, l); len(got) > 0 {
		t.Errorf("served before the swap: %v", got)
	}
	update(t, db, func(tx *store.Tx) error {
		s, err := neighbour.StagingOf(tx, l)
		if err != nil {
			return err
		}
		if s.UpTo != 5 || s.Cards != 4 || s.From != "p" {
			t.Errorf("resumes from %+v", s)
		}
		return neighbour.Swap(tx, &l, s, 0)
	})
	if got := live(t, db, l); !slices.Equal(got, []uint64{2, 4}) {
		t.Errorf("main is %v", got)
	}
}

// TestRelistReplacesMain: what a relist does not bring is gone, and named so
// that the listing can drop it; giving a pull up leaves main as it was.
func TestRelistReplacesMain(t *testing.T) {
	db, _ := storetest.Open(t)
	l := addLog(t, db, 1)
	relist := func(records ...neighbour.Record) neighbour.Staging {
		s := neighbour.Staging{Epoch: 1, UpTo: 9, Relist: true, Generation: l.Generation + 1}
		update(t, db, func(tx *store.Tx) error { return neighbour.Stage(tx, l, s, records) })
		return s
	}
	update(t, db, func(tx *store.Tx) error {
		return neighbour.Put(tx, l, l.Generation, []neighbour.Record{record(1, 1, 0), record(2, 2, 0), record(3, 3, 0)})
	})
	relist(record(9, 9, 0))
	update(t, db, func(tx *store.Tx) error { return neighbour.DropStaging(tx, l) })
	if got := live(t, db, l); !slices.Equal(got, []uint64{1, 2, 3}) {
		t.Errorf("after giving up main is %v", got)
	}

	s := relist(record(2, 2, 0), record(4, 3, 0), record(5, 4, 1))
	update(t, db, func(tx *store.Tx) error {
		gone, err := neighbour.StagedGone(tx, l, s)
		if err != nil || len(gone) != 1 || gone[0] != (neighbour.ID{1}) {
			t.Errorf("gone: %v, %v", gone, err)
		}
		changed, err := neighbour.StagedNew(tx, l, s)
		if err != nil || len(changed) != 1 || changed[0].Seq != 4 {
			t.Errorf("new or changed: %v, %v", changed, err)
		}
		return neighbour.Swap(tx, &l, s, 5) // floor 5: the tombstone need not be kept
	})
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		entries, err := neighbour.Entries(tx, l, l.Generation)
		if len(entries) != 2 {
			t.Errorf("main has %v", entries)
		}
		return err
	})
}

// TestQuotaAndFreeze: an origin over its quota may come back with its next
// head; a frozen one keeps the first proof for good.
func TestQuotaAndFreeze(t *testing.T) {
	db, _ := storetest.Open(t)
	l := addLog(t, db, 1)
	read := func() (got neighbour.Log) {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
			got, err = neighbour.LogOf(tx, l.Origin)
			return err
		})
		return got
	}
	update(t, db, func(tx *store.Tx) error { return neighbour.OverQuota(tx, l) })
	if !read().OverQuota {
		t.Error("the operator is not told")
	}
	update(t, db, func(tx *store.Tx) error {
		l.Epoch, l.Seq, l.Head = 1, 1, neighbour.Head{Bytes: []byte("head"), Sig: []byte("sig")}
		if err := neighbour.SetHead(tx, &l); err != nil {
			return err
		}
		return neighbour.Freeze(tx, l, []byte("twin"))
	})
	if got := read(); got.OverQuota || !got.Frozen || got.Seq != 1 || !got.ConfirmedAt.Equal(storetest.Now) {
		t.Errorf("kept as %+v", got)
	}
}

// TestTombstoneFloor: a tombstone goes when it is old, or one too many.
func TestTombstoneFloor(t *testing.T) {
	db, clock := storetest.Open(t)
	l := addLog(t, db, 1)
	for seq := uint64(1); seq <= 5; seq++ {
		update(t, db, func(tx *store.Tx) error {
			return neighbour.Put(tx, l, l.Generation, []neighbour.Record{record(seq, byte(seq), 1)})
		})
		clock.Add(time.Hour)
	}
	for _, c := range []struct {
		before time.Time
		keep   int
		want   uint64
	}{
		{storetest.Now, 9, 0},
		{storetest.Now.Add(90 * time.Minute), 9, 2},
		{storetest.Now, 2, 3},
	} {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
			if got, err := neighbour.TombstoneFloor(tx, l, c.before, c.keep); err != nil || got != c.want {
				t.Errorf("before %v, keep %d: floor %d, %v; want %d", c.before, c.keep, got, err, c.want)
			}
			return nil
		})
	}
}

// TestTrailIsBounded: the last 32 heads are kept, newest first.
func TestTrailIsBounded(t *testing.T) {
	db, _ := storetest.Open(t)
	l := addLog(t, db, 1)
	update(t, db, func(tx *store.Tx) error {
		for l.Epoch, l.Seq = 1, 1; l.Seq <= 40; l.Seq++ {
			l.Head = neighbour.Head{Bytes: fmt.Appendf(nil, "head %d", l.Seq), Sig: []byte("sig")}
			if err := neighbour.SetHead(tx, &l); err != nil {
				return err
			}
		}
		heads, err := neighbour.Trail(tx, l)
		if len(heads) != 32 || string(heads[0].Bytes) != "head 40" || string(heads[31].Bytes) != "head 9" {
			t.Errorf("%d heads", len(heads))
		}
		return err
	})
}

// TestUncleanStopJumps: a start after an unclean stop is known as one and can
// skip numbers; a clean stop skips none.
func TestUncleanStopJumps(t *testing.T) {
	db, _ := storetest.Open(t)
	read := func() (p neighbour.Publisher) {
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
			p, err = neighbour.PublisherOf(tx)
			return err
		})
		return p
	}
	running := func(on bool, skip uint64) {
		update(t, db, func(tx *store.Tx) error { return neighbour.SetRunning(tx, on, skip) })
	}
	if p := read(); p.Running || p.NextSeq != 1 {
		t.Errorf("a new box: %+v", p)
	}
	running(true, 0)
	update(t, db, func(tx *store.Tx) error { return neighbour.Published(tx, 10, 3) })
	if p := read(); !p.Running || p.NextSeq != 10 || p.Published != 3 || !p.HeadAt.Equal(storetest.Now) {
		t.Errorf("after publishing: %+v", p)
	}
	running(true, 1000) // the power was cut
	if p := read(); p.NextSeq != 1010 {
		t.Errorf("goes on at %d", p.NextSeq)
	}
	running(false, 0)
	if p := read(); p.Running || p.NextSeq != 1010 {
		t.Errorf("after a clean stop: %+v", p)
	}
}

// TestNewFeedStartsOver: a database put back from a copy has another feed and
// reads everybody's from the start.
func TestNewFeedStartsOver(t *testing.T) {
	db, _ := storetest.Open(t)
	update(t, db, func(tx *store.Tx) error {
		was, err := neighbour.PublisherOf(tx)
		if err != nil {
			return err
		}
		if err := neighbour.SaveLink(tx, neighbour.Link{Peer: "p", State: neighbour.Paired}); err != nil {
			return err
		}
		if err := neighbour.SetCursor(tx, "p", [8]byte{7}, 42, scopeOf(t, tx)); err != nil {
			return err
		}
		if err := neighbour.NewFeed(tx); err != nil {
			return err
		}
		now, err := neighbour.PublisherOf(tx)
		if err != nil {
			return err
		}
		l, err := neighbour.LinkByPeer(tx, "p")
		if now.Feed == was.Feed || l.Feed != [8]byte{} || l.FeedRev != 0 {
			t.Errorf("feed %x, then %x; link %+v", was.Feed, now.Feed, l)
		}
		return err
	})
}

// TestDropLogForgetsEverything: records, pull and listed cards of one origin
// go, the other's stay.
func TestDropLogForgetsEverything(t *testing.T) {
	db, _ := storetest.Open(t)
	one, two := addLog(t, db, 1), addLog(t, db, 2)
	update(t, db, func(tx *store.Tx) (err error) {
		for _, l := range []*neighbour.Log{&one, &two} {
			if l.Listed, err = listing.SetOrigin(tx, listing.Origin{Key: l.Origin, Name: "v", SeenAt: tx.Now}); err != nil {
				return err
			}
			card := listing.Card{Ref: store.Ref{ID: store.NewID()}, Kind: listing.KindEvent, Title: "Bal"}
			if err := listing.PutForeign(tx, l.Listed, []listing.Card{card}); err != nil {
				return err
			}
			if err := neighbour.Put(tx, *l, l.Generation, []neighbour.Record{record(1, 1, 0)}); err != nil {
				return err
			}
		}
		return neighbour.Stage(tx, one, neighbour.Staging{Epoch: 1, Generation: 1}, []neighbour.Record{record(2, 2, 0)})
	})
	update(t, db, func(tx *store.Tx) error { return neighbour.DropLog(tx, one) })
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error {
		for _, err := range []error{
			second(neighbour.LogOf(tx, one.Origin)), second(neighbour.StagingOf(tx, one)),
		} {
			if store.KindOf(err) != store.NotFound {
				t.Errorf("still there: %v", err)
			}
		}
		res, err := listing.Find(tx, listing.Query{})
		if res.Total != 1 {
			t.Errorf("%d cards are listed", res.Total)
		}
		return err
	})
	if a, b := live(t, db, one), live(t, db, two); len(a) != 0 || len(b) != 1 {
		t.Errorf("records of the dropped log %v, of the other %v", a, b)
	}
}

func second[T any](_ T, err error) error { return err }
