package discussion_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/storetest"
)

var op = store.Actor{ID: "op", Role: store.Operator}

// thing is a card of another module.
func (v *village) thing(title string, change ...func(*listing.Card)) store.Ref {
	v.t.Helper()
	c := listing.Card{Ref: store.Ref{Module: "ads"}, Kind: listing.KindOffer, Title: title, Audience: listing.Public}
	for _, f := range change {
		f(&c)
	}
	v.update(ana, func(tx *store.Tx) error {
		c.Ref.ID = tx.NewID()
		return listing.Put(tx, c, listing.Body{"name": title})
	})
	return c.Ref
}

func (v *village) comments(as store.Actor, ref store.Ref, text string) (p discussion.Post, err error) {
	err = v.try(as, func(tx *store.Tx) (err error) {
		p, err = discussion.Comment(tx, ref, discussion.Draft{Text: text}, []string{ana.ID})
		return err
	})
	return p, err
}

func (v *village) comment(as store.Actor, ref store.Ref, text string) discussion.Post {
	v.t.Helper()
	p, err := v.comments(as, ref, text)
	wants(v.t, text, err, "")
	return p
}

func (v *village) thread(as store.Actor, ref store.Ref) (t discussion.Thread, err error) {
	err = v.View(store.As(v.t.Context(), as), func(tx *store.Tx) (err error) {
		t, err = discussion.About(tx, ref)
		return err
	})
	return t, err
}

func (v *village) latest(as store.Actor, before string, limit int) (texts []string, ids []string, more bool) {
	v.t.Helper()
	storetest.View(v.t, v.DB, as, func(tx *store.Tx) error {
		list, m, err := discussion.Latest(tx, before, limit)
		for i := range list {
			texts, ids = append(texts, list[i].Text), append(ids, list[i].ID)
		}
		more = m
		return err
	})
	return texts, ids, more
}

func TestAPublicThingIsCommentedOn(t *testing.T) {
	v := newVillage(t)
	bike := v.thing("Vélo")
	wants(t, "a visitor", second(v.comments(visitor, bike, "Bonjour")), "err.sign_in")
	v.comment(bob, bike, "Encore là ?")
	v.comment(bob, bike, "Encore là ?") // tapped twice
	wants(t, "nothing", second(v.comments(zoe, bike, "  ")), "err.discussion.empty")
	got, err := v.thread(visitor, bike)
	if err != nil || got.Count != 1 || got.Last != 1 || !got.Takes() {
		t.Errorf("%+v %v", got, err)
	}
	if told := v.told(ana); told != "comment" {
		t.Errorf("who answers for it is told %q", told)
	}
}

func second(_ discussion.Post, err error) error { return err }

func TestOnlyPublicThingsTakeComments(t *testing.T) {
	v := newVillage(t)
	for i, change := range []func(*listing.Card){
		func(c *listing.Card) { c.Audience = listing.Members },
		func(c *listing.Card) { c.Audience, c.Group = listing.Group, v.bois },
		func(c *listing.Card) { c.Kind = listing.KindPerson },
		func(c *listing.Card) { c.Kind = listing.KindTopic },
	} {
		ref := v.thing("Chose"+fmt.Sprint(i, "----"[:i]), change)
		wants(t, fmt.Sprint(i), second(v.comments(bob, ref, "Ici ?")), "err.not_found")
	}
	hidden := v.thing("Une chose cachée")
	v.comment(bob, hidden, "Avant")
	v.update(mod, func(tx *store.Tx) error { return listing.Hide(tx, hidden, true) })
	_, err := v.thread(zoe, hidden)
	wants(t, "hidden", err, "err.not_found")
	if texts, _, _ := v.latest(visitor, "", 5); len(texts) != 0 {
		t.Errorf("the feed holds %q", texts)
	}
}

func TestWhoAnswersForAThingClosesItsComments(t *testing.T) {
	v := newVillage(t)
	bike := v.thing("Vélo")
	v.comment(bob, bike, "Avant")
	shut := func(as store.Actor, closed, trusted bool) error {
		return v.try(as, func(tx *store.Tx) error {
			if trusted {
				tx.Entrust(bike)
			}
			return discussion.CloseComments(tx, bike, closed)
		})
	}
	wants(t, "anybody", shut(bob, true, false), "err.forbidden")
	wants(t, "who answers for it", shut(ana, true, true), "")
	wants(t, "once more", shut(ana, true, true), "")
	wants(t, "a comment", second(v.comments(zoe, bike, "Après")), "err.comment.closed")
	if got, err := v.thread(visitor, bike); err != nil || got.Takes() || got.Count != 1 {
		t.Errorf("%+v %v", got, err)
	}
	wants(t, "a moderator", shut(mod, false, false), "err.forbidden")
	wants(t, "who answers for it opens", shut(ana, false, true), "")
	v.comment(zoe, bike, "Après")
}

// A comment has all a post has: history, reports, hiding, erasure.
func TestACommentIsAPost(t *testing.T) {
	v := newVillage(t)
	bike := v.thing("Vélo")
	p := v.comment(bob, bike, "Sale vendeuse")
	v.clock.Add(time.Hour)
	v.update(bob, func(tx *store.Tx) error { _, err := discussion.Edit(tx, p.ID, "Vilaine vendeuse"); return err })
	storetest.View(t, v.DB, zoe, func(tx *store.Tx) error {
		was, err := discussion.History(tx, p.ID)
		if len(was) != 1 || was[0].Text != "Sale vendeuse" {
			t.Errorf("before: %+v", was)
		}
		return err
	})
	wants(t, "a report", v.report(zoe, p.ID), "")
	wants(t, "a neighbour hides", v.hide(zoe, p.ID), "err.forbidden")
	wants(t, "a moderator hides", v.hide(mod, p.ID), "")
	if texts, _, _ := v.latest(visitor, "", 5); len(texts) != 0 {
		t.Errorf("the feed holds %q", texts)
	}
	wants(t, "a moderator shows", v.show(mod, p.ID), "")
	v.comment(zoe, bike, "Restons polis")
	v.update(bob, func(tx *store.Tx) error { return discussion.Personal.Erase(tx, bob.ID, store.EraseAll) })
	got, err := v.thread(visitor, bike)
	if err != nil || got.Count != 1 || got.Last != 2 {
		t.Errorf("after they left: %+v %v", got, err)
	}
}

func TestTheLatestCommentsComeInPages(t *testing.T) {
	v := newVillage(t)
	bike, pump := v.thing("Vélo"), v.thing("Pompe")
	v.comment(bob, bike, "a")
	v.comment(zoe, pump, "b")
	v.clock.Add(time.Minute)
	v.comment(zoe, bike, "c")
	v.begin(ana, v.bois, "Un sujet n'est pas un commentaire")
	texts, ids, more := v.latest(visitor, "", 2)
	if len(texts) != 2 || texts[0] != "c" || !more {
		t.Fatalf("%q %v", texts, more)
	}
	rest, _, more := v.latest(visitor, ids[1], 2)
	if len(rest) != 1 || more || rest[0] == texts[1] {
		t.Errorf("then %q %v", rest, more)
	}
}

// FO-5: what the town hall publishes takes no comments.
func TestFO5_AnOfficialVoiceTakesNoComments(t *testing.T) {
	v := newVillage(t)
	hall := directory.Element{Kind: directory.Org, Name: "Mairie", Audience: listing.Public}
	v.update(op, func(tx *store.Tx) error { return directory.Add(tx, &hall) })
	v.comment(bob, hall.Ref(), "Avant")
	official := func(as store.Actor, on bool) error {
		return v.try(as, func(tx *store.Tx) error { return discussion.MakeOfficial(tx, hall.ID, on) })
	}
	wants(t, "a moderator", official(mod, true), "err.forbidden")
	wants(t, "an operator", official(op, true), "")
	notice := v.thing("Arrêté")
	v.update(op, func(tx *store.Tx) error { return directory.Stand(tx, hall.ID, notice, "Arrêté") })
	for _, ref := range []store.Ref{hall.Ref(), notice} {
		wants(t, ref.Module, second(v.comments(bob, ref, "Pourquoi ?")), "err.comment.official")
		if got, err := v.thread(visitor, ref); err != nil || got.Takes() || got.Official == nil || got.Official.Name != "Mairie" {
			t.Errorf("%+v %v", got, err)
		}
	}
	if texts, _, _ := v.latest(visitor, "", 5); len(texts) != 0 {
		t.Errorf("the feed holds %q", texts)
	}
	wants(t, "no more", official(op, false), "")
	v.comment(bob, notice, "Ah")
}

func TestCommentsGoWithTheirThing(t *testing.T) {
	v := newVillage(t)
	bike := v.thing("Vélo")
	v.comment(bob, bike, "Joli")
	v.update(ana, func(tx *store.Tx) error { return listing.Erase(tx, bike) })
	for range 33 {
		v.clock.Add(time.Hour)
		v.update(visitor, discussion.Jobs[0].Run)
	}
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM discussion_posts`)
		if n != 0 {
			t.Errorf("%d are left", n)
		}
		return err
	})
}

// An ad that has ended is put up again, and what was said below it stands there.
func TestCommentsWaitForWhatIsPutBack(t *testing.T) {
	v := newVillage(t)
	bike := v.thing("Vélo")
	v.comment(bob, bike, "Joli")
	v.update(ana, func(tx *store.Tx) error { return listing.Withdraw(tx, bike) })
	hours := func() {
		for range 33 {
			v.clock.Add(time.Hour)
			v.update(visitor, discussion.Jobs[0].Run)
		}
	}
	back := func() (n int) {
		v.update(ana, func(tx *store.Tx) error {
			return listing.Put(tx, listing.Card{Ref: bike, Kind: listing.KindOffer, Title: "Vélo", Audience: listing.Public}, listing.Body{"name": "Vélo"})
		})
		thread, err := v.thread(visitor, bike)
		wants(t, "the thread", err, "")
		return thread.Count
	}
	hours()
	if n := back(); n != 1 {
		t.Errorf("put back: %d comments", n)
	}
	v.update(ana, func(tx *store.Tx) error { return listing.Withdraw(tx, bike) })
	v.clock.Add(400 * 24 * time.Hour)
	hours()
	if n := back(); n != 0 {
		t.Errorf("after more than a year: %d comments", n)
	}
}

func TestAnOfficialVoiceGoesWithItsElement(t *testing.T) {
	v := newVillage(t)
	var ids [2]string
	v.update(op, func(tx *store.Tx) error {
		for i, audience := range []listing.Audience{listing.Public, listing.Members} {
			e := directory.Element{Kind: directory.Org, Name: "Mairie", Audience: audience}
			if err := directory.Add(tx, &e); err != nil {
				return err
			}
			if err := discussion.MakeOfficial(tx, e.ID, true); err != nil {
				return err
			}
			ids[i] = e.ID
		}
		return directory.Remove(tx, ids[0])
	})
	for _, job := range slices.Concat(discussion.Jobs, message.Jobs) {
		v.update(visitor, job.Run)
	}
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
		for _, table := range []string{"discussion_officials", "message_desks"} {
			left, err := store.All(tx, store.Scan[string], `SELECT element_id FROM `+table)
			if err != nil || len(left) != 1 || left[0] != ids[1] {
				t.Errorf("%s: %q, want %q; %v", table, left, ids[1], err)
			}
		}
		return nil
	})
}
