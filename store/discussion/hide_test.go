package discussion_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/discussion"
	"copi.local/store/listing"
	"copi.local/store/moderation"
	"copi.local/store/storetest"
)

func (v *village) hide(as store.Actor, id string) error {
	return v.judge(as, id, func(tx *store.Tx, ref store.Ref, author string) error {
		return moderation.Hide(tx, ref, author, moderation.Cause{Reason: "insult"})
	})
}

func (v *village) report(as store.Actor, id string) error {
	return v.judge(as, id, func(tx *store.Tx, ref store.Ref, author string) error {
		_, err := moderation.File(tx, ref, author, "insult", "Trop", "here")
		return err
	})
}

func (v *village) show(as store.Actor, id string) error { return v.judge(as, id, moderation.Show) }

// judge does something about a post as moderators do, with its author.
func (v *village) judge(as store.Actor, id string, do func(*store.Tx, store.Ref, string) error) error {
	return v.try(as, func(tx *store.Tx) error {
		author, err := discussion.PostAuthorOf(tx, id)
		if err != nil {
			return err
		}
		return do(tx, store.Ref{Module: discussion.PostModule, ID: id}, author)
	})
}

func TestAModeratorHidesAPostWithAReason(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(ana, v.bois, "Ton")
	p := v.says(bob, topic.ID, "Gros mots")
	wants(t, "a member hides", v.hide(zoe, p.ID), "err.forbidden")
	wants(t, "its author hides", v.hide(bob, p.ID), "err.forbidden")
	wants(t, "who keeps the group hides", v.hide(ana, p.ID), "")
	for _, c := range []struct {
		who   store.Actor
		reads bool
	}{{visitor, false}, {zoe, false}, {bob, true}, {ana, true}, {mod, true}} {
		got := v.posts(c.who, topic.ID)[1]
		if !got.Hidden || got.Why.Reason != "insult" || !got.Why.InPlace || (got.Text != "") != c.reads {
			t.Errorf("%q reads %+v", c.who.ID, got)
		}
	}
	if told := v.told(bob); told != "notify.moderation_hidden" {
		t.Errorf("its author is told %q", told)
	}
	wants(t, "its author changes it", v.try(bob, func(tx *store.Tx) error {
		_, err := discussion.Edit(tx, p.ID, "Doux")
		return err
	}), "err.discussion.hidden")
	show := func(who store.Actor) error { return v.show(who, p.ID) }
	wants(t, "a member shows it", show(zoe), "err.forbidden")
	wants(t, "it comes back", show(ana), "")
	wants(t, "the box hides it", v.hide(mod, p.ID), "")
	wants(t, "the group shows what the box hid", show(ana), "err.moderation.box_hid")
	wants(t, "the box shows it", show(mod), "")
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
		list, err := moderation.LogBefore(tx, 0, 10)
		if len(list) != 4 || list[3].Act != "hide" || list[0].Act != "show" || list[0].Kind != "post" {
			t.Errorf("the public log: %+v", list)
		}
		return err
	})
}

func TestHidingTheFirstPostHidesTheTopic(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Entier")
	v.says(zoe, topic.ID, "Oui")
	id := v.posts(bob, topic.ID)[0].ID
	wants(t, "hide", v.hide(ana, id), "")
	for who, reads := range map[store.Actor]bool{visitor: false, zoe: false, out: false, bob: true, ana: true, mod: true} {
		if _, err := v.get(who, topic.ID); (err == nil) != reads {
			t.Errorf("%q: %v", who.ID, err)
		}
	}
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
		list, err := discussion.InGroup(tx, v.bois, 0, 10)
		n, _ := listing.Count(tx, listing.Query{Kind: listing.KindTopic})
		if len(list) != 0 || n != 0 {
			t.Errorf("%d listed, %d cards", len(list), n)
		}
		return err
	})
	wants(t, "show", v.show(ana, id), "")
	if _, err := v.get(visitor, topic.ID); err != nil {
		t.Error(err)
	}
}

// What the box hid does not come back by a new title, new words or another group.
func TestAHiddenTopicStaysHiddenWhateverItsAuthorDoes(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Insulte")
	first, other := v.posts(bob, topic.ID)[0].ID, v.group("Pré", listing.Public, false)
	v.update(mod, func(tx *store.Tx) error {
		return moderation.Hide(tx, topic.Ref(), "bob", moderation.Cause{Reason: "illegal"})
	})
	for what, do := range map[string]struct {
		as store.Actor
		do func(*store.Tx) error
	}{
		"a title": {bob, func(tx *store.Tx) error { return discussion.Retitle(tx, topic.ID, "Encore") }},
		"words":   {bob, func(tx *store.Tx) error { _, err := discussion.Edit(tx, first, "Encore"); return err }},
		"a move":  {ana, func(tx *store.Tx) error { return discussion.Move(tx, topic.ID, other) }},
		"first shown": {ana, func(tx *store.Tx) error {
			ref := store.Ref{Module: discussion.PostModule, ID: first}
			return errors.Join(moderation.Hide(tx, ref, "bob", moderation.Cause{Reason: "off_topic"}), moderation.Show(tx, ref, "bob"))
		}},
	} {
		wants(t, what, v.try(do.as, do.do), "")
		if _, err := v.get(zoe, topic.ID); store.KindOf(err) != store.NotFound {
			t.Errorf("%s: it is read again: %v", what, err)
		}
	}
}

func TestAReportedPostIsReadByAModeratorWhoDoesNotBelong(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(ana, v.cave, "À huis clos")
	for i := range 8 {
		v.clock.Add(time.Minute)
		v.says(bob, topic.ID, strings.Repeat("mot ", i+1))
	}
	id := v.posts(ana, topic.ID)[6].ID
	wants(t, "before any report", v.hide(mod, id), "err.not_found")
	wants(t, "who does not belong reports", v.report(out, id), "err.not_found")
	wants(t, "a member reports", v.report(zoe, id), "")
	if first := v.report(zoe, id); first != nil {
		t.Errorf("again: %v", first)
	}
	v.clock.Add(time.Minute)
	v.says(bob, topic.ID, "plus tard")
	storetest.View(t, v.DB, mod, func(tx *store.Tx) error {
		list, err := moderation.Open(tx)
		if err != nil || len(list) != 1 || list[0].Ref.ID != id || len(list[0].Reports) != 1 {
			t.Errorf("the queue: %+v, %v", list, err)
		}
		c, err := discussion.Around(tx, id)
		if err != nil || len(c) != 6 || c[3].ID != id || c[3].Text == "" {
			t.Errorf("read: %+v, %v", c, err)
		}
		if _, err := discussion.Get(tx, topic.ID); store.KindOf(err) != store.NotFound {
			t.Errorf("the whole topic: %v", err)
		}
		return nil
	})
	wants(t, "left to stand", v.judge(mod, id, moderation.Dismiss), "")
	if told := v.told(zoe); !strings.Contains(told, "left") {
		t.Errorf("who reported is told %q", told)
	}
	wants(t, "decided", v.hide(mod, id), "err.not_found")
}

func TestVP1_NamesGoAndWordsStay(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Souvenirs")
	v.says(zoe, topic.ID, "Bonjour @Bob Martin")
	v.says(ana, topic.ID, "Comme disait bob  martin…")
	v.says(zoe, topic.ID, "Bob, mais un autre")
	v.update(bob, func(tx *store.Tx) error { return account.Leave(tx, "bob", store.KeepUnnamed) })
	list := v.posts(zoe, topic.ID)
	if list[0].AuthorID != "" || list[0].Text == "" || len(list[1].Mentions) != 0 {
		t.Errorf("%+v", list)
	}
	storetest.View(t, v.DB, mod, func(tx *store.Tx) error {
		named, err := moderation.Named(tx)
		if len(named) != 2 || !slices.Contains(named, list[1].Ref()) || !slices.Contains(named, list[2].Ref()) {
			t.Errorf("a moderator is shown %+v", named)
		}
		return err
	})
	v.update(mod, func(tx *store.Tx) error { return moderation.Looked(tx, list[1].Ref()) })
	storetest.View(t, v.DB, mod, func(tx *store.Tx) error {
		named, err := moderation.Named(tx)
		if len(named) != 1 {
			t.Errorf("after a look: %+v", named)
		}
		return err
	})
}

func TestVP2_WordsGoAndTheOrderStays(t *testing.T) {
	v := newVillage(t)
	topic, alone := v.begin(bob, v.bois, "À plusieurs"), v.begin(bob, v.bois, "Seul")
	v.says(zoe, topic.ID, "Oui")
	p := v.says(bob, topic.ID, "Le fond du puits")
	v.clock.Add(time.Hour)
	v.update(bob, func(tx *store.Tx) error { _, err := discussion.Edit(tx, p.ID, "Le haut du puits"); return err })
	v.says(zoe, topic.ID, "Après")
	v.update(bob, func(tx *store.Tx) error { return account.Leave(tx, "bob", store.EraseAll) })
	list := v.posts(zoe, topic.ID)
	if len(list) != 4 || list[0].Taken != discussion.Erased || list[2].Taken != discussion.Erased || list[2].Text != "" || list[3].N != 4 {
		t.Errorf("%+v", list)
	}
	if got, err := v.get(zoe, topic.ID); err != nil || got.Title != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := v.get(zoe, alone.ID); store.KindOf(err) != store.NotFound {
		t.Errorf("a topic nobody else wrote in: %v", err)
	}
	if n := v.rows(`SELECT (SELECT count(*) FROM discussion_edits) + (SELECT count(*) FROM listing_cards WHERE kind = 'topic')`); n != 0 {
		t.Errorf("%d traces", n)
	}
}

func (v *village) rows(query string) (n int) {
	v.t.Helper()
	storetest.View(v.t, v.DB, visitor, func(tx *store.Tx) (err error) {
		n, err = store.One(tx, store.Scan[int], query)
		return err
	})
	return n
}

func TestAPersonGetsBackWhatTheySaid(t *testing.T) {
	v := newVillage(t)
	topic := v.beginWith(bob, v.cave, "Le puits", discussion.Draft{Text: "Curer le puits", Poll: &discussion.Poll{
		Options: []string{"samedi", "dimanche"}, Until: v.clock.Now().Add(time.Hour),
	}})
	v.says(zoe, topic.ID, "Des mots de Zoé pour @Bob Martin")
	v.update(bob, func(tx *store.Tx) error {
		if err := discussion.Pick(tx, v.first(tx, topic), 2); err != nil {
			return err
		}
		return discussion.MarkAll(tx)
	})
	var text []byte
	storetest.View(t, v.DB, bob, func(tx *store.Tx) error {
		data, err := discussion.Personal.Export(tx, "bob")
		if err != nil {
			return err
		}
		text, err = json.Marshal(data)
		return err
	})
	for _, want := range []string{"Curer le puits", `"pick":"dimanche"`, `"named":1`, "looked_at"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(string(text), "Zoé") {
		t.Errorf("words of others: %s", text)
	}
}
