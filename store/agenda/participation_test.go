package agenda_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"pgregory.net/rapid"

	"copi.local/store"
	"copi.local/store/agenda"
	"copi.local/store/calendar"
	"copi.local/store/listing"
	"copi.local/store/notify"
	"copi.local/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// once is the date of an event that takes place once.
var once calendar.Wall

func resident(n int) store.Actor {
	return store.Actor{ID: fmt.Sprintf("resident%02d", n), Role: store.Resident}
}

// workshop is an event by lea with so many places.
func workshop(t testing.TB, db *store.DB, capacity int) agenda.Event {
	t.Helper()
	e := event(t, "Atelier vannerie", "2026-11-28T14:00", "2026-11-28T17:00")
	schedule(t, db, lea, &e)
	limit(t, db, e.ID, capacity)
	return e
}

func limit(t testing.TB, db *store.DB, id string, capacity int) {
	t.Helper()
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		return agenda.SetRoll(tx, agenda.Roll{EventID: id, Capacity: capacity, Most: 4, Anonymous: true})
	})
}

// join registers somebody and tells whether they wait.
func join(ctx context.Context, db *store.DB, who store.Actor, id string, persons int) (p agenda.Participation, code string, err error) {
	p = agenda.Participation{EventID: id, Persons: persons}
	if who.ID == "" {
		p.Name = "Une voisine"
	}
	err = db.Update(store.As(ctx, who), func(tx *store.Tx) (err error) {
		code, err = agenda.Join(tx, &p)
		return err
	})
	return p, code, err
}

func attendance(t testing.TB, db *store.DB, id string) (a agenda.Attendance) {
	t.Helper()
	storetest.View(t, db, lea, func(tx *store.Tx) error {
		r, _, err := agenda.RollOf(tx, id)
		if err != nil {
			return err
		}
		a, err = r.AttendanceOf(tx, once)
		return err
	})
	return a
}

func told(t testing.TB, db *store.DB, who store.Actor) (keys []string) {
	t.Helper()
	storetest.View(t, db, who, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 10)
		for _, n := range list {
			keys = append(keys, n.Key)
		}
		return err
	})
	return keys
}

func TestAG13_TheFirstWhoWaitsIsPromotedAndNobodyIsSentHome(t *testing.T) {
	db, _ := storetest.Open(t)
	e := workshop(t, db, 20)
	for n := range 22 {
		p, _, err := join(t.Context(), db, resident(n), e.ID, 1)
		if err != nil || p.Waiting != (n >= 20) {
			t.Fatalf("%d: waiting %v, %v", n, p.Waiting, err)
		}
	}
	storetest.Update(t, db, resident(3), func(tx *store.Tx) error { return agenda.Withdraw(tx, e.ID, once) })
	if keys := told(t, db, resident(20)); len(keys) != 1 || keys[0] != "notify.agenda_promoted" {
		t.Errorf("the first who waits is told %v", keys)
	}
	if keys := told(t, db, resident(21)); len(keys) != 0 {
		t.Errorf("the second is told %v", keys)
	}
	limit(t, db, e.ID, 18)
	if a := attendance(t, db, e.ID); a.Coming != 20 || a.Capacity != 18 || a.Waiting != 1 {
		t.Errorf("%+v, want 20 of 18 and one who waits", a)
	}
	if p, _, err := join(t.Context(), db, resident(30), e.ID, 1); err != nil || !p.Waiting {
		t.Errorf("a new one: waiting %v, %v", p.Waiting, err)
	}
	storetest.Update(t, db, resident(4), func(tx *store.Tx) error { return agenda.Withdraw(tx, e.ID, once) })
	if a := attendance(t, db, e.ID); a.Coming != 19 || a.Waiting != 2 {
		t.Errorf("%+v: promoted beyond the lower number", a)
	}
	limit(t, db, e.ID, 0)
	if a := attendance(t, db, e.ID); a.Coming != 21 || a.Waiting != 0 {
		t.Errorf("%+v, want everybody in", a)
	}
}

func TestAGroupTooLargeLetsOthersPassAndKeepsItsRank(t *testing.T) {
	db, _ := storetest.Open(t)
	e := workshop(t, db, 4)
	for n, persons := range []int{2, 1, 3, 1} { // 1 place left when the three come
		p, _, err := join(t.Context(), db, resident(n), e.ID, persons)
		if err != nil || p.Waiting != (n == 2) {
			t.Fatalf("%d: waiting %v, %v", n, p.Waiting, err)
		}
	}
	storetest.Update(t, db, resident(1), func(tx *store.Tx) error { return agenda.Withdraw(tx, e.ID, once) })
	if a := attendance(t, db, e.ID); a.Coming != 3 || a.Waiting != 3 {
		t.Errorf("%+v", a)
	}
	storetest.Update(t, db, resident(0), func(tx *store.Tx) error { return agenda.Withdraw(tx, e.ID, once) })
	if a := attendance(t, db, e.ID); a.Coming != 4 || a.Waiting != 0 {
		t.Errorf("%+v, want the three in", a)
	}
}

func TestANameAloneTakesPartWhereTheOrganiserAllowsIt(t *testing.T) {
	db, clock := storetest.Open(t)
	e := workshop(t, db, 1)
	p, code, err := join(t.Context(), db, visitor, e.ID, 1)
	if err != nil || code == "" || p.Waiting {
		t.Fatal(p, code, err)
	}
	if p, _, err := join(t.Context(), db, tom, e.ID, 1); err != nil || !p.Waiting {
		t.Fatal(p, err)
	}
	if err := try(t, db, visitor, func(tx *store.Tx) error { _, err := agenda.WithdrawCode(tx, "0123456789ABCDEF"); return err }); store.KindOf(err) != store.NotFound {
		t.Errorf("a wrong code: %v", err)
	}
	storetest.Update(t, db, visitor, func(tx *store.Tx) error { _, err := agenda.WithdrawCode(tx, strings.ToLower(code)); return err })
	if keys := told(t, db, tom); len(keys) != 1 {
		t.Errorf("tom is told %v", keys)
	}
	if _, _, err := join(t.Context(), db, visitor, e.ID, 1); err != nil {
		t.Fatal(err)
	}
	clock.Add(90 * 24 * time.Hour)
	if err := db.Update(t.Context(), agenda.Jobs[1].Run); err != nil {
		t.Fatal(err)
	}
	if a := attendance(t, db, e.ID); a != (agenda.Attendance{Capacity: 1}) {
		t.Errorf("names are kept: %+v", a)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error {
		return agenda.SetRoll(tx, agenda.Roll{EventID: e.ID, Most: 1})
	})
}

func TestWhoMayJoin(t *testing.T) {
	db, clock := storetest.Open(t)
	e := workshop(t, db, 5)
	closed := func(name string, who store.Actor, persons int, want store.Kind) {
		t.Helper()
		if _, _, err := join(t.Context(), db, who, e.ID, persons); err == nil || store.KindOf(err) != want {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	if _, _, err := join(t.Context(), db, tom, e.ID, 1); err != nil {
		t.Fatal(err)
	}
	closed("twice", tom, 1, store.Conflict)
	closed("nobody", resident(1), 0, store.Invalid)
	closed("five at once", resident(1), 5, store.Invalid)
	set := func(change func(*agenda.Roll)) {
		r := agenda.Roll{EventID: e.ID, Capacity: 5, Most: 4, Anonymous: true}
		change(&r)
		storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.SetRoll(tx, r) })
	}
	set(func(r *agenda.Roll) { r.Anonymous = false })
	closed("without an account", visitor, 1, store.Unauthenticated)
	set(func(r *agenda.Roll) { r.Closed = true })
	closed("closed", resident(1), 1, store.Conflict)
	set(func(*agenda.Roll) {})
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Cancel(tx, e.ID, "") })
	closed("cancelled", resident(1), 1, store.Conflict)
	if keys := told(t, db, tom); len(keys) != 1 || keys[0] != "notify.cancelled" {
		t.Errorf("who comes is told %v", keys)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Restore(tx, e.ID) })
	clock.Set(e.StartsAt)
	closed("begun", resident(1), 1, store.Conflict)
	for name, verb := range map[string]func(*store.Tx) error{
		"the list":  func(tx *store.Tx) error { _, err := agenda.Attendants(tx, e.ID, once); return err },
		"the roll":  func(tx *store.Tx) error { return agenda.SetRoll(tx, agenda.Roll{EventID: e.ID, Most: 1}) },
		"another's": func(tx *store.Tx) error { return agenda.Strike(tx, e.ID, "x") },
	} {
		if err := try(t, db, resident(5), verb); store.KindOf(err) != store.Forbidden {
			t.Errorf("%s for somebody else: %v", name, err)
		}
	}
}

func TestLeavingGivesThePlaceBack(t *testing.T) {
	db, _ := storetest.Open(t, agenda.Personal)
	e := workshop(t, db, 1)
	for _, who := range []store.Actor{tom, resident(1)} {
		if _, _, err := join(t.Context(), db, who, e.ID, 1); err != nil {
			t.Fatal(err)
		}
	}
	storetest.Update(t, db, tom, func(tx *store.Tx) error {
		if out, err := agenda.Personal.Export(tx, tom.ID); err != nil || len(out.(agenda.Holding).Participations) != 1 {
			t.Errorf("exported %+v, %v", out, err)
		}
		return agenda.Personal.Erase(tx, tom.ID, store.KeepUnnamed)
	})
	if a := attendance(t, db, e.ID); a.Coming != 1 || a.Waiting != 0 {
		t.Errorf("%+v", a)
	}
	if keys := told(t, db, resident(1)); len(keys) != 1 {
		t.Errorf("who waited is told %v", keys)
	}
}

func TestWhoComesHearsOfAnotherHour(t *testing.T) {
	db, _ := storetest.Open(t)
	e := workshop(t, db, 5)
	if _, _, err := join(t.Context(), db, tom, e.ID, 1); err != nil {
		t.Fatal(err)
	}
	e.Description = "Apporter un couteau."
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &e) })
	if keys := told(t, db, tom); len(keys) != 0 {
		t.Errorf("told of words: %v", keys)
	}
	e.Starts = wall(t, "2026-11-28T15:00")
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Edit(tx, &e) })
	if keys := told(t, db, tom); len(keys) != 1 || keys[0] != "notify.agenda_moved" {
		t.Errorf("told %v", keys)
	}
}

// TestAPartsNoticesStandOnItsWhole: a part has no card, and a notice without
// one would say that it is gone.
func TestAPartsNoticesStandOnItsWhole(t *testing.T) {
	db, _ := storetest.Open(t)
	whole, concerts := festival(t, db)
	limit(t, db, concerts[0].ID, 5)
	if _, _, err := join(t.Context(), db, tom, concerts[0].ID, 1); err != nil {
		t.Fatal(err)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Cancel(tx, concerts[0].ID, "") })
	storetest.View(t, db, tom, func(tx *store.Tx) error {
		list, err := notify.Notices(tx, 0, 10)
		if len(list) != 1 || list[0].About != whole.Ref() {
			t.Errorf("notices %+v", list)
			return err
		}
		_, err = listing.ByRef(tx, list[0].About)
		return err
	})
}

// seats is an operation of the history below.
type seats struct {
	Do      string // join or leave
	Who     string
	Persons int
}

// held is the model: who has a place and who waits, in order.
type held struct{ in, waiting string }

// model says what each operation must answer, one after the other.
func model(capacity int) porcupine.Model {
	find := func(list, who string) bool { return strings.Contains(" "+list, " "+who+" ") }
	return porcupine.Model{
		Init: func() any { return held{} },
		Step: func(state, input, output any) (bool, any) {
			s, op, answer := state.(held), input.(seats), output.(string)
			switch {
			case op.Do == "join" && (find(s.in, op.Who) || find(s.waiting, op.Who)):
				return answer == "already", s
			case op.Do == "join" && len(strings.Fields(s.in)) < capacity:
				s.in += op.Who + " "
				return answer == "in", s
			case op.Do == "join":
				s.waiting += op.Who + " "
				return answer == "waiting", s
			}
			s.in = strings.TrimPrefix(strings.Replace(" "+s.in, " "+op.Who+" ", " ", 1), " ")
			s.waiting = strings.TrimPrefix(strings.Replace(" "+s.waiting, " "+op.Who+" ", " ", 1), " ")
			if first, rest, ok := strings.Cut(s.waiting, " "); ok && len(strings.Fields(s.in)) < capacity {
				s.in, s.waiting = s.in+first+" ", rest
			}
			return answer == "left", s
		},
	}
}

// TestAG13_TheLastPlaceGoesToOne lets many ask at once, some of whom change
// their minds, and looks whether what each was told could have happened one
// after the other.
func TestAG13_TheLastPlaceGoesToOne(t *testing.T) {
	const people, capacity = 12, 3
	db, _ := storetest.Open(t)
	e := workshop(t, db, capacity)
	var clock atomic.Int64
	var mu sync.Mutex // guards history
	var history []porcupine.Operation
	do := func(n int, op seats, act func() string) {
		call := clock.Add(1)
		answer := act()
		mu.Lock()
		defer mu.Unlock()
		history = append(history, porcupine.Operation{ClientId: n, Input: op, Call: call, Output: answer, Return: clock.Add(1)})
	}
	var start, done sync.WaitGroup
	start.Add(1)
	for n := range people {
		who := resident(n)
		done.Go(func() {
			start.Wait()
			for range 3 {
				do(n, seats{Do: "join", Who: who.ID}, func() string {
					p, _, err := join(context.Background(), db, who, e.ID, 1)
					return answerOf(p, err)
				})
				if n%3 == 0 {
					do(n, seats{Do: "leave", Who: who.ID}, func() string {
						err := db.Update(store.As(context.Background(), who), func(tx *store.Tx) error { return agenda.Withdraw(tx, e.ID, once) })
						if err != nil {
							return err.Error()
						}
						return "left"
					})
				}
			}
		})
	}
	start.Done()
	done.Wait()
	if got := porcupine.CheckOperationsTimeout(model(capacity), history, 30*time.Second); got != porcupine.Ok {
		t.Errorf("%s: no order of these answers is possible: %+v", got, history)
	}
	if a := attendance(t, db, e.ID); a.Coming != capacity {
		t.Errorf("%d have a place, want %d", a.Coming, capacity)
	}
}

func answerOf(p agenda.Participation, err error) string {
	switch {
	case store.KindOf(err) == store.Conflict:
		return "already"
	case err != nil:
		return err.Error()
	case p.Waiting:
		return "waiting"
	default:
		return "in"
	}
}

// TestTheHistoryCheckFindsADoubleSeat keeps the check itself honest.
func TestTheHistoryCheckFindsADoubleSeat(t *testing.T) {
	join := func(n int, answer string) porcupine.Operation {
		return porcupine.Operation{ClientId: n, Input: seats{Do: "join", Who: resident(n).ID}, Call: int64(n), Output: answer, Return: 10}
	}
	if porcupine.CheckOperations(model(1), []porcupine.Operation{join(0, "in"), join(1, "in")}) {
		t.Error("two have the one place, and the check is content")
	}
	if !porcupine.CheckOperations(model(1), []porcupine.Operation{join(0, "waiting"), join(1, "in")}) {
		t.Error("the check refuses what is possible")
	}
}

// TestNoPlaceStaysEmptyWhileSomebodyFits does what people do in any order: a
// group that waits never fits into what is free, and nobody who came first is
// sent home.
func TestNoPlaceStaysEmptyWhileSomebodyFits(t *testing.T) {
	db, _ := storetest.Open(t)
	rapid.Check(t, func(rt *rapid.T) {
		e := event(t, "Atelier", "2026-11-28T14:00", "")
		schedule(t, db, lea, &e)
		capacity := rapid.IntRange(1, 6).Draw(rt, "capacity")
		limit(t, db, e.ID, capacity)
		seated := map[string]bool{}
		for step := range rapid.IntRange(1, 25).Draw(rt, "steps") {
			who := resident(rapid.IntRange(0, 7).Draw(rt, "who"))
			left := ""
			switch rapid.IntRange(0, 4).Draw(rt, "do") {
			case 0, 1, 2:
				_, _, err := join(context.Background(), db, who, e.ID, rapid.IntRange(1, 4).Draw(rt, "persons"))
				if err != nil && store.KindOf(err) != store.Conflict {
					rt.Fatal(err)
				}
			case 3:
				left = who.ID
				if err := db.Update(store.As(context.Background(), who), func(tx *store.Tx) error { return agenda.Withdraw(tx, e.ID, once) }); err != nil {
					rt.Fatal(err)
				}
			case 4:
				capacity = rapid.IntRange(1, 6).Draw(rt, "new capacity")
				limit(t, db, e.ID, capacity)
			}
			seated = stillSeated(rt, db, e.ID, capacity, seated, left, step)
		}
	})
}

// stillSeated looks at a list after a step, and returns who has a place.
func stillSeated(t *rapid.T, db *store.DB, id string, capacity int, before map[string]bool, left string, step int) map[string]bool {
	now, free := map[string]bool{}, capacity
	var list []agenda.Participation
	err := db.View(store.As(context.Background(), lea), func(tx *store.Tx) (err error) {
		list, err = agenda.Attendants(tx, id, once)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		if !p.Waiting {
			now[p.AccountID] = true
			free -= p.Persons
		}
	}
	for _, p := range list {
		if p.Waiting && p.Persons <= free {
			t.Fatalf("step %d: %d wait and %d places are free", step, p.Persons, free)
		}
	}
	for who := range before {
		if !now[who] && who != left {
			t.Fatalf("step %d: %s was sent home", step, who)
		}
	}
	return now
}

// TestAPlaceGivenBackMeanwhileIsNotLost: nobody is promoted to what does not
// take place, and whoever waits has the place once it does.
func TestAPlaceGivenBackMeanwhileIsNotLost(t *testing.T) {
	db, _ := storetest.Open(t)
	e := workshop(t, db, 1)
	for _, who := range []store.Actor{tom, resident(1)} {
		if _, _, err := join(t.Context(), db, who, e.ID, 1); err != nil {
			t.Fatal(err)
		}
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Cancel(tx, e.ID, "") })
	storetest.Update(t, db, tom, func(tx *store.Tx) error { return agenda.Withdraw(tx, e.ID, once) })
	if a := attendance(t, db, e.ID); a.Coming != 0 || a.Waiting != 1 {
		t.Errorf("%+v: promoted to what is cancelled", a)
	}
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.Restore(tx, e.ID) })
	if a := attendance(t, db, e.ID); a.Coming != 1 || a.Waiting != 0 {
		t.Errorf("%+v: the place was lost", a)
	}
}

func TestOneDateCalledOffPromotesNobody(t *testing.T) {
	db, _ := storetest.Open(t)
	e := event(t, "Yoga", "2026-11-25T18:00", "2026-11-25T19:00")
	e.Rule, _ = calendar.ParseRule("FREQ=WEEKLY;COUNT=3")
	schedule(t, db, lea, &e)
	limit(t, db, e.ID, 1)
	day := wall(t, "2026-12-02T18:00")
	on := func(who store.Actor, fn func(*store.Tx) error) { storetest.Update(t, db, who, fn) }
	for _, who := range []store.Actor{tom, resident(1)} {
		on(who, func(tx *store.Tx) error {
			_, err := agenda.Join(tx, &agenda.Participation{EventID: e.ID, Date: day, Persons: 1})
			return err
		})
	}
	count := func() (a agenda.Attendance) {
		storetest.View(t, db, lea, func(tx *store.Tx) error {
			r, _, err := agenda.RollOf(tx, e.ID)
			if err != nil {
				return err
			}
			a, err = r.AttendanceOf(tx, day)
			return err
		})
		return a
	}
	on(lea, func(tx *store.Tx) error { return agenda.CancelDate(tx, e.ID, day, "Grève") })
	on(tom, func(tx *store.Tx) error { return agenda.Withdraw(tx, e.ID, day) })
	if a := count(); a.Coming != 0 {
		t.Errorf("%+v: promoted to a date that is cancelled", a)
	}
	on(lea, func(tx *store.Tx) error { return agenda.RestoreDate(tx, e.ID, day) })
	if a := count(); a.Coming != 1 || a.Waiting != 0 {
		t.Errorf("%+v: the place was lost", a)
	}
}

func TestWhoComesHearsThatADateWasTakenOut(t *testing.T) {
	db, _ := storetest.Open(t)
	e := event(t, "Yoga", "2026-11-25T18:00", "")
	e.Rule, _ = calendar.ParseRule("FREQ=WEEKLY;COUNT=3")
	schedule(t, db, lea, &e)
	limit(t, db, e.ID, 5)
	day := wall(t, "2026-12-02T18:00")
	storetest.Update(t, db, tom, func(tx *store.Tx) error {
		_, err := agenda.Join(tx, &agenda.Participation{EventID: e.ID, Date: day, Persons: 1})
		return err
	})
	storetest.Update(t, db, lea, func(tx *store.Tx) error { return agenda.RemoveDate(tx, e.ID, day) })
	if keys := told(t, db, tom); len(keys) != 1 || keys[0] != "notify.cancelled" {
		t.Errorf("told %v", keys)
	}
}
