package stick

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf8"
)

// probed is how much of the beginning of a device is looked at, in bytes.
const probed = 4096

// probe recognises a file system by its first bytes: the boot sectors of
// Microsoft's "FAT: General Overview of On-Disk Format" and exFAT specification,
// and ext4's superblock (Linux, Documentation/filesystems/ext4/super.rst).
func probe(device io.ReaderAt) (kind Kind, label string, err error) {
	b := make([]byte, probed)
	if n, err := device.ReadAt(b, 0); n < len(b) {
		return Unknown, "", err
	}
	switch {
	case string(b[3:11]) == "EXFAT   ":
		return ExFAT, "", nil // its label lies in its first directory
	case string(b[3:11]) == "NTFS    ", string(b[3:11]) == "-FVE-FS-": // the latter sealed by BitLocker
		return NTFS, "", nil
	case binary.LittleEndian.Uint16(b[0x438:]) == 0xEF53:
		return Ext4, named(b[0x478:0x488]), nil
	case binary.LittleEndian.Uint16(b[510:]) != 0xAA55:
		return Unknown, "", nil
	case string(b[82:87]) == "FAT32":
		return FAT, named(b[71:82]), nil
	case string(b[54:57]) == "FAT":
		return FAT, named(b[43:54]), nil
	}
	return Unknown, "", nil
}

// named reads a label; one that is none, or not text, is empty.
func named(b []byte) string {
	label := strings.TrimSpace(string(bytes.TrimRight(b, "\x00")))
	if label == "NO NAME" || !utf8.ValidString(label) || strings.ContainsFunc(label, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return label
}
