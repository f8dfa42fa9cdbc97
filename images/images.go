// Package images builds the SD card image of a box and proves that it boots.
//
// A card holds four partitions (see Layout): the boot files the Raspberry Pi's
// firmware reads, two places for the read-only root file system (the running
// one and the next one), and /perm, the commune's data. The first three are
// gokrazy's: Linux, a small init and the box itself, nothing else; no shell, no
// package manager. /perm is formatted here, when the image is built. Nothing
// formats at run time: a data partition that does not mount is a fault to
// mend, never a reason to start afresh over a commune's data.
//
// Build writes an image and Trial boots one in QEMU, unmodified. Everything
// that goes in is pinned: gokrazy, kernel and firmware by the module in
// gokrazy/ (its go.sum), the box by this repository's. The same sources, Go
// and e2fsprogs give the same bytes.
//
// This image serves the cable only. The Pi's own radio as an access point needs
// Debian's hostapd and Wi-Fi firmware and is not in it.
//
// The package imports nothing of ours: it knows the box as a program to build
// and as pages to ask for.
package images

import "time"

// Name is the box's name on the local network, and what gokrazy derives the
// partitions' identifiers from.
const Name = "copi"

// DefaultSize is an image's size in bytes: 2 GiB fit every card sold, and QEMU
// wants a power of two.
const DefaultSize = 2 << 30

// Options say what to build.
type Options struct {
	Source string    // root directory of this repository
	Out    string    // image file to write; replaced whole or left alone
	Size   int64     // bytes; see MinSize
	Epoch  time.Time // every timestamp in the image
	// Version is what `copi version` answers.
	Version string
	// Flags are what `go build` is told besides, of the box alone.
	Flags []string
	// Keys are the public keys whose updates the box takes, as minisign prints
	// them; none takes no update.
	Keys []string
	// Trial changes what the image starts, so that a trial sees an update fail
	// and need not wait long. Empty of every image that anybody is given.
	Trial TrialFlags
	// Progress is called with one short line per step.
	Progress func(step string)
}

// TrialFlags are more words on the command lines of the image.
type TrialFlags struct {
	Serve, Probation []string
}
