//go:build calendars

package ui

import (
	"os"
	"os/exec"
	"path/filepath"
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

// Our calendars, read by programs that are not ours: khal, and the library
// behind many others. Both are Debian's; a missing one is a failure. What only
// Apple, Google and Thunderbird would show is untested.

// The year both are asked about.
var (
	yearBegins = time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
	yearEnds   = time.Date(2027, time.December, 1, 0, 0, 0, 0, time.UTC)
)

// TestOtherProgramsReadTheSameDates for a year, in a zone with summer time, in
// one without, and in one with its own.
func TestOtherProgramsReadTheSameDates(t *testing.T) {
	for _, zone := range []string{"Europe/Paris", "America/Cayenne", "America/Miquelon"} {
		t.Run(zone, func(t *testing.T) {
			b := newBox(t)
			b.severalSeries(zone)
			file := filepath.Join(t.TempDir(), "agenda.ics")
			if err := os.WriteFile(file, []byte(b.get("/agenda.ics")), 0o600); err != nil {
				t.Fatal(err)
			}
			want := b.occurrences()
			if len(want) < 500 {
				t.Fatalf("%d dates: they test nothing", len(want))
			}
			matchDates(t, "khal", khal(t, file), hourLong(want))
			matchDates(t, "recurring-ical-events", secondReader(t, file), want)
		})
	}
}

// severalSeries are events of every sort in a zone.
func (b *box) severalSeries(zone string) {
	here := func(e *agenda.Event) { e.Zone = zone }
	days := func(e *agenda.Event) { e.AllDay = true }
	for title, s := range map[string]struct{ starts, ends, rule string }{
		"Quinzaine":    {"2026-12-01T18:00", "2026-12-01T19:30", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=20"},
		"Le 31":        {"2026-12-31T10:00", "", "FREQ=MONTHLY;BYMONTHDAY=31"},
		"Dernier jour": {"2026-12-31T18:00", "2026-12-31T20:00", "FREQ=MONTHLY;BYMONTHDAY=-1"},
		"Vendredi":     {"2026-12-25T18:00", "2026-12-25T20:00", "FREQ=MONTHLY;BYDAY=-1FR"},
		"Mardi":        {"2026-12-08T18:00", "2026-12-08T20:00", "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270608"},
		"Ouvré":        {"2026-12-31T08:00", "2026-12-31T09:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"},
		"Fête":         {"2026-12-06T14:00", "2026-12-06T18:00", "FREQ=YEARLY"},
		"Bal":          {"2026-12-05T22:00", "2026-12-06T01:30", "FREQ=WEEKLY;BYDAY=SA"},
		"Veille":       {"2027-02-20T02:30", "2027-02-20T02:45", "FREQ=DAILY;COUNT=60"}, // over the night of spring
		"Midi":         {"2026-12-01T12:00", "2026-12-01T12:30", "FREQ=DAILY;UNTIL=20271115"},
	} {
		b.schedule(title, s.starts, s.ends, repeating(b.t, s.rule), here)
	}
	b.schedule("Loto", "2027-07-14T20:00", "2027-07-14T23:00", here)
	b.schedule("Trois jours", "2026-12-04T00:00", "2026-12-07T00:00", repeating(b.t, "FREQ=MONTHLY;BYDAY=1FR"), here, days)
	b.schedule("Marché", "2026-12-06T00:00", "", repeating(b.t, "FREQ=WEEKLY"), here, days, func(e *agenda.Event) {
		e.Without = []calendar.Wall{moment(b.t, "2026-12-27T00:00")}
		e.Extra = []calendar.Wall{moment(b.t, "2026-12-23T00:00"), moment(b.t, "2027-05-01T00:00")}
	})
	b.schedule("AMAP", "2026-12-04T18:00", "2026-12-04T19:00", repeating(b.t, "FREQ=WEEKLY", func(e *agenda.Event) { e.Skip.Public = true }), here)
	b.schedule("École", "2026-12-02T17:00", "2026-12-02T18:00", repeating(b.t, "FREQ=WEEKLY;BYDAY=WE", func(e *agenda.Event) { e.Skip.School = "C" }), here)
	b.changedSeries(here)
}

// changedSeries is one with dates that are moved, cancelled and elsewhere, and
// at another hour from a date on: a winter one, since the second reader takes
// an UNTIL of summer for an hour too early in a series that began in winter.
func (b *box) changedSeries(more func(*agenda.Event)) {
	e := b.schedule("Chorale", "2026-12-02T20:00", "2026-12-02T22:00", repeating(b.t, "FREQ=WEEKLY;BYDAY=WE"), more,
		func(e *agenda.Event) { e.Extra = []calendar.Wall{moment(b.t, "2026-12-24T18:00")} })
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
		for original, c := range map[string]agenda.Change{
			"2026-12-09T20:00": {Starts: moment(b.t, "2026-12-10T19:00")},
			"2027-06-23T20:00": {Starts: moment(b.t, "2027-06-21T18:00"), Ends: moment(b.t, "2027-06-21T23:30"), Place: "Place"},
			"2027-01-06T20:00": {Place: "Église"},
		} {
			if err := agenda.EditDate(tx, e.ID, moment(b.t, original), c); err != nil {
				return err
			}
		}
		return agenda.CancelDate(tx, e.ID, moment(b.t, "2027-01-13T20:00"), "Neige")
	})
	storetest.Update(b.t, b.db, lea, func(tx *store.Tx) error {
		was, err := agenda.Get(tx, e.ID)
		if err != nil {
			return err
		}
		next, _ := was.From(moment(b.t, "2027-03-03T20:00"))
		next.ID, next.Starts, next.Ends = e.ID, moment(b.t, "2027-03-03T20:30"), moment(b.t, "2027-03-03T22:30")
		return agenda.EditFrom(tx, &next, moment(b.t, "2027-03-03T20:00"))
	})
}

// occurrences are all dates of the year, as the agenda has them: UID, begin,
// end, title, separated by tabs. Those on holidays are none.
func (b *box) occurrences() (out []string) {
	storetest.View(b.t, b.db, lea, func(tx *store.Tx) error {
		return listing.Walk(tx, listing.Query{Kind: listing.KindEvent}, func(c listing.Card) error {
			e, err := agenda.Get(tx, c.Ref.ID)
			if err != nil {
				return err
			}
			for _, d := range e.Dates(yearBegins, yearEnds) {
				if d.Struck != "" || d.At.Before(yearBegins) {
					continue
				}
				title := e.Title
				if d.Off() {
					title = "ANNULÉ – " + title
				}
				begin, end := d.At.UTC().Format(icalMinute), d.Until.UTC().Format(icalMinute)
				if e.AllDay {
					begin, end = d.Starts.Date(), d.Ends.Date()
				}
				out = append(out, strings.Join([]string{e.UID(), begin, end, title}, "\t"))
			}
			return nil
		})
	})
	return out
}

const icalMinute = "2006-01-02T15:04"

const khalConfig = `[calendars]
[[village]]
path = DIR/village
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M
`

// khal imports a file into a calendar of its own and lists it.
func khal(t *testing.T, file string) []string {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "config")
	if err := os.Mkdir(filepath.Join(dir, "village"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, []byte(strings.ReplaceAll(khalConfig, "DIR", dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	home := []string{"HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CACHE_HOME=" + dir}
	output(t, home, "/usr/bin/khal", "-c", config, "import", "--batch", "-a", "village", file)
	text := output(t, home, "/usr/bin/khal", "-c", config, "list", "--notstarted", "--day-format", "",
		"--format", "{uid}\t{start-time}\t{start-date-long}\t{end-date-long}\t{start-long-full}\t{end-long-full}\t{title}",
		yearBegins.Format(time.DateOnly), "365d")
	var out []string
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 7 {
			t.Fatalf("khal: %q", line)
		}
		uid, begin, end, title := f[0], f[4], f[5], f[6]
		if f[1] == "" { // days, of which khal names the last
			last, err := time.Parse(time.DateOnly, f[3])
			if err != nil {
				t.Fatal(err)
			}
			begin, end = f[2], last.AddDate(0, 0, 1).Format(time.DateOnly)
		}
		out = append(out, strings.Join([]string{uid, begin, end, title}, "\t"))
	}
	return out
}

// hourLong gives what has no end an hour, as khal does.
func hourLong(dates []string) (out []string) {
	for _, s := range dates {
		f := strings.Split(s, "\t")
		if at, err := time.Parse(icalMinute, f[1]); err == nil && f[1] == f[2] {
			f[2] = at.Add(time.Hour).Format(icalMinute)
		}
		out = append(out, strings.Join(f, "\t"))
	}
	return out
}

func secondReader(t *testing.T, file string) []string {
	t.Helper()
	text := output(t, nil, "/usr/bin/python3", "testdata/calendars/occurrences.py", file, yearBegins.Format(time.DateOnly), yearEnds.Format(time.DateOnly))
	return strings.Split(strings.TrimSpace(text), "\n")
}

func output(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), append(env, "LC_ALL=C.UTF-8", "TZ=UTC")...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, errs.String())
	}
	return string(out)
}

// matchDates tells what a program has and the agenda has not, and the other way.
func matchDates(t *testing.T, program string, got, want []string) {
	t.Helper()
	t.Logf("%s: %d dates", program, len(got))
	for _, s := range got {
		if !slices.Contains(want, s) {
			t.Errorf("%s alone has %s", program, s)
		}
	}
	for _, s := range want {
		if !slices.Contains(got, s) {
			t.Errorf("%s lacks %s", program, s)
		}
	}
}
