package listing

import (
	"slices"
	"strings"
	"unicode/utf8"

	"copi.local/store"
)

// Limits of a search. What is beyond them is cut off, not refused: somebody
// pasted a page into the search field.
const (
	maxQuery = 200 // characters
	maxWords = 12
)

// small are the words a person adds or leaves out without meaning anything.
var small = map[string]bool{}

func init() {
	for _, w := range strings.Fields("a au aux avec ce ces dans de des du elle en et il je la le les leur lui ma mais me " +
		"mes mon ne nos notre nous on ou par pas pour qu que qui sa se ses son ta te tes ton tu un une vos votre vous y the of and") {
		small[w] = true
	}
}

// terms are the folded words to search for: none of the small ones, unless
// there are no others.
func terms(q string) []string {
	if utf8.RuneCountInString(q) > maxQuery {
		q = string([]rune(q)[:maxQuery])
	}
	all := strings.Fields(Fold(q))
	var kept []string
	for _, w := range all {
		if !small[w] && utf8.RuneCountInString(w) > 1 {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		kept = all
	}
	return kept[:min(len(kept), maxWords)]
}

// match builds the FTS5 query for q: every word must occur, the last one at
// least as a beginning, a tag in any of its spellings. Only quoted strings of
// letters and digits get in, so nothing typed is an operator. It is empty when
// q has no word. For a ranked search a whole word counts beside the beginning
// that covers it, so that it weighs more; merging the two takes twice the time,
// which no other search has use for.
func match(tx *store.Tx, q string, ranked bool) (string, error) {
	words := terms(q)
	groups := make([]string, 0, len(words))
	for i, w := range words {
		forms, err := spellings(tx, w)
		if err != nil {
			return "", err
		}
		group := anyOf(append([]string{w}, forms...), i == len(words)-1)
		others := slices.ContainsFunc(forms, func(form string) bool { return form != w })
		if i == len(words)-1 && !ranked && !others && stem(w) == w {
			group = beginning(w)
		}
		groups = append(groups, group)
	}
	if len(groups) == 0 {
		return "", nil
	}
	all := strings.Join(groups, " AND ")
	if len(words) < 2 {
		return all, nil
	}
	whole, err := spellings(tx, strings.Join(words, " ")) // a tag of several words
	if err != nil || len(whole) == 0 {
		return all, err
	}
	return "(" + all + ") OR " + anyOf(whole, false), nil
}

// anyOf is the FTS5 expression for any of the forms, each of one or more
// folded words; the first one also as a beginning when open.
func anyOf(forms []string, open bool) string {
	seen := map[string]bool{}
	var parts []string
	add := func(p string) {
		if !seen[p] {
			seen[p] = true
			parts = append(parts, p)
		}
	}
	for i, form := range forms {
		var words []string
		for _, w := range strings.Fields(form) {
			words = append(words, `"`+stem(w)+`"`)
		}
		add(strings.Join(words, " AND "))
		if i == 0 && open {
			add(beginning(form))
		}
	}
	return "((" + strings.Join(parts, ") OR (") + "))"
}

// beginning is the FTS5 expression for words that begin with a folded one.
func beginning(word string) string { return `"` + word + `"*` }
