package appliance

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"

	"copi.local/appliance/panel"
	"copi.local/appliance/slot"
	"copi.local/appliance/update"
	"copi.local/store"
	"copi.local/ui"
)

// rootCard is the card as an update needs it.
type rootCard interface {
	update.Slot
	Switch(ctx context.Context) error
	Restart(ctx context.Context) error
}

// updater takes an update while the box runs, onto the idle place of the card,
// and switches to it when somebody says so.
type updater struct {
	keys  update.Keys
	box   update.Box
	card  rootCard
	dir   string // the data directory
	db    *store.DB
	clock store.Clock
	log   *slog.Logger
	busy  func(panel.Conditions) // panel.Busy or 0, for the LED
	well  func(context.Context) bool

	written atomic.Int64

	mu    sync.Mutex // guards the rest
	state ui.Update
}

var _ ui.Updater = (*updater)(nil)

// The errors of asking for a step when it is not its turn.
var (
	errUpdateUnderWay = store.E(store.Conflict, "err.update.under_way")
	errUpdateOther    = store.E(store.Conflict, "err.update.other")
)

// newUpdater is nil where the box does not run from a card with two roots, or
// was built without keys.
func (b *box) newUpdater() (*updater, error) {
	keys, err := update.ParseKeys(b.cfg.UpdateKeys)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	card, err := slot.OpenCard()
	if errors.Is(err, slot.ErrNoCard) {
		return nil, nil //nolint:nilnil // a box without
	}
	if err != nil {
		return nil, err
	}
	number, _, err := store.Formats()
	if err != nil {
		return nil, err
	}
	u := &updater{
		keys: keys, card: card, dir: b.cfg.Data, db: b.db, clock: b.clock, log: b.log,
		box:  update.Box{Version: b.cfg.Version, Built: b.cfg.Built, Kernel: slot.Kernel(), Format: number},
		busy: func(busy panel.Conditions) { b.front.set(panel.Busy, busy) },
		well: func(ctx context.Context) bool { return b.health.Check(ctx).Worst() != ui.Broken },
	}
	return u, u.noted()
}

// noted notes a trial that never began: the version it was for does not run.
func (u *updater) noted() error {
	t, err := slot.ReadTrial(u.dir)
	if err != nil || t.Version == "" || t.Verdict != slot.None || t.Version == u.box.Version {
		return err
	}
	t.Verdict, t.Why = slot.Back, slot.WhySwitch
	return t.Write(u.dir)
}

// State is how far an update is.
func (u *updater) State() ui.Update {
	u.mu.Lock()
	defer u.mu.Unlock()
	s := u.state
	s.Written = u.written.Load()
	return s
}

// turn changes the stage where it is from, and gives it another id; kind
// Conflict elsewhere.
func (u *updater) turn(id, from, to string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case u.state.Stage != from && from == ui.UpdateNone:
		return errUpdateUnderWay
	case u.state.Stage != from, from != ui.UpdateNone && id != u.state.ID:
		return errUpdateOther
	}
	if to == ui.UpdateNone {
		u.state = ui.Update{}
	}
	u.state.ID, u.state.Stage = store.NewID(), to
	return nil
}

// back is turn to a stage, from wherever it is.
func (u *updater) back(stage string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if stage == ui.UpdateNone {
		u.state = ui.Update{}
	}
	u.state.Stage = stage
	u.busy(0)
}

// Receive takes the file onto the idle place.
func (u *updater) Receive(ctx context.Context, file io.Reader) error {
	t, err := slot.ReadTrial(u.dir)
	if err != nil {
		return err
	}
	if t.Version == u.box.Version && t.Verdict == slot.None {
		return store.E(store.Conflict, "err.update.on_trial", "version", t.Version).At("file")
	}
	if err := u.turn("", ui.UpdateNone, ui.UpdateComes); err != nil {
		return err
	}
	u.written.Store(0)
	m, err := update.Take(ctx, u.keys, u.box, file, u.card, func(m *update.Manifest) error { return u.begun(m, t) }, u.written.Store)
	if err != nil {
		u.log.Warn("update not taken", "err", err)
		u.back(ui.UpdateNone)
		return err
	}
	u.log.Info("update taken", "version", m.Version)
	u.back(ui.UpdateReady)
	return nil
}

// begun is told that the idle place is about to be written to: what lay there is
// no longer a way back.
func (u *updater) begun(m *update.Manifest, t slot.Trial) error {
	u.busy(panel.Busy)
	u.mu.Lock()
	u.state.Version, u.state.Built, u.state.Size, u.state.Notes = m.Version, m.BuiltAt(), m.Size, m.NotesIn
	u.mu.Unlock()
	if t.From == "" {
		return nil
	}
	t.From = ""
	return t.Write(u.dir)
}

// Drop gives an update up.
func (u *updater) Drop(id string) error { return u.turn(id, ui.UpdateReady, ui.UpdateNone) }

// Go switches to it.
func (u *updater) Go(ctx context.Context, id string) error {
	if err := u.may(ctx); err != nil {
		return err
	}
	if err := u.turn(id, ui.UpdateReady, ui.UpdateGoes); err != nil {
		return err
	}
	t := slot.Trial{Version: u.State().Version, From: u.box.Version, At: u.clock.Now().UTC()}
	return u.leave(ctx, t, ui.UpdateReady)
}

// Return goes back to the version before.
func (u *updater) Return(ctx context.Context) error {
	if err := u.may(ctx); err != nil {
		return err
	}
	t, err := slot.ReadTrial(u.dir)
	if err != nil {
		return err
	}
	if t.Version != u.box.Version || t.Verdict != slot.Kept || t.From == "" {
		return store.E(store.Conflict, "err.update.no_return")
	}
	if err := u.turn("", ui.UpdateNone, ui.UpdateGoes); err != nil {
		return err
	}
	t.Verdict, t.Why = slot.Back, slot.WhyDecided
	return u.leave(ctx, t, ui.UpdateNone)
}

// leave switches to the other place and starts the card again. Power may fail at
// any moment: the note is written first, and says what was meant.
func (u *updater) leave(ctx context.Context, t slot.Trial, stage string) error {
	ctx = context.WithoutCancel(ctx) // whoever asked may have gone
	before, err := slot.ReadTrial(u.dir)
	if err != nil {
		return err
	}
	u.log.Warn("the box changes versions", "version", t.Version, "from", t.From, "why", t.Why)
	u.busy(panel.Busy)
	if err = t.Write(u.dir); err == nil {
		err = u.card.Switch(ctx)
	}
	if err != nil {
		u.log.Error("the card did not change versions", "err", err)
		u.back(stage)
		return store.E(store.Busy, "err.update.switch").Because(errors.Join(err, before.Write(u.dir)))
	}
	if err := u.card.Restart(ctx); err != nil {
		u.log.Error("the card does not start again by itself", "err", err)
		u.busy(0)
		return store.E(store.Busy, "err.update.restart").Because(err)
	}
	return nil
}

// may fails while a vote is about to end, or when the box is not well: then the
// new version would look unwell, too.
func (u *updater) may(ctx context.Context) error {
	if !u.well(ctx) {
		return store.E(store.Conflict, "err.update.unwell")
	}
	return notOnEve(ctx, u.db, "err.update.vote")
}

// Last is the last version that was switched to.
func (u *updater) Last() (ui.UpdateTrial, error) {
	t, err := slot.ReadTrial(u.dir)
	return ui.UpdateTrial{
		Version: t.Version, From: t.From, At: t.At,
		Ended: t.Verdict != slot.None, Back: t.Verdict == slot.Back, Why: t.Why,
	}, err
}
