package main

import (
	"context"
	"flag"
	"fmt"

	"copi.local/appliance"
	"copi.local/appliance/install"
	"copi.local/cmd/internal/cli"
)

// installing makes a service of this program, or takes it away again.
func installing() cli.Command {
	var s install.Settings
	show, remove := false, false
	data := new(cli.Path)
	return cli.Command{
		Name: "install", Help: "Make a service of this program on a machine with systemd; again with a newer program, it replaces the older.",
		Flags: func(f *flag.FlagSet) {
			f.Var(data, "data", "data `directory` (default "+install.Data+")")
			f.StringVar(&s.HTTP, "http", "", "`address` of the pages (default :80)")
			f.StringVar(&s.Peer, "peer", "", "`address` for neighbouring boxes (default :4001)")
			f.StringVar(&s.Hostname, "hostname", "", "`name` on the local network, before .local (default copi)")
			f.BoolVar(&show, "print", false, "print the service and change nothing")
			f.BoolVar(&remove, "remove", false, "take the service and the program away; the data stay")
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			s.Data = string(*data)
			if show {
				text, err := install.Unit(s)
				if err == nil {
					_, err = fmt.Fprint(std.Out, text)
				}
				return err
			}
			i, err := install.New(std.Out)
			if err != nil {
				return err
			}
			if remove {
				return i.Remove(ctx)
			}
			done, err := i.Install(ctx, s)
			if err != nil {
				return err
			}
			return appliance.Welcome(ctx, done.Data, done.HTTP, std.Out)
		},
	}
}
