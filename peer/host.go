package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/metrics"
	"github.com/libp2p/go-libp2p/core/network"
	libp2p "github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/sec"
	"github.com/libp2p/go-libp2p/core/transport"
	basichost "github.com/libp2p/go-libp2p/p2p/host/basic"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
	yamux "github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/net/upgrader"
	circuit "github.com/libp2p/go-libp2p/p2p/protocol/circuitv2/client"
	"github.com/libp2p/go-libp2p/p2p/protocol/holepunch"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	goyamux "github.com/libp2p/go-yamux/v5"
	ma "github.com/multiformats/go-multiaddr"
)

// The protocols of PROTOCOL.md §5 that this box speaks.
const (
	syncProtocol protocol.ID = "/copi/sync/1.0.0"
	getProtocol  protocol.ID = "/copi/get/1.0.0"
	pairProtocol protocol.ID = "/copi/pair/1.0.0"

	searchProtocol protocol.ID = "/copi/search/1.0.0"
)

// keepAlive is how often an idle connection is tried. Fifty neighbours at
// yamux's own 30 s would cost 73 MB a day (PEER-NOTES §3).
const keepAlive = 120 * time.Second

// newHost assembles a libp2p host from its parts: TCP, Noise and Yamux, and QUIC
// beside them. Three clocks inside libp2p would stop a box without a clock
// (PEER-NOTES §5.2), so there is no TLS over TCP, nothing that needs QUIC
// (certificates have dates), and no signed peer record (a timestamp orders
// them); nor are there a DHT or port mapping. libp2p.New would link them all,
// megabytes of them. Relays and hole punching are the Node's affair: relay.go,
// reserve.go, punch.go.
func newHost(id *Identity, g *gate, count metrics.Reporter, listen []ma.Multiaddr, agent string, log *slog.Logger) (*boxHost, error) {
	key, err := id.libp2pKey()
	if err != nil {
		return nil, err
	}
	limits, err := newLimits()
	if err != nil {
		return nil, err
	}
	book, err := pstoremem.NewPeerstore()
	if err != nil {
		return nil, errors.Join(err, limits.Close())
	}
	if err := errors.Join(book.AddPrivKey(id.id, key), book.AddPubKey(id.id, key.GetPublic())); err != nil {
		return nil, errors.Join(err, book.Close(), limits.Close())
	}
	bus := eventbus.NewBus()
	network, err := swarm.NewSwarm(id.id, book, bus, swarm.WithConnectionGater(g), swarm.WithResourceManager(limits), swarm.WithDialRanker(rankDials), swarm.WithMetrics(count),
		swarm.WithUDPBlackHoleSuccessCounter(nil), swarm.WithIPv6BlackHoleSuccessCounter(nil), // a call that fails is how some begin
	)
	if err != nil {
		return nil, errors.Join(err, book.Close(), limits.Close())
	}
	h, err := basichost.NewHost(network, &basichost.HostOpts{
		EventBus: bus, UserAgent: agent, ProtocolVersion: "copi/1", DisableSignedPeerRecord: true,
	})
	if err != nil {
		return nil, errors.Join(err, network.Close(), book.Close(), limits.Close())
	}
	up, err := newUpgrader(id, g, limits)
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	if err := attachTCP(network, up, limits); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	if err := listenTCP(network, listen); err != nil {
		return nil, errors.Join(fmt.Errorf("neighbours: %w", err), h.Close())
	}
	quic, err := attachQUIC(network, id, g, limits)
	if err != nil {
		log.Warn("neighbours are reached over TCP alone", "err", err)
	}
	if err := circuit.AddTransport(h, up); err != nil { // calls by way of another box
		return nil, errors.Join(err, h.Close(), closeQUIC(quic))
	}
	ping.NewPingService(h) // what other programs ask first
	h.Start()
	return &boxHost{h, sync.OnceValue(func() error { return errors.Join(h.Close(), closeQUIC(quic)) })}, nil
}

// closeQUIC ends the sockets of attachQUIC, if there are any.
func closeQUIC(sockets io.Closer) error {
	if sockets == nil {
		return nil
	}
	return sockets.Close()
}

// boxHost is a host that ends with the sockets QUIC shares among connections.
type boxHost struct {
	*basichost.BasicHost

	end func() error
}

// Close ends everything; again it does nothing.
func (h *boxHost) Close() error { return h.end() }

// listenTCP takes the port, the same on each address: one that the system
// chose for the first is that of the others.
func listenTCP(s *swarm.Swarm, addrs []ma.Multiaddr) error {
	port := 0
	for _, at := range addrs {
		if tcpPort(at) == 0 && port > 0 {
			var err error
			if at, err = onPort(at, port); err != nil {
				return err
			}
		}
		if err := s.Listen(at); err != nil {
			return fmt.Errorf("listen on %s: %w", at, err)
		}
		if port == 0 {
			port = tcpPort(s.ListenAddresses()[0])
		}
	}
	return nil
}

// newUpgrader makes a link of a bare connection: Noise, then Yamux.
func newUpgrader(id *Identity, g *gate, limits network.ResourceManager) (transport.Upgrader, error) {
	key, err := id.libp2pKey()
	if err != nil {
		return nil, err
	}
	muxers := []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: newMuxer()}}
	secure, err := noise.New(noise.ID, key, muxers)
	if err != nil {
		return nil, err
	}
	return upgrader.New([]sec.SecureTransport{secure}, muxers, nil, limits, g)
}

// attachTCP gives the swarm the transport every box has.
func attachTCP(network *swarm.Swarm, up transport.Upgrader, limits network.ResourceManager) error {
	// Sharing the port between sockets would hide that another box has it.
	transport, err := tcp.NewTCPTransport(up, limits, nil, tcp.DisableReuseport())
	if err != nil {
		return err
	}
	return network.AddTransport(transport)
}

// newMuxer is Yamux with windows that bound what a peer can make us hold, and
// a slow heartbeat.
func newMuxer() *yamux.Transport {
	cfg := goyamux.DefaultConfig()
	cfg.LogOutput = io.Discard
	cfg.ReadBufSize = 0 // Noise buffers already
	cfg.KeepAliveInterval = keepAlive
	cfg.MeasureRTTInterval = keepAlive
	cfg.AcceptBacklog = 16
	cfg.MaxIncomingStreams = 2*(maxStreams+identifyStreams) + maxCircuits
	cfg.MaxStreamWindowSize = 1 << 20 // 4 streams a link: within its 8 MiB
	return (*yamux.Transport)(cfg)
}

// newLimits bounds what all peers together, one peer and one protocol may hold.
// The numbers are for some hundred links on a box of 512 MB; a hub will raise
// them. How fast one address may connect is libp2p's own default.
func newLimits() (network.ResourceManager, error) {
	base := func(streams, conns int, memory int64) rcmgr.ResourceLimits {
		return rcmgr.ResourceLimits{
			Streams: rcmgr.LimitVal(streams), StreamsInbound: rcmgr.LimitVal(streams), StreamsOutbound: rcmgr.LimitVal(streams),
			Conns: rcmgr.LimitVal(conns), ConnsInbound: rcmgr.LimitVal(conns), ConnsOutbound: rcmgr.LimitVal(conns),
			FD: rcmgr.LimitVal(conns), Memory: rcmgr.LimitVal64(memory),
		}
	}
	const streams = maxStreams + identifyStreams
	cfg := rcmgr.PartialLimitConfig{
		// Yamux counts 256 KiB for each stream, whether anything lies in it or not:
		// half a hundred links that open all they may leave room for others.
		System:    base(1024, 128, 256<<20),
		Transient: base(1024, 32, 256<<20),
		// A conversation takes two streams, one each way; identify a few more
		// when a connection begins, and each call that passes through us one. A
		// peer may be linked over TCP, QUIC and another box at once, both ways.
		PeerDefault: base(2*streams+maxCircuits, 6, 4<<20),
		ProtocolPeer: map[protocol.ID]rcmgr.ResourceLimits{
			syncProtocol: base(maxStreams, 4, 8<<20),
			getProtocol:  base(maxStreams, 4, 4<<20),
			pairProtocol: base(2, 4, 1<<20),

			searchProtocol: base(2, 4, 2<<20),
			ping.ID:        base(1, 4, 64<<10),

			hopProtocol:        base(maxCircuits+2, 6, 4<<20),
			stopProtocol:       base(maxCircuits, 6, 4<<20),
			holepunch.Protocol: base(2, 6, 256<<10),
		},
		Protocol: map[protocol.ID]rcmgr.ResourceLimits{
			syncProtocol: base(512, 128, 128<<20),
			getProtocol:  base(512, 128, 128<<20),
			pairProtocol: base(8, 8, 2<<20),

			searchProtocol: base(32, 32, 8<<20),
			ping.ID:        base(8, 8, 512<<10),

			hopProtocol:        base(128, 128, 16<<20),
			stopProtocol:       base(128, 128, 16<<20),
			holepunch.Protocol: base(16, 16, 2<<20),
		},
		Conn:   base(2*streams+maxCircuits, 1, 8<<20),
		Stream: base(1, 1, 2<<20),
	}
	limits := cfg.Build(rcmgr.DefaultLimits.Scale(64<<20, 256))
	return rcmgr.NewResourceManager(rcmgr.NewFixedLimiter(limits), rcmgr.WithMetricsDisabled())
}

// maxStreams is how many streams one link may hold (PROTOCOL.md §7);
// identifyStreams what libp2p needs beside them.
const (
	maxStreams      = 4
	identifyStreams = 4
)

// whoIs calls an address and learns the key of whoever answers, without
// staying: libp2p dials keys, an operator types addresses.
func whoIs(ctx context.Context, id *Identity, addr ma.Multiaddr) (libp2p.ID, error) {
	key, err := id.libp2pKey()
	if err != nil {
		return "", err
	}
	secure, err := noise.New(noise.ID, key, []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: newMuxer()}})
	if err != nil {
		return "", err
	}
	any, err := secure.WithSessionOptions(noise.DisablePeerIDCheck())
	if err != nil {
		return "", err
	}
	conn, err := dialTCP(ctx, addr)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err := selectNoise(conn); err != nil {
		return "", err
	}
	session, err := any.SecureOutbound(ctx, conn, "")
	if err != nil {
		return "", err
	}
	return session.RemotePeer(), nil
}

func dialTCP(ctx context.Context, addr ma.Multiaddr) (net.Conn, error) {
	hostPort, err := hostPort(addr)
	if err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(ctx, "tcp", hostPort)
}
