package images

import (
	"errors"
	"fmt"
	"hash/fnv"
)

// Sizes of a card, in bytes.
const (
	sector   = 512
	mib      = 1 << 20
	bootAt   = 4 * mib // the Pi's firmware and most cards like 4 MiB alignment
	bootSize = 100 * mib
	rootSize = 500 * mib
	permAt   = bootAt + bootSize + 2*rootSize
	// tail is the second copy of the partition table at the end of the card:
	// 32 sectors of entries and one of header.
	tail = 33 * sector
	// block is the file system's block; /perm is a whole number of them.
	block = 4096
)

// MinSize is the smallest image in bytes: the fixed partitions and 96 MiB of
// data.
const MinSize = permAt + 96*mib + tail

// Partition types, as GPT writes them.
const (
	typeEFI   = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
	typeRoot  = "b921b045-1df0-41c3-af44-4c6f280d3fae" // Linux root, arm64
	typeLinux = "0fc63daf-8483-4772-8e79-3d69d8477de4"
)

// FirstFlash is the attribute of a data partition as the builder made it: free
// of data and smaller than its card. It is bit 59 of the Discoverable Partitions
// Specification, "grow this file system"; who grows it clears it.
const FirstFlash uint64 = 1 << 59

// Partition is one entry of the table. Start and Size are in bytes, multiples
// of a sector.
type Partition struct {
	Name       string
	Type, ID   string // GUIDs
	Start      int64
	Size       int64
	Attributes uint64
}

// Layout is the partition table of a card of Size bytes.
type Layout struct {
	Size       int64
	ID         string // GUID of the whole card
	Signature  uint32 // the same in the old table
	Partitions []Partition
}

// The partitions by their place in a Layout.
const (
	Boot = iota
	RootA
	RootB
	Perm
)

// NewLayout lays out a card of size bytes.
func NewLayout(size int64) (Layout, error) {
	if size < MinSize {
		return Layout{}, fmt.Errorf("an image needs at least %d bytes, not %d", MinSize, size)
	}
	if size%sector != 0 {
		return Layout{}, errors.New("an image's size is a multiple of 512 bytes")
	}
	perm := (size - tail - permAt) / block * block
	return Layout{
		Size: size, ID: partitionID(0), Signature: nameHash(),
		Partitions: []Partition{
			{Name: "boot", Type: typeEFI, ID: partitionID(1), Start: bootAt, Size: bootSize},
			{Name: "root-a", Type: typeRoot, ID: partitionID(2), Start: bootAt + bootSize, Size: rootSize},
			{Name: "root-b", Type: typeLinux, ID: partitionID(3), Start: bootAt + bootSize + rootSize, Size: rootSize},
			{Name: "perm", Type: typeLinux, ID: partitionID(4), Start: permAt, Size: perm, Attributes: FirstFlash},
		},
	}, nil
}

// partitionID is the GUID by which gokrazy's init and the kernel's command line
// find partition n; 0 is the whole card.
func partitionID(n int) string {
	return fmt.Sprintf("60c24cc1-f3f9-427a-8199-%08x00%02x", nameHash(), n)
}

func nameHash() uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(Name)) // a hash never fails
	return h.Sum32()
}
