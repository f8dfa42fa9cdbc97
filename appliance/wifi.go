package appliance

import (
	"context"
	"errors"
	"io/fs"
	"net/netip"

	"copi.local/appliance/hotspot"
	"copi.local/store"
	settings "copi.local/store/hotspot"
	"copi.local/ui"
)

// newWifi makes the box's own Wi-Fi, which stays off until an operator wants it.
func (b *box) newWifi(names *names) {
	b.wifi = hotspot.New(hotspot.Options{
		Interface: b.cfg.Wifi, Clock: b.clock, Log: b.log, Names: names.List, Settings: b.wifiSettings, Changed: b.db.Changed,
	})
}

// wifiSettings are what the operator decided. A box that shows a copy leads
// nobody: whoever joins is there to mend it.
func (b *box) wifiSettings(ctx context.Context) (s settings.Settings, err error) {
	err = b.db.View(ctx, func(tx *store.Tx) error {
		s, err = settings.Of(tx)
		return err
	})
	if b.copy != nil && s.On() {
		s.Mode = settings.Discreet
	}
	return s, err
}

// wifiView is the Wi-Fi as pages ask for it.
type wifiView struct{ *hotspot.Hotspot }

// Portal tells whether phones are led to the welcome.
func (w wifiView) Portal() bool { return w.State().Settings.Mode == settings.Portal }

// Address is the box's in its Wi-Fi.
func (w wifiView) Address() netip.Addr { return hotspot.Address }

// wifiFaults are the sentences of what a machine may lack.
var wifiFaults = []struct {
	err error
	key string
}{
	{hotspot.ErrNoRadio, "hotspot.state.no_radio"},
	{hotspot.ErrNoProgram, "hotspot.state.no_program"},
	{hotspot.ErrInUse, "hotspot.state.in_use"},
	{hotspot.ErrTaken, "hotspot.state.taken"},
	{hotspot.ErrSystem, "hotspot.state.system"},
	{fs.ErrPermission, "hotspot.state.rights"},
}

// Check tells how the Wi-Fi is; its key is empty while it is off.
func (w wifiView) Check() ui.Check {
	s := w.State()
	c := ui.Check{Name: "hotspot", Href: ui.NetworkPath}
	phones := s.Phones()
	switch {
	case !s.Settings.On():
		return c
	case s.Fault != nil:
		c.Status, c.Key, c.Detail = ui.Notice, "hotspot.state.failed", s.Fault.Error()
		for _, f := range wifiFaults {
			if errors.Is(s.Fault, f.err) {
				c.Key = f.key
			}
		}
	case !s.Open:
		c.Key = "hotspot.state.opens"
	case phones >= s.Limit:
		c.Status, c.Key, c.Args = ui.Notice, "hotspot.state.full", []any{"ssid", s.Settings.SSID, "n", phones}
	default:
		c.Key, c.Args = "hotspot.state.open", []any{"ssid", s.Settings.SSID, "n", phones}
	}
	return c
}
