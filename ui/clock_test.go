package ui

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/storetest"
)

// setKeeper is a clock that is set as package appliance's is.
type setKeeper struct{ *storetest.Clock }

func (k setKeeper) Shown() time.Time { return k.Now() }

func (k setKeeper) Confirm(t time.Time, sure bool) error {
	const day = 24 * time.Hour
	switch d := t.Sub(k.Now()); {
	case d < -day:
		return store.E(store.Invalid, "err.clock.back", "box", k.Now(), "told", t)
	case d > day && !sure:
		return store.E(store.Conflict, "err.clock.jump", "box", k.Now(), "told", t)
	}
	k.Set(t)
	k.SetQuality(store.ClockConfirmed)
	return nil
}

// unsureBox is a box that woke up without knowing the time: it believes the
// tests' Saturday, 10 h in Paris.
func unsureBox(t *testing.T, change ...func(*Options)) *box {
	t.Helper()
	change = append(change, func(o *Options) { o.Timekeeper = setKeeper{o.Clock.(*storetest.Clock)} })
	b := newBox(t, change...)
	b.clock.SetQuality(store.ClockHinted)
	return b
}

func init() {
	told := url.Values{"day": {"2026-11-21"}, "time": {"10:01"}}
	keeper := func(b *box) string {
		b.opt.Timekeeper = setKeeper{b.clock}
		return clockPath
	}
	step := setupPath + "/heure"
	samples["GET "+clockPath] = sample{path: keeper}
	samples["POST "+clockPath] = sample{path: keeper, form: told}
	samples["GET "+step] = at(step)
	samples["POST "+step] = sample{path: at(step).path, form: told}
}

const unsureSentence = "L'heure de la boîte n'est pas sûre"

func TestBO3_EverybodyReadsThatTheTimeIsUnsure(t *testing.T) {
	b := unsureBox(t)
	for range 2 { // also from the cache
		if !strings.Contains(plainText(b.get("/")), unsureSentence) {
			t.Error("visitors are not told")
		}
	}
	if page := b.ask(GET, "/agenda", "operator", nil).Body.String(); !strings.Contains(page, `href="/admin/heure"`) {
		t.Error("an operator is not led to the page")
	}
	if page := b.ask(GET, "/agenda", "moderator", nil).Body.String(); strings.Contains(page, "/admin/heure") {
		t.Error("a moderator is led to a page that is closed to them")
	}
	page := b.ask(GET, "/admin", "operator", nil).Body.String()
	if strings.Count(page, `href="/admin/heure"`) != 1 || !strings.Contains(plainText(page), "elle croit être le samedi 21 novembre 2026 à 10 h") {
		t.Errorf("the operator's page has not one sentence about it\n%s", page)
	}
	// The clock may become sure, and lose its trust, without a commit.
	b.clock.SetQuality(store.ClockConfirmed)
	if strings.Contains(plainText(b.get("/")), unsureSentence) {
		t.Error("an old page says that the time is unsure")
	}
	b.clock.SetQuality(store.ClockNone)
	if !strings.Contains(plainText(b.get("/")), unsureSentence) {
		t.Error("an old page hides that the time is unsure")
	}
}

// TestBO3_APhoneInAnotherYear: 2036 is asked about, and another date after it
// again; the past is refused.
func TestBO3_APhoneInAnotherYear(t *testing.T) {
	b := unsureBox(t)
	tell := func(values ...string) (status int, text, body string) {
		w := b.ask(POST, clockPath, "operator", fields(values...))
		return w.Code, plainText(w.Body.String()), w.Body.String()
	}
	page := b.ask(GET, clockPath, "operator", nil).Body.String()
	if !strings.Contains(page, `value="2026-11-21"`) || !strings.Contains(page, `value="10:00"`) {
		t.Errorf("the box's guess is not in the fields\n%s", page)
	}
	status, text, body := tell("day", "2036-01-01", "time", "10:00")
	if status != 422 || !strings.Contains(text, "Confirmez cette date") || !strings.Contains(text, "Oui, nous sommes le mardi 1er janvier 2036 à 10 h") {
		t.Errorf("2036: %d %s", status, text)
	}
	if !strings.Contains(body, `value="2036-01-01"`) || !strings.Contains(body, `name="sure" value="2036-01-01T09:00:00Z"`) {
		t.Errorf("the form lost what was typed\n%s", body)
	}
	if status, _, _ = tell("day", "2037-01-01", "time", "10:00", "sure", "2036-01-01T09:00:00Z"); status != 422 {
		t.Errorf("a confirmation of another date: %d", status)
	}
	if status, text, _ = tell("day", "2026-11-19", "time", "10:00", "sure", "2026-11-19T09:00:00Z"); status != 422 || !strings.Contains(text, "ne recule pas") {
		t.Errorf("the day before yesterday: %d %s", status, text)
	}
	for _, bad := range [][]string{{"day", "", "time", "10:00"}, {"day", "2026-11-21", "time", ""}, {"day", "hier", "time", "midi"}} {
		if status, text, _ = tell(bad...); status != 422 || !strings.Contains(text, "Écrivez") {
			t.Errorf("%v: %d", bad, status)
		}
	}
	if !b.clock.Now().Equal(storetest.Now) || !b.unsure() {
		t.Fatal("a refused time changed the clock")
	}
	if status, _, _ = tell("day", "2036-01-01", "time", "10:00", "sure", "2036-01-01T09:00:00Z"); status != 303 || b.unsure() {
		t.Errorf("confirmed: %d", status)
	}
}

// TestTheOperatorStaysSignedIn: the clock jumps by days and the session, which
// lasts hours, goes with it.
func TestTheOperatorStaysSignedIn(t *testing.T) {
	b := unsureBox(t, withPresence)
	b.found()
	b.auth = account.Authenticate
	w := b.browser()
	w.post("/connexion", "/", "login", "mairie", "password", goodPassword)
	w.post(clockPath, "/admin", "day", "2026-11-24", "time", "18:30", "sure", "2026-11-24T17:30:00Z")
	if page := w.open("/admin"); !strings.Contains(plainText(page), "L'heure est réglée") {
		t.Error("nothing says that it is done")
	}
	if page := w.open("/journal"); !strings.Contains(plainText(page), "L'heure de la boîte est réglée") {
		t.Error("the public log does not tell")
	}
	b.clock.Add(account.OperatorHours)
	if got := w.send(GET, "/admin", nil); got.Code == 200 {
		t.Error("the session outlives its hours")
	}
}

func TestSetUpAsksForTheTime(t *testing.T) {
	b := unsureBox(t, withPresence)
	b.opened.Store(false)
	w := b.browser()
	w.post(setupPath, setupPath, "code", boxCode)
	for _, path := range []string{setupPath, setupPath + "/commune"} {
		if to := w.send(GET, path, nil).Header().Get("Location"); to != setupPath+"/heure" {
			t.Fatalf("%s leads to %q", path, to)
		}
	}
	w.open(setupPath + "/heure")
	w.refuse(setupPath+"/heure", 422, "Confirmez cette date", "day", "2036-01-01", "time", "10:00")
	w.post(setupPath+"/heure", setupPath+"/commune", "day", "2026-11-22", "time", "9 h 30")
	if want := time.Date(2026, 11, 22, 8, 30, 0, 0, time.UTC); !b.clock.Now().Equal(want) || b.unsure() {
		t.Errorf("the box is at %s", b.clock.Now())
	}
	if page := w.open(setupPath + "/commune"); strings.Contains(page, "/heure") {
		t.Error("the step is still shown")
	}
	if to := w.send(GET, setupPath+"/heure", nil).Header().Get("Location"); to != setupPath+"/commune" {
		t.Errorf("a step with nothing to ask leads to %q", to)
	}
	if got := b.browser().send(POST, setupPath+"/heure", fields("day", "2026-11-25", "time", "9:30")); got.Header().Get("Location") != setupPath {
		t.Errorf("without the code the time is set: %d", got.Code)
	}
}
