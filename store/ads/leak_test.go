package ads_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/category"
	"copi.local/store/listing"
	"copi.local/store/photo"
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

func TestMD2_WhoAnswersForAnAdDoesNotLetItPass(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	a := kittens()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	err := as(t, db, mo, func(tx *store.Tx) error {
		tx.Entrust(a.Ref()) // mo administers the organisation it stands for
		return ads.Accept(tx, a.ID)
	})
	if err == nil {
		t.Error("who answers for the ad let it pass")
	}
}

func TestPA7_AnAdAcceptedAfterItsTimeStands(t *testing.T) {
	db, clock := storetest.Open(t, ads.Personal)
	a := kittens()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	clock.Add(200 * 24 * time.Hour)
	run(t, db)
	err := as(t, db, mo, func(tx *store.Tx) error { return ads.Accept(tx, a.ID) })
	if s := state(t, db, a.ID); err == nil && s != ads.Available {
		t.Errorf("accepted, its author told so, and it is %q", s)
	}
}

func TestPA7_WordsChangedWhileAModeratorReads(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	a := kittens()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	var shown string
	read := func() { // mo opens the page
		t.Helper()
		storetest.View(t, db, mo, func(tx *store.Tx) error {
			now, err := ads.Get(tx, a.ID)
			if err == nil {
				var words any
				if words, err = now.Words(tx); err == nil {
					shown, err = store.Shown(words)
				}
			}
			return err
		})
	}
	read()
	decide := func(tx *store.Tx) error {
		if err := ads.StillSays(tx, a.ID, shown); err != nil {
			return err
		}
		return ads.Accept(tx, a.ID)
	}
	a.Text = "Tout autre chose"
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Edit(tx, &a) })
	if err := as(t, db, mo, decide); store.KindOf(err) != store.Conflict || listed(t, db, visitor, &a) {
		t.Errorf("words no moderator saw are public: %v", err)
	}
	read()
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		_, err := photo.Attach(tx, a.Ref(), photo.File{Hash: strings.Repeat("cd", 32), Bytes: 10, ThumbBytes: 5, Width: 10, Height: 10, ThumbWidth: 5, ThumbHeight: 5}, "Les chatons", false)
		return err
	})
	if err := as(t, db, mo, decide); store.KindOf(err) != store.Conflict {
		t.Errorf("a photo no moderator saw is public: %v", err)
	}
	read()
	if err := as(t, db, mo, decide); err != nil || !listed(t, db, visitor, &a) {
		t.Errorf("what was read as it is now: %v", err)
	}
}

func TestPA7_APhotoIsReadToo(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	a := kittens()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	storetest.Update(t, db, mo, func(tx *store.Tx) error { return ads.Accept(tx, a.ID) })
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		_, err := photo.Attach(tx, a.Ref(), photo.File{Hash: strings.Repeat("ab", 32), Bytes: 10, ThumbBytes: 5, Width: 10, Height: 10, ThumbWidth: 5, ThumbHeight: 5}, "Tout autre chose, 06 12 34 56 78", false)
		if err != nil {
			return err
		}
		return ads.Reread(tx, a.ID)
	})
	if s := state(t, db, a.ID); s != ads.Waiting {
		t.Errorf("a photo and words nobody read: %q, %v", s, bodyOf(t, db, &a))
	}
}

func TestNobodyIsToldThatAWaitingAdEnds(t *testing.T) {
	db, clock := storetest.Open(t, ads.Personal)
	a := kittens()
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	storetest.Update(t, db, mo, func(tx *store.Tx) error { return ads.Refuse(tx, a.ID, "incomplete", "x") })
	clock.Add(28 * 24 * time.Hour)
	run(t, db)
	a, _ = get(t, db, lea, a.ID)
	if a.Warned {
		t.Error("told that an ad nobody sees ends soon")
	}
}

func TestWhatIsPutBackCountsToo(t *testing.T) {
	db, _ := storetest.Open(t, ads.Personal)
	var ids []string
	for range ads.MaxLive {
		a := bike()
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Gone) })
		ids = append(ids, a.ID)
	}
	for range ads.MaxLive {
		a := bike()
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	}
	if err := as(t, db, lea, func(tx *store.Tx) error { return ads.Mark(tx, ids[0], ads.Available) }); err == nil {
		t.Error("101 stand")
	}
}
