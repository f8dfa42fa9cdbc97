package hotspot

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// settable tells that this system lets us give an interface its address.
const settable = true

// raise gives an interface our address and brings it up; what it has already
// stays as it is, so that a box without the right to set it can be given it.
func raise(iface string) error {
	ifi, err := net.InterfaceByName(iface)
	if err != nil {
		return err
	}
	if addrs, err := ifi.Addrs(); err == nil && ifi.Flags&net.FlagUp != 0 && hasOurs(addrs) {
		return nil
	}
	mask := net.CIDRMask(Network.Bits(), 32)
	for _, step := range []struct {
		request uint
		addr    []byte
	}{
		{unix.SIOCSIFADDR, Address.AsSlice()},
		{unix.SIOCSIFNETMASK, mask},
	} {
		if err := control(iface, func(fd int, r *unix.Ifreq) error {
			return errors.Join(r.SetInet4Addr(step.addr), unix.IoctlIfreq(fd, step.request, r))
		}); err != nil {
			return fmt.Errorf("address of %s: %w", iface, err)
		}
	}
	return setUp(iface, true)
}

// lower takes our address off an interface; of a radio, it switches it off, too.
func lower(iface string, radio bool) error {
	err := control(iface, func(fd int, r *unix.Ifreq) error {
		return errors.Join(r.SetInet4Addr(netip.IPv4Unspecified().AsSlice()), unix.IoctlIfreq(fd, unix.SIOCSIFADDR, r))
	})
	if radio {
		err = errors.Join(err, setUp(iface, false))
	}
	return err
}

func setUp(iface string, up bool) error {
	return control(iface, func(fd int, r *unix.Ifreq) error {
		if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, r); err != nil {
			return err
		}
		flags := r.Uint16() &^ unix.IFF_UP
		if up {
			flags |= unix.IFF_UP
		}
		r.SetUint16(flags)
		return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, r)
	})
}

// control does something with an interface by name.
func control(iface string, do func(fd int, r *unix.Ifreq) error) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }() // nothing was written
	r, err := unix.NewIfreq(iface)
	if err != nil {
		return err
	}
	return do(fd, r)
}

// noWayThrough keeps the machine from passing on what phones send to it, even
// one that is a router for others.
func noWayThrough(iface string) error {
	for _, family := range []string{"ipv4", "ipv6"} {
		file := "/proc/sys/net/" + family + "/conf/" + iface + "/forwarding"
		switch is, err := os.ReadFile(file); {
		case errors.Is(err, fs.ErrNotExist): // no such family here
		case err != nil:
			return err
		case string(is) != "0\n":
			if err := os.WriteFile(file, []byte("0\n"), 0o644); err != nil { //nolint:gosec // a file of the kernel's
				return err
			}
		}
	}
	return nil
}

// bind keeps a socket on one interface, so that no other network hears us.
func bind(iface string) func(network, address string, c syscall.RawConn) error {
	return func(_, _ string, c syscall.RawConn) error {
		var err error
		fault := c.Control(func(fd uintptr) {
			err = errors.Join(
				unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
				unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_BROADCAST, 1),
				unix.BindToDevice(int(fd), iface))
		})
		return errors.Join(fault, err)
	}
}

// start begins a program that ends when this one does, however that ends.
func start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	return cmd.Start()
}

// loadModule gives the kernel one of its own modules; one it has is no error.
func loadModule(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	if err := unix.FinitModule(int(f.Fd()), "", 0); err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
