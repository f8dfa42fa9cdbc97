package peer

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"io"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	libp2pquic "github.com/libp2p/go-libp2p/p2p/transport/quic"
	"github.com/libp2p/go-libp2p/p2p/transport/quicreuse"
	ma "github.com/multiformats/go-multiaddr"
	"github.com/quic-go/quic-go"
)

// quicAfter is how long a call over TCP is alone. TCP needs no clock and less
// memory; QUIC is for boxes behind two routers, where TCP does not arrive.
const quicAfter = 300 * time.Millisecond

// relayAfter is how long a direct call is alone before another box is asked to
// carry it.
const relayAfter = time.Second

// attachQUIC gives the swarm its second transport, on the UDP port of the same
// number. It may fail where TCP does not: its certificates have dates, which a
// box without a clock judges wrongly (PEER-NOTES §5.2).
//
// What it returns is to be closed after the swarm, whether it failed or not; nil
// when there is nothing to close.
func attachQUIC(s *swarm.Swarm, id *Identity, g *gate, limits network.ResourceManager) (io.Closer, error) {
	key, err := id.libp2pKey()
	if err != nil {
		return nil, err
	}
	// Keys that outlast a restart, so that a neighbour's old connection is ended
	// at once and not by waiting (RFC 9000 §10.3).
	secrets, err := hkdf.Key(sha256.New, id.key.Seed(), nil, "copi-quic-v1", 64)
	if err != nil {
		return nil, err
	}
	manager, err := quicreuse.NewConnManager(quic.StatelessResetKey(secrets[:32]), quic.TokenGeneratorKey(secrets[32:]))
	if err != nil {
		return nil, err
	}
	transport, err := libp2pquic.NewTransport(key, manager, nil, g, limits)
	if err != nil {
		return manager, err
	}
	if err := s.AddTransport(transport); err != nil {
		return manager, err
	}
	for _, at := range s.ListenAddresses() {
		over, err := overQUIC(at)
		if err == nil {
			err = s.Listen(over)
		}
		if err != nil {
			return manager, fmt.Errorf("listen on %s: %w", at, err)
		}
	}
	return manager, nil
}

// overQUIC is an address for TCP as one for QUIC: a box has both under one
// number.
func overQUIC(tcp ma.Multiaddr) (ma.Multiaddr, error) {
	host, _ := ma.SplitFunc(tcp, func(c ma.Component) bool { return c.Protocol().Code == ma.P_TCP })
	return ma.NewMultiaddr(fmt.Sprintf("%s/udp/%d/quic-v1", host, tcpPort(tcp)))
}

// bothWays are addresses for TCP, and after them the same for QUIC.
func bothWays(tcp []ma.Multiaddr) []ma.Multiaddr {
	all := append([]ma.Multiaddr{}, tcp...)
	for _, at := range tcp {
		if over, err := overQUIC(at); err == nil {
			all = append(all, over)
		}
	}
	return all
}

// rankDials calls over TCP first, then over QUIC, and by way of another box last.
func rankDials(addrs []ma.Multiaddr) []network.AddrDelay {
	list := make([]network.AddrDelay, len(addrs))
	direct, overTCP := false, false
	for _, at := range addrs {
		direct = direct || !isRelayed(at)
		overTCP = overTCP || tcpPort(at) > 0 && !isRelayed(at)
	}
	for i, at := range addrs {
		list[i].Addr = at
		switch {
		case isRelayed(at):
			if direct {
				list[i].Delay = relayAfter
			}
		case tcpPort(at) == 0 && overTCP:
			list[i].Delay = quicAfter
		}
	}
	return list
}
