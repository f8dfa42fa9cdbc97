package appliance

import (
	"testing"

	"copi.local/appliance/panel"
	"copi.local/ui"
)

func TestConditionsOfHealth(t *testing.T) {
	part := func(name string, s ui.Status) ui.Check { return ui.Check{Name: name, Status: s} }
	for _, c := range []struct {
		parts []ui.Check
		want  panel.Conditions
	}{
		{nil, 0},
		{[]ui.Check{part("database", ui.Fine), part("space", ui.Fine)}, 0},
		{[]ui.Check{part("database", ui.Broken)}, panel.DataTrouble},
		{[]ui.Check{part("space", ui.Notice), part("clock", ui.Notice)}, panel.LowDisk | panel.ClockUnsure},
		{[]ui.Check{part("network", ui.Notice), part("mdns", ui.Notice)}, panel.NoNetwork},
	} {
		if got := conditions(c.parts); got != c.want {
			t.Errorf("%v: %b, want %b", c.parts, got, c.want)
		}
	}
}

func TestSpaceGrades(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		free, total int64
		want        ui.Status
	}{
		{20 * gib, 32 * gib, ui.Fine},
		{4 * gib, 32 * gib, ui.Notice},   // 12.5 %
		{400 << 20, 1 * gib, ui.Notice},  // 39 %, yet under 500 MB
		{900 << 20, 32 * gib, ui.Broken}, // 2.7 %
		{0, 0, ui.Broken},
	} {
		if key, got := spaceGrade(c.free, c.total); got != c.want {
			t.Errorf("%d of %d: %v (%s), want %v", c.free, c.total, got, key, c.want)
		}
	}
}
