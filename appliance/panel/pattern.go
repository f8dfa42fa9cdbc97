// Package panel is the front of the case: one LED without colours and one
// button, and the proof that somebody stands before them.
//
// What the LED shows is a pure function of the box's conditions (Pattern);
// what a press means is a pure state machine (gestures). Panel plays the one
// and feeds the other on Lines, which are GPIO lines on a Pi and simulated
// ones on a PC. Presence turns "can see the LED" into a code for the pages
// that need it: first set-up and the recovery of a lost password.
//
// The language to learn: lit = fine; quick blinking = wait, do not unplug;
// dark with flashes = count them; off = may be unplugged.
package panel

import "time"

// Conditions is a set of things that are true of the box.
type Conditions uint16

// The conditions a box can be in, most pressing first. None is "ready".
const (
	ResetArmed   Conditions = 1 << iota // a factory reset waits for its confirming press
	Halted                              // everything is closed: the plug may be pulled
	Busy                                // backup, update, restore or shutting down
	DataTrouble                         // read-only safe mode
	StickTrouble                        // USB stick full, unreadable, fake
	BackupDone                          // the stick may be taken
	Booting                             // not serving yet
	LowDisk                             // code 2
	NoBackup                            // code 2: none good for 30 days
	ClockUnsure                         // code 2
	NoNetwork                           // no cable, no hotspot
	ToModerate                          // something waits in the queue
	Syncing                             // exchanging with neighbours
	Copying                             // to a stick: shown as Busy is
)

// seeStatus are the conditions behind code 2, which a press silences.
const seeStatus = LowDisk | NoBackup | ClockUnsure

// State is one word of the LED's language.
type State struct {
	Code    string // for translation keys and logs
	Flashes int    // counted flashes, 0 when there is nothing to count
	Words   string // as printed on the case

	when Conditions // shown when one of these holds; 0: always
	play sequence
}

const ms = time.Millisecond

// Times of the states, lit and dark by turns.
var (
	fast      = loop(200*ms, 200*ms)
	heartbeat = loop(150*ms, 150*ms, 150*ms, 850*ms)
	steady    = sequence{steps: []time.Duration{forever}}
	dark      = sequence{steps: []time.Duration{0, forever}}
)

// states in order of priority; the last one always holds.
var states = []State{
	{Code: "reset_armed", Words: "effacement armé", when: ResetArmed, play: loop(60*ms, 60*ms)},
	{Code: "halted", Words: "vous pouvez débrancher", when: Halted, play: dark},
	{Code: "busy", Words: "patientez, ne débranchez pas", when: Busy | Copying, play: fast},
	{Code: "data_trouble", Flashes: 6, Words: "6 : appelez de l’aide", when: DataTrouble, play: count(6)},
	{Code: "stick_trouble", Flashes: 5, Words: "5 : changez la clé", when: StickTrouble, play: count(5)},
	{Code: "backup_done", Words: "terminé, retirez la clé", when: BackupDone, play: heartbeat},
	{Code: "booting", Words: "démarrage", when: Booting, play: loop(1000*ms, 1000*ms)}, //nolint:misspell // French
	{Code: "see_status", Flashes: 2, Words: "2 : voir la page État", when: seeStatus, play: count(2)},
	{Code: "no_network", Flashes: 1, Words: "1 : branchez le câble", when: NoNetwork, play: count(1)},
	{Code: "to_moderate", Words: "un message vous attend", when: ToModerate, play: loop(0, 120*ms, 200*ms, 120*ms, 3560*ms)},
	{Code: "syncing", Words: "échange en cours", when: Syncing, play: loop(0, 120*ms, 1880*ms)},
	{Code: "ready", Words: "tout va bien", play: steady},
}

// Pattern is what the LED says about a box with these conditions: the most
// pressing one, or "ready".
func Pattern(c Conditions) State {
	for _, s := range states {
		if s.when&c != 0 {
			return s
		}
	}
	return states[len(states)-1]
}

// Overlays are played once over whatever the state is. Each starts dark, so
// that it is seen on a lit LED too.
var (
	longFlash = once(0, 200*ms, 800*ms, 200*ms)
	identify  = identifying(15 * time.Second)
)

// identifying is three short and three long flashes, over and over: "where is
// my box?".
func identifying(total time.Duration) sequence {
	turn := []time.Duration{0, 400 * ms, 200 * ms, 200 * ms, 200 * ms, 200 * ms, 200 * ms, 200 * ms, 600 * ms, 200 * ms, 600 * ms, 200 * ms, 600 * ms, 400 * ms}
	var all []time.Duration
	for sum(all)+sum(turn) <= total {
		all = append(all, turn...)
	}
	return once(all...)
}

// blinked spells digits as flashes of 400/400, 1.5 s between digits, the
// whole five times with a longer pause.
func blinked(digits string) sequence {
	const on, off, gap, pause, repeats = 400 * ms, 400 * ms, 1500 * ms, 3000 * ms, 5
	all := []time.Duration{0, gap}
	for range repeats {
		for i, d := range digits {
			for range d - '0' {
				all = append(all, on, off)
			}
			all[len(all)-1] = gap
			if i == len(digits)-1 {
				all[len(all)-1] = pause
			}
		}
	}
	return once(all...)
}
