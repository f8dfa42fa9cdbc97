package appliance

import (
	"bytes"
	"os"

	"golang.org/x/sys/unix"
)

// Where Linux tells what board it runs on, and of a clock with a battery.
const (
	modelFile = "/proc/device-tree/model"
	rtcFile   = "/dev/rtc0"
)

// isPi tells whether this machine is a Raspberry Pi.
func isPi() bool {
	model, err := os.ReadFile(modelFile)
	return err == nil && bytes.Contains(model, []byte("Raspberry Pi"))
}

// keepsTime tells whether the machine's clock runs without power: every PC's
// does, a Pi's only with an extra part.
func keepsTime() bool {
	_, err := os.Stat(rtcFile)
	return !isPi() || err == nil
}

// switchedOn tells whether the machine was, a moment ago: a box that starts again
// by itself is not one that somebody switched on with a finger on its button.
func switchedOn() bool {
	var info unix.Sysinfo_t
	return unix.Sysinfo(&info) == nil && info.Uptime < 120
}

// powerOff stops the machine. Everything of ours is closed and synced by then;
// the LED's line goes dark with the power.
func powerOff() error {
	unix.Sync()
	return unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
}
