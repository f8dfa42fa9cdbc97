package ui

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// account makes a resident, so that pages have a name to show; the token of
// roleSession for it comes back with its id.
func (b *box) account(name string) (token, id string) {
	b.t.Helper()
	p, _, err := b.desk.Add(store.As(b.t.Context(), store.Actor{ID: "op", Role: store.Operator}), account.NewPerson{Login: loginOf(name), Name: name, Role: store.Resident})
	if err != nil {
		b.t.Fatal(err)
	}
	return "resident:" + p.ID, p.ID
}

// loginOf makes "ana.cachee" of "Ana Cachée".
func loginOf(name string) string { return strings.ReplaceAll(listing.Fold(name), " ", ".") }

// as runs a verb of the directory for an account.
func (b *box) as(account string, do func(*store.Tx) error) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{ID: account, Role: store.Resident}, do)
}

// invited is the code of an invitation to an element, by its administrator.
func (b *box) invited(element, admin string, i directory.Invitation) string {
	b.t.Helper()
	i.ElementID = element
	if i.Days == 0 {
		i.Days = directory.UsualDays
	}
	b.as(admin, func(tx *store.Tx) error {
		made, err := directory.Invite(tx, i, 1)
		if err == nil {
			i = made[0]
		}
		return err
	})
	return i.Code
}

// orphan is an element whose only administrator has left, with one member.
func (b *box) orphan(admin, member string) string {
	b.t.Helper()
	id := b.element(admin)
	b.join(id, admin, member)
	b.as(admin, func(tx *store.Tx) error { return directory.Leave(tx, id, true) })
	return id
}

// join makes an account a member.
func (b *box) join(id, admin, member string) {
	b.t.Helper()
	b.as(member, func(tx *store.Tx) error { return directory.Ask(tx, id, "Bonjour") })
	b.as(admin, func(tx *store.Tx) error { return directory.Admit(tx, id, member) })
}

func (b *box) claimOn(id, account string) (claim string) {
	b.t.Helper()
	b.as(account, func(tx *store.Tx) error {
		if _, err := directory.File(tx, id, "Je suis la présidente."); err != nil {
			return err
		}
		own, _, err := directory.ClaimsOn(tx, id)
		claim = own.ID
		return err
	})
	return claim
}

func init() {
	of := func(suffix string) func(*box) string {
		return func(b *box) string { return "/annuaire/" + b.element("lea") + suffix }
	}
	own := func(suffix string, form url.Values) sample {
		return sample{path: of(suffix), form: form, as: "resident:lea"}
	}
	code := func(b *box) string {
		return "/invitation/" + b.invited(b.element("lea"), "lea", directory.Invitation{Label: "trésorière"})
	}
	claim := func(b *box) string { return "/moderation/reprise/" + b.claimOn(b.orphan("lea", "tom"), "zoe") }
	for name, s := range map[string]sample{
		"GET /annuaire/:id/membres":          {path: of("/membres")},
		"POST /annuaire/:id/membres":         {path: of("/membres"), form: url.Values{"note": {"Bonjour"}}},
		"POST /annuaire/:id/membres/moi":     {path: of("/membres/moi"), form: url.Values{"shown": {"residents"}}},
		"POST /annuaire/:id/membres/quitter": {path: of("/membres/quitter")},
		"GET /annuaire/:id/gerer":            own("/gerer", nil),
		"POST /annuaire/:id/gerer/membre":    own("/gerer/membre", url.Values{"account": {"lea"}, "label": {"présidente"}}),
		"POST /annuaire/:id/gerer/reglages":  own("/gerer/reglages", url.Values{"joining": {"invited"}, "seen": {"residents"}}),
		"GET /annuaire/:id/gerer/journal":    own("/gerer/journal", nil),
		"GET /moderation/actes/:id":          {path: func(b *box) string { return "/moderation/actes/" + b.element("lea") }},
		"GET /compte/organisations":          at("/compte/organisations"),
		"GET /annuaire/:id/invitations":      own("/invitations", nil),
		"POST /annuaire/:id/invitations":     own("/invitations", url.Values{"days": {"14"}, "copies": {"2"}}),
		"GET /annuaire/:id/invitations/bons": own("/invitations/bons", nil),
		"POST /annuaire/:id/invitations/:invitation": {path: func(b *box) string {
			id := b.element("lea")
			b.invited(id, "lea", directory.Invitation{})
			var list []directory.Invitation
			b.as("lea", func(tx *store.Tx) (err error) {
				list, err = directory.Invitations(tx, id)
				return err
			})
			return "/annuaire/" + id + "/invitations/" + list[0].ID
		}, form: url.Values{"do": {"revoke"}}, as: "resident:lea"},
		"GET /invitation":             at("/invitation"),
		"POST /invitation":            {path: at("/invitation").path, form: url.Values{"code": {"3k7q m0ax 90pd"}}},
		"GET /invitation/:code":       {path: code},
		"POST /invitation/:code":      {path: code, form: url.Values{"do": {"decline"}}},
		"GET /admin/invitations":      at("/admin/invitations"),
		"POST /admin/invitations":     at("/admin/invitations"),
		"GET /admin/invitations/bons": at("/admin/invitations/bons"),
		"GET /annuaire/:id/reprendre": {path: of("/reprendre")},
		"POST /annuaire/:id/reprendre": {path: func(b *box) string {
			return "/annuaire/" + b.orphan("lea", "tom") + "/reprendre"
		}, form: url.Values{"reason": {"Je suis la présidente."}}},
		"GET /moderation/reprise/:id":  {path: claim},
		"POST /moderation/reprise/:id": {path: claim, form: url.Values{"do": {"accept"}}},
	} {
		samples[name] = s
	}
}

// TestAMembersNameStaysWhereTheySaid: three members with three choices, looked
// at by a visitor, a resident and an administrator, in pages and in what
// leaves the box.
func TestAMembersNameStaysWhereTheySaid(t *testing.T) {
	b := newBox(t)
	admin, adminID := b.account("Zoé Admin")
	id := b.element(adminID)
	names := map[directory.Seen]string{directory.ToNobody: "Ana Cachée", directory.ToResidents: "Ben Voisin", directory.ToEverybody: "Cléo Partout"}
	for seen, name := range names {
		_, member := b.account(name)
		b.join(id, adminID, member)
		b.as(member, func(tx *store.Tx) error { return directory.Appear(tx, id, seen) })
	}
	resident, _ := b.account("Dan Lecteur")
	for _, path := range []string{"/annuaire/" + id, "/annuaire/" + id + "/membres"} {
		for who, sees := range map[string]int{"": 1, resident: 2, admin: 3} {
			page := b.ask(GET, path, who, nil, french1).Body.String()
			for seen, name := range names {
				if want := int(seen) > 2-sees; strings.Contains(page, name) != want {
					t.Errorf("%s as %q: %s shown is %v, want %v", path, who, name, !want, want)
				}
			}
			if !strings.Contains(page, "4 membres") {
				t.Errorf("%s as %q does not count the members", path, who)
			}
		}
	}
	for _, path := range []string{"/api/v1/listings", "/fiches.csv", "/fiches.geojson", "/recherche?q=Cléo", "/agenda.atom"} {
		if page := b.get(path); strings.Contains(page, "Partout") {
			t.Errorf("%s tells of a member", path)
		}
	}
	b.ask(POST, "/annuaire/"+id+"/gerer/reglages", admin, url.Values{"joining": {"invited"}, "seen": {"nobody"}})
	page := b.ask(GET, "/annuaire/"+id+"/membres", resident, nil, french1).Body.String()
	if strings.Contains(page, "Cléo") || strings.Contains(page, "4 membres") || strings.Contains(page, "/quitter") {
		t.Errorf("a discreet element tells of its members:\n%s", page)
	}
}

var slipCode = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// TestAC7_AnInvitationByItsLabel: valid fourteen days, used on the fifteenth;
// another used twice; and the label gives no permission.
func TestAC7_AnInvitationByItsLabel(t *testing.T) {
	b := newBox(t)
	admin, adminID := b.account("Zoé Admin")
	id := b.element(adminID)
	w := b.ask(POST, "/annuaire/"+id+"/invitations", admin, url.Values{"label": {"trésorier"}, "days": {"14"}, "copies": {"2"}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("inviting: %d\n%s", w.Code, w.Body)
	}
	sheet := b.ask(GET, w.Header().Get("Location"), admin, nil).Body.String()
	codes := slipCode.FindAllString(sheet, -1)
	if len(codes) != 2 || codes[0] == codes[1] || strings.Count(sheet, `class="qr"`) != 2 {
		t.Fatalf("codes on the sheet: %v", codes)
	}
	first, second := "/invitation/"+codes[0], "/invitation/"+strings.ToLower(strings.ReplaceAll(codes[1], "-", ""))
	tom, tomID := b.account("Tom Invité")
	zoe, _ := b.account("Une Autre")
	if w := b.ask(POST, first, tom, url.Values{"do": {"accept"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("accepting: %d\n%s", w.Code, w.Body)
	}
	if w := b.ask(POST, first, zoe, url.Values{"do": {"accept"}}, french1); w.Code != http.StatusUnprocessableEntity ||
		!strings.Contains(w.Body.String(), "a déjà servi") {
		t.Errorf("used twice: %d\n%s", w.Code, w.Body)
	}
	if w := b.ask(GET, "/annuaire/"+id+"/gerer", tom, nil); w.Code != http.StatusForbidden {
		t.Errorf("the label « trésorier » opens the administrators' page: %d", w.Code)
	}
	if page := b.ask(GET, "/annuaire/"+id+"/gerer", admin, nil, french1).Body.String(); !strings.Contains(page, "Tom Invité") ||
		!strings.Contains(page, "trésorier") {
		t.Errorf("%s is not on the list with the label", tomID)
	}
	b.clock.Add(14*24*time.Hour + time.Minute)
	page := b.ask(GET, second, "", nil, french1).Body.String()
	if !strings.Contains(page, "expirée") || !strings.Contains(page, `value="again"`) || strings.Contains(page, `value="accept"`) {
		t.Errorf("on day 15:\n%s", page)
	}
	if w := b.ask(POST, second, zoe, url.Values{"do": {"accept"}}, french1); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("accepted after it expired: %d", w.Code)
	}
	b.ask(POST, second, "", url.Values{"do": {"again"}})
	page = b.ask(GET, "/annuaire/"+id+"/invitations", admin, nil, french1).Body.String()
	if !strings.Contains(page, "demande un nouveau code") || !strings.Contains(page, `value="reprint"`) {
		t.Errorf("the inviter is not told:\n%s", page)
	}
}

// TestAnInvitationSurvivesTheCharter: somebody without an account comes with a
// code, registers, and finds the invitation again.
func TestAnInvitationSurvivesTheCharter(t *testing.T) {
	b := foundBox(t)
	b.auth = roleSession
	_, adminID := b.account("Zoé Admin")
	at := "/invitation/" + b.invited(b.element(adminID), adminID, directory.Invitation{Admin: true})
	page, escaped := b.get(at), strings.ReplaceAll(at, "/", "%2f")
	for _, want := range []string{"/inscription?vers=" + escaped, "/connexion?vers=" + escaped} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not lead to %s", want)
		}
	}
	if !strings.Contains(b.get("/inscription?vers="+at), `name="vers" value="`+at+`"`) {
		t.Error("the form forgets the invitation")
	}
	w := b.ask(POST, "/inscription", "", url.Values{
		"name": {"Paul Neuf"}, "login": {"paul"}, "password": {"girolle-pierre-grange-thym"},
		"fifteen": {"1"}, "charter": {"1"}, "vers": {at},
	})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != at {
		t.Errorf("after the sign-up: %d to %q\n%s", w.Code, w.Header().Get("Location"), w.Body)
	}
}

// TestGuessingCodesIsSlowAndLocksNobodyOut: wrong codes are limited for one
// source; a right one is not counted.
func TestGuessingCodesIsSlowAndLocksNobodyOut(t *testing.T) {
	b := newBox(t)
	at := "/invitation/" + b.invited(b.element("lea"), "lea", directory.Invitation{})
	for range 60 {
		if w := b.ask(GET, at, "", nil); w.Code != http.StatusOK {
			t.Fatalf("the right code: %d", w.Code)
		}
	}
	busy := 0
	for range 40 {
		switch w := b.ask(GET, "/invitation/"+store.NewID()[:12], "", nil); w.Code {
		case http.StatusUnprocessableEntity:
		case http.StatusServiceUnavailable:
			busy++
		default:
			t.Fatalf("a wrong code: %d", w.Code)
		}
	}
	if busy != 20 {
		t.Errorf("%d of 40 guesses were put off, want 20", busy)
	}
	elsewhere := func(r *http.Request) { r.RemoteAddr = "192.168.1.77:4000" }
	if w := b.ask(GET, at, "", nil, elsewhere); w.Code != http.StatusOK {
		t.Errorf("another phone is locked out: %d", w.Code)
	}
	b.clock.Add(10 * time.Minute)
	if w := b.ask(GET, at, "", nil); w.Code != http.StatusOK {
		t.Errorf("still locked out ten minutes later: %d", w.Code)
	}
}

// TestDI8_WhoLeavesLeavesTheCard: the only administrator erases their account;
// the card stays, a member takes it over at once, a stranger has to ask.
func TestDI8_WhoLeavesLeavesTheCard(t *testing.T) {
	b := newBox(t)
	_, adminID := b.account("Zoé Admin")
	tom, tomID := b.account("Tom Membre")
	zoe, _ := b.account("Une Autre")
	id := b.element(adminID)
	b.join(id, adminID, tomID)
	b.as(adminID, func(tx *store.Tx) error { return directory.Personal.Erase(tx, adminID, store.EraseAll) })
	at := "/annuaire/" + id
	if page := b.ask(GET, at, tom, nil, french1).Body.String(); !strings.Contains(page, "Reprendre la fiche") || !strings.Contains(page, "Bals et lotos.") {
		t.Errorf("a member is not led to take the card over, or its content is gone:\n%s", page)
	}
	if w := b.ask(POST, at+"/reprendre", zoe, url.Values{"do": {"take_over"}}); w.Code != http.StatusForbidden {
		t.Errorf("a stranger takes it over: %d", w.Code)
	}
	if w := b.ask(POST, at+"/reprendre", tom, url.Values{"do": {"take_over"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("taking over: %d\n%s", w.Code, w.Body)
	}
	if w := b.ask(GET, at+"/gerer", tom, nil); w.Code != http.StatusOK {
		t.Errorf("tom does not manage it: %d", w.Code)
	}
}

// TestTheLastAdministratorHasToBeSure: the first try explains and changes
// nothing.
func TestTheLastAdministratorHasToBeSure(t *testing.T) {
	b := newBox(t)
	admin, adminID := b.account("Zoé Admin")
	id := b.element(adminID)
	at := "/annuaire/" + id + "/membres/quitter"
	if w := b.ask(POST, at, admin, url.Values{}, french1); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `name="sure"`) {
		t.Errorf("leaving unsure: %d\n%s", w.Code, w.Body)
	}
	if w := b.ask(POST, at, admin, url.Values{"sure": {"1"}}); w.Code != http.StatusSeeOther {
		t.Errorf("leaving: %d", w.Code)
	}
}

// TestDI4_AClaimGoesToAModerator: refused with a reason its author reads, then
// accepted; the second claimant is told that one waits and is passed on.
func TestDI4_AClaimGoesToAModerator(t *testing.T) {
	b := newBox(t)
	id := b.orphan("lea", "tom")
	ana, anaID := b.account("Ana Présidente")
	ben, _ := b.account("Ben Aussi")
	at := "/annuaire/" + id + "/reprendre"
	if w := b.ask(POST, at, ana, url.Values{}, french1); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", w.Code)
	}
	claim := "/moderation/reprise/" + b.claimOn(id, anaID)
	if page := b.ask(GET, "/moderation", "moderator", nil, french1).Body.String(); !strings.Contains(page, claim) {
		t.Fatalf("not in the queue:\n%s", page)
	}
	if page := b.ask(GET, "/admin", "operator", nil, french1).Body.String(); !strings.Contains(page, "1 demande attend") {
		t.Error("not in the operator's count")
	}
	if w := b.ask(POST, claim, "moderator", url.Values{"do": {"refuse"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("refused without a word: %d", w.Code)
	}
	b.ask(POST, claim, "moderator", url.Values{"do": {"refuse"}, "answer": {"Passez me voir à la mairie."}})
	if page := b.ask(GET, "/compte/organisations", ana, nil, french1).Body.String(); !strings.Contains(page, "Passez me voir") {
		t.Errorf("the claimant does not read why:\n%s", page)
	}
	claim = "/moderation/reprise/" + b.claimOn(id, anaID)
	if page := b.ask(GET, at, ben, nil, french1).Body.String(); !strings.Contains(page, "Une autre personne a déjà demandé") {
		t.Errorf("the second is not told:\n%s", page)
	}
	b.ask(POST, at, ben, url.Values{"reason": {"Je suis le trésorier."}})
	b.ask(POST, claim, "moderator", url.Values{"do": {"accept"}})
	if page := b.ask(GET, "/annuaire/"+id+"/gerer", ana, nil, french1).Body.String(); !strings.Contains(page, "Ben Aussi") || !strings.Contains(page, "Je suis le trésorier.") {
		t.Errorf("the other claimant is not passed on:\n%s", page)
	}
	if w := b.ask(POST, claim, "moderator", url.Values{"do": {"accept"}}, french1); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("decided twice: %d", w.Code)
	}
}

func TestWhoClaimedAnElementReadsThatItWaits(t *testing.T) {
	b := newBox(t)
	id := b.orphan("lea", "tom")
	b.claimOn(id, "zoe")
	w := b.ask(GET, "/annuaire/"+id+"/reprendre", "resident:zoe", nil)
	if w.Code != http.StatusOK {
		t.Fatalf("%d\n%s", w.Code, b.log)
	}
	holds(t, "the page of a claim", w.Body.String(), "attend une réponse")
}
