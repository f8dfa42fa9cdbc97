package appliance

import (
	"context"
	"time"

	"copi.local/store"
	"copi.local/ui"
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
	wifi    func() ui.Check         // the box's own Wi-Fi; nil for a box at rest
	faults  func() []store.JobFault // jobs that fail; nil for a box at rest, which looks at what it stored

	holidayFault error // of the operator's table of school holidays
	program      Program
	machine      machine
}

// Check builds the tree, as ui.Health asks.
func (h *health) Check(ctx context.Context) ui.Check {
	patient := ctx
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	if h.parts != nil {
		patient = ctx
	}
	parts := append(h.vital(ctx), h.machine.checks(h.dir)...)
	if parts[0].Status == ui.Fine { // the others would all say the same
		parts = append(parts, h.stored(ctx, patient)...)
	}
	parts = append(parts, h.holidays()...)
	parts = append(parts, h.age(), h.update())
	if h.wifi != nil {
		if c := h.wifi(); c.Key != "" { // it is on, or should be
			parts = append(parts, c)
		}
	}
	if h.parts != nil {
		parts = append(parts, h.running()...)
	}
	return ui.Check{Name: "box", Parts: parts}
}

// vital are the checks the LED shows. They are made after every commit, so they
// cost next to nothing. The database's comes first.
func (h *health) vital(ctx context.Context) []ui.Check {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	parts := []ui.Check{h.database(ctx), h.space(), h.time(), h.backups(ctx)}
	if h.network != nil {
		parts = append(parts, h.addresses())
	}
	return parts
}

// stored are the checks of what lies in the database. Those that read all of it
// are made of a box at rest, with patience; one that runs does so by its jobs.
func (h *health) stored(ctx, patient context.Context) []ui.Check {
	parts := append([]ui.Check{h.ledger(patient)}, h.jobs(ctx)...)
	if h.parts == nil {
		parts = append(parts, h.intact(patient), h.publicLog(patient), h.texts(patient), h.photos(patient))
	}
	return append(parts, h.duties(ctx)...)
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
