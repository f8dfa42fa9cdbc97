package vote_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/vote"
)

// today is the day on the clock of the church.
func (v *village) today() calendar.Wall { return v.wall(0).Midnight() }

// owed are the ideas that wait, as somebody sees them.
func (v *village) owed(as store.Actor) (list []vote.Owed) {
	v.t.Helper()
	v.view(as, func(tx *store.Tx) (err error) {
		list, err = vote.Unanswered(tx)
		return err
	})
	return list
}

func TestTheMairieOwesAnAnswerWithinItsDays(t *testing.T) {
	v := newVillage(t, 4)
	p := v.propose()
	if got := v.owed(v.people[1]); len(got) != 0 {
		t.Fatalf("addressed to nobody: %v", got)
	}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Address(tx, p.ID) })
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Address(tx, p.ID) }) // again: the day stands
	got := v.owed(v.people[1])
	if len(got) != 1 || got[0].Ask.Due != v.today().AddDays(30) || got[0].Ask.Stand != vote.Received {
		t.Fatalf("%+v", got)
	}
	v.update(keeper, func(tx *store.Tx) error { return vote.SetAnswerDays(tx, 10) })
	if got := v.owed(v.people[1]); got[0].Ask.Due != v.today().AddDays(30) {
		t.Error("a new rule moved the day of an older request")
	}
	a := got[0].Ask
	for _, c := range []struct {
		after int // days
		late  bool
	}{{0, false}, {30, false}, {31, true}} {
		if late := a.Late(v.today().AddDays(c.after)); late != c.late {
			t.Errorf("after %d days: late %v", c.after, late)
		}
	}
	v.update(keeper, func(tx *store.Tx) error { return vote.Study(tx, p.ID) })
	if got := v.owed(v.people[1]); len(got) != 1 || got[0].Ask.Stand != vote.Studied {
		t.Errorf("looked into, and the answer is no longer owed: %+v", got)
	}
}

func TestTheMairieAnswersOnceAndMendsItsWords(t *testing.T) {
	v := newVillage(t, 4)
	p := v.propose()
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Address(tx, p.ID) })
	v.update(v.people[1], func(tx *store.Tx) error { return vote.Support(tx, p.ID, true) })
	told := func(who store.Actor) (n int) {
		t.Helper()
		v.view(who, func(tx *store.Tx) (err error) {
			n, err = notify.Unread(tx, who.ID)
			return err
		})
		return n
	}
	answer := func(as store.Actor, stand vote.Stand, words string) error {
		return v.try(as, func(tx *store.Tx) error { return vote.Respond(tx, p.ID, stand, words) })
	}
	refused(t, "a resident", answer(v.people[1], vote.TakenUp, "Oui."), "err.forbidden")
	refused(t, "without words", answer(keeper, vote.TakenUp, " "), "err.vote.answer_empty")
	refused(t, "neither yes nor no", answer(keeper, vote.Studied, "Bientôt."), "err.vote.stand")
	before := told(v.people[1])
	accepted(t, "the answer", answer(keeper, vote.TakenUp, "Oui, au printemps."))
	at := v.clock.Now()
	if n := told(v.people[1]); n != before+1 {
		t.Errorf("who supports it has %d notices, had %d", n, before)
	}
	if n := told(v.people[2]); n != 0 {
		t.Errorf("who has nothing to do with it has %d notices", n)
	}
	v.clock.Add(time.Hour)
	accepted(t, "its words mended", answer(keeper, vote.SetAside, "Non, faute de moyens."))
	v.view(v.people[2], func(tx *store.Tx) error {
		p, err := vote.Get(tx, p.ID)
		if err != nil {
			return err
		}
		a, ok, err := p.AskOf(tx)
		if !ok || a.Stand != vote.SetAside || a.Answer != "Non, faute de moyens." || a.AnsweredAt.Unix() != at.Unix() {
			t.Errorf("%+v", a)
		}
		return err
	})
	if n := told(v.people[1]); n != before+1 {
		t.Errorf("told twice: %d", n)
	}
	refused(t, "looked into after the answer", v.try(keeper, func(tx *store.Tx) error { return vote.Study(tx, p.ID) }), "err.vote.answered")
	if got := v.owed(keeper); len(got) != 0 {
		t.Errorf("still owed: %v", got)
	}
}

// Who may not read an idea does not learn that it waits, and with the idea its
// request goes.
func TestAnIdeaThatWaitsIsKnownToItsReadersAlone(t *testing.T) {
	v := newVillage(t, 3)
	p := vote.Proposal{Title: "Un local", Text: "Pour nous.", Audience: listing.Members}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Propose(tx, &p) })
	refused(t, "somebody else's idea", v.try(v.people[1], func(tx *store.Tx) error { return vote.Address(tx, p.ID) }), "err.forbidden")
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Address(tx, p.ID) })
	if got := v.owed(store.Actor{}); len(got) != 0 {
		t.Errorf("a visitor learns of %+v", got)
	}
	if got := v.owed(v.people[1]); len(got) != 1 {
		t.Errorf("a resident learns of %d", len(got))
	}
	v.update(v.people[0], func(tx *store.Tx) error { return vote.Withdraw(tx, p.ID) })
	v.view(keeper, func(tx *store.Tx) error {
		n, err := store.One(tx, store.Scan[int], `SELECT count(*) FROM vote_asks`)
		if n != 0 {
			t.Errorf("%d requests are left of it", n)
		}
		return err
	})
}

func TestTheDaysToAnswerAreTheOperators(t *testing.T) {
	v := newVillage(t, 1)
	refused(t, "a resident", v.try(v.people[0], func(tx *store.Tx) error { return vote.SetAnswerDays(tx, 10) }), "err.forbidden")
	for _, days := range []int{0, vote.MaxAnswerDays + 1} {
		refused(t, "no time or too much", v.try(keeper, func(tx *store.Tx) error { return vote.SetAnswerDays(tx, days) }), "err.vote.answer_days")
	}
	accepted(t, "a year", v.try(keeper, func(tx *store.Tx) error { return vote.SetAnswerDays(tx, vote.MaxAnswerDays) }))
}

func accepted(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}
