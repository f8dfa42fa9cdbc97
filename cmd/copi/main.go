// Command copi is a CoPi box: `copi serve` runs it, the other sub-commands
// prepare, question and repair it. This package knows flags and exit codes and
// nothing else.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"copi.local/appliance"
	"copi.local/cmd/internal/cli"
)

// These are set by the linker; see the Makefile and package images.
var (
	version    = "development"
	built      = "" // seconds since 1970
	updateKeys = "" // whose updates this program takes, as minisign prints public keys, parted by spaces
)

// builtAt is when this program was built, zero when nobody said so: a box
// without a clock does not believe an earlier time.
func builtAt() time.Time {
	seconds, err := strconv.ParseInt(built, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// thisProgram is what is running.
func thisProgram() appliance.Program { return appliance.Program{Version: version, Built: builtAt()} }

// copi is the whole command line.
func copi() cli.Command {
	return cli.Command{
		Name: "copi", Help: "A commune's own citizen network, in one box.",
		Family: []cli.Command{serve(), demo(), doctor(), report(), export(), backup(), restore(), setupCode(), importing(), peer(), bundle(), user(), installing(), showVersion()},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	std := cli.Streams{In: os.Stdin, Out: onScreen(os.Stdout), Err: onScreen(os.Stderr)}
	code := copi().Execute(ctx, os.Args[1:], std, appliance.OneLine)
	stop()
	os.Exit(code)
}

// showVersion prints the version.
func showVersion() cli.Command {
	return cli.Command{
		Name: "version", Help: "Print the version.",
		Run: func(_ context.Context, std cli.Streams) error {
			_, err := fmt.Fprintln(std.Out, "copi", version)
			return err
		},
	}
}
