package peer

import (
	"testing"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// advertise publishes an ad of an account.
func (b *testBox) advertise(account string, a ads.Ad) store.Ref {
	b.t.Helper()
	a.Verb, a.Category, a.Audience = ads.Sell, "jardin", listing.Public
	a.Price = &listing.Price{Amount: 12000, Unit: "EUR"}
	storetest.Update(b.t, b.db, store.Actor{ID: account, Role: store.Resident}, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	return a.Ref()
}

// rows is how many cards a box has with a title, shown or not.
func (b *testBox) rows(title string) (n int) {
	b.t.Helper()
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Scan[int], `SELECT count(*) FROM listing_cards WHERE title = ?`, title)
		return err
	})
	return n
}

func TestPA8_WhoLeavesTakesTheirAdsFromBothBoxes(t *testing.T) {
	for name, how := range map[string]store.Erasure{"keep": store.KeepUnnamed, "erase": store.EraseAll} {
		t.Run(name, func(t *testing.T) {
			a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
			link(t, a, b)
			a.advertise("lea", ads.Ad{Title: "Remorque", Text: "Deux roues."})
			a.advertise("paul", ads.Ad{Title: "Brouette"})
			eventually(t, "the neighbour shows both ads", func() bool { return len(b.shown("remorque")) == 1 && len(b.shown("brouette")) == 1 })
			storetest.Update(t, a.db, store.Actor{ID: "lea", Role: store.Resident}, func(tx *store.Tx) error {
				return ads.Personal.Erase(tx, "lea", how)
			})
			if n := a.rows("Remorque"); n != 0 {
				t.Errorf("%d of it left at home", n)
			}
			eventually(t, "the neighbour has forgotten it", func() bool { return b.rows("Remorque") == 0 })
			if len(b.shown("remorque")) != 0 || len(b.shown("brouette")) != 1 || len(a.shown("brouette")) != 1 {
				t.Error("found where it should not be, or somebody else's went with it")
			}
		})
	}
}

func TestPA3_ANumberForRegisteredPeopleDoesNotTravel(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	ref := a.advertise("lea", ads.Ad{Title: "Remorque 06 12 34 56 78", Text: "lea@example.org", Masked: true})
	eventually(t, "the neighbour shows it", func() bool { return b.rows("Remorque "+"[…]") == 1 })
	storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, ref)
		if err != nil {
			return err
		}
		body, err := listing.BodyOf(tx, c)
		if body["description"] != "[…]" {
			t.Errorf("the body a neighbour fetches says %v", body)
		}
		return err
	})
}
