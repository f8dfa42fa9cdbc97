package agenda

import (
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// Draft keeps e for its author alone: it has no card, so no list, feed or
// neighbour knows of it. With a PublishAt the box publishes it then.
func Draft(tx *store.Tx, e *Event) error {
	if err := checkPublication(tx, e); err != nil {
		return err
	}
	e.Draft = true
	return Schedule(tx, e)
}

// Plan changes when a draft is published by itself; zero is never.
func Plan(tx *store.Tx, id string, at time.Time) error {
	e, err := own(tx, id)
	if err != nil || !e.Draft {
		return err
	}
	e.PublishAt = at
	if err := checkPublication(tx, &e); err != nil {
		return err
	}
	return change(tx, &e)
}

// Publish shows a draft to everybody it is for, now. What is published already
// stays as it is.
func Publish(tx *store.Tx, id string) error {
	e, err := own(tx, id)
	if err != nil || !e.Draft {
		return err
	}
	if err := listing.CheckGroup(tx, e.Audience, e.Group, ""); err != nil && e.Group != "" && e.ParentID == "" {
		return err
	}
	return publish(tx, &e)
}

func publish(tx *store.Tx, e *Event) error {
	e.Draft, e.PublishAt = false, time.Time{}
	e.Sequence = -1 // calendars hear of it for the first time: change makes that 0
	return change(tx, e)
}

// publishOrKeep publishes a draft whose time has come. One for a group that its
// author has left meanwhile stays a draft: they have nothing to say there.
func publishOrKeep(tx *store.Tx, e *Event) error {
	if e.Group != "" {
		reads, err := listing.Reads(tx, e.Group, e.AuthorID)
		if err != nil {
			return err
		}
		if !reads {
			e.PublishAt = time.Time{}
			return change(tx, e)
		}
	}
	return publish(tx, e)
}

// checkPublication refuses a time that has passed or lies after any event.
func checkPublication(tx *store.Tx, e *Event) error {
	switch at := e.PublishAt; {
	case at.IsZero():
		return nil
	case !at.After(tx.Now):
		return store.E(store.Invalid, "err.agenda.publish_past").At("publish_at")
	case at.After(tx.Now.AddDate(2, 0, 0)):
		return store.E(store.Invalid, "err.agenda.publish_far").At("publish_at")
	}
	return nil
}

// Drafts lists the acting account's drafts, the one written last first.
func Drafts(tx *store.Tx) ([]Event, error) {
	if tx.Actor.ID == "" {
		return nil, nil
	}
	return store.All(tx, scanEvent, sqlDrafts, tx.Actor.ID)
}

// publication publishes drafts whose time has come, and says when the next is
// due. Nothing is published by a clock that is not sure: an announcement that
// came too early cannot be taken back.
func publication(tx *store.Tx) error {
	due, err := store.All(tx, scanEvent, sqlDue, tx.Now.Unix())
	if err != nil {
		return err
	}
	for i := range due {
		if err := publishOrKeep(tx, &due[i]); err != nil {
			return err
		}
	}
	next, err := store.One(tx, store.Scan[*int64], sqlNextDue)
	if err != nil || next == nil {
		return err
	}
	return store.Again(instant(*next))
}

// Jobs is what the module does by itself.
var Jobs = []store.Job{
	{Name: "agenda publication", Every: time.Hour, Expires: true, Soon: true, Run: publication},
	{Name: "agenda participation", Every: 24 * time.Hour, Expires: true, Run: forget},
	{Name: "agenda series", Every: 24 * time.Hour, Expires: true, Run: extend},
}
