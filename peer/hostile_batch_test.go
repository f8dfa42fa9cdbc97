package peer

import (
	"errors"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/storetest"
)

// endless pulls from a box that changes each batch, until the pull ends or so
// many batches came.
func (b *box) endless(t *testing.T, from *box, most int, lie func(n int, batch *wire.Batch)) (n int, err error) {
	t.Helper()
	p, err := b.replica.Begin(t.Context(), from.name, wire.HaveEntry{Origin: from.log.Origin(), Epoch: 1, Seq: 1 << 40})
	if err != nil || p == nil {
		t.Fatalf("nothing to pull: %v", err)
	}
	defer p.Release()
	first, _, err := from.replica.Serve().Answer(t.Context(), p.Want())
	if err != nil {
		t.Fatal(err)
	}
	for ; n < most; n++ {
		batch := *first
		batch.More, batch.Relist = true, n == 0
		lie(n, &batch)
		if err := p.Stage(t.Context(), &batch); err != nil {
			return n, err
		}
	}
	return n, nil
}

// TestBatchesWithoutEnd: who sends on and on without sending cards, begins
// again and again, or goes on beyond the quota is stopped after a bounded number
// of writes.
func TestBatchesWithoutEnd(t *testing.T) {
	empty, _ := wire.PackRecords(nil)
	for name, c := range map[string]struct {
		most int
		lie  func(n int, batch *wire.Batch)
		want Verdict
	}{
		"empty batches": {2, func(n int, batch *wire.Batch) {
			if batch.UpTo = uint64(n + 1); n > 0 {
				batch.Zstd = empty
			}
		}, Suspend},
		"relists":        {maxRestarts + 1, func(_ int, batch *wire.Batch) { batch.Relist = true }, Suspend},
		"the same again": {2, func(int, *wire.Batch) {}, Suspend},
		"a step back": {2, func(n int, batch *wire.Batch) {
			if n > 0 {
				batch.UpTo = 0
			}
		}, Suspend},
		"an older epoch": {2, func(n int, batch *wire.Batch) {
			if n > 0 {
				batch.Epoch = 7
			}
		}, Suspend},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := newBox(t, "a"), newBox(t, "b")
			pair(t, a, b)
			n, err := b.endless(t, a, c.most+1, c.lie)
			if n > c.most || Judge(err) != c.want {
				t.Errorf("stopped after %d batches with %v", n, err)
			}
			if b.mustPull(t, a); b.held(t, a).Seq == 0 {
				t.Error("the honest log does not come afterwards")
			}
		})
	}
}

// TestCardsWithoutEnd: a log longer than any quota is stopped at the quota of
// cards and tombstones, and nothing of it stays.
func TestCardsWithoutEnd(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	n, err := b.endless(t, a, 100, func(n int, batch *wire.Batch) {
		var records []wire.Record
		for i := range wire.MaxBatchCards {
			seq := uint64(n*wire.MaxBatchCards + i + 1)
			c := &wire.Card{ID: wire.ID{1, byte(n), byte(i), byte(i >> 8)}, Seq: seq, Gone: wire.Withdrawn}
			card, err := c.Encode()
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, wire.Record{Card: card, Sig: make([]byte, 64)})
			batch.UpTo = seq
		}
		batch.Zstd, _ = wire.PackRecords(records)
	})
	if !errors.Is(err, errQuota) || Judge(err) != Refuse || n > 11_000/wire.MaxBatchCards {
		t.Errorf("stopped after %d batches with %v", n, err)
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		left, err := store.One(tx, store.Scan[int64], "SELECT count(*) FROM neighbour_records WHERE log_id > 1")
		if left > 0 {
			t.Errorf("%d records stay", left)
		}
		return err
	})
}
