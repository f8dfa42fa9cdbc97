package appliance

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"copi.local/store"
	"copi.local/ui"
)

// Program is what is running: its version and when it was built.
type Program struct {
	Version string
	Built   time.Time // zero when unknown
}

// Report writes what somebody who helps from afar wants to know of the box in
// dir, running or not. It says nothing about persons: no name, no text, no line
// of the log, no error of a check.
func Report(ctx context.Context, dir string, p Program, out io.Writer) error {
	db, c, err := openAtRest(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return (&health{db: db, clock: c, dir: dir, holidayFault: useHolidays(dir), program: p, machine: thisMachine}).report(ctx, out)
}

// report writes it.
func (h *health) report(ctx context.Context, out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "copi %s, built %s, %s/%s\n", h.program.Version, dayOf(h.program.Built), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(&b, "machine: %s, %d processors, Linux %s\n", h.machine.model(), runtime.NumCPU(), kernel())
	fmt.Fprintf(&b, "clock: %s, quality %d\n\n", h.clock.Now().UTC().Format(time.RFC3339), h.clock.Quality())
	if err := writeTree(&b, withoutDetails(h.Check(ctx))); err != nil {
		return err
	}
	counts, err := h.modules(ctx)
	if err != nil {
		counts = []string{"not readable"}
	}
	fmt.Fprintf(&b, "\ndatabase: %d bytes; rows: %s\n", sizeOf(database(h.dir)), strings.Join(counts, ", "))
	_, err = io.WriteString(out, b.String())
	return err
}

// modules lists how many rows each module has.
func (h *health) modules(ctx context.Context) (list []string, err error) {
	byModule := map[string]int64{}
	err = h.db.View(ctx, func(tx *store.Tx) error {
		counts, err := store.RowCounts(tx)
		for table, n := range counts {
			module, _, _ := strings.Cut(table, "_")
			byModule[module] += n
		}
		return err
	})
	for module, n := range byModule {
		list = append(list, fmt.Sprintf("%s %d", module, n))
	}
	slices.Sort(list)
	return list, err
}

// withoutDetails leaves the errors behind the checks out: they may name a file
// or what somebody wrote.
func withoutDetails(c ui.Check) ui.Check {
	c.Detail = ""
	parts := make([]ui.Check, len(c.Parts))
	for i, part := range c.Parts {
		parts[i] = withoutDetails(part)
	}
	c.Parts = parts
	return c
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.UTC().Format(time.DateOnly)
}

func sizeOf(path string) int64 {
	at, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return at.Size()
}

// kernel is the release of the running kernel.
func kernel() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return "unknown"
	}
	return unix.ByteSliceToString(u.Release[:])
}
