package mdns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// The groups of multicast DNS.
var (
	group4 = net.UDPAddr{IP: net.IPv4(224, 0, 0, 251), Port: mdnsPort}
	group6 = net.UDPAddr{IP: net.ParseIP("ff02::fb"), Port: mdnsPort}
)

// maxPacket is the largest message taken (RFC 6762 §17).
const maxPacket = 9000

// sockets listen on port 5353, which every responder of the machine shares:
// one socket a family for the groups, and one for each of the box's addresses.
// The latter get the questions sent straight to the box, which the kernel would
// otherwise hand to just one of those who share the port.
type sockets struct {
	p4     *ipv4.PacketConn // nil: no IPv4
	p6     *ipv6.PacketConn // nil: no IPv6
	direct map[netip.Addr]*net.UDPConn
	in     chan packet
	closed chan struct{}
	done   sync.WaitGroup // the readers; each ends when its socket is closed
}

// openSockets joins the groups on the given interfaces. It fails when neither
// family can be had.
func openSockets(ctx context.Context, ifis []net.Interface, links []link) (*sockets, error) {
	s := &sockets{direct: map[netip.Addr]*net.UDPConn{}, in: make(chan packet), closed: make(chan struct{})}
	err4, err6 := s.open4(ctx, ifis), s.open6(ctx, ifis)
	if err4 != nil && err6 != nil {
		return nil, fmt.Errorf("mdns: %w", errors.Join(err4, err6))
	}
	s.openDirect(ctx, links)
	return s, nil
}

func (s *sockets) open4(ctx context.Context, ifis []net.Interface) error {
	conn, err := listen(ctx, "udp4", ":5353")
	if err != nil {
		return err
	}
	p := ipv4.NewPacketConn(conn)
	err = errNoGroup
	for _, ifi := range ifis {
		if p.JoinGroup(&ifi, &group4) == nil {
			err = nil
		}
	}
	err = errors.Join(err, p.SetControlMessage(ipv4.FlagInterface|ipv4.FlagDst, true),
		p.SetMulticastTTL(255), p.SetTTL(255), p.SetMulticastLoopback(true))
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	s.p4 = p
	s.read(ip4, func(buf []byte) (n, ifIndex int, to net.IP, from net.Addr, err error) {
		n, cm, from, err := p.ReadFrom(buf)
		if cm != nil {
			ifIndex, to = cm.IfIndex, cm.Dst
		}
		return n, ifIndex, to, from, err
	})
	return nil
}

func (s *sockets) open6(ctx context.Context, ifis []net.Interface) error {
	conn, err := listen(ctx, "udp6", "[::]:5353")
	if err != nil {
		return err
	}
	p := ipv6.NewPacketConn(conn)
	err = errNoGroup
	for _, ifi := range ifis {
		if p.JoinGroup(&ifi, &group6) == nil {
			err = nil
		}
	}
	err = errors.Join(err, p.SetControlMessage(ipv6.FlagInterface|ipv6.FlagDst, true),
		p.SetMulticastHopLimit(255), p.SetHopLimit(255), p.SetMulticastLoopback(true))
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	s.p6 = p
	s.read(ip6, func(buf []byte) (n, ifIndex int, to net.IP, from net.Addr, err error) {
		n, cm, from, err := p.ReadFrom(buf)
		if cm != nil {
			ifIndex, to = cm.IfIndex, cm.Dst
		}
		return n, ifIndex, to, from, err
	})
	return nil
}

var errNoGroup = errors.New("no interface takes part in multicast")

// openDirect listens on those of the box's addresses it does not listen on
// yet. One that is not ready (IPv6 takes a second) is left for the next call.
func (s *sockets) openDirect(ctx context.Context, links []link) {
	for _, l := range links {
		for _, p := range l.prefixes {
			if s.direct[p.Addr()] != nil {
				continue
			}
			if conn, err := listenOn(ctx, l, p.Addr()); err == nil {
				s.direct[p.Addr()] = conn
				s.readDirect(conn, l, p.Addr())
			}
		}
	}
}

func (s *sockets) readDirect(conn *net.UDPConn, l link, addr netip.Addr) {
	via := ip4
	if addr.Is6() {
		via = ip6
	}
	to := net.IP(addr.AsSlice())
	s.read(via, func(buf []byte) (n, ifIndex int, _ net.IP, from net.Addr, err error) {
		n, from, err = conn.ReadFrom(buf)
		return n, l.index, to, from, err
	})
}

// listenOn listens on one address of a link.
func listenOn(ctx context.Context, l link, addr netip.Addr) (*net.UDPConn, error) {
	network := "udp4"
	if addr.Is6() {
		network = "udp6"
	}
	if addr.Is6() && addr.IsLinkLocalUnicast() {
		ifi, err := net.InterfaceByIndex(l.index)
		if err != nil {
			return nil, err
		}
		addr = addr.WithZone(ifi.Name)
	}
	return listen(ctx, network, netip.AddrPortFrom(addr, mdnsPort).String())
}

// listen opens a UDP socket that shares its port.
func listen(ctx context.Context, network, address string) (*net.UDPConn, error) {
	share := func(_, _ string, c syscall.RawConn) (err error) {
		if ctlErr := c.Control(func(fd uintptr) { err = sharePort(fd) }); ctlErr != nil {
			return ctlErr
		}
		return err
	}
	conn, err := (&net.ListenConfig{Control: share}).ListenPacket(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return conn.(*net.UDPConn), nil
}

// read hands on what a socket gets, until it is closed. What is no message is
// dropped.
func (s *sockets) read(via family, next func([]byte) (n, ifIndex int, to net.IP, from net.Addr, err error)) {
	s.done.Go(func() {
		buf := make([]byte, maxPacket)
		for {
			n, ifIndex, to, from, err := next(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			peer, ok := from.(*net.UDPAddr)
			msg := new(dns.Msg)
			if err != nil || !ok || msg.Unpack(buf[:n]) != nil {
				continue
			}
			in := packet{link: ifIndex, via: via, peer: peer.AddrPort(), msg: msg}
			if own, ok := netip.AddrFromSlice(to); ok && !to.IsMulticast() {
				in.own = own.Unmap()
			}
			select {
			case s.in <- in:
			case <-s.closed:
				return
			}
		}
	})
}

// send sends a packet; the first error is told. A family that is missing is
// no error.
func (s *sockets) send(l link, out packet) error {
	data, err := out.msg.Pack()
	if err != nil {
		return err
	}
	if out.peer.IsValid() {
		return s.sendTo(l, out, data)
	}
	if s.p4 != nil && out.via != ip6 && l.has((netip.Addr).Is4) {
		_, err = s.p4.WriteTo(data, &ipv4.ControlMessage{IfIndex: l.index}, &group4)
	}
	if s.p6 != nil && out.via != ip4 && l.has((netip.Addr).Is6) {
		_, err6 := s.p6.WriteTo(data, &ipv6.ControlMessage{IfIndex: l.index}, &group6)
		err = errors.Join(err, err6)
	}
	return err
}

// has tells whether the link has an address of a kind.
func (l link) has(kind func(netip.Addr) bool) bool {
	for _, p := range l.prefixes {
		if kind(p.Addr()) {
			return true
		}
	}
	return false
}

// sendTo replies to one asker.
func (s *sockets) sendTo(l link, out packet, data []byte) (err error) {
	to := net.UDPAddrFromAddrPort(out.peer)
	conn := s.direct[out.own]
	switch {
	case conn != nil:
		_, err = conn.WriteTo(data, to)
	case out.via == ip4 && s.p4 != nil:
		_, err = s.p4.WriteTo(data, &ipv4.ControlMessage{IfIndex: l.index}, to)
	case out.via == ip6 && s.p6 != nil:
		_, err = s.p6.WriteTo(data, &ipv6.ControlMessage{IfIndex: l.index}, to)
	}
	return err
}

// close ends the readers and waits for them.
func (s *sockets) close() {
	close(s.closed)
	if s.p4 != nil {
		_ = s.p4.Close()
	}
	if s.p6 != nil {
		_ = s.p6.Close()
	}
	for _, c := range s.direct {
		_ = c.Close()
	}
	s.done.Wait()
}
