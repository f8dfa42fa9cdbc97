package directory

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"copi.local/store/listing"
)

// ParseHours reads opening hours as OpenStreetMap writes them, and as people
// do: "Mo-Fr 09:00-12:00", "du lundi au vendredi de 9 h à 12 h et de 14 h à
// 18 h", "mardi et jeudi 14h-17h, samedi 9h30-12h". It takes all of it or
// nothing: half of an opening hour misleads.
func ParseHours(s string) (Hours, bool) {
	switch listing.Fold(s) {
	case "":
		return Hours{}, false
	case "24 7", "24h 24", "24 h 24", "24 24", "24h 24 7j 7", "24h 24 et 7j 7", "24 h 24 7 j 7", "toujours ouvert":
		return Hours{[]HoursRule{{Days: everyDay, Spans: []HoursSpan{{0, aDay}}}}}, true
	}
	tokens, ok := hoursTokens(s)
	if !ok {
		return Hours{}, false
	}
	p := hoursParser{tokens: tokens}
	for p.more() {
		if !p.rule() {
			return Hours{}, false
		}
	}
	return Hours{p.rules}, len(p.rules) > 0 && len(p.rules) <= 20
}

var everyDay = [7]bool{true, true, true, true, true, true, true}

// What a word of opening hours may be.
type hoursWord uint8

const (
	wordDay   hoursWord = iota + 1
	wordMonth           // of the year, from 1
	wordTime            // minutes
	wordTo              // - , au, à
	wordAnd             // , et /
	wordEnd             // ; or a new line
	wordOff             // closed
	wordFeast           // public holidays
	wordNth             // [1], premier
	wordIdle            // says nothing: "du", "ouvert"
)

type hoursToken struct {
	word  hoursWord
	value int
}

// hoursWords are the words by their folded spelling. Words that change what
// the others say, such as "sauf", are left out: not understood.
var hoursWords = map[string]hoursToken{}

func init() {
	add := func(word hoursWord, value int, spellings string) {
		for _, s := range strings.Fields(spellings) {
			hoursWords[s] = hoursToken{word, value}
		}
	}
	for i, s := range []string{
		"mo lundi lundis lun lu", "tu mardi mardis mar ma", "we mercredi mercredis mer me", "th jeudi jeudis jeu je",
		"fr vendredi vendredis ven ve", "sa samedi samedis sam", "su dimanche dimanches dim di",
	} {
		add(wordDay, i, s)
	}
	for i, s := range []string{
		"jan janvier", "feb fevrier fev", "mars", "apr avril avr", "may mai", "jun juin", "jul juillet juil", "aug aout", "sep septembre sept",
		"oct octobre", "nov novembre", "dec decembre",
	} {
		add(wordMonth, i+1, s)
	}
	for i, s := range []string{"premier", "deuxieme", "troisieme", "quatrieme"} {
		add(wordNth, i+1, s)
	}
	add(wordNth, -1, "dernier")
	add(wordTo, 0, "au a")
	add(wordAnd, 0, "et")
	add(wordOff, 0, "off closed ferme fermee")
	add(wordFeast, 0, "ph feries")
	add(wordIdle, 0, "du de des d le la les ouvert ouverte horaires")
}

// hoursSigns are the words of one sign.
var hoursSigns = map[byte]hoursWord{'-': wordTo, ',': wordAnd, '/': wordAnd, ';': wordEnd, '\n': wordEnd}

// hoursTokens takes a text apart; false when it holds a word nobody knows.
func hoursTokens(s string) (list []hoursToken, ok bool) {
	if len(s) > 4*MaxText {
		return nil, false
	}
	s = strings.NewReplacer("–", "-", "—", "-", "\u00a0", " ", "\u202f", " ", "\r", "",
		"tous les jours", "Mo-Su", "Tous les jours", "Mo-Su", "jours fériés", "PH").Replace(s)
	for {
		if s = strings.TrimLeft(s, " \t.'’:"); s == "" {
			return list, true
		}
		var t hoursToken
		if t, s, ok = hoursWordOf(s, list); !ok {
			return nil, false
		}
		if t.word != wordIdle {
			list = append(list, t)
		}
	}
}

// hoursWordOf reads one word off the beginning of s.
func hoursWordOf(s string, before []hoursToken) (t hoursToken, rest string, ok bool) {
	if w, sign := hoursSigns[s[0]]; sign {
		return hoursToken{w, 0}, s[1:], true
	}
	if s[0] == '[' {
		nth, rest, found := strings.Cut(s[1:], "]")
		n, err := strconv.Atoi(nth)
		return hoursToken{wordNth, n}, rest, found && err == nil && n != 0 && n >= -1 && n <= 5
	}
	if isDigit(s[0]) {
		return hoursTime(s)
	}
	n := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if n < 0 {
		n = len(s)
	}
	word, rest := s[:n], s[n:]
	if word == "Mar" && march(rest, before) {
		return hoursToken{wordMonth, 3}, rest, true
	}
	t, ok = hoursWords[listing.Fold(word)]
	return t, rest, ok && n > 0
}

// march tells whether "Mar" is the month and not mardi: when a month follows,
// or came before.
func march(rest string, before []hoursToken) bool {
	if n := len(before); n >= 2 && before[n-1].word == wordTo && before[n-2].word == wordMonth {
		return true
	}
	if !strings.HasPrefix(rest, "-") || len(rest) < 4 {
		return false
	}
	return hoursWords[strings.ToLower(rest[1:4])].word == wordMonth
}

// hoursTime reads 9h, 9 h 30, 09:30, 9h30, and 1er, 2e.
func hoursTime(s string) (t hoursToken, rest string, ok bool) {
	digits := func(most int) (n int, ok bool) {
		i := 0
		for i < min(len(s), most) && isDigit(s[i]) {
			n = n*10 + int(s[i]-'0')
			i++
		}
		s = s[i:]
		return n, i > 0
	}
	h, _ := digits(2)
	for _, ending := range []string{"ère", "ème", "er", "e "} {
		if strings.HasPrefix(s, ending) && h >= 1 && h <= 5 {
			return hoursToken{wordNth, h}, s[len(ending):], true
		}
	}
	if s != "" && isDigit(s[0]) {
		return t, s, false // a year, or a price
	}
	after := strings.TrimLeft(s, " ")
	sep := strings.HasPrefix(after, "h") || strings.HasPrefix(after, "H")
	colon := strings.HasPrefix(s, ":")
	if !sep && !colon {
		return t, s, false
	}
	if sep {
		s = strings.TrimPrefix(after[1:], "eures")
		s = strings.TrimPrefix(s, "eure")
		if trimmed := strings.TrimLeft(s, " "); len(trimmed) > 1 && isDigit(trimmed[0]) && isDigit(trimmed[1]) && !hourFollows(trimmed) {
			s = trimmed
		}
	} else {
		s = s[1:]
	}
	m, given := digits(2)
	if colon && !given || m > 59 || h*60+m > 2*aDay || h > 26 {
		return t, s, false
	}
	return hoursToken{wordTime, h*60 + m}, s, true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// hourFollows tells whether digits are the next hour and not minutes.
func hourFollows(s string) bool {
	rest := strings.TrimLeft(s[2:], " ")
	return strings.HasPrefix(rest, "h") || strings.HasPrefix(rest, ":")
}

// hoursParser makes rules of tokens.
type hoursParser struct {
	tokens []hoursToken
	at     int
	and    bool // the rule to come stands beside the one before
	rules  []HoursRule
}

func (p *hoursParser) more() bool { return p.at < len(p.tokens) }

func (p *hoursParser) is(w hoursWord) bool { return p.more() && p.tokens[p.at].word == w }

func (p *hoursParser) take(w hoursWord) (int, bool) {
	if !p.is(w) {
		return 0, false
	}
	p.at++
	return p.tokens[p.at-1].value, true
}

// follows tells whether the word after the next is one of some.
func (p *hoursParser) follows(words ...hoursWord) bool {
	return p.at+1 < len(p.tokens) && slices.Contains(words, p.tokens[p.at+1].word)
}

// rule reads one rule and what separates it from the next.
func (p *hoursParser) rule() bool {
	r := HoursRule{And: p.and}
	if !p.months(&r) || !p.days(&r) {
		return false
	}
	if r.Days == ([7]bool{}) && !r.Holidays {
		if len(p.rules) > 0 && r.From == 0 {
			return false // of which days?
		}
		r.Days = everyDay
	}
	if _, r.Off = p.take(wordOff); !r.Off && !p.spans(&r) {
		return false
	}
	if r.Off && len(p.rules) == 0 && !p.more() {
		return false
	}
	p.rules = append(p.rules, r)
	return p.between()
}

// between reads what stands between two rules.
func (p *hoursParser) between() bool {
	p.and = false
	if !p.more() || p.is(wordDay) { // "lundi 9h-12h mardi 14h-18h"
		return true
	}
	if p.is(wordAnd) {
		p.and = true
		ok := p.follows(wordDay, wordFeast, wordNth, wordMonth)
		p.at++
		return ok
	}
	_, end := p.take(wordEnd)
	for p.is(wordEnd) {
		p.at++
	}
	return end
}

// months reads "Apr-Sep" or "d'avril à septembre".
func (p *hoursParser) months(r *HoursRule) bool {
	from, ok := p.take(wordMonth)
	if !ok {
		return true
	}
	r.From, r.To = time.Month(from), time.Month(from)
	if _, ok := p.take(wordTo); ok {
		to, ok := p.take(wordMonth)
		r.To = time.Month(to)
		return ok
	}
	return true
}

// days reads "Mo-Fr", "lundi, mercredi et vendredi", "1er samedi".
func (p *hoursParser) days(r *HoursRule) bool {
	for {
		nth, has := p.take(wordNth)
		if _, feast := p.take(wordFeast); feast {
			r.Holidays = true
		} else if d, ok := p.take(wordDay); ok {
			if !p.dayRange(r, d) {
				return false
			}
		} else {
			return !has
		}
		if n, ok := p.take(wordNth); ok {
			nth = n
		}
		if nth != 0 {
			if r.Nth != 0 && r.Nth != nth {
				return false
			}
			r.Nth = nth
		}
		if !p.is(wordAnd) || !p.follows(wordDay, wordFeast, wordNth) {
			return true
		}
		p.at++
	}
}

func (p *hoursParser) dayRange(r *HoursRule, from int) bool {
	to := from
	if _, ok := p.take(wordTo); ok {
		if to, ok = p.take(wordDay); !ok {
			return false
		}
	}
	for d := from; ; d = (d + 1) % 7 {
		r.Days[d] = true
		if d == to {
			return true
		}
	}
}

// spans reads "09:00-12:00,14:00-18:00" or "de 9 h à 12 h et de 14 h à 18 h".
func (p *hoursParser) spans(r *HoursRule) bool {
	for {
		from, ok := p.take(wordTime)
		if _, dash := p.take(wordTo); !ok || !dash || from >= aDay {
			return false
		}
		to, ok := p.take(wordTime)
		if !ok {
			return false
		}
		if to <= from {
			to += aDay
		}
		r.Spans = append(r.Spans, HoursSpan{from, to})
		if len(r.Spans) > 6 {
			return false
		}
		if !p.is(wordAnd) || !p.follows(wordTime) {
			return true
		}
		p.at++
	}
}
