package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"copi.local/appliance"
	"copi.local/cmd/internal/cli"
)

// export writes everything the box publishes to files.
func export() cli.Command {
	data, to, host := dataDir(), new(cli.Path), ""
	return cli.Command{
		Name: "export", Help: "Write everything the box publishes to files.",
		Args: []cli.Argument{{Name: "dir", Help: "directory to write to; it must not exist, or be empty", To: to}},
		Flags: func(f *flag.FlagSet) {
			dataFlag(f, data)
			f.StringVar(&host, "host", "copi.local", "`name` (and port) of the box in the files' links")
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			names, err := appliance.Export(ctx, appliance.ExportConfig{Data: string(*data), To: string(*to), Host: host})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(std.Out, "%s: %s\n", string(*to), strings.Join(names, ", "))
			return err
		},
	}
}
