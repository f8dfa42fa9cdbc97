package appliance

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// The start parses every page and sentence, and the first jobs read much: most
// of that memory is free soon after. Later a busy hour leaves some behind.
const (
	startTook = 10 * time.Second
	hourTook  = 15 * time.Minute
)

// giveBack returns memory to the system which nothing needs any more: what the
// runtime keeps for itself, and what the program only ran once, is missing in
// the page cache of a small board.
func (b *box) giveBack(ctx context.Context) error {
	for wait := startTook; ; wait = hourTook {
		select {
		case <-ctx.Done():
			return nil
		case <-b.clock.After(wait):
			debug.FreeOSMemory()
			forgetProgram()
		}
	}
}

// forgetProgram takes the pages of the program's own file out of the process:
// those that are used come back at once from the page cache, those of the start
// do not. It is a favour to the system that may fail. Only what cannot be
// written to is dropped: that is the file again when it comes back (madvise(2),
// MADV_DONTNEED).
func forgetProgram() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return // not Linux
	}
	lines := bufio.NewScanner(bytes.NewReader(maps))
	for lines.Scan() {
		if from, size := readOnlyMapping(lines.Text(), program); size > 0 {
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, size, unix.MADV_DONTNEED)
		}
	}
}

// readOnlyMapping is where a line of /proc/self/maps (proc_pid_maps(5)) says that
// file lies and cannot be written to; of size 0 when it says something else.
func readOnlyMapping(line, file string) (from, size uintptr) {
	var to uintptr
	var may string
	if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &may); err != nil || to <= from {
		return 0, 0
	}
	if strings.Contains(may, "w") || !strings.HasPrefix(may, "r") || !strings.HasSuffix(line, " "+file) {
		return 0, 0
	}
	return from, to - from
}
