package listing

import (
	"maps"
	"slices"
	"strings"

	"copi.local/store"
)

// Off is what an operator switched off on this box. Cards of what is off stay
// where they are and are in no list, count, feed or search; neighbours are told
// that own ones are gone, and told of them again when it is on.
type Off struct {
	Switches []string // names of what was switched off, for pages
	Kinds    []string // kinds of cards, own and neighbours', that nothing shows
	Modules  []string // modules whose own cards are not shown, where others have their kinds as well
}

// OffOf reads what is off.
func OffOf(tx *store.Tx) (off Off, err error) {
	_, err = store.All(tx, func(r store.Row) (_ struct{}, err error) {
		var sort, name string
		if err = r.Scan(&sort, &name); err != nil {
			return struct{}{}, err
		}
		switch sort {
		case "switch":
			off.Switches = append(off.Switches, name)
		case "kind":
			off.Kinds = append(off.Kinds, name)
		default:
			off.Modules = append(off.Modules, name)
		}
		return struct{}{}, nil
	}, sqlOffs)
	return off, err
}

// SwitchOff makes off all that is off from now on. What changes is told to the
// neighbours.
func SwitchOff(tx *store.Tx, off Off) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	was, err := OffOf(tx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlOffsNone); err != nil {
		return err
	}
	for sort, names := range map[string][]string{"switch": off.Switches, "kind": off.Kinds, "module": off.Modules} {
		for _, name := range names {
			if _, err := tx.Exec(sqlOffAdd, sort, name); err != nil {
				return err
			}
		}
	}
	if err := retell(tx, "kind", differ(was.Kinds, off.Kinds)); err != nil {
		return err
	}
	return retell(tx, "module", differ(was.Modules, off.Modules))
}

// differ lists what is in one list and not in the other.
func differ(a, b []string) []string {
	in := map[string]int{}
	for _, s := range a {
		in[s] |= 1
	}
	for _, s := range b {
		in[s] |= 2
	}
	maps.DeleteFunc(in, func(_ string, sides int) bool { return sides == 3 })
	return slices.Sorted(maps.Keys(in))
}

// retell gives own cards new revs, so that the publisher looks at them again.
func retell(tx *store.Tx, column string, values []string) error {
	if len(values) == 0 {
		return nil
	}
	if _, err := tx.Exec(sqlRetell+column+oneOf(values)+sqlRetellTail, parameters(values)...); err != nil {
		return err
	}
	_, err := tx.Exec(sqlRaiseRev)
	return err
}

// oneOf is the end of a condition on one of some values.
func oneOf(values []string) string {
	return " IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ") + ")"
}

func parameters(values []string) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// hide adds the conditions on listing_cards c that leave out what is off; none
// when nothing is.
func (off *Off) hide(w *where) {
	if len(off.Kinds) > 0 {
		w.add("c.kind NOT"+oneOf(off.Kinds), parameters(off.Kinds)...)
	}
	if len(off.Modules) > 0 {
		w.add("c.module NOT"+oneOf(off.Modules), parameters(off.Modules)...)
	}
}

// hides tells whether a card is of what is off.
func (off *Off) hides(c *Card) bool {
	return slices.Contains(off.Kinds, c.Kind) || slices.Contains(off.Modules, c.Ref.Module)
}

// but is a condition that leaves kinds out, and its parameters; for counts that
// know cards by kind alone.
func (off *Off) but() (cond string, args []any) {
	if len(off.Kinds) == 0 {
		return "", nil
	}
	return " AND kind NOT" + oneOf(off.Kinds), parameters(off.Kinds)
}

// OwnOf counts the own cards of a module, also while it is off.
func OwnOf(tx *store.Tx, module string) (int64, error) {
	return store.One(tx, store.Scan[int64], sqlOwnOf, module)
}
