package listing_test

import (
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

var member = store.Actor{ID: "member", Role: store.Resident}

const forest = "f0rest0000000000"

// grouped is a database with a public card and one for the members of a group,
// alike in all else.
func grouped(t *testing.T) (db *store.DB, clock *storetest.Clock, open, closed listing.Card) {
	t.Helper()
	db, clock = storetest.Open(t)
	at := listing.At(44.95, 1.85)
	open, closed = card("Chantier ouvert", "sentier"), card("Chantier fermé", "sentier", "clairière")
	for _, c := range []*listing.Card{&open, &closed} {
		c.Commune, c.Position, c.StartsAt = "46029", &at, storetest.Now.Add(time.Hour)
	}
	closed.Audience, closed.Group = listing.Group, forest
	storetest.Update(t, db, operator, func(tx *store.Tx) error {
		if err := listing.MakeZone(tx, &listing.Zone{Name: "Bois", Kind: listing.ZoneOther}); err != nil {
			return err
		}
		return listing.AddCommunes(tx, "bois", []string{"46029"})
	})
	storetest.Update(t, db, member, func(tx *store.Tx) error {
		if err := listing.Admit(tx, forest, member.ID); err != nil {
			return err
		}
		if err := listing.Regroup(tx, forest, listing.Public); err != nil {
			return err
		}
		return listing.Put(tx, closed, listing.Body{"description": "tronçonneuse"})
	})
	put(t, db, open)
	return db, clock, open, closed
}

// TestWhatIsForAGroupIsInNoOtherList asks for it in every way there is, also as
// those who belong, and as an operator.
func TestWhatIsForAGroupIsInNoOtherList(t *testing.T) {
	db, _, open, closed := grouped(t)
	near := listing.At(44.95, 1.85)
	box, ok := listing.ParseBox("44,1,46,3")
	if !ok {
		t.Fatal("no box")
	}
	for name, q := range map[string]listing.Query{
		"all": {}, "kind": {Kind: listing.KindEvent}, "kinds": {Kinds: []string{listing.KindEvent, listing.KindOffer}},
		"words": {Q: "chantier"}, "best": {Q: "chantier", Order: listing.Best}, "its words": {Q: "fermé"}, "its text": {Q: "tronçonneuse"},
		"words of a kind": {Q: "chantier", Kind: listing.KindEvent}, "tag": {Tag: "sentier"}, "its tag": {Tag: "clairière"},
		"commune": {Commune: "46029"}, "zone": {Zone: "bois"}, "zone and words": {Zone: "bois", Q: "chantier"}, "zone and kind": {Zone: "bois", Kind: listing.KindEvent},
		"circle": {Near: &near, RadiusKM: 5}, "nearest": {Near: &near, Order: listing.Nearest}, "dates": {From: storetest.Now},
		"by name": {Order: listing.ByName}, "own": {Origin: listing.FromHere}, "own first": {Order: listing.OwnFirst},
		"box": {Box: &box}, "placed": {Placed: listing.WithPlace}, "ids": {IDs: []string{open.Ref.ID, closed.Ref.ID}}, "current": {Current: storetest.Now},
		"another group": {Group: "0ther00000000000"},
	} {
		for _, who := range []store.Actor{visitor, resident, member, moderator, operator} {
			storetest.View(t, db, who, func(tx *store.Tx) error {
				res, err := listing.Find(tx, q)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				n, err := listing.Count(tx, q)
				if err != nil {
					return err
				}
				if got := titles(res); slices.Contains(got, closed.Title) || n != int64(len(got)) || res.Total != n {
					t.Errorf("%s as %q: %q, counted %d", name, who.ID, got, n)
				}
				if f, err := listing.Overview(tx, q, listing.Glance{Today: storetest.Now, Rings: []float64{5}, Cards: 5, Tags: 5}); err != nil || f.Total != n || slices.ContainsFunc(f.Tags, func(t listing.Tag) bool { return t.Key == "clairiere" }) {
					t.Errorf("%s as %q at a glance: %+v %v", name, who.ID, f, err)
				}
				return nil
			})
		}
	}
}

// TestWhatIsForAGroupLeavesNoTrace: nor is it in what is not a list.
func TestWhatIsForAGroupLeavesNoTrace(t *testing.T) {
	db, _, open, closed := grouped(t)
	for _, who := range []store.Actor{visitor, resident, member, operator} {
		storetest.View(t, db, who, func(tx *store.Tx) error {
			tags, err := listing.Tags(tx, "", 0)
			if err != nil || len(tags) != 1 || tags[0].N != 1 {
				t.Errorf("tags as %q: %v %v", who.ID, tags, err)
			}
			if letters, err := listing.TagLetters(tx); err != nil || len(letters) != 1 || letters[0].Name != "s" {
				t.Errorf("letters of tags as %q: %v %v", who.ID, letters, err)
			}
			if tag, _, err := listing.TagOf(tx, "clairière"); err != nil || tag.N != 0 || tag.Name != "clairiere" {
				t.Errorf("the tag as %q: %+v %v", who.ID, tag, err)
			}
			if dates, err := listing.Dates(tx, listing.Query{}); err != nil || !slices.Equal(titles(dates), []string{open.Title}) {
				t.Errorf("dates as %q: %q %v", who.ID, titles(dates), err)
			}
			if n, err := listing.Published(tx, []time.Time{storetest.Now.Add(-time.Hour), storetest.Now.Add(time.Hour)}); err != nil || n[0] != 1 {
				t.Errorf("published as %q: %d %v", who.ID, n, err)
			}
			if n, err := listing.OwnOf(tx, "agenda"); err != nil || n != 1 {
				t.Errorf("of the module: %d %v", n, err)
			}
			changes, err := listing.Changes(tx, 0, 10)
			if err != nil || len(changes) != 1 || changes[0].ID != open.Ref.ID {
				t.Errorf("for neighbours: %+v %v", changes, err)
			}
			if guesses, err := listing.Guesses(tx, listing.Query{Q: "tronconeuse"}); err != nil || len(guesses) > 0 {
				t.Errorf("a word of it is offered to %q: %+v %v", who.ID, guesses, err)
			}
			return nil
		})
	}
	storetest.View(t, db, operator, func(tx *store.Tx) error {
		if pairs, err := listing.Similar(tx, 10); err != nil || len(pairs) != 0 {
			t.Errorf("tags alike: %+v %v", pairs, err)
		}
		return nil
	})
	_ = closed
}

// TestWhoBelongsReadsWhatIsForTheGroup: by the group's list, among all their
// groups, and by its address; others learn that there is nothing.
func TestWhoBelongsReadsWhatIsForTheGroup(t *testing.T) {
	db, _, _, closed := grouped(t)
	shared := card("Réunion du groupe", "sentier")
	shared.Group = forest
	shared.StartsAt = storetest.Now.Add(2 * time.Hour)
	put(t, db, shared)
	for _, c := range []struct {
		who         store.Actor
		ofGroup, in int64
	}{{visitor, 1, 0}, {resident, 1, 0}, {member, 2, 1}, {moderator, 1, 0}, {operator, 1, 0}} {
		for name, q := range map[string]listing.Query{
			"": {}, "kind": {Kind: listing.KindEvent}, "dates": {From: storetest.Now}, "by name": {Order: listing.ByName}, "own first": {Order: listing.OwnFirst},
		} {
			q.Group = forest
			if res := find(t, db, c.who, q); res.Total != c.ofGroup || int64(len(res.Cards)) != c.ofGroup {
				t.Errorf("of the group, %s, as %q: %q of %d, want %d", name, c.who.ID, titles(res), res.Total, c.ofGroup)
			}
			q.Tag = "sentier"
			if n := find(t, db, c.who, q).Total; n != c.ofGroup {
				t.Errorf("of the group by a tag, %s, as %q: %d, want %d", name, c.who.ID, n, c.ofGroup)
			}
			q.Tag = ""
			q.Group, q.InGroups = "", true
			if res := find(t, db, c.who, q); res.Total != c.in || int64(len(res.Cards)) != c.in {
				t.Errorf("in groups, %s, as %q: %q of %d, want %d", name, c.who.ID, titles(res), res.Total, c.in)
			}
		}
		for words, want := range map[string]int64{"tronçonneuse": c.in, "clairiere": c.in, "nothing of it": 0, "reunion": 0} {
			if res := find(t, db, c.who, listing.Query{Q: words, InGroups: true}); res.Total != want {
				t.Errorf("%q in groups as %q: %d, want %d", words, c.who.ID, res.Total, want)
			}
		}
		if res := find(t, db, c.who, listing.Query{Q: "sentier", Group: forest, Order: listing.Best}); res.Total != c.ofGroup {
			t.Errorf("words of the group as %q: %d", c.who.ID, res.Total)
		}
		storetest.View(t, db, c.who, func(tx *store.Tx) error {
			near := listing.At(44.95, 1.85)
			if n, err := listing.CountWithin(tx, listing.Query{Group: forest, Near: &near}, []float64{5, 50}); err != nil || n[1] != c.in {
				t.Errorf("of the group around here as %q: %d, want %d: %v", c.who.ID, n, c.in, err)
			}
			got, err := listing.ByRef(tx, closed.Ref)
			if c.in == 0 && store.KindOf(err) != store.NotFound || c.in == 1 && (err != nil || got.Audience != listing.Group || got.Group != forest || got.Hidden) {
				t.Errorf("its card as %q: %+v %v", c.who.ID, got, err)
			}
			if _, err := listing.ByID(tx, closed.Ref.ID); (err == nil) != (c.in == 1) {
				t.Errorf("by id as %q: %v", c.who.ID, err)
			}
			return nil
		})
	}
	storetest.Update(t, db, member, func(tx *store.Tx) error { return listing.Expel(tx, forest, member.ID) })
	if res := find(t, db, member, listing.Query{InGroups: true}); res.Total != 0 {
		t.Error("who was expelled still reads")
	}
}

// TestFO4AGroupThatClosesTakesItsThingsAlong: lists, search, short codes and
// neighbours lose them at once, and get back what their authors had made wide.
func TestFO4AGroupThatClosesTakesItsThingsAlong(t *testing.T) {
	db, clock, open, closed := grouped(t)
	topic, event, residents := card("Abattage", "coupe"), card("Fête du bois", "fete"), card("Pour les habitants")
	topic.Kind, topic.Audience = listing.KindTopic, listing.Group // it has none of its own
	residents.Audience = listing.Members
	event.Occasions = []listing.Occasion{{StartsAt: storetest.Now.Add(time.Hour)}, {StartsAt: storetest.Now.Add(48 * time.Hour)}}
	for _, c := range []*listing.Card{&topic, &event, &residents} {
		c.Group = forest
	}
	put(t, db, topic, event, residents)
	before := find(t, db, visitor, listing.Query{Q: "abattage"})
	if before.Total != 1 {
		t.Fatalf("a topic of an open group is found %d times", before.Total)
	}
	var rev int64
	regroup := func(a listing.Audience) (changes []listing.Change) {
		clock.Add(time.Minute)
		storetest.Update(t, db, member, func(tx *store.Tx) (err error) {
			if rev, err = listing.Rev(tx); err != nil {
				return err
			}
			if err = listing.Regroup(tx, forest, a); err != nil {
				return err
			}
			changes, err = listing.Changes(tx, rev, 10)
			return err
		})
		return changes
	}
	state := func(step string, asVisitor, asResident, asMember int64) {
		t.Helper()
		for _, c := range []struct {
			who  store.Actor
			want int64
		}{{visitor, asVisitor}, {resident, asResident}, {member, asMember}} {
			if res := find(t, db, c.who, listing.Query{Group: forest}); res.Total != c.want {
				t.Errorf("%s, as %q: %q, want %d", step, c.who.ID, titles(res), c.want)
			}
			n := int64(0)
			for _, cd := range find(t, db, c.who, listing.Query{}).Cards {
				if cd.Group == forest {
					n++
				}
			}
			general := asResident
			if c.who == visitor {
				general = asVisitor
			}
			if n != general {
				t.Errorf("%s, as %q: %d in the general list, want %d", step, c.who.ID, n, general)
			}
		}
	}
	state("open", 2, 3, 4)
	for _, ch := range regroup(listing.Group) {
		if !ch.Gone {
			t.Errorf("neighbours still have %q", ch.Card.Title)
		}
	}
	state("closed", 0, 0, 4)
	for _, words := range []string{"abattage", "fete", "coupe"} {
		if n := find(t, db, resident, listing.Query{Q: words}).Total; n != 0 {
			t.Errorf("%q is found %d times", words, n)
		}
	}
	storetest.View(t, db, visitor, func(tx *store.Tx) error {
		if _, err := listing.ByCode(tx, before.Cards[0].Code); store.KindOf(err) != store.NotFound {
			t.Errorf("its short code: %v", err)
		}
		return nil
	})
	if dates := find(t, db, member, listing.Query{Group: forest, From: storetest.Now}); dates.Total != 2 {
		t.Errorf("members read dates of %q", titles(dates))
	}
	put(t, db, event) // put again meanwhile, as it was written
	state("put again", 0, 0, 4)
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.Hide(tx, topic.Ref, true) })
	state("one hidden", 0, 0, 3)
	regroup(listing.Members)
	state("for residents", 0, 2, 3)
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.Hide(tx, topic.Ref, false) })
	state("shown", 0, 3, 4)
	back := regroup(listing.Public)
	if len(back) != 2 || back[0].Gone || back[1].Gone {
		t.Errorf("neighbours hear of %+v", back)
	}
	state("open again", 2, 3, 4)
	if got := find(t, db, visitor, listing.Query{Q: "abattage"}); got.Total != 1 || got.Cards[0].Code != before.Cards[0].Code || !got.Cards[0].UpdatedAt.Equal(before.Cards[0].UpdatedAt) {
		t.Errorf("back as %+v", got.Cards)
	}
	if tags := find(t, db, visitor, listing.Query{Tag: "fete"}); tags.Total != 1 {
		t.Error("its tag does not find it any more")
	}
	_, _ = open, closed
}

// TestAHiddenThingOfAGroup: its readers do not see it, a moderator does.
func TestAHiddenThingOfAGroup(t *testing.T) {
	db, _, _, closed := grouped(t)
	storetest.Update(t, db, moderator, func(tx *store.Tx) error {
		if _, err := listing.ByRef(tx, closed.Ref); store.KindOf(err) != store.NotFound {
			t.Errorf("a moderator outside reads it: %v", err)
		}
		if err := listing.Hide(tx, closed.Ref, true); err != nil {
			return err
		}
		if c, err := listing.ByRef(tx, closed.Ref); err != nil || !c.Hidden || c.Audience != listing.Group {
			t.Errorf("hidden, as a moderator: %+v %v", c, err)
		}
		if hushed, err := listing.Hushed(tx, closed.Ref); err != nil || !hushed {
			t.Errorf("hushed: %v %v", hushed, err)
		}
		return nil
	})
	for name, q := range map[string]listing.Query{"all": {InGroups: true}, "group": {Group: forest}, "words": {Q: "tronçonneuse", InGroups: true}, "best": {Q: "chantier", Group: forest, Order: listing.Best}} {
		if res := find(t, db, member, q); res.Total != 0 || len(res.Cards) != 0 {
			t.Errorf("%s: members still find it", name)
		}
	}
	put(t, db, closed)
	storetest.View(t, db, member, func(tx *store.Tx) error {
		if _, err := listing.ByRef(tx, closed.Ref); store.KindOf(err) != store.NotFound {
			t.Errorf("changed while hidden, a member reads it: %v", err)
		}
		return nil
	})
	storetest.Update(t, db, moderator, func(tx *store.Tx) error { return listing.Hide(tx, closed.Ref, false) })
	if res := find(t, db, member, listing.Query{Q: "chantier", InGroups: true}); res.Total != 1 {
		t.Error("shown again, members do not find it")
	}
	if res := find(t, db, resident, listing.Query{}); res.Total != 1 {
		t.Error("shown again, everybody finds it")
	}
}

func TestACardForAGroupNamesOne(t *testing.T) {
	c := card("Sans groupe")
	c.Audience = listing.Group
	if store.KindOf(c.Check()) != store.Invalid {
		t.Error("a card for the members of no group passes")
	}
}

// TestWhoMaySee is the rule by itself: what was chosen, the group's reading,
// who asks.
func TestWhoMaySee(t *testing.T) {
	db, _, _, _ := grouped(t)
	for _, c := range []struct {
		reading, chosen listing.Audience
		who             store.Actor
		want            bool
	}{
		{listing.Public, listing.Public, visitor, true},
		{listing.Public, listing.Members, visitor, false},
		{listing.Public, listing.Members, resident, true},
		{listing.Public, listing.Group, resident, false},
		{listing.Public, listing.Group, member, true},
		{listing.Public, listing.Group, operator, false},
		{listing.Members, listing.Public, visitor, false},
		{listing.Members, listing.Public, resident, true},
		{listing.Members, listing.Group, moderator, false},
		{listing.Group, listing.Public, resident, false},
		{listing.Group, listing.Public, member, true},
		{listing.Group, listing.Members, visitor, false},
	} {
		storetest.Update(t, db, c.who, func(tx *store.Tx) error {
			if err := listing.Regroup(tx, forest, c.reading); err != nil {
				return err
			}
			if got, err := listing.MaySee(tx, c.chosen, forest); got != c.want || err != nil {
				t.Errorf("read by %d, chosen %d, as %q: %v %v", c.reading, c.chosen, c.who.ID, got, err)
			}
			return nil
		})
	}
	storetest.Update(t, db, member, func(tx *store.Tx) error {
		if err := listing.Disband(tx, forest); err != nil {
			return err
		}
		if got, err := listing.MaySee(tx, listing.Public, forest); got || err != nil {
			t.Errorf("of a group that is gone: %v %v", got, err)
		}
		return nil
	})
	if res := find(t, db, member, listing.Query{Group: forest}); res.Total != 0 {
		t.Error("cards of a group that is gone are listed")
	}
}
