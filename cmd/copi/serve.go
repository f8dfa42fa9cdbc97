package main

import (
	"context"
	"flag"
	"os"

	"copi.local/appliance"
	"copi.local/appliance/install"
	"copi.local/cmd/internal/cli"
)

// beside is the data directory of a box that nobody installed.
const beside = "copi-data"

// dataDir is the data directory sub-commands work on when no other is named: the
// one beside, or that of the box that is installed on this machine.
func dataDir() *cli.Path {
	if _, err := os.Stat(beside); err == nil {
		return cli.PathTo(beside)
	}
	if _, err := os.Stat(install.Data); err == nil {
		return cli.PathTo(install.Data)
	}
	return cli.PathTo(beside)
}

func dataFlag(f *flag.FlagSet, data *cli.Path) { f.Var(data, "data", "data `directory`") }

// onData is a sub-command with the data directory as its only flag.
func onData(name, help string, do func(ctx context.Context, data string, std cli.Streams) error) cli.Command {
	data := dataDir()
	return cli.Command{
		Name: name, Help: help,
		Flags: func(f *flag.FlagSet) { dataFlag(f, data) },
		Run:   func(ctx context.Context, std cli.Streams) error { return do(ctx, string(*data), std) },
	}
}

// serve runs the box until the context ends.
func serve() cli.Command {
	data, cfg := dataDir(), appliance.Config{GPIO: "auto"}
	gpio, silent := cli.OneOf(&cfg.GPIO, "auto", "none", "sim"), false
	return cli.Command{
		Name: "serve", Help: "Run the box.",
		Flags: func(f *flag.FlagSet) {
			dataFlag(f, data)
			f.StringVar(&cfg.HTTP, "http", ":8080", "`address` of the pages")
			f.StringVar(&cfg.Peer, "peer", ":4001", "`address` for neighbouring boxes; empty for none")
			f.StringVar(&cfg.Hostname, "hostname", "copi", "`name` on the local network, before .local")
			f.BoolVar(&silent, "no-mdns", false, "do not announce the box on the local network")
			f.StringVar(&cfg.Stick, "stick", "", "`directory` that stands for a USB stick, to try backups on a PC")
			f.StringVar(&cfg.Wifi, "wifi", "auto", "`interface` of the box's own Wi-Fi, which an operator switches on: auto, none or a name")
			f.Var(gpio, "gpio", "LED and button: "+gpio.List())
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			cfg.Data, cfg.MDNS, cfg.UpdateKeys = string(*data), !silent, updateKeys
			cfg.Version, cfg.Built, cfg.In, cfg.Out, cfg.Err = version, builtAt(), std.In, std.Out, std.Err
			return appliance.Serve(ctx, cfg)
		},
	}
}

// doctor checks the box and fails when something is bad.
func doctor() cli.Command {
	data, asJSON := dataDir(), false
	return cli.Command{
		Name: "doctor", Help: "Check a box's health.",
		Flags: func(f *flag.FlagSet) {
			dataFlag(f, data)
			f.BoolVar(&asJSON, "json", false, "answer as JSON")
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			return appliance.Doctor(ctx, string(*data), thisProgram(), asJSON, std.Out)
		},
	}
}

// report writes what somebody who helps wants to know.
func report() cli.Command {
	return onData("report", "Write a report without personal data, to send to somebody who helps.",
		func(ctx context.Context, data string, std cli.Streams) error {
			return appliance.Report(ctx, data, thisProgram(), std.Out)
		})
}

// setupCode prints the set-up code of a box that is not set up yet.
func setupCode() cli.Command {
	return onData("setup-code", "Print the code that proves the operator at first set-up.",
		func(ctx context.Context, data string, std cli.Streams) error {
			return appliance.PrintSetupCode(ctx, data, std.Out)
		})
}
