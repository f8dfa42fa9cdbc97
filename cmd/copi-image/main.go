// Command copi-image builds the SD card image of a box and boots it in QEMU.
// This package knows flags and exit codes; package images does the work.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes scripts rely on.
const (
	exitDone   = 0
	exitFailed = 1 // stderr says why
	exitUsage  = 2
)

// cli is the whole command line.
type cli struct {
	Build buildCmd `cmd:"" help:"Build the image of an SD card."`
	Test  testCmd  `cmd:"" help:"Boot an image in QEMU, set it up, pull the plug and boot it again."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stderr)
	stop()
	os.Exit(code)
}

// run parses args, runs the sub-command and gives the exit code.
func run(ctx context.Context, args []string, errs io.Writer) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("copi-image"),
		kong.Description("Builds the SD card image of a CoPi box, and boots it in QEMU."),
		kong.Writers(os.Stdout, errs), kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(errs, (*io.Writer)(nil)),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return fail(errs, err)
	}
	parsed, err := parser.Parse(args)
	if exited == exitDone {
		return exitDone // --help
	}
	if err != nil {
		_, _ = fmt.Fprintf(errs, "copi-image: %v; see copi-image --help\n", err)
		return exitUsage
	}
	if err := parsed.Run(); err != nil {
		return fail(errs, err)
	}
	return exitDone
}

func fail(w io.Writer, err error) int {
	_, _ = fmt.Fprintf(w, "copi-image: %v\n", err)
	return exitFailed
}
