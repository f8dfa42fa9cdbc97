package booking_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/booking"
	"copi.local/store/storetest"
)

// TestTwoBookingsChangePlaces: at once where no manager answers, else when one
// does; events follow, and nothing comes between.
func TestTwoBookingsChangePlaces(t *testing.T) {
	for _, validated := range []bool{false, true} {
		db, _ := storetest.Open(t)
		r := room(t, db, func(r *booking.Resource) { r.Validated = validated })
		one := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
		one.Publish = true
		other := request(t, r, "2026-12-06T18:00", "2026-12-06T22:00")
		other.Private = true
		ask(t, db, lea, &one)
		ask(t, db, tom, &other)
		if validated {
			for _, id := range []string{one.ID, other.ID} {
				storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Approve(tx, id, "") })
			}
		}
		storetest.Update(t, db, lea, func(tx *store.Tx) error {
			list, err := booking.Exchangeable(tx, one.ID)
			if len(list) != 1 || list[0].Booking != other.ID || list[0].Title != "" {
				t.Errorf("to choose from: %+v", list)
			}
			if err != nil {
				return err
			}
			return booking.Propose(tx, one.ID, other.ID)
		})
		id := ""
		storetest.View(t, db, tom, func(tx *store.Tx) error {
			list, err := booking.Exchanges(tx, other.ID)
			if len(list) == 1 {
				id = list[0].ID
			}
			return err
		})
		err := db.Update(store.As(t.Context(), lea), func(tx *store.Tx) error { return booking.Agree(tx, id) })
		if store.KindOf(err) != store.Forbidden {
			t.Errorf("who proposed agreed for the other: %v", err)
		}
		storetest.Update(t, db, tom, func(tx *store.Tx) error { return booking.Agree(tx, id) })
		if validated {
			if find(t, db, one.ID).Starts != one.Starts {
				t.Fatal("changed places before a manager answered")
			}
			storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Agree(tx, id) })
		}
		first, second := find(t, db, one.ID), find(t, db, other.ID)
		if first.Slot != other.Slot || second.Slot != one.Slot || first.State != booking.Approved || second.State != booking.Approved {
			t.Errorf("%+v and %+v", first.Slot, second.Slot)
		}
		if list := plan(t, db, visitor, r.ID, "2026-12-05T00:00", "2026-12-07T00:00"); len(list) != 2 {
			t.Errorf("the plan has %+v", list)
		}
		storetest.View(t, db, lea, func(tx *store.Tx) error {
			e, err := agenda.Own(tx, first.EventID)
			if e.Starts != other.Starts {
				t.Errorf("the event is on %s", e.Starts)
			}
			return err
		})
	}
}

func TestAnExchangeThatDoesNotFitIsRefused(t *testing.T) {
	db, _ := storetest.Open(t)
	large, small := room(t, db, nil), room(t, db, func(r *booking.Resource) { r.Name, r.Capacity = "Petite salle", 20 })
	one := request(t, large, "2026-12-05T14:00", "2026-12-05T16:00")
	one.People = 60
	other := request(t, small, "2026-12-06T18:00", "2026-12-06T22:00")
	ask(t, db, lea, &one)
	ask(t, db, tom, &other)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.Propose(tx, one.ID, other.ID) })
	err := db.Update(store.As(t.Context(), tom), func(tx *store.Tx) error {
		list, err := booking.Exchanges(tx, other.ID)
		if err != nil {
			return err
		}
		return booking.Agree(tx, list[0].ID)
	})
	if store.KindOf(err) != store.Conflict || find(t, db, one.ID).Slot != one.Slot {
		t.Errorf("sixty people in a room for twenty: %v", err)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.Cancel(tx, one.ID, "", false) })
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		if list, err := booking.Exchanges(tx, other.ID); err != nil || len(list) != 0 {
			t.Errorf("a proposal outlives its booking: %v, %v", list, err)
		}
		return nil
	})
}
