package store

import (
	"bufio"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// format is how a database file is laid out: which migrations have run, and the
// oldest program that may use it all the same. A box that goes back to the
// program it had before an update finds what was written meanwhile, and goes on
// with it: nothing is undone, nothing is lost.
//
// SQLite's user_version holds both, oldest above number, 16 bits each: it is
// read from the file's header, and changes in the transaction of a migration.
type format struct {
	number int // migrations that have run
	oldest int // number of the oldest program that may use it
}

const formatBits = 16

func formatOf(userVersion uint32) format {
	f := format{number: int(userVersion & (1<<formatBits - 1)), oldest: int(userVersion >> formatBits)}
	if f.oldest == 0 { // written before there were two
		f.oldest = f.number
	}
	return f
}

func (f format) userVersion() uint32 { return uint32(f.oldest)<<formatBits | uint32(f.number) }

// usable tells whether a program that knows so many migrations may use it.
func (f format) usable(known int) bool { return min(f.number, f.oldest) <= known }

// firstKept is the format from which on older programs are kept in mind: none
// before it was ever released.
const firstKept = 63

// opens is the line by which a migration says that programs of an older format
// cannot use what it leaves. A column goes in two releases: one that no longer
// uses it, and one whose migration takes it away and names the format of the
// first in this line.
const opens = "-- opens from "

// formats lists the format after each migration, in order.
func formats(names []string) ([]format, error) {
	list := make([]format, len(names))
	oldest := 0
	for i, name := range names {
		script, err := fs.ReadFile(migrations, name)
		if err != nil {
			return nil, err
		}
		from, err := opensFrom(string(script), i+1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if i < firstKept {
			from = i + 1
		}
		oldest = max(oldest, from)
		list[i] = format{number: i + 1, oldest: oldest}
	}
	return list, nil
}

// opensFrom reads the line of a migration, the n-th; 0 where it has none, and
// every older program may go on.
func opensFrom(script string, n int) (int, error) {
	lines := bufio.NewScanner(strings.NewReader(script))
	for lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), opens)
		if !ok {
			continue
		}
		from, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || from < 1 || from > n {
			return 0, fmt.Errorf("%q names no format up to %d", lines.Text(), n)
		}
		return from, nil
	}
	return 0, lines.Err()
}

// Formats are the format this program writes, and the oldest one whose programs
// may use what it leaves. An update carries both.
func Formats() (number, oldest int, err error) {
	names, err := migrationNames()
	if err != nil {
		return 0, 0, err
	}
	list, err := formats(names)
	if err != nil {
		return 0, 0, err
	}
	last := list[len(list)-1]
	return last.number, last.oldest, nil
}
