package peer

import (
	"crypto/ed25519"
	"errors"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// doubledBox is a box with a sheet and a copy of its card that runs too, both past
// the state they share, which b holds.
func doubledBox(t testing.TB, b *box) (a, copied *box) {
	t.Helper()
	a = newSheetBox(t, "a")
	pair(t, a, b)
	a.put(t, "", "Bal")
	a.publish(t)
	b.mustPull(t, a)
	a.stop(t)
	copied = a.clone(t, a.copied(t))
	a.start(t)
	for _, one := range []struct {
		*box
		title string
	}{{a, "De l'une"}, {copied, "De l'autre"}} {
		one.put(t, "", one.title)
		one.publish(t)
	}
	return a, copied
}

// compare asks another box for its trail of an origin, as a session does when
// cards do not add up.
func (b *box) compare(t testing.TB, of, with *box) bool {
	t.Helper()
	heads, err := with.replica.Trail(t.Context(), of.log.Origin())
	if err != nil {
		t.Fatal(err)
	}
	forked, err := b.replica.Witness(t.Context(), of.log.Origin(), heads)
	if err != nil {
		t.Fatal(err)
	}
	return forked
}

// TestTwoBoxesOfOneNameAreFrozen: a copy that publishes is proved by the trail,
// holders show what both have in common, pass the proof on, tell the box, and
// take up again when the sheet has spoken.
func TestTwoBoxesOfOneNameAreFrozen(t *testing.T) {
	b, c := newBox(t, "b"), newBox(t, "c")
	pair(t, b, c)
	a, copied := doubledBox(t, b)
	common := b.titles(t, a)
	c.link(t, a, neighbour.Paired)
	c.mustPull(t, b)
	b.mustPull(t, a)
	if b.compare(t, a, a) {
		t.Fatal("a box is a fork of itself")
	}
	copied.put(t, "", "Encore de l'autre")
	copied.publish(t)
	errs := b.pull(t.Context(), &stream{from: copied})
	if err := errs[a.log.Origin()]; !errors.Is(err, errDigest) || Judge(err) != Retry {
		t.Fatalf("the copy's cards: %v, %v", err, Judge(err))
	}
	if !b.compare(t, a, copied) {
		t.Fatal("no proof in the two trails")
	}
	if got := b.titles(t, a); !maps.Equal(got, common) || !b.held(t, a).Frozen {
		t.Errorf("b shows %v of a frozen box, want what both have: %v", got, common)
	}
	for _, from := range []*box{a, copied} {
		from.put(t, "", "Après")
		from.publish(t)
		if b.pull(t.Context(), &stream{from: from}); !maps.Equal(b.titles(t, a), common) {
			t.Errorf("b goes on with %v", b.titles(t, a))
		}
	}
	proofs, err := b.replica.Proofs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	heads := proofs.Heads[a.log.Origin()]
	if forked, err := c.replica.Witness(t.Context(), a.log.Origin(), heads); err != nil || !forked || !c.held(t, a).Frozen {
		t.Errorf("c hears of %d heads and does not freeze: %v, %v", len(heads), forked, err)
	}
	if forked, err := a.replica.Witness(t.Context(), a.log.Origin(), heads); err != nil || !forked || a.doubt(t) != neighbour.Forked {
		t.Errorf("the box itself is not told: %v, %v, doubt %q", forked, err, a.doubt(t))
	}
	if err := a.log.Continue(t.Context()); store.KindOf(err) != store.Conflict {
		t.Errorf("a fork ends without the sheet: %v", err)
	}
	_, next, _ := ed25519.GenerateKey(nil)
	if err := a.log.Repair(t.Context(), next, sheetKey("a")); err != nil {
		t.Fatal(err)
	}
	a.publish(t)
	for _, holder := range []*box{b, c} {
		holder.mustPull(t, a)
		if forked, err := holder.replica.Witness(t.Context(), a.log.Origin(), heads); forked || err != nil {
			t.Errorf("%s hears of the old proof again: %v, %v", holder.name, forked, err)
		}
		if got := holder.titles(t, a); !maps.Equal(got, a.titles(t, a)) || holder.held(t, a).Frozen {
			t.Errorf("%s shows %v after the repair, a has %v", holder.name, got, a.titles(t, a))
		}
	}
}

// TestProofsAreVerified: heads that the origin never signed freeze nobody.
func TestProofsAreVerified(t *testing.T) {
	a, b := newBox(t, "a"), newBox(t, "b")
	pair(t, a, b)
	b.mustPull(t, a)
	held := b.held(t, a)
	h, err := wire.DecodeHead(held.Head.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	h.Count++
	head, err := h.Encode()
	if err != nil {
		t.Fatal(err)
	}
	own := wire.SignedHead{Head: held.Head.Bytes, Sig: held.Head.Sig}
	for name, lie := range map[string]wire.SignedHead{
		"signed by another": {Head: head, Sig: wire.SignHead(b.keys.Box, head)},
		"not signed":        {Head: head, Sig: held.Head.Sig},
		"not a head":        {Head: []byte{0xa0}, Sig: held.Head.Sig},
	} {
		if forked, err := b.replica.Witness(t.Context(), held.Origin, []wire.SignedHead{own, lie}); Judge(err) != Suspend || forked {
			t.Errorf("%s: %v, %v", name, forked, err)
		}
	}
	if forked, err := b.replica.Witness(t.Context(), wire.Sum([]byte("nobody")), []wire.SignedHead{own}); forked || err != nil {
		t.Errorf("of an origin not held: %v, %v", forked, err)
	}
	if b.held(t, a).Frozen {
		t.Error("frozen by a lie")
	}
}

// TestInstallationThatComesBackIsAFork: a→b→a within an epoch is a proof, a→b
// and a→b→c are not, nor is a→b→a over two epochs.
func TestInstallationThatComesBackIsAFork(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		insts := rapid.SliceOfN(rapid.ByteRange(0, 4), 1, 12).Draw(r, "installations")
		epochs := rapid.SliceOfN(rapid.Uint64Range(1, 2), len(insts), len(insts)).Draw(r, "epochs")
		var heads []sighting
		last := map[uint64]byte{}
		seen := map[uint64]map[byte]bool{1: {}, 2: {}}
		want := false
		for i, inst := range insts {
			e := epochs[i]
			if before, began := last[e]; began && before != inst && seen[e][inst] {
				want = true
			}
			last[e], seen[e][inst] = inst, true
			heads = append(heads, sighting{
				wire.Head{Epoch: e, Seq: uint64(i + 1), Inst: [8]byte{inst}}, wire.SignedHead{Head: []byte{byte(i)}},
			})
		}
		order := rapid.Permutation(heads).Draw(r, "order")
		if got := double(append(order, order[0])); (got != nil) != want { // one of them shown twice
			r.Fatalf("installations %v in epochs %v: proof of %d heads, want one: %v", insts, epochs, len(got), want)
		}
	})
}

// TestRecoveryBeatsBox: of two statements of one number the recovery key's
// wins, whoever is heard first; two of a kind freeze the origin.
func TestRecoveryBeatsBox(t *testing.T) {
	b := newBox(t, "b")
	keys := keysOf("a")
	sheet, other := sheetKey("a"), sheetKey("other")
	first, err := wire.FirstEpoch(keys.Box, wire.Sum(sheet.Public().(ed25519.PublicKey)))
	if err != nil {
		t.Fatal(err)
	}
	origin := wire.Sum(first.Statement)
	next := func(box ed25519.PrivateKey, reason wire.Reason) wire.SignedEpoch {
		s, err := wire.NextEpoch(origin, []wire.SignedEpoch{first}, box, reason)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	byBox := next(keys.Box, wire.Restore).ByBox(keys.Box)
	bySheet := next(other, wire.ForkRepair).ByRecovery(sheet)
	again := next(sheet, wire.ForkRepair).ByRecovery(sheet)
	for name, c := range map[string]struct {
		held, heard wire.SignedEpoch
		want        error
		kind        store.Kind
	}{
		"the sheet beats the box":       {byBox, bySheet, nil, store.Internal},
		"the box does not beat it back": {bySheet, byBox, nil, store.Forbidden},
		"twice the sheet is a fork":     {bySheet, again, errFork, store.Internal},
		"the same is the same":          {bySheet, bySheet, nil, store.Internal},
	} {
		if _, err := wire.VerifyEpochs(origin, []wire.SignedEpoch{first, c.heard}); err != nil {
			t.Fatal(err)
		}
		err := b.db.Update(t.Context(), func(tx *store.Tx) error {
			l, err := neighbour.AddLog(tx, origin, false)
			if err != nil {
				return err
			}
			if err := epochs(tx, l, []wire.SignedEpoch{first, c.held}); err != nil {
				return err
			}
			if err := epochs(tx, l, []wire.SignedEpoch{first, c.heard}); err != nil {
				return err
			}
			chain, err := epochsOf(tx, l)
			if err != nil || string(chain[1].Statement) != string(c.heard.Statement) {
				t.Errorf("%s: kept another", name)
			}
			return errRollBack
		})
		switch {
		case errors.Is(err, errRollBack) && c.want == nil && c.kind == store.Internal:
		case c.want != nil && errors.Is(err, c.want):
		case c.kind != store.Internal && store.KindOf(err) == c.kind:
		default:
			t.Errorf("%s: %v", name, err)
		}
	}
	thief := next(keys.Box, wire.Restore)
	e, err := wire.DecodeEpoch(thief.Statement)
	if err != nil {
		t.Fatal(err)
	}
	e.Recovery = wire.Sum(other.Public().(ed25519.PublicKey))
	statement, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	taken := wire.SignedEpoch{Statement: statement, Sig: wire.SignEpoch(keys.Box, statement)}.ByBox(keys.Box)
	if _, err := wire.VerifyEpochs(origin, []wire.SignedEpoch{first, taken}); !errors.Is(err, wire.ErrSignature) {
		t.Errorf("a box key names another sheet: %v", err)
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		if _, err := neighbour.LogOf(tx, origin); store.KindOf(err) != store.NotFound {
			t.Errorf("left behind: %v", err)
		}
		return nil
	})
}

var errRollBack = errors.New("only looked")
