package agenda

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/photo"
)

// Personal is what the module holds about persons: who wrote an event, who
// validated a visitor's, and who comes.
var Personal = store.Personal{
	Module: Module,
	Tables: []string{"agenda_events", "agenda_participations"},
	Export: export,
	Erase:  erase,
}

// all is more events than anybody writes.
const all = 1 << 30

// Holding is what the module exports.
type Holding struct {
	Events         []listing.Body `json:"events,omitempty"`
	Participations []Attending    `json:"participations,omitempty"`
}

// Attending is a participation as its person gets it back.
type Attending struct {
	Event   string    `json:"event"` // its title
	Starts  string    `json:"starts"`
	Persons int       `json:"persons"`
	Note    string    `json:"note,omitempty"`
	Waiting bool      `json:"waiting"`
	AskedAt time.Time `json:"asked_at"`
}

func export(tx *store.Tx, account string) (any, error) {
	events, err := Of(tx, account, all)
	if err != nil {
		return nil, err
	}
	var h Holding
	for i := range events {
		h.Events = append(h.Events, events[i].Body())
	}
	joined, err := store.All(tx, scanParticipation, sqlJoinedBy, account)
	if err != nil {
		return nil, err
	}
	for _, p := range joined {
		e, err := store.One(tx, scanEvent, sqlByID, p.EventID)
		if err != nil {
			return nil, err
		}
		starts := e.Starts
		if !p.Date.IsZero() {
			starts = p.Date
		}
		h.Participations = append(h.Participations, Attending{e.Title, starts.String(), p.Persons, p.Note, p.Waiting, p.AskedAt})
	}
	if len(h.Events)+len(h.Participations) == 0 {
		return nil, nil
	}
	return h, nil
}

// erase gives the person's places to those who wait. Drafts go in any case:
// nobody but their author knows of them.
func erase(tx *store.Tx, account string, how store.Erasure) error {
	joined, err := store.All(tx, scanParticipation, sqlJoinedBy, account)
	if err != nil {
		return err
	}
	for i := range joined {
		if err := strike(tx, &joined[i]); err != nil {
			return err
		}
	}
	events, err := Of(tx, account, all)
	if err != nil {
		return err
	}
	slices.SortStableFunc(events, func(a, b Event) int { return strings.Compare(b.ParentID, a.ParentID) }) // parts before their whole
	for i := range events {
		if e := &events[i]; how == store.EraseAll || e.Draft {
			if err := photo.Drop(tx, e.Ref()); err != nil {
				return err
			}
			if err := drop(tx, e, listing.Erase); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(sqlUnname, account); err != nil {
		return err
	}
	_, err = tx.Exec(sqlUnnameMod, account)
	return err
}
