package appliance

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"copi.local/appliance/panel"
	"copi.local/appliance/stick"
	"copi.local/store"
	"copi.local/ui"
)

// sticks makes a backup to the stick that is plugged in, at a press of the button
// or from the pages, and exchanges bundles by it. Between two copies the stick is
// closed: it may be pulled out at any time but while the LED says busy.
type sticks struct {
	machine  stick.Machine
	vault    *vault
	log      *slog.Logger
	led      func(which, hold panel.Conditions)
	exchange func(ctx context.Context, open string) ui.StickParcels      // nil: the box has no neighbours
	receive  func(ctx context.Context, file io.Reader, size int64) error // of the restorer
	update   func(ctx context.Context, file io.Reader) error             // of the updater; nil: the box takes none

	ready atomic.Bool // there is something to back up
	asked chan order
	use   sync.Mutex // the stick is open

	mu    sync.Mutex // guards the rest; the panel is not called under it
	here  stick.Stick
	in    bool
	state ui.StickState
}

var _ ui.Stick = (*sticks)(nil)

// order is what the button or a page asks for.
type order struct {
	other bool // a copy, to another box's stick too
	known bool // no copy: somebody has seen that a stick was pulled out too early
}

// stickEvery is how often it is looked whether a stick was plugged in or out.
const stickEvery = 2 * time.Second

// stickDir is the directory on a stick that is the boxes'.
const stickDir = "COPI"

func newSticks(m stick.Machine, v *vault, log *slog.Logger, led func(which, hold panel.Conditions)) *sticks {
	return &sticks{machine: m, vault: v, log: log, led: led, asked: make(chan order, 1)}
}

// stickMachine is where sticks are plugged in: this machine, or a directory that
// stands for one.
func stickMachine(cfg Config) stick.Machine {
	if cfg.Stick != "" {
		return stick.Folder(cfg.Stick)
	}
	return stick.OnLinux()
}

// Run looks for sticks and makes the copies that are asked for, until ctx ends.
func (s *sticks) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		s.look(ctx)
		select {
		case <-ctx.Done():
		case o := <-s.asked:
			s.obey(ctx, o)
		case <-s.vault.clock.After(stickEvery):
		}
	}
	return nil
}

func (s *sticks) obey(ctx context.Context, o order) {
	if !o.known {
		s.copy(ctx, o.other)
		return
	}
	s.mu.Lock()
	s.state.Fault = nil
	s.mu.Unlock()
	s.led(panel.StickTrouble, 0)
}

// Press is a short press of the button; false when no stick takes it.
func (s *sticks) Press() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.state.Copies:
		return true
	case !s.in && s.state.Fault != nil:
		select {
		case s.asked <- order{known: true}:
		default: // pressed twice
		}
		return false
	case !s.in || !s.ready.Load() || !s.state.DoneAt.IsZero(): // it is closed and may be taken
		return false
	}
	return s.ask(sentenceIs(s.state.Fault, errOtherStick.Key)) // a second press says that it may be
}

// ask begins a copy; false where an order waits already. Whoever calls it holds mu.
func (s *sticks) ask(other bool) bool {
	select {
	case s.asked <- order{other: other}:
		s.state.Copies, s.state.Fault, s.state.DoneAt, s.state.Parcel = true, nil, time.Time{}, nil
		return true
	default:
		return false
	}
}

// State is what is plugged in, and how the last copy went.
func (s *sticks) State() ui.StickState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Copy begins a copy from the pages.
func (s *sticks) Copy(id string, other bool) error {
	if err := s.begin(id, other); err != nil {
		return err
	}
	s.led(panel.Copying|panel.BackupDone|panel.StickTrouble, panel.Copying)
	return nil
}

func (s *sticks) begin(id string, other bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case id != s.state.ID || !s.in:
		return store.E(store.Conflict, "err.stick.changed")
	case !s.ready.Load():
		return store.E(store.Conflict, "err.backup.not_set_up")
	case s.state.Copies || !s.ask(other):
		return store.E(store.Busy, "err.backup.busy")
	}
	return nil
}

// look finds out what is plugged in.
func (s *sticks) look(ctx context.Context) {
	found, in := s.machine.Find()
	s.mu.Lock()
	same, was := in == s.in && found.Same(s.here), s.state
	s.mu.Unlock()
	if same {
		return
	}
	next := ui.StickState{}
	if in {
		next = ui.StickState{ID: found.ID, Name: found.Name, Kind: string(found.Kind), Size: found.Size, Fault: found.Fault}
	}
	if in && found.Fault == nil {
		next.Fault = s.opened(found, false, func(o *stick.Opened) (err error) {
			if s.update != nil {
				next.Updates = updatesOn(o.Dir)
			}
			next.Free, next.Files, err = s.onStick(ctx, o.Dir)
			return err
		})
	}
	lost := !in && sentenceIs(was.Fault, "err.stick.removed") // it is still to be told
	if lost {
		next.Fault = was.Fault
	}
	s.mu.Lock()
	asked := s.state.Copies // since then
	next.Copies = asked
	s.here, s.in, s.state = found, in, next
	s.mu.Unlock()
	switch {
	case lost:
	case asked:
		s.led(panel.BackupDone|panel.StickTrouble, 0)
	default:
		s.led(panel.Copying|panel.BackupDone|panel.StickTrouble, 0)
	}
}

// opened opens a stick, does something with it and closes it; the error is a
// sentence.
func (s *sticks) opened(on stick.Stick, write bool, do func(*stick.Opened) error) error {
	s.use.Lock()
	defer s.use.Unlock()
	o, err := s.machine.Open(on, write)
	if err != nil {
		return s.fault(on, "", err)
	}
	return s.fault(on, o.Dir, errors.Join(do(o), o.Close()))
}

// fault makes a sentence of what went wrong with a stick open in dir.
func (s *sticks) fault(on stick.Stick, dir string, err error) error {
	if err == nil {
		return nil
	}
	now, in := s.machine.Find()
	return stick.Fault(err, dir, !in || now.ID != on.ID)
}

// copy makes a backup to the stick and exchanges bundles.
func (s *sticks) copy(ctx context.Context, other bool) {
	s.mu.Lock()
	on, in := s.here, s.in
	s.mu.Unlock()
	var after ui.StickState
	err := error(store.E(store.Conflict, "err.stick.removed"))
	if in {
		err = s.opened(on, true, func(o *stick.Opened) (err error) {
			after, err = s.write(ctx, on, o, other)
			return err
		})
	}
	if ctx.Err() != nil {
		return // the box stops, and says so by itself
	}
	s.mu.Lock()
	s.state.Copies, s.state.Fault = false, err
	if err == nil {
		s.state.DoneAt, s.state.Parcel, s.state.Free, s.state.Files = s.vault.clock.Now(), after.Parcel, after.Free, after.Files
	}
	s.mu.Unlock()
	said := panel.BackupDone
	if err != nil {
		said = panel.StickTrouble
		s.log.Warn("not backed up to the stick", "err", err)
	}
	s.led(panel.Copying|panel.BackupDone|panel.StickTrouble, said)
}

// write does the work on an open stick.
func (s *sticks) write(ctx context.Context, on stick.Stick, o *stick.Opened, other bool) (after ui.StickState, err error) {
	dir, err := s.ownDir(on, o.Dir)
	if err != nil {
		return after, err
	}
	if _, after.Files, err = s.onStick(ctx, o.Dir); err != nil {
		return after, err
	}
	if foreign := after.Foreign(); len(foreign) > 0 && !other {
		return after, store.E(store.Conflict, errOtherStick.Key, "commune", foreign[0])
	}
	name, err := s.patiently(ctx, dir, o.Again)
	if err != nil {
		return after, err
	}
	s.log.Info("backed up to the stick", "file", name)
	if s.exchange != nil {
		parcels := s.exchange(ctx, o.Dir)
		after.Parcel = &parcels
	}
	after.Free, after.Files, err = s.onStick(ctx, o.Dir)
	return after, err
}

// errOtherStick is said of a stick on which only other boxes' backups lie.
var errOtherStick = store.E(store.Conflict, "err.stick.other")

// ownDir makes the boxes' directory on a stick.
func (s *sticks) ownDir(on stick.Stick, root string) (string, error) {
	if err := s.suits(on, root); err != nil {
		return "", err
	}
	dir := filepath.Join(root, stickDir)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err == nil && !info.IsDir() { // a link might lead to the card
		err = store.E(store.Invalid, "err.stick.format")
	}
	return dir, err
}

// patiently makes the backup once no other is being made.
func (s *sticks) patiently(ctx context.Context, dir string, again func() error) (string, error) {
	for {
		name, err := s.vault.among(ctx, dir, false, again)
		if !sentenceIs(err, "err.backup.busy") {
			return name, err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-s.vault.clock.After(lockEvery):
		}
	}
}
