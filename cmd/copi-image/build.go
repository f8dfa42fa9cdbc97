package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"copi.local/images"
)

type buildCmd struct {
	Out     string `help:"Image file to write." default:"dist/copi.img" type:"path"`
	Source  string `help:"Root directory of the repository." default:"." type:"existingdir"`
	Size    int64  `help:"Bytes of the image; a power of two boots in QEMU's SD slot too." default:"2147483648"`
	Release string `help:"What copi version answers on the card; taken from git when empty."`
}

// Run builds the image and says where it is.
func (c buildCmd) Run(ctx context.Context, errs io.Writer) error {
	epoch, err := sourceDate(ctx, c.Source)
	if err != nil {
		return err
	}
	if c.Release == "" {
		c.Release, _ = git(ctx, c.Source, "describe", "--tags", "--always", "--dirty") // empty outside git
	}
	err = images.Build(ctx, images.Options{
		Source: c.Source, Out: c.Out, Size: c.Size, Epoch: epoch, Version: c.Release, Progress: progress(errs),
	})
	if err != nil {
		return err
	}
	progress(errs)("done: write " + filepath.Base(c.Out) + " to a card with Raspberry Pi Imager, \"Use custom\"")
	return nil
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
