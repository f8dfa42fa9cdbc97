//go:build foreign

package peer

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// foreigner is testdata/foreign/peer.mjs: js-libp2p and PROTOCOL.md, no line of
// ours. `make foreign` fetches it and runs these tests.
type foreigner struct {
	t    *testing.T
	in   io.Writer
	says *json.Decoder

	peer    string
	origin  wire.Hash
	address string
}

// said is a line the foreigner wrote; which fields are set tells what of.
type said struct {
	Error, Peer, Origin, Address, Agent string
	Ping                                bool
	Protocols, Titles                   []string
	Seq, Count                          uint64
	Served                              int
	Receipt                             uint64
}

func newForeigner(t *testing.T) *foreigner {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "testdata/foreign/peer.mjs")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = in.Close(), cmd.Wait() })
	f := &foreigner{t: t, in: in, says: json.NewDecoder(bufio.NewReader(out))}
	first := f.next()
	origin, err := hex.DecodeString(first.Origin)
	if err != nil || len(origin) != len(f.origin) {
		t.Fatalf("origin %q: %v", first.Origin, err)
	}
	f.peer, f.address, f.origin = first.Peer, first.Address, wire.Hash(origin)
	return f
}

func (f *foreigner) next() (s said) {
	f.t.Helper()
	if err := f.says.Decode(&s); err != nil {
		f.t.Fatal(err)
	}
	if s.Error != "" {
		f.t.Fatal(s.Error)
	}
	f.t.Logf("%+v", s)
	return s
}

// until reads what it says up to a line that is ok.
func (f *foreigner) until(ok func(said) bool) said {
	f.t.Helper()
	for range 20 {
		if s := f.next(); ok(s) {
			return s
		}
	}
	f.t.Fatal("it says other things")
	return said{}
}

// calls tells it where the box is.
func (f *foreigner) calls(b *testBox) {
	f.t.Helper()
	var own neighbour.Log
	storetest.View(f.t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		own, err = neighbour.OwnLog(tx)
		return err
	})
	address := b.host.Addrs()[0].String() + "/p2p/" + b.PeerID()
	if err := json.NewEncoder(f.in).Encode(map[string]string{"address": address, "origin": hex.EncodeToString(own.Origin[:])}); err != nil {
		f.t.Fatal(err)
	}
}

// A program in another language, on another libp2p, reads a box's log and
// serves one that the box shows.
func TestForeignPeerPullsAndServes(t *testing.T) {
	b, f := newTestBox(t, "Cajarc"), newForeigner(t)
	id := store.NewID()
	b.put(id, "Bal du village")
	b.put(store.NewID(), "Réunion secrète", func(c *listing.Card) { c.Audience = listing.Members })
	b.fill(300) // more than one batch
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{Peer: f.peer, Origin: f.origin, Name: "Larroque", State: neighbour.Paired, Addresses: []string{f.address}})
	})
	if err := b.reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.calls(b)
	met := f.until(func(s said) bool { return s.Agent != "" })
	if !met.Ping || !slices.Contains(met.Protocols, string(syncProtocol)) {
		t.Errorf("ping and identify: %+v", met)
	}
	got := f.until(func(s said) bool { return s.Count >= 302 })
	if !slices.Contains(got.Titles, "Bal du village") || slices.Contains(got.Titles, "Réunion secrète") {
		t.Errorf("it read %q", got.Titles)
	}
	soon(t, 2*time.Second, "its event on the box", func() bool { return len(b.shown("veillee")) == 1 })
	if c := b.shown("veillee")[0]; c.Origin == nil || c.Origin.Name != "Larroque-Étrangère" {
		t.Errorf("shown as %+v", c)
	}

	b.put(id, "Grand bal du village")
	f.until(func(s said) bool { return slices.Contains(s.Titles, "Grand bal du village") })
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Withdraw(tx, store.Ref{Module: "agenda", ID: id})
	})
	f.until(func(s said) bool { return s.Count > 0 && !slices.Contains(s.Titles, "Grand bal du village") })
}
