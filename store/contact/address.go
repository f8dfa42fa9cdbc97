package contact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ways are the words a street begins with. What stands under loose is also
// an everyday word ("1 place libre", "2 cours de piano"): it counts only
// before a name.
const (
	ways = `rue|r\.|avenue|av\.?|boulevard|boul\.?|bd|bld|chemin|che?\.|route|rte|impasse|imp\.|allées?|all\.|quai|square|` +
		`ruelle|sentier|sente|venelle|faubourg|fbg|fg|lotissement|lot\.|hameau|lieu[ -]?dit|esplanade|promenade|rond[ -]point|` +
		`traverse|carrefour|parvis|chaussée`
	loose = `place|pl\.|passage|cours|montée|côte|résidence|rés\.|villa|cité|voie|clos|domaine|mail`
)

// space is one or two spaces, of any width, on one line.
const space = `[ \t\x{A0}\x{202F}]{1,2}`

var (
	numberAndWay = regexp.MustCompile(`(?i)(\d{1,4}(?:(?:` + space + `)?(?:bis|ter|quater|[a-d]))?)(?:,` + space + `|,|` + space + `)(?:(` + ways + `)|(` + loose + `))` + space)
	placeName    = regexp.MustCompile(`(?i)\b(?:lieu[ -]?dit|hameau|lotissement|résidence)` + space)
	postcode     = regexp.MustCompile(`^[, \t\x{A0}\x{202F}\-–]{1,4}\d{5}` + space)
	nameWord     = regexp.MustCompile(`^[\p{L}\d'’\-]+`)
	weekday      = regexp.MustCompile(`(?i)(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)` + space + `$`)
)

func addresses(text string) (found []Found) {
	for _, m := range numberAndWay.FindAllStringSubmatchIndex(text, -1) {
		if wordBefore(text, m[0]) || weekday.MatchString(text[max(0, m[0]-16):m[0]]) {
			continue
		}
		end := name(text, m[1], m[6] >= 0)
		if end == 0 {
			continue
		}
		if town := town(text, end); town > 0 {
			end = town
		}
		found = append(found, Found{Kind: Address, From: m[0], To: end})
	}
	for _, m := range placeName.FindAllStringIndex(text, -1) {
		if end := name(text, m[1], false); end > 0 {
			if town := town(text, end); town > 0 {
				found = append(found, Found{Kind: Address, From: m[0], To: town})
			}
		}
	}
	return found
}

// joining are the small words inside a street's name.
var joining = words("de du des d la le les l et en sur sous aux au à saint sainte st ste")

// common are names of places people write small: "12 place de la mairie".
var common = words("église eglise mairie fontaine marché marche halle halles école ecole gare poste foire foirail république " +
	"republique victoire liberté monument château chateau bourg lavoir temple chapelle bascule")

// after are words that follow an address in a sentence and are none of it.
var after = words("pour tel tél téléphone mail demain ce cet cette ou mais entre avant après dès chez avec sans matin soir midi " +
	"lundi mardi mercredi jeudi vendredi samedi dimanche code sonner appeler venir merci propose est sont a je nous on il elle " +
	"dans par vers près jusqu qui que où")

// months make a number part of a name: "rue du 8 mai 1945".
var months = words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")

// longest is how many words the name of a street has at most.
const longest = 9

// name is where the name of a street that begins at from ends; 0 when there is
// none. strict asks for a capital letter, or a word of common.
//
// Small words join; the first other word is the name's; then capitals and
// numbers of a date go on. Somebody who writes no capitals gets one more word.
func name(text string, from int, strict bool) (end int) {
	capitals, own := false, 0
	at := from
	for range longest {
		word := nameWord.FindString(text[at:])
		if word == "" {
			break
		}
		last := lastPart(word)
		switch {
		case joining[fold(last)] && own == 0:
		case joining[fold(last)] && capital(text, at+len(word)):
		case capital(word, 0) || last != word && capital(last, 0):
			capitals, own, end = true, own+1, at+len(word)
		case isNumber(word) && month(text, at+len(word)), own > 0 && isNumber(word) && len(word) == 4, own == 0 && months[fold(word)]:
			capitals, own, end = true, own+1, at+len(word)
		case own == 0 && (!strict || common[fold(last)]) && !after[fold(last)] && !isNumber(word),
			own == 1 && !capitals && !strict && !after[fold(last)] && !isNumber(word),
			own > 0 && months[fold(word)] && isNumber(text[end-1:end]):
			own, end = own+1, at+len(word)
		default:
			return end
		}
		gap := spaces(text, at+len(word))
		if gap == 0 {
			break
		}
		at += len(word) + gap
	}
	return end
}

// town is where ", 46100 Figeac" after an address ends; 0 when there is none.
func town(text string, from int) (end int) {
	m := postcode.FindStringIndex(text[from:])
	if m == nil {
		return 0
	}
	if end = name(text, from+m[1], false); end == 0 {
		return from + m[1] - spacesBefore(text, from+m[1])
	}
	return end
}

// lastPart is what follows the apostrophe of "l'Église".
func lastPart(word string) string {
	if i := strings.LastIndexAny(word, "'’"); i >= 0 {
		_, size := utf8.DecodeRuneInString(word[i:])
		if rest := word[i+size:]; rest != "" {
			return rest
		}
		return word[:i]
	}
	return word
}

// capital tells whether the word at text[at:], spaces left out, begins with a
// capital letter.
func capital(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at+spaces(text, at):])
	return unicode.IsUpper(r)
}

// month tells whether the word at text[at:], spaces left out, is a month.
func month(text string, at int) bool {
	return months[fold(nameWord.FindString(text[at+spaces(text, at):]))]
}

func isNumber(word string) bool {
	return word != "" && strings.Trim(word, "0123456789") == ""
}

// spaces is how many bytes of space stand at text[at:].
func spaces(text string, at int) int {
	rest := text[at:]
	return len(rest) - len(strings.TrimLeft(rest, " \t\u00a0\u202f"))
}

// spacesBefore is how many bytes of space stand right before text[at:].
func spacesBefore(text string, at int) int {
	return at - len(strings.TrimRight(text[:at], " \t\u00a0\u202f"))
}

func fold(word string) string { return strings.ToLower(word) }

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
