package ui

import (
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// homeHolidays are the holidays of the box's commune: its school zone, empty when
// unknown, and whether it keeps those of Alsace and Moselle.
type homeHolidays struct {
	School string
	Alsace bool
}

func holidaysOfHome(tx *store.Tx) (homeHolidays, error) {
	home, err := listing.HomeOf(tx)
	if err != nil {
		return homeHolidays{}, err
	}
	area, err := listing.AreaOf(tx, home.Commune)
	if store.KindOf(err) == store.NotFound {
		return homeHolidays{}, nil
	}
	return homeHolidays{calendar.SchoolZoneOf(area.Department), calendar.AlsaceMoselle(area.Department)}, err
}

// holidayNotes say what a day is: a public holiday, a day of the school
// holidays of a zone.
func (s *speech) holidayNotes(h homeHolidays, day time.Time) []string {
	var notes []string
	wall := calendar.WallOf(s.local(day))
	if key := calendar.PublicHoliday(wall, h.Alsace); key != "" {
		notes = append(notes, s.T("holiday.public."+key))
	}
	if h.School == "" {
		return notes
	}
	if key, known := calendar.SchoolHoliday(h.School, wall); known && key != "" {
		notes = append(notes, s.T("holiday.school", "holiday", s.T("holiday.school."+key), "zone", h.School))
	}
	return notes
}
