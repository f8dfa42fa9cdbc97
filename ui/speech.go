package ui

import (
	"fmt"
	"strings"
	"time"

	"copi.local/store/timebank"
)

// sentence is a text cut at its placeholders: even pieces are text, odd ones
// the names of values.
type sentence []string

// parseMessage cuts "Bonjour {name}". Braces that do not match are text.
func parseMessage(s string) sentence {
	var out sentence
	for {
		before, rest, ok := strings.Cut(s, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return append(out, s)
		}
		out = append(out, before, name)
		s = after
	}
}

// placeholders lists the names of values in the sentence.
func (s sentence) placeholders() []string {
	var names []string
	for i := 1; i < len(s); i += 2 {
		names = append(names, s[i])
	}
	return names
}

// localizer is how one request is spoken to: a language, the village's zone, and
// the instant of the request. Every page has one, for its templates.
type localizer struct {
	*locale
	zone *time.Location
	now  time.Time
}

// speech is a localizer that also has the words for what modules show. It is a
// type of its own because Go writes each method of what a page embeds anew for
// that page: with two hundred pages those of speech were most of the program to
// compile.
type speech struct{ localizer }

// speech has the words of all modules, in the same language.
func (s *localizer) speech() *speech { return &speech{*s} }

// has tells whether key is a sentence in this language or the reference.
func (l *locale) has(key string) bool {
	_, ok := l.lookup(key)
	return ok
}

func (l *locale) lookup(key string) (phrase, bool) {
	for ; l != nil; l = l.fallback {
		if m, ok := l.sentences()[key]; ok {
			return m, true
		}
	}
	return phrase{}, false
}

// T is the sentence of key, with args as name–value pairs for its
// placeholders. When it has plural forms the value named "n" chooses. A key
// nobody translated, which a test keeps from happening, gives a neutral
// sentence and never the key.
func (s *localizer) T(key string, args ...any) string {
	m, ok := s.lookup(key)
	if !ok {
		if m, ok = s.lookup("ui.untranslated"); !ok {
			return "…"
		}
	}
	text := s.form(m, args)
	if len(text) == 1 {
		return text[0]
	}
	var b strings.Builder
	for i, piece := range text {
		if i%2 == 1 {
			piece = s.value(piece, args)
		}
		b.WriteString(piece)
	}
	return b.String()
}

// form is the sentence for the number named "n" in args.
func (s *localizer) form(m phrase, args []any) sentence {
	if m.forms != nil {
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] != "n" {
				continue
			}
			if n, ok := number(args[i+1]); ok {
				if text, ok := m.forms[s.plural(n)]; ok {
					return text
				}
			}
		}
	}
	return m.other
}

func (s *localizer) value(name string, args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return s.show(args[i+1])
		}
	}
	return "…" // a test compares the placeholders of all languages
}

// show writes a value as readers of the language expect.
func (s *localizer) show(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case time.Time:
		return s.DayTime(v)
	case time.Duration:
		return s.Duration(v)
	case timebank.Minutes:
		return s.Minutes(int64(v))
	case Bytes:
		return s.Bytes(int64(v))
	}
	if n, ok := number(v); ok {
		return s.Number(n)
	}
	return fmt.Sprint(v)
}

// number is v as a number, when it is one.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case int8:
		return float64(v), true
	case int16:
		return float64(v), true
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint:
		return float64(v), true
	case uint8:
		return float64(v), true
	case uint16:
		return float64(v), true
	case uint32:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float32:
		return float64(v), true
	case float64:
		return v, true
	default:
		return 0, false
	}
}

// pluralOf is the plural rule of a language (CLDR categories). French takes
// the singular for 0 and 1 and all between; so do the languages of France we
// have no better rule for.
func pluralOf(lang string) func(float64) string {
	switch lang {
	case "en", "de", "eu":
		return func(n float64) string {
			if n == 1 {
				return "one"
			}
			return "other"
		}
	case "br":
		return pluralBreton
	default:
		return func(n float64) string {
			if n < 2 && n > -2 {
				return "one"
			}
			return "other"
		}
	}
}

// pluralBreton follows CLDR: 1 21 31…, 2 22 32…, 3 4 9 23…, millions, others.
func pluralBreton(n float64) string {
	i := int64(n)
	if float64(i) != n || i < 0 {
		return "other"
	}
	ten, hundred := i%10, i%100
	odd := hundred/10 == 1 || hundred/10 == 7 || hundred/10 == 9
	switch {
	case ten == 1 && !odd:
		return "one"
	case ten == 2 && !odd:
		return "two"
	case (ten == 3 || ten == 4 || ten == 9) && !odd:
		return "few"
	case i != 0 && i%1_000_000 == 0:
		return "many"
	default:
		return "other"
	}
}
