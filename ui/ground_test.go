package ui

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
	"copi.local/store/vote/tally"
)

// TestWhatFollowsADecisionIsLinkedBothWays: a change of modules, of rules or of
// a text names the decision it follows in the public log, and the decision's
// page tells what was done; what was not adopted can be named by nothing.
func TestWhatFollowsADecisionIsLinkedBothWays(t *testing.T) {
	b := newBox(t)
	p := b.opens(majorityRule())
	b.votes("tom", p, tally.Ballot{Values: []int{1, 0}})
	if page := b.readAs("operator", "/admin/moderation"); strings.Contains(page, `name="decision"`) {
		t.Error("a vote under way can be followed")
	}
	post := func(path string, status int, values ...string) string {
		w := b.ask(POST, path, "operator", fields(append(values, "decision", p.ID)...), french1)
		if w.Code != status {
			t.Errorf("POST %s: %d, want %d\n%s", path, w.Code, status, b.log)
		}
		return plainText(w.Body.String())
	}
	if page := post("/admin/moderation", http.StatusUnprocessableEntity, "reports", "4"); !strings.Contains(page, "Choisissez une décision adoptée") {
		t.Error("no word about the decision")
	}
	b.ends(p)
	for _, path := range []string{"/admin/moderation", "/admin/annonces", "/admin/annuaire", "/heures/reglages", "/admin/rubriques", textAdminPath} {
		if page := b.readAs("operator", path); !strings.Contains(page, `name="decision"`) || !strings.Contains(page, "Un four à pain") {
			t.Errorf("%s does not offer the decision", path)
		}
	}
	post("/admin/moderation", http.StatusSeeOther, "reports", "4")
	post("/admin/rubriques", http.StatusSeeOther, "module", "reaction", "do", "off")
	post(textAdminPath, http.StatusSeeOther, "title", "Règlement", "body", "On range.", "version", "0")
	log, page := plainText(b.get("/journal")), plainText(b.get("/decisions/"+p.ID))
	if n := strings.Count(log, `href="/decisions/`+p.ID+`"`); n != 3 {
		t.Errorf("%d lines of the log lead to the decision\n%s", n, log)
	}
	for _, want := range []string{"Les règles de modération sont changées.", "Une rubrique est arrêtée", "Des statuts ou un règlement"} {
		if !strings.Contains(page, want) {
			t.Errorf("the decision's page does not tell: %s", want)
		}
	}
	if strings.Contains(plainText(b.get("/decisions/"+b.proposes().ID)), "Ce que les responsables ont fait") {
		t.Error("another decision has it too")
	}
}

// TestTheCharterFollowsADecision is the same for the charter itself.
func TestTheCharterFollowsADecision(t *testing.T) {
	b := foundBox(t)
	p := b.opens(majorityRule())
	b.votes("tom", p, tally.Ballot{Values: []int{1, 0}})
	b.ends(p)
	op := operatorOf(b)
	op.post(amendPath, amendPath+"/publier", "charter", account.CharterTemplate("Bretenoux")+"\n\nEt un four.", "summary", "")
	op.post(amendPath+"/publier", charterPath+"/versions", "version", "2", "kind", "new", "days", "30", "current", goodPassword, "decision", p.ID)
	if log := plainText(b.get("/journal")); !strings.Contains(log, `href="/decisions/`+p.ID+`"`) {
		t.Error("the log does not lead to the decision")
	}
}

// TestAC4_AVoteOfSomebodyLateWithTheCharter: opened under version 1; version 2
// falls due before the vote ends. What was voted counts, cannot be changed, and
// the roll is the one of the opening.
func TestAC4_AVoteOfSomebodyLateWithTheCharter(t *testing.T) {
	b := foundBox(t)
	ana := b.browser()
	ana.post("/inscription", "/", "name", "Ana", "login", "ana", "password", goodPassword, "charter", "1", "fifteen", "1")
	p := b.opens(majorityRule())

	ana.post("/decisions/"+p.ID+"/voter", "/decisions/"+p.ID, "pick", "0", "sure", "1")
	storetest.Update(t, b.db, store.Actor{Role: store.Operator}, func(tx *store.Tx) error {
		if err := account.Draft(tx, account.CharterTemplate("Bretenoux")+"\n\nDeux.", ""); err != nil {
			return err
		}
		if err := account.Amend(tx, account.Amendment{Version: 2, Days: account.MinAcceptDays}); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE account_charters SET due_at = ? WHERE version = 2", b.clock.Now().Add(time.Hour).Unix())
		return err
	})
	b.browser().post("/inscription", "/", "name", "Bob", "login", "bob", "password", goodPassword, "charter", "1", "fifteen", "1") // too late for the roll
	b.clock.Add(2 * time.Hour)
	ana.refuse("/decisions/"+p.ID+"/voter", http.StatusForbidden, "vous ne l'avez pas encore acceptée", "pick", "1", "sure", "1")
	b.ends(p)
	file := b.get("/decisions/" + p.ID + "/proces-verbal.json")
	for _, want := range []string{`"roll_at_opening":7,"roll":7,`, `"ballots":[{"values":[1,0]}]`, `"voters":1,`} {
		if !strings.Contains(file, want) {
			t.Errorf("the minutes have no %s: %s", want, file)
		}
	}
}
