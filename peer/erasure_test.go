package peer

import (
	"testing"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// What is erased is noted with its tombstone, and a neighbour's Have confirms
// it; what was only withdrawn is not.
func TestALinkedBoxConfirmsAnErasure(t *testing.T) {
	a, b := newTestBox(t, "Cajarc"), newTestBox(t, "Altillac")
	link(t, a, b)
	erased, withdrawn := store.NewID(), store.NewID()
	a.put(erased, "Bal du village")
	a.put(withdrawn, "Loto")
	eventually(t, "the neighbour shows both", func() bool { return len(b.shown("bal")) == 1 && len(b.shown("loto")) == 1 })
	storetest.Update(t, a.db, store.Actor{}, func(tx *store.Tx) error {
		if err := listing.Withdraw(tx, store.Ref{Module: "agenda", ID: withdrawn}); err != nil {
			return err
		}
		return listing.Erase(tx, store.Ref{Module: "agenda", ID: erased})
	})
	eventually(t, "the neighbour has confirmed the erasure", func() (confirmed bool) {
		storetest.View(t, a.db, store.Actor{}, func(tx *store.Tx) error {
			list, err := neighbour.Erasures(tx, 10)
			if err != nil || len(list) == 0 {
				return err
			}
			links, err := neighbour.Links(tx)
			confirmed = len(list) == 1 && store.FormatID(list[0].ID) == erased && len(links) == 1 && list[0].Asks(links[0]) && list[0].Confirmed(links[0])
			return err
		})
		return confirmed
	})
	if len(b.shown("bal")) != 0 {
		t.Error("it is confirmed and still shown")
	}
}
