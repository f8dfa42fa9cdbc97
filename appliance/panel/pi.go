package panel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"periph.io/x/conn/v3/driver/driverreg"
	"periph.io/x/conn/v3/gpio"
	"periph.io/x/host/v3/gpioioctl"
)

// Where the parts are wired, as BCM numbers: an LED with 330 Ω between pin 11
// and ground, a button between pin 5 and ground. Pulling GPIO3 low also wakes
// a halted Pi, so one button stops and starts the box.
const (
	ledLine    = 17
	buttonLine = 3
)

// chipLabels are the GPIO controllers of a Pi: models up to 3, 4, and 5. The
// device number of a chip differs between kernels, its label does not.
var chipLabels = []string{"pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"}

// ErrNoPi means that this machine has no GPIO controller of a Raspberry Pi.
var ErrNoPi = errors.New("no Raspberry Pi GPIO controller")

// edgeWait bounds one wait for an edge, so that Watch notices its end even
// where the driver cannot be interrupted.
const edgeWait = 500 * time.Millisecond

// pins are the lines of a Pi through the kernel's character device.
type pins struct {
	led    gpio.PinIO
	button gpio.PinIO
	timer  Timer
}

var _ Lines = (*pins)(nil)

// OpenPi takes the LED's and the button's line of a Raspberry Pi. Elsewhere it
// fails with ErrNoPi.
//
// Only periph's gpioioctl driver is registered. host.Init() would load
// bcm283x too, which claims names gpioioctl has taken and fails.
func OpenPi(timer Timer) (Lines, error) {
	// Init fails where there is no chip at all; that is ErrNoPi below.
	_, _ = driverreg.Init()
	for _, chip := range gpioioctl.Chips {
		if piChip(chip.Label()) {
			return newPins(chip.ByNumber(ledLine), chip.ByNumber(buttonLine), timer)
		}
	}
	return nil, ErrNoPi
}

func piChip(label string) bool { return slices.Contains(chipLabels, label) }

func newPins(led, button gpio.PinIO, timer Timer) (*pins, error) {
	if err := led.Out(gpio.Low); err != nil {
		return nil, fmt.Errorf("LED line: %w", err)
	}
	if err := button.In(gpio.PullUp, gpio.BothEdges); err != nil {
		return nil, fmt.Errorf("button line: %w", err)
	}
	return &pins{led: led, button: button, timer: timer}, nil
}

// Light switches the LED.
func (p *pins) Light(on bool) error { return p.led.Out(gpio.Level(on)) }

// errWait is a line whose edges cannot be waited for.
var errWait = errors.New("button line: waiting for an edge fails")

// Watch follows the button, which pulls its line low when pressed.
func (p *pins) Watch(ctx context.Context, change func(down bool)) error {
	stop := context.AfterFunc(ctx, func() { _ = p.button.Halt() }) // only to be quicker
	defer stop()
	for ctx.Err() == nil {
		change(p.button.Read() == gpio.Low) // also after a wait in vain: an edge may have been lost
		began := p.timer.Elapsed()
		edge := p.button.WaitForEdge(edgeWait)
		if !edge && ctx.Err() == nil && p.timer.Elapsed()-began < edgeWait/2 {
			return errWait // the driver tells no more than this
		}
	}
	return nil
}

// Close makes the LED dark and gives both lines back.
func (p *pins) Close() error {
	err := p.led.Out(gpio.Low)
	for _, line := range []gpio.PinIO{p.led, p.button} {
		if l, ok := line.(interface{ Close() }); ok {
			l.Close()
		}
	}
	return err
}
