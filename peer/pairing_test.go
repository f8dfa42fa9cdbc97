package peer

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/photo"
	"copi.local/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testBox is a box on loopback for one test.
type testBox struct {
	*Node
	t     testing.TB
	clock *storetest.Clock
	kill  func()
}

func newTestBox(t testing.TB, name string) *testBox {
	t.Helper()
	db, clock := storetest.Open(t)
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := NewIdentity(key)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "46045", Name: name, Position: &listing.Point{Lat: 44e5, Lon: 2e5}})
	})
	b := startTestBox(t, db, clock, id)
	eventually(t, "the box has an origin", func() bool { _, err := b.introduce(t.Context()); return err == nil })
	return b
}

// roomy is an SD card that is never full.
func roomy(string) (free, total int64, err error) { return 1, 1, nil }

// startTestBox runs a node on a database.
func startTestBox(t testing.TB, db *store.DB, clock *storetest.Clock, id *Identity) *testBox {
	t.Helper()
	n, err := New(Options{
		DB: db, Identity: id, Listen: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Loopback: true, Gather: gatherFor,
		Photos:   photo.NewAlbum(db, roomy),
		Recovery: func(context.Context) (wire.Hash, bool, error) { return sheetHash("any"), true, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	kill := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(kill)
	return &testBox{n, t, clock, kill}
}

// Who pairs with a box that has just started need not know that it is still
// finding its name.
func TestABoxThatHasJustStartedCanPair(t *testing.T) {
	db, clock := storetest.Open(t)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "46045", Name: "Cajarc", Position: &listing.Point{Lat: 44e5, Lon: 2e5}})
	})
	b := startTestBox(t, db, clock, newStranger(t).id)
	if _, err := b.introduce(t.Context()); err != nil {
		t.Error(err)
	}
}

// eventually waits until ok, or fails the test with what.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// state is the newest pairing's.
func (b *testBox) state() PairingState {
	if list := b.Pairings(); len(list) > 0 {
		return list[0].State
	}
	return ""
}

func (b *testBox) await(state PairingState) Pairing {
	b.t.Helper()
	eventually(b.t, "pairing "+string(state), func() bool { return b.state() == state })
	return b.Pairings()[0]
}

func TestTwoBoxesPair(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	if _, err := a.StartPairing(t.Context(), b.Addrs()[0]); store.KindOf(err) != store.Conflict {
		t.Fatalf("a box that does not wait: %v", err)
	}
	b.OpenDoor()
	if _, err := a.StartPairing(t.Context(), b.Addrs()[0]); err != nil {
		t.Fatal(err)
	}
	pa, pb := a.await(PairingCompare), b.await(PairingCompare)
	if pa.Digits != pb.Digits || len(pa.Digits) != 6 || pa.Name != "Altillac" || pb.Name != "Cajarc" {
		t.Fatalf("%+v and %+v", pa, pb)
	}
	if err := a.Confirm(pa.ID); err != nil {
		t.Fatal(err)
	}
	a.await(PairingWaiting)
	if err := b.Confirm(pb.ID); err != nil {
		t.Fatal(err)
	}
	a.await(PairingDone)
	b.await(PairingDone)
}
