package neighbour_test

import (
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// A choice is read back as it was made, makes every feed be read anew, and says
// whether the box is a hub and how much it then carries.
func TestScopeIsKept(t *testing.T) {
	db, _ := storetest.Open(t)
	update(t, db, func(tx *store.Tx) error {
		s, err := neighbour.ScopeOf(tx)
		if err != nil || s.Radius != 50 || s.Hub || !slices.Equal(s.Kinds, []string{"event"}) {
			t.Errorf("a new box looks for %+v, %v", s, err)
		}
		before := scopeOf(t, tx)
		want := neighbour.Scope{Radius: 20, Communes: []string{"46128", "19022"}, Kinds: []string{"offer"}, Hub: true, Departments: []string{"46", "2A"}}
		if err := neighbour.SetScope(tx, want); err != nil {
			return err
		}
		got, err := neighbour.ScopeOf(tx)
		slices.Sort(want.Communes)
		if err != nil || got.Radius != 20 || !slices.Equal(got.Communes, want.Communes) || !slices.Equal(got.Departments, want.Departments) {
			t.Errorf("kept as %+v, %v", got, err)
		}
		if scopeOf(t, tx) == before {
			t.Error("the feeds are not read anew")
		}
		if hub, err := neighbour.IsHub(tx); err != nil || !hub {
			t.Errorf("hub: %v, %v", hub, err)
		}
		if l := got.Limits(); l.Origins <= neighbour.MaxOrigins || l.Copies <= neighbour.MaxCopies {
			t.Errorf("a hub's limits are %+v", l)
		}
		return nil
	})
}

func TestScopeIsRefused(t *testing.T) {
	db, _ := storetest.Open(t)
	for field, s := range map[string]neighbour.Scope{
		"radius":      {Radius: neighbour.MaxRadius + 1},
		"communes":    {Communes: []string{"46 128"}},
		"kinds":       {Kinds: []string{strings.Repeat("k", 25)}},
		"departments": {Departments: []string{""}},
	} {
		err := db.Update(t.Context(), func(tx *store.Tx) error { return neighbour.SetScope(tx, s) })
		if store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v", field, err)
		}
	}
}
