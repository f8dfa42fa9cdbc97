package booking

import (
	"slices"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
)

// Ask is what somebody asks for, as the terms look at it.
type Ask struct {
	From, Until time.Time
	Zone        *time.Location
	Class       string // key; empty without
	Package     string // key; empty without
	People      int    // expected; 0 when not said
	Capacity    int    // of the thing; 0 when it has no limit
	Units       int    // of goods; 0 and 1 are the same
	Asked       time.Time
	Held        []Span // the asker's other bookings of the thing
	Accepted    bool   // the rules
	Answers     map[string]string
}

func (a *Ask) span() Span { return Span{a.From, a.Until} }

// Breach is one term an ask does not keep.
type Breach struct {
	Key     string // of the sentence
	Args    []any
	Field   string // of the form: starts, ends, people, class, package, accepted, answer_KEY
	Confirm bool   // the town hall may confirm rather than refuse
}

// Fault is the breach as the refusal of a form.
func (b Breach) Fault() *store.Error { return store.E(store.Invalid, b.Key, b.Args...).At(b.Field) }

// Judge lists the terms an ask does not keep, in the order of the form. What is
// left out of an ask because nobody was asked for it breaks nothing.
func (t *Terms) Judge(a Ask) []Breach {
	var list []Breach
	add := func(broken bool, field, key string, args ...any) {
		if broken {
			list = append(list, Breach{Key: key, Args: args, Field: field})
		}
	}
	_, known := t.Class(a.Class)
	add(len(t.Classes) > 0 && !known, "class", "err.booking.terms.class")
	t.judgeDays(&a, add)
	t.judgeHours(&a, add)
	t.judgeQuotas(&a, add)
	if a.Capacity > 0 && a.People > a.Capacity {
		list = append(list, t.crowded(a))
	}
	t.judgeAnswers(&a, add)
	add(t.Rules != "" && !a.Accepted, "accepted", "err.booking.terms.rules")
	return list
}

type breach func(broken bool, field, key string, args ...any)

// judgeDays counts calendar days between asking and beginning (SA-4).
func (t *Terms) judgeDays(a *Ask, add breach) {
	days := DaysBetween(a.Asked, a.From, a.Zone)
	add(days < t.Notice, "starts", "err.booking.terms.notice", "n", t.Notice)
	add(t.Ahead > 0 && days > t.Ahead, "starts", "err.booking.terms.ahead", "n", t.Ahead)
}

// judgeHours looks at the hours of a package, or at those the thing is open.
func (t *Terms) judgeHours(a *Ask, add breach) {
	if a.Package != "" {
		p, ok := t.Package(a.Package)
		if ok {
			var span Span
			span, ok = p.On(wallDay(a.From, a.Zone), a.Zone)
			ok = ok && span.From.Equal(a.From) && span.Until.Equal(a.Until)
		}
		add(!ok, "package", "err.booking.terms.package")
		return
	}
	add(t.Longest > 0 && a.span().Lasts() > time.Duration(t.Longest)*time.Hour, "ends", "err.booking.terms.longest", "n", t.Longest)
	add(!t.Opens(a.span(), a.Zone), "starts", "err.booking.terms.hours")
}

// week is how far the hours of a place are surely known at once.
const week = 7 * 24 * time.Hour

// Opens tells whether a thing may be used for all of a span.
func (t *Terms) Opens(s Span, zone *time.Location) bool {
	h, ok := directory.ParseHours(t.Hours)
	if !ok {
		return true // no hours, or none that are understood: Check refuses those
	}
	for at := s.From.In(zone); at.Before(s.Until); at = at.Add(week) {
		next := h.NextChange(at)
		if !h.Open(at) || !next.IsZero() && next.Before(s.Until) && next.Before(at.Add(week)) {
			return false
		}
	}
	return true
}

// judgeQuotas counts the ask with what the asker holds already, in real time
// (SA-3). Hours count in the period they lie in, bookings in the one they begin
// in.
func (t *Terms) judgeQuotas(a *Ask, add breach) {
	for _, q := range t.Quotas {
		if q.Class != "" && q.Class != a.Class {
			continue
		}
		if q.Times > 0 {
			p := q.Per.around(a.From, a.Zone)
			n := 1
			for _, s := range a.Held {
				if !s.From.Before(p.From) && s.From.Before(p.Until) {
					n++
				}
			}
			add(n > q.Times, "starts", "err.booking.terms.times_"+string(q.Per), "n", q.Times)
		}
		if q.Hours > 0 {
			most := time.Duration(q.Hours) * time.Hour
			add(q.fullest(a) > most, "starts", "err.booking.terms.hours_"+string(q.Per), "n", q.Hours)
		}
	}
}

// fullest is the most real time the asker would have in one of the periods the
// ask touches.
func (q Quota) fullest(a *Ask) time.Duration {
	var most time.Duration
	for p := q.Per.around(a.From, a.Zone); p.From.Before(a.Until); p = q.Per.around(p.Until, a.Zone) {
		used := a.span().Within(p).Lasts()
		for _, s := range a.Held {
			used += s.Within(p).Lasts()
		}
		most = max(most, used)
	}
	return most
}

// crowded is the breach of more people than fit (SA-9).
func (t *Terms) crowded(a Ask) Breach {
	b := Breach{Key: "err.booking.terms.people", Args: []any{"n", a.Capacity}, Field: "people", Confirm: t.Crowd}
	if t.Crowd {
		b.Key = "booking.terms.people_confirm"
	}
	return b
}

// judgeAnswers looks for questions left without an answer.
func (t *Terms) judgeAnswers(a *Ask, add breach) {
	for _, q := range t.Questions {
		answer, field := a.Answers[q.Key], "answer_"+q.Key
		add(q.Required && answer == "", field, "err.booking.terms.answer")
		add(answer != "" && len(q.Choices) > 0 && !slices.Contains(q.Choices, answer), field, "err.booking.terms.choice")
	}
}
