// Command copi is a CoPi box: `copi serve` runs it, the other sub-commands
// prepare, question and repair it. This package knows flags and exit codes and
// nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"copi.local/appliance"
)

// version and built are set by the linker; see the Makefile and package images.
var (
	version = "development"
	built   = "" // seconds since 1970
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

// Exit codes scripts rely on.
const (
	exitDone   = 0
	exitFailed = 1 // one clear line on stderr says why
	exitUsage  = 2
)

// cli is the whole command line; every field is a sub-command.
type cli struct {
	Serve     serveCmd     `cmd:"" help:"Run the box."`
	Demo      demoCmd      `cmd:"" help:"Make a box with an invented village."`
	Doctor    doctorCmd    `cmd:"" help:"Check a box's health."`
	Export    exportCmd    `cmd:"" help:"Write everything the box publishes to files."`
	SetupCode setupCodeCmd `cmd:"" help:"Print the code that proves the operator at first set-up."`
	Import    importCmd    `cmd:"" help:"Bring in a register, a table, a map or a calendar."`
	Peer      peerCmd      `cmd:"" help:"Key, links and exchange with neighbouring boxes."`
	User      userCmd      `cmd:"" help:"Add a person, reset a password, change a role."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// streams is where a sub-command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, onScreen(os.Stdout), onScreen(os.Stderr)})
	stop()
	os.Exit(code)
}

// run parses args, runs the sub-command and gives the exit code.
func run(ctx context.Context, args []string, std streams) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("copi"),
		kong.Description("A commune's own citizen network, in one box."),
		kong.Writers(std.out, std.err), kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(std), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return fail(std.err, err)
	}
	parsed, err := parser.Parse(args)
	if exited == exitDone {
		return exitDone // --help
	}
	if err != nil {
		_, _ = fmt.Fprintf(std.err, "copi: %v; see copi --help\n", err)
		return exitUsage
	}
	if err := parsed.Run(); err != nil && !errors.Is(err, context.Canceled) {
		return fail(std.err, err)
	}
	return exitDone
}

// fail prints err on one line.
func fail(w io.Writer, err error) int {
	_, _ = fmt.Fprintf(w, "copi: %s\n", appliance.OneLine(err))
	return exitFailed
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "copi", version)
	return err
}
