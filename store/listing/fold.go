package listing

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/french"
	"golang.org/x/text/unicode/norm"
)

// ligatures that no Unicode decomposition takes apart.
var ligatures = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "đ", "d")

// Fold writes s as its words are compared: lower case, no accents, œ as oe,
// one space for everything that is neither letter nor digit. An inclusive
// ending goes with its point: "insoumis·e·s" folds to "insoumis". Folding
// again changes nothing.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap, ending := false, false
	lower := ligatures.Replace(strings.ToLower(norm.NFKD.String(strings.ToValidUTF8(s, " "))))
	for _, r := range norm.NFKD.String(lower) {
		switch {
		case unicode.Is(unicode.M, r): // an accent that came off its letter
		case isPoint(r):
			ending = b.Len() > 0 && !gap // after a letter: its ending follows
			gap = gap || !ending
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap, ending = true, false
		case ending: // skipped
		default:
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		}
	}
	return b.String()
}

// nameKey orders titles as a French dictionary does: letters first, accents
// only between words that are otherwise the same.
func nameKey(title string) string {
	return Fold(title) + "\x01" + strings.ToLower(norm.NFC.String(title))
}

// isPoint tells whether r is the point of inclusive writing.
func isPoint(r rune) bool { return r == '·' || r == '•' || r == '‧' || r == '・' }

// TagKey is the form under which spellings of a tag are the same tag: folded,
// without #.
func TagKey(s string) string { return Fold(s) }

// stem is the French stem of a folded word. Digits and foreign scripts pass.
func stem(word string) string {
	if utf8.RuneCountInString(word) < 3 || word[0] < 'a' || word[0] > 'z' {
		return word
	}
	return Fold(french.Stem(word, false))
}

// lexicon is what FTS5 receives for each folded word it has met: the word, and
// its stem where that differs, so that the beginning of a word finds it too.
type lexicon map[string]*entry

type entry struct {
	forms string
	heard bool // read by visitors
	noted bool // in the vocabulary
}

// indexed is the text FTS5 receives for s. heard says whether visitors may read
// it.
func (l lexicon) indexed(s string, heard bool) string {
	var b strings.Builder
	for w := range strings.FieldsSeq(Fold(s)) {
		e, ok := l[w]
		if !ok {
			e = &entry{forms: w + " "}
			if st := stem(w); st != w {
				e.forms += st + " "
			}
			l[w] = e
		}
		e.heard = e.heard || heard
		b.WriteString(e.forms)
	}
	return b.String()
}
