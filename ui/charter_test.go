package ui

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// operatorOf signs the box's operator in.
func operatorOf(b *box) *browser {
	b.t.Helper()
	op := b.browser()
	op.signIn("mairie", goodPassword)
	return op
}

// publish writes and publishes a next version.
func (w *browser) publish(body, kind, days string) {
	w.t.Helper()
	w.post(amendPath, amendPath+"/publier", "charter", body, "summary", "Article 4 précisé")
	page := w.open(amendPath + "/publier")
	_, version, _ := strings.Cut(page, `name="version" value="`)
	version, _, _ = strings.Cut(version, `"`)
	w.post(amendPath+"/publier", charterPath+"/versions", "version", version, "kind", kind, "days", days, "current", goodPassword)
}

func TestAC2_TheNewCharterOnThePages(t *testing.T) {
	b := foundBox(t)
	zone := b.zone
	b.clock.Set(time.Date(2026, 3, 3, 10, 0, 0, 0, zone))
	ana := b.browser()
	ana.post("/inscription", "/", "name", "Ana", "login", "ana", "password", goodPassword, "charter", "1", "fifteen", "1")
	b.clock.Set(time.Date(2026, 4, 10, 18, 0, 0, 0, zone))
	op := operatorOf(b)
	before := account.CharterTemplate("Bretenoux")
	op.publish(strings.Replace(before, "dans le respect de la loi", "dans le respect de la loi, de la nuit", 1), "new", "30")

	if page := plainText(ana.open("/")); !strings.Contains(page, "acceptez-la jusqu'au dimanche 10 mai") {
		t.Error("no banner with the last day")
	}
	page := ana.open(acceptPath)
	for _, want := range []string{"<ins>loi, de la nuit</ins>", "Ce que l'on publie", "10 mai", "Article 4 précisé"} {
		if !strings.Contains(page, want) && !strings.Contains(plainText(page), want) {
			t.Errorf("the page does not show %q\n%s", want, page)
		}
	}
	if !strings.Contains(page, "CoPi "+b.opt.Version+".") { // the charter's version stood there
		t.Error("the foot of the page does not name the program's version")
	}
	if cut, _, _ := strings.Cut(page, "<details"); strings.Contains(cut, "Pourquoi cette boîte") {
		t.Error("an article that did not change is among the changes")
	}
	ana.post("/compte", "/compte", "name", "Ana L.") // through 10 May as before

	b.clock.Set(time.Date(2026, 5, 11, 0, 0, 0, 0, zone))
	ana.refuse("/compte", http.StatusForbidden, "vous ne l'avez pas encore acceptée", "name", "Ana")
	ana.open("/compte/copie")
	ana.refuse(acceptPath, http.StatusUnprocessableEntity, "cochez la case", "version", "2")
	ana.refuse(acceptPath, http.StatusUnprocessableEntity, "La charte vient de changer", "version", "1", "charter", "1")
	ana.post(acceptPath, "/", "version", "2", "charter", "1")
	ana.post("/compte", "/compte", "name", "Ana")
	if page := plainText(ana.open("/compte")); !strings.Contains(page, "version 1, acceptée le mardi 3 mars") || !strings.Contains(page, "version 2, acceptée le lundi 11 mai") {
		t.Error("both acceptances are not on record")
	}
}

func TestAC3_ACorrectionOnThePages(t *testing.T) {
	b := foundBox(t)
	ana := b.browser()
	ana.post("/inscription", "/", "name", "Ana", "login", "ana", "password", goodPassword, "charter", "1", "fifteen", "1")
	op := operatorOf(b)
	op.refuse(amendPath, http.StatusUnprocessableEntity, "trop courte", "charter", "Soyons gentils.")
	op.post(amendPath, amendPath+"/publier", "charter", account.CharterTemplate("Bretenoux")+" Bien.", "summary", "")
	op.refuse(amendPath+"/publier", http.StatusUnprocessableEntity, "demande un nouvel accord", "version", "2", "days", "30", "current", goodPassword)
	op.refuse(amendPath+"/publier", http.StatusUnprocessableEntity, "de 7 à 365 jours", "version", "2", "kind", "new", "days", "3", "current", goodPassword)
	op.refuse(amendPath+"/publier", http.StatusUnprocessableEntity, "mot de passe actuel", "version", "2", "kind", "new", "days", "30", "current", "faux")
	op.publish(account.CharterTemplate("Bretenoux")+" Très bien.", "correction", "")
	if page := ana.open("/"); strings.Contains(page, acceptPath) {
		t.Error("a correction asks for an agreement")
	}
	page := plainText(b.get(charterPath + "/versions"))
	if !strings.Contains(page, "Version 1.1") || !strings.Contains(page, "correction") || !strings.Contains(page, "Version 1 ") {
		t.Error("the history does not show it")
	}
	if page = plainText(b.get(charterPath + "/versions/2")); !strings.Contains(page, "<ins>Très bien.</ins>") {
		t.Error("the version does not show what it changed")
	}
	if page = plainText(b.get("/journal")); !strings.Contains(page, "Une correction de la charte est publiée.") {
		t.Error("the public log does not tell")
	}
}

func TestTheCharterAcceptedOnPaperAtTheDesk(t *testing.T) {
	b := foundBox(t)
	ana := b.browser()
	ana.post("/inscription", "/", "name", "Ana", "login", "ana", "password", goodPassword, "charter", "1", "fifteen", "1")
	op := operatorOf(b)
	op.publish(account.CharterTemplate("Bretenoux")+"\n\n# Encore\nUn article de plus.", "new", "30")
	id := b.idOf("ana")
	if page := op.open(peoplePath + "/" + id); !strings.Contains(page, "/feuille") {
		t.Error("no sheet to print")
	}
	if page := plainText(op.open(peoplePath + "/" + id + "/feuille")); !strings.Contains(page, "Un article de plus") || strings.Contains(page, "autorité parentale") {
		t.Error("the sheet is not the charter's")
	}
	op.post(peoplePath+"/"+id+"/charte", peoplePath+"/"+id)
	if page := plainText(ana.open("/compte")); !strings.Contains(page, "version 2, acceptée sur papier") {
		t.Error("not on record")
	}
}

// idOf is the account of a login.
func (b *box) idOf(login string) (id string) {
	b.t.Helper()
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		p, err := account.ByLogin(tx, login)
		id = p.ID
		return err
	})
	return id
}

func TestAC6_AChildsAccountOnThePages(t *testing.T) {
	b := foundBox(t)
	b.clock.Set(time.Date(2026, 6, 1, 10, 0, 0, 0, b.zone))
	lou := b.browser()
	who := []string{"name", "Lou", "login", "lou", "password", goodPassword, "charter", "1"}
	lou.refuse(youngPath, http.StatusUnprocessableEntity, "le mois et l'année de naissance", who...)
	page := lou.refuse(youngPath, http.StatusUnprocessableEntity, "15 ans ou les a ce mois-ci", append(who, "birth_month", "6", "birth_year", "2011")...)
	if !strings.Contains(page, `value="2011"`) || !strings.Contains(page, `value="Lou"`) {
		t.Error("what was typed is not kept")
	}
	lou.post(youngPath, majorityPath, append(who, "birth_month", "7", "birth_year", "2011")...)
	if page := plainText(lou.open(majorityPath)); !strings.Contains(page, "juillet 2026") || !strings.Contains(page, "attend l'accord d'un parent") {
		t.Error("the page does not say what to do")
	}
	if page := plainText(lou.open(majorityPath + "/feuille")); !strings.Contains(page, "autorité parentale") {
		t.Error("no sheet for a parent")
	}
	lou.refuse("/compte", http.StatusForbidden, "attend l'accord d'un parent", "name", "Autre")
	lou.refuse(majorityPath, http.StatusUnprocessableEntity, "attendez le mois des 15 ans", "fifteen", "1")
	op := operatorOf(b)
	id := b.idOf("lou")
	op.refuse(peoplePath+"/"+id+"/accord", http.StatusUnprocessableEntity, "mot de passe actuel", "current", "faux")
	op.post(peoplePath+"/"+id+"/accord", peoplePath+"/"+id, "current", goodPassword)
	lou.post("/compte", "/compte", "name", "Lou B.")
	if page := plainText(lou.open(majorityPath)); !strings.Contains(page, "L'accord d'un parent est noté") {
		t.Error("the agreement does not show")
	}
	if page := plainText(b.get("/journal")); !strings.Contains(page, "L'accord d'un parent est noté") || strings.Contains(page, "Lou") {
		t.Error("the public log does not tell, or names the child")
	}
}

func TestAC6_At15TheChildConfirmsAlone(t *testing.T) {
	b := foundBox(t)
	b.clock.Set(time.Date(2026, 6, 1, 10, 0, 0, 0, b.zone))
	lou := b.browser()
	lou.post(youngPath, majorityPath, "name", "Lou", "login", "lou", "password", goodPassword, "charter", "1", "birth_month", "7", "birth_year", "2011")
	b.clock.Set(time.Date(2026, 7, 1, 0, 0, 0, 0, b.zone))
	if page := plainText(lou.open("/")); !strings.Contains(page, "Vous avez 15 ans") {
		t.Error("nothing tells that the birthday has come")
	}
	lou.refuse(majorityPath, http.StatusUnprocessableEntity, "15 ans ou plus")
	lou.post(majorityPath, accountPath, "fifteen", "1")
	lou.post("/compte", "/compte", "name", "Lou B.")
	lou.post(majorityPath, accountPath) // sent again
}

// TestWhatIsPublishedIsTheDraftThatWasLookedAt: another operator changes it
// between the look and the click.
func TestWhatIsPublishedIsTheDraftThatWasLookedAt(t *testing.T) {
	b := foundBox(t)
	op := operatorOf(b)
	op.post(amendPath, amendPath+"/publier", "charter", account.CharterTemplate("Bretenoux")+" Bien.", "summary", "")
	page := op.open(amendPath + "/publier")
	_, rest, _ := strings.Cut(page, `name="shown" value="`)
	shown, _, _ := strings.Cut(rest, `"`)
	op.post(amendPath, amendPath+"/publier", "charter", account.CharterTemplate("Bretenoux")+" Payez-moi.", "summary", "")
	page = op.refuse(amendPath+"/publier", http.StatusUnprocessableEntity, "Rien n'est décidé",
		"version", "2", "shown", shown, "kind", "correction", "current", goodPassword)
	if !strings.Contains(page, "Payez-moi") || strings.Contains(page, `value="`+shown+`"`) {
		t.Error("the page does not show what it is now")
	}
}
