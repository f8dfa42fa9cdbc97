package category_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var (
	keeper   = store.Actor{ID: "keeper", Role: store.Operator}
	resident = store.Actor{ID: "lea", Role: store.Resident}
)

func TestABoxComesWithCategories(t *testing.T) {
	db, _ := storetest.Open(t)
	sprite, err := os.ReadFile("../../ui/static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, resident, func(tx *store.Tx) error {
		for _, set := range category.Sets {
			list, err := category.Of(tx, set)
			if err != nil {
				return err
			}
			if len(list) < 9 {
				t.Errorf("%s has %d categories", set, len(list))
			}
			seen := map[string]bool{}
			for i, c := range list {
				if err := listing.CheckTags([]string{c.Name}); err != nil {
					t.Errorf("%s %s cannot be a tag: %v", set, c.Name, err)
				}
				if !strings.Contains(string(sprite), `<symbol id="`+c.Icon+`"`) {
					t.Errorf("%s %s shows %s, which is not in the sprite", set, c.Key, c.Icon)
				}
				if seen[listing.TagKey(c.Name)] || c.Position != i+1 {
					t.Errorf("%s %s is there twice or out of place", set, c.Key)
				}
				seen[listing.TagKey(c.Name)] = true
			}
		}
		c, err := category.Known(tx, category.Points, "Defibrillateur")
		if err != nil || c.Key != "defibrillateur" || c.Name != "défibrillateur" {
			t.Errorf("a name without accents: %+v %v", c, err)
		}
		return nil
	})
}

// change runs fn as the operator and gives its error.
func change(t *testing.T, db *store.DB, fn func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), keeper), fn)
}

func TestAddAndRename(t *testing.T) {
	db, _ := storetest.Open(t)
	c := category.Category{Set: category.Points, Name: " Lavoir de l'Œuvre ", Icon: "droplets"}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.Add(tx, &c) })
	if c.Key != "lavoir-de-l-oeuvre" || c.Name != "Lavoir de l'Œuvre" {
		t.Errorf("added %+v", c)
	}
	for name, want := range map[string]string{
		"":                       "err.category.name_empty",
		" ·!":                    "err.category.name_empty",
		"lavoir, four":           "err.category.name_comma",
		strings.Repeat("é", 33):  "err.category.name_long",
		"LAVOIR DE L’OEUVRE":     "err.category.name_taken",
		"  Boite à   livres  ":   "err.category.name_taken",
		"point d’eau":            "err.category.name_taken",
		"deux\nlignes de lavoir": "err.category.name_comma",
	} {
		err := change(t, db, func(tx *store.Tx) error {
			return category.Add(tx, &category.Category{Set: category.Points, Name: name})
		})
		if e, ok := err.(*store.Error); !ok || e.Key != want || e.Field != "name" { //nolint:errorlint // as the form gets it
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error {
		return category.Rename(tx, category.Points, c.Key, "lavoir", "flame")
	})
	storetest.View(t, db, resident, func(tx *store.Tx) error {
		got, err := category.Get(tx, category.Points, c.Key)
		if got.Name != "lavoir" || got.Icon != "flame" {
			t.Errorf("renamed to %+v", got)
		}
		return err
	})
	err := change(t, db, func(tx *store.Tx) error { return category.Rename(tx, category.Points, c.Key, "Banc", "flame") })
	if store.KindOf(err) != store.Conflict {
		t.Errorf("the name of another was taken: %v", err)
	}
}

func TestOnlyOperatorsSort(t *testing.T) {
	db, _ := storetest.Open(t)
	set, key := category.Points, "banc"
	for name, do := range map[string]func(*store.Tx) error{
		"add":     func(tx *store.Tx) error { return category.Add(tx, &category.Category{Set: set, Name: "lavoir"}) },
		"rename":  func(tx *store.Tx) error { return category.Rename(tx, set, key, "lavoir", "star") },
		"retire":  func(tx *store.Tx) error { return category.Retire(tx, set, key) },
		"restore": func(tx *store.Tx) error { return category.Restore(tx, set, key) },
		"caution": func(tx *store.Tx) error { return category.Caution(tx, set, key, "Prudence.", true) },
		"reorder": func(tx *store.Tx) error { return category.Reorder(tx, set, nil) },
		"merge":   func(tx *store.Tx) error { return category.Merge(tx, set, key, "table", nil) },
		"unmerge": func(tx *store.Tx) error { _, err := category.Unmerge(tx, set, 1); return err },
		"field": func(tx *store.Tx) error {
			return category.AddField(tx, &category.Field{Set: set, Label: "x", Kind: category.Text})
		},
		"edit":    func(tx *store.Tx) error { return category.EditField(tx, &category.Field{Set: set, Key: "x"}) },
		"no more": func(tx *store.Tx) error { return category.RetireField(tx, set, "x", true) },
		"fields":  func(tx *store.Tx) error { return category.ReorderFields(tx, set, nil) },
	} {
		for _, role := range []store.Role{store.Resident, store.Moderator} {
			err := db.Update(store.As(t.Context(), store.Actor{ID: "x", Role: role}), do)
			if store.KindOf(err) != store.Forbidden {
				t.Errorf("%s as %s: %v", name, role, err)
			}
		}
	}
	err := change(t, db, func(tx *store.Tx) error {
		return category.Add(tx, &category.Category{Set: "directory.none", Name: "x"})
	})
	if store.KindOf(err) != store.NotFound {
		t.Errorf("a set nobody knows: %v", err)
	}
}

func TestRetiredIsChosenNoMoreAndKept(t *testing.T) {
	db, _ := storetest.Open(t)
	set := category.Points
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.Retire(tx, set, "banc") })
	storetest.View(t, db, resident, func(tx *store.Tx) error {
		list, err := category.Of(tx, set)
		if err != nil || slices.ContainsFunc(list, func(c category.Category) bool { return c.Key == "banc" }) {
			t.Error("still offered", err)
		}
		if c, err := category.Get(tx, set, "banc"); err != nil || c.Name != "banc" || !c.Retired {
			t.Errorf("lost: %+v %v", c, err)
		}
		if _, err := category.Active(tx, set, "banc", ""); store.KindOf(err) != store.Invalid {
			t.Errorf("a new thing takes it: %v", err)
		}
		if _, err := category.Active(tx, set, "banc", "banc"); err != nil {
			t.Errorf("a thing that has it cannot keep it: %v", err)
		}
		for _, key := range []string{"", "none"} {
			if _, err := category.Active(tx, set, key, ""); store.KindOf(err) != store.Invalid {
				t.Errorf("%q chosen: %v", key, err)
			}
		}
		return nil
	})
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.Restore(tx, set, "banc") })
	storetest.View(t, db, resident, func(tx *store.Tx) error {
		_, err := category.Active(tx, set, "banc", "")
		return err
	})
	var last error
	for _, c := range all(t, db, set) {
		last = change(t, db, func(tx *store.Tx) error { return category.Retire(tx, set, c.Key) })
	}
	if store.KindOf(last) != store.Conflict {
		t.Errorf("the last category was retired: %v", last)
	}
}

func all(t *testing.T, db *store.DB, set string) (list []category.Category) {
	t.Helper()
	storetest.View(t, db, keeper, func(tx *store.Tx) (err error) {
		list, err = category.Of(tx, set)
		return err
	})
	return list
}

func TestReorder(t *testing.T) {
	db, _ := storetest.Open(t)
	storetest.Update(t, db, keeper, func(tx *store.Tx) error {
		return category.Reorder(tx, category.Projects, []string{"energie", "none", "culture", "energie"})
	})
	list := all(t, db, category.Projects)
	var keys []string
	for _, c := range list {
		keys = append(keys, c.Key)
	}
	want := []string{"energie", "culture", "solidarite", "environnement", "alimentation"}
	if !slices.Equal(keys[:5], want) || len(keys) != 9 {
		t.Errorf("order %v", keys)
	}
}

func TestMergesAreFollowedAndTakenBack(t *testing.T) {
	db, _ := storetest.Open(t)
	set := category.Organisations
	merge := func(from, into string, things ...string) error {
		return change(t, db, func(tx *store.Tx) error { return category.Merge(tx, set, from, into, things) })
	}
	get := func(key string) (got category.Category) {
		storetest.View(t, db, resident, func(tx *store.Tx) (err error) {
			got, err = category.Get(tx, set, key)
			return err
		})
		return got
	}
	if err := merge("artisan", "commerce", "a", "b"); err != nil {
		t.Fatal(err)
	}
	if err := merge("commerce", "entreprise", "a", "b", "c"); err != nil {
		t.Fatal(err)
	}
	if get("artisan").Key != "entreprise" || get("commerce").Key != "entreprise" {
		t.Error("merges are not followed")
	}
	for from, into := range map[string]string{"entreprise": "commerce", "ferme": "ferme", "sante": "none", "artisan": "sante"} {
		if err := merge(from, into); err == nil {
			t.Errorf("%s went into %s", from, into)
		}
	}
	if n := len(all(t, db, set)); n != 9 {
		t.Errorf("%d categories left of 11", n)
	}
	var list []category.Merging
	storetest.View(t, db, keeper, func(tx *store.Tx) (err error) {
		list, err = category.Merges(tx, set)
		return err
	})
	if len(list) != 2 || list[1].FromName != "artisan" || list[1].IntoName != "entreprise" || !slices.Equal(list[1].Things, []string{"a", "b"}) {
		t.Fatalf("merges %+v", list)
	}
	// The name goes to another meanwhile: it cannot come back beside it.
	other := category.Category{Set: set, Name: "Artisan"}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.Add(tx, &other) })
	if other.Key != "artisan-2" {
		t.Errorf("the key of a merged category was given again: %s", other.Key)
	}
	undo := func() error {
		return change(t, db, func(tx *store.Tx) error { _, err := category.Unmerge(tx, set, list[1].ID); return err })
	}
	if err := undo(); store.KindOf(err) != store.Conflict {
		t.Errorf("two of one name: %v", err)
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.Rename(tx, set, other.Key, "métier d'art", "star") })
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	if get("artisan").Key != "artisan" || get("commerce").Key != "entreprise" {
		t.Error("the merge is not taken back alone")
	}
	if err := undo(); store.KindOf(err) != store.NotFound {
		t.Errorf("taken back twice: %v", err)
	}
}
