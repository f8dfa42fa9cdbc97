package calendar

import "time"

// Skipped are the moments between two instants that the rule of the series
// names and no clock shows, since a spring night skips them. They are no dates
// (AG-2); programs that think otherwise have to be told.
func (s *Series) Skipped(from, to time.Time) (walls []Wall) {
	if s.AllDay || s.Rule.IsZero() {
		return nil
	}
	start := s.Starts.Midnight().utc()
	for _, c := range changesOf(s.zone(), from, to) {
		if c.to <= c.from || c.at.IsZero() {
			continue
		}
		w := c.onset
		w.Hour, w.Minute = s.Starts.Hour, s.Starts.Minute
		if end := c.onset.Later(time.Duration(c.to-c.from) * time.Second); w.Before(c.onset) || !w.Before(end) {
			continue
		}
		day := w.Midnight().utc()
		for range s.Rule.days(start, day, day) {
			walls = append(walls, w)
		}
	}
	return walls
}
