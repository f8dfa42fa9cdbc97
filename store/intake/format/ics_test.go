package format_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"copi.local/store/calendar"
	"copi.local/store/intake/format"
)

// vcalendar is a file of events, each a list of lines.
func vcalendar(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
	for _, e := range events {
		if !strings.HasPrefix(e, "BEGIN:") {
			e = "BEGIN:VEVENT\nSUMMARY:Marché\n" + e + "\nEND:VEVENT"
		}
		b.WriteString(strings.ReplaceAll(e, "\n", "\r\n") + "\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	return b.String()
}

// TestASeriesAndItsChanges: rule, dates added and taken out, in whatever zone
// and form they are written; changes before and after their series.
func TestASeriesAndItsChanges(t *testing.T) {
	res := read(format.ICS, vcalendar(
		"UID:m@x\nRECURRENCE-ID:20261111T190000Z\nDTSTART;TZID=Europe/Paris:20261112T200000\nDTEND;TZID=Europe/Paris:20261112T210000\nSEQUENCE:1",
		"UID:alone@x\nRECURRENCE-ID;TZID=Europe/Paris:20261111T200000\nDTSTART;TZID=Europe/Paris:20261112T200000",
		"UID:m@x\nDTSTART;TZID=Europe/Paris:20261021T200000\nDURATION:PT1H30M\nRRULE:FREQ=WEEKLY;WKST=MO;BYDAY=WE;UNTIL=20270623T220000Z\n"+
			"EXDATE;TZID=Europe/Paris:20261223T200000,20261230T200000\nEXDATE;VALUE=DATE:20270106\nEXDATE:20270113T190000Z\n"+
			"RDATE;VALUE=PERIOD:20261225T190000Z/PT1H\nSEQUENCE:4\nSTATUS:TENTATIVE\nRELATED-TO;RELTYPE=SIBLING:old@x\nRELATED-TO;RELTYPE=PARENT:whole@x",
		"UID:m@x\nRECURRENCE-ID;TZID=Europe/Paris:20261111T200000\nDTSTART;TZID=Europe/Paris:20261113T200000\nSEQUENCE:0",
		"UID:m@x\nRECURRENCE-ID;VALUE=DATE:20261118\nSTATUS:CANCELLED\nSUMMARY:",
	), format.Options{})
	if res.err != nil || len(res.faults) > 0 || len(res.records) != 2 {
		t.Fatalf("%+v", res)
	}
	m, alone := res.records[0], res.records[1]
	if m.Rule != "FREQ=WEEKLY;UNTIL=20270623T220000Z;BYDAY=WE" || m.Starts != "2026-10-21T20:00" || m.Ends != "2026-10-21T21:30" || m.Zone != "Europe/Paris" ||
		!m.Tentative || m.Sequence != 4 || m.Related != "old@x" {
		t.Errorf("the series: %+v", m)
	}
	if want := []string{"2026-12-23T20:00", "2026-12-30T20:00", "2027-01-06T20:00", "2027-01-13T20:00"}; !reflect.DeepEqual(m.Without, want) {
		t.Errorf("without %v, want %v", m.Without, want)
	}
	if want := []string{"2026-12-25T20:00"}; !reflect.DeepEqual(m.Extra, want) {
		t.Errorf("extra %v, want %v", m.Extra, want)
	}
	if len(m.Changes) != 2 {
		t.Fatalf("changes: %+v", m.Changes)
	}
	moved, off := m.Changes[0], m.Changes[1]
	if moved.Date != "2026-11-11T20:00" || moved.Starts != "2026-11-12T20:00" || moved.Ends != "2026-11-12T21:00" || moved.Sequence != 1 {
		t.Errorf("moved: %+v", moved)
	}
	if off.Date != "2026-11-18T20:00" || !off.Cancelled || off.Name != "Marché" {
		t.Errorf("cancelled: %+v", off)
	}
	if alone.ID != "alone@x 20261111T200000" || alone.Starts != "2026-11-12T20:00" || alone.Repeats() {
		t.Errorf("a change alone: %+v", alone)
	}
}

// TestRulesThatAreRefused: each with its line and why; nothing of the series is
// taken, and the file is read on.
func TestRulesThatAreRefused(t *testing.T) {
	for rule, want := range map[string]string{
		"RRULE:FREQ=SECONDLY;UNTIL=99991231T235959Z":        format.Often,
		"RRULE:FREQ=DAILY;BYHOUR=1,2,3":                     format.Often,
		"RRULE:FREQ=DAILY;COUNT=99999999":                   format.Boundless,
		"RRULE:FREQ=FORTNIGHTLY":                            format.BadRule,
		"RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY":               format.BadRule,
		"RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY":              format.BadRule,
		"RRULE:FREQ=DAILY\nEXDATE:demain":                   format.BadDate,
		"RDATE:" + strings.Repeat("20260101T100000,", 3500): format.Boundless,
	} {
		res := read(format.ICS, vcalendar(
			"UID:a@x\nDTSTART:20260101T100000\n"+rule,
			"UID:a@x\nRECURRENCE-ID:20260102T100000\nDTSTART:20260102T120000",
			"UID:b@x\nDTSTART:20260101T100000",
		), format.Options{})
		if res.err != nil || len(res.records) != 1 || len(res.faults) != 2 || res.faults[0].Reason != want || res.faults[0].Line != 3 || res.faults[1].Reason != format.NoSeries {
			t.Errorf("%s: %d records, %v, %v", rule, len(res.records), res.faults, res.err)
		}
	}
	res := read(format.ICS, vcalendar("UID:a@x\nDTSTART:20260101T100000\nRRULE:FREQ=DAILY", "UID:a@x\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260102T100000\nDTSTART:20260102T120000"), format.Options{})
	if len(res.records) != 1 || len(res.faults) != 1 || res.faults[0].Reason != format.FromHere {
		t.Errorf("this and future: %+v", res)
	}
	res = read(format.ICS, vcalendar("UID:a@x\nDTSTART:20260101T100000\nRRULE:FREQ=DAILY\nCLASS:PRIVATE", "UID:a@x\nRECURRENCE-ID:20260102T100000\nDTSTART:20260102T120000"), format.Options{})
	if len(res.records) != 0 || res.skipped[format.Withheld] != 1 || len(res.faults) != 1 {
		t.Errorf("private: %+v", res)
	}
}

func TestAG2_AG3_HoursThatAreSkippedOrComeTwice(t *testing.T) {
	for start, want := range map[string]string{
		"DTSTART;TZID=Europe/Paris:20260329T023000": "2026-03-29T03:30 false",
		"DTSTART;TZID=Europe/Paris:20261025T023000": "2026-10-25T02:30 false",
		"DTSTART:20261025T003000Z":                  "2026-10-25T02:30 false",
		"DTSTART:20261025T013000Z":                  "2026-10-25T02:30 true",
	} {
		r := only(t, read(format.ICS, vcalendar(start), format.Options{}))
		if got := fmt.Sprint(r.Starts, " ", r.Winter); got != want {
			t.Errorf("%s: %s, want %s", start, got, want)
		}
	}
}

const outlook = "BEGIN:VTIMEZONE\nTZID:Paris\\, Bruxelles\nBEGIN:STANDARD\nDTSTART:16011028T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n" +
	"BEGIN:DAYLIGHT\nDTSTART:16010325T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\nEND:VTIMEZONE"

func written(name, standard, summer, more string) string {
	s := "BEGIN:VTIMEZONE\nTZID:" + name + "\n" + more + "BEGIN:STANDARD\nTZOFFSETTO:" + standard + "\nDTSTART:19701101T020000\nEND:STANDARD\n"
	if summer != "" {
		s += "BEGIN:DAYLIGHT\nTZOFFSETTO:" + summer + "\nDTSTART:19700308T020000\nEND:DAYLIGHT\n"
	}
	return s + "END:VTIMEZONE"
}

// TestZones: whatever a calendar calls a zone, a time in it is the right one.
func TestZones(t *testing.T) {
	for _, c := range []struct{ zone, tzid, home, want string }{
		{"", "Europe/Paris", "", "Europe/Paris"},
		{"", "EUROPE/PARIS", "", "Europe/Paris"},
		{"", "America/Port-au-Prince", "", "America/Port-au-Prince"},
		{"", "/freeassociation.sourceforge.net/Europe/Paris", "", "Europe/Paris"},
		{"", "/citadel.org/20190914_1/America/Argentina/Ushuaia", "", "America/Argentina/Ushuaia"},
		{"", "Romance Standard Time", "", "Europe/Paris"},
		{"", "Saint Pierre Standard Time", "", "America/Miquelon"},
		{"", "SA Eastern Standard Time", "", "America/Cayenne"},
		{"", "", "America/Cayenne", "America/Cayenne"},
		{"", "Local", "Indian/Reunion", "Indian/Reunion"},
		{"", "nowhere", "", "Europe/Paris"},
		{outlook, "Paris\\, Bruxelles", "America/Cayenne", "Europe/Paris"},
		{written("A", "-0300", "-0200", ""), "A", "", "America/Miquelon"},
		{written("B", "-0300", "", ""), "B", "", "America/Cayenne"},
		{written("C", "+0400", "", ""), "C", "", "Indian/Reunion"},
		{written("D", "+0800", "", ""), "D", "", "Etc/GMT-8"},
		{written("E", "+0123", "+0456", ""), "E", "", "Europe/Paris"},
		{written("F", "+0100", "", "X-LIC-LOCATION:Africa/Tunis\n"), "F", "", "Africa/Tunis"},
		{"X-WR-TIMEZONE:America/Miquelon", "", "", "America/Miquelon"},
	} {
		start := "DTSTART;TZID=\"" + c.tzid + "\":20261205T200000"
		if c.tzid == "" {
			start = "DTSTART:20261205T200000"
		}
		file := vcalendar("UID:a@x\n" + start)
		if c.zone != "" {
			file = strings.Replace(file, "VERSION:2.0\r\n", strings.ReplaceAll(c.zone, "\n", "\r\n")+"\r\n", 1)
		}
		r := only(t, read(format.ICS, file, format.Options{Zone: c.home}))
		if r.Zone != c.want || r.Starts != "2026-12-05T20:00" {
			t.Errorf("%q: %s %s, want %s", c.tzid, r.Starts, r.Zone, c.want)
		}
	}
}

func TestDaysWrittenInOtherWays(t *testing.T) {
	for lines, want := range map[string]string{
		"DTSTART;VALUE=DATE:20260714":                                "",
		"DTSTART;VALUE=DATE:20260714\nDTEND;VALUE=DATE:20260714":     "",
		"DTSTART;VALUE=DATE:20260714\nDTEND;VALUE=DATE:20260717":     "2026-07-17T00:00",
		"DTSTART;VALUE=DATE:20260714\nDURATION:P3D":                  "2026-07-17T00:00",
		"DTSTART:20260714\nDURATION:PT48H":                           "2026-07-16T00:00",
		"DTSTART;TZID=Europe/Paris:20261024T220000\nDURATION:P1D":    "2026-10-25T22:00",
		"DTSTART;TZID=Europe/Paris:20261024T220000\nDURATION:PT24H":  "2026-10-25T21:00",
		"DTSTART;TZID=Europe/Paris:20260714T200000\nDURATION:-PT15M": "",
	} {
		if r := only(t, read(format.ICS, vcalendar("UID:a@x\n"+lines), format.Options{})); r.Ends != want {
			t.Errorf("%s: ends %q, want %q", lines, r.Ends, want)
		}
	}
}

// TestACalendarOfSeriesIsBounded: however many repeat, the memory they wait in
// is bounded, and what finds no room is told.
func TestACalendarOfSeriesIsBounded(t *testing.T) {
	var b strings.Builder
	text := strings.Repeat("é", 4000)
	for i := range 4000 {
		fmt.Fprintf(&b, "BEGIN:VEVENT\nUID:%d\nSUMMARY:a\nDESCRIPTION:%s\nDTSTART:20260101T100000\nRRULE:FREQ=DAILY\nEND:VEVENT\n", i, text)
	}
	res := read(format.ICS, "BEGIN:VCALENDAR\n"+b.String()+"END:VCALENDAR\n", format.Options{})
	if res.err != nil || len(res.records) < 1500 || len(res.records)+len(res.faults) != 4000 || res.faults[0].Reason != format.TooMany {
		t.Errorf("%d taken, %d refused, %v", len(res.records), len(res.faults), res.err)
	}
}

// FuzzICS: whatever a calendar holds, it is read or refused within its bounds,
// and what is read is text, moments and rules others can read.
func FuzzICS(f *testing.F) {
	for _, file := range []string{
		vcalendar(outlook, "UID:a@x\nDTSTART;TZID=\"Paris\\, Bruxelles\":20261021T200000\nDURATION:P1DT1H\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=10\nEXDATE:20261030T190000Z\nRDATE;VALUE=PERIOD:20261225T190000Z/PT1H",
			"UID:a@x\nRECURRENCE-ID;VALUE=DATE:20261127\nSTATUS:CANCELLED", "UID:b@x\nDTSTART;VALUE=DATE:20260714\nDTEND;VALUE=DATE:20260717\nGEO:1;2"),
		vcalendar(written("A", "-0300", "-0200", "X-LIC-LOCATION:x\n"), "DTSTART;TZID=A:20260329T023000\nRRULE:FREQ=SECONDLY;UNTIL=99991231T235959Z\nEXRULE:x"),
		vcalendar("UID:a\nDTSTART:20261025T013000Z\nRRULE:FREQ=YEARLY;BYWEEKNO=20;BYSETPOS=-1\nBEGIN:VALARM\nDTSTART:1\nEND:VALARM\nRELATED-TO:b\nSEQUENCE:9"),
		"BEGIN:VCALENDAR\nX-WR-TIMEZONE:America/Cayenne\nBEGIN:VEVENT\nSUMMARY:a\n b\nDTSTART:00010101T000000\n",
	} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var held int
		begun := time.Now()
		err := format.Read(format.ICS, strings.NewReader(string(data)), format.Options{}, format.Visitor{
			Take: func(r format.Record) error {
				held++
				sound(t, &r)
				for i := range r.Changes {
					sound(t, &r.Changes[i])
					moment(t, r.Changes[i].Date)
				}
				return nil
			},
			Refuse: func(f format.Fault) {
				if format.Sentence(f.Reason) == "" {
					t.Errorf("no sentence for %q", f.Reason)
				}
			},
			Skip: func(string) {},
		})
		broken(t, err)
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("%d bytes took %v", len(data), took)
		}
		if held > len(data)/20+1 {
			t.Errorf("%d events of %d bytes", held, len(data))
		}
	})
}

// moment holds a text against the clock.
func moment(t *testing.T, s string) {
	t.Helper()
	if w, err := calendar.ParseWall(s); err != nil || w.String() != s {
		t.Errorf("no moment: %q", s)
	}
}

// sound checks what was read of an event.
func sound(t *testing.T, r *format.Record) {
	t.Helper()
	for _, s := range []string{r.ID, r.Name, r.Text, r.Place, r.Related} {
		if strings.ToValidUTF8(s, "?") != s {
			t.Errorf("not text: %q", s)
		}
	}
	moment(t, r.Starts)
	if r.Ends != "" {
		moment(t, r.Ends)
	}
	for _, s := range append(r.Extra, r.Without...) {
		moment(t, s)
	}
	if _, err := time.LoadLocation(r.Zone); err != nil || r.Name == "" || r.Kind != format.KindEvent {
		t.Errorf("%+v", r)
	}
	if r.Rule != "" {
		if rule, err := calendar.ParseRule(r.Rule); err != nil || rule.String() != r.Rule {
			t.Errorf("rule %q: %v", r.Rule, err)
		}
	}
}
