package mutualaid

import (
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
)

// Shift is one date of a roster, with who comes.
type Shift struct {
	Date      calendar.Wall // its name: what the clock on the wall shows when it begins
	At, Until time.Time     // exclusive end
	Places    int           // persons it needs
	Cancelled bool          // nobody should come
	Struck    string        // the holiday on which it does not take place, as calendar.Date has it
	Note      string        // what those who come should know
	Turns     []Turn        // in the order in which people signed up
}

// Free is how many persons it still needs.
func (s *Shift) Free() int {
	if s.Off() {
		return 0
	}
	return max(0, s.Places-len(s.Turns))
}

// Off tells that it does not take place.
func (s *Shift) Off() bool { return s.Cancelled || s.Struck != "" }

// TurnOf is an account's turn in the shift; nil without one.
func (s *Shift) TurnOf(account string) *Turn {
	i := slices.IndexFunc(s.Turns, func(t Turn) bool { return t.AccountID == account && account != "" })
	if i < 0 {
		return nil
	}
	return &s.Turns[i]
}

// shiftChange is what is different on one shift.
type shiftChange struct {
	date      string
	places    int // 0: as the others
	cancelled bool
	note      string
}

// Shifts lists the shifts that touch [from, to), in order, at most limit; 0 is
// no limit. More than a year is cut off.
func (r *Roster) Shifts(tx *store.Tx, from, to time.Time, limit int) ([]Shift, error) {
	if far := from.Add(rosterHorizon); to.After(far) {
		to = far
	}
	dates := r.series().Between(from, to)
	if limit > 0 && len(dates) > limit {
		dates = dates[:limit]
	}
	if len(dates) == 0 {
		return nil, nil
	}
	changes, err := store.All(tx, scanShiftChange, sqlShiftChanges, r.ID)
	if err != nil {
		return nil, err
	}
	turns, err := store.All(tx, scanTurn, sqlTurnsBetween, r.ID, dates[0].At.Unix(), dates[len(dates)-1].At.Unix())
	if err != nil {
		return nil, err
	}
	shifts := make([]Shift, len(dates))
	for i, d := range dates {
		shifts[i] = r.shift(d, changes)
		name := d.Starts.String()
		for _, t := range turns {
			if t.Date.String() == name {
				shifts[i].Turns = append(shifts[i].Turns, t)
			}
		}
	}
	return shifts, nil
}

// shift is a date of the series with what is different on it.
func (r *Roster) shift(d calendar.Date, changes []shiftChange) Shift {
	s := Shift{Date: d.Starts, At: d.At, Until: d.Until, Places: r.Places, Struck: d.Struck}
	i := slices.IndexFunc(changes, func(c shiftChange) bool { return c.date == d.Starts.String() })
	if i < 0 {
		return s
	}
	s.Cancelled, s.Note = changes[i].cancelled, changes[i].note
	if changes[i].places > 0 {
		s.Places = changes[i].places
	}
	return s
}

// Shift is the shift with a name; it fails with kind NotFound when the roster
// has none.
func (r *Roster) Shift(tx *store.Tx, name string) (Shift, error) {
	date, err := calendar.ParseWall(name)
	if err != nil {
		return Shift{}, store.E(store.NotFound, "err.not_found")
	}
	d, ok := r.dateOf(date)
	if !ok {
		return Shift{}, store.E(store.NotFound, "err.not_found")
	}
	shifts, err := r.Shifts(tx, d.At, d.At.Add(time.Second), 0)
	if err != nil {
		return Shift{}, err
	}
	i := slices.IndexFunc(shifts, func(s Shift) bool { return s.Date == date })
	if i < 0 {
		return Shift{}, store.E(store.NotFound, "err.not_found")
	}
	return shifts[i], nil
}

// dateOf is the date of the series that begins at a moment on the wall.
func (r *Roster) dateOf(date calendar.Wall) (calendar.Date, bool) {
	zone, err := calendar.Location(r.Zone)
	if err != nil {
		return calendar.Date{}, false
	}
	at, _, ok := date.In(zone, false)
	if !ok { // no clock shows it
		return calendar.Date{}, false
	}
	for _, d := range r.series().Between(at, at.Add(time.Second)) {
		if d.Starts == date {
			return d, true
		}
	}
	return calendar.Date{}, false
}

// ChangeShift writes what is different on one shift: how many persons it needs
// (0: as the others), whether it takes place, what to know. Those who come are
// told; nobody is sent away.
func ChangeShift(tx *store.Tx, roster, name string, places int, cancelled bool, note string) error {
	r, err := OwnRoster(tx, roster)
	if err != nil {
		return err
	}
	s, err := r.Shift(tx, name)
	if err != nil {
		return err
	}
	var bad store.Errors
	if places < 0 || places > MaxShiftPlaces {
		bad.Add(store.E(store.Invalid, "err.roster.places", "max", MaxShiftPlaces).At("places"))
	}
	bad.Add(listing.CheckText("note", note, maxRosterLine))
	if err := bad.OrNil(); err != nil {
		return err
	}
	if places == r.Places {
		places = 0
	}
	if places == 0 && !cancelled && note == "" {
		_, err = tx.Exec(sqlUnchangeShift, r.ID, name)
	} else {
		_, err = tx.Exec(sqlChangeShift, r.ID, name, places, cancelled, note)
	}
	if err != nil {
		return err
	}
	return s.tellChange(tx, &r, cancelled, note)
}

// tellChange tells those who come what is new for them.
func (s *Shift) tellChange(tx *store.Tx, r *Roster, cancelled bool, note string) error {
	key := ""
	switch {
	case cancelled && !s.Cancelled:
		key = "notify.roster_cancelled"
	case !cancelled && s.Cancelled:
		key = "notify.roster_restored"
	case note != s.Note && note != "":
		key = "notify.roster_note"
	}
	for i := range s.Turns {
		if key == "" {
			break
		}
		if err := s.Turns[i].tell(tx, r, key, s.Turns[i].AccountID); err != nil {
			return err
		}
	}
	return nil
}

// carryTurns takes what is known of single shifts along when a roster changed:
// at the hour it has now, where there is such a shift.
func carryTurns(tx *store.Tx, was, now *Roster) error {
	moved := func(w calendar.Wall) calendar.Wall {
		if w.Hour == was.Starts.Hour && w.Minute == was.Starts.Minute {
			w.Hour, w.Minute = now.Starts.Hour, now.Starts.Minute
		}
		return w
	}
	if err := moveShiftChanges(tx, now, moved); err != nil {
		return err
	}
	turns, err := store.All(tx, scanTurn, sqlTurnsToCome, now.ID, tx.Now.Unix())
	if err != nil {
		return err
	}
	for i := range turns {
		if err := turns[i].move(tx, now, moved(turns[i].Date)); err != nil {
			return err
		}
	}
	return nil
}

func moveShiftChanges(tx *store.Tx, r *Roster, moved func(calendar.Wall) calendar.Wall) error {
	changes, err := store.All(tx, scanShiftChange, sqlShiftChanges, r.ID)
	if err != nil {
		return err
	}
	for _, c := range changes {
		date, err := calendar.ParseWall(c.date)
		if err != nil {
			return err
		}
		to := moved(date)
		if to == date {
			continue
		}
		if _, err := tx.Exec(sqlUnchangeShift, r.ID, c.date); err != nil {
			return err
		}
		if _, ok := r.dateOf(to); ok {
			if _, err := tx.Exec(sqlChangeShift, r.ID, to.String(), c.places, c.cancelled, c.note); err != nil {
				return err
			}
		}
	}
	return nil
}

// move takes a turn to another hour of its day, or gives it up when its roster
// has no shift there any more. Who has it is told when something changed.
func (t *Turn) move(tx *store.Tx, r *Roster, to calendar.Wall) error {
	d, ok := r.dateOf(to)
	if !ok || d.Struck != "" {
		if err := t.tell(tx, r, "notify.roster_gone", t.AccountID); err != nil {
			return err
		}
		return t.drop(tx)
	}
	if to == t.Date && d.Until.Equal(t.Until) && d.At.Equal(t.At) {
		return nil
	}
	if _, err := tx.Exec(sqlMoveTurn, to.String(), d.At.Unix(), d.Until.Unix(), t.ID); err != nil {
		return err
	}
	t.Date, t.At, t.Until = to, d.At, d.Until
	return t.tell(tx, r, "notify.roster_moved", t.AccountID)
}
