//go:build unix

package mdns

import "golang.org/x/sys/unix"

// sharePort lets other responders of the machine listen on the same port.
func sharePort(fd uintptr) error {
	return unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
}
