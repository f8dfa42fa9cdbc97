package neighbour_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// Nothing passes unless somebody said so; through a hub it always does.
func TestWhatPasses(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		passes := func(when string, want bool) {
			if got, err := neighbour.Relays(tx); err != nil || got != want {
				t.Errorf("%s: %v, %v", when, got, err)
			}
		}
		set := func(on bool) {
			if err := neighbour.SetRelays(tx, on); err != nil {
				t.Error(err)
			}
		}
		passes("at first", false)
		set(true)
		passes("allowed", true)
		set(false)
		passes("no longer", false)
		s, err := neighbour.ScopeOf(tx)
		if err != nil {
			return err
		}
		s.Hub = true
		if err := neighbour.SetScope(tx, s); err != nil {
			return err
		}
		passes("a hub", true)
		if err := neighbour.SetRelays(tx, false); store.KindOf(err) != store.Conflict {
			t.Errorf("a hub lets nothing pass: %v", err)
		}
		return nil
	})
}
