package appliance

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"copi.local/appliance/backup"
	"copi.local/appliance/panel"
	"copi.local/store"
	"copi.local/ui"
)

// A box whose data cannot be used never becomes a new one, and does not stay
// dark either (OPERATIONS.md §1.2, SAFE): it flashes six times, shows what it
// last kept, takes nothing, and lets whoever stands at it put a backup back.
// What is there stays as it is until then.

// lostData is what a box without its database answers.
const lostData store.Trouble = "lost"

// errLost is its error.
var errLost = errors.New("the database is gone, though a box was here")

// notLost fails where a box was, going by what lies around it, and its database
// is not: a new one in its place would look like a new box.
func notLost(dir string) error {
	if info, err := os.Stat(database(dir)); err == nil && info.Size() > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil // what else there is about it, whoever opens it says
	}
	kept, err := backup.OnCard(dir).List()
	if err != nil {
		return err
	}
	if len(kept) > 0 {
		return errLost
	}
	for _, name := range []string{"box.key", "erasures.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return errLost
		}
	}
	return nil
}

// troubleOf tells whether an error of the start is about the data of a box that
// is there, and not about how the program was started.
func troubleOf(dir string, err error) store.Trouble {
	switch {
	case err == nil:
		return store.NoTrouble
	case errors.Is(err, errLost):
		return lostData
	case errors.Is(err, syscall.EROFS), errors.Is(err, syscall.EIO): // the card itself, maybe not mounted
		return store.Storage
	case needDatabase(dir) != nil:
		return store.NoTrouble // no box is here, or not for this user
	}
	return store.TroubleOf(err)
}

// beginSafe puts together what a box can be without its data.
func beginSafe(ctx context.Context, cfg Config, listener net.Listener, why store.Trouble, cause error) (*box, error) {
	b, ring, quiet := newBox(cfg)
	b.life, b.stop = context.WithCancel(ctx)
	f, unwritten := openFront(cfg, b.clock, quiet, false, b.stop) // its code is not, on a card that does not write
	b.useFront(f, ring)
	b.log.Error("the data cannot be used; nothing is changed, what was kept last is shown", "trouble", why, "err", errors.Join(cause, unwritten))
	if err := b.assembleSafe(listener, why, cause); err != nil { //nolint:contextcheck // each request brings its own
		b.stop()
		return nil, errors.Join(cause, err, f.release())
	}
	return b, nil
}

// assembleSafe makes what stands on a copy.
func (b *box) assembleSafe(listener net.Listener, why store.Trouble, cause error) (err error) {
	if b.db, b.copy, err = openSafeCopy(b.life, b.cfg.Data, why, b.clock, b.log); err != nil {
		return err
	}
	b.useDatabase(b.stop)
	b.restorer.safe = true
	b.vault.aside, b.vault.asOf = b.copy.dir, b.copy.at
	b.sticks.ready.Store(why != store.Newer && !b.copy.at.IsZero())
	b.sticks.led = b.safeLED
	if err := b.newAnnouncer(listener); err != nil {
		return errors.Join(err, b.close())
	}
	names := &names{clock: b.clock, host: b.host}
	b.newWifi(names)
	b.pages, err = ui.New(ui.Options{
		DB: b.db, Clock: b.clock, Log: b.log, Version: b.cfg.Version, HostNames: names.List,
		Locales: filepath.Join(b.cfg.Data, "locales"), Basemaps: b.cfg.Data, Photos: b.album,
		Presence: b.front.presence, Panel: b.front.view(), Restorer: b.restorer, Stick: b.sticks, Backups: backupsView{b.vault},
		Safe: &ui.Safe{Trouble: string(why), Detail: OneLine(cause), CopyAt: b.copy.at},
	})
	if err != nil {
		return errors.Join(err, b.close())
	}
	return nil
}

// safeLED shows what becomes of a stick while one is in, and the trouble of the data
// again after it.
func (b *box) safeLED(which, hold panel.Conditions) {
	if hold&(panel.BackupDone|panel.StickTrouble) == 0 {
		hold |= panel.DataTrouble
	}
	b.front.set(which|panel.DataTrouble, hold)
}

// safeParts are what of a box runs without its data.
func (b *box) safeParts(listener net.Listener) []part {
	b.front.set(panel.Booting|panel.DataTrouble, panel.DataTrouble)
	if err := b.front.settingUp(b.cfg.Data, true, b.cfg.Out); err != nil {
		b.log.Warn("code of the box", "err", err)
	}
	parts := append([]part{{name: "clock", run: b.clock.Run}}, b.front.parts()...)
	if b.announcer != nil {
		parts = append(parts, part{name: "mdns", run: b.announcer.Run})
	}
	return append(parts,
		part{name: "wifi", run: b.wifi.Run},
		part{name: "restore", run: b.restorer.Run},
		part{name: "stick", run: b.sticks.Run},
		part{name: "pages", vital: true, run: func(ctx context.Context) error { return servePages(ctx, b.pages, listener) }})
}
