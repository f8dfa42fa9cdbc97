package panel

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// told runs the machine over edges (down first, then by turns) and lists the
// gestures with the time they were told.
func told(g gestures, edges ...time.Duration) (list []gesture, at []time.Duration) {
	down := true
	run := func(now, end time.Duration) {
		for {
			if got, ok := g.step(now); ok {
				list, at = append(list, got), append(at, now)
			}
			next := g.next(now)
			if next == forever || next > end {
				return
			}
			now = next
		}
	}
	for i, e := range edges {
		g.edge(e, down)
		down = !down
		end := e + time.Hour
		if i+1 < len(edges) {
			end = edges[i+1]
		}
		run(e, end)
	}
	return list, at
}

func TestGestures(t *testing.T) {
	const s = time.Second
	for _, row := range []struct {
		held time.Duration
		want []gesture
	}{
		{39 * ms, nil},
		{41 * ms, []gesture{shortPress}},
		{999 * ms, []gesture{shortPress}},
		{1 * s, []gesture{holdUnnamed}},
		{2999 * ms, []gesture{holdUnnamed}},
		{3 * s, []gesture{holdShutdown}},
		{6 * s, []gesture{holdShutdown}},
		{6001 * ms, []gesture{holdUnnamed}},
		{6999 * ms, []gesture{holdUnnamed}},
		{7 * s, []gesture{holdRecovery}},
		{12 * s, []gesture{holdRecovery}},
		{12001 * ms, []gesture{holdUnnamed}},
		{15 * s, []gesture{holdUnnamed}},
		{15001 * ms, []gesture{stuck}},
		{40 * time.Minute, []gesture{stuck}},
	} {
		if got, _ := told(newGestures(false), s, s+row.held); !slices.Equal(got, row.want) {
			t.Errorf("held %s: %v, want %v", row.held, got, row.want)
		}
	}
}

func TestBouncesAreSmoothed(t *testing.T) {
	got, at := told(newGestures(false), 100*ms, 103*ms, 105*ms, 120*ms, 130*ms, 430*ms, 434*ms, 440*ms)
	if !slices.Equal(got, []gesture{shortPress}) {
		t.Fatalf("gestures %v", got)
	}
	if want := 440*ms + debounce; at[0] != want {
		t.Errorf("told at %s, want %s", at[0], want)
	}
}

func TestStuckIsToldWhileHeld(t *testing.T) {
	_, at := told(newGestures(false), 0, time.Hour)
	if len(at) != 1 || at[0] != stuckAt {
		t.Errorf("told at %v, want once at %s", at, stuckAt)
	}
}

func TestHeldAtStartIsNoGesture(t *testing.T) {
	g := newGestures(true)
	g.edge(4*time.Second, false)
	if got, ok := g.step(4*time.Second + debounce); ok {
		t.Errorf("gesture %v", got)
	}
	if got, _ := told(g, 10*time.Second, 10*time.Second+100*ms); !slices.Equal(got, []gesture{shortPress}) {
		t.Errorf("the next press: %v", got)
	}
}

func TestFeelWhileHeld(t *testing.T) {
	g := newGestures(false)
	g.edge(0, true)
	g.step(debounce)
	for _, row := range []struct {
		at   time.Duration
		want feel
	}{
		{50 * ms, feelPressed},
		{2900 * ms, feelPressed},
		{3 * time.Second, feelShutdown},
		{6500 * ms, feelPressed},
		{7 * time.Second, feelRecovery},
		{13 * time.Second, feelPressed},
		{16 * time.Second, feelNothing},
	} {
		if got := g.feel(row.at); got != row.want {
			t.Errorf("at %s: %d, want %d", row.at, got, row.want)
		}
	}
}

// However the contact chatters, each gesture is told after one press and one
// release, and the machine never asks to be woken in the past.
func TestChatter(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		g := newGestures(false)
		now, level, tellable := time.Duration(0), false, false
		for range 200 {
			now += time.Duration(rnd.IntN(300)) * ms
			level = !level
			g.edge(now, level)
			end := now + time.Duration(rnd.IntN(2000))*ms
			for at := now; at <= end; {
				was := g.down
				_, ok := g.step(at)
				if ok && !tellable {
					t.Fatal("a gesture without a press")
				}
				tellable = (tellable || !was && g.down) && !ok
				next := g.next(at)
				if next <= at {
					t.Fatalf("asks for %s at %s", next, at)
				}
				at = next
			}
			now = end
		}
	}
}
