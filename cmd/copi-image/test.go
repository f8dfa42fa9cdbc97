package main

import (
	"context"
	"io"

	"copi.local/images"
)

type testCmd struct {
	Image  string `help:"Image file; it is not changed." default:"dist/copi.img" type:"existingfile"`
	Source string `help:"Root directory of the repository." default:"." type:"existingdir"`
}

// Run tries the image.
func (c testCmd) Run(ctx context.Context, errs io.Writer) error {
	if err := images.Trial(ctx, images.TrialOptions{Source: c.Source, Image: c.Image, Progress: progress(errs)}); err != nil {
		return err
	}
	progress(errs)("the image passed")
	return nil
}
