package mutualaid

import (
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/contact"
	"copi.local/store/listing"
)

// Limits of a roster.
const (
	MaxShiftPlaces = 50   // persons of one shift
	MinShift       = 15   // minutes
	MaxShift       = 1440 // minutes
	maxRosterText  = 3000 // characters
	maxRosterLine  = 120  // characters: the place
	rosterSummary  = 160  // characters
	rosterHorizon  = 366 * 24 * time.Hour
	furthestSeries = 100 // years: what ends later does not end
	latestYear     = 2200
	earliestYear   = 1990
)

// Roster is something the village keeps going in turns: the bread oven, the
// compost, the library. Its shifts are the dates of a series on the wall; none
// of them has a row until somebody signs up or it differs from the others.
type Roster struct {
	ID     string
	Title  string
	Text   string // plain, may be empty
	Place  string
	Starts calendar.Wall // of the first shift
	Lasts  int           // minutes of a shift, MinShift to MaxShift
	Zone   string        // IANA; empty is Paris
	Rule   calendar.Rule // zero: one shift
	Skip   calendar.Skip
	Places int // persons a shift needs, 1 to MaxShiftPlaces

	Audience listing.Audience
	Closed   bool   // nobody new signs up, and it is in no list of cards
	AuthorID string // empty after its author left

	CreatedAt, UpdatedAt time.Time
}

// Ref points at the roster.
func (r *Roster) Ref() store.Ref { return store.Ref{Module: Module, ID: r.ID} }

// Check tells what is wrong with the roster as written. The first shift becomes
// the first that the rule names.
func (r *Roster) Check() error {
	var bad store.Errors
	bad.Add(listing.CheckTitle(r.Title))
	bad.Add(listing.CheckText("place", r.Place, maxRosterLine))
	if strings.TrimSpace(r.Place) == "" {
		bad.Add(store.E(store.Invalid, "err.roster.place_empty").At("place"))
	}
	bad.Add(listing.CheckText("text", r.Text, maxRosterText))
	bad.Add(r.checkSeries())
	if r.Lasts < MinShift || r.Lasts > MaxShift {
		bad.Add(store.E(store.Invalid, "err.roster.lasts", "min", MinShift, "hours", MaxShift/60).At("lasts"))
	}
	if r.Places < 1 || r.Places > MaxShiftPlaces {
		bad.Add(store.E(store.Invalid, "err.roster.places", "max", MaxShiftPlaces).At("places"))
	}
	return bad.OrNil()
}

func (r *Roster) checkSeries() *store.Error {
	if r.Zone == "" {
		r.Zone = Paris
	}
	switch _, err := calendar.Location(r.Zone); {
	case err != nil || r.Starts.IsZero():
		return store.E(store.Invalid, "err.roster.starts_empty").At("starts")
	case r.Starts.Year < earliestYear || r.Starts.Year > latestYear:
		return store.E(store.Invalid, "err.roster.year").At("starts")
	case !r.Rule.IsZero() && r.Rule.Check() != nil:
		return store.E(store.Invalid, "err.agenda.rule").At("repeat")
	}
	first, ok := r.series().First()
	if !ok {
		return store.E(store.Invalid, "err.roster.no_shift").At("starts")
	}
	r.Starts = first.Starts
	return nil
}

// series are the shifts as the rule has them.
func (r *Roster) series() *calendar.Series {
	return &calendar.Series{
		Starts: r.Starts, Lasts: time.Duration(r.Lasts) * time.Minute, Zone: r.Zone, Rule: r.Rule, Skip: r.Skip,
	}
}

// Last is when the last shift ends; false when there is no end in sight.
func (r *Roster) Last() (time.Time, bool) {
	last, ends := r.series().Last()
	return last, ends && last.Year() < r.Starts.Year+furthestSeries
}

// card is the roster as lists, feeds and neighbours see it: it has no date of
// its own, the shifts are on its page.
func (r *Roster) card() listing.Card {
	c := listing.Card{
		Ref: r.Ref(), Kind: listing.KindNeed, Title: masked(r.Title), Audience: r.Audience,
		Summary: listing.Clip(masked(strings.TrimSuffix(r.Place+" — "+r.Text, " — ")), rosterSummary),
	}
	if last, ends := r.Last(); ends {
		c.ExpiresAt = last
	}
	return c
}

// body is the roster as a neighbour's box shows it, with schema.org names and,
// as an event's, the words of iCalendar.
func (r *Roster) body() listing.Body {
	b := listing.Body{
		"@type": "Schedule", "name": masked(r.Title), "tzid": r.Zone,
		"location": map[string]any{"@type": "Place", "name": masked(r.Place)},
	}
	if d, ok := r.series().First(); ok {
		b["startDate"], b["endDate"] = rfc3339(d.At, r.Zone), rfc3339(d.Until, r.Zone)
	}
	if r.Text != "" {
		b["description"] = masked(r.Text)
	}
	if !r.Rule.IsZero() {
		b["rrule"] = r.Rule.String()
	}
	return b
}

// masked is a text without the telephone numbers and addresses in it: they do
// not leave the box, and people with an account read them on the page (PA-3).
func masked(text string) string { return contact.Mask(text, contact.Hidden) }

// rfc3339 is an instant with the offset of a zone.
func rfc3339(t time.Time, zone string) string {
	if z, err := calendar.Location(zone); err == nil {
		t = t.In(z)
	}
	return t.Format(time.RFC3339)
}

// put writes the card; that of a closed roster says nothing but its title and
// is in no list.
func (r *Roster) put(tx *store.Tx) error {
	if r.Closed {
		return listing.Put(tx, restingCard(r.Ref(), masked(r.Title), r.Audience), listing.Body{"@type": "Schedule", "name": masked(r.Title)})
	}
	return listing.Put(tx, r.card(), r.body())
}

// MayChange tells whether the actor plans the roster: who wrote it, who answers
// for the organisation in whose name it stands (store.Tx.Entrust), or an
// operator: what the village keeps going outlasts who began it.
func (r *Roster) MayChange(tx *store.Tx) bool {
	return tx.Actor.ID != "" && (tx.Actor.ID == r.AuthorID || tx.VouchedFor(r.Ref())) || tx.Actor.Can(store.Operator)
}

// PlanRoster adds a roster on behalf of an operator, or of somebody another
// module vouched for: then r brings the id that was vouched for.
func PlanRoster(tx *store.Tx, r *Roster) error {
	if err := tx.Actor.Need(store.Resident); err != nil {
		return err
	}
	if !tx.Actor.Can(store.Operator) && (r.ID == "" || !tx.VouchedFor(r.Ref())) {
		return store.E(store.Forbidden, "err.forbidden")
	}
	if err := r.Check(); err != nil {
		return err
	}
	if r.ID == "" {
		r.ID = tx.NewID()
	}
	r.AuthorID, r.CreatedAt, r.UpdatedAt, r.Closed = tx.Actor.ID, tx.Now, tx.Now, false
	if _, err := tx.Exec(sqlInsertRoster, r.columns()...); err != nil {
		return err
	}
	return r.put(tx)
}

// EditRoster changes a roster. Who signed up keeps their shift, at its new hour
// when the hour changed; where there is no such shift any more they are told.
func EditRoster(tx *store.Tx, r *Roster) error {
	was, err := OwnRoster(tx, r.ID)
	if err != nil {
		return err
	}
	if err := r.Check(); err != nil {
		return err
	}
	r.AuthorID, r.CreatedAt, r.Closed, r.UpdatedAt = was.AuthorID, was.CreatedAt, was.Closed, tx.Now
	if err := updateRoster(tx, r); err != nil {
		return err
	}
	return carryTurns(tx, &was, r)
}

func updateRoster(tx *store.Tx, r *Roster) error {
	if _, err := tx.Exec(sqlUpdateRoster, r.columns()...); err != nil {
		return err
	}
	return r.put(tx)
}

// CloseRoster lets nobody sign up any more and takes the roster out of lists of
// cards, or opens it again. Who signed up keeps their shift.
func CloseRoster(tx *store.Tx, id string, closed bool) error {
	r, err := OwnRoster(tx, id)
	if err != nil || r.Closed == closed {
		return err
	}
	r.Closed, r.UpdatedAt = closed, tx.Now
	return updateRoster(tx, &r)
}

// RemoveRoster takes a roster away for good, with its shifts; whoever had one
// to come is told.
func RemoveRoster(tx *store.Tx, id string) error {
	r, err := OwnRoster(tx, id)
	if err != nil {
		return err
	}
	turns, err := store.All(tx, scanTurn, sqlTurnsToCome, id, tx.Now.Unix())
	if err != nil {
		return err
	}
	for i := range turns {
		if err := turns[i].tell(tx, &r, "notify.roster_removed", turns[i].AccountID); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(sqlDeleteRoster, id); err != nil {
		return err
	}
	return listing.Withdraw(tx, r.Ref())
}

// OwnRoster is a roster for who plans it; it fails with kind Forbidden for
// anybody else.
func OwnRoster(tx *store.Tx, id string) (Roster, error) {
	r, err := GetRoster(tx, id)
	if err != nil {
		return r, err
	}
	if err := tx.Actor.Need(store.Resident); err != nil {
		return r, err
	}
	if !r.MayChange(tx) {
		return r, store.E(store.Forbidden, "err.forbidden")
	}
	return r, nil
}

// GetRoster is one roster. It fails with kind NotFound for one the actor may
// not know of: for residents only, or hidden by a moderator.
func GetRoster(tx *store.Tx, id string) (Roster, error) {
	r, err := store.One(tx, scanRoster, sqlRosterByID, id)
	if err != nil || r.MayChange(tx) {
		return r, err
	}
	if _, err := listing.ByRef(tx, r.Ref()); err != nil {
		return Roster{}, err
	}
	return r, nil
}

// Rosters lists the rosters the actor may see, the open ones first, by title.
func Rosters(tx *store.Tx) ([]Roster, error) {
	all, err := store.All(tx, scanRoster, sqlRosters)
	if err != nil {
		return nil, err
	}
	kept := all[:0]
	for i := range all {
		r, err := GetRoster(tx, all[i].ID)
		if store.KindOf(err) == store.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		kept = append(kept, r)
	}
	return kept, nil
}
