package ui

import (
	"errors"
	"strings"
	"sync"
	"time"

	"copi.local/store"
)

// builtIn is the catalogue without an operator's changes.
var builtIn = sync.OnceValues(func() (*catalogue, error) { return loadCatalogue("") })

// Sentence is a sentence of the built-in catalogue, for a part of the box that
// speaks to people without a page: the command line.
func Sentence(lang, key string, args ...any) string {
	langs, err := builtIn()
	if err != nil {
		return key // the pages would not have started either
	}
	l, ok := langs.byLang[lang]
	if !ok {
		l = langs.byLang[reference]
	}
	return (&speech{localizer{locale: l, zone: time.UTC}}).T(key, args...)
}

// Explain says in words what an error means to a person; ok is false for an
// error that has no sentence of its own.
func Explain(lang string, err error) (sentence string, ok bool) {
	if faults, ok := errors.AsType[store.Errors](err); ok {
		lines := make([]string, len(faults))
		for i, e := range faults {
			lines[i] = Sentence(lang, e.Key, e.Args...)
		}
		return strings.Join(lines, " "), true
	}
	e, ok := errors.AsType[*store.Error](err)
	if !ok || e.Kind == store.Internal {
		return "", false
	}
	return Sentence(lang, e.Key, e.Args...), true
}
