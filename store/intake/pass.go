package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/intake/format"
	"copi.local/store/listing"
)

// batch is how many things are written in one transaction.
const batch = 1000

// maxSeen bounds the things of one file whose numbers are remembered, to tell
// those that come twice: 32 bytes each.
const maxSeen = 1_000_000

// errPause ends a pass that has had its time.
var errPause = errors.New("enough for now")

// thing is what a record becomes: an element, or an event.
type thing struct {
	line    int
	element *directory.Element
	event   *happening
}

// pass is one reading of a file, to look or to write.
type pass struct {
	db     *store.DB
	run    *Run
	where  *where
	write  bool
	enough func() bool // asked after each batch; nil: never
	report Report
	sorts  sorts
	seen   map[[16]byte]struct{}
	taken  int64 // things before the batch under way
	batch  []thing
}

// read passes over a file. A pass that writes and is told it is enough fails
// with errPause; what it wrote stays.
func (p *pass) read(ctx context.Context, r io.Reader) error {
	if p.run.Format == format.Communes {
		return p.communes(ctx, r)
	}
	var home listing.Home
	err := p.db.View(ctx, func(tx *store.Tx) (err error) {
		home, err = listing.HomeOf(tx)
		return err
	})
	if err != nil {
		return err
	}
	if p.where, err = newWhere(home, p.run.Choices.Communes); err != nil {
		return err
	}
	p.report.Skips, p.sorts, p.seen = map[string]int64{}, sorts{}, map[[16]byte]struct{}{}
	c := &p.run.Choices
	err = format.Read(p.run.Format, r, format.Options{
		Match: c.Match, Kind: c.Kind, Streets: c.Streets, SoleTraders: c.SoleTraders,
	}, format.Visitor{
		Take:   func(r format.Record) error { return p.take(ctx, &r) },
		Refuse: p.refuse,
		Skip:   p.skip,
	})
	if err != nil {
		return err
	}
	return p.flush(ctx)
}

func (p *pass) refuse(f format.Fault) {
	p.report.Refused++
	if len(p.report.Faults) < MaxFaults {
		p.report.Faults = append(p.report.Faults, f)
	}
}

func (p *pass) skip(reason string) {
	p.report.Skipped++
	p.report.Skips[reason]++
}

// take turns a record into what the box keeps.
func (p *pass) take(ctx context.Context, r *format.Record) error {
	code, ok := p.where.commune(r)
	if !ok {
		p.skip(format.Elsewhere)
		return ctx.Err()
	}
	r.INSEE = code
	t := thing{line: r.Line}
	var name string
	var fault *format.Fault
	if r.Kind == format.KindEvent {
		var h happening
		h, fault = p.happening(r)
		t.event, name = &h, "event "+h.source
	} else {
		var e directory.Element
		e, fault = p.element(r)
		t.element, name = &e, e.Source.Name+" "+e.Source.ID
	}
	if fault == nil && !p.first(name) {
		fault = &format.Fault{Line: r.Line, Reason: format.Twice, Detail: listing.Clip(r.Name, 80)}
	}
	if fault != nil {
		p.refuse(*fault)
		return nil
	}
	if r.Repeats() {
		p.report.Repeats++
	}
	if len(p.report.First) < maxFirst {
		p.report.First = append(p.report.First, *r)
	}
	p.batch = append(p.batch, t)
	if len(p.batch) < batch {
		return nil
	}
	return p.flush(ctx)
}

// first tells whether a name comes for the first time in the file.
func (p *pass) first(name string) bool {
	sum := sha256.Sum256([]byte(name))
	key := [16]byte(sum[:16])
	if _, twice := p.seen[key]; twice {
		return false
	}
	if len(p.seen) < maxSeen {
		p.seen[key] = struct{}{}
	}
	return true
}

// flush looks at, or writes, the batch.
func (p *pass) flush(ctx context.Context) error {
	n := int64(len(p.batch))
	if n == 0 {
		return ctx.Err()
	}
	defer func() { p.batch, p.taken = p.batch[:0], p.taken+n }()
	if !p.write {
		return p.db.View(ctx, p.look)
	}
	if p.taken+n <= p.run.Position { // written before it was interrupted
		return ctx.Err()
	}
	var counts Counts
	err := p.db.Update(ctx, func(tx *store.Tx) (err error) {
		counts, err = p.store(tx, n)
		return err
	})
	if err != nil {
		return err
	}
	p.run.Position, p.run.State = p.taken+n, Writing
	p.run.add(counts)
	if p.enough != nil && p.enough() {
		return errPause
	}
	return nil
}

func (c *Counts) add(d Counts) {
	c.Added, c.Updated, c.Unchanged = c.Added+d.Added, c.Updated+d.Updated, c.Unchanged+d.Unchanged
	c.Kept, c.Same = c.Kept+d.Kept, c.Same+d.Same
}

func (c *Counts) count(o directory.Outcome) {
	switch o {
	case directory.New:
		c.Added++
	case directory.Updated:
		c.Updated++
	case directory.Unchanged:
		c.Unchanged++
	case directory.Kept:
		c.Kept++
	case directory.Same:
		c.Same++
	}
}

// look compares the batch with what the box has.
func (p *pass) look(tx *store.Tx) error {
	for _, t := range p.batch {
		if t.event != nil {
			o, _, err := t.event.compare(tx)
			if err != nil {
				return err
			}
			p.report.count(o)
			continue
		}
		if err := p.sorts.sort(tx, t.element); err != nil {
			return err
		}
		o, err := directory.Compare(tx, t.element)
		if err != nil {
			return err
		}
		p.report.count(o)
		if o != directory.New || len(p.report.Twins) >= maxTwins {
			continue
		}
		id, name, err := directory.Lookalike(tx, t.element)
		if err != nil {
			return err
		}
		if id != "" {
			p.report.Twins = append(p.report.Twins, Twin{t.line, t.element.Name, id, name})
		}
	}
	return nil
}

// store writes the batch and, in the same transaction, that it is written.
func (p *pass) store(tx *store.Tx, n int64) (c Counts, err error) {
	var elements []directory.Element
	for _, t := range p.batch {
		if t.element != nil {
			if err := p.sorts.sort(tx, t.element); err != nil {
				return c, err
			}
			elements = append(elements, *t.element)
			continue
		}
		o, err := t.event.write(tx, p.run.ID)
		if err != nil {
			return c, err
		}
		c.count(o)
	}
	outcomes, err := directory.Import(tx, p.run.ID, elements)
	if err != nil {
		return c, err
	}
	for _, o := range outcomes {
		c.count(o)
	}
	return c, written(tx, p.run.ID, p.taken, n, c)
}

// written notes that n things after the first at are. It fails when somebody
// else wrote them meanwhile, on another page.
func written(tx *store.Tx, run string, at, n int64, c Counts) error {
	res, err := tx.Exec(sqlBatch, n, c.Added, c.Updated, c.Unchanged, c.Kept, c.Same, run, at)
	if err != nil {
		return err
	}
	if rows, err := res.RowsAffected(); err != nil || rows == 1 {
		return err
	}
	return store.E(store.Conflict, "err.intake.elsewhere")
}
