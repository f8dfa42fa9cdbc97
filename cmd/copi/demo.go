package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"copi.local/appliance"
)

type demoCmd struct {
	Data     string    `default:"copi-data" help:"Directory to make it in." type:"path"`
	Listings int       `default:"200" help:"How many listings."`
	Seed     uint64    `default:"1" help:"Another seed is another village."`
	Now      time.Time `help:"The village's time (RFC 3339); the same seed and time make the same listings." placeholder:"TIME"`
}

// Run makes the village and prints who lives there.
func (d demoCmd) Run(ctx context.Context, std streams) error {
	if d.Listings < 1 || d.Listings > 1_000_000 {
		return fmt.Errorf("--listings %d: from 1 to 1000000", d.Listings)
	}
	v, err := appliance.Demo(ctx, appliance.DemoConfig{Data: d.Data, Listings: d.Listings, Seed: d.Seed, Now: d.Now})
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s, an invented village with %d listings, is in %s.\n\n", v.Name, v.Listings, d.Data)
	for _, p := range v.People {
		fmt.Fprintf(&b, "  %-9s  %-8s  %-29s  %s\n", p.Role, p.Login, p.Password, p.Name)
	}
	fmt.Fprintf(&b, "\nStart it with: copi serve --data %s\n", d.Data)
	_, err = std.out.Write([]byte(b.String()))
	return err
}
