//go:build !linux

package hotspot

import (
	"errors"
	"os/exec"
	"syscall"
)

// settable tells that a box has a Wi-Fi of its own under Linux only.
const settable = false

func raise(string) error        { return errors.ErrUnsupported }
func lower(string, bool) error  { return nil }
func noWayThrough(string) error { return errors.ErrUnsupported }
func loadModule(string) error   { return errors.ErrUnsupported }

func bind(string) func(network, address string, c syscall.RawConn) error {
	return func(string, string, syscall.RawConn) error { return errors.ErrUnsupported }
}

func start(cmd *exec.Cmd) error { return cmd.Start() }
