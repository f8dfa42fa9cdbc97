package ui

import (
	"fmt"
	"strings"
	"time"

	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// linkedStatus is whether an event takes place, in the words of schema.org.
func linkedStatus(c listing.Card, body listing.Body) string {
	status := "Scheduled"
	switch said, _ := body["eventStatus"].(string); {
	case c.Cancelled:
		status = "Cancelled"
	case c.Postponed:
		status = "Postponed"
	case strings.HasSuffix(said, "/EventRescheduled"):
		status = "Rescheduled"
	}
	return linkedContext + "/Event" + status
}

// linkedSchedule is how an event repeats, as schema.org has it; nil when it does
// not, or by a rule that vocabulary has no words for.
func linkedSchedule(body listing.Body) object {
	name, _ := body["tzid"].(string)
	zone, err := calendar.Location(name)
	if err != nil {
		return nil
	}
	s, ok := readSeries(body, zone)
	r := &s.Rule
	if !ok || r.IsZero() || len(r.Weeks)+len(r.YearDays)+len(r.Positions) > 0 {
		return nil
	}
	o := object{
		"@type": "Schedule", "repeatFrequency": linkedFrequency(r), "startDate": s.Starts.Date(), "scheduleTimezone": zone.String(),
	}
	if !s.AllDay {
		o["startTime"] = s.Starts.String()[len("2006-01-02T"):]
		if !s.ends.IsZero() {
			o["endTime"] = s.ends.String()[len("2006-01-02T"):]
		}
	}
	if r.Count > 0 {
		o["repeatCount"] = r.Count
	}
	if !r.Until.IsZero() {
		at := r.Until.At
		if !r.Until.Local {
			at = at.In(zone)
		}
		o["endDate"] = at.Format(time.DateOnly)
	}
	if len(r.Months) > 0 {
		o["byMonth"] = r.Months
	}
	if len(r.MonthDays) > 0 {
		o["byMonthDay"] = r.MonthDays
	}
	if days := linkedDays(r.Days); len(days) > 0 {
		o["byDay"] = days
	}
	if except := exceptDates(&s, zone); len(except) > 0 {
		o["exceptDate"] = except
	}
	return o
}

// linkedFrequency is the period of a rule as a duration of ISO 8601.
func linkedFrequency(r *calendar.Rule) string {
	unit := map[calendar.Freq]string{calendar.Daily: "D", calendar.Weekly: "W", calendar.Monthly: "M", calendar.Yearly: "Y"}
	return fmt.Sprintf("P%d%s", max(1, r.Every), unit[r.Freq])
}

// linkedDays are days of the week, or the Nth one of a month as iCalendar
// writes it, which the vocabulary allows.
func linkedDays(days []calendar.Weekday) (words []string) {
	for _, d := range days {
		if d.N == 0 {
			words = append(words, linkedContext+"/"+d.Day.String())
		} else {
			words = append(words, fmt.Sprint(d.N)+strings.ToUpper(d.Day.String()[:2]))
		}
	}
	return words
}

// exceptDates are the dates of the rule that there are not, or that were moved
// or cancelled.
func exceptDates(s *series, zone *time.Location) (dates []string) {
	list := s.Without
	for _, b := range s.changes {
		original, _, ok := bodyWall(b["recurrenceId"], time.UTC)
		if _, moved := b["startDate"]; ok && (moved || isCancelled(b)) {
			list = append(list, original)
		}
	}
	for _, w := range list {
		if s.AllDay {
			dates = append(dates, w.Date())
		} else {
			dates = append(dates, wallIn(w, zone).Format(time.RFC3339))
		}
	}
	return dates
}
