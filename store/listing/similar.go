package listing

import (
	"cmp"
	"slices"
	"strings"

	"copi.local/store"
)

// Likeness is why two tags may be one.
type Likeness string

// The likenesses, the surest first.
const (
	SameSpaces Likeness = "spaces" // vide-grenier, videgrenier
	SameStem   Likeness = "stem"   // plural, feminine, inclusive
	OneLetter  Likeness = "letter" // a slip of the hand
)

// Similarity is two tags that may be one, the commoner or else the shorter as B.
type Similarity struct {
	A, B Tag
	Why  Likeness
}

// Bounds of what is proposed: shorter words resemble each other by chance.
const (
	minStemmed = 3
	minSlip    = 5
)

// Similar proposes tags to merge, the most used first, at most limit of them.
// Each tag is in one pair only: after one merge the others look different.
// Accents and capitals never make two tags.
func Similar(tx *store.Tx, limit int) ([]Similarity, error) {
	if err := tx.Actor.Need(store.Moderator); err != nil {
		return nil, err
	}
	tags, err := store.All(tx, scanTag, sqlTagCounts)
	if err != nil {
		return nil, err
	}
	apart, err := apartNow(tx)
	if err != nil {
		return nil, err
	}
	found := alike(tags)
	slices.SortStableFunc(found, func(a, b Similarity) int {
		return cmp.Or(cmp.Compare(a.Why.rank(), b.Why.rank()), cmp.Compare(b.A.N+b.B.N, a.A.N+a.B.N), cmp.Compare(a.A.Key, b.A.Key))
	})
	var out []Similarity
	taken := map[string]bool{}
	for _, s := range found {
		if len(out) == limit {
			break
		}
		if taken[s.A.Key] || taken[s.B.Key] || apart[couple(s.A.Key, s.B.Key)] {
			continue
		}
		taken[s.A.Key], taken[s.B.Key] = true, true
		if s.A.Name, err = TagName(tx, s.A.Key); err != nil {
			return nil, err
		}
		if s.B.Name, err = TagName(tx, s.B.Key); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (l Likeness) rank() int { return slices.Index([]Likeness{SameSpaces, SameStem, OneLetter}, l) }

// apartNow is what stewards told apart, by what the tags are called now.
func apartNow(tx *store.Tx) (map[[2]string]bool, error) {
	acts, err := store.All(tx, scanTagAct, sqlTagActs)
	if err != nil {
		return nil, err
	}
	b := newBook()
	for _, a := range acts {
		if a.UndoneAt.IsZero() {
			b.do(a)
		}
	}
	return b.apart, nil
}

// alike finds the pairs. Words that differ by one slip have their beginning or
// their end in common, so that only these are compared.
func alike(tags []Tag) []Similarity {
	var out []Similarity
	seen := map[[2]string]bool{}
	add := func(a, b Tag, why Likeness) {
		if cmp.Or(cmp.Compare(a.N, b.N), cmp.Compare(len(b.Key), len(a.Key)), cmp.Compare(a.Key, b.Key)) > 0 {
			a, b = b, a
		}
		if k := couple(a.Key, b.Key); a.Key != b.Key && !seen[k] {
			seen[k] = true
			out = append(out, Similarity{A: a, B: b, Why: why})
		}
	}
	pairs := func(why Likeness, bucket func(string) []string, same func(a, b string) bool) {
		buckets := map[string][]Tag{}
		for _, t := range tags {
			for _, name := range bucket(t.Key) {
				for _, other := range buckets[name] {
					if same(t.Key, other.Key) {
						add(t, other, why)
					}
				}
				buckets[name] = append(buckets[name], t)
			}
		}
	}
	always := func(string, string) bool { return true }
	pairs(SameSpaces, func(k string) []string { return []string{strings.ReplaceAll(k, " ", "")} }, always)
	pairs(SameStem, func(k string) []string { return []string{neutral(k)} }, func(a, b string) bool { return len(a) >= minStemmed && len(b) >= minStemmed })
	pairs(OneLetter, halves, slip)
	return out
}

// halves are the two halves of a word, less the letter in the middle that a
// slip may take from both.
func halves(key string) []string {
	r := []rune(key)
	if len(r) < minSlip {
		return nil
	}
	n := (len(r) - 2) / 2
	return []string{"<" + string(r[:n]), ">" + string(r[len(r)-n:]), "<" + string(r[:n-1]), ">" + string(r[len(r)-n+1:])}
}

// slip tells whether two words are one slip of the hand apart; a digit is
// never a slip.
func slip(a, b string) bool {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, s)
	}
	return digits(a) == digits(b) && edits([]rune(a), []rune(b), 1) == 1
}

// endings of feminine words, and the masculine ones they go with.
var endings = []struct{ feminine, masculine string }{
	{"trice", "teur"}, {"euse", "eur"}, {"iere", "ier"}, {"enne", "en"}, {"onne", "on"}, {"elle", "el"}, {"ive", "if"}, {"e", ""},
}

// rests are what inclusive writing leaves behind when its point is a full stop,
// a dash or a bracket.
var rests = []string{"e", "es", "s", "ne", "nes", "le", "les", "te", "tes", "trice", "trices", "euse", "euses", "rice", "rices", "iere", "ieres", "ere", "eres"}

// neutral is a folded tag without plural, feminine and inclusive endings.
func neutral(key string) string {
	var words []string
	for _, w := range strings.Fields(key) {
		if len(words) > 0 && len(words[len(words)-1]) > 3 && slices.Contains(rests, w) {
			continue
		}
		words = append(words, singular(w))
	}
	return strings.Join(words, " ")
}

func singular(w string) string {
	if len(w) < minStemmed+1 {
		return w
	}
	if strings.HasSuffix(w, "aux") {
		w = strings.TrimSuffix(w, "aux") + "al"
	}
	w = strings.TrimRight(w, "sx")
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(w, e.feminine); ok && len(rest) >= minStemmed {
			w = rest + e.masculine
			break
		}
	}
	return strings.TrimRight(w, "sx") // insoumise, insoumis
}
