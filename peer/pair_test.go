package peer

import (
	"testing"

	libp2p "github.com/libp2p/go-libp2p/core/peer"

	"copi.local/peer/wire"
)

func TestStages(t *testing.T) {
	for _, row := range []struct {
		name  string
		steps []step
		want  stage
	}{
		{"we say yes first", []step{theirHello, theirReveal, ourYes, theirYes}, paired},
		{"they say yes first", []step{theirHello, theirReveal, theirYes, ourYes}, paired},
		{"we say no", []step{theirHello, theirReveal, ourNo}, refused},
		{"they say no after our yes", []step{theirHello, theirReveal, ourYes, theirNo}, refused},
		{"we say no after their yes", []step{theirHello, theirReveal, theirYes, ourNo}, refused},
		{"they refuse at once", []step{theirNo}, refused},
		{"we give up while asking", []step{ourNo}, refused},
		{"line lost after our yes", []step{theirHello, theirReveal, ourYes, lost}, paired},
		{"line lost after their yes", []step{theirHello, theirReveal, theirYes, lost}, failed},
		{"line lost while comparing", []step{theirHello, theirReveal, lost}, failed},
		{"silence after our yes", []step{theirHello, theirReveal, ourYes, timeout}, failed},
		{"silence while asking", []step{timeout}, failed},
		{"number before introduction", []step{theirReveal}, failed},
		{"yes before the digits", []step{theirHello, theirYes}, failed},
		{"introduced twice", []step{theirHello, theirHello}, failed},
		{"number twice", []step{theirHello, theirReveal, theirReveal}, failed},
		{"yes twice", []step{theirHello, theirReveal, theirYes, theirYes}, failed},
		{"a code: they call", []step{theirProof, theirYes}, paired},
		{"a code: we call", []step{theirProof, ourYes, theirYes}, paired},
		{"a code: line lost after our yes", []step{theirProof, ourYes, lost}, paired},
		{"a code: line lost before their yes", []step{theirProof, lost}, failed},
		{"a code: they say no", []step{theirProof, theirNo}, refused},
		{"a wrong code", []step{theirFalse}, failed},
		{"a number after the code", []step{theirProof, theirReveal}, failed},
		{"a code after the introduction", []step{theirHello, theirProof}, failed},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := asking
			for _, e := range row.steps {
				var err error
				if s, err = s.after(e); err != nil {
					t.Fatalf("step %d at %d: %v", e, s, err)
				}
			}
			if s != row.want {
				t.Errorf("stage %d, want %d", s, row.want)
			}
		})
	}
}

func TestOurYesNeedsDigits(t *testing.T) {
	for _, s := range []stage{asking, revealing, waiting, paired, refused, failed} {
		if to, err := s.after(ourYes); err == nil || to != s {
			t.Errorf("yes at stage %d led to %d, %v; want refused", s, to, err)
		}
	}
}

func TestNothingFollowsTheEnd(t *testing.T) {
	for _, s := range []stage{paired, refused, failed} {
		for e := theirHello; e <= timeout; e++ {
			if to, err := s.after(e); to != s || err == nil {
				t.Errorf("step %d led from %d to %d", e, s, to)
			}
		}
	}
}

// compared runs both sides' arithmetic, letting the test tamper on the way.
func compared(a, b *comparison, tamper func()) (digitsA, digitsB string, errA, errB error) {
	a.ourOrigin, b.ourOrigin = wire.Hash{1}, wire.Hash{2}
	a.theirOrigin, b.theirOrigin = b.ourOrigin, a.ourOrigin
	a.theirPromise, b.theirPromise = b.promise(), a.promise()
	numberA, numberB := a.number, b.number
	tamper()
	digitsA, errA = a.reveal(numberB)
	digitsB, errB = b.reveal(numberA)
	return digitsA, digitsB, errA, errB
}

func TestBothSidesSeeTheSameDigits(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		a := newComparison(true, "box-a", "box-b")
		b := newComparison(false, "box-b", "box-a")
		da, db, errA, errB := compared(a, b, func() {})
		if errA != nil || errB != nil || da != db || len(da) != 6 {
			t.Fatalf("digits %q and %q, %v, %v", da, db, errA, errB)
		}
		seen[da] = true
	}
	if len(seen) < 190 {
		t.Errorf("only %d different digits of 200", len(seen))
	}
}

func TestTamperingShows(t *testing.T) {
	for name, tamper := range map[string]func(a, b *comparison){
		"another number than promised": func(a, b *comparison) { a.theirPromise[0] ^= 1 },
		"the promise sent back":        func(a, b *comparison) { a.theirPromise = a.promise() },
		"another origin":               func(a, b *comparison) { a.theirOrigin = wire.Hash{3} },
		"another box in between":       func(a, b *comparison) { a.other = "box-m" },
	} {
		t.Run(name, func(t *testing.T) {
			a := newComparison(true, "box-a", "box-b")
			b := newComparison(false, "box-b", "box-a")
			da, db, errA, _ := compared(a, b, func() { tamper(a, b) })
			if errA == nil && da == db {
				t.Error("nobody noticed")
			}
		})
	}
}

// A number promised to one box, or in the other role, is worth nothing.
func TestPromisesAreNotCarriedElsewhere(t *testing.T) {
	number := wire.Hash{1}
	all := map[wire.Hash]bool{}
	for _, initiator := range []bool{true, false} {
		for _, pair := range [][2]libp2p.ID{{"a", "b"}, {"b", "a"}, {"a", "c"}, {"ab", "c"}, {"a", "bc"}} {
			all[commitment(initiator, pair[0], pair[1], number)] = true
		}
	}
	if len(all) != 10 {
		t.Errorf("%d different promises, want 10", len(all))
	}
}
