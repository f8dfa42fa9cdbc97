package booking

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/notify"
)

// MaxDates bounds a series of bookings, with the dates holidays strike out.
const MaxDates = 160

// Repeat is how a request repeats.
type Repeat struct {
	Rule calendar.Rule // with an end
	Skip calendar.Skip // holidays it leaves out
}

// Series is a request that repeats, and its dates.
type Series struct {
	ID       string
	Resource string
	AuthorID string
	Repeat
	Bookings []Booking // in order, of every state
}

// Ref points at the series.
func (s *Series) Ref() store.Ref { return store.Ref{Module: Module, ID: s.ID} }

// Planned is one date of a request that repeats, before it is filed or when it
// could not be.
type Planned struct {
	Booking
	Struck string // the holiday that leaves it out, as calendar.Date has it
	Fault  error  // why it cannot be had: kind Conflict with a Taken behind, or Invalid
}

// Free tells whether the date can be had.
func (p *Planned) Free() bool { return p.Struck == "" && p.Fault == nil }

// each lists the dates of a request that repeats, as they would be filed.
func (b *Booking) each(repeat Repeat) ([]Planned, error) {
	switch {
	case repeat.Rule.Check() != nil || repeat.Rule.IsZero():
		return nil, store.E(store.Invalid, "err.booking.rule").At("repeat")
	case repeat.Rule.Count == 0 && repeat.Rule.Until.IsZero():
		return nil, store.E(store.Invalid, "err.booking.rule_end").At("repeat_until")
	}
	s := calendar.Series{
		Starts: b.Starts, Lasts: b.Ends.Since(b.Starts), Days: daysBetween(b.Slot), Zone: b.Zone, AllDay: b.AllDay,
		Rule: repeat.Rule, Skip: repeat.Skip,
	}
	last, _ := s.Last()
	dates := s.Between(b.StartsAt, last.Add(time.Second))
	switch {
	case len(dates) == 0:
		return nil, store.E(store.Invalid, "err.booking.no_dates").At("repeat_until")
	case len(dates) > MaxDates:
		return nil, store.E(store.Invalid, "err.booking.dates_many", "max", MaxDates).At("repeat_until")
	}
	list := make([]Planned, len(dates))
	lasts := b.Ends.Since(b.Starts)
	for i, d := range dates {
		one := *b
		one.Starts, one.Ends = d.Starts, d.Starts.Later(lasts)
		list[i] = Planned{Booking: one, Struck: d.Struck}
	}
	return list, nil
}

// PlanSeries says what would become of each date of a request that repeats,
// and writes nothing.
func PlanSeries(tx *store.Tx, b Booking, repeat Repeat) ([]Planned, error) {
	r, manages, err := b.begin(tx)
	if err != nil {
		return nil, err
	}
	list, err := b.each(repeat)
	for i := range list {
		p := &list[i]
		if p.Struck != "" {
			continue
		}
		_, fault := p.stand(tx, &r, manages, Way{})
		if p.Fault, err = refusal(fault); err != nil {
			return nil, err
		}
	}
	return list, err
}

// refusal tells a date that cannot be had from something that went wrong.
func refusal(err error) (fault, broken error) {
	if k := store.KindOf(err); err != nil && k != store.Conflict && k != store.Invalid {
		return nil, err
	}
	return err, nil
}

// stand works out the state in which a new request can be filed.
func (b *Booking) stand(tx *store.Tx, r *Resource, manages bool, way Way) (State, error) {
	if err := b.Check(r); err != nil {
		return "", err
	}
	if !manages && b.StartsAt.Before(tx.Now) {
		return "", store.E(store.Invalid, "err.booking.past").At("starts")
	}
	confirm, err := judge(tx, r, b, manages, way.Derogation)
	if err != nil {
		return "", err
	}
	state := Approved
	if (r.Validated || confirm) && !manages {
		state = Asked
	}
	return state, b.settle(tx, r)
}

// RequestSeries files a request for each date that can be had, and gives all
// dates back: those of holidays, and those that are taken, are not filed and
// nothing is overwritten (SA-5). Without any date it fails with kind Conflict.
func RequestSeries(tx *store.Tx, b *Booking, repeat Repeat, way Way) (Series, []Planned, error) {
	r, manages, err := b.begin(tx)
	if err != nil {
		return Series{}, nil, err
	}
	list, err := b.each(repeat)
	if err != nil {
		return Series{}, nil, err
	}
	s := Series{ID: tx.NewID(), Resource: r.ID, AuthorID: tx.Actor.ID, Repeat: repeat}
	if _, err := tx.Exec(sqlInsertSeries, s.ID, r.ID, s.AuthorID, repeat.Rule.String(), skipText(repeat.Skip), tx.Now.Unix()); err != nil {
		return s, nil, err
	}
	for i := range list {
		p := &list[i]
		if p.Struck != "" {
			continue
		}
		p.SeriesID = s.ID
		var fault error
		p.State, fault = p.stand(tx, &r, manages, way)
		if p.Fault, err = refusal(fault); err != nil {
			return s, nil, err
		}
		if p.Fault != nil {
			continue
		}
		if err := p.file(tx, &r, way); err != nil {
			return s, nil, err
		}
		s.Bookings = append(s.Bookings, p.Booking)
	}
	if len(s.Bookings) == 0 {
		return s, list, store.E(store.Conflict, "err.booking.none_free")
	}
	if s.Bookings[0].State == Asked {
		return s, list, tellManagers(tx, r.ID, s.Ref(), "notify.booking_asked")
	}
	return s, list, s.announce(tx, &r)
}

func skipText(k calendar.Skip) string {
	var words []string
	if k.Public {
		words = append(words, "public")
	}
	if k.Alsace {
		words = append(words, "alsace")
	}
	if k.School != "" {
		words = append(words, "school:"+k.School)
	}
	return strings.Join(words, " ")
}

func parseSkip(s string) calendar.Skip {
	var k calendar.Skip
	for word := range strings.FieldsSeq(s) {
		zone, school := strings.CutPrefix(word, "school:")
		switch {
		case school:
			k.School = zone
		case word == "public":
			k.Public = true
		case word == "alsace":
			k.Alsace = true
		}
	}
	return k
}

// FindSeries is a request that repeats with all its dates, for who asked and
// who answers.
func FindSeries(tx *store.Tx, id string) (Series, error) {
	s, err := store.One(tx, scanSeries, sqlSeries, id)
	if err != nil {
		return s, err
	}
	manages, err := Manages(tx, s.Resource)
	if err != nil {
		return s, err
	}
	if !manages && (s.AuthorID == "" || s.AuthorID != tx.Actor.ID) {
		return s, store.E(store.NotFound, "err.not_found")
	}
	s.Bookings, err = store.All(tx, scanBooking, sqlOfSeries, id)
	return s, err
}

func scanSeries(row store.Row) (Series, error) {
	var s Series
	var rule, skip string
	err := row.Scan(&s.ID, &s.Resource, &s.AuthorID, &rule, &skip)
	if err != nil {
		return s, err
	}
	s.Skip = parseSkip(skip)
	s.Rule, err = calendar.ParseRule(rule)
	return s, err
}

// ApproveSeries grants all dates of a series that wait for an answer, in one
// act, and tells its author once.
func ApproveSeries(tx *store.Tx, id string) error {
	s, r, err := answerableSeries(tx, id)
	if err != nil {
		return err
	}
	granted := Series{ID: s.ID, Resource: s.Resource, AuthorID: s.AuthorID, Repeat: s.Repeat}
	for i := range s.Bookings {
		b := &s.Bookings[i]
		if b.State != Asked {
			continue
		}
		if b.Was == nil && b.EventID == "" {
			if err := b.grant(tx, ""); err != nil {
				return err
			}
			granted.Bookings = append(granted.Bookings, *b)
			continue
		}
		if err := b.approve(tx, &r, ""); err != nil {
			return err
		}
	}
	if len(granted.Bookings) == 0 {
		return nil
	}
	if err := granted.announce(tx, &r); err != nil {
		return err
	}
	return notify.Tell(tx, s.AuthorID, s.Ref(), "notify.booking_approved")
}

// RefuseSeries says no to all dates of a series that wait, with a reason.
func RefuseSeries(tx *store.Tx, id, reason string) error {
	s, _, err := answerableSeries(tx, id)
	if err != nil {
		return err
	}
	if reason, err = reasonOf(reason, true); err != nil {
		return err
	}
	for i := range s.Bookings {
		if b := &s.Bookings[i]; b.State == Asked {
			if _, err := b.refuse(tx, reason); err != nil {
				return err
			}
		}
	}
	return notify.Tell(tx, s.AuthorID, s.Ref(), "notify.booking_refused")
}

// answerableSeries is a series that has something to answer, for who answers.
func answerableSeries(tx *store.Tx, id string) (Series, Resource, error) {
	s, err := FindSeries(tx, id)
	if err != nil {
		return s, Resource{}, err
	}
	r, err := Own(tx, s.Resource)
	if err == nil && !slices.ContainsFunc(s.Bookings, func(b Booking) bool { return b.State == Asked }) {
		err = store.E(store.Conflict, "err.booking.answered")
	}
	return s, r, err
}

// CancelFrom ends a booking of a series and all later ones; what came before
// stays (SA-6).
func CancelFrom(tx *store.Tx, id, reason string, event bool) error {
	b, err := Find(tx, id)
	if err != nil {
		return err
	}
	if b.SeriesID == "" {
		return Cancel(tx, id, reason, event)
	}
	s, err := FindSeries(tx, b.SeriesID)
	if err != nil {
		return err
	}
	if reason, err = reasonOf(reason, !b.mine(tx)); err != nil {
		return err
	}
	for i := range s.Bookings {
		one := &s.Bookings[i]
		if one.past(tx.Now) || one.StartsAt.Before(b.StartsAt) || !one.State.Holds() && one.State != Queued {
			continue
		}
		if err := one.cancel(tx, reason, event); err != nil {
			return err
		}
	}
	return tellCancelled(tx, s.Ref(), s.Resource, s.AuthorID)
}

// announce publishes one event for all dates of a series: by its rule, without
// the dates that were not granted.
func (s *Series) announce(tx *store.Tx, r *Resource) error {
	first := &s.Bookings[0]
	if !first.Publish || first.Private {
		return nil
	}
	e := agenda.Event{Title: first.Title, Place: r.spoken(), Audience: listing.Public}
	first.times(&e)
	e.Repeat = s.repeat()
	if c, err := listing.ByRef(tx, r.Ref()); err == nil {
		e.Position = c.Position
	}
	if err := agenda.ScheduleFor(tx, &e, s.AuthorID); err != nil {
		return err
	}
	for i := range s.Bookings {
		b := &s.Bookings[i]
		b.EventID, b.EventDate = e.ID, b.Starts
		if err := b.save(tx); err != nil {
			return err
		}
	}
	return nil
}

// repeat is how the event of a series repeats. A count would begin with the
// first date that was granted, so the last date ends it instead.
func (s *Series) repeat() agenda.Repeat {
	first := &s.Bookings[0]
	last := s.Bookings[len(s.Bookings)-1].Starts
	out := agenda.Repeat{Rule: s.Rule, Skip: s.Skip}
	out.Rule.Count, out.Rule.Until = 0, calendar.EndOn(last)
	dates := calendar.Series{
		Starts: first.Starts, Lasts: first.Ends.Since(first.Starts), Days: daysBetween(first.Slot), Zone: first.Zone,
		AllDay: first.AllDay, Rule: out.Rule, Skip: s.Skip,
	}
	granted := map[calendar.Wall]bool{}
	for i := range s.Bookings {
		granted[s.Bookings[i].Starts] = true
	}
	for _, d := range dates.Between(first.StartsAt, s.Bookings[len(s.Bookings)-1].EndsAt) {
		if !granted[d.Starts] && d.Struck == "" {
			out.Without = append(out.Without, d.Starts)
		}
	}
	return out
}
