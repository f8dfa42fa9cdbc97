package format

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
)

// readCalendar reads the events of an iCalendar file, one at a time; libraries
// for it hold the whole calendar. An event that repeats is taken at the end of
// the file, together with those of its dates that are not like the others and
// may stand anywhere. What is marked private is left out.
func readCalendar(r *bufio.Reader, o *Options, v *Visitor) error {
	home, err := locate(o.zone())
	if err != nil {
		return err
	}
	f := &folded{r: r, next: 1}
	c := icalendar{v: v, zones: newZones(home), held: held{lost: map[string]bool{}}}
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

// icalendar is a file being read.
type icalendar struct {
	v     *Visitor
	begun bool // VCALENDAR was opened
	open  int  // components within the calendar
	zones *zones
	zone  *writtenZone // the VTIMEZONE being read
	event *event       // the VEVENT being read
	held  held
}

func (c *icalendar) property(line int, p property) error {
	word := strings.ToUpper(strings.TrimSpace(p.value))
	switch {
	case p.name == "BEGIN" && word == "VCALENDAR":
		c.begun, c.open = true, 0
	case !c.begun:
		return &Broken{line, NotThis, "iCalendar"}
	case p.name == "BEGIN":
		return c.begin(line, word)
	case p.name == "END" && word == "VCALENDAR":
		c.open = 0
	case p.name == "END":
		c.open--
		return c.close(word)
	case c.event != nil:
		if c.open == c.event.depth { // not of an alarm within
			c.event.property(p)
		}
	case c.zone != nil:
		c.zone.property(p)
	case p.name == "X-WR-TIMEZONE":
		c.zones.floating(p.value)
	}
	return nil
}

// begin opens a component.
func (c *icalendar) begin(line int, word string) error {
	if c.open++; c.open > maxDepth {
		return &Broken{line, Deep, ""}
	}
	switch {
	case word == "VEVENT" && c.event == nil:
		c.event = &event{line: line, depth: c.open}
	case word == "VTIMEZONE" && c.event == nil:
		c.zone = &writtenZone{}
	case c.zone != nil:
		c.zone.begin(word)
	}
	return nil
}

// close ends a component.
func (c *icalendar) close(word string) error {
	switch {
	case word == "VEVENT" && c.event != nil:
		e := c.event
		c.event = nil
		return c.take(e)
	case word == "VTIMEZONE" && c.zone != nil:
		c.zones.add(c.zone)
		c.zone = nil
	case c.zone != nil:
		c.zone.end()
	}
	return nil
}

func (c *icalendar) end() error {
	switch {
	case !c.begun:
		return &Broken{Reason: NotThis, Detail: "iCalendar"}
	case c.event != nil:
		return &Broken{c.event.line, Cut, ""}
	}
	return c.held.take(c.v)
}

// event is a VEVENT being read.
type event struct {
	line, depth  int
	rec          Record
	start, end   property
	lasts        string
	change       property   // RECURRENCE-ID
	rules        []string   // RRULE; more than one is refused
	extra, taken []property // RDATE, EXDATE
	private      bool
	size         int
	begins       stamp // on the clock of the event's zone
	which        stamp // of a change: the date it changes
}

func (e *event) property(p property) {
	if e.size += len(p.value); e.size > maxThing {
		return
	}
	switch p.name {
	case "DTSTART":
		e.start = p
	case "DTEND":
		e.end = p
	case "DURATION":
		e.lasts = strings.TrimSpace(p.value)
	case "RRULE":
		e.rules = append(e.rules, p.value)
	case "EXRULE": // was taken out of the standard
		e.rules = append(e.rules, "EXRULE")
	case "RDATE":
		e.extra = append(e.extra, p)
	case "EXDATE":
		e.taken = append(e.taken, p)
	case "RECURRENCE-ID":
		e.change = p
	case "RELATED-TO": // what goes on with it; not what it is a part of
		if kind := param(p.params, "RELTYPE"); kind == "" || kind == "SIBLING" {
			e.rec.Related = tidy(unescaper.Replace(p.value))
		}
	default:
		e.text(p.name, unescaper.Replace(p.value))
	}
}

// text takes what is no moment.
func (e *event) text(name, text string) {
	word := strings.ToUpper(strings.TrimSpace(text))
	switch name {
	case "UID":
		e.rec.ID = tidy(text)
	case "SUMMARY":
		e.rec.Name = tidy(text)
	case "DESCRIPTION":
		e.rec.Text = lines(text)
	case "LOCATION":
		e.rec.Place = tidy(text)
	case "SEQUENCE":
		e.rec.Sequence, _ = strconv.ParseInt(word, 10, 32) // 0 when it is no number
	case "STATUS":
		e.rec.Cancelled, e.rec.Tentative = word == "CANCELLED", word == "TENTATIVE"
	case "CLASS":
		e.private = word != "PUBLIC"
	case "CATEGORIES":
		e.rec.Tags = append(e.rec.Tags, tags(text)...)
	case "GEO":
		e.rec.geo(text)
	case "URL":
		e.rec.Website = website(text)
	}
}

// take takes an event that is whole, or keeps it until the end of the file
// when others may belong to it.
func (c *icalendar) take(e *event) error {
	e.rec.Line, e.rec.Kind = e.line, KindEvent
	change := e.change.value != "" && e.rec.ID != ""
	reason, detail := c.fault(e, change)
	if e.private || reason != "" {
		if !change {
			c.held.lost[e.rec.ID] = true
		}
		if e.private {
			c.v.Skip(Withheld)
		} else {
			c.v.refuse(e.line, reason, detail)
		}
		return nil
	}
	if !change && !e.rec.Repeats() {
		return c.v.Take(e.rec)
	}
	if !c.held.keep(e, change) {
		c.v.refuse(e.line, TooMany, e.rec.Name)
	}
	return nil
}

// fault works out when an event takes place, and says what is wrong with it.
func (c *icalendar) fault(e *event, change bool) (reason, detail string) {
	if e.size > maxThing {
		return TooLong, e.rec.Name
	}
	if reason, detail = c.zones.times(e, change); reason != "" {
		return reason, detail
	}
	if e.rec.Name == "" && !change { // a change may leave it to its series
		return NoName, e.rec.ID
	}
	return "", ""
}
