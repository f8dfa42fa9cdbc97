package discussion_test

import (
	"strconv"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

// club is an organisation bob administers.
func (v *village) club(audience listing.Audience) string {
	v.t.Helper()
	e := directory.Element{Kind: directory.Org, Name: "Club de marche", Audience: audience}
	v.update(bob, func(tx *store.Tx) error { return directory.Add(tx, &e) })
	return e.ID
}

// entries writes one into a journal.
func (v *village) entries(as store.Actor, e *discussion.Entry) error {
	v.t.Helper()
	if e.Title == "" {
		e.Title = "Sortie"
	}
	if e.Text == "" {
		e.Text = "Dimanche."
	}
	return v.try(as, func(tx *store.Tx) error { return discussion.PublishEntry(tx, e) })
}

func (v *village) entry(as store.Actor, e discussion.Entry) discussion.Entry {
	v.t.Helper()
	wants(v.t, e.Title, v.entries(as, &e), "")
	return e
}

// changes edits an entry.
func (v *village) changes(as store.Actor, e discussion.Entry, change func(*discussion.Entry)) error {
	v.t.Helper()
	change(&e)
	return v.try(as, func(tx *store.Tx) error { return discussion.EditEntry(tx, &e, "") })
}

func (v *village) readsEntry(as store.Actor, id string) bool {
	v.t.Helper()
	err := v.View(store.As(v.t.Context(), as), func(tx *store.Tx) error {
		_, err := discussion.EntryOf(tx, id)
		return err
	})
	if err != nil && store.KindOf(err) != store.NotFound {
		v.t.Errorf("%q: %v", as.ID, err)
	}
	return err == nil
}

// journal are the titles somebody finds in a journal, the newest first.
func (v *village) journal(as store.Actor, element, of string) (titles []string) {
	v.t.Helper()
	storetest.View(v.t, v.DB, as, func(tx *store.Tx) error {
		q, err := discussion.Entries(tx, element, of)
		if err != nil {
			return err
		}
		res, err := listing.Find(tx, q)
		for _, c := range res.Cards {
			titles = append(titles, c.Title)
		}
		return err
	})
	return titles
}

func TestOnlyWhoAnswersForAJournalWritesInIt(t *testing.T) {
	v := newVillage(t)
	club := v.club(listing.Public)
	for _, c := range []struct {
		who         store.Actor
		club, grove string // keys of the refusals
	}{
		{visitor, "err.sign_in", "err.sign_in"},
		{bob, "", "err.discussion.not_keeper"}, // belongs to the group and does not keep it
		{ana, "err.discussion.not_keeper", ""},
		{mod, "err.discussion.not_keeper", "err.discussion.not_keeper"},
		{op, "err.discussion.not_keeper", "err.discussion.not_keeper"},
	} {
		wants(t, c.who.ID+" for the club", v.entries(c.who, &discussion.Entry{Element: club, Audience: listing.Public}), c.club)
		wants(t, c.who.ID+" for the group", v.entries(c.who, &discussion.Entry{Group: v.bois, Audience: listing.Public}), c.grove)
	}
	e := v.entry(bob, discussion.Entry{Element: club, Title: "Deux", Audience: listing.Public})
	wants(t, "another changes it", v.changes(ana, e, func(e *discussion.Entry) { e.Title = "Autre" }), "err.discussion.not_keeper")
	wants(t, "another takes it away", v.try(ana, func(tx *store.Tx) error { return discussion.RemoveEntry(tx, e.ID) }), "err.discussion.not_keeper")
	v.update(ana, func(tx *store.Tx) error { return group.Close(tx, v.bois) })
	wants(t, "a closed group", v.entries(ana, &discussion.Entry{Group: v.bois, Title: "Trois", Audience: listing.Public}), "err.discussion.not_keeper")
}

// An entry has no wider audience than what its journal is of.
func TestAnEntryIsReadByWhomItWasWrittenFor(t *testing.T) {
	v := newVillage(t)
	club, inner := v.club(listing.Public), v.club(listing.Members)
	for name, c := range map[string]struct {
		as     store.Actor
		e      discussion.Entry
		reads  []store.Actor
		others []store.Actor
	}{
		"public":    {bob, discussion.Entry{Element: club, Audience: listing.Public}, []store.Actor{visitor, out, bob}, nil},
		"residents": {bob, discussion.Entry{Element: club, Audience: listing.Members}, []store.Actor{out, bob}, []store.Actor{visitor}},
		"members":   {ana, discussion.Entry{Group: v.bois, Audience: listing.Group}, []store.Actor{zoe, ana}, []store.Actor{visitor, out, mod}},
		"closed":    {ana, discussion.Entry{Group: v.cave, Audience: listing.Group}, []store.Actor{zoe, ana}, []store.Actor{visitor, out, mod}},
	} {
		c.e.Title = name
		e := v.entry(c.as, c.e)
		for _, who := range c.reads {
			if listed := v.journal(who, e.Element, e.Group); !v.readsEntry(who, e.ID) || !contains(listed, name) {
				t.Errorf("%s: %q does not read it, or finds %q", name, who.ID, listed)
			}
		}
		for _, who := range c.others {
			if listed := v.journal(who, e.Element, e.Group); v.readsEntry(who, e.ID) || contains(listed, name) {
				t.Errorf("%s: %q reads it, or finds %q", name, who.ID, listed)
			}
		}
	}
	for name, e := range map[string]discussion.Entry{
		"wider than the element": {Element: inner, Audience: listing.Public},
		"an element's members":   {Element: club, Audience: listing.Group},
		"nobody's":               {Element: club, Audience: listing.Here},
	} {
		wants(t, name, v.entries(bob, &e), "err.discussion.audience")
	}
	wants(t, "wider than the group", v.entries(ana, &discussion.Entry{Group: v.cave, Audience: listing.Members}), "err.discussion.audience")
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Narrowing hides at once; what the neighbours had is told to be gone.
func TestANarrowedEntryIsGoneFromWhereItWas(t *testing.T) {
	v := newVillage(t)
	club := v.club(listing.Public)
	e := v.entry(bob, discussion.Entry{Element: club, Audience: listing.Public})
	leaves := func() (n int) {
		storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
			res, err := listing.Find(tx, listing.Query{Kind: listing.KindNotice, Leaves: true})
			n = len(res.Cards)
			return err
		})
		return n
	}
	if leaves() != 1 {
		t.Fatal("a public entry does not leave the box")
	}
	wants(t, "narrow", v.changes(bob, e, func(e *discussion.Entry) { e.Audience = listing.Members }), "")
	if leaves() != 0 || v.readsEntry(visitor, e.ID) || len(v.journal(visitor, club, "")) != 0 || !v.readsEntry(out, e.ID) {
		t.Error("it is still read, or by nobody")
	}
	grove := v.entry(ana, discussion.Entry{Group: v.bois, Audience: listing.Public})
	v.update(ana, func(tx *store.Tx) error {
		g, err := group.Kept(tx, v.bois)
		if err != nil {
			return err
		}
		g.Reading = group.ToMembers
		return group.Edit(tx, &g, "")
	})
	if leaves() != 0 || v.readsEntry(out, grove.ID) || !v.readsEntry(zoe, grove.ID) {
		t.Error("an entry of a group is not read as the group is")
	}
}

func TestFO6_AnEntryKeepsWhatItSaid(t *testing.T) {
	v := newVillage(t)
	e := v.entry(bob, discussion.Entry{Element: v.club(listing.Public), Text: "Samedi.", Audience: listing.Public, Free: true})
	said := func(as store.Actor) (list []discussion.Said, err error) {
		err = v.View(store.As(t.Context(), as), func(tx *store.Tx) (err error) {
			list, err = discussion.EntryHistory(tx, e.ID)
			return err
		})
		return list, err
	}
	wants(t, "at once", v.changes(bob, e, func(e *discussion.Entry) { e.Text = "Dimanche." }), "")
	if _, err := said(out); store.KindOf(err) != store.NotFound {
		t.Errorf("a change in the first minutes leaves a mark: %v", err)
	}
	v.clock.Add(discussion.Grace)
	wants(t, "later", v.changes(bob, e, func(e *discussion.Entry) { e.Text, e.Free = "Lundi.", false }), "")
	if list, err := said(out); err != nil || len(list) != 1 || list[0].Text != "Sortie\nDimanche." {
		t.Errorf("%+v %v", list, err)
	}
	if _, err := said(visitor); err == nil {
		t.Error("a visitor reads what it said")
	}
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
		got, err := discussion.EntryOf(tx, e.ID)
		if err != nil {
			return err
		}
		if !got.Free || got.EditedAt.IsZero() || got.Text != "Lundi." {
			t.Errorf("%+v", got)
		}
		c, err := listing.ByRef(tx, e.Ref())
		if err != nil {
			return err
		}
		body, err := listing.BodyOf(tx, c)
		if body["license"] != discussion.License {
			t.Errorf("what neighbours get says no licence: %v", body)
		}
		return err
	})
	v.clock.Add(discussion.Grace)
	wants(t, "the audience alone", v.changes(bob, e, func(e *discussion.Entry) { e.Text, e.Audience = "Lundi.", listing.Members }), "")
	if list, _ := said(out); len(list) != 1 {
		t.Errorf("another audience is kept as other words: %+v", list)
	}
}

func TestAPublicEntryIsCommentedOnAsAnyPublicThing(t *testing.T) {
	v := newVillage(t)
	club := v.club(listing.Public)
	e := v.entry(bob, discussion.Entry{Element: club, Audience: listing.Public})
	inner := v.entry(bob, discussion.Entry{Element: club, Title: "Entre nous", Audience: listing.Members})
	v.comment(out, e.Ref(), "Bravo")
	if texts, _, _ := v.latest(visitor, "", 10); len(texts) != 1 || texts[0] != "Bravo" {
		t.Errorf("the comments of all things: %q", texts)
	}
	if _, err := v.comments(out, inner.Ref(), "Bravo"); store.KindOf(err) != store.NotFound {
		t.Errorf("what is not public takes comments: %v", err)
	}
	v.update(op, func(tx *store.Tx) error { return discussion.MakeOfficial(tx, club, true) })
	wants(t, "an official voice", second(v.comments(out, e.Ref(), "Encore")), "err.comment.official")
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
		who, err := discussion.Answering(tx, e.ID)
		if len(who) != 1 || who[0] != "bob" {
			t.Errorf("who answers for it: %q", who)
		}
		return err
	})
}

func TestAHiddenEntryIsReadByWhoAnswersForItAndDoesNotChange(t *testing.T) {
	v := newVillage(t)
	club := v.club(listing.Public)
	e := v.entry(bob, discussion.Entry{Element: club, Audience: listing.Public})
	v.update(mod, func(tx *store.Tx) error {
		return moderation.Hide(tx, e.Ref(), "bob", moderation.Cause{Reason: "illegal"})
	})
	if v.readsEntry(visitor, e.ID) || v.readsEntry(out, e.ID) || !v.readsEntry(bob, e.ID) || len(v.journal(out, club, "")) != 0 {
		t.Error("a hidden entry is read by the wrong people")
	}
	wants(t, "other words", v.changes(bob, e, func(e *discussion.Entry) { e.Text = "Mieux." }), "err.discussion.hidden")
	wants(t, "a moderator alone", v.try(mod, func(tx *store.Tx) error { return discussion.RemoveEntry(tx, e.ID) }), "err.discussion.not_keeper")
	v.update(mod, func(tx *store.Tx) error {
		tx.Entrust(e.Ref())
		return discussion.RemoveEntry(tx, e.ID)
	})
	if v.readsEntry(bob, e.ID) {
		t.Error("it is there after moderators took it away")
	}
}

func TestAJournalGoesWithWhatItIsOf(t *testing.T) {
	v := newVillage(t)
	club := v.club(listing.Public)
	e := v.entry(bob, discussion.Entry{Element: club, Audience: listing.Public})
	v.comment(out, e.Ref(), "Bravo")
	other := v.entry(bob, discussion.Entry{Element: v.club(listing.Public), Audience: listing.Public})
	grove := v.entry(ana, discussion.Entry{Group: v.bois, Audience: listing.Public})
	v.update(bob, func(tx *store.Tx) error { return directory.Remove(tx, club) })
	for _, j := range discussion.Jobs {
		v.update(visitor, j.Run)
	}
	v.update(ana, func(tx *store.Tx) error { return discussion.DropGroup(tx, v.bois) })
	if v.readsEntry(bob, e.ID) || v.readsEntry(ana, grove.ID) || !v.readsEntry(visitor, other.ID) {
		t.Error("the wrong entries are left")
	}
	var left int64
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) (err error) {
		left, err = listing.Count(tx, listing.Query{Kind: listing.KindNotice})
		return err
	})
	storetest.View(t, v.DB, out, func(tx *store.Tx) error {
		said, err := discussion.Posts(tx, e.Ref(), 1, 9, true)
		if len(said) != 0 {
			t.Errorf("its comments are left: %+v", said)
		}
		return err
	})
	if left != 1 {
		t.Errorf("%d cards are left", left)
	}
}

// VP-1, VP-2: the organisation's words stay without a name, or go whole.
func TestVP_AnEntryLosesItsAuthorOrGoes(t *testing.T) {
	for how, stays := range map[store.Erasure]bool{store.KeepUnnamed: true, store.EraseAll: false} {
		v := newVillage(t)
		e := v.entry(bob, discussion.Entry{Element: v.club(listing.Public), Text: "Les mots.", Audience: listing.Public})
		storetest.View(t, v.DB, bob, func(tx *store.Tx) error {
			held, err := discussion.Personal.Export(tx, "bob")
			h, _ := held.(discussion.Holding)
			if len(h.Journal) != 1 || h.Journal[0].Text != "Les mots." {
				t.Errorf("what bob takes along: %+v", held)
			}
			return err
		})
		v.update(bob, func(tx *store.Tx) error { return account.Leave(tx, "bob", how) })
		if v.readsEntry(visitor, e.ID) != stays {
			t.Errorf("%v: read %v", how, !stays)
		}
		if !stays {
			continue
		}
		storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
			author, err := discussion.EntryAuthorOf(tx, e.ID)
			if author != "" {
				t.Errorf("it names %q", author)
			}
			return err
		})
	}
}

func TestAnEntryHasBounds(t *testing.T) {
	v := newVillage(t)
	club := v.club(listing.Public)
	wants(t, "no words", v.entries(bob, &discussion.Entry{Element: club, Text: " ", Audience: listing.Public}), "err.discussion.empty")
	wants(t, "no title", v.entries(bob, &discussion.Entry{Element: club, Title: " ", Audience: listing.Public}), "err.listing.title_empty")
	once := v.entry(bob, discussion.Entry{Element: club, Audience: listing.Public})
	if again := v.entry(bob, discussion.Entry{Element: club, Audience: listing.Public}); again.ID != once.ID {
		t.Error("the same words tapped twice are two entries")
	}
	for i := 1; i < discussion.NewPerHour; i++ {
		v.entry(bob, discussion.Entry{Element: club, Title: strconv.Itoa(i), Audience: listing.Public})
	}
	wants(t, "one more", v.entries(bob, &discussion.Entry{Element: club, Title: "Trop", Audience: listing.Public}), "err.discussion.many_entries")
	v.clock.Add(time.Hour)
	wants(t, "an hour later", v.entries(bob, &discussion.Entry{Element: club, Title: "Trop", Audience: listing.Public}), "")
}
