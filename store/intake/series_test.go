package intake_test

import (
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/intake"
	"copi.local/store/intake/format"
	"copi.local/store/storetest"
)

// choir is a calendar of a series, with more lines of the series and more
// events after it.
func choir(sequence, lines, more string) string {
	return strings.ReplaceAll("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:choir@x\nSUMMARY:Chorale\nLOCATION:Salle\nDTSTART;TZID=Europe/Paris:20261202T200000\nDTEND;TZID=Europe/Paris:20261202T220000\n"+
		"SEQUENCE:"+sequence+"\n"+lines+"\nEND:VEVENT\n"+more+"END:VCALENDAR\n", "\n", "\r\n")
}

func date(original, lines string) string {
	return "BEGIN:VEVENT\nUID:choir@x\nRECURRENCE-ID;TZID=Europe/Paris:" + original + "\n" + lines + "\nEND:VEVENT\n"
}

// dates are those of the one event there is, "x" before one nobody comes to.
func (b *box) dates() (out []string, e agenda.Event) {
	b.t.Helper()
	events := b.titles()
	if len(events) != 1 {
		b.t.Fatalf("%d events: %+v", len(events), events)
	}
	e = events[0]
	for _, d := range e.Dates(e.StartsAt, e.StartsAt.AddDate(0, 3, 0)) {
		s := d.Starts.String()[5:]
		if d.Off() {
			s = "x" + s
		}
		if d.Change != nil && d.Change.Place != "" {
			s += " " + d.Change.Place
		}
		out = append(out, s)
	}
	return out, e
}

// TestAG16_ASeriesComesAgain: with its changed dates, once; a higher version
// changes rule and dates, also when only one date has it; dates that are gone
// from the file go; what somebody changed here stays.
func TestAG16_ASeriesComesAgain(t *testing.T) {
	b := open(t)
	moved := date("20261209T200000", "SUMMARY:Chorale\nLOCATION:Église\nDTSTART;TZID=Europe/Paris:20261210T200000\nDTEND;TZID=Europe/Paris:20261210T220000")
	for _, step := range []struct {
		file   string
		counts intake.Counts
		dates  string
	}{
		{choir("1", "RRULE:FREQ=WEEKLY;COUNT=4", moved), intake.Counts{Added: 1}, "12-02T20:00, 12-10T20:00 Église, 12-16T20:00, 12-23T20:00"},
		{choir("1", "RRULE:FREQ=WEEKLY;COUNT=4", moved), intake.Counts{Unchanged: 1}, "12-02T20:00, 12-10T20:00 Église, 12-16T20:00, 12-23T20:00"},
		{
			choir("1", "RRULE:FREQ=WEEKLY;COUNT=4", moved+date("20261216T200000", "SEQUENCE:2\nSTATUS:CANCELLED\nSUMMARY:Chorale\nLOCATION:Salle\nDTSTART;TZID=Europe/Paris:20261216T200000")),
			intake.Counts{Updated: 1},
			"12-02T20:00, 12-10T20:00 Église, x12-16T20:00, 12-23T20:00",
		},
		{choir("1", "RRULE:FREQ=WEEKLY;COUNT=2", ""), intake.Counts{Unchanged: 1}, "12-02T20:00, 12-10T20:00 Église, x12-16T20:00, 12-23T20:00"}, // an old copy
		{
			choir("3", "RRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Paris:20261209T200000\nRDATE;TZID=Europe/Paris:20261224T180000", ""),
			intake.Counts{Updated: 1},
			"12-02T20:00, 12-16T20:00, 12-23T20:00, 12-24T18:00",
		},
		{choir("4", "RRULE:FREQ=MONTHLY;BYDAY=1WE;COUNT=2", ""), intake.Counts{Updated: 1}, "12-02T20:00, 01-06T20:00"},
	} {
		_, report := b.bring("choir.ics", step.file)
		got, _ := b.dates()
		if report.Counts != step.counts || strings.Join(got, ", ") != step.dates {
			t.Errorf("%+v %v, want %+v %s\n%s", report.Counts, got, step.counts, step.dates, step.file)
		}
	}
	_, e := b.dates()
	b.clock.Add(2 * time.Second)
	storetest.Update(t, b.db, operator, func(tx *store.Tx) error {
		return agenda.CancelDate(tx, e.ID, e.Starts, "Neige")
	})
	if _, report := b.bring("choir.ics", choir("5", "RRULE:FREQ=DAILY;COUNT=2", "")); report.Counts != (intake.Counts{Kept: 1}) {
		t.Errorf("after a date was cancelled here: %+v", report.Counts)
	}
	if got, _ := b.dates(); strings.Join(got, ", ") != "x12-02T20:00, 01-06T20:00" {
		t.Errorf("got %v", got)
	}
}

// TestWhatCalendarsSayOfSeries: reasons, notes, tentative, the series it goes on
// with; cancelled and taking place again.
func TestWhatCalendarsSayOfSeries(t *testing.T) {
	b := open(t)
	_, report := b.bring("a.ics", choir("0", "DESCRIPTION:Venez\nSTATUS:TENTATIVE\nRRULE:FREQ=WEEKLY;COUNT=4",
		date("20261209T200000", "STATUS:CANCELLED\nSUMMARY:Chorale\nDESCRIPTION:Neige\nDTSTART;TZID=Europe/Paris:20261209T200000")+
			date("20261216T200000", "SUMMARY:Concert\nDESCRIPTION:Venez\nLOCATION:Salle\nDTSTART;TZID=Europe/Paris:20261216T200000\nDTEND;TZID=Europe/Paris:20261216T233000")))
	_, e := b.dates()
	if report.Added != 1 || !e.IsTentative() || len(e.Changes) != 2 || e.Changes[0].Reason != "Neige" || e.Changes[1].Note != "Concert" || e.Changes[1].Ends.Hour != 23 {
		t.Errorf("%+v %+v", report.Counts, e)
	}
	b.bring("a.ics", choir("1", "STATUS:CANCELLED\nRRULE:FREQ=WEEKLY;COUNT=4", ""))
	if _, e = b.dates(); !e.IsCancelled() {
		t.Error("not cancelled")
	}
	b.bring("a.ics", choir("2", "STATUS:TENTATIVE\nRRULE:FREQ=WEEKLY;COUNT=4", ""))
	if _, e = b.dates(); !e.IsTentative() {
		t.Errorf("taking place again: %v", e.Status)
	}
	b.bring("b.ics", strings.ReplaceAll(choir("0", "RELATED-TO:choir@x\nRRULE:FREQ=WEEKLY;COUNT=2", ""), "UID:choir@x", "UID:next@x"))
	b.bring("c.ics", strings.ReplaceAll(choir("0", "RELATED-TO:nobody@x", ""), "UID:choir@x", "UID:other@x"))
	related := 0
	for _, next := range b.titles() {
		if next.RelatedTo == e.ID {
			related++
		}
	}
	if related != 1 {
		t.Errorf("%d go on with it", related)
	}
}

// TestSeriesThatAreRefused here are told with their line: one whose rule names
// no day, and one with more dates by hand than the agenda keeps.
func TestSeriesThatAreRefused(t *testing.T) {
	b := open(t)
	var many strings.Builder
	for d := (calendar.Wall{Year: 2027, Month: 1, Day: 1, Hour: 20}); d.Year == 2027 || d.Year == 2028; d = d.AddDays(1) {
		many.WriteString(strings.NewReplacer("-", "", ":", "").Replace(d.String()) + "00,")
	}
	for _, lines := range []string{"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "RDATE;TZID=Europe/Paris:" + many.String()} {
		_, report := b.bring("a.ics", choir("0", lines, ""))
		if report.Counts != (intake.Counts{Refused: 1}) || report.Faults[0].Reason != format.BadRule || report.Faults[0].Line != 2 {
			t.Errorf("%.60s: %+v %+v", lines, report.Counts, report.Faults)
		}
	}
}
