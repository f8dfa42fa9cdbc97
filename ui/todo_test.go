package ui

import (
	"net/url"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/group"
	"copi.local/store/petition"
	"copi.local/store/storetest"
)

func init() { samples["GET /a-faire"] = at("/a-faire") }

func TestTodoIsEmptyAndSaysSo(t *testing.T) {
	b := newBox(t)
	holds(t, "nothing", b.readAs("resident:tom", "/a-faire"), "Rien ne vous attend", "À faire\u00a0: 0 chose")
	lacks(t, "a visitor", b.get("/"), "/a-faire")
}

func TestTodoListsWhatWaitsAndCountsItInTheHead(t *testing.T) {
	b := newBox(t)
	f := b.asks("Porter une armoire")
	b.replies(f, "tom")
	p := b.petitions("Un passage piéton")
	holds(t, "one thing", b.readAs("resident:lea", "/"), "À faire\u00a0: 1 chose", `href="/a-faire"`)
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return petition.Stop(tx, p.ID) })
	page := b.readAs("resident:lea", "/a-faire")
	holds(t, "two things", page, "À faire\u00a0: 2 choses", "1 réponse attend\u00a0: Porter une armoire", "/entraide/"+f.ID+"/reponses",
		"Votre pétition est à remettre\u00a0: Un passage piéton", "/petitions/"+p.ID)
	holds(t, "nobody else's", b.readAs("resident:tom", "/a-faire"), "Rien ne vous attend")
	b.sends("resident:lea", "/petitions/"+p.ID+"/etat", url.Values{"do": {"deposit"}})
	holds(t, "one is done", b.readAs("resident:lea", "/a-faire"), "À faire\u00a0: 1 chose")
	b.proposed(aForm())
	holds(t, "a moderator's", b.readAs("moderator", "/a-faire"), "/moderation")
	lacks(t, "not a resident's", b.readAs("resident:tom", "/a-faire"), `href="/moderation"`)
}

func TestTodoSaysWhenTheCharterIsToBeAccepted(t *testing.T) {
	b := newBox(t)
	r := &request{speech: &speech{localizer{locale: b.langs.locale("fr"), zone: b.zone, now: b.clock.Now()}}}
	if list, err := charterDuty(r, nil); err != nil || list != nil {
		t.Errorf("accepted: %v, %v", list, err)
	}
	r.me = account.Session{Standing: account.Standing{CharterDue: b.clock.Now().AddDate(0, 0, 30)}}
	if list, err := charterDuty(r, nil); err != nil || len(list) != 1 || list[0].Urgent {
		t.Errorf("in time: %v, %v", list, err)
	}
	r.me.Standing.CharterDue = b.clock.Now()
	if list, err := charterDuty(r, nil); err != nil || len(list) != 1 || !list[0].Urgent {
		t.Errorf("late: %v, %v", list, err)
	}
}

func TestTodoOfAModuleThatIsOffIsNothing(t *testing.T) {
	b := newBox(t)
	b.replies(b.asks("Porter une armoire"), "tom")
	b.sends("operator", "/admin/rubriques", url.Values{"module": {"mutualaid"}, "do": {"off"}})
	holds(t, "off", b.readAs("resident:lea", "/a-faire"), "Rien ne vous attend")
}

// A group nobody has kept for a while waits for an operator, who takes it on; one
// that is secret, or has not waited long, does not.
func TestTodoOffersOperatorsTheGroupsNobodyKeeps(t *testing.T) {
	b := newBox(t)
	g := b.inGroup(func(g *group.Group) { g.Name = "Les fontaines" })
	secret := group.Group{Name: "La surprise", Purpose: "Chut", Theme: "leisure", Reading: group.ToMembers, Seen: group.ToMembers, Joining: group.Invited}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return group.Begin(tx, &secret, "") })
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return group.Personal.Erase(tx, "lea", store.KeepUnnamed) })
	lacks(t, "too soon", b.readAs("operator", "/a-faire"), "Les fontaines")
	b.clock.Add(group.OfferedAfter)
	holds(t, "an operator", b.readAs("operator", "/a-faire"), "Plus personne n’anime Les fontaines", `href="/groupes/`+g.ID+`"`)
	lacks(t, "an operator, of a secret one", b.readAs("operator", "/a-faire"), "La surprise")
	lacks(t, "a resident", b.readAs("resident:zoe", "/a-faire"), "Les fontaines")
	b.as("operator", func(tx *store.Tx) error {
		tx.Actor.Role = store.Operator
		return group.Take(tx, g.ID)
	})
	lacks(t, "once it is kept", b.readAs("operator", "/a-faire"), "n’anime")
}
