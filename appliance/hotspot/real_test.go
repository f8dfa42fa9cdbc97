//go:build netns

package hotspot

import (
	"strings"
	"testing"

	"copi.local/store/hotspot"
)

// Debian's hostapd reads what we write, through the pipe, and gets as far as the
// radio that is not there.
func TestOwnWifiIsWhatHostapdReads(t *testing.T) {
	program, err := findHostapd()
	if err != nil {
		t.Fatal(err)
	}
	s := hotspot.Settings{SSID: `Été "#1"; \`, Passphrase: `a"b c#d$e;\`, Channel: 11, Country: "FR"}
	err = runHostapd(t.Context(), program, hostapdConfig("wlan77", s, 8), func() { t.Error("a radio that is not there is up") })
	if err == nil || strings.Contains(err.Error(), "Line ") || !strings.Contains(err.Error(), "nl80211") {
		t.Errorf("hostapd says: %v", err)
	}
	err = runHostapd(t.Context(), program, hostapdConfig("wlan77", s, 8)+"copi=1\n", func() { t.Error("up") })
	if err == nil || !strings.Contains(err.Error(), "unknown configuration item") {
		t.Errorf("hostapd takes anything: %v", err)
	}
}
