package peer

import (
	"bytes"
	"os"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// What is erased leaves no trace with a neighbour, also when its tombstone was
// forgotten before the neighbour came by and the card is only missing from what
// is sent anew (PROTOCOL.md §8).
func TestWhatIsErasedLeavesNoTraceWithANeighbour(t *testing.T) {
	const said = "Xylophonequiquonque"
	for name, late := range map[string]bool{"by its tombstone": false, "long after it was forgotten": true} {
		t.Run(name, func(t *testing.T) {
			a, b := newBox(t, "a"), newBox(t, "b")
			pair(t, a, b)
			id := a.put(t, "", said+" au bal")
			a.put(t, "", "Loto")
			a.publish(t)
			b.mustPull(t, a)
			if !b.traceOf(t, said) {
				t.Fatal("the card did not come")
			}
			storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
				return listing.Erase(tx, store.Ref{Module: "agenda", ID: id})
			})
			a.publish(t)
			if late {
				a.clock.Add(tombstoneIn + time.Hour)
				a.publish(t)
				if a.held(t, a).Floor == 0 {
					t.Fatal("the tombstone is not forgotten")
				}
			}
			b.mustPull(t, a)
			if len(b.titles(t, a)) != 1 {
				t.Errorf("b shows %v", b.titles(t, a))
			}
			if b.traceOf(t, said) {
				t.Error("what was erased can be read in the file")
			}
		})
	}
}

// traceOf tells whether words can be read anywhere in a box's database or its
// log of changes.
func (b *box) traceOf(t testing.TB, words string) bool {
	t.Helper()
	for _, path := range []string{b.db.Path(), b.db.Path() + "-wal"} {
		file, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		lower := bytes.ToLower(file)
		if bytes.Contains(lower, bytes.ToLower([]byte(words))) {
			return true
		}
	}
	return false
}
