package appliance

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/agenda"
	"copi.local/store/booking"
	"copi.local/store/calendar"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/notify"
	"copi.local/store/storetest"
	"copi.local/store/timebank"
	"copi.local/ui"
)

func TestTheBoxsOwnJobsRunOnAnEmptyBox(t *testing.T) {
	db, _ := storetest.Open(t, personal...)
	r, err := store.NewRunner(db, jobs, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		if more, err = r.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if faults := r.Faults(); len(faults) > 0 {
		t.Errorf("fail on a box nobody has used: %+v", faults)
	}
}

// TestNoModulesJobsAreForgotten: what a module does by itself it does in a box.
func TestNoModulesJobsAreForgotten(t *testing.T) {
	for _, own := range [][]store.Job{listing.Jobs, agenda.Jobs, ads.Jobs, booking.Jobs, moderation.Jobs, timebank.Jobs} {
		for _, j := range own {
			if !slices.ContainsFunc(jobs, func(in store.Job) bool { return in.Name == j.Name }) {
				t.Errorf("the box does not run %q", j.Name)
			}
		}
	}
}

func TestAFailingJobShowsInTheHealthOfTheBox(t *testing.T) {
	db, clock := storetest.Open(t)
	r, err := store.NewRunner(db, []store.Job{
		{Name: "agenda.remind", Every: time.Hour, Run: func(*store.Tx) error { return errors.New("no ink left") }},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	h := &health{db: db, clock: clock, dir: t.TempDir()}
	lines := func() string {
		var out bytes.Buffer
		if err := writeTree(&out, h.Check(t.Context())); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if got := lines(); !strings.Contains(got, "go well") {
		t.Errorf("before:\n%s", got)
	}
	if _, err := r.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, faults := range []func() []store.JobFault{nil, r.Faults} { // copi doctor, and the running box
		h.faults = faults
		if got := lines(); !strings.Contains(got, "agenda.remind. [no ink left]") {
			t.Errorf("it is not told:\n%s", got)
		}
		if got := h.Check(t.Context()).Worst(); got == ui.Broken {
			t.Error("a job that is tried again breaks the box")
		}
	}
}

// runJobs lets two seconds pass and does all that the box does by itself.
func runJobs(t *testing.T, db *store.DB, clock *storetest.Clock) func() {
	return func() {
		t.Helper()
		clock.Add(2 * time.Second)
		for _, j := range jobs {
			storetest.Update(t, db, store.Actor{}, j.Run)
		}
	}
}

// NO-8 on the box as it is put together: an event of an organisation in a
// place of the directory, with a tag, in a commune; one person follows all.
func TestNO8_TheBoxTellsOncePerPersonAndThing(t *testing.T) {
	db, clock := storetest.Open(t, personal...)
	run := runJobs(t, db, clock)
	run()
	anne, paul := store.Actor{ID: "anne", Role: store.Resident}, store.Actor{ID: "paul", Role: store.Resident}
	org := directory.Element{Kind: directory.Org, Name: "Comité des fêtes", Audience: listing.Public}
	hall := directory.Element{Kind: directory.Place, Name: "Salle des fêtes", Audience: listing.Public}
	e := agenda.Event{Title: "Loto", Place: "Salle des fêtes", Tags: []string{"loto"}, Audience: listing.Public}
	e.Starts = calendar.WallOf(clock.Now().AddDate(0, 0, 3))
	storetest.Update(t, db, anne, func(tx *store.Tx) error {
		return errors.Join(directory.Add(tx, &org), directory.Add(tx, &hall))
	})
	run()
	for _, who := range []store.Actor{anne, paul} {
		storetest.Update(t, db, who, func(tx *store.Tx) error {
			return errors.Join(notify.Start(tx, notify.Card, org.ID, notify.AtOnce), notify.Start(tx, notify.Card, hall.ID, notify.AtOnce))
		})
	}
	zoe := store.Actor{ID: "zoe", Role: store.Resident}
	storetest.Update(t, db, paul, func(tx *store.Tx) error { return notify.Start(tx, notify.Tag, "loto", notify.AtOnce) })
	storetest.Update(t, db, zoe, func(tx *store.Tx) error { return notify.Start(tx, notify.Card, org.ID, notify.AtOnce) })
	storetest.Update(t, db, anne, func(tx *store.Tx) error {
		if err := agenda.Schedule(tx, &e); err != nil {
			return err
		}
		return errors.Join(directory.SetLink(tx, directory.Organiser, e.Ref(), org.ID), directory.SetLink(tx, directory.Venue, e.Ref(), hall.ID))
	})
	run()
	run()
	for who, want := range map[store.Actor]int{paul: 1, zoe: 1, anne: 0} { // she wrote it
		storetest.View(t, db, who, func(tx *store.Tx) error {
			list, err := notify.Notices(tx, 0, 10)
			if len(list) != want {
				t.Errorf("%s is told %d times, want %d: %+v", who.ID, len(list), want, list)
			}
			return err
		})
	}
}

// Who follows an organisation hears of what it writes in its journal.
func TestTheBoxTellsFollowersOfAJournal(t *testing.T) {
	db, clock := storetest.Open(t, personal...)
	run := runJobs(t, db, clock)
	run()
	anne, paul := store.Actor{ID: "anne", Role: store.Resident}, store.Actor{ID: "paul", Role: store.Resident}
	org := directory.Element{Kind: directory.Org, Name: "Comité des fêtes", Audience: listing.Public}
	storetest.Update(t, db, anne, func(tx *store.Tx) error { return directory.Add(tx, &org) })
	run()
	storetest.Update(t, db, paul, func(tx *store.Tx) error { return notify.Start(tx, notify.Card, org.ID, notify.AtOnce) })
	e := discussion.Entry{Element: org.ID, Title: "Merci", Text: "Belle fête.", Audience: listing.Members}
	storetest.Update(t, db, anne, func(tx *store.Tx) error { return discussion.PublishEntry(tx, &e) })
	run()
	storetest.View(t, db, paul, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 10)
		if len(list) != 1 || list[0].About != e.Ref() {
			t.Errorf("paul is told %+v", list)
		}
		return err
	})
}
