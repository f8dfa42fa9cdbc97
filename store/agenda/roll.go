package agenda

import (
	"copi.local/store"
	"copi.local/store/calendar"
)

// Limits of participation.
const (
	MaxCapacity = 100_000 // persons
	MaxPersons  = 20      // of one participation
	MaxNote     = 300     // characters
	JoinPerHour = 5       // participations without an account from one source
)

// Roll is how people take part in an event.
type Roll struct {
	EventID   string
	Capacity  int  // persons on each date; 0 for as many as come
	Most      int  // persons of one participation
	Anonymous bool // also who has no account
	Closed    bool // nobody new
}

// Check tells what is wrong with it.
func (r *Roll) Check() error {
	var bad store.Errors
	if r.Capacity < 0 || r.Capacity > MaxCapacity {
		bad.Add(store.E(store.Invalid, "err.agenda.capacity", "max", MaxCapacity).At("capacity"))
	}
	if r.Most < 1 || r.Most > MaxPersons {
		bad.Add(store.E(store.Invalid, "err.agenda.most", "max", MaxPersons).At("most"))
	}
	return bad.OrNil()
}

// RollOf is how people take part in an event; ok is false when nobody
// registers.
func RollOf(tx *store.Tx, event string) (r Roll, ok bool, err error) {
	r, err = store.One(tx, scanRoll, sqlRoll, event)
	if store.KindOf(err) == store.NotFound {
		return Roll{}, false, nil
	}
	return r, err == nil, err
}

// SetRoll changes how people take part. A lower capacity sends nobody home
// (AG-13); a higher one gives the places to those who wait.
func SetRoll(tx *store.Tx, r Roll) error {
	e, err := own(tx, r.EventID)
	if err != nil {
		return err
	}
	if err := r.Check(); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlSetRoll, r.EventID, r.Capacity, r.Most, r.Anonymous, r.Closed); err != nil {
		return err
	}
	return settle(tx, &e)
}

// Attendance is how full a date is, in persons.
type Attendance struct {
	Coming, Waiting int
	Capacity        int // 0 for as many as come
}

// Free is how many persons may still come; it is MaxCapacity without a limit,
// and never below zero.
func (a Attendance) Free() int {
	if a.Capacity == 0 {
		return MaxCapacity
	}
	return max(0, a.Capacity-a.Coming)
}

// Full tells whether the next person waits.
func (a Attendance) Full() bool { return a.Free() == 0 }

// AttendanceOf counts who comes to a date; the empty date is that of an event
// which takes place once.
func (r *Roll) AttendanceOf(tx *store.Tx, date calendar.Wall) (Attendance, error) {
	return r.attendance(tx, date.String())
}

func (r *Roll) attendance(tx *store.Tx, date string) (a Attendance, err error) {
	a.Capacity = r.Capacity
	err = tx.QueryRow(sqlAttendance, r.EventID, date).Scan(&a.Coming, &a.Waiting)
	return a, err
}
