package panel

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"copi.local/store"
)

// inPresence runs fn with a presence in virtual time.
func inPresence(t *testing.T, written string, fn func(*testing.T, *Presence)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { fn(t, NewPresence(testClock(), quiet(), written)) })
}

func proves(t *testing.T, p *Presence, code string, want store.Kind) {
	t.Helper()
	err := p.Prove(t.Context(), code)
	if err == nil || store.KindOf(err) != want {
		t.Errorf("%q: %v, want kind %s", code, err, want)
	}
}

func accepts(t *testing.T, p *Presence, code string) {
	t.Helper()
	if err := p.Prove(t.Context(), code); err != nil {
		t.Errorf("%q: %v", code, err)
	}
}

func TestNothingCountsBeforeAPress(t *testing.T) {
	inPresence(t, "", func(t *testing.T, p *Presence) {
		proves(t, p, "", store.Forbidden)
		proves(t, p, "1111", store.Forbidden)
		p.SettingUp(true)
		proves(t, p, "", store.Forbidden)
	})
}

func TestFiveTries(t *testing.T) {
	inPresence(t, "", func(t *testing.T, p *Presence) {
		code, ok := p.recovery()
		if !ok || !regexp.MustCompile(`^[1-5]{4}$`).MatchString(code) {
			t.Fatalf("code %q", code)
		}
		for range 4 {
			proves(t, p, "6666", store.Invalid)
		}
		accepts(t, p, " "+code[:2]+" "+code[2:]) // right ones cost nothing
		accepts(t, p, code)
		proves(t, p, "", store.Busy)
		proves(t, p, code, store.Busy)
		if p.Expected() {
			t.Error("still open after five wrong tries")
		}
	})
}

func TestWindowLastsTenMinutes(t *testing.T) {
	inPresence(t, "", func(t *testing.T, p *Presence) {
		code, _ := p.recovery()
		time.Sleep(10*time.Minute - time.Second)
		accepts(t, p, code)
		time.Sleep(time.Second)
		proves(t, p, code, store.Forbidden)
		if _, ok := p.recovery(); ok {
			t.Error("a second window within the hour")
		}
	})
}

func TestEachPressOpensASetUpWindow(t *testing.T) {
	inPresence(t, "", func(t *testing.T, p *Presence) {
		p.SettingUp(true)
		for range 20 {
			code, ok := p.setUp()
			if !ok {
				t.Fatal("no window")
			}
			for range 5 {
				_ = p.Prove(t.Context(), "no")
			}
			proves(t, p, code, store.Busy)
		}
	})
}

func TestCodesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		seen[fourDigits()] = true
	}
	if len(seen) < 550 { // 625 in all; 2000 draws leave about 25 unseen
		t.Errorf("%d codes", len(seen))
	}
}

func TestWrittenCode(t *testing.T) {
	inPresence(t, "K7QM-3F1D", func(t *testing.T, p *Presence) {
		proves(t, p, "K7QM-3F1D", store.Forbidden) // not waiting for an operator
		p.SettingUp(true)
		time.Sleep(time.Hour)
		if !p.Expected() {
			t.Error("a written code needs no press")
		}
		accepts(t, p, "k7qm3fid")
		accepts(t, p, " K7QM 3FLD ")
		for range 4 {
			proves(t, p, "K7QM-3F1E", store.Invalid)
		}
		proves(t, p, "K7QM-3F1E", store.Busy)
		proves(t, p, "K7QM-3F1D", store.Busy)
		time.Sleep(10 * time.Minute)
		accepts(t, p, "K7QM-3F1D")
		p.Done()
		proves(t, p, "K7QM-3F1D", store.Forbidden)
		if p.Expected() {
			t.Error("still expected once done")
		}
	})
}

func TestSetupCodeFile(t *testing.T) {
	dir := t.TempDir()
	code, err := SetupCode(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(code) {
		t.Errorf("code %q", code)
	}
	if again, err := SetupCode(dir); again != code || err != nil {
		t.Errorf("second call: %q, %v", again, err)
	}
	file := filepath.Join(dir, setupFile)
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file %v, %v", info, err)
	}
	if err := os.WriteFile(file, []byte("K7"), 0o600); err != nil { // a power cut
		t.Fatal(err)
	}
	if fresh, err := SetupCode(dir); err != nil || len(fresh) != 9 || strings.HasPrefix(fresh, "K7\n") {
		t.Errorf("after a torn write: %q, %v", fresh, err)
	}
	for range 2 {
		if err := ForgetSetupCode(dir); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("not forgotten")
	}
}

// TestWrittenBesideBlinked: on a Pi, where nothing tells whether the LED is
// wired, both codes count, and neither gives tries to the other.
func TestWrittenBesideBlinked(t *testing.T) {
	inPresence(t, "", func(t *testing.T, p *Presence) {
		p.AlsoWritten("K7QM-3F1D")
		proves(t, p, "K7QM-3F1D", store.Forbidden) // not waiting for an operator
		if digits, ok := p.recovery(); !ok {
			t.Error("no recovery")
		} else {
			accepts(t, p, digits)
		}
		p.SettingUp(true)
		accepts(t, p, "k7qm 3f1d")
		proves(t, p, "6666", store.Forbidden) // nobody pressed the button
		digits, ok := p.setUp()
		if !ok {
			t.Fatal("nothing to blink")
		}
		for range 4 {
			proves(t, p, "6666", store.Invalid)
		}
		proves(t, p, "6666", store.Busy)
		proves(t, p, digits, store.Busy)
		accepts(t, p, "K7QM-3F1D")
		time.Sleep(11 * time.Minute)
		accepts(t, p, "K7QM-3F1D")            // its window opens again by itself
		proves(t, p, digits, store.Forbidden) // that of the digits does not
		for range 5 {
			_ = p.Prove(t.Context(), "K7QM-3F1E")
		}
		proves(t, p, "K7QM-3F1D", store.Busy)
		if digits, ok = p.setUp(); !ok {
			t.Fatal("nothing to blink")
		}
		accepts(t, p, digits)
		p.Done()
		proves(t, p, digits, store.Forbidden)
		proves(t, p, "K7QM-3F1D", store.Forbidden)
		if p.Expected() {
			t.Error("still expected once done")
		}
	})
}
