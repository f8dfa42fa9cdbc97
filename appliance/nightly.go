package appliance

import (
	"context"
	"io"
	"time"

	"copi.local/appliance/backup"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/ui"
)

// When the nightly backup is made: between these hours of the village's day, or
// later by so much where the box was off or there was no room.
const (
	nightFrom, nightTo = 2, 5
	nightAfter         = 20 * time.Hour
	nightLate          = 36 * time.Hour
	nightLook          = time.Hour
	nightFirst         = 10 * time.Minute // after the start, so that pages come first
)

// backupDue tells whether it is time, good being when the last good one was
// made. A clock that went back makes one now.
func backupDue(now, good time.Time) bool {
	age := now.Sub(good)
	return age < 0 || age >= nightLate || age >= nightAfter && now.Hour() >= nightFrom && now.Hour() < nightTo
}

// nightly makes a backup on the card each night until ctx ends. One that fails
// is tried again after an hour, and said on the status page.
func (b *box) nightly(ctx context.Context) error {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return err
	}
	for wait := nightFirst; ; wait = nightLook {
		select {
		case <-ctx.Done():
			return nil
		case <-b.clock.After(wait):
		}
		if err := b.backUp(ctx, zone); err != nil {
			return err
		}
	}
}

// backUp makes the nightly backup if it is due.
func (b *box) backUp(ctx context.Context, zone *time.Location) error {
	s, err := b.vault.state()
	if err != nil {
		return err
	}
	if b.clock.Quality().Sure() {
		if err := backup.DropGivenUp(b.cfg.Data, b.clock.Now()); err != nil {
			b.log.Warn("a box given up is not deleted", "err", err)
		}
	}
	ready, err := isReady(ctx, b.db)
	if err != nil || !ready || !backupDue(b.clock.Now().In(zone), s.GoodAt) {
		return err
	}
	name, err := b.vault.toCard(ctx)
	switch {
	case err == nil:
		b.log.Info("backed up", "file", name)
		return nil
	case ctx.Err() != nil:
		return nil //nolint:nilerr // the box is being stopped
	case store.KindOf(err) == store.Busy && s.FailedAt.IsZero():
		b.log.Warn("no backup this night", "err", err)
	default:
		b.log.Error("no backup this night", "err", err)
	}
	now := b.clock.Now().UTC()
	return b.vault.remember(func(s *backupState) { s.FailedAt, s.Fault = now, err.Error() })
}

// tooOld is after how long without a good backup the LED says so.
const tooOld = 30 * 24 * time.Hour

// backups tells how they went. A box that was just set up has none yet.
func (h *health) backups(ctx context.Context) ui.Check {
	c := ui.Check{Name: "backup", Key: "health.backup.ok", Href: "/admin/sauvegardes"}
	s, err := (&vault{dir: h.dir}).state()
	since := s.GoodAt
	if err == nil && since.IsZero() {
		c.Key = "health.backup.none"
		err = h.db.View(ctx, func(tx *store.Tx) error {
			box, err := account.BoxOf(tx)
			since = box.DoneAt
			return err
		})
	}
	switch {
	case err != nil:
		c.Status, c.Key, c.Detail = ui.Notice, "health.backup.unknown", err.Error()
	case !since.IsZero() && h.clock.Now().Sub(since) > tooOld:
		c.Status, c.Key, c.Detail = ui.Notice, backupOld, s.Fault
	case !s.FailedAt.IsZero():
		c.Status, c.Key, c.Detail = ui.Notice, "health.backup.failed", s.Fault
	case !s.GoodAt.IsZero():
		c.Args = []any{"when", s.GoodAt}
	}
	return c
}

// backupOld is the one sentence about backups that the LED repeats.
const backupOld = "health.backup.old"

// backupsView shows the vault to the pages.
type backupsView struct{ *vault }

var _ ui.Backups = backupsView{}

// State is how backups went.
func (v backupsView) State() (ui.BackupState, error) {
	s, err := v.state()
	if err != nil {
		return ui.BackupState{}, err
	}
	out := ui.BackupState{GoodAt: s.GoodAt, OutAt: s.OutAt, FailedAt: s.FailedAt}
	list, err := v.shelf().List()
	for _, n := range list {
		out.Files = append(out.Files, n.File)
	}
	return out, err
}

// Send makes a whole one straight into what begin returns.
func (v backupsView) Send(ctx context.Context, begin func(name string) io.Writer) error {
	return v.stream(ctx, begin)
}

// Make makes one on the card.
func (v backupsView) Make(ctx context.Context) (string, error) { return v.toCard(ctx) }
