package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"copi.local/appliance"
	"copi.local/cmd/internal/cli"
)

// demo makes a village and prints who lives there.
func demo() cli.Command {
	data := cli.PathTo(beside)
	var cfg appliance.DemoConfig
	return cli.Command{
		Name: "demo", Help: "Make a box with an invented village.",
		Flags: func(f *flag.FlagSet) {
			f.Var(data, "data", "`directory` to make it in")
			f.IntVar(&cfg.Listings, "listings", 200, "how `many` listings")
			f.Uint64Var(&cfg.Seed, "seed", 1, "another `number` is another village")
			f.TextVar(&cfg.Now, "now", time.Time{}, "the village's `time` (RFC 3339); the same seed and time make the same listings")
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			if cfg.Listings < 1 || cfg.Listings > 1_000_000 {
				return fmt.Errorf("--listings %d: from 1 to 1000000", cfg.Listings)
			}
			cfg.Data = string(*data)
			v, err := appliance.Demo(ctx, cfg)
			if err != nil {
				return err
			}
			var b strings.Builder
			fmt.Fprintf(&b, "%s, an invented village with %d listings, is in %s.\n\n", v.Name, v.Listings, cfg.Data)
			for _, p := range v.People {
				fmt.Fprintf(&b, "  %-9s  %-8s  %-29s  %s\n", p.Role, p.Login, p.Password, p.Name)
			}
			fmt.Fprintf(&b, "\nStart it with: copi serve --data %s\n", cfg.Data)
			_, err = std.Out.Write([]byte(b.String()))
			return err
		},
	}
}
