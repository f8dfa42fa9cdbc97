package listing

import (
	"strings"
	"unicode"
)

// Plain is s without characters that only disturb what stands around them:
// control characters save line ends and tabs, marks that turn the direction of
// the text that follows, and such as take no room at all. The joiners of emoji
// and of some scripts stay.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\u2028' || r == '\u2029': // line ends some programs know and others do not
			return ' '
		case unicode.IsControl(r), '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069',
			r == '\u200b', r == '\u2060', r == '\ufeff', '\ufff9' <= r && r <= '\ufffb', r&0xfffe == 0xfffe:
			return -1
		}
		return r
	}, s)
}

// blank tells whether nobody sees anything of s.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}
