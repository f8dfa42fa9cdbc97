// Package contact finds phone numbers, e-mail addresses and postal addresses
// in what people type, as French people write them, so that a page can offer
// to show them to registered people only (PA-3).
//
// It is a leaf: no database, no clock, no words of a page. It prefers to
// leave a sentence alone rather than to take a date, a price or a register
// number for a phone number; the person who wrote the text has the last word.
// Its work grows with the length of the text and with nothing else.
package contact

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what was found.
type Kind uint8

// The kinds.
const (
	Phone Kind = iota + 1
	Mail
	Address // of a house: a number and a street, or a place name with its postcode
)

// String is the kind's name in translation keys.
func (k Kind) String() string {
	return [...]string{"", "phone", "mail", "address"}[k]
}

// Hidden stands for a contact that is for registered people only, in cards,
// bodies and whatever else leaves a page: it reads the same in any language.
const Hidden = "[…]"

// Found is one contact in a text: text[From:To], in bytes, is Text.
type Found struct {
	Kind     Kind
	From, To int
	Text     string
}

// Find lists the contacts in text in the order they stand there; none overlaps
// another.
func Find(text string) []Found {
	all := slices.Concat(mails(text), phones(text), addresses(text))
	slices.SortFunc(all, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To))
	})
	end := 0
	apart := all[:0]
	for _, f := range all {
		if f.From < end {
			continue
		}
		f.Text = text[f.From:f.To]
		apart = append(apart, f)
		end = f.To
	}
	return apart
}

// Mask is text with every contact replaced by with. Nothing that Find would
// find is left in it, unless with itself holds a contact.
func Mask(text, with string) string {
	again := len(Find(with)) == 0
	for {
		found := Find(text)
		if len(found) == 0 {
			return text
		}
		var b strings.Builder
		from := 0
		for _, f := range found {
			b.WriteString(text[from:f.From])
			b.WriteString(with)
			from = f.To
		}
		b.WriteString(text[from:])
		text = b.String()
		if !again {
			return text
		}
	}
}

// Unmask puts the contacts of an original back into a text that somebody wrote
// who saw only Mask(original, Hidden): each in the place of one Hidden, in
// their order. Where some of those are gone, or there are more, nobody knows
// which is which and the text stays as it is.
func Unmask(text, original string) string {
	found := Find(original)
	if strings.Count(text, Hidden) != len(found) {
		return text
	}
	for _, f := range found {
		text = strings.Replace(text, Hidden, f.Text, 1)
	}
	return text
}

// wordBefore tells whether a letter or a digit stands right before text[at:].
func wordBefore(text string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// wordAfter tells whether a letter or a digit stands at text[at:].
func wordAfter(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}
