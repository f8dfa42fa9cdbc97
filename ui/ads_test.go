package ui

import (
	"bytes"
	bytesOf "encoding/binary"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/ads"
	"copi.local/store/directory"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

// sell adds an ad by lea and returns it.
func (b *box) sell(title string, change ...func(*ads.Ad)) ads.Ad {
	b.t.Helper()
	a := ads.Ad{Verb: ads.Sell, Title: title, Category: "velos", Price: &listing.Price{Amount: 4500, Unit: "EUR"}, Audience: listing.Public}
	for _, c := range change {
		c(&a)
	}
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error { return ads.Publish(tx, &a) })
	return a
}

// anAd is an ad as a browser sends it.
func anAd() url.Values {
	return url.Values{
		"verb": {"sell"}, "title": {"Vélo de course"}, "category": {"velos"}, "price": {"45 €"}, "text": {"Roues neuves."},
		"audience": {"public"}, "do": {"publish"},
	}
}

func init() {
	ad := func(suffix string) func(*box) string {
		return func(b *box) string { return "/annonces/" + b.sell("Vélo").ID + suffix }
	}
	own := func(suffix string, form url.Values) sample {
		return sample{path: ad(suffix), form: form, as: "resident:lea"}
	}
	for name, s := range map[string]sample{
		"GET /annonces":                    at("/annonces"),
		"GET /annonces/nouvelle":           at("/annonces/nouvelle?verbe=sell"),
		"POST /annonces/nouvelle":          {path: at("/annonces/nouvelle").path, form: anAd()},
		"GET /annonces/miennes":            at("/annonces/miennes"),
		"GET /annonces/:id":                {path: ad("")},
		"GET /annonces/:id/modifier":       own("/modifier", nil),
		"POST /annonces/:id/modifier":      own("/modifier", anAd()),
		"POST /annonces/:id/etat":          own("/etat", url.Values{"etat": {"reserved"}}),
		"POST /annonces/:id/prolonger":     own("/prolonger", nil),
		"GET /annonces/:id/supprimer":      own("/supprimer", nil),
		"POST /annonces/:id/supprimer":     own("/supprimer", nil),
		"GET /annonces/:id/photos":         own("/photos", nil),
		"POST /annonces/:id/photos":        own("/photos", url.Values{}),
		"POST /annonces/:id/photos/:photo": {path: ad("/photos/none"), as: "resident:lea"},
		"GET /admin/annonces":              at("/admin/annonces"),
		"POST /admin/annonces":             {path: at("/admin/annonces").path, form: url.Values{"days": {"30"}, "renewals": {"3"}}},
	} {
		samples[name] = s
	}
}

// typedWith is a form with some values changed.
func typedWith(form url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, v := range form {
		out[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// published posts an ad as lea and returns its address.
func (b *box) published(form url.Values) string {
	b.t.Helper()
	w := b.ask(POST, "/annonces/nouvelle", "resident:lea", form)
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	return strings.TrimSuffix(w.Header().Get("Location"), "/photos")
}

func TestPA2_PricesAsPeopleTypeThem(t *testing.T) {
	b := newBox(t)
	for typed, c := range map[string]struct {
		amount int64
		unit   string
		shown  string
	}{
		"12,50 €": {1250, "EUR", "12,50\u00a0€"}, "12.50": {1250, "EUR", "12,50\u00a0€"}, "1 200": {120000, "EUR", "1\u202f200\u00a0€"},
		"gratuit": {0, "free", "gratuit"}, "2 h": {120, "min", "2\u00a0h"}, "à débattre": {0, "ask", "prix à débattre"},
	} {
		address := b.published(typedWith(anAd(), "price", typed))
		page := b.get(address)
		var a ads.Ad
		storetest.View(t, b.db, lea, func(tx *store.Tx) (err error) {
			a, err = ads.Get(tx, address[len("/annonces/"):])
			return err
		})
		if a.Price.Amount != c.amount || a.Price.Unit != c.unit {
			t.Errorf("%q is kept as %+v", typed, a.Price)
		}
		if !strings.Contains(page, "<strong>"+c.shown+"</strong>") {
			t.Errorf("%q is not shown as %q", typed, c.shown)
		}
		if c.unit == "free" && !strings.Contains(page, "À donner") {
			t.Error("what is sold for nothing bears no badge")
		}
	}
	for typed, want := range map[string]string{"": "Indiquez un prix", "bientôt": "Écrivez un prix comme", "-3": "zéro ou plus", "50 € à débattre": "seulement le prix"} {
		w := b.ask(POST, "/annonces/nouvelle", "resident:lea", typedWith(anAd(), "price", typed))
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), "Vélo de course") {
			t.Errorf("%q: %d, without %q or what was typed", typed, w.Code, want)
		}
	}
}

func TestPA5_TheMarksOfAnAd(t *testing.T) {
	b := newBox(t)
	a := b.sell("Vélo de course", func(a *ads.Ad) { a.Text = "Chez Paul, au fond de la cour." })
	at := "/annonces/" + a.ID
	mark := func(state string) {
		t.Helper()
		if w := b.ask(POST, at+"/etat", "resident:lea", url.Values{"etat": {state}}); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", state, w.Code, w.Body)
		}
	}
	code := regexp.MustCompile(`copi\.local/([2-9]\w+)`).FindStringSubmatch(b.get(at))[1]
	mark("reserved")
	if list := b.get("/annonces"); !strings.Contains(list, "RÉSERVÉ") || !strings.Contains(list, "Vélo de course") {
		t.Error("a reserved ad does not say so in the list")
	}
	mark("gone")
	if strings.Contains(b.get("/annonces"), "Vélo de course") || strings.Contains(b.get("/recherche?q=velo"), "Vélo de course") {
		t.Error("what is gone is found")
	}
	for _, address := range []string{at, "/" + code} {
		if page := b.get(address); !strings.Contains(page, "plus en ligne") || strings.Contains(page, "fond de la cour") || strings.Contains(page, "45,00") {
			t.Errorf("%s of what is gone says too much or too little", address)
		}
	}
	if page := b.ask(GET, at, "resident:lea", nil).Body.String(); !strings.Contains(page, "Remettre en ligne") || !strings.Contains(page, "fond de la cour") {
		t.Error("its author cannot put it back")
	}
	mark("available")
	if !strings.Contains(b.get("/annonces"), "Vélo de course") || !strings.Contains(b.get("/"+code), "fond de la cour") {
		t.Error("it did not come back")
	}
}

func TestPA1_OneTapProlongs(t *testing.T) {
	b := newBox(t)
	a := b.sell("Vélo de course")
	at := "/annonces/" + a.ID
	if strings.Contains(b.ask(GET, at, "resident:lea", nil).Body.String(), "Prolonger") {
		t.Error("the first day offers to prolong")
	}
	b.clock.Set(a.ExpiresAt.AddDate(0, 0, -3))
	for _, page := range []string{at, "/annonces/miennes"} {
		if !strings.Contains(b.ask(GET, page, "resident:lea", nil).Body.String(), "Prolonger") {
			t.Errorf("%s does not offer to prolong", page)
		}
	}
	w := b.ask(POST, at+"/prolonger", "resident:lea", url.Values{"de": {"miennes"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/annonces/miennes" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
	if page := b.ask(GET, at, "resident:lea", nil).Body.String(); strings.Contains(page, "Prolonger") || !strings.Contains(page, "dimanche 17\u00a0janvier") {
		t.Error("the new end is not said")
	}
}

func TestANoticeAboutAnAdThatEndedLeadsToIt(t *testing.T) {
	b := newBox(t)
	a := b.sell("Vélo de course")
	b.clock.Set(a.ExpiresAt)
	storetest.Update(t, b.db, store.Actor{}, func(tx *store.Tx) error {
		for _, j := range ads.Jobs {
			if err := j.Run(tx); err != nil && !strings.HasPrefix(err.Error(), "again") {
				return err
			}
		}
		return nil
	})
	page := b.ask(GET, "/avis", "resident:lea", nil).Body.String()
	if !strings.Contains(page, "Vélo de course") || !strings.Contains(page, "son temps est passé") {
		t.Errorf("the notice says\n%s", page)
	}
	id := regexp.MustCompile(`/avis/(\d+)`).FindStringSubmatch(page)[1]
	if w := b.ask(GET, "/avis/"+id, "resident:lea", nil); w.Header().Get("Location") != "/annonces/"+a.ID {
		t.Errorf("it leads to %q", w.Header().Get("Location"))
	}
}

func TestDoorsNarrowTheListOfAds(t *testing.T) {
	b := newBox(t)
	b.sell("Vélo de course")
	b.sell("Vélo d'enfant", func(a *ads.Ad) { a.Verb, a.Price = ads.Give, nil })
	b.sell("Canapé", func(a *ads.Ad) { a.Category = "maison" })
	b.sell("Remorque", func(a *ads.Ad) { a.Verb, a.Price, a.Category = ads.Seek, nil, "jardin" })
	page := b.get("/annonces")
	for _, want := range []string{"4 annonces", "À vendre <span class=\"muted\">2", "À donner <span class=\"muted\">1", "On cherche <span class=\"muted\">1", "vélos <span class=\"muted\">2"} {
		if !strings.Contains(page, want) {
			t.Errorf("the list does not say %q", want)
		}
	}
	for query, want := range map[string][]string{
		"?also=" + url.QueryEscape("à vendre"):            {"Vélo de course", "Canapé"},
		"?tag=velos":                                      {"Vélo de course", "Vélo d’enfant"},
		"?tag=velos&also=" + url.QueryEscape("à vendre"):  {"Vélo de course"},
		"?tag=velos&also=" + url.QueryEscape("recherché"): nil,
	} {
		var got []string
		for _, m := range regexp.MustCompile(`<h2><a href="[^"]+">([^<]+)</a>`).FindAllStringSubmatch(b.get("/annonces"+query), -1) {
			got = append(got, html.UnescapeString(m[1]))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s lists %q, want %q", query, got, want)
		}
	}
}

func TestTheAdFormGoesThroughItsSteps(t *testing.T) {
	b := newBox(t)
	first := b.ask(GET, "/annonces/nouvelle", "resident:lea", nil).Body.String()
	if !strings.Contains(first, "Que voulez-vous faire") || !strings.Contains(first, "/annonces/nouvelle?verbe=lend") {
		t.Error("the first question is missing")
	}
	if !strings.Contains(first, rideNew+"?sorte=ride") || b.ask(GET, rideNew+"?sorte=ride", "resident:lea", nil).Code != http.StatusOK {
		t.Error("a ride is not offered, or leads nowhere")
	}
	if form := b.ask(GET, "/annonces/nouvelle?verbe=give", "resident:lea", nil).Body.String(); strings.Contains(form, `name="price"`) {
		t.Error("a gift is asked its price")
	}
	w := b.ask(POST, "/annonces/nouvelle", "resident:lea", typedWith(anAd(), "do", "preview"))
	if page := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(page, "45\u00a0€") || !strings.Contains(page, "tout le monde") {
		t.Errorf("the preview: %d\n%s", w.Code, page)
	}
	if strings.Contains(b.get("/annonces"), "Vélo de course") {
		t.Error("the preview published it")
	}
	w = b.ask(POST, "/annonces/nouvelle", "resident:lea", typedWith(anAd(), "do", "edit"))
	if page := w.Body.String(); !strings.Contains(page, `value="Vélo de course"`) {
		t.Error("going back loses what was typed")
	}
	b.published(anAd())
	if !strings.Contains(b.get("/annonces"), "Vélo de course") {
		t.Error("it is not published")
	}
}

// geotagged is a JPEG lying on its side, with the place where it was taken.
func geotagged(t testing.TB, place string) []byte {
	t.Helper()
	file := aPhoto(t, 1200, 800, 90)
	exif := bytesOf.LittleEndian.AppendUint32([]byte("II*\x00"), 8)
	exif = bytesOf.LittleEndian.AppendUint16(exif, 1)
	for _, n := range []uint16{0x0112, 3, 1, 0, 6, 0} { // orientation, a short, one of it, 6: turned by 90°
		exif = bytesOf.LittleEndian.AppendUint16(exif, n)
	}
	body := append([]byte("Exif\x00\x00"), append(bytesOf.LittleEndian.AppendUint32(exif, 0), place...)...)
	out := append([]byte{}, file[:2]...)
	out = bytesOf.BigEndian.AppendUint16(append(out, 0xff, 0xe1), uint16(len(body)+2))
	return append(append(out, body...), file[2:]...)
}

func TestPA4_APhotoOfAnAdIsUprightAndTellsNoPlace(t *testing.T) {
	b := newBox(t)
	a := b.sell("Vélo de course")
	const place = "44.9706N 1.8742E chez Lea"
	file := geotagged(t, place)
	if !bytes.Contains(file, []byte(place)) {
		t.Fatal("the test proves nothing")
	}
	w := b.sendPhoto("/annonces/"+a.ID+"/photos", "resident:lea", "a.jpg", file, "alt", "Le vélo contre un mur")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	m := regexp.MustCompile(`<img src="(/photo/[^"]+)" width="(\d+)" height="(\d+)" alt="Le vélo contre un mur"`).FindStringSubmatch(b.get("/annonces/" + a.ID))
	if m == nil || m[2] != "800" || m[3] != "1200" {
		t.Fatalf("the page shows %v", m)
	}
	for _, address := range []string{m[1], m[1] + "/vignette"} {
		kept := []byte(b.get(address))
		if bytes.Contains(kept, []byte(place)) || bytes.Contains(kept, []byte("Exif")) {
			t.Errorf("%s still says where it was taken", address)
		}
	}
	if !strings.Contains(b.get("/annonces"), `src="`+m[1]+`/vignette"`) {
		t.Error("the list does not show it")
	}
	if w := b.ask(POST, "/annonces/"+a.ID+"/etat", "resident:lea", url.Values{"etat": {"gone"}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if w := b.ask(GET, m[1], "resident:paul", nil); w.Code != http.StatusNotFound {
		t.Errorf("the photo of what is gone: %d", w.Code)
	}
}

func TestAlsoIsTheSameSetEverywhere(t *testing.T) {
	b := newBox(t)
	b.sell("Vélo de course")
	b.sell("Vélo d'enfant", func(a *ads.Ad) { a.Verb, a.Price = ads.Give, nil })
	b.sell("Canapé", func(a *ads.Ad) { a.Category = "maison" })
	for _, filter := range []string{"also=" + url.QueryEscape("à vendre"), "tag=velos&also=" + url.QueryEscape("a vendre"), "q=velo&also=" + url.QueryEscape("à donner")} {
		query := "?" + filter
		want := apiSet(t, b, query)
		if len(want) == 0 {
			t.Errorf("%s finds nothing", query)
		}
		for name, got := range map[string][]string{
			"ads": pageSet(t, b, "/annonces"+query), "search": pageSet(t, b, "/recherche"+query), "geojson": geoSet(t, b, query), "csv": csvSet(t, b, query),
		} {
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%q: %s has %v, the API %v", filter, name, got, want)
			}
		}
	}
}

func TestAnAdStandsForAnOrganisation(t *testing.T) {
	b := newBox(t)
	shop := directory.Element{Kind: directory.Org, Name: "Recyclerie", Category: "association", Audience: listing.Public}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { return directory.Add(tx, &shop) })
	address := b.published(typedWith(anAd(), "organisation", shop.ID))
	if page := b.get(address); !strings.Contains(page, "Recyclerie") {
		t.Error("the page does not say in whose name")
	}
	w := b.ask(POST, "/annonces/nouvelle", "resident:paul", typedWith(anAd(), "organisation", shop.ID))
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("somebody else's organisation: %d", w.Code)
	}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error { // Léa leaves, her association stays
		return ads.Personal.Erase(tx, lea.ID, store.KeepUnnamed)
	})
	if page := b.get(address); !strings.Contains(page, "Recyclerie") {
		t.Error("the ad of an organisation went with who wrote it")
	}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		a, err := ownAd(tx, address[len("/annonces/"):])
		if a.AuthorID != "" {
			t.Error("it still names who wrote it")
		}
		return err
	})
}

func TestAVisitorReadsNoName(t *testing.T) {
	b := newBox(t)
	a := b.sell("Vélo de course")
	if strings.Contains(b.get("/annonces/"+a.ID), "Publié par") {
		t.Error("a visitor reads who wrote an ad")
	}
}

func TestDoorsAreCountedAnewAfterACommitAndAtAnEnd(t *testing.T) {
	b := newBox(t)
	b.home()
	doors := func(want string) {
		t.Helper()
		for range 2 { // the second time from what is remembered
			page := b.ask(GET, "/annonces", "resident:paul", nil).Body.String()
			if !strings.Contains(page, "À vendre <span class=\"muted\">"+want+"<") {
				t.Errorf("the door does not say %s", want)
			}
		}
	}
	a := b.sell("Vélo de course")
	doors("1")
	b.clock.Add(time.Hour)
	b.sell("Vélo de ville")
	doors("2")
	if len(b.doorsOf.known) != 1 {
		t.Errorf("%d counts are remembered of one list", len(b.doorsOf.known))
	}
	b.clock.Set(a.ExpiresAt)
	doors("1")
}

func TestAnAdPricedInHoursIsPaidInHours(t *testing.T) {
	b := newBox(t)
	a := b.sell("Vélo de course", func(a *ads.Ad) { a.Price = &listing.Price{Amount: 120, Unit: "min"} })
	at := "/annonces/" + a.ID
	pay := func(who string) bool {
		return strings.Contains(b.ask(GET, at, who, nil).Body.String(), "/heures/payer?")
	}
	if pay("resident:tom") {
		t.Error("paid to somebody without an account in hours")
	}
	if w := b.ask(POST, "/heures/ouvrir", "resident:lea", url.Values{"accept": {"1"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	for who, want := range map[string]bool{"": false, "resident:lea": false, "resident:tom": true} {
		if pay(who) != want {
			t.Errorf("%q is offered to pay: %v", who, !want)
		}
	}
	page := b.ask(GET, at, "resident:tom", nil).Body.String()
	href := html.UnescapeString(regexp.MustCompile(`href="(/heures/payer[^"]+)"`).FindStringSubmatch(page)[1])
	if !strings.Contains(href, "minutes=120") || !strings.Contains(href, "objet=ads%2F"+a.ID) {
		t.Errorf("it leads to %s", href)
	}
}
