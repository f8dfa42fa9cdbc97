package appliance

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/peer"
	"copi.local/peer/bundle"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/photo"
	"copi.local/store/storetest"
	"copi.local/ui"
)

// plantedBox is the village with its words, its pages and two neighbours: one
// that keeps what it is told as it comes, and one as ours are.
type plantedBox struct {
	*heap

	t     *testing.T
	db    *store.DB
	node  *peer.Node
	pages *ui.Server
	other *store.DB
	tap   *tap
}

// meet links the village with two boxes before anything is planted: what they
// are called by must work. One of them is never there.
func meet(t *testing.T, dir string, listening *tap) {
	t.Helper()
	db, err := store.Open(t.Context(), database(dir), store.Options{Clock: storetest.NewClock(), Personal: personal})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		return errors.Join(
			neighbour.SaveLink(tx, neighbour.Link{Peer: listening.host.ID().String(), Origin: wire.Hash{7}, Name: "Oreille", State: neighbour.Paired}),
			neighbour.SaveLink(tx, neighbour.Link{
				Peer: newTap(t, listening.heap).host.ID().String(), Origin: wire.Hash{8}, Name: "Absente", Commune: "x-absente", State: neighbour.Paired,
				Addresses: []string{"/ip4/192.0.2.77/tcp/4001"},
			}))
	})
}

func newPlantedBox(t *testing.T, dir string, listening *tap) *plantedBox {
	t.Helper()
	clock := storetest.NewClock()
	db, err := store.Open(t.Context(), database(dir), store.Options{Clock: clock, Personal: personal})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b := &plantedBox{heap: listening.heap, t: t, db: db, tap: listening}
	album := photo.NewAlbum(db, nil)
	b.node = runNode(t, db, dir, album)
	b.pages, err = ui.New(ui.Options{DB: db, Clock: clock, Log: slog.New(slog.DiscardHandler), HostNames: func() []string { return []string{"copi.local"} }, Photos: album})
	if err != nil {
		t.Fatal(err)
	}
	b.other, _ = storetest.Open(t)
	storetest.Update(t, b.other, store.Actor{}, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Commune: "46045", Name: "Cajarc", Position: &listing.Point{Lat: 4448500, Lon: 184300}})
	})
	pairNodes(t, b.node, runNode(t, b.other, t.TempDir(), nil))
	return b
}

// runNode joins a box to its neighbours.
func runNode(t *testing.T, db *store.DB, dir string, photos peer.Photos) *peer.Node {
	t.Helper()
	id, err := peer.LoadIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	n, err := peer.New(peer.Options{
		DB: db, Identity: id, Listen: "127.0.0.1:0", Loopback: true, Log: slog.New(slog.DiscardHandler), Photos: photos, Bundles: filepath.Join(dir, "bundles"),
		Recovery: func(context.Context) (wire.Hash, bool, error) { return wire.Hash{1}, true, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }() // ends with ctx
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return n
}

// pairNodes links two boxes as two operators would.
func pairNodes(t *testing.T, a, b *peer.Node) {
	t.Helper()
	b.OpenDoor()
	within(t, "a pairing begins", func() bool {
		_, err := a.StartPairing(t.Context(), b.Addrs()[0])
		if err != nil {
			t.Log(err)
		}
		return err == nil
	})
	for _, n := range []*peer.Node{a, b} {
		within(t, "the digits are there", func() bool { return n.Pairings()[0].State == peer.PairingCompare })
	}
	for _, n := range []*peer.Node{a, b} {
		if err := n.Confirm(n.Pairings()[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	within(t, "the boxes are linked", func() bool { return b.Pairings()[0].State == peer.PairingDone })
}

// within waits until ok.
func within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// number answers a question to a database.
func number(t *testing.T, db *store.DB, query string) (n int) {
	t.Helper()
	storetest.View(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Scan[int], query)
		return err
	})
	return n
}

// leave lets everything leave the box that can.
func (b *plantedBox) leave() {
	b.t.Helper()
	within(b.t, "everything public is signed", func() bool {
		return number(b.t, b.db, "SELECT count(*) FROM listing_revs, neighbour_publishers WHERE listing_revs.rev > published_rev") == 0
	})
	b.told()
	b.synced()
	b.bundled()
	b.exported()
}

// told is what the neighbour that listens is told.
func (b *plantedBox) told() {
	b.t.Helper()
	var own neighbour.Log
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		own, err = neighbour.OwnLog(tx)
		return err
	})
	if n := b.tap.log(b.node, own.Origin); n < 200 {
		b.t.Fatalf("a log of %d cards proves nothing", n)
	}
	found := 0
	for _, q := range []*wire.Search{
		{Words: canaryWord},
		{Words: "salle"},
		{Words: "fete"},
		{Words: "aide"},
		{Kinds: []string{"event"}},
		{Kinds: []string{"offer"}},
		{Kinds: []string{"notice"}},
		{Kinds: []string{"need", "result", "decision"}},
		{Kinds: []string{"org", "place", "person"}},
	} {
		found += b.tap.search(b.node, q)
	}
	if found < 100 {
		b.t.Fatalf("%d cards found prove nothing", found)
	}
}

// synced is all that lies in the other box once it has what it may have.
func (b *plantedBox) synced() {
	b.t.Helper()
	same := func() bool {
		return number(b.t, b.other, "SELECT coalesce(max(seq), 0) FROM neighbour_logs WHERE own = 0") == number(b.t, b.db, "SELECT seq FROM neighbour_logs WHERE own = 1") &&
			number(b.t, b.other, "SELECT count(*) FROM neighbour_mentions AS m WHERE role = 0 AND NOT EXISTS (SELECT 1 FROM neighbour_copies AS c WHERE c.hash = m.hash)") == 0
	}
	within(b.t, "the second box has everything", same)
	if n := number(b.t, b.other, "SELECT count(*) FROM neighbour_copies WHERE body IS NOT NULL"); n < 100 {
		b.t.Fatalf("%d bodies prove nothing", n)
	}
	path := filepath.Join(b.t.TempDir(), "copy.db")
	if err := b.other.CopyTo(b.t.Context(), path); err != nil {
		b.t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.add("the second box's file", file)
}

// bundled is a bundle with everything, as it is and unpacked.
func (b *plantedBox) bundled() {
	b.t.Helper()
	f, err := b.node.MakeBundle(b.t.Context(), "", true, bundle.AllPictures)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(f)
	if err != nil {
		b.t.Fatal(err)
	}
	b.add("a bundle", raw)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		b.t.Fatal(err)
	}
	r, err := wire.NewBundleReader(f)
	for err == nil {
		var m wire.Message
		if m, err = r.Next(); err == nil {
			b.unpack(b.t, "a bundle", m)
		}
	}
	if !errors.Is(err, io.EOF) {
		b.t.Fatal(err)
	}
}

// exported is every file that anybody can fetch, of public things and of
// those that are not.
func (b *plantedBox) exported() {
	b.t.Helper()
	var ids, slugs []string
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		if ids, err = store.All(tx, store.Scan[string], "SELECT id FROM listing_cards WHERE origin_id = 0"); err != nil {
			return err
		}
		slugs, err = store.All(tx, store.Scan[string], "SELECT slug FROM listing_maps")
		return err
	})
	files := 0
	for _, r := range b.pages.Routes() {
		if r.Right != "public" || r.Method != http.MethodGet || !isExport(r.Path) {
			continue
		}
		if before, after, ok := strings.Cut(r.Path, "/:"); ok {
			name, rest, _ := strings.Cut(after, "/")
			if rest != "" {
				rest = "/" + rest
			}
			of := ids
			if name == "slug" {
				of = slugs
			}
			for _, id := range of {
				files += b.fetch(before+"/"+id+rest, id)
			}
			continue
		}
		files += b.fetch(r.Path, "")
	}
	if files < 300 {
		b.t.Fatalf("%d exports prove nothing", files)
	}
}

// isExport tells files for programs from pages for people.
func isExport(path string) bool {
	return strings.HasPrefix(path, "/api/") || slices.Contains([]string{".ics", ".atom", ".csv", ".geojson", ".jsonld", ".json", ".zip"}, filepath.Ext(path))
}

// fetch keeps an answer, but for the id that was asked with; it counts those
// with a file in them.
func (b *plantedBox) fetch(address, id string) int {
	b.t.Helper()
	q := httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	q.Host = "copi.local"
	w := httptest.NewRecorder()
	b.pages.Handler().ServeHTTP(w, q)
	if w.Code >= http.StatusInternalServerError {
		b.t.Errorf("%s: %d", address, w.Code)
	}
	answer := w.Body.Bytes()
	if id != "" {
		answer = bytes.ReplaceAll(answer, []byte(id), nil)
	}
	b.add(address, answer)
	if w.Code != http.StatusOK {
		return 0
	}
	return 1
}
