package booking_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"copi.local/store"
	"copi.local/store/booking"
	"copi.local/store/calendar"
	"copi.local/store/storetest"
)

// hours is what somebody does: asks for a room from one hour to another, or
// gives back what they got.
type hours struct {
	Do          string // "ask" or "cancel"
	Room        string // "A", "B" or "whole"
	From, Until int
}

// mask is the hours of both parts that an operation is about: those of A in the
// low byte, those of B in the high one.
func (h hours) mask() (m uint16) {
	for hour := h.From; hour < h.Until; hour++ {
		if h.Room != "B" {
			m |= 1 << hour
		}
		if h.Room != "A" {
			m |= 1 << (8 + hour)
		}
	}
	return m
}

// oneByOne says what each operation must answer if they came one after the
// other: hours of anybody else are taken, and nothing else is.
var oneByOne = porcupine.Model{
	Init: func() any { return uint16(0) },
	Step: func(state, input, output any) (bool, any) {
		held, op, answer := state.(uint16), input.(hours), output.(string)
		switch {
		case op.Do == "cancel":
			return answer == "given back" && held&op.mask() == op.mask(), held &^ op.mask()
		case held&op.mask() != 0:
			return answer == "taken", held
		default:
			return answer == "held", held | op.mask()
		}
	},
}

// history gathers what was done, with the order in which it began and ended.
type history struct {
	clock atomic.Int64
	mu    sync.Mutex // guards done
	done  []porcupine.Operation
}

func (h *history) do(client int, op hours, act func() string) string {
	call := h.clock.Add(1)
	answer := act()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.done = append(h.done, porcupine.Operation{ClientId: client, Input: op, Call: call, Output: answer, Return: h.clock.Add(1)})
	return answer
}

// TestTheLastSlotGoesToOne lets many ask for the same hours of two rooms and of
// both together, some of whom give them back, and looks whether what each was
// told could have happened one after the other.
func TestTheLastSlotGoesToOne(t *testing.T) {
	const people, rounds = 10, 4
	db, _ := storetest.Open(t)
	a := room(t, db, func(r *booking.Resource) { r.Name = "A" })
	b := room(t, db, func(r *booking.Resource) { r.Name = "B" })
	whole := room(t, db, func(r *booking.Resource) { r.Name, r.Parts = "A + B", []string{a.ID, b.ID} })
	ids := map[string]string{"A": a.ID, "B": b.ID, "whole": whole.ID}
	var h history
	var start, done sync.WaitGroup
	start.Add(1)
	for n := range people {
		ctx := store.As(context.Background(), store.Actor{ID: fmt.Sprintf("resident%02d", n), Role: store.Resident})
		done.Go(func() {
			start.Wait()
			for round := range rounds {
				from := (n + round) % 3
				op := hours{"ask", []string{"A", "B", "whole"}[(n*round+n)%3], from, from + 1 + n%2}
				one := oneHour(ids[op.Room], op)
				got := h.do(n, op, func() string {
					return answerOf(db.Update(ctx, func(tx *store.Tx) error { return booking.Request(tx, &one, booking.Way{}) }), "held")
				})
				if got != "held" || n%2 == 0 && round == rounds-1 {
					continue
				}
				back := op
				back.Do = "cancel"
				h.do(n, back, func() string {
					return answerOf(db.Update(ctx, func(tx *store.Tx) error { return booking.Cancel(tx, one.ID, "", false) }), "given back")
				})
			}
		})
	}
	start.Done()
	done.Wait()
	if got := porcupine.CheckOperationsTimeout(oneByOne, h.done, time.Minute); got != porcupine.Ok {
		t.Errorf("%s: no order of these answers is possible: %+v", got, h.done)
	}
	noneOverlap(t, db, a.ID)
	noneOverlap(t, db, b.ID)
}

func oneHour(resource string, op hours) booking.Booking {
	at := calendar.Wall{Year: 2026, Month: time.December, Day: 5, Hour: 14 + op.From}
	return booking.Booking{Title: "Répétition", Slot: booking.Slot{
		Resource: resource, Starts: at, Ends: at.Later(time.Duration(op.Until-op.From) * time.Hour),
	}}
}

func answerOf(err error, done string) string {
	switch {
	case err == nil:
		return done
	case store.KindOf(err) == store.Conflict:
		return "taken"
	default:
		return err.Error()
	}
}

// noneOverlap looks at what is left in the end.
func noneOverlap(t *testing.T, db *store.DB, id string) {
	t.Helper()
	list := plan(t, db, operator, id, "2026-12-05T00:00", "2026-12-06T00:00")
	for i := 1; i < len(list); i++ {
		if list[i].Overlaps(list[i-1].Span) {
			t.Errorf("%v and %v overlap", list[i-1].Span, list[i].Span)
		}
	}
}
