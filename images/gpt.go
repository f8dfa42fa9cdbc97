package images

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// The numbers of a GUID partition table (UEFI specification 2.10, section 5.3).
const (
	gptMagic      = "EFI PART"
	gptRevision   = 0x00010000
	gptHeaderSize = 92
	gptEntries    = 128 // entries in the table
	gptEntrySize  = 128 // bytes each
	gptTable      = gptEntries * gptEntrySize
)

// Old partition table: types of an entry.
const (
	mbrFAT32      = 0x0c
	mbrProtective = 0xee
)

// gptHeader is a table's header as it lies on the card, little endian.
type gptHeader struct {
	Magic                   [8]byte
	Revision, Size          uint32
	Checksum, Reserved      uint32
	Current, Backup         uint64 // sectors
	FirstUsable, LastUsable uint64
	Disk                    [16]byte
	Entries                 uint64 // sector of the first entry
	Count, EntrySize        uint32
	EntriesChecksum         uint32
}

// gptEntry is one partition as it lies on the card.
type gptEntry struct {
	Type, ID    [16]byte
	First, Last uint64 // sectors, both inside
	Attributes  uint64
	Name        [36]uint16
}

// Head is the start of the card: the old table, which the Pi's firmware reads,
// and the first copy of the GUID table, which Linux and EFI read.
func (l Layout) Head() []byte {
	entries := l.entries()
	return slices.Concat(l.mbr(), l.header(entries, 1, l.sectors()-1, 2), entries)
}

// Tail is the end of the card: the second copy of the GUID table.
func (l Layout) Tail() []byte {
	entries, last := l.entries(), l.sectors()-1
	return slices.Concat(entries, l.header(entries, last, 1, last-gptTable/sector))
}

func (l Layout) sectors() uint64 { return uint64(l.Size / sector) }

// mbr is the hybrid table gokrazy uses: the boot partition first, because the
// Pi's firmware looks only there, then the entry that tells everyone else to
// read the GUID table.
func (l Layout) mbr() []byte {
	b := make([]byte, sector)
	boot := l.Partitions[Boot]
	binary.LittleEndian.PutUint32(b[440:], l.Signature)
	mbrEntry(b[446:], 0x80, mbrFAT32, uint32(boot.Start/sector), uint32(boot.Size/sector))
	mbrEntry(b[462:], 0, mbrProtective, 1, uint32(boot.Start/sector)-1)
	b[510], b[511] = 0x55, 0xaa
	return b
}

// mbrEntry writes one entry; its cylinders and heads say "use the sectors".
func mbrEntry(b []byte, active, kind byte, start, size uint32) {
	copy(b, []byte{active, 0xfe, 0xff, 0xff, kind, 0xfe, 0xff, 0xff})
	binary.LittleEndian.PutUint32(b[8:], start)
	binary.LittleEndian.PutUint32(b[12:], size)
}

func (l Layout) entries() []byte {
	b := make([]byte, 0, gptTable)
	for _, p := range l.Partitions {
		e := gptEntry{
			Type: guid(p.Type), ID: guid(p.ID), Attributes: p.Attributes,
			First: uint64(p.Start / sector), Last: uint64((p.Start+p.Size)/sector) - 1,
		}
		copy(e.Name[:], utf16.Encode([]rune(p.Name)))
		b = littleEndian(b, e)
	}
	return b[:gptTable]
}

// header is one sector: the table's header with its checksum.
func (l Layout) header(entries []byte, current, backup, at uint64) []byte {
	h := gptHeader{
		Revision: gptRevision, Size: gptHeaderSize, Current: current, Backup: backup,
		FirstUsable: 2 + gptTable/sector, LastUsable: l.sectors() - 1 - tail/sector,
		Disk: guid(l.ID), Entries: at, Count: gptEntries, EntrySize: gptEntrySize,
		EntriesChecksum: crc32.ChecksumIEEE(entries),
	}
	copy(h.Magic[:], gptMagic)
	h.Checksum = crc32.ChecksumIEEE(littleEndian(nil, h))
	return littleEndian(make([]byte, 0, sector), h)[:sector]
}

// ReadLayout reads the table of a card or an image and refuses one whose two
// copies are damaged or differ. The layout's size is the one the table was made
// for; the card may be larger.
func ReadLayout(r io.ReaderAt) (Layout, error) {
	first, backup, err := readTable(r, 1)
	if err != nil {
		return Layout{}, fmt.Errorf("first partition table: %w", err)
	}
	second, _, err := readTable(r, backup)
	if err != nil {
		return Layout{}, fmt.Errorf("second partition table: %w", err)
	}
	if !slices.Equal(first.Partitions, second.Partitions) || first.ID != second.ID {
		return Layout{}, errors.New("the two partition tables differ")
	}
	var signature [4]byte
	if _, err := r.ReadAt(signature[:], 440); err != nil {
		return Layout{}, err
	}
	first.Size, first.Signature = int64(backup+1)*sector, binary.LittleEndian.Uint32(signature[:])
	return first, nil
}

// readTable reads the copy whose header is in sector at, and says where the
// other one is.
func readTable(r io.ReaderAt, at uint64) (l Layout, other uint64, err error) {
	b := make([]byte, gptHeaderSize)
	if _, err := r.ReadAt(b, int64(at)*sector); err != nil {
		return l, 0, err
	}
	var h gptHeader
	if err := binary.Read(bytes.NewReader(b), binary.LittleEndian, &h); err != nil {
		return l, 0, err
	}
	sum := h.Checksum
	h.Checksum = 0
	if string(h.Magic[:]) != gptMagic || h.Current != at || sum != crc32.ChecksumIEEE(littleEndian(nil, h)) {
		return l, 0, errors.New("no sound header")
	}
	if h.Count != gptEntries || h.EntrySize != gptEntrySize {
		return l, 0, errors.New("not a table of 128 entries")
	}
	entries := make([]byte, gptTable)
	if _, err := r.ReadAt(entries, int64(h.Entries)*sector); err != nil {
		return l, 0, err
	}
	if crc32.ChecksumIEEE(entries) != h.EntriesChecksum {
		return l, 0, errors.New("damaged entries")
	}
	l.ID = guidString(h.Disk)
	l.Partitions, err = readEntries(entries)
	return l, h.Backup, err
}

// readEntries reads the partitions of a table.
func readEntries(table []byte) (out []Partition, err error) {
	for b := range slices.Chunk(table, gptEntrySize) {
		var e gptEntry
		if err := binary.Read(bytes.NewReader(b), binary.LittleEndian, &e); err != nil {
			return nil, err
		}
		if e.Type != [16]byte{} {
			out = append(out, e.partition())
		}
	}
	return out, nil
}

func (e gptEntry) partition() Partition {
	return Partition{
		Name: strings.TrimRight(string(utf16.Decode(e.Name[:])), "\x00"),
		Type: guidString(e.Type), ID: guidString(e.ID), Attributes: e.Attributes,
		Start: int64(e.First) * sector, Size: int64(e.Last-e.First+1) * sector,
	}
}

// littleEndian appends v, a value of fixed size.
func littleEndian(b []byte, v any) []byte {
	b, err := binary.Append(b, binary.LittleEndian, v)
	if err != nil {
		panic(err) // v is one of the two structs above
	}
	return b
}

// guidOrder is the order of a GUID's bytes on disk: the first three groups are
// little endian, the others are not. It is its own inverse.
var guidOrder = [16]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}

// guid parses a GUID of this package's own; a wrong one is a programming error.
func guid(s string) (out [16]byte) {
	b, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(b) != len(out) {
		panic("images: not a GUID: " + s)
	}
	for i, from := range guidOrder {
		out[i] = b[from]
	}
	return out
}

func guidString(g [16]byte) string {
	var b [16]byte
	for i, from := range guidOrder {
		b[i] = g[from]
	}
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
