package appliance

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"aead.dev/minisign"

	"copi.local/appliance/panel"
	"copi.local/appliance/slot"
	"copi.local/appliance/update"
	"copi.local/store"
	"copi.local/store/storetest"
	"copi.local/ui"
)

// memoryCard is a card whose idle place is in memory.
type memoryCard struct {
	has                 []byte
	switched, restarted int
	fails               error // of Switch
}

func (c *memoryCard) Size() (int64, error) { return 500 << 20, nil }

func (c *memoryCard) Write(_ context.Context, root io.Reader) (n int64, err error) {
	c.has, err = io.ReadAll(root)
	return int64(len(c.has)), err
}

func (c *memoryCard) Read(context.Context) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(c.has)), nil
}

func (c *memoryCard) Switch(context.Context) error {
	if c.fails == nil {
		c.switched++
	}
	return c.fails
}

func (c *memoryCard) Restart(context.Context) error { c.restarted++; return nil }

// onCard is the updater of a box of version 1.3.0 on a card in memory, and the
// file of 1.4.0.
func onCard(t *testing.T) (u *updater, card *memoryCard, file []byte) {
	t.Helper()
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	db, clock := storetest.Open(t)
	root := bytes.Repeat([]byte("r"), 4096)
	sum := sha256.Sum256(root)
	m := update.Manifest{
		Version: "1.4.0", Built: 1790000000, Board: update.BoardPi, Kernel: slot.Kernel(), Format: 64, Opens: 63,
		Size: int64(len(root)), SHA256: hex.EncodeToString(sum[:]), Notes: update.Notes{FR: "Rien."},
	}
	var b bytes.Buffer
	if err := update.Pack(&b, m, private, bytes.NewReader(root)); err != nil {
		t.Fatal(err)
	}
	card = &memoryCard{}
	return &updater{
		keys: update.Keys{public}, box: update.Box{Version: "1.3.0", Kernel: slot.Kernel(), Format: 63},
		card: card, dir: t.TempDir(), db: db, clock: clock, log: slog.New(slog.DiscardHandler),
		busy: func(panel.Conditions) {}, well: func(context.Context) bool { return true },
	}, card, b.Bytes()
}

func noted(t *testing.T, u *updater) slot.Trial {
	t.Helper()
	got, err := slot.ReadTrial(u.dir)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAnUpdateIsTakenThenSwitchedTo(t *testing.T) {
	u, card, file := onCard(t)
	if err := u.Receive(t.Context(), bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	s := u.State()
	if s.Stage != ui.UpdateReady || s.Version != "1.4.0" || s.Share() != 100 || card.switched != 0 {
		t.Fatalf("%+v, %+v", s, card)
	}
	if err := u.Receive(t.Context(), bytes.NewReader(file)); sentenceOf(err) != "err.update.under_way" {
		t.Errorf("a second one: %v", err)
	}
	if err := u.Go(t.Context(), "another"); sentenceOf(err) != "err.update.other" {
		t.Errorf("another one's: %v", err)
	}
	u.well = func(context.Context) bool { return false }
	if err := u.Go(t.Context(), s.ID); sentenceOf(err) != "err.update.unwell" {
		t.Errorf("a box that is not well: %v", err)
	}
	u.well = func(context.Context) bool { return true }
	card.fails = errors.New("no boot files")
	if err := u.Go(t.Context(), s.ID); sentenceOf(err) != "err.update.switch" || noted(t, u).Version != "" {
		t.Errorf("a card that does not switch: %v, %+v", err, noted(t, u))
	}
	card.fails = nil
	if err := u.Go(t.Context(), u.State().ID); err != nil || card.switched != 1 || card.restarted != 1 {
		t.Fatalf("%v, %+v", err, card)
	}
	if got := noted(t, u); got.Version != "1.4.0" || got.From != "1.3.0" || got.Verdict != slot.None {
		t.Errorf("%+v", got)
	}
}

func TestAnUpdateThatIsGivenUp(t *testing.T) {
	u, card, file := onCard(t)
	for range 2 {
		if err := u.Receive(t.Context(), bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		if err := u.Drop(u.State().ID); err != nil || u.State().Stage != ui.UpdateNone || u.State().Version != "" {
			t.Fatalf("%v, %+v", err, u.State())
		}
	}
	if err := u.Receive(t.Context(), bytes.NewReader(file[:len(file)-9])); sentenceOf(err) != "err.update.half" || u.State().Stage != ui.UpdateNone {
		t.Errorf("%v, %+v", err, u.State())
	}
	if err := u.Go(t.Context(), u.State().ID); sentenceOf(err) != "err.update.other" || card.switched != 0 {
		t.Errorf("half an update is switched to: %v", err)
	}
}

// TestTheWayBackIsKeptOpen: what lies in the idle place is the version before,
// until somebody sends another.
func TestTheWayBackIsKeptOpen(t *testing.T) {
	u, card, file := onCard(t)
	write := func(trial slot.Trial) {
		t.Helper()
		if err := trial.Write(u.dir); err != nil {
			t.Fatal(err)
		}
	}
	write(slot.Trial{Version: "1.3.0", From: "1.2.0"})
	if err := u.Receive(t.Context(), bytes.NewReader(file)); sentenceOf(err) != "err.update.on_trial" || card.has != nil {
		t.Errorf("another one over the way back: %v", err)
	}
	if err := u.Return(t.Context()); sentenceOf(err) != "err.update.no_return" {
		t.Errorf("back before the verdict: %v", err)
	}
	write(slot.Trial{Version: "1.3.0", From: "1.2.0", Verdict: slot.Kept})
	if err := u.Receive(t.Context(), bytes.NewReader([]byte("no update"))); err == nil || noted(t, u).From != "1.2.0" {
		t.Errorf("a file that is none closed the way back: %v, %+v", err, noted(t, u))
	}
	if err := u.Return(t.Context()); err != nil || card.switched != 1 || card.restarted != 1 {
		t.Errorf("%v, %+v", err, card)
	}
	if got := noted(t, u); got.Verdict != slot.Back || got.Why != slot.WhyDecided {
		t.Errorf("%+v", got)
	}
	u.back(ui.UpdateNone)
	write(slot.Trial{Version: "1.3.0", From: "1.2.0", Verdict: slot.Kept})
	if err := u.Receive(t.Context(), bytes.NewReader(file)); err != nil || noted(t, u).From != "" {
		t.Fatalf("%v, %+v", err, noted(t, u))
	}
	if err := u.Drop(u.State().ID); err != nil {
		t.Fatal(err)
	}
	if err := u.Return(t.Context()); sentenceOf(err) != "err.update.no_return" {
		t.Errorf("back to a version that was written over: %v", err)
	}
}

// TestAVersionThatNeverRanIsNoted: power failed between the note and the switch.
func TestAVersionThatNeverRanIsNoted(t *testing.T) {
	u, _, _ := onCard(t)
	for trial, want := range map[slot.Trial]slot.Verdict{
		{}:                                slot.None,
		{Version: "1.4.0", From: "1.3.0"}: slot.Back,
		{Version: "1.3.0", From: "1.2.0"}: slot.None,
		{Version: "1.2.0", From: "1.1.0", Verdict: slot.Kept}: slot.Kept,
	} {
		u.dir = t.TempDir()
		if trial.Version != "" {
			if err := trial.Write(u.dir); err != nil {
				t.Fatal(err)
			}
		}
		if err := u.noted(); err != nil || noted(t, u).Verdict != want {
			t.Errorf("%+v became %+v, %v", trial, noted(t, u), err)
		}
	}
}

// TestNoUpdateWhileAVoteEnds: who votes late must find the box.
func TestNoUpdateWhileAVoteEnds(t *testing.T) {
	u, card, file := onCard(t)
	if err := u.Receive(t.Context(), bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	_, dir := fromStock(t, 1)
	var now time.Time
	if err := atRest(t, dir, func(tx *store.Tx) error { now = tx.Now; return nil }); err != nil {
		t.Fatal(err)
	}
	endVotes(t, dir, now.Add(30*time.Minute))
	err := withVault(t.Context(), dir, "test", func(v *vault) error {
		u.db = v.db
		return u.Go(t.Context(), u.State().ID)
	})
	if sentenceOf(err) != "err.update.vote" || card.switched != 0 {
		t.Errorf("%v, %+v", err, card)
	}
}
