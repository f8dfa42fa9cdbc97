package format

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// readCalendar reads the events of an iCalendar file, one at a time; libraries
// for it hold the whole calendar. Of an event that repeats the first date is
// taken and marked Repeats; a date that was moved is an event of its own. What
// is marked private is left out.
func readCalendar(r *bufio.Reader, o *Options, v *Visitor) error {
	f := &folded{r: r, next: 1}
	c := calendar{o: o, v: v}
	for {
		line, err := f.read()
		if errors.Is(err, io.EOF) {
			return c.end()
		}
		if err != nil {
			return err
		}
		if p, ok := parseProperty(line); ok {
			if err := c.property(f.line, p); err != nil {
				return err
			}
		} else if !c.begun && strings.TrimSpace(line) != "" {
			return &Broken{f.line, NotThis, "iCalendar"}
		}
	}
}

// calendar is a file being read.
type calendar struct {
	o     *Options
	v     *Visitor
	begun bool   // VCALENDAR was opened
	open  int    // components within the calendar
	event *event // the one being read
}

// event is a VEVENT being read.
type event struct {
	line, depth   int
	rec           Record
	start, end    property
	lasts, change string
	private       bool
	size          int
}

func (c *calendar) property(line int, p property) error {
	word := strings.ToUpper(strings.TrimSpace(p.value))
	switch {
	case p.name == "BEGIN" && word == "VCALENDAR":
		c.begun, c.open = true, 0
	case !c.begun:
		return &Broken{line, NotThis, "iCalendar"}
	case p.name == "BEGIN":
		if c.open++; c.open > maxDepth {
			return &Broken{line, Deep, ""}
		}
		if word == "VEVENT" && c.event == nil {
			c.event = &event{line: line, depth: c.open}
		}
	case p.name == "END" && word == "VCALENDAR":
		c.open = 0
	case p.name == "END":
		e := c.event
		c.open--
		if e != nil && word == "VEVENT" {
			c.event = nil
			return e.take(c.o, c.v)
		}
	case c.event != nil && c.open == c.event.depth: // not of an alarm within
		c.event.property(p)
	}
	return nil
}

func (c *calendar) end() error {
	switch {
	case !c.begun:
		return &Broken{Reason: NotThis, Detail: "iCalendar"}
	case c.event != nil:
		return &Broken{c.event.line, Cut, ""}
	}
	return nil
}

func (e *event) property(p property) {
	if e.size += len(p.value); e.size > maxThing {
		return
	}
	text := unescaper.Replace(p.value)
	switch p.name {
	case "UID":
		e.rec.ID = tidy(text)
	case "SUMMARY":
		e.rec.Name = tidy(text)
	case "DESCRIPTION":
		e.rec.Text = lines(text)
	case "LOCATION":
		e.rec.Place = tidy(text)
	case "DTSTART":
		e.start = p
	case "DTEND":
		e.end = p
	case "DURATION":
		e.lasts = strings.TrimSpace(text)
	case "SEQUENCE":
		e.rec.Sequence, _ = strconv.ParseInt(strings.TrimSpace(text), 10, 32) // 0 when it is no number
	case "STATUS":
		e.rec.Cancelled = strings.EqualFold(strings.TrimSpace(text), "CANCELLED")
	case "CLASS":
		e.private = !strings.EqualFold(strings.TrimSpace(text), "PUBLIC")
	case "CATEGORIES":
		e.rec.Tags = append(e.rec.Tags, tags(text)...)
	case "GEO":
		e.rec.geo(text)
	case "URL":
		e.rec.Website = website(text)
	case "RRULE", "RDATE":
		e.rec.Repeats = true
	case "RECURRENCE-ID":
		e.change = strings.TrimSpace(p.value)
	}
}

func (e *event) take(o *Options, v *Visitor) error {
	e.rec.Line, e.rec.Kind = e.line, KindEvent
	if e.change != "" && e.rec.ID != "" {
		e.rec.ID += " " + e.change
	}
	reason, detail := e.times(o)
	switch {
	case e.size > maxThing:
		v.refuse(e.line, TooLong, e.rec.Name)
	case e.private:
		v.Skip(Withheld)
	case e.rec.Name == "":
		v.refuse(e.line, NoName, e.rec.ID)
	case reason != "":
		v.refuse(e.line, reason, detail)
	default:
		return v.Take(e.rec)
	}
	return nil
}

// times works out begin and end on the wall.
func (e *event) times(o *Options) (reason, detail string) {
	if e.start.value == "" {
		return NoDate, ""
	}
	begin, zone, allDay, ok := icsTime(e.start, o)
	if !ok {
		return BadDate, e.start.value
	}
	e.rec.Starts, e.rec.Zone, e.rec.AllDay = begin.Format(wallLayout), zone.String(), allDay
	if e.end.value != "" {
		end, _, _, ok := icsTime(e.end, o)
		if !ok {
			return BadDate, e.end.value
		}
		e.rec.Ends = end.In(zone).Format(wallLayout)
		return "", ""
	}
	if days, hours, ok := duration(e.lasts); ok {
		e.rec.Ends = begin.AddDate(0, 0, days).Add(hours).Format(wallLayout)
	}
	return "", ""
}

// windows are zones of France by the names of Windows, which its programs write
// where a name of the IANA should stand.
var windows = map[string]string{
	"ROMANCE STANDARD TIME": paris, "W. EUROPE STANDARD TIME": paris, "CENTRAL EUROPE STANDARD TIME": paris,
	"CENTRAL EUROPEAN STANDARD TIME": paris, "EUROPE/PARIS": paris,
}

// icsTime is a moment in its zone: a day, a time of UTC shown in the village's
// zone, or a time in the zone it names. A zone nobody knows is the village's.
func icsTime(p property, o *Options) (t time.Time, zone *time.Location, allDay, ok bool) {
	home, err := time.LoadLocation(o.zone())
	if err != nil {
		return t, nil, false, false
	}
	s := strings.TrimSpace(p.value)
	if len(s) == len("20060102") {
		t, err = time.ParseInLocation("20060102", s, home)
		return t, home, true, err == nil
	}
	if utc, isUTC := strings.CutSuffix(s, "Z"); isUTC {
		t, err = time.Parse("20060102T150405", utc)
		return t.In(home), home, false, err == nil
	}
	zone = home
	if name := param(p.params, "TZID"); name != "" {
		if z, ok := windows[strings.ToUpper(name)]; ok {
			name = z
		}
		if z, err := time.LoadLocation(ianaCase(name)); err == nil && name != "" {
			zone = z
		}
	}
	t, err = time.ParseInLocation("20060102T150405", s, zone)
	return t, zone, false, err == nil
}

// ianaCase writes EUROPE/PARIS as the IANA does: parameters are read in upper
// case.
func ianaCase(s string) string {
	b := []byte(strings.ToLower(s))
	up := true
	for i, c := range b {
		if up && c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
		up = c == '/' || c == '_' || c == '-'
	}
	return strings.NewReplacer("Utc", "UTC", "Gmt", "GMT").Replace(string(b))
}

// param is the value of a parameter of a property.
func param(params, name string) string {
	for p := range strings.SplitSeq(params, ";") {
		if v, ok := strings.CutPrefix(p, name+"="); ok {
			return strings.Trim(v, `"`)
		}
	}
	return ""
}

var durationForm = regexp.MustCompile(`^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$`)

// duration reads P1DT2H30M.
func duration(s string) (days int, rest time.Duration, ok bool) {
	m := durationForm.FindStringSubmatch(strings.ToUpper(s))
	if m == nil {
		return 0, 0, false
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v } // digits, or nothing: 0
	return 7*n(1) + n(2), time.Duration(n(3))*time.Hour + time.Duration(n(4))*time.Minute + time.Duration(n(5))*time.Second, true
}
