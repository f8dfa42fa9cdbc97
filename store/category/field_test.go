package category_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/category"
	"copi.local/store/storetest"
)

// asked adds the fields of these tests to the places.
func asked(t *testing.T, db *store.DB) {
	t.Helper()
	for _, f := range []category.Field{
		{Label: "Jours d'ouverture", Kind: category.Text, Public: true, Required: true},
		{Label: "Histoire", Kind: category.Long},
		{Label: "Places assises", Kind: category.Number, Public: true},
		{Label: "Accès en fauteuil", Kind: category.YesNo, Public: true},
		{Label: "Chauffage", Kind: category.Choice, Choices: []string{"bois", " fioul ", "", "bois", "aucun"}},
	} {
		f.Set = category.Places
		storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.AddField(tx, &f) })
	}
}

func values(t *testing.T, db *store.DB, v map[string]string) (out map[string]string, err error) {
	t.Helper()
	storetest.View(t, db, resident, func(tx *store.Tx) error {
		out, err = category.CheckValues(tx, category.Places, v)
		return nil
	})
	return out, err
}

func TestValuesAreCheckedEachAtItsField(t *testing.T) {
	db, _ := storetest.Open(t)
	asked(t, db)
	got, err := values(t, db, map[string]string{
		"jours-d-ouverture": "  du lundi\nau jeudi ", "histoire": "Bâti en 1887.\n\nPuis rénové.", "places-assises": "1 234,50",
		"acces-en-fauteuil": "no", "chauffage": "fioul", "inconnu": "x",
	})
	want := map[string]string{
		"jours-d-ouverture": "du lundi au jeudi", "histoire": "Bâti en 1887.\n\nPuis rénové.", "places-assises": "1234.5",
		"acces-en-fauteuil": "no", "chauffage": "fioul",
	}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%v %v", got, err)
	}
	_, err = values(t, db, map[string]string{
		"histoire": strings.Repeat("h", category.MaxLong+1), "places-assises": "beaucoup", "acces-en-fauteuil": "peut-être", "chauffage": "solaire",
	})
	var bad store.Errors
	if !errors.As(err, &bad) {
		t.Fatal(err)
	}
	var at []string
	for _, e := range bad {
		at = append(at, e.Field+" "+e.Key)
	}
	if want := []string{
		"champ_jours-d-ouverture err.category.required", "champ_histoire err.category.long", "champ_places-assises err.category.number",
		"champ_acces-en-fauteuil err.category.yesno", "champ_chauffage err.category.choice",
	}; !slices.Equal(at, want) {
		t.Errorf("faults %q", at)
	}
	for _, n := range []string{"0x10", "1e9", "NaN", "Inf", "1,2,3", "--1", "1_000", strings.Repeat("9", 40)} {
		if _, err := values(t, db, map[string]string{"jours-d-ouverture": "x", "places-assises": n}); err == nil {
			t.Errorf("%q is a number", n)
		}
	}
}

func TestAnswersOfARetiredFieldAreKept(t *testing.T) {
	db, _ := storetest.Open(t)
	asked(t, db)
	had, err := values(t, db, map[string]string{"jours-d-ouverture": "lundi", "chauffage": "bois"})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.RetireField(tx, category.Places, "chauffage", true) })
	got, err := values(t, db, category.Over(had, map[string]string{"jours-d-ouverture": "mardi"}))
	if err != nil || got["chauffage"] != "bois" || got["jours-d-ouverture"] != "mardi" {
		t.Errorf("%v %v", got, err)
	}
	storetest.View(t, db, resident, func(tx *store.Tx) error {
		fields, err := category.AllFields(tx, category.Places)
		shown := category.Shown(fields, got, false)
		if len(shown) != 1 || shown[0].Key != "jours-d-ouverture" {
			t.Errorf("shown %+v", shown)
		}
		return err
	})
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.RetireField(tx, category.Places, "chauffage", false) })
	storetest.View(t, db, resident, func(tx *store.Tx) error {
		fields, err := category.FieldsOf(tx, category.Places)
		if shown := category.Shown(fields, got, false); len(shown) != 2 {
			t.Errorf("to residents %+v", shown)
		}
		if shown := category.Shown(fields, got, true); len(shown) != 1 {
			t.Errorf("to everybody %+v", shown)
		}
		return err
	})
}

func TestAFieldIsNotMadePublicAfterwards(t *testing.T) {
	db, _ := storetest.Open(t)
	asked(t, db)
	edit := func(key string, fn func(*category.Field)) error {
		return change(t, db, func(tx *store.Tx) error {
			f, err := category.GetField(tx, category.Places, key)
			if err != nil {
				return err
			}
			fn(&f)
			return category.EditField(tx, &f)
		})
	}
	if err := edit("histoire", func(f *category.Field) { f.Public = true }); store.KindOf(err) != store.Conflict {
		t.Errorf("widened: %v", err)
	}
	if err := edit("places-assises", func(f *category.Field) { f.Public, f.Kind, f.Label = false, category.Text, "Places" }); err != nil {
		t.Fatal(err)
	}
	storetest.View(t, db, resident, func(tx *store.Tx) error {
		f, err := category.GetField(tx, category.Places, "places-assises")
		if f.Public || f.Kind != category.Number || f.Label != "Places" {
			t.Errorf("%+v", f)
		}
		return err
	})
	for want, f := range map[string]category.Field{
		"err.category.label_empty":  {Kind: category.Text},
		"err.category.kind":         {Label: "x", Kind: "file"},
		"err.category.choices_few":  {Label: "x", Kind: category.Choice, Choices: []string{"un", "un"}},
		"err.category.long":         {Label: strings.Repeat("x", 61), Kind: category.Text},
		"err.category.choices_many": {Label: "x", Kind: category.Choice, Choices: strings.Split(strings.Repeat("a b c ", 6)+"d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4 5 6 7", " ")},
	} {
		f.Set = category.Places
		err := change(t, db, func(tx *store.Tx) error { return category.AddField(tx, &f) })
		var bad store.Errors
		if !errors.As(err, &bad) || bad[0].Key != want {
			t.Errorf("want %s: %v", want, err)
		}
	}
}
