package ui

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/storetest"
)

// animals posts an ad of a category that is read first, as lea.
func (b *box) animals() string {
	return b.published(typedWith(anAd(), "verb", "give", "title", "Chatons à donner", "category", "animaux"))
}

func init() {
	waits := func(b *box) string {
		return "/moderation/attente" + strings.Replace(b.animals(), "/annonces/", "/ads/", 1)
	}
	samples["GET /annonces/:id/feuille"] = sample{path: func(b *box) string { return "/annonces/" + b.sell("Vélo").ID + "/feuille" }, as: "resident:lea"}
	samples["GET /moderation/attente/:module/:id"] = sample{path: waits}
	samples["POST /moderation/attente/:module/:id"] = sample{path: waits, form: url.Values{"do": {"accept"}}}
}

func TestPA3_AnAdKeepsItsNumberForThoseWhoSignIn(t *testing.T) {
	b := newBox(t)
	typed := typedWith(anAd(), "title", "Vélo de course "+phoneNumber, "text", "Roues neuves, lea@example.org", "do", "preview")
	page := b.ask(POST, "/annonces/nouvelle", "resident:lea", typed, french1).Body.String()
	if !strings.Contains(page, "Votre texte contient des coordonnées") || !strings.Contains(page, `name="contacts_hide" value="1" checked`) {
		t.Fatalf("not asked\n%s", page)
	}
	masked := b.published(typedWith(typed, "do", "publish", "contacts_asked", "1", "contacts_hide", "1"))
	id := strings.TrimPrefix(masked, "/annonces/")
	for _, out := range []string{b.french(masked, ""), b.everywhere(id), b.get("/annonces"), b.get("/integration/carte")} {
		if strings.Contains(out, phoneNumber) || strings.Contains(out, "lea@example.org") {
			t.Errorf("a visitor reads\n%s", out)
		}
	}
	if page := b.french(masked, ""); !strings.Contains(page, "[réservé aux personnes inscrites]") || !strings.Contains(page, "Se connecter pour voir") {
		t.Errorf("a visitor is not told\n%s", page)
	}
	for _, who := range []string{"resident:tom", "moderator"} {
		page := b.french(masked, who)
		if !strings.Contains(page, `<span class="screen">lea@example.org</span>`) || !strings.Contains(page, phoneNumber) {
			t.Errorf("%s reads\n%s", who, page)
		}
	}
	b.ask(POST, masked+"/etat", "resident:lea", url.Values{"etat": {"gone"}})
	if page := b.french(masked, "resident:tom"); strings.Contains(page, phoneNumber) || !strings.Contains(page, "Vélo de course") {
		t.Errorf("what is gone says\n%s", page)
	}
	open := b.published(typedWith(typed, "do", "publish", "contacts_asked", "1"))
	if !strings.Contains(b.get(open), phoneNumber) {
		t.Error("ticked off, and not shown")
	}
	if page := b.french(open+"/modifier", "resident:lea"); strings.Contains(page, `name="contacts_hide" value="1" checked`) {
		t.Error("the form has forgotten that it was ticked off")
	}
}

func TestPA7_AnAdThatIsReadFirst(t *testing.T) {
	b := newBox(t)
	typed := typedWith(anAd(), "verb", "give", "title", "Chatons à donner", "category", "animaux")
	if page := b.french("/annonces/nouvelle?verbe=give", "resident:lea"); !strings.Contains(page, "L. 214-8-1") || !strings.Contains(page, "à vérifier") {
		t.Error("the form does not say what animals ask")
	}
	page := b.ask(POST, "/annonces/nouvelle", "resident:lea", typedWith(typed, "do", "preview"), french1).Body.String()
	if !strings.Contains(page, "L. 214-8-1") || !strings.Contains(page, "Relue avant d’être publiée") {
		t.Errorf("the last step does not say it\n%s", page)
	}
	at := b.published(typed)
	held := "/moderation/attente/ads/" + strings.TrimPrefix(at, "/annonces/")
	if w := b.ask(GET, at, "resident:tom", nil); w.Code != http.StatusNotFound || strings.Contains(b.get("/annonces")+b.get("/api/v1/listings"), "Chatons") {
		t.Errorf("somebody else reads it: %d", w.Code)
	}
	if page := b.french(at, "resident:lea"); !strings.Contains(page, "Une personne du village relit cette annonce") || strings.Contains(page, "C’est réservé") {
		t.Errorf("its author reads\n%s", page)
	}
	if page := b.french("/moderation", "moderator"); !strings.Contains(page, held) || !strings.Contains(b.french("/", "moderator"), "1 demande attend votre réponse") {
		t.Errorf("not in the queue\n%s", page)
	}
	if page := b.french(held, "moderator"); !strings.Contains(page, "Chatons à donner") || !strings.Contains(page, "L. 214-8-1") {
		t.Errorf("the moderator reads\n%s", page)
	}
	if w := b.ask(POST, held, "moderator", url.Values{"do": {"refuse"}, "reason": {"other"}}, french1); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without words: %d", w.Code)
	}
	b.ask(POST, held, "moderator", url.Values{"do": {"refuse"}, "reason": {"incomplete"}, "text": {"L'âge manque."}})
	if page := b.french(at, "resident:lea"); !strings.Contains(page, "Il manque une information. L’âge manque.") {
		t.Errorf("its author reads\n%s", page)
	}
	if page := b.french("/avis", "resident:lea"); !strings.Contains(page, "Votre fiche a été relue et n’est pas publiée") {
		t.Errorf("not told\n%s", page)
	}
	b.ask(POST, at+"/modifier", "resident:lea", typedWith(typed, "text", "Dix semaines."))
	if w := b.ask(POST, held, "moderator", url.Values{"do": {"accept"}}); w.Code != http.StatusSeeOther || !strings.Contains(b.get("/annonces"), "Chatons") {
		t.Errorf("accepted: %d, not listed", w.Code)
	}
	if page := b.get(at); !strings.Contains(page, "L. 214-8-1") {
		t.Error("the page does not say what animals ask")
	}
	if w := b.ask(POST, held, "moderator:two", url.Values{"do": {"accept"}}); w.Code != http.StatusNotFound {
		t.Errorf("decided twice: %d", w.Code)
	}
}

func TestPA3_TheSheetPrintsAPhoneOnlyWhenAskedTo(t *testing.T) {
	b := newBox(t)
	a := b.sell("Vélo de course", func(a *ads.Ad) {
		a.Text, a.Masked = "Appeler le "+phoneNumber+". "+strings.Repeat("Roues neuves. ", 100), true
	})
	at := "/annonces/" + a.ID + "/feuille"
	page := b.french(at, "resident:lea")
	sheet := page[strings.Index(page, "<article"):strings.Index(page, "</article>")]
	if strings.Contains(sheet, phoneNumber) || !strings.Contains(page, "Imprimer mon téléphone\u00a0: "+phoneNumber) {
		t.Errorf("unasked\n%s", page)
	}
	if n := strings.Count(sheet, "<li>"); n != strips || len(sheet) > 12_000 || !strings.Contains(sheet, "copi.local/") || !strings.Contains(sheet, `class="qr"`) {
		t.Errorf("%d pieces, %d bytes", n, len(sheet))
	}
	page = b.french(at+"?tel=1", "resident:lea")
	if n := strings.Count(page, phoneNumber); n != strips+2 { // and once beside the box that asks
		t.Errorf("asked for, it stands %d times", n)
	}
	if w := b.ask(GET, at, "resident:tom", nil); w.Code != http.StatusForbidden {
		t.Errorf("somebody else: %d", w.Code)
	}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return ads.Mark(tx, a.ID, ads.Gone) })
	if w := b.ask(GET, at, "resident:lea", nil); w.Code != http.StatusNotFound {
		t.Errorf("of what is gone: %d", w.Code)
	}
}
