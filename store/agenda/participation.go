package agenda

import (
	"crypto/sha256"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// Participation is one person who comes, or waits for a place, alone or with
// others.
type Participation struct {
	ID        string
	EventID   string
	Date      calendar.Wall // of a series the date; otherwise zero
	AccountID string        // empty: no account
	Name      string        // of who has no account
	Persons   int
	Note      string // to the organiser
	Waiting   bool
	AskedAt   time.Time
}

// Kept is how long after a date its participations are forgotten.
const Kept = 60 * 24 * time.Hour

// Check tells what is wrong with a participation as asked for.
func (p *Participation) check(r *Roll) error {
	var bad store.Errors
	if p.AccountID == "" {
		p.Name = strings.TrimSpace(p.Name)
		if p.Name == "" {
			bad.Add(store.E(store.Invalid, "err.agenda.name_empty").At("name"))
		}
		bad.Add(listing.CheckText("name", p.Name, MaxLine))
	}
	if p.Persons < 1 || p.Persons > r.Most {
		bad.Add(store.E(store.Invalid, "err.agenda.persons", "max", r.Most).At("persons"))
	}
	bad.Add(listing.CheckText("note", p.Note, MaxNote))
	return bad.OrNil()
}

// Join registers somebody for a date: the acting account, or, where the
// organiser allows it, a name. Then it answers the code that withdraws it.
// p.Waiting tells whether there was a place. It fails with kind Conflict for
// an account that is registered already.
func Join(tx *store.Tx, p *Participation) (code string, err error) {
	e, r, err := openFor(tx, p.EventID, p.Date)
	if err != nil {
		return "", err
	}
	if p.AccountID = tx.Actor.ID; p.AccountID == "" && !r.Anonymous {
		return "", tx.Actor.Need(store.Resident)
	}
	if err := p.check(&r); err != nil {
		return "", err
	}
	a, err := r.AttendanceOf(tx, p.Date)
	if err != nil {
		return "", err
	}
	p.ID, p.AskedAt, p.Waiting = tx.NewID(), tx.Now, p.Persons > a.Free()
	var hash any
	if p.AccountID == "" {
		code = strings.ToUpper(store.NewID())
		hash = codeHash(code)
	} else {
		p.Name = ""
	}
	_, ends := e.times(p.Date)
	_, err = tx.Exec(sqlJoin, p.ID, p.EventID, p.Date.String(), p.AccountID, p.Name, hash, p.Persons, p.Note, p.Waiting,
		tx.Now.Unix(), ends.Unix())
	if store.IsUnique(err) {
		return "", store.E(store.Conflict, "err.agenda.joined_already")
	}
	return code, err
}

// openFor is an event and its roll, when somebody may still register for a
// date.
func openFor(tx *store.Tx, event string, date calendar.Wall) (Event, Roll, error) {
	e, err := Get(tx, event)
	if err != nil {
		return e, Roll{}, err
	}
	r, ok, err := RollOf(tx, event)
	switch {
	case err != nil:
		return e, r, err
	case !ok:
		return e, r, store.E(store.NotFound, "err.not_found")
	case r.Closed, e.Draft:
		return e, r, store.E(store.Conflict, "err.agenda.roll_closed")
	case e.Off():
		return e, r, store.E(store.Conflict, "err.agenda.roll_off")
	}
	if err := e.hasDate(date); err != nil {
		return e, r, err
	}
	if starts, _ := e.times(date); !tx.Now.Before(starts) && tx.ClockQuality().Sure() {
		return e, r, store.E(store.Conflict, "err.agenda.roll_begun")
	}
	return e, r, nil
}

func codeHash(code string) []byte {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.TrimSpace(code))))
	return sum[:]
}

// Mine is the acting account's participation in a date; ok is false without
// one.
func Mine(tx *store.Tx, event string, date calendar.Wall) (p Participation, ok bool, err error) {
	if tx.Actor.ID == "" {
		return p, false, nil
	}
	p, err = store.One(tx, scanParticipation, sqlMine, event, date.String(), tx.Actor.ID)
	if store.KindOf(err) == store.NotFound {
		return p, false, nil
	}
	return p, err == nil, err
}

// ByJoinCode is the participation of somebody without an account, for whoever
// holds its code.
func ByJoinCode(tx *store.Tx, code string) (Participation, error) {
	return store.One(tx, scanParticipation, sqlByJoinCode, codeHash(code))
}

// Withdraw gives the acting account's place back.
func Withdraw(tx *store.Tx, event string, date calendar.Wall) error {
	p, ok, err := Mine(tx, event, date)
	if err != nil || !ok {
		return err
	}
	return strike(tx, &p)
}

// WithdrawCode gives the place of a code back.
func WithdrawCode(tx *store.Tx, code string) (Participation, error) {
	p, err := ByJoinCode(tx, code)
	if err != nil {
		return p, err
	}
	return p, strike(tx, &p)
}

// Strike takes a participation off the organiser's list; an account is told.
func Strike(tx *store.Tx, event, id string) error {
	e, err := own(tx, event)
	if err != nil {
		return err
	}
	p, err := store.One(tx, scanParticipation, sqlParticipation, id, event)
	if err != nil {
		return err
	}
	if err := strike(tx, &p); err != nil {
		return err
	}
	return notify.Tell(tx, p.AccountID, e.shownAs(), "notify.agenda_struck")
}

// strike deletes a participation and gives its places to those who wait.
func strike(tx *store.Tx, p *Participation) error {
	if _, err := tx.Exec(sqlStrike, p.ID); err != nil {
		return err
	}
	e, err := store.One(tx, scanEvent, sqlByID, p.EventID)
	if err != nil {
		return err
	}
	r, ok, err := RollOf(tx, p.EventID)
	if err != nil || !ok {
		return err
	}
	return promote(tx, &e, &r, p.Date.String())
}

// promote gives free places to those who wait, in the order they asked; a
// group too large for what is free keeps its rank and lets others pass, so
// that no place stays empty. Nobody is promoted to a date that has begun or on
// which nobody should come.
func promote(tx *store.Tx, e *Event, r *Roll, date string) error {
	wall, err := readDate(date)
	if err != nil {
		return err
	}
	takesPlace := !e.Off() && e.hasDate(wall) == nil
	if starts, _ := e.times(wall); !takesPlace || !tx.Now.Before(starts) && tx.ClockQuality().Sure() {
		return nil
	}
	a, err := r.attendance(tx, date)
	if err != nil || a.Full() || a.Waiting == 0 {
		return err
	}
	queue, err := store.All(tx, scanParticipation, sqlQueue, r.EventID, date)
	if err != nil {
		return err
	}
	free := a.Free()
	for _, p := range queue {
		if p.Persons > free {
			continue
		}
		free -= p.Persons
		if _, err := tx.Exec(sqlPromote, p.ID); err != nil {
			return err
		}
		if err := notify.Tell(tx, p.AccountID, e.shownAs(), "notify.agenda_promoted"); err != nil {
			return err
		}
	}
	return nil
}

// shownAs is the card on which notices about the event are shown.
func (e *Event) shownAs() store.Ref {
	ref := e.Ref()
	if e.ParentID != "" {
		ref.ID = e.ParentID
	}
	return ref
}

// Attendants lists who comes to a date and who waits, in the order they asked,
// for whoever answers for the event.
func Attendants(tx *store.Tx, event string, date calendar.Wall) ([]Participation, error) {
	if _, err := own(tx, event); err != nil {
		return nil, err
	}
	return store.All(tx, scanParticipation, sqlAttendants, event, date.String())
}

// JoinedDates lists the dates of an event somebody registered for.
func JoinedDates(tx *store.Tx, event string) ([]calendar.Wall, error) {
	dates, err := store.All(tx, store.Scan[string], sqlJoinedDates, event)
	if err != nil {
		return nil, err
	}
	walls := make([]calendar.Wall, len(dates))
	for i, d := range dates {
		if walls[i], err = readDate(d); err != nil {
			return nil, err
		}
	}
	return walls, nil
}

// follow tells those who come that an event has another time or place, and
// keeps until when their names are needed.
func follow(tx *store.Tx, was, now *Event) error {
	if was.StartsAt.Equal(now.StartsAt) && was.EndsAt.Equal(now.EndsAt) && was.Place == now.Place {
		return nil
	}
	if _, err := tx.Exec(sqlJoinedUntil, now.EndsAt.Unix(), now.ID); err != nil {
		return err
	}
	if err := tellAttendants(tx, now, "notify.agenda_moved"); err != nil {
		return err
	}
	return settle(tx, now)
}

// settle gives the free places of all dates to those who wait, once an event
// takes place again or at another time: what was given back meanwhile stayed
// empty.
func settle(tx *store.Tx, e *Event) error {
	r, ok, err := RollOf(tx, e.ID)
	if err != nil || !ok {
		return err
	}
	dates, err := store.All(tx, store.Scan[string], sqlWaitedFor, e.ID)
	for _, date := range dates {
		if err == nil {
			err = promote(tx, e, &r, date)
		}
	}
	return err
}

// tellAttendants tells every account that registered for a date to come.
func tellAttendants(tx *store.Tx, e *Event, key string) error {
	accounts, err := store.All(tx, store.Scan[string], sqlAttending, e.ID, tx.Now.Unix())
	for _, account := range accounts {
		if err == nil {
			err = notify.Tell(tx, account, e.shownAs(), key)
		}
	}
	return err
}

// forget deletes participations some time after their date.
func forget(tx *store.Tx) error {
	_, err := tx.Exec(sqlForgetJoined, tx.Now.Add(-Kept).Unix())
	return err
}

// readDate reads the date of a participation.
func readDate(s string) (calendar.Wall, error) {
	if s == "" {
		return calendar.Wall{}, nil
	}
	return calendar.ParseWall(s)
}
