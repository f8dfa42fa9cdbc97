package mdns

import (
	"fmt"
	"log/slog"
	"net"
	"strings"

	"github.com/grandcat/zeroconf"
)

// Service is something the box offers, as listed by avahi-browse and by
// neighbouring boxes.
type Service struct {
	Type string // "_http._tcp"
	Name string // shown in lists, cut at 63 bytes: "CoPi Saint-Aubin"
	Port int
	Text []string // "key=value", each at most 255 bytes: "path=/"
}

func (s Service) check() error {
	if s.Port < 1 || s.Port > 65535 {
		return fmt.Errorf("mdns: service %s: port %d", s.Type, s.Port)
	}
	for _, text := range s.Text {
		if len(text) > 255 {
			return fmt.Errorf("mdns: service %s: text of %d bytes", s.Type, len(text))
		}
	}
	_, err := instanceLabel(numbered(s.Name, 1))
	return err
}

// offers are services being announced.
type offers []*zeroconf.Server

// offer announces services of the n-th box named host. No addresses are
// given: zeroconf then tells each network the ones the box has there.
func offer(services []Service, host string, n int, ifis []net.Interface, log *slog.Logger) offers {
	var out offers
	for _, s := range services {
		name, err := instanceLabel(numbered(s.Name, n))
		if err != nil { // cannot be: checked when it was given
			log.Error("service not announced", "type", s.Type, "err", err)
			continue
		}
		server, err := zeroconf.RegisterProxy(name, s.Type, strings.TrimSuffix(domain, "."), s.Port, strings.TrimSuffix(host, "."+domain), nil, s.Text, ifis)
		if err != nil {
			log.Error("service not announced", "type", s.Type, "err", err)
			continue
		}
		out = append(out, server)
	}
	return out
}

// withdraw says goodbye for each.
func (o offers) withdraw() {
	for _, server := range o {
		server.Shutdown()
	}
}
