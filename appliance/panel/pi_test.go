//go:build gpio

package panel

import (
	"testing"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/host/v3/gpioioctl"
)

// TestPiLines runs the conformance test on a real Raspberry Pi:
//
//	go test -c -tags gpio ./appliance/panel && ./panel.test -test.run TestPiLines
//
// Two wires are the finger and the eye: GPIO27 to GPIO3, GPIO17 to GPIO22,
// with neither LED nor button fitted. It fails where there is no Pi.
func TestPiLines(t *testing.T) {
	testLines(t, func(t *testing.T) rig {
		t.Helper()
		lines, err := OpenPi(testClock())
		if err != nil {
			t.Fatal(err)
		}
		var finger, eye gpio.PinIO
		for _, chip := range gpioioctl.Chips {
			if piChip(chip.Label()) {
				finger, eye = chip.ByNumber(27), chip.ByNumber(22)
			}
		}
		if err := finger.Out(gpio.High); err != nil {
			t.Fatal(err)
		}
		if err := eye.In(gpio.PullDown, gpio.NoEdge); err != nil {
			t.Fatal(err)
		}
		return rig{
			lines: lines,
			press: func(down bool) { _ = finger.Out(gpio.Level(!down)) },
			lit:   func() bool { return bool(eye.Read()) },
		}
	})
}
