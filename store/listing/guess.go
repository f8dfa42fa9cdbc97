package listing

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"copi.local/store"
)

// Guess is a search somebody may have meant.
type Guess struct {
	Q string
	N int64 // what it finds, exactly
}

// Bounds of guessing: it answers who found nothing, and must cost no more than
// a search.
const (
	longWord    = 9    // letters from which on two slips are forgiven
	nearbyWords = 3000 // looked at from each end
	guessed     = 6    // words counted
	guesses     = 3    // offered
)

// Guesses proposes searches with other words where q has some that the actor
// finds nothing by: words of the vocabulary a slip away, those that find most
// first. What only residents read is no more known to a visitor than a word
// nobody ever wrote, and takes the same way here (RE-6).
func Guesses(tx *store.Tx, q Query) ([]Guess, error) {
	q.Cursor, q.Order = "", ByDefault
	var unknown []string
	words := terms(q.Q)
	for i, w := range words {
		known, err := knows(tx, w, i == len(words)-1)
		if err != nil {
			return nil, err
		}
		if !known {
			unknown = append(unknown, w)
		}
	}
	if len(unknown) == 0 || len(unknown) > 2 {
		return nil, nil
	}
	tries := []string{q.Q}
	for _, w := range unknown {
		near, err := nearby(tx, w)
		if err != nil || len(near) == 0 {
			return nil, err
		}
		if len(unknown) > 1 {
			near = near[:1]
		}
		var next []string
		for _, try := range tries {
			for _, n := range near {
				shown, err := asWritten(tx, n)
				if err != nil {
					return nil, err
				}
				next = append(next, replaceWord(try, w, shown))
			}
		}
		tries = next
	}
	return counted(tx, q, tries)
}

// counted are the tries that find something, the most first.
func counted(tx *store.Tx, q Query, tries []string) ([]Guess, error) {
	var out []Guess
	for _, try := range tries {
		q.Q = try
		n, err := Count(tx, q)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, Guess{try, n})
		}
	}
	slices.SortStableFunc(out, func(a, b Guess) int { return cmp.Compare(b.N, a.N) })
	return out[:min(len(out), guesses)], nil
}

// knows tells whether the actor finds anything by a folded word, as a beginning
// when it is the last one.
func knows(tx *store.Tx, word string, last bool) (bool, error) {
	forms, err := spellings(tx, word)
	if err != nil {
		return false, err
	}
	s := &search{}
	return store.One(tx, store.Scan[bool], sqlWordFound, s.marked(anyOf(append([]string{word}, forms...), last), role(tx)))
}

// nearby are words of the vocabulary a slip away from a folded one, two from a
// long one; the nearest first. A slip leaves the beginning or the end of a word
// as it was, so that only words that share one are looked at.
func nearby(tx *store.Tx, word string) ([]string, error) {
	if !spelled(word) {
		return nil, nil
	}
	letters := []rune(word)
	limit, same := 1, (len(letters)-1)/2
	if len(letters) >= longWord {
		limit, same = 2, len(letters)/3
	}
	found, err := fromEnd(tx, sqlWordsAhead, string(letters[:same]), len(letters), limit)
	if err != nil {
		return nil, err
	}
	back, err := fromEnd(tx, sqlWordsBack, mirrored(string(letters[len(letters)-same:])), len(letters), limit)
	if err != nil {
		return nil, err
	}
	type candidate struct {
		word string
		off  int
	}
	var near []candidate
	for _, w := range append(found, back...) {
		if n := edits(letters, []rune(w), limit); n > 0 && n <= limit {
			near = append(near, candidate{w, n})
		}
	}
	first, _ := utf8.DecodeRuneInString(word)
	strange := func(w string) int { // few people mistype the first letter
		if strings.HasPrefix(w, string(first)) {
			return 0
		}
		return 1
	}
	slices.SortFunc(near, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(strange(a.word), strange(b.word)), cmp.Compare(a.word, b.word))
	})
	near = slices.Compact(near)
	var out []string
	for _, c := range near[:min(len(near), guessed)] {
		out = append(out, c.word)
	}
	return out, nil
}

// fromEnd are words that begin with some letters, or end with them where the
// statement reads them mirrored.
func fromEnd(tx *store.Tx, statement, letters string, n, slack int) ([]string, error) {
	return store.All(tx, store.Scan[string], statement, letters, letters+"\U0010ffff", n-slack, n+slack, nearbyWords)
}

// asWritten is a folded word as a card the actor sees writes it: école for
// ecole.
func asWritten(tx *store.Tx, word string) (string, error) {
	res, err := Find(tx, Query{Q: word, Limit: 3})
	if err != nil {
		return "", err
	}
	for _, c := range res.Cards {
		for _, w := range strings.FieldsFunc(c.Title+" "+strings.Join(c.Tags, " ")+" "+c.Summary, notOfWord) {
			if Fold(w) == word {
				return strings.ToLower(w), nil
			}
		}
	}
	return word, nil
}

func notOfWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) }

// replaceWord puts another word where text has the folded one.
func replaceWord(text, word, by string) string {
	var b strings.Builder
	for text != "" {
		start := strings.IndexFunc(text, func(r rune) bool { return !notOfWord(r) })
		if start < 0 {
			break
		}
		b.WriteString(text[:start])
		text = text[start:]
		end := strings.IndexFunc(text, notOfWord)
		if end < 0 {
			end = len(text)
		}
		if w := text[:end]; Fold(w) == word {
			b.WriteString(by)
		} else {
			b.WriteString(w)
		}
		text = text[end:]
	}
	return b.String() + text
}
