package main

import (
	"context"

	"copi.local/appliance"
)

// dataFlag is the data directory every sub-command works on.
type dataFlag struct {
	Data string `help:"Data directory." default:"./copi-data" type:"path"`
}

type serveCmd struct {
	dataFlag `embed:""`

	HTTP     string `help:"Address of the pages." default:":8080" name:"http"`
	Peer     string `help:"Address for neighbouring boxes; empty for none." default:":4001"`
	Hostname string `help:"Name on the local network, before .local." default:"copi"`
	NoMDNS   bool   `help:"Do not announce the box on the local network." name:"no-mdns"`
	GPIO     string `help:"LED and button: ${enum}." enum:"auto,none,sim" default:"auto" name:"gpio"`
}

// Run serves until the context ends.
func (c serveCmd) Run(ctx context.Context, std streams) error {
	return appliance.Serve(ctx, appliance.Config{
		Data: c.Data, HTTP: c.HTTP, Peer: c.Peer, Hostname: c.Hostname, MDNS: !c.NoMDNS, GPIO: c.GPIO,
		Version: version, Built: builtAt(), In: std.in, Out: std.out, Err: std.err,
	})
}

type doctorCmd struct {
	dataFlag `embed:""`

	JSON bool `help:"Answer as JSON." name:"json"`
}

// Run checks the box and fails when something is bad.
func (c doctorCmd) Run(ctx context.Context, std streams) error {
	return appliance.Doctor(ctx, c.Data, c.JSON, std.out)
}

type setupCodeCmd struct {
	dataFlag `embed:""`
}

// Run prints the set-up code of a box that is not set up yet.
func (c setupCodeCmd) Run(ctx context.Context, std streams) error {
	return appliance.PrintSetupCode(ctx, c.Data, std.out)
}
