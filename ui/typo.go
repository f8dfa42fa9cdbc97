package ui

import (
	"regexp"
	"strings"
)

// French spaces: a thin one before ; ! ? » and after «, a full one before a
// colon that was already written apart; 18 h 30 stays on one line. Addresses (https://…) and hours
// (12:30) have no space before their colon and stay as they are.
var (
	thinBefore  = regexp.MustCompile(`[ \x{a0}\x{202f}]([;!?»])`)
	thinAfter   = regexp.MustCompile(`«[ \x{a0}\x{202f}]`)
	colonBefore = regexp.MustCompile(`[ \x{a0}\x{202f}]:( |$|\n)`)
	hourBefore  = regexp.MustCompile(`(\d)[ \x{202f}]h\b(?: (\d\d)\b)?`)
	apostrophe  = regexp.MustCompile(`(\pL)'(\pL)`)
)

// typography gives a text the spaces and apostrophes its readers expect. It is
// for display only: what people typed is stored as they typed it.
func typography(lang, s string) string {
	if lang != "fr" {
		return s
	}
	if strings.Contains(s, " h") {
		s = hourBefore.ReplaceAllStringFunc(s, func(hour string) string { return strings.ReplaceAll(hour, " ", nbsp) })
	}
	if !strings.ContainsAny(s, ";!?»«:'") {
		return s
	}
	s = thinBefore.ReplaceAllString(s, thin+"$1")
	s = thinAfter.ReplaceAllString(s, "«"+thin)
	s = colonBefore.ReplaceAllString(s, nbsp+":$1")
	return apostrophe.ReplaceAllString(s, "$1’$2")
}

// Typo shows a resident's text with the language's spaces.
func (s *localizer) Typo(text string) string { return typography(s.Lang, text) }
