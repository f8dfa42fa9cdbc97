package booking_test

import (
	"testing"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/storetest"
)

// queued asks for hours that are another's, and waits for them.
func queued(t testing.TB, db *store.DB, who store.Actor, r booking.Resource, from, until string) booking.Booking {
	t.Helper()
	b := request(t, r, from, until)
	if err := try(t, db, who, &b, booking.Way{Queue: true}); err != nil || b.State != booking.Queued {
		t.Fatalf("%s does not queue: %v", b.State, err)
	}
	return b
}

// TestHoursABookingLeavesGoToWhoWaits: whatever becomes of a booking that
// moves, the hours it leaves are given to who waits for them, in whichever room
// they are.
func TestHoursABookingLeavesGoToWhoWaits(t *testing.T) {
	const from, until = "2026-12-05T14:00", "2026-12-05T16:00"
	for name, act := range map[string]func(*store.Tx, string) error{
		"approved":  func(tx *store.Tx, id string) error { return booking.Approve(tx, id, "") },
		"refused":   func(tx *store.Tx, id string) error { return booking.Refuse(tx, id, "Salle en travaux") },
		"cancelled": func(tx *store.Tx, id string) error { return booking.Cancel(tx, id, "Salle en travaux", false) },
	} {
		db, _ := storetest.Open(t)
		validated := func(r *booking.Resource) { r.Validated = true }
		here, there := room(t, db, validated), room(t, db, validated)
		b := request(t, here, from, until)
		ask(t, db, lea, &b)
		storetest.Update(t, db, keeper, func(tx *store.Tx) error { return booking.Approve(tx, b.ID, "") })
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.Move(tx, b.ID, slot(t, there, from, until), false, "") })
		waitsHere, waitsThere := queued(t, db, tom, here, from, until), queued(t, db, tom, there, from, until)
		storetest.Update(t, db, keeper, func(tx *store.Tx) error { return act(tx, b.ID) })
		want := map[string][2]booking.State{
			"approved":  {booking.Asked, booking.Queued},
			"refused":   {booking.Queued, booking.Asked},
			"cancelled": {booking.Asked, booking.Asked},
		}[name]
		if got := [2]booking.State{find(t, db, waitsHere.ID).State, find(t, db, waitsThere.ID).State}; got != want {
			t.Errorf("%s: who waits is %v, want %v", name, got, want)
		}
	}
}

func TestHoursAMovedRequestLeavesGoToWhoWaits(t *testing.T) {
	db, _ := storetest.Open(t)
	r := room(t, db, func(r *booking.Resource) { r.Validated = true })
	b := request(t, r, "2026-12-05T14:00", "2026-12-05T16:00")
	ask(t, db, lea, &b)
	waits := queued(t, db, tom, r, "2026-12-05T14:00", "2026-12-05T16:00")
	to := slot(t, r, "2026-12-05T18:00", "2026-12-05T20:00")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return booking.Move(tx, b.ID, to, false, "") })
	if got := find(t, db, waits.ID); got.State != booking.Asked {
		t.Errorf("who waits is still %s", got.State)
	}
}
