package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Job is something a box does by itself, now and then: purge, remind, tell. Its
// Run is one transaction that acts for nobody, and is short: nobody writes
// meanwhile. A job that has much to do does a part of it and returns ErrMore.
//
// Run may come sooner or more often than Every says (a box that starts again,
// a clock that is set), so it looks at what there is to do and not at how often
// it was called. A run that changes nothing costs the SD card nothing. One that
// runs Soon must change nothing when there is nothing to do: its own commit
// wakes it again.
type Job struct {
	Name    string        // "moderation sources": the module, and what of it
	Every   time.Duration // an hour or more
	Expires bool          // it ends or deletes things by the time of day: not while the clock is unsure
	Soon    bool          // it also runs a moment after each commit
	Run     func(*Tx) error
}

// ErrMore is what a Run returns that did a part of its work: the part is kept,
// and the job runs again when others have had their turn.
var ErrMore = errors.New("more to do")

// Again is what a Run returns that knows when there is next something to do:
// the job runs then, or after Every when that comes first. What it did is kept.
func Again(at time.Time) error { return again{at} }

// More is ErrMore after a full helping: of a Run that looks after most things at
// once and found n.
func More(n, most int) error {
	if n >= most {
		return ErrMore
	}
	return nil
}

// MoreOrAgain is More, and after the last helping Again so long before what the
// query names, the seconds of an instant, or NULL when there is nothing to come.
func MoreOrAgain(tx *Tx, n, most int, query string, before time.Duration) error {
	if err := More(n, most); err != nil {
		return err
	}
	next, err := One(tx, Scan[*int64], query)
	if err != nil || next == nil {
		return err
	}
	return Again(Instant(*next).Add(-before))
}

type again struct{ at time.Time }

func (a again) Error() string { return "again at " + a.at.UTC().Format(time.RFC3339) }

// Pauses of a Runner: between looks at the clock, which may be set at any time,
// and after a failure, doubling.
const (
	lookEvery  = time.Minute
	settle     = 2 * time.Second // after a commit: others may follow
	firstRetry = time.Minute
	lastRetry  = time.Hour
	minEvery   = time.Hour
)

// JobFault is a job that fails.
type JobFault struct {
	Job, Err string
	Since    time.Time
}

// Runner runs jobs when they are due. What it must remember over a power cut
// is in store_jobs, written in the transaction of the run it tells of, and only
// when that run changed something: an idle box writes nothing.
//
// The time of day may jump. A job missed five times runs once. A next run lies
// never further off than Every, whatever the clock said when it was planned.
type Runner struct {
	db   *DB
	log  *slog.Logger
	jobs []Job

	mu    sync.Mutex // guards plans
	plans []plan     // of each job; nil until read
}

// plan is what is known of one job.
type plan struct {
	due    time.Time
	fails  int
	failed string // as stored
	since  time.Time
}

// NewRunner checks the jobs.
func NewRunner(db *DB, jobs []Job, log *slog.Logger) (*Runner, error) {
	names := map[string]bool{}
	for _, j := range jobs {
		if j.Name == "" || names[j.Name] || j.Run == nil || j.Every < minEvery {
			return nil, fmt.Errorf("job %q: no name of its own, nothing to run, or more often than %s", j.Name, minEvery)
		}
		names[j.Name] = true
	}
	return &Runner{db: db, jobs: jobs, log: log}, nil
}

// Run runs what is due until ctx ends.
func (r *Runner) Run(ctx context.Context) error {
	changed, woken := r.db.Changed(), false
	for {
		more, err := r.runDue(ctx, woken)
		if err != nil {
			return err
		}
		pause := lookEvery
		if more {
			pause = 0
		}
		select {
		case <-ctx.Done():
			return nil
		case <-r.db.clock.After(pause):
		case <-changed:
			select {
			case <-ctx.Done():
				return nil
			case <-r.db.clock.After(settle):
			}
		}
		next := r.db.Changed()
		woken = isClosed(changed) // also by a commit at the instant the pause ended
		changed = next
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// RunDue runs each job that is due once, and tells whether one has more to do.
// It fails only when it cannot read its plans.
func (r *Runner) RunDue(ctx context.Context) (more bool, err error) { return r.runDue(ctx, false) }

// runDue is RunDue; woken by a commit, it also runs what is to run soon.
func (r *Runner) runDue(ctx context.Context, woken bool) (more bool, err error) {
	if err := r.read(ctx); err != nil {
		return false, err
	}
	r.db.emptyLog(ctx)
	for i := range r.jobs {
		now, sure := r.db.clock.Now(), r.db.clock.Quality().Sure()
		r.mu.Lock()
		p := r.plans[i]
		r.mu.Unlock()
		p.due = earlier(p.due, now.Add(r.jobs[i].Every))
		due := !p.due.After(now) || woken && r.jobs[i].Soon && p.fails == 0
		if due && ctx.Err() == nil && (sure || !r.jobs[i].Expires) {
			more = r.try(ctx, &r.jobs[i], &p, now) || more
		}
		r.mu.Lock()
		r.plans[i] = p
		r.mu.Unlock()
	}
	return more, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// read fetches the plans once a process: nobody else writes them.
func (r *Runner) read(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.plans != nil {
		return nil
	}
	return r.db.View(ctx, func(tx *Tx) error {
		plans := make([]plan, len(r.jobs))
		for i, j := range r.jobs {
			p, err := One(tx, scanPlan, sqlJob, j.Name)
			if err != nil && KindOf(err) != NotFound {
				return err
			}
			if j.Soon && p.fails == 0 { // what it planned after a run that changed nothing is not stored
				p.due = time.Time{}
			}
			plans[i] = p
		}
		r.plans = plans
		return nil
	})
}

// try runs a job and notes how it went. What a failed run did is undone; its
// next try comes later each time.
func (r *Runner) try(ctx context.Context, j *Job, p *plan, now time.Time) (more bool) {
	next := plan{due: now.Add(j.Every)}
	err := r.db.quietly(ctx, func(tx *Tx) (changed bool, err error) {
		before, err := One(tx, Scan[int64], sqlChanges)
		if err != nil {
			return false, err
		}
		err = safely(j.Run, tx)
		if more = errors.Is(err, ErrMore); more {
			next.due, err = now, nil
		}
		if a, ok := errors.AsType[again](err); ok {
			next.due, err = earlier(next.due, a.at), nil
		}
		if err != nil {
			return false, err
		}
		after, err := One(tx, Scan[int64], sqlChanges)
		if err != nil || after == before && p.failed == "" {
			return false, err
		}
		_, err = tx.Exec(sqlJobRan, j.Name, next.due.Unix(), tx.Now.Unix())
		return true, err
	})
	if err == nil {
		*p = next
		return more
	}
	if ctx.Err() == nil { // not merely the box that stops
		r.fail(ctx, j, p, now, err)
	}
	return false
}

// fail plans another try, and stores why the last one failed when that is news.
func (r *Runner) fail(ctx context.Context, j *Job, p *plan, now time.Time, err error) {
	wait := min(firstRetry<<min(p.fails, 10), lastRetry)
	r.log.Error("job failed", slog.String("job", j.Name), slog.Any("err", err), slog.Duration("again_in", wait))
	news := p.failed != err.Error()
	if p.failed == "" {
		p.since = now
	}
	p.fails, p.due, p.failed = p.fails+1, now.Add(wait), err.Error()
	if !news {
		return
	}
	err = r.db.Update(ctx, func(tx *Tx) error {
		_, err := tx.Exec(sqlJobFailed, j.Name, p.due.Unix(), p.failed, p.since.Unix())
		return err
	})
	if err != nil {
		r.log.Error("failure of a job not stored", slog.String("job", j.Name), slog.Any("err", err))
	}
}

// safely makes an error of a panic: one job must not end the others.
func safely(run func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return run(tx)
}

// Faults lists the jobs that fail now.
func (r *Runner) Faults() []JobFault {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []JobFault
	for i, p := range r.plans {
		if p.failed != "" {
			list = append(list, JobFault{r.jobs[i].Name, p.failed, p.since})
		}
	}
	return list
}

// JobFaults lists the jobs that failed when last stored, for a box at rest.
func JobFaults(tx *Tx) ([]JobFault, error) {
	return All(tx, func(row Row) (f JobFault, err error) {
		var since int64
		err = row.Scan(&f.Job, &f.Err, &since)
		f.Since = time.Unix(since, 0).UTC()
		return f, err
	}, sqlJobFaults)
}

const (
	sqlChanges = `SELECT total_changes()` // rows changed by this connection since it was opened

	sqlJob    = `SELECT due_at, failed, coalesce(since, 0) FROM store_jobs WHERE name = ?`
	sqlJobRan = `INSERT INTO store_jobs (name, due_at, ran_at) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET due_at = excluded.due_at, ran_at = excluded.ran_at, failed = '', since = NULL`
	sqlJobFailed = `INSERT INTO store_jobs (name, due_at, failed, since) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET due_at = excluded.due_at, failed = excluded.failed, since = excluded.since`
	sqlJobFaults = `SELECT name, failed, since FROM store_jobs WHERE failed <> '' ORDER BY name`
)

func scanPlan(row Row) (p plan, err error) {
	var due, since int64
	err = row.Scan(&due, &p.failed, &since)
	p.due, p.since = time.Unix(due, 0), time.Unix(since, 0).UTC()
	if p.failed != "" {
		p.fails = 1
	}
	return p, err
}
