package booking

import (
	"time"

	"copi.local/store/calendar"
)

// Quote is what an ask would cost by the terms: shown, never paid here.
type Quote struct {
	Priced  bool // the terms have a price for it; else Total says nothing
	Lines   []QuoteLine
	Total   int64 // cents
	Deposit int64 // cents, given back
	Real    time.Duration
}

// QuoteLine is one line of a quote.
type QuoteLine struct {
	Unit    Unit
	Package string        // its name, with ByPackage
	Count   int64         // how many; with ByHour see Time
	Units   int           // of goods: so many at once; 1 of a room
	Time    time.Duration // with ByHour, to the minute
	Each    int64         // cents for one
	Cents   int64
}

// Quote works out what an ask costs. A package has its price. Other time costs
// the cheapest mixture of days, half-days and hours that covers it: days and
// half-days are counted by the clock on the wall, each one begun, and hours in
// real time, to the minute, rounded to the nearest cent (SA-3). Goods cost that
// each, and once what is for the booking.
func (t *Terms) Quote(a Ask) Quote {
	q := Quote{Deposit: t.Deposit, Real: a.span().Lasts()}
	p, isPackage := t.Package(a.Package)
	if each, ok := t.price(a.Class, ByPackage, a.Package); ok && isPackage {
		q.Lines = []QuoteLine{{Unit: ByPackage, Package: p.Name, Count: 1, Each: each, Cents: each}}
	} else {
		q.Lines = t.cheapest(a)
	}
	for i := range q.Lines {
		q.Lines[i].Units = max(1, a.Units)
		q.Lines[i].Cents *= int64(q.Lines[i].Units)
	}
	if each, ok := t.price(a.Class, ByBooking, ""); ok {
		q.Lines = append(q.Lines, QuoteLine{Unit: ByBooking, Count: 1, Units: 1, Each: each, Cents: each})
	}
	q.Priced, q.Total = len(q.Lines) > 0, total(q.Lines)
	return q
}

func total(lines []QuoteLine) (sum int64) {
	for _, l := range lines {
		sum += l.Cents
	}
	return sum
}

// Price is what a unit costs a class, its own price or everybody's.
func (t *Terms) price(class string, unit Unit, pack string) (cents int64, ok bool) {
	for _, p := range t.Prices {
		if p.Unit != unit || p.Package != pack && unit == ByPackage {
			continue
		}
		if p.Class == class {
			return p.Cents, true
		}
		if p.Class == "" {
			cents, ok = p.Cents, true
		}
	}
	return cents, ok
}

// cheapest tries every mixture of so many days, then half-days, then hours that
// makes sense; nil when the prices cover none.
func (t *Terms) cheapest(a Ask) []QuoteLine {
	var best []QuoteLine
	for _, days := range t.pieces(a, a.From, ByDay) {
		after := laterOnWall(a.From, time.Duration(days)*t.length(ByDay), a.Zone)
		for _, halves := range t.pieces(a, after, ByHalfDay) {
			last := laterOnWall(after, time.Duration(halves)*t.length(ByHalfDay), a.Zone)
			lines, ok := t.mixture(a, days, halves, last)
			if ok && (best == nil || total(lines) < total(best) || total(lines) == total(best) && len(lines) < len(best)) {
				best = lines
			}
		}
	}
	return best
}

// length is how long a unit is on the wall.
func (t *Terms) length(u Unit) time.Duration {
	switch {
	case u == ByDay:
		return 24 * time.Hour
	case t.HalfDay > 0:
		return time.Duration(t.HalfDay) * time.Hour
	default:
		return UsualHalfDay * time.Hour
	}
}

// pieces are the numbers of a unit worth trying for what is left from an
// instant on: none, those that fit, and one more.
func (t *Terms) pieces(a Ask, from time.Time, u Unit) []int64 {
	if _, ok := t.price(a.Class, u, ""); !ok || !from.Before(a.Until) {
		return []int64{0}
	}
	fit := int64(Span{from, a.Until}.onWall(a.Zone) / t.length(u))
	return []int64{0, fit, fit + 1}
}

// mixture is so many days and half-days and the hours from an instant on.
func (t *Terms) mixture(a Ask, days, halves int64, hoursFrom time.Time) (lines []QuoteLine, ok bool) {
	for _, p := range []struct {
		unit Unit
		n    int64
	}{{ByDay, days}, {ByHalfDay, halves}} {
		if each, _ := t.price(a.Class, p.unit, ""); p.n > 0 {
			lines = append(lines, QuoteLine{Unit: p.unit, Count: p.n, Each: each, Cents: each * p.n})
		}
	}
	if !hoursFrom.Before(a.Until) {
		return lines, true
	}
	each, ok := t.price(a.Class, ByHour, "")
	if !ok {
		return nil, false
	}
	left := a.Until.Sub(hoursFrom)
	minutes := int64((left + time.Minute - 1) / time.Minute)
	return append(lines, QuoteLine{Unit: ByHour, Time: left, Each: each, Cents: (each*minutes + 30) / 60}), true
}

// Fee is what cancelling costs, in cents, by the calendar days left until the
// booking begins: of the steps that apply the dearest (SA-16). Half a cent is
// the asker's.
func (t *Terms) Fee(price int64, from, cancelled time.Time, zone *time.Location) int64 {
	left := DaysBetween(cancelled, from, zone)
	percent := 0
	for _, s := range t.Fees {
		if left < s.Days {
			percent = max(percent, s.Percent)
		}
	}
	return price * int64(percent) / 100
}

// wallDay is the day of an instant.
func wallDay(at time.Time, zone *time.Location) calendar.Wall {
	return calendar.WallOf(at.In(zone)).Midnight()
}
