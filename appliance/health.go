package appliance

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"copi.local/store"
	"copi.local/store/timebank"
	"copi.local/ui"
)

// Bounds of the free space on the card (OPERATIONS.md §1.2, "Full disk"):
// below the first the operator is told, below the second nothing new fits.
const (
	lowShare, lowBytes = 0.15, 500 << 20
	fullShare          = 0.03
)

// checkWithin is how long one check may take: the status page must answer when
// the box does not.
const checkWithin = time.Second

// health looks at every part of the box. The same checks are behind /etat,
// /healthz and copi doctor, which has no running parts to look at.
type health struct {
	db      *store.DB
	clock   store.Clock
	dir     string
	parts   func() map[string]error // parts that do not run; nil for a box at rest
	network func() []string         // addresses of the box; nil for a box at rest
	faults  func() []store.JobFault // jobs that fail; nil for a box at rest, which looks at what it stored

	holidayFault error // of the operator's table of school holidays
}

// Check builds the tree, as ui.Health asks.
func (h *health) Check(ctx context.Context) ui.Check {
	patient := ctx
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	parts := []ui.Check{h.database(ctx), h.space(), h.time()}
	if h.parts != nil {
		patient = ctx
	}
	parts = append(parts, h.ledger(patient), h.backups(ctx))
	parts = append(parts, h.jobs(ctx)...)
	parts = append(parts, h.holidays()...)
	if h.network != nil {
		parts = append(parts, h.addresses())
	}
	if h.parts != nil {
		parts = append(parts, h.running()...)
	}
	return ui.Check{Name: "box", Parts: parts}
}

// database reads one row: a file that is gone or locked shows here.
func (h *health) database(ctx context.Context) ui.Check {
	c := ui.Check{Name: "database", Key: "health.database.ok"}
	err := h.db.View(ctx, func(tx *store.Tx) error {
		return tx.QueryRow("SELECT count(*) FROM sqlite_schema").Scan(new(int))
	})
	if err != nil {
		c.Status, c.Key = ui.Broken, "health.database.broken"
	}
	return c
}

// ledger tells whether the time bank's balances are those its movements make.
// A box that runs looked at its start, and does so each day; for one at rest
// they are looked at now, which may take longer than other checks.
func (h *health) ledger(ctx context.Context) ui.Check {
	wrong := errors.New("found by the last audit")
	err := h.db.View(ctx, func(tx *store.Tx) error {
		if h.parts == nil {
			wrong = timebank.Verify(tx)
			return nil
		}
		rules, err := timebank.RulesOf(tx)
		if rules.WrongAt.IsZero() {
			wrong = nil
		}
		return err
	})
	switch {
	case err != nil: // the database's own check says it
		return ui.Check{Name: "timebank", Status: ui.Notice, Key: "health.timebank.unknown"}
	case wrong != nil:
		return ui.Check{Name: "timebank", Status: ui.Broken, Key: "health.timebank.broken", Detail: wrong.Error()}
	default:
		return ui.Check{Name: "timebank", Key: "health.timebank.ok"}
	}
}

// space compares the free space with the bounds.
func (h *health) space() ui.Check {
	c := ui.Check{Name: "space"}
	var fs unix.Statfs_t
	if err := unix.Statfs(h.dir, &fs); err != nil {
		c.Status, c.Key = ui.Broken, "health.space.unknown"
		return c
	}
	free, total := int64(fs.Bavail)*fs.Bsize, int64(fs.Blocks)*fs.Bsize
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

// time tells how far the clock is to be trusted.
func (h *health) time() ui.Check {
	c := ui.Check{Name: "clock", Key: "health.clock.ok"}
	if !h.clock.Quality().Sure() {
		c.Status, c.Key = ui.Notice, "health.clock.unsure"
	}
	return c
}

// jobs lists what the box does by itself and cannot.
func (h *health) jobs(ctx context.Context) []ui.Check {
	var faults []store.JobFault
	if h.faults != nil {
		faults = h.faults()
	} else if err := h.db.View(ctx, func(tx *store.Tx) (err error) {
		faults, err = store.JobFaults(tx)
		return err
	}); err != nil {
		return nil // the database's own check says it
	}
	var out []ui.Check
	for _, f := range faults {
		out = append(out, ui.Check{
			Name: "jobs", Status: ui.Notice, Key: "health.job.failed", Args: []any{"job", f.Job, "since", f.Since}, Detail: f.Err,
		})
	}
	if len(out) == 0 {
		out = append(out, ui.Check{Name: "jobs", Key: "health.job.ok"})
	}
	return out
}

// addresses tells where the box can be reached.
func (h *health) addresses() ui.Check {
	c := ui.Check{Name: "network", Key: "health.network.ok"}
	if len(h.network()) == 0 {
		c.Status, c.Key = ui.Notice, "health.network.none"
	}
	return c
}

// running lists the parts that stopped and wait to start again.
func (h *health) running() []ui.Check {
	var out []ui.Check
	for name, err := range h.parts() {
		out = append(out, ui.Check{
			Name: name, Status: ui.Notice, Key: "health.part.failed", Args: []any{"part", name}, Detail: err.Error(),
		})
	}
	if len(out) == 0 {
		out = append(out, ui.Check{Name: "parts", Key: "health.part.ok"})
	}
	return out
}
