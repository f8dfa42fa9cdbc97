package hotspot

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"copi.local/store/hotspot"
)

// board is a machine in a directory.
type board struct {
	machine
	t   *testing.T
	has map[string][]string // addresses by interface
}

func newBoard(t *testing.T) *board {
	b := &board{t: t, has: map[string][]string{}}
	b.machine = machine{root: t.TempDir(), addrs: func(iface string) (list []net.Addr) {
		for name, addrs := range b.has {
			for _, a := range addrs {
				ip, n, err := net.ParseCIDR(a)
				if err != nil {
					t.Fatal(err)
				}
				if iface == "" || iface == name {
					list = append(list, &net.IPNet{IP: ip, Mask: n.Mask})
				}
			}
		}
		return list
	}}
	b.plug("eth0", "", "up", "192.168.1.20/24")
	return b
}

// plug adds an interface; one with a driver is a radio.
func (b *board) plug(name, driver, state string, addrs ...string) {
	b.t.Helper()
	dir := filepath.Join(b.root, "sys/class/net", name)
	err := errors.Join(os.MkdirAll(filepath.Join(dir, "device"), 0o755), os.WriteFile(filepath.Join(dir, "operstate"), []byte(state+"\n"), 0o600))
	if driver != "" {
		err = errors.Join(err, os.Mkdir(filepath.Join(dir, "phy80211"), 0o755),
			os.Symlink("../../bus/sdio/drivers/"+driver, filepath.Join(dir, "device/driver")))
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.has[name] = addrs
}

func TestWhichInterfaceServesPhones(t *testing.T) {
	for name, c := range map[string]struct {
		plug  func(*board)
		named string
		want  link
		err   error
	}{
		"no radio":                    {func(*board) {}, Auto, link{}, ErrNoRadio},
		"the radio of a Pi":           {func(b *board) { b.plug("wlan0", "brcmfmac", "down") }, Auto, link{"wlan0", true, 8}, nil},
		"a USB radio":                 {func(b *board) { b.plug("wlan0", "mt76x2u", "dormant") }, Auto, link{"wlan0", true, manyPhones}, nil},
		"ours from before":            {func(b *board) { b.plug("wlan0", "brcmfmac", "up", "10.7.7.1/24") }, Auto, link{"wlan0", true, 8}, nil},
		"a guest of another network":  {func(b *board) { b.plug("wlan0", "brcmfmac", "up", "192.168.1.33/24") }, Auto, link{}, ErrInUse},
		"a guest without address yet": {func(b *board) { b.plug("wlan0", "brcmfmac", "up") }, Auto, link{}, ErrInUse},
		"the second of two": {func(b *board) {
			b.plug("wlan0", "brcmfmac", "up", "192.168.1.33/24")
			b.plug("wlan1", "mt76x2u", "down")
		}, Auto, link{"wlan1", true, manyPhones}, nil},
		"the addresses are another's": {func(b *board) {
			b.has["eth0"] = []string{"10.7.7.40/16"}
			b.plug("wlan0", "brcmfmac", "down")
		}, Auto, link{}, ErrTaken},
		"an access point behind a second cable": {func(b *board) { b.plug("eth1", "", "up") }, "eth1", link{"eth1", false, manyPhones}, nil},
		"the hall's own network":                {func(*board) {}, "eth0", link{}, ErrInUse},
		"a name that is none":                   {func(*board) {}, "wlan7", link{}, ErrNoRadio},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBoard(t)
			c.plug(b)
			got, err := b.find(c.named)
			if !errors.Is(err, c.err) || c.err == nil && (err != nil || got != c.want) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestWhatHostapdReads(t *testing.T) {
	got := hostapdConfig("wlan0", hotspot.Settings{SSID: "CoPi Été #1", Passphrase: `a"b c#d$e`, Channel: 11, Country: "FR"}, 8)
	for _, want := range []string{
		"interface=wlan0\n", "ssid2=436f506920c38974c3a9202331\n", "utf8_ssid=1\n", "wpa_passphrase=a\"b c#d$e\n", "channel=11\n",
		"country_code=FR\n", "ap_isolate=1\n", "wpa=2\n", "wpa_key_mgmt=WPA-PSK\n", "rsn_pairwise=CCMP\n", "max_num_sta=8\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "bridge=") || strings.Contains(got, "wps") {
		t.Errorf("more than a Wi-Fi of its own:\n%s", got)
	}
}
