package listing_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// merge merges tags as a moderator and returns how many cards moved.
func merge(t *testing.T, db *store.DB, from, into string) (moved int64) {
	t.Helper()
	storetest.Update(t, db, moderator, func(tx *store.Tx) (err error) {
		moved, err = listing.Merge(tx, from, into)
		return err
	})
	return moved
}

// lastAct is the newest line of the log.
func lastAct(t *testing.T, db *store.DB) (a listing.TagAct) {
	t.Helper()
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		acts, err := listing.TagLog(tx, 0, 1)
		a = acts[0]
		return err
	})
	return a
}

func undo(t *testing.T, db *store.DB, n int64) {
	t.Helper()
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.Undo(tx, n) })
}

func TestRE2_AMergeMovesAndComesBack(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db, card("A", "vélo"), card("B", "velo"), card("C", "velo/bicyclette"), card("D", "vélo", "velo/bicyclette"))
	before := find(t, db, visitor, listing.Query{})
	if moved := merge(t, db, "vélo", "velo/bicyclette"); moved != 3 {
		t.Errorf("%d cards moved, want 3", moved)
	}
	if a := lastAct(t, db); a.Spelling != "vélo" || a.Tag != "velo/bicyclette" || a.Cards != 3 {
		t.Errorf("the log says %+v", a)
	}
	for _, tag := range []string{"vélo", "#Velo", "velo/bicyclette", "Vélo Bicyclette"} {
		if got := titles(find(t, db, visitor, listing.Query{Tag: tag})); !slices.Equal(got, []string{"D", "C", "B", "A"}) {
			t.Errorf("%q finds %v", tag, got)
		}
	}
	if got := find(t, db, visitor, listing.Query{Q: "A"}).Cards[0].Tags; !slices.Equal(got, []string{"velo/bicyclette"}) {
		t.Errorf("A shows %q", got)
	}
	put(t, db, card("E", "Vélo"), card("F", "velo/bicyclette")) // meanwhile
	undo(t, db, lastAct(t, db).N)
	for tag, want := range map[string][]string{"vélo": {"E", "D", "B", "A"}, "velo/bicyclette": {"F", "D", "C"}} {
		if got := titles(find(t, db, visitor, listing.Query{Tag: tag})); !slices.Equal(got, want) {
			t.Errorf("after undoing, %q finds %v, want %v", tag, got, want)
		}
	}
	after := find(t, db, visitor, listing.Query{})
	for i, c := range before.Cards {
		if got := after.Cards[i+2]; !slices.Equal(got.Tags, c.Tags) || got.Version != c.Version {
			t.Errorf("%s: %q (version %d), was %q (%d)", c.Title, got.Tags, got.Version, c.Tags, c.Version)
		}
	}
	undo(t, db, lastAct(t, db).N) // again: nothing
}

// What is done to words of residents' cards is in the residents' log only.
func TestTheLogTellsVisitorsNoSecret(t *testing.T) {
	db, _ := storetest.Open(t)
	secret := card("Secret", "conspiration")
	secret.Audience = listing.Members
	mixed := card("Mixte", "jardins")
	mixed.Audience = listing.Members
	put(t, db, secret, mixed, card("Fête", "jardin"), card("Bal", "jardins"))
	merge(t, db, "conspiration", "jardin")
	merge(t, db, "jardins", "jardin")
	for who, want := range map[store.Actor]int{visitor: 1, resident: 2} {
		storetest.View(t, db, who, func(tx *store.Tx) error {
			acts, err := listing.TagLog(tx, 0, 9)
			if len(acts) != want || acts[0].Spelling != "jardins" || acts[0].Cards != 1 {
				t.Errorf("%v reads %+v", who.Role, acts)
			}
			return err
		})
	}
}

func TestRE3_AnAliasNeverLeadsToAnAlias(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db, card("A", "vélo"), card("B", "bicyclette"), card("C", "biclou"), card("D", "train"))
	merge(t, db, "biclou", "bicyclette")
	merge(t, db, "bicyclette", "vélo")
	if got := titles(find(t, db, visitor, listing.Query{Tag: "biclou"})); !slices.Equal(got, []string{"C", "B", "A"}) {
		t.Errorf("biclou finds %v", got)
	}
	refused := func(kind store.Kind, do func(*store.Tx) error) {
		t.Helper()
		if err := db.Update(store.As(t.Context(), moderator), do); store.KindOf(err) != kind {
			t.Errorf("%v, want %v", err, kind)
		}
	}
	refused(store.Invalid, func(tx *store.Tx) error { _, err := listing.Merge(tx, "vélo", "biclou"); return err })
	refused(store.Conflict, func(tx *store.Tx) error { return listing.Alias(tx, "train", "vélo") })
	refused(store.Conflict, func(tx *store.Tx) error { return listing.Alias(tx, "train", "biclou") })
	refused(store.Conflict, func(tx *store.Tx) error { return listing.Rename(tx, "train", "vélo") })
	refused(store.Invalid, func(tx *store.Tx) error { return listing.Rename(tx, "train", "·") })
	err := db.Update(store.As(t.Context(), resident), func(tx *store.Tx) error { _, err := listing.Merge(tx, "train", "vélo"); return err })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("a resident merges: %v", err)
	}
}

func TestATagGetsAnotherName(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db, card("A", "velo"))
	for _, name := range []string{"Vélo", "deux-roues"} {
		storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.Rename(tx, "velo", name) })
		for _, tag := range []string{"velo", name} {
			res := find(t, db, visitor, listing.Query{Tag: tag})
			if res.Total != 1 || res.Cards[0].Tags[0] != name {
				t.Errorf("%q: %d found, shown as %v", tag, res.Total, res.Cards)
			}
		}
	}
	undo(t, db, lastAct(t, db).N)
	if c := find(t, db, visitor, listing.Query{}).Cards[0]; c.Tags[0] != "Vélo" {
		t.Errorf("shown as %q", c.Tags)
	}
}

// TestNeighboursKeepTheirWords: what the stewards of this box decide stays on
// it, for the cards of both sides.
func TestNeighboursKeepTheirWords(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db, card("Ici", "bicyclette"))
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		id, err := listing.SetOrigin(tx, listing.Origin{Key: [32]byte{1}, Name: "Altillac", SeenAt: tx.Now})
		if err != nil {
			return err
		}
		c := card("Là-bas", "Bicyclette")
		return listing.PutForeign(tx, id, []listing.Card{c})
	})
	rev := func() (rev int64) {
		storetest.View(t, db, visitor, func(tx *store.Tx) (err error) { rev, err = listing.Rev(tx); return err })
		return rev
	}
	was := rev()
	merge(t, db, "bicyclette", "vélo")
	if got := titles(find(t, db, visitor, listing.Query{Tag: "vélo"})); !slices.Equal(got, []string{"Là-bas", "Ici"}) {
		t.Errorf("vélo finds %v", got)
	}
	if rev() != was {
		t.Error("neighbours are told of what concerns them not")
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		changes, err := listing.Changes(tx, 0, 9)
		if len(changes) != 1 || !slices.Equal(changes[0].Card.Tags, []string{"bicyclette"}) {
			t.Errorf("the wire carries %+v", changes)
		}
		return err
	})
}

// TestUndoingIsNeverHavingDone does acts and changes cards at random and undoes
// some acts: the cards of every tag are those of a box where the undone acts
// were never done.
func TestUndoingIsNeverHavingDone(t *testing.T) {
	words := strings.Fields("velo bicyclette biclou train rail Vélo")
	rapid.Check(t, func(rt *rapid.T) {
		real, _ := storetest.Open(t)
		word := rapid.SampledFrom(words)
		type step struct {
			act, a, b string
			undone    bool
			n         int64
		}
		var steps []step
		do := func(db *store.DB, s step) bool {
			return db.Update(store.As(t.Context(), moderator), func(tx *store.Tx) error {
				switch s.act {
				case "put":
					return listing.Put(tx, card(s.a+" "+s.b, s.a, s.b), nil)
				case "rename":
					return listing.Rename(tx, s.a, s.b)
				default:
					_, err := listing.Merge(tx, s.a, s.b)
					return err
				}
			}) == nil
		}
		for range rapid.IntRange(2, 12).Draw(rt, "steps") {
			s := step{act: rapid.SampledFrom([]string{"put", "put", "merge", "merge", "rename"}).Draw(rt, "act"), a: word.Draw(rt, "a"), b: word.Draw(rt, "b")}
			if s.act == "rename" {
				s.b = strings.ToUpper(s.a) // never another tag's
			}
			was := count(t, real)
			if do(real, s); count(t, real) > was {
				s.n = lastAct(t, real).N
			} else if s.act != "put" {
				continue // refused, or nothing to do
			}
			steps = append(steps, s)
			if i := rapid.IntRange(-4, len(steps)-1).Draw(rt, "undo"); i >= 0 && steps[i].n != 0 {
				undo(t, real, steps[i].n)
				steps[i].undone = true
			}
		}
		fresh, _ := storetest.Open(t)
		for _, s := range steps {
			if !s.undone {
				do(fresh, s)
			}
		}
		if got, want := everyTag(t, real, words), everyTag(t, fresh, words); !maps.EqualFunc(got, want, slices.Equal) {
			rt.Fatalf("%+v:\n%v\nwant\n%v", steps, got, want)
		}
	})
}

func count(t *testing.T, db *store.DB) (n int) {
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		acts, err := listing.TagLog(tx, 0, 100)
		n = len(acts)
		return err
	})
	return n
}

// everyTag is what each word finds, in order.
func everyTag(t *testing.T, db *store.DB, words []string) map[string][]string {
	out := map[string][]string{}
	for _, w := range words {
		out[w] = titles(find(t, db, visitor, listing.Query{Tag: w}))
		slices.Sort(out[w])
	}
	return out
}

func TestSimilarTagsAreProposed(t *testing.T) {
	db, _ := storetest.Open(t)
	put(t, db,
		card("1", "vélo"), card("2", "Vélo"), card("3", "vélos"),
		card("4", "insoumis"), card("5", "insoumise"), card("6", "inventeur"), card("7", "inventrices"),
		card("8", "vide-grenier"), card("9", "videgrenier"), card("10", "tondeuse"), card("11", "tondeues"),
		card("12", "habitant.e.s"), card("13", "habitant"), card("14", "2025"), card("15", "2026"), card("16", "pain"), card("17", "bain"),
	)
	propose := func() map[string]listing.Likeness {
		got := map[string]listing.Likeness{}
		storetest.View(t, db, moderator, func(tx *store.Tx) error {
			list, err := listing.Similar(tx, 50)
			for _, s := range list {
				got[s.A.Name+" → "+s.B.Name] = s.Why
			}
			return err
		})
		return got
	}
	want := map[string]listing.Likeness{
		"vélos → Vélo": listing.SameStem, "insoumise → insoumis": listing.SameStem, "inventrices → inventeur": listing.SameStem,
		"vide-grenier → videgrenier": listing.SameSpaces, "tondeues → tondeuse": listing.OneLetter, "habitant.e.s → habitant": listing.SameStem,
	}
	if got := propose(); !maps.Equal(got, want) {
		t.Errorf("proposed: %v\nwant %v", got, want)
	}
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.KeepApart(tx, "insoumise", "insoumis") })
	merge(t, db, "vélos", "vélo")
	delete(want, "insoumise → insoumis")
	delete(want, "vélos → Vélo")
	if got := propose(); !maps.Equal(got, want) {
		t.Errorf("then: %v\nwant %v", got, want)
	}
}

func TestTagsAreCountedForWhoAsks(t *testing.T) {
	db, _ := storetest.Open(t)
	secret := card("Secret", "jardin", "conspiration")
	secret.Audience = listing.Members
	put(t, db, secret, card("Fête", "jardin"), card("Bal", "École"))
	for who, want := range map[store.Actor]map[string]int64{visitor: {"jardin": 1, "École": 1}, resident: {"jardin": 2, "École": 1, "conspiration": 1}} {
		got := map[string]int64{}
		storetest.View(t, db, who, func(tx *store.Tx) error {
			tags, err := listing.Tags(tx, "", 0)
			for _, tag := range tags {
				got[tag.Name] = tag.N
			}
			return err
		})
		if !maps.Equal(got, want) {
			t.Errorf("%v: %v, want %v", who.Role, got, want)
		}
	}
}
