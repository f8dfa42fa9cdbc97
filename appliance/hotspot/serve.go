package hotspot

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/miekg/dns"
)

// Bounds of a connection that asks for names; questions over UDP need none.
const (
	dnsWithin  = 5 * time.Second
	dnsQueries = 16 // over one connection
)

// dnsPort is where names are asked.
const dnsPort = 53

// serveDHCP answers phones on an interface until ctx ends.
func serveDHCP(ctx context.Context, iface string, l *leases) error {
	conn, err := (&net.ListenConfig{Control: bind(iface)}).ListenPacket(ctx, "udp4", netip.AddrPortFrom(netip.IPv4Unspecified(), dhcpv4.ServerPort).String())
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	buf := make([]byte, maxDHCP)
	for {
		n, _, err := conn.ReadFrom(buf)
		if err != nil {
			return whileAsked(ctx, errors.Join(err, conn.Close()))
		}
		if out, to := l.reply(buf[:n]); out != nil {
			_, _ = conn.WriteTo(out, net.UDPAddrFromAddrPort(to)) // the phone asks again
		}
	}
}

// whileAsked is err, unless the context has ended and brought it about.
func whileAsked(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

// serveDNS answers questions about names on an interface until ctx ends.
func serveDNS(ctx context.Context, iface string, n *resolver) error {
	listen := &net.ListenConfig{Control: bind(iface)}
	address := netip.AddrPortFrom(Address, dnsPort).String()
	packets, err := listen.ListenPacket(ctx, "udp4", address)
	if err != nil {
		return err
	}
	conns, err := listen.Listen(ctx, "tcp4", address)
	if err != nil {
		return errors.Join(err, packets.Close())
	}
	server := func(s *dns.Server, socket io.Closer) func(context.Context) error {
		s.Handler, s.ReadTimeout, s.WriteTimeout, s.MaxTCPQueries = n, dnsWithin, dnsWithin, dnsQueries
		s.IdleTimeout = func() time.Duration { return dnsWithin }
		return func(ctx context.Context) error {
			defer context.AfterFunc(ctx, func() { _ = socket.Close() })()
			return whileAsked(ctx, s.ActivateAndServe())
		}
	}
	return together(ctx, []func(context.Context) error{
		server(&dns.Server{PacketConn: packets}, packets), server(&dns.Server{Listener: conns}, conns),
	})
}
