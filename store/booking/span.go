package booking

import (
	"slices"
	"time"

	"copi.local/store"
)

// horizon is how far a proposal looks for free hours.
const horizon = 60 * 24 * time.Hour

// related lists what is the same space as a resource, itself with it: its
// parts, and every whole that has one of these.
func related(tx *store.Tx, id string) ([]string, error) {
	return store.All(tx, store.Scan[string], sqlRelated, id)
}

func union(a, b []string) []string {
	for _, id := range b {
		if !slices.Contains(a, id) {
			a = append(a, id)
		}
	}
	return a
}

// busy is a stretch with what a resource keeps free around it. What is kept
// free after one and before the next does not overlap: first one tidies up,
// then one sets up.
func (r *Resource) busy(s Span) Span { return Span{s.From.Add(-r.Before), s.Until.Add(r.After)} }

// hold writes down what a booking takes: where it stands, and where it stood
// while a change waits for its answer.
func (b *Booking) hold(tx *store.Tx) error {
	if err := b.release(tx); err != nil {
		return err
	}
	if err := b.take(tx, b.Slot, b.Span(), false); err != nil || b.Was == nil {
		return err
	}
	was, err := b.wasSpan()
	if err != nil {
		return err
	}
	return b.take(tx, *b.Was, was, true)
}

// wasSpan is when the booking was before its change.
func (b *Booking) wasSpan() (Span, error) {
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		return Span{}, err
	}
	from, until, bad := b.Was.instants(zone)
	if bad != nil {
		return Span{}, bad
	}
	return Span{from, until}, nil
}

func (b *Booking) take(tx *store.Tx, slot Slot, s Span, old bool) error {
	r, err := Get(tx, slot.Resource)
	if err != nil {
		return err
	}
	space, err := related(tx, r.ID)
	if err != nil {
		return err
	}
	busy := r.busy(s)
	length := busy.Until.Unix() - busy.From.Unix()
	for _, id := range space {
		if _, err := tx.Exec(sqlAddSpan, b.ID, id, old, busy.From.Unix(), busy.Until.Unix(), s.From.Unix(), s.Until.Unix(), b.Units); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlLongest, length, id, length); err != nil {
			return err
		}
	}
	return nil
}

// release lets go of all a booking holds.
func (b *Booking) release(tx *store.Tx) error {
	_, err := tx.Exec(sqlDropSpans, b.ID)
	return err
}

// respan writes down anew what bookings to come of a resource take, after its
// buffers or its parts changed.
func respan(tx *store.Tx, id string) error {
	list, err := store.All(tx, scanBooking, sqlToCome, id, tx.Now.Unix())
	for i := range list {
		if err := list[i].hold(tx); err != nil {
			return err
		}
	}
	return err
}

// taken is a stretch somebody holds.
type taken struct {
	booking string
	from    int64
	until   int64
	units   int
}

func scanTaken(row store.Row) (taken, error) {
	var t taken
	err := row.Scan(&t.booking, &t.from, &t.until, &t.units)
	return t, err
}

// occupancy is what is taken of a resource during some time.
type occupancy struct {
	r    *Resource
	rows []taken
}

// occupied reads what is taken of r in a stretch and around it, without what
// some bookings hold themselves.
func occupied(tx *store.Tx, r *Resource, during Span, except ...string) (occupancy, error) {
	busy := r.busy(during)
	rows, err := store.All(tx, scanTaken, sqlTaken, r.ID, busy.From.Unix(), busy.Until.Unix())
	rows = slices.DeleteFunc(rows, func(t taken) bool { return slices.Contains(except, t.booking) })
	return occupancy{r, rows}, err
}

// clash lists what keeps a stretch from so many units; nil when it is free.
func (o *occupancy) clash(s Span, units int) []taken {
	busy := o.r.busy(s)
	var in []taken
	for _, t := range o.rows {
		if t.from < busy.Until.Unix() && t.until > busy.From.Unix() {
			in = append(in, t)
		}
	}
	if o.r.Stock > 1 && peak(in)+units <= o.r.Stock {
		return nil
	}
	return in
}

// peak is how many units are out at once at most.
func peak(rows []taken) int {
	most := 0
	for _, at := range rows { // it is reached where one begins
		n := 0
		for _, t := range rows {
			if t.from <= at.from && at.from < t.until {
				n += t.units
			}
		}
		most = max(most, n)
	}
	return most
}

// Free tells whether so many units of r are free during a stretch; except are
// bookings that may move out of the way.
func Free(tx *store.Tx, r *Resource, s Span, units int, except ...string) (bool, error) {
	o, err := occupied(tx, r, s, except...)
	return err == nil && len(o.clash(s, units)) == 0, err
}

// step is how far a proposal goes on where a room is closed.
const step = 15 * time.Minute

// Next is the first stretch like b, not before it, that is free and within the
// opening hours, within two months; ok is false when there is none. A booking
// of whole days stays one.
func Next(tx *store.Tx, r *Resource, b *Booking, except ...string) (next Span, ok bool, err error) {
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return next, false, err
	}
	terms, err := ParseTerms(r.Terms)
	if err != nil {
		return next, false, err
	}
	s, days := b.Span(), daysBetween(b.Slot)
	o, err := occupied(tx, r, Span{b.StartsAt, b.StartsAt.Add(horizon + s.Lasts())}, except...)
	if err != nil {
		return next, false, err
	}
	for s.From.Before(b.StartsAt.Add(horizon)) {
		from := s.From.Add(step)
		if in := o.clash(s, b.Units); len(in) > 0 {
			from = time.Unix(firstOut(in), 0).Add(r.Before)
		} else if terms.Opens(s, zone) {
			return s, true, nil
		}
		s = like(s, from, days, b.AllDay, zone)
	}
	return s, false, nil
}

// like is a stretch as long as s that begins at an instant: of whole days, with
// the first day that is free whole.
func like(s Span, from time.Time, days int, allDay bool, zone *time.Location) Span {
	if !allDay {
		return Span{from.UTC(), from.Add(s.Lasts()).UTC()}
	}
	y, m, d := from.In(zone).Date()
	if from.After(time.Date(y, m, d, 0, 0, 0, 0, zone)) {
		d++
	}
	return Span{time.Date(y, m, d, 0, 0, 0, 0, zone), time.Date(y, m, d+days, 0, 0, 0, 0, zone)}
}

// firstOut is when the first of some stretches ends.
func firstOut(rows []taken) int64 {
	out := rows[0].until
	for _, t := range rows[1:] {
		out = min(out, t.until)
	}
	return out
}

// daysBetween counts the days of a booking of whole days.
func daysBetween(s Slot) int {
	n := 0
	for d := s.Starts.Midnight(); d.Before(s.Ends); d = d.AddDays(1) {
		n++
	}
	return n
}

// Gaps lists what is free of so many units of r during a stretch, each long
// enough for one of the given length.
func Gaps(tx *store.Tx, r *Resource, during Span, lasts time.Duration, units int) ([]Span, error) {
	o, err := occupied(tx, r, during)
	if err != nil {
		return nil, err
	}
	var gaps []Span
	from := during.From
	for from.Before(during.Until) {
		if in := o.clash(Span{from, from.Add(time.Minute)}, units); len(in) > 0 {
			from = time.Unix(firstOut(in), 0).Add(r.Before).UTC()
			continue
		}
		until := during.Until
		for _, t := range o.rows {
			at := time.Unix(t.from, 0).Add(-r.After)
			if at.After(from) && at.Before(until) && len(o.clash(Span{from, at.Add(time.Minute)}, units)) > 0 {
				until = at.UTC()
			}
		}
		if until.Sub(from) >= lasts && until.After(from) {
			gaps = append(gaps, Span{from, until})
		}
		from = until
		if in := o.clash(Span{from, from.Add(time.Minute)}, units); len(in) == 0 {
			break
		}
	}
	return gaps, nil
}
