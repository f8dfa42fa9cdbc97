package contact

import (
	"regexp"
	"slices"
	"strings"
)

// A run is groups of digits and what stands between them; a group is digits,
// the first perhaps written with a letter O.
var (
	runOfDigits = regexp.MustCompile(`[Oo]?\d+(?:` + between + `\d+)*`)
	digitGroup  = regexp.MustCompile(`[Oo]?\d+`)
)

// between stands between two groups: up to three spaces, dots, dashes or
// slashes, a comma, the "(0)" of "+33 (0)5" or the end of "(05)".
const between = `(?: ?\(0\) ?|,|\) ?|[ \t\x{A0}\x{202F}\x{2009}./·_\-\x{2010}-\x{2013}]{1,3})`

// groupings are the ways the ten digits of a French number are grouped. What
// is not here, such as 2-2-4-2, is rather a date and an hour.
var groupings = []string{
	"10", "2 2 2 2 2", "4 2 2 2", "4 3 3", "2 4 4", "2 3 3 2", "3 3 4", "2 8", "4 6", "3 3 2 2", "2 2 3 3",
	"2 4 2 2", "2 2 2 4", "1 1 2 2 2 2", "1 9", "1 3 3 3",
}

// abroad is how many digits an international number has at least and at
// most, its country's among them (E.164).
const abroadMin, abroadMax = 8, 15

func phones(text string) (found []Found) {
	for _, run := range runOfDigits.FindAllStringIndex(text, -1) {
		groups := digitGroups(text, run)
		for i := 0; i < len(groups); {
			n := phoneAt(text, groups[i:])
			if n == 0 {
				i++
				continue
			}
			from := groups[i][0]
			if from > 0 && (text[from-1] == '+' || text[from-1] == '(' && text[groups[i][1]:][:1] == ")" && n > 1) {
				from--
			}
			found = append(found, Found{Kind: Phone, From: from, To: groups[i+n-1][1]})
			i += n
		}
	}
	return found
}

// digitGroups are the groups of a run without the "(0)" of "+33 (0)5".
func digitGroups(text string, run []int) (groups [][2]int) {
	for _, g := range digitGroup.FindAllStringIndex(text[run[0]:run[1]], -1) {
		from, to := run[0]+g[0], run[0]+g[1]
		if text[from:to] == "0" && from > 0 && text[from-1] == '(' && to < len(text) && text[to] == ')' {
			continue
		}
		groups = append(groups, [2]int{from, to})
	}
	return groups
}

// phoneAt is how many of the groups, from the first on, are a phone number; 0
// when they begin none.
func phoneAt(text string, groups [][2]int) int {
	from := groups[0][0]
	first := text[from:groups[0][1]]
	switch {
	case from > 0 && text[from-1] == '+':
		return international(text, groups, 0)
	case strings.HasPrefix(first, "00"):
		return international(text, groups, 2)
	case wordBefore(text, from):
		return 0
	case strings.ContainsRune("0Oo", rune(first[0])):
		return national(text, groups)
	}
	return 0
}

// national matches the ten digits of "05 65 00 00 00".
func national(text string, groups [][2]int) int {
	digits, shape := take(text, groups, 10)
	if len(digits) != 10 || digits[1] < '1' || digits[1] > '9' || !slices.Contains(groupings, strings.Join(shape, " ")) {
		return 0
	}
	if wordAfter(text, groups[len(shape)-1][1]) {
		return 0
	}
	return len(shape)
}

// international matches what follows "+", or "00" when skip is 2.
func international(text string, groups [][2]int, skip int) int {
	digits, shape := take(text, groups, skip+11)
	if strings.HasPrefix(digits[min(skip, len(digits)):], "33") {
		if len(digits) != skip+11 {
			return 0
		}
		return len(shape)
	}
	for most := skip + abroadMax; most >= skip+abroadMin; most-- {
		digits, shape = take(text, groups, most)
		if len(digits) >= skip+abroadMin && digits[skip] != '0' {
			return len(shape)
		}
	}
	return 0
}

// take is the digits of the groups that hold at most n together, and how long
// each of them is.
func take(text string, groups [][2]int, n int) (digits string, shape []string) {
	var b strings.Builder
	for _, g := range groups {
		if b.Len()+g[1]-g[0] > n {
			break
		}
		b.WriteString(text[g[0]:g[1]])
		shape = append(shape, lengths[g[1]-g[0]])
	}
	return b.String(), shape
}

// lengths are the lengths of groups as words of groupings; no group take
// takes is longer than two and the longest international number.
var lengths = [...]string{"", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17"}
