package hotspot

import (
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"copi.local/store/hotspot"
)

// Why there is no Wi-Fi although there should be.
var (
	ErrNoRadio   = errors.New("this machine has no radio that can be used")
	ErrNoProgram = errors.New("the program hostapd is not there")
	ErrInUse     = errors.New("the interface is joined to another network")
	ErrTaken     = errors.New("another network of this machine has these addresses")
	ErrSystem    = errors.New("a Wi-Fi of its own needs Linux")
)

// Auto looks for a radio; None never has one. Any other word is the name of an
// interface.
const (
	Auto = "auto"
	None = "none"
)

// manyPhones bounds the phones of a radio whose firmware has no bound we know.
const manyPhones = 32

// link is the interface phones come in by. One that is no radio has an access
// point behind it, which is given a name and a passphrase by its own means.
type link struct {
	name   string
	radio  bool
	phones int // that it serves
}

// machine is where Linux tells about itself; root is "/", in tests a directory.
type machine struct {
	root  string
	addrs func(iface string) []net.Addr // of an interface; of all others, for an empty name
}

// find is the interface that was named, or the first radio that is free.
func (m machine) find(named string) (link, error) {
	if !settable {
		return link{}, ErrSystem
	}
	if named != Auto {
		if _, err := os.Stat(m.path("sys/class/net", named)); err != nil {
			return link{}, ErrNoRadio
		}
		l := m.look(named)
		return l, m.free(l)
	}
	entries, err := os.ReadDir(m.path("sys/class/net"))
	if err != nil {
		return link{}, err
	}
	why := ErrNoRadio
	for _, e := range entries {
		l := m.look(e.Name())
		if !l.radio {
			continue
		}
		if why = m.free(l); why == nil {
			return l, nil
		}
	}
	if errors.Is(why, ErrNoRadio) {
		return link{}, errors.Join(why, m.loadRadio())
	}
	return link{}, why
}

func (m machine) path(parts ...string) string {
	return filepath.Join(append([]string{m.root}, parts...)...)
}

// look finds out what an interface is. The firmware of the radio on a Pi crashes
// in some versions when a ninth phone comes (OPERATIONS §0.6), so the ninth is
// turned away before.
func (m machine) look(name string) link {
	l := link{name: name, phones: manyPhones}
	if _, err := os.Stat(m.path("sys/class/net", name, "phy80211")); err != nil {
		return l
	}
	l.radio = true
	if driver, err := os.Readlink(m.path("sys/class/net", name, "device/driver")); err == nil && path.Base(driver) == "brcmfmac" {
		l.phones = hotspot.Phones
	}
	return l
}

// free fails where an interface serves another network: a box is never a guest
// and a host of one radio, and gives no addresses in a network that has somebody
// who does.
func (m machine) free(l link) error {
	addrs := m.addrs(l.name)
	if slices.ContainsFunc(addrs, func(a net.Addr) bool {
		ip, ok := ip4(a)
		return ok && ip != Address
	}) {
		return ErrInUse
	}
	if state, err := os.ReadFile(m.path("sys/class/net", l.name, "operstate")); l.radio && err == nil &&
		strings.TrimSpace(string(state)) == "up" && !hasOurs(addrs) {
		return ErrInUse
	}
	if slices.ContainsFunc(m.addrs(""), func(a net.Addr) bool {
		ip, ok := ip4(a)
		return ok && Network.Contains(ip) && !slices.ContainsFunc(addrs, func(own net.Addr) bool { return own.String() == a.String() })
	}) {
		return ErrTaken
	}
	return nil
}

// hasOurs tells whether the box's address in its Wi-Fi is among addresses.
func hasOurs(addrs []net.Addr) bool {
	return slices.ContainsFunc(addrs, func(a net.Addr) bool {
		ip, ok := ip4(a)
		return ok && ip == Address
	})
}

func ip4(a net.Addr) (netip.Addr, bool) {
	p, err := netip.ParsePrefix(a.String())
	return p.Addr().Unmap(), err == nil && p.Addr().Unmap().Is4()
}

// addrsOf lists an interface's addresses; of all, for an empty name.
func addrsOf(iface string) []net.Addr {
	var addrs []net.Addr
	var err error
	if iface == "" {
		addrs, err = net.InterfaceAddrs()
	} else if ifi, fault := net.InterfaceByName(iface); fault == nil {
		addrs, err = ifi.Addrs()
	}
	if err != nil {
		return nil // it went away; what is done next says so
	}
	return addrs
}

// radioModules are what drives the radio of a Pi, in the order the kernel wants
// them. Nobody else loads them on the card image.
var radioModules = []string{"brcmutil.ko", "brcmfmac.ko", "brcmfmac-wcc.ko", "brcmfmac-cyw.ko"}

// loadRadio loads them where the kernel running has them; the radio is there a
// few seconds later, once its firmware is.
func (m machine) loadRadio() error {
	release, err := os.ReadFile(m.path("proc/sys/kernel/osrelease"))
	if err != nil {
		return nil //nolint:nilerr // not Linux as we know it
	}
	found := map[string]string{}
	dir := m.path("lib/modules", strings.TrimSpace(string(release)), "kernel/drivers/net/wireless/broadcom/brcm80211")
	if err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error { //nolint:gosec // the kernel says its release
		if err == nil && !d.IsDir() {
			found[d.Name()] = file
		}
		return nil // a directory that is not there has no modules
	}); err != nil {
		return err
	}
	for _, name := range radioModules {
		if file := found[name]; file != "" {
			if err := loadModule(file); err != nil {
				return err
			}
		}
	}
	return nil
}
