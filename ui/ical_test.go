package ui

import (
	"strings"
	"testing"

	"copi.local/store/agenda"
)

// unfolded is a file of a calendar with its long lines put together again.
func unfolded(ics string) string { return strings.ReplaceAll(ics, "\r\n ", "") }

// TestCalendarSaysWhatItsZonesDo: each event stands in its own zone, and a
// reader that knows none by name learns what they do.
func TestCalendarSaysWhatItsZonesDo(t *testing.T) {
	b := newBox(t)
	in := func(zone string) func(*agenda.Event) { return func(e *agenda.Event) { e.Zone = zone } }
	b.schedule("Bal", "2026-12-05T20:00", "2026-12-06T02:00")
	b.schedule("Carnaval", "2026-12-05T20:00", "", in("America/Cayenne"))
	b.schedule("Régate", "2027-07-14T10:00", "", in("America/Miquelon"))
	b.schedule("Jour de l’an", "2027-01-01T00:00", "", in("Indian/Reunion"), func(e *agenda.Event) { e.AllDay = true })
	ics := unfolded(b.get("/agenda.ics"))
	for _, want := range []string{
		"DTSTART;TZID=Europe/Paris:20261205T200000\r\nDTEND;TZID=Europe/Paris:20261206T020000\r\n",
		"DTSTART;TZID=America/Cayenne:20261205T200000\r\n", "DTSTART;TZID=America/Miquelon:20270714T100000\r\n", "DTSTART;VALUE=DATE:20270101\r\n",
		"TZID:America/Cayenne\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0300\r\nTZNAME:-03\r\nDTSTART:19671001T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n",
		"TZID:America/Miquelon\r\nBEGIN:DAYLIGHT\r\nTZOFFSETFROM:-0300\r\nTZOFFSETTO:-0200\r\nTZNAME:-02\r\nDTSTART:20270314T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n",
		"TZID:Europe/Paris\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\nDTSTART:20261025T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n",
	} {
		if !strings.Contains(ics, want) {
			t.Errorf("no %q in\n%s", want, ics)
		}
	}
	if strings.Contains(ics, "Indian/Reunion") {
		t.Error("a zone nobody uses") // days have none
	}
}
