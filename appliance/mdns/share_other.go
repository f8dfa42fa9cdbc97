//go:build !unix

package mdns

import "errors"

// sharePort is known for unix only; elsewhere the box is not announced.
func sharePort(uintptr) error { return errors.ErrUnsupported }
