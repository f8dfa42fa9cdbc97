package main

import (
	"bytes"
	"io"
	"os"
)

// gokrazyInit is where a box that runs from an SD card has its init.
const gokrazyInit = "/gokrazy/init"

// onScreen also shows what is written to w on the box's screen and serial line
// when this program runs from an SD card. There gokrazy keeps a program's
// output in memory, where nobody sees it, and a person who plugs in a screen
// must find the set-up code, or why the box does not start. Anywhere else it
// gives w alone.
func onScreen(w io.Writer) io.Writer {
	if _, err := os.Stat(gokrazyInit); err != nil {
		return w
	}
	// The kernel's log: unlike /dev/console, it goes to every console.
	kmsg, err := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0)
	if err != nil {
		return w
	}
	return io.MultiWriter(w, kernelLog{kmsg})
}

// kernelLog writes each line as one record of the kernel's log; the kernel
// drops what comes too fast.
type kernelLog struct{ w io.Writer }

// Write never fails: a line too many for the kernel must not stop the box.
func (k kernelLog) Write(b []byte) (int, error) {
	for line := range bytes.Lines(b) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			_, _ = k.w.Write(append([]byte("<13>copi: "), line...)) // 13: facility user, level notice
		}
	}
	return len(b), nil
}
