package agenda_test

import (
	"errors"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// got is an event as somebody may read it.
func got(t testing.TB, db *store.DB, who store.Actor, id string) (e agenda.Event, err error) {
	t.Helper()
	err = db.View(store.As(t.Context(), who), func(tx *store.Tx) (err error) {
		e, err = agenda.Get(tx, id)
		return err
	})
	return e, err
}

func try(t testing.TB, db *store.DB, who store.Actor, fn func(*store.Tx) error) error {
	t.Helper()
	return db.Update(store.As(t.Context(), who), fn)
}

func TestAG14_APostponedEventWaitsForItsDate(t *testing.T) {
	db, _ := storetest.Open(t)
	e := event(t, "Loto", "2026-11-28T20:00", "2026-11-28T23:00")
	schedule(t, db, lea, &e)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Postpone(tx, e.ID, "Chauffage en panne") })
	if c := found(t, db, listing.Query{}).Cards[0]; !c.Postponed || c.Cancelled {
		t.Errorf("card %+v, want it postponed", c)
	}
	was, _ := got(t, db, visitor, e.ID)
	if was.Body()["eventStatus"] != "https://schema.org/EventPostponed" || was.Reason != "Chauffage en panne" {
		t.Errorf("body %v", was.Body())
	}
	was.Title = "Grand loto" // words alone give no new date
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &was) })
	if now, _ := got(t, db, visitor, e.ID); !now.IsPostponed() || now.Reason == "" {
		t.Errorf("an edit of its words made it %q", now.Status)
	}
	was.Starts, was.Ends = wall(t, "2026-12-12T20:00"), wall(t, "2026-12-12T23:00")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &was) })
	now, _ := got(t, db, visitor, e.ID)
	b := now.Body()
	if now.Status != agenda.Confirmed || now.Reason != "" || b["eventStatus"] != "https://schema.org/EventRescheduled" ||
		b["previousStartDate"] != "2026-11-28T20:00:00+01:00" || now.Sequence != 3 {
		t.Errorf("with its new date: %+v, %v", now, b)
	}
}

func TestATentativeEventSaysSo(t *testing.T) {
	db, _ := storetest.Open(t)
	e := event(t, "Concert", "2026-11-28T20:00", "")
	e.Status = agenda.Tentative
	schedule(t, db, lea, &e)
	if c := found(t, db, listing.Query{}).Cards[0]; !c.Tentative {
		t.Errorf("card %+v, want it tentative", c)
	}
	if e.Body()["tentative"] != true {
		t.Error("neighbours are not told")
	}
	e.Status = "perhaps"
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &e) })
	if now, _ := got(t, db, visitor, e.ID); now.Status != agenda.Confirmed {
		t.Errorf("an unknown status became %q", now.Status)
	}
	e.Status = agenda.Cancelled // not for an edit to say
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &e) })
	if now, _ := got(t, db, visitor, e.ID); now.Status != agenda.Confirmed {
		t.Errorf("an edit made it %q", now.Status)
	}
}

// publicationJob runs the module's jobs as the box does.
func publicationJob(t testing.TB, db *store.DB) error {
	t.Helper()
	err := db.Update(t.Context(), agenda.Jobs[0].Run)
	return err
}

func TestADraftIsSeenByItsAuthorOnly(t *testing.T) {
	db, _ := storetest.Open(t)
	e := event(t, "Surprise", "2026-11-28T20:00", "")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Draft(tx, &e) })
	if n := found(t, db, listing.Query{}).Total; n != 0 {
		t.Errorf("%d cards of a draft", n)
	}
	for _, who := range []store.Actor{visitor, tom, moderator} {
		if _, err := got(t, db, who, e.ID); store.KindOf(err) != store.NotFound {
			t.Errorf("%+v reads a draft: %v", who, err)
		}
		if err := try(t, db, who, func(tx *store.Tx) error { return agenda.Publish(tx, e.ID) }); err == nil {
			t.Errorf("%+v published it", who)
		}
	}
	e.Title = "Grande surprise"
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &e) })
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		list, err := agenda.Drafts(tx)
		if len(list) != 1 || list[0].Title != "Grande surprise" || !list[0].Draft {
			t.Errorf("drafts %+v", list)
		}
		return err
	})
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Publish(tx, e.ID) })
	now, err := got(t, db, visitor, e.ID)
	if err != nil || now.Draft || now.Sequence != 0 || found(t, db, listing.Query{}).Total != 1 {
		t.Errorf("published: %+v, %v", now, err)
	}
}

func TestAPlannedDraftIsPublishedInTime(t *testing.T) {
	db, clock := storetest.Open(t)
	e := event(t, "Résultats du concours", "2026-11-28T20:00", "")
	e.PublishAt = clock.Now().Add(30 * time.Minute)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Draft(tx, &e) })
	runner, err := store.NewRunner(db, agenda.Jobs, quiet)
	if err != nil {
		t.Fatal(err)
	}
	look := func(after time.Duration) int64 {
		t.Helper()
		clock.Add(after)
		if _, err := runner.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		return found(t, db, listing.Query{}).Total
	}
	if look(0) != 0 || look(29*time.Minute) != 0 {
		t.Error("published too early")
	}
	clock.SetQuality(store.ClockHinted)
	if look(2*time.Minute) != 0 {
		t.Error("published by a clock that is not sure")
	}
	clock.SetQuality(store.ClockConfirmed)
	if look(0) != 1 {
		t.Error("not published in time")
	}
	if faults := runner.Faults(); len(faults) != 0 {
		t.Error(faults)
	}
}

func TestWhenADraftMayBePublished(t *testing.T) {
	db, clock := storetest.Open(t)
	for name, at := range map[string]time.Time{"past": clock.Now(), "far": clock.Now().AddDate(3, 0, 0)} {
		e := event(t, "Loto", "2026-11-28T20:00", "")
		e.PublishAt = at
		err := try(t, db, lea, func(tx *store.Tx) error { return agenda.Draft(tx, &e) })
		if bad, ok := errors.AsType[*store.Error](err); !ok || bad.Field != "publish_at" {
			t.Errorf("%s: %v", name, err)
		}
	}
	e := event(t, "Loto", "2026-11-28T20:00", "")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Draft(tx, &e) })
	at := clock.Now().Add(time.Hour)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Plan(tx, e.ID, at) })
	if now, _ := got(t, db, lea, e.ID); !now.PublishAt.Equal(at) {
		t.Errorf("planned for %v", now.PublishAt)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Plan(tx, e.ID, time.Time{}) })
	clock.Add(2 * time.Hour)
	if err := publicationJob(t, db); err != nil {
		t.Fatal(err)
	}
	if n := found(t, db, listing.Query{}).Total; n != 0 {
		t.Error("published although it was planned no more")
	}
}

func TestDraftsGoWithTheirAuthor(t *testing.T) {
	db, _ := storetest.Open(t, agenda.Personal)
	e := event(t, "Surprise", "2026-11-28T20:00", "")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Draft(tx, &e) })
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Personal.Erase(tx, lea.ID, store.KeepUnnamed) })
	if _, err := agendaAuthor(t, db, e.ID); store.KindOf(err) != store.NotFound {
		t.Errorf("the draft is still there: %v", err)
	}
}

func agendaAuthor(t testing.TB, db *store.DB, id string) (author string, err error) {
	t.Helper()
	err = db.View(t.Context(), func(tx *store.Tx) (err error) {
		author, err = agenda.AuthorOf(tx, id)
		return err
	})
	return author, err
}
