package main

import (
	"context"
	"flag"

	"copi.local/appliance"
	"copi.local/cmd/internal/cli"
)

// peer is about neighbouring boxes.
func peer() cli.Command {
	return cli.Command{
		Name: "peer", Help: "Key, links and exchange with neighbouring boxes.",
		Family: []cli.Command{
			onData("id", "Print the key other boxes know this one by.", func(_ context.Context, data string, std cli.Streams) error {
				return appliance.PeerID(data, std.Out)
			}),
			peerPair(),
			onData("list", "List the linked boxes.", func(ctx context.Context, data string, std cli.Streams) error {
				return appliance.PeerList(ctx, data, std.Out)
			}),
			onData("sync", "Call every linked box now.", func(ctx context.Context, data string, std cli.Streams) error {
				return appliance.PeerSync(ctx, data, std.Out)
			}),
		},
	}
}

// peerPair links the boxes; the six digits are compared on the terminal.
func peerPair() cli.Command {
	data, address := dataDir(), new(cli.Word)
	return cli.Command{
		Name: "pair", Help: "Link the running box with a neighbouring one.",
		Args: []cli.Argument{{
			Name: "address", To: address, Optional: true,
			Help: "the other box's address, such as 192.168.1.20:4001; without one, wait for it to call",
		}},
		Flags: func(f *flag.FlagSet) { dataFlag(f, data) },
		Run: func(ctx context.Context, std cli.Streams) error {
			return appliance.PeerPair(ctx, string(*data), string(*address), std.In, std.Out)
		},
	}
}
