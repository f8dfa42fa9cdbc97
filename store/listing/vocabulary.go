package listing

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"copi.local/store"
)

// The vocabulary (listing_words) is what a mistyped word is compared with: the
// words that visitors read on cards, each once, without numbers and without the
// short ones. It holds no counts: how many cards a word finds is counted when
// it is offered, for who asks. A word leaves when the last card that visitors
// see with it does, so that what was taken down or erased is not offered back.

// Bounds of a word of the vocabulary, in letters.
const (
	minWord = 4
	maxWord = 24
)

// spelled tells whether a folded word is one people mistype: letters only.
func spelled(word string) bool {
	n := utf8.RuneCountInString(word)
	return n >= minWord && n <= maxWord && !small[word] && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
}

// note adds the words visitors read to the vocabulary, once a lexicon.
func (l lexicon) note(tx *store.Tx) error {
	var fresh []string
	for word, e := range l {
		if e.heard && !e.noted && spelled(word) {
			e.noted = true
			fresh = append(fresh, word)
		}
	}
	slices.Sort(fresh) // where a word lies in the file says nothing of how it came there
	values := make([]any, 0, 2*len(fresh))
	for _, word := range fresh {
		values = append(values, word, mirrored(word))
	}
	return tx.InsertRows(sqlWordNote, values)
}

// lost are words that cards had before a change.
type lost map[string]bool

// read adds the words of a card as it is stored.
func (l lost) read(tx *store.Tx, row int64) error {
	texts, err := store.One(tx, func(r store.Row) (t [4]string, err error) {
		err = r.Scan(&t[0], &t[1], &t[2], &t[3])
		return t, err
	}, sqlTexts, row)
	if err != nil {
		return err
	}
	if texts[3] != "" {
		body, err := decodeBody(texts[3])
		if err != nil && !errors.Is(err, errDamaged) { // which words were in a damaged one nobody knows
			return err
		}
		texts[3] = words(body)
	}
	l.add(texts[:]...)
	return nil
}

func (l lost) add(texts ...string) {
	for _, text := range texts {
		for word := range strings.FieldsSeq(Fold(text)) {
			if spelled(word) {
				l[word] = true
			}
		}
	}
}

// forget takes out of the vocabulary what visitors find nothing by any more;
// kept are the words just written. It comes after the full text is changed.
func (l lost) forget(tx *store.Tx, kept lexicon) error {
	for _, word := range slices.Sorted(maps.Keys(l)) {
		if e := kept[word]; e != nil && e.heard {
			continue
		}
		if there, err := store.One(tx, store.Scan[bool], sqlWordThere, word); err != nil || !there {
			if err != nil {
				return err
			}
			continue
		}
		found, err := store.One(tx, store.Scan[bool], sqlWordFound, `({title tags body} : "`+word+`") NOT marks : "`+markMembers+`"`)
		if err != nil {
			return err
		}
		if found {
			continue
		}
		if _, err := tx.Exec(sqlWordForget, word); err != nil {
			return err
		}
	}
	clear(l)
	return nil
}
