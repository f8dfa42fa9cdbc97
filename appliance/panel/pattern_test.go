package panel

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// shown is the light of a sequence over a while, as alternating lengths in
// ms: lit first (0 when it begins dark).
func shown(s sequence, d time.Duration) []int {
	var lengths []int
	lit := true
	for age := time.Duration(0); age < d; {
		on, until, ok := s.at(age)
		if !ok {
			break
		}
		until = min(until, d)
		step := int((until - age) / ms)
		switch {
		case on == lit && len(lengths) > 0:
			lengths[len(lengths)-1] += step
		case on == lit:
			lengths = append(lengths, step)
		case len(lengths) == 0:
			lengths = append(lengths, 0, step)
		default:
			lengths = append(lengths, step)
		}
		lit = on
		age = until
	}
	return lengths
}

// Every row of the table printed on the case.
func TestPattern(t *testing.T) {
	for _, row := range []struct {
		name  string
		when  Conditions
		code  string
		light []int // lit, dark, lit, … in ms
	}{
		{"ready", 0, "ready", []int{10000}},
		{"factory reset armed", ResetArmed, "reset_armed", []int{60, 60, 60, 60, 60, 60}},
		{"off", Halted, "halted", []int{0, 10000}},
		{"busy", Busy, "busy", []int{200, 200, 200, 200, 200, 200}},
		{"data trouble", DataTrouble, "data_trouble", []int{0, 2000, 250, 350, 250, 350, 250, 350, 250, 350, 250, 350, 250, 2000, 250, 350}},
		{"stick trouble", StickTrouble, "stick_trouble", []int{0, 2000, 250, 350, 250, 350, 250, 350, 250, 350, 250, 2000, 250, 350}},
		{"backup done", BackupDone, "backup_done", []int{150, 150, 150, 850, 150, 150, 150, 850}},
		{"booting", Booting, "booting", []int{1000, 1000, 1000, 1000}},
		{"low disk", LowDisk, "see_status", []int{0, 2000, 250, 350, 250, 2000, 250, 350, 250, 2000}},
		{"no backup", NoBackup, "see_status", []int{0, 2000, 250, 350, 250, 2000}},
		{"clock unsure", ClockUnsure, "see_status", []int{0, 2000, 250, 350, 250, 2000}},
		{"no network", NoNetwork, "no_network", []int{0, 2000, 250, 2000, 250, 2000}},
		{"to moderate", ToModerate, "to_moderate", []int{0, 120, 200, 120, 3560, 120, 200, 120, 3560}},
		{"syncing", Syncing, "syncing", []int{0, 120, 1880, 120, 1880}},
	} {
		s := Pattern(row.when)
		if s.Code != row.code {
			t.Errorf("%s: state %q, want %q", row.name, s.Code, row.code)
		}
		total := 0
		for _, l := range row.light {
			total += l
		}
		if got := shown(s.play, time.Duration(total)*ms); !slices.Equal(got, row.light) {
			t.Errorf("%s: light %v, want %v", row.name, got, row.light)
		}
	}
}

func TestPatternPriority(t *testing.T) {
	order := []Conditions{ResetArmed, Halted, Busy, DataTrouble, StickTrouble, BackupDone, Booting, LowDisk, NoNetwork, ToModerate, Syncing, 0}
	for i, high := range order {
		all := high
		for _, low := range order[i:] {
			all |= low
		}
		if got, want := Pattern(all).Code, Pattern(high).Code; got != want {
			t.Errorf("%b shows %q, want %q", all, got, want)
		}
	}
}

// Nothing flashes faster than about 8 times a second, which some people
// cannot bear.
func TestNoFasterThanEightHertz(t *testing.T) {
	all := map[string]sequence{"long flash": longFlash, "identify": identify, "code": blinked("5151")}
	for c := range Conditions(1 << 13) {
		s := Pattern(c)
		all[s.Code] = s.play
	}
	for name, s := range all {
		lengths := shown(s, 20*time.Second)
		for i := 1; i+2 < len(lengths); i++ { // a turn: lit and dark, or dark and lit; the last is cut off
			if turn := lengths[i] + lengths[i+1]; turn < 120 && lengths[i] > 0 {
				t.Errorf("%s: a turn of %d ms in %v", name, turn, lengths)
			}
		}
	}
}

// Trouble codes differ by their count, which is what the case says, and avoid
// the counts of the Pi's own firmware.
func TestTroubleCodesDifferByCount(t *testing.T) {
	seen := map[int]string{}
	for _, s := range states {
		if s.Flashes == 0 {
			continue
		}
		if other, twice := seen[s.Flashes]; twice {
			t.Errorf("%s and %s both flash %d times", s.Code, other, s.Flashes)
		}
		seen[s.Flashes] = s.Code
		if slices.Contains([]int{3, 4, 7, 8, 9, 10}, s.Flashes) {
			t.Errorf("%s flashes %d times, which is the firmware's", s.Code, s.Flashes)
		}
		turn := shown(s.play, sum(s.play.steps))
		if flashes := len(turn)/2 - 1 + len(turn)%2; flashes != s.Flashes {
			t.Errorf("%s: %d flashes in %v, want %d", s.Code, flashes, turn, s.Flashes)
		}
		if !strings.HasPrefix(s.Words, string(rune('0'+s.Flashes))) {
			t.Errorf("%s: words %q do not say %d", s.Code, s.Words, s.Flashes)
		}
	}
}

func TestOverlays(t *testing.T) {
	if got, want := shown(longFlash, time.Hour), []int{0, 200, 800, 200}; !slices.Equal(got, want) {
		t.Errorf("long flash %v, want %v", got, want)
	}
	got := shown(blinked("213"), time.Hour)
	turn := []int{400, 400, 400, 1500, 400, 1500, 400, 400, 400, 400, 400, 3000}
	want := append([]int{0, 1500}, slices.Repeat(turn, 5)...)
	if !slices.Equal(got, want) {
		t.Errorf("code %v, want %v", got, want)
	}
	total := 0
	for _, l := range shown(identify, time.Hour) {
		total += l
	}
	if total < 12000 || total > 15000 {
		t.Errorf("identify lasts %d ms", total)
	}
}
