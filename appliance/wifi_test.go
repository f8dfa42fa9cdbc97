package appliance

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"copi.local/appliance/hotspot"
	settings "copi.local/store/hotspot"
	"copi.local/store/storetest"
	"copi.local/ui"
)

// A machine without radio says so in a sentence that exists, and only when the
// Wi-Fi is wanted.
func TestTheStatusPageKnowsTheWifi(t *testing.T) {
	for mode, want := range map[settings.Mode]ui.Check{
		settings.Off:      {Name: "hotspot", Href: ui.NetworkPath},
		settings.Portal:   {Name: "hotspot", Href: ui.NetworkPath, Status: ui.Notice, Key: "hotspot.state.no_radio"},
		settings.Discreet: {Name: "hotspot", Href: ui.NetworkPath, Status: ui.Notice, Key: "hotspot.state.no_radio"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := wifiView{hotspot.New(hotspot.Options{
				Interface: hotspot.None, Clock: storetest.NewClock(), Log: slog.New(slog.DiscardHandler), Changed: func() <-chan struct{} { return nil },
				Settings: func(context.Context) (settings.Settings, error) { return settings.Settings{Mode: mode}, nil },
			})}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			done := make(chan error, 1)
			go func() { done <- w.Run(ctx) }()
			synctest.Wait()
			got := w.Check()
			got.Detail = ""
			if got.Name != want.Name || got.Status != want.Status || got.Key != want.Key || got.Href != want.Href {
				t.Errorf("%s: %+v", mode, got)
			}
			if w.Portal() != (mode == settings.Portal) || w.Address().String() != "10.7.7.1" {
				t.Errorf("%s: portal %v at %v", mode, w.Portal(), w.Address())
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}
