package ui

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

func freshBox(t *testing.T) *box {
	t.Helper()
	b := newBox(t, withPresence)
	b.opened.Store(false)
	b.auth = account.Authenticate
	return b
}

// TestSetupFromNothingToAnOpenBox goes the way of a town-hall secretary, with
// her mistakes, and closes the phone in the middle.
func TestSetupFromNothingToAnOpenBox(t *testing.T) {
	b := freshBox(t)
	w, other := b.browser(), b.browser()
	for _, path := range []string{"/connexion", "/inscription", "/voisins", "/admin", "/compte"} {
		if got := w.send(GET, path, nil); got.Header().Get("Location") != setupPath {
			t.Errorf("%s answers %d to %q before the set-up", path, got.Code, got.Header().Get("Location"))
		}
	}
	for _, path := range []string{"/aide", "/etat", "/healthz"} {
		w.open(path)
	}
	w.open(setupPath)
	w.refuse(setupPath, 422, "", "code", "5555")
	if got := w.send(GET, setupPath+"/commune", nil); got.Header().Get("Location") != setupPath {
		t.Errorf("without the code a step answers %d", got.Code)
	}
	w.post(setupPath, setupPath, "code", " "+boxCode+" ")
	if got := w.send(GET, setupPath, nil); got.Header().Get("Location") != setupPath+"/commune" {
		t.Fatalf("%d to %q", got.Code, got.Header().Get("Location"))
	}
	if strings.Contains(other.open(setupPath), "commune") && other.send(GET, setupPath+"/commune", nil).Code == 200 {
		t.Error("a second phone goes on without the code")
	}

	// MA-5: all communes of the postal code are proposed, each by its own code.
	page := w.open(setupPath + "/commune?q=46130")
	for _, want := range []string{"Bretenoux", `value="46038"`, "Biars-sur-Cère", `value="46029"`, "17 communes"} {
		if !strings.Contains(plainText(page), want) {
			t.Errorf("46130 does not propose %q", want)
		}
	}
	w.refuse(setupPath+"/commune", 422, "Choisissez une commune", "commune", "99999")
	w.post(setupPath+"/commune", setupPath+"/lieu", "commune", "46117")
	page = w.open(setupPath + "/lieu")
	if !strings.Contains(plainText(page), "Position estimée d'après le code postal") || !strings.Contains(page, "Gagnac") {
		t.Errorf("the place is not said to be estimated\n%s", page)
	}
	w.post(setupPath+"/lieu", setupPath+"/lieu", "box_name", "La boîte de Gagnac", "lat", "44,9200", "lon", "1.8200", "move", "n1000")
	if page = w.open(setupPath + "/lieu"); !strings.Contains(page, `value="44,9290"`) || !strings.Contains(page, `value="La boîte de Gagnac"`) {
		t.Errorf("a kilometre north of 44.92 is not 44.929\n%s", page)
	}
	w.refuse(setupPath+"/lieu", 422, "semblent échangées", "box_name", "x", "lat", "1.85", "lon", "44.90")
	w.refuse(setupPath+"/lieu", 422, "Vérifiez les deux nombres", "box_name", "x", "lat", "48.85", "lon", "2.35")
	w.refuse(setupPath+"/lieu", 422, "nombre de degrés", "box_name", "x", "lat", "nord", "lon", "2.35")
	w.refuse(setupPath+"/lieu", 422, "Donnez un nom", "box_name", "", "lat", "44.93", "lon", "1.88")
	w.post(setupPath+"/lieu", setupPath+"/editeur", "box_name", "La boîte de Gagnac", "lat", "44.93", "lon", "1.88")

	// The phone is closed and its memory lost: the code opens the same set-up.
	w = b.browser()
	w.post(setupPath, setupPath, "code", boxCode)
	if got := w.send(GET, setupPath, nil); got.Header().Get("Location") != setupPath+"/editeur" {
		t.Fatalf("resumed at %q", got.Header().Get("Location"))
	}
	if got := w.send(GET, setupPath+"/ouverture", nil); got.Header().Get("Location") != setupPath+"/editeur" {
		t.Errorf("a later step answers %d", got.Code)
	}
	w.open(setupPath + "/editeur")
	w.refuse(setupPath+"/editeur", 422, "La loi demande cette information", "publisher", "Commune de Gagnac",
		"publisher_address", "Le Bourg", "publisher_phone", "05 65 00 00 00")
	w.post(setupPath+"/editeur", setupPath+"/hebergeur", "publisher", "Commune de Gagnac",
		"publisher_address", "Le Bourg", "publisher_phone", "05 65 00 00 00", "director", "Mme la maire")
	if page = w.open(setupPath + "/hebergeur"); !strings.Contains(page, `value="Commune de Gagnac"`) {
		t.Error("the host is not proposed")
	}
	w.refuse(setupPath+"/hebergeur", 422, "numéro de téléphone", "host", "Mairie", "host_address", "Le Bourg", "host_phone", "demander")
	w.post(setupPath+"/hebergeur", setupPath+"/charte", "host", "Mairie", "host_address", "Le Bourg", "host_phone", "0565000000")
	if page = w.open(setupPath + "/charte"); !strings.Contains(page, "habitants de Gagnac") {
		t.Error("the charter's model does not name the commune")
	}
	w.refuse(setupPath+"/charte", 422, "trop courte", "charter", "Soyez gentils.")
	w.post(setupPath+"/charte", setupPath+"/responsable", "charter", account.CharterTemplate("Gagnac-sur-Cère"))
	w.open(setupPath + "/responsable")
	w.refuse(setupPath+"/responsable", 422, "premiers qu'on essaie", "name", "Secrétariat", "login", "mairie", "password", "motdepasse2026")
	w.post(setupPath+"/responsable", setupPath+"/feuille", "name", "Secrétariat", "login", "mairie", "password", goodPassword)
	w.open(setupPath + "/feuille")
	w.post(setupPath+"/feuille", setupPath+"/feuille", "make", "1")
	page = w.open(setupPath + "/feuille")
	words := sheetWords(page)
	if len(words) != account.SeedWords || !strings.Contains(page, "<svg class=\"qr\"") {
		t.Fatalf("%d words on the sheet\n%s", len(words), page)
	}
	if cache := w.last.Header().Get("Cache-Control"); cache != "no-store" {
		t.Errorf("the sheet may be kept: %q", cache)
	}
	w.refuse(setupPath+"/feuille", 422, "Ce n'est pas le mot", "first", "boîte", "second", "boîte")
	first, second := asked(t, b)
	w.post(setupPath+"/feuille", setupPath+"/ouverture", "first", words[first-1], "second", words[second-1])
	if page = w.open(setupPath + "/feuille"); strings.Contains(page, words[3]+"</span></li>") {
		t.Error("the words are shown after they were read back")
	}
	w.open(setupPath + "/ouverture")
	w.refuse(setupPath+"/ouverture", 422, "accepter la charte")
	w.post(setupPath+"/ouverture", "/", "charter", "1")

	w.open("/admin") // signed in as the operator
	if page = b.browser().open("/mentions-legales"); !strings.Contains(page, "Commune de Gagnac") || !strings.Contains(page, "GeoNames") {
		t.Error("the legal notice lacks the publisher or the credits")
	}
	b.browser().open("/charte")
	for _, path := range []string{setupPath, setupPath + "/commune", setupPath + "/feuille"} {
		if got := w.send(GET, path, nil); got.Code != http.StatusNotFound {
			t.Errorf("%s answers %d on an open box", path, got.Code)
		}
	}
	if got := w.send(POST, setupPath, fields("code", boxCode)); got.Code != http.StatusNotFound {
		t.Errorf("the code still opens the set-up: %d", got.Code)
	}
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		home, err := listing.HomeOf(tx)
		if home.Commune != "46117" || home.Name != "Gagnac-sur-Cère" {
			t.Errorf("home %+v", home)
		}
		return err
	})
}

func sheetWords(page string) []string {
	var words []string
	for _, m := range regexp.MustCompile(`<li><span class="code">([^<]+)</span></li>`).FindAllStringSubmatch(page, -1) {
		words = append(words, m[1])
	}
	return words
}

func asked(t *testing.T, b *box) (first, second int) {
	t.Helper()
	storetest.View(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		box, err := account.BoxOf(tx)
		first, second = box.Asked()
		return err
	})
	return first, second
}

func TestQRIsRead(t *testing.T) {
	q, err := newQR("abaisser agréable")
	if err != nil || q.Size < 29 || !strings.HasPrefix(q.Path, "M4 4h7v1") {
		t.Errorf("%+v, %v", q, err)
	}
}
