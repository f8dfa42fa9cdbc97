package stick

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// mount is a line of /proc/self/mountinfo (proc(5)).
type mount struct {
	device string // "8:1"
	dir    string
	kind   string
}

// readMounts reads the lines that can be of a disk.
func readMounts(r io.Reader) (list []mount, err error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		before, after, ok := strings.Cut(lines.Text(), " - ")
		head, tail := strings.Fields(before), strings.Fields(after)
		if !ok || len(head) < 6 || len(tail) < 1 || strings.HasPrefix(head[2], "0:") {
			continue
		}
		list = append(list, mount{device: head[2], dir: unescaped(head[4]), kind: tail[0]})
	}
	return list, lines.Err()
}

// unescaped turns \040 and its like back.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// forSticks tells whether a directory is one where desktops and administrators
// mount what is plugged in. A disk of which anything is mounted elsewhere is the
// machine's own.
func forSticks(dir string) bool {
	for _, root := range []string{"/media", "/run/media", "/mnt"} {
		if dir == root || strings.HasPrefix(dir, root+"/") {
			return true
		}
	}
	return false
}
