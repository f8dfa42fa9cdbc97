package booking

import (
	"copi.local/store"
)

// Personal is what the module holds about persons: what they booked, what they
// did with bookings, which rooms they answer for, what they said does not work.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"booking_bookings", "booking_series", "booking_managers", "booking_acts", "booking_steps", "booking_faults"},
	Export: export,
	Erase:  erase,
}

// Holding is what the module exports.
type Holding struct {
	Bookings []Exported `json:"bookings,omitempty"`
	Manages  []string   `json:"manages,omitempty"` // names of resources
	Faults   []string   `json:"faults,omitempty"`  // what they said does not work
	Steps    int        `json:"steps,omitempty"`   // noted of others' bookings
}

// Exported is a booking as its author gets it.
type Exported struct {
	Resource string `json:"resource"`
	Title    string `json:"name"`
	Note     string `json:"note,omitempty"`
	Holder   string `json:"holder,omitempty"`
	Private  bool   `json:"private"`
	People   int    `json:"people,omitempty"`
	Starts   string `json:"starts"`
	Ends     string `json:"ends"`
	Zone     string `json:"zone"`
	State    State  `json:"state"`
	Reason   string `json:"reason,omitempty"`

	Answers  map[string]string `json:"answers,omitempty"`  // by question
	Handover []string          `json:"handover,omitempty"` // what changed hands
}

// all is more bookings than anybody makes.
const all = 1 << 30

func export(tx *store.Tx, account string) (any, error) {
	var h Holding
	list, err := store.All(tx, scanBooking, sqlOf, account, all)
	if err != nil {
		return nil, err
	}
	for i := range list {
		e, err := list[i].export(tx)
		if err != nil {
			return nil, err
		}
		h.Bookings = append(h.Bookings, e)
	}
	managed, err := store.All(tx, store.Scan[string], sqlManagedBy, account)
	if err != nil {
		return nil, err
	}
	for _, id := range managed {
		r, err := Get(tx, id)
		if err != nil {
			return nil, err
		}
		h.Manages = append(h.Manages, r.Name)
	}
	if h.Faults, err = store.All(tx, store.Scan[string], sqlFaultsOf, account); err != nil {
		return nil, err
	}
	if h.Steps, err = store.One(tx, store.Scan[int], sqlStepsBy, account); err != nil {
		return nil, err
	}
	if len(h.Bookings)+len(h.Manages)+len(h.Faults)+h.Steps == 0 {
		return nil, nil
	}
	return h, nil
}

// export is a booking for its author, with what was answered and what changed
// hands.
func (b *Booking) export(tx *store.Tx) (Exported, error) {
	r, err := Get(tx, b.Resource)
	if err != nil {
		return Exported{}, err
	}
	e := Exported{
		Resource: r.Name, Title: b.Title, Note: b.Note, Holder: b.Holder, Private: b.Private, People: b.People,
		Starts: b.Starts.String(), Ends: b.Ends.String(), Zone: b.Zone, State: b.State, Reason: b.Reason,
	}
	answers, err := store.All(tx, scanAnswer, sqlAnswers, b.ID)
	if err != nil {
		return e, err
	}
	for _, a := range answers {
		if e.Answers == nil {
			e.Answers = map[string]string{}
		}
		e.Answers[a.Label] = a.Text
	}
	done, err := store.All(tx, scanDone, sqlSteps, b.ID)
	for _, d := range done {
		e.Handover = append(e.Handover, d.String())
	}
	return e, err
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
			if err := dropPhotos(tx, list[i].ID); err != nil {
				return err
			}
			if _, err := tx.Exec(sqlDelete, list[i].ID); err != nil {
				return err
			}
			if err := promote(tx, list[i].places()...); err != nil {
				return err
			}
		}
	}
	for _, statement := range []string{
		sqlDropAnswers, sqlUnname, sqlUnnameAnswered, sqlUnnameSeries, sqlUnnameActs, sqlUnnameBy, sqlUnnameFaults, sqlUnnameSettled, sqlNoManager,
	} {
		if _, err := tx.Exec(statement, account); err != nil {
			return err
		}
	}
	return nil
}
