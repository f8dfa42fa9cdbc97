package ui

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/group"
	"copi.local/store/storetest"
)

// villagers are accounts with names of their own.
func (b *box) villagers(names ...string) (ids []string) {
	b.t.Helper()
	desk := account.NewDesk(b.db, account.Params{Memory: 8, Time: 1})
	for i, name := range names {
		p, _, err := desk.Add(store.As(b.t.Context(), store.Actor{ID: "op", Role: store.Operator}), account.NewPerson{
			Login: strings.ReplaceAll(name, " ", "") + strconv.Itoa(i), Name: name, Role: store.Resident, Password: "quatre mots tout simples",
		})
		if err != nil {
			b.t.Fatal(err)
		}
		ids = append(ids, p.ID)
	}
	return ids
}

// joins makes an account a member of a group joined freely.
func (b *box) joins(id, who string) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{ID: who, Role: store.Resident}, func(tx *store.Tx) error { return group.Join(tx, id, "") })
}

// TestFO1_NoPageOrFileNamesAHiddenMember reads all there is of a public group
// whose members are hidden.
func TestFO1_NoPageOrFileNamesAHiddenMember(t *testing.T) {
	b := newBox(t)
	g := b.circle()
	silent := b.villagers("Bernadette Muette")[0]
	b.joins(g.ID, silent)
	for _, who := range []string{"", "resident:tom", "moderator", "operator"} {
		for _, path := range []string{
			"/groupes", "/groupes/" + g.ID, "/groupes/" + g.ID + "/federation", "/api/v1/listings?kind=group", "/fiches.atom?kind=group",
			"/fiches.csv?kind=group", "/fiche/" + g.ID + "/donnees.jsonld", "/fiche/" + g.ID + "/contact.vcf", "/recherche?q=Muette", "/recherche?q=foret",
		} {
			body := b.ask(GET, path, who, nil).Body.String()
			if strings.Contains(body, "Bernadette") || strings.Contains(body, silent) || strings.Contains(body, "2 membres") || strings.Contains(body, "2 members") {
				t.Errorf("%s as %q tells of a hidden member", path, who)
			}
		}
	}
	if body := b.readAs("resident:lea", "/groupes/"+g.ID); !strings.Contains(body, "Bernadette Muette") {
		t.Error("the keeper does not see who belongs")
	}
}

// TestFO4_ChangingSwitchesIsAskedTwice: the page says what it means and keeps
// what was typed; then nobody else finds the group.
func TestFO4_ChangingSwitchesIsAskedTwice(t *testing.T) {
	b := newBox(t)
	g := b.circle()
	to := groupTyped("name", "Amis du bois", "reading", "members", "joining", "invited")
	w := b.ask(POST, "/groupes/"+g.ID+"/modifier", "resident:lea", to)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `value="Amis du bois"`) || !strings.Contains(w.Body.String(), "copies") {
		t.Fatalf("%d, no warning:\n%s", w.Code, w.Body)
	}
	if w := b.ask(GET, "/groupes/"+g.ID, "", nil); w.Code != http.StatusOK {
		t.Fatalf("changed before it was sure: %d", w.Code)
	}
	to.Set("sure", "1")
	b.sends("resident:lea", "/groupes/"+g.ID+"/modifier", to)
	for _, who := range []string{"", "resident:tom", "moderator", "operator"} {
		for _, path := range []string{"/groupes/" + g.ID, "/groupes/" + g.ID + "/federation"} {
			if w := b.ask(GET, path, who, nil); w.Code != http.StatusNotFound {
				t.Errorf("%s as %q: %d", path, who, w.Code)
			}
		}
		if strings.Contains(b.ask(GET, "/groupes", who, nil).Body.String(), "Amis du bois") {
			t.Errorf("%q finds the secret group in the list", who)
		}
	}
	holds(t, "the keeper's list", b.readAs("resident:lea", "/groupes"), "Amis du bois")
}

// TestAGroupIsKeptWhenItsFormIsWrong: what was typed comes back with what is
// missing.
func TestAGroupIsKeptWhenItsFormIsWrong(t *testing.T) {
	b := newBox(t)
	w := b.ask(POST, "/groupes/nouveau", "resident:lea", groupTyped("purpose", " ", "name", "Amis du bois"))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="Amis du bois"`) {
		t.Errorf("%d:\n%s", w.Code, w.Body)
	}
}

// TestAC7_InvitedByCodeAndByName goes both ways in.
func TestAC7_InvitedByCodeAndByName(t *testing.T) {
	b := newBox(t)
	g := b.circle(func(g *group.Group) { g.Reading, g.Joining = group.ToMembers, group.Invited })
	ids := b.villagers("Marie Durand", "Marie Durand", "Nina Solo")
	invite := func(name string) string {
		return b.ask(POST, "/groupes/"+g.ID+"/invitations", "resident:lea", url.Values{"guest": {name}}).Body.String()
	}
	holds(t, "a name of two", invite("Marie Durand"), "Marie Durand (")
	holds(t, "a name of nobody", invite("Personne"), `value="Personne"`)
	b.sends("resident:lea", "/groupes/"+g.ID+"/invitations", url.Values{"guest": {"nina solo"}})
	list := b.readAs("resident:"+ids[2], "/groupes")
	holds(t, "the guest's page", list, g.Name, "/groupes/invitations/")
	at := "/groupes/invitations/" + strings.SplitN(strings.SplitN(list, "/groupes/invitations/", 2)[1], `"`, 2)[0]
	if w := b.ask(GET, at, "resident:tom", nil); w.Code != http.StatusNotFound {
		t.Errorf("somebody else's invitation: %d", w.Code)
	}
	if to := b.sends("resident:"+ids[2], at, url.Values{"do": {"accept"}}); to != "/groupes/"+g.ID {
		t.Errorf("leads to %s", to)
	}
	code := b.invites(g.ID, "").Code
	holds(t, "as a visitor", b.readAs("", "/groupes/code/"+code), g.Name)
	if to := b.sends("resident:tom", "/groupes/code", url.Values{"code": {strings.ToLower(code)}}); to != "/groupes/code/"+code {
		t.Errorf("a typed code leads to %s", to)
	}
	b.sends("resident:tom", "/groupes/code/"+code, url.Values{"do": {"accept"}})
	w := b.ask(POST, "/groupes/code/"+code, "resident:other", url.Values{"do": {"accept"}})
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("used twice: %d", w.Code)
	}
}

// TestFO10_TheLatePartIsSaid on the page, to a visitor too.
func TestFO10_TheLatePartIsSaid(t *testing.T) {
	b := newBox(t)
	league, q, _ := b.inquires()
	var part string
	storetest.View(t, b.db, lea, func(tx *store.Tx) error {
		list, err := group.Inquiries(tx, league.ID)
		part = list[0].Parts[0].PartID
		return err
	})
	b.sends("resident:lea", "/groupes/"+league.ID+"/questions/"+q.ID, url.Values{"part": {part}, "answer": {"yes"}})
	holds(t, "the page", b.french("/groupes/"+league.ID+"/federation", ""), "1/2 groupe a répondu", "pas encore de réponse", "Majorité, une voix par groupe")
}
