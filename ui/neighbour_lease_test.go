package ui

import (
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// What nothing confirmed for 90 days says so wherever it is read, until
// something comes.
func TestWhatIsNotConfirmedSaysSo(t *testing.T) {
	b, f, key := farBox(t)
	id := b.foreign("Foire")
	const words = "pas confirmé depuis plus de 90 jours"
	pages := map[string]string{"search": "/recherche?q=foire", "card": "/fiche/" + id, "box": altillac, "list of boxes": neighboursPath}
	check := func(when string, want bool) {
		t.Helper()
		for what, path := range pages {
			if page := strings.ToLower(plainText(b.get(path))); strings.Contains(page, words) != want {
				t.Errorf("%s, the page of a %s says it: %v\n%s", when, what, !want, page)
			}
		}
	}
	check("at first", false)
	f.carried[0].Stale = true
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		o, err := listing.OriginByName(tx, key)
		if err != nil {
			return err
		}
		return listing.SetStale(tx, o.ID)
	})
	check("after 90 days", true)
	b.foreign("Marché") // what came last is from now
	f.carried[0].Stale = false
	check("after something came", false)
}

// A linked box says what became of what was here of it.
func TestALinkedBoxSaysWhatItsLeaseIs(t *testing.T) {
	f := newFakeNeighbours()
	b := neighbourBox(t, f)
	for _, c := range []struct {
		stale, lapsed bool
		want          string
	}{
		{false, false, ""},
		{true, false, "disparaîtront d'ici"},
		{false, true, "ont été retirées d'ici"},
	} {
		f.boxes[0].Stale, f.boxes[0].Lapsed = c.stale, c.lapsed
		page := plainText(b.get(neighboursPath))
		for _, words := range []string{"disparaîtront d'ici", "ont été retirées d'ici"} {
			if strings.Contains(page, words) != (words == c.want) {
				t.Errorf("%+v: the page says %q: %v", c, words, words != c.want)
			}
		}
	}
}
