package ads_test

import (
	"encoding/json"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/category"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// bodyOf is the body of an ad as everybody may fetch it.
func bodyOf(t *testing.T, db *store.DB, a *ads.Ad) (b listing.Body) {
	t.Helper()
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, a.Ref())
		if err != nil {
			return err
		}
		b, err = listing.BodyOf(tx, c)
		return err
	})
	return b
}

// oneField is a public field the operator added.
func oneField(t *testing.T, db *store.DB) category.Field {
	t.Helper()
	f := category.Field{Set: category.Ads, Label: "Remarque", Kind: category.Text, Public: true}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.AddField(tx, &f) })
	return f
}

func TestPA7_AnAnswerPassesTheModeratorsToo(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	f := oneField(t, db)
	a := kittens()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	storetest.Update(t, db, mo, func(tx *store.Tx) error { return ads.Accept(tx, a.ID) })
	a, _ = get(t, db, lea, a.ID)
	a.Fields = map[string]string{f.Key: "Une insulte jamais relue"}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &a) })
	if s := state(t, db, a.ID); s != ads.Waiting || listed(t, db, visitor, &a) {
		t.Errorf("an answer nobody read is public: %q", s)
	}
}

func TestPA3_PlaceAndAnswersAreMaskedToo(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	f := oneField(t, db)
	a := bike()
	a.Masked, a.Text, a.Place = true, "Tél 06 12 34 56 78", "Chez Léa, 06 12 34 56 78"
	a.Fields = map[string]string{f.Key: "lea@example.org"}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	b, _ := json.Marshal(bodyOf(t, db, &a))
	for _, s := range []string{"06 12", "lea@"} {
		if strings.Contains(string(b), s) {
			t.Errorf("the body says %s: %s", s, b)
		}
	}
}

func TestAnExportKeepsWordsAndAnswersApart(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	f := category.Field{Set: category.Ads, Label: "Description", Kind: category.Text, Public: true}
	storetest.Update(t, db, keeper, func(tx *store.Tx) error { return category.AddField(tx, &f) })
	a := bike()
	a.Fields = map[string]string{f.Key: "cadre tordu"}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		out, err := ads.Personal.Export(tx, lea.ID)
		b, _ := json.Marshal(out)
		if !strings.Contains(string(b), a.Text) || !strings.Contains(string(b), "cadre tordu") {
			t.Errorf("key %q, export %s", f.Key, b)
		}
		return err
	})
}
