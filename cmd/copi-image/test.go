package main

import (
	"context"
	"flag"
	"os"

	"copi.local/cmd/internal/cli"
	"copi.local/images"
)

// try boots an image and sees whether it is a box.
func try() cli.Command {
	image, source := cli.PathTo("dist/copi.img"), cli.PathTo(".")
	return cli.Command{
		Name: "test", Help: "Boot an image in QEMU, set it up, pull the plug and boot it again.",
		Flags: func(f *flag.FlagSet) {
			f.Var(image, "image", "image `file`; it is not changed")
			f.Var(source, "source", "root `directory` of the repository")
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			o := images.TrialOptions{Source: string(*source), Image: string(*image), Progress: progress(std.Err)}
			if _, err := os.Stat(o.Image); err != nil {
				return cli.Misused("%w", err)
			}
			if err := images.Trial(ctx, o); err != nil {
				return err
			}
			o.Progress("the image passed")
			return nil
		},
	}
}
