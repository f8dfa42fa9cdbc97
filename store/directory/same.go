package directory

import (
	"slices"
	"strings"

	"copi.local/store"
	"copi.local/store/listing"
)

// maxSame is how many elements are proposed as perhaps the same.
const maxSame = 5

// Elements further apart than this are not the same, whatever they are called.
const sameWithinKM = 15

// named is an element by its name alone.
type named struct{ id, key string }

// Similar lists elements the actor may see that are perhaps what e is about to
// be (DI-1): the same number in a register, or nearly the same name and not
// far away. Finding some is no reason to refuse.
func Similar(tx *store.Tx, e *Element) ([]Element, error) {
	ids, err := registered(tx, e)
	if err != nil {
		return nil, err
	}
	words := wordsOf(listing.Fold(e.Name))
	all, err := store.All(tx, func(r store.Row) (named, error) {
		var n named
		var kind Kind
		err := r.Scan(&n.id, &kind, &n.key)
		if kind == Person {
			n.key = "" // people are called what they are called
		}
		return n, err
	}, sqlNames)
	if err != nil {
		return nil, err
	}
	for _, n := range all {
		if n.id != e.ID && !slices.Contains(ids, n.id) && alike(words, wordsOf(n.key)) {
			ids = append(ids, n.id)
		}
	}
	return e.near(tx, ids)
}

// registered are the elements with the same number in a register.
func registered(tx *store.Tx, e *Element) (ids []string, err error) {
	for _, by := range []struct{ query, number string }{{sqlByRNA, e.RNA}, {sqlBySIRET, e.SIRET}} {
		found, err := store.All(tx, scanElement, by.query, by.number)
		if err != nil {
			return nil, err
		}
		for i := range found {
			if found[i].ID != e.ID {
				ids = append(ids, found[i].ID)
			}
		}
	}
	return ids, nil
}

// near keeps of ids what the actor may see and what is not far from e.
func (e *Element) near(tx *store.Tx, ids []string) ([]Element, error) {
	var list []Element
	for _, id := range ids {
		other, err := Get(tx, id)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		far := e.Position != nil && other.Position != nil && e.Position.DistanceKM(*other.Position) > sameWithinKM
		twin := e.Kind == POI && other.Kind == POI && // a village has several benches
			(e.Category != other.Category || (e.Position != nil && other.Position != nil && e.Position.DistanceKM(*other.Position) > 0.1))
		if !far && !twin {
			list = append(list, other)
		}
		if len(list) == maxSame {
			break
		}
	}
	return list, nil
}

// idle are words that do not tell one name from another.
var idle = map[string]bool{}

func init() {
	for _, w := range strings.Fields("a au aux d de des du en et l la le les s sur pour association asso club societe sarl") {
		idle[w] = true
	}
}

// wordsOf are the words of a folded name that tell it from others, in order.
func wordsOf(key string) []string {
	var kept []string
	for w := range strings.FieldsSeq(key) {
		if !idle[w] {
			kept = append(kept, strings.TrimSuffix(w, "s"))
		}
	}
	if len(kept) == 0 && key != "" {
		kept = strings.Fields(key)
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

// alike tells whether two names may be the same: nearly all words of the
// shorter one are in the other, which has few more; a letter of each may differ.
func alike(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 || len(b) > len(a)+1+len(a)/3 {
		return false
	}
	shared := 0
	for _, w := range a {
		if slices.ContainsFunc(b, func(v string) bool { return sameWord(w, v) }) {
			shared++
		}
	}
	if len(a) == 1 {
		return shared == 1 && len(b) == 1
	}
	return shared == len(a) || (len(a) >= 4 && shared >= len(a)-1 && len(b) <= len(a)+1)
}

// sameWord tells whether two words are the same but for one letter.
func sameWord(a, b string) bool {
	if a == b {
		return true
	}
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 5 || len(y)-len(x) > 1 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if len(x) == len(y) {
		return slices.Equal(x[i+1:], y[i+1:])
	}
	return slices.Equal(x[i:], y[i+1:])
}
