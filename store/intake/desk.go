package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/intake/format"
	"copi.local/store/listing"
)

// keepWaiting is how long a file waits to be looked at before it is forgotten.
const keepWaiting = 7 * 24 * time.Hour

// Desk receives files and works through them. It opens its own transactions,
// one for each batch.
type Desk struct {
	db  *store.DB
	dir string // where files wait
}

// NewDesk works on db and keeps files that wait in dir, which it makes.
func NewDesk(db *store.DB, dir string) *Desk { return &Desk{db, dir} }

// place is where the file of a run waits.
func (d *Desk) place(id string) string { return filepath.Join(d.dir, id) }

// Receive keeps a file of at most most bytes to be looked at. f may be empty:
// the file says what it is. What cannot be read is refused here, and nothing
// of it is kept.
func (d *Desk) Receive(ctx context.Context, name string, f format.Format, r io.Reader, most int64) (run Run, err error) {
	if err := d.Sweep(ctx); err != nil {
		return run, err
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return run, err
	}
	run = Run{ID: store.NewID(), Format: f, File: base(name), State: Waiting, Choices: Choices{Label: Label(name)}}
	if run.Size, err = d.spool(run.ID, r, most); err == nil {
		err = d.admit(ctx, &run)
	}
	if err != nil {
		return run, errors.Join(err, gone(os.Remove(d.place(run.ID))))
	}
	return run, nil
}

// spool writes a file to the card.
func (d *Desk) spool(id string, r io.Reader, most int64) (size int64, err error) {
	out, err := os.OpenFile(d.place(id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	size, err = io.Copy(out, io.LimitReader(r, most+1))
	if err == nil && size > most {
		err = store.E(store.Invalid, "err.intake.large", "mb", most>>20).At("file")
	}
	return size, err
}

// admit finds out what a file is and remembers it.
func (d *Desk) admit(ctx context.Context, run *Run) error {
	detected, err := d.detect(run.ID)
	if err != nil {
		return Explain(err)
	}
	if run.Format == "" {
		run.Format = detected
	}
	return d.db.Update(ctx, func(tx *store.Tx) error {
		var err error
		if run.Choices.Communes, err = Territory(tx); err != nil {
			return err
		}
		return create(tx, run)
	})
}

func (d *Desk) detect(id string) (f format.Format, err error) {
	in, err := os.Open(d.place(id))
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return format.Detect(in)
}

// create remembers a run.
func create(tx *store.Tx, run *Run) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	run.By, run.CreatedAt = tx.Actor.ID, tx.Now
	choices, err := json.Marshal(run.Choices)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlInsert, run.ID, run.Format, run.File, run.Size, run.State, string(choices), run.By, run.CreatedAt.Unix())
	return err
}

// Choose says how a waiting file is to be read.
func (d *Desk) Choose(ctx context.Context, id string, f format.Format, c Choices) error {
	choices, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return d.db.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Actor.Need(store.Operator); err != nil {
			return err
		}
		_, err := tx.Exec(sqlChoose, f, string(choices), id)
		return err
	})
}

// Look is the beginning of a waiting table.
func (d *Desk) Look(id string, rows int) (s format.Sample, err error) {
	in, err := os.Open(d.place(id))
	if err != nil {
		return s, missing(err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	s, err = format.Look(in, rows)
	return s, Explain(err)
}

// Preview reads a waiting file to its end and tells what importing it would do.
func (d *Desk) Preview(ctx context.Context, run *Run) (report Report, err error) {
	in, err := os.Open(d.place(run.ID))
	if err != nil {
		return report, missing(err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return d.Survey(ctx, run, in)
}

// Survey tells what importing a file would do.
func (d *Desk) Survey(ctx context.Context, run *Run, r io.Reader) (Report, error) {
	p := pass{db: d.db, run: run}
	err := p.read(ctx, r)
	return p.report, Explain(err)
}

// Write writes a waiting file, from where it stopped, until it is done or
// enough says so between two batches; it is called again then. The file is
// removed when it is done.
func (d *Desk) Write(ctx context.Context, run *Run, enough func() bool) (report Report, err error) {
	in, err := os.Open(d.place(run.ID))
	if err != nil {
		return report, missing(err)
	}
	report, err = d.work(ctx, run, in, enough)
	err = errors.Join(err, in.Close())
	if err == nil && run.State == Done {
		err = gone(os.Remove(d.place(run.ID)))
	}
	return report, err
}

// Import writes a file that the desk does not keep: it is looked at first, so
// that one which cannot be read to its end leaves nothing behind.
func (d *Desk) Import(ctx context.Context, run *Run, r io.ReadSeeker) (Report, error) {
	report, err := d.Survey(ctx, run, r)
	if err != nil {
		return report, err
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return report, err
	}
	run.ID, run.State = store.NewID(), Waiting
	if err := d.db.Update(ctx, func(tx *store.Tx) error { return create(tx, run) }); err != nil {
		return report, err
	}
	twins := report.Twins
	report, err = d.work(ctx, run, r, nil)
	report.Twins = twins
	return report, err
}

// work writes a file and closes its run.
func (d *Desk) work(ctx context.Context, run *Run, r io.Reader, enough func() bool) (Report, error) {
	p := pass{db: d.db, run: run, write: true, enough: enough}
	err := p.read(ctx, r)
	if errors.Is(err, errPause) {
		return p.report, nil
	}
	if err != nil {
		return p.report, Explain(err)
	}
	run.Refused, run.Skipped = p.report.Refused, p.report.Skipped
	err = d.db.Update(ctx, func(tx *store.Tx) error { return finish(tx, run, p.report.Faults) })
	if err == nil {
		run.State = Done
		p.report.Counts = run.Counts
	}
	return p.report, err
}

func finish(tx *store.Tx, run *Run, faults []format.Fault) error {
	if _, err := tx.Exec(sqlFaultsOff, run.ID); err != nil {
		return err
	}
	for i, f := range faults {
		if _, err := tx.Exec(sqlFaultAdd, run.ID, i+1, f.Line, f.Reason, f.Detail); err != nil {
			return err
		}
	}
	run.EndedAt = tx.Now
	_, err := tx.Exec(sqlEnd, run.Refused, run.Skipped, tx.Now.Unix(), run.ID)
	return err
}

// Discard forgets a file that waits.
func (d *Desk) Discard(ctx context.Context, id string) error {
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		run, err := Get(tx, id)
		if err != nil {
			return err
		}
		if run.State != Waiting {
			return store.E(store.Conflict, "err.intake.begun")
		}
		_, err = tx.Exec(sqlDrop, id)
		return err
	})
	if err != nil {
		return err
	}
	return gone(os.Remove(d.place(id)))
}

// Undo takes out again what a run made, but for what somebody claimed or
// changed. What it updated stays as it is. It may be called again.
func (d *Desk) Undo(ctx context.Context, id string) (removed int64, err error) {
	after := ""
	events := func(tx *store.Tx) (n int, more bool, err error) {
		var looked int
		after, looked, n, err = undoEvents(tx, id, after, batch)
		return n, looked == batch, err
	}
	elements := func(tx *store.Tx) (n int, more bool, err error) {
		n, err = directory.Undo(tx, id, batch)
		return n, n == batch, err
	}
	for _, step := range []func(*store.Tx) (int, bool, error){events, elements} {
		for more := true; more; {
			n := 0
			err := d.db.Update(ctx, func(tx *store.Tx) (err error) {
				if n, more, err = undoStep(tx, id, step); err != nil {
					return err
				}
				_, err = tx.Exec(sqlUndone, n, id)
				return err
			})
			if err != nil {
				return removed, err
			}
			removed += int64(n)
		}
	}
	return removed, gone(os.Remove(d.place(id))) // of one that was interrupted half-way
}

func undoStep(tx *store.Tx, id string, step func(*store.Tx) (int, bool, error)) (n int, more bool, err error) {
	run, err := Get(tx, id)
	if err != nil {
		return 0, false, err
	}
	if run.State == Waiting || run.Format == format.Communes {
		return 0, false, store.E(store.Conflict, "err.intake.not_begun")
	}
	return step(tx)
}

// Sweep forgets files nobody looked at for a week, and what a power cut left.
func (d *Desk) Sweep(ctx context.Context) error {
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Actor.Need(store.Operator); err != nil {
			return err
		}
		if !tx.ClockQuality().Sure() {
			return nil
		}
		old, err := store.All(tx, store.Scan[string], sqlOld, tx.Now.Add(-keepWaiting).Unix())
		for _, id := range old {
			if _, err := tx.Exec(sqlDrop, id); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return d.removeStrays(ctx)
}

// removeStrays removes files no run waits for.
func (d *Desk) removeStrays(ctx context.Context) error {
	files, err := os.ReadDir(d.dir)
	if err != nil {
		return gone(err)
	}
	for _, f := range files {
		var state State
		err := d.db.View(ctx, func(tx *store.Tx) error {
			run, err := Get(tx, f.Name())
			state = run.State
			return err
		})
		switch {
		case store.KindOf(err) == store.NotFound, err == nil && state != Waiting && state != Writing:
			info, err := f.Info()
			if err != nil || info.ModTime().After(d.db.Clock().Now().Add(-time.Hour)) {
				continue // somebody may be sending it
			}
			if err := gone(os.Remove(d.place(f.Name()))); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
	return nil
}

// gone forgives that a file is not there.
func gone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// missing says that a file that should wait does not.
func missing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return store.E(store.Conflict, "err.intake.missing").Because(err)
	}
	return err
}

// Explain gives a file that cannot be read a sentence for whoever brought it.
func Explain(err error) error {
	if b, ok := errors.AsType[*format.Broken](err); ok {
		return store.E(store.Invalid, "err.intake.file_"+b.Reason, "line", b.Line, "detail", b.Detail).At("file").Because(b)
	}
	return err
}

// base is the name of a file without its way.
func base(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if name = listing.Clip(listing.Plain(name), 100); name == "" {
		return "?"
	}
	return name
}

// Label is a name for all versions of a file: without its ending, and without
// the numbers that browsers and people add.
func Label(name string) string {
	name = base(name)
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return strings.TrimRight(listing.Fold(name), " 0123456789")
}
