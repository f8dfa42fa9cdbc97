package appliance

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"copi.local/appliance/backup"
	"copi.local/appliance/panel"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/vote"
	"copi.local/ui"
)

// restorer puts a backup back while the box runs: one at a time, whoever began
// it. What it lays out beside the data changes nothing; the box stops for the
// moment of the change alone, see lives.
type restorer struct {
	vault *vault
	log   *slog.Logger
	busy  func(panel.Conditions) // panel.Busy or 0, for the LED
	stop  func()                 // ends the box

	safe bool // of a box whose own data cannot be used

	read atomic.Int64 // bytes of the file so far
	wake chan struct{}

	mu     sync.Mutex // guards the rest
	state  ui.Restore
	card   string             // name of a backup on the card; empty: the file brought
	words  [][]byte           // keys of the recovery sheet, until the backup is laid out
	laid   *laid              // once it is
	cancel context.CancelFunc // of laying it out; nil while nobody does
}

var _ ui.Restorer = (*restorer)(nil)

// restoreKept is how long a backup waits for words, or for somebody to go on,
// before it is forgotten: it takes room, and is another state of the village.
const restoreKept = 2 * time.Hour

func newRestorer(v *vault, log *slog.Logger, busy func(panel.Conditions), stop func()) *restorer {
	return &restorer{vault: v, log: log, busy: busy, stop: stop, wake: make(chan struct{}, 1)}
}

// The errors of asking for a step when it is not its turn.
var (
	errRestoreUnderWay = store.E(store.Conflict, "err.restore.under_way")
	errRestoreOther    = store.E(store.Conflict, "err.restore.other")
)

// State is how far a restore is.
func (r *restorer) State() ui.Restore {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.state
	s.Read = r.read.Load()
	return s
}

// enter begins a step, under a new id, where the last one left off in from.
func (r *restorer) enter(id, from, to string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.state.Stage != from && from == ui.RestoreNone:
		return errRestoreUnderWay
	case r.state.Stage != from, from != ui.RestoreNone && id != r.state.ID:
		return errRestoreOther
	}
	r.turn(to, nil)
	return nil
}

// turn changes the stage; whoever calls it holds mu.
func (r *restorer) turn(stage string, fault error) {
	id := r.state.ID
	if r.state.Stage == ui.RestoreNone || stage == ui.RestoreNone {
		id = store.NewID()
	}
	if stage == ui.RestoreNone {
		r.card, r.words, r.laid = "", nil, nil
		r.state = ui.Restore{}
	}
	r.state.ID, r.state.Stage, r.state.Fault = id, stage, fault
	r.read.Store(0)
	busy := panel.Conditions(0)
	if stage == ui.RestoreReads || stage == ui.RestoreGoes {
		busy = panel.Busy
	}
	r.busy(busy)
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// set is turn for who does not hold mu.
func (r *restorer) set(stage string, fault error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(stage, fault)
}

// failed tells why the restore of the box before this one was not done.
func (r *restorer) failed(err error) {
	if err != nil {
		r.set(ui.RestoreNone, err)
	}
}

// Receive keeps a file that was sent, and opens it if the box's own key does.
func (r *restorer) Receive(ctx context.Context, file io.Reader, size int64) error {
	if err := r.enter("", ui.RestoreNone, ui.RestoreComes); err != nil {
		return err
	}
	n, err := backup.Bring(ctx, r.vault.dir, file, size)
	if err == nil && n == 0 {
		err = store.E(store.Invalid, "err.restore.none").At("file")
	}
	return r.look(ctx, err)
}

// Choose opens a backup on the card.
func (r *restorer) Choose(ctx context.Context, name string) error {
	if err := r.enter("", ui.RestoreNone, ui.RestoreComes); err != nil {
		return err
	}
	r.mu.Lock()
	r.card = name
	r.mu.Unlock()
	return r.look(ctx, nil)
}

// look finds out whose backup it is, and who can open it.
func (r *restorer) look(ctx context.Context, err error) error {
	if err == nil {
		err = r.peek(ctx)
	}
	if sentenceIs(err, "err.backup.key") {
		r.set(ui.RestoreAsks, nil)
		return nil
	}
	if err != nil {
		return errors.Join(err, r.forget())
	}
	r.set(ui.RestoreReads, nil)
	return nil
}

// sentenceIs tells whether an error is the sentence of a key.
func sentenceIs(err error, key string) bool {
	e, ok := errors.AsType[*store.Error](err)
	return ok && e.Key == key
}

// peek reads the beginning with the keys there are.
func (r *restorer) peek(ctx context.Context) error {
	scalars, err := r.scalars()
	if err != nil {
		return err
	}
	f, err := r.file()
	if err != nil {
		return err
	}
	_, err = backup.Peek(ctx, f, scalars)
	return errors.Join(err, f.Close())
}

func (r *restorer) scalars() ([][]byte, error) {
	list, err := scalarsOf(r.vault.dir, "")
	r.mu.Lock()
	defer r.mu.Unlock()
	return append(list, r.words...), err
}

func (r *restorer) file() (*os.File, error) {
	r.mu.Lock()
	name := r.card
	r.mu.Unlock()
	if name == "" {
		return backup.Brought(r.vault.dir)
	}
	return r.vault.shelf().Open(name)
}

// Open tries the words of a recovery sheet. The file stays where they do not
// fit: somebody tries again.
func (r *restorer) Open(ctx context.Context, id, words string) error {
	seed, err := account.ParseSeed(words)
	if err != nil {
		return err
	}
	if err := r.enter(id, ui.RestoreAsks, ui.RestoreComes); err != nil {
		return err
	}
	r.mu.Lock()
	r.words = [][]byte{seed.Backup()}
	r.mu.Unlock()
	if err := r.peek(ctx); err != nil {
		r.mu.Lock()
		r.words = nil
		r.mu.Unlock()
		r.set(ui.RestoreAsks, nil)
		return err
	}
	r.set(ui.RestoreReads, nil)
	return nil
}

// Drop forgets a restore that is not decided.
func (r *restorer) Drop(id string) error {
	r.mu.Lock()
	switch {
	case id != r.state.ID:
		r.mu.Unlock()
		return errRestoreOther
	case r.state.Stage == ui.RestoreReads:
		r.turn(ui.RestoreStops, nil) // Run takes away what it laid out
		if r.cancel != nil {
			r.cancel()
		}
		r.mu.Unlock()
		return nil
	case r.state.Stage != ui.RestoreAsks && r.state.Stage != ui.RestoreReady:
		r.mu.Unlock()
		return errRestoreOther
	}
	r.mu.Unlock()
	return r.forget()
}

// forget takes away what was brought and laid out. It is not called while
// somebody lays it out.
func (r *restorer) forget() error {
	r.mu.Lock()
	l := r.laid
	r.turn(ui.RestoreNone, nil)
	r.mu.Unlock()
	err := backup.DropBrought(r.vault.dir)
	if l != nil {
		err = errors.Join(err, l.Drop())
	}
	return err
}

// Go decides: the box stops, and starts as the backup has it. It fails with kind
// Conflict while a vote is about to end.
func (r *restorer) Go(ctx context.Context, id string) error {
	if err := r.notOnEve(ctx); err != nil {
		return err
	}
	if err := r.enter(id, ui.RestoreReady, ui.RestoreGoes); err != nil {
		return err
	}
	r.log.Warn("a backup is put back", "restore", id)
	r.stop()
	return nil
}

// notOnEve fails while a vote is about to end, unless nobody can vote: the box
// takes nothing.
func (r *restorer) notOnEve(ctx context.Context) error {
	if r.safe {
		return nil
	}
	return notOnEve(ctx, r.vault.db, "err.restore.vote")
}

// eveOfVote is how near the end of a vote a box does not stop by itself.
const eveOfVote = time.Hour

// notOnEve fails with a sentence while a vote is about to end.
func notOnEve(ctx context.Context, db *store.DB, sentence string) error {
	return db.View(ctx, func(tx *store.Tx) error {
		until, err := vote.EndsWithin(tx, eveOfVote)
		if err == nil && !until.IsZero() {
			err = store.E(store.Conflict, sentence, "until", until)
		}
		return err
	})
}

// chosen tells whether somebody said to go on.
func (r *restorer) chosen() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.Stage == ui.RestoreGoes
}

// decide does what was chosen, with nobody on the database any more.
func (r *restorer) decide(ctx context.Context, left []account.Erasure) error {
	r.mu.Lock()
	l := r.laid
	r.mu.Unlock()
	return l.decide(ctx, left, r.vault.clock)
}
