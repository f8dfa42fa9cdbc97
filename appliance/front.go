package appliance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"

	"copi.local/appliance/clock"
	"copi.local/appliance/panel"
	"copi.local/ui"
)

// front is the front of the case as this machine has it: GPIO lines on a Pi,
// drawn on the terminal on a PC, or nothing but a written code.
type front struct {
	panel    *panel.Panel   // nil without LED and button
	console  *panel.Console // nil but on a PC
	presence *panel.Presence
	lines    panel.Lines  // of the panel; nil without one
	written  bool         // the set-up code is written down, beside what an LED blinks
	halt     func() error // powers the machine off; nil on a PC
	halted   atomic.Bool  // the shutdown gesture was made
	givenUp  atomic.Bool  // the gesture of a factory reset was
	stick    func() bool  // takes a short press where a stick is plugged in; set before the parts run, or nil
}

// openFront finds the LED and the button that gpio asks for (auto, none, sim).
// ready tells that the box is set up, so that no code need be written down;
// stop is called once, by the shutdown gesture.
func openFront(cfg Config, c *clock.Clock, log *slog.Logger, ready bool, stop func()) (*front, error) {
	switch cfg.GPIO {
	case "sim":
		return simFront(cfg, c, log, stop), nil
	case "auto":
		lines, err := panel.OpenPi(c)
		if err == nil {
			return piFront(cfg, c, log, lines, ready, stop)
		}
		if !errors.Is(err, panel.ErrNoPi) {
			log.Warn("no LED and button", "err", err)
		}
	}
	if ready {
		return &front{presence: panel.NewPresence(c, log, "")}, nil
	}
	written, err := panel.SetupCode(cfg.Data)
	return &front{presence: panel.NewPresence(c, log, written), written: true}, err
}

// piFront drives the lines of a Pi. Nothing tells whether an LED and a button
// are wired to them, so the set-up code also shows on a screen plugged in.
func piFront(cfg Config, c *clock.Clock, log *slog.Logger, lines panel.Lines, ready bool, stop func()) (*front, error) {
	f := &front{presence: panel.NewPresence(c, log, ""), halt: powerOff, written: !ready, lines: lines}
	shutdown := func() {
		f.halted.Store(true)
		stop()
	}
	opt := panel.Options{Lines: lines, Timer: c, Log: log, Shutdown: shutdown, Presence: f.presence, Stick: f.toStick}
	if switchedOn() {
		opt.Reset = func() {
			f.givenUp.Store(true)
			stop()
		}
	}
	f.panel = panel.New(opt)
	if ready {
		return f, nil
	}
	written, err := panel.SetupCode(cfg.Data)
	f.presence.AlsoWritten(written)
	return f, err
}

func simFront(cfg Config, c *clock.Clock, log *slog.Logger, stop func()) *front {
	f := &front{presence: panel.NewPresence(c, log, "")}
	opt := panel.Options{Timer: c, Log: log, Simulated: true, Shutdown: stop, Presence: f.presence, Stick: f.toStick}
	light := func(bool) {}
	if f.console = terminal(cfg); f.console != nil {
		light, opt.Caption = f.console.Light, f.console.Caption
	}
	opt.Lines = panel.NewSim(light)
	f.lines = opt.Lines
	f.panel = panel.New(opt)
	return f
}

// toStick takes a short press to the stick that is plugged in; false without one.
func (f *front) toStick() bool { return f.stick != nil && f.stick() }

// terminal is the console of whoever started the box, nil when its streams are
// no files.
func terminal(cfg Config) *panel.Console {
	in, ok := cfg.In.(*os.File)
	if !ok {
		return nil
	}
	out, ok := cfg.Err.(*os.File)
	if !ok {
		return nil
	}
	return panel.NewConsole(in, out)
}

// parts are what of the front has to run.
func (f *front) parts() []part {
	var parts []part
	if f.panel != nil {
		parts = append(parts, part{name: "panel", run: f.panel.Run})
	}
	if f.console != nil {
		parts = append(parts, part{name: "keys", run: func(ctx context.Context) error {
			return f.console.Keys(ctx, f.panel.Press)
		}})
	}
	return parts
}

// stderr is where log lines go so that they do not cross the drawn LED.
func (f *front) stderr(w io.Writer) io.Writer {
	if f.console != nil {
		return f.console
	}
	return w
}

// end is the last act of a box that was asked to stop: a Pi whose button was
// held powers itself off.
func (f *front) end() error {
	if f.halt == nil || !f.halted.Load() {
		return nil
	}
	return f.halt()
}

// hold keeps the LED lit while nothing else does: dark would say that the box may
// be unplugged.
func (f *front) hold() error {
	if f.lines == nil {
		return nil
	}
	return f.lines.Light(true)
}

// release gives the lines back for the next who opens the front; of a nil front,
// nothing.
func (f *front) release() error {
	if f == nil || f.lines == nil {
		return nil
	}
	return f.lines.Close()
}

// set tells the LED, if there is one, what is true of the box.
func (f *front) set(which, hold panel.Conditions) {
	if f.panel != nil {
		f.panel.Set(which, hold)
	}
}

// view is the front for the status page; a nil interface without a panel.
func (f *front) view() ui.Panel {
	if f.panel == nil {
		return nil
	}
	return panelView{f.panel}
}

// panelView shows a panel to the pages.
type panelView struct{ *panel.Panel }

// Light is what the LED says.
func (v panelView) Light() ui.Light {
	s := v.State()
	return ui.Light{Code: s.Code, Flashes: s.Flashes}
}

// settingUp tells the presence whether the box waits for its operator. A box
// with an LED blinks a code, one that may have none writes it on its screen.
func (f *front) settingUp(dir string, on bool, out io.Writer) error {
	f.presence.SettingUp(on)
	if !on {
		f.presence.Done()
		return panel.ForgetSetupCode(dir)
	}
	if f.panel != nil {
		f.presence.Welcome(f.panel)
	}
	return f.writeCode(dir, out)
}

// writeCode writes the set-up code on the screen of a box that may have no LED.
func (f *front) writeCode(dir string, out io.Writer) error {
	if !f.written {
		return nil
	}
	code, err := panel.SetupCode(dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "set-up code: %s\n", code)
	return err
}

// PrintSetupCode writes the set-up code of the box in dir, for a machine
// without LED; it fails when the box is set up.
func PrintSetupCode(ctx context.Context, dir string, out io.Writer) error {
	db, _, err := openAtRest(ctx, dir)
	if err != nil {
		return err
	}
	ready, err := isReady(ctx, db)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if ready {
		return errors.New("the box is set up; its operators sign in, or see /recuperation")
	}
	code, err := panel.SetupCode(dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, code)
	return err
}
