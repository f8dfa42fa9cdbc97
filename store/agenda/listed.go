package agenda

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// Horizon is up to when the dates of a series without an end are in the
// lists: the end of the second year after this one.
func Horizon(now time.Time) time.Time {
	return time.Date(now.Year()+3, time.January, 1, 0, 0, 0, 0, time.UTC)
}

// occasions are the dates of a series for its card, from a year ago to the
// horizon. A date a public holiday strikes out is among them, cancelled; the
// weeks of the school holidays are not: they would bury the rest.
func (e *Event) occasions(now time.Time) []listing.Occasion {
	if !e.Repeats() {
		return nil
	}
	var list []listing.Occasion
	for _, d := range e.Dates(now.AddDate(-1, 0, 0), Horizon(now)) {
		if strings.HasPrefix(d.Struck, "school:") {
			continue
		}
		list = append(list, listing.Occasion{StartsAt: d.At, EndsAt: d.Until, Cancelled: d.Off() || e.Off(), Summary: e.summaryOn(&d)})
	}
	list = slices.CompactFunc(list, func(a, b listing.Occasion) bool { return a.StartsAt.Equal(b.StartsAt) })
	return list[:min(len(list), listing.MaxOccasions)]
}

// carry gives a card the dates of the series, or its last where all are long
// gone, or its first where all are beyond the horizon.
func (e *Event) carry(c *listing.Card, now time.Time) {
	if c.Occasions = e.occasions(now); len(c.Occasions) > 0 || !e.Repeats() {
		return
	}
	if last, ok := e.Last(); ok && last.Before(now) {
		if dates := e.Dates(last.Add(-time.Second), last.Add(time.Second)); len(dates) > 0 {
			d := dates[len(dates)-1]
			c.StartsAt, c.EndsAt = d.At, d.Until
		}
	}
}

// edition is up to when, and by which table of school holidays, the card of a
// series has its dates; empty when it will never have others.
func (e *Event) edition(now time.Time) string {
	if !e.Repeats() {
		return ""
	}
	horizon := Horizon(now)
	if last, ok := e.Last(); ok && e.Skip.School == "" && last.Before(horizon) {
		return ""
	}
	return editionOf(horizon, e.Skip.School)
}

func editionOf(horizon time.Time, school string) string {
	s := horizon.Format(time.DateOnly)
	if school != "" {
		s += " " + calendar.SchoolEdition()
	}
	return s
}

// extendedAtOnce bounds how long others wait for a run.
const extendedAtOnce = 50

// extend lists the dates that came within the horizon, and those that a new
// table of school holidays changes.
func extend(tx *store.Tx) error {
	horizon := Horizon(tx.Now)
	ids, err := store.All(tx, store.Scan[string], sqlStale, editionOf(horizon, ""), editionOf(horizon, "A"), extendedAtOnce)
	if err != nil {
		return err
	}
	for _, id := range ids {
		e, err := store.One(tx, scanEvent, sqlByID, id)
		if err != nil {
			return err
		}
		if err := put(tx, &e); err != nil {
			return err
		}
	}
	if len(ids) == extendedAtOnce {
		return store.ErrMore
	}
	return nil
}
