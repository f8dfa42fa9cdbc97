package ui

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/listing"
	"copi.local/store/storetest"
)

const (
	goodPassword = "la charrue bleue dort"
	boxCode      = "1234"
)

// fakePresence knows one code.
type fakePresence struct{ done bool }

func (p *fakePresence) Expected() bool { return !p.done }
func (p *fakePresence) Done()          { p.done = true }
func (p *fakePresence) Prove(_ context.Context, code string) error {
	switch {
	case p.done:
		return store.E(store.Forbidden, "err.presence.closed").At("code")
	case code != boxCode:
		return store.E(store.Invalid, "err.presence.wrong", "n", 4).At("code")
	default:
		return nil
	}
}

func withPresence(o *Options) { o.Presence = &fakePresence{} }

// foundBox is a box that is set up, with the real sessions.
func foundBox(t testing.TB) *box {
	t.Helper()
	b := newBox(t, withPresence)
	b.found()
	b.auth = account.Authenticate
	return b
}

// cardID is the id of the box's own card.
func (b *box) cardID() (id string) {
	b.t.Helper()
	storetest.View(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		box, err := account.BoxOf(tx)
		id = box.CardID
		return err
	})
	return id
}

func (b *box) found() {
	b.t.Helper()
	at := listing.At(44.92, 1.84)
	_, err := b.desk.Found(b.t.Context(), account.Founding{
		Commune: listing.Commune{INSEE: "46038", Name: "Bretenoux", Position: &at}, At: at, Name: "La boîte de Bretenoux",
		Publisher: account.Publisher{
			Name: "Commune inventée", Address: "1 place de la Halle", Phone: "05 00 00 00 00", Director: "Mme la maire",
			Host: "Commune inventée", HostAddress: "1 place de la Halle", HostPhone: "05 00 00 00 00",
		},
		Charter:  account.CharterTemplate("Bretenoux"),
		Operator: account.NewPerson{Login: "mairie", Name: "Secrétariat", Password: goodPassword},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// browser keeps cookies from answer to answer.
type browser struct {
	*box
	jar  map[string]string
	last *httptest.ResponseRecorder
}

func (b *box) browser() *browser { return &browser{box: b, jar: map[string]string{}} }

func (w *browser) send(method, target string, form url.Values) *httptest.ResponseRecorder {
	w.t.Helper()
	w.last = w.ask(method, target, "", form, func(r *http.Request) {
		for name, value := range w.jar {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	})
	for _, c := range w.last.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(w.jar, c.Name)
		} else {
			w.jar[c.Name] = c.Value
		}
	}
	return w.last
}

// open reads a page and fails unless it answers 200.
func (w *browser) open(target string) string {
	w.t.Helper()
	if got := w.send(GET, target, nil); got.Code != http.StatusOK {
		w.t.Fatalf("GET %s: %d to %q\n%s\n%s", target, got.Code, got.Header().Get("Location"), got.Body, w.log)
	}
	return w.last.Body.String()
}

// post sends a form that must lead to an address.
func (w *browser) post(target, to string, values ...string) {
	w.t.Helper()
	got := w.send(POST, target, fields(values...))
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != to {
		w.t.Fatalf("POST %s: %d to %q, want 303 to %q\n%s\n%s", target, got.Code, got.Header().Get("Location"), to, got.Body, w.log)
	}
}

// refuse sends a form that must come back with a status and a sentence.
func (w *browser) refuse(target string, status int, sentence string, values ...string) string {
	w.t.Helper()
	got := w.send(POST, target, fields(values...))
	body := got.Body.String()
	if got.Code != status || !strings.Contains(plainText(body), sentence) {
		w.t.Fatalf("POST %s: %d, want %d with %q\n%s\n%s", target, got.Code, status, sentence, body, w.log)
	}
	return body
}

func fields(values ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		v.Set(values[i], values[i+1])
	}
	return v
}

// plainText undoes the typography, to look for sentences as they are written.
func plainText(s string) string {
	return strings.NewReplacer("’", "'", "&#39;", "'", nbsp, " ", thin, " ", "&#34;", `"`).Replace(s)
}

func (w *browser) signIn(login, password string) {
	w.t.Helper()
	w.post("/connexion", "/", "login", login, "password", password)
}

func TestAC1_RegistrationPageNeedsTheCharter(t *testing.T) {
	b := foundBox(t)
	w := b.browser()
	page := w.open("/inscription")
	if strings.Contains(page, "checked") {
		t.Error("a box is ticked beforehand")
	}
	if !strings.Contains(page, `autocomplete="username"`) || !strings.Contains(page, `autocomplete="new-password"`) {
		t.Error("password managers are not helped")
	}
	form := []string{"name", "Ana Lopez", "login", "ana", "password", goodPassword, "fifteen", "1"}
	back := w.refuse("/inscription", 422, "il faut accepter la charte", form...)
	if !strings.Contains(back, `value="Ana Lopez"`) || strings.Contains(back, goodPassword) {
		t.Error("what was typed is lost, or the password is on the page")
	}
	storetest.View(t, b.db, store.Actor{Role: store.Operator}, func(tx *store.Tx) error {
		list, err := account.People(tx, "ana")
		if len(list) != 0 {
			t.Errorf("an account exists: %+v", list)
		}
		return err
	})
	w.refuse("/inscription", 422, "Avant 15 ans", "name", "Ana", "login", "ana", "password", goodPassword, "charter", "1")
	w.post("/inscription", "/", append(form, "charter", "1")...)
	if page := w.open("/compte"); !strings.Contains(page, "Ana Lopez") || w.last.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("account page: %v\n%s", w.last.Header(), page)
	}
	w.post("/deconnexion", "/")
	if got := w.send(GET, "/compte", nil); got.Code != http.StatusSeeOther {
		t.Errorf("signed out, /compte answers %d", got.Code)
	}
}

func TestAC5_SlipFromPrinterToPassword(t *testing.T) {
	b := foundBox(t)
	office, elise := b.browser(), b.browser()
	office.signIn("mairie", goodPassword)
	office.open("/admin/personnes")
	got := office.send(POST, "/admin/personnes", fields("name", "Élise Roux", "login", "elise", "role", "resident"))
	slipPath := got.Header().Get("Location")
	if got.Code != http.StatusSeeOther || !strings.HasSuffix(slipPath, "/bon") {
		t.Fatalf("%d to %q\n%s", got.Code, slipPath, got.Body)
	}
	code := regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`).FindString(office.open(slipPath))
	if code == "" {
		t.Fatalf("no code on the slip\n%s", office.last.Body)
	}
	elise.signIn("Elise", strings.ToLower(code))
	for _, path := range []string{"/", "/compte", "/admin", "/compte/copie"} {
		got := elise.send(GET, path, nil)
		if to, _, _ := strings.Cut(got.Header().Get("Location"), "?"); to != newPasswordPath { // then the way back
			t.Errorf("before a password of her own, %s answers %d to %q", path, got.Code, got.Header().Get("Location"))
		}
	}
	elise.open(newPasswordPath)
	elise.refuse(newPasswordPath, 422, "accepter la charte", "password", goodPassword)
	elise.refuse(newPasswordPath, 422, "trop court", "password", "court", "charter", "1")
	elise.post(newPasswordPath, accountPath, "password", goodPassword, "charter", "1")
	elise.open("/compte")

	b.clock.Add(11 * time.Minute)
	if strings.Contains(office.open(slipPath), code) {
		t.Error("the slip is still on the page after ten minutes")
	}
	// For somebody with rights over others the passphrase is asked.
	var self string
	storetest.View(t, b.db, store.Actor{Role: store.Operator}, func(tx *store.Tx) error {
		p, err := account.ByLogin(tx, "mairie")
		self = p.ID
		return err
	})
	office.refuse("/admin/personnes/"+self+"/bon", 422, "pas votre mot de passe actuel")
	office.refuse("/admin/personnes/"+self+"/role", 422, "le seul compte de responsable", "role", "resident", "current", goodPassword)
	if log := office.open("/journal"); !strings.Contains(plainText(log), "Un bon de connexion est imprimé.") {
		t.Error("the slip is not in the public log")
	}
}

func TestAC9_NamesOnTheOperatorsList(t *testing.T) {
	b := foundBox(t)
	for login, hamlet := range map[string]string{"marie1": "Le Bourg", "marie2": "Les Granges"} {
		b.browser().post("/inscription", "/", "name", "Marie Durand", "hamlet", hamlet, "login", login,
			"password", goodPassword, "fifteen", "1", "charter", "1")
	}
	office := b.browser()
	office.signIn("mairie", goodPassword)
	page := office.open("/admin/personnes?q=durand")
	for _, want := range []string{"Marie Durand (Le Bourg)", "Marie Durand (Les Granges)", "2 personnes"} {
		if !strings.Contains(plainText(page), want) {
			t.Errorf("the list lacks %q\n%s", want, page)
		}
	}
}

func TestAC10_WrongPasswordsOnThePage(t *testing.T) {
	b := foundBox(t)
	w := b.browser()
	for _, login := range []string{"mairie", "nobody"} {
		for range 5 {
			w.refuse("/connexion", 422, "L'identifiant ou le mot de passe ne convient pas", "login", login, "password", "wrong wrong")
		}
		w.refuse("/connexion", 503, "votre compte n'est pas bloqué", "login", login, "password", goodPassword)
		if got := w.last.Header().Get("Retry-After"); got != "2" {
			t.Errorf("%s: Retry-After %q", login, got)
		}
	}
	b.clock.Add(2 * time.Second)
	w.signIn("mairie", goodPassword)
}

func TestSignInLeadsBackButNotElsewhere(t *testing.T) {
	b := foundBox(t)
	for vers, to := range map[string]string{"/compte": "/compte", "https://example.org/": "/", "//example.org": "/", "": "/"} {
		b.browser().post("/connexion", to, "login", "mairie", "password", goodPassword, "vers", vers)
	}
}

func TestTheBoxsCardLeadsToTheLegalNotice(t *testing.T) {
	b := foundBox(t)
	w := b.browser()
	if got := w.send(GET, "/account/"+b.cardID(), nil); got.Header().Get("Location") != "/mentions-legales" {
		t.Errorf("%d to %q", got.Code, got.Header().Get("Location"))
	}
	if got := w.send(GET, "/account/"+store.NewID(), nil); got.Code != http.StatusNotFound {
		t.Errorf("another id answers %d", got.Code)
	}
}

func TestSharedComputerForgets(t *testing.T) {
	b := foundBox(t)
	w := b.browser()
	w.post("/connexion", "/", "login", "mairie", "password", goodPassword, "shared", "1")
	for _, c := range w.last.Result().Cookies() {
		if c.Name == sessionCookie && (c.MaxAge != 0 || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode) {
			t.Errorf("cookie %+v", c)
		}
	}
	b.clock.Add(account.SharedHours)
	if got := w.send(GET, "/compte", nil); got.Code != http.StatusSeeOther {
		t.Errorf("after %v: %d", account.SharedHours, got.Code)
	}
}

func TestIdleOperatorGivesThePassphrase(t *testing.T) {
	b := foundBox(t)
	w := b.browser()
	w.signIn("mairie", goodPassword)
	w.open("/admin/personnes")
	b.clock.Add(account.OperatorIdle + time.Minute)
	if got := w.send(GET, "/admin/personnes", nil); got.Header().Get("Location") != resumePath+"?vers=%2Fadmin%2Fpersonnes" {
		t.Fatalf("%d to %q", got.Code, got.Header().Get("Location"))
	}
	w.open(resumePath)
	w.refuse(resumePath, 422, "pas votre mot de passe", "current", "wrong wrong", "vers", "/admin/personnes")
	w.post(resumePath, "/admin/personnes", "current", goodPassword, "vers", "/admin/personnes")
	w.open("/admin/personnes")
}

func TestTakingDataAndLeaving(t *testing.T) {
	b := foundBox(t)
	w := b.browser()
	w.post("/inscription", "/", "name", "Ana Lopez", "login", "ana", "password", goodPassword, "fifteen", "1", "charter", "1")
	got := w.send(GET, "/compte/copie", nil)
	z, err := zip.NewReader(bytes.NewReader(got.Body.Bytes()), int64(got.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	if !strings.Contains(files["account.json"], `"login": "ana"`) || !strings.Contains(files["index.html"], "Ana Lopez") {
		t.Errorf("export: %v", files)
	}
	if strings.Contains(files["account.json"], "argon2id") {
		t.Error("the export holds the hash of a password")
	}
	w.open("/compte/partir")
	w.refuse("/compte/partir", 422, "ce que deviennent les publications", "current", goodPassword)
	w.refuse("/compte/partir", 422, "pas votre mot de passe actuel", "how", "all", "current", "wrong wrong")
	w.post("/compte/partir", "/", "how", "all", "current", goodPassword)
	w.refuse("/connexion", 422, "ne convient pas", "login", "ana", "password", goodPassword)

	office := b.browser()
	office.signIn("mairie", goodPassword)
	if page := office.open("/compte/partir"); !strings.Contains(plainText(page), "le seul compte de responsable") {
		t.Error("the reason that blocks is not shown before")
	}
	office.refuse("/compte/partir", 422, "le seul compte de responsable", "how", "all", "current", goodPassword)
}

func TestRescuePages(t *testing.T) {
	b := foundBox(t)
	office, w := b.browser(), b.browser()
	office.signIn("mairie", goodPassword)
	office.post("/compte/codes", "/compte/codes", "current", goodPassword)
	codes := regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`).FindAllString(office.open("/compte/codes"), -1)
	if len(codes) != account.Codes {
		t.Fatalf("codes %v", codes)
	}
	form := []string{"login", "mairie", "number", "3", "code", codes[2], "password", goodPassword + " neuve"}
	w.open("/recuperation")
	w.refuse("/recuperation/code", 422, "donnez d'abord le code de la boîte", form...)
	if got := w.send(GET, "/recuperation/feuille", nil); got.Header().Get("Location") != rescuePath {
		t.Errorf("without presence the sheet's page answers %d", got.Code)
	}
	w.refuse(rescuePath, 422, "", "code", "9999")
	w.post(rescuePath, rescuePath, "code", boxCode)
	w.open("/recuperation/feuille")
	w.post("/recuperation/code", signInPath, form...)
	w.signIn("mairie", goodPassword+" neuve")
	if got := office.send(GET, "/admin", nil); got.Code != http.StatusSeeOther {
		t.Error("the old session goes on after a recovery")
	}
}

func TestTheWaitIsSeenByAll(t *testing.T) {
	b := foundBox(t)
	w := b.browser()
	w.post(rescuePath, rescuePath, "code", boxCode)
	w.open("/recuperation/attente")
	w.post("/recuperation/attente", "/recuperation/attente")
	if page := w.open("/recuperation/attente"); !strings.Contains(plainText(page), "L'attente est en cours") {
		t.Error("the page does not say that the wait goes on")
	}
	office := b.browser()
	office.signIn("mairie", goodPassword)
	if page := office.open("/compte"); !strings.Contains(plainText(page), "sans code ni feuille") {
		t.Error("an operator is not told")
	}
	b.clock.Add(account.Waiting)
	w.post(rescuePath, rescuePath, "code", boxCode)
	w.open("/recuperation/attente")
	w.post("/recuperation/attente", signInPath, "login", "mairie", "password", goodPassword+" neuve")
	w.signIn("mairie", goodPassword+" neuve")
}

// withPeople makes a box whose resident, moderator and operator of roleSession
// have accounts, and gives the address its path says.
func withPeople(path string) sample {
	return sample{path: func(b *box) string {
		ids := map[string]string{}
		ctx := store.As(b.t.Context(), store.Actor{Role: store.Operator})
		for _, name := range []string{"resident", "moderator", "operator"} {
			role, _ := store.ParseRole(name)
			p, _, err := b.desk.Add(ctx, account.NewPerson{Login: name, Name: name, Role: role})
			if err != nil {
				b.t.Fatal(err)
			}
			ids[name] = p.ID
		}
		b.auth = func(tx *store.Tx, token string) (account.Session, error) {
			s, err := roleSession(tx, token)
			name, _, _ := strings.Cut(token, ":")
			s.Actor.ID = ids[name]
			return s, err
		}
		return strings.Replace(path, ":id", ids["resident"], 1)
	}}
}

func init() {
	for name, s := range map[string]sample{
		"GET /connexion": at("/connexion"), "POST /connexion": at("/connexion"), "POST /deconnexion": at("/deconnexion"),
		"GET /inscription": at("/inscription"), "POST /inscription": at("/inscription"),
		"GET /inscription/moins-de-15-ans": at(youngPath), "POST /inscription/moins-de-15-ans": at(youngPath),
		"GET /charte/versions": at("/charte/versions"), "GET /charte/versions/:version": foundAt("/charte/versions/1"),
		"GET /admin/charte": foundAt(amendPath), "POST /admin/charte": foundAt(amendPath), "POST /admin/charte/abandonner": foundAt(amendPath + "/abandonner"),
		"GET /admin/charte/publier": foundAt(amendPath + "/publier"), "POST /admin/charte/publier": foundAt(amendPath + "/publier"),
		"GET /textes": at(textsPath), "GET /textes/:id": textAt(textsPath, ""), "GET /textes/:id/:version": textAt(textsPath, "/1"),
		"GET /admin/textes": at(textAdminPath), "POST /admin/textes": at(textAdminPath),
		"GET /admin/textes/:id": textAt(textAdminPath, ""), "POST /admin/textes/:id": textAt(textAdminPath, ""),
		"GET /charte": at("/charte"), "GET /mentions-legales": at("/mentions-legales"), "GET /journal": at("/journal"),
		"GET /compte/accord": foundAt(acceptPath), "POST /compte/accord": foundAt(acceptPath),
		"GET /recuperation": at("/recuperation"), "POST /recuperation": {path: func(b *box) string {
			b.opt.Presence = &fakePresence{}
			return "/recuperation"
		}},
		"GET /admin/recuperation": at(sealPath), "POST /admin/recuperation": withPeople(sealPath),
		"POST /admin/recuperation/arreter": at("/admin/recuperation/arreter"),
		"GET /account/:id": {path: func(b *box) string {
			b.found()
			return "/account/" + b.cardID()
		}},
	} {
		samples[name] = s
	}
	for _, path := range []string{"/recuperation/code", "/recuperation/feuille", "/recuperation/attente"} {
		samples["GET "+path], samples["POST "+path] = at(path), at(path)
	}
	for _, route := range []string{
		"GET /compte", "POST /compte", "GET /compte/mot-de-passe", "POST /compte/mot-de-passe",
		"GET /compte/reprendre", "POST /compte/reprendre", "POST /compte/sessions",
		"GET /compte/codes", "POST /compte/codes", "GET /compte/copie", "GET /compte/partir", "POST /compte/partir",
		"GET /admin/personnes", "POST /admin/personnes", "GET /admin/personnes/:id", "POST /admin/personnes/:id/role",
		"GET /compte/quinze-ans", "POST /compte/quinze-ans", "GET /compte/quinze-ans/feuille",
		"GET /admin/personnes/:id/feuille", "POST /admin/personnes/:id/accord",
		"POST /admin/personnes/:id/bon", "GET /admin/personnes/:id/bon", "POST /admin/personnes/:id/partir",
	} {
		_, path, _ := strings.Cut(route, " ")
		samples[route] = withPeople(path)
	}
	samples["POST /admin/personnes/:id/charte"] = sample{path: func(b *box) string {
		b.found()
		return withPeople("/admin/personnes/:id/charte").path(b)
	}}
	for _, slug := range setupSlugs {
		path := setupPath + "/" + slug
		samples["GET "+path], samples["POST "+path] = newBoxAt(path), newBoxAt(path)
	}
	samples["GET "+setupPath], samples["POST "+setupPath] = newBoxAt(setupPath), newBoxAt(setupPath)
}

// textAt is a sample of a page of a text.
func textAt(before, after string) sample {
	return sample{path: func(b *box) string {
		t := account.Text{Title: "Statuts", Body: "# Article 1\nUn."}
		storetest.Update(b.t, b.db, store.Actor{Role: store.Operator}, func(tx *store.Tx) error {
			return account.PublishText(tx, &t, store.Ref{})
		})
		return before + "/" + t.ID + after
	}}
}

// foundAt is a sample on a box that is set up.
func foundAt(path string) sample {
	return sample{path: func(b *box) string {
		b.found()
		return path
	}}
}

// newBoxAt is a sample on a box that nobody set up yet.
func newBoxAt(path string) sample {
	return sample{path: func(b *box) string {
		b.opened.Store(false)
		b.opt.Presence = &fakePresence{}
		return path
	}}
}
