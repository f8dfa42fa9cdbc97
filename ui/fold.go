package ui

import (
	"strings"
	"unicode/utf8"
)

// folded writes the lines of iCalendar and vCard: they end with CRLF and are
// folded at 75 octets, never within a character (RFC 5545 §3.1, RFC 6350 §3.2).
type folded struct{ b strings.Builder }

// line writes one property, folded.
func (f *folded) line(name, value string) {
	rest, room := name+":"+value, 75
	for len(rest) > room {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		f.b.WriteString(rest[:cut] + "\r\n ")
		rest, room = rest[cut:], 74 // the space counts
	}
	f.b.WriteString(rest + "\r\n")
}

var escapeText = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// text writes a property whose value is text.
func (f *folded) text(name, value string) { f.line(name, escapeText.Replace(printable(value))) }

// optional writes a text, unless there is none.
func (f *folded) optional(name string, value any) {
	if s, ok := value.(string); ok && s != "" {
		f.text(name, s)
	}
}

// list writes a property of several texts.
func (f *folded) list(name string, values []string) {
	if len(values) == 0 {
		return
	}
	escaped := make([]string, len(values))
	for i, v := range values {
		escaped[i] = escapeText.Replace(printable(v))
	}
	f.line(name, strings.Join(escaped, ","))
}

// printable drops control characters, which neither format allows.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
