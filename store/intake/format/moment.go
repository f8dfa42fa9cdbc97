package format

import (
	"strings"
	"time"
)

// paris is the zone of a village that says nothing.
const paris = "Europe/Paris"

const (
	wallLayout = "2006-01-02T15:04"
	dayLayout  = "2006-01-02"
)

func (o *Options) zone() string {
	if o.Zone == "" {
		return paris
	}
	return o.Zone
}

// moments fills the times of an event from cells; it answers why they cannot
// be read. Without an hour the event lasts all day.
func (r *Record) moments(starts, hour, ends string, o *Options) (reason string) {
	r.Zone = o.zone()
	if starts == "" {
		return NoDate
	}
	begin, timed, ok := moment(starts)
	if !ok {
		return BadDate
	}
	if hour != "" {
		h, ok := hourOf(hour)
		if !ok {
			return BadDate
		}
		begin, timed = time.Date(begin.Year(), begin.Month(), begin.Day(), h.Hour(), h.Minute(), 0, 0, time.UTC), true
	}
	r.AllDay = !timed
	r.Starts = begin.Format(wallLayout)
	if ends == "" {
		return ""
	}
	end, endTimed, ok := moment(ends)
	if h, isHour := hourOf(ends); !ok && isHour && timed {
		end, endTimed, ok = time.Date(begin.Year(), begin.Month(), begin.Day(), h.Hour(), h.Minute(), 0, 0, time.UTC), true, true
		if end.Before(begin) {
			end = end.AddDate(0, 0, 1)
		}
	}
	switch {
	case !ok:
		return BadDate
	case r.AllDay:
		end = end.AddDate(0, 0, 1) // the last day counts
	case !endTimed:
		return ""
	}
	r.Ends = end.Format(wallLayout)
	return ""
}

// moment reads a day, with an hour after it or without.
func moment(s string) (t time.Time, timed, ok bool) {
	s = strings.TrimSpace(s)
	date, hour, _ := strings.Cut(strings.Replace(s, "T", " ", 1), " ")
	d := day(date)
	if d == "" {
		return t, false, false
	}
	t, err := time.Parse(dayLayout, d)
	if err != nil {
		return t, false, false
	}
	if hour = strings.TrimPrefix(strings.TrimSpace(hour), "à "); hour == "" {
		return t, false, true
	}
	h, ok := hourOf(hour)
	return time.Date(t.Year(), t.Month(), t.Day(), h.Hour(), h.Minute(), 0, 0, time.UTC), true, ok
}

// hourOf reads 20:30, 20h30, 20 h and 20:30:00.
func hourOf(s string) (time.Time, bool) {
	s = strings.TrimSuffix(strings.NewReplacer(" ", "", "H", ":", "h", ":").Replace(s), ":")
	for _, layout := range []string{"15:04", "15:04:05", "15"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// instants fills the times of an event from instants with an offset, or walls
// without, as exports write them.
func (r *Record) instants(starts, ends string, o *Options) (reason string) {
	r.Zone = o.zone()
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return BadDate
	}
	if starts == "" {
		return NoDate
	}
	wall := func(s string) (string, bool) {
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700"} {
			if t, err := time.Parse(layout, s); err == nil {
				return t.In(zone).Format(wallLayout), true
			}
		}
		t, timed, ok := moment(s)
		r.AllDay = r.AllDay || !timed
		return t.Format(wallLayout), ok
	}
	var ok bool
	if r.Starts, ok = wall(starts); !ok {
		return BadDate
	}
	if ends != "" {
		if r.Ends, ok = wall(ends); !ok {
			return BadDate
		}
	}
	return ""
}
