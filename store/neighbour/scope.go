package neighbour

import (
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// Scope is which boxes this one looks for beyond those it is linked with
// (PROTOCOL.md §6), as its operators chose. How many hops away they may be is
// Publisher.HopLimit.
type Scope struct {
	Radius      int      // kilometres around this box, to MaxRadius; 0: any distance
	Communes    []string // INSEE codes of the territory beside the box's own commune, sorted
	Kinds       []string // kinds of cards whose words come ahead from within Radius
	Hub         bool     // carries Departments whole, with raised limits
	Departments []string // codes; empty: all there are
}

// Bounds of a scope.
const (
	MaxRadius      = 500 // kilometres
	MaxTerritory   = 512 // communes
	MaxWishes      = 128 // single boxes named
	maxKinds       = 16
	maxDepartments = 101 // of France
)

// Limits of what a box carries in all.
type Limits struct {
	Origins int   // the nearest first
	Copies  int64 // bytes of what stands behind their cards
}

// Limits are those of an ordinary box, or a hub's: of an origin a hub takes no
// more than any box does.
func (s *Scope) Limits() Limits {
	if s.Hub {
		return Limits{Origins: 10 * MaxOrigins, Copies: 8 * MaxCopies}
	}
	return Limits{Origins: MaxOrigins, Copies: MaxCopies}
}

// ScopeOf reads what the operators chose.
func ScopeOf(tx *store.Tx) (Scope, error) {
	s, err := store.One(tx, func(r store.Row) (s Scope, err error) {
		var kinds, departments string
		err = r.Scan(&s.Radius, &kinds, &s.Hub, &departments)
		s.Kinds, s.Departments = strings.Fields(kinds), strings.Fields(departments)
		return s, err
	}, sqlScope)
	if err != nil {
		return s, err
	}
	s.Communes, err = store.All(tx, store.Scan[string], sqlScopeCommunes)
	return s, err
}

// IsHub tells whether this box carries a wide area for others: what else a hub
// does for its neighbours asks here.
func IsHub(tx *store.Tx) (bool, error) {
	s, err := ScopeOf(tx)
	return s.Hub, err
}

// SetScope changes what this box looks for. What lies outside goes in the same
// transaction, and every neighbour's feed is read from its start.
func SetScope(tx *store.Tx, s Scope) error {
	if err := s.check(); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlSetScope, s.Radius, strings.Join(s.Kinds, " "), s.Hub, strings.Join(s.Departments, " ")); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlNoScopeCommunes); err != nil {
		return err
	}
	for _, c := range s.Communes {
		if _, err := tx.Exec(sqlAddScopeCommune, c); err != nil {
			return err
		}
	}
	if err := Reckon(tx); err != nil {
		return err
	}
	return Rescope(tx)
}

func (s *Scope) check() error {
	bad := func(field string) error { return store.E(store.Invalid, "err.neighbour.scope").At(field) }
	slices.Sort(s.Communes)
	s.Communes = slices.Compact(s.Communes)
	word := func(w string) bool { return w != "" && len(w) <= 24 && !strings.ContainsAny(w, " \t\n") }
	unfit := func(w string) bool { return !word(w) }
	switch {
	case s.Radius < 0 || s.Radius > MaxRadius:
		return bad("radius")
	case len(s.Communes) > MaxTerritory || slices.ContainsFunc(s.Communes, unfit):
		return bad("communes")
	case len(s.Kinds) > maxKinds || slices.ContainsFunc(s.Kinds, unfit):
		return bad("kinds")
	case len(s.Departments) > maxDepartments || slices.ContainsFunc(s.Departments, unfit):
		return bad("departments")
	}
	return nil
}

// Leaving is what a choice would take off this box.
type Leaving struct{ Boxes, Cards int }

// LeavingWith tells what would go if the operators chose a scope and a number of
// hops, also because the boxes that vouch for it went.
func LeavingWith(tx *store.Tx, s Scope, hops uint64) (out Leaving, err error) {
	if err := s.check(); err != nil {
		return out, err
	}
	w, err := walkOf(tx, s, hops)
	if err != nil {
		return out, err
	}
	stays := map[Hash]bool{}
	for _, r := range w.run() {
		stays[r.Origin] = true
	}
	logs, err := Logs(tx)
	if err != nil {
		return out, err
	}
	for i := range logs {
		l := &logs[i]
		if l.Own || l.Listed == 0 || stays[l.Origin] {
			continue
		}
		n, err := listing.CountFrom(tx, l.Listed)
		if err != nil {
			return out, err
		}
		out.Boxes, out.Cards = out.Boxes+1, out.Cards+n
	}
	return out, nil
}
