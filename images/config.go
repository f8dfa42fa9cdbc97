package images

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The Go packages gokrazy puts on the card. Its time client and its heartbeat
// are left out: the box sets its clock itself, from servers the operator chose,
// and reports to no one.
const (
	boxPackage      = "copi.local/cmd/copi"
	growPackage     = "copi.local/images/grow"
	trialPackage    = "copi.local/images/probation"
	kernelPackage   = "github.com/gokrazy/kernel.rpi"
	firmwarePackage = "github.com/gokrazy/firmware"
	eepromPackage   = "github.com/gokrazy/rpi-eeprom"
	dhcpPackage     = "github.com/gokrazy/gokrazy/cmd/dhcp"
	randomPackage   = "github.com/gokrazy/gokrazy/cmd/randomd"
)

// boxData is where the box's data lie on the card.
const boxData = "/perm/copi"

// instance is what gokrazy reads from config.json.
type instance struct {
	Hostname        string
	Update          updateAPI
	Environment     []string
	Packages        []string
	PackageConfig   map[string]packageConfig
	SerialConsole   string
	KernelExtraArgs []string
	GokrazyPackages []string
	KernelPackage   string
	FirmwarePackage string
	EEPROMPackage   string
}

// updateAPI is gokrazy's own web interface. Without a password it listens only
// on a socket inside the box, where root alone can reach it.
type updateAPI struct {
	NoPassword bool
	HTTPPort   string
}

type packageConfig struct {
	GoBuildFlags     []string
	Environment      []string
	CommandLineFlags []string
}

// config renders the instance for a box that calls itself o.Version and was
// built at o.Epoch: its clock never shows an earlier time.
func config(o Options) ([]byte, error) {
	set := fmt.Sprintf(" -X main.version=%s -X main.built=%d", o.Version, o.Epoch.Unix())
	if len(o.Keys) > 0 {
		set += fmt.Sprintf(" -X 'main.updateKeys=%s'", strings.Join(o.Keys, " "))
	}
	b, err := json.MarshalIndent(instance{
		Hostname:    Name,
		Update:      updateAPI{NoPassword: true, HTTPPort: "1080"}, // not 80: that is the box's
		Environment: []string{"GOOS=linux", "GOARCH=arm64"},
		Packages:    []string{boxPackage, growPackage, trialPackage},
		PackageConfig: map[string]packageConfig{
			boxPackage: {
				// -s -w: no debugger on the card, and 30 % less to read at start.
				GoBuildFlags: append([]string{"-ldflags=-s -w" + set}, o.Flags...),
				// A Pi Zero 2 W has 512 MB, which the page cache uses better.
				Environment:      []string{"GOMEMLIMIT=160MiB"},
				CommandLineFlags: append([]string{"serve", "--data", boxData, "--http", ":80", "--gpio", "auto"}, o.Trial.Serve...),
			},
			trialPackage: {
				GoBuildFlags:     []string{"-ldflags=-s -w -X main.version=" + o.Version},
				CommandLineFlags: append([]string{"--data", boxData}, o.Trial.Probation...),
			},
		},
		SerialConsole:   "serial0,115200", // whichever UART is on the Pi's header
		KernelExtraArgs: []string{"gpt"},  // a first table torn by a power cut: take the second
		GokrazyPackages: []string{dhcpPackage, randomPackage},
		KernelPackage:   kernelPackage,
		FirmwarePackage: firmwarePackage,
		EEPROMPackage:   eepromPackage,
	}, "", "\t")
	return append(b, '\n'), err
}
