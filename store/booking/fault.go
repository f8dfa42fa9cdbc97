package booking

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// What is what does not work in a room.
type What string

// Whats lists what somebody can say does not work. The words of a report are
// for the managers only: everybody sees its sort.
var Whats = []What{"heating", "light", "water", "lock", "cleaning", "gear", "other"}

// maxFaults bounds what is open of one resource: beyond, the managers know.
const maxFaults = 20

// Fault is something that does not work.
type Fault struct {
	ID     string
	What   What
	Text   string // for managers; else empty
	Author string // for managers; empty: a visitor
	At     time.Time
}

// Report notes that something in a room does not work, and tells its managers.
// Everybody may: the caller bounds how often. It fails with kind Conflict when
// the same is known already.
func Report(tx *store.Tx, resource string, what What, text string) error {
	r, err := Get(tx, resource)
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	switch {
	case !slices.Contains(Whats, what):
		return store.E(store.Invalid, "err.booking.fault.what").At("what")
	case what == "other" && text == "":
		return store.E(store.Invalid, "err.booking.fault.text").At("text")
	}
	if bad := listing.CheckText("text", text, MaxText); bad != nil {
		return bad
	}
	known, err := store.All(tx, scanFault, sqlFaults, resource)
	if err != nil {
		return err
	}
	if len(known) >= maxFaults || what != "other" && slices.ContainsFunc(known, func(f Fault) bool { return f.What == what }) {
		return store.E(store.Conflict, "err.booking.fault.known").At("what")
	}
	if _, err := tx.Exec(sqlFault, tx.NewID(), resource, what, text, tx.Actor.ID, tx.Now.Unix()); err != nil {
		return err
	}
	managers, err := ManagersOf(tx, resource)
	for _, account := range managers {
		if err := notify.Tell(tx, account, r.Ref(), "notify.booking_fault"); err != nil {
			return err
		}
	}
	return err
}

// Faults lists what does not work in a room, the oldest first. Words and names
// are for its managers.
func Faults(tx *store.Tx, resource string) ([]Fault, error) {
	manages, err := Manages(tx, resource)
	if err != nil {
		return nil, err
	}
	list, err := store.All(tx, scanFault, sqlFaults, resource)
	if !manages {
		for i := range list {
			list[i].Text, list[i].Author = "", ""
		}
	}
	return list, err
}

// Settle notes that something works again, for the managers of its room.
func Settle(tx *store.Tx, id string) error {
	resource, err := store.One(tx, store.Scan[string], sqlFaultRoom, id)
	if err != nil {
		return err
	}
	if _, err := Own(tx, resource); err != nil {
		return err
	}
	_, err = tx.Exec(sqlSettle, tx.Now.Unix(), tx.Actor.ID, id)
	return err
}

func scanFault(row store.Row) (Fault, error) {
	var f Fault
	var at int64
	err := row.Scan(&f.ID, &f.What, &f.Text, &f.Author, &at)
	f.At = instant(at)
	return f, err
}
