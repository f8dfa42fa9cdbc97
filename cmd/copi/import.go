package main

import (
	"context"

	"copi.local/appliance"
	"copi.local/store/intake"
	"copi.local/store/intake/format"
)

type importCmd struct {
	dataFlag `embed:""`

	Format string `arg:"" help:"${enum}." enum:"rna,sirene,csv,vcard,geojson,osm,communecter,ics,communes"`
	File   string `arg:"" help:"The file." type:"path"`

	DryRun  bool     `help:"Look at the file and write nothing."`
	Commune []string `help:"Take what is of this commune (INSEE code); may be repeated. The box's territory when none is named." placeholder:"INSEE" xor:"where"`
	All     bool     `help:"Take what is of any commune." xor:"where"`
	Kind    string   `help:"What the things are, where the file does not say: ${enum}." enum:"org,project,place,poi,event" default:"org"`
	Label   string   `help:"Names the file among others of its format; its own name when empty."`

	Streets     bool `help:"Keep the streets of associations: somebody made sure they are nobody's home."`
	SoleTraders bool `help:"Take sole traders too, under the sign of their shop."`
}

// Run brings the file in.
func (c importCmd) Run(ctx context.Context, std streams) error {
	return appliance.Import(ctx, appliance.ImportConfig{
		Data: c.Data, File: c.File, Format: format.Format(c.Format), All: c.All, DryRun: c.DryRun, Out: std.out, Err: std.err,
		Choices: intake.Choices{
			Label: c.Label, Kind: c.Kind, Streets: c.Streets, SoleTraders: c.SoleTraders, Communes: c.Commune,
		},
	})
}
