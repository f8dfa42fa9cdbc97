package listing

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds within which two cards of two boxes are one event (FE-11), beside
// beginning in the same minute, or all day on the same day.
const (
	sameKM   = 0.5 // between two places; where one has none both are of one commune
	maxSlips = 2   // words of a title with one slip of the hand each
)

// rival is what decides whether a card is the same event as another.
type rival struct {
	row, origin int64
	title       string // folded
	commune     string
	at          *Point
	state       int64 // cancelled, postponed: boxes that disagree about it are both heard
}

// same tells whether two boxes speak of one event that begins then. Two cards
// of one box are two events: its authors see both.
func (a *rival) same(b *rival) bool {
	return a.origin != b.origin && a.state == b.state && a.beside(b) && sameTitle(a.title, b.title)
}

// beside tells whether two cards are in one place.
func (a *rival) beside(b *rival) bool {
	if a.at == nil || b.at == nil {
		return a.commune != "" && a.commune == b.commune
	}
	return a.at.DistanceKM(*b.at) <= sameKM
}

// sameTitle tells whether two folded titles are the same, spaces apart, or
// their words are but for a few slips (a letter more, less, other, or two
// changed round: Damerau and Levenshtein's distance of 1) in words long enough
// for that. Numbers never slip, nor do short words: "équipe A" is not "équipe B".
func sameTitle(a, b string) bool {
	if a == b {
		return a != ""
	}
	if strings.ReplaceAll(a, " ", "") == strings.ReplaceAll(b, " ", "") {
		return true
	}
	words, others := strings.Fields(a), strings.Fields(b)
	if len(words) != len(others) {
		return false
	}
	slips := 0
	for i, w := range words {
		if w == others[i] {
			continue
		}
		slips++
		if slips > maxSlips || utf8.RuneCountInString(w) < minSlip || utf8.RuneCountInString(others[i]) < minSlip || !slip(w, others[i]) {
			return false
		}
	}
	return true
}

// Length of a minute and a day, in seconds.
const (
	minute = 60
	day    = 24 * 60 * minute
)

// momentOf is when a card begins, as listing_twins has it. A day begins at a
// midnight somewhere: counted from noon, that is the same day in every zone.
func momentOf(starts time.Time, allDay bool) int64 {
	if allDay {
		return -1 - (starts.Unix()+day/2)/day
	}
	return starts.Unix() / minute
}

// within are the starts of a moment, from one to before the other.
func within(moment int64) (from, to int64, allDay bool) {
	if moment < 0 {
		from = (-1-moment)*day - day/2
		return from, from + day, true
	}
	return moment * minute, (moment + 1) * minute, false
}
