//go:build !linux

package panel

import (
	"errors"
	"os"
	"time"
)

// Elsewhere than on Linux the LED and the button are on the status page only.

func attended(*os.File) bool { return false }

func keyByKey(*os.File) (restore func(), err error) { return nil, errors.ErrUnsupported }

func readable(*os.File, time.Duration) bool { return false }
