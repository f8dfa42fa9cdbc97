package agenda

import (
	"copi.local/store"
	"copi.local/store/calendar"
)

// Joinable is an event and its roll; err says why nobody can join a date just
// now. It fails with kind NotFound when nobody registers for the event.
func Joinable(tx *store.Tx, event string, date calendar.Wall) (e Event, r Roll, err error) {
	return openFor(tx, event, date)
}

// Joined is a participation and the event as it takes place on its date.
type Joined struct {
	Participation
	Event Event
}

// JoinedOf lists what the acting account registered for and that is not over,
// the next first.
func JoinedOf(tx *store.Tx) ([]Joined, error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	list, err := store.All(tx, scanParticipation, sqlJoinedToCome, tx.Actor.ID, tx.Now.Unix())
	if err != nil {
		return nil, err
	}
	out := make([]Joined, 0, len(list))
	for _, p := range list {
		e, err := Get(tx, p.EventID)
		if store.KindOf(err) == store.NotFound {
			continue // hidden since
		}
		if err != nil {
			return nil, err
		}
		out = append(out, Joined{p, e.at(p.Date)})
	}
	return out, nil
}

// at is the event on one of its dates.
func (e *Event) at(date calendar.Wall) Event {
	if date.IsZero() {
		return *e
	}
	if d, ok := e.Date(date); ok {
		return e.On(d)
	}
	return *e
}
