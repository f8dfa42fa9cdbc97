package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// reference is the language every sentence exists in; the others fall back to
// it, so that no one is ever shown a key.
const reference = "fr"

// locale is one language: its sentences, its plurals, its dates.
type locale struct {
	Lang     string // BCP 47: "fr"
	name     string // its own name for itself
	messages map[string]phrase
	again    func() map[string]phrase // reads the messages of a language that was put by
	spoken   sync.Once                // it was read again
	fallback *locale                  // nil for the reference
	plural   func(n float64) string
	dates    *dateWords
	all      []*locale // every language of the box
}

// phrase is a sentence, and its other forms by plural category; nil for the
// many that have none.
type phrase struct {
	other sentence
	forms map[string]sentence
}

// catalogue is every language of the box.
type catalogue struct {
	byLang  map[string]*locale
	list    []*locale
	matcher language.Matcher
}

// loadCatalogue reads the built-in sentences and over them those in dir. Every
// language is read, so that a mistake in one stops the start; all but the
// reference are then put by until somebody speaks them, since most boxes speak
// one language and the others would be a megabyte of memory.
func loadCatalogue(dir string) (*catalogue, error) {
	c, err := readCatalogue(dir)
	if err != nil {
		return nil, err
	}
	for _, l := range c.list {
		if l.name = l.Lang; l.messages["ui.language"].other != nil {
			l.name = l.messages["ui.language"].other[0]
		}
		if l.Lang != reference {
			l.messages, l.again = nil, func() map[string]phrase { return sentencesIn(dir, l.Lang) }
		}
	}
	return c, nil
}

func readCatalogue(dir string) (*catalogue, error) {
	c := &catalogue{byLang: map[string]*locale{}}
	files, err := sourceFiles()
	if err != nil {
		return nil, err
	}
	builtIn, err := fs.Sub(files, "locales")
	if err != nil {
		return nil, err
	}
	if err := c.read(builtIn); err != nil {
		return nil, err
	}
	if dir != "" {
		if err := c.read(os.DirFS(dir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
	}
	return c, c.link()
}

// sentencesIn reads a language again. An operator may have spoilt their own
// files since the start: then the built-in ones are spoken.
func sentencesIn(dir, lang string) map[string]phrase {
	c, err := readCatalogue(dir)
	if err != nil {
		c, err = readCatalogue("")
	}
	if err != nil || c.byLang[lang] == nil {
		return nil
	}
	return c.byLang[lang].messages
}

// sentences are the messages of the language, read again when it is first
// spoken.
func (l *locale) sentences() map[string]phrase {
	l.spoken.Do(func() {
		if l.again != nil {
			l.messages = l.again()
		}
	})
	return l.messages
}

// read adds the files <lang>/<module>.json below root.
func (c *catalogue) read(root fs.FS) error {
	files, err := fs.Glob(root, "*/*.json")
	if err != nil {
		return err
	}
	for _, file := range files {
		b, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		if err := c.locale(path.Dir(file)).add(b); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func (c *catalogue) locale(lang string) *locale {
	l, ok := c.byLang[lang]
	if !ok {
		l = &locale{Lang: lang, messages: map[string]phrase{}, plural: pluralOf(lang), dates: datesOf(lang)}
		c.byLang[lang] = l
	}
	return l
}

// add reads a flat file of sentences: "key": "text", or "key": {"one": "…",
// "other": "…"}.
func (l *locale) add(b []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	for key, value := range raw {
		var text string
		forms := map[string]string{}
		if json.Unmarshal(value, &text) == nil {
			forms["other"] = text
		} else if err := json.Unmarshal(value, &forms); err != nil || forms["other"] == "" {
			return fmt.Errorf("%s: a text or an object with \"other\" expected", key)
		}
		m := phrase{other: parseMessage(typography(l.Lang, forms["other"]))}
		for category, text := range forms {
			if category != "other" {
				m.add(category, parseMessage(typography(l.Lang, text)))
			}
		}
		l.messages[key] = m
	}
	return nil
}

func (m *phrase) add(category string, form sentence) {
	if m.forms == nil {
		m.forms = map[string]sentence{}
	}
	m.forms[category] = form
}

// link chains every language to the reference and prepares the choice.
func (c *catalogue) link() error {
	ref := c.byLang[reference]
	if ref == nil {
		return errors.New("no sentences in the reference language")
	}
	names := []string{reference}
	for lang := range c.byLang {
		if lang != reference {
			names = append(names, lang)
		}
	}
	slices.Sort(names[1:])
	tags := make([]language.Tag, len(names))
	for i, lang := range names {
		l := c.byLang[lang]
		if l != ref {
			l.fallback = ref
		}
		tag, err := language.Parse(lang)
		if err != nil {
			return fmt.Errorf("language %q: %w", lang, err)
		}
		tags[i] = tag
		c.list = append(c.list, l)
	}
	for _, l := range c.list {
		l.all = c.list
	}
	c.matcher = language.NewMatcher(tags)
	return nil
}

// choose is the language of a request: ?lang=, else the one remembered, else
// what the browser asks for, else French.
func (c *catalogue) choose(r *http.Request) *locale {
	if strings.Contains(r.URL.RawQuery, "lang=") {
		if l, ok := c.byLang[r.URL.Query().Get("lang")]; ok {
			return l
		}
	}
	if cookie, err := r.Cookie(langCookie); err == nil {
		if l, ok := c.byLang[cookie.Value]; ok {
			return l
		}
	}
	return c.accept(r.Header.Get("Accept-Language"))
}

func (c *catalogue) accept(header string) *locale {
	if header == "" || len(header) > 256 {
		return c.byLang[reference]
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return c.byLang[reference]
	}
	_, i, sure := c.matcher.Match(tags...)
	if sure == language.No {
		i = 0
	}
	return c.list[i]
}
