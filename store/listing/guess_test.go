package listing_test

import (
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// guess is what a search that found nothing may have meant.
func guess(t testing.TB, db *store.DB, who store.Actor, q listing.Query) (out []listing.Guess) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) (err error) {
		out, err = listing.Guesses(tx, q)
		return err
	})
	return out
}

func TestRE5_ASlipIsForgiven(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db, card("Tondeuse à prêter"), card("Tondeuse, débroussailleuse"), card("École de musique"), card("Les chevaux de Bretenoux"), card("L’œuvre d’art"))
	for q, want := range map[string]listing.Guess{
		"tondeuze":              {Q: "tondeuse", N: 2},
		"Toneduse":              {Q: "tondeuse", N: 2},
		"ondeuse":               {Q: "tondeuse", N: 2},
		"une tondeuze à prêter": {Q: "une tondeuse à prêter", N: 1},
		"debrousailleus":        {Q: "débroussailleuse", N: 1},
		"écple":                 {Q: "école", N: 1},
		"chevaus":               {Q: "chevaux", N: 1},
		"oeuqre":                {Q: "œuvre", N: 1},
		"tondeuze musiqeu":      {}, // no card has both
		"tondeuse musique":      {}, // both known
		"xyzzyx":                {},
		"to":                    {},
		"20a6":                  {},
	} {
		got := guess(t, db, visitor, listing.Query{Q: q})
		if (want.N == 0) != (len(got) == 0) || (len(got) > 0 && got[0] != want) {
			t.Errorf("%q: %+v, want %+v", q, got, want)
		}
		for _, g := range got {
			if n := find(t, db, visitor, listing.Query{Q: g.Q}).Total; n != g.N {
				t.Errorf("%q offers %q with %d, which finds %d", q, g.Q, g.N, n)
			}
		}
	}
	// A beginning, a plural: found at once, nothing to guess.
	for q, want := range map[string]int{"tondeus": 2, "cheval": 1, "ecoles": 1} {
		if got := titles(find(t, db, visitor, listing.Query{Q: q})); len(got) != want {
			t.Errorf("%q finds %v", q, got)
		}
	}
	offers := listing.Query{Q: "tondeuze", Kind: listing.KindPlace}
	if got := guess(t, db, visitor, offers); len(got) != 0 {
		t.Errorf("no place is called so: %+v", got)
	}
}

func TestRE6_AGuessTellsVisitorsNothing(t *testing.T) {
	db, clock := storetest.Open(t)
	secret, hidden, gone, old := card("Trésorerie du palindrome"), card("Insulte masquée"), card("Adieu monde"), card("Périmée")
	secret.Audience = listing.Members
	old.ExpiresAt = storetest.Now.Add(time.Hour)
	put(t, db, secret, hidden, gone, old, card("Loto"))
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		if err := listing.Hide(tx, hidden.Ref, true); err != nil {
			return err
		}
		return listing.Erase(tx, gone.Ref)
	})
	clock.Add(2 * time.Hour)
	for _, q := range []string{"palindrome", "palindrone", "insulye", "masqueee", "aadieu", "perimeee", "0members0", "membres"} {
		for _, who := range []store.Actor{visitor, resident} {
			if got := guess(t, db, who, listing.Query{Q: q}); len(got) != 0 {
				t.Errorf("%v is offered %+v for %q", who.Role, got, q)
			}
		}
	}
	public := card("Un palindrome pour tous")
	put(t, db, public)
	if got := guess(t, db, visitor, listing.Query{Q: "palindrone"}); len(got) != 1 || got[0].N != 1 {
		t.Errorf("a visitor is offered %+v", got)
	}
	if got := guess(t, db, resident, listing.Query{Q: "palindrone"}); len(got) != 1 || got[0].N != 2 {
		t.Errorf("a resident is offered %+v", got)
	}
	public.Audience = listing.Members
	put(t, db, public)
	if got := guess(t, db, visitor, listing.Query{Q: "palindrone"}); len(got) != 0 {
		t.Errorf("what became the members' is offered: %+v", got)
	}
}

// TestRE6_ASecretTakesNoOtherTime: a word of a members' page answers as fast as

// one nobody wrote.
func TestRE6_ASecretTakesNoOtherTime(t *testing.T) {
	db, _ := storetest.Open(t)
	some(t, db, 300)
	secret := card("Trésorerie du palindrome")
	secret.Audience = listing.Members
	put(t, db, secret)
	spent := map[string][]time.Duration{}
	for range 200 {
		for _, q := range []string{"palindrome", "zalikdrobe"} {
			storetest.View(t, db, visitor, func(tx *store.Tx) error {
				begun := time.Now()
				if _, err := listing.Find(tx, listing.Query{Q: q}); err != nil {
					return err
				}
				_, err := listing.Guesses(tx, listing.Query{Q: q})
				spent[q] = append(spent[q], time.Since(begun))
				return err
			})
		}
	}
	median := func(d []time.Duration) time.Duration { slices.Sort(d); return d[len(d)/2] }
	secretly, nonsense := median(spent["palindrome"]), median(spent["zalikdrobe"])
	t.Logf("a members' word: %v, a nonsense word: %v", secretly, nonsense)
	if secretly > 2*nonsense+time.Millisecond || nonsense > 2*secretly+time.Millisecond {
		t.Errorf("a members' word: %v, a nonsense word: %v", secretly, nonsense)
	}
}

// FuzzGuess guesses at anything: never an error, never what finds nothing.
func FuzzGuess(f *testing.F) {
	for _, s := range []string{`tondeuze"`, "NEAR(tondeuze, 5)", "l'écple d'art", "0members0", "\x00\xff", "é·e·s", "tondeuze* OR %"} {
		f.Add(s)
	}
	db, _ := storetest.Open(f)
	secret := card("Secret des membres")
	secret.Audience = listing.Members
	put(f, db, secret, card("Tondeuse"), card("L'école d'art"))
	f.Fuzz(func(t *testing.T, q string) {
		if q == "" {
			return
		}
		for _, g := range guess(t, db, visitor, listing.Query{Q: q}) {
			if res := find(t, db, visitor, listing.Query{Q: g.Q}); res.Total != g.N || slices.Contains(titles(res), secret.Title) {
				t.Errorf("%q offers %+v, which finds %d", q, g, res.Total)
			}
		}
	})
}
