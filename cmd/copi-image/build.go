package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"copi.local/cmd/internal/cli"
	"copi.local/images"
)

// build makes the image and says where it is.
func build() cli.Command {
	out, source := cli.PathTo("dist/copi.img"), cli.PathTo(".")
	o := images.Options{}
	return cli.Command{
		Name: "build", Help: "Build the image of an SD card.",
		Flags: func(f *flag.FlagSet) {
			f.Var(out, "out", "image `file` to write")
			f.Var(source, "source", "root `directory` of the repository")
			f.Int64Var(&o.Size, "size", 2<<30, "`bytes` of the image; a power of two boots in QEMU's SD slot too")
			f.Var((*cli.Several)(&o.Flags), "flag", "a `word` for go build, of the box alone; may be repeated")
			f.StringVar(&o.Version, "release", "", "what copi `version` answers on the card; taken from git when empty")
		},
		Run: func(ctx context.Context, std cli.Streams) (err error) {
			o.Out, o.Source, o.Progress = string(*out), string(*source), progress(std.Err)
			if o.Epoch, err = sourceDate(ctx, o.Source); err != nil {
				return err
			}
			if o.Version == "" {
				o.Version, _ = git(ctx, o.Source, "describe", "--tags", "--always", "--dirty") // empty outside git
			}
			if err := images.Build(ctx, o); err != nil {
				return err
			}
			o.Progress("done: write " + filepath.Base(o.Out) + " to a card with Raspberry Pi Imager, \"Use custom\"")
			return nil
		},
	}
}

// progress prints one line per step.
func progress(w io.Writer) func(string) {
	return func(step string) { _, _ = fmt.Fprintf(w, "copi-image: %s\n", step) }
}

// sourceDate is the moment every file of the image shows: SOURCE_DATE_EPOCH,
// else the moment of the last commit, so that the same sources give the same
// image.
func sourceDate(ctx context.Context, dir string) (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		var err error
		if text, err = git(ctx, dir, "log", "-1", "--format=%ct"); err != nil {
			return time.Time{}, errors.New("set SOURCE_DATE_EPOCH: outside git nothing says when these sources were made")
		}
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q, not seconds since 1970", text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // arguments of our own
	cmd.Dir = dir
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}
