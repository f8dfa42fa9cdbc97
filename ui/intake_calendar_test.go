package ui

import (
	"html"
	"net/url"
	"strings"
	"testing"
)

const choirCalendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:choir@x\r\nSUMMARY:Chorale\r\nLOCATION:Église\r\n" +
	"DTSTART;TZID=Europe/Paris:20261202T200000\r\nDTEND;TZID=Europe/Paris:20261202T220000\r\nRRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20261230T190000Z\r\n" +
	"EXDATE;TZID=Europe/Paris:20261223T200000\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:choir@x\r\nSUMMARY:Chorale\r\nRECURRENCE-ID;TZID=Europe/Paris:20261209T200000\r\nDTSTART;TZID=Europe/Paris:20261210T190000\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:tick@x\r\nSUMMARY:Tic\r\nDTSTART:20261202T200000Z\r\nRRULE:FREQ=SECONDLY;UNTIL=99991231T235959Z\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:loto@x\r\nSUMMARY:Loto\r\nDTSTART;VALUE=DATE:20261205\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// TestACalendarWithSeriesIsImported: the page says how things repeat and what is
// refused on which line; then the agenda has the dates.
func TestACalendarWithSeriesIsImported(t *testing.T) {
	b := newBox(t)
	withImports(b)
	w := b.upload("chorale.ics", choirCalendar, "")
	run := w.Header().Get("Location")
	page := plainSpaces(html.UnescapeString(b.follow(GET, run, nil)))
	for _, want := range []string{
		"2 nouvelles fiches", "1 événement se répète", "Église · Chaque mercredi à 20 h, jusqu’au 30 décembre 2026", "5 décembre 2026",
		"Ligne 19", "plusieurs fois par jour",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	b.follow(POST, run, url.Values{"do": {"import"}})
	list := html.UnescapeString(b.get("/agenda?from=2026-12-01&to=2026-12-31"))
	if n := strings.Count(list, "Chorale"); n != 4 {
		t.Errorf("%d dates of the choir\n%s", n, list)
	}
}
