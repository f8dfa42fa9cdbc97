package appliance

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"copi.local/appliance/backup"
	"copi.local/appliance/stick"
	"copi.local/appliance/update"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/durable"
	"copi.local/ui"
)

// maxOnStick bounds how many backups of a stick are looked at.
const maxOnStick = 50

// suits tells whether backups may go to a stick. A directory that stands for one
// may lie on the card: whoever named it knows.
func (s *sticks) suits(on stick.Stick, root string) error {
	if _, stands := s.machine.(stick.Folder); stands {
		return on.Fault
	}
	return backup.CheckStick(s.vault.dir, root)
}

// onStick lists the backups on an open stick, the newest of each box first:
// those the boxes wrote, and files that somebody downloaded and kept there.
func (s *sticks) onStick(ctx context.Context, root string) (free int64, files []ui.StickFile, err error) {
	if free, _, err = durable.Room(root); err != nil {
		return 0, nil, err
	}
	own, err := s.ownBox(ctx)
	if err != nil {
		return 0, nil, err
	}
	for _, dir := range []string{stickDir, "."} {
		shelf := backup.OnStick(filepath.Join(root, dir), own.card, own.scalars) //nolint:contextcheck // headers are short
		list, err := shelf.List()
		if err != nil {
			return 0, nil, err
		}
		for _, n := range list[:min(len(list), maxOnStick)] {
			info, err := os.Lstat(filepath.Join(shelf.Dir(), n.File))
			if err != nil {
				return 0, nil, err
			}
			files = append(files, ui.StickFile{
				Path: path.Join(dir, n.File), Name: n.File, Commune: n.Commune, Day: n.Day, Bytes: info.Size(), Own: own.card != "" && shelf.Mine(n),
			})
		}
	}
	return free, files, nil
}

// ownBox is what a box knows its backups by; the zero value before its set-up.
type ownBox struct {
	card    string
	scalars [][]byte
}

func (s *sticks) ownBox(ctx context.Context) (own ownBox, err error) {
	err = s.vault.db.View(ctx, func(tx *store.Tx) error {
		box, err := account.BoxOf(tx)
		own.card = box.CardID
		return err
	})
	if err == nil {
		own.scalars, err = scalarsOf(s.vault.dir, "")
	}
	return own, err
}

// Restore gives a backup on the stick to the restorer.
func (s *sticks) Restore(ctx context.Context, id, file string) error {
	return s.give(ctx, id, file, isBackup, s.receive)
}

// Update gives an update on the stick to the updater.
func (s *sticks) Update(ctx context.Context, id, file string) error {
	if s.update == nil {
		return store.E(store.NotFound, "err.not_found")
	}
	return s.give(ctx, id, file, isUpdate, func(ctx context.Context, f io.Reader, _ int64) error { return s.update(ctx, f) })
}

func isBackup(name string) bool {
	_, ok := backup.ParseName(name)
	return ok
}

func isUpdate(name string) bool { return strings.EqualFold(path.Ext(name), update.Ext) }

// updatesOn lists the updates on an open stick, as Update wants them.
func updatesOn(root string) (list []string) {
	for _, file := range filesOn(root, update.Ext) {
		if name, err := filepath.Rel(root, file); err == nil {
			list = append(list, filepath.ToSlash(name))
		}
	}
	return list
}

// give hands a file of the stick that somebody saw to take.
func (s *sticks) give(ctx context.Context, id, file string, is func(name string) bool, take func(context.Context, io.Reader, int64) error) error {
	s.mu.Lock()
	on, in := s.here, s.in
	s.mu.Unlock()
	if !in || id != on.ID {
		return store.E(store.Conflict, "err.stick.changed")
	}
	name := path.Base(file)
	if !is(name) || file != name && file != path.Join(stickDir, name) {
		return store.E(store.NotFound, "err.not_found")
	}
	if !s.use.TryLock() {
		return store.E(store.Busy, "err.backup.busy")
	}
	s.use.Unlock()
	return s.opened(on, false, func(o *stick.Opened) error {
		f, err := openPlain(filepath.Join(o.Dir, filepath.FromSlash(file)))
		if errors.Is(err, fs.ErrNotExist) {
			return store.E(store.NotFound, "err.not_found").Because(err)
		}
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }() // it was only read
		info, err := f.Stat()
		if err != nil {
			return err
		}
		return take(ctx, f, info.Size())
	})
}
