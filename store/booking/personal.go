package booking

import (
	"copi.local/store"
)

// Personal is what the module holds about persons: what they booked, what they
// did with bookings, which rooms they answer for.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"booking_bookings", "booking_series", "booking_managers", "booking_acts"},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Bookings []Exported `json:"bookings,omitempty"`
	Manages  []string   `json:"manages,omitempty"` // names of resources
}

// Exported is a booking as its author gets it.
type Exported struct {
	Resource string `json:"resource"`
	Title    string `json:"title"`
	Note     string `json:"note,omitempty"`
	Holder   string `json:"holder,omitempty"`
	Private  bool   `json:"private"`
	People   int    `json:"people,omitempty"`
	Starts   string `json:"starts"`
	Ends     string `json:"ends"`
	Zone     string `json:"zone"`
	State    State  `json:"state"`
	Reason   string `json:"reason,omitempty"`
}

// all is more bookings than anybody makes.
const all = 1 << 30

func export(tx *store.Tx, account string) (any, error) {
	list, err := store.All(tx, scanBooking, sqlOf, account, all)
	if err != nil {
		return nil, err
	}
	managed, err := store.All(tx, store.Scan[string], sqlManagedBy, account)
	if err != nil || len(list)+len(managed) == 0 {
		return nil, err
	}
	var h Holding
	for i := range list {
		b := &list[i]
		r, err := Get(tx, b.Resource)
		if err != nil {
			return nil, err
		}
		h.Bookings = append(h.Bookings, Exported{
			Resource: r.Name, Title: b.Title, Note: b.Note, Holder: b.Holder, Private: b.Private, People: b.People,
			Starts: b.Starts.String(), Ends: b.Ends.String(), Zone: b.Zone, State: b.State, Reason: b.Reason,
		})
	}
	for _, id := range managed {
		r, err := Get(tx, id)
		if err != nil {
			return nil, err
		}
		h.Manages = append(h.Manages, r.Name)
	}
	return h, nil
}

// erase takes the person out. Bookings to come of somebody who wants all gone
// are given back; those that stay keep their hours and lose the name.
func erase(tx *store.Tx, account string, how store.Erasure) error {
	list, err := store.All(tx, scanBooking, sqlOf, account, all)
	if err != nil {
		return err
	}
	if how == store.EraseAll {
		for i := range list {
			if _, err := tx.Exec(sqlDelete, list[i].ID); err != nil {
				return err
			}
			if err := promote(tx, &list[i]); err != nil {
				return err
			}
		}
	}
	for _, statement := range []string{sqlUnname, sqlUnnameAnswered, sqlUnnameSeries, sqlUnnameActs, sqlNoManager} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}
