package appliance

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/storetest"
)

// TestNoPrivateWordLeavesTheBox: FE-4. In the village of `copi demo` every
// column that is not listed as public holds a word of its own, in every table
// the schema has. Everything that leaves the box is read, also what is
// compressed in it, and none of them is there.
func TestNoPrivateWordLeavesTheBox(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing at a time: the race detector has nothing to find, and takes minutes")
	}
	dir := filepath.Join(t.TempDir(), "village")
	if _, err := Demo(t.Context(), DemoConfig{Data: dir, Now: storetest.Now}); err != nil {
		t.Fatal(err)
	}
	h := &heap{}
	tap := newTap(t, h)
	meet(t, dir, tap)
	all, travels, exports := plant(t, database(dir))
	for _, c := range all {
		if !c.planted && !c.closed && c.public != "(true)" && c.format() == "" {
			t.Errorf("%s: no word could be planted; say in canary_public_test.go why it may leave, or in formats why it holds no words", c)
		}
	}
	box := newPlantedBox(t, dir, tap)
	box.leave()
	none(t, travels, exports, h)

	t.Run("a mutant that takes a column into a card", func(t *testing.T) {
		for _, c := range all {
			if c.worded && !c.blob {
				eachWayOut(t, travels, c)
			}
		}
	})
	t.Run("a mutant that forgets the audience", func(t *testing.T) {
		storetest.Update(t, box.db, store.Actor{}, func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE listing_revs SET rev = rev + 1")
			_, err2 := tx.Exec("UPDATE listing_cards SET audience = 0, kind = 'notice', rev = (SELECT rev FROM listing_revs) WHERE card_id = (SELECT card_id FROM listing_cards WHERE audience = 1 AND hidden = 0 AND kind = 'event' AND title LIKE 'zibeline%' LIMIT 1)")
			return errors.Join(err, err2)
		})
		*h = heap{}
		box.leave()
		for _, way := range []string{"/copi/sync/1.0.0, a card", "/copi/get/1.0.0, as it came", "a bundle, a card", "a bundle, a body", "the second box's file", "/copi/search/1.0.0, as it came", "/fiches.csv", "/api/v1/listings"} {
			if !slices.ContainsFunc(h.pieces, func(p piece) bool {
				return strings.HasPrefix(p.where, way) && len(p.canaries(travels, exports)) > 0
			}) {
				t.Errorf("%s: an event for residents is published, and nothing is found", way)
			}
		}
	})
}

// none checks that nothing in the heap is a canary.
func none(t *testing.T, travels, exports *canaries, h *heap) {
	t.Helper()
	seen := map[string]int{}
	for _, p := range h.pieces {
		for _, from := range p.canaries(travels, exports) {
			if seen[from]++; seen[from] <= 3 {
				t.Errorf("%s holds %s", p.where, from)
			}
		}
	}
}

// canaries names the columns whose words left in this piece.
func (p piece) canaries(travels, exports *canaries) []string {
	if strings.HasPrefix(p.where, "/") && !strings.HasPrefix(p.where, "/copi/") {
		return exports.in(p.bytes)
	}
	return travels.in(p.bytes)
}

// eachWayOut puts the word of a column where a serialiser would.
func eachWayOut(t *testing.T, known *canaries, c *column) {
	t.Helper()
	card, err := (&wire.Card{ID: wire.ID{1}, Seq: 1, Kind: "event", Title: c.word}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	records, _ := wire.PackRecords([]wire.Record{{Card: card, Sig: make([]byte, 64)}})
	body, err := wire.EncodeBody(map[string]any{"description": "de " + c.word})
	if err != nil {
		t.Fatal(err)
	}
	bodies, _ := wire.PackBodies([][]byte{body})
	for _, m := range []wire.Message{&wire.Batch{Zstd: records}, bodies} {
		h := &heap{}
		h.unpack(t, "mutant", m)
		found := false
		for _, p := range h.pieces {
			found = found || slices.ContainsFunc(known.in(p.bytes), func(from string) bool { return strings.HasPrefix(from, c.String()+" ") })
		}
		if !found {
			t.Errorf("%s in a %T is not found", c, m)
		}
	}
}
