package appliance

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestTheProgramsOwnPagesAreGivenBack: fewer pages of files are in memory, and
// the program goes on.
func TestTheProgramsOwnPagesAreGivenBack(t *testing.T) {
	before := fileMemory(t)
	forgetProgram()
	if after := fileMemory(t); after >= before {
		t.Errorf("%d kB of files in memory, %d kB before", after, before)
	}
}

// fileMemory is how much of files is mapped and in memory, in kB.
func fileMemory(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc")
	}
	_, rest, _ := strings.Cut(string(status), "RssFile:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestOnlyTheProgramIsGivenBack: what can be written to would be lost.
func TestOnlyTheProgramIsGivenBack(t *testing.T) {
	for line, want := range map[string]uintptr{
		"00010000-00012000 r-xp 00000000 fe:00 12   /copi":       0x2000,
		"00010000-00011000 r--p 00000000 fe:00 12   /copi":       0x1000,
		"00010000-00012000 rw-p 00000000 fe:00 12   /copi":       0,
		"00010000-00012000 r-xp 00000000 fe:00 12   /copi.so":    0,
		"00010000-00012000 r-xp 00000000 fe:00 12   /old/copi":   0,
		"00010000-00012000 ---p 00000000 fe:00 12   /copi":       0,
		"7f0000000000-7f0000001000 r-xp 00000000 00:00 0 [vdso]": 0,
		"nonsense": 0,
	} {
		if _, size := readOnlyMapping(line, "/copi"); size != want {
			t.Errorf("%s: %d bytes, want %d", line, size, want)
		}
	}
}
