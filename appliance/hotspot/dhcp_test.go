package hotspot

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"

	"copi.local/store/storetest"
)

// hall is the leases of a box whose clock the test moves.
type hall struct {
	*leases
	t     *testing.T
	clock *storetest.Clock
}

func newHall(t *testing.T) *hall {
	clock := storetest.NewClock()
	return &hall{newLeases(clock.Running), t, clock}
}

// phone is the n-th phone's hardware address.
func phone(n int) net.HardwareAddr { return net.HardwareAddr{2, 0, 0, 0, byte(n >> 8), byte(n)} }

// ask sends a message as bytes and reads the answer; nil for none.
func (h *hall) ask(m *dhcpv4.DHCPv4) (*dhcpv4.DHCPv4, netip.AddrPort) {
	h.t.Helper()
	out, to := h.reply(m.ToBytes())
	if out == nil {
		return nil, to
	}
	res, err := dhcpv4.FromBytes(out)
	if err != nil {
		h.t.Fatal(err)
	}
	if res.TransactionID != m.TransactionID || res.ClientHWAddr.String() != m.ClientHWAddr.String() {
		h.t.Errorf("the answer is not to the question: %v", res)
	}
	if res.Router() != nil || res.ClasslessStaticRoute() != nil {
		h.t.Errorf("a way elsewhere is offered: %v", res)
	}
	return res, to
}

func made(m *dhcpv4.DHCPv4, err error) *dhcpv4.DHCPv4 {
	if err != nil {
		panic(err)
	}
	return m
}

// join is a phone that arrives; the address it has then.
func (h *hall) join(n int) netip.Addr {
	h.t.Helper()
	offer, to := h.ask(made(dhcpv4.NewDiscovery(phone(n))))
	if offer == nil || offer.MessageType() != dhcpv4.MessageTypeOffer {
		h.t.Fatalf("phone %d: offer %v", n, offer)
	}
	if to != everybody {
		h.t.Errorf("the offer goes to %v, where the phone is not", to)
	}
	ack, to := h.ask(made(dhcpv4.NewRequestFromOffer(offer)))
	if ack == nil || ack.MessageType() != dhcpv4.MessageTypeAck || !ack.YourIPAddr.Equal(offer.YourIPAddr) || to != everybody {
		h.t.Fatalf("phone %d: %v to %v after %v", n, ack, to, offer)
	}
	return addrOf(ack.YourIPAddr)
}

func TestAPhoneGetsAnAddressAndNoWayOut(t *testing.T) {
	h := newHall(t)
	offer, _ := h.ask(made(dhcpv4.NewDiscovery(phone(1))))
	ack, _ := h.ask(made(dhcpv4.NewRequestFromOffer(offer)))
	if !inPool(addrOf(ack.YourIPAddr)) || net.IP(ack.SubnetMask()).String() != "255.255.255.0" ||
		len(ack.DNS()) != 1 || addrOf(ack.DNS()[0]) != Address || addrOf(ack.ServerIdentifier()) != Address ||
		ack.IPAddressLeaseTime(0) != time.Hour || ack.DomainName() != "lan" {
		t.Errorf("ack: %s", ack.Summary())
	}
	own := addrOf(ack.YourIPAddr)
	if h.holder(own) != string(phone(1)) || h.count() != 1 {
		t.Errorf("%v is held by %x of %d", own, h.holder(own), h.count())
	}
	renewed, to := h.ask(made(dhcpv4.NewRenewFromAck(ack)))
	if renewed.MessageType() != dhcpv4.MessageTypeAck || addrOf(renewed.YourIPAddr) != own || to != netip.AddrPortFrom(own, 68) {
		t.Errorf("renewed: %s to %v", renewed.Summary(), to)
	}
	h.clock.Add(leaseTime)
	if h.holder(own) != "" || h.count() != 0 {
		t.Error("a lease that is over is still the phone's")
	}
	if again := h.join(1); again != own {
		t.Errorf("the same phone gets %v after %v", again, own)
	}
}

// A restart forgets who has what. The phones keep theirs, and one that comes
// meanwhile takes nobody's for long.
func TestAfterARestartPhonesKeepTheirAddresses(t *testing.T) {
	before, after := newHall(t), newHall(t)
	for n := range 8 {
		own := before.join(n)
		m := made(dhcpv4.NewDiscovery(phone(n), dhcpv4.WithMessageType(dhcpv4.MessageTypeRequest),
			dhcpv4.WithOption(dhcpv4.OptRequestedIPAddress(own.AsSlice())))) // INIT-REBOOT
		if ack, _ := after.ask(m); ack.MessageType() != dhcpv4.MessageTypeAck || addrOf(ack.YourIPAddr) != own {
			t.Errorf("phone %d had %v: %s", n, own, ack.Summary())
		}
		if fresh := newHall(t).join(n); n == 0 && fresh != own {
			t.Errorf("a phone that asks for nothing gets %v after %v", fresh, own)
		}
	}
	// The ninth is offered what an older phone still uses: it finds out and declines.
	stranger := newHall(t)
	offer, _ := stranger.ask(made(dhcpv4.NewDiscovery(phone(9))))
	stranger.ask(made(dhcpv4.NewRequestFromOffer(offer)))
	stranger.ask(made(dhcpv4.NewDiscovery(phone(9), dhcpv4.WithMessageType(dhcpv4.MessageTypeDecline),
		dhcpv4.WithOption(dhcpv4.OptRequestedIPAddress(offer.YourIPAddr)))))
	if other := stranger.join(9); other == addrOf(offer.YourIPAddr) {
		t.Errorf("%v is offered again", other)
	}
	stranger.clock.Add(refuseTime)
	if stranger.count() != 1 || !stranger.free(addrOf(offer.YourIPAddr), stranger.running()) {
		t.Error("an address that was declined is lost for ever")
	}
}

func TestThePoolIsBounded(t *testing.T) {
	h := newHall(t)
	seen := map[netip.Addr]bool{}
	for n := range poolSize {
		a := h.join(n)
		if seen[a] || !inPool(a) {
			t.Fatalf("phone %d gets %v", n, a)
		}
		seen[a] = true
	}
	if offer, _ := h.ask(made(dhcpv4.NewDiscovery(phone(poolSize)))); offer != nil {
		t.Errorf("an address beyond the pool: %s", offer.Summary())
	}
	if len(h.byAddr) != poolSize {
		t.Errorf("%d leases are kept", len(h.byAddr))
	}
	h.ask(made(dhcpv4.NewDiscovery(phone(7), dhcpv4.WithMessageType(dhcpv4.MessageTypeRelease))))
	h.join(poolSize)
	h.clock.Add(leaseTime)
	h.join(7)
}

func TestWhatNobodyMayHave(t *testing.T) {
	h := newHall(t)
	taken := h.join(1)
	for name, a := range map[string]string{
		"another phone's": taken.String(), "the box's": "10.7.7.1", "beyond the pool": "10.7.7.250", "of another network": "192.168.1.14", "none": "0.0.0.0",
	} {
		m := made(dhcpv4.NewDiscovery(phone(2), dhcpv4.WithMessageType(dhcpv4.MessageTypeRequest),
			dhcpv4.WithOption(dhcpv4.OptRequestedIPAddress(net.ParseIP(a)))))
		if res, to := h.ask(m); res.MessageType() != dhcpv4.MessageTypeNak || !unset(res.YourIPAddr) || to != everybody {
			t.Errorf("%s: %s to %v", name, res.Summary(), to)
		}
	}
	for name, m := range map[string]*dhcpv4.DHCPv4{
		"an answer":       made(dhcpv4.NewDiscovery(phone(3), func(d *dhcpv4.DHCPv4) { d.OpCode = dhcpv4.OpcodeBootReply })),
		"another's offer": made(dhcpv4.NewDiscovery(phone(3), dhcpv4.WithMessageType(dhcpv4.MessageTypeRequest), dhcpv4.WithOption(dhcpv4.OptServerIdentifier(net.IPv4(10, 7, 7, 9))))),
		"through a relay": made(dhcpv4.NewDiscovery(phone(3), dhcpv4.WithGatewayIP(net.IPv4(10, 0, 0, 1)))),
		"no hardware":     made(dhcpv4.NewDiscovery(net.HardwareAddr{1})),
		"no kind":         made(dhcpv4.New()),
	} {
		if res, _ := h.ask(m); res != nil {
			t.Errorf("%s is answered: %s", name, res.Summary())
		}
	}
	inform, to := h.ask(made(dhcpv4.NewInform(phone(4), net.IPv4(10, 7, 7, 240))))
	if inform.MessageType() != dhcpv4.MessageTypeAck || !unset(inform.YourIPAddr) || len(inform.DNS()) != 1 || to.Addr().String() != "10.7.7.240" {
		t.Errorf("inform: %s to %v", inform.Summary(), to)
	}
	if h.count() != 1 {
		t.Errorf("%d phones", h.count())
	}
}

// FuzzDHCP: whatever comes, what goes out is a message of ours and the leases
// stay in their bounds.
func FuzzDHCP(f *testing.F) {
	discover := made(dhcpv4.NewDiscovery(phone(1)))
	f.Add(discover.ToBytes())
	f.Add(made(dhcpv4.NewInform(phone(2), net.IPv4(10, 7, 7, 20))).ToBytes())
	f.Add(made(dhcpv4.NewDiscovery(phone(1), dhcpv4.WithMessageType(dhcpv4.MessageTypeDecline))).ToBytes())
	f.Add([]byte{1})
	clock := storetest.NewClock()
	f.Fuzz(func(t *testing.T, packet []byte) {
		l := newLeases(clock.Running)
		for range 2 {
			out, to := l.reply(packet)
			if out == nil {
				continue
			}
			if _, err := dhcpv4.FromBytes(out); err != nil {
				t.Error(err)
			}
			if to != everybody && !Network.Contains(to.Addr()) {
				t.Errorf("an answer to %v", to)
			}
		}
		for a := range l.byAddr {
			if !inPool(a) {
				t.Errorf("%v is given", a)
			}
		}
	})
}
