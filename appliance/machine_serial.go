package appliance

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"copi.local/peer/wire"
)

// Where Linux tells which machine and which card this is.
const (
	boardSerial = "proc/device-tree/serial-number" // of a Pi's board
	machineID   = "etc/machine-id"                 // of a PC's installation
	blockDevice = "sys/dev/block/%d:%d"
)

// machineOf is the hash of what tells this machine and the storage of dir from
// others: the board's serial number, else the installation's id, and the SD
// card's. Where Linux tells none of them every machine is the same. root is
// "/", or a test's picture of it.
func machineOf(root, dir string) wire.Hash {
	said := []byte("copi-machine-v1\n")
	for _, name := range []string{boardSerial, machineID} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if text = bytes.Trim(text, "\x00\n "); err == nil && len(text) > 0 {
			said = fmt.Appendf(said, "%s %s\n", name, text)
			break
		}
	}
	if cid := cardID(root, dir); len(cid) > 0 {
		said = fmt.Appendf(said, "cid %s\n", cid)
	}
	return wire.Sum(said)
}

// cardID is the identity register of the SD card that dir lies on; nothing for
// a disk, which can be put into another machine but has no number we can read
// without rights.
func cardID(root, dir string) []byte {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return nil
	}
	device := filepath.Join(root, fmt.Sprintf(blockDevice, unix.Major(uint64(st.Dev)), unix.Minor(uint64(st.Dev)))) //nolint:unconvert // its size depends on the machine
	device, err := filepath.EvalSymlinks(device)
	if err != nil {
		return nil
	}
	for _, at := range []string{device, filepath.Dir(device)} { // the card itself, or a partition of it
		if cid, err := os.ReadFile(filepath.Join(at, "device", "cid")); err == nil {
			return bytes.TrimSpace(cid)
		}
	}
	return nil
}
