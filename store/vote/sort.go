package vote

import (
	"slices"
	"strconv"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/vote/tally"
)

// Sort is what a decision is about.
type Sort string

// The sorts.
const (
	Words    Sort = ""            // something in words, for or against or among choices
	Dates    Sort = "date"        // when to meet
	Lot      Sort = "sortition"   // who is to do something, drawn by lot
	Election Sort = "nocandidate" // who is to do something, named by all: nobody stands
)

// Sorts lists them.
var Sorts = []Sort{Words, Dates, Lot, Election}

// countedBy tells whether a method is one of the sort.
func (s Sort) countedBy(m tally.Method) bool {
	switch s {
	case Dates:
		return m == tally.Date
	case Lot:
		return m == tally.Sorted
	case Election:
		return m == tally.NoCandidate
	default:
		return m != tally.Date && m != tally.NoCandidate && m != tally.Sorted
	}
}

// checkSort tells what is wrong with what only some sorts have. Dates are put
// in order; an hour no clock shows is refused, with the one after it (DE-6).
func (p *Proposal) checkSort() *store.Error {
	switch {
	case !slices.Contains(Sorts, p.Sort):
		return store.E(store.Invalid, "err.vote.rule").At("sort")
	case (p.Sort == Lot || p.Sort == Election) && len(p.Choices) > 0:
		return store.E(store.Invalid, "err.vote.no_choices").At("choices")
	case p.Sort != Dates:
		return nil
	case len(p.Choices) < MinChoices:
		return store.E(store.Invalid, "err.vote.dates", "min", MinChoices, "max", MaxChoices).At("when_0_day")
	}
	if p.Zone == "" {
		p.Zone = Paris
	}
	zone, err := calendar.Location(p.Zone)
	if err != nil {
		return store.E(store.Invalid, "err.agenda.zone").At("when_0_day")
	}
	for i, c := range p.Choices {
		row := "when_" + strconv.Itoa(i)
		w, err := calendar.ParseWall(c)
		if err != nil {
			return store.E(store.Invalid, "err.vote.date_unclear").At(row + "_day")
		}
		if _, proposed, ok := w.In(zone, false); !ok {
			return store.E(store.Invalid, "err.agenda.skipped_hour", "hour", proposed.Hour, "minute", proposed.String()[14:]).At(row + "_time")
		}
		if slices.Contains(p.Choices[:i], c) {
			return store.E(store.Invalid, "err.vote.date_twice").At(row + "_day")
		}
	}
	slices.Sort(p.Choices)
	return nil
}

// Date is the date that was chosen, on the wall; ok is false while there is
// none.
func (p *Proposal) Date(m *Minutes) (w calendar.Wall, ok bool) {
	won := m.Won()
	if p.Sort != Dates || len(won) != 1 {
		return w, false
	}
	w, err := calendar.ParseWall(m.Options[won[0]])
	return w, err == nil
}
