package appliance

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"copi.local/store/calendar"
	"copi.local/store/storetest"
)

func TestSchoolHolidaysOfTheOperator(t *testing.T) {
	t.Cleanup(func() { _ = calendar.UseSchoolHolidays(nil) })
	dir := t.TempDir()
	db, clock := storetest.Open(t)
	h := &health{db: db, clock: clock, dir: dir}
	tree := func() string {
		var out bytes.Buffer
		h.holidayFault = useHolidays(dir)
		if err := writeTree(&out, h.Check(t.Context())); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	bring := func(rows string) {
		text := "year;holiday;zone;first_day;back_to_school;status\n" + rows
		if err := os.WriteFile(filepath.Join(dir, holidaysFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := tree(); strings.Contains(got, "holidays") {
		t.Errorf("without a file: %s", got)
	}
	bring("2030-2031;toussaint;A;demain;;published\n")
	if got := tree(); !strings.Contains(got, "holidays") {
		t.Errorf("with a mistake: %s", got)
	}
	if key, _ := calendar.SchoolHoliday("A", calendar.Wall{Year: 2026, Month: time.December, Day: 25}); key != "noel" {
		t.Error("a table with a mistake took the place of ours")
	}
	bring("2026-2027;noel;A B C;2026-12-19;2027-01-04;published\n")
	if got := tree(); !strings.Contains(got, "holidays") {
		t.Errorf("with dates that end soon: %s", got)
	}
	bring("2030-2031;ete;A B C;2031-07-05;;published\n")
	if got := tree(); strings.Contains(got, "holidays") {
		t.Errorf("with dates for years: %s", got)
	}
}
