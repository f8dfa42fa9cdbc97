package main

import (
	"context"
	"flag"

	"copi.local/appliance"
	"copi.local/cmd/internal/cli"
	"copi.local/store/intake/format"
)

// importing brings a file in.
func importing() cli.Command {
	data, file := dataDir(), new(cli.Path)
	var cfg appliance.ImportConfig
	sort := cli.OneOf(&cfg.Format, format.Formats...)
	c := &cfg.Choices
	c.Kind = "org"
	kind := cli.OneOf(&c.Kind, "org", "project", "place", "poi", "event")
	return cli.Command{
		Name: "import", Help: "Bring in a register, a table, a map or a calendar.",
		Args: []cli.Argument{{Name: "format", Help: sort.List(), To: sort}, {Name: "file", Help: "the file", To: file}},
		Flags: func(f *flag.FlagSet) {
			dataFlag(f, data)
			f.BoolVar(&cfg.DryRun, "dry-run", false, "look at the file and write nothing")
			f.Var((*cli.Several)(&c.Communes), "commune", "take what is of this commune (`INSEE` code); may be repeated; the box's territory when none is named")
			f.BoolVar(&cfg.All, "all", false, "take what is of any commune")
			f.Var(kind, "kind", "what the things are, where the file does not say: "+kind.List())
			f.StringVar(&c.Label, "label", "", "`name` of the file among others of its format; its own when empty")
			f.BoolVar(&c.Streets, "streets", false, "keep the streets of associations: somebody made sure they are nobody's home")
			f.BoolVar(&c.SoleTraders, "sole-traders", false, "take sole traders too, under the sign of their shop")
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			if cfg.All && len(c.Communes) > 0 {
				return cli.Misused("--commune and --all: one or the other")
			}
			cfg.Data, cfg.File, cfg.Out, cfg.Err = string(*data), string(*file), std.Out, std.Err
			return appliance.Import(ctx, cfg)
		},
	}
}
