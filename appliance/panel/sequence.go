package panel

import (
	"math"
	"time"
)

// forever is a step that does not end.
const forever = time.Duration(math.MaxInt64)

// sequence is light in time: how long lit, how long dark, by turns, beginning
// lit (a first step of 0 begins dark).
type sequence struct {
	steps  []time.Duration
	repeat bool
}

func loop(steps ...time.Duration) sequence { return sequence{steps: even(steps), repeat: true} }

func once(steps ...time.Duration) sequence { return sequence{steps: steps} }

// even gives a loop an even number of steps, so that lit and dark keep their
// turns when it starts again.
func even(steps []time.Duration) []time.Duration {
	if len(steps)%2 == 1 {
		return append(steps, 0)
	}
	return steps
}

// count is a trouble code: a pause of 2 s first, so that whoever looks up
// can count from one, then n flashes of 250/350.
func count(n int) sequence {
	steps := []time.Duration{0, 2000 * ms}
	for range n - 1 {
		steps = append(steps, 250*ms, 350*ms)
	}
	return loop(append(steps, 250*ms, 0)...)
}

func sum(steps []time.Duration) time.Duration {
	var total time.Duration
	for _, s := range steps {
		total += s
	}
	return total
}

// at tells whether the LED is lit at an age of the sequence, and at which age
// that may change. A sequence played once is over (ok false) after its last step.
func (s sequence) at(age time.Duration) (lit bool, until time.Duration, ok bool) {
	start := time.Duration(0)
	if s.repeat {
		start = age - age%sum(s.steps)
	}
	for i, step := range s.steps {
		if step == forever {
			return i%2 == 0, forever, true
		}
		if start += step; age < start {
			return i%2 == 0, start, true
		}
	}
	return false, 0, false
}
