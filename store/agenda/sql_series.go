package agenda

import (
	"encoding/json"
	"fmt"

	"copi.local/store/calendar"
)

const (
	sqlListed = `UPDATE agenda_events SET listed = ? WHERE id = ? AND listed <> ?`
	sqlStale  = `SELECT id FROM agenda_events WHERE listed <> '' AND listed NOT IN (?, ?) ORDER BY id LIMIT ?`

	sqlAttendingDate = `SELECT account_id FROM agenda_participations WHERE event_id = ? AND date = ? AND account_id <> ''`
	sqlJoinedMove    = `UPDATE agenda_participations SET event_id = ?, date = ?, ends_at = ? WHERE event_id = ? AND date = ?`
)

// storedSeries is the column series. Its moments are written as Wall.String
// does, its rule as RRULE.
type storedSeries struct {
	Rule      string         `json:"rule,omitempty"`
	Extra     []string       `json:"extra,omitempty"`
	Without   []string       `json:"without,omitempty"`
	Public    bool           `json:"skip_public,omitempty"`
	Alsace    bool           `json:"skip_alsace,omitempty"`
	School    string         `json:"skip_school,omitempty"`
	RelatedTo string         `json:"related_to,omitempty"`
	Changes   []storedChange `json:"changes,omitempty"`
}

type storedChange struct {
	Original  string `json:"original"`
	Starts    string `json:"starts,omitempty"`
	Ends      string `json:"ends,omitempty"`
	Cancelled bool   `json:"cancelled,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Place     string `json:"place,omitempty"`
	Note      string `json:"note,omitempty"`
}

// column is the series as stored; empty for an event that takes place once and
// goes on with no other.
func (r *Repeat) column() string {
	if !r.Repeats() && r.RelatedTo == "" {
		return ""
	}
	s := storedSeries{
		Rule: r.Rule.String(), Extra: moments(r.Extra), Without: moments(r.Without),
		Public: r.Skip.Public, Alsace: r.Skip.Alsace, School: r.Skip.School, RelatedTo: r.RelatedTo,
	}
	for _, c := range r.Changes {
		s.Changes = append(s.Changes, storedChange{c.Original.String(), c.Starts.String(), c.Ends.String(), c.Cancelled, c.Reason, c.Place, c.Note})
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings and booleans
	}
	return string(text)
}

// read is the series of a column.
func (r *Repeat) read(column string) (err error) {
	if column == "" {
		return nil
	}
	var s storedSeries
	if err := json.Unmarshal([]byte(column), &s); err != nil {
		return fmt.Errorf("series: %w", err)
	}
	if s.Rule != "" {
		if r.Rule, err = calendar.ParseRule(s.Rule); err != nil {
			return err
		}
	}
	if r.Extra, err = readMoments(s.Extra); err != nil {
		return err
	}
	if r.Without, err = readMoments(s.Without); err != nil {
		return err
	}
	r.Skip, r.RelatedTo = calendar.Skip{Public: s.Public, Alsace: s.Alsace, School: s.School}, s.RelatedTo
	for _, c := range s.Changes {
		walls, err := readMoments([]string{c.Original, c.Starts, c.Ends})
		if err != nil {
			return err
		}
		r.Changes = append(r.Changes, Change{walls[0], walls[1], walls[2], c.Cancelled, c.Reason, c.Place, c.Note})
	}
	return nil
}

func moments(list []calendar.Wall) []string {
	var out []string
	for _, w := range list {
		out = append(out, w.String())
	}
	return out
}

func readMoments(list []string) (out []calendar.Wall, err error) {
	for _, s := range list {
		var w calendar.Wall
		if s != "" {
			if w, err = calendar.ParseWall(s); err != nil {
				return nil, err
			}
		}
		out = append(out, w)
	}
	return out, nil
}
