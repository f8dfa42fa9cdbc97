package discussion_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/moderation"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

var (
	visitor = store.Actor{}
	ana     = store.Actor{ID: "ana", Role: store.Resident} // keeps the groups
	bob     = store.Actor{ID: "bob", Role: store.Resident}
	zoe     = store.Actor{ID: "zoe", Role: store.Resident}
	out     = store.Actor{ID: "out", Role: store.Resident} // belongs to none
	mod     = store.Actor{ID: "mod", Role: store.Moderator}
)

// village has two groups kept by ana, to which bob and zoe belong: "bois", read
// by everybody, and "cave", by its members.
type village struct {
	*store.DB
	t          testing.TB
	clock      *storetest.Clock
	bois, cave string
}

func newVillage(t testing.TB) *village {
	t.Helper()
	db, clock := storetest.Open(t, discussion.Personal, group.Personal, account.Personal, listing.Personal, notify.Personal, message.Personal, moderation.Personal)
	v := &village{DB: db, t: t, clock: clock}
	for _, who := range []string{"ana", "bob", "zoe", "out", "mod"} {
		v.person(who, strings.ToUpper(who[:1])+who[1:]+" Martin", "")
	}
	v.bois, v.cave = v.group("Bois", listing.Public, false), v.group("Cave", listing.Group, false)
	return v
}

func (v *village) person(id, name, hamlet string) {
	v.t.Helper()
	v.update(visitor, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO account_people (id, login, name, name_folded, hamlet, role, created_at) VALUES (?1, ?1, ?2, ?3, ?4, 1, ?5)`,
			id, name, account.Fold(name), hamlet, tx.Now.Unix()-1)
		return err
	})
}

func (v *village) update(as store.Actor, fn func(*store.Tx) error) {
	v.t.Helper()
	storetest.Update(v.t, v.DB, as, fn)
}

func (v *village) try(as store.Actor, fn func(*store.Tx) error) error {
	v.t.Helper()
	return v.Update(store.As(v.t.Context(), as), fn)
}

// begin opens a discussion in a group.
func (v *village) begin(as store.Actor, group, title string) discussion.Topic {
	v.t.Helper()
	return v.beginWith(as, group, title, discussion.Draft{Text: "Le premier mot de " + title})
}

func (v *village) beginWith(as store.Actor, group, title string, d discussion.Draft) discussion.Topic {
	v.t.Helper()
	t := discussion.Topic{Group: group, Sort: discussion.Discussion, Title: title}
	v.update(as, func(tx *store.Tx) error { return discussion.Begin(tx, &t, d) })
	return t
}

// says replies to a topic.
func (v *village) says(as store.Actor, topic, text string) (p discussion.Post) {
	v.t.Helper()
	v.update(as, func(tx *store.Tx) (err error) {
		p, err = discussion.Reply(tx, topic, discussion.Draft{Text: text})
		return err
	})
	return p
}

// posts is a topic as somebody reads it.
func (v *village) posts(as store.Actor, id string) (list []discussion.Post) {
	v.t.Helper()
	storetest.View(v.t, v.DB, as, func(tx *store.Tx) error {
		t, err := discussion.Get(tx, id)
		if err != nil {
			return err
		}
		list, err = discussion.Posts(tx, t.Ref(), 1, t.Posts, t.Keeps)
		return err
	})
	return list
}

func (v *village) get(as store.Actor, id string) (t discussion.Topic, err error) {
	err = v.View(store.As(v.t.Context(), as), func(tx *store.Tx) (err error) {
		t, err = discussion.Get(tx, id)
		return err
	})
	return t, err
}

// told are the keys of the notices an account has not read.
func (v *village) told(who store.Actor) string {
	v.t.Helper()
	var keys []string
	storetest.View(v.t, v.DB, who, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 50)
		for _, n := range list {
			if !n.Read {
				keys = append(keys, strings.TrimPrefix(n.Key, "notify.discussion_"))
			}
		}
		return err
	})
	return strings.Join(keys, " ")
}

// wants fails unless an error, or one of its faults, has the key; empty is
// success.
func wants(t testing.TB, what string, err error, key string) {
	t.Helper()
	if key == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
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

func TestATopicIsReadAsItsGroupIs(t *testing.T) {
	v := newVillage(t)
	open, closed := v.begin(bob, v.bois, "Ouvert"), v.begin(bob, v.cave, "Fermé")
	for _, c := range []struct {
		who          store.Actor
		open, closed store.Kind
		replies      string // key of the refusal
	}{
		{visitor, 0, store.NotFound, "err.sign_in"},
		{out, 0, store.NotFound, "err.discussion.not_member"},
		{mod, 0, store.NotFound, "err.discussion.not_member"},
		{zoe, 0, 0, ""},
		{ana, 0, 0, ""},
	} {
		if _, err := v.get(c.who, open.ID); store.KindOf(err) != c.open && (err != nil || c.open != 0) {
			t.Errorf("%q reads the open one: %v", c.who.ID, err)
		}
		if _, err := v.get(c.who, closed.ID); (err != nil) != (c.closed != 0) || err != nil && store.KindOf(err) != c.closed {
			t.Errorf("%q reads the closed one: %v", c.who.ID, err)
		}
		err := v.try(c.who, func(tx *store.Tx) error {
			_, err := discussion.Reply(tx, open.ID, discussion.Draft{Text: "De " + c.who.ID})
			return err
		})
		wants(t, c.who.ID+" replies", err, c.replies)
	}
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
		res, err := listing.Find(tx, listing.Query{Kind: listing.KindTopic})
		if len(res.Cards) != 1 || res.Cards[0].Ref != open.Ref() || res.Cards[0].Audience != listing.Public {
			t.Errorf("cards of topics: %+v", res.Cards)
		}
		return err
	})
}

func TestAnAnnouncementIsOfWhoKeepsTheGroupAndTakesNoReply(t *testing.T) {
	v := newVillage(t)
	a := discussion.Topic{Group: v.bois, Sort: discussion.Announcement, Title: "Assemblée"}
	wants(t, "bob announces", v.try(bob, func(tx *store.Tx) error {
		return discussion.Begin(tx, &discussion.Topic{Group: v.bois, Sort: discussion.Announcement, Title: "Non"}, discussion.Draft{Text: "x"})
	}), "err.discussion.not_member")
	v.update(ana, func(tx *store.Tx) error { return discussion.Begin(tx, &a, discussion.Draft{Text: "Samedi"}) })
	for _, who := range []store.Actor{ana, bob} {
		wants(t, who.ID+" replies", v.try(who, func(tx *store.Tx) error {
			_, err := discussion.Reply(tx, a.ID, discussion.Draft{Text: "Oui"})
			return err
		}), "err.discussion.announcement")
	}
}

func TestWhatIsWrongWithATopicOrAPost(t *testing.T) {
	v := newVillage(t)
	for _, c := range []struct {
		topic discussion.Topic
		text  string
		poll  *discussion.Poll
		key   string
	}{
		{discussion.Topic{Sort: "chat", Title: "x"}, "x", nil, "err.discussion.sort"},
		{discussion.Topic{Sort: discussion.Discussion}, "x", nil, "err.listing.title_empty"},
		{discussion.Topic{Sort: discussion.Discussion, Title: "x"}, " \n ", nil, "err.discussion.empty"},
		{discussion.Topic{Sort: discussion.Discussion, Title: "x"}, strings.Repeat("é", discussion.MaxText+1), nil, "err.listing.long"},
		{discussion.Topic{Sort: discussion.Discussion, Title: "x"}, "x", &discussion.Poll{Options: []string{"oui", "Oui "}, Until: storetest.Now.Add(time.Hour)}, "err.discussion.options"},
		{discussion.Topic{Sort: discussion.Discussion, Title: "x"}, "x", &discussion.Poll{Options: strings.Split("abcdefghijk", ""), Until: storetest.Now.Add(time.Hour)}, "err.discussion.options"},
		{discussion.Topic{Sort: discussion.Discussion, Title: "x"}, "x", &discussion.Poll{Options: []string{"oui", "non"}, Until: storetest.Now}, "err.discussion.until"},
		{discussion.Topic{Sort: discussion.Discussion, Title: "x"}, strings.Repeat("é", discussion.MaxText), nil, ""},
	} {
		c.topic.Group = v.bois
		wants(t, fmt.Sprintf("%+v", c.topic), v.try(bob, func(tx *store.Tx) error {
			return discussion.Begin(tx, &c.topic, discussion.Draft{Text: c.text, Poll: c.poll})
		}), c.key)
	}
}

func TestPostsAreLimitedByTheHour(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Bavard")
	for i := 1; i < discussion.PerHour; i++ {
		v.says(bob, topic.ID, fmt.Sprintf("Mot %d", i))
	}
	again := func() error {
		return v.try(bob, func(tx *store.Tx) error {
			_, err := discussion.Reply(tx, topic.ID, discussion.Draft{Text: "Encore"})
			return err
		})
	}
	wants(t, "one more", again(), "err.discussion.many")
	v.clock.Add(time.Hour)
	wants(t, "an hour later", again(), "")
	for i := 0; i < discussion.NewPerHour; i++ {
		v.begin(zoe, v.bois, fmt.Sprintf("Sujet %d", i))
	}
	wants(t, "a topic more", v.try(zoe, func(tx *store.Tx) error {
		return discussion.Begin(tx, &discussion.Topic{Group: v.bois, Sort: discussion.Discussion, Title: "x"}, discussion.Draft{Text: "x"})
	}), "err.discussion.many_new")
}

// A group that asks for a pause is calm: its members wait in all its topics, who
// looks after it and other groups do not.
func TestAGroupAsksForAPause(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(zoe, v.bois, "Vif")
	v.update(ana, func(tx *store.Tx) error {
		g, err := group.Get(tx, v.bois)
		if err != nil {
			return err
		}
		g.Pause = 7
		wants(t, "a pause of seven", group.Edit(tx, &g, ""), "err.group.choose")
		g.Pause = 15
		return group.Edit(tx, &g, "")
	})
	v.clock.Add(time.Hour)
	say := func(as store.Actor, text string) error {
		return v.try(as, func(tx *store.Tx) error {
			_, err := discussion.Reply(tx, topic.ID, discussion.Draft{Text: text})
			return err
		})
	}
	wants(t, "the first", say(bob, "Un"), "")
	wants(t, "sent twice", say(bob, "Un"), "")
	wants(t, "at once", say(bob, "Deux"), "err.discussion.slow")
	wants(t, "in a topic of one's own", v.try(bob, func(tx *store.Tx) error {
		return discussion.Begin(tx, &discussion.Topic{Group: v.bois, Sort: discussion.Discussion, Title: "x"}, discussion.Draft{Text: "x"})
	}), "err.discussion.slow")
	wants(t, "somebody else", say(zoe, "Un"), "")
	wants(t, "a keeper", say(ana, "Un"), "")
	wants(t, "a keeper again", say(ana, "Deux"), "")
	v.begin(bob, v.cave, "Ailleurs")
	v.clock.Add(15*time.Minute - time.Second)
	wants(t, "too soon", say(bob, "Deux"), "err.discussion.slow")
	v.clock.Add(time.Second)
	wants(t, "after the pause", say(bob, "Deux"), "")
}

func TestTheSameWordsTwiceAreOnePost(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Deux fois")
	first, second := v.says(zoe, topic.ID, "Oui"), v.says(zoe, topic.ID, "Oui")
	if first.ID != second.ID || len(v.posts(zoe, topic.ID)) != 2 {
		t.Errorf("%v, %v", first, second)
	}
	v.clock.Add(2 * time.Minute)
	if third := v.says(zoe, topic.ID, "Oui"); third.N != 3 {
		t.Errorf("later: %v", third)
	}
}

// FO-6: an author edits after twenty replies.
func TestFO6_AnEditShowsAfterFiveMinutes(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Coupe de bois")
	first := v.posts(bob, topic.ID)[0]
	edit := func(text string) {
		t.Helper()
		v.update(bob, func(tx *store.Tx) error { _, err := discussion.Edit(tx, first.ID, text); return err })
	}
	v.clock.Add(4 * time.Minute)
	edit("Corrigé tout de suite")
	if p := v.posts(visitor, topic.ID)[0]; !p.EditedAt.IsZero() || p.Text != "Corrigé tout de suite" {
		t.Errorf("in the first minutes: %+v", p)
	}
	for i := range 20 {
		v.says(zoe, topic.ID, fmt.Sprintf("Réponse %d", i))
	}
	v.clock.Add(time.Minute)
	edit("Le bois est fendu")
	p := v.posts(visitor, topic.ID)[0]
	if !p.EditedAt.Equal(storetest.Now.Add(5*time.Minute)) || p.Text != "Le bois est fendu" {
		t.Errorf("after five minutes: %+v", p)
	}
	for who, may := range map[store.Actor]bool{visitor: false, out: false, zoe: true, bob: true, ana: true} {
		err := v.View(store.As(t.Context(), who), func(tx *store.Tx) error {
			list, err := discussion.History(tx, first.ID)
			if err == nil && (len(list) != 1 || list[0].Text != "Corrigé tout de suite") {
				t.Errorf("%q reads %v", who.ID, list)
			}
			return err
		})
		if (err == nil) != may {
			t.Errorf("%q reads what it said before: %v", who.ID, err)
		}
	}
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
		c, err := listing.ByRef(tx, topic.Ref())
		if c.Summary != "Le bois est fendu" {
			t.Errorf("the card says %q", c.Summary)
		}
		return err
	})
	wants(t, "another edits", v.try(zoe, func(tx *store.Tx) error { _, err := discussion.Edit(tx, first.ID, "x"); return err }), "err.forbidden")
	v.update(ana, func(tx *store.Tx) error { return group.Close(tx, v.bois) })
	storetest.View(t, v.DB, zoe, func(tx *store.Tx) error {
		list, err := discussion.History(tx, first.ID)
		if len(list) != 1 {
			t.Errorf("in a closed group a member reads %v", list)
		}
		return err
	})
}

func TestWhoDoesNotWriteThereChangesNothing(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Coupe")
	first, reply := v.posts(bob, topic.ID)[0].ID, v.says(zoe, topic.ID, "Oui").ID
	edit := func(id string) func(*store.Tx) error {
		return func(tx *store.Tx) error { _, err := discussion.Edit(tx, id, "@Ana Martin, bande de nuls"); return err }
	}
	title := func(tx *store.Tx) error { return discussion.Retitle(tx, topic.ID, "Nuls") }
	v.update(ana, func(tx *store.Tx) error { return group.Exclude(tx, v.bois, "bob", "Insultes") })
	wants(t, "words of who was put out", v.try(bob, edit(first)), "err.discussion.not_member")
	wants(t, "their title", v.try(bob, title), "err.discussion.not_member")
	v.update(ana, func(tx *store.Tx) error { return group.Close(tx, v.bois) })
	wants(t, "in a closed group", v.try(zoe, edit(reply)), "err.discussion.not_member")
	wants(t, "taken away all the same", v.try(zoe, func(tx *store.Tx) error { _, err := discussion.Withdraw(tx, reply); return err }), "")
}

func TestChangesAreLimitedByTheHour(t *testing.T) {
	v := newVillage(t)
	id := v.posts(bob, v.begin(bob, v.bois, "Coupe").ID)[0].ID
	edit := func(n int) error {
		return v.try(bob, func(tx *store.Tx) error { _, err := discussion.Edit(tx, id, fmt.Sprint("Mot ", n)); return err })
	}
	v.clock.Add(time.Hour)
	for n := range discussion.PerHour {
		wants(t, "a change", edit(n), "")
	}
	wants(t, "one more", edit(-1), "err.discussion.many")
	v.clock.Add(time.Hour)
	wants(t, "an hour later", edit(-1), "")
}

func TestAnUnsureClockGivesNoGrace(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Heure")
	v.clock.SetQuality(store.ClockHinted)
	id := v.posts(bob, topic.ID)[0].ID
	v.update(bob, func(tx *store.Tx) error { _, err := discussion.Edit(tx, id, "Autre chose"); return err })
	if p := v.posts(bob, topic.ID)[0]; p.EditedAt.IsZero() {
		t.Error("no mark")
	}
}

// FO-7: a topic moves from a group everybody reads to a private one.
func TestFO7_AMovedTopicIsReadAsItsNewGroup(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "À l'abri")
	move := func(who store.Actor, to string) error {
		return v.try(who, func(tx *store.Tx) error { return discussion.Move(tx, topic.ID, to) })
	}
	wants(t, "its author moves it", move(bob, v.cave), "err.forbidden")
	wants(t, "to nowhere", move(ana, "0123456789abcdef"), "err.discussion.move")
	wants(t, "its keeper moves it", move(ana, v.cave), "")
	if _, err := v.get(out, topic.ID); store.KindOf(err) != store.NotFound {
		t.Errorf("somebody else reads it: %v", err)
	}
	if got, err := v.get(zoe, topic.ID); err != nil || got.Group != v.cave {
		t.Errorf("a member reads %+v, %v", got, err)
	}
	storetest.View(t, v.DB, out, func(tx *store.Tx) error {
		if _, err := listing.ByRef(tx, topic.Ref()); store.KindOf(err) != store.NotFound {
			t.Errorf("its card: %v", err)
		}
		return nil
	})
}

func TestAClosedTopicTakesNoReplyAndKeepsItsWords(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Clos")
	wants(t, "its author closes it", v.try(bob, func(tx *store.Tx) error { return discussion.Close(tx, topic.ID, true) }), "err.forbidden")
	v.update(ana, func(tx *store.Tx) error { return discussion.Close(tx, topic.ID, true) })
	reply := func() error {
		return v.try(zoe, func(tx *store.Tx) error {
			_, err := discussion.Reply(tx, topic.ID, discussion.Draft{Text: "Trop tard"})
			return err
		})
	}
	wants(t, "a reply", reply(), "err.discussion.closed")
	if n := len(v.posts(visitor, topic.ID)); n != 1 {
		t.Errorf("%d posts", n)
	}
	v.update(ana, func(tx *store.Tx) error { return discussion.Close(tx, topic.ID, false) })
	wants(t, "opened again", reply(), "")
}

func TestPinnedTopicsComeFirst(t *testing.T) {
	v := newVillage(t)
	old := v.begin(bob, v.bois, "Ancien")
	v.clock.Add(time.Hour)
	v.begin(bob, v.bois, "Récent")
	v.update(ana, func(tx *store.Tx) error { return discussion.Pin(tx, old.ID, true) })
	storetest.View(t, v.DB, visitor, func(tx *store.Tx) error {
		list, err := discussion.InGroup(tx, v.bois, 0, 10)
		if len(list) != 2 || list[0].Title != "Ancien" {
			t.Errorf("%+v", list)
		}
		return err
	})
}

func TestATakenPostLeavesItsPlace(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Retrait")
	gone := v.says(zoe, topic.ID, "Je retire")
	v.says(ana, topic.ID, "Après")
	v.update(zoe, func(tx *store.Tx) error {
		whole, err := discussion.Withdraw(tx, gone.ID)
		if whole {
			t.Error("the topic went")
		}
		return err
	})
	if list := v.posts(visitor, topic.ID); len(list) != 3 || list[1].Taken != discussion.ByAuthor || list[1].Text != "" || list[2].N != 3 {
		t.Errorf("%+v", list)
	}
	alone := v.begin(zoe, v.bois, "Seule")
	v.update(zoe, func(tx *store.Tx) error {
		whole, err := discussion.Withdraw(tx, v.first(tx, alone))
		if !whole {
			t.Error("a topic nobody else wrote in stayed")
		}
		return err
	})
	if _, err := v.get(zoe, alone.ID); store.KindOf(err) != store.NotFound {
		t.Errorf("%v", err)
	}
}

// first is the id of a topic's first post.
func (v *village) first(tx *store.Tx, topic discussion.Topic) string {
	v.t.Helper()
	list, err := discussion.Posts(tx, topic.Ref(), 1, 1, false)
	if err != nil || len(list) != 1 {
		v.t.Fatal(list, err)
	}
	return list[0].ID
}

func TestMarkersAreOfOnePersonAndTopic(t *testing.T) {
	v := newVillage(t)
	v.clock.Add(time.Minute)
	topic := v.begin(bob, v.bois, "Marques")
	for i := range 5 {
		v.clock.Add(time.Minute)
		v.says(bob, topic.ID, fmt.Sprintf("Mot %d", i))
	}
	unread := func(who store.Actor) (n, first int) {
		got, err := v.get(who, topic.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got.Unread, got.New
	}
	if n, first := unread(zoe); n != 6 || first != 1 {
		t.Errorf("zoe has %d unread from %d", n, first)
	}
	if n, _ := unread(bob); n != 0 {
		t.Errorf("its author has %d unread", n)
	}
	if n, _ := unread(out); n != 0 {
		t.Errorf("who does not belong has %d unread", n)
	}
	v.update(zoe, func(tx *store.Tx) error {
		got, err := discussion.Get(tx, topic.ID)
		if err != nil {
			return err
		}
		return got.MarkRead(tx, 4)
	})
	if n, first := unread(zoe); n != 2 || first != 5 {
		t.Errorf("after four, zoe has %d unread from %d", n, first)
	}
	v.update(zoe, discussion.MarkAll)
	if n, _ := unread(zoe); n != 0 {
		t.Errorf("after all, zoe has %d unread", n)
	}
	v.clock.Add(time.Minute)
	v.says(ana, topic.ID, "Du neuf")
	if n, first := unread(zoe); n != 1 || first != 7 {
		t.Errorf("after one more, zoe has %d unread from %d", n, first)
	}
}

// FO-8: back after two years.
func TestFO8_SinceTheLastVisit(t *testing.T) {
	v := newVillage(t)
	since := func() time.Time {
		var at time.Time
		v.update(zoe, func(tx *store.Tx) (err error) {
			var old bool
			if at, old, err = discussion.Since(tx); err == nil && old {
				err = discussion.Look(tx)
			}
			return err
		})
		return at
	}
	since()
	first := v.clock.Now()
	v.clock.Add(2 * 365 * 24 * time.Hour)
	for range 3 { // however often they come back that day
		if at := since(); !at.Equal(first) {
			t.Errorf("since %v, want %v", at, first)
		}
		v.clock.Add(time.Hour)
	}
	v.update(zoe, discussion.MarkAll)
	if at := since(); !at.Equal(v.clock.Now()) {
		t.Errorf("after all is read, since %v", at)
	}
	for i := range 40 {
		v.clock.Add(10 * time.Minute)
		topic := v.begin(bob, v.bois, fmt.Sprintf("Sujet %d", i))
		v.says(ana, topic.ID, "Oui")
	}
	storetest.View(t, v.DB, zoe, func(tx *store.Tx) error {
		list, topics, posts, err := discussion.Unread(tx, 5)
		if len(list) != 5 || topics != 40 || posts != 80 || list[0].Title != "Sujet 39" {
			t.Errorf("%d listed of %d topics, %d posts", len(list), topics, posts)
		}
		return err
	})
}

// FO-9: a poll in a post.
func TestFO9_APollCountsVoters(t *testing.T) {
	v := newVillage(t)
	topic := v.beginWith(bob, v.bois, "Quand ?", discussion.Draft{Text: "Le matin ou le soir ?", Poll: &discussion.Poll{
		Options: []string{"Matin", " ", "Soir"}, Until: v.clock.Now().Add(24 * time.Hour),
	}})
	id := v.posts(bob, topic.ID)[0].ID
	pick := func(who store.Actor, option int) error {
		return v.try(who, func(tx *store.Tx) error { return discussion.Pick(tx, id, option) })
	}
	voters := func(want ...int) {
		t.Helper()
		q := v.posts(zoe, topic.ID)[0].Poll
		if q == nil || fmt.Sprint(q.Counts) != fmt.Sprint(want) || q.Voters != want[0]+want[1] {
			t.Errorf("%+v, want %v", q, want)
		}
	}
	voters(0, 0)
	wants(t, "outside", pick(out, 1), "err.discussion.not_member")
	wants(t, "no such option", pick(zoe, 3), "err.discussion.pick")
	wants(t, "zoe", pick(zoe, 1), "")
	wants(t, "bob", pick(bob, 1), "")
	wants(t, "zoe again", pick(zoe, 2), "")
	voters(1, 1)
	v.update(bob, func(tx *store.Tx) error { return discussion.Personal.Erase(tx, "bob", store.KeepUnnamed) })
	voters(1, 1)
	wants(t, "zoe takes it back", pick(zoe, 0), "")
	voters(1, 0)
	v.clock.Add(24 * time.Hour)
	v.clock.SetQuality(store.ClockHinted)
	wants(t, "after the end, by an unsure clock", pick(zoe, 2), "")
	v.clock.SetQuality(store.ClockConfirmed)
	wants(t, "after the end", pick(zoe, 1), "err.discussion.poll_over")
}
