package appliance

import (
	"context"
	"net"
	"strconv"
	"strings"

	"copi.local/appliance/mdns"
	"copi.local/peer"
	"copi.local/peer/wire"
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
	b.announcer, err = mdns.New(mdns.Options{Host: b.cfg.Hostname, Services: b.services("", wire.Hash{}), Timer: b.clock, Log: b.log})
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

// services are what the box of a commune called name offers; to other boxes,
// once it has an origin to offer.
func (b *box) services(name string, origin wire.Hash) []mdns.Service {
	title := strings.TrimSpace(strings.ToValidUTF8(("CoPi " + name)[:min(len(name)+5, maxService)], ""))
	list := []mdns.Service{{Type: "_http._tcp", Name: title, Port: b.httpPort, Text: []string{"path=/"}}}
	if b.node != nil && origin != (wire.Hash{}) {
		list = append(list, mdns.Service{Type: peer.Service, Name: title, Port: b.node.Port(), Text: b.node.TXT(origin, name)})
	}
	return list
}

// announce follows the box's name: what is listed on the network is what its
// operator called it.
func (b *box) announce(ctx context.Context) error {
	if b.announcer == nil {
		return nil
	}
	var name string
	var origin wire.Hash
	err := b.db.View(ctx, func(tx *store.Tx) error {
		box, err := account.BoxOf(tx)
		if err != nil {
			return err
		}
		name = box.Name
		origin, err = originOf(tx)
		return err
	})
	now := name + origin.String()
	if err != nil || now == b.announced {
		return err
	}
	b.announced = now
	return b.announcer.SetServices(b.services(name, origin))
}

func portOf(addr net.Addr) int {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(port) // a port the system gave
	return n
}
