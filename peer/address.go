package peer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"
	mss "github.com/multiformats/go-multistream"

	"copi.local/store"
)

// DefaultPort is where a box listens for its neighbours.
const DefaultPort = 4001

// maxAddresses bounds the addresses kept or tried for one box.
const maxAddresses = 8

// target is where a box can be called, as an operator types it or as it is
// kept: a host and a port, with the key expected there when it is known.
type target struct {
	host string // address or name
	port uint16
	peer libp2p.ID // empty when whoever answers will do
}

// errAddress is what an address that means nothing answers.
func errAddress(cause error) error {
	return store.E(store.Invalid, "err.neighbour.address").At("address").Because(cause)
}

// parseTarget reads "192.168.1.20", "boite.example:4001", "[2001:db8::1]:4001"
// or a multiaddr such as "/ip4/192.168.1.20/tcp/4001/p2p/12D3…".
func parseTarget(text string) (target, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "/") {
		return parseMultiaddr(text)
	}
	if ip, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return target{host: ip.String(), port: DefaultPort}, nil
	}
	host, port := text, uint64(DefaultPort)
	if strings.Contains(text, ":") {
		h, p, err := net.SplitHostPort(text)
		if err != nil {
			return target{}, errAddress(err)
		}
		if port, err = strconv.ParseUint(p, 10, 16); err != nil || port == 0 {
			return target{}, errAddress(fmt.Errorf("port %q", p))
		}
		host = h
	}
	if !isHost(host) {
		return target{}, errAddress(fmt.Errorf("host %q", host))
	}
	return target{host: host, port: uint16(port)}, nil
}

func parseMultiaddr(text string) (target, error) {
	addr, err := ma.NewMultiaddr(text)
	if err != nil {
		return target{}, errAddress(err)
	}
	var t target
	for _, c := range addr {
		switch c.Protocol().Code {
		case ma.P_IP4, ma.P_IP6, ma.P_DNS, ma.P_DNS4, ma.P_DNS6:
			t.host = c.Value()
		case ma.P_TCP:
			port, err := strconv.ParseUint(c.Value(), 10, 16)
			if err != nil {
				return target{}, errAddress(err)
			}
			t.port = uint16(port)
		case ma.P_P2P:
			if t.peer, err = libp2p.Decode(c.Value()); err != nil {
				return target{}, errAddress(err)
			}
		default:
			return target{}, errAddress(fmt.Errorf("protocol %s", c.Protocol().Name))
		}
	}
	if t.host == "" || t.port == 0 {
		return target{}, errAddress(errors.New("an address and a TCP port are needed"))
	}
	return t, nil
}

// isHost tells whether s is an address or looks like a name of the DNS.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	if s == "" || len(s) > 253 {
		return false
	}
	for _, r := range s {
		if r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

// isIP tells whether the host is an address, not a name.
func (t target) isIP() bool {
	_, err := netip.ParseAddr(t.host)
	return err == nil
}

// multiaddr is t as it is kept: "/ip4/192.168.1.20/tcp/4001".
func (t target) multiaddr() string {
	kind := "dns"
	if ip, err := netip.ParseAddr(t.host); err == nil {
		kind = "ip6"
		if ip.Unmap().Is4() {
			kind = "ip4"
		}
	}
	return fmt.Sprintf("/%s/%s/tcp/%d", kind, t.host, t.port)
}

// String is "host:port", as it is shown.
func (t target) String() string { return net.JoinHostPort(t.host, strconv.Itoa(int(t.port))) }

// addrs is what libp2p can dial for t; a name is looked up.
func (t target) addrs(ctx context.Context) ([]ma.Multiaddr, error) {
	ips := []netip.Addr{}
	if ip, err := netip.ParseAddr(t.host); err == nil {
		ips = append(ips, ip)
	} else if ips, err = net.DefaultResolver.LookupNetIP(ctx, "ip", t.host); err != nil {
		return nil, err
	}
	var out []ma.Multiaddr
	for _, ip := range ips[:min(len(ips), maxAddresses)] {
		addr, err := manet.FromNetAddr(net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip.Unmap(), t.port)))
		if err != nil {
			return nil, err
		}
		out = append(out, addr)
	}
	return out, nil
}

// hostPort is a multiaddr of ours as "host:port".
func hostPort(addr ma.Multiaddr) (string, error) {
	_, s, err := manet.DialArgs(addr)
	return s, err
}

// addressRank orders addresses of this box by how useful they are to others.
func addressRank(s string) int {
	at, err := netip.ParseAddrPort(s)
	switch {
	case err != nil || at.Addr().IsLoopback():
		return 3
	case at.Addr().IsLinkLocalUnicast():
		return 2
	case at.Addr().Is6():
		return 1
	}
	return 0
}

// listenAddrs is what --peer says as multiaddrs: "host:port"; ":4001" is all
// interfaces, on IPv4 and, where the machine has it, on IPv6, which libp2p does
// not do with one socket. "0.0.0.0:4001" is IPv4 alone.
func listenAddrs(s string) ([]ma.Multiaddr, error) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return nil, fmt.Errorf("neighbours: listen on %q: %w", s, err)
	}
	hosts := []string{host}
	if host == "" {
		hosts = []string{"0.0.0.0"}
		if haveIPv6() {
			hosts = append(hosts, "::")
		}
	}
	var out []ma.Multiaddr
	for _, host := range hosts {
		addr, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(host, port))
		if err != nil {
			return nil, fmt.Errorf("neighbours: listen on %q: %w", s, err)
		}
		at, err := manet.FromNetAddr(addr)
		if err != nil {
			return nil, fmt.Errorf("neighbours: listen on %q: %w", s, err)
		}
		out = append(out, at)
	}
	return out, nil
}

// onPort is an address for TCP with another port.
func onPort(at ma.Multiaddr, port int) (ma.Multiaddr, error) {
	host, _ := ma.SplitFunc(at, func(c ma.Component) bool { return c.Protocol().Code == ma.P_TCP })
	return ma.NewMultiaddr(fmt.Sprintf("%s/tcp/%d", host, port))
}

// haveIPv6 tells whether the machine can listen on IPv6 at all.
func haveIPv6() bool {
	l, err := net.ListenTCP("tcp6", &net.TCPAddr{IP: net.IPv6loopback})
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// seenAt is where the box at the other end of c can be called again: the
// address it was called at, or the one it called from with the ports it says
// it listens on. What it claims about other addresses is not believed, and a
// call by way of another box shows where that one is.
func seenAt(c network.Conn, listens []ma.Multiaddr) []string {
	remote := c.RemoteMultiaddr()
	if isRelayed(remote) {
		return nil
	}
	ip, err := manet.ToIP(remote)
	if err != nil {
		return nil
	}
	if c.Stat().Direction == network.DirOutbound {
		port := cmp.Or(tcpPort(remote), portOf(remote, ma.P_UDP))
		return []string{target{host: ip.String(), port: uint16(port)}.multiaddr()}
	}
	var out []string
	for _, l := range listens {
		port := tcpPort(l)
		at := target{host: ip.String(), port: uint16(port)}.multiaddr()
		if port > 0 && !slices.Contains(out, at) && len(out) < 2 {
			out = append(out, at)
		}
	}
	return out
}

// selectNoise asks the other end for the Noise handshake.
func selectNoise(conn net.Conn) error {
	return mss.SelectProtoOrFail(noise.ID, conn)
}

// tcpPort is the port of a multiaddr, 0 when it has none.
func tcpPort(addr ma.Multiaddr) int { return portOf(addr, ma.P_TCP) }

func portOf(addr ma.Multiaddr, protocol int) int {
	s, err := addr.ValueForProtocol(protocol)
	if err != nil {
		return 0
	}
	port, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return port
}
