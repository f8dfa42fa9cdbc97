package main

import (
	"context"

	"copi.local/appliance"
)

type peerCmd struct {
	ID   peerIDCmd   `cmd:"" name:"id" help:"Print the key other boxes know this one by."`
	Pair peerPairCmd `cmd:"" help:"Link the running box with a neighbouring one."`
	List peerListCmd `cmd:"" help:"List the linked boxes."`
	Sync peerSyncCmd `cmd:"" help:"Call every linked box now."`
}

type peerIDCmd struct {
	dataFlag `embed:""`
}

// Run prints the key.
func (c peerIDCmd) Run(std streams) error { return appliance.PeerID(c.Data, std.out) }

type peerListCmd struct {
	dataFlag `embed:""`
}

// Run lists the links.
func (c peerListCmd) Run(ctx context.Context, std streams) error {
	return appliance.PeerList(ctx, c.Data, std.out)
}

type peerSyncCmd struct {
	dataFlag `embed:""`
}

// Run calls the neighbours.
func (c peerSyncCmd) Run(ctx context.Context, std streams) error {
	return appliance.PeerSync(ctx, c.Data, std.out)
}

type peerPairCmd struct {
	dataFlag `embed:""`

	Address string `arg:"" optional:"" help:"The other box's address, such as 192.168.1.20:4001; without one, wait for it to call."`
}

// Run links the boxes; the six digits are compared on the terminal.
func (c peerPairCmd) Run(ctx context.Context, std streams) error {
	return appliance.PeerPair(ctx, c.Data, c.Address, std.in, std.out)
}
