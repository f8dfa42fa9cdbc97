package appliance

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"copi.local/store/durable"
	"copi.local/ui"
)

// Bounds of the free space on the card (OPERATIONS.md §1.2, "Full disk"):
// below the first the operator is told, below the second nothing new fits.
const (
	lowShare, lowBytes = 0.15, 500 << 20
	fullShare          = 0.03
)

// space compares the free space with the bounds.
func (h *health) space() ui.Check {
	c := ui.Check{Name: "space"}
	free, total, err := durable.Room(h.dir)
	if err != nil {
		c.Status, c.Key = ui.Broken, "health.space.unknown"
		return c
	}
	c.Key, c.Status = spaceGrade(free, total)
	c.Args = []any{"free", ui.Bytes(free)}
	return c
}

// spaceGrade grades free bytes of a card of total bytes.
func spaceGrade(free, total int64) (key string, status ui.Status) {
	share := float64(free) / float64(max(total, 1))
	switch {
	case share < fullShare:
		return "health.space.full", ui.Broken
	case share < lowShare || free < lowBytes:
		return "health.space.low", ui.Notice
	default:
		return "health.space.ok", ui.Fine
	}
}

// Bounds of what the machine tells about itself.
const (
	fewFiles    = 0.05     // share of the card's files that may still be made
	lowMemory   = 48 << 20 // bytes that programs could still get
	hotDegrees  = 80       // °C; a Pi slows itself down from there
	olderCopies = 3        // copies from before migrations that are worth keeping
)

// machine is where Linux tells about itself and the card; root is "/", in tests
// a directory.
type machine struct{ root string }

// thisMachine is the one the program runs on.
var thisMachine = machine{root: "/"}

// checks are those of the machine and of the card the directory lies on. What
// a machine does not tell is left out.
func (m machine) checks(dir string) (parts []ui.Check) {
	for _, look := range []func(string) (ui.Check, bool){m.files, m.writable, m.cardErrors, m.private, m.copies, m.memory, m.heat, m.power} {
		if c, ok := look(dir); ok {
			parts = append(parts, c)
		}
	}
	return parts
}

// model names the board.
func (m machine) model() string {
	text, err := os.ReadFile(filepath.Join(m.root, modelFile))
	if err != nil {
		return "a PC"
	}
	return string(bytes.Trim(text, "\x00\n "))
}

// files tells whether more files fit: a card with free bytes can be out of them.
func (m machine) files(dir string) (ui.Check, bool) {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil || fs.Files == 0 { // some file systems have no bound
		return ui.Check{}, false
	}
	if float64(fs.Ffree) < fewFiles*float64(fs.Files) {
		return ui.Check{Name: "files", Status: ui.Notice, Key: "health.files.few"}, true
	}
	return ui.Check{Name: "files", Key: "health.files.ok"}, true
}

// writable tells of a card that the system has locked, as it does after errors.
func (m machine) writable(dir string) (ui.Check, bool) {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil {
		return ui.Check{}, false
	}
	if fs.Flags&unix.ST_RDONLY != 0 {
		return ui.Check{Name: "writable", Status: ui.Broken, Key: "health.writable.locked"}, true
	}
	return ui.Check{Name: "writable", Key: "health.writable.ok"}, true
}

// cardErrors reads how many errors ext4 has met on the card since it was
// formatted (Linux, Documentation/admin-guide/ext4.rst).
func (m machine) cardErrors(dir string) (ui.Check, bool) {
	var at unix.Stat_t
	if unix.Stat(dir, &at) != nil {
		return ui.Check{}, false
	}
	device, err := os.Readlink(filepath.Join(m.root, "sys/dev/block", fmt.Sprintf("%d:%d", unix.Major(at.Dev), unix.Minor(at.Dev))))
	if err != nil {
		return ui.Check{}, false
	}
	n, ok := m.number("sys/fs/ext4", filepath.Base(device), "errors_count")
	switch {
	case !ok:
		return ui.Check{}, false
	case n > 0:
		return ui.Check{Name: "card", Status: ui.Notice, Key: "health.card.errors", Args: []any{"n", int(n)}}, true
	}
	return ui.Check{Name: "card", Key: "health.card.ok"}, true
}

// private tells whether others on the machine could read the data.
func (m machine) private(dir string) (ui.Check, bool) {
	for _, path := range []string{dir, database(dir), filepath.Join(dir, "box.key")} {
		if at, err := os.Stat(path); err == nil && at.Mode().Perm()&0o077 != 0 && (path == dir || at.Mode().IsRegular()) {
			if path == dir && at.Mode().Perm()&0o007 == 0 {
				continue // a group of the machine's keeper
			}
			return ui.Check{Name: "private", Status: ui.Notice, Key: "health.private.open", Detail: filepath.Base(path) + " " + at.Mode().Perm().String(), Kept: true}, true
		}
	}
	return ui.Check{Name: "private", Key: "health.private.ok"}, true
}

// copies counts the copies of the database from before migrations: old ones
// only take room.
func (m machine) copies(dir string) (ui.Check, bool) {
	list, err := filepath.Glob(database(dir) + ".before-*")
	if err != nil || len(list) <= olderCopies {
		return ui.Check{}, false
	}
	var size int64
	for _, path := range list {
		if at, err := os.Stat(path); err == nil {
			size += at.Size()
		}
	}
	return ui.Check{Name: "copies", Status: ui.Notice, Key: "health.copies.many", Args: []any{"n", len(list), "size", ui.Bytes(size)}, Kept: true}, true
}

// memory reads what programs could still get (proc(5), MemAvailable).
func (m machine) memory(string) (ui.Check, bool) {
	text, err := os.ReadFile(filepath.Join(m.root, "proc/meminfo"))
	if err != nil {
		return ui.Check{}, false
	}
	_, rest, found := bytes.Cut(text, []byte("MemAvailable:"))
	fields := bytes.Fields(rest)
	if !found || len(fields) == 0 {
		return ui.Check{}, false
	}
	kib, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil {
		return ui.Check{}, false
	}
	c := ui.Check{Name: "memory", Key: "health.memory.ok", Args: []any{"free", ui.Bytes(kib << 10)}}
	if kib<<10 < lowMemory {
		c.Status, c.Key = ui.Notice, "health.memory.low"
	}
	return c, true
}

// heat reads the processor's temperature, in thousandths of a degree.
func (m machine) heat(string) (ui.Check, bool) {
	n, ok := m.number("sys/class/thermal/thermal_zone0/temp")
	if !ok {
		return ui.Check{}, false
	}
	c := ui.Check{Name: "heat", Key: "health.heat.ok", Args: []any{"degrees", int(n / 1000)}}
	if n >= hotDegrees*1000 {
		c.Status, c.Key = ui.Notice, "health.heat.hot"
	}
	return c, true
}

// power reads whether a Pi's supply has been too weak since its start: the
// alarm of the driver raspberrypi-hwmon, whose name is rpi_volt.
func (m machine) power(string) (ui.Check, bool) {
	sensors, _ := filepath.Glob(filepath.Join(m.root, "sys/class/hwmon/hwmon*/name")) // fails for a bad pattern only
	for _, path := range sensors {
		name, err := os.ReadFile(path)
		if err != nil || string(bytes.TrimSpace(name)) != "rpi_volt" {
			continue
		}
		rel, _ := filepath.Rel(m.root, filepath.Dir(path)) // below root, by the pattern
		alarm, ok := m.number(rel, "in0_lcrit_alarm")
		if !ok {
			continue
		}
		if alarm != 0 {
			return ui.Check{Name: "power", Status: ui.Notice, Key: "health.power.weak"}, true
		}
		return ui.Check{Name: "power", Key: "health.power.ok"}, true
	}
	return ui.Check{}, false
}

// number reads a file that holds one number; false where there is none.
func (m machine) number(path ...string) (int64, bool) {
	text, err := fs.ReadFile(os.DirFS(m.root), filepath.Join(path...))
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
	return n, err == nil
}
