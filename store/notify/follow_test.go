package notify_test

import (
	"fmt"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

// soon is a card of the coming week.
func soon(title string, tags ...string) listing.Card {
	return listing.Card{Title: title, Tags: tags, Audience: listing.Public, StartsAt: storetest.Now.Add(72 * time.Hour)}
}

func TestNO8_GroupTagAndPlaceAreOneNotice(t *testing.T) {
	v := newVillage(t)
	group := v.put(listing.Card{Title: "Comité des fêtes", Kind: listing.KindOrg, Audience: listing.Public})
	place := v.put(listing.Card{Title: "Salle des fêtes", Kind: listing.KindPlace, Audience: listing.Public})
	v.update(mod, func(tx *store.Tx) error {
		z := listing.Zone{Name: "Rive droite", Kind: listing.ZoneQuarter}
		if err := listing.MakeZone(tx, &z); err != nil {
			return err
		}
		return listing.AddCommunes(tx, z.ID, []string{"46029"})
	})
	v.run()
	for _, f := range []struct {
		what notify.What
		id   string
	}{{notify.Card, group}, {notify.Card, place}, {notify.Tag, "loto"}, {notify.Commune, "46029"}, {notify.Zone, "rive-droite"}} {
		v.follow(lea, f.what, f.id, notify.AtOnce)
	}
	v.follow(paul, notify.Zone, "rive-droite", notify.AtOnce)
	c := soon("Grand loto", "Loto")
	c.Ref.ID = store.NewID()
	v.related[c.Ref.ID] = []string{group, place}
	v.put(c)
	v.run()
	v.want("published", lea, "new")
	v.want("in the zone", paul, "new")
	v.run()
	v.want("looked at again", lea, "new")
	c.Cancelled = true
	v.put(c)
	v.run()
	v.want("cancelled", lea, "cancelled 2")
	v.update(mod, func(tx *store.Tx) error {
		return notify.TellFollowers(tx, store.Ref{Module: "agenda", ID: group}, "notify.commented", "n", 1)
	})
	v.want("a module's own news", lea, "commented, cancelled 2")
	v.want("no follower of that", paul, "cancelled 2")
}

func TestNO3_UnfollowingIsImmediate(t *testing.T) {
	v := newVillage(t)
	v.follow(lea, notify.Tag, "loto", notify.AtOnce)
	v.follow(paul, notify.Tag, "loto", notify.Daily)
	c := soon("Loto", "loto")
	c.Ref.ID = v.put(c)
	v.run()
	v.unfollow(lea)
	v.unfollow(paul)
	c.Cancelled = true
	v.put(c)
	v.put(soon("Autre loto", "loto"))
	v.run()
	v.clock.Add(8 * 24 * time.Hour)
	v.run()
	v.want("told before, not after", lea, "new")
	v.want("what waited is not told", paul, "")

	v.follow(lea, notify.Tag, "loto", notify.AtOnce)
	v.put(listing.Card{Title: "Encore", Tags: []string{"loto"}, Audience: listing.Public})
	v.run()
	token := v.notices(lea)[0].Token
	visitor := store.Actor{}
	look := func(token string) (f notify.Follow, err error) {
		storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
			f, err = notify.ByToken(tx, token)
			return nil
		})
		return f, err
	}
	v.clock.Add(29 * 24 * time.Hour)
	if f, err := look(token); err != nil || f.Name != "loto" {
		t.Errorf("the link after 29 days: %+v %v", f, err)
	}
	v.clock.Add(2 * 24 * time.Hour)
	if _, err := look(token); store.KindOf(err) != store.NotFound || v.notices(lea)[0].Token != "" {
		t.Errorf("the link after 31 days: %v", err)
	}
	if _, err := look(""); store.KindOf(err) != store.NotFound {
		t.Errorf("no link: %v", err)
	}
	v.put(listing.Card{Title: "Et encore", Tags: []string{"loto"}, Audience: listing.Public})
	v.run()
	token = v.notices(lea)[0].Token
	v.update(visitor, func(tx *store.Tx) error { return notify.StopByToken(tx, token) })
	v.put(listing.Card{Title: "Dernier", Tags: []string{"loto"}, Audience: listing.Public})
	v.run()
	v.want("ended without signing in", lea, "new, new, new")
	if err := v.Update(t.Context(), func(tx *store.Tx) error { return notify.StopByToken(tx, token) }); store.KindOf(err) != store.NotFound {
		t.Errorf("ended twice: %v", err)
	}
}

func TestATagIsFollowedUnderAllItsNames(t *testing.T) {
	v := newVillage(t)
	v.follow(lea, notify.Tag, "vide-grenier", notify.AtOnce)
	v.follow(paul, notify.Tag, "Brocante", notify.AtOnce)
	v.put(soon("Un", "brocante"))
	v.run()
	v.want("two words", lea, "")
	v.update(mod, func(tx *store.Tx) error { return listing.Alias(tx, "brocante", "vide-grenier") })
	v.put(soon("Deux", "vide grenier"))
	v.put(soon("Trois", "BROCANTE"))
	v.run()
	v.want("one word with two spellings", lea, "new, new")
	v.want("one word with two spellings", paul, "new, new, new")
	storetest.View(t, v.DB, paul, func(tx *store.Tx) error {
		f, follows, err := notify.Following(tx, notify.Tag, "Vide-Grenier")
		if !follows || f.Name != "Brocante" {
			t.Errorf("followed under another name: %+v", f)
		}
		return err
	})
	v.follow(paul, notify.Tag, "vide-grenier", notify.Weekly)
	storetest.View(t, v.DB, paul, func(tx *store.Tx) error {
		list, err := notify.Follows(tx)
		if len(list) != 1 || list[0].Often != notify.Weekly {
			t.Errorf("%+v", list)
		}
		return err
	})
}

func TestWhatAFollowerOfACardHears(t *testing.T) {
	v := newVillage(t)
	c := soon("Bal", "fête")
	c.Ref.ID = v.put(c)
	v.authors[c.Ref.ID] = paul.ID
	v.run()
	v.follow(lea, notify.Card, c.Ref.ID, notify.AtOnce)
	v.follow(paul, notify.Card, c.Ref.ID, notify.AtOnce)
	v.run()
	v.want("it was there before", lea, "")
	change := func(want string, fn func(*listing.Card)) {
		t.Helper()
		fn(&c)
		v.put(c)
		v.run()
		if got := v.notices(lea); len(got) != 1 || got[0].Key != "notify."+want {
			t.Errorf("want %s: %+v", want, got)
		}
		v.update(lea, notify.ReadAll)
	}
	change("changed", func(c *listing.Card) { c.StartsAt = c.StartsAt.Add(time.Hour) })
	change("cancelled", func(c *listing.Card) { c.Cancelled = true })
	change("restored", func(c *listing.Card) { c.Cancelled = false })
	change("postponed", func(c *listing.Card) { c.Postponed = true })
	change("changed", func(c *listing.Card) { c.Title = "Grand bal" })
	c.Tags = []string{"danse"}
	v.put(c)
	v.run()
	v.want("another word among its tags", lea, "(changed)")
	v.want("his own", paul, "")

	v.follow(lea, notify.Tag, "danse", notify.AtOnce)
	v.follow(lea, notify.Card, c.Ref.ID, notify.Never)
	c.Title = "Très grand bal"
	v.put(c)
	v.run()
	v.want("silenced", lea, "(changed)")
	v.follow(lea, notify.Card, c.Ref.ID, notify.AtOnce)
	v.run()
	v.want("what happened meanwhile is not told", lea, "(changed)")
	v.clock.Add(10 * 24 * time.Hour)
	c.Title = "Bal d'hier"
	v.put(c)
	v.run()
	v.want("it is over", lea, "(changed)")
}

func TestNeighboursNews(t *testing.T) {
	v := newVillage(t)
	v.follow(lea, notify.Tag, "foire", notify.AtOnce)
	var origin int64
	id, old := store.NewID(), store.NewID()
	send := func(id, title string, age time.Duration, starts time.Duration) {
		v.update(store.Actor{}, func(tx *store.Tx) (err error) {
			origin, err = listing.SetOrigin(tx, listing.Origin{Key: [32]byte{7}, Name: "Altillac", Commune: "19007", SeenAt: tx.Now})
			if err != nil {
				return err
			}
			return listing.PutForeign(tx, origin, []listing.Card{{
				Ref: store.Ref{ID: id}, Kind: listing.KindEvent, Title: title, Commune: "19007", Tags: []string{"Foire"},
				StartsAt: tx.Now.Add(starts), UpdatedAt: tx.Now.Add(-age),
			}})
		})
		v.run()
	}
	send(id, "Foire", time.Hour, 48*time.Hour)
	v.want("new next door", lea, "new")
	send(old, "Foire d'hier", 20*24*time.Hour, 48*time.Hour)
	send(store.NewID(), "Foire passée", time.Hour, -48*time.Hour)
	v.want("old or over", lea, "new")
	v.follow(lea, notify.Card, old, notify.AtOnce)
	v.follow(paul, notify.Card, old, notify.AtOnce)
	send(old, "Foire de demain", 0, 48*time.Hour)
	v.want("followed, and changed", paul, "changed")
	v.want("followed, and changed", lea, "changed, new")
	send(old, "Foire de demain", 0, 48*time.Hour)
	v.want("the same again", paul, "changed 2") // its hour moved with the clock
}

func TestAFloodIsOneLine(t *testing.T) {
	v := newVillage(t)
	v.follow(lea, notify.Commune, "46029", notify.AtOnce)
	for i := range 350 { // more than one transaction looks through
		v.put(listing.Card{Title: fmt.Sprint("Fiche ", i), Kind: listing.KindOrg, Audience: listing.Public})
	}
	v.run()
	list := v.notices(lea)
	if len(list) != 11 || list[0].Key != "notify.gathered" || list[0].N != 340 || list[0].Follow == nil {
		t.Errorf("%d lines: %s", len(list), v.lines(lea))
	}
	v.run()
	if v.notices(lea)[0].N != 340 {
		t.Error("counted twice")
	}
}

func TestNothingIsToldTwiceWhenTheClockGoesBack(t *testing.T) {
	v := newVillage(t)
	v.follow(lea, notify.Tag, "loto", notify.AtOnce)
	v.clock.Add(time.Hour)
	v.put(soon("Un", "loto"))
	v.run()
	v.clock.Add(-10 * time.Minute) // a box without battery starts again at its floor
	v.run()
	v.put(soon("Deux", "loto"))
	v.run()
	v.clock.Add(time.Hour)
	v.run()
	v.want("a clock set back", lea, "new, new")
}

func TestLookingForNewsWritesNothing(t *testing.T) {
	v := newVillage(t)
	v.follow(lea, notify.Tag, "loto", notify.AtOnce)
	v.put(soon("Un", "loto"))
	v.run()
	changes := func() (n int64) {
		v.update(store.Actor{}, func(tx *store.Tx) (err error) {
			n, err = store.One(tx, store.Scan[int64], "SELECT total_changes()")
			return err
		})
		return n
	}
	before := changes()
	for range 3 {
		v.clock.Add(25 * time.Hour)
		v.run()
	}
	if after := changes(); after != before {
		t.Errorf("%d rows written by a box nobody uses", after-before)
	}
}

func TestFollowsAreChecked(t *testing.T) {
	v := newVillage(t)
	hidden := v.put(listing.Card{Title: "Entre nous", Audience: listing.Members})
	start := func(who store.Actor, what notify.What, id string) error {
		return v.Update(store.As(t.Context(), who), func(tx *store.Tx) error { return notify.Start(tx, what, id, notify.AtOnce) })
	}
	for name, c := range map[string]struct {
		who  store.Actor
		what notify.What
		id   string
		want store.Kind
	}{
		"a visitor":      {store.Actor{}, notify.Tag, "loto", store.Unauthenticated},
		"no card":        {lea, notify.Card, store.NewID(), store.NotFound},
		"no tag":         {lea, notify.Tag, " · ", store.Invalid},
		"no zone":        {lea, notify.Zone, "nulle-part", store.NotFound},
		"no commune":     {lea, notify.Commune, "99999", store.NotFound},
		"no such thing":  {lea, "person", "x", store.NotFound},
		"a private card": {store.Actor{ID: "v"}, notify.Card, hidden, store.Unauthenticated},
	} {
		err := start(c.who, c.what, c.id)
		if name == "a private card" {
			if err == nil {
				t.Errorf("%s is followed", name)
			}
		} else if store.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range notify.MaxFollows {
		if err := start(lea, notify.Tag, fmt.Sprint("mot ", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := start(lea, notify.Tag, "un de trop"); store.KindOf(err) != store.Conflict {
		t.Errorf("past the limit: %v", err)
	}
	v.update(paul, func(tx *store.Tx) error {
		for _, do := range []func(int64) error{
			func(id int64) error { return notify.Stop(tx, id) },
			func(id int64) error { return notify.Change(tx, id, notify.Daily) },
		} {
			if err := do(1); store.KindOf(err) != store.NotFound {
				t.Errorf("another's follow: %v", err)
			}
		}
		return nil
	})
}
