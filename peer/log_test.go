package peer

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// box is one box of a test: a real store, its log and its replica.
type box struct {
	name    string
	db      *store.DB
	clock   *storetest.Clock
	keys    Keys
	log     *Log
	replica *Replica
}

func keysOf(name string) Keys {
	seed := sha256.Sum256([]byte("box " + name))
	return Keys{Box: ed25519.NewKeyFromSeed(seed[:]), Recovery: wire.Sum([]byte("recovery " + name))}
}

// asks is the scope in b's Hello.
func (b *box) asks(ctx context.Context) (s wire.Scope) {
	err := b.db.View(context.WithoutCancel(ctx), func(tx *store.Tx) (err error) {
		s, err = scopeOf(tx, maxHops)
		return err
	})
	if err != nil {
		panic(err)
	}
	return s
}

// newBox is a set-up box of a commune.
func newBox(t testing.TB, name string) *box {
	t.Helper()
	b := newUnfoundedBox(t, name)
	b.start(t)
	return b
}

// newUnfoundedBox is one whose log is not opened yet.
func newUnfoundedBox(t testing.TB, name string) *box {
	t.Helper()
	db, clock := storetest.Open(t)
	b := &box{name: name, db: db, clock: clock, keys: keysOf(name)}
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		if err := neighbour.NewFeed(tx); err != nil { // test databases are copies of one
			return err
		}
		return listing.SetHome(tx, listing.Home{Commune: "x-" + name, Name: name, Position: &listing.Point{Lat: 44e5, Lon: 2e5}})
	})
	return b
}

// start opens the box's log and publishes what is due, as the box does at its
// start.
func (b *box) start(t testing.TB) {
	t.Helper()
	var err error
	if b.log, err = OpenLog(t.Context(), b.db, b.keys, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	b.replica = NewReplica(b.db)
	b.publish(t)
}

// cutPower puts the box back to a copy of its database, as if what came later
// had never reached the disk although it was announced, and starts it.
func (b *box) cutPower(t testing.TB, copied string) {
	t.Helper()
	db, err := store.Open(t.Context(), copied, store.Options{Clock: b.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b.db = db
	b.start(t)
}

func (b *box) publish(t testing.TB) {
	t.Helper()
	if _, err := b.log.Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// put writes a card of the box, without publishing it.
func (b *box) put(t testing.TB, id, title string) string {
	t.Helper()
	if id == "" {
		id = store.NewID()
	}
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Put(tx, listing.Card{
			Ref: store.Ref{Module: "agenda", ID: id}, Kind: listing.KindEvent, Title: title, Audience: listing.Public,
			StartsAt: tx.Now, Tags: []string{"fête"},
		}, listing.Body{"description": "Tout le monde vient. " + title})
	})
	return id
}

func (b *box) withdraw(t testing.TB, id string) {
	t.Helper()
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Withdraw(tx, store.Ref{Module: "agenda", ID: id})
	})
}

// pair links boxes with one another, all with all.
func pair(t testing.TB, boxes ...*box) {
	t.Helper()
	for _, b := range boxes {
		for _, o := range boxes {
			if o != b {
				b.link(t, o, neighbour.Paired)
			}
		}
	}
}

func (b *box) link(t testing.TB, o *box, state neighbour.State) {
	t.Helper()
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{Peer: o.name, Origin: o.log.Origin(), Name: o.name, State: state})
	})
}

// titles is what the listing of b shows of another box, id to title.
func (b *box) titles(t testing.TB, of *box) map[string]string {
	t.Helper()
	out := map[string]string{}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return listing.Walk(tx, listing.Query{}, func(c listing.Card) error {
			if c.Origin != nil && c.Origin.Key == of.log.Origin() || c.Origin == nil && of == b {
				out[c.Ref.ID] = c.Title
			}
			return nil
		})
	})
	return out
}

// held is the log b holds of another box.
func (b *box) held(t testing.TB, of *box) neighbour.Log {
	t.Helper()
	var l neighbour.Log
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		l, err = neighbour.LogOf(tx, of.log.Origin())
		if store.KindOf(err) == store.NotFound {
			err = nil
		}
		return err
	})
	return l
}

// stream is the in-memory sync stream of one pull; what it does to batches and
// tips makes it hostile.
type stream struct {
	from  *box
	cut   int                    // batches after which the line is cut; 0 never
	batch func(*wire.Batch) bool // changes a batch; false cuts
	tip   func(*wire.Tip)
	cards int // received
}

var errCut = fmt.Errorf("the line was cut")

// pull brings b up to what the stream's box holds, as the sync stream does,
// and returns the first error of each origin.
func (b *box) pull(ctx context.Context, s *stream) map[wire.Hash]error {
	errs := map[wire.Hash]error{}
	have, err := s.from.replica.Haves(ctx, b.name, 0, b.asks(ctx))
	if err != nil {
		return map[wire.Hash]error{{}: err}
	}
	for _, e := range have.Entries {
		if err := b.pullOne(ctx, s, e); err != nil {
			errs[e.Origin] = err
		}
	}
	return errs
}

func (b *box) pullOne(ctx context.Context, s *stream, e wire.HaveEntry) error {
	p, err := b.replica.Begin(ctx, s.from.name, e)
	if err != nil || p == nil {
		return err
	}
	defer p.Release()
	server := s.from.replica.Serve()
	want := p.Want()
	for n := 1; ; n++ {
		batch, tip, err := server.Answer(ctx, want)
		if err != nil {
			return err
		}
		want = Next(want, batch)
		if s.batch != nil && !s.batch(batch) {
			return errCut
		}
		records, err := wire.UnpackRecords(batch.Zstd)
		if err != nil {
			return err
		}
		if err := p.Stage(ctx, batch); err != nil {
			return err
		}
		if s.cards += len(records); n == s.cut {
			return errCut
		}
		if tip != nil {
			if s.tip != nil {
				s.tip(tip)
			}
			return p.Finish(ctx, tip)
		}
	}
}

// mustPull fails the test unless everything was taken.
func (b *box) mustPull(t testing.TB, from *box) int {
	t.Helper()
	s := &stream{from: from}
	for origin, err := range b.pull(t.Context(), s) {
		t.Fatalf("%s pulls %s from %s: %v", b.name, origin, from.name, err)
	}
	return s.cards
}

func TestPublishEditWithdraw(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	id := a.put(t, "", "Bal")
	if a.publish(t); b.mustPull(t, a) != 2 { // and the profile
		t.Error("the profile and one card were to come")
	}
	if got := b.titles(t, a)[id]; got != "Bal" {
		t.Errorf("b shows %q", got)
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		origins, err := listing.Origins(tx)
		if len(origins) != 1 || origins[0].Name != "a" || origins[0].Commune != "x-a" || origins[0].Position == nil {
			t.Errorf("b knows %+v", origins)
		}
		return err
	})
	a.put(t, id, "Grand bal")
	if a.publish(t); b.mustPull(t, a) != 1 || b.titles(t, a)[id] != "Grand bal" {
		t.Error("the edit did not follow")
	}
	a.withdraw(t, id)
	if a.publish(t); b.mustPull(t, a) != 1 || len(b.titles(t, a)) != 0 {
		t.Error("the withdrawal did not follow")
	}
	if n := b.mustPull(t, a); n != 0 {
		t.Errorf("%d cards came again", n)
	}
}

func TestPublishNothingNew(t *testing.T) {
	a := newBox(t, "a")
	id := a.put(t, "", "Bal")
	a.publish(t)
	was := a.held(t, a).Head.Bytes
	a.put(t, id, "Bal") // says the same
	a.withdraw(t, a.put(t, "", "Vite oublié"))
	a.publish(t)
	if !bytes.Equal(a.held(t, a).Head.Bytes, was) {
		t.Error("a head was made though neighbours would see nothing new")
	}
	a.clock.Add(headEvery + 1)
	if a.publish(t); bytes.Equal(a.held(t, a).Head.Bytes, was) {
		t.Error("no head after a week")
	}
}

// TestMembersOnlyWordsNeverLeave: FE-4, a canary in every field that must not
// leave the box.
func TestMembersOnlyWordsNeverLeave(t *testing.T) {
	const canary = "colibri-noir"
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	card := listing.Card{
		Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: listing.KindEvent, Title: canary, Summary: canary,
		Tags: []string{canary}, StartsAt: storetest.Now,
	}
	put := func(audience listing.Audience) {
		card.Audience = audience
		storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
			return listing.Put(tx, card, listing.Body{"description": canary})
		})
		a.publish(t)
	}
	sent := func() (seen bool) {
		s := &stream{from: a, batch: func(batch *wire.Batch) bool {
			records, err := wire.UnpackRecords(batch.Zstd)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range records {
				seen = seen || bytes.Contains(r.Card, []byte(canary))
			}
			return true
		}}
		fresh := newBox(t, "fresh")
		pair(t, a, fresh)
		for _, err := range fresh.pull(t.Context(), s) {
			t.Fatal(err)
		}
		return seen || len(bodiesWith(t, a, canary)) > 0
	}
	put(listing.Members)
	if sent() {
		t.Fatal("a members-only listing left the box")
	}
	if put(listing.Public); !sent() {
		t.Fatal("the canary proves nothing: a public card did not leave either")
	}
	if put(listing.Members); sent() {
		t.Error("a listing that is members-only again is still sent")
	}
}

// bodiesWith lists the hashes of servable bodies that contain s.
func bodiesWith(t testing.TB, b *box, s string) (out []wire.Hash) {
	t.Helper()
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		rows, err := store.All(tx, store.Scan[[]byte], "SELECT body FROM neighbour_bodies")
		for _, row := range rows {
			if bytes.Contains(row, []byte(s)) {
				out = append(out, wire.Sum(row))
			}
		}
		return err
	})
	return out
}

// A card whose text is damaged in the file does not silence the box: the others
// are published, and so is what can still be read of it.
func TestADamagedTextSilencesNobody(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	damaged := a.put(t, "", "Bal")
	storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE listing_bodies SET body = '{\"description\": '")
		return err
	})
	whole := a.put(t, "", "Loto")
	a.publish(t)
	b.mustPull(t, a)
	if shown := b.titles(t, a); shown[whole] != "Loto" || shown[damaged] != "Bal" {
		t.Errorf("b shows %v", shown)
	}
	a.withdraw(t, damaged)
	a.publish(t)
	b.mustPull(t, a)
	if shown := b.titles(t, a); len(shown) != 1 {
		t.Errorf("withdrawn, b shows %v", shown)
	}
}
