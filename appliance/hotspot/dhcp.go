package hotspot

import (
	"net"
	"net/netip"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/iana"
)

// domain is what phones try after a name without a dot: "copi" is copi.lan.
const domain = "lan"

// maxDHCP bounds a packet, in bytes: an Ethernet frame's worth.
const maxDHCP = 1500

// everybody is where a phone without an address hears its answer. Answers to it
// could go to its hardware address alone; phones take both.
var everybody = netip.AddrPortFrom(netip.AddrFrom4([4]byte{255, 255, 255, 255}), dhcpv4.ClientPort)

// reply answers a packet of DHCP (RFC 2131) with bytes and where to send them,
// or with nothing. It tells a phone its address, the network's mask and that
// names are asked here, and never of a router: there is no way through the box,
// and a phone that is told so keeps its mobile data.
func (l *leases) reply(packet []byte) (out []byte, to netip.AddrPort) {
	req, err := dhcpv4.FromBytes(packet)
	if err != nil || req.OpCode != dhcpv4.OpcodeBootRequest || req.HWType != iana.HWTypeEthernet ||
		len(req.ClientHWAddr) != 6 || !unset(req.GatewayIPAddr) {
		return nil, to
	}
	res := l.answer(req)
	if res == nil {
		return nil, to
	}
	to = everybody
	if own := addrOf(req.ClientIPAddr); own.IsValid() && Network.Contains(own) && res.MessageType() != dhcpv4.MessageTypeNak {
		to = netip.AddrPortFrom(own, dhcpv4.ClientPort)
	}
	return res.ToBytes(), to
}

// answer is the message that answers another, nil for none.
func (l *leases) answer(req *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 {
	switch req.MessageType() {
	case dhcpv4.MessageTypeDiscover:
		if a, ok := l.offer(req.ClientHWAddr, addrOf(req.RequestedIPAddress())); ok {
			return message(req, dhcpv4.MessageTypeOffer, a)
		}
	case dhcpv4.MessageTypeRequest:
		return l.request(req)
	case dhcpv4.MessageTypeInform:
		return message(req, dhcpv4.MessageTypeAck, netip.Addr{})
	case dhcpv4.MessageTypeRelease:
		l.release(req.ClientHWAddr)
	case dhcpv4.MessageTypeDecline:
		l.decline(req.ClientHWAddr, addrOf(req.RequestedIPAddress()))
	default: // what servers say, and what has no kind
	}
	return nil
}

// request answers a phone that takes an offer, comes back or goes on.
func (l *leases) request(req *dhcpv4.DHCPv4) *dhcpv4.DHCPv4 {
	if id := addrOf(req.ServerIdentifier()); id.IsValid() && id != Address {
		l.release(req.ClientHWAddr) // it took another's offer
		return nil
	}
	wanted := addrOf(req.RequestedIPAddress())
	if !wanted.IsValid() {
		wanted = addrOf(req.ClientIPAddr)
	}
	if !l.give(req.ClientHWAddr, wanted) {
		return message(req, dhcpv4.MessageTypeNak, netip.Addr{})
	}
	return message(req, dhcpv4.MessageTypeAck, wanted)
}

// message answers req; a is the phone's address, where the answer gives one.
func message(req *dhcpv4.DHCPv4, kind dhcpv4.MessageType, a netip.Addr) *dhcpv4.DHCPv4 {
	with := []dhcpv4.Modifier{dhcpv4.WithMessageType(kind), dhcpv4.WithOption(dhcpv4.OptServerIdentifier(Address.AsSlice()))}
	if kind != dhcpv4.MessageTypeNak {
		with = append(with,
			dhcpv4.WithNetmask(net.CIDRMask(Network.Bits(), 32)),
			dhcpv4.WithDNS(Address.AsSlice()),
			dhcpv4.WithOption(dhcpv4.OptDomainName(domain)))
	}
	if a.IsValid() {
		with = append(with, dhcpv4.WithYourIP(a.AsSlice()), dhcpv4.WithLeaseTime(uint32(leaseTime.Seconds())))
	}
	if kind == dhcpv4.MessageTypeAck {
		with = append(with, dhcpv4.WithClientIP(req.ClientIPAddr))
	}
	res, err := dhcpv4.NewReplyFromRequest(req, with...)
	if err != nil { // no random number for what the request's replaces
		return nil
	}
	return res
}

// addrOf is an address of a packet; invalid when it has none.
func addrOf(ip net.IP) netip.Addr {
	if unset(ip) {
		return netip.Addr{}
	}
	a, _ := netip.AddrFromSlice(ip)
	return a.Unmap()
}

func unset(ip net.IP) bool { return len(ip) == 0 || ip.IsUnspecified() }
