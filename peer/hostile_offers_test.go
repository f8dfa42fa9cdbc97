package peer

import (
	"bufio"
	"encoding/binary"
	"sync/atomic"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/storetest"
)

// offered is how many origins a neighbour makes up in a plain run, over so many
// sessions as that takes; a million at night.
var offered uint64 = 30_000

// A neighbour that offers origins without end, session after session, leaves
// nothing of them here, and an honest one beside it notices nothing.
func TestOriginsWithoutEnd(t *testing.T) {
	const each = 10_000 // in a session: less than what would break a rule
	honest, b, s := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac"), newStranger(t)
	b.share = func() *share { return newShare(b.db.Clock(), 1<<30) } // as if spread over days
	link(t, honest, b)
	before := heap()
	var made atomic.Uint64
	s.host.SetStreamHandler(syncProtocol, func(out network.Stream) {
		defer func() { _ = out.Close() }()
		in := bufio.NewReader(out)
		if _, err := wire.ReadFrame(in); err != nil {
			return
		}
		_ = wire.WriteFrame(out, &wire.Hello{Version: 1, Scope: wire.Scope{Hops: 1}, Feed: [8]byte{7}, Rev: 1 << 40})
		for range each / wire.MaxHave {
			have := &wire.Have{Rev: made.Load() + 1, Entries: make([]wire.HaveEntry, wire.MaxHave)}
			for i := range have.Entries {
				n := binary.BigEndian.AppendUint64(nil, made.Add(1))
				have.Entries[i] = wire.HaveEntry{Origin: wire.Sum(n), Epoch: 1, Seq: 1, Hops: 1}
			}
			if wire.WriteFrame(out, have) != nil {
				return
			}
		}
		_ = wire.WriteFrame(out, &wire.Bye{Code: wire.ByeDone})
		_, _ = wire.ReadFrame(in) // until the other hangs up: it has read all
	})
	b.trust(s)
	for end := time.Now().Add(time.Hour); made.Load() < offered; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("only %d origins were heard of", made.Load())
		}
		b.wake(s.id.id)
	}
	honest.put(store.NewID(), "Bal du village")
	soon(t, 2*time.Second, "the honest neighbour's event", func() bool { return len(b.shown("bal")) == 1 })
	grown := heap() - before
	t.Logf("%d origins offered: %.1f MB more on the heap", made.Load(), mb(grown))
	if grown > 16<<20 {
		t.Errorf("%.1f MB held", mb(grown))
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		logs, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM neighbour_logs")
		if logs > 2 { // its own and the honest one's
			t.Errorf("%d logs are kept", logs)
		}
		return err
	})
	if f := b.linkTo(s).Faults; f != 0 {
		t.Errorf("%d faults: the test is to stay within the rules", f)
	}
}
