package stick

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// disk is one that is plugged into USB, as the kernel lists it.
type disk struct {
	name   string
	seq    string // differs between two disks under one name
	locked bool   // by a switch on it
	parts  []volume
}

// volume is a partition, or a disk that has none.
type volume struct {
	name   string
	number string // "8:1"
	size   int64
}

// sectorSize is the unit of sizes under /sys, whatever the disk's own.
const sectorSize = 512

// disks lists what is plugged into USB and has a medium, in the order of names.
func (m *Linux) disks() (list []disk, err error) {
	entries, err := os.ReadDir(filepath.Join(m.sys, "block"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // a machine without block devices
	}
	for _, e := range entries {
		dir := filepath.Join(m.sys, "block", e.Name())
		at, err := os.Readlink(dir)
		if err != nil || !onUSB(at) {
			continue // gone meanwhile, or part of the machine
		}
		if d, ok := readDisk(dir, e.Name()); ok {
			list = append(list, d)
		}
	}
	return list, err
}

// onUSB tells whether a device hangs on a USB bus: ../devices/…/usb1/1-1/….
func onUSB(at string) bool {
	for _, step := range strings.Split(at, "/") {
		if n, ok := strings.CutPrefix(step, "usb"); ok && n != "" && strings.Trim(n, "0123456789") == "" {
			return true
		}
	}
	return false
}

// readDisk reads one; false for a drive without a medium.
func readDisk(dir, name string) (d disk, ok bool) {
	d = disk{name: name, seq: word(dir, "diskseq"), locked: word(dir, "ro") == "1"}
	whole := readVolume(dir, name)
	if whole.size == 0 {
		return d, false
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return d, false // gone meanwhile
	}
	for _, e := range entries {
		at := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), name) && word(at, "partition") != "" {
			if v := readVolume(at, e.Name()); v.size > 0 {
				d.parts = append(d.parts, v)
			}
		}
	}
	if len(d.parts) == 0 {
		d.parts = []volume{whole}
	}
	return d, true
}

func readVolume(dir, name string) volume {
	n, err := strconv.ParseInt(word(dir, "size"), 10, 64)
	if err != nil {
		n = 0 // gone meanwhile
	}
	return volume{name: name, number: word(dir, "dev"), size: n * sectorSize}
}

// word reads a file of one word; empty when it is not there.
func word(dir, name string) string {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
