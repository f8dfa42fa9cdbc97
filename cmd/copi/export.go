package main

import (
	"context"
	"fmt"
	"strings"

	"copi.local/appliance"
)

type exportCmd struct {
	dataFlag `embed:""`

	Dir  string `arg:"" help:"Directory to write to; it must not exist, or be empty." type:"path"`
	Host string `help:"Name (and port) of the box in the files' links." default:"copi.local"`
}

// Run writes everything the box publishes to files.
func (c exportCmd) Run(ctx context.Context, std streams) error {
	names, err := appliance.Export(ctx, appliance.ExportConfig{Data: c.Data, To: c.Dir, Host: c.Host})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s: %s\n", c.Dir, strings.Join(names, ", "))
	return err
}
