package demo

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// life shows what else becomes of events: a festival with its programme, one
// that is not sure yet, one put off, a draft, and a workshop people wait for.
func (f *filler) life(ctx context.Context) error {
	return f.db.Update(ctx, func(tx *store.Tx) error {
		f.act(tx, comite)
		if err := f.festival(tx); err != nil {
			return err
		}
		put := f.evening("Bal des voisins", 40, 21)
		if err := agenda.Schedule(tx, put); err != nil {
			return err
		}
		if err := agenda.Postpone(tx, put.ID, "La salle est en travaux"); err != nil {
			return err
		}
		draft := f.evening("Loto de la Saint-Jean", 60, 20)
		draft.PublishAt = f.now.AddDate(0, 0, 14).Truncate(time.Hour)
		if err := agenda.Draft(tx, draft); err != nil {
			return err
		}
		if err := f.workshop(tx); err != nil {
			return err
		}
		return f.series(tx)
	})
}

// evening is an event of the festivities' committee, so many days from now.
func (f *filler) evening(title string, days, hour int) *agenda.Event {
	e := &agenda.Event{
		ID: f.id(), Title: title, Place: "Salle des fêtes", Organiser: "Comité des fêtes", Audience: listing.Public,
		Starts: calendar.WallOf(f.now.In(f.zone).AddDate(0, 0, days)).Midnight(),
	}
	e.Starts.Hour = hour
	return e
}

// festival lasts three days; its choir sings on a fourth.
func (f *filler) festival(tx *store.Tx) error {
	whole := f.evening("Festival des granges", 24, 0)
	whole.AllDay, whole.Place, whole.Tags = true, "Dans les granges du bourg", []string{"festival", "musique"}
	whole.Ends = whole.Starts.AddDays(3)
	if err := agenda.Schedule(tx, whole); err != nil {
		return err
	}
	for i, title := range []string{"Fanfare d'ouverture", "Bal trad", "Jazz sous la halle", "Chorale à l'église"} {
		part := f.evening(title, 24+i, 20)
		part.ParentID = whole.ID
		if i == 2 {
			part.Status = agenda.Tentative
		}
		if err := agenda.Schedule(tx, part); err != nil {
			return err
		}
	}
	return nil
}

// workshop has two places, and one more who would like to come.
func (f *filler) workshop(tx *store.Tx) error {
	e := f.evening("Atelier vannerie", 18, 14)
	e.Ends = e.Starts.Later(3 * time.Hour)
	if err := agenda.Schedule(tx, e); err != nil {
		return err
	}
	if err := agenda.SetRoll(tx, agenda.Roll{EventID: e.ID, Capacity: 2, Most: 2, Anonymous: true}); err != nil {
		return err
	}
	for _, who := range []int{jeanne, paul, odette} {
		f.act(tx, who)
		if _, err := agenda.Join(tx, &agenda.Participation{EventID: e.ID, Persons: 1}); err != nil {
			return err
		}
	}
	return nil
}
