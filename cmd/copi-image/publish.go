package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"copi.local/cmd/internal/cli"
	"copi.local/images"
)

// publish makes of an image what people download.
func publish() cli.Command {
	image, source, url := cli.PathTo("dist/copi.img"), cli.PathTo("."), ""
	return cli.Command{
		Name: "publish", Help: "Compress an image, and write the file by which Raspberry Pi Imager knows it.",
		Flags: func(f *flag.FlagSet) {
			f.Var(image, "image", "image `file`; it is not changed")
			f.Var(source, "source", "root `directory` of the repository")
			f.StringVar(&url, "url", "", "`address` from which the compressed image will be downloaded; where it lies on this machine when empty")
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			if _, err := os.Stat(string(*image)); err != nil {
				return cli.Misused("%w", err)
			}
			at, err := sourceDate(ctx, string(*source))
			if err != nil {
				return err
			}
			version, _ := git(ctx, string(*source), "describe", "--tags", "--always", "--dirty") // empty outside git
			name := strings.TrimSuffix(string(*image), filepath.Ext(string(*image)))
			p, err := images.Pack(ctx, string(*image), name+".img.gz")
			if err != nil {
				return err
			}
			text, err := images.Manifest(p, version, url, at)
			if err != nil {
				return err
			}
			if err := os.WriteFile(name+".rpi-imager-manifest", text, 0o644); err != nil { //nolint:gosec // to be given away
				return err
			}
			progress(std.Err)(fmt.Sprintf("%s: %.1f MB; open %s.rpi-imager-manifest with Raspberry Pi Imager", filepath.Base(p.File), float64(p.Size)/1e6, filepath.Base(name)))
			return nil
		},
	}
}
