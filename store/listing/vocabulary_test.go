package listing

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/storetest"
)

func TestSlipsOfTheHand(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"tondeuse", "tondeuse", 0},
		{"tondeuse", "tondeus", 1},
		{"tondeuse", "tondeusse", 1},
		{"tondeuse", "tondeuze", 1},
		{"tondeuse", "tondesue", 1},
		{"tondeuse", "ondeuse", 1},
		{"tondeuse", "tndeuze", 2},
		{"tondeuse", "randonnee", 3},
		{"", "abc", 3},
		{"été", "ete", 2},
	} {
		for _, p := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := edits([]rune(p[0]), []rune(p[1]), 2); got != c.want {
				t.Errorf("%q, %q: %d, want %d", p[0], p[1], got, c.want)
			}
		}
	}
}

// TestNearWordsAreFound makes a slip in a word of the vocabulary, anywhere: the
// word is found again.
func TestNearWordsAreFound(t *testing.T) {
	db, _ := storetest.Open(t)
	words := strings.Fields("tondeuse randonnee cheval ecole debroussailleuse loto fete marche covoiturage")
	storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
		return Put(tx, Card{Ref: store.Ref{Module: "agenda", ID: store.NewID()}, Kind: KindOffer, Audience: Public, Title: strings.Join(words, " ")}, nil)
	})
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom(words).Draw(t, "word")
		r := []rune(word)
		i := rapid.IntRange(0, len(r)-2).Draw(t, "at")
		switch rapid.IntRange(0, 3).Draw(t, "slip") {
		case 0:
			r = slices.Delete(r, i, i+1)
		case 1:
			r = slices.Insert(r, i, 'q')
		case 2:
			r[i] = 'q'
		default:
			r[i], r[i+1] = r[i+1], r[i]
		}
		typed := string(r)
		if typed == word || len(r) < minWord {
			return
		}
		err := db.View(t.Context(), func(tx *store.Tx) error {
			near, err := nearby(tx, typed)
			if !slices.Contains(near, word) {
				t.Fatalf("%q is near %v, not %q", typed, near, word)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestTheVocabularyIsWhatVisitorsRead changes cards at random: it holds every
// word that visitors read, and none that finds them nothing.
func TestTheVocabularyIsWhatVisitorsRead(t *testing.T) {
	pool := strings.Fields("tondeuse tondeuses randonnée école fête brocante palindrome jardin")
	rapid.Check(t, func(rt *rapid.T) {
		db, _ := storetest.Open(t)
		word := rapid.SampledFrom(pool)
		ids := make([]string, 4)
		for i := range ids {
			ids[i] = store.NewID()
		}
		var origin int64
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) (err error) {
			origin, err = SetOrigin(tx, Origin{Key: [32]byte{1}, Name: "Altillac", SeenAt: tx.Now})
			return err
		})
		for range rapid.IntRange(1, 15).Draw(rt, "steps") {
			c := Card{
				Ref: store.Ref{Module: "agenda", ID: rapid.SampledFrom(ids).Draw(rt, "id")}, Kind: KindOffer,
				Title: word.Draw(rt, "title"), Tags: []string{word.Draw(rt, "tag")}, Summary: word.Draw(rt, "summary"),
				Audience: rapid.SampledFrom([]Audience{Public, Members, Here}).Draw(rt, "audience"),
			}
			body := Body{"description": word.Draw(rt, "body")}
			do := rapid.SampledFrom([]string{"put", "put", "hide", "show", "withdraw", "foreign", "drop"}).Draw(rt, "do")
			storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error {
				var err error
				switch do {
				case "put":
					return Put(tx, c, body)
				case "hide", "show":
					err = Hide(tx, c.Ref, do == "hide")
				case "withdraw":
					err = Withdraw(tx, c.Ref)
				case "foreign":
					return PutForeign(tx, origin, []Card{c})
				case "drop":
					id, bad := store.ParseID(c.Ref.ID)
					if bad != nil {
						return bad
					}
					err = DropForeign(tx, origin, [][store.IDBytes]byte{id})
				}
				if store.KindOf(err) == store.NotFound {
					return nil
				}
				return err
			})
		}
		storetest.View(t, db, store.Actor{}, func(tx *store.Tx) error { return compareVocabulary(rt, tx) })
	})
}

func compareVocabulary(t *rapid.T, tx *store.Tx) error {
	have, err := store.All(tx, store.Scan[string], "SELECT word FROM listing_words")
	if err != nil {
		return err
	}
	read := map[string]bool{}
	err = Walk(tx, Query{}, func(c Card) error {
		body, err := BodyOf(tx, c)
		l := lost{}
		l.add(c.Title, strings.Join(c.Tags, " "), c.Summary, words(body))
		for w := range l {
			read[w] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	for w := range read {
		if !slices.Contains(have, w) {
			t.Fatalf("%q is read and not known", w)
		}
	}
	for _, w := range have {
		if n, err := Count(tx, Query{Q: w}); err != nil || n == 0 {
			t.Fatalf("%q finds visitors nothing (%v)", w, err)
		}
	}
	return nil
}
