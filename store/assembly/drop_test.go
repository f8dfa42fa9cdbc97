package assembly_test

import (
	"errors"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/assembly"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

func (c *club) drops(a assembly.Assembly, as string, sure bool) error {
	c.t.Helper()
	return c.try(as, func(tx *store.Tx) error { return assembly.Drop(tx, a.ID, sure) })
}

func (c *club) gone(a assembly.Assembly) bool {
	c.t.Helper()
	return store.KindOf(c.View(store.As(c.t.Context(), who("jean")), func(tx *store.Tx) error {
		_, err := assembly.Get(tx, a.ID)
		return err
	})) == store.NotFound
}

func TestAMeetingThatIsOverCanBeDeleted(t *testing.T) {
	c := newClub(t)
	a := c.convene()
	refused(t, "while people are convened", c.drops(a, "jean", true), "err.assembly.state")
	c.begin(a)
	refused(t, "while it is held", c.drops(a, "jean", true), "err.assembly.state")
	c.update("jean", func(tx *store.Tx) error { return assembly.Finish(tx, a.ID) })
	refused(t, "before all have had time to read", c.drops(a, "jean", true), "err.assembly.drop_early")
	c.clock.Add(30 * 24 * time.Hour)
	refused(t, "unsure", c.drops(a, "jean", false), "err.assembly.drop_sure")
	refused(t, "by Rose", c.drops(a, "rose", true), "err.forbidden")
	if err := c.drops(a, "jean", true); err != nil || !c.gone(a) {
		t.Error("a month later:", err)
	}
	c.view("jean", func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT (SELECT count(*) FROM assembly_roll) + (SELECT count(*) FROM assembly_items)`)
		if n != 0 {
			t.Errorf("%d rows of it are left", n)
		}
		return err
	})
}

func TestACancelledMeetingCanBeDeletedAtOnce(t *testing.T) {
	c := newClub(t)
	a := c.convene()
	c.update("jean", func(tx *store.Tx) error { return assembly.Cancel(tx, a.ID, "La salle est prise.") })
	if err := c.drops(a, "jean", true); err != nil || !c.gone(a) {
		t.Error(err)
	}
}

func TestAMeetingIsKeptWhileASecondConvocationCitesIt(t *testing.T) {
	c := newClub(t)
	a := c.hold()
	second := assembly.Assembly{Starts: c.wall(90 * 24 * time.Hour), Place: "Salle des fêtes"}
	c.update("jean", func(tx *store.Tx) error {
		return errors.Join(assembly.Finish(tx, a.ID), assembly.Recall(tx, a.ID, &second))
	})
	c.clock.Add(30 * 24 * time.Hour)
	refused(t, "the first", c.drops(a, "jean", true), "err.assembly.drop_followed")
	if err := errors.Join(c.drops(second, "jean", false), c.drops(a, "jean", true)); err != nil || !c.gone(a) {
		t.Error("the draft, then the first:", err)
	}
}

func TestDraftsWaitForWhoKeepsThem(t *testing.T) {
	c := newClub(t)
	a := c.plan()
	c.convene()
	for as, want := range map[string]int{"jean": 1, "rose": 0, "luc": 0} {
		c.view(as, func(tx *store.Tx) error {
			list, err := assembly.Drafts(tx)
			if len(list) != want || want == 1 && list[0].ID != a.ID {
				t.Errorf("%s: %+v", as, list)
			}
			return err
		})
	}
	if days, _ := a.Lacks(c.clock.Now().Add(24 * time.Hour)); days != 0 || a.LastDay() != c.wall(24*time.Hour).Midnight() {
		t.Errorf("the last day is %v, and the day before %d days are lacking", a.LastDay(), days)
	}
}

// Who is said to have signed a proxy hears of it, and can say no.
func TestDE9_AProxyTypedIsToldToWhoGaveIt(t *testing.T) {
	c := newClub(t)
	a := c.convene()
	c.update("jean", func(tx *store.Tx) error { return assembly.Record(tx, a.ID, c.seat["zoe"], c.seat["max"]) })
	if err := c.give(a, "rose", "nina"); err != nil {
		t.Fatal(err)
	}
	for as, want := range map[string]bool{"zoe": true, "rose": false, "max": false} {
		c.view(as, func(tx *store.Tx) error {
			list, err := notify.Notices(tx, 0, 10)
			told := false
			for _, n := range list {
				told = told || n.Key == "notify.assembly_proxy_typed"
			}
			if told != want {
				t.Errorf("%s was told: %v, want %v", as, told, want)
			}
			return err
		})
	}
}

func TestMeetingsGoWithTheirOrganisation(t *testing.T) {
	c := newClub(t)
	e := directory.Element{Kind: directory.Org, Name: "Les Amis du four", Audience: listing.Public}
	c.update("jean", func(tx *store.Tx) error { return directory.Add(tx, &e) })
	a := assembly.Assembly{ElementID: e.ID, Title: "Assemblée", Place: "Mairie", Starts: c.wall(40 * 24 * time.Hour)}
	c.update("jean", func(tx *store.Tx) error { return assembly.Plan(tx, &a, []string{"Budget"}) })
	c.update("jean", func(tx *store.Tx) error { return assembly.Convene(tx, a.ID, false) })
	forget := func() {
		for _, job := range assembly.Jobs {
			c.update("", job.Run)
		}
	}
	forget()
	if c.gone(a) {
		t.Fatal("while the organisation is there")
	}
	of := c.plan()
	c.update("jean", func(tx *store.Tx) error { return directory.Remove(tx, e.ID) })
	forget()
	if !c.gone(a) || c.gone(of) {
		t.Errorf("after the organisation was deleted: its meeting is gone %v, that of a group %v", c.gone(a), c.gone(of))
	}
}
