package booking

import (
	"time"

	"copi.local/store"
)

// Stretch is a piece of a plan, as the actor may see it.
type Stretch struct {
	Booking  string // its id, for who may open it; empty for others
	Resource string // what was booked: a whole, on the plan of its part
	Span            // the booking itself
	Busy     Span   // with what is kept free around it
	Title    string // empty: occupied, and nothing more
	State    State
	Old      bool // it leaves these hours when its change is approved
	Mine     bool // the actor asked for it
	AllDay   bool
	Units    int
}

// Plan is what is taken of a resource during a stretch, in order. Everybody
// sees when; what for only when it is public and approved, and who asked or
// answers sees all (SA-12).
func Plan(tx *store.Tx, id string, during Span) ([]Stretch, error) {
	rows, err := store.All(tx, scanPlanned, sqlPlan, id, during.From.Unix(), during.Until.Unix())
	if err != nil {
		return nil, err
	}
	manages := map[string]bool{}
	list := make([]Stretch, len(rows))
	for i, row := range rows {
		mine, known := manages[row.Resource]
		if !known {
			if mine, err = Manages(tx, row.Resource); err != nil {
				return nil, err
			}
			manages[row.Resource] = mine
		}
		s := row.Stretch
		s.Mine = tx.Actor.ID != "" && row.author == tx.Actor.ID
		if !s.Mine && !mine {
			s.Booking = ""
			if row.private || s.State != Approved {
				s.Title = ""
			}
		}
		list[i] = s
	}
	return list, nil
}

// planned is a row of a plan before it is known who looks.
type planned struct {
	Stretch
	private bool
	author  string
}

func scanPlanned(row store.Row) (planned, error) {
	var p planned
	var busyFrom, busyUntil, from, until int64
	err := row.Scan(&p.Booking, &p.Resource, &p.Old, &busyFrom, &busyUntil, &from, &until, &p.Units,
		&p.Title, &p.private, &p.State, &p.author, &p.AllDay)
	p.Span = Span{instant(from), instant(until)}
	p.Busy = Span{instant(busyFrom), instant(busyUntil)}
	return p, err
}

// Now tells who has a resource at an instant and what comes within a day:
// current is nil when nobody has it.
func Now(tx *store.Tx, id string) (current, next *Stretch, err error) {
	list, err := Plan(tx, id, Span{tx.Now, tx.Now.Add(24 * time.Hour)})
	if err != nil {
		return nil, nil, err
	}
	for i := range list {
		s := &list[i]
		switch {
		case s.State != Approved || s.Old && !s.From.After(tx.Now):
		case !s.From.After(tx.Now) && s.Until.After(tx.Now):
			if current == nil {
				current = s
			}
		case s.From.After(tx.Now) && next == nil:
			next = s
		}
	}
	return current, next, nil
}
