package agenda_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

const forest = "f0rest0000000000"

var (
	anna = store.Actor{ID: "anna", Role: store.Resident} // of the forest
	bob  = store.Actor{ID: "bob", Role: store.Resident}
	chef = store.Actor{ID: "chef", Role: store.Operator}
)

// wooded is a box with a group that everybody reads, and Anna in it.
func wooded(t *testing.T) (*store.DB, *storetest.Clock) {
	t.Helper()
	db, clock := storetest.Open(t, agenda.Personal)
	storetest.Update(t, db, anna, func(tx *store.Tx) error {
		if err := listing.Admit(tx, forest, anna.ID); err != nil {
			return err
		}
		return listing.Regroup(tx, forest, listing.Public)
	})
	return db, clock
}

// sees are who of a visitor, Bob, an operator and Anna finds the event by its
// address; and none but Anna among them may find it in a list when it is hers
// alone.
func sees(t *testing.T, db *store.DB, id string) (who string) {
	t.Helper()
	for _, c := range []struct {
		actor store.Actor
		name  string
	}{{store.Actor{}, "visitor "}, {bob, "bob "}, {chef, "chef "}, {anna, "anna "}} {
		storetest.View(t, db, c.actor, func(tx *store.Tx) error {
			if _, err := agenda.Get(tx, id); err == nil {
				who += c.name
			} else if store.KindOf(err) != store.NotFound {
				t.Error(err)
			}
			return nil
		})
	}
	return who
}

func TestAnEventOfAGroup(t *testing.T) {
	db, _ := wooded(t)
	e := event(t, "Chantier", "2026-12-01T14:00", "")
	e.Audience, e.Group = listing.Group, forest
	for _, who := range []store.Actor{bob, chef} {
		err := db.Update(store.As(t.Context(), who), func(tx *store.Tx) error { return agenda.Schedule(tx, &e) })
		if store.KindOf(err) != store.Invalid {
			t.Errorf("%s, who does not belong, posts in the group: %v", who.ID, err)
		}
	}
	storetest.Update(t, db, anna, func(tx *store.Tx) error { return agenda.Schedule(tx, &e) })
	if got := sees(t, db, e.ID); got != "anna " {
		t.Errorf("for the members: seen by %s", got)
	}
	storetest.View(t, db, anna, func(tx *store.Tx) error {
		got, err := agenda.Get(tx, e.ID)
		if got.Audience != listing.Group || got.Group != forest {
			t.Errorf("read back %+v", got)
		}
		return err
	})
	for _, step := range []struct {
		audience listing.Audience
		group    string
		want     string
	}{
		{listing.Members, forest, "bob chef anna "},
		{listing.Public, forest, "visitor bob chef anna "},
		{listing.Group, forest, "anna "},
		{listing.Public, "", "visitor bob chef anna "},
		{listing.Members, "", "bob chef anna "},
	} {
		e.Audience, e.Group = step.audience, step.group
		storetest.Update(t, db, anna, func(tx *store.Tx) error { return agenda.Edit(tx, &e) })
		if got := sees(t, db, e.ID); got != step.want {
			t.Errorf("audience %d in %q: seen by %s", step.audience, step.group, got)
		}
	}
	e.Audience = listing.Group
	if err := db.Update(store.As(t.Context(), anna), func(tx *store.Tx) error { return agenda.Edit(tx, &e) }); store.KindOf(err) != store.Invalid {
		t.Errorf("for the members of no group: %v", err)
	}
}

// TestFO4EventsOfAGroupThatCloses: one that was for everybody is seen by no more
// than the group is, also after the job that lists its dates anew.
func TestFO4EventsOfAGroupThatCloses(t *testing.T) {
	db, clock := wooded(t)
	e := event(t, "Balade", "2026-12-01T14:00", "")
	e.Group, e.Rule = forest, rule(t, "FREQ=WEEKLY")
	storetest.Update(t, db, anna, func(tx *store.Tx) error { return agenda.Schedule(tx, &e) })
	if got := sees(t, db, e.ID); got != "visitor bob chef anna " {
		t.Fatalf("seen by %s", got)
	}
	storetest.Update(t, db, anna, func(tx *store.Tx) error { return listing.Regroup(tx, forest, listing.Group) })
	clock.Add(400 * 24 * time.Hour)
	for _, j := range agenda.Jobs {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error { _ = j.Run(tx); return nil })
	}
	if got := sees(t, db, e.ID); got != "anna " {
		t.Errorf("of a closed group: seen by %s", got)
	}
	storetest.View(t, db, anna, func(tx *store.Tx) error {
		if res, err := listing.Dates(tx, listing.Query{Group: forest, From: tx.Now}); err != nil || res.Total < 50 {
			t.Errorf("the group's agenda has %d dates: %v", res.Total, err)
		}
		if res, err := listing.Dates(tx, listing.Query{From: tx.Now}); err != nil || res.Total != 0 {
			t.Errorf("the village's agenda has %d: %v", res.Total, err)
		}
		return nil
	})
}

// TestADraftForAGroupItsAuthorLeft stays one.
func TestADraftForAGroupItsAuthorLeft(t *testing.T) {
	db, clock := wooded(t)
	e := event(t, "Chantier", "2027-12-01T14:00", "")
	e.Audience, e.Group, e.PublishAt = listing.Group, forest, storetest.Now.Add(time.Hour)
	storetest.Update(t, db, anna, func(tx *store.Tx) error {
		if err := agenda.Draft(tx, &e); err != nil {
			return err
		}
		return listing.Expel(tx, forest, anna.ID)
	})
	clock.Add(2 * time.Hour)
	for _, j := range agenda.Jobs {
		storetest.Update(t, db, store.Actor{}, func(tx *store.Tx) error { _ = j.Run(tx); return nil })
	}
	err := db.Update(store.As(t.Context(), anna), func(tx *store.Tx) error {
		got, err := agenda.Get(tx, e.ID)
		if err != nil {
			return err
		}
		if !got.Draft || !got.PublishAt.IsZero() {
			t.Errorf("published: %+v", got)
		}
		return agenda.Publish(tx, e.ID)
	})
	if store.KindOf(err) != store.Invalid {
		t.Errorf("published by hand: %v", err)
	}
}

// TestPartsOfAGroupsEvent are seen by whom the whole is, also when it goes.
func TestPartsOfAGroupsEvent(t *testing.T) {
	db, _ := wooded(t)
	whole, part := event(t, "Week-end", "2026-12-05T09:00", ""), event(t, "Repas", "2026-12-05T12:00", "")
	storetest.Update(t, db, anna, func(tx *store.Tx) error {
		if err := agenda.Schedule(tx, &whole); err != nil {
			return err
		}
		part.ParentID = whole.ID
		if err := agenda.Schedule(tx, &part); err != nil {
			return err
		}
		whole.Audience, whole.Group = listing.Group, forest
		return agenda.Edit(tx, &whole)
	})
	if got := sees(t, db, part.ID); got != "anna " {
		t.Errorf("the part is seen by %s", got)
	}
	storetest.Update(t, db, anna, func(tx *store.Tx) error { return agenda.Remove(tx, whole.ID) })
	if got := sees(t, db, part.ID); got != "anna " {
		t.Errorf("without its whole the part is seen by %s", got)
	}
}

// TestAGroupThatIsTakenAway: what was for its members goes, the rest stays as it
// was seen.
func TestAGroupThatIsTakenAway(t *testing.T) {
	db, _ := wooded(t)
	inside, open, residents := event(t, "Chantier", "2026-12-01T14:00", ""), event(t, "Fête", "2026-12-02T14:00", ""), event(t, "Assemblée", "2026-12-03T14:00", "")
	whole, part := event(t, "Week-end", "2026-12-05T09:00", ""), event(t, "Repas", "2026-12-05T12:00", "")
	inside.Audience, whole.Audience, residents.Audience = listing.Group, listing.Group, listing.Members
	storetest.Update(t, db, anna, func(tx *store.Tx) error {
		for _, e := range []*agenda.Event{&inside, &open, &residents, &whole, &part} {
			e.Group = forest
			if e == &part {
				e.ParentID = whole.ID
			}
			if err := agenda.Schedule(tx, e); err != nil {
				return err
			}
		}
		if err := agenda.Ungroup(tx, forest); err != nil {
			return err
		}
		return listing.Disband(tx, forest)
	})
	for _, c := range []struct {
		e    agenda.Event
		want string
	}{{inside, ""}, {whole, ""}, {part, ""}, {open, "visitor bob chef anna "}, {residents, "bob chef anna "}} {
		if got := sees(t, db, c.e.ID); got != c.want {
			t.Errorf("%s: seen by %s", c.e.Title, got)
		}
	}
}
