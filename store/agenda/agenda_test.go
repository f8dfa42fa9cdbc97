package agenda_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var (
	visitor   = store.Actor{}
	lea       = store.Actor{ID: "lea", Role: store.Resident}
	tom       = store.Actor{ID: "tom", Role: store.Resident}
	moderator = store.Actor{ID: "mod", Role: store.Moderator}
)

// wall reads "2026-03-14T20:00".
func wall(t testing.TB, s string) calendar.Wall {
	t.Helper()
	w, err := calendar.ParseWall(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// event is a public event that a test completes.
func event(t testing.TB, title, starts, ends string) agenda.Event {
	t.Helper()
	e := agenda.Event{Title: title, Place: "Salle des fêtes", Starts: wall(t, starts), Audience: listing.Public}
	if ends != "" {
		e.Ends = wall(t, ends)
	}
	return e
}

func schedule(t testing.TB, db *store.DB, who store.Actor, e *agenda.Event) {
	t.Helper()
	storetest.Update(t, db, who, func(tx *store.Tx) error { return agenda.Schedule(tx, e) })
}

func found(t testing.TB, db *store.DB, q listing.Query) (res listing.Result) {
	t.Helper()
	storetest.View(t, db, visitor, func(tx *store.Tx) (err error) {
		res, err = listing.Find(tx, q)
		return err
	})
	return res
}

// fault is the error of a field, nil when there is none.
func fault(err error, field string) *store.Error {
	many, _ := errors.AsType[store.Errors](err)
	for _, e := range many {
		if e.Field == field {
			return e
		}
	}
	return nil
}

func TestAG2_AnHourThatDoesNotExistIsRefusedWithTheNext(t *testing.T) {
	e := event(t, "Nuit des étoiles", "2026-03-29T02:30", "")
	bad := fault(e.Check(), "starts_time")
	if bad == nil || bad.Key != "err.agenda.skipped_hour" || bad.Args[1] != 3 || bad.Args[3] != "30" {
		t.Fatalf("got %v, want a refusal that proposes 3:30", bad)
	}
	e.Starts = wall(t, "2026-03-29T03:30")
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC); !e.StartsAt.Equal(want) {
		t.Errorf("starts at %v, want %v", e.StartsAt, want)
	}
}

func TestAG3_AnHourThatComesTwice(t *testing.T) {
	for _, c := range []struct {
		winter bool
		hour   int
	}{{false, 0}, {true, 1}} {
		e := event(t, "Veillée", "2026-10-25T02:30", "2026-10-25T02:45")
		e.Winter = c.winter
		if err := e.Check(); err != nil {
			t.Fatal(err)
		}
		if want := time.Date(2026, 10, 25, c.hour, 30, 0, 0, time.UTC); !e.StartsAt.Equal(want) || e.EndsAt.Sub(want) != 15*time.Minute {
			t.Errorf("winter %v: %v to %v, want %v", c.winter, e.StartsAt, e.EndsAt, want)
		}
		if !e.Twice() {
			t.Error("the form would not ask which hour")
		}
	}
}

func TestAG11_AllDayEndsBeforeTheDayAfter(t *testing.T) {
	one := event(t, "Fête nationale", "2026-07-14T18:00", "")
	one.AllDay = true
	three := event(t, "Festival", "2026-07-14T00:00", "2026-07-17T00:00")
	three.AllDay = true
	for _, c := range []struct {
		e    agenda.Event
		last string
		days int
	}{{one, "2026-07-14", 1}, {three, "2026-07-16", 3}} {
		if err := c.e.Check(); err != nil {
			t.Fatal(err)
		}
		if got := c.e.LastDay().String()[:10]; got != c.last {
			t.Errorf("last day %s, want %s", got, c.last)
		}
		if got := c.e.EndsAt.Sub(c.e.StartsAt); got != time.Duration(c.days)*24*time.Hour {
			t.Errorf("lasts %v", got)
		}
		if end := c.e.Body()["endDate"]; end != c.last {
			t.Errorf("endDate %v, want %s", end, c.last)
		}
	}
}

func TestAG12_ABallBelongsToItsEvening(t *testing.T) {
	db, _ := storetest.Open(t)
	e := event(t, "Bal", "2026-11-28T22:00", "2026-11-29T02:00")
	schedule(t, db, lea, &e)
	sunday := time.Date(2026, 11, 28, 23, 0, 0, 0, time.UTC) // midnight in Paris
	if res := found(t, db, listing.Query{From: sunday}); res.Total != 1 || !res.Cards[0].StartsAt.Before(sunday) {
		t.Errorf("on Sunday: %+v, want the ball, begun on Saturday", res)
	}
	if res := found(t, db, listing.Query{From: sunday.Add(2 * time.Hour)}); res.Total != 0 {
		t.Error("still listed at 2 o'clock")
	}
}

func TestAG14_ACancelledEventStaysVisible(t *testing.T) {
	db, _ := storetest.Open(t)
	e := event(t, "Loto", "2026-11-28T20:00", "")
	schedule(t, db, lea, &e)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Cancel(tx, e.ID, "Salle inondée") })
	res := found(t, db, listing.Query{})
	if res.Total != 1 || !res.Cards[0].Cancelled {
		t.Fatalf("listed %+v, want it cancelled", res)
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		got, err := agenda.Get(tx, e.ID)
		if got.Sequence != 1 || got.Reason != "Salle inondée" {
			t.Errorf("got %+v", got)
		}
		if got.Body()["eventStatus"] != "https://schema.org/EventCancelled" {
			t.Error("neighbours are not told")
		}
		return err
	})
}

func TestCheckRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*agenda.Event)
		field  string
	}{
		"ends before":      {func(e *agenda.Event) { e.Ends = wall(t, "2026-11-28T19:00") }, "ends"},
		"no title":         {func(e *agenda.Event) { e.Title = " " }, "title"},
		"no place":         {func(e *agenda.Event) { e.Place = "" }, "place"},
		"no date":          {func(e *agenda.Event) { e.Starts = calendar.Wall{} }, "starts"},
		"year 20":          {func(e *agenda.Event) { e.Starts.Year = 20 }, "starts"},
		"two years":        {func(e *agenda.Event) { e.Ends = wall(t, "2028-11-28T19:00") }, "ends"},
		"no such zone":     {func(e *agenda.Event) { e.Zone = "Mars/Olympus" }, "starts"},
		"machine's zone":   {func(e *agenda.Event) { e.Zone = "Local" }, "starts"},
		"long description": {func(e *agenda.Event) { e.Description = strings.Repeat("é", 5001) }, "description"},
		"NUL":              {func(e *agenda.Event) { e.Contact = "a\x00" }, "contact"},
		"all day backward": {func(e *agenda.Event) { e.AllDay = true; e.Ends = e.Starts }, "ends"},
	} {
		e := event(t, "Loto", "2026-11-28T20:00", "")
		c.change(&e)
		if err := e.Check(); fault(err, c.field) == nil {
			t.Errorf("%s: %v, want a fault at %s", name, err, c.field)
		}
	}
}

func TestWhoMayChange(t *testing.T) {
	db, _ := storetest.Open(t)
	e := event(t, "Loto", "2026-11-28T20:00", "")
	schedule(t, db, lea, &e)
	kinds := func(e agenda.Event, who store.Actor) (out []store.Kind) {
		for _, verb := range []func(*store.Tx) error{
			func(tx *store.Tx) error { c := e; return agenda.Edit(tx, &c) },
			func(tx *store.Tx) error { return agenda.Cancel(tx, e.ID, "") },
			func(tx *store.Tx) error { return agenda.Remove(tx, e.ID) },
		} {
			boom := errors.New("roll back")
			err := db.Update(store.As(t.Context(), who), func(tx *store.Tx) error {
				if err := verb(tx); err != nil {
					return err
				}
				return boom
			})
			if !errors.Is(err, boom) {
				out = append(out, store.KindOf(err))
			}
		}
		return out
	}
	if got := kinds(e, visitor); len(got) != 3 || got[0] != store.Unauthenticated {
		t.Errorf("visitor: %v", got)
	}
	if got := kinds(e, tom); len(got) != 3 || got[0] != store.Forbidden {
		t.Errorf("another resident: %v", got)
	}
	if got := kinds(e, lea); len(got) != 0 {
		t.Errorf("author refused: %v", got)
	}
	if got := kinds(e, moderator); len(got) != 3 || got[0] != store.Forbidden {
		t.Errorf("a moderator changed another's words: %v", got)
	}
	visitors := event(t, "Bal", "2026-11-28T20:00", "")
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return agenda.Accept(tx, &visitors) })
	if got := append(kinds(visitors, moderator), kinds(visitors, tom)...); len(got) != 3 {
		t.Errorf("a visitor's event is a moderator's to mend, and nobody else's: %v", got)
	}
	err := db.Update(t.Context(), func(tx *store.Tx) error { c := e; return agenda.Schedule(tx, &c) })
	if store.KindOf(err) != store.Unauthenticated {
		t.Errorf("a visitor scheduled: %v", err)
	}
}

func TestAnEventForResidentsIsUnknownToVisitors(t *testing.T) {
	db, _ := storetest.Open(t)
	e := event(t, "Réunion interne", "2026-11-28T20:00", "")
	e.Audience = listing.Members
	schedule(t, db, lea, &e)
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		if _, err := agenda.Get(tx, e.ID); store.KindOf(err) != store.NotFound {
			t.Errorf("a visitor got %v", err)
		}
		return nil
	})
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		_, err := agenda.Get(tx, e.ID)
		return err
	})
}

func TestLeavingTakesTheNameOrTheEvents(t *testing.T) {
	for _, how := range []store.Erasure{store.KeepUnnamed, store.EraseAll} {
		db, _ := storetest.Open(t, agenda.Personal)
		e := event(t, "Loto", "2026-11-28T20:00", "")
		schedule(t, db, lea, &e)
		storetest.Update(t, db, lea, func(tx *store.Tx) error {
			if out, err := agenda.Personal.Export(tx, lea.ID); err != nil || out == nil {
				t.Errorf("exported %v, %v", out, err)
			}
			return agenda.Personal.Erase(tx, lea.ID, how)
		})
		if got := found(t, db, listing.Query{}).Total; got != int64(1-how) {
			t.Errorf("erasure %d leaves %d cards", how, got)
		}
		storetest.View(t, db, moderator, func(tx *store.Tx) error {
			n, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM agenda_events WHERE author_id = 'lea'")
			if n != 0 {
				t.Error("the name is still there")
			}
			return err
		})
	}
}

// TestBodiesStayAsTheyAre compares with documents that boxes out there hold.
func TestBodiesStayAsTheyAre(t *testing.T) {
	hall := event(t, "Bal de la Sainte-Catherine", "2026-11-28T22:00", "2026-11-29T02:00")
	hall.Description, hall.Organiser, hall.Contact = "Entrée libre.\nBuvette.", "Comité des fêtes", "à la mairie"
	days := event(t, "Marché de l’Avent", "2026-12-05T00:00", "2026-12-07T00:00")
	days.AllDay, days.Status, days.Reason = true, agenda.Cancelled, "Neige"
	for name, e := range map[string]agenda.Event{"evening": hall, "days": days} {
		e.ID = "0123456789abcdef"
		if err := e.Check(); err != nil {
			t.Fatal(err)
		}
		got, err := json.MarshalIndent(e.Body(), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name+".json")
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile(file, append(got, '\n'), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got)+"\n" != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}
