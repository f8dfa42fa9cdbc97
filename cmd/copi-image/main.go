// Command copi-image builds the SD card image of a box and boots it in QEMU.
// This package knows flags and exit codes; package images does the work.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"copi.local/cmd/internal/cli"
)

// copiImage is the whole command line.
func copiImage() cli.Command {
	return cli.Command{
		Name: "copi-image", Help: "Builds the SD card image of a CoPi box, and boots it in QEMU.",
		Family: []cli.Command{build(), publish(), updates(), key(), try()},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	std := cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	code := copiImage().Execute(ctx, os.Args[1:], std, error.Error)
	stop()
	os.Exit(code)
}
