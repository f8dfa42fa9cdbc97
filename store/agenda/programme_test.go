package agenda_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// festival has three concerts, the last on the day after its end.
func festival(t testing.TB, db *store.DB) (whole agenda.Event, concerts []agenda.Event) {
	t.Helper()
	whole = event(t, "Festival des granges", "2027-07-10T00:00", "2027-07-13T00:00")
	whole.AllDay = true
	schedule(t, db, lea, &whole)
	for _, c := range [][2]string{{"Fanfare", "2027-07-10T20:00"}, {"Jazz", "2027-07-11T21:00"}, {"Chorale", "2027-07-13T18:00"}} {
		e := event(t, c[0], c[1], "")
		e.ParentID = whole.ID
		schedule(t, db, lea, &e)
		concerts = append(concerts, e)
	}
	return whole, concerts
}

func TestDI6_AFestivalIsListedOnceWithItsDates(t *testing.T) {
	db, _ := storetest.Open(t)
	whole, concerts := festival(t, db)
	res := found(t, db, listing.Query{})
	if res.Total != 1 || res.Cards[0].Ref.ID != whole.ID {
		t.Fatalf("listed %+v, want the festival once", res.Cards)
	}
	if outside := concerts[2].Outside(&whole); !outside || concerts[0].Outside(&whole) || concerts[1].Outside(&whole) {
		t.Error("the concert after the festival is not warned of, or another is")
	}
	if last := res.Cards[0].EndsAt; !last.Equal(time.Date(2027, 7, 13, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("the card ends %v, before its last concert", last)
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		days, err := agenda.DatesOf(tx, []string{whole.ID, "x"})
		if d := days[whole.ID]; len(days) != 1 || len(d) != 3 || d[2].Date() != "2027-07-13" {
			t.Errorf("dates %v", days)
		}
		programme, err2 := whole.Programme(tx)
		if len(programme) != 3 || programme[1].Title != "Jazz" {
			t.Errorf("programme %+v", programme)
		}
		body, err3 := listing.BodyOf(tx, res.Cards[0])
		if parts, _ := body["subEvent"].([]any); len(parts) != 3 {
			t.Errorf("neighbours read %v", body)
		}
		for _, err := range []error{err2, err3} {
			if err != nil {
				t.Error(err)
			}
		}
		return err
	})
	if n := found(t, db, listing.Query{Q: "jazz"}).Total; n != 1 {
		t.Errorf("searched for a concert: %d", n)
	}
}

func TestAProgrammeHasOneLevelAndNoCircle(t *testing.T) {
	db, _ := storetest.Open(t)
	whole, concerts := festival(t, db)
	deep := event(t, "Balance", "2027-07-10T18:00", "")
	deep.ParentID = concerts[0].ID
	circle := whole
	circle.ParentID = concerts[0].ID
	self := concerts[0]
	self.ParentID = self.ID
	nowhere := event(t, "Perdu", "2027-07-10T18:00", "")
	nowhere.ParentID = "0123456789abcdef"
	for name, verb := range map[string]func(*store.Tx) error{
		"two levels": func(tx *store.Tx) error { return agenda.Schedule(tx, &deep) },
		"a circle":   func(tx *store.Tx) error { return agenda.Edit(tx, &circle) },
		"itself":     func(tx *store.Tx) error { return agenda.Edit(tx, &self) },
		"unknown":    func(tx *store.Tx) error { return agenda.Schedule(tx, &nowhere) },
		"a whole that repeats": func(tx *store.Tx) error {
			e := whole
			e.Rule, _ = calendar.ParseRule("FREQ=WEEKLY;COUNT=3")
			return agenda.Edit(tx, &e)
		},
	} {
		if err := try(t, db, lea, verb); store.KindOf(err) != store.Invalid {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
	strange := event(t, "Intrus", "2027-07-10T18:00", "")
	strange.ParentID = whole.ID
	if err := try(t, db, tom, func(tx *store.Tx) error { return agenda.Schedule(tx, &strange) }); store.KindOf(err) != store.Forbidden {
		t.Errorf("another resident's programme: %v", err)
	}
}

func TestAPartIsAsVisibleAsTheWhole(t *testing.T) {
	db, _ := storetest.Open(t)
	whole, concerts := festival(t, db)
	if _, err := got(t, db, visitor, concerts[0].ID); err != nil {
		t.Errorf("a visitor reads a concert: %v", err)
	}
	whole.Audience = listing.Members
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &whole) })
	if _, err := got(t, db, visitor, concerts[0].ID); store.KindOf(err) != store.NotFound {
		t.Errorf("a visitor reads a concert for residents: %v", err)
	}
	hidden := event(t, "Secret", "2027-07-11T20:00", "")
	hidden.ParentID = whole.ID
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Draft(tx, &hidden) })
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		parts, err := whole.Programme(tx)
		if len(parts) != 3 {
			t.Errorf("a draft is in the programme of another: %d", len(parts))
		}
		return err
	})
}

func TestRemovingTheWholeKeepsItsParts(t *testing.T) {
	db, _ := storetest.Open(t, agenda.Personal)
	whole, _ := festival(t, db)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Remove(tx, whole.ID) })
	if n := found(t, db, listing.Query{}).Total; n != 3 {
		t.Errorf("%d cards, want the three concerts", n)
	}
	festival(t, db)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Personal.Erase(tx, lea.ID, store.EraseAll) })
	if n := found(t, db, listing.Query{}).Total; n != 0 {
		t.Errorf("%d cards of who left", n)
	}
}

func TestACancelledPartLeavesTheWhole(t *testing.T) {
	db, _ := storetest.Open(t)
	whole, concerts := festival(t, db)
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Cancel(tx, concerts[2].ID, "") })
	if last := found(t, db, listing.Query{}).Cards[0].EndsAt; !last.Equal(whole.EndsAt) {
		t.Errorf("the card ends %v, want %v", last, whole.EndsAt)
	}
}
