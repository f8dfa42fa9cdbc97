package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
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
	out := cli.PathTo("dist/copi.img")
	b := newBuilt()
	return cli.Command{
		Name: "build", Help: "Build the image of an SD card.",
		Flags: func(f *flag.FlagSet) {
			f.Var(out, "out", "image `file` to write")
			f.Int64Var(&b.o.Size, "size", 2<<30, "`bytes` of the image; a power of two boots in QEMU's SD slot too")
			b.flags(f)
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			o, err := b.options(ctx, std)
			if err != nil {
				return err
			}
			o.Out = string(*out)
			if err := images.Build(ctx, o); err != nil {
				return err
			}
			o.Progress("done: write " + filepath.Base(o.Out) + " to a card with Raspberry Pi Imager, \"Use custom\"")
			return nil
		},
	}
}

// built are the flags of whatever is built from these sources.
type built struct {
	source, keys *cli.Path
	o            images.Options
}

// keysFile is where a repository keeps the public keys whose updates its boxes
// take.
const keysFile = "images/update-keys.txt"

func newBuilt() *built { return &built{source: cli.PathTo("."), keys: new(cli.Path)} }

func (b *built) flags(f *flag.FlagSet) {
	f.Var(b.source, "source", "root `directory` of the repository")
	f.Var(b.keys, "keys", "`file` of the public keys whose updates the box takes; "+keysFile+" when empty")
	f.Var((*cli.Several)(&b.o.Flags), "flag", "a `word` for go build, of the box alone; may be repeated")
	f.StringVar(&b.o.Version, "release", "", "what copi `version` answers; taken from git when empty")
}

// options are what the flags and the sources say.
func (b *built) options(ctx context.Context, std cli.Streams) (o images.Options, err error) {
	o = b.o
	o.Source, o.Progress = string(*b.source), progress(std.Err)
	if o.Epoch, err = sourceDate(ctx, o.Source); err != nil {
		return o, err
	}
	if o.Version == "" {
		o.Version, _ = git(ctx, o.Source, "describe", "--tags", "--always", "--dirty") // empty outside git
	}
	file := string(*b.keys)
	if file == "" {
		file = filepath.Join(o.Source, keysFile)
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && *b.keys == "" {
		return o, nil
	}
	o.Keys = keyLines(string(text))
	return o, err
}

// keyLines are the lines that are no comment and no heading of minisign's.
func keyLines(text string) (keys []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "untrusted comment:") {
			keys = append(keys, line)
		}
	}
	return keys
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
