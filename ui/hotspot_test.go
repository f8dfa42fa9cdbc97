package ui

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/hotspot"
	"copi.local/store/storetest"
)

// fakeHotspot is a Wi-Fi of 10.7.7.0/24.
type fakeHotspot struct {
	check  Check
	portal bool
	phones map[string]string // by address; others are named by theirs
}

func (h *fakeHotspot) Check() Check        { return h.check }
func (h *fakeHotspot) Portal() bool        { return h.portal }
func (h *fakeHotspot) Address() netip.Addr { return netip.MustParseAddr("10.7.7.1") }

func (h *fakeHotspot) Phone(from netip.Addr) string {
	if !netip.MustParsePrefix("10.7.7.0/24").Contains(from) {
		return ""
	}
	if name := h.phones[from.String()]; name != "" {
		return name
	}
	return from.String()
}

func withHotspot(o *Options) { o.Hotspot = &fakeHotspot{portal: true} }

// from is a request as a phone of an address makes it, to a name.
func from(address, host string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr, r.Host = address+":40000", host }
}

func init() {
	wifi := func(b *box) { b.opt.Hotspot = &fakeHotspot{portal: true} }
	samples["GET "+welcomePath] = at(welcomePath)
	samples["POST "+welcomePath] = at(welcomePath)
	samples["GET "+NetworkPath] = sample{path: func(b *box) string { wifi(b); return NetworkPath }}
	samples["POST "+NetworkPath] = sample{path: func(b *box) string { wifi(b); return NetworkPath }, form: url.Values{
		"mode": {"portail"}, "ssid": {"CoPi"}, "passphrase": {"noix-cerise"}, "channel": {"6"}, "country": {"fr"},
	}}
	samples["GET "+NetworkPath+"/affiche"] = sample{path: func(b *box) string {
		wifi(b)
		b.wifiIs(hotspot.Settings{Mode: hotspot.Portal, SSID: "CoPi", Passphrase: "noix-cerise", Channel: 6, Country: "FR"})
		return NetworkPath + "/affiche"
	}}
}

func (b *box) wifiIs(s hotspot.Settings) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{ID: "a", Role: store.Operator}, func(tx *store.Tx) error { return hotspot.Set(tx, s) })
}

func (b *box) wifi() (s hotspot.Settings) {
	b.t.Helper()
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) (err error) {
		s, err = hotspot.Of(tx)
		return err
	})
	return s
}

// lookups are how phones and computers look for the internet.
var lookups = []struct{ host, path, body string }{
	{"connectivitycheck.gstatic.com", "/generate_204", ""},
	{"clients3.google.com", "/generate_204", ""},
	{"captive.apple.com", "/hotspot-detect.html", "Success"},
	{"www.apple.com", "/library/test/success.html", "Success"},
	{"www.msftconnecttest.com", "/connecttest.txt", "Microsoft Connect Test"},
	{"www.msftncsi.com", "/ncsi.txt", "Microsoft NCSI"},
	{"detectportal.firefox.com", "/success.txt", "success\n"},
	{"detectportal.firefox.com:80", "/canonical.html", "support.mozilla.org"},
}

func TestBO7_APhoneIsWelcomedOnceAndThenLeftAlone(t *testing.T) {
	b := newBox(t, withHotspot, func(o *Options) { o.HostNames = func() []string { return []string{"copi.lan", "10.7.7.1"} } })
	const phone = "10.7.7.23"
	met := func(when string, redirected bool) {
		t.Helper()
		for _, p := range lookups {
			w := b.ask(GET, p.path, "", nil, from(phone, p.host))
			location := w.Header().Get("Location")
			switch {
			case w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Set-Cookie") != "":
				t.Errorf("%s, %s%s: headers %v", when, p.host, p.path, w.Header())
			case redirected:
				if w.Code != http.StatusFound || !strings.HasPrefix(location, "http://copi.lan") || !strings.HasSuffix(location, "/bienvenue") {
					t.Errorf("%s, %s%s: %d to %q", when, p.host, p.path, w.Code, location)
				}
			case p.body == "" && w.Code != http.StatusNoContent, p.body != "" && w.Code != http.StatusOK, !strings.Contains(w.Body.String(), p.body), location != "":
				t.Errorf("%s, %s%s: %d to %q\n%s", when, p.host, p.path, w.Code, location, w.Body)
			}
		}
	}
	met("at first", true)
	welcome := func() string { return b.ask(GET, welcomePath, "", nil, from(phone, "copi.lan")).Body.String() }
	if page := welcome(); !strings.Contains(page, `action="/bienvenue"`) {
		t.Errorf("no button:\n%s", page)
	}
	met("after it only looked", true)
	w := b.ask(POST, welcomePath, "", url.Values{}, from(phone, "copi.lan"), func(r *http.Request) { r.Header.Set("Origin", "http://copi.lan") })
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != welcomePath {
		t.Errorf("the button: %d %v", w.Code, w.Header())
	}
	if page := welcome(); strings.Contains(page, "<form") || !strings.Contains(plainText(page), "C'est fait") {
		t.Errorf("after the button:\n%s", page)
	}
	met("after the button", false)
	if w := b.ask(GET, "/redirect", "", nil, from(phone, "www.msftconnecttest.com")); w.Header().Get("Location") != "http://copi.lan/" {
		t.Errorf("Windows opens %v", w.Header())
	}
	if w := b.ask(http.MethodHead, "/generate_204", "", nil, from(phone, "connectivitycheck.gstatic.com")); w.Code != http.StatusNoContent {
		t.Errorf("HEAD: %d", w.Code)
	}
	b.clock.Add(welcomedFor - time.Minute)
	met("nearly 12 hours later", false)
	b.clock.Add(time.Minute)
	met("the next day", true)
}

// Another phone that gets the same address later is a stranger.
func TestAWelcomeIsOfOnePhone(t *testing.T) {
	b := newBox(t, withHotspot, func(o *Options) { o.HostNames = func() []string { return []string{"copi.lan"} } })
	wifi := b.opt.Hotspot.(*fakeHotspot)
	wifi.phones = map[string]string{"10.7.7.23": "first"}
	code := func() int {
		return b.ask(GET, "/generate_204", "", nil, from("10.7.7.23", "connectivitycheck.gstatic.com")).Code
	}
	b.ask(POST, welcomePath, "", url.Values{}, from("10.7.7.23", "copi.lan"))
	if got := code(); got != http.StatusNoContent {
		t.Errorf("the first: %d", got)
	}
	wifi.phones["10.7.7.23"] = "second"
	if got := code(); got != http.StatusFound {
		t.Errorf("the second: %d", got)
	}
	for n := range 2 * maxWelcomed {
		b.clock.Add(time.Second)
		b.arrived.add(fmt.Sprint(n))
	}
	if n := len(b.arrived.until); n != maxWelcomed || b.arrived.holds("first") || !b.arrived.holds(fmt.Sprint(2*maxWelcomed-1)) {
		t.Errorf("%d phones are remembered", n)
	}
}

// Names that are not the box's stay refused: by the cable, in the discreet mode,
// to forms, and all but those of the probes.
func TestOtherNamesStayRefused(t *testing.T) {
	b := newBox(t, withHotspot)
	for name, c := range map[string]struct {
		method string
		as     func(*http.Request)
		portal bool
	}{
		"by the cable":       {GET, from("192.168.1.44", "captive.apple.com"), true},
		"in discreet mode":   {GET, from("10.7.7.23", "captive.apple.com"), false},
		"a form":             {POST, from("10.7.7.23", "captive.apple.com"), true},
		"another name":       {GET, from("10.7.7.23", "exemple.fr"), true},
		"no address":         {GET, func(r *http.Request) { r.RemoteAddr, r.Host = "?", "captive.apple.com" }, true},
		"a name that begins": {GET, from("10.7.7.23", "captive.apple.com.exemple.fr"), true},
	} {
		b.opt.Hotspot.(*fakeHotspot).portal = c.portal
		var form url.Values
		if c.method == POST {
			form = url.Values{}
		}
		if w := b.ask(c.method, "/", "operator", form, c.as); w.Code != http.StatusMisdirectedRequest {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	b.opt.Hotspot.(*fakeHotspot).portal = true
	b.arrived.add("10.7.7.23")
	if w := b.ask(GET, "/search", "", nil, from("10.7.7.23", "www.google.com")); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("a search: %d", w.Code)
	}
	none := newBox(t)
	if w := none.ask(GET, "/", "", nil, from("10.7.7.23", "captive.apple.com")); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("a box without Wi-Fi: %d", w.Code)
	}
}

// The welcome is one request of at most 14 kB that loads, runs and keeps nothing.
func TestTheWelcomeIsOneSmallPage(t *testing.T) {
	b := newBox(t, withHotspot)
	for lang, words := range map[string][]string{
		"fr": {"pas internet.", "données mobiles", "copi.lan", "http://10.7.7.1", "Continuer"},
		"en": {"There is no internet here", "mobile data", "copi.lan", "http://10.7.7.1", "Continue"},
	} {
		w := b.ask(GET, welcomePath+"?lang="+lang, "", nil, from("10.7.7.23", "copi.local"))
		page := w.Body.String()
		if w.Code != http.StatusOK || len(page) > 14_000 {
			t.Errorf("%s: %d, %d bytes", lang, w.Code, len(page))
		}
		holdsWords(t, lang, page, words...)
		for _, bad := range []string{"<script", `<link rel="stylesheet"`, "<img", "style=", "/static/"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: the page has %s", lang, bad)
			}
		}
		_, css, _ := strings.Cut(page, "<style>")
		css, _, ok := strings.Cut(css, "</style>")
		sum := sha256.Sum256([]byte(css))
		policy := w.Header().Get("Content-Security-Policy")
		if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"; !ok || !strings.Contains(policy, want) || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy is %s, want %s", lang, policy, want)
		}
	}
	if w := b.ask(GET, welcomePath, "", nil); w.Header().Get("Set-Cookie") != "" || strings.Contains(w.Body.String(), "<form") {
		t.Errorf("by the cable: %v\n%s", w.Header(), w.Body)
	}
	elsewhere := b.get(welcomePath)
	holdsWords(t, "by the cable", elsewhere, "autre chemin", "Entrer")
	lacks(t, "by the cable", elsewhere, "10.7.7.1")
	if w := b.ask(POST, welcomePath, "", url.Values{}); w.Header().Get("Location") != "/" {
		t.Errorf("the button, by the cable: %v", w.Header())
	}
	page := b.ask(GET, welcomePath, "", nil, from("10.7.7.23", "copi.lan")).Body.String()
	t.Logf("%d bytes, %d packed", len(page), packedLength(t, page))
}

func packedLength(t *testing.T, page string) int {
	t.Helper()
	w := httptest.NewRecorder()
	gz := gzip.NewWriter(w)
	if _, err := io.WriteString(gz, page); err != nil {
		t.Fatal(err)
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Body.Len()
}

// A box nobody set up and somebody who owes the box a step are welcomed as well:
// their phone asks without end otherwise.
func TestNothingLeadsAwayFromTheWelcome(t *testing.T) {
	b := newBox(t, withHotspot)
	b.opened.Store(false)
	if w := b.ask(GET, welcomePath, "", nil, from("10.7.7.23", "copi.local")); w.Code != http.StatusOK {
		t.Errorf("before the set-up: %d %v", w.Code, w.Header())
	}
}

func TestTheOperatorSwitchesTheWifi(t *testing.T) {
	b := foundBox(t)
	b.opt.Hotspot = &fakeHotspot{portal: true}
	office := b.browser()
	office.signIn("mairie", goodPassword)
	page := office.open(NetworkPath)
	holdsWords(t, "the page", page, "http://192.168.1.20", "Il est éteint", `value="CoPi `)
	lacks(t, "before there is a name", page, "/affiche")
	if b.wifi().On() {
		t.Error("looking at the page switches it on")
	}
	fields := func(mode, ssid, passphrase string) []string {
		return []string{"mode", mode, "ssid", ssid, "passphrase", passphrase, "channel", "11", "country", "be"}
	}
	page = office.refuse(NetworkPath, http.StatusUnprocessableEntity, "", fields("portail", "", "court")...)
	holdsWords(t, "a bad form", page, "Donnez un nom au wifi", "Au moins 8 caractères", `value="court"`)
	office.post(NetworkPath, NetworkPath, fields("portail", "Salle; des fêtes", "noix-cerise-pont")...)
	if got, want := b.wifi(), (hotspot.Settings{Mode: hotspot.Portal, SSID: "Salle; des fêtes", Passphrase: "noix-cerise-pont", Channel: 11, Country: "BE"}); got != want {
		t.Errorf("%+v", got)
	}
	holdsWords(t, "the poster", office.open(NetworkPath+"/affiche"), "Salle; des fêtes", "noix-cerise-pont", "copi.lan", "http://10.7.7.1",
		"Restez connecté, même si le téléphone dit", "<svg")
	b.opt.Hotspot.(*fakeHotspot).check = Check{Key: "hotspot.state.no_radio", Status: Notice}
	holdsWords(t, "without a radio", office.open(NetworkPath), "pas de radio wifi utilisable")
	b.opt.Hotspot = nil
	page = office.refuse(NetworkPath, http.StatusUnprocessableEntity, "", fields("discret", "CoPi", "noix-cerise-pont")...)
	holdsWords(t, "a box that cannot", page, "ne sait pas faire son propre wifi")
}

// Whoever would cut the branch they sit on is told first, and may still do it.
func TestAChangeThatCutsOnesOwnConnectionSaysSo(t *testing.T) {
	b := newBox(t, withHotspot)
	now := hotspot.Settings{Mode: hotspot.Portal, SSID: "CoPi", Passphrase: "noix-cerise", Channel: 6, Country: "FR"}
	b.wifiIs(now)
	form := func(mode string, more ...string) url.Values {
		v := url.Values{"mode": {mode}, "ssid": {"CoPi"}, "passphrase": {"noix-cerise"}, "channel": {"6"}, "country": {"FR"}}
		for _, m := range more {
			v.Set(m, "1")
		}
		return v
	}
	over := from("10.7.7.23", "copi.local")
	if page := b.ask(GET, NetworkPath, "operator", nil, over).Body.String(); !strings.Contains(page, `name="cut"`) {
		t.Error("nothing is said over the Wi-Fi")
	}
	lacks(t, "by the cable", b.ask(GET, NetworkPath, "operator", nil).Body.String(), `name="cut"`)
	if w := b.ask(POST, NetworkPath, "operator", form("off"), over); w.Code != http.StatusUnprocessableEntity || b.wifi() != now {
		t.Errorf("without a tick: %d, %+v", w.Code, b.wifi())
	} else {
		holdsWords(t, "the warning", w.Body.String(), "Ce changement coupe votre connexion")
	}
	if w := b.ask(POST, NetworkPath, "operator", form("portail"), over); w.Code != http.StatusSeeOther {
		t.Errorf("nothing changed: %d", w.Code)
	}
	if w := b.ask(POST, NetworkPath, "operator", form("off", "cut"), over); w.Code != http.StatusSeeOther || b.wifi().On() {
		t.Errorf("with the tick: %d, %+v", w.Code, b.wifi())
	}
}
