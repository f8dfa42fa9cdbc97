//go:build pinned

// Package deps names what the image holds beside the box, so that `go mod tidy`
// keeps it all. It is never compiled: some of these are programs.
package deps

import (
	_ "github.com/gokrazy/firmware"         // boot files of the Pi
	_ "github.com/gokrazy/gokrazy"          // init
	_ "github.com/gokrazy/gokrazy/cmd/dhcp" // an address on the cable
	_ "github.com/gokrazy/gokrazy/cmd/randomd"
	_ "github.com/gokrazy/kernel.rpi" // Linux and its modules
	_ "github.com/gokrazy/rpi-eeprom" // boot loader of the Pi 4 and 5
)
