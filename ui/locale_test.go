package ui

import (
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// spoken is a speech in a language at the tests' instant: Saturday 21 November
// 2026, 10 h in Paris.
func spoken(t testing.TB, lang string) *speech {
	t.Helper()
	b := newBox(t)
	return &speech{localizer{locale: b.langs.byLang[lang], zone: b.zone, now: b.clock.Now()}}
}

func catalogueOf(t *testing.T) (fr, en *locale) {
	t.Helper()
	c, err := loadCatalogue("")
	if err != nil {
		t.Fatal(err)
	}
	return c.byLang["fr"], c.byLang["en"]
}

func TestNoSentenceIsMissing(t *testing.T) {
	fr, en := catalogueOf(t)
	for _, key := range missing(en, fr) {
		t.Errorf("en lacks %s", key)
	}
	for _, key := range missing(fr, en) {
		t.Errorf("fr, the reference, lacks %s", key)
	}
}

func missing(in, of *locale) []string {
	var keys []string
	for key := range of.sentences() {
		if _, ok := in.sentences()[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func TestNoSentenceIsEmptyOrHasOtherPlaceholders(t *testing.T) {
	fr, en := catalogueOf(t)
	for key, m := range fr.sentences() {
		want := placeholders(m)
		for _, l := range []*locale{fr, en} {
			other, ok := l.sentences()[key]
			if !ok {
				continue
			}
			if got := placeholders(other); !slices.Equal(got, want) {
				t.Errorf("%s in %s has placeholders %v, in French %v", key, l.Lang, got, want)
			}
			for category, s := range other.all() {
				if strings.TrimSpace(strings.Join(s, "")) == "" {
					t.Errorf("%s in %s is empty (%s)", key, l.Lang, category)
				}
			}
			if other.forms != nil && !slices.Contains(placeholders(other), "n") && len(m.forms) != len(other.forms) {
				t.Errorf("%s in %s has plurals but no {n}", key, l.Lang)
			}
		}
	}
}

// all are the forms of a phrase by plural category.
func (m phrase) all() map[string]sentence {
	forms := map[string]sentence{"other": m.other}
	maps.Copy(forms, m.forms)
	return forms
}

// placeholders lists the names of values in any form of a message, sorted.
func placeholders(m phrase) []string {
	names := map[string]bool{}
	for _, s := range m.all() {
		for _, name := range s.placeholders() {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// keyPattern finds what looks like a key in Go files and templates.
var keyPattern = regexp.MustCompile(`"((?:[a-z]+)\.[a-z0-9_.]+)"`)

// prefixPattern finds the beginnings of keys whose end is chosen by a value:
// "ui.status.grade_" + status.
var prefixPattern = regexp.MustCompile(`"((?:[a-z]+)\.[a-z0-9_.]*[._])"`)

// TestEverySentenceIsUsedAndEveryUsedOneExists reads the sources of ui, store,
// peer and appliance.
func TestEverySentenceIsUsedAndEveryUsedOneExists(t *testing.T) {
	fr, _ := catalogueOf(t)
	used, prefixes := map[string]string{}, map[string]bool{}
	for _, dir := range []string{".", "../store", "../appliance", "../peer", "../cmd"} {
		scan(t, dir, used, prefixes)
	}
	for key := range fr.sentences() {
		if _, ok := used[key]; ok || usedByRule(key, used, prefixes) {
			continue
		}
		t.Errorf("nobody says %s", key)
	}
	modules := map[string]bool{}
	for key := range fr.sentences() {
		module, _, _ := strings.Cut(key, ".")
		modules[module] = true
	}
	for key, file := range used {
		module, _, _ := strings.Cut(key, ".")
		if !modules[module] || prefixes[key] || strings.HasSuffix(key, ".") || strings.HasSuffix(key, "_") || isFileName(key) {
			continue
		}
		if _, ok := fr.sentences()[key]; !ok {
			t.Errorf("%s says %s, which has no sentence", file, key)
		}
	}
}

// usedByRule tells whether a key is used without being written whole: the help
// of a label that is used, what is said of a
// message instead, or one of a family.
func usedByRule(key string, used map[string]string, prefixes map[string]bool) bool {
	for _, suffix := range []string{"_help", "_message"} {
		if label, ok := strings.CutSuffix(key, suffix); ok {
			if _, ok := used[label]; ok {
				return true
			}
		}
	}
	for prefix := range prefixes {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// isFileName tells a key from the name of a file ("ui.css").
func isFileName(s string) bool {
	return slices.Contains([]string{".css", ".js", ".svg", ".html", ".db", ".go", ".md", ".json", ".ics", ".csv", ".vcf", ".local"}, filepath.Ext(s))
}

func scan(t *testing.T, dir string, used map[string]string, prefixes map[string]bool) {
	t.Helper()
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(file, "_test.go") || !slices.Contains([]string{".go", ".html"}, filepath.Ext(file)) {
			return err
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, m := range keyPattern.FindAllStringSubmatch(string(b), -1) {
			used[m[1]] = file
		}
		for _, m := range prefixPattern.FindAllStringSubmatch(string(b), -1) {
			prefixes[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAX3_NumbersAndPlurals: 0 membre, 1,5 heure, 2 heures, 1 234,50 €.
func TestAX3_NumbersAndPlurals(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "fr", "essai.json"), `{"essai.membres": {"one": "{n} membre", "other": "{n} membres"},
		"essai.heures": {"one": "{n} heure", "other": "{n} heures"}}`)
	b := newBox(t, func(o *Options) { o.Locales = dir })
	s := &speech{localizer{locale: b.langs.byLang["fr"], zone: b.zone, now: b.clock.Now()}}
	for _, tt := range []struct{ got, want string }{
		{s.T("essai.membres", "n", 0), "0 membre"},
		{s.T("essai.membres", "n", 1), "1 membre"},
		{s.T("essai.membres", "n", 2), "2 membres"},
		{s.T("essai.membres", "n", 1234), "1\u202f234 membres"},
		{s.T("essai.heures", "n", 1.5), "1,5 heure"},
		{s.T("essai.heures", "n", 2.0), "2 heures"},
		{s.Money(123450), "1\u202f234,50\u00a0€"},
		{s.Money(-1250), "-12,50\u00a0€"},
		{s.Money(1200), "12\u00a0€"},
		{s.Money(5), "0,05\u00a0€"},
		{s.Number(1234567), "1\u202f234\u202f567"},
		{s.Number(0.1 + 0.2), "0,3"},
		{spoken(t, "en").Money(123450), "€1,234.50"},
		{spoken(t, "en").Number(1234.5), "1,234.5"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

// A language is read again when somebody first speaks it: also after an
// operator has spoilt their file meanwhile.
func TestALanguageIsReadWhenItIsSpoken(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "en", "ui.json")
	write(t, file, `{"ui.home": "Our village"}`)
	whole, spoilt := newBox(t, func(o *Options) { o.Locales = dir }), newBox(t, func(o *Options) { o.Locales = dir })
	if en := spoilt.langs.byLang["en"]; en.messages != nil || en.name != "English" {
		t.Errorf("English, which nobody speaks yet, has %d sentences and the name %q", len(en.messages), en.name)
	}
	if got := (&speech{localizer{locale: whole.langs.byLang["en"]}}).T("ui.home"); got != "Our village" {
		t.Errorf("the operator's own word is %q", got)
	}
	write(t, file, `{"ui.home": `)
	if got := (&speech{localizer{locale: spoilt.langs.byLang["en"]}}).T("ui.help"); got != "Help" {
		t.Errorf("after the file was spoilt: %q", got)
	}
}

// TestAX4_AMissingTranslationFallsBackToFrench, never to a key.
func TestAX4_AMissingTranslationFallsBackToFrench(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "oc", "ui.json"), `{"ui.home": "Acuèlh", "ui.language": "Occitan"}`)
	b := newBox(t, func(o *Options) { o.Locales = dir })
	s := &speech{localizer{locale: b.langs.byLang["oc"]}}
	if got := s.T("ui.home"); got != "Acuèlh" {
		t.Errorf("ui.home: %q", got)
	}
	if got := s.T("ui.help"); got != "Aide" {
		t.Errorf("a missing translation: %q, want the French one", got)
	}
	if got := s.T("ui.no_such_key"); strings.Contains(got, "no_such_key") || got == "" {
		t.Errorf("a key nobody translated is shown as %q", got)
	}
	page := b.ask(GET, "/aide", "", nil, func(r *http.Request) { r.Header.Set("Accept-Language", "oc") })
	if !strings.Contains(page.Body.String(), `<html lang="oc"`) {
		t.Error("the page does not say it is in Occitan")
	}
}

func TestSentencesAreEditedWithoutRebuilding(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "fr", "ui.json"), `{"ui.help": "Coup de main"}`)
	b := newBox(t, func(o *Options) { o.Locales = dir })
	if page := b.get("/etat"); !strings.Contains(page, "Coup de main") {
		t.Error("the operator's sentence is not shown")
	}
	write(t, filepath.Join(dir, "fr", "ui.json"), `{"ui.help": `)
	if _, err := loadCatalogue(dir); err == nil || !strings.Contains(err.Error(), "ui.json") {
		t.Errorf("a broken file: %v", err)
	}
	if _, err := loadCatalogue(filepath.Join(dir, "missing")); err != nil {
		t.Errorf("a missing directory: %v", err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestChoiceOfLanguage(t *testing.T) {
	b := newBox(t)
	tests := []struct{ target, cookie, accept, want string }{
		{"/", "", "", "fr"},
		{"/", "", "en", "en"},
		{"/", "", "en-US,en;q=0.9,fr;q=0.8", "en"},
		{"/", "", "fr-CA,en;q=0.9", "fr"},
		{"/", "", "de", "fr"},
		{"/", "", "ja,en;q=0.5", "en"},
		{"/", "", "*", "fr"},
		{"/", "", "nonsense;;;q", "fr"},
		{"/", "", strings.Repeat("en,", 200), "fr"},
		{"/", "en", "fr", "en"},
		{"/", "xx", "en", "en"},
		{"/?lang=fr", "en", "en", "fr"},
		{"/?lang=xx", "en", "fr", "en"},
	}
	for _, tt := range tests {
		r := httptest.NewRequestWithContext(t.Context(), GET, tt.target, nil)
		r.Header.Set("Accept-Language", tt.accept)
		if tt.cookie != "" {
			r.AddCookie(&http.Cookie{Name: langCookie, Value: tt.cookie})
		}
		if got := b.langs.choose(r).Lang; got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
	w := b.ask(GET, "/aide?lang=en", "", nil)
	if c := w.Result().Cookies(); len(c) != 1 || c[0].Name != langCookie || c[0].Value != "en" {
		t.Errorf("the choice is not remembered: %v", c)
	}
}

func TestPluralRules(t *testing.T) {
	tests := map[string]map[float64]string{
		"fr": {0: "one", 1: "one", 1.5: "one", 1.99: "one", 2: "other", 100: "other"},
		"oc": {0: "one", 1: "one", 2: "other"},
		"en": {0: "other", 1: "one", 1.5: "other", 2: "other"},
		"br": {0: "other", 1: "one", 21: "one", 11: "other", 71: "other", 2: "two", 12: "other", 3: "few", 9: "few", 13: "other", 1_000_000: "many", 5: "other"},
	}
	for lang, table := range tests {
		rule := pluralOf(lang)
		for n, want := range table {
			if got := rule(n); got != want {
				t.Errorf("%s %v: %s, want %s", lang, n, got, want)
			}
		}
	}
}

func TestMessagesWithOddBraces(t *testing.T) {
	s := &speech{localizer{locale: &locale{Lang: "fr", plural: pluralOf("fr"), messages: map[string]phrase{}}}}
	for text, want := range map[string]string{
		"a {b} c": "a X c", "{b}": "X", "{b}{b}": "XX", "a { c": "a { c", "a } c": "a } c", "": "", "{c}": "…", "a {b": "a {b",
	} {
		s.messages["k"] = phrase{other: parseMessage(text)}
		if got := s.T("k", "b", "X"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
