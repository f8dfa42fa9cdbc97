package panel

import "time"

// gesture is what a press of the button meant, told when it ends.
type gesture uint8

const (
	shortPress   gesture = iota // under 1 s
	holdShutdown                // 3 to 6 s: stop cleanly
	holdRecovery                // 7 to 12 s: open the recovery window
	holdUnnamed                 // any other length: one long flash, nothing
	stuck                       // over 15 s, told while still held: ignored
)

// feel is what the LED answers while the button is held.
type feel uint8

const (
	feelNothing  feel = iota // not held, or stuck: the LED shows the state
	feelPressed              // the opposite of what was shown
	feelShutdown             // release now and the box stops
	feelRecovery             // release now and the recovery window opens
)

const (
	debounce     = 40 * ms
	shutdownFrom = 3 * time.Second
	shutdownTo   = 6 * time.Second
	recoveryFrom = 7 * time.Second
	recoveryTo   = 12 * time.Second
	stuckAt      = 15*time.Second + 1
)

// feels says from which length of a press the LED answers what.
var feels = []struct {
	from time.Duration
	feel feel
}{
	{0, feelPressed},
	{shutdownFrom, feelShutdown},
	{shutdownTo + 1, feelPressed},
	{recoveryFrom, feelRecovery},
	{recoveryTo + 1, feelPressed},
	{stuckAt, feelNothing},
}

// gestureOf names a press that lasted so long.
func gestureOf(held time.Duration) gesture {
	switch {
	case held < time.Second:
		return shortPress
	case held >= shutdownFrom && held <= shutdownTo:
		return holdShutdown
	case held >= recoveryFrom && held <= recoveryTo:
		return holdRecovery
	case held >= stuckAt:
		return stuck
	default:
		return holdUnnamed
	}
}

// gestures turns the raw level of the button into gestures: bounces of under
// 40 ms are smoothed away, lengths are counted from the first of the edges. A
// button already down at the start is ignored until it is released: held
// while power is applied, it means something else.
type gestures struct {
	raw      bool          // level of the line
	rawSince time.Duration // when raw last changed
	down     bool          // level without bounces
	since    time.Duration // when down last changed
	told     bool          // stuck was told, or the press began before the start
}

// newGestures starts with the button at a level.
func newGestures(down bool) gestures { return gestures{raw: down, down: down, told: down} }

// edge takes a change of the line's level at an instant.
func (g *gestures) edge(at time.Duration, down bool) {
	if down != g.raw {
		g.raw, g.rawSince = down, at
	}
}

// step does what is due at an instant, and tells a gesture that ended then.
func (g *gestures) step(at time.Duration) (gesture, bool) {
	if g.raw != g.down && at >= g.rawSince+debounce {
		held, told := g.rawSince-g.since, g.told
		g.down, g.since, g.told = g.raw, g.rawSince, false
		if !g.down && !told {
			return gestureOf(held), true
		}
		return 0, false
	}
	if g.down && g.raw && !g.told && at-g.since >= stuckAt {
		g.told = true
		return stuck, true
	}
	return 0, false
}

// next is when step must be called again, forever when only an edge matters.
func (g *gestures) next(at time.Duration) time.Duration {
	next := forever
	if g.raw != g.down {
		next = g.rawSince + debounce
	}
	if g.down && !g.told {
		for _, f := range feels {
			if due := g.since + f.from; due > at {
				return min(next, due)
			}
		}
	}
	return next
}

// feel is what the LED answers to the press at an instant.
func (g *gestures) feel(at time.Duration) feel {
	answer := feelNothing
	if !g.down || g.told {
		return answer
	}
	for _, f := range feels {
		if at-g.since >= f.from {
			answer = f.feel
		}
	}
	return answer
}
