package discussion_test

import (
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/discussion"
	"copi.local/store/group"
	"copi.local/store/listing"
	"copi.local/store/message"
	"copi.local/store/storetest"
)

// named are the people a post names, with the words that do.
func (v *village) named(topic discussion.Topic, n int) string {
	v.t.Helper()
	p := v.posts(ana, topic.ID)[n-1]
	var list []string
	for _, m := range p.Mentions {
		list = append(list, m.AccountID+"="+p.Text[m.Starts:m.Ends])
	}
	return strings.Join(list, " ")
}

func TestAMentionIsANameAfterAnAt(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Noms")
	for _, c := range []struct{ text, want string }{
		{"@Zoe Martin, tu viens ?", "zoe=@Zoe Martin"},
		{"Merci @ana martin et @ZOÉ MARTIN.", "ana=@ana martin zoe=@ZOÉ MARTIN"},
		{"Écrire à zoe@Ana Martin", ""},
		{"@Zoe", ""},
		{"@ Zoe Martin", ""},
		{"@Zoe\nMartin", ""},
		{"@Out Martin", ""}, // does not belong
		{"(@Zoe Martin)", "zoe=@Zoe Martin"},
		{"@Zoe Martinez", ""},
		{"@@Ana Martin", "ana=@Ana Martin"},
		{"@", ""},
	} {
		v.clock.Add(2 * time.Minute)
		p := v.says(bob, topic.ID, c.text)
		if got := v.named(topic, p.N); got != c.want {
			t.Errorf("%q names %q, want %q", c.text, got, c.want)
		}
	}
	if told := v.told(zoe); told != "mention" {
		t.Errorf("zoe is told %q", told)
	}
	if told := v.told(out); told != "" {
		t.Errorf("who does not belong is told %q", told)
	}
}

// AC-9: two persons of one name.
func TestAC9_MentionsTellNamesakesApart(t *testing.T) {
	v := newVillage(t)
	v.person("dur", "Marie Durand", "Cazillac")
	v.person("due", "Marie Durand", "")
	topic := v.begin(bob, v.bois, "Homonymes")
	say := func(text string) error {
		v.clock.Add(2 * time.Minute)
		return v.try(bob, func(tx *store.Tx) error {
			_, err := discussion.Reply(tx, topic.ID, discussion.Draft{Text: text})
			return err
		})
	}
	wants(t, "neither belongs", say("@Marie Durand ?"), "")
	join := func(who string) {
		v.join(store.Actor{ID: who, Role: store.Resident}, v.bois)
	}
	join("dur")
	wants(t, "one belongs", say("@Marie Durand ?"), "")
	if got := v.named(topic, 3); got != "dur=@Marie Durand" {
		t.Errorf("one belongs: %q", got)
	}
	join("due")
	err := say("@Marie Durand ?")
	wants(t, "both belong", err, "err.discussion.who")
	if err == nil || !strings.Contains(err.Error(), "@Marie Durand (Cazillac)") || !strings.Contains(err.Error(), "@Marie Durand (DUE)") {
		t.Errorf("the choices: %v", err)
	}
	wants(t, "told apart", say("@marie durand (cazillac) et @Marie Durand (DUE) !"), "")
	if got := v.named(topic, 4); got != "dur=@marie durand (cazillac) due=@Marie Durand (DUE)" {
		t.Errorf("told apart: %q", got)
	}
}

// FO-1: a hidden member is not to be found out by naming them.
func TestFO1_AMentionTellsNobodyWhoBelongs(t *testing.T) {
	v := newVillage(t)
	secret := v.group("Forêt", listing.Public, true)
	topic := v.begin(bob, secret, "Les chemins")
	v.says(bob, topic.ID, "@Zoe Martin, @Ana Martin et @Nobody Martin")
	if got := v.named(topic, 2); got != "" {
		t.Errorf("silent members are named: %q", got)
	}
	if told := v.told(zoe); told != "" {
		t.Errorf("a silent member is told %q", told)
	}
	v.says(zoe, topic.ID, "Je suis là")
	v.says(bob, topic.ID, "@Zoe Martin, bonjour")
	if got := v.named(topic, 4); got != "zoe=@Zoe Martin" {
		t.Errorf("who wrote is named: %q", got)
	}
	v.says(ana, topic.ID, "@Bob Martin, @Zoe Martin") // who keeps the group sees who belongs
	if got := v.named(topic, 5); got != "bob=@Bob Martin zoe=@Zoe Martin" {
		t.Errorf("by who keeps it: %q", got)
	}
}

func TestWhoIsBlockedTellsNobodyByNamingThem(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Silence")
	v.update(bob, func(tx *store.Tx) error {
		_, err := message.Open(tx, topic.Ref(), "Silence", message.Party{Account: "zoe"}, message.Party{Account: "bob"}, "Alors ?")
		return err
	})
	v.update(zoe, func(tx *store.Tx) error {
		list, err := message.Mine(tx, 0, 1)
		if err != nil {
			return err
		}
		return message.Block(tx, list[0].ID)
	})
	if !v.refuses("zoe", "bob") || v.refuses("bob", "zoe") {
		t.Fatal("who refuses whom")
	}
	v.says(bob, topic.ID, "@Zoe Martin ?")
	if got := v.named(topic, 2); got != "zoe=@Zoe Martin" {
		t.Errorf("it reads otherwise: %q", got)
	}
	for _, key := range strings.Fields(v.told(zoe)) {
		if key == "mention" {
			t.Error("zoe is told")
		}
	}
}

func TestMD6_WhoIsBlockedTakesPartInThreads(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(zoe, v.bois, "Silence")
	v.update(bob, func(tx *store.Tx) error {
		_, err := message.Open(tx, topic.Ref(), "Silence", message.Party{Account: "zoe"}, message.Party{Account: "bob"}, "Alors ?")
		return err
	})
	v.update(zoe, func(tx *store.Tx) error {
		list, err := message.Mine(tx, 0, 1)
		if err != nil {
			return err
		}
		return message.Block(tx, list[0].ID)
	})
	v.says(bob, topic.ID, "Je réponds ici comme tout le monde")
	if got := v.posts(zoe, topic.ID); len(got) != 2 || got[1].AuthorID != "bob" || got[1].Text == "" {
		t.Errorf("who blocked reads %+v", got)
	}
	bike := v.thing("Vélo")
	v.comment(bob, bike, "Joli")
	err := v.try(bob, func(tx *store.Tx) error {
		list, err := message.Mine(tx, 0, 1)
		if err != nil {
			return err
		}
		_, err = message.Write(tx, list[0].ID, "Encore moi")
		return err
	})
	if err == nil {
		t.Error("writes to who blocked")
	}
}

func (v *village) refuses(account, from string) (refuses bool) {
	v.t.Helper()
	storetest.View(v.t, v.DB, visitor, func(tx *store.Tx) (err error) {
		refuses, err = message.Refuses(tx, account, from)
		return err
	})
	return refuses
}

func TestWhoIsAnsweredAndWhoBeganAreTold(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.bois, "Réponses")
	v.says(zoe, topic.ID, "Oui")
	v.update(ana, func(tx *store.Tx) error {
		_, err := discussion.Reply(tx, topic.ID, discussion.Draft{Text: "À Zoé", Quoted: 2})
		return err
	})
	if told := v.told(bob); told != "reply" {
		t.Errorf("who began is told %q", told)
	}
	if told := v.told(zoe); told != "quote" {
		t.Errorf("who is answered is told %q", told)
	}
	if p := v.posts(visitor, topic.ID)[2]; p.Quoted != 2 {
		t.Errorf("%+v", p)
	}
}

// Who left a group that only its members read hears no more of it.
func TestWhoLeftAPrivateGroupIsToldNothing(t *testing.T) {
	v := newVillage(t)
	topic := v.begin(bob, v.cave, "Entre nous")
	question := v.says(bob, topic.ID, "Une question")
	v.update(bob, func(tx *store.Tx) error { return group.Leave(tx, v.cave) })
	v.update(zoe, func(tx *store.Tx) error {
		_, err := discussion.Reply(tx, topic.ID, discussion.Draft{Text: "@Bob Martin, une réponse", Quoted: question.N})
		return err
	})
	if named, told := v.named(topic, 3), v.told(bob); named != "" || told != "" {
		t.Errorf("named %q, told %q", named, told)
	}
}

func TestFO1_AKeepersMentionTellsNobodyWhoBelongs(t *testing.T) {
	v := newVillage(t)
	bois := v.group("Forêt", listing.Public, true)
	topic := v.begin(bob, bois, "Les chemins")
	v.says(ana, topic.ID, "Merci @Zoe Martin et @Out Martin")
	for _, who := range []store.Actor{visitor, out, bob} {
		for _, m := range v.posts(who, topic.ID)[1].Mentions {
			t.Errorf("%q reads that %s belongs", who.ID, m.AccountID)
		}
	}
	for _, who := range []store.Actor{zoe, ana} { // the person, and who sees the members
		if got := v.posts(who, topic.ID)[1].Mentions; len(got) != 1 || got[0].AccountID != "zoe" {
			t.Errorf("%q reads the names %v", who.ID, got)
		}
	}
	if v.told(zoe) == "" {
		t.Error("who is named hears nothing")
	}
	v.clock.Add(time.Hour)
	before, second := v.told(zoe), v.posts(ana, topic.ID)[1]
	v.update(ana, func(tx *store.Tx) error {
		_, err := discussion.Edit(tx, second.ID, "Encore merci @Zoe Martin")
		return err
	})
	if got := v.told(zoe); got != before {
		t.Errorf("told again: %q", got)
	}
}
