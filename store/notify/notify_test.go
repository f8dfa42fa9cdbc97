package notify_test

import (
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

var (
	lea  = store.Actor{ID: "lea", Role: store.Resident}
	paul = store.Actor{ID: "paul", Role: store.Resident}
	mod  = store.Actor{ID: "mod", Role: store.Moderator}
)

// village is a box whose cards and followers a test makes up.
type village struct {
	*store.DB
	t       testing.TB
	clock   *storetest.Clock
	related map[string][]string // thing → cards whose followers it concerns
	authors map[string]string
}

func newVillage(t testing.TB) *village {
	t.Helper()
	v := &village{t: t, related: map[string][]string{}, authors: map[string]string{}}
	v.DB, v.clock = storetest.Open(t, notify.Personal)
	v.update(mod, func(tx *store.Tx) error {
		return listing.SetHome(tx, listing.Home{Name: "Valmorel", Commune: "46029", Position: &listing.Point{Lat: 4490000, Lon: 180000}})
	})
	v.run() // sets the marks
	return v
}

func (v *village) update(as store.Actor, fn func(*store.Tx) error) {
	v.t.Helper()
	storetest.Update(v.t, v.DB, as, fn)
}

// run is what the box does by itself, a moment after the last commit.
func (v *village) run() {
	v.t.Helper()
	v.clock.Add(2 * time.Second)
	for _, j := range v.jobs() {
		for more := true; more; {
			more = false
			v.update(store.Actor{}, func(tx *store.Tx) error {
				err := j.Run(tx)
				if err == store.ErrMore { //nolint:errorlint // as it is returned
					more, err = true, nil
				}
				return err
			})
		}
	}
}

func (v *village) jobs() []store.Job {
	return notify.Jobs(notify.Source{
		Module:  "agenda",
		Author:  func(_ *store.Tx, id string) (string, error) { return v.authors[id], nil },
		Related: func(_ *store.Tx, id string) ([]string, error) { return v.related[id], nil },
	})
}

// put publishes or changes a card and returns its id.
func (v *village) put(c listing.Card) string {
	v.t.Helper()
	if c.Ref.ID == "" {
		c.Ref.ID = store.NewID()
	}
	c.Ref.Module = "agenda"
	if c.Kind == "" {
		c.Kind = listing.KindEvent
	}
	v.update(store.Actor{}, func(tx *store.Tx) error { return listing.Put(tx, c, listing.Body{"name": c.Title}) })
	return c.Ref.ID
}

func (v *village) follow(who store.Actor, what notify.What, id string, often notify.Often) {
	v.t.Helper()
	v.update(who, func(tx *store.Tx) error { return notify.Start(tx, what, id, often) })
}

// unfollow ends the only follow of somebody.
func (v *village) unfollow(who store.Actor) {
	v.t.Helper()
	v.update(who, func(tx *store.Tx) error {
		list, err := notify.Follows(tx)
		if err != nil {
			return err
		}
		return notify.Stop(tx, list[0].ID)
	})
}

func (v *village) notices(who store.Actor) (list []notify.Notice) {
	v.t.Helper()
	storetest.View(v.t, v.DB, who, func(tx *store.Tx) (err error) {
		list, err = notify.Notices(tx, 0, 500)
		return err
	})
	return list
}

// lines are the notices of somebody in short: "new", "gathered 3", read ones
// in brackets; the latest first.
func (v *village) lines(who store.Actor) string {
	var out []string
	for _, n := range v.notices(who) {
		s := strings.TrimPrefix(n.Key, "notify.")
		if n.N != 1 {
			s += " " + itoa(n.N)
		}
		if n.Read {
			s = "(" + s + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func (v *village) want(when string, who store.Actor, want string) {
	v.t.Helper()
	if got := v.lines(who); got != want {
		v.t.Errorf("%s: %s reads %q, want %q", when, who.ID, got, want)
	}
}

func TestOneLineForEachPersonAndThing(t *testing.T) {
	v := newVillage(t)
	about := store.Ref{Module: "directory", ID: store.NewID()}
	tell := func(key string, args ...any) {
		v.update(mod, func(tx *store.Tx) error { return notify.Tell(tx, lea.ID, about, key, args...) })
	}
	tell("notify.asked", "n", 1, "name", "Comité")
	tell("notify.asked", "n", 2, "name", "Comité")
	tell("notify.accepted")
	v.update(mod, func(tx *store.Tx) error {
		return notify.Tell(tx, lea.ID, store.Ref{Module: "directory", ID: store.NewID()}, "notify.asked", "n", 7)
	})
	v.update(lea, func(tx *store.Tx) error { return notify.Tell(tx, lea.ID, about, "notify.mine") }) // by herself
	v.want("told", lea, "asked, accepted 3")
	v.want("nothing to do with him", paul, "")
	list := v.notices(lea)
	if len(list[0].Args) != 2 || list[0].Args[1] != 7 {
		t.Errorf("args %#v", list[0].Args)
	}
	unread := func() (n int) {
		storetest.View(t, v.DB, lea, func(tx *store.Tx) (err error) {
			n, err = notify.Unread(tx, lea.ID)
			return err
		})
		return n
	}
	if n := unread(); n != 2 {
		t.Errorf("%d unread", n)
	}
	open := func(who store.Actor) error {
		return v.Update(store.As(t.Context(), who), func(tx *store.Tx) error {
			n, err := notify.Open(tx, list[1].ID)
			if err == nil && n.About != about {
				t.Errorf("about %s", n.About)
			}
			return err
		})
	}
	if err := open(paul); store.KindOf(err) != store.NotFound {
		t.Errorf("somebody else opened it: %v", err)
	}
	if err := open(lea); err != nil {
		t.Fatal(err)
	}
	v.want("opened", lea, "asked, (accepted 3)")
	tell("notify.asked", "n", 1)
	if v.lines(lea) != "asked, asked" || unread() != 2 {
		t.Errorf("raised after it was read: %s", v.lines(lea))
	}
	v.update(lea, notify.ReadAll)
	if unread() != 0 {
		t.Error("not all are read")
	}
}

func TestNO4_ALineHoldsNoWordOfTheThing(t *testing.T) {
	v := newVillage(t)
	v.follow(lea, notify.Tag, "secret", notify.AtOnce)
	v.follow(paul, notify.Tag, "secret", notify.Daily)
	v.put(listing.Card{Title: "Réunion du groupe fermé", Summary: "chez Margot", Tags: []string{"secret"}, Audience: listing.Members})
	v.run()
	v.want("told", lea, "new")
	storetest.View(t, v.DB, lea, func(tx *store.Tx) error {
		for _, query := range []string{
			"SELECT module || key || args || token FROM notify_notices", "SELECT module || key FROM notify_waits",
		} {
			rows, err := store.All(tx, store.Scan[string], query)
			if err != nil || len(rows) != 1 {
				t.Fatal(len(rows), err)
			}
			for _, word := range []string{"Réunion", "fermé", "Margot", "secret"} {
				if strings.Contains(rows[0], word) {
					t.Errorf("%q is kept: %s", word, rows[0])
				}
			}
		}
		return nil
	})
}

func TestNoticesAreForgotten(t *testing.T) {
	v := newVillage(t)
	for _, who := range []string{"lea", "paul"} {
		v.update(mod, func(tx *store.Tx) error {
			return notify.Tell(tx, who, store.Ref{Module: "directory", ID: store.NewID()}, "notify.asked")
		})
	}
	v.update(lea, notify.ReadAll)
	v.clock.Add(89 * 24 * time.Hour)
	v.run()
	v.want("after 89 days", lea, "(asked)")
	v.clock.Add(2 * 24 * time.Hour)
	v.run()
	v.want("read 91 days ago", lea, "")
	v.want("not read", paul, "asked")
	v.clock.Add(280 * 24 * time.Hour)
	v.run()
	v.want("not read in a year", paul, "")
	v.update(mod, func(tx *store.Tx) error {
		for range 310 {
			if err := notify.Tell(tx, lea.ID, store.Ref{Module: "directory", ID: store.NewID()}, "notify.asked"); err != nil {
				return err
			}
		}
		return nil
	})
	v.run()
	if n := len(v.notices(lea)); n != 300 {
		t.Errorf("%d lines are kept", n)
	}
}

func TestWhatIsHeldAboutAPerson(t *testing.T) {
	v := newVillage(t)
	for _, who := range []store.Actor{lea, paul} {
		v.follow(who, notify.Tag, "Loto", notify.AtOnce)
		v.follow(who, notify.Commune, "46029", notify.Daily)
	}
	v.put(listing.Card{Title: "Loto", Tags: []string{"loto"}, Audience: listing.Public})
	v.put(listing.Card{Title: "Bal", Audience: listing.Public})
	v.run()
	storetest.View(t, v.DB, lea, func(tx *store.Tx) error {
		h, err := notify.Personal.Export(tx, "lea")
		got, ok := h.(notify.Holding)
		if !ok || len(got.Follows) != 2 || got.Follows[1].Name != "Loto" || got.Follows[1].Often != "at_once" || len(got.Notices) != 1 {
			t.Errorf("exported %+v", h)
		}
		none, err2 := notify.Personal.Export(tx, "nobody")
		if none != nil || err2 != nil {
			t.Error("something of nobody", none, err2)
		}
		return err
	})
	v.update(mod, func(tx *store.Tx) error { return notify.Personal.Erase(tx, "lea", store.KeepUnnamed) })
	storetest.View(t, v.DB, lea, func(tx *store.Tx) error {
		for _, table := range notify.Personal.Tables {
			n, err := store.One(tx, store.Scan[int], "SELECT count(*) FROM "+table+" WHERE account_id = 'lea'")
			others, err2 := store.One(tx, store.Scan[int], "SELECT count(*) FROM "+table+" WHERE account_id = 'paul'")
			if n != 0 || others == 0 || err != nil || err2 != nil {
				t.Errorf("%s: %d of hers, %d of his, %v %v", table, n, others, err, err2)
			}
		}
		return nil
	})
}
