package slot

import (
	"context"
	"time"
)

// Probation is one start of a card, as far as a version on trial goes.
type Probation struct {
	Data    string // directory with the trial
	Version string // that runs
	Rules   Rules
	Card    interface {
		Switch(ctx context.Context) error
		Restart(ctx context.Context) error
	}
	Well    func(ctx context.Context) bool // whether the box is
	Elapsed func() time.Duration           // since the start
	Pause   func(ctx context.Context)      // between two looks
}

// Run does what this start means for a trial: it counts it, waits for the
// verdict, and goes back where that is the verdict. It returns at once when
// nothing is on trial.
func (p Probation) Run(ctx context.Context) error {
	t, err := ReadTrial(p.Data)
	if err != nil || t.Version == "" || t.Version != p.Version {
		return err
	}
	switch t.Verdict {
	case Kept:
		return nil
	case Back: // power failed between the verdict and the switch
		return p.back(ctx, &t, t.Why)
	case None:
	}
	t.Starts++
	if t.Starts > p.Rules.Starts {
		return p.back(ctx, &t, WhyStarts)
	}
	if err := t.Write(p.Data); err != nil {
		return err
	}
	verdict, why := p.watch(ctx)
	switch verdict {
	case Kept:
		t.Verdict = Kept
		return t.Write(p.Data)
	case Back:
		return p.back(ctx, &t, why)
	case None:
	}
	return ctx.Err()
}

func (p Probation) watch(ctx context.Context) (Verdict, string) {
	w := NewWatch(p.Rules)
	for ctx.Err() == nil {
		if verdict, why := w.Look(p.Elapsed(), p.Well(ctx)); verdict != None {
			return verdict, why
		}
		p.Pause(ctx)
	}
	return None, ""
}

// back leaves the version: the verdict first, so that a power cut before the
// switch does not begin another trial.
func (p Probation) back(ctx context.Context, t *Trial, why string) error {
	t.Verdict, t.Why = Back, why
	if err := t.Write(p.Data); err != nil {
		return err
	}
	if err := p.Card.Switch(ctx); err != nil {
		return err
	}
	return p.Card.Restart(ctx)
}
