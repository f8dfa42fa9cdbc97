package appliance

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"copi.local/store/calendar"
	"copi.local/ui"
)

// holidaysFile is the table of school holidays an operator may put into the
// data directory, in place of the one in the program.
const holidaysFile = "school-holidays.csv"

// useHolidays takes the operator's table, if there is one. One with a mistake
// leaves ours in force.
func useHolidays(dir string) error {
	f, err := os.Open(filepath.Join(dir, holidaysFile))
	if errors.Is(err, fs.ErrNotExist) {
		return calendar.UseSchoolHolidays(nil)
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return calendar.UseSchoolHolidays(f)
}

// warnHolidays is how long before the last known day the operator is told.
const warnHolidays = 60 * 24 * time.Hour

// holidays tells of a table that cannot be read, or that ends soon; of nothing
// when all is well.
func (h *health) holidays() []ui.Check {
	c := ui.Check{Name: "holidays", Status: ui.Notice}
	last := ""
	for _, zone := range calendar.SchoolZones() {
		if day := calendar.SchoolHolidaysKnownUntil(zone).Date(); last == "" || day < last {
			last = day
		}
	}
	switch {
	case h.holidayFault != nil:
		c.Key = "health.holidays.broken"
	case h.clock.Quality().Sure() && last < h.clock.Now().Add(warnHolidays).Format(time.DateOnly):
		c.Key, c.Args = "health.holidays.old", []any{"year", last[:4]}
	default:
		return nil
	}
	return []ui.Check{c}
}
