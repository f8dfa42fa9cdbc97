package appliance

import (
	"net"
	"sync"
	"time"

	"copi.local/store"
)

// namesFor is how long a list of the machine's addresses is taken for true: a
// cable plugged in is known this soon.
const namesFor = 5 * time.Second

// names lists what people may call the box in an address bar.
type names struct {
	clock store.Clock
	host  func() string // on the local network, before .local; mDNS may have had to change it

	mu   sync.Mutex // guards the rest
	at   time.Time
	list []string
}

// List is the box's names and addresses, without port.
func (n *names) List() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.clock.Now()
	if n.list == nil || now.Sub(n.at) > namesFor {
		n.at, n.list = now, append(localAddresses(), n.hostNames()...)
	}
	return n.list
}

func (n *names) hostNames() []string {
	host := n.host()
	return []string{host, host + ".local", host + ".lan", "copi.local", "copi.lan"}
}

// localAddresses lists the machine's addresses, loopback left out: that one is
// always the box.
func localAddresses() []string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil // no network is no error of the names
	}
	var out []string
	for _, a := range addrs {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() {
			out = append(out, ip.IP.String())
		}
	}
	return out
}
