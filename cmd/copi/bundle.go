package main

import (
	"context"
	"flag"

	"copi.local/appliance"
	"copi.local/cmd/internal/cli"
)

// bundle is about files that carry listings between boxes that do not meet.
func bundle() cli.Command {
	return cli.Command{
		Name: "bundle", Help: "Exchange with neighbouring boxes by file, on a stick or by mail.",
		Family: []cli.Command{bundleExport(), bundleImport()},
	}
}

func bundleExport() cli.Command {
	data, file, whole := dataDir(), new(cli.Path), false
	forBox, pictures := new(cli.Word), "small"
	return cli.Command{
		Name: "export", Help: "Write what the running box holds to a bundle.",
		Args: []cli.Argument{{Name: "file", Help: "where to write it, such as /media/stick/village.copi", To: file}},
		Flags: func(f *flag.FlagSet) {
			dataFlag(f, data)
			f.Var(forBox, "for", "the linked `box` that will read it, by its commune or key: it gets what it lacks")
			f.StringVar(&pictures, "pictures", pictures, "which `photos` go with the listings: none, small or all")
			f.BoolVar(&whole, "whole", false, "everything, even what that box said it has")
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			order := appliance.BundleOrder{For: string(*forBox), Whole: whole, Pictures: pictures}
			return appliance.BundleExport(ctx, string(*data), string(*file), order, std.Out)
		},
	}
}

func bundleImport() cli.Command {
	data, file := dataDir(), new(cli.Path)
	return cli.Command{
		Name: "import", Help: "Show what a bundle would change on the running box, ask, and take it.",
		Args:  []cli.Argument{{Name: "file", Help: "the bundle", To: file}},
		Flags: func(f *flag.FlagSet) { dataFlag(f, data) },
		Run: func(ctx context.Context, std cli.Streams) error {
			return appliance.BundleImport(ctx, string(*data), string(*file), std.In, std.Out)
		},
	}
}
