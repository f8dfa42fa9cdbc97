package appliance

import (
	"context"
	"net"
	"strconv"
	"strings"

	"copi.local/appliance/mdns"
	"copi.local/store"
	"copi.local/store/account"
)

// maxService is the longest name of a service, in bytes (RFC 6763 §4.1.1).
const maxService = 63

// newAnnouncer makes the box findable on the local network; nil when cfg does
// not want that.
func (b *box) newAnnouncer(listener net.Listener) error {
	if !b.cfg.MDNS {
		return nil
	}
	var err error
	b.httpPort = portOf(listener.Addr())
	b.announcer, err = mdns.New(mdns.Options{Host: b.cfg.Hostname, Services: b.services(""), Timer: b.clock, Log: b.log})
	return err
}

// host is the name in use on the local network, before .local.
func (b *box) host() string {
	if b.announcer != nil {
		if host := b.announcer.Host(); host != "" {
			return strings.TrimSuffix(host, ".local")
		}
	}
	return b.cfg.Hostname
}

// services are what the box of a commune called name offers.
func (b *box) services(name string) []mdns.Service {
	title := strings.TrimSpace(strings.ToValidUTF8(("CoPi " + name)[:min(len(name)+5, maxService)], ""))
	return []mdns.Service{{Type: "_http._tcp", Name: title, Port: b.httpPort, Text: []string{"path=/"}}}
}

// announce follows the box's name: what is listed on the network is what its
// operator called it.
func (b *box) announce(ctx context.Context) error {
	if b.announcer == nil {
		return nil
	}
	var name string
	err := b.db.View(ctx, func(tx *store.Tx) error {
		box, err := account.BoxOf(tx)
		name = box.Name
		return err
	})
	if err != nil || name == b.announced {
		return err
	}
	b.announced = name
	return b.announcer.SetServices(b.services(name))
}

func portOf(addr net.Addr) int {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(port) // a port the system gave
	return n
}
