package assembly_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/assembly"
	"copi.local/store/calendar"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
	"copi.local/store/vote"
	"copi.local/store/vote/tally"
)

// club is a group jean keeps, with its members; luc is a resident outside.
type club struct {
	*store.DB
	t     *testing.T
	clock *storetest.Clock
	group group.Group
	seat  map[string]string // by name
}

var members = []string{"jean", "paul", "rose", "zoe", "max", "nina"}

func newClub(t *testing.T) *club {
	t.Helper()
	db, clock := storetest.Open(t, assembly.Personal, vote.Personal, group.Personal, account.Personal, notify.Personal, listing.Personal)
	c := &club{DB: db, t: t, clock: clock, seat: map[string]string{}}
	c.update("", func(tx *store.Tx) error {
		for _, name := range append(members, "luc") {
			if _, err := tx.Exec(`INSERT INTO account_people (id, login, name, name_folded, hamlet, role, password, must_change, created_at)
				VALUES (?1, ?1, ?1, ?1, '', 1, '', 0, 0)`, name); err != nil {
				return err
			}
		}
		return nil
	})
	c.group = group.Group{
		Name: "Amis du four", Purpose: "Faire du pain.", Theme: "nature", Reading: group.ToMembers, Seen: group.ToMembers, Joining: group.Free,
	}
	c.update("jean", func(tx *store.Tx) error { return group.Begin(tx, &c.group, "") })
	for _, name := range members[1:] {
		c.update(name, func(tx *store.Tx) error { return group.Join(tx, c.group.ID, "") })
	}
	return c
}

func who(name string) store.Actor {
	if name == "" {
		return store.Actor{}
	}
	return store.Actor{ID: name, Role: store.Resident}
}

func (c *club) update(as string, fn func(*store.Tx) error) {
	c.t.Helper()
	storetest.Update(c.t, c.DB, who(as), fn)
}

func (c *club) view(as string, fn func(*store.Tx) error) {
	c.t.Helper()
	storetest.View(c.t, c.DB, who(as), fn)
}

func (c *club) try(as string, fn func(*store.Tx) error) error {
	c.t.Helper()
	return c.Update(store.As(c.t.Context(), who(as)), fn)
}

func (c *club) wall(later time.Duration) calendar.Wall {
	zone, err := calendar.Location("Europe/Paris")
	if err != nil {
		c.t.Fatal(err)
	}
	return calendar.WallOf(c.clock.Now().Add(later).In(zone))
}

// plan is the draft of a meeting in sixteen days, with a quorum of half.
func (c *club) plan(change ...func(*assembly.Assembly)) assembly.Assembly {
	c.t.Helper()
	a := assembly.Assembly{
		GroupID: c.group.ID, Title: "Assemblée générale", Place: "Salle des fêtes", Starts: c.wall(16 * 24 * time.Hour), Notice: 15, Proxies: 1,
		Quorum: assembly.Share{Num: 1, Den: 2, AtLeast: true},
	}
	for _, f := range change {
		f(&a)
	}
	c.update("jean", func(tx *store.Tx) error { return assembly.Plan(tx, &a, []string{"Rapport moral", "Budget"}) })
	return a
}

// convene is a meeting people are convened to; seats by name are in c.seat.
func (c *club) convene(change ...func(*assembly.Assembly)) assembly.Assembly {
	c.t.Helper()
	a := c.plan(change...)
	c.update("jean", func(tx *store.Tx) error { return assembly.Convene(tx, a.ID, false) })
	return c.get(a.ID)
}

// hold is a meeting that has begun.
func (c *club) hold(change ...func(*assembly.Assembly)) assembly.Assembly {
	c.t.Helper()
	a := c.convene(change...)
	c.begin(a)
	return c.get(a.ID)
}

func (c *club) begin(a assembly.Assembly) {
	c.t.Helper()
	c.clock.Set(a.StartsAt)
	c.update("jean", func(tx *store.Tx) error { return assembly.Start(tx, a.ID) })
}

func (c *club) get(id string) (a assembly.Assembly) {
	c.t.Helper()
	c.view("jean", func(tx *store.Tx) (err error) {
		if a, err = assembly.Get(tx, id); err != nil {
			return err
		}
		roll, err := a.Roll(tx)
		for _, s := range roll {
			c.seat[s.Name] = s.ID
		}
		return err
	})
	return a
}

func (c *club) give(a assembly.Assembly, from, to string) error {
	return c.try(from, func(tx *store.Tx) error { return assembly.Give(tx, a.ID, c.seat[to]) })
}

func (c *club) comes(a assembly.Assembly, names ...string) {
	c.t.Helper()
	var seats []string
	for _, n := range names {
		seats = append(seats, c.seat[n])
	}
	c.update("jean", func(tx *store.Tx) error { return assembly.Come(tx, a.ID, seats) })
}

// standing says who is there and represented, as "present+represented/needed".
func (c *club) standing(a assembly.Assembly) (s *assembly.Standing, words string) {
	c.t.Helper()
	c.view("jean", func(tx *store.Tx) (err error) {
		s, err = a.Standing(tx)
		return err
	})
	return s, fmt.Sprintf("%d+%d/%d", s.Present, s.Represented, s.Needed)
}

func (c *club) stands(what string, a assembly.Assembly, want string) {
	c.t.Helper()
	if _, got := c.standing(a); got != want {
		c.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func refused(t *testing.T, what string, err error, key string) {
	t.Helper()
	if many, ok := errors.AsType[store.Errors](err); ok {
		for _, e := range many {
			if e.Key == key {
				return
			}
		}
	}
	if e, ok := errors.AsType[*store.Error](err); !ok || e.Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

// The statutes allow one proxy a person. Rose gives hers to Paul, Paul his to
// Jean, Jean is there; then Rose comes after all.
func TestDE9_Proxies(t *testing.T) {
	c := newClub(t)
	a := c.convene()
	if err := errors.Join(c.give(a, "rose", "paul"), c.give(a, "paul", "jean")); err != nil {
		t.Fatal(err)
	}
	refused(t, "a second to Jean", c.give(a, "zoe", "jean"), "err.assembly.proxy_max")
	refused(t, "Rose a second time", c.give(a, "rose", "max"), "err.assembly.proxy_given")
	refused(t, "to oneself", c.give(a, "zoe", "zoe"), "err.assembly.proxy_self")
	refused(t, "from outside", c.give(a, "luc", "max"), "err.not_found")
	c.begin(a)
	c.comes(a, "jean")
	s, _ := c.standing(a)
	c.stands("Jean there, for Paul and not for Rose", a, "1+1/3")
	worth := map[string]string{}
	for _, p := range s.Proxies {
		worth[p.Giver] = p.Worth
	}
	if worth[c.seat["rose"]] != tally.ProxyNotThere || worth[c.seat["paul"]] != tally.ProxyCounts {
		t.Errorf("what they are worth: %v", worth)
	}
	c.comes(a, "rose")
	c.stands("Rose comes", a, "2+1/3")
	c.comes(a, "paul")
	s, _ = c.standing(a)
	c.stands("Paul comes", a, "3+0/3")
	if len(s.Proxies) != 2 || s.Proxies[0].Worth != tally.ProxyCameSelf || s.Proxies[1].Worth != tally.ProxyCameSelf {
		t.Errorf("both stay on the roll call, as over: %+v", s.Proxies)
	}
}

// Rose's tick was a mistake; Paul leaves early; Jean, who holds for him, too.
func TestDE9_WhoComesAndGoes(t *testing.T) {
	c := newClub(t)
	a := c.convene()
	if err := c.give(a, "rose", "jean"); err != nil {
		t.Fatal(err)
	}
	c.begin(a)
	c.comes(a, "jean", "rose", "paul")
	c.stands("all three", a, "3+0/3")
	c.update("jean", func(tx *store.Tx) error { return assembly.NotCome(tx, a.ID, c.seat["rose"]) })
	c.stands("it was not Rose", a, "2+1/3")
	refused(t, "Paul is there", c.give(a, "paul", "jean"), "err.assembly.proxy_there")
	c.update("jean", func(tx *store.Tx) error { return assembly.Go(tx, a.ID, c.seat["paul"]) })
	c.stands("Paul leaves", a, "1+1/3")
	refused(t, "Jean holds one already", c.give(a, "paul", "jean"), "err.assembly.proxy_max")
	c.comes(a, "zoe")
	if err := c.give(a, "paul", "zoe"); err != nil {
		t.Fatal(err)
	}
	c.stands("and leaves Zoé his voice", a, "2+2/3")
	c.update("jean", func(tx *store.Tx) error { return assembly.Go(tx, a.ID, c.seat["jean"]) })
	c.stands("with Jean goes Rose's", a, "1+1/3")
	c.update("rose", func(tx *store.Tx) error { return assembly.Revoke(tx, a.ID, c.seat["rose"]) })
	if err := c.give(a, "rose", "max"); err != nil {
		t.Fatal("after taking hers back:", err)
	}
	refused(t, "another's", c.try("max", func(tx *store.Tx) error { return assembly.Revoke(tx, a.ID, c.seat["rose"]) }), "err.forbidden")
}

// A named decision of the order of the day: the holder votes for who gave them
// their proxy, until they vote themselves.
func TestDE9_AHolderVotesForTheRepresented(t *testing.T) {
	c := newClub(t)
	a := c.convene()
	if err := errors.Join(c.give(a, "rose", "paul"), c.give(a, "max", "jean")); err != nil {
		t.Fatal(err)
	}
	c.clock.Set(a.StartsAt)
	rule := vote.Rule{Rule: tally.Rule{Method: tally.Majority, Num: 1, Den: 2}, Departures: vote.Kept, Proxies: true}
	p := vote.Proposal{Title: "Le budget", Text: "1 200 €.", GroupID: c.group.ID, Audience: listing.Group}
	c.update("jean", func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	secret := rule
	secret.Secret = true
	refused(t, "in secret", c.try("jean", func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: secret, Closes: c.wall(time.Hour)})
	}), "err.vote.secret_proxies")
	c.update("jean", func(tx *store.Tx) error {
		return vote.Prepare(tx, p.ID, vote.Terms{Rule: rule, Closes: c.wall(time.Hour)})
	})
	c.update("jean", func(tx *store.Tx) error { return vote.Start(tx, p.ID, "") })
	c.update("jean", func(tx *store.Tx) error {
		items, err := a.Items(tx)
		if err != nil {
			return err
		}
		return assembly.Link(tx, a.ID, items[1].ID, p.ID)
	})
	castFor := func(as, whom string, value int) error {
		values := []int{0, 0}
		values[value] = 1
		return c.try(as, func(tx *store.Tx) error {
			return assembly.CastFor(tx, p.ID, whom, vote.Answer{Ballot: tally.Ballot{Values: values}})
		})
	}
	refused(t, "before the meeting", castFor("paul", "rose", 0), "err.assembly.no_ward")
	c.update("jean", func(tx *store.Tx) error { return assembly.Start(tx, a.ID) })
	refused(t, "Paul is not there", castFor("paul", "rose", 0), "err.assembly.no_ward")
	c.comes(a, "paul", "jean")
	refused(t, "who holds none", castFor("zoe", "rose", 0), "err.assembly.no_ward")
	if err := errors.Join(castFor("paul", "rose", 0), castFor("paul", "rose", 1), castFor("jean", "max", 0)); err != nil {
		t.Fatal(err)
	}
	c.update("rose", func(tx *store.Tx) error {
		return vote.Cast(tx, p.ID, vote.Answer{Ballot: tally.Ballot{Values: []int{1, 0}}})
	})
	refused(t, "after her own vote", castFor("paul", "rose", 1), "err.assembly.no_ward")
	refused(t, "without a meeting that vouches", c.try("paul", func(tx *store.Tx) error {
		return vote.CastByProxy(tx, p.ID, "zoe", vote.Answer{Ballot: tally.Ballot{Values: []int{1, 0}}})
	}), "err.forbidden")
	c.clock.Add(time.Hour)
	c.update("", func(tx *store.Tx) error { return vote.Count(tx, p.ID) })
	c.view("jean", func(tx *store.Tx) error {
		p, err := vote.Get(tx, p.ID)
		if err != nil {
			return err
		}
		rounds, err := p.Results(tx)
		if err == nil && (rounds[0].Result.Table.Counts[0] != 2 || rounds[0].Result.Voters != 2 || rounds[0].Proxies != 1) {
			t.Errorf("counted %+v, by proxy %d; want 2 for, 1 of them by proxy", rounds[0].Result, rounds[0].Proxies)
		}
		return err
	})
}

func TestAConvocationInTime(t *testing.T) {
	c := newClub(t)
	soon := func(a *assembly.Assembly) { a.Starts = c.wall(10 * 24 * time.Hour) }
	late := c.plan(soon)
	refused(t, "ten days before", c.try("jean", func(tx *store.Tx) error { return assembly.Convene(tx, late.ID, false) }), "err.assembly.late_sure")
	c.update("jean", func(tx *store.Tx) error { return assembly.Convene(tx, late.ID, true) })
	if got := c.get(late.ID); got.Late != 5 || got.State != assembly.Convened {
		t.Errorf("%d days late, %s", got.Late, got.State)
	}
	strict := c.plan(soon, func(a *assembly.Assembly) { a.Strict = true })
	refused(t, "strict statutes", c.try("jean", func(tx *store.Tx) error { return assembly.Convene(tx, strict.ID, true) }), "err.assembly.late")
	day := c.plan(func(a *assembly.Assembly) { a.Starts = c.wall(15 * 24 * time.Hour); a.Strict = true })
	c.update("jean", func(tx *store.Tx) error { return assembly.Convene(tx, day.ID, false) })
	refused(t, "twice", c.try("jean", func(tx *store.Tx) error { return assembly.Convene(tx, day.ID, false) }), "err.assembly.state")
	c.view("rose", func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM notify_notices WHERE account_id = 'rose' AND key = 'notify.assembly_convened'`)
		if n != 2 {
			t.Errorf("Rose has %d convocations, want 2", n)
		}
		return err
	})
	a := assembly.Assembly{GroupID: c.group.ID, Title: "AG", Place: "Ici", Starts: calendar.Wall{Year: 2027, Month: 3, Day: 28, Hour: 2, Minute: 30}}
	refused(t, "half past two that night", c.try("jean", func(tx *store.Tx) error { return assembly.Plan(tx, &a, []string{"Un"}) }), "err.agenda.skipped_hour")
}

// Quorum throughout: it is kept for every item, and what was decided without it
// is left for the second convocation, with the quorum the statutes have for it.
func TestQuorumThroughoutAndASecondConvocation(t *testing.T) {
	c := newClub(t)
	a := c.hold(func(a *assembly.Assembly) { a.AgainNotice = 7 })
	c.comes(a, "jean", "rose", "paul")
	var items []assembly.Item
	read := func() {
		c.view("jean", func(tx *store.Tx) (err error) {
			items, err = a.Items(tx)
			return err
		})
	}
	read()
	do := func(fn func(tx *store.Tx) error) error { return c.try("jean", fn) }
	conclude := func(n int, o assembly.Outcome) error {
		return do(func(tx *store.Tx) error { return assembly.Conclude(tx, a.ID, items[n].ID, o) })
	}
	takeUp := func(n int) error {
		return do(func(tx *store.Tx) error { return assembly.TakeUp(tx, a.ID, items[n].ID) })
	}
	if err := takeUp(0); err != nil {
		t.Fatal(err)
	}
	refused(t, "two at a time", takeUp(1), "err.assembly.item_open")
	refused(t, "more hands than voices", conclude(0, assembly.Outcome{Hands: true, Pro: 3, Contra: 1}), "err.assembly.hands_many")
	refused(t, "nothing said", conclude(0, assembly.Outcome{}), "err.assembly.said_empty")
	if err := conclude(0, assembly.Outcome{Said: "Approuvé.", Hands: true, Pro: 2, Abstained: 1}); err != nil {
		t.Fatal(err)
	}
	c.update("jean", func(tx *store.Tx) error { return assembly.Go(tx, a.ID, c.seat["rose"]) })
	if err := takeUp(1); err != nil {
		t.Fatal(err)
	}
	refused(t, "an item is open", do(func(tx *store.Tx) error { return assembly.Finish(tx, a.ID) }), "err.assembly.item_open")
	if err := errors.Join(conclude(1, assembly.Outcome{Said: "Plus assez de monde."}), do(func(tx *store.Tx) error { return assembly.Finish(tx, a.ID) })); err != nil {
		t.Fatal(err)
	}
	read()
	if items[0].Voices() != 3 || items[1].Voices() != 2 {
		t.Errorf("voices %d and %d, want 3 and 2", items[0].Voices(), items[1].Voices())
	}
	refused(t, "closed", conclude(1, assembly.Outcome{Said: "Autre chose."}), "err.assembly.state")
	second := assembly.Assembly{Starts: c.wall(8 * 24 * time.Hour), Place: "Salle des fêtes"}
	c.update("jean", func(tx *store.Tx) error { return assembly.Recall(tx, a.ID, &second) })
	refused(t, "recalled twice", do(func(tx *store.Tx) error {
		return assembly.Recall(tx, a.ID, &assembly.Assembly{Starts: c.wall(8 * 24 * time.Hour), Place: "Ici"})
	}), "err.assembly.no_recall")
	second = c.get(second.ID)
	if second.Quorum.Den != 0 || second.Notice != 7 || second.AfterID != a.ID || second.State != assembly.Draft {
		t.Errorf("second convocation: %+v", second)
	}
	c.view("jean", func(tx *store.Tx) error {
		items, err := second.Items(tx)
		if err == nil && (len(items) != 1 || items[0].Title != "Budget") {
			t.Errorf("what is left: %+v", items)
		}
		return err
	})
	c.update("jean", func(tx *store.Tx) error { return assembly.Convene(tx, second.ID, false) })
	c.begin(second)
	c.stands("no quorum any more", second, "0+0/0")
}

func TestWhoKnowsOfAMeeting(t *testing.T) {
	c := newClub(t)
	a := c.plan()
	get := func(as string) error {
		return c.View(store.As(t.Context(), who(as)), func(tx *store.Tx) error {
			_, err := assembly.Get(tx, a.ID)
			return err
		})
	}
	for _, as := range []string{"rose", "luc", ""} {
		if err := get(as); store.KindOf(err) != store.NotFound {
			t.Errorf("%q reads the draft: %v", as, err)
		}
	}
	refused(t, "Rose plans", c.try("rose", func(tx *store.Tx) error {
		return assembly.Plan(tx, &assembly.Assembly{GroupID: c.group.ID, Title: "x", Place: "y", Starts: c.wall(time.Hour)}, []string{"z"})
	}), "err.forbidden")
	c.update("jean", func(tx *store.Tx) error {
		n, err := assembly.AddNames(tx, a.ID, "Odette Blanc\n  Rose \nOdette  blanc\n")
		if n != 1 {
			t.Errorf("%d seated, want Odette alone", n)
		}
		return err
	})
	c.update("jean", func(tx *store.Tx) error { return assembly.Convene(tx, a.ID, false) })
	if err := get("rose"); err != nil {
		t.Error(err)
	}
	if err := get("luc"); store.KindOf(err) != store.NotFound {
		t.Errorf("Luc reads it: %v", err)
	}
	c.get(a.ID)
	refused(t, "Rose names somebody she reads no name of", c.give(a, "rose", "Odette Blanc"), "err.assembly.proxy_nobody")
	c.update("jean", func(tx *store.Tx) error { return assembly.Record(tx, a.ID, c.seat["Odette Blanc"], c.seat["rose"]) })
	refused(t, "Rose calls the roll", c.try("rose", func(tx *store.Tx) error { return assembly.Start(tx, a.ID) }), "err.forbidden")
	c.update("jean", func(tx *store.Tx) error { return assembly.Cancel(tx, a.ID, "La salle est inondée.") })
	refused(t, "a proxy for nothing", c.give(a, "zoe", "max"), "err.assembly.no_proxies")
	c.update("jean", func(tx *store.Tx) error { return assembly.DropGroup(tx, c.group.ID) })
	if err := get("jean"); store.KindOf(err) != store.NotFound {
		t.Errorf("after the group: %v", err)
	}
}

// Hidden members leak through no roll (FO-1).
func TestFO1_HiddenMembersOnARoll(t *testing.T) {
	c := newClub(t)
	hidden := c.group
	hidden.Seen = group.ToKeepers
	c.update("jean", func(tx *store.Tx) error { return group.Edit(tx, &hidden, "") })
	a := c.convene()
	refused(t, "Rose guesses a seat", c.give(a, "rose", "paul"), "err.assembly.proxy_nobody")
	c.view("rose", func(tx *store.Tx) error {
		named, err := a.Named(tx)
		if err == nil && (named("paul") || !named("rose")) {
			t.Error("Rose reads Paul's name, or not her own")
		}
		return err
	})
}

func TestWhoLeavesStaysANumber(t *testing.T) {
	c := newClub(t)
	a := c.convene()
	if err := c.give(a, "rose", "paul"); err != nil {
		t.Fatal(err)
	}
	c.view("paul", func(tx *store.Tx) error {
		h, err := assembly.Personal.Export(tx, "paul")
		if text := fmt.Sprintf("%+v", h); err == nil && !strings.Contains(text, "Held:[rose]") {
			t.Errorf("export: %s", text)
		}
		return err
	})
	c.begin(a)
	second := assembly.Assembly{Starts: c.wall(20 * 24 * time.Hour), Place: "Salle des fêtes"}
	c.update("jean", func(tx *store.Tx) error {
		return errors.Join(assembly.Finish(tx, a.ID), assembly.Recall(tx, a.ID, &second))
	})
	c.update("", func(tx *store.Tx) error { return assembly.Personal.Erase(tx, "rose", store.EraseAll) })
	c.stands("after Rose left", a, "0+0/3")
	for _, a := range []assembly.Assembly{a, second} {
		c.view("jean", func(tx *store.Tx) error {
			roll, err := a.Roll(tx)
			for _, s := range roll {
				if s.Name == "rose" {
					t.Error("Rose's name is still on the roll")
				}
			}
			return err
		})
	}
	c.view("jean", func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM assembly_roll WHERE account_id = 'rose'`)
		if n != 0 {
			t.Error("Rose is still on the roll")
		}
		return err
	})
}
