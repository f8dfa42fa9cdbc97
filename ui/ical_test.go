package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/storetest"
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

// repeating makes an event a series.
func repeating(t testing.TB, rule string, more ...func(*agenda.Event)) func(*agenda.Event) {
	t.Helper()
	r, err := calendar.ParseRule(rule)
	if err != nil {
		t.Fatal(err)
	}
	return func(e *agenda.Event) {
		e.Rule = r
		for _, m := range more {
			m(e)
		}
	}
}

func moment(t testing.TB, s string) calendar.Wall {
	t.Helper()
	w, err := calendar.ParseWall(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// vevents are the events of a calendar, one text each.
func vevents(ics string) []string {
	parts := strings.Split(unfolded(ics), "BEGIN:VEVENT\r\n")[1:]
	slices.Sort(parts)
	return parts
}

// about is the one of events that has all the words; empty when none does.
func about(events []string, words ...string) string {
	for _, e := range events {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(e, w) }) {
			return e
		}
	}
	return ""
}

// TestAG9_ASeriesInACalendar: a date that was moved keeps its own record under
// the old UID, the old series ends before the date from which all is changed,
// the new one is related to it, and the versions grow.
func TestAG9_ASeriesInACalendar(t *testing.T) {
	b := newBox(t)
	e := b.schedule("Chorale", "2026-10-21T20:00", "2026-10-21T22:00", repeating(t, "FREQ=WEEKLY;BYDAY=WE"))
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		return agenda.EditDate(tx, e.ID, moment(t, "2026-11-11T20:00"), agenda.Change{Starts: moment(t, "2026-11-12T20:00"), Place: "Église"})
	})
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		return agenda.CancelDate(tx, e.ID, moment(t, "2026-11-18T20:00"), "Neige")
	})
	before := vevents(b.get("/agenda.ics"))
	if len(before) != 3 || about(before, "RRULE:FREQ=WEEKLY;BYDAY=WE\r\n", "SEQUENCE:2", "DTSTART;TZID=Europe/Paris:20261021T200000\r\nDTEND;TZID=Europe/Paris:20261021T220000\r\n") == "" {
		t.Errorf("before: %q", before)
	}
	storetest.Update(t, b.db, lea, func(tx *store.Tx) error {
		was, err := agenda.Get(tx, e.ID)
		if err != nil {
			return err
		}
		next, _ := was.From(moment(t, "2026-11-25T20:00"))
		next.ID, next.Starts, next.Ends = e.ID, moment(t, "2026-11-25T20:30"), moment(t, "2026-11-25T22:30")
		return agenda.EditFrom(tx, &next, moment(t, "2026-11-25T20:00"))
	})
	after := vevents(b.get("/agenda.ics"))
	uid := "UID:" + e.ID + "@copi\r\n"
	for what, got := range map[string]string{
		"the old series":     about(after, uid, "RRULE:FREQ=WEEKLY;UNTIL=20261118T190000Z;BYDAY=WE\r\n", "SEQUENCE:3\r\n"),
		"the moved date":     about(after, uid, "RECURRENCE-ID;TZID=Europe/Paris:20261111T200000\r\nDTSTART;TZID=Europe/Paris:20261112T200000\r\nDTEND;TZID=Europe/Paris:20261112T220000\r\n", "LOCATION:Église", "STATUS:CONFIRMED"),
		"the cancelled date": about(after, uid, "RECURRENCE-ID;TZID=Europe/Paris:20261118T200000\r\nDTSTART;TZID=Europe/Paris:20261118T200000\r\n", "STATUS:CANCELLED", "SUMMARY:ANNULÉ – Chorale", "DESCRIPTION:Neige"),
		"the new series":     about(after, "DTSTART;TZID=Europe/Paris:20261125T203000", "RRULE:FREQ=WEEKLY;BYDAY=WE\r\n", "RELATED-TO;RELTYPE=SIBLING:"+e.ID+"@copi"),
	} {
		if got == "" {
			t.Errorf("not %s in %q", what, after)
		}
	}
	if len(after) != 4 {
		t.Errorf("%d events", len(after))
	}
	one := vevents(b.get("/agenda/" + e.ID + "/calendrier.ics"))
	if len(one) != 3 {
		t.Errorf("alone: %q", one)
	}
}

// TestAG10_HolidaysInACalendar are exceptions; days are days, a count that met
// an hour no clock shows is an end, and UTC stays UTC.
func TestAG10_HolidaysInACalendar(t *testing.T) {
	b := newBox(t)
	b.schedule("AMAP", "2026-12-18T18:00", "", repeating(t, "FREQ=WEEKLY;COUNT=3", func(e *agenda.Event) { e.Skip.Public = true }))
	b.schedule("Marché", "2026-12-06T00:00", "", repeating(t, "FREQ=WEEKLY;UNTIL=20261220", func(e *agenda.Event) {
		e.AllDay, e.Without, e.Extra = true, []calendar.Wall{moment(t, "2026-12-13T00:00")}, []calendar.Wall{moment(t, "2026-12-23T00:00")}
	}))
	b.schedule("Veille", "2027-03-27T02:30", "", repeating(t, "FREQ=DAILY;COUNT=3"))
	b.schedule("Astronomie", "2026-12-05T20:00", "", repeating(t, "FREQ=DAILY;COUNT=3"), func(e *agenda.Event) { e.Zone, e.Without = "UTC", []calendar.Wall{moment(t, "2026-12-06T20:00")} })
	all := vevents(b.get("/agenda.ics"))
	for what, got := range map[string]string{
		"Christmas and New Year": about(all, "SUMMARY:AMAP", "RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE;TZID=Europe/Paris:20261225T180000,20270101T180000\r\n"),
		"days":                   about(all, "DTSTART;VALUE=DATE:20261206\r\nDTEND;VALUE=DATE:20261207\r\nRRULE:FREQ=WEEKLY;UNTIL=20261220\r\nRDATE;VALUE=DATE:20261223\r\nEXDATE;VALUE=DATE:20261213\r\n"),
		"the skipped hour":       about(all, "DTSTART;TZID=Europe/Paris:20270327T023000\r\nRRULE:FREQ=DAILY;UNTIL=20270330T013000Z\r\nEXDATE;TZID=Europe/Paris:20270328T023000\r\n"),
		"UTC":                    about(all, "DTSTART:20261205T200000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:20261206T200000Z\r\n"),
	} {
		if got == "" {
			t.Errorf("no %s in %q", what, all)
		}
	}
}

// TestReadSeries: what a body says, from wherever it comes, is read within
// bounds or not at all.
func TestReadSeries(t *testing.T) {
	many := make([]any, 10_000)
	for i := range many {
		many[i] = "2026-12-09T20:00"
	}
	paris := newBox(t).zone
	for name, c := range map[string]struct {
		body listing.Body
		ok   bool
	}{
		"a series":      {listing.Body{"startDate": "2026-12-02T20:00:00+01:00", "rrule": "FREQ=WEEKLY"}, true},
		"dates alone":   {listing.Body{"startDate": "2026-12-02", "rdate": []any{"2026-12-09"}}, true},
		"many":          {listing.Body{"startDate": "2026-12-02", "rrule": "FREQ=DAILY", "exdate": many, "recurrence": many}, true},
		"once":          {listing.Body{"startDate": "2026-12-02"}, false},
		"every second":  {listing.Body{"startDate": "2026-12-02", "rrule": "FREQ=SECONDLY"}, false},
		"no beginning":  {listing.Body{"rrule": "FREQ=DAILY"}, false},
		"other things":  {listing.Body{"startDate": 7, "rrule": []any{1}, "rdate": "x", "exdate": map[string]any{}}, false},
		"no text":       {listing.Body{"startDate": "2026-12-02", "rrule": "FREQ=DAILY", "exdate": []any{1, nil, "x"}, "endDate": 3.5, "recurrence": []any{"x"}}, true},
		"ends before":   {listing.Body{"startDate": "2026-12-02", "endDate": "2026-11-02", "rrule": "FREQ=DAILY"}, true},
		"never happens": {listing.Body{"startDate": "2026-12-02T02:30:00+01:00", "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=10000"}, true},
	} {
		s, ok := readSeries(c.body, paris)
		if ok != c.ok || len(s.Without) > maxSaidDates || s.AllDay && ok && s.Days < 1 {
			t.Errorf("%s: %v %+v", name, ok, s)
		}
		if ok {
			cal := newICal(paris, "a", "fr")
			cal.repeats(&zoneUse{zone: paris}, s, time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC))
		}
	}
}

// TestAnOldSeriesInACalendar is described as far as people look, however long
// ago it began.
func TestAnOldSeriesInACalendar(t *testing.T) {
	b := newBox(t)
	b.schedule("Veille", "2015-01-01T02:30", "", repeating(t, "FREQ=DAILY"))
	ics := unfolded(b.get("/agenda.ics"))
	if !strings.Contains(ics, "EXDATE;TZID=Europe/Paris:20150329T023000,") || !strings.Contains(ics, ",20310330T023000\r\n") {
		t.Errorf("skipped hours are not told: %s", ics)
	}
	feed := b.get("/agenda.atom")
	if !strings.Contains(feed, "Chaque jour à") && !strings.Contains(feed, "Tous les jours à") {
		t.Errorf("the feed does not say that it repeats: %s", feed)
	}
}
