package appliance

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"copi.local/peer"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// controlled is a node whose control socket lies in dir.
func controlled(t *testing.T, name, dir string) *peer.Node {
	t.Helper()
	db, _ := storetest.Open(t)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "46045", Name: name})
	})
	id, err := peer.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	node, err := peer.New(peer.Options{
		DB: db, Identity: id, Listen: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Recovery: func(context.Context) (wire.Hash, bool, error) { return wire.Hash{1}, true, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 2)
	go func() { done <- node.Run(ctx) }()
	go func() { done <- serveControl(ctx, dir, node) }()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
	return node
}

func TestPairingFromTheCommandLine(t *testing.T) {
	deep := filepath.Join(t.TempDir(), strings.Repeat("d", 90)) // longer than a socket's address may be
	dirs := []string{t.TempDir(), deep}
	for _, dir := range dirs {
		d, err := openDataDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.close(); err != nil {
			t.Fatal(err)
		}
	}
	nodes := []*peer.Node{controlled(t, "Cajarc", dirs[0]), controlled(t, "Altillac", dirs[1])}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for _, dir := range dirs {
		for { // until the socket is there
			if _, err := control(ctx, dir, "/pairings", controlRequest{}); err == nil {
				break
			} else if ctx.Err() != nil {
				t.Fatal(err)
			}
		}
	}
	var outs [2]bytes.Buffer
	done := make(chan error, 1)
	go func() { done <- PeerPair(ctx, dirs[1], "", strings.NewReader("yes\n"), &outs[1]) }()
	for !nodes[1].DoorOpen() && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	if err := PeerPair(ctx, dirs[0], nodes[1].Addrs()[0], strings.NewReader("yes\n"), &outs[0]); err != nil {
		t.Fatalf("%v\n%s", err, outs[0].String())
	}
	if err := <-done; err != nil {
		t.Fatalf("%v\n%s", err, outs[1].String())
	}
	if a, b := outs[0].String(), outs[1].String(); a[:7] != b[:7] || !strings.Contains(a, "linked with Altillac") {
		t.Errorf("%q and %q", a, b)
	}
	if err := PeerSync(ctx, dirs[0], io.Discard); err != nil {
		t.Error(err)
	}
}

func TestNoBoxNoControl(t *testing.T) {
	err := PeerSync(t.Context(), t.TempDir(), io.Discard)
	if err == nil || !strings.Contains(OneLine(err), "no box with neighbours runs") {
		t.Errorf("%v", err)
	}
}
