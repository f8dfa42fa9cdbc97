package booking

import (
	"slices"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/listing"
)

// judge measures a request against the terms of its resource. What they forbid
// fails, unless a manager sets the rules aside with a reason; confirm tells
// that they leave it to the managers.
func judge(tx *store.Tx, r *Resource, b *Booking, manages bool, derogation string) (confirm bool, err error) {
	if derogation != "" && !manages {
		return false, store.E(store.Forbidden, "err.forbidden")
	}
	breaches, err := b.breaches(tx, r, manages)
	if err != nil {
		return false, err
	}
	var bad store.Errors
	for _, breach := range breaches {
		confirm = confirm || breach.Confirm
		if !breach.Confirm && derogation == "" {
			bad.Add(breach.Fault())
		}
	}
	return confirm, bad.OrNil()
}

// crowd measures a booking that keeps its hours, and now says that more people
// come: nothing else of it is new.
func crowd(tx *store.Tx, r *Resource, b *Booking, manages bool) (confirm bool, err error) {
	breaches, err := b.breaches(tx, r, manages)
	for _, breach := range breaches {
		switch {
		case breach.Field != "people":
		case breach.Confirm:
			confirm = true
		case !manages:
			return false, breach.Fault()
		}
	}
	return confirm, err
}

// breaches lists what a request does not keep of the terms. What a manager
// writes down was settled elsewhere: they answer no questions, and what they
// hold for others is not theirs.
func (b *Booking) breaches(tx *store.Tx, r *Resource, manages bool) ([]Breach, error) {
	t, err := ParseTerms(r.Terms)
	if err != nil {
		return nil, err
	}
	a, err := b.measured(tx, r)
	if err != nil {
		return nil, err
	}
	if manages {
		a.Held, a.Accepted = nil, true
	}
	list := t.Judge(a)
	if manages {
		list = slices.DeleteFunc(list, func(b Breach) bool { return b.Field == "class" || strings.HasPrefix(b.Field, "answer_") })
	}
	return list, nil
}

// measured is the booking as the terms look at it. One that was asked for
// before has its answers, and its rules were accepted then.
func (b *Booking) measured(tx *store.Tx, r *Resource) (Ask, error) {
	zone, err := time.LoadLocation(b.Zone)
	if err != nil {
		return Ask{}, err
	}
	a := Ask{
		From: b.StartsAt, Until: b.EndsAt, Zone: zone, Class: b.Class, Package: b.Package, People: b.People,
		Capacity: r.Capacity, Units: b.Units, Asked: tx.Now, Accepted: b.Accepted, Answers: b.Answers,
	}
	if !b.AskedAt.IsZero() {
		a.Accepted, a.Answers = true, map[string]string{}
		answers, err := store.All(tx, scanAnswer, sqlAnswers, b.ID)
		if err != nil {
			return a, err
		}
		for _, answer := range answers {
			a.Answers[answer.Question] = answer.Text
		}
	}
	if b.AuthorID == "" {
		return a, nil
	}
	held, err := store.All(tx, scanBooking, sqlHeldBy, b.AuthorID)
	for i := range held {
		if h := &held[i]; h.Resource == r.ID && h.ID != b.ID {
			a.Held = append(a.Held, h.Span())
		}
	}
	return a, err
}

// answer writes down what was answered to the questions of the terms, as they
// are now.
func (b *Booking) answer(tx *store.Tx, r *Resource) error {
	t, err := ParseTerms(r.Terms)
	if err != nil {
		return err
	}
	for i, q := range t.Questions {
		text := strings.TrimSpace(b.Answers[q.Key])
		if text == "" {
			continue
		}
		if bad := listing.CheckText("answer_"+q.Key, text, MaxAnswer); bad != nil {
			return bad
		}
		if _, err := tx.Exec(sqlAnswer, b.ID, q.Key, q.Label, text, i); err != nil {
			return err
		}
	}
	return nil
}

// rank orders the classes of a resource: the lower goes first. Where classes do
// not decide, all are alike.
func (r *Resource) rank(class string) int {
	t, err := ParseTerms(r.Terms)
	if err != nil || !t.SameDay {
		return 0
	}
	return t.rank(class)
}
